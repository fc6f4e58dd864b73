"""Every figure by its one definition (design 5)."""

from dataclasses import replace

from desk import figures
from desk.beds import BedState, BedStatus
from desk.buses import Allocation, BusState, Onward
from desk.figures import Period
from desk.households import Household, HouseholdState, Presence
from desk.night import Night
from desk.placements import Placement, PlacementState
from tests.nights import (
    NOW,
    ago,
    ahead,
    alone,
    asleep,
    bus,
    family,
    house,
    joined,
    location,
    region,
    with_bed,
    with_room,
)

S = HouseholdState


def out(night: Night, household: int, *numbers: int) -> Night:
    """The night with these members of a household out to hospital."""
    gone = {100 * household + number for number in numbers}
    return replace(
        night,
        members=tuple(replace(m, presence=Presence.OUT) if m.id in gone else m for m in night.members),
    )


# --- beds ---------------------------------------------------------------------------------------


def test_an_empty_house_is_all_free() -> None:
    beds = figures.beds(house(4, 6, 2))
    assert (beds.realised, beds.usable, beds.occupied, beds.reserved, beds.free) == (12, 12, 0, 0, 12)
    assert beds.occupancy_rate == 0


def test_a_closed_room_has_no_realised_places_until_it_is_opened() -> None:
    shut = with_room(house(4, 6), 2, is_open=False, overflow=True)
    assert figures.beds(shut).realised == 4
    assert figures.beds(with_room(shut, 2, is_open=True)).realised == 10


def test_usable_is_realised_minus_what_is_blocked_and_what_is_to_be_cleaned() -> None:
    night = with_bed(with_bed(house(4, 4), 101, state=BedState.BLOCKED), 201, state=BedState.CLEANING)
    beds = figures.beds(night)
    assert (beds.blocked, beds.cleaning, beds.out_of_use, beds.usable, beds.free) == (1, 1, 2, 6, 6)


def test_a_family_of_four_in_a_room_of_six_closes_two_beds_as_blocked() -> None:
    night = asleep(house(6, 4), family(1, 4), 101, 102, 103, 104)
    beds = figures.beds(night)
    assert (beds.occupied, beds.blocked, beds.usable, beds.free) == (4, 2, 8, 4)
    assert [night.status[bed] for bed in (105, 106)] == [BedStatus.FAMILY] * 2
    gone = replace(night, stays=(), households=())
    assert figures.beds(gone).free == 10, "they come free with the family"


def test_people_alone_close_nothing() -> None:
    beds = figures.beds(asleep(house(6), alone(1, "f"), 101))
    assert (beds.occupied, beds.blocked, beds.free) == (1, 0, 5)


def test_a_dormitory_is_not_closed_by_a_family() -> None:
    beds = figures.beds(with_room(asleep(house(6), family(1, 4), 101, 102, 103, 104), 1, kind="dormitory"))
    assert (beds.occupied, beds.blocked, beds.free) == (4, 0, 2)


def test_beds_of_people_who_are_out_stay_occupied() -> None:
    night = out(asleep(house(4), family(1, 4), 101, 102, 103, 104), 1, 3, 4)
    assert figures.beds(night).occupied == 4
    assert [night.status[bed] for bed in (102, 103)] == [BedStatus.OCCUPIED, BedStatus.OUT]


def test_free_is_never_clamped_but_says_by_how_much_it_is_overbooked() -> None:
    night = house(4, buses=(bus(1, reserved=10, state=BusState.RESERVED),))
    assert figures.beds(night).free == -6
    assert sum(status is BedStatus.HELD for status in night.status.values()) == 4


def test_places_held_for_a_bus_are_replaced_by_its_people_in_beds() -> None:
    coming = bus(1, 10, BusState.REGISTERING, counted=10, reserved=8)
    night = asleep(house(4, 4, 4, buses=(coming,)), family(1, 3, bus=1), 101, 102, 103)
    beds = figures.beds(night)
    assert (beds.occupied, beds.blocked, beds.reserved, beds.free) == (3, 1, 5, 3)


def test_expected_people_are_counted_once() -> None:
    coming = bus(1, 8, BusState.REGISTERING, counted=8, reserved=8)
    night = house(4, 4, buses=(coming,))
    assert (figures.beds(night).reserved, figures.people(night).inside) == (8, 8)
    night = joined(night, family(1, 3, bus=1))
    assert (figures.beds(night).reserved, figures.people(night).inside) == (8, 8)
    night = asleep(replace(night, households=()), family(1, 3, bus=1), 101, 102, 103)
    assert (figures.beds(night).reserved, figures.people(night).inside) == (5, 8)


def test_a_bus_that_ended_holds_nothing() -> None:
    for state in (BusState.CLOSED, BusState.DIVERTED, BusState.CANCELLED, BusState.NO_SHOW):
        assert figures.beds(house(4, buses=(bus(1, reserved=4, state=state),))).free == 4


def test_the_rate_is_what_is_occupied_of_what_is_realised() -> None:
    assert figures.beds(asleep(house(4, 3), family(1, 4), 101, 102, 103, 104)).occupancy_rate == 57.1
    assert figures.beds(house()).occupancy_rate == 0


def test_free_for_says_what_the_free_beds_can_take() -> None:
    night = asleep(house(4, 4, 6, 2), alone(1, "f"), 101)
    night = asleep(night, family(2, 3), 201, 202, 203)
    can = figures.free_for(with_room(night, 4, floor="1"))
    assert can.family_rooms == (6, 2)
    assert can.women_alone == 3 + 6 + 2
    assert can.men_alone == 6 + 2
    assert can.wheelchair == 3 + 6


# --- people -------------------------------------------------------------------------------------


def test_a_baby_in_a_cot_is_a_person_and_takes_no_bed() -> None:
    night = asleep(house(4), family(1, 4, cots=1), 101, 102, 103)
    assert figures.beds(night).occupied == 3
    people = figures.people(night)
    assert (people.inside, people.cots, people.without_bed) == (4, 1, 0)


def test_inside_is_who_is_present_and_who_has_no_name_yet() -> None:
    here = bus(1, 51, BusState.REGISTERING, counted=51)
    night = joined(house(4, buses=(here,)), family(1, 17, bus=1), family(2, 2))
    people = figures.people(night)
    assert (people.present, people.unregistered, people.inside) == (19, 34, 53)
    assert figures.people(out(night, 2, 1)).inside == 52


def test_a_bus_at_the_door_counts_as_announced_until_it_is_counted() -> None:
    assert figures.people(house(buses=(bus(1, 48, BusState.ARRIVED),))).inside == 48
    assert figures.people(house(buses=(bus(1, 48, BusState.COUNTED, counted=51),))).inside == 51
    assert figures.people(house(buses=(bus(1, 48, BusState.RESERVED),))).inside == 0
    assert figures.people(house(buses=(bus(1, None, BusState.ARRIVED),))).inside == 0


def test_unregistered_is_never_below_nothing() -> None:
    more_than_counted = bus(1, 10, BusState.REGISTERING, counted=10)
    night = joined(house(buses=(more_than_counted,)), family(1, 12, bus=1), family(2, 1))
    assert figures.people(night).unregistered == 0
    assert figures.people(night).inside == 13


def test_who_drove_on_is_not_inside() -> None:
    here = bus(1, 48, BusState.COUNTED, counted=48)
    night = house(buses=(here,), onwards=(Onward(bus=1, people=20),))
    assert figures.people(night).inside == 28


def test_who_is_expected_has_left_or_never_came_is_not_inside() -> None:
    gone = [family(n, 2, state=state) for n, state in enumerate((S.EXPECTED, S.LEFT, S.DEPARTED, S.NO_SHOW), start=1)]
    assert figures.people(joined(house(4), *gone)).inside == 0


def test_a_household_about_to_leave_is_inside_and_has_its_beds() -> None:
    night = asleep(house(4), family(1, 2), 101, 102)
    leaving = replace(night, households=(replace(night.households[0], state=S.DEPARTING),))
    assert figures.people(leaving).inside == 2
    assert figures.beds(leaving).occupied == 2


def test_the_stay_clock_counts_people_and_not_households() -> None:
    night = joined(house(8), family(1, 3, since=ago(25)), family(2, 2, since=ago(49)), family(3, 4, since=ago(24)))
    people = figures.people(night)
    assert (people.over_24h, people.over_48h) == (5, 2)
    assert [h.id for h in figures.staying_longer(night, 24)] == [2, 1]


def test_who_has_too_few_beds_counts_as_without() -> None:
    night = asleep(house(4), family(1, 4), 101, 102, 103)
    assert figures.people(night).without_bed == 1
    assert figures.people(joined(night, family(2, 2))).without_bed == 3


# --- buses --------------------------------------------------------------------------------------


def test_to_find_is_what_was_said_less_what_is_held_anywhere() -> None:
    coming = bus(1, 48, BusState.RESERVED, reserved=10)
    night = house(20, buses=(coming,), allocations=(Allocation(bus=1, location=1, people=30),))
    assert night.numbers(coming).short == 8
    counted = replace(coming, state=BusState.COUNTED, counted=51)
    assert replace(night, buses=(counted,)).numbers(counted).short == 11


def test_a_bus_with_too_many_places_does_not_hide_what_another_lacks() -> None:
    night = house(60, buses=(bus(1, 10, reserved=30), bus(2, 20, reserved=5)))
    assert figures.to_find(night) == 15


def test_reserved_for_buses_is_of_buses_still_expected_wherever_it_is() -> None:
    coming = tuple(bus(n, people) for n, people in ((1, 49), (2, 48), (3, 48)))
    held = tuple(Allocation(id=b.id, bus=b.id, location=1, people=b.announced or 0) for b in coming)
    assert figures.reserved_for_buses(house(60, buses=coming, allocations=held)) == (145, 3)
    arrived = (replace(coming[0], state=BusState.ARRIVED), *coming[1:])
    assert figures.reserved_for_buses(house(60, buses=arrived, allocations=held)) == (96, 2)


# --- a period -----------------------------------------------------------------------------------


def test_placed_is_confirmed_at_a_location_and_in_the_period() -> None:
    period = Period(ago(10), NOW, confirmed=((ago(11), 20), (ago(10), 5), (ago(1), 7), (ahead(1), 9)))
    assert period.placed == 12
    assert Placement(state=PlacementState.ARRIVED, location=1).counts_as_placed
    assert not Placement(state=PlacementState.UNDERWAY, location=1).counts_as_placed
    assert not Placement(state=PlacementState.ARRIVED, outside="host").counts_as_placed


def test_onward_is_within_the_region_and_outflow_is_out_of_it() -> None:
    departed = ((ago(1), 4, True), (ago(2), 3, False))
    period = Period(ago(10), NOW, registered=((ago(3), 12),), departed=departed, left=((ago(1), 2),))
    assert (period.inflow, period.onward_flow, period.outflow) == (12, 4, 5)


def test_what_is_missing_between_then_and_now_is_shown() -> None:
    assert figures.identity_gap(10, 12, 9, 0, 13) == 0
    assert figures.identity_gap(10, 12, 9, -1, 13) == 1


# --- the region ---------------------------------------------------------------------------------


def test_municipal_and_private_places_are_never_mixed() -> None:
    night = region(house(8), location(1, 40, occupied=10), location(2, 25, kind="private", occupied=5))
    found = figures.region(night)
    assert (found.realised["municipal"], found.realised["private"], found.realised["transit"]) == (40, 25, 8)
    assert (found.free["municipal"], found.free["private"]) == (30, 20)
    assert (found.municipalities, found.hosting, found.in_forecast) == (4, 1, 1)


def test_a_place_asked_for_is_held_until_it_is_confirmed_and_then_occupied() -> None:
    who = family(1, 4)
    night = region(joined(house(8), who), location(1, 40, occupied=10))

    def held(state: PlacementState) -> int:
        placement = Placement(id=1, household=1, people=4, state=state, location=1)
        return replace(night, placements=(placement,)).standing[1].held

    states = PlacementState
    assert [held(s) for s in (states.ASKED, states.AGREED, states.TRANSPORT_SET, states.UNDERWAY)] == [4] * 4
    assert [held(s) for s in (states.PROPOSED, states.ARRIVED, states.DECLINED, states.WITHDRAWN)] == [0] * 4
    assert replace(night, placed_since_report=((1, 4),)).standing[1].occupied == 14


def test_a_location_that_is_not_open_yet_has_no_places_today() -> None:
    night = region(house(), location(1, 40, available_from="2022-04-20"), location(2, 30, available_until="2022-04-07"))
    assert figures.region(night).realised["municipal"] == 0
    assert figures.region(night).in_forecast == 1
    assert figures.to_realise(night) == night.settings.target


def test_to_realise_counts_what_counts() -> None:
    night = region(house(8), location(1, 400), location(2, 100, kind="private", counts=False))
    assert figures.to_realise(night) == night.settings.target - 400


def test_the_households_of_a_night_are_people_and_never_beds() -> None:
    assert Household(people=5, cots=2).beds_needed == 3
    assert Household(people=1, cots=1).beds_needed == 0
