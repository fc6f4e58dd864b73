# ruff: noqa: D103 - what a command does stands in its help
"""`desk import …`: the sheets a region and a house send."""

from pathlib import Path
from typing import Any

from desk import imports
from desk.cells import Sheet
from desk.language import N_
from screens.cli.call import Answer, Call
from screens.cli.grammar import Group, argument
from screens.cli.sheets import progress, rows_of, unknown_columns
from screens.cli.words import FILE

sheets = Group("import", N_("Read a sheet: CSV in UTF-8, XLSX or ODS; all of it or nothing."))

WHICH = argument("file", FILE)


def numbered(sheet: Sheet) -> list[dict[str, Any]]:
    """The rows by field, each with its number in the sheet."""
    return [dict(record, row=row) for record, row in zip(sheet.records, sheet.rows, strict=True)]


@sheets.command_of("municipalities", WHICH, text=N_("Municipalities with their inhabitants."))
def municipalities(call: Call, file: Path) -> Answer:
    desk = call.desk
    sheet = imports.municipalities(rows_of(file))
    unknown_columns(call, sheet.unknown)
    with progress(call, desk):
        return desk.capacity.import_municipalities(numbered(sheet), file.name)


@sheets.command_of("locations", WHICH, text=N_("Locations where people can go; a known one is replaced."))
def locations(call: Call, file: Path) -> Answer:
    desk = call.desk
    sheet = imports.locations(rows_of(file), call.zone)
    unknown_columns(call, sheet.unknown)
    with progress(call, desk):
        return desk.capacity.import_locations(numbered(sheet), file.name)


@sheets.command_of("rooms", WHICH, text=N_("Rooms with their beds; a known room gets the beds it lacks."))
def rooms(call: Call, file: Path) -> Answer:
    desk = call.desk
    sheet = imports.rooms(rows_of(file))
    unknown_columns(call, sheet.unknown)
    with progress(call, desk):
        return desk.beds.make(numbered(sheet), file.name)
