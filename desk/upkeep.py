"""What needs somebody of the program itself: copies, backups, the line to the region, what is to be forgotten."""

from collections.abc import Iterator
from datetime import datetime

from desk import backups, clock
from desk.language import _
from desk.night import Night

Notice = tuple[str, str, str, datetime | None, bool]
"""Its kind, how urgent (`alarm`, `warning`, `note`), in words, since when, and whether it waits for the day."""


def notices(night: Night) -> Iterator[Notice]:
    """Everything of it that somebody should know."""
    yield from _building(night)
    yield from _backup(night)
    yield from _replica(night)
    yield from _region_line(night)
    yield from _erasure(night)


def _building(night: Night) -> Iterator[Notice]:
    """The list must be in the building, not on the host: a print box there fetches it each minute (issue 5)."""
    copy, most = night.in_building, night.settings.hours("building_minutes")
    if copy is not None and most and night.at - copy.at > most:
        text = _("the list in the building is {age} old: look at {box}, or print one (:paper)")
        yield "building", "alarm", text.format(age=clock.span(night.at - copy.at), box=copy.by), copy.at, False


def _backup(night: Night) -> Iterator[Notice]:
    """Without one a dead disk is the end of it: a shift that passed without a backup is seen (issue 7)."""
    for text, due in backups.notice(night.backups, night.settings, night.at):
        yield "backup", "warning", text, due, False


def _replica(night: Night) -> Iterator[Notice]:
    """Where a second machine is to go on, what it does not have is lost with this one."""
    if night.settings.replica:
        from desk.replica import notice  # most houses have none

        for text, due in notice(night.replica, night.settings, night.at):
            yield "replica", "warning", text, due, False


def _region_line(night: Night) -> Iterator[Notice]:
    """The desk goes on without its region; who reads figures there should know that they are old (issue 8)."""
    if night.region_line is not None:
        from desk.region import link  # most desks belong to none: the first screen does not load it

        for kind, warns, text, due in link.notices(night.region_line, night.at, night.settings):
            yield kind, "warning" if warns else "note", text, due, False


def _erasure(night: Night) -> Iterator[Notice]:
    """What is personal goes on time (design 8); a run that did not happen is seen."""
    if night.erasure_overdue:
        text = _("names are kept longer than {n} days after a stay: a coordinator runs  desk erase")
        yield "erasure", "warning", text.format(n=night.settings.retention_days), None, True
