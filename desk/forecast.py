"""The forecast: how many people are expected, in three scenarios, against the places there will be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desk import standings
from desk.language import N_
from desk.night import Night

SCENARIOS = ("favourable", "expected", "unfavourable")
SCENARIO_LABELS = {
    "favourable": N_("favourable"),
    "expected": N_("expected"),
    "unfavourable": N_("unfavourable"),
}
DAYS = 14
MOST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class Inflow:
    """People expected to come to the region on a day, in one scenario; who says so, and when it was told."""

    id: int = 0
    scenario: str = "expected"
    day: str = ""
    people: int = 0
    source: str = ""
    told_on: str = ""


@dataclass(frozen=True)
class Day:
    """One day of a scenario: the places that are there, and the people who are to have one."""

    day: date
    people: int
    """Occupied and reserved today, and all who are expected after today up to that day."""
    places: int
    """Realised today, and what is promised for that day."""
    told: bool = True
    """Whether the scenario reaches that far; beyond it nobody said who comes."""

    @property
    def free(self) -> int:
        """Places left; negative is a shortage."""
        return self.places - self.people

    @property
    def short(self) -> bool:
        """More people than places."""
        return self.people > self.places


def projection(
    night: Night, inflows: Iterable[Inflow], days: int = DAYS, *, private: bool = False
) -> dict[str, list[Day]]:
    """Today and the days after it for each scenario that somebody told (minutes 2.2, K1); without private places.

    Who was expected today or before is in the counts by now. A place held for somebody who still sleeps elsewhere
    counts as one held, as in every figure of what is free.
    """
    parts = standings.totals(night)
    now = parts.with_private if private else parts.without_private
    places = _places(night, days, now.realised, private=private)
    coming = _coming(night, inflows)
    found = {}
    for scenario in SCENARIOS:
        if scenario not in coming:
            continue
        people, told_until = now.occupied + now.held, max(coming[scenario])
        line = []
        for ahead in range(days + 1):
            day = night.today + timedelta(days=ahead)
            people += coming[scenario].get(day, 0)
            line.append(Day(day, people, places[ahead], ahead == 0 or day <= told_until))
        found[scenario] = line
    return found


def first_short_day(line: Sequence[Day]) -> date | None:
    """The first day with more people than places; None when there is none as far as is known."""
    return next((day.day for day in line if day.short and day.told), None)


def first_short_days(night: Night, inflows: Iterable[Inflow], *, private: bool = False) -> Mapping[str, date | None]:
    """The first short day of each scenario that somebody told, as far ahead as it was told."""
    known = list(inflows)
    last = max((row.day for row in known), default="")
    days = (date.fromisoformat(last) - night.today).days if last else 0
    lines = projection(night, known, max(0, min(days, MOST_DAYS)), private=private)
    return {scenario: first_short_day(line) for scenario, line in lines.items()}


def _coming(night: Night, inflows: Iterable[Inflow]) -> dict[str, dict[date, int]]:
    """People by scenario and day, of the days after today."""
    today = night.today.isoformat()
    found: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in inflows:
        if row.day > today:
            found[row.scenario][date.fromisoformat(row.day)] += row.people
    return found


def _places(night: Night, days: int, realised: int, *, private: bool) -> list[int]:
    """The places there are today and on each day after it."""
    changes: dict[date, int] = defaultdict(int)
    for location in night.locations:
        if location.kind == "private" and not private:
            continue
        before = night.standing[location.id].realised
        for day, places in night.promised(location):
            changes[day] += places - before
            before = places
    found = []
    for ahead in range(days + 1):
        realised += changes.get(night.today + timedelta(days=ahead), 0)
        found.append(realised)
    return found
