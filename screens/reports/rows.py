"""A report as CSV (UTF-8, commas): the rows of its main tables, for spreadsheets and other systems.

Moments are ISO 8601 with their offset. Where columns have HXL tags these are the second row, and then only rows
follow that may be added up: no line of totals.
"""

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from desk import clock
from desk.reports.document import Block, Cell, Column, Document, Table

_FORMULA = re.compile(r"\s*[=+\-@\t\r\n|＝＋－＠]")


def render(document: Document) -> bytes:
    """The main blocks, or all when none is; under one heading where the columns are the same."""
    zone = clock.zone(document.time_zone)
    blocks = [b for b in document.blocks if b.main] or [b for b in document.blocks if b.table or b.figures]
    parts = _parts(blocks)
    written = StringIO(newline="")
    sheet = csv.writer(written, lineterminator="\r\n")
    for number, (title, tables) in enumerate(parts):
        if number:
            sheet.writerow([])
        if len(parts) > 1 and title:
            sheet.writerow([safe(title)])
        _write(sheet, tables, zone)
    return written.getvalue().encode()


def _parts(blocks: Sequence[Block]) -> list[tuple[str, list[Table]]]:
    parts: list[tuple[str, list[Table]]] = []
    for block in blocks:
        tables = [_of_figures(block)] if block.figures else []
        tables += [block.table] if block.table is not None else []
        for table in tables:
            if parts and table.columns == parts[-1][1][-1].columns and table is block.table:
                parts[-1][1].append(table)
            else:
                parts.append((block.title, [table]))
    return parts


def _of_figures(block: Block) -> Table:
    columns = (Column("figure", ""), Column("value", ""), Column("note", ""))
    return Table(columns, [(figure.label, figure.value, figure.note) for figure in block.figures])


def _write(sheet: Any, tables: Sequence[Table], zone: ZoneInfo) -> None:
    columns = tables[0].columns
    if any(column.label for column in columns):
        sheet.writerow([safe(column.label) for column in columns])
    tagged = any(column.hxl for column in columns)
    if tagged:
        # a tag of this program's own, so that no column is without one
        sheet.writerow([column.hxl or f"#x_{column.name}" for column in columns])
    for table in tables:
        for row in table.rows:
            sheet.writerow([_cell(value, zone) for value in row])
        if table.total and not tagged:
            sheet.writerow([_cell(value, zone) for value in table.total])


def _cell(value: Cell, zone: ZoneInfo) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.iso(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    return safe(value) if isinstance(value, str) else value


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula: what would begin one gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text
