"""Figures frozen at a moment: kept as they were, issued under a number, never changed; and two moments compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desk import clock
from desk.figures import identity_gap
from desk.language import N_
from desk.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Freeze:
    """A report as it was issued: `content` is the situation at `at` as JSON, `version` the last action known by then.

    A correction is a new one that names the old in `corrects`; the old stays.
    """

    id: int = 0
    ref: str = ""
    """`SITREP 2022-04-07/2`: the second of that day; `NIGHT 2022-04-07`: the night count, by the evening's date."""
    at: datetime | None = None
    version: int = 0
    label: str = ""
    automatic: bool = False
    corrects: str = ""
    content: str = ""
    by: str = ""
    made_at: datetime | None = None


# --- the moments at which figures are kept by themselves ----------------------------------------

MOST_LATE = timedelta(days=7)
"""A desk that was off for longer makes no figures for the days before: nobody waits for them any more."""


@dataclass(frozen=True)
class Due:
    """A moment at which figures are to be kept: a report time of the day, or the night count."""

    at: datetime
    label: str
    evening: date | None = None
    """Of the night count: the evening's date, under which the night is known (facts 0.7)."""


def due(settings: Settings, since: datetime, until: datetime) -> list[Due]:
    """The report times and night counts after `since` up to `until`, in their order."""
    return sorted(_due(settings, max(since, until - MOST_LATE), until), key=lambda found: (found.at, found.label))


def _due(settings: Settings, since: datetime, until: datetime) -> Iterator[Due]:
    walls = [wall.strip() for wall in settings.report_times.split(",") if wall.strip()]
    day = since.astimezone(settings.tz).date() - timedelta(days=1)
    while day <= until.astimezone(settings.tz).date():
        for wall in walls:
            at = clock.wall_time(day, time.fromisoformat(wall), settings.tz)
            if since < at <= until:
                yield Due(at, wall)
        at = clock.wall_time(day, time.fromisoformat(settings.night_count_at), settings.tz)
        if since < at <= until:
            evening = clock.night_of(at, settings.tz, settings.night_starts)
            yield Due(at, settings.night_count_at, evening)
        day += timedelta(days=1)


# --- two moments compared -----------------------------------------------------------------------

REASONS = {
    "late": N_("written down later"),
    "number": N_("number of people changed"),
    "undone": N_("taken back"),
    "gone_late": N_("had gone before, written down later"),
}


@dataclass(frozen=True)
class Correction:
    """A household whose people differ between two moments without having come or gone between them."""

    ref: str
    people: int
    """More (positive) or fewer (negative) people here than the first moment knew."""
    reason: str


@dataclass(frozen=True)
class Comparison:
    """The people who stay here at two moments, and what lies between; people in all numbers."""

    then: datetime
    now: datetime
    present_then: int
    present_now: int
    out_then: int
    """Of those who stay: out of the building, in hospital for instance."""
    out_now: int
    came: int
    returned: int
    onward_flow: int
    outflow: int
    corrections: Sequence[Correction] = ()

    @property
    def corrected(self) -> int:
        """All corrections together."""
        return sum(correction.people for correction in self.corrections)

    @property
    def gap(self) -> int:
        """0 while present now = present then + in - out + corrections holds; else people nobody can account for."""
        came, went = self.came + self.returned, self.onward_flow + self.outflow
        staying_then, staying_now = self.present_then + self.out_then, self.present_now + self.out_now
        return identity_gap(staying_then, came, went, self.corrected, staying_now)
