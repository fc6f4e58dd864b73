"""HiGHS at work on a program: one objective after the other, each kept at its best while the next is brought there.

A relaxation, in which nothing needs to be whole, tells a bound at a tenth of the cost of a search: values that reach it
are proved, and what it says of single variables makes the searches that follow short.
"""

import math
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from desk.plans.program import INFINITE, WHOLE, Level, Objective, Program

MANY = 8_000
"""Above so many variables a search passes its time by far (a round of cuts is never broken off): the start stays."""
_LEAST = 0.01
"""With fewer seconds than this nothing is looked for any more."""


class Solver:
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
        self.short_of_bound = False
        """Whether the last level came to less than its relaxation promised."""
        self._highs: Any = highspy.Highs.__new__(highspy.Highs)
        # its own start prints a line over the screen before it can be told to be quiet
        super(highspy.Highs, self._highs).__init__()
        for name, value in (
            ("output_flag", False),
            ("time_limit", float(seconds)),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", WHOLE),
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

    def all_at_once(self, objectives: Sequence[Objective], left: float) -> bool:
        """Whether one search settled all levels: each but the last at the bound of its relaxation, which proves it.

        Nearly always the bounds can be reached together, and a bound costs a tenth of a search. Where they cannot,
        nothing was changed and the levels are searched one by one.
        """
        if len(objectives) < 2 or any(not objective.step for objective in objectives):
            return False
        if len(self._program._low) > MANY:
            return False
        began, rows, lp = perf_counter(), int(self._highs.getNumRow()), self._highs.getLp()
        low, high = self._numbers.array(lp.col_lower_), self._numbers.array(lp.col_upper_)
        # where it fails there must be time to search level by level
        self._highs.setOptionValue("time_limit", min(self._seconds, max(_LEAST, left / 4)))
        if self._relaxed(objectives[:-1]):
            self._aim(objectives[-1])
            self._highs.run()
            if self._highs.getModelStatus() == self._kinds.HighsModelStatus.kOptimal:
                self.values = self._rounded(tuple(self._highs.getSolution().col_value))
                seconds = (perf_counter() - began) / len(objectives)
                for objective in objectives:
                    value = _sum(objective, self.values)
                    self.levels.append(Level(objective.name, value, value, seconds))
                return True
        columns = len(low)
        self._highs.changeColsBounds(columns, self._numbers.arange(columns, dtype=self._numbers.int32), low, high)
        last = int(self._highs.getNumRow())
        if last > rows:
            self._highs.deleteRows(last - rows, self._numbers.arange(rows, last, dtype=self._numbers.int32))
        return False

    def _relaxed(self, objectives: Sequence[Objective]) -> bool:
        """Keep each objective at the bound of its relaxation with those before it kept; False where that fails."""
        for objective in objectives:
            if any(objective.terms.values()):
                bound = self._bound(objective)
                if bound is None:
                    return False
                self._keep(objective, bound)
                self._settle(objective, bound)
        return True

    def _bound(self, objective: Objective) -> float | None:
        """What an objective can be at the very best when nothing needs to be whole but it; None where time is over."""
        self._aim(objective)
        self._highs.setOptionValue("solve_relaxation", True)
        # for a relaxation HiGHS counts the time of all runs so far, for a search only its own
        limit = self._highs.getOptionValue("time_limit")[1]
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + limit)
        self._highs.run()
        self._highs.setOptionValue("time_limit", limit)
        self._highs.setOptionValue("solve_relaxation", False)
        if self._highs.getModelStatus() != self._kinds.HighsModelStatus.kOptimal:
            return None
        np, solution = self._numbers, self._highs.getSolution()
        self._lp = float(self._highs.getInfo().objective_function_value)
        self._lp_values, self._reduced = np.array(solution.col_value), np.abs(np.array(solution.col_dual))
        steps = self._lp / objective.step
        return objective.step * (math.floor(steps + 1e-5) if objective.largest else math.ceil(steps - 1e-5))

    def _settle(self, objective: Objective, value: float) -> None:
        """Fix what cannot be otherwise where an objective stays at this value.

        A variable whose reduced cost in the relaxation is more than the value is away from it would make it worse
        (complementary slackness); what stays open is a fraction, and the searches that follow are so much shorter.
        """
        np, room, lp = self._numbers, abs(self._lp - value), self._highs.getLp()
        low, high = np.array(lp.col_lower_), np.array(lp.col_upper_)
        at_bound = (np.abs(self._lp_values - low) < WHOLE) | (np.abs(self._lp_values - high) < WHOLE)
        is_whole = np.array(self._program._is_whole)
        settled = np.where(is_whole, self._reduced > room + 1e-4, (self._reduced > 1e-4) & (room < 1e-4))
        fixed = np.nonzero(at_bound & settled & (low < high))[0].astype(np.int32)
        if len(fixed):
            at = np.round(self._lp_values[fixed])
            self._highs.changeColsBounds(len(fixed), fixed, at, at)

    def _aim(self, objective: Objective) -> None:
        np, h = self._numbers, self._kinds
        columns = len(self._program._low)
        cost = np.zeros(columns)
        for variable, weight in objective.terms.items():
            cost[variable] = weight
        self._highs.setOptionValue("mip_abs_gap", max(WHOLE, 0.99 * objective.step))
        self._highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), cost)
        self._highs.changeObjectiveSense(h.ObjSense.kMaximize if objective.largest else h.ObjSense.kMinimize)

    def reach(self, objective: Objective, left: float = math.inf) -> bool:
        """Bring one objective to its best and keep it there, in `left` seconds; False where nothing was found."""
        h, columns = self._kinds, len(self._program._low)
        if not objective.terms:
            if not self.values:  # the rows alone decide
                objective = Objective(objective.name, {0: 0.0}) if columns else objective
            else:
                self.levels.append(Level(objective.name, 0.0, 0.0, 0.0))
                return True
        if self.values and (left < _LEAST or _reached(objective, _sum(objective, self.values))):
            self._stays(objective)
            return True
        began = perf_counter()
        self._highs.setOptionValue("time_limit", min(self._seconds, max(_LEAST, left)))
        best = self._bound(objective) if objective.step else None
        if best is not None and self.values and _same(best, _sum(objective, self.values)):
            self.levels.append(Level(objective.name, best, best, perf_counter() - began))
            self._keep(objective, best)
            self._settle(objective, best)
            return True
        if self.values and columns > MANY:
            self._stays(objective, best)
            return True
        self._aim(objective)
        if self.values:
            known = h.HighsSolution()
            known.col_value = list(self.values)
            self._highs.setSolution(known)
        self._highs.run()
        if self.values and self._is_the_start_again(objective):
            self._highs.clearSolver()
            self._highs.run()
        found = self._taken(objective)
        if found is None:
            return False
        value, bound = found
        self.levels.append(Level(objective.name, value, bound, perf_counter() - began))
        self._keep(objective, value)
        self.short_of_bound = best is not None and not _same(best, value)
        if best is not None:
            self._settle(objective, value)
        return True

    def _is_the_start_again(self, objective: Objective) -> bool:
        """Whether the values are worse than the optimum that is proved: then they are the start's.

        Seen with HiGHS 1.16: presolve maps the start to better values, these are proved, and the start is given back.
        """
        if self._highs.getModelStatus() != self._kinds.HighsModelStatus.kOptimal:
            return False
        value = _sum(objective, tuple(self._highs.getSolution().col_value))
        apart = abs(value - float(self._highs.getInfo().mip_dual_bound))
        return apart > max(objective.step, 10 * WHOLE * max(1.0, abs(value)))

    def _taken(self, objective: Objective) -> tuple[float, float] | None:
        """The value and the bound after a run; what was known before stays where the run found nothing better."""
        info, status = self._highs.getInfo(), self._highs.getModelStatus()
        proved = status == self._kinds.HighsModelStatus.kOptimal
        new = tuple(self._highs.getSolution().col_value) if info.primal_solution_status == 2 else ()
        if new:
            new = self._rounded(new)
        sign = 1 if objective.largest else -1
        if self.values and (not new or sign * _sum(objective, new) < sign * _sum(objective, self.values) - WHOLE):
            new = self.values
        if not new:
            return None
        self.values = new
        value = _sum(objective, new)
        if proved:
            return value, value
        bound = float(info.mip_dual_bound)
        known = bound if math.isfinite(bound) else sign * INFINITE
        if objective.limit is not None:
            known = sign * min(sign * known, sign * objective.limit)
        return value, known

    def relaxed_values(self, objectives: Sequence[Objective], until: float) -> tuple[float, ...]:
        """The variables when each objective is at its best and nothing needs to be whole; empty if no time."""
        for objective in objectives:
            left = until - perf_counter()
            self._highs.setOptionValue("time_limit", max(_LEAST, left))
            if left < _LEAST or not self._relaxed([objective]):
                break
        return tuple(self._highs.getSolution().col_value)

    def _stays(self, objective: Objective, bound: float | None = None) -> None:
        """What is known already is kept: it is proved by its limit, or there is no time to look for better."""
        value = _sum(objective, self.values)
        none = math.inf if objective.largest else -math.inf
        limit = none if objective.limit is None else objective.limit
        known = limit if bound is None else min(limit, bound) if objective.largest else max(limit, bound)
        bound = value if _reached(objective, value) or _same(known, value) else known
        self.levels.append(Level(objective.name, value, bound, 0.0))
        self._keep(objective, value)

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
        slack = WHOLE * max(1.0, abs(value))
        low, high = (value - slack, INFINITE) if objective.largest else (-INFINITE, value + slack)
        self._highs.addRow(
            low, high, len(used), np.array([v for v, _w in used], dtype=np.int32), np.array([w for _v, w in used])
        )


def _reached(objective: Objective, value: float) -> bool:
    """Whether it is as good as it can be by what was known beforehand."""
    if objective.limit is None:
        return False
    return value >= objective.limit - WHOLE if objective.largest else value <= objective.limit + WHOLE


def _sum(objective: Objective, values: Sequence[float]) -> float:
    return sum(weight * values[variable] for variable, weight in objective.terms.items())


def _same(one: float, other: float) -> bool:
    """Whether two sums are the same but for the solver's rounding."""
    return abs(one - other) < WHOLE * max(1.0, abs(one))
