"""A report as Markdown with GitHub's tables; no text from outside can become markup."""

import re
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from desk import clock
from desk.reports.document import Block, Cell, Document, Table
from screens.reports import shown

_MARKUP = re.compile(r"[\\`*_{}\[\]<>|#~$]")
_LEADS = re.compile(r"^(?:(?P<mark>[-+=])|(?P<number>\d+)(?P<dot>[.)]))")
_LINKS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)


def render(document: Document) -> bytes:
    """The whole report."""
    return ("\n".join(_lines(document)) + "\n").encode()


def _lines(document: Document) -> Iterator[str]:
    zone = clock.zone(document.time_zone)
    if document.internal:
        yield f"**{escaped(shown.internal())}**"
        yield ""
    yield f"# {escaped(shown.title(document))}"
    yield ""
    for line in shown.head(document):
        yield escaped(line) + "  "
    for block in document.blocks:
        yield from _block(block, zone)


def _block(block: Block, zone: ZoneInfo) -> Iterator[str]:
    if block.title:
        yield ""
        yield f"## {escaped(block.title)}"
    if block.figures:
        yield ""
        for figure in block.figures:
            note = f" ({escaped(figure.note)})" if figure.note else ""
            yield f"- {escaped(figure.label)}: **{_cell(figure.value, zone) or shown.NOTHING}**{note}"
    if block.table is not None:
        yield ""
        yield from _table(shown.on_page(block.table), zone)
    if block.notes:
        yield ""
        for note in block.notes:
            yield f"- {escaped(note)}"


def _table(table: Table, zone: ZoneInfo) -> Iterator[str]:
    if not table.rows:
        yield escaped(table.empty) or shown.NOTHING
        return
    yield _line([escaped(column.label) for column in table.columns])
    yield _line(["---:" if number else "---" for number in shown.numeric(table)])
    for row in table.rows:
        yield _line([_cell(cell, zone) or shown.NOTHING for cell in row])
    if table.total:
        yield _line([f"**{text}**" if text else "" for text in (_cell(cell, zone) for cell in table.total)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: Cell, zone: ZoneInfo) -> str:
    text = shown.cell(value, zone)
    return escaped(text) if isinstance(value, str) else text


def escaped(text: str) -> str:
    """The text so that it reads as it is, wherever it stands in a line."""
    safe = _MARKUP.sub(r"\\\g<0>", " ".join(text.split()).replace("&", "&amp;"))
    safe = _LINKS.sub(r"\\\g<0>", safe)
    return _LEADS.sub(lambda m: f"\\{m['mark']}" if m["mark"] else f"{m['number']}\\{m['dot']}", safe)
