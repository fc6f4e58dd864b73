"""The best places tomorrow for all who wait, proved optimal by a mixed-integer program; a person decides (AVG art. 22).

In order: people in places that suit; people in places that have to be asked; linked households together; family ties
and re-entry; the municipality furthest behind its fair share first; men alone of another nationality spread (minutes
2.4); the fewest calls. Households are never split, and places, maxima and a no that was said are never passed.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desk import clock
from desk.capacity import Location, Municipality
from desk.households import Household
from desk.language import N_
from desk.night import Night
from desk.plans import reasons
from desk.plans.first_fit import first_fit, with_care, worth
from desk.plans.parts import counts_of, in_parts
from desk.plans.program import Answer, Level, Objective, Program
from desk.plans.waiting import Counts, Piece, Task, least_cost, task_of
from desk.suitability import Fit

TOTAL = 4
"""All objectives together take so many times the seconds of one at the most."""
_CELLS, _LONGEST = 40_000, 14
"""A night too large to search is made better for as many times those seconds as it has 40,000 households by places."""
SUITS, PLACED, TOGETHER, NEARBY, TIES, SHARES, MEN, CALLS = (
    N_("people in places that suit"),
    N_("people in a place, with those to be asked about"),
    N_("links at one location"),
    N_("links in one municipality"),
    N_("ties kept"),
    N_("furthest behind first"),
    N_("men alone spread"),
    N_("calls"),
)
"""The objectives, in their order."""


@dataclass(frozen=True)
class Assignment:
    """A place for one household: why there, and what stood in the way of the next best."""

    household: Household
    location: Location
    fit: Fit
    why: str
    next_best: str


@dataclass(frozen=True)
class LeftOut:
    """A household without a place, why, and which single change would make one possible."""

    household: Household
    reason: str
    would_help: str


@dataclass(frozen=True)
class PlannedCall:
    """One call that agrees several households; `opens` is when the location next answers."""

    location: Location
    households: tuple[Household, ...]
    opens: datetime

    @property
    def people(self) -> int:
        """For how many people is asked."""
        return sum(h.people for h in self.households)


@dataclass(frozen=True)
class PlannedRide:
    """Households that can go to one municipality together."""

    municipality: Municipality | None
    households: tuple[Household, ...]

    @property
    def people(self) -> int:
        """How many seats."""
        return sum(h.people for h in self.households)


@dataclass(frozen=True)
class OnwardPlan:
    """Who goes where and why, who gets none and what would help; `basis` marks the facts it rests on."""

    status: str
    gap: float
    levels: tuple[Level, ...]
    assignments: tuple[Assignment, ...]
    left_out: tuple[LeftOut, ...]
    calls: tuple[PlannedCall, ...]
    rides: tuple[PlannedRide, ...]
    basis: str

    @property
    def people(self) -> int:
        """How many people get a place."""
        return sum(one.household.people for one in self.assignments)


def plan_onward(
    night: Night,
    households: Iterable[Household] | None = None,
    *,
    seconds: float | None = None,
    total: float | None = None,
) -> OnwardPlan:
    """The best places for these households, else for all who wait.

    `seconds` are for one objective (a setting), `total` for all; where they run out the best that was found comes with
    its gap. Never worse than one household after the other in `suitability.suggest`'s order.
    """
    task = task_of(night, households)
    each = float(night.settings.solver_seconds if seconds is None else seconds)
    counts, levels = solved(task, each, TOTAL * each if total is None else total)
    given = given_of(task, counts)
    gap = max((level.gap for level in levels), default=0.0)
    why = reasons.Told(task, given)
    assignments = tuple(
        Assignment(h, night.location[given[h.id]], why.fit(h, given[h.id]), why.why(h), why.next_best(h))
        for h in task.households
        if h.id in given
    )
    left_out = tuple(LeftOut(h, *why.left_out(h)) for h in task.households if h.id not in given)
    return OnwardPlan(
        "optimal" if gap == 0.0 else "time_limit",
        gap,
        levels,
        assignments,
        left_out,
        _calls(night, assignments),
        _rides(night, assignments),
        task.basis,
    )


def solved(task: Task, seconds: float, total: float) -> tuple[Counts, tuple[Level, ...]]:
    """How many of each group go where, and what each objective came to."""
    start = max((first_fit(task), with_care(task)), key=lambda counts: worth(task, counts))
    if not task.fits:
        return {}, ()
    model = _Model(task)
    if not model.program.is_searched:
        # too many to search: the relaxation rounded down, and the rest given with care
        values = model.program.relaxed(model.objectives(worth(task, start))[:2], total / 4)
        total *= 3 / 4
        whole = {key: math.floor(values[x] + 1e-6) for key, x in model.goes.items()} if values else {}
        start = max((start, with_care(task, whole)), key=lambda counts: worth(task, counts))
        cells = len(task.households) * len(task.places)
        longer = max(total / 2, seconds * min(_LONGEST, cells / _CELLS))
        parts = in_parts(task, given_of(task, start), longer, lambda part, s: given_of(part, _quickly(part, s)))
        start, total = counts_of(task, parts), total / 2
    answer = model.program.best(model.objectives(worth(task, start)), seconds, model.values(start), total)
    if answer is None:
        return start, (Level(SUITS, float(worth(task, start)[0]), math.inf, 0.0),)
    return model.counts(answer), answer.levels


def _quickly(task: Task, seconds: float) -> Counts:
    return solved(task, min(0.1, seconds), min(0.3, seconds))[0]


def given_of(task: Task, counts: Counts) -> dict[int, int]:
    """Household id to location id: who is on the call list for a place of the plan keeps it, the rest as they came."""
    left: dict[int, dict[int, int]] = defaultdict(dict)
    for (group, location), number in counts.items():
        if number:
            left[group][location] = number
    given: dict[int, int] = {}
    for group, alike in enumerate(task.alike):
        to_give = left[group]
        proposed = {
            h.id: task.night.placement_of[h.id].location for h in alike.members if h.id in task.night.placement_of
        }
        for h in sorted(alike.members, key=lambda h: h.id not in proposed):
            here = proposed.get(h.id)
            place = here if here in to_give else min(to_give, key=lambda p: task.night.location[p].name, default=None)
            if place is None:
                continue
            given[h.id] = place
            to_give[place] -= 1
            if not to_give[place]:
                del to_give[place]
    return given


class _Model:
    """The program of a task: its variables, what must hold of them, its objectives."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.program = Program()
        self.goes = {
            (group, location): self.program.whole(
                0, min(len(task.alike[group].members), task.places[location] // task.alike[group].people)
            )
            for group, location in task.fits
        }
        self.calls = {location: self.program.yes_or_no() for location in task.places}
        self._at: dict[int, list[int]] = defaultdict(list)
        for group, location in self.goes:
            self._at[location].append(group)
        self._hard()
        self._links = [
            (nearby, pair, self._link(pair.one, pair.other, pair.at, nearby))
            for nearby in (False, True)
            for pair in task.pairs
        ]
        self._shares = self._filled(task.share_prices, lambda group: float(task.alike[group].people))
        self._men = self._filled(task.men_prices, lambda group: float(task.alike[group].man_spread))

    def _hard(self) -> None:
        task, program = self.task, self.program
        for group, alike in enumerate(task.alike):
            if group in task.open_to:
                program.at_most([(self.goes[group, at], 1) for at in task.open_to[group]], len(alike.members))
        everybody = sum(h.people for h in task.households)
        for location, groups in self._at.items():
            taken = [(self.goes[group, location], float(task.alike[group].people)) for group in groups]
            # nobody goes where nobody rings
            program.at_most([*taken, (self.calls[location], -float(min(everybody, task.places[location])))], 0)
            men = [(self.goes[group, location], 1.0) for group in groups if task.alike[group].man_spread]
            if men and location in task.men_left:
                program.at_most(men, task.men_left[location])

    def _link(self, one: int, other: int | None, at: int, nearby: bool) -> dict[int, int]:
        """A yes or no for each place where two can be together."""

        def by_place(group: int) -> dict[int, list[int]]:
            found: dict[int, list[int]] = defaultdict(list)
            for location in self.task.open_to.get(group, ()):
                found[self.task.municipality(location) if nearby else location].append(self.goes[group, location])
            return found

        first = by_place(one)
        if other is None:
            there = self.task.municipality(at) if nearby else at
            second: dict[int, list[int]] = {there: []} if there in first else {}
        else:
            second = by_place(other)
        found = {}
        people = self.task.alike[one].people + (self.task.alike[other].people if other is not None else 0)
        for place in first:
            if place not in second or (not nearby and place != at and self.task.places[place] < people):
                continue
            found[place] = self.program.yes_or_no()
            for goes in (first[place], second[place]):
                if goes:
                    self.program.at_most([(found[place], 1), *((x, -1) for x in goes)], 0)
        return found

    def _filled(self, prices: Mapping[int, tuple[Piece, ...]], weight: Callable[[int], float]) -> dict[int, list[int]]:
        """The pieces of each municipality that are filled by those who go there."""
        found: dict[int, list[int]] = {}
        going: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for (group, location), x in self.goes.items():
            if weight(group):
                going[self.task.municipality(location)].append((x, weight(group)))
        for municipality, pieces in prices.items():
            found[municipality] = [self.program.whole(0, piece.people) for piece in pieces]
            self.program.exactly([*going[municipality], *((u, -1) for u in found[municipality])], 0)
        return found

    def objectives(self, start: tuple[int, ...]) -> list[Objective]:
        """The objectives in their order; `start` is what is known already, which settles what can be proved at once."""
        task, goes = self.task, self.goes
        people = {key: float(task.alike[key[0]].people) for key in goes}
        room = sum(task.places.values())

        def most(wanted: bool) -> int:
            groups = {group for (group, _at), fits in task.fits.items() if fits or not wanted}
            return min(room, sum(task.alike[g].people * len(task.alike[g].members) for g in groups))

        suits = Objective(SUITS, {x: people[k] for k, x in goes.items() if task.fits[k]}, limit=most(True), step=1)
        placed = Objective(PLACED, {x: people[k] for k, x in goes.items()}, limit=most(False), step=1)
        ties = {x: 1.0 for k, x in goes.items() if task.alike[k[0]].tie == task.municipality(k[1])}
        tied = {g for (g, at) in goes if task.alike[g].tie == task.municipality(at)}
        # who is placed is settled by then, so that the least they can come to is known
        everybody = start[1] == most(False)
        men = sum(len(a.members) for g, a in enumerate(task.alike) if a.man_spread and g in task.open_to)
        return [
            suits,
            placed,
            self._links_whole(TOGETHER, nearby=False),
            self._links_whole(NEARBY, nearby=True),
            Objective(TIES, ties, limit=sum(len(task.alike[g].members) for g in tied), step=1),
            _fill(SHARES, task.share_prices, self._shares, start[1] if everybody else None),
            _fill(MEN, task.men_prices, self._men, men if everybody else None),
            Objective(CALLS, dict.fromkeys(self.calls.values(), 1.0), largest=False, limit=1 if goes else 0, step=1),
        ]

    def _links_whole(self, name: str, *, nearby: bool) -> Objective:
        these = [places for near, _pair, places in self._links if near is nearby]
        return Objective(
            name, {s: 1.0 for places in these for s in places.values()}, limit=sum(map(bool, these)), step=1
        )

    def values(self, counts: Counts) -> list[float]:
        """A plan as values of the variables."""
        task = self.task
        values = [0.0] * self.program.size[0]
        for key, number in counts.items():
            values[self.goes[key]] = float(number)
            values[self.calls[key[1]]] = 1.0
        at = {group: location for (group, location), number in counts.items() if number}
        for nearby, pair, places in self._links:
            other = pair.at if pair.other is None else at.get(pair.other)
            if pair.one in at and other is not None:
                first, second = (task.municipality(p) if nearby else p for p in (at[pair.one], other))
                if first == second and first in places:
                    values[places[first]] = 1.0
        for filled, prices, of_men in ((self._shares, task.share_prices, False), (self._men, task.men_prices, True)):
            more: dict[int, int] = defaultdict(int)
            for (group, location), number in counts.items():
                each = int(task.alike[group].man_spread) if of_men else task.alike[group].people
                more[task.municipality(location)] += number * each
            for municipality, variables in filled.items():
                for u, piece in zip(variables, prices[municipality], strict=True):
                    values[u] = float(min(more[municipality], piece.people))
                    more[municipality] -= int(values[u])
        return values

    def counts(self, answer: Answer) -> Counts:
        """An answer as a plan."""
        return {key: number for key, x in self.goes.items() if (number := answer.count(x))}


def _fill(name: str, prices: Mapping[int, tuple[Piece, ...]], filled: dict[int, list[int]], n: int | None) -> Objective:
    terms = {
        u: float(piece.price)
        for municipality, variables in filled.items()
        for u, piece in zip(variables, prices[municipality], strict=True)
    }
    return Objective(name, terms, largest=False, limit=None if n is None else least_cost(prices, n), step=1)


def _calls(night: Night, assignments: Iterable[Assignment]) -> tuple[PlannedCall, ...]:
    """The morning's call list, those that answer first on top: one call agrees all of a location."""
    those: dict[int, list[Household]] = defaultdict(list)
    for one in assignments:
        those[one.location.id].append(one.household)
    found = []
    for number, households in those.items():
        location = night.location[number]
        opens = clock.next_within(location.answers, night.at, night.settings.tz)
        found.append(PlannedCall(location, tuple(households), opens))
    return tuple(sorted(found, key=lambda call: (call.opens, call.location.name, call.location.id)))


def _rides(night: Night, assignments: Iterable[Assignment]) -> tuple[PlannedRide, ...]:
    """Rides that are filled from the plan: all who go to one municipality, where they are more than one household."""
    those: dict[int, list[Household]] = defaultdict(list)
    for one in assignments:
        those[one.location.municipality].append(one.household)
    found = [PlannedRide(night.municipality.get(m), tuple(hs)) for m, hs in those.items() if len(hs) > 1]
    return tuple(sorted(found, key=lambda ride: (-ride.people, ride.municipality.name if ride.municipality else "")))
