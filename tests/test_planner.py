"""Who gets which bed: families whole, people alone with their own sex, wheelchairs downstairs, a minor apart."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import figures, planner
from desk.beds import BedState, BedStatus, Sharing, may_share
from desk.buses import BusState
from desk.households import Household
from desk.night import Night
from desk.refusals import Refused
from tests.nights import alone, asleep, boy, bus, family, house, joined, labels, with_bed, with_room


def chosen(night: Night, who: Household) -> list[str]:
    """The beds the desk would give, as they are called."""
    return labels(night, planner.choose(joined(night, who), who).beds)


def refused(night: Night, who: Household) -> str:
    """Why it gives none."""
    with pytest.raises(Refused) as no:
        planner.choose(joined(night, who), who)
    return str(no.value)


# --- one household ------------------------------------------------------------------------------


def test_a_family_gets_the_tightest_room_it_fits_in_whole() -> None:
    assert chosen(house(6, 3, 4), family(1, 4)) == ["3-1", "3-2", "3-3", "3-4"]
    assert chosen(house(6, 3, 4), family(1, 5)) == ["1-1", "1-2", "1-3", "1-4", "1-5"]


def test_a_family_too_large_for_any_room_gets_adjoining_ones_and_it_is_said() -> None:
    night = house(4, 4, 4)
    found = planner.choose(joined(night, family(1, 7)), family(1, 7))
    assert {bed.room for bed in found.beds} == {1, 2}
    assert "adjoining rooms 1, 2" in found.why
    assert "not together" in refused(asleep(night, family(9, 1), 201), family(1, 7))


def test_adjoining_rooms_are_on_one_floor() -> None:
    assert "not together" in refused(with_room(house(4, 4), 2, floor="1"), family(1, 7))


def test_a_family_shares_its_room_with_nobody() -> None:
    night = asleep(house(6), family(9, 3), 101, 102, 103)
    assert "No beds for Family 1: 3 needed, 0 free" in refused(night, family(1, 3))
    assert "0 free" in refused(night, alone(1, "m"))


def test_households_who_agreed_share_a_room() -> None:
    night = asleep(with_room(house(6), 1, kind="any"), alone(9, "f"), 101)
    one = alone(1, "m")
    assert "not together" in refused(night, one)
    agreed = replace(night, sharings=(Sharing(household=9, other=1, agreed_by="Anna"),))
    assert chosen(agreed, one) == ["1-2"]


def test_people_alone_fill_up_the_room_of_their_own_sex() -> None:
    night = asleep(asleep(house(4, 4, 4), alone(8, "m"), 101), alone(9, "f"), 201)
    assert chosen(night, alone(1, "m")) == ["1-2"]
    assert chosen(night, alone(2, "f")) == ["2-2"]
    assert chosen(night, family(3, 1)) == ["3-1"], "whose sex is not known sleeps apart"


def test_who_cannot_climb_stairs_sleeps_on_the_ground_floor() -> None:
    night = with_room(with_room(house(4, 4), 1, floor="1"), 2, floor="begane grond")
    for need in ("wheelchair", "no_stairs", "ground_floor"):
        assert chosen(night, family(1, 2, needs=need)) == ["2-1", "2-2"]
    assert chosen(night, family(1, 2)) == ["1-1", "1-2"], "the ground floor is kept for those who need it"
    assert "No room suits" in refused(with_room(night, 2, floor="2"), family(1, 2, needs="wheelchair"))


def test_a_room_upstairs_without_stairs_will_do() -> None:
    assert chosen(with_room(house(4), 1, floor="2", wheelchair=True), family(1, 2, needs="wheelchair")) == [
        "1-1",
        "1-2",
    ]


def test_a_minor_alone_never_shares_with_adults_agreed_or_not() -> None:
    night = asleep(house(4), alone(9, "m"), 101)
    assert "No room suits" in refused(night, boy(1))
    agreed = replace(night, sharings=(Sharing(household=9, other=1, agreed_by="Anna"),))
    assert "No room suits" in refused(agreed, boy(1))
    assert chosen(asleep(house(4, 2), alone(9, "m"), 101), boy(1)) == ["2-1"]


def test_nobody_is_put_beside_a_minor_alone() -> None:
    night = asleep(house(4), boy(9), 101)
    assert [night.status[bed] for bed in (102, 103, 104)] == [BedStatus.FAMILY] * 3
    assert "0 free" in refused(night, alone(1, "m"))


def test_what_is_blocked_to_clean_or_shut_is_not_given() -> None:
    night = with_room(house(1, 1, 1, 1), 3, is_open=False)
    night = with_bed(with_bed(night, 101, state=BedState.BLOCKED), 201, state=BedState.CLEANING)
    assert chosen(night, alone(1, "m")) == ["4-1"]


def test_only_cots_need_no_bed() -> None:
    assert "needs no bed" in refused(house(4), family(1, 1, cots=1))


# --- held beds ----------------------------------------------------------------------------------


def test_beds_held_for_a_bus_are_given_to_its_people_and_to_nobody_else() -> None:
    coming = bus(1, 4, BusState.REGISTERING, counted=4, reserved=4)
    night = house(4, 1, buses=(coming,))
    assert chosen(night, family(1, 4, bus=1)) == ["1-1", "1-2", "1-3", "1-4"]
    assert "1 free" in refused(night, family(2, 4))


def test_a_bed_that_is_held_may_be_named_while_another_can_be_held_instead() -> None:
    night = joined(house(4, 4, buses=(bus(1, 4, reserved=4),)), family(1, 2))
    who = night.household[1]
    held = [bed for bed in night.beds if night.status[bed.id] is BedStatus.HELD][:2]
    assert planner.named(night, who, held) == held
    full = replace(night, buses=(bus(1, 8, reserved=8),))
    with pytest.raises(Refused, match="held for a bus and no others are free"):
        planner.named(full, who, held)


def test_a_bus_can_be_promised_what_is_free_and_what_it_holds_already() -> None:
    one, other = bus(1, 10, reserved=3), bus(2, 10, reserved=4)
    night = house(4, 4, 4, buses=(one, other))
    assert (planner.free_places(night), planner.free_places(night, one), planner.free_places(night, other)) == (5, 8, 9)


# --- beds a person names ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beds", "says"),
    [
        ((101, 101), "named twice"),
        ((101,), "needs 2 beds, 1 named"),
        ((201, 202), "Room 2 is taken by Family 9"),
        ((301, 302), "Bed 3-1 is out of use. Free instead: 1-1 1-2"),
        ((401, 402), "Bed 4-1 is to clean"),
        ((501, 502), "Bed 5-1 is closed"),
    ],
)
def test_a_bed_that_cannot_be_given_says_why_and_what_is_free_instead(beds: tuple[int, ...], says: str) -> None:
    night = asleep(house(4, 4, 2, 2, 2), family(9, 2), 201, 202)
    for number in (301, 302):
        night = with_bed(night, number, state=BedState.BLOCKED)
    for number in (401, 402):
        night = with_bed(night, number, state=BedState.CLEANING)
    night = joined(with_room(night, 5, is_open=False), family(1, 2))
    with pytest.raises(Refused) as no:
        planner.named(night, night.household[1], [night.bed[number] for number in beds])
    assert says in str(no.value)


def test_a_taken_bed_names_who_sleeps_there_and_what_is_free() -> None:
    night = joined(asleep(house(2), alone(9, "m", name="Bondar"), 101), alone(1, "m"))
    with pytest.raises(Refused, match=r"Bed 1-1 is taken by Bondar\. Free instead: 1-2\."):
        planner.named(night, night.household[1], [night.bed[101]])


# --- a whole bus --------------------------------------------------------------------------------


def test_a_boy_among_a_bus_of_men_gets_a_room_of_his_own() -> None:
    people = (*(alone(n, "m") for n in range(1, 8)), boy(8))
    plan = planner.for_all(joined(house(4, 4, 4), *people), people)
    assert plan.left_out == ()
    rooms = {given.household.id: given.beds[0].room for given in plan.assignments}
    assert Counter(rooms.values())[rooms[8]] == 1


def test_who_is_left_out_reads_why_and_what_would_help() -> None:
    people = (family(1, 4), family(2, 4))
    plan = planner.for_all(joined(house(4), *people), people)
    assert [given.household.id for given in plan.assignments] == [1]
    [left] = plan.left_out
    assert "No beds for Family 2" in left.reason
    assert "open or clean a room" in left.would_help


@st.composite
def nights(draw: st.DrawFn) -> Night:
    """Any house, some of it in use, a bus at the table, and another for which places are held."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=8))
    expected = bus(2, 20, BusState.RESERVED, reserved=draw(st.integers(0, 8)))
    here = bus(1, 48, BusState.REGISTERING, counted=48, reserved=draw(st.integers(0, 12)))
    night = house(*sizes, buses=(here, expected))
    for room in night.rooms:
        kind = draw(st.sampled_from(("any", "any", "family", "dormitory")))
        open_, floor = draw(st.sampled_from((True, True, True, False))), draw(st.sampled_from(("0", "0", "1")))
        night = with_room(night, room.id, kind=kind, is_open=open_, floor=floor)
    for bed in night.beds:
        state = draw(st.sampled_from((BedState.OK,) * 6 + (BedState.BLOCKED, BedState.CLEANING)))
        night = with_bed(night, bed.id, state=state)
    people = [draw(households(number)) for number in range(1, draw(st.integers(1, 12)) + 1)]
    return joined(night, *people)


@st.composite
def households(draw: st.DrawFn, number: int) -> Household:
    """Any household off the first bus."""
    needs = draw(st.sampled_from(("", "", "", "wheelchair", "no_stairs")))
    kind = draw(st.sampled_from(("family", "man", "woman", "minor", "siblings", "unknown")))
    if kind == "family":
        people = draw(st.integers(2, 7))
        return family(number, people, bus=1, needs=needs, cots=draw(st.integers(0, min(2, people))))
    if kind == "siblings":
        return family(number, 2, bus=1, needs=needs, group_kind="unaccompanied_minor")
    if kind in {"man", "woman"}:
        return alone(number, "m" if kind == "man" else "f", bus=1, needs=needs)
    return boy(number, bus=1, needs=needs) if kind == "minor" else family(number, 1, bus=1, needs=needs)


@settings(max_examples=200, deadline=None)
@given(nights())
def test_for_any_bus_the_plan_never_breaks_a_rule(night: Night) -> None:
    plan = planner.for_all(night, night.households)
    beds = [bed for found in plan.assignments for bed in found.beds]
    assert len({bed.id for bed in beds}) == len(beds), "a bed given twice"
    after = night
    for found in plan.assignments:
        who, rooms = found.household, {bed.room for bed in found.beds}
        for bed in found.beds:
            assert after.status[bed.id] in {BedStatus.FREE, BedStatus.HELD}
            assert bed.id not in after.held_for or after.held_for[bed.id].id == 1, "held for another bus"
        assert len(found.beds) == who.beds_needed
        if who.needs_wheelchair:
            assert all(night.room[room].accessible for room in rooms)
        if len(rooms) > 1:
            assert not who.alone
            assert "no single free room" in found.why
        after = given_beds(after, found)
    for room in after.rooms:
        for one, other in combinations(after.sleeping_in(room), 2):
            families = room.kind == "dormitory" and not any(h.alone or h.minor_alone for h in (one, other))
            assert may_share(one, other, frozenset()) or families, (room, one, other)
    everybody = {h.id for h in night.households if h.beds_needed}
    assert {f.household.id for f in plan.assignments} | {left.household.id for left in plan.left_out} == everybody
    assert figures.beds(after).occupied == len(beds)


def given_beds(night: Night, found: planner.Assignment) -> Night:
    """The night after a household was given the beds found for it."""
    others = tuple(h for h in night.households if h.id != found.household.id)
    return asleep(replace(night, households=others), found.household, *(bed.id for bed in found.beds))


@settings(max_examples=100, deadline=None)
@given(nights())
def test_what_is_held_for_another_bus_stays_there_for_it(night: Night) -> None:
    free = figures.beds(night).free
    for found in planner.for_all(night, night.households).assignments:
        night = given_beds(night, found)
        if not night.bus[1].reserved:
            assert figures.beds(night).free >= min(free, 0), "a family closed beds that another bus needs"
    assert night.numbers(night.bus[2]).held == night.bus[2].reserved
