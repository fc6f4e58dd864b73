"""The sheets a region sends: locations and their daily reports, rooms, municipalities, who is expected."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from desk.cells import (
    WrongCell,
    choice,
    day,
    hours,
    is_empty,
    local_day,
    moment,
    nationality,
    several,
    text,
    whole,
    written,
    yes_no,
)
from desk.forecast import SCENARIOS
from desk.language import _
from desk.names import clean
from desk.sheets import Column, Sheet, read_rows, wrong_cells
from desk.words import GROUP_WORDS, LOCATION_KIND_WORDS, ROOM_KIND_WORDS, SCENARIO_WORDS, TERM_WORDS, key

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
    Column("pool", ("samenwerking", "samenwerkingsverband"), text(40)),
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
        Column("out_of_use", ("buiten_gebruik",), whole(0, 100_000)),
    )


def report_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """The columns of the daily reports."""
    return (
        Column("location", ("locatie", "name", "naam"), text(80), required=True),
        Column("municipality", ("gemeente",), text(60), whole=True),
        Column("occupied", ("bezet",), whole(0, 100_000), required=True),
        Column("out_of_use", ("buiten_gebruik",), whole(0, 100_000)),
        Column("at", ("peilmoment", "occupied_at", "bezet_op"), moment(zone)),
    )


def forecast_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """The columns of the forecast: a scenario a row, or all three in one row."""
    people = whole(0, 100_000)
    return (
        Column("day", ("dag", "datum", "date"), local_day(zone), required=True),
        Column("scenario", (), choice(SCENARIO_WORDS)),
        Column("people", ("personen", "aantal"), people),
        Column("favourable", ("gunstig",), people),
        Column("expected", ("verwacht",), people),
        Column("unfavourable", ("ongunstig",), people),
        Column("source", ("bron",), text(200)),
    )


_TOTALS = frozenset(("total", "totals", "totaal", "totalen", "subtotal", "subtotaal", "eindtotaal", "grand_total"))
_TOTAL_OF = ("total_", "totaal_", "subtotal_", "subtotaal_")


def without_totals(rows: Rows, columns: Sequence[Column], names: Collection[str]) -> tuple[Rows, tuple[str, ...]]:
    """The rows with those emptied that only add others up, each by its number and what stands in it."""
    heading = next((at for at, row in enumerate(rows) if not all(map(is_empty, row))), len(rows))
    titles = {key(title) for c in columns if c.name in names for title in (c.name, *c.aliases)}
    head = rows[heading] if heading < len(rows) else ()
    places = [at for at, cell in enumerate(head) if key(written(cell)) in titles]
    kept: list[Sequence[object]] = list(rows)
    left_out = []
    for at, row in enumerate(rows[heading + 1 :], heading + 1):
        said = next((written(row[p]) for p in places if p < len(row) and _is_total(row[p])), "")
        if said:
            left_out.append(_("row {row}, {name}").format(row=at + 1, name=clean(said, limit=10**6)[:60]))
            kept[at] = ()
    return kept, tuple(left_out)


def _is_total(cell: object) -> bool:
    word = key(written(cell))
    return word in _TOTALS or word.startswith(_TOTAL_OF)


def _has(rows: Rows, column: Column) -> bool:
    """Whether a sheet has a column, filled or not."""
    titles = {key(title) for title in (column.name, *column.aliases)}
    head = next((row for row in rows if not all(map(is_empty, row))), ())
    return any(key(written(cell)) in titles for cell in head)


def reports(rows: Rows, zone: ZoneInfo) -> Sheet:
    """One location a row with its count; rows that add others up are left out, and named."""
    columns = report_columns(zone)
    kept, left_out = without_totals(rows, columns, ("location", "municipality"))
    return replace(read_rows(kept, columns), left_out=left_out)


def forecast(rows: Rows, zone: ZoneInfo) -> Sheet:
    """Who is expected, one record a day and scenario: `day`, `scenario`, `people`, `source`."""
    columns = forecast_columns(zone)
    kept, left_out = without_totals(rows, columns, ("day",))
    sheet = read_rows(kept, columns, check=_who_comes)
    records: list[dict[str, Any]] = []
    numbers: list[int] = []
    seen: dict[tuple[object, str], int] = {}
    wrong = []
    for record, number in zip(sheet.records, sheet.rows, strict=True):
        told = {record["scenario"]: record["people"]} if record["scenario"] else {s: record[s] for s in SCENARIOS}
        for scenario, people in told.items():
            if people is None:
                continue
            first = seen.setdefault((record["day"], scenario), number)
            if first != number:
                wrong.append(
                    _("Row {row}: {day} in the scenario {scenario} already stands in row {first}.").format(
                        row=number, day=record["day"], scenario=scenario, first=first
                    )
                )
            records.append(
                {"day": record["day"], "scenario": scenario, "people": people, "source": record["source"] or ""}
            )
            numbers.append(number)
    if wrong:
        raise wrong_cells(wrong)
    return Sheet(tuple(records), tuple(numbers), sheet.unknown, left_out)


def _who_comes(record: dict[str, Any]) -> Iterable[str]:
    """What does not go together in one row of the forecast."""
    by_column = [s for s in SCENARIOS if record[s] is not None]
    if record["scenario"] is None and record["people"] is not None:
        yield _("it says how many people but not in which scenario")
    elif record["scenario"] is not None and record["people"] is None:
        yield _("it names a scenario but not how many people")
    elif record["scenario"] is not None and by_column:
        yield _("it names a scenario, and has columns of scenarios too")
    elif record["scenario"] is None and not by_column:
        yield _("it does not say how many people are expected")


def locations(rows: Rows, zone: ZoneInfo) -> Sheet:
    """One location a row, and a row for each further period of it; rows that add others up are left out, and named.

    No groups, or no nationalities, means any; yes/no left empty stays unknown (None).
    """
    columns = location_columns(zone)
    kept, left_out = without_totals(rows, columns, ("name", "municipality"))
    sheet = replace(read_rows(kept, columns, check=_in_order), left_out=left_out)
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
    """One municipality a row; its name for the screen is, unless given, the name without what is in brackets.

    A sheet without a column for the pool says nothing of pools: its records have none.
    """
    kept, left_out = without_totals(rows, MUNICIPALITIES, ("code", "name"))
    sheet = replace(read_rows(kept, MUNICIPALITIES, unique="code"), left_out=left_out)
    pooled = _has(rows, MUNICIPALITIES[-1])
    for record in sheet.records:
        if not pooled:
            del record["pool"]
        record["screen_name"] = record["screen_name"] or re.sub(r"\s*\(.*\)", "", record["name"]) or record["name"]
        record["source"] = record["source"] or ""
    return sheet
