"""Times: read as people say them, kept in UTC, shown on the wall clock of the site.

Time is always a parameter. Durations are subtracted in UTC, so both nights on which the clock
changes come out right: 22:00 to 06:00 is nine hours on the last Sunday of October.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from desk.language import _, formats
from desk.refusals import Refused

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""What is told of another time is a slip of the hand; near the ends of the calendar no time can be reckoned with."""

_WALL = re.compile(r"(\d{1,2})[:.](\d{2})")
_DAY_FIRST = re.compile(r"\{d[^}]*\}(.)\{m[^}]*\}")
_SHIFT = re.compile(r"([+-])(?:(\d{1,3})\s*[hu]\s*(\d{1,2})?|(\d{1,4})\s*(?:m(?:in)?)?)")


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name, as in `Europe/Amsterdam`."""
    return ZoneInfo(name)


def parse_time(text: str, now: datetime, tz: ZoneInfo, *, ahead: bool = False) -> datetime:
    """When that is, in UTC: ISO 8601, `HH:MM`, `+2h10` or `-15m`.

    `HH:MM` is the nearest such time within 12 hours either way of `now`, or with `ahead` (an expected
    arrival) the next one. A time that the clock repeats is taken as the one nearest to `now`; one that it
    skips is refused.
    """
    said = text.strip()
    if wall := _WALL.fullmatch(said):
        return _nearest(int(wall[1]), int(wall[2]), now, tz, ahead=ahead, said=said)
    if shift := _SHIFT.fullmatch(said.lower()):
        span = (
            timedelta(minutes=int(shift[4])) if shift[4] else timedelta(hours=int(shift[2]), minutes=int(shift[3] or 0))
        )
        return now + span if shift[1] == "+" else now - span
    if re.match(r"\d{4}-\d{2}-\d{2}", said):
        from arrow.parser import DateTimeParser

        try:
            # not arrow.get: it puts the site's zone in the place of one that was told
            told = DateTimeParser().parse_iso(said)
            at = (told if told.tzinfo else told.replace(tzinfo=tz)).astimezone(UTC)
            there = told.tzinfo is not None or at.astimezone(tz).replace(tzinfo=None) == told
            if there and FIRST_YEAR <= at.year <= LAST_YEAR:
                return at
        except (ValueError, OverflowError):
            there = True
        if not there:
            raise Refused(_("The clock skips {text} that night. Type another time.").format(text=said[:40]))
    raise Refused(_("'{text}' is not a time. Type 03:40, +2h10, -15m or 2022-04-08T03:40.").format(text=said[:40]))


def _nearest(hour: int, minute: int, now: datetime, tz: ZoneInfo, *, ahead: bool, said: str) -> datetime:
    if hour > 23 or minute > 59:
        raise Refused(_("'{text}' is not a time of day. Type 00:00 to 23:59.").format(text=said))
    today = now.astimezone(tz).date()
    candidates = []
    for days in (-1, 0, 1, 2):
        for fold in (0, 1):
            local = datetime.combine(today + timedelta(days=days), time(hour, minute), tz).replace(fold=fold)
            at = local.astimezone(UTC)
            # a wall time that the spring change skips does not come back from UTC as itself
            if at.astimezone(tz).replace(tzinfo=None) == local.replace(tzinfo=None):
                candidates.append(at)
    # a day has 23 to 25 hours: beyond that it is another night's time, because this night's is skipped
    if ahead:
        this_minute = now - timedelta(seconds=now.second, microseconds=now.microsecond)
        wall = this_minute.astimezone(tz).replace(tzinfo=None)
        # on the clock less than a day ahead: who says 02:30 in the night that skips it does not mean the next night
        candidates = [
            at
            for at in candidates
            if at >= this_minute and at.astimezone(tz).replace(tzinfo=None) - wall < timedelta(days=1)
        ]
    else:
        candidates = [at for at in candidates if abs(at - now) <= timedelta(hours=12, minutes=30)]
    if candidates:
        return min(candidates, key=lambda at: (abs(at - now), at))
    raise Refused(_("The clock skips {text} that night. Type another time.").format(text=said))


def night_of(at: datetime, tz: ZoneInfo, starts: str = "12:00") -> date:
    """The evening's date of the night that this moment belongs to (nights run 12:00 to 12:00)."""
    local = at.astimezone(tz)
    hour, minute = (int(part) for part in starts.split(":"))
    return local.date() if (local.hour, local.minute) >= (hour, minute) else local.date() - timedelta(days=1)


def start_of_day(day: date, tz: ZoneInfo) -> datetime:
    """Midnight at which that day begins on the site's wall clock, in UTC."""
    return datetime.combine(day, time(0), tz).astimezone(UTC)


def wall_time(day: date, wall: time, tz: ZoneInfo) -> datetime:
    """When the clock shows that on that day, in UTC; what it shows twice is the first, what it skips comes later."""
    return datetime.combine(day, wall, tz).astimezone(UTC)


def next_at(wall: str, now: datetime, tz: ZoneInfo) -> datetime:
    """The next moment, in UTC, at which the site's clock shows `wall` (as in `08:00`)."""
    return parse_time(wall, now, tz, ahead=True)


def within(hours: str, at: datetime, tz: ZoneInfo) -> bool:
    """Whether a moment falls in opening hours: `08:00-20:00`, `22:00-06:00`, `24/7` or empty (always)."""
    if not hours or hours == "24/7":
        return True
    opens, _dash, closes = hours.partition("-")
    wall = at.astimezone(tz).strftime("%H:%M")
    return opens <= wall < closes if opens < closes else wall >= opens or wall < closes


def next_within(hours: str, at: datetime, tz: ZoneInfo) -> datetime:
    """The first moment, from `at` on, that falls in those opening hours."""
    return at if within(hours, at, tz) else next_at(hours.partition("-")[0], at, tz)


def seconds(at: datetime) -> datetime:
    """The moment without its fraction of a second: what the store keeps."""
    return at.astimezone(UTC).replace(microsecond=0)


def iso(at: datetime, tz: ZoneInfo) -> str:
    """ISO 8601 with the site's offset, for other programs."""
    return at.astimezone(tz).isoformat(timespec="seconds")


def hhmm(at: datetime, tz: ZoneInfo) -> str:
    """The time on the wall clock, `03:40`."""
    return at.astimezone(tz).strftime("%H:%M")


def when(at: datetime, now: datetime, tz: ZoneInfo) -> str:
    """The time, with its day where that is not within 12 hours: `03:40`, `Fri 8 03:40`, `08/04/2022 03:40`."""
    if abs(at - now) <= timedelta(hours=12):
        return hhmm(at, tz)
    local = at.astimezone(tz)
    if abs(at - now) <= timedelta(days=6):
        return f"{formats().weekday_day.format(weekday=weekday(local), d=local.day)} {local:%H:%M}"
    return dated_time(local)


def weekday(day: date) -> str:
    """The day of the week in few letters, `Fri`."""
    return formats().weekdays[day.weekday()]


def dated(day: date) -> str:
    """A date in figures, as the language writes it: `08-04-2022` or `08/04/2022`."""
    return formats().date.format(d=day.day, m=day.month, y=day.year)


def dated_time(local: datetime) -> str:
    """A date in figures with the time, `08-04-2022 03:40`; `local` is on the clock on which it is shown."""
    return f"{dated(local)} {local:%H:%M}"


def dated_briefly(day: date) -> str:
    """A date in figures without its year, `08-04` or `08/04`."""
    return formats().short_date.format(d=day.day, m=day.month)


def with_dashes(text: str) -> str:
    """A date typed as the language in force shows it, `8/4/2022`, in the figures that are read: `8-4-2022`.

    Anything else stays as it is; so does a date of which the language puts the month first.
    """
    sign = _DAY_FIRST.fullmatch(formats().short_date)
    typed = (
        re.fullmatch(rf"(\d{{1,2}}){re.escape(sign[1])}(\d{{1,2}})(?:{re.escape(sign[1])}(\d{{4}}))?", text.strip())
        if sign
        else None
    )
    return "-".join(part for part in typed.groups() if part) if typed else text


def day_month(day: date) -> str:
    """A date in words, `7 april`."""
    return formats().day_month.format(d=day.day, month=formats().months[day.month - 1])


def day_month_year(day: date) -> str:
    """A date in words with its year, `7 april 2022`."""
    return formats().day_month_year.format(d=day.day, month=formats().months[day.month - 1], y=day.year)


def day_month_short(day: date) -> str:
    """A date in few letters, `14 apr`."""
    return formats().day_month_short.format(d=day.day, month=formats().months_short[day.month - 1])


def night_label(evening: date, *, brief: bool = False) -> str:
    """How the night is called: `night of 7 to 8 April`; `brief` with months in few letters where they are two."""
    morning = evening + timedelta(days=1)
    if evening.month == morning.month:
        return _("night of {evening} to {morning}").format(evening=evening.day, morning=day_month(morning))
    said = day_month_short if brief else day_month
    return _("night of {evening} to {morning}").format(evening=said(evening), morning=said(morning))


def span(length: timedelta) -> str:
    """A length of time in few letters: `59 min`, `2 h 34`, `31 h`, `4 d`."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 60:
        return _("{minutes} min").format(minutes=minutes)
    hours, left = divmod(minutes, 60)
    if hours < 12:
        return _("{hours} h {minutes:02d}").format(hours=hours, minutes=left)
    return _("{hours} h").format(hours=hours) if hours < 96 else _("{days} d").format(days=hours // 24)
