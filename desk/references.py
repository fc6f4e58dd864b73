"""References people say over the phone: `B-0407-2`, stored with the year as `B-220407-2`."""

import re
from datetime import date

from desk.language import _
from desk.refusals import NotFound

_REF = re.compile(r"([BHPR])-(?:(\d{2})?(\d{4}))-(\d{1,4})", re.IGNORECASE)
_STORED = re.compile(r"([BHPR])-(\d{6})-(\d+)")
_SAID_FOR_NIGHTS = 300


def make(kind: str, evening: date, number: int) -> str:
    """The stored form: kind letter, the evening's date with its year, the number in that night."""
    return f"{kind}-{evening:%y%m%d}-{number}"


def said(ref: str, tonight: date) -> str:
    """As it is said and shown: without the year for the last 300 nights.

    What is no stored reference (a bed, a room with dashes in its name, a link somebody typed) stays as it is.
    """
    found = _STORED.fullmatch(ref)
    if not found:
        return ref
    kind, day, number = found.groups()
    try:
        evening = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:6]))
    except ValueError:
        return ref
    if abs((tonight - evening).days) >= _SAID_FOR_NIGHTS:
        return ref
    return f"{kind}-{day[2:]}-{number}"


def spoken(ref: str) -> str:
    """Without the year, for a sentence about something of these nights."""
    found = _STORED.fullmatch(ref)
    return f"{found[1]}-{found[2][2:]}-{found[3]}" if found else ref


def meant(text: str, kinds: str) -> list[str]:
    """The stored references that `text` can mean: one, or without its year one a year; the newest row is meant.

    `kinds` are the letters that are possible here, as in `HP`.
    """
    found = _REF.fullmatch(text.strip())
    if not found or found[1].upper() not in kinds:
        example = {"B": "B-0407-2", "H": "H-0407-3", "P": "P-0407-1", "R": "R-0407-1"}[kinds[0]]
        raise NotFound(
            _("'{text}' is not a reference here. Type one like {example}.").format(text=text[:40], example=example)
        )
    years = [found[2]] if found[2] else [f"{year:02}" for year in range(100)]
    return [f"{found[1].upper()}-{year}{found[3]}-{int(found[4])}" for year in years]
