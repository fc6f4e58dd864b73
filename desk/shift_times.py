"""When one shift hands over to the next, and what waits for that (facts 4.4)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from desk import clock
from desk.language import _
from desk.night import Night

BEFORE = timedelta(minutes=30)
"""From so long before the end of a shift one is reminded to hand over (issue 5)."""
EARLY = timedelta(hours=1)
"""A handover that was given so long before the time is that of this time."""
UNACCEPTED = timedelta(hours=1)
"""A handover that nobody accepted for so long needs somebody."""

Notice = tuple[str, str, bool, str, datetime]
"""Kind, reference, whether it is late, what it says and since when it is due."""


def due(night: Night) -> datetime | None:
    """The end of a shift that is near or past and at which nobody handed over yet."""
    times = [part for part in night.settings.shift_times.split(",") if part]
    walls = [time.fromisoformat(part) for part in times]
    days = [night.today + timedelta(days=n) for n in (-1, 0, 1)]
    ends = [clock.wall_time(day, wall, night.settings.tz) for day in days for wall in walls]
    end = max((moment for moment in ends if moment - BEFORE <= night.at), default=None)
    last = (night.handed_over.made_at if night.handed_over else None) or night.began_at
    if end is None or last is None:
        return None
    # where none was ever made: whoever began since had nothing to take over
    return end if last < end - (EARLY if night.handed_over else BEFORE) else None


def notices(night: Night) -> Iterator[Notice]:
    """That it is time to hand over, and that a handover waits for somebody to accept it."""
    end, tz = due(night), night.settings.tz
    if end is not None:
        late = end <= night.at
        text = _("hand over: {time} has passed") if late else _("hand over at {time}")
        yield "handover_due", "", late, text.format(time=clock.when(end, night.at, tz)), end
    last = night.handed_over
    if last is None or last.accepted_at is not None or last.made_at is None or night.settings.handover == "off":
        return
    text = _("{who}'s handover of {time} waits: read and accept it").format(
        who=last.by, time=clock.when(last.made_at, night.at, tz)
    )
    yield "handover_waits", str(last.id), night.at - last.made_at >= UNACCEPTED, text, last.made_at
