"""The region as it was read at one moment: its desks with tonight's figures, the buses that come, the shared places.

Every moment in it is by the region's own clock, but for what people said (when a bus is due): the clock of a desk may
be hours off. `Seen` is what a screen knows of it, by the clock of whoever looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from desk.region.link import CLOCK_MAY_BE_OFF_S, UNREACHED_AFTER


@dataclass(frozen=True, kw_only=True)
class DeskFigures:
    """One desk, and what it last told of its night; None where it told nothing yet."""

    desk: str
    seen_at: datetime | None = None
    told_at: datetime | None = None
    """When its figures came in."""
    realised: int | None = None
    usable: int | None = None
    occupied: int | None = None
    reserved: int | None = None
    free: int | None = None
    inside: int | None = None
    present: int | None = None
    without_bed: int | None = None
    unregistered: int | None = None
    clock_off_s: int = 0
    lost: int = 0
    """Actions that its store had no more when it was put back from an older copy."""

    @property
    def clock_is_off(self) -> bool:
        """Whether its clock and the region's differ by more than the way takes."""
        return abs(self.clock_off_s) > CLOCK_MAY_BE_OFF_S


@dataclass(frozen=True, kw_only=True)
class ComingBus:
    """A bus that is open at a desk, as that desk last told it."""

    desk: str
    ref: str
    state: str
    eta: datetime | None = None
    announced: int = 0
    counted: int | None = None
    reserved: int = 0
    to_find: int = 0

    @property
    def people(self) -> int:
        """How many are in it: counted, else said."""
        return self.announced if self.counted is None else self.counted


@dataclass(frozen=True, kw_only=True)
class BusBetween:
    """A bus that one desk sent another, and that has no answer yet."""

    sender: str
    receiver: str
    ref: str
    """As its sender has it."""
    people: int | None
    state: str
    sent_at: datetime

    @property
    def is_seen(self) -> bool:
        """Whether it stands on the other desk's screen."""
        return self.state == "announced"


@dataclass(frozen=True, kw_only=True)
class SharedPlaces:
    """A location that the desks share; `mine` are the places granted to whoever looks."""

    location: str
    municipality: str
    capacity: int
    held: int
    free: int
    mine: int = 0


@dataclass(frozen=True, kw_only=True)
class NationLine:
    """What the region keeps for its nation: whether that reads, and how many bytes wait for it on the region's disk."""

    slot: str
    active: bool
    wal_status: str | None = None
    kept_bytes: int | None = None

    @property
    def is_lost(self) -> bool:
        """Whether more waited than the server may keep: what is gone the nation must copy anew."""
        return self.wal_status in (None, "lost")


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The desks that told their figures, added up; `missing` told none, `old` did not for a while."""

    desks: int
    missing: int
    old: int
    realised: int
    free: int
    inside: int
    without_bed: int
    unregistered: int


@dataclass(frozen=True, kw_only=True)
class Regional:
    """One snapshot of a region."""

    name: str
    at: datetime
    desks: tuple[DeskFigures, ...] = ()
    buses: tuple[ComingBus, ...] = ()
    between: tuple[BusBetween, ...] = ()
    places: tuple[SharedPlaces, ...] = ()
    nation: tuple[NationLine, ...] = ()
    """Empty where the region is older than that, or no nation reads it."""
    me: str = ""
    """Under which name whoever looks is known there; empty for who has no desk."""

    @property
    def totals(self) -> Totals:
        """All desks together."""
        told = [one for one in self.desks if one.told_at is not None]
        return Totals(
            desks=len(self.desks),
            missing=len(self.desks) - len(told),
            old=sum(self.is_old(one) for one in told),
            realised=_sum(one.realised for one in told),
            free=_sum(one.free for one in told),
            inside=_sum(one.inside for one in told),
            without_bed=_sum(one.without_bed for one in told),
            unregistered=_sum(one.unregistered for one in told),
        )

    @property
    def to_find(self) -> int:
        """Places that are missing for the buses of all desks."""
        return sum(max(0, bus.to_find) for bus in self.buses)

    @property
    def mine(self) -> int:
        """Shared places granted to whoever looks."""
        return sum(one.mine for one in self.places)

    def is_old(self, one: DeskFigures, more: timedelta = timedelta(0)) -> bool:
        """Whether a desk has told nothing for so long that its figures may be wrong; `more` is since the snapshot."""
        return one.told_at is not None and self.at - one.told_at + more > UNREACHED_AFTER


class Snapshot(Protocol):
    """What was read at one moment, by the clock of where it was read."""

    @property
    def at(self) -> datetime: ...


S = TypeVar("S", bound=Snapshot)


@dataclass(frozen=True)
class Seen(Generic[S]):
    """What a screen knows of a region, or of all: what was read last, and since when nothing more could be read."""

    regional: S | None = None
    read_at: datetime | None = None
    """When, by the clock of whoever looks."""
    unreachable_since: datetime | None = None
    why: str = ""

    def heard(self, regional: S, at: datetime) -> "Seen[S]":
        """The region was read."""
        return Seen(regional, at)

    def failed(self, at: datetime, why: str) -> "Seen[S]":
        """It could not be read; what was read before stays, and it counts from the first time on."""
        return replace(self, unreachable_since=self.unreachable_since or at, why=why)

    def age(self, moment: datetime, now: datetime) -> timedelta:
        """How long ago a moment of the region's clock is; the two clocks need not agree."""
        if self.regional is None or self.read_at is None:
            return timedelta(0)
        return max(timedelta(0), self.regional.at - moment) + self.since_read(now)

    def since_read(self, now: datetime) -> timedelta:
        """How long ago it was read."""
        return max(timedelta(0), now - self.read_at) if self.read_at is not None else timedelta(0)


def _sum(values: Iterable[int | None]) -> int:
    return sum(value or 0 for value in values)
