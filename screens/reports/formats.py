"""The formats of a report by name; what prints one (a template, a spreadsheet writer) is loaded at its first use."""

import importlib
from collections.abc import Callable
from zoneinfo import ZoneInfo

from desk.reports.document import Block, Document

FORMATS = {
    "txt": "screens.reports.txt",
    "html": "screens.reports.html",
    "xlsx": "screens.reports.xlsx",
    "csv": "screens.reports.rows",
    "json": "screens.reports.data",
    "md": "screens.reports.md",
}
BINARY = frozenset({"xlsx"})
"""Formats that are not text: never written to a terminal."""


def render(document: Document, form: str) -> bytes:
    """The document in that format, the same bytes whenever and wherever it is printed; text is UTF-8."""
    printed: Callable[[Document], bytes] = importlib.import_module(FORMATS[form]).render
    return printed(document)


def lines_of_block(block: Block, zone: ZoneInfo) -> list[str]:
    """One block of a report as lines of text."""
    from screens.reports import txt

    return list(txt.lines_of_block(block, zone))
