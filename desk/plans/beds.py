"""The best beds for everybody who waits: proved, explained, and never worse than first fit. A person decides.

plan = plan_beds(night)                 # for all who wait; nothing changes
plan.assignments, plan.left_out         # who goes where and why; who has no bed, and what would help
plan.after                              # the night as it would be
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from desk import planner
from desk.beds import Bed, Sharing, Stay, closes_room, left
from desk.buses import Bus
from desk.households import Household, HouseholdState
from desk.night import Night
from desk.plans.bed_options import ASKED, LEFT, OWN, QUIET, Column, movable, neighbours
from desk.plans.bed_program import BedProgram
from desk.plans.program import Answer, Level
from desk.refusals import Refused

_MOST_BARRED = 8
"""How often a plan is made again without a bed that the checks refuse."""
_ROUNDS = 3
"""All objectives together take no longer than so many at their limit: somebody waits for the answer."""


@dataclass(frozen=True)
class Given:
    """The beds for one household and why these; `moved_from` are the beds in which it sleeps now."""

    household: Household
    beds: tuple[Bed, ...]
    why: str
    moved_from: tuple[Bed, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A plan in its objectives, best first: more people, fewer extra rooms, more pairs, more beds, fewer moved."""

    people: int
    extra_rooms: int
    linked: int
    usable: int
    moved: int

    @property
    def worth(self) -> tuple[int, int, int, int, int]:
        """To compare by: a larger one is the better plan."""
        return self.people, -self.extra_rooms, self.linked, self.usable, -self.moved


@dataclass(frozen=True)
class BedPlan:
    """Who goes where; `status` is `optimal` where nothing better exists, else `time_limit` with the widest gap.

    `free_after` counts beds of open rooms that are neither slept in, nor closed beside a family, nor to clean, nor out
    of use: free or held for a bus, so what the next bus could use. `assignments` stand in the order in which they work.
    """

    before: Night
    after: Night
    assignments: tuple[Given, ...]
    left_out: tuple[planner.LeftOut, ...]
    measure: Measure
    status: str = "optimal"
    gap: float = 0.0
    levels: tuple[Level, ...] = ()
    agreements: tuple[tuple[Household, ...], ...] = ()
    """Who would have to agree to share a room; empty but in a second answer."""
    shared: "BedPlan | None" = field(default=None, repr=False)
    """Where this plan leaves somebody out: the plan with more in bed, in the fewest rooms shared without agreement."""

    @property
    def free_after(self) -> int:
        """Beds the next bus could use."""
        return self.measure.usable

    @property
    def moves(self) -> tuple[Given, ...]:
        """Those who sleep and would be moved."""
        return tuple(given for given in self.assignments if given.moved_from)

    def shown(self) -> dict[str, tuple[str, ...]]:
        """The beds by household reference: what a person has seen and accepts."""
        return {g.household.ref: tuple(sorted(self.before.label(bed) for bed in g.beds)) for g in self.assignments}


def plan_beds(
    night: Night,
    households: Iterable[Household] | None = None,
    bus: Bus | None = None,
    *,
    moves: bool = False,
    seconds: float | None = None,
    explain: bool = True,
) -> BedPlan:
    """The best beds for those who wait: off one bus, or all; `moves` lets sleepers move outside the quiet hours.

    `seconds` is the most for each objective, else the setting. Without `explain` nobody is told what would help, and
    there is no second answer.
    """
    waiting = [h for h in (planner.waiting(night, bus) if households is None else households) if h.beds_needed]
    limit = float(night.settings.solver_seconds if seconds is None else seconds)
    movers = [h for h in movable(night, moves) if h not in waiting] if waiting else []
    first = first_fit(night, waiting)
    found = _best(night, waiting, movers, first, limit) if waiting else first
    if not explain or not found.left_out:
        return found
    from desk.plans.bed_help import explained

    second = _asking(night, waiting, found, limit)
    return replace(found, left_out=explained(found, second), shared=second)


def as_shown(plan: BedPlan, shown: Mapping[str, Sequence[str]]) -> BedPlan | None:
    """What a person saw (beds by household reference), where it still works and is as good as this plan; else None."""
    night = plan.before
    if {ref: tuple(sorted(beds)) for ref, beds in shown.items()} == plan.shown():
        return plan
    by_ref = {h.ref: h for h in night.households}
    by_label = {night.label(bed): bed for bed in night.beds}
    if not (set(shown) <= set(by_ref) and {label for beds in shown.values() for label in beds} <= set(by_label)):
        return None
    given = []
    for ref, beds in shown.items():
        who = by_ref[ref]
        if who.state not in {HouseholdState.WAITING, HouseholdState.IN_BED}:
            return None
        given.append(Given(who, tuple(by_label[label] for label in beds), "", tuple(night.beds_of.get(who.id, ()))))
    ordered, refused = in_order(night, given)
    waiting = [out.household for out in plan.left_out] + [g.household for g in plan.assignments if not g.moved_from]
    found = _plan(night, waiting, ordered, levels=plan.levels)
    as_good = found.measure.worth >= plan.measure.worth or plan.status != "optimal"
    known = {h.id for h in waiting} | {h.id for h in movable(night, moves=True)}
    return found if not refused and as_good and all(g.household.id in known for g in given) else None


def first_fit(night: Night, waiting: Iterable[Household]) -> BedPlan:
    """What `planner.for_all` gives, as a plan: nothing of it is proved."""
    waiting = [h for h in waiting if h.beds_needed]
    by_hand = planner.for_all(night, waiting)
    given = [Given(a.household, a.beds, a.why) for a in by_hand.assignments]
    found = _plan(night, waiting, given)
    return replace(found, status="time_limit", gap=math.inf) if waiting else found


def _best(
    night: Night, waiting: Sequence[Household], movers: Sequence[Household], first: BedPlan, seconds: float
) -> BedPlan:
    """The best plan of which the desk's own checks accept every bed; never worse than first fit."""
    split = {g.household.id: rooms for g in first.assignments if len(rooms := _rooms(g)) > 1}
    limit, strict = 0.0, False
    barred: frozenset[tuple[int, int]] = frozenset()
    proved: tuple[Level, ...] = ()
    for _round in range(_MOST_BARRED):
        program = BedProgram(night, waiting, movers, split, limit=limit, strict=strict, barred=barred)
        objectives = program.objectives()
        if not program.columns:  # nobody fits anywhere: nothing to search for
            return replace(first, status="optimal", gap=0.0)
        start = program.start(_by_room(first.assignments))
        if start is not None and (beyond := program.beyond(start)) > limit and not strict:
            # first fit lets a family close beds beside those held for its own bus; a plan goes no further than that
            limit = beyond
            continue
        answer = program.program.best(objectives, seconds, start, total=_ROUNDS * seconds)
        if answer is None:
            break
        levels = _levels(program, answer)
        proved = proved or levels
        ordered, refused = in_order(night, _given(program, answer))
        if refused:
            if strict:
                barred |= {(g.household.id, bed.room) for g in refused for bed in g.beds}
            strict = True
            continue
        # what the first program proved holds, before the checks had their say
        found = _plan(night, waiting, ordered, levels=_bound_by(levels, proved))
        if found.measure.worth >= first.measure.worth:
            return found
        break
    return replace(first, levels=_bound_by(proved, proved), gap=math.inf)


def _bound_by(levels: Sequence[Level], proved: Sequence[Level]) -> tuple[Level, ...]:
    """The levels with the bounds that were proved first, up to the first that differs."""
    found: list[Level] = []
    for level, first in zip(levels, proved, strict=True):
        same = all(one.value == other.value for one, other in zip(found, proved, strict=False))
        found.append(replace(level, bound=first.bound) if same else level)
    return tuple(found)


def _asking(night: Night, waiting: Sequence[Household], found: BedPlan, seconds: float) -> BedPlan | None:
    """The second answer: more people in bed, in the fewest rooms that are shared by households who have not agreed."""
    program = BedProgram(night, waiting, asking=True)
    answer = program.program.best(program.objectives(), seconds, total=_ROUNDS * seconds)
    if answer is None:
        return None
    rooms = _asked_rooms(program, answer)
    pairs = [(one, other) for who in rooms for one in who for other in who if one.id < other.id]
    agreed = tuple(Sharing(household=one.id, other=other.id) for one, other in pairs)
    asked = replace(night, sharings=(*night.sharings, *agreed))
    ordered, refused = in_order(asked, _given(program, answer))
    if refused:
        return None
    levels = _levels(program, answer)
    plan = _plan(asked, waiting, ordered, levels=levels, agreements=rooms)
    return plan if plan.measure.people > found.measure.people else None


# --- what came out, as beds -----------------------------------------------------------------------


def _given(program: BedProgram, answer: Answer) -> list[Given]:
    """The columns that came out as beds, like households in the order in which they came."""
    left_of = {k: list(kind.households) for k, kind in enumerate(program.kinds)}
    rooms = {n: list(zip(o.rooms, o.beds, strict=True)) for n, o in enumerate(program.rooms)}
    found: list[Given] = []
    filling: dict[tuple[int, str], list[Household]] = {}
    for column in program.columns:
        for _one in range(answer.count(column.variable)):
            who = [left_of[k].pop(0) for k in column.kinds]
            if column.use != OWN:
                filling.setdefault((column.openings[0], column.use), []).extend(who)
                continue
            some = sorted((rooms[n].pop(0) for n in column.openings), key=lambda one: not closes_room(one[0], who[0]))
            beds = [bed for _room, there in some for bed in there]  # what they close anyway is filled first
            for h in who:
                found.append(_one_given(program, column, h, beds[: h.beds_needed]))
                beds = beds[h.beds_needed :]
    for (n, use), households in filling.items():
        left_here: list[Bed] = []
        for h in households:
            if len(left_here) < h.beds_needed:
                left_here = list(rooms[n].pop(0)[1])
            found.append(_one_given(program, Column(-1, (), (n,), use), h, left_here[: h.beds_needed]))
            left_here = left_here[h.beds_needed :]
    return found


def _one_given(program: BedProgram, column: Column, who: Household, beds: Sequence[Bed]) -> Given:
    night = program.night
    return Given(who, tuple(beds), column.use, tuple(night.beds_of.get(who.id, ())))


def _asked_rooms(program: BedProgram, answer: Answer) -> tuple[tuple[Household, ...], ...]:
    found = []
    asked = [c for c in program.columns if c.use == ASKED and answer.count(c.variable)]
    given = [g for g in _given(program, answer) if g.why == ASKED]
    for n in sorted({c.openings[0] for c in asked}):
        opening = program.rooms[n]
        new = [g.household for g in given if g.beds[0].room == opening.room.id]
        found.append((*opening.sleepers, *new))
    return tuple(found)


def in_order(night: Night, given: Sequence[Given]) -> tuple[list[Given], list[Given]]:
    """The beds in an order in which the desk's own checks accept each, and those that they refuse in any."""
    # whoever closes a room comes last: before that its beds still count for those they are held for
    waiting = sorted(given, key=lambda one: _closes(night, one))
    done: list[Given] = []
    while waiting:
        refused: list[Given] = []
        for one in waiting:
            try:
                planner.named(night, one.household, list(one.beds))
            except Refused:
                refused.append(one)
                continue
            done.append(one)
            night = with_given(night, one)
        if len(refused) == len(waiting):
            return done, refused
        waiting = refused
    return done, []


def _closes(night: Night, given: Given) -> int:
    """How many beds a household closes beside it."""
    rooms = {bed.room for bed in given.beds if closes_room(night.room[bed.room], given.household)}
    return sum(len(night.beds_in[room]) for room in rooms) - len(given.beds) if rooms else 0


def with_given(night: Night, given: Given) -> Night:
    """The night with a household in its beds: a changed copy; where it slept needs cleaning."""
    who, new = given.household, {bed.id for bed in given.beds}
    gone = {bed.id: left(bed, night.room[bed.room].cleaning, night.at) for bed in given.moved_from if bed.id not in new}
    stays = tuple(s for s in night.stays if s.household != who.id)
    stays += tuple(Stay(household=who.id, bed=bed.id, since=night.at) for bed in given.beds)
    lies = replace(who, state=HouseholdState.IN_BED, may_move=False)
    households = tuple(lies if h.id == who.id else h for h in night.households)
    beds = tuple(gone.get(bed.id, bed) for bed in night.beds) if gone else night.beds
    return replace(night, stays=stays, households=households, beds=beds)


def usable(night: Night) -> int:
    """Beds that are free or held for a bus."""
    return sum(status in planner.CAN_BE_GIVEN for status in night.status.values())


def measured(before: Night, after: Night, given: Sequence[Given]) -> Measure:
    """A plan in its objectives, counted from the beds themselves."""
    beside = neighbours(before)
    new = {g.household.id for g in given if not g.moved_from}
    pairs = {frozenset({link.household, link.other}) for link in before.links}
    rooms = {h: {bed.room for bed in beds} for h, beds in after.beds_of.items()}
    linked = 0
    for pair in pairs:
        one, other = (*pair, 0)[:2]
        here, there = rooms.get(one, set()), rooms.get(other, set())
        linked += any(there & {room, *beside.get(room, ())} for room in here)
    return Measure(
        people=sum(g.household.people for g in given if g.household.id in new),
        extra_rooms=sum(len({bed.room for bed in g.beds}) - 1 for g in given),
        linked=linked,
        usable=usable(after),
        moved=sum(g.household.people for g in given if g.moved_from),
    )


def _plan(
    night: Night,
    waiting: Sequence[Household],
    given: Sequence[Given],
    *,
    levels: tuple[Level, ...] = (),
    agreements: tuple[tuple[Household, ...], ...] = (),
) -> BedPlan:
    from desk.plans.bed_help import without_bed
    from desk.plans.bed_words import why

    after = night
    for one in given:
        after = with_given(after, one)
    told = tuple(replace(one, why=why(night, after, one, agreements)) for one in given)
    has = {one.household.id for one in given}
    out = tuple(without_bed(after, h) for h in waiting if h.id not in has)
    # how it looks is not what is promised: only that a search for it may stop early
    gap = max((level.gap for level in levels if level.name != QUIET), default=0.0)
    status = "time_limit" if gap else "optimal"
    return BedPlan(night, after, told, out, measured(night, after, given), status, gap, levels, agreements)


def _levels(program: BedProgram, answer: Answer) -> tuple[Level, ...]:
    """What each objective came to, beds left as they are counted in the house."""
    base = {LEFT: float(program.usable_before)}
    return tuple(
        replace(level, value=level.value + base.get(level.name, 0.0), bound=level.bound + base.get(level.name, 0.0))
        for level in answer.levels
    )


def _by_room(given: Iterable[Given]) -> list[tuple[list[Household], list[int]]]:
    """Those who share a room because they agreed stand together, as a column has them."""
    found: dict[tuple[int, ...], list[Household]] = {}
    for one in given:
        found.setdefault(_rooms(one), []).append(one.household)
    return [(who, list(rooms)) for rooms, who in found.items()]


def _rooms(given: Given) -> tuple[int, ...]:
    """The rooms of its beds, in order."""
    return tuple(dict.fromkeys(bed.room for bed in given.beds))
