"""What ends when: places are there for six months, and then (minutes 2.3, K6; warnings 8, 4 and 2 weeks ahead [P])."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from desk import clock, periods, standings
from desk.capacity import Location
from desk.language import _, ngettext
from desk.night import Night, kept

WEEKS = (8, 4, 2)
"""So many weeks before its last day a location is warned of."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Ending:
    """A location with a last day: the places that end then, and the people who are inside now."""

    location: Location
    last_day: date
    places: int
    people: int
    weeks: int | None = None
    """The nearest warning that has been reached; None: it is further off, or it has ended already."""


@kept
def endings(night: Night) -> list[Ending]:
    """Every location whose last day is known and still to come, the first to end first."""
    found = []
    for location in night.locations:
        if not location.available_until and location.id not in night.periods_of:
            continue  # most have no end: 3,000 of them are quick
        last = periods.last_day(periods.of(location, night.periods_of.get(location.id, ())), night.today)
        if last is None:
            continue
        left = last - night.today
        reached = [weeks for weeks in WEEKS if left <= timedelta(weeks=weeks)]
        people = night.standing[location.id].occupied
        found.append(Ending(location, last, night.places_on(location, last), people, min(reached, default=None)))
    return sorted(found, key=lambda e: (e.last_day, e.location.name))


@kept
def ended(night: Night) -> list[Ending]:
    """Locations that have no places any more while people are inside, longest over first (facts 13, case 12)."""
    found = []
    for standing in night.standing.values():
        if standing.realised or standing.occupied <= 0:
            continue
        location = standing.location
        last = periods.ended_on(periods.of(location, night.periods_of.get(location.id, ())), night.today)
        if last is not None:
            found.append(Ending(location, last, 0, standing.occupied))
    return sorted(found, key=lambda e: (e.last_day, e.location.name))


def ending(night: Night, location: Location) -> Ending | None:
    """When a location ends, or ended with people inside; None when neither is known."""
    return _by_location(night).get(location.id)


@kept
def _by_location(night: Night) -> dict[int, Ending]:
    return {e.location.id: e for e in (*endings(night), *ended(night))}


@kept
def unheard(night: Night) -> list[Location]:
    """Municipal locations in use whose figure is old or was never told, the oldest first; private ones apart."""
    municipal = [s for s in night.standing.values() if s.location.kind != "private"]
    in_use = [s.location for s in municipal if s.realised or s.occupied]
    old = [location for location in in_use if standings.stale(night, location.occupied_at)]
    return sorted(old, key=lambda loc: (loc.occupied_at is not None, loc.occupied_at or night.at, loc.name))


def notices(night: Night) -> Iterator[tuple[str, bool, str]]:
    """What needs the day's attention: its kind, whether it is an alarm, and its words; one a threshold, for all."""
    over = ended(night)
    if over:
        people = sum(e.people for e in over)
        text = ngettext(
            "{n} person inside where the places have ended: {names}",
            "{n} people inside where the places have ended: {names}",
            people,
        )
        yield "until_over", True, text.format(n=people, names=_names(over))
    for weeks in WEEKS:
        soon = [e for e in endings(night) if e.weeks == weeks]
        if soon:
            yield f"until_{weeks}", False, _soon(soon, weeks)
    old = unheard(night)
    if old:
        text = ngettext(
            "{n} location told no count lately: {names}", "{n} locations told no count lately: {names}", len(old)
        )
        names = ", ".join(f"{loc.name} {_told(night, loc)}" for loc in old[:MOST_NAMED])
        yield "unheard", False, text.format(n=len(old), names=names + (" …" if len(old) > MOST_NAMED else ""))


def _soon(soon: list[Ending], weeks: int) -> str:
    """What ends within so many weeks; municipal and private places are never one sum."""
    private = sum(e.places for e in soon if e.location.kind == "private")
    places = sum(e.places for e in soon) - private
    text = ngettext(
        "{n} place ends within {weeks} weeks: {names}", "{n} places end within {weeks} weeks: {names}", places
    )
    if private and not places:
        text = ngettext(
            "{n} private place ends within {weeks} weeks: {names}",
            "{n} private places end within {weeks} weeks: {names}",
            private,
        )
    apart = _("; private apart: {n}").format(n=private) if private and places else ""
    return text.format(n=places or private, weeks=weeks, names=_names(soon)) + apart


def _told(night: Night, location: Location) -> str:
    age = standings.age(night, location.occupied_at)
    return _("never") if age is None else clock.span(age)


def _names(endings: list[Ending]) -> str:
    named = [f"{e.location.name} {clock.day_month(e.last_day)}" for e in endings[:MOST_NAMED]]
    return ", ".join(named) + (" …" if len(endings) > MOST_NAMED else "")
