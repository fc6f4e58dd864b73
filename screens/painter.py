"""What a frame costs on the line: only the cells that differ from what the terminal shows, in the fewest bytes.

Textual sends whole regions that may have changed. The painter keeps what the terminal shows, cell by cell, and sends
the difference, in sequences that every terminal since the VT100 knows.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from rich.cells import cell_len, get_character_cell_size, split_graphemes
from rich.color import Color, ColorSystem
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from screens.moved import BLANK, Scroll, scroll, shift, shifted
from screens.terminals import EIGHT, MANY, NONE, SIXTEEN, Terminal

Cell: TypeAlias = tuple[str, str]
"""A letter with its marks, or "" behind a wide one; and how it looks, as the numbers of an SGR sequence."""
Update: TypeAlias = LayoutUpdate | ChopsUpdate

_SYSTEMS = {EIGHT: ColorSystem.STANDARD, SIXTEEN: ColorSystem.STANDARD, MANY: ColorSystem.EIGHT_BIT}
_BACKSPACES, _REWRITTEN, _ERASED = 4, 4, 3
"""So many cells back are cheaper one by one; so many that stay are cheaper sent again; more blanks are erased."""
_JOINERS = "\u200c\u200d"
_STEERING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


class Painter:
    """What one terminal shows, and what to send for it to show something else."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._colours = terminal.colours
        self._looks: dict[Style, str] = {}
        self._behind: set[str] = set()
        """Looks of which a blank shows something: what lies behind it, a line under it."""
        self._shown: list[list[Cell]] = []
        self._size = Size(0, 0)
        self._lost = True
        self._at: tuple[int, int] | None = None
        self._look = ""
        self._out: list[str] = []

    def lose(self) -> None:
        """The terminal may show anything: the next frame is the whole screen."""
        self._lost = True

    def frame(self, update: Update | None, size: Size, cursor: tuple[int, int] | None = None) -> str:
        """The bytes that bring the terminal from what it shows to this; `cursor` is where its own cursor is put."""
        wanted = self._wanted(update, size)
        if self._lost or size != self._size:
            self._begin_anew(size, wanted)
        elif self._terminal.scrolls and (lines := scroll(self._shown, wanted)):
            self._scroll(lines, wanted)
        for y in sorted(wanted):
            self._line(y, wanted[y])
        self._change_look("")
        if cursor is not None and self._out:
            self._go(*cursor, [])
        found = "".join(self._out)
        self._out.clear()
        return found

    # --- what is wanted ---------------------------------------------------------------------

    def _wanted(self, update: Update | None, size: Size) -> dict[int, list[Cell]]:
        wanted: dict[int, list[Cell]] = {}
        for y, x, strip in _strips(update):
            if y >= size.height:
                continue
            if y not in wanted:
                shown = self._shown[y] if y < len(self._shown) else []
                wanted[y] = (shown + [BLANK] * size.width)[: size.width]
            cells = list(self._cells(strip))[: size.width - x]
            wanted[y][x : x + len(cells)] = cells
        return wanted

    def _begin_anew(self, size: Size, wanted: dict[int, list[Cell]]) -> None:
        """Empty the screen; all that it should show is then sent."""
        for y in range(size.height):
            if y not in wanted:
                shown = self._shown[y] if y < len(self._shown) else []
                wanted[y] = (shown + [BLANK] * size.width)[: size.width]
        self._shown = [[BLANK] * size.width for _ in range(size.height)]
        self._size, self._lost = size, False
        self._out.append("\x1b[m\x1b[H\x1b[2J")
        self._at, self._look = (0, 0), ""

    def _cells(self, strip: Strip) -> Iterator[Cell]:
        for text, style, control in strip:
            if control:
                continue
            look = self._looked(style)
            blank = (" ", look if look in self._behind else "")
            if text.isascii() and text.isprintable():
                yield from [(letter, look) if letter != " " else blank for letter in text]
            else:
                yield from _lettered(text, look, blank)

    def _looked(self, style: Style | None) -> str:
        if style is None:
            return ""
        look = self._looks.get(style)
        if look is None:
            look = self._looks[style] = sgr(style, self._colours)
            if style.reverse or style.underline or (style.bgcolor and not style.bgcolor.is_default and self._colours):
                self._behind.add(look)
        return look

    # --- what is sent -----------------------------------------------------------------------

    def _scroll(self, found: Scroll, wanted: dict[int, list[Cell]]) -> None:
        for y in range(found.top, found.bottom + 1):
            wanted.setdefault(y, self._shown[y])
        self._change_look("")
        self._out.append(found.sequence())
        self._at = None  # most terminals go to the top left by this, some stay
        found.moved(self._shown)

    def _line(self, y: int, new: list[Cell]) -> None:
        old = self._shown[y]
        if new == old:
            return
        if self._terminal.shifts and (rest := shift(old, new)):
            old = self._shift(y, old, *rest)
        width = end = len(new)
        while end and new[end - 1] == BLANK:
            end -= 1
        stale = [x for x in range(end, width) if old[x] != BLANK]
        erased = len(stale) > _ERASED
        again = False
        for x in range(end if erased else width):
            if new[x][0] and (again or new[x] != old[x]):
                self._go(x, y, new)
                again = not self._put(x, y, new[x])
        if erased:
            self._go(stale[0], y, new)
            self._change_look("")
            self._out.append("\x1b[K")
        self._shown[y] = new

    def _shift(self, y: int, line: list[Cell], x: int, by: int) -> list[Cell]:
        self._go(x, y, line)
        self._change_look("")
        self._out.append(f"\x1b[{abs(by)}{'@' if by > 0 else 'P'}")
        return shifted(line, x, by)

    def _go(self, x: int, y: int, line: list[Cell]) -> None:
        """Move the terminal's cursor by the shortest way."""
        if self._at == (x, y):
            return
        at_x, at_y = self._at or (-1, -1)
        away = x - at_x
        if at_y != y:
            self._out.append(f"\x1b[{y + 1 if y or x else ''}{f';{x + 1}' if x else ''}H")
        elif 0 < away <= _REWRITTEN and line and all(self._fits(cell) for cell in line[at_x:x]):
            self._out += [letter for letter, _look in line[at_x:x]]
        elif away > 0:
            self._out.append(f"\x1b[{away if away > 1 else ''}C")
        elif x == 0:
            self._out.append("\r")
        elif -away <= _BACKSPACES:
            self._out.append("\b" * -away)
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        self._at = x, y

    def _fits(self, cell: Cell) -> bool:
        """Whether a cell can be sent as the terminal's letters look now."""
        letter, look = cell
        return len(letter) == 1 and letter.isascii() and (look == self._look or (cell == BLANK and self._is_plain()))

    def _is_plain(self) -> bool:
        return self._look not in self._behind

    def _put(self, x: int, y: int, cell: Cell) -> bool:
        """Send one letter; gives whether it is certain how many cells it took, else the next one is sent again."""
        letter, look = cell
        if not (cell == BLANK and self._is_plain()):
            self._change_look(look)
        sure = len(letter) == 1 and (letter.isascii() or get_character_cell_size(letter) == 1)
        if not sure:
            # a terminal may take it for one cell or two: they are emptied first, and what follows finds its own place
            self._out.append(" " * min(cell_len(letter), self._size.width - x))
            self._at = None
            self._go(x, y, [])
        self._out.append(letter)
        self._at = (x + 1, y) if sure and x + 1 < self._size.width else None
        return sure

    def _change_look(self, look: str) -> None:
        if look == self._look:
            return
        if self._look and look.startswith(f"{self._look};"):
            self._out.append(f"\x1b[{look[len(self._look) + 1 :]}m")
        else:
            self._out.append(f"\x1b[{';' if self._look and look else ''}{look}m")
        self._look = look


def _strips(update: Update | None) -> Iterable[tuple[int, int, Strip]]:
    """The pieces of a frame of Textual's: row, column, and what stands there."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
    elif update is not None:
        for y in {y for y, _start, _end in update.spans}:
            for x, piece in update.chops[y].items():
                if piece is not None:
                    yield y, x, piece


def _lettered(text: str, look: str, blank: Cell) -> Iterator[Cell]:
    """Letters of any width with the marks upon them; whatever steers a terminal is no letter."""
    spans, _width = split_graphemes(text)
    for start, end, cells in spans:
        letter = "".join(c for c in text[start:end] if c in _JOINERS or unicodedata.category(c) not in _STEERING)
        if sum(map(get_character_cell_size, letter)) > cells:
            letter = letter[:1]  # of signs that some terminals join and some do not, the first
        if cells:
            yield (letter, look) if letter.strip() else blank
        if cells == 2:
            yield ("", look) if letter.strip() else blank


def sgr(style: Style, colours: int) -> str:
    """The numbers of the SGR sequence for a style on a terminal with so many colours."""
    codes = [number for number, given in (("1", style.bold), ("4", style.underline), ("7", style.reverse)) if given]
    if colours != NONE:
        for colour, is_text in ((style.color, True), (style.bgcolor, False)):
            if colour is not None and not colour.is_default:
                codes += _codes(colour, colours, is_text)
    return ";".join(codes)


def _codes(colour: Color, colours: int, is_text: bool) -> tuple[str, ...]:
    return colour.downgrade(_SYSTEMS[colours]).get_ansi_codes(is_text)
