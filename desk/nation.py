"""The nation as it was read at one moment: every region with tonight's totals, and how the line to each fares.

Every moment in it is by the nation's own clock. A region that is not heard stays in the totals, with what it last told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from desk import clock
from desk.language import N_, _, ngettext, number
from desk.region.link import UNREACHED_AFTER
from desk.settings import Settings

WHY = {
    "missing": N_("its subscription is gone"),
    "disabled": N_("its subscription is switched off"),
    "failing": N_("what it tells cannot be written here: remove it, and add it again"),
    "stopped": N_("it is not reached, or the log of the nation's server says why not"),
    "silent": N_("it says nothing"),
    "copying": N_("it is being copied"),
}
"""Why a line does not follow its region, by its state in the view `line`; `following` is not among them."""


NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Line:
    """How it fares with the reading of one region."""

    region: str
    uid: str
    subscription: str
    state: str
    halted: bool
    heard_at: datetime
    """When anything of it last came in, else when it was added."""
    clock_off_s: int = 0
    """By how much the region's clock is ahead of the nation's; 0 where nobody knows."""
    errors: int = 0

    @property
    def why(self) -> str:
        """What is the matter with it; empty where it follows."""
        return _(WHY[self.state]) if self.state in WHY else ""


@dataclass(frozen=True, kw_only=True)
class RegionFigures:
    """One region: its desks added up. `told_at` is the newest of their figures, None where none told any yet."""

    region: str
    uid: str
    halted: bool = False
    told_at: datetime | None = None
    desks: int = 0
    missing: int = 0
    """Desks that told no figures yet."""
    old: int = 0
    """Desks that told nothing for a while; what they told last counts."""
    realised: int = 0
    free: int = 0
    inside: int = 0
    without_bed: int = 0
    unregistered: int = 0
    buses: int = 0
    coming: int = 0
    to_find: int = 0
    places: int = 0
    places_free: int = 0
    places_over: int = 0


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The regions added up; `missing` of them told no figures yet, `old` are not heard or told nothing for a while."""

    regions: int
    missing: int
    old: int
    desks: int
    realised: int
    free: int
    inside: int
    without_bed: int
    unregistered: int
    buses: int
    coming: int
    to_find: int
    places: int
    places_free: int


ADDED_UP = ("desks", "realised", "free", "inside", "without_bed", "unregistered", "buses", "coming", "to_find",
            "places", "places_free")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class National:
    """One snapshot of a nation."""

    name: str
    at: datetime
    regions: tuple[RegionFigures, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def totals(self) -> Totals:
        """All regions together."""
        return Totals(
            regions=len(self.regions),
            missing=sum(one.told_at is None for one in self.regions),
            old=sum(self.is_old(one) for one in self.regions),
            **{name: sum(getattr(one, name) for one in self.regions) for name in ADDED_UP},
        )

    @property
    def halted(self) -> tuple[Line, ...]:
        """The lines that raise the alarm."""
        return tuple(one for one in self.lines if one.halted)

    def is_old(self, one: RegionFigures, more: timedelta = timedelta(0)) -> bool:
        """Whether a region's figures may be wrong; `more` is the time since the snapshot."""
        return one.halted or (one.told_at is not None and self.at - one.told_at + more > UNREACHED_AFTER)


# --- in words ---------------------------------------------------------------------------------


def alarm(national: National, read_at: datetime, now: datetime, settings: Settings) -> str:
    """`2 regions are not read: Twente since 02:14, Salland since 03:01`; empty while all are.

    `read_at` is when it was read, by the clock of whoever looks.
    """
    halted = sorted(national.halted, key=lambda one: one.heard_at)
    if not halted:
        return ""
    words = ngettext("{n} region is not read: {regions}", "{n} regions are not read: {regions}", len(halted))
    since = _("{region} since {time}")
    told = [since.format(region=one.region, time=_heard(national, one, read_at, now, settings)) for one in halted]
    return words.format(n=number(len(halted)), regions=", ".join(told))


def sentences(
    national: National, read_at: datetime, now: datetime, settings: Settings, asked: Mapping[str, str] = NOTHING
) -> Iterator[str]:
    """How it fares with each region, what is halted first; `asked` is by subscription what the region itself said."""
    for one in sorted(national.lines, key=lambda one: (not one.halted, one.region.casefold())):
        if one.halted:
            words = _("{region} is NOT READ since {time}: {why}.")
        elif one.why:
            words = _("{region}, last heard {time}: {why}.")
        else:
            words = _("{region} is read, last heard {time}.")
        time = _heard(national, one, read_at, now, settings)
        said = asked.get(one.subscription, "")
        yield words.format(region=one.region, time=time, why=one.why) + (f" {said}" if said else "")


def _heard(national: National, one: Line, read_at: datetime, now: datetime, settings: Settings) -> str:
    """By the clock of whoever looks: the nation's may be another."""
    return clock.when(read_at - (national.at - one.heard_at), now, settings.tz)
