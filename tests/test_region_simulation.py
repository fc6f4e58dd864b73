"""Shared places played against lines that lose, double and delay, and against crashes: nothing is promised twice."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from desk.region import places as rules
from desk.region.places import ASKED, GRANTED, LAPSED, REFUSED, RETURNED, Ask, Declare, Given, Keep, PlaceGrant
from tests.region_simulation import buses
from tests.region_simulation.controls import BROKEN
from tests.region_simulation.desk import DeskHalf
from tests.region_simulation.region import RegionHalf, Shared
from tests.region_simulation.world import World, played
from tests.tiers import few

NOW = datetime(2022, 4, 8, 0, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=12)


@pytest.mark.parametrize("seed", range(20))
def test_no_night_ends_with_a_place_promised_twice(seed: int) -> None:
    assert played(seed) == ""


@pytest.mark.long
def test_nor_does_any_of_two_thousand() -> None:
    assert [said for seed in range(20, 2020) if (said := played(seed))] == []


# the last only in many nights: below it is played by hand
@pytest.mark.parametrize("broken", few(sorted(BROKEN, key=lambda rule: rule == "no line"), len(BROKEN) - 1))
def test_some_night_finds_what_each_protection_is_for(broken: str) -> None:
    assert any(played(seed, (broken,)) for seed in range(400)), BROKEN[broken]


@pytest.mark.parametrize("broken", [(), ("no line",)], ids=["as it is", "without lines"])
def test_what_hung_somewhere_when_a_store_was_put_back_counts_no_more(broken: tuple[str, ...]) -> None:
    region = RegionHalf("R", {"Hal": Shared(5)}, broken=broken)
    desk = DeskHalf(0, "R", ("Hal",))

    def heard(line: int) -> None:
        desk.hears(line, region.of(0), NOW, NOW)

    desk.ask(0, 5, NOW)
    first = region.begin(0)
    for _round in range(2):
        heard(first)
        for line, tell in desk.outbox:
            region.told(0, line, tell, NOW)
    copy = deepcopy(desk.store)
    desk.give_back(0, 3, NOW)
    heard(first)
    (late,) = desk.outbox  # it hangs, and the store is put back
    desk.put_back(copy, beside_too=True)
    assert not desk.knows_what_is_its_own
    heard(region.begin(0))
    assert desk.promise(1, 0, 5)
    region.told(0, late[0], late[1], NOW)
    # the 3 would be another's, and 5 people have been told to come
    assert region.locations["Hal"].held == (2 if broken else 5)


def test_the_nights_are_busy_and_the_same_each_time() -> None:
    first, again = World(4), World(4)
    first.play()
    again.play()
    assert first.said == again.said
    states, promised = set(), 0
    for seed in range(12):
        world = World(seed)
        world.play()
        states |= {row.state for desk in world.desks for row in desk.store.rows.values()}
        promised += world.households
    assert states == {GRANTED, REFUSED, RETURNED, LAPSED}
    assert promised > 30


# --- the rules one by one ---------------------------------------------------------------------


def row(uid: str = "a", places: int = 5, state: str = GRANTED, lapses_at: datetime = LATER) -> PlaceGrant:
    answered = state in {GRANTED, LAPSED}
    return PlaceGrant(
        uid=uid,
        location=1,
        shared="De Kulturhus",
        places=places,
        state=state,
        asked_at=NOW,
        asked_by="Anna",
        granted_at=NOW if answered else None,
        lapses_at=lapses_at if answered else None,
    )


def given(uid: str = "a", places: int = 5, state: str = GRANTED) -> Given:
    return Given(uid, "De Kulturhus", places, state, NOW, LATER)


def booked(
    mine: list[PlaceGrant], theirs: list[Given], used: int = 0, now: datetime = NOW
) -> list[tuple[str, str, int]]:
    found = rules.booked(mine, theirs, {1: used}, {"De Kulturhus": 1}, now, now)
    return [(new.uid, new.state, new.places) for _old, new in found]


def test_an_ask_is_told_until_it_is_answered_and_its_answer_is_booked() -> None:
    asked = row(state=ASKED)
    assert rules.tells([asked], []) == [Ask("a", "De Kulturhus", 5)]
    assert booked([asked], [given()]) == [("a", GRANTED, 5)]
    assert booked([asked], [given(state=REFUSED)]) == [("a", REFUSED, 5)]
    assert rules.tells([row()], [given()]) == []


def test_what_is_used_is_not_given_back_and_what_waits_goes_first() -> None:
    mine = [row("a", 5), row("b", 2, ASKED)]
    assert rules.given_back(mine, 1, 6, 3, NOW) == []
    done = rules.given_back(mine, 1, 4, 3, NOW)
    assert [(new.uid, new.state, new.places) for _old, new in done] == [("b", RETURNED, 2), ("a", GRANTED, 3)]
    after = [new for _old, new in done]
    assert rules.tells(after, [given()]) == [
        Keep("b", "De Kulturhus", 2, 0),
        Keep("a", "De Kulturhus", 3, 3),
    ]


def test_only_what_is_unused_runs_out_and_by_the_regions_clock() -> None:
    assert booked([row()], [given()], used=2, now=LATER - timedelta(seconds=1)) == []
    assert booked([row()], [given()], used=2, now=LATER) == [("a", GRANTED, 2)]
    assert booked([row()], [given()], used=0, now=LATER) == [("a", LAPSED, 5)]
    assert rules.tells([row(state=LAPSED)], [given()]) == [Keep("a", "De Kulturhus", 5, 0, lapsed=True)]


def test_a_store_that_was_put_back_takes_the_regions_word_for_what_it_has() -> None:
    assert booked([], [given()]) == [("a", GRANTED, 5)]
    assert booked([row()], [given(places=2)]) == [("a", GRANTED, 2)]
    assert booked([row()], [given(state=RETURNED)]) == [("a", RETURNED, 5)]


def test_a_region_that_was_made_anew_is_told_what_a_desk_holds() -> None:
    assert rules.tells([row(), row("b", 2, LAPSED)], []) == [Declare("a", "De Kulturhus", 5)]


# --- buses between desks ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_no_night_ends_with_a_bus_at_two_desks_or_at_none(seed: int) -> None:
    assert buses.played(seed) == ""


@pytest.mark.long
def test_nor_does_any_of_a_thousand_long_ones() -> None:
    assert [said for seed in range(20, 1020) if (said := buses.played(seed, steps=1200))] == []


@pytest.mark.parametrize("broken", few(sorted(buses.BROKEN, key=lambda rule: rule == "a second answer counts"), 3))
def test_some_night_finds_what_each_protection_of_a_bus_is_for(broken: str) -> None:
    assert any(buses.played(seed, (broken,), steps=1200) for seed in range(400)), buses.BROKEN[broken]


def test_in_the_nights_buses_are_taken_refused_and_taken_back() -> None:
    answers: set[str] = set()
    for seed in range(6):
        world = buses.World(seed)
        world.play()
        answers |= world.answers
        assert world.buses > 10
    assert answers >= {"sent", "seen", "accepted", "refused", "withdrawn"}
