"""The periods in which a location has places: first and last day both included, no two of one location overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desk import clock
from desk.capacity import Availability, Location
from desk.language import _, ngettext
from desk.refusals import Refused

ALWAYS, NEVER_ENDS = "", "9999-12-31"


@dataclass(frozen=True, order=True)
class Period:
    """So many places from one day to another, ISO dates; no first day: always was, no last day: no end is known."""

    first: str
    last: str
    places: int

    @property
    def end(self) -> str:
        """The last day as it sorts; a period without one ends after all others."""
        return self.last or NEVER_ENDS

    def meets(self, other: "Period") -> bool:
        """Whether they have a day in common."""
        return self.first <= other.end and other.first <= self.end

    @property
    def said(self) -> str:
        """The period in words: `1 June 2022 to 30 June 2022 (40 places)`."""
        days = {
            (True, True): _("{first} to {last}"),
            (True, False): _("{first} without an end"),
            (False, True): _("until {last}"),
            (False, False): _("always"),
        }[bool(self.first), bool(self.last)].format(first=_day(self.first), last=_day(self.last))
        return ngettext("{days} ({n} place)", "{days} ({n} places)", self.places).format(days=days, n=self.places)


def of(location: Location, further: Iterable[Availability] = ()) -> list[Period]:
    """All periods of a location, in the order in which they begin."""
    own = Period(location.available_from, location.available_until, location.capacity)
    return sorted([own, *(Period(a.available_from, a.available_until, a.places) for a in further)])


def checked(name: str, new: Period, others: Iterable[Period] = ()) -> Period:
    """The period, or a refusal: it ends before it starts, or shares a day with another of the same location."""
    if fault := wrong(new, others):
        raise Refused(_("{name}: {fault}.").format(name=name, fault=fault))
    return new


def wrong(new: Period, others: Iterable[Period] = ()) -> str:
    """What is wrong with a period beside the others of its location: the end of a sentence; empty when nothing is."""
    if new.first and new.last and new.last < new.first:
        return _("its last day {last} comes before its first {first}; turn them round").format(
            first=_day(new.first), last=_day(new.last)
        )
    met = next((other for other in others if other.meets(new)), None)
    if met is not None:
        return _("{new} and {other} overlap; give one of them another first or last day").format(
            new=new.said, other=met.said
        )
    return ""


def places_on(location: Location, further: Iterable[Availability], day: date) -> int:
    """The places a location has on that day, in whichever of its periods that falls."""
    if location.active_on(day):
        return location.capacity
    return next((period.places for period in further if period.holds_on(day)), 0)


def changes(location: Location, further: Sequence[Availability], today: date) -> list[tuple[date, int]]:
    """The days after today on which the places of a location change, with how many there are from then on."""
    days: set[date] = set()
    for period in of(location, further):
        if period.first:
            days.add(date.fromisoformat(period.first))
        if period.last:
            days.add(date.fromisoformat(period.last) + timedelta(days=1))
    found: list[tuple[date, int]] = []
    before = places_on(location, further, today)
    for day in sorted(day for day in days if day > today):
        places = places_on(location, further, day)
        if places != before:
            found.append((day, places))
        before = places
    return found


def last_day(periods: Iterable[Period], today: date) -> date | None:
    """The last day of what is there today, or comes next, with all that follows on it without a gap.

    None: no end is known, or nothing is there and nothing comes.
    """
    told = today.isoformat()
    ahead = [period for period in sorted(periods) if period.end >= told and period.places > 0]
    if not ahead:
        return None
    last = ahead[0].end
    for period in ahead[1:]:
        if last == NEVER_ENDS or period.first > (date.fromisoformat(last) + timedelta(days=1)).isoformat():
            break
        last = max(last, period.end)
    return None if last == NEVER_ENDS else date.fromisoformat(last)


def state(periods: Iterable[Period], today: date) -> tuple[str, str]:
    """`active` with its last day, `later` with its first, or `ended` with its last; an ISO day, empty when not known.

    Whether there are places in it does not matter here: a location of 0 places can be open.
    """
    told, every = today.isoformat(), sorted(periods)
    if any(period.first <= told <= period.end for period in every):
        last = last_day([Period(p.first, p.last, 1) for p in every], today)
        return "active", str(last or "")
    later = next((period.first for period in every if period.first > told), None)
    return ("later", later) if later else ("ended", max((period.last for period in every), default=""))


def ended_on(periods: Iterable[Period], today: date) -> date | None:
    """The last day on which there were places, of a location that has none today but had."""
    told = today.isoformat()
    before = [period.last for period in periods if period.last and period.last < told and period.places > 0]
    return date.fromisoformat(max(before)) if before else None


def _day(iso: str) -> str:
    return clock.day_month_year(date.fromisoformat(iso)) if iso else ""
