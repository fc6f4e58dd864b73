"""Nights for the bed planner, made by a seed: any house, partly slept in, with buses, links, agreements and marks.

night = a_night(7)                    # always the same night
night = a_night(7, rooms=4, people=5) # at most so many rooms and households that wait
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

from desk import planner
from desk.beds import BedState, Room, Sharing, Stay
from desk.buses import BusState
from desk.households import Household, HouseholdState, Link
from desk.night import Night
from tests.nights import NOW, alone, boy, bus, family, house, joined, with_bed, with_room

SIZES = (1, 2, 2, 4, 4, 4, 6, 8)


def a_night(seed: int, rooms: int = 14, people: int = 24) -> Night:
    """A night with at most so many rooms and households that wait."""
    rng = Random(seed)
    expected = bus(2, 20, BusState.RESERVED, reserved=rng.choice((0, 0, 2, 4, 8)))
    here = bus(1, 48, BusState.REGISTERING, counted=48, reserved=rng.choice((0, 0, 4, 12, 24)))
    sizes = [rng.choice(SIZES) for _ in range(rng.randint(max(1, rooms // 2), rooms))]
    night = house(*sizes, buses=(here, expected))
    for room in night.rooms:
        night = with_room(night, room.id, **_as_it_is(rng, room))
    for bed in night.beds:
        state = rng.choices((BedState.OK, BedState.BLOCKED, BedState.CLEANING), (30, 1, 1))[0]
        night = with_bed(night, bed.id, state=state)
    night = _slept_in(rng, night, rng.randint(0, rooms // 2))
    night = joined(night, *(somebody(rng, number) for number in range(1, rng.randint(1, people) + 1)))
    return _together(rng, night)


def _as_it_is(rng: Random, room: Room) -> dict[str, object]:
    return {
        "kind": rng.choice(("any", "any", "any", "family", "dormitory")),
        "floor": rng.choice(("0", "0", "1")),
        "is_open": rng.random() < 0.9,
        "cleaning": rng.random() < 0.7,
        "position": room.id,
    }


def somebody(rng: Random, number: int, first_bus: bool = True) -> Household:
    """Any household; most are off the first bus."""
    needs = rng.choice(("",) * 8 + ("wheelchair", "no_stairs"))
    off = 1 if first_bus and rng.random() < 0.8 else None
    kind = rng.choices(("family", "man", "woman", "minor", "siblings", "unknown"), (8, 4, 4, 1, 0.5, 1))[0]
    if kind == "family":
        size = rng.choices((2, 3, 4, 5, 6, 9), (5, 5, 5, 2, 2, 1))[0]
        return family(number, size, bus=off, needs=needs, cots=rng.choice((0, 0, 0, 1)))
    if kind == "siblings":
        return family(number, 2, bus=off, needs=needs, group_kind="unaccompanied_minor")
    if kind in {"man", "woman"}:
        return alone(number, "m" if kind == "man" else "f", bus=off, needs=needs)
    return boy(number, bus=off, needs=needs) if kind == "minor" else family(number, 1, bus=off, needs=needs)


def _slept_in(rng: Random, night: Night, households: int) -> Night:
    """Some came before, most put to bed by first fit; a few of them are marked: they may be moved."""
    for number in range(200, 200 + households):
        who = replace(somebody(rng, number, first_bus=False), may_move=rng.random() < 0.3)
        night = joined(night, who)
        plan = planner.for_all(night, [who])
        if not plan.assignments:
            night = replace(night, households=tuple(h for h in night.households if h.id != number))
            continue
        lies = replace(who, state=HouseholdState.IN_BED)
        night = replace(
            night,
            households=tuple(lies if h.id == number else h for h in night.households),
            stays=night.stays
            + tuple(Stay(id=bed.id, household=number, bed=bed.id, since=NOW) for bed in plan.assignments[0].beds),
        )
    return night


def _together(rng: Random, night: Night) -> Night:
    """Some want to stay together, some agreed to share."""
    inside = [h for h in night.households if h.beds_needed]
    pairs = list(combinations(inside, 2))
    links = rng.sample(pairs, min(len(pairs), rng.choice((0, 0, 1, 2))))
    agreed = rng.sample(pairs, min(len(pairs), rng.choice((0, 0, 1, 3))))
    return replace(
        night,
        links=tuple(Link(id=n, household=a.id, other=b.id) for n, (a, b) in enumerate(links, start=1)),
        sharings=tuple(
            Sharing(id=n, household=a.id, other=b.id)
            for n, (a, b) in enumerate(agreed, start=1)
            if not (a.minor_alone or b.minor_alone)
        ),
    )


def nights(first: int, count: int) -> Iterator[Night]:
    """So many nights, from that seed on."""
    return (a_night(seed) for seed in range(first, first + count))


def full_bus(seed: int, households: int = 60, rooms: int = 25) -> Night:
    """So many households off buses before a house of so many rooms: about as many people as beds, and two in it."""
    rng = Random(seed)
    sizes = (rng.choice((2, 4, 4, 4, 6, 6, 8)) for _ in range(rooms))
    night = house(*sizes, buses=(bus(1, 200, BusState.REGISTERING), bus(2, 30, BusState.RESERVED, reserved=4)))
    for room in night.rooms:
        kind = rng.choice(("any", "any", "any", "family", "dormitory"))
        night = with_room(night, room.id, kind=kind, floor="0" if room.id <= rooms // 2 else "1")
    night = _slept_in(rng, night, 2)
    people = []
    for number in range(1, households + 1):
        people.append(_off_the_bus(rng, number))
    return _together(rng, joined(night, *people))


def _off_the_bus(rng: Random, number: int) -> Household:
    """Two of three travel alone; a family has two to six people."""
    needs = rng.choice(("",) * 20 + ("wheelchair",))
    kind = rng.choices(("family", "woman", "man", "minor"), (33, 40, 25, 2))[0]
    if kind == "family":
        return family(number, rng.choice((2, 3, 3, 4, 4, 5, 6)), bus=1, needs=needs)
    return boy(number, bus=1) if kind == "minor" else alone(number, "f" if kind == "woman" else "m", bus=1, needs=needs)
