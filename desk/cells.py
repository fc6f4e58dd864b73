"""The cells of a sheet from outside, as people and spreadsheets write them: each is read by one rule or wrong."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from desk import words
from desk.language import _, ngettext
from desk.names import clean, number
from desk.refusals import Refused

MOST_SHOWN = 50
FIRST_YEAR, LAST_YEAR = 1900, 2100

_YES = frozenset(("yes", "y", "ja", "j", "true", "waar", "1", "x"))
_NO = frozenset(("no", "n", "nee", "false", "onwaar", "0"))
_NOTHING = frozenset(("-", "geen", "none", "nee", "no"))
_ANY = frozenset(("any", "all", "alle", "allemaal", "iedereen", "elke", "everyone"))
_WHOLE = re.compile(r"\d{1,12}")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
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


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, the headings it goes by, the rule for its cells."""

    name: str
    aliases: tuple[str, ...]
    read: Callable[[object], object]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows by field (None where a cell is empty), their row numbers, and the headings left out."""

    records: tuple[dict[str, Any], ...]
    rows: tuple[int, ...]
    unknown: tuple[str, ...]


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
    if _WHOLE.fullmatch(typed):
        return int(typed)
    if _THOUSANDS.fullmatch(typed):
        return int(re.sub(r"[.,]", "", typed))
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


def read_rows(
    rows: Sequence[Sequence[object]],
    columns: Sequence[Column],
    *,
    check: Callable[[dict[str, Any]], Iterable[str]] | None = None,
    unique: str | None = None,
) -> Sheet:
    """Every row below the heading, all of them or none: refused with one sentence for each wrong cell.

    `check` finds what is wrong with a row whose cells are right; no two rows have the same `unique` field.
    """
    heading = next((at for at, row in enumerate(rows) if not all(map(is_empty, row))), None)
    if heading is None:
        raise Refused(_("The sheet is empty: give it a row of headings and one row for each line."))
    titles = [clean(written(cell), limit=1000)[:60] for cell in rows[heading]]
    places, unknown = _places(titles, columns)
    wrong: list[str] = []
    records: list[dict[str, Any]] = []
    numbers: list[int] = []
    seen: dict[str, int] = {}
    for at, row in enumerate(rows[heading + 1 :], heading + 2):
        if all(map(is_empty, row)):
            continue
        record, faults = _record(row, at, titles, places, columns)
        if not faults and check:
            faults = [_("Row {row}: {reason}.").format(row=at, reason=reason) for reason in check(record)]
        if unique and isinstance(value := record.get(unique), str):
            first = seen.setdefault(words.key(value) or value, at)
            if first != at:
                faults.append(
                    _("Row {row}: {value} already stands in row {first}.").format(row=at, value=value, first=first)
                )
        wrong += faults
        records.append(record)
        numbers.append(at)
    if not records:
        raise Refused(_("There are no rows below the headings: add one row for each line."))
    if wrong:
        more = len(wrong) - MOST_SHOWN
        tail = ngettext("And {count} wrong cell more.", "And {count} wrong cells more.", more).format(
            count=number(more)
        )
        raise Refused(*wrong[:MOST_SHOWN], *([tail] if more > 0 else []))
    return Sheet(tuple(records), tuple(numbers), unknown)


def _places(titles: Sequence[str], columns: Sequence[Column]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each column stands, and the headings that belong to none."""
    known = {words.key(alias): column.name for column in columns for alias in (column.name, *column.aliases)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for at, title in enumerate(titles):
        name = known.get(words.key(title))
        if name is None:
            unknown += [title] if title else []
        elif name in places:
            raise Refused(
                _("The headings {first} and {second} mean the same column: remove one.").format(
                    first=titles[places[name]], second=title
                )
            )
        else:
            places[name] = at
    missing = [column for column in columns if column.required and column.name not in places]
    if missing:
        raise Refused(
            _("The sheet has no column {columns}: its first row holds the headings; add what is missing.").format(
                columns=", ".join(" / ".join(dict.fromkeys((column.name, *column.aliases))) for column in missing)
            )
        )
    if not places:
        raise Refused(
            _("None of the headings is known: use some of {columns}.").format(
                columns=", ".join(column.name for column in columns)
            )
        )
    return places, tuple(unknown)


def _record(
    row: Sequence[object], at: int, titles: Sequence[str], places: Mapping[str, int], columns: Sequence[Column]
) -> tuple[dict[str, Any], list[str]]:
    """One row by field, and a sentence for each of its wrong cells."""
    record: dict[str, Any] = {}
    faults = []
    for column in columns:
        place = places.get(column.name)
        value = row[place] if place is not None and place < len(row) else None
        record[column.name] = None
        if is_empty(value):
            if column.required and place is not None:
                faults.append(
                    _("Row {row}, column {column}: nothing stands there; fill it in.").format(
                        row=at, column=titles[place]
                    )
                )
            continue
        try:
            record[column.name] = column.read(value)
        except WrongCell as wrong:
            faults.append(
                _("Row {row}, column {column}: '{value}' {reason}.").format(
                    row=at, column=titles[place or 0], value=_shown(value), reason=wrong.reason
                )
            )
    for place, value in enumerate(row):
        if not is_empty(value) and (place >= len(titles) or not titles[place]):
            faults.append(
                _("Row {row}: '{value}' stands in a column without a heading.").format(row=at, value=_shown(value))
            )
    return record, faults


def _shown(value: object) -> str:
    """A cell short enough for a sentence."""
    shown = clean(written(value), limit=10**9)
    return shown if len(shown) <= 40 else shown[:39] + "…"
