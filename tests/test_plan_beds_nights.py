"""The bed plan on generated nights: never worse than first fit, and on small ones the best of every possibility."""

from dataclasses import replace
from itertools import combinations

import pytest

from desk import figures, planner
from desk.beds import BedState, may_join
from desk.households import Household
from desk.night import Night
from desk.plans import beds as bed_plans
from desk.plans.bed_options import movable
from desk.plans.beds import BedPlan, plan_beds
from desk.refusals import Refused
from tests.plan_nights import a_night, full_bus

QUICK = 60
"""Nights for each change of the program; `python -m tests.bench --only plans` takes a thousand."""


# --- any night ----------------------------------------------------------------------------------


def keeps_every_rule(plan: BedPlan) -> None:
    """Counted from the beds themselves: nobody twice, nobody beside whom they may not, all whole or adjoining."""
    night, after = plan.before, plan.after
    agreed = night.agreed_pairs
    assert len({bed.id for g in plan.assignments for bed in g.beds}) == sum(len(g.beds) for g in plan.assignments)
    for g in plan.assignments:
        assert len(g.beds) == g.household.beds_needed
        in_rooms = {bed.room for bed in g.beds}
        assert all(night.room[room].is_open for room in in_rooms)
        assert not g.household.needs_wheelchair or all(night.room[room].accessible for room in in_rooms)
        assert len(in_rooms) == 1 or not (g.household.alone or g.moved_from)
        assert not g.moved_from or g.household.may_move
    for room in after.rooms:
        new = {g.household.id for g in plan.assignments}
        for one, other in combinations(after.sleeping_in(room), 2):
            if {one.id, other.id} & new:
                assert may_join(room, [one], other, agreed), (room, one, other)
    for done, was in zip(after.beds, night.beds, strict=True):
        assert done.state is was.state or done.state is BedState.CLEANING


@pytest.mark.parametrize("seed", range(QUICK))
def test_on_any_night_the_plan_keeps_every_rule_and_is_never_worse_than_first_fit(seed: int) -> None:
    night = a_night(seed)
    plan = plan_beds(night, explain=False)
    keeps_every_rule(plan)
    first = bed_plans.first_fit(night, planner.waiting(night))
    assert plan.measure.worth >= first.measure.worth
    told = {level.name: level.value for level in plan.levels}
    if plan.status == "optimal" and plan.levels:
        assert told["people in bed"] == plan.measure.people
        assert told["usable beds left"] == plan.free_after


def test_who_came_off_no_bus_never_takes_what_is_held_for_one() -> None:
    kept = 0
    for seed in range(QUICK // 2):
        night = a_night(seed)
        night = replace(night, households=tuple(replace(h, bus=None) for h in night.households))
        plan = plan_beds(night, explain=False)
        assert figures.beds(plan.after).free >= min(0, figures.beds(night).free)
        unheld = plan_beds(replace(night, buses=()), explain=False)
        kept += unheld.measure.people > plan.measure.people
    assert kept > 2, "the control: nothing held, and more people have a bed"


def test_the_same_night_gives_the_same_plan() -> None:
    for seed in (3, 4, 5):
        assert plan_beds(a_night(seed), explain=False).shown() == plan_beds(a_night(seed), explain=False).shown()


# --- against every possibility ------------------------------------------------------------------


def every_plan(night: Night, who: list[Household]) -> tuple[int, ...]:
    """The best worth of all ways to put these people one after the other in single rooms, as the rules have them.

    Who sleeps already may stay, and comes first: others can only be put in the room once they have left it.
    """
    best: list[tuple[int, ...]] = []

    def further(now: Night, given: list[bed_plans.Given], rest: list[Household]) -> None:
        if not rest:
            best.append(bed_plans.measured(night, now, given).worth)
            return
        one, later = rest[0], rest[1:]
        further(now, given, later)
        here = {bed.room for bed in now.beds_of.get(one.id, ())}
        for room in now.rooms:
            free = [b for b in now.beds_in[room.id] if b.state is BedState.OK and b.id not in now.sleeper]
            chosen = free[: one.beds_needed]
            if not room.is_open or room.id in here or (one.needs_wheelchair and not room.accessible):
                continue
            try:
                planner.named(now, one, chosen)
            except Refused:
                continue
            new = bed_plans.Given(one, tuple(chosen), "", tuple(now.beds_of.get(one.id, ())))
            further(bed_plans.with_given(now, new), [*given, new], later)

    further(night, [], who)
    return max(best)


def small(seed: int) -> Night:
    """A few households and rooms, nobody split and nothing held: for those there are tests of their own."""
    night = a_night(10_000 + seed, rooms=4, people=4)
    largest = max(len(there) for there in night.beds_in.values())
    marked = [h.id for h in night.households if h.id in night.beds_of][:1]
    people = (
        replace(h, bus=None, may_move=h.id in marked)
        for h in night.households
        if h.id in night.beds_of or h.beds_needed <= largest
    )
    return replace(night, buses=(), households=tuple(people))


@pytest.mark.parametrize("seed", range(60))
def test_no_way_to_put_a_few_households_in_a_few_rooms_is_better(seed: int) -> None:
    night = small(seed)
    waiting = [h for h in planner.waiting(night) if h.beds_needed]
    plan = plan_beds(night, waiting, explain=False)
    assert plan.status == "optimal"
    found = every_plan(night, [*movable(night, moves=False), *waiting] if waiting else [])
    # a split puts more people to bed than whole rooms can, and then there is a reason for it
    assert plan.measure.worth > found if plan.measure.extra_rooms else plan.measure.worth == found


def test_the_small_nights_hold_what_makes_a_plan_hard() -> None:
    nights = [small(seed) for seed in range(60)]
    plans = [plan_beds(night, explain=False) for night in nights]
    assert sum(bool(plan.moves) for plan in plans) > 2
    assert sum(plan.measure.linked > 0 for plan in plans) > 3
    assert sum(bool(plan.left_out) for plan in plans) > 10
    assert sum(bool(night.sharings) for night in nights) > 10
    worse = [
        bed_plans.first_fit(night, planner.waiting(night)).measure.worth < p.measure.worth
        for night, p in zip(nights, plans, strict=True)
    ]
    assert sum(worse) > 10, "the control: first fit is not the best"


# --- how long it takes --------------------------------------------------------------------------


def test_sixty_households_in_twenty_five_rooms_are_planned_and_proved() -> None:
    plan = plan_beds(full_bus(2), explain=False)
    assert plan.status == "optimal"
    keeps_every_rule(plan)
