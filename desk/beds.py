"""Rooms and beds: who may sleep beside whom, and what state a bed is in.

Rooms, not beds, are what runs out. By default a family shares its room with nobody and people
travelling alone share with the same sex (design 4, facts 4.3).
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from desk.households import Household
from desk.language import N_, _
from desk.refusals import Refused
from desk.words import OUT_OF_USE, label

GROUND_FLOORS = frozenset({"0", "ground", "begane grond", "bg", "beneden"})
ROOM_KINDS = ("family", "dormitory", "any")
MOST_BEDS_IN_A_ROOM = 200
STAFFING = "staffing"
"""Why free beds cannot be filled though nothing is wrong with them (facts 14.4: bemensing)."""


class BedState(StrEnum):
    """What was done to a bed; whether it is occupied, held or closed as family room follows from the night."""

    OK = "ok"
    CLEANING = "cleaning"
    BLOCKED = "blocked"


class BedStatus(StrEnum):
    """How a bed stands tonight; every bed of an open room has exactly one."""

    OCCUPIED = "occupied"
    OUT = "out"
    HELD = "held"
    CLEANING = "cleaning"
    BLOCKED = "blocked"
    FAMILY = "family"
    FREE = "free"


STATUS_LABELS = {
    BedStatus.OCCUPIED: N_("occupied"),
    BedStatus.OUT: N_("kept, they are out"),
    BedStatus.HELD: N_("held"),
    BedStatus.CLEANING: N_("to clean"),
    BedStatus.BLOCKED: N_("out of use"),
    BedStatus.FAMILY: N_("closed: family room"),
    BedStatus.FREE: N_("free"),
}


@dataclass(frozen=True, kw_only=True)
class Room:
    """One room; `wheelchair` None means: as its floor is. A closed room has no realised places."""

    id: int = 0
    name: str = ""
    floor: str = "0"
    kind: str = "any"
    wheelchair: bool | None = None
    cleaning: bool = True
    """Whether a bed needs cleaning after a stay."""
    is_open: bool = True
    overflow: bool = False
    """A room that is opened only when the house is full."""
    takes: str = ""
    """What opening it takes, as in "1 more first-aider"."""
    position: int = 0

    @property
    def on_ground(self) -> bool:
        """Whether the room is on the ground floor."""
        return self.floor.strip().casefold() in GROUND_FLOORS

    @property
    def accessible(self) -> bool:
        """Whether somebody who cannot climb stairs can sleep here."""
        return self.on_ground if self.wheelchair is None else self.wheelchair


@dataclass(frozen=True, kw_only=True)
class Bed:
    """One bed, `12-3`."""

    id: int = 0
    room: int = 0
    number: int = 1
    state: BedState = BedState.OK
    reason: str = ""
    until: datetime | None = None
    by: str = ""
    since: datetime | None = None

    @property
    def why_blocked(self) -> str:
        """Why it is out of use, in words."""
        return label(OUT_OF_USE, self.reason)

    @property
    def unstaffed(self) -> bool:
        """Out of use because nobody can be there for who would sleep in it."""
        return self.state is BedState.BLOCKED and self.reason == STAFFING


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A household in a bed, from when until when; an open one has no `until`."""

    id: int = 0
    household: int = 0
    bed: int = 0
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """Two households who both agreed to share a room, with who asked and when."""

    id: int = 0
    household: int = 0
    other: int = 0
    agreed_by: str = ""
    at: datetime | None = None


def may_share(one: Household, other: Household, agreed: Set[frozenset[int]]) -> bool:
    """Whether two households may sleep in one room: both alone and of one sex, or both agreed.

    A minor without parent or guardian never shares with adults outside the household, agreed or not.
    """
    if one.minor_alone or other.minor_alone:
        return False
    if frozenset({one.id, other.id}) in agreed:
        return True
    return one.alone_sex is not None and one.alone_sex == other.alone_sex


def may_join(room: Room, sleeping: Iterable[Household], who: Household, agreed: Set[frozenset[int]]) -> bool:
    """Whether a household may be put in a room beside those who sleep there.

    A dormitory is no bedroom: households of several people lie there beside each other.
    """
    return all(
        may_share(other, who, agreed)
        or (room.kind == "dormitory" and not (other.minor_alone or who.minor_alone or other.alone or who.alone))
        for other in sleeping
        if other.id != who.id
    )


def closes_room(room: Room, household: Household) -> bool:
    """Whether the beds left over in its room are closed as "family room" while it sleeps there."""
    if household.minor_alone:
        return True
    return not household.alone and room.kind != "dormitory"


def why_not(room: Room, sleeping: list[Household], who: Household) -> str:
    """The sentence that says why a household may not be put in this room."""
    other = next((h for h in sleeping if h.minor_alone), None)
    if who.minor_alone or other:
        return _("Room {room}: a minor without a parent never shares with adults outside the household.").format(
            room=room.name
        )
    return _(
        "Room {room} is taken by {names}; families share with nobody and people alone with the same sex,"
        " unless all agreed (desk household share)."
    ).format(room=room.name, names=", ".join(h.called for h in sleeping[:3]))


def block(bed: Bed, label: str, occupied: bool, reason: str, until: datetime | None, by: str, at: datetime) -> Bed:
    """Take a bed out of use, with why, until when and by whom."""
    if occupied:
        raise Refused(
            _("Somebody sleeps in {bed}. Where do they go? Move them first (desk household move REF BED).").format(
                bed=label
            )
        )
    return replace(bed, state=BedState.BLOCKED, reason=reason, until=until, by=by, since=at)


def free(bed: Bed, label: str) -> Bed:
    """Take a blocked bed in use again."""
    if bed.state is not BedState.BLOCKED:
        raise Refused(
            _("Bed {bed} is not out of use. To report it cleaned: desk bed clean {bed}.").format(bed=label)
            if bed.state is BedState.CLEANING
            else _("Bed {bed} is in use already.").format(bed=label)
        )
    return replace(bed, state=BedState.OK, reason="", until=None, by="", since=None)


def clean(bed: Bed, label: str) -> Bed:
    """The bed has been cleaned and is free."""
    if bed.state is not BedState.CLEANING:
        raise Refused(_("Bed {bed} is not waiting to be cleaned.").format(bed=label))
    return replace(bed, state=BedState.OK, reason="", until=None, by="", since=None)


def left(bed: Bed, needs_cleaning: bool, at: datetime) -> Bed:
    """The bed after those in it have gone."""
    if bed.state is BedState.BLOCKED or not needs_cleaning:
        return bed
    return replace(bed, state=BedState.CLEANING, since=at)


def open_room(room: Room) -> Room:
    """Its places are realised from now on."""
    if room.is_open:
        raise Refused(_("Room {room} is open already.").format(room=room.name))
    return replace(room, is_open=True)


def close_room(room: Room, sleeping: list[Household]) -> Room:
    """Its places are not realised any more; nobody may sleep there."""
    empty(room, sleeping)
    if not room.is_open:
        raise Refused(_("Room {room} is closed already.").format(room=room.name))
    return replace(room, is_open=False)


def empty(room: Room, sleeping: list[Household]) -> None:
    """Refuse while somebody sleeps in the room."""
    if sleeping:
        raise Refused(
            _("{names} sleep in room {room}. Where do they go? Move them first (desk household move REF BED).").format(
                names=", ".join(f"{h.called} {h.people}" for h in sleeping), room=room.name
            )
        )
