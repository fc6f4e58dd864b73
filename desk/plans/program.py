"""A mixed-integer program with several objectives in their order, solved by HiGHS.

The first objective is brought to its best, then kept there while the next is, and so on (lexicographic). Every level
says what it came to, the bound that was proved, and the gap between them: 0 where it is proved that nothing is better.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

Terms = Iterable[tuple[int, float]]
"""Pairs of a variable and what one of it counts for; a variable may come more than once."""

_WHOLE = 1e-6
"""A number so near a whole one is that number: the solver works in floating point."""
_INFINITE = math.inf


@dataclass(frozen=True)
class Objective:
    """What is to be as large as possible, or as small; its name is for people and logs."""

    name: str
    terms: Mapping[int, float]
    largest: bool = True


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
        return 0.0 if apart < _WHOLE else apart / max(1.0, abs(self.value))


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

    def amount(self, low: float, high: float = _INFINITE) -> int:
        """A variable that may be any number."""
        return self._variable(low, high, is_whole=False)

    def _variable(self, low: float, high: float, *, is_whole: bool) -> int:
        self._low.append(low)
        self._high.append(high)
        self._is_whole.append(is_whole)
        return len(self._low) - 1

    def at_most(self, terms: Terms, limit: float) -> None:
        """The sum never is more than the limit."""
        self._row(-_INFINITE, terms, limit)

    def at_least(self, terms: Terms, limit: float) -> None:
        """The sum never is less than the limit."""
        self._row(limit, terms, _INFINITE)

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
            low - _WHOLE <= value <= high + _WHOLE
            for low, value, high in zip(self._low, values, self._high, strict=True)
        )
        return within and all(
            low - _WHOLE <= sum(weight * values[variable] for variable, weight in terms) <= high + _WHOLE
            for low, terms, high in self._rows
        )

    def best(
        self, objectives: Sequence[Objective], seconds: float, start: Sequence[float] | None = None
    ) -> Answer | None:
        """The best by each objective in its order, `seconds` for each at most; None where nothing fits or was found.

        `start` are values that break nothing, as of a plan made by hand: what comes out is never worse.
        """
        solver = _Solver(self, seconds)
        if start is not None:
            solver.begin_with(start)
        for objective in objectives:
            if not solver.reach(objective):
                return None
        return Answer(solver.values, tuple(solver.levels)) if solver.values or not self._low else None


class _Solver:
    """One model in the solver's own hands, tightened from level to level."""

    def __init__(self, program: Program, seconds: float) -> None:
        # heavy: loads numpy; nothing on the way to the first screen may come here
        import highspy
        import numpy as np

        self._kinds: Any = highspy
        self._numbers: Any = np
        self._program = program
        self.values: tuple[float, ...] = ()
        self.levels: list[Level] = []
        self._highs: Any = highspy.Highs.__new__(highspy.Highs)
        # its own start prints a line over the screen before it can be told to be quiet
        super(highspy.Highs, self._highs).__init__()
        for name, value in (
            ("output_flag", False),
            ("time_limit", float(seconds)),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", _WHOLE),
            ("threads", 1),  # the same plan each time, and a core for everybody else
            ("random_seed", 0),
        ):
            self._highs.setOptionValue(name, value)
        self._seconds = float(seconds)
        self._highs.passModel(self._model())

    def _model(self) -> Any:
        np, program, h = self._numbers, self._program, self._kinds
        lp = h.HighsLp()
        lp.num_col_, lp.num_row_ = program.size
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = np.array(program._low, dtype=float), np.array(program._high, dtype=float)
        lp.row_lower_ = np.array([low for low, _terms, _high in program._rows], dtype=float)
        lp.row_upper_ = np.array([high for _low, _terms, high in program._rows], dtype=float)
        lp.a_matrix_.format_ = h.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(terms) for _low, terms, _high in program._rows)])
        lp.a_matrix_.index_ = np.array([v for _low, terms, _high in program._rows for v, _w in terms], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([w for _low, terms, _high in program._rows for _v, w in terms], dtype=float)
        whole, any_number = h.HighsVarType.kInteger, h.HighsVarType.kContinuous
        lp.integrality_ = [whole if is_whole else any_number for is_whole in program._is_whole]
        return lp

    def begin_with(self, start: Sequence[float]) -> None:
        """Values to start from; they count only where they break nothing."""
        if self._program.holds(start):
            self.values = tuple(float(value) for value in start)

    def reach(self, objective: Objective) -> bool:
        """Bring one objective to its best and keep it there; False where nothing was found."""
        np, h = self._numbers, self._kinds
        columns = len(self._program._low)
        if not objective.terms:
            if not self.values:  # the rows alone decide
                objective = Objective(objective.name, {0: 0.0}) if columns else objective
            else:
                self.levels.append(Level(objective.name, 0.0, 0.0, 0.0))
                return True
        cost = np.zeros(columns)
        for variable, weight in objective.terms.items():
            cost[variable] = weight
        began = perf_counter()
        self._highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), cost)
        self._highs.changeObjectiveSense(h.ObjSense.kMaximize if objective.largest else h.ObjSense.kMinimize)
        if self.values:
            known = h.HighsSolution()
            known.col_value = list(self.values)
            self._highs.setSolution(known)
        self._highs.run()
        found = self._taken(objective)
        if found is None:
            return False
        value, bound = found
        self.levels.append(Level(objective.name, value, bound, perf_counter() - began))
        self._keep(objective, value)
        return True

    def _taken(self, objective: Objective) -> tuple[float, float] | None:
        """The value and the bound after a run; what was known before stays where the run found nothing better."""
        info, status = self._highs.getInfo(), self._highs.getModelStatus()
        proved = status == self._kinds.HighsModelStatus.kOptimal
        new = tuple(self._highs.getSolution().col_value) if info.primal_solution_status == 2 else ()
        if new:
            new = self._rounded(new)
        sign = 1 if objective.largest else -1
        if self.values and (not new or sign * _sum(objective, new) < sign * _sum(objective, self.values) - _WHOLE):
            new = self.values
        if not new:
            return None
        self.values = new
        value = _sum(objective, new)
        if proved:
            return value, value
        bound = float(info.mip_dual_bound)
        return value, bound if math.isfinite(bound) else sign * _INFINITE

    def _rounded(self, values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(
            float(round(value)) if is_whole else value
            for value, is_whole in zip(values, self._program._is_whole, strict=True)
        )

    def _keep(self, objective: Objective, value: float) -> None:
        """From here on this objective is never worse."""
        np = self._numbers
        used = [(v, w) for v, w in objective.terms.items() if w]
        if not used:
            return
        slack = _WHOLE * max(1.0, abs(value))
        low, high = (value - slack, _INFINITE) if objective.largest else (-_INFINITE, value + slack)
        self._highs.addRow(
            low, high, len(used), np.array([v for v, _w in used], dtype=np.int32), np.array([w for _v, w in used])
        )


def _sum(objective: Objective, values: Sequence[float]) -> float:
    return sum(weight * values[variable] for variable, weight in objective.terms.items())
