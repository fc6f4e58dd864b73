"""Lines of text that repaint only the cells that differ: what keeps a slow line usable."""

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from screens.lines import EMPTY, Line, Span, clipped

STYLES = {
    "": Style(),
    "bold": Style(bold=True),
    "dim": Style(dim=True),
    "alarm": Style(color="red", bold=True),
    "warn": Style(color="yellow"),
    "good": Style(color="green"),
    "here": Style(bold=True, reverse=True),
}
"""How a page says what it means; which colours that becomes, the theme says (`screens/palettes.py`)."""


class Page(Widget):
    """A block of lines on the Line API; `show` compares with what stands there and repaints the difference."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._asked: tuple[int, list[Line]] = 0, []
        """The width and the lines as they were asked for last: of most repaints nearly all are the same."""

    def show(self, lines: list[Line]) -> None:
        """Show these lines from the top; shorter lines end in blanks."""
        width = self.size.width or 80
        before_width, asked = self._asked
        if width == before_width and lines == asked:
            return
        same = asked if width == before_width else []
        self._asked = width, list(lines)
        old = self._lines
        new = [old[y] if y < len(same) and same[y] == line else clipped(line, width) for y, line in enumerate(lines)]
        self._lines = new
        for y in range(max(len(new), len(old))):
            before = old[y] if y < len(old) else clipped(EMPTY, width)
            after = new[y] if y < len(new) else clipped(EMPTY, width)
            if before != after and (part := _differs(before, after, width)):
                first, last = part
                self.refresh(Region(first, y, last - first, 1))

    @property
    def lines(self) -> list[Line]:
        """What is shown, for tests."""
        return self._lines

    def render_line(self, y: int) -> Strip:
        """One line as the compositor wants it."""
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else EMPTY
        segments = [Segment(words, STYLES[style]) for words, style in clipped(line, width)]
        return Strip(segments, width)


def _differs(before: Line, after: Line, width: int) -> tuple[int, int] | None:
    """The first column that differs and the one behind the last; None where only the cut into spans does.

    Wide characters widen it to the whole line.
    """
    one, two = _cells(before), _cells(after)
    if len(one) != width or len(two) != width:
        return 0, width
    differ = [x for x in range(width) if one[x] != two[x]]
    return (differ[0], differ[-1] + 1) if differ else None


def _cells(line: Line) -> list[Span]:
    return [(char, style) for words, style in line for char in words]
