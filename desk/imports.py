"""The sheets a region sends: its locations, the rooms of the transit location, its municipalities."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from desk.cells import (
    Column,
    Sheet,
    WrongCell,
    choice,
    day,
    hours,
    local_day,
    moment,
    nationality,
    read_rows,
    several,
    text,
    whole,
    written,
    yes_no,
)
from desk.language import _
from desk.words import GROUP_WORDS, LOCATION_KIND_WORDS, ROOM_KIND_WORDS, TERM_WORDS

Rows = Sequence[Sequence[object]]

ROOMS = (
    Column("room", ("kamer",), text(20), required=True),
    Column("floor", ("verdieping",), text(20)),
    Column("beds", ("bedden",), whole(1, 500), required=True),
    Column("kind", ("soort",), choice(ROOM_KIND_WORDS)),
    Column("wheelchair", ("rolstoel",), yes_no),
)


def _code(value: object) -> str:
    """A municipality's code of CBS, `GM0141`; the bare number is one too."""
    found = re.fullmatch(r"(?:GM)?0*(\d{1,4})", written(value).strip().upper())
    if not found:
        raise WrongCell(_("is not a code of CBS, as in GM0141"))
    return f"GM{int(found[1]):04}"


MUNICIPALITIES = (
    Column("code", ("gemeentecode", "cbs"), _code, required=True),
    Column("name", ("naam", "gemeente", "municipality"), text(60), required=True),
    Column("screen_name", ("schermnaam",), text(60)),
    Column("inhabitants", ("inwoners",), whole(1), required=True),
    Column("as_of", ("peildatum",), day),
    Column("source", ("bron",), text(200)),
)


def location_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """The columns of the locations; times in them are the zone's."""
    return (
        Column("name", ("naam",), text(80), required=True),
        Column("municipality", ("gemeente",), text(60), required=True),
        Column("kind", ("soort",), choice(LOCATION_KIND_WORDS), required=True),
        Column("capacity", ("capaciteit",), whole(0, 100_000), required=True),
        Column("available_from", ("from", "van"), local_day(zone)),
        Column("available_until", ("until", "tot"), local_day(zone)),
        Column("term", ("termijn",), choice(TERM_WORDS)),
        Column("counts", ("telt_mee",), yes_no),
        Column("groups", ("doelgroepen",), several(choice(GROUP_WORDS), any_is_empty=True)),
        Column("nationalities", ("nationaliteiten",), several(nationality, any_is_empty=True)),
        Column("wheelchair", ("rolstoel",), yes_no),
        Column("pets", ("huisdieren",), yes_no),
        Column("intake", ("opname",), hours),
        Column("answers", ("bereikbaar",), hours),
        Column("occupied", ("bezet",), whole(0, 100_000)),
        Column("occupied_at", ("bezet_op",), moment(zone)),
        Column("phone", ("telefoon",), text(60)),
    )


def locations(rows: Rows, zone: ZoneInfo) -> Sheet:
    """One location a row. No groups, or no nationalities, means any; yes/no left empty stays unknown (None)."""
    sheet = read_rows(rows, location_columns(zone), check=_in_order)
    for record in sheet.records:
        record["groups"] = record["groups"] or ()
        record["nationalities"] = record["nationalities"] or ()
    return sheet


def _in_order(record: dict[str, Any]) -> Iterable[str]:
    """What does not go together in one row."""
    first, last = record["available_from"], record["available_until"]
    if first and last and first > last:
        yield _("its last day comes before its first")
    if record["occupied_at"] and record["occupied"] is None:
        yield _("it says when people were counted but not how many")


def rooms(rows: Rows) -> Sheet:
    """One room a row; a room of no kind is for anyone."""
    sheet = read_rows(rows, ROOMS, unique="room")
    for record in sheet.records:
        record["kind"] = record["kind"] or "any"
        record["floor"] = record["floor"] or ""
    return sheet


def municipalities(rows: Rows) -> Sheet:
    """One municipality a row; its name for the screen is, unless given, the name without what is in brackets."""
    sheet = read_rows(rows, MUNICIPALITIES, unique="code")
    for record in sheet.records:
        record["screen_name"] = record["screen_name"] or re.sub(r"\s*\(.*\)", "", record["name"]) or record["name"]
        record["source"] = record["source"] or ""
    return sheet
