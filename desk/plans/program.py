"""A mixed-integer program with several objectives in their order, solved by HiGHS.

The first objective is brought to its best, then kept there while the next is, and so on (lexicographic). Every level
says what it came to, the bound that was proved, and the gap between them: 0 where it is proved that nothing is better.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

Terms = Iterable[tuple[int, float]]
"""Pairs of a variable and what one of it counts for; a variable may come more than once."""

WHOLE = 1e-6
"""A number so near a whole one is that number: the solver works in floating point."""
INFINITE = math.inf


@dataclass(frozen=True)
class Objective:
    """What is to be as large as possible, or as small; its name is for people and logs."""

    name: str
    terms: Mapping[int, float]
    largest: bool = True
    limit: float | None = None
    """What it can never be better than, where that is known beforehand: values that reach it are proved at once."""
    step: float = 0.0
    """Its values differ by so much or not at all; where it is said, less than that apart from the bound is a proof."""


@dataclass(frozen=True)
class Level:
    """What one objective came to."""

    name: str
    value: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """How much better it could be at the most, as a share of the value; 0 is proved optimal."""
        apart = abs(self.bound - self.value)
        return 0.0 if apart < WHOLE else apart / max(1.0, abs(self.value))


@dataclass(frozen=True)
class Answer:
    """The values of all variables in the order in which they were made, and what each objective came to."""

    values: tuple[float, ...]
    levels: tuple[Level, ...]

    @property
    def status(self) -> str:
        """`optimal` where every level is proved, else `time_limit`: the best that was found."""
        return "optimal" if self.gap == 0.0 else "time_limit"

    @property
    def gap(self) -> float:
        """The widest gap of all levels."""
        return max((level.gap for level in self.levels), default=0.0)

    def chosen(self, variable: int) -> bool:
        """Whether a yes or no came out as yes."""
        return self.values[variable] > 0.5

    def count(self, variable: int) -> int:
        """A whole number as it came out."""
        return round(self.values[variable])


@dataclass
class Program:
    """Variables and what must hold of them; values in, values out."""

    _low: list[float] = field(default_factory=list)
    _high: list[float] = field(default_factory=list)
    _is_whole: list[bool] = field(default_factory=list)
    _rows: list[tuple[float, list[tuple[int, float]], float]] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Variables and rows."""
        return len(self._low), len(self._rows)

    def yes_or_no(self) -> int:
        """A variable that is 0 or 1."""
        return self.whole(0, 1)

    def whole(self, low: float, high: float) -> int:
        """A variable that is a whole number."""
        return self._variable(low, high, is_whole=True)

    def amount(self, low: float, high: float = INFINITE) -> int:
        """A variable that may be any number."""
        return self._variable(low, high, is_whole=False)

    def _variable(self, low: float, high: float, *, is_whole: bool) -> int:
        self._low.append(low)
        self._high.append(high)
        self._is_whole.append(is_whole)
        return len(self._low) - 1

    def at_most(self, terms: Terms, limit: float) -> None:
        """The sum never is more than the limit."""
        self._row(-INFINITE, terms, limit)

    def at_least(self, terms: Terms, limit: float) -> None:
        """The sum never is less than the limit."""
        self._row(limit, terms, INFINITE)

    def exactly(self, terms: Terms, value: float) -> None:
        """The sum is the value."""
        self._row(value, terms, value)

    def _row(self, low: float, terms: Terms, high: float) -> None:
        added: dict[int, float] = {}
        for variable, weight in terms:
            added[variable] = added.get(variable, 0.0) + weight
        self._rows.append((low, [(v, w) for v, w in added.items() if w], high))

    def holds(self, values: Sequence[float]) -> bool:
        """Whether these values break nothing."""
        within = all(
            low - WHOLE <= value <= high + WHOLE for low, value, high in zip(self._low, values, self._high, strict=True)
        )
        return within and all(
            low - WHOLE <= sum(weight * values[variable] for variable, weight in terms) <= high + WHOLE
            for low, terms, high in self._rows
        )

    def relaxed(self, objectives: Sequence[Objective], total: float) -> tuple[float, ...]:
        """The values with each objective in its order at its best where nothing needs to be whole, in `total` seconds.

        What a plan for many can be rounded from; empty where there was no time.
        """
        from desk.plans.solver import Solver  # it reads what stands here

        return Solver(self, total).relaxed_values(objectives, perf_counter() + total)

    @property
    def is_searched(self) -> bool:
        """Whether it is small enough to search for the best; else `best` proves and bounds what it starts from."""
        from desk.plans.solver import MANY  # it reads what stands here

        return len(self._low) <= MANY

    def best(
        self,
        objectives: Sequence[Objective],
        seconds: float,
        start: Sequence[float] | None = None,
        total: float = math.inf,
    ) -> Answer | None:
        """The best by each objective in its order, `seconds` for each at most; None where nothing fits or was found.

        `start` are values that break nothing, as of a plan made by hand: what comes out is never worse. `total` seconds
        are for all objectives together: where they are over, what is known stays, with the bound that is known.
        """
        until = perf_counter() + total
        from desk.plans.solver import Solver  # it reads what stands here

        solver = Solver(self, seconds)
        if start is not None:
            solver.begin_with(start)
        for number, objective in enumerate(objectives):
            left = until - perf_counter()
            # once a level falls short of what its relaxation promised, the rest may do together again
            if (number == 0 or solver.short_of_bound) and solver.all_at_once(objectives[number:], left):
                break
            if not solver.reach(objective, left):
                return None
        return Answer(solver.values, tuple(solver.levels)) if solver.values or not self._low else None
