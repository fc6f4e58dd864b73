"""While the caller is still on the phone: how many of an announced bus fit here, of whom, and what would add more."""

from typing import Any

from desk.beds import BedState
from desk.buses import BusState
from desk.night import Night
from desk.plans.announced import Offer, offer, offer_record, reckoned, sentence, way_lines
from tests.nights import alone, asleep, bus, family, house, joined, location, region, with_bed, with_room


def offered(night: Night, number: int = 1) -> Offer:
    """What can be said of a bus."""
    return offer(night, night.bus[number])


def coming(people: int = 48, **said: Any) -> Any:
    """A bus that is announced with a composition."""
    return bus(1, people, **said)


def test_families_are_taken_whole_or_not_and_the_sentence_can_be_read_out() -> None:
    night = house(4, 4, 2, buses=(coming(48, families=9, in_families=36, single_women=6, single_men=6),))
    made = offered(asleep(night, alone(9, "m"), 301))
    # two rooms for families of four, one bed beside the man
    assert {part.group: part.fits for part in made.parts} == {"families": 8, "single_women": 0, "single_men": 1}
    assert (made.take, made.to_find) == (9, 39)
    assert sentence(made) == "We take 9: families 8 of 36, women alone no, men alone 1 of 6; 39 to find."


def test_no_room_for_a_family_is_said_as_no() -> None:
    night = house(2, 2, buses=(coming(12, families=2, in_families=8, single_women=4),))
    assert sentence(offered(night)) == "We take 4: families no, women alone yes, 4; 8 to find."


def test_of_whom_nobody_said_who_they_are_only_the_beds_can_be_promised() -> None:
    made = offered(house(4, 4, buses=(coming(48),)))
    assert (made.parts, made.unknown, made.unknown_fits) == ((), 48, 8)
    assert sentence(made) == "We take 8: of 48 nobody said who they are: at most 8; 40 to find."
    assert (
        sentence(offered(house(4, buses=(bus(1, None),)))) == "Nobody said how many people there are: ask that first."
    )


def test_all_who_fit_are_taken_and_none_is_left_to_find() -> None:
    made = offered(house(4, 4, buses=(coming(6, families=2),)))
    assert [h.people for h in reckoned(coming(6, families=2), 6)] == [3, 3], "of families only the number is known"
    assert (made.take, made.to_find, made.ways) == (6, 0, ())
    assert sentence(made) == "We take all 6: families yes, 6; none to find."


def test_families_are_reckoned_as_equal_as_can_be() -> None:
    assert [h.people for h in reckoned(coming(20, families=3, in_families=10), 20)] == [4, 3, 3]
    assert sum(h.needs_wheelchair for h in reckoned(coming(20, families=3, in_families=10, wheelchairs=2), 20)) == 2


def test_what_is_held_for_another_bus_and_who_waits_already_come_first() -> None:
    other = bus(2, 4, BusState.RESERVED, reserved=4)
    night = house(4, 4, 4, buses=(coming(12, families=3, in_families=12), other))
    assert offered(night).take == 8
    assert offered(joined(night, family(5, 4))).take == 4
    assert offered(house(4, 4, 4, buses=(coming(12, families=3, in_families=12),))).take == 12, "the control"


def test_what_is_allocated_elsewhere_is_not_to_find() -> None:
    from dataclasses import replace

    from desk.buses import Allocation

    night = house(4, buses=(coming(12, families=3, in_families=12),))
    night = replace(region(night, location()), allocations=(Allocation(id=1, bus=1, location=1, people=8),))
    assert (offered(night).take, offered(night).to_find) == (4, 0)


def test_the_ways_stand_by_what_they_take_with_what_they_add() -> None:
    night = house(4, 4, 6, buses=(coming(20, families=5, in_families=20),))
    night = with_room(night, 3, is_open=False, takes="one more first-aider")
    for number in (201, 202, 203, 204):
        night = with_bed(night, number, state=BedState.CLEANING)
    made = offered(region(night, location(1, 5)))
    assert [(one.way.kind, one.people) for one in made.ways] == [
        ("clean", 4), ("open", 4), ("elsewhere", 5), ("send_on", 16),
    ]  # fmt: skip
    assert way_lines(made.ways)[1] == "open 3: 4 people more; takes one more first-aider"
    record = offer_record(made)
    assert (record["take"], record["to_find"]) == (4, 16)
    assert [way["adds"] for way in record["ways"]] == [4, 4, 5, 16]
    assert record["text"] == sentence(made)
