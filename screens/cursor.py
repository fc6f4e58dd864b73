"""Where one stands on a screen: the row under the cursor in each half, what is marked, what is scrolled into sight."""

from collections.abc import Mapping

from rich.cells import cell_len

from screens.lines import Line, Row

OVER = -1
"""The slot of a list that lies over the screen's own halves."""


class Cursor:
    """The cursor of one screen. Rows come anew with each repaint; keys keep it in its place."""

    def __init__(self) -> None:
        self.half = 0
        self.at: dict[int, str] = {}
        self.marked: set[str] = set()
        self.top = 0
        self.rows: list[Row] = []
        self.over = False
        self._more: Mapping[int, list[str]] = {}

    @property
    def slot(self) -> int:
        """The half the cursor is in, or OVER."""
        return OVER if self.over else self.half

    @property
    def key(self) -> str:
        """The key of the row under the cursor; empty when there is none."""
        return self.at.get(self.slot, "")

    def show(self, rows: list[Row], more: Mapping[int, list[str]], *, over: bool) -> None:
        """Other rows: each half keeps its row where that is still there, else goes to its first.

        `more` names all keys of a half of which only a part is among the rows.
        """
        self.rows, self._more, self.over = rows, more, over
        halves = {row.half for row in rows if row.key} | {self.half}
        for half in [0] if over else halves:
            slot = OVER if over else half
            stops = self.stops(half)
            if self.at.get(slot) not in stops:
                self.at[slot] = stops[0] if stops else ""
        if not over:
            if self.half and not self.stops(self.half):
                self.half = 0
            self.marked &= {key for half in halves for key in self.stops(half)}

    def stops(self, half: int) -> list[str]:
        """The keys on which the cursor can stand in a half, from the top."""
        if self.over:
            return [row.key for row in self.rows if row.key]
        if half in self._more:
            return self._more[half]
        return [row.key for row in self.rows if row.key and row.half == half]

    def to(self, key: str, half: int) -> None:
        """Put the cursor on a row."""
        self.half = half
        self.at[half] = key

    def over_at(self, key: str) -> None:
        """Put the cursor on a row of the list that lies over the screen."""
        self.at[OVER] = key

    def seek(self, key: str) -> None:
        """Put the cursor on a row if it is here; else it stays."""
        if not self.over:
            for half in {row.half for row in self.rows if row.key}:
                if key in self.stops(half):
                    self.to(key, half)
                    return

    def moves(self, action: str, height: int) -> bool:
        """Up, down, a page, to an end; False for any other key."""
        stops = self.stops(self.half)
        page = max(1, height - 2)
        far = len(stops) + len(self.rows)
        by = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "home": -far, "end": far}
        if action not in by:
            return False
        if stops:
            place = stops.index(self.key) if self.key in stops else 0
            self.at[self.slot] = stops[max(0, min(len(stops) - 1, place + by[action]))]
        else:
            self.top = max(0, min(self.top + by[action], len(self.rows) - height))
        return True

    def other_half(self) -> None:
        """To the next half in which one can stand."""
        halves = sorted({row.half for row in self.rows if row.key})
        if len(halves) > 1 and not self.over:
            self.half = halves[(halves.index(self.half) + 1) % len(halves)] if self.half in halves else halves[0]

    def mark(self) -> None:
        """Mark the row, or take the mark away."""
        self.marked ^= {self.key}

    def window(self, height: int) -> list[Row]:
        """The rows in sight, scrolled so that the cursor is among them."""
        on = [y for y, row in enumerate(self.rows) if row.key == self.key and (self.over or row.half == self.half)]
        if on and self.key:
            place = on[0]
            # from the first row one can stand on, the headings above it come into sight too
            first = next((y for y, row in enumerate(self.rows) if row.key), 0)
            self.top = 0 if place == first and place < height else min(self.top, place)
            self.top = max(self.top, place - height + 1)
        self.top = max(0, min(self.top, len(self.rows) - height))
        return self.rows[self.top : self.top + height]

    def drawn(self, row: Row, others: str = "") -> Line:
        """A row with its sign: `>` here, `*` marked, `=` the row of the other half; before it who else is on it."""
        if not row.key:
            return row.line
        at = self.at.get(OVER if self.over else row.half) == row.key
        active = at and (self.over or row.half == self.half)
        sign = ">" if active else "*" if row.key in self.marked else "=" if at else " "
        who = others[:1] if cell_len(others[:1]) == 1 else "+" if others else " "
        return ((f"{who}{sign} ", "bold" if active else ""), *row.line)
