"""Who is inside, by floor and room, as values.

Every resident inside stands on it exactly once: in a room, without a bed yet, or as a number off a bus. What the
parts come to is what safety counts, `figures.people(night).inside`. Staff on duty and visitors are counted beside
them: they are to be outside as well when the alarm goes (facts 10).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from desk import clock
from desk.beds import Room
from desk.households import Household, HouseholdState, Member, Presence
from desk.language import _, ngettext
from desk.night import Night
from desk.shift import Attendance, Visitor
from desk.words import NEEDS, label

_BEFORE_A_NAME = frozenset(
    "van de der den ter ten von el al la le ben bin di da fam fam. familie family mr mr. mrs mrs. mw. dhr.".split()
)
"""Words that begin a family's name and are none of its own."""


@dataclass(frozen=True)
class Line:
    """One household inside; `people` are those of it in the building."""

    household: Household
    people: int
    beds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Its other rooms; it is counted in the first."""
    help_codes: tuple[str, ...] = ()

    @property
    def help(self) -> list[str]:
        """The help it needs to get out, in words."""
        return [label(NEEDS, code) for code in self.help_codes]


@dataclass(frozen=True)
class RoomList:
    """A room with those who sleep in it; `others` are counted in another room and have beds here too."""

    room: Room
    lines: tuple[Line, ...]
    others: tuple[tuple[Household, str], ...] = ()

    @property
    def people(self) -> int:
        """People of this room in the building."""
        return sum(line.people for line in self.lines)


@dataclass(frozen=True)
class Floor:
    """A floor with its rooms in their order."""

    name: str
    rooms: tuple[RoomList, ...]

    @property
    def people(self) -> int:
        """People of this floor in the building."""
        return sum(room.people for room in self.rooms)


@dataclass(frozen=True)
class Away:
    """People of a household who are not in the building, with where and since when."""

    household: Household
    people: int
    where: str
    since: str


@dataclass(frozen=True)
class Inside:
    """Everybody of the house, each in exactly one place of the list."""

    unnamed: tuple[tuple[str, str, int], ...]
    """Reference, from where, and people off each bus without a name yet."""
    floors: tuple[Floor, ...]
    no_bed: tuple[Line, ...]
    away: tuple[Away, ...]
    staff: tuple[Attendance, ...] = ()
    visitors: tuple[Visitor, ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every household with somebody in the building, in the order of the list."""
        return (*(line for floor in self.floors for room in floor.rooms for line in room.lines), *self.no_bed)

    @property
    def to_count(self) -> int:
        """Everybody who must stand at the assembly point: residents, staff and visitors."""
        return self.total + len(self.staff) + len(self.visitors)

    @cached_property
    def total(self) -> int:
        """The residents: the sum of all parts."""
        unnamed = sum(people for _ref, _place, people in self.unnamed)
        return unnamed + sum(floor.people for floor in self.floors) + sum(line.people for line in self.no_bed)


def inside(night: Night) -> Inside:
    """Who is inside and who is not, of everybody who stays here."""
    unnamed = tuple(
        (night.said(bus.ref), bus.from_place, night.numbers(bus).unregistered)
        for bus in night.buses_here
        if night.numbers(bus).unregistered
    )
    in_building = [h for h in night.staying if night.present(h) > 0]
    no_bed = tuple(
        Line(h, night.present(h), help_codes=tuple(night.help_codes(h)))
        for h in in_building
        if not night.beds_of.get(h.id)
    )
    floors = tuple(_floors(night, in_building))
    return Inside(unnamed, floors, no_bed, tuple(_away(night)), tuple(night.on_duty), tuple(night.visitors))


def short_name(name: str) -> str:
    """The family's name with the initial of what follows it: `Petrenko O.`, but `van Dijk`; no more words than that.

    Whoever calls the list needs no more, and a list that is lost tells no more (facts 10, 7).
    """
    words = name.split()
    own = next((at for at, word in enumerate(words) if word.casefold() not in _BEFORE_A_NAME), len(words))
    if len(words) - own < 2:
        return name
    follows = words[own + 1]
    return " ".join([*words[: own + 1], f"{follows[0]}."]) if follows[0].isalpha() else " ".join(words[: own + 1])


def called(household: Household) -> str:
    """How a household is called on a list; of whom nobody may be told, the number and the room are enough."""
    return short_name(household.called)


def ages(night: Night, household: Household) -> str:
    """Those in the building by age group, as far as it is known: `2 adults, 1 child`; empty where nothing is."""
    there = [m for m in night.members_of.get(household.id, ()) if m.presence not in {Presence.OUT, Presence.NOT_FOUND}]
    found = Counter(group for member in there if (group := _group(night, member)))
    if not found and len(there) == household.people:
        found = Counter({"adult": household.adults or 0, "child": household.children or 0})
        if household.minor_alone and household.people == 1:
            found = Counter({"child": 1})
    words = {
        "baby": ngettext("{n} baby", "{n} babies", found["baby"]),
        "child": ngettext("{n} child", "{n} children", found["child"]),
        "adult": ngettext("{n} adult", "{n} adults", found["adult"]),
        "old": ngettext("{n} over 65", "{n} over 65", found["old"]),
    }
    parts = [words[group].format(n=found[group]) for group in ("adult", "old", "child", "baby") if found[group]]
    if household.minor_alone:
        parts.append(_("MINOR ALONE"))
    return ", ".join(parts)


def _group(night: Night, member: Member) -> str:
    """What matters on the stairs: who is carried, who is led, who walks, who walks slowly."""
    age = member.age
    if age is None and member.birth_year is not None:
        age = night.today.year - member.birth_year
    if age is None:
        return ""
    return "baby" if age < 2 else "child" if age < 18 else "adult" if age < 65 else "old"


def _floors(night: Night, households: list[Household]) -> Iterator[Floor]:
    by_room: dict[int, list[Line]] = {}
    others: dict[int, list[tuple[Household, str]]] = {}
    for household in households:
        beds = night.beds_of.get(household.id, [])
        rooms = list(dict.fromkeys(bed.room for bed in beds))
        if not rooms:
            continue
        first, *more = rooms
        line = Line(
            household,
            night.present(household),
            tuple(night.label(bed) for bed in beds),
            tuple(night.room[room].name for room in more),
            tuple(night.help_codes(household)),
        )
        by_room.setdefault(first, []).append(line)
        for other in more:
            others.setdefault(other, []).append((household, night.room[first].name))
    floors: dict[str, list[RoomList]] = {}
    for room in night.rooms:
        if room.id in by_room or room.id in others:
            slept_in = RoomList(room, tuple(by_room.get(room.id, ())), tuple(others.get(room.id, ())))
            floors.setdefault("0" if room.on_ground else room.floor.strip(), []).append(slept_in)
    for name in sorted(floors, key=_ground_first):
        yield Floor(name, tuple(floors[name]))


def _ground_first(floor: str) -> tuple[bool, bool, int, str]:
    number = int(floor) if re.fullmatch(r"[+-]?\d{1,4}", floor) else None
    return floor != "0", number is None, number or 0, floor


def _away(night: Night) -> Iterator[Away]:
    for household in night.households:
        if household not in night.staying and household.state is not HouseholdState.MISSING:
            continue
        groups: dict[tuple[str, str], int] = {}
        for member in night.members_of.get(household.id, ()):
            if member.presence not in {Presence.OUT, Presence.NOT_FOUND}:
                continue
            where = (
                _("NOT FOUND") if member.presence is Presence.NOT_FOUND else _places().get(member.out_to, member.out_to)
            )
            since = clock.when(member.out_at, night.at, night.settings.tz) if member.out_at else "?"
            groups[where, since] = groups.get((where, since), 0) + 1
        if household.state is HouseholdState.MISSING:
            groups = {(_("NOT FOUND"), "?"): household.people}
        for (where, since), people in groups.items():
            yield Away(household, people, where, since)


def _places() -> dict[str, str]:
    return {
        "hospital": _("in hospital"),
        "police": _("with the police"),
        "outside": _("outside"),
        "other": _("elsewhere"),
    }
