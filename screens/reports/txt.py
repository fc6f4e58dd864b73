"""A report as plain text of 80 columns: to read at 03:00, to paste into another system, to print on anything."""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from desk import clock
from desk.reports.document import Block, Document, Figure, Table
from screens.reports import shown

WIDTH = 80
GAP = 2
_LEAST_TEXT = 8
_LEAST_HEADING = 5
_HIGHEST_HEADING = 2
_HIDDEN = frozenset(("Cc", "Cf", "Cs"))


def render(document: Document) -> bytes:
    """The whole report."""
    return ("\n".join(lines(document)) + "\n").encode()


def lines(document: Document) -> Iterator[str]:
    """Line by line, none longer than 80 letters; nothing in them steers a terminal."""
    return (_plain(line).rstrip() for line in _lines(document))


def lines_of_block(block: Block, zone: ZoneInfo) -> Iterator[str]:
    """One block of a report by itself, in the same way."""
    return (_plain(line).rstrip() for line in _block(block, zone, None))


def _lines(document: Document) -> Iterator[str]:
    zone = clock.zone(document.time_zone)
    if document.internal:
        yield from _wrapped(shown.internal())
        yield ""
    title = shown.title(document).upper()
    yield from _wrapped(title)
    yield "=" * min(WIDTH, len(title))
    for line in shown.head(document):
        yield from _wrapped(line)
    for block in document.blocks:
        yield ""
        yield from _block(block, zone, shown.year_of(document))


def _block(block: Block, zone: ZoneInfo, year: int | None) -> Iterator[str]:
    if block.title:
        yield f"-- {block.title} ".ljust(WIDTH, "-") if len(block.title) < WIDTH - 6 else block.title
    yield from _figures(block.figures, zone)
    if block.table is not None:
        if block.figures:
            yield ""
        yield from table_lines(block.table, zone, year)
    for note in block.notes:
        yield from _wrapped(note, first="* ", then="  ")


def _figures(figures: Sequence[Figure], zone: ZoneInfo) -> Iterator[str]:
    if not figures:
        return
    values = [shown.cell(figure.value, zone) or shown.NOTHING for figure in figures]
    longest = max((len(v) for v, f in zip(values, figures, strict=True) if shown.is_number(f.value)), default=1)
    wide = min(max(len(figure.label) for figure in figures), WIDTH // 2)
    for figure, value in zip(figures, values, strict=True):
        said = value.rjust(longest) if shown.is_number(figure.value) else value
        *before, last = textwrap.wrap(figure.label, wide) or [""]
        yield from before
        yield from _wrapped(
            "  ".join(part for part in (said, figure.note) if part), first=f"{last:<{wide}}  ", then=" " * (wide + 2)
        )


# --- tables -----------------------------------------------------------------------------------


def table_lines(table: Table, zone: ZoneInfo, year: int | None = None) -> Iterator[str]:
    """The table in columns, numbers to the right; where they do not fit, one line for each field of a row."""
    if not table.rows:
        yield from _wrapped(table.empty or shown.NOTHING)
        return
    told = shown.written(table, zone, year)
    kept = [at for at, column in enumerate(told.columns) if column.needs == "line"]
    below = [at for at, column in enumerate(told.columns) if column.needs == "below"]
    numbers = [told.numbers[at] for at in kept]
    headings = [told.columns[at].short or told.columns[at].label for at in kept]
    body = [[row[at] for at in kept] for row in told.rows]
    last = [told.total[at] for at in kept] if told.total else []
    widths = _widths(headings, numbers, [*body, last] if last else body)
    if widths is None:
        yield from _stacked(told, kept + below)
        return
    yield from _row(headings, numbers, widths, heading=True)
    rule = "  ".join("-" * width for width in widths)
    yield rule
    for row, cells in zip(told.rows, body, strict=True):
        yield from _row(cells, numbers, widths)
        for at in below:
            if row[at] != shown.NOTHING:
                yield from _wrapped(f"{told.columns[at].label}: {row[at]}", first="    ", then="    ")
    if last:
        yield rule
        yield from _total(last, numbers, widths)


def _widths(headings: Sequence[str], numbers: Sequence[bool], rows: Sequence[Sequence[str]]) -> list[int] | None:
    """How wide each column is, so that all fit beside each other; None when they cannot."""
    columns = range(len(headings))
    cells = [max(len(row[at]) for row in rows) for at in columns]
    words = [_longest(headings[at]) for at in columns]
    widths = [max(cell, word) for cell, word in zip(cells, words, strict=True)]
    room = WIDTH - GAP * (len(headings) - 1)
    # what gives way first: lines of text between their words, then words, then headings; a number is never broken
    text = [cells[at] if numbers[at] else max(words[at], *(_longest(row[at]) for row in rows)) for at in columns]
    broken = [cells[at] if numbers[at] else min(text[at], _LEAST_TEXT) for at in columns]
    heads = [max(cells[at], min(words[at], _LEAST_HEADING)) if numbers[at] else broken[at] for at in columns]
    for least in (
        [widths[at] if numbers[at] else text[at] for at in columns],
        [widths[at] if numbers[at] else broken[at] for at in columns],
        heads,
    ):
        while sum(widths) > room and any(widths[at] > least[at] for at in columns):
            widths[max(columns, key=lambda at: widths[at] - least[at])] -= 1
    if sum(widths) > room:
        return None
    while sum(widths) < room:
        tall = [at for at in columns if len(textwrap.wrap(headings[at], widths[at])) > _HIGHEST_HEADING]
        if not tall:
            break
        widths[min(tall, key=lambda at: widths[at])] += 1
    return widths


def _longest(text: str) -> int:
    return max(map(len, text.split()), default=1)


def _total(cells: Sequence[str], numbers: Sequence[bool], widths: Sequence[int]) -> Iterator[str]:
    """The last line; its title takes the room of the columns beside it in which nothing adds up."""
    spans = next((at for at in range(1, len(cells)) if cells[at]), len(cells))
    first = sum(widths[:spans]) + GAP * (spans - 1)
    yield from _row([cells[0], *cells[spans:]], [False, *numbers[spans:]], [first, *widths[spans:]])


def _row(
    cells: Sequence[str], numbers: Sequence[bool], widths: Sequence[int], *, heading: bool = False
) -> Iterator[str]:
    parts = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    high = max(map(len, parts))
    for at in range(high):
        line = []
        for part, number, width in zip(parts, numbers, widths, strict=True):
            # headings stand on the rule, what they name hangs from it
            place = at - (high - len(part)) if heading else at
            text = part[place] if 0 <= place < len(part) else ""
            line.append(text.rjust(width) if number else text.ljust(width))
        yield (" " * GAP).join(line)


def _stacked(told: shown.Written, kept: Sequence[int]) -> Iterator[str]:
    labels = {at: told.columns[at].label for at in kept}
    wide = min(max(map(len, labels.values())), WIDTH // 2)
    for number, cells in enumerate([*told.rows, told.total] if told.total else told.rows):
        if number:
            yield ""
        for at, label in labels.items():
            if cells[at]:
                yield from _wrapped(cells[at], first=f"{label[:wide]:<{wide}}  ", then=" " * (wide + 2))


def _wrapped(text: str, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False) or [
        first.rstrip()
    ]


def _plain(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c for c in text if unicodedata.category(c) not in _HIDDEN)
