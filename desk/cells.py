"""The cells of a sheet from outside, as people and spreadsheets write them: each is read by one rule or wrong."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from desk import words
from desk.clock import FIRST_YEAR, LAST_YEAR
from desk.language import _, number, ungrouped
from desk.names import clean
from desk.refusals import Refused

_YES = frozenset(("yes", "y", "ja", "j", "true", "waar", "1", "x"))
_NO = frozenset(("no", "n", "nee", "false", "onwaar", "0"))
_NOTHING = frozenset(("-", "geen", "none", "nee", "no"))
_ANY = frozenset(("any", "all", "alle", "allemaal", "iedereen", "elke", "everyone"))
_WHOLE = re.compile(r"\d{1,12}")
_WHOLE_WITH_TAIL = re.compile(r"(\d{1,12})[.,]0+")
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]+(?P<time>\S.*))?")
_DUTCH = re.compile(r"(?P<d>\d{1,2})(?P<dot>[-.])(?P<m>\d{1,2})(?P=dot)(?P<y>\d{4})(?:[T ]+(?P<time>\S.*))?")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:uur|u|h)?(Z|[+-]\d{2}:?\d{2})?")
_HOURS = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|tot|to|until)\s*(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:uur|u|h))?"
)


class WrongCell(Exception):  # noqa: N818 - an answer about a cell, not a fault of the program
    """Why a cell cannot be read: the end of a sentence that begins with its value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def written(value: object) -> str:
    """A cell as a person would have typed it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return "" if value is None else str(value)


def is_empty(value: object) -> bool:
    """Whether nothing stands in a cell."""
    return value is None or (isinstance(value, str) and not value.strip(" \t\r\n\v\f\xa0\u200b\ufeff"))


def text(limit: int = 200) -> Callable[[object], str]:
    """Text made safe to keep and show, at most so long."""

    def read(value: object) -> str:
        try:
            return clean(written(value), limit=limit)
        except Refused:
            raise WrongCell(_("is longer than {limit} characters").format(limit=number(limit))) from None

    return read


def yes_no(value: object) -> bool:
    """Yes or no, in English, Dutch, or a spreadsheet's own way."""
    if isinstance(value, bool):
        return value
    word = written(value).strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise WrongCell(_("is not yes or no"))


def whole(least: int = 0, most: int = 100_000_000) -> Callable[[object], int]:
    """A whole number: 1250, 1.250, 1,250 and a spreadsheet's 1250.0."""

    def read(value: object) -> int:
        count = _whole(value)
        if count is None:
            raise WrongCell(_("is not a whole number"))
        if not least <= count <= most:
            raise WrongCell(_("is not between {least} and {most}").format(least=number(least), most=number(most)))
        return count

    return read


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if abs(value) < 1e15 and value == int(value) else None
    typed = re.sub(r"(?<=\d)[ \xa0\u202f](?=\d{3}\b)", "", written(value).strip())
    if _WHOLE.fullmatch(digits := ungrouped(typed)):
        return int(digits)
    if tail := _WHOLE_WITH_TAIL.fullmatch(typed):
        return int(tail[1])
    return None


def day(value: object) -> date:
    """A date without a time."""
    found, clock = _date_and_time(value)
    if clock is not None:
        raise WrongCell(_("is not a date without a time, as in 2022-04-07 or 7-4-2022"))
    return found


def when(zone: ZoneInfo) -> Callable[[object], date | datetime]:
    """A date as it stands, or with a time the moment in UTC; a time without offset is the zone's."""

    def read(value: object) -> date | datetime:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        found, clock = _date_and_time(value)
        return found if clock is None else _moment(found, clock, zone)

    return read


def local_day(zone: ZoneInfo) -> Callable[[object], date]:
    """The date in the zone, of a date or of a date with a time."""
    read_when = when(zone)

    def read(value: object) -> date:
        found = read_when(value)
        return found.astimezone(zone).date() if isinstance(found, datetime) else found

    return read


def moment(zone: ZoneInfo) -> Callable[[object], datetime]:
    """A moment in UTC; a date without a time is its midnight in the zone."""
    read_when = when(zone)

    def read(value: object) -> datetime:
        found = read_when(value)
        return found if isinstance(found, datetime) else _moment(found, time(0), zone)

    return read


def _date_and_time(value: object) -> tuple[date, time | None]:
    """A date and, where one stands with it, the time; a spreadsheet's midnight is a date alone."""
    if isinstance(value, datetime):
        return _in_range(value.date()), value.timetz() if value.timetz() != time(0) else None
    if isinstance(value, date):
        return _in_range(value), None
    typed = " ".join(written(value).split()) if isinstance(value, str) else ""
    found = _ISO.fullmatch(typed) or _DUTCH.fullmatch(typed)
    if not found:
        raise WrongCell(_("is not a date, as in 2022-04-07 or 7-4-2022, with or without 21:15"))
    try:
        day_found = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        raise WrongCell(_("is not a date of the calendar")) from None
    return _in_range(day_found), _time(found["time"]) if found["time"] else None


def _in_range(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise WrongCell(_("is not a date between {first} and {last}").format(first=FIRST_YEAR, last=LAST_YEAR))
    return found


def _time(typed: str) -> time:
    found = _TIME.fullmatch(typed)
    try:
        if found is None:
            raise ValueError(typed)
        offset = (found[4] or "").replace("Z", "+00:00")
        return time.fromisoformat(f"{int(found[1]):02}:{found[2]}:{found[3] or '00'}{offset}")
    except ValueError:
        raise WrongCell(_("has no time of the day, as in 21:15")) from None


def _moment(found: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC; a time the clocks skip in spring is refused, one they repeat in autumn is the first."""
    local = datetime.combine(found, clock)
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    in_utc = local.replace(tzinfo=zone).astimezone(UTC)
    if in_utc.astimezone(zone).replace(tzinfo=None) != local:
        raise WrongCell(_("is a time the clocks skip that night"))
    return in_utc


def hours(value: object) -> str:
    """Hours of opening as `08:00-20:00` (past midnight too), or `24/7`."""
    typed = " ".join(written(value).casefold().split())
    if typed in ("24/7", "24/7 open", "24 uur", "24 hours", "24h", "altijd", "always"):
        return "24/7"
    found = _HOURS.fullmatch(typed)
    if found:
        start, end = (int(found[1]), int(found[2] or 0)), (int(found[3]), int(found[4] or 0))
        if (start, end) == ((0, 0), (24, 0)):
            return "24/7"
        end = (0, 0) if end == (24, 0) else end
        if start != end and max(start[0], end[0]) < 24 and max(start[1], end[1]) < 60:
            return f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"
    raise WrongCell(_("is not hours, as in 08:00-20:00 or 24/7"))


def choice(spellings: Mapping[str, str]) -> Callable[[object], str]:
    """One of a few codes, by any of its spellings."""

    def read(value: object) -> str:
        found = words.find(spellings, written(value), shortest=4)
        if len(found) == 1:
            return found[0]
        raise WrongCell(_("is not one of {choices}").format(choices=", ".join(dict.fromkeys(spellings.values()))))

    return read


def several(read_one: Callable[[object], str], *, any_is_empty: bool = False) -> Callable[[object], tuple[str, ...]]:
    """A list with commas (or `;`, `/`, ends of lines) of what `read_one` reads; `any` may stand for no limit."""

    def read(value: object) -> tuple[str, ...]:
        parts = [part.strip() for part in re.split(r"[,;/+\n]", written(value)) if part.strip()]
        if any_is_empty and len(parts) == 1 and parts[0].casefold() in _ANY:
            return ()
        return tuple(dict.fromkeys(read_one(part) for part in parts if part.casefold() not in _NOTHING))

    return read


def nationality(value: object) -> str:
    """Three letters of a nationality, from the code, the country or the adjective."""
    code = words.nationality(written(value))
    if code is None:
        raise WrongCell(_("is not a nationality: give its three letters, as in UKR, or XXX for unknown"))
    return code


def spoken(value: object) -> str:
    """Two letters of a language, from the code or its name."""
    code = words.spoken(written(value))
    if code is None:
        raise WrongCell(_("is not a language: give one of {codes}").format(codes=", ".join(words.LANGUAGES_SPOKEN)))
    return code


def sex(value: object) -> str | None:
    """`m`, `f` or `x`; None where it says that it is not known."""
    word = words.key(written(value))
    if word in ("unknown", "onbekend", "o", "u"):
        return None
    if word in words.SEX_WORDS:
        return words.SEX_WORDS[word]
    raise WrongCell(_("is not m, f, v or x"))
