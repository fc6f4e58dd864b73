"""The tie between a desk and its region, and in a sentence how it fares."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk import clock
from desk.language import _, ngettext, number
from desk.settings import Settings

UNREACHED_AFTER = timedelta(minutes=5)
"""A line that drops is nothing; after this long whoever is at the desk is told."""
CLOCK_MAY_BE_OFF_S = 60
LOST_IS_SAID_FOR = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class RegionLink:
    """The region that a desk belongs to; at most one."""

    id: int = 0
    region: str
    """Its name, as its keeper gave it."""
    region_uid: str
    """Its own name in the world: another server under the same address is noticed."""
    desk: str
    """Under which name this desk is known there."""
    address: str
    """Where it is, as libpq reads it and without a password."""
    joined_at: datetime
    joined_by: str


@dataclass(frozen=True)
class LinkState:
    """How the line to the region fares: when it was last reached, since when it is not, what waits to be told."""

    region: str
    joined_at: datetime
    reached_at: datetime | None = None
    unreachable_since: datetime | None = None
    why: str = ""
    """What went wrong at the last try, as a sentence."""
    told: int = 0
    """The last action that the region has."""
    waiting: int = 0
    lost: int = 0
    """Actions that the region has and this store had no more when it was put back from an older copy."""
    lost_at: datetime | None = None
    """When that was noticed."""
    places_left: int | None = None
    """Of places shared with other desks, how many this one may still promise; None where none are shared."""
    clock_off_s: int = 0
    """By how much this desk's clock is ahead of the region's."""

    def since(self, at: datetime) -> datetime | None:
        """Since when the region hears nothing of this desk; None while it does."""
        if self.unreachable_since is not None:
            return self.unreachable_since
        last = self.reached_at or self.joined_at
        return last if at - last > UNREACHED_AFTER else None

    @property
    def clock_is_off(self) -> bool:
        """Whether the two clocks differ by more than the way takes."""
        return abs(self.clock_off_s) > CLOCK_MAY_BE_OFF_S


def sentence(state: LinkState, at: datetime, settings: Settings) -> str:
    """What the operator sees: `region unreachable since 02:14, 37 actions waiting`."""
    since = state.since(at)
    if since is None:
        words = _("region {name} reached at {time}").format(
            name=state.region, time=settings.hhmm(state.reached_at or state.joined_at)
        )
    elif state.unreachable_since is None:
        words = _("region not told since {time} (is desk-region.service running?)").format(
            time=clock.when(since, at, settings.tz)
        )
    else:
        words = _("region unreachable since {time}").format(time=clock.when(since, at, settings.tz))
    parts = [words, *([waiting(state.waiting)] if since is not None or state.waiting else [])]
    if state.places_left is not None:
        parts.append(
            ngettext("{n} place left of yours", "{n} places left of yours", state.places_left).format(
                n=number(state.places_left)
            )
        )
    return ", ".join(parts)


def notices(state: LinkState, at: datetime, settings: Settings) -> Iterator[tuple[str, bool, str, datetime | None]]:
    """What whoever is at the desk should know: its kind, whether it warns, in words, since when."""
    since = state.since(at)
    if since is not None and at - since > UNREACHED_AFTER:
        yield "region_line", False, sentence(state, at, settings), since
    if state.clock_is_off:
        yield "region_clock", True, clock_sentence(state), None
    if state.lost_at is not None and at - state.lost_at < LOST_IS_SAID_FOR:
        words = ngettext(
            "put back from an older copy: the region knows {n} action more, type in again what still holds",
            "put back from an older copy: the region knows {n} actions more, type in again what still holds",
            state.lost,
        )
        yield "region_lost", True, words.format(n=number(state.lost)), state.lost_at


def waiting(actions: int) -> str:
    """How much the region does not know yet."""
    return ngettext("{n} action waiting", "{n} actions waiting", actions).format(n=number(actions))


def clock_sentence(state: LinkState) -> str:
    """By how much the clocks differ, and what to do."""
    off = clock.span(timedelta(seconds=abs(state.clock_off_s)))
    if state.clock_off_s > 0:
        words = _("This desk's clock is {off} ahead of the region's. Do: timedatectl set-ntp true")
    else:
        words = _("This desk's clock is {off} behind the region's. Do: timedatectl set-ntp true")
    return words.format(off=off)
