"""How measurements are printed: the desk, what it is held against, the ratio and the goal."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HEADING = f"{'':<42}{'desk':>12}{'against':>12}{'ratio':>9}{'goal':>9}"


@dataclass(frozen=True)
class Measured:
    """One thing done by the desk and by another, several times each in turn; times in seconds."""

    what: str
    desk: Sequence[float]
    against: Sequence[float]
    goal: float

    @property
    def ratio(self) -> float:
        """The desk's median in the other's."""
        return median(self.desk) / median(self.against)

    def line(self) -> str:
        """One line of the report."""
        desk, against = self.said(median(self.desk)), self.said(median(self.against))
        numbers = f"{desk:>12}{against:>12}{self.ratio:>8.2f}x{self.goal:>8.2f}x"
        return f"{self.what:<42}{numbers}{'' if self.ratio <= self.goal else '  above'}"

    def said(self, value: float) -> str:
        """One number of the line."""
        return _ms(value)


class Counted(Measured):
    """The same of bytes on the line."""

    def said(self, value: float) -> str:
        """One number of the line."""
        return f"{value:,.0f} B"


class Weighed(Measured):
    """The same of memory, in KB."""

    def said(self, value: float) -> str:
        """One number of the line."""
        return f"{value / 1024:.1f} MB"


def _ms(seconds: float) -> str:
    ms = seconds * 1000
    return f"{ms:.0f} ms" if ms >= 100 else f"{ms:.1f} ms" if ms >= 10 else f"{ms:.3f} ms"


def section(title: str, measured: Sequence[Measured]) -> str:
    """A title, the four columns and a line for each."""
    return "\n".join([title, HEADING, *(one.line() for one in measured), ""])
