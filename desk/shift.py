"""The shift: who is on the roster, who is on duty now, who visits, and how many there must be at least."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from desk.language import _
from desk.refusals import Refused
from desk.rollcall import Rollcall, Tick

if TYPE_CHECKING:
    from desk.backups import BackupState
    from desk.region.buses import SentBus
    from desk.region.link import LinkState
    from desk.region.shared import Mine
    from desk.replica import ReplicaState

AHEAD = timedelta(hours=72)
"""How far ahead the roster is looked at (issue 5)."""
_LONGEST = timedelta(hours=24)
_ROLE = re.compile(r"(\D*\S)\s+(\d{1,2})")


@dataclass(frozen=True, kw_only=True)
class Rostered:
    """Somebody who is to work from when until when, in a role; on call is not in the house."""

    id: int = 0
    name: str = ""
    role: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    phone: str = ""
    on_call: bool = False


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Somebody who signed on; without `off_at` they are on duty, and in the house when the alarm goes."""

    id: int = 0
    name: str = ""
    role: str = ""
    on_at: datetime | None = None
    off_at: datetime | None = None
    phone: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody who visits the house; counted when the alarm goes, until they left."""

    id: int = 0
    name: str = ""
    whom: str = ""
    came_at: datetime | None = None
    left_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """The last handover, without what it says; without `accepted_at` it waits for somebody."""

    id: int = 0
    made_at: datetime | None = None
    by: str = ""
    accepted_at: datetime | None = None
    accepted_by: str = ""


@dataclass(frozen=True)
class InBuilding:
    """The list as a print box in the building has it: who fetched it, the action it shows, and when."""

    by: str
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OnShift:
    """What of a night is about its shift: who works, who visits, and the roll call."""

    on_duty: tuple[Attendance, ...] = ()
    visitors: tuple[Visitor, ...] = ()
    """Those who are in the house now."""
    rostered: tuple[Rostered, ...] = ()
    """Who works now or within the coming 72 hours."""
    rollcall: Rollcall | None = None
    """The roll call that is under way, or the last one, for a day."""
    ticks: tuple[Tick, ...] = ()
    """What was told of whom in that roll call."""
    handed_over: HandedOver | None = None
    in_building: InBuilding | None = None
    """The copy of the list in the building; None where none was ever fetched, and of an earlier moment."""
    backups: "BackupState | None" = None
    """When the last good backup was made; None of an earlier moment."""
    replica: "ReplicaState | None" = None
    """What the replica is known to hold; None where none ever was, and of an earlier moment."""
    erasure_overdue: bool = False
    """Whether names are still kept two days after their time was over: the run that forgets them did not happen."""
    region_line: "LinkState | None" = None
    """How the line to the region fares; None where the desk belongs to none, and of an earlier moment."""
    shared: "tuple[Mine, ...]" = ()
    """Locations shared with other desks, and what of each is this desk's own; empty without a region."""
    sent_buses: "tuple[SentBus, ...]" = ()
    """Buses between this desk and others, unanswered or lately answered; empty without a region."""
    began_at: datetime | None = None
    """When the desk's first action was: before that there was no shift to hand over."""

    @cached_property
    def mine(self) -> "dict[int, Mine]":
        """What of each shared location is this desk's own, by location."""
        return {mine.location: mine for mine in self.shared}


Named = TypeVar("Named", Attendance, Visitor)


@dataclass(frozen=True)
class Gap:
    """A time in which fewer of a role are on the roster than there must be."""

    role: str
    starts: datetime
    ends: datetime
    there: int
    needed: int


def minimum(text: str) -> dict[str, int]:
    """How many of each role there must be at least: `coordinator 1, host 2`; empty when there is no minimum.

    Raises ValueError where a part is not a role and a number.
    """
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        said = _ROLE.fullmatch(part)
        if said is None:
            raise ValueError(part)
        found[said[1].casefold()] = int(said[2])
    return found


def as_text(needed: dict[str, int]) -> str:
    """The minimum as it is stored."""
    return ", ".join(f"{role} {number}" for role, number in needed.items())


def lacking_now(needed: dict[str, int], on_duty: Iterable[Attendance]) -> list[tuple[str, int, int]]:
    """Role, how many are on duty and how many there must be, for each role with too few."""
    roles = [someone.role.casefold() for someone in on_duty]
    return [(role, roles.count(role), number) for role, number in needed.items() if roles.count(role) < number]


def should_be_here(rostered: Iterable[Rostered], on_duty: Iterable[Attendance], at: datetime) -> list[Rostered]:
    """Who is to work at that moment by the roster and did not sign on; who is on call is at home."""
    here = list(on_duty)
    return [one for one in rostered if _works(one, at) and not one.on_call and not same_name(here, one.name)]


def on_call(rostered: Iterable[Rostered], on_duty: Iterable[Attendance], at: datetime) -> list[Rostered]:
    """Who can be rung at that moment and is not in the house yet."""
    here = list(on_duty)
    return [one for one in rostered if _works(one, at) and one.on_call and not same_name(here, one.name)]


def _works(one: Rostered, at: datetime) -> bool:
    return one.starts is not None and one.ends is not None and one.starts <= at < one.ends


def gaps(needed: dict[str, int], rostered: Sequence[Rostered], since: datetime, until: datetime) -> list[Gap]:
    """When too few are on the roster between two moments, by role and time; on call is not in the house."""
    return [gap for role, number in needed.items() for gap in _of_role(role, number, rostered, since, until)]


def _of_role(role: str, number: int, rostered: Sequence[Rostered], since: datetime, until: datetime) -> Iterator[Gap]:
    times = [
        (max(r.starts, since), min(r.ends, until))
        for r in rostered
        if r.role.casefold() == role and not r.on_call and r.starts and r.ends and r.starts < until and r.ends > since
    ]
    edges = sorted({since, until, *(edge for both in times for edge in both)})
    open_gap: Gap | None = None
    for start, end in pairwise(edges):
        there = sum(starts <= start and end <= ends for starts, ends in times)
        if there >= number:
            if open_gap:
                yield open_gap
            open_gap = None
        elif open_gap is None:
            open_gap = Gap(role, start, end, there, number)
        else:
            # one gap, with the fewest there are in it
            open_gap = replace(open_gap, ends=end, there=min(there, open_gap.there))
    if open_gap:
        yield open_gap


def on(others: Iterable[Attendance], new: Attendance, since: str) -> Attendance:
    """Somebody signs on; `since` tells when the one of that name did who is on duty already."""
    if not new.name:
        raise Refused(_("Who signs on? Give a name: desk shift on Anna"))
    same = same_name(others, new.name)
    if same:
        raise Refused(
            _("{name} is on duty since {time}. Sign off first: desk shift off {name}").format(
                name=same[0].name, time=since
            )
        )
    return new


def off(someone: Attendance, at: datetime) -> Attendance:
    """Their work is done."""
    if someone.on_at is not None and at < someone.on_at:
        raise Refused(_("{name} signed on later than that. Give a later time (--at).").format(name=someone.name))
    return replace(someone, off_at=at)


def gone(visitor: Visitor, at: datetime) -> Visitor:
    """The visitor left the house."""
    if visitor.came_at is not None and at < visitor.came_at:
        raise Refused(_("{name} came later than that. Give a later time (--at).").format(name=visitor.name))
    return replace(visitor, left_at=at)


def rostered(new: Rostered) -> Rostered:
    """A shift on the roster, checked."""
    assert new.starts is not None
    assert new.ends is not None
    if not new.name:
        raise Refused(_("Who works then? Give a name: desk roster add Anna --from 23:00 --until 07:00"))
    if not timedelta(0) < new.ends - new.starts <= _LONGEST:
        raise Refused(_("A shift ends after it begins and lasts at most 24 hours. Give another --until."))
    return new


def same_name(others: Iterable[Named], name: str) -> list[Named]:
    """Those of that name, whatever its capitals."""
    return [other for other in others if other.name.casefold() == name.casefold()]
