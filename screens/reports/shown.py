"""How the cells and the head of a report read, for every format that people look at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from desk import clock
from desk.language import _, decimal, number
from desk.reports.document import Cell, Column, Document, Table

NOTHING = "-"


def on_page(table: Table) -> Table:
    """The table without the columns that only sheets have."""
    kept = [at for at, column in enumerate(table.columns) if column.needs != "sheet"]
    if len(kept) == len(table.columns):
        return table
    return replace(
        table,
        columns=[table.columns[at] for at in kept],
        rows=[[line[at] for at in kept] for line in table.rows],
        total=[table.total[at] for at in kept] if table.total else (),
    )


def cell(value: Cell, zone: ZoneInfo, year: int | None = None) -> str:
    """A cell in words: whole numbers with their thousands apart, moments on the site's clock.

    Dates as the language in force writes them. A moment of that `year` is told without it.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number(value)
    if isinstance(value, float):
        return decimal(value)
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{clock.dated_briefly(local)} {local:%H:%M}" if local.year == year else clock.dated_time(local)
    return clock.dated(value) if isinstance(value, date) else value


def is_number(value: Cell) -> bool:
    """Whether it stands to the right."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def numeric(table: Table) -> list[bool]:
    """For each column whether it holds numbers and nothing else."""
    lines = [*table.rows, table.total] if table.total else list(table.rows)
    found = []
    for at in range(len(table.columns)):
        values = [line[at] for line in lines if line[at] is not None]
        found.append(bool(values) and all(map(is_number, values)))
    return found


@dataclass(frozen=True)
class Written:
    """A table in words, as wide as its columns: `numbers` says which of them stand to the right."""

    columns: Sequence[Column]
    numbers: Sequence[bool]
    rows: Sequence[Sequence[str]]
    """Where nothing is known stands a dash."""
    total: Sequence[str]
    """What does not add up stays empty."""

    @property
    def title_spans(self) -> int:
        """The title of the last line takes the room of the columns beside it in which nothing adds up."""
        return next((at for at in range(1, len(self.total)) if self.total[at]), len(self.total) or 1)


def written(table: Table, zone: ZoneInfo, year: int | None) -> Written:
    """The table in words; moments of that year are told without it."""
    return Written(
        table.columns,
        numeric(table),
        [[cell(value, zone, year) or NOTHING for value in line] for line in table.rows],
        [cell(value, zone, year) for value in table.total],
    )


def year_of(document: Document) -> int:
    """The year for which it holds, which its head tells."""
    return document.at.astimezone(clock.zone(document.time_zone)).year


def head(document: Document) -> list[str]:
    """What stands below the title: of whom it is, the moment it holds for, and the report's own lines."""
    local = document.at.astimezone(clock.zone(document.time_zone))
    offset = f"{local:%z}"
    moment = _("As of {day} {time} ({zone}, UTC{offset})").format(
        day=clock.weekday(local),
        time=clock.dated_time(local),
        zone=document.time_zone,
        offset=f"{offset[:3]}:{offset[3:]}",
    )
    whose = ", ".join(dict.fromkeys(part for part in (document.site, document.organisation) if part))
    return [line for line in (whose, moment, *document.lines) if line]


def title(document: Document) -> str:
    """The title with the number under which it was issued."""
    return f"{document.title}  {document.number}" if document.number else document.title


def internal() -> str:
    """The mark of what never leaves the desk."""
    return _("INTERNAL: names of people stand in it. It stays at the desk.")
