"""Reports made from the store: what stands now, or what it had recorded by a moment."""

import importlib
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from desk import clock
from desk.language import _
from desk.night import Night
from desk.refusals import Refused
from desk.reports.document import Document
from storage.history import read_history
from storage.journal import Journal

if TYPE_CHECKING:
    from storage.store import Desk

Builder = Callable[[Night, Journal, datetime | None], Document]


def _of_night(module: str) -> Builder:
    """A report of one moment: `document(night)`."""

    def made(night: Night, _journal: Journal, _since: datetime | None) -> Document:
        found: Document = importlib.import_module(module).document(night)
        return found

    return made


def _of_period(module: str) -> Builder:
    """A report of a period: `document(night, history)`; it begins where the night does, unless it is told."""

    def made(night: Night, journal: Journal, since: datetime | None) -> Document:
        history = read_history(journal, since or night_begins(night), night.at)
        found: Document = importlib.import_module(module).document(night, history)
        return found

    return made


def _situation(night: Night, journal: Journal, _since: datetime | None) -> Document:
    from desk.reports import situation
    from storage.frozen import Frozen

    return situation.document(Frozen(journal).situation(night, journal.version(), journal))


def _meeting(night: Night, journal: Journal, since: datetime | None) -> Document:
    from desk.reports import meeting
    from storage.situation import read_meeting

    return meeting.document(meeting.record(night, read_meeting(journal, night, since)))


REPORTS: dict[str, Builder] = {
    "situation": _situation,
    "meeting": _meeting,
    "daily": _of_night("desk.reports.daily"),
    "private": _of_night("desk.reports.private"),
    "buses": _of_period("desk.reports.buses"),
    "movements": _of_period("desk.reports.movements"),
    "placements": _of_period("desk.reports.placements"),
    "unplaced": _of_night("desk.reports.unplaced"),
    "register": _of_night("desk.reports.register"),
    "roster": _of_night("desk.reports.roster"),
}
"""What each report is made of; a builder gets the night, the journal it was read from, and the beginning told."""
OF_PERIOD = frozenset({"meeting", "buses", "movements", "placements"})
"""Reports for which a beginning may be told."""


def make(desk: "Desk", name: str, at: datetime | None = None, since: datetime | None = None) -> Document:
    """The report at `at`, as the store knew it by then; without it as it stands now.

    A period begins at `since`, without it where the night of that moment begins.
    """
    now = desk.clock()
    moment = now if at is None else at
    if moment > now:
        raise Refused(_("{time} lies in the future; give a time up to now.").format(time=_told(desk, moment, now)))
    if since is not None and since > moment:
        raise Refused(
            _("The period would end before it begins. Give a --since before {time}.").format(
                time=_told(desk, moment, now)
            )
        )
    if at is None:
        with desk.db.snapshot():
            return _made(name, desk.night(moment), desk.journal, since)
    if name == "situation" and (issued := _issued(desk, moment)) is not None:
        return issued
    with desk.as_of(at) as then:
        return _made(name, then.night, then.journal, since)


def _issued(desk: "Desk", at: datetime) -> Document | None:
    """The situation report issued for exactly that moment; that of a set time is made now if nobody came by yet."""
    from desk.reports import situation

    desk.frozen.make_due()
    found = desk.frozen.at(at)
    return None if found is None else situation.document(desk.frozen.record(found))


def _made(name: str, night: Night, journal: Journal, since: datetime | None) -> Document:
    return REPORTS[name](night, journal, since)


def night_begins(night: Night) -> datetime:
    """Where its night begins, in UTC."""
    settings = night.settings
    starts = time.fromisoformat(settings.night_starts)
    begins = datetime.combine(night.evening, starts, settings.tz).astimezone(UTC)
    # where a wall time comes twice the later one may lie ahead
    return min(begins, night.at)


def _told(desk: "Desk", at: datetime, now: datetime) -> str:
    return clock.when(at, now, desk.settings.tz)
