"""A roll call as it stands: who is to be counted, what was told of each, and who is missing.

Everybody is unknown until told of; who is not told of is never present. Who is recorded as out of the building
counts as out, since then, until somebody finds them here. It follows the night: who leaves is not looked for any more,
and who is written down while it runs is unknown again, also when they were counted as a number off their bus.
Staff and visitors count when the alarm goes (facts 10).
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desk import clock, evacuation
from desk.beds import Room
from desk.households import Household, HouseholdState, Member, Presence
from desk.language import N_, _
from desk.night import Night, kept
from desk.refusals import Refused
from desk.rollcall import STATES, Rollcall, Tick
from desk.words import NEEDS, label

LABELS = {"found": N_("found"), "out": N_("out"), "not_found": N_("NOT FOUND")}
RESIDENTS, STAFF, VISITORS = "residents", "staff", "visitors"


@dataclass(frozen=True)
class Person:
    """One person to be counted, with what is told of them; `tick` is what a roll call would write of them."""

    tick: Tick
    state: str | None
    known_out: bool = False
    """Out by the desk's own record, not by a tick of this roll call."""


@dataclass(frozen=True)
class Line:
    """One line to tick: a household, the people without a name off a bus, one of the staff, or a visitor."""

    key: str
    ref: str
    name: str
    people: tuple[Person, ...]
    kind: str = RESIDENTS
    room: str = ""
    help: tuple[str, ...] = ()
    away: str = ""
    """Since when they are out and when they are expected, in words."""

    @property
    def tally(self) -> Counter[str | None]:
        """People by what is told of them; None is not counted yet."""
        return Counter(person.state for person in self.people)


@dataclass(frozen=True)
class Group:
    """Lines that stand together; a room can be ticked as a whole."""

    key: str
    title: str
    lines: tuple[Line, ...]

    @property
    def tally(self) -> Counter[str | None]:
        """The people of its lines by what is told of them."""
        return sum((line.tally for line in self.lines), Counter[str | None]())


@dataclass(frozen=True)
class Muster:
    """Everybody to be counted, each in exactly one line."""

    rollcall: Rollcall | None
    groups: tuple[Group, ...]

    @property
    def lines(self) -> list[Line]:
        """All lines in their order."""
        return [line for group in self.groups for line in group.lines]

    def tally(self, *kinds: str) -> Counter[str | None]:
        """People by what is told of them, of everybody or of some kinds."""
        wanted = [line.tally for line in self.lines if not kinds or line.kind in kinds]
        return sum(wanted, Counter[str | None]())

    @property
    def missing(self) -> int:
        """People not found or not told of: neither is present."""
        tally = self.tally()
        return tally[None] + tally["not_found"]

    def meant(self, key: str) -> list[Line]:
        """The lines of a key: one line, or all of a room; empty where there is none."""
        wanted = key.casefold()
        rooms = [line for group in self.groups if group.key.casefold() == wanted for line in group.lines]
        return rooms or [line for line in self.lines if wanted in {line.key.casefold(), line.ref.casefold()}]


@kept
def muster(night: Night) -> Muster:
    """Who is to be counted, by floor and room, then staff, visitors and who is out."""
    ticked = {_of(tick): tick for tick in night.ticks}
    finished = night.rollcall is not None and night.rollcall.finished_at is not None
    groups: list[Group] = []
    for group in _groups(night, ticked):
        # of a finished one nobody is asked any more who came into the house later
        people = {line.key: tuple(p for p in line.people if p.state or not finished) for line in group.lines}
        lines = tuple(replace(line, people=people[line.key]) for line in group.lines if people[line.key])
        if lines:
            groups.append(replace(group, lines=lines))
    return Muster(night.rollcall, tuple(groups))


Ticked = dict[tuple[int | None, ...], Tick]


def _of(tick: Tick) -> tuple[int | None, ...]:
    return tick.household, tick.bus, tick.attendance, tick.visitor, tick.member


def _person(ticked: Ticked, new: Tick, out_at: datetime | None = None, *, out: bool = False) -> Person:
    told = ticked.get(_of(new))
    if told is None or (out and out_at and told.at and out_at > told.at):
        return Person(told or new, "out" if out else None, out)
    return Person(told, told.state)


def _groups(night: Night, ticked: Ticked) -> Iterator[Group]:
    buses = [
        Line(
            bus.ref,
            night.said(bus.ref),
            bus.from_place,
            tuple(
                _person(ticked, Tick(bus=bus.id, member=number))
                for number in range(1, night.numbers(bus).unregistered + 1)
            ),
        )
        for bus in night.buses_here
    ]
    yield Group("", _("Without a name yet"), tuple(buses))
    by_room: dict[int, list[Line]] = {}
    no_bed, away = [], []
    for household in night.households:
        if household not in night.staying and household.state is not HouseholdState.MISSING:
            continue
        beds = night.beds_of.get(household.id, [])
        line = _household(night, household, ticked, night.room[beds[0].room].name if beds else "")
        if all(person.known_out for person in line.people):
            away.append(line)
        elif beds:
            by_room.setdefault(beds[0].room, []).append(line)
        else:
            no_bed.append(line)
    for room in _in_order(night, by_room):
        words = _("Room {name}") if room.on_ground else _("Room {name}, floor {floor}")
        title = words.format(name=room.name, floor=room.floor.strip())
        yield Group(f"room {room.name}", title, tuple(by_room[room.id]))
    yield Group("no bed", _("No bed yet"), tuple(no_bed))
    staff = [
        Line(f"staff {one.name}", one.role, one.name, (_person(ticked, Tick(attendance=one.id)),), STAFF)
        for one in night.on_duty
    ]
    yield Group("staff", _("On duty"), tuple(staff))
    guests = [
        Line(f"visitor {one.name}", night.said(one.whom), one.name, (_person(ticked, Tick(visitor=one.id)),), VISITORS)
        for one in night.visitors
    ]
    yield Group("visitors", _("Visitors"), tuple(guests))
    yield Group("out", _("Out of the building"), tuple(away))


def _in_order(night: Night, rooms: Collection[int]) -> list[Room]:
    """The rooms as the evacuation list has them: by floor, the ground floor first."""
    place = {floor.name: number for number, floor in enumerate(evacuation.inside(night).floors)}
    found = [room for room in night.rooms if room.id in rooms]
    return sorted(found, key=lambda room: place.get("0" if room.on_ground else room.floor.strip(), len(place)))


def _household(night: Night, household: Household, ticked: Ticked, room: str) -> Line:
    members = night.members_of.get(household.id, [])
    people = tuple(
        _person(
            ticked,
            Tick(household=household.id, member=member.number),
            member.out_at,
            out=member.presence is Presence.OUT,
        )
        for member in members
    )
    gone = [m for m, person in zip(members, people, strict=True) if person.known_out]
    return Line(
        household.ref,
        night.said(household.ref),
        household.called,
        people,
        room=room,
        help=tuple(label(NEEDS, code) for code in night.help_codes(household)),
        away=_away(night, gone),
    )


def _away(night: Night, gone: list[Member]) -> str:
    if not gone:
        return ""
    tz = night.settings.tz
    since = min((m.out_at for m in gone if m.out_at), default=None)
    back = min((m.back_at for m in gone if m.back_at), default=None)
    words = _("out since {time}").format(time=clock.when(since, night.at, tz) if since else "?")
    return words + (_(", back {time}").format(time=clock.when(back, night.at, tz)) if back else "")


# --- what a tick takes ------------------------------------------------------------------------


def taken(lines: Collection[Line], state: str, members: Collection[int] = ()) -> list[Person]:
    """The people of whom a tick tells something new; empty when all of it was told before.

    Those not counted yet come first; where all are, it puts right what was told. Who is known to be out is left
    alone, unless all of a line are, or their number is named.
    """
    if state not in STATES:
        raise Refused(_("'{state}' cannot be told of anybody. Use found, out or not_found.").format(state=state[:20]))
    found: list[Person] = []
    for line in lines:
        if members:
            chosen = [person for person in line.people if person.tick.member in members]
            if len(chosen) != len(set(members)):
                raise Refused(_("{ref} has {n} people. Name some of them.").format(ref=line.ref, n=len(line.people)))
        else:
            # a whole room says nothing of who was told of already
            inside = [person for person in line.people if not person.known_out]
            here = inside or ([] if len(lines) > 1 else list(line.people))
            fresh = [person for person in here if person.state is None]
            chosen = fresh if fresh or len(lines) > 1 else here
        found += [person for person in chosen if person.state != state]
    if not found and len(lines) > 1:  # all of the room were told of: then it is put right
        return [p for line in lines for p in line.people if not p.known_out and p.state != state]
    return found


def rest(night: Night, but: Collection[str]) -> list[Person]:
    """Everybody of whom nothing is told yet, except those lines: `all here but …`."""
    left_out = {line.key for key in but for line in muster(night).meant(key)}
    return [p for line in muster(night).lines if line.key not in left_out for p in line.people if p.state is None]


# --- what came of it --------------------------------------------------------------------------


def record(night: Night) -> dict[str, Any]:
    """The roll call in numbers and references, without names: it is kept for years."""
    found = muster(night)
    call = found.rollcall
    tally = found.tally()

    def iso(at: datetime | None) -> str | None:
        return night.settings.iso(at) if at else None

    return {
        "state": "none" if call is None else "finished" if call.finished_at else "open",
        "started_at": iso(call.started_at) if call else None,
        "started_by": call.started_by if call else "",
        "finished_at": iso(call.finished_at) if call else None,
        "finished_by": call.finished_by if call else "",
        "people": tally.total(),
        "found": tally["found"],
        "out": tally["out"],
        "not_found": tally["not_found"],
        "not_counted": tally[None],
        "missing": found.missing,
        "staff": _numbers(found.tally(STAFF)),
        "visitors": _numbers(found.tally(VISITORS)),
        "who_is_missing": [
            {"ref": line.ref if line.kind == RESIDENTS else line.kind, "room": line.room, "people": n}
            for line in found.lines
            if (n := line.tally[None] + line.tally["not_found"])
        ],
    }


def _numbers(tally: Counter[str | None]) -> dict[str, int]:
    return {"found": tally["found"], "out": tally["out"], "missing": tally[None] + tally["not_found"]}


def who_is_missing(night: Night, most: int | None = None) -> str:
    """Who is missing by household number and room, without names, at most so many; empty when nobody is."""
    parts: list[str] = []
    others: Counter[str] = Counter()
    for line in muster(night).lines:
        missing = line.tally[None] + line.tally["not_found"]
        if missing and line.kind == RESIDENTS:
            where = _(" (room {room})").format(room=line.room) if line.room else ""
            parts.append(f"{line.ref}{where} {missing}")
        elif missing:
            others[line.kind] += missing
    words = {STAFF: _("staff {n}"), VISITORS: _("visitors {n}")}
    parts += [words[kind].format(n=n) for kind, n in others.items()]
    if most is not None and len(parts) > most:
        parts = [*parts[:most], _("{n} more").format(n=len(parts) - most)]
    return ", ".join(parts)
