"""Who is inside, by floor and room: the list that is held in the hand when the alarm goes.

Every person inside stands on it exactly once: in a room, without a bed yet, or as a number off a bus. What the
parts come to is what safety counts, `figures.people(night).inside`.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from desk import clock, figures
from desk.beds import Room
from desk.households import Household, HouseholdState, Presence
from desk.language import _, ngettext
from desk.night import Night
from desk.words import LANGUAGES_SPOKEN, NEEDS, label

HELP = ("wheelchair", "evac_help", "no_stairs")
"""The needs that matter on the stairs; never a diagnosis."""


@dataclass(frozen=True)
class Line:
    """One household inside; `people` are those of it in the building."""

    household: Household
    people: int
    beds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Its other rooms; it is counted in the first."""

    @property
    def help(self) -> list[str]:
        """The help it needs to get out, in words."""
        return [label(NEEDS, code) for code in HELP if code in self.household.need_codes]


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

    @cached_property
    def total(self) -> int:
        """The sum of all parts."""
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
    no_bed = tuple(Line(h, night.present(h)) for h in in_building if not night.beds_of.get(h.id))
    return Inside(unnamed, tuple(_floors(night, in_building)), no_bed, tuple(_away(night)))


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


# --- on paper ---------------------------------------------------------------------------------


def lines(night: Night, width: int = 80) -> list[str]:
    """The list as plain text, at most `width` letters wide; it holds nothing but letters and dashes."""
    found = inside(night)
    printed: list[str] = []

    def add(text: str = "", indent: int = 0) -> None:
        wrapped = textwrap.wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False)
        printed.extend(wrapped or [""])

    add(ngettext("INSIDE {n} person", "INSIDE {n} people", found.total).format(n=found.total), 2)
    add(f"{night.settings.site} {night.settings.address}".strip(), 2)
    add(clock.night_label(night.evening))
    for ref, place, people in found.unnamed:
        add(_("{n} WITHOUT A NAME YET, off {ref} from {place}").format(n=people, ref=ref, place=place), 2)
    needing = [line for floor in found.floors for room in floor.rooms for line in room.lines if line.help]
    needing += [line for line in found.no_bed if line.help]
    if needing:
        people = sum(line.people for line in needing)
        add(_("HELP NEEDED by households of {n} people, marked with ! below").format(n=people), 2)
    for floor in found.floors:
        printed.append("")
        printed.append(_rule(_floor_name(floor), floor.people, width))
        for room in floor.rooms:
            for line in room.lines:
                add(_household(night, room.room.name, line), 9)
            for other, where in room.others:
                add(
                    _("{room}  also {ref} {name}, counted in room {other}").format(
                        room=_column(room.room.name), ref=night.said(other.ref), name=other.name, other=where
                    ),
                    9,
                )
    if found.no_bed:
        printed.append("")
        printed.append(_rule(_("NO BED YET"), sum(line.people for line in found.no_bed), width))
        for line in found.no_bed:
            add(_household(night, "-", line), 9)
    printed.extend(_not_inside(night, found, width))
    printed.append("")
    add(_sum(found), 2)
    add(_("Printed {time}. Destroy older lists.").format(time=_moment(night)))
    return printed


def _rule(title: str, people: int, width: int) -> str:
    start, end = f"-- {title[: width - 14]} ", f" {people}"
    return start + "-" * max(2, width - len(start) - len(end)) + end


def _floor_name(floor: Floor) -> str:
    return _("GROUND FLOOR") if floor.name == "0" else _("FLOOR {name}").format(name=floor.name)


def _column(room: str) -> str:
    return f" {room:<6}"


def _household(night: Night, room: str, line: Line) -> str:
    h = line.household
    mark = "!" if line.help else " "
    parts = [f"{mark}{room:<6}  {h.name} {line.people}", night.said(h.ref)]
    parts.append(" ".join(line.beds))
    parts.append(", ".join(word.upper() for word in line.help))
    parts.append(label(LANGUAGES_SPOKEN, h.language) if h.language else "")
    if h.pets:
        parts.append(ngettext("{n} pet", "{n} pets", h.pets).format(n=h.pets))
    if away := h.people - line.people:
        parts.append(_("{n} more not inside").format(n=away))
    if line.also:
        parts.append(_("also in room {rooms}").format(rooms=", ".join(line.also)))
    return "  ".join(part for part in parts if part)


def _not_inside(night: Night, found: Inside, width: int) -> list[str]:
    if not found.away:
        return []
    people = sum(away.people for away in found.away)
    printed = ["", _rule(_("NOT INSIDE, not counted above"), people, width)]
    for away in found.away:
        text = _("        {name} {n}  {ref}  NOT inside: {where} since {since}").format(
            name=away.household.name,
            n=away.people,
            ref=night.said(away.household.ref),
            where=away.where,
            since=away.since,
        )
        printed += textwrap.wrap(text, width, subsequent_indent=" " * 9, break_on_hyphens=False)
    return printed


def _sum(found: Inside) -> str:
    parts = [f"{_floor_name(floor).lower()} {floor.people}" for floor in found.floors]
    if found.no_bed:
        parts.append(_("no bed yet {n}").format(n=sum(line.people for line in found.no_bed)))
    if found.unnamed:
        parts.append(_("without a name {n}").format(n=sum(people for _ref, _place, people in found.unnamed)))
    return _("INSIDE {total} = {parts}").format(total=found.total, parts=" + ".join(parts) or "0")


def _moment(night: Night) -> str:
    return night.at.astimezone(night.settings.tz).strftime("%d-%m-%Y %H:%M")


# --- for other programs -----------------------------------------------------------------------


def record(night: Night) -> dict[str, Any]:
    """The same list for other programs."""
    found = inside(night)

    def of(line: Line) -> dict[str, Any]:
        h = line.household
        return {
            "ref": night.said(h.ref),
            "name": h.name,
            "people": line.people,
            "beds": list(line.beds),
            "help": [code for code in HELP if code in h.need_codes],
            "language": h.language,
            "pets": h.pets,
        }

    return {
        "report": "evacuation",
        "at": night.settings.iso(night.at),
        "site": night.settings.site,
        "inside": figures.people(night).inside,
        "unregistered": [{"bus": ref, "from": place, "people": n} for ref, place, n in found.unnamed],
        "floors": [
            {
                "floor": floor.name,
                "people": floor.people,
                "rooms": [
                    {"room": room.room.name, "people": room.people, "households": [of(line) for line in room.lines]}
                    for room in floor.rooms
                ],
            }
            for floor in found.floors
        ],
        "no_bed": [of(line) for line in found.no_bed],
        "out": [
            {
                "ref": night.said(away.household.ref),
                "name": away.household.name,
                "people": away.people,
                "where": away.where,
                "since": away.since,
            }
            for away in found.away
        ],
    }
