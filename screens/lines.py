"""Text for the screen as plain values: a line is spans of text with a style's name, a row is a line one can stand on.

How a thing reads on screen is a pure function from the night to rows, testable without a terminal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

Span = tuple[str, str]
"""Text and the name of its style: "" plain, "bold", "dim", "alarm", "warn", "good", "here"."""
Line = tuple[Span, ...]

EMPTY: Line = ()


@dataclass(frozen=True)
class Row:
    """One line of a screen's body; with a key the cursor can stand on it. `half` is the part it belongs to."""

    line: Line
    key: str = ""
    half: int = 0


def plain(line: Line) -> str:
    """The line's text."""
    return "".join(text for text, _style in line)


def text(words: str, style: str = "") -> Line:
    """A line of one span."""
    return ((words, style),)


def fit(words: str, width: int) -> str:
    """The words cut or padded to exactly that many cells; what was cut shows as `~`."""
    if width <= 0:
        return ""
    if cell_len(words) > width:
        return set_cell_size(words, width - 1) + "~"
    return set_cell_size(words, width)


def right(words: str, width: int) -> str:
    """The words at the right of that many cells."""
    return fit(words, width) if cell_len(words) >= width else " " * (width - cell_len(words)) + words


def rule(words: str, width: int, tail: str = "") -> Line:
    """A line across the screen with words in it, `-- Coming ----- said -`."""
    start = f"-- {words} " if words else ""
    if cell_len(start) > width:
        start = fit(start.rstrip(), width)
    end = f" {tail}" if tail else ""
    dashes = "-" * max(0, width - cell_len(start) - cell_len(end))
    return ((start, "bold"), (dashes, "dim"), (end, "dim")) if tail else ((start, "bold"), (dashes, "dim"))


def clipped(line: Line, width: int) -> Line:
    """The line cut or padded to the width."""
    spans: list[Span] = []
    left = width
    for words, style in line:
        if left <= 0:
            break
        size = cell_len(words)
        if size > left:
            words, size = set_cell_size(words, left), left
        spans.append((words, style))
        left -= size
    if left > 0:
        spans.append((" " * left, ""))
    return tuple(spans)


def around(rows: Sequence[Row], key: str, room: int) -> Sequence[Row]:
    """As many of the rows as there is room for, those around the one with that key."""
    if len(rows) <= room:
        return rows
    place = next((n for n, row in enumerate(rows) if row.key == key), 0)
    first = max(0, min(place - room // 2, len(rows) - room))
    return rows[first : first + max(room, 0)]


def wrapped(words: Iterable[str], width: int, gap: str = "   ", lines: int = 2) -> list[str]:
    """Pieces laid out over a number of lines, none broken; what does not fit is left out."""
    found = [""]
    for piece in words:
        longer = f"{found[-1]}{gap}{piece}" if found[-1] else f" {piece}"
        if cell_len(longer) <= width:
            found[-1] = longer
        elif len(found) < lines:
            found.append(f" {piece}")
        else:
            break
    return found + [""] * (lines - len(found))
