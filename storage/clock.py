"""The program's clock: the only place that reads the time."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from desk.clock import FIRST_YEAR, LAST_YEAR, zone
from desk.language import _
from desk.refusals import Refused

Clock = Callable[[], datetime]


def running(started_as: str | None = None) -> Clock:
    """A clock in UTC; with `started_as` (DESK_CLOCK, for drills and tests) it starts there and runs on."""
    text = os.environ.get("DESK_CLOCK") if started_as is None else started_as
    if not text:
        return lambda: datetime.now(UTC)
    try:
        start = datetime.fromisoformat(text)
        if not FIRST_YEAR <= start.year <= LAST_YEAR:
            raise ValueError(text)
    except ValueError as wrong:
        raise Refused(
            _("DESK_CLOCK is '{text}'. Give an ISO time, as 2022-04-08T02:41+02:00.").format(text=text[:40])
        ) from wrong
    if start.tzinfo is None:
        start = start.replace(tzinfo=zone("Europe/Amsterdam"))
    offset = start.astimezone(UTC) - datetime.now(UTC)
    return lambda: datetime.now(UTC) + offset


def hurrying(start: datetime, speed: float) -> Clock:
    """A clock in UTC that shows `start` now and runs `speed` times as fast as the day, for a drill."""
    began = datetime.now(UTC)
    return lambda: start + (datetime.now(UTC) - began) * speed
