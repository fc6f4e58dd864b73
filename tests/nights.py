"""Nights made by hand, without a store: a house, buses and people as values."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desk.beds import Bed, Room, Stay
from desk.buses import Bus, BusState
from desk.capacity import Location, Municipality
from desk.households import Household, HouseholdState, Member
from desk.night import Night
from tests.store import moment

NOW: datetime = moment()
"""02:41 in the night of 7 to 8 April 2022."""


def ago(hours: float = 0, minutes: float = 0) -> datetime:
    """A moment before now."""
    return NOW - timedelta(hours=hours, minutes=minutes)


def ahead(hours: float = 0, minutes: float = 0) -> datetime:
    """A moment from now."""
    return NOW + timedelta(hours=hours, minutes=minutes)


def house(*sizes: int, floor: str = "0", **night: Any) -> Night:
    """A night in a house with rooms `1`, `2`… of these sizes on one floor; bed `2-1` has the id 201."""
    rooms = tuple(Room(id=n, name=str(n), floor=floor, position=n) for n in range(1, len(sizes) + 1))
    beds = tuple(Bed(id=100 * r.id + n, room=r.id, number=n) for r in rooms for n in range(1, sizes[r.id - 1] + 1))
    return Night(at=night.pop("at", NOW), rooms=rooms, beds=beds, **night)


def with_room(night: Night, number: int, **room: Any) -> Night:
    """The night with one room otherwise: another floor, kind, closed."""
    return replace(night, rooms=tuple(replace(r, **room) if r.id == number else r for r in night.rooms))


def with_bed(night: Night, number: int, **bed: Any) -> Night:
    """The night with one bed otherwise: blocked, to clean."""
    return replace(night, beds=tuple(replace(b, **bed) if b.id == number else b for b in night.beds))


def family(number: int, people: int = 4, **more: Any) -> Household:
    """A household that waits."""
    given: dict[str, Any] = {
        "ref": f"H-220407-{number}",
        "name": f"Family {number}",
        "people": people,
        "since": NOW,
    } | more
    return Household(id=number, **given)


def alone(number: int, sex: str, **more: Any) -> Household:
    """One adult who travels alone."""
    return family(number, 1, sex=sex, group_kind="single_man" if sex == "m" else "single_woman", **more)


def boy(number: int = 90, **more: Any) -> Household:
    """A minor without a parent."""
    return family(number, 1, sex="m", group_kind="unaccompanied_minor", **more)


def bus(number: int = 1, people: int | None = 48, state: BusState = BusState.ANNOUNCED, **more: Any) -> Bus:
    """A bus from Utrecht, due in an hour, told ten minutes ago."""
    given: dict[str, Any] = {
        "ref": f"B-220407-{number}",
        "from_place": "Utrecht",
        "eta": ahead(1),
        "eta_told_at": ago(minutes=10),
    }
    if state not in (BusState.ANNOUNCED, BusState.RESERVED):
        given["arrived_at"] = ago(minutes=20)
    return Bus(id=number, announced=people, state=state, **(given | more))


def joined(night: Night, *households: Household) -> Night:
    """The night with these households too, each with as many members as people."""
    members = tuple(
        Member(id=100 * h.id + n, household=h.id, number=n) for h in households for n in range(1, h.people + 1)
    )
    return replace(night, households=night.households + households, members=night.members + members)


def asleep(night: Night, household: Household, *beds: int) -> Night:
    """The night with a household in these beds."""
    night = joined(night, replace(household, state=HouseholdState.IN_BED))
    stays = tuple(Stay(id=bed, household=household.id, bed=bed, since=night.at) for bed in beds)
    return replace(night, stays=night.stays + stays)


def region(night: Night, *locations: Location) -> Night:
    """The night with these locations, each in a municipality of its own."""
    places = tuple(Municipality(id=n, code=f"GM{n:04}", name=f"Place {n}", inhabitants=30_000) for n in range(1, 5))
    return replace(night, municipalities=places, locations=locations)


def location(number: int = 1, capacity: int = 20, **more: Any) -> Location:
    """A municipal location that reported an hour ago that it is empty, and answers always."""
    given: dict[str, Any] = {
        "ref": f"L-{number}",
        "name": f"Location {number}",
        "municipality": number,
        "answers": "24/7",
    }
    given |= {"occupied": 0, "occupied_at": ago(1)} | more
    return Location(id=number, capacity=capacity, **given)


def labels(night: Night, beds: Iterable[Bed]) -> list[str]:
    """Beds as they are called."""
    return [night.label(bed) for bed in beds]
