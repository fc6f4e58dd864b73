"""Backups by their names: when each was made, and the last action in it; and what is said when one is missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desk import clock
from desk.language import _

if TYPE_CHECKING:
    from desk.settings import Settings

_NAME = re.compile(r"desk-(\d{8}T\d{6})Z-(\d{1,18})\.db")


@dataclass(frozen=True)
class BackupState:
    """When the last good backup was made, and when one was tried in vain since."""

    last: datetime | None = None
    failed: datetime | None = None


@dataclass(frozen=True)
class Backup:
    """One backup that lies in the folder."""

    file: Path
    at: datetime
    action: int

    @classmethod
    def of(cls, file: Path) -> "Backup | None":
        """Read from its name; None where it is none of the desk's."""
        found = _NAME.fullmatch(file.name)
        if found is None:
            return None
        try:
            return cls(file, datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC), int(found[2]))
        except ValueError:  # no day of the calendar
            return None


def named(at: datetime, action: int) -> str:
    """The name of the one made at that moment."""
    return f"desk-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z-{action}.db"


def notice(found: BackupState | None, settings: "Settings", at: datetime) -> Iterator[tuple[str, datetime]]:
    """What Tonight says: that one could not be written, or that a shift passed without one; and since when."""
    most = settings.hours("backup_hours")
    if found is None or not most:
        return
    if found.failed is not None:
        text = _("the backup of {time} could not be written: make one (:backup), it says why")
        yield text.format(time=settings.hhmm(found.failed)), found.failed
    elif found.last is not None and at - found.last > 2 * most:
        text = _("the last backup is {age} old: make one (:backup)")
        yield text.format(age=clock.span(at - found.last)), found.last
