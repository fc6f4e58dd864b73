"""What only moved: a list that scrolls by a row, the rest of a line behind a word that became longer or shorter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import ne
from typing import TypeAlias

Line: TypeAlias = Sequence[tuple[str, str]]

FARTHEST = 3
"""So many rows at once are looked for: an arrow moves a list by one, a line that comes or goes by a few."""
LEAST_LINES, NEAR = 3, 5
WORTH = 60
"""Cells that must be saved before it is done: the sequence itself is some twenty bytes."""
BLANK = (" ", "")
WIDEST_SHIFT, WORTH_SHIFT, TRIED = 24, 16, 8


@dataclass(frozen=True)
class Scroll:
    """Lines `top` to `bottom` move up by so many rows, or down where that is negative; what comes free is blank."""

    top: int
    bottom: int
    by: int

    def moved(self, shown: list[list[tuple[str, str]]]) -> None:
        """Do to these lines what the terminal does."""
        width = len(shown[0])
        block = shown[self.top : self.bottom + 1]
        blanks = [[BLANK] * width for _ in range(abs(self.by))]
        block = block[self.by :] + blanks if self.by > 0 else blanks + block[: self.by]
        shown[self.top : self.bottom + 1] = block

    def sequence(self) -> str:
        """What makes a terminal do it; where its cursor is afterwards is not certain."""
        at, turn = (self.bottom, "\n") if self.by > 0 else (self.top, "\x1bM")
        return f"\x1b[{self.top + 1};{self.bottom + 1}r\x1b[{at + 1}H{turn * abs(self.by)}\x1b[r"


def scroll(shown: Sequence[Line], wanted: Mapping[int, Line]) -> Scroll | None:
    """The move of lines that leaves least to be sent; None where none is worth it."""
    changed = sorted(y for y, line in wanted.items() if line != shown[y])
    # of lines that move some are alike, but most of those near each other change; a cursor that moves changes two
    if not any(last - first <= NEAR for first, last in zip(changed, changed[LEAST_LINES - 1 :], strict=False)):
        return None
    first, last = changed[0], changed[-1]
    new = {y: wanted.get(y, shown[y]) for y in range(first, last + 1)}
    stays = {y: _differing(new[y], shown[y]) for y in new}
    found = [
        one
        for by in range(-FARTHEST, FARTHEST + 1)
        if by and last - first >= abs(by)
        for one in [_best(shown, new, stays, by)]
    ]
    saved, best = max(found, key=lambda one: one[0], default=(0, None))
    return best if saved >= WORTH else None


def _best(shown: Sequence[Line], new: Mapping[int, Line], stays: Mapping[int, int], by: int) -> tuple[int, Scroll]:
    """The lines next to each other that gain most by moving `by`, and how many cells fewer are then to be sent."""
    first, last = min(new), max(new)
    places = range(first, last - by + 1) if by > 0 else range(first - by, last + 1)
    most, start, total, begin = 0, places[0], 0, places[0]
    end = start
    for y in places:
        if total <= 0:
            total, begin = 0, y
        total += stays[y] - _differing(new[y], shown[y + by])
        if total > most:
            most, start, end = total, begin, y
    one = Scroll(start, end + by, by) if by > 0 else Scroll(start + by, end, by)
    freed = range(end + 1, end + by + 1) if by > 0 else range(start + by, start)
    return most - sum(sum(cell != BLANK for cell in new[y]) - stays[y] for y in freed), one


def _differing(one: Line, other: Line) -> int:
    return sum(map(ne, one, other))


def shift(old: list[tuple[str, str]], new: Line) -> tuple[int, int] | None:
    """From which column on the rest of a line moves, and how far to the right, or left where that is negative."""
    first = next((x for x, cell in enumerate(new) if cell != old[x]), len(new))
    end = max((x + 1 for x, cell in enumerate(new) if cell != BLANK), default=0)  # blanks behind it cost nothing
    stays = _differing(new[first:end], old[first:end])
    if stays < WORTH_SHIFT or any(not letter for letter, _look in (*old, *new)):
        return None
    most, best = 0, 0
    right, left = _letters(old, first), _letters(new, first)
    for by in range(1, min(WIDEST_SHIFT, len(new) - first - 1) + 1):
        for one, likely in ((by, _lands(old, new, right, by)), (-by, _lands(new, old, left, by))):
            if not likely:
                continue
            saved = stays - _differing(new[first:end], shifted(old, first, one)[first:end])
            if saved > most:
                most, best = saved, one
    return (first, best) if most >= WORTH_SHIFT else None


def _letters(line: Line, first: int) -> list[int]:
    """Where some letters behind that column stand, all along the line: of what moves most are where it comes to be."""
    found = [x for x in range(first, len(line)) if line[x] != BLANK]
    return found[:: max(1, len(found) // TRIED)]


def _lands(one: Line, other: Line, letters: list[int], by: int) -> bool:
    return any(x + by < len(other) and other[x + by] == one[x] for x in letters)


def shifted(line: list[tuple[str, str]], first: int, by: int) -> list[tuple[str, str]]:
    """The line with its rest moved, as a terminal does it: what comes free is blank."""
    if by > 0:
        return [*line[:first], *[BLANK] * by, *line[first : len(line) - by]]
    return [*line[:first], *line[first - by :], *[BLANK] * -by]
