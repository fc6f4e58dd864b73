"""A report as a workbook: a sheet a table, with real numbers, dates and moments, and no formula ever."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from desk import clock
from desk.language import _, formats
from desk.reports.document import Block, Cell, Column, Document, Table
from screens.reports import shown
from screens.reports.rows import safe

A4 = 9
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31
_WIDEST, _NARROWEST = 60, 6


def render(document: Document) -> bytes:
    """The whole report; the first sheet says what it is and has its figures."""
    file = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        # the moment it holds for: when it was printed is nowhere in it
        created = document.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        book.set_properties(
            {"title": shown.title(document), "company": document.organisation, "author": "", "created": created}
        )
        _Sheets(book, document).write()
    return file.getvalue()


class _Sheets:
    """The sheets of one workbook while they are written."""

    def __init__(self, book: Workbook, document: Document) -> None:
        self.book = book
        self.document = document
        self.zone: ZoneInfo = clock.zone(document.time_zone)
        self.names: set[str] = set()
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def write(self) -> None:
        """The head, then each table on a sheet of its own."""
        self._head()
        for block in self.document.blocks:
            if block.table is not None:
                self._table(block, block.table)

    def _head(self) -> None:
        document, sheet = self.document, self._sheet(_("Report"))
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 18)
        sheet.set_column(2, 2, 70)
        lines: list[tuple[Sequence[Cell], dict[str, object]]] = []
        if document.internal:
            lines.append(((shown.internal(),), {"bold": True}))
        lines.append(((shown.title(document),), {"bold": True, "font_size": 14}))
        lines += [((line,), {}) for line in shown.head(document)]
        for block in document.blocks:
            if block.figures or block.notes:
                lines += [((), {}), ((block.title,), {"bold": True})]
            lines += [((figure.label, figure.value, figure.note), {}) for figure in block.figures]
            lines += [((note,), {}) for note in block.notes]
        for row, (cells, look) in enumerate(lines):
            for column, value in enumerate(cells):
                if value not in (None, ""):
                    self._cell(sheet, row, column, value, look)

    def _table(self, block: Block, table: Table) -> None:
        sheet = self._sheet(block.title)
        heading = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        numbers = shown.numeric(table)
        for column, (told, number) in enumerate(zip(table.columns, numbers, strict=True)):
            self._cell(sheet, 0, column, told.label, heading | ({"align": "right"} if number else {}))
            sheet.set_column(column, column, self._width(told, column, table))
        row = 1
        if any(told.hxl for told in table.columns):
            for at, told in enumerate(table.columns):
                self._cell(sheet, row, at, told.hxl, {"italic": True, "font_color": "#666666"})
            row += 1
        sheet.freeze_panes(row, 0)
        sheet.repeat_rows(0)
        for cells in table.rows:
            for at, value in enumerate(cells):
                self._cell(sheet, row, at, value, {})
            row += 1
        if not table.rows and table.empty:
            self._cell(sheet, row, 0, table.empty, {})
        for at, value in enumerate(table.total):
            self._cell(sheet, row, at, value, {"bold": True, "top": 1})

    def _width(self, told: Column, column: int, table: Table) -> int:
        lines = [*table.rows, table.total] if table.total else table.rows
        cells = [len(shown.cell(line[column], self.zone)) for line in lines]
        words = [len(word) for word in told.label.split()]
        return min(_WIDEST, max([_NARROWEST, *cells, *words]) + 2)

    def _sheet(self, title: str) -> Any:
        """A sheet that prints on A4; two of one title get a number."""
        wanted = _NOT_IN_A_NAME.sub(" ", title).strip().strip("'")[:_LONGEST_NAME] or _("Table")
        name, again = wanted, 1
        while name.casefold() in self.names or name.casefold() == "history":  # Excel keeps that one for itself
            again += 1
            name = f"{wanted[: _LONGEST_NAME - 4]} {again}"
        self.names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        marks = [shown.title(self.document), *([shown.internal()] if self.document.internal else [])]
        sheet.set_header("&L" + "   ".join(marks)[:200].replace("&", "&&"))
        sheet.set_footer("&R&P / &N")
        return sheet

    def _cell(self, sheet: Any, row: int, column: int, value: Cell, look: dict[str, object]) -> None:
        if value is None:
            if look:
                sheet.write_blank(row, column, None, self._look(look))
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, self._look(look))
        elif isinstance(value, int | float):
            shape = "#,##0" if isinstance(value, int) else "#,##0.0"
            sheet.write_number(row, column, value, self._look({**look, "num_format": shape}))
        elif isinstance(value, datetime):
            local = value.astimezone(self.zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, self._look({**look, "num_format": _date() + " hh:mm"}))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._look({**look, "num_format": _date()}))
        else:
            # the mark of text: it stays so when somebody opens the cell to edit it
            marked = {**look, "quote_prefix": True} if safe(value) != value else look
            sheet.write_string(row, column, value, self._look(marked))

    def _look(self, look: dict[str, object]) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(look)) if look else None
        return self.formats[key]


def _date() -> str:
    """How a workbook shows a date."""
    return formats().sheet_date
