"""The onward plan: as good as trying everything, in the order agreed, with every rule kept and told in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import suitability
from desk.capacity import Location, Municipality
from desk.households import Household, Link
from desk.language import speak
from desk.night import Night
from desk.placements import Declined, Placement, PlacementState
from desk.plans.first_fit import first_fit, worth
from desk.plans.onward import OnwardPlan, given_of, plan_onward, solved
from desk.plans.parts import counts_of, in_parts
from desk.plans.waiting import task_of
from desk.settings import Settings
from tests.nights import alone, boy, family, house, joined, location
from tests.waiting_nights import waiting_night


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


def waiting(*people: Household, places: tuple[Location, ...], inhabitants: tuple[int, ...] = (), **more: Any) -> Night:
    """A night on which these wait; municipality 1, 2, 3… with so many inhabitants, else 30,000 each."""
    counts = inhabitants or (30_000,) * 4
    region = tuple(
        Municipality(id=n, code=f"GM{n:04}", name=f"Place {n}", inhabitants=i) for n, i in enumerate(counts, start=1)
    )
    return replace(joined(house(4), *people), municipalities=region, locations=places, **more)


def where(plan: OnwardPlan) -> dict[int, int]:
    """The location id by household id."""
    return {one.household.id: one.location.id for one in plan.assignments}


def planned(night: Night) -> dict[int, int]:
    """Where everybody goes by a plan that is proved."""
    plan = plan_onward(night, seconds=20, total=60)
    assert plan.status == "optimal"
    return where(plan)


# --- against trying everything ----------------------------------------------------------------------


def all_ways(night: Night) -> Iterator[dict[int, int]]:
    """Every way to give places that breaks nothing."""
    choices = []
    for h in night.households:
        fits = [loc.id for loc in night.locations if suitability.judge(night, h, loc).fits is not False]
        choices.append([0, *(n for n in fits if night.standing[n].free >= h.people)])
    for chosen in product(*choices):
        given = {h.id: n for h, n in zip(night.households, chosen, strict=True) if n}
        people, men = Counter[int](), Counter[int]()
        for h in night.households:
            if h.id in given:
                people[given[h.id]] += h.people
                men[given[h.id]] += suitability.man_spread(h)
        limits = {loc.id: loc.most_alone for loc in night.locations if loc.most_alone is not None}
        spreads = night.settings.spread_men_alone and not suitability.designated(night)
        if all(night.standing[n].free >= many for n, many in people.items()) and not (
            spreads and any(men[n] > most for n, most in limits.items())
        ):
            yield given


def value(night: Night, given: dict[int, int]) -> tuple[float, ...]:
    """What a way comes to, each objective by its definition and not by the planner's own sums."""
    at = {h: night.location[n] for h, n in given.items()}
    judged = {h: suitability.judge(night, night.household[h], loc).fits for h, loc in at.items()}
    pairs = [(at[li.household], at[li.other]) for li in night.links if li.household in at and li.other in at]
    mean = sum(m.inhabitants for m in night.municipalities) / len(night.municipalities)
    load = spread = 0
    for m in night.municipalities:
        inside = [s for s in night.standing.values() if s.location.municipality == m.id]
        there = sum(s.occupied + s.held for s in inside if s.location.kind != "private")
        going = [night.household[h] for h, loc in at.items() if loc.municipality == m.id]
        for n in range(sum(h.people for h in going)):
            load += round((there + n + 1) * mean / m.inhabitants)
        for n in range(sum(map(suitability.man_spread, going))):
            spread += round(10 * (n + 1) * mean / m.inhabitants)
    spreads = night.settings.spread_men_alone and not suitability.designated(night)
    men = sum(suitability.man_spread(night.household[h]) for h in given)
    return (
        sum(night.household[h].people for h, fits in judged.items() if fits),
        sum(night.household[h].people for h in given),
        sum(one.id == other.id for one, other in pairs),
        sum(one.municipality == other.municipality for one, other in pairs),
        sum(night.household[h].tie == loc.municipality for h, loc in at.items()),
        -load,
        men if spreads else 0,  # none of them is left out for a better spread
        -spread if spreads else 0,
        -len(set(given.values())),
    )


@st.composite
def small_nights(draw: st.DrawFn) -> Night:
    """At most four households and three locations, of every kind that a rule or an objective looks at."""
    rng = Random(draw(st.integers(0, 10**9)))
    people = [
        family(
            n,
            size,
            group_kind={1: "single_man"}.get(size, "family"),
            nationality=rng.choice(("UKR", "SYR", "SYR", None)),
            needs=rng.choice(("", "", "wheelchair")),
            tie=rng.choice((None, None, 1, 2)),
        )
        for n in range(1, rng.randint(2, 4) + 1)
        for size in (rng.choice((1, 1, 2, 3, 4)),)
    ]
    places = tuple(
        location(
            n,
            rng.randint(1, 8),
            municipality=rng.randint(1, 2),
            kind=rng.choice(("municipal", "municipal", "private")),
            wheelchair=rng.choice((True, False, None)),
            groups=rng.choice(("", "", "family")),
            most_alone=rng.choice((None, None, 0, 1)),
            designated_from=rng.choice(("", "", "", "2022-04-01", "2022-05-01")),
        )
        for n in range(1, rng.randint(1, 3) + 1)
    )
    links = tuple(
        Link(id=n, household=a, other=b)
        for n, (a, b) in enumerate(((1, 2), (2, 3)), start=1)
        if b <= len(people) and rng.random() < 0.5
    )
    said_no = (Declined(1, 1, "full", None),) if rng.random() < 0.2 else ()
    rule = Settings(spread_men_alone=rng.random() < 0.8)
    sizes = (rng.randint(20, 80) * 1000, rng.randint(20, 160) * 1000)
    return waiting(*people, places=places, inhabitants=sizes, links=links, declined=said_no, settings=rule)


@settings(max_examples=150, deadline=None)
@given(small_nights())
def test_no_other_way_to_give_the_places_is_better(night: Night) -> None:
    given_places = planned(night)
    assert given_places in list(all_ways(night)), "the plan breaks a rule"
    assert value(night, given_places) == max(value(night, way) for way in all_ways(night))


def test_trying_everything_would_find_a_worse_plan_out() -> None:
    night = waiting(family(1, 3), places=(location(1, 5), location(2, 8, occupied=3)))
    worst = min(all_ways(night), key=lambda way: value(night, way))
    assert value(night, worst) < value(night, planned(night))


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_is_never_worse_than_one_household_after_the_other(seed: int) -> None:
    night = waiting_night(seed, households=15, municipalities=5, locations=12)
    task = task_of(night)
    counts, levels = solved(task, 2.0, 8.0)
    assert worth(task, counts) >= worth(task, first_fit(task))
    assert all(level.gap >= 0 for level in levels)


def test_over_many_nights_the_plan_places_more_people_than_one_after_the_other() -> None:
    better = 0
    for seed in range(12):
        task = task_of(waiting_night(seed, households=30, municipalities=6, locations=20))
        better += worth(task, solved(task, 2.0, 8.0)[0]) > worth(task, first_fit(task))
    assert better > 6


def test_the_same_night_gives_the_same_plan() -> None:
    night = waiting_night(7, households=20, municipalities=6, locations=15)
    again = waiting_night(7, households=20, municipalities=6, locations=15)
    one, other = plan_onward(night, seconds=20, total=60), plan_onward(again, seconds=20, total=60)
    assert (where(one), one.basis) == (where(other), other.basis)
    assert one.basis != plan_onward(replace(night, households=night.households[1:])).basis


# --- each objective before the next -----------------------------------------------------------------


def test_who_can_be_placed_only_in_one_spot_gets_it() -> None:
    wheelchair, other = family(2, 3, needs="wheelchair"), family(1, 3)
    places = (location(1, 3, wheelchair=True), location(2, 3, wheelchair=False, municipality=2))
    assert planned(waiting(other, wheelchair, places=places)) == {1: 2, 2: 1}
    first_come = first_fit(task_of(waiting(other, wheelchair, places=places)))
    assert sum(first_come.values()) < 2, "one after the other, the first takes the only place for the second"


def test_what_has_to_be_asked_comes_only_after_what_suits_and_is_said() -> None:
    silent = location(1, 4, occupied=None, occupied_at=None)
    sure = location(2, 104, municipality=2, occupied=100)
    assert planned(waiting(family(1, 4), places=(silent, sure))) == {1: 2}, "though place 2 has far more people"
    plan = plan_onward(waiting(family(1, 4), family(2, 4), places=(silent, sure)))
    asked = next(one for one in plan.assignments if one.location.id == 1)
    assert (asked.fit.fits, plan.people) == (None, 8)
    assert "to be asked: never told how many are there" in asked.why


def test_linked_households_go_to_one_location_else_to_one_municipality() -> None:
    people, link = (family(1, 3), family(2, 3)), (Link(household=1, other=2),)
    apart = (location(1, 3, municipality=1), location(2, 3, municipality=2), location(3, 3, municipality=1))
    roomy = (*apart, location(4, 206, municipality=3, occupied=200))
    together = planned(waiting(*people, places=roomy, links=link))
    assert together == {1: 4, 2: 4}, "though place 3 is far ahead"
    near = planned(waiting(*people, places=apart, links=link))
    assert set(near.values()) == {1, 3}
    assert 2 in planned(waiting(*people, places=apart)).values(), "without the link the load is spread"


def test_who_is_linked_to_somebody_with_a_place_goes_there() -> None:
    link, full = (Link(household=1, other=9),), location(2, 10, municipality=2, occupied=3)
    held = Placement(id=1, household=9, people=2, state=PlacementState.AGREED, location=2)
    people = (family(1, 3), family(9, 2))
    assert planned(waiting(*people, places=(location(1, 10), full), links=link, placements=(held,))) == {1: 2}
    assert planned(waiting(*people, places=(location(1, 10), full), placements=(held,))) == {1: 1}


def test_a_tie_comes_before_a_fair_share() -> None:
    places = (location(1, 5), location(2, 95, municipality=2, occupied=90))
    assert planned(waiting(family(1, 3, tie=2, tie_reason="family"), places=places)) == {1: 2}
    assert planned(waiting(family(1, 3), places=places)) == {1: 1}


def test_the_municipality_furthest_behind_takes_the_next_person() -> None:
    people = [family(n, 1) for n in range(1, 7)]
    places = (location(1, 20), location(2, 20, municipality=2))
    shares = Counter(planned(waiting(*people, places=places, inhabitants=(20_000, 100_000))).values())
    assert shares == {1: 1, 2: 5}
    even = Counter(planned(waiting(*people, places=places, inhabitants=(50_000, 50_000))).values())
    assert even == {1: 3, 2: 3}


def test_private_places_do_not_make_a_municipality_look_further_ahead() -> None:
    hosts = location(3, 40, municipality=1, kind="private", occupied=40)
    places = (location(1, 5), location(2, 6, municipality=2, occupied=1))
    assert planned(waiting(family(1, 2), places=(*places, hosts))) == {1: 1}
    municipal = replace(hosts, kind="municipal")
    assert planned(waiting(family(1, 2), places=(*places, municipal))) == {1: 2}


def test_with_all_else_alike_one_call_agrees_several() -> None:
    people = [family(n, 2) for n in range(1, 4)]
    plan = plan_onward(waiting(*people, places=tuple(location(n, 6, municipality=1) for n in (1, 2, 3))))
    assert [(call.people, len(call.households)) for call in plan.calls] == [(6, 3)]
    assert [ride.people for ride in plan.rides] == [6]


# --- the spread rule (minutes 2.4) ------------------------------------------------------------------


def men(number: int) -> list[Household]:
    """Men alone who are not Ukrainian."""
    return [alone(n, "m", nationality="SYR") for n in range(1, number + 1)]


def test_men_alone_of_another_nationality_are_spread_by_share_with_a_maximum() -> None:
    places = (location(1, 20, most_alone=1), location(2, 20, municipality=2, most_alone=2))
    night = waiting(*men(5), places=places)
    assert Counter(planned(night).values()) == {1: 1, 2: 2}
    free = waiting(*men(5), places=places, settings=Settings(spread_men_alone=False))
    assert len(planned(free)) == 5, "the rule is a switch"
    left = plan_onward(night).left_out
    assert len(left) == 2


def test_the_maximum_counts_the_men_who_are_there_already() -> None:
    places = (location(1, 20, most_alone=2),)
    assert len(planned(waiting(*men(3), places=places, men_alone_placed=((1, 1),)))) == 1
    full = waiting(*men(1), places=places, men_alone_placed=((1, 2),))
    assert "at most 2 men alone of another nationality, 2 are there" in plan_onward(full).left_out[0].would_help


def test_within_a_fair_share_the_men_go_where_there_are_fewest() -> None:
    people = [*men(2), alone(8, "m", nationality="UKR"), alone(9, "m", nationality="UKR")]
    places = (location(1, 20), location(2, 20, municipality=2))
    found = planned(waiting(*people, places=places))
    assert {found[1], found[2]} == {1, 2}
    other = planned(waiting(*people, places=places, men_alone_placed=((1, 3),)))
    assert {other[1], other[2]} == {2}


def test_a_location_designated_from_a_day_takes_them_from_that_day() -> None:
    regular, own = location(1, 20), location(2, 20, municipality=2, designated_from="2022-04-08", kind="transit")
    assert set(planned(waiting(*men(3), places=(regular, own))).values()) == {2}
    later = replace(own, designated_from="2022-04-09")
    assert set(planned(waiting(*men(3), places=(regular, later))).values()) == {1}
    night = waiting(*men(1), places=(regular, own))
    fit = suitability.judge(night, night.household[1], regular)
    assert fit.fits is False
    assert "men alone of another nationality go to Location 2 since 8 April" in fit.reasons
    family_night = waiting(family(1, 3), places=(regular, own))
    assert suitability.judge(family_night, family_night.household[1], regular).fits is True


# --- in words ---------------------------------------------------------------------------------------


def test_a_no_that_was_said_stays_out_and_is_told() -> None:
    night = waiting(family(1, 2), places=(location(1, 5),), declined=(Declined(1, 1, "staffing", None),))
    assert planned(night) == {}
    assert planned(replace(night, declined=())) == {1: 1}
    assert "said no" in plan_onward(night).left_out[0].would_help


def test_a_minor_alone_waits_for_the_guardianship_contact() -> None:
    plan = plan_onward(waiting(boy(1), places=(location(1, 5),)))
    assert "first log a guardianship contact" in plan.left_out[0].reason
    assert "desk household guardian H-0407-1" in plan.left_out[0].would_help


def test_who_gets_none_reads_which_single_change_would_help_nearest_first() -> None:
    opens = location(2, 6, municipality=2, available_from="2022-04-13", wheelchair=True, groups="family")
    never = location(1, 20, wheelchair=False, groups="single_woman")
    night = waiting(family(1, 4, group_kind="family", needs="wheelchair"), places=(never, opens))
    left = plan_onward(night).left_out[0]
    assert left.reason == "no suitable place"
    assert left.would_help == "places for 4 people, family, ground floor; Location 2, Place 2: has one from 13 April"
    short = replace(never, wheelchair=True, groups="", capacity=3)
    nearer = plan_onward(replace(night, locations=(short, opens))).left_out[0]
    assert nearer.would_help.endswith("Location 1, Place 1: 3 free, 4 needed")


def test_every_place_says_why_and_what_stood_in_the_way_of_the_next_best() -> None:
    places = (location(1, 3), location(2, 14, municipality=2, occupied=5))
    plan = plan_onward(waiting(family(1, 3), family(2, 3), places=places))
    told = {one.location.id: one for one in plan.assignments}
    assert told[1].why == "3 free; Place 1: 0 per 10,000 inhabitants"
    assert told[1].next_best == "Location 2, Place 2: Place 2 would have 3 per 10,000 inhabitants, Place 1 1"
    assert told[2].next_best == "Location 1, Place 1: its places go to " + told[1].household.name


def test_who_is_on_the_call_list_is_planned_anew_and_who_was_asked_is_not() -> None:
    listed = Placement(id=1, household=1, people=2, state=PlacementState.PROPOSED, location=2)
    places = (location(1, 9), location(2, 9, municipality=1))
    night = waiting(family(1, 2), family(2, 2), places=places, placements=(listed,))
    assert set(planned(night).values()) == {2}, "one call, and it keeps the place it was proposed for"
    asked = replace(listed, state=PlacementState.ASKED)
    assert set(planned(replace(night, placements=(asked,)))) == {2}


def test_without_time_the_best_known_comes_with_its_gap() -> None:
    plan = plan_onward(waiting_night(3, households=40, municipalities=8, locations=30), seconds=0.001, total=0.0)
    assert plan.assignments
    assert (plan.status, plan.gap > 0) == ("time_limit", True)


# --- large nights -------------------------------------------------------------------------------


def test_a_night_too_large_to_search_is_made_better_part_by_part_within_every_rule() -> None:
    task = task_of(waiting_night(3, 150, 14, 70))
    start = first_fit(task)
    given = given_of(task, start)
    better = in_parts(task, given, 1.5, lambda part, left: given_of(part, solved(part, 0.1, min(0.3, left))[0]))
    assert worth(task, counts_of(task, better)) > worth(task, start)
    taken: Counter[int] = Counter()
    men: Counter[int] = Counter()
    for h in task.households:
        if h.id in better:
            assert (task.group_of[h.id], better[h.id]) in task.fits
            taken[better[h.id]] += h.people
            men[better[h.id]] += task.alike[task.group_of[h.id]].man_spread
    assert all(people <= task.places[location] for location, people in taken.items())
    assert all(men[location] <= most for location, most in task.men_left.items())


def test_without_time_a_large_plan_stays_as_it_is() -> None:
    task = task_of(waiting_night(3, 60, 14, 30))
    given = given_of(task, first_fit(task))
    assert in_parts(task, given, 0.0, lambda _part, _left: {}) == given
