"""Cells of a sheet as people and spreadsheets write them, and the sheets a region sends."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import cells, imports
from desk.cells import WrongCell
from desk.refusals import Refused
from desk.shares import largest_remainder
from desk.words import GROUP_WORDS, LOCATION_KIND_WORDS

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("typed", "count"),
    [("1250", 1250), ("1.250", 1250), ("1,250", 1250), ("1 250", 1250), (12.0, 12), ("12,0", 12), ("12.0", 12), (0, 0),
     ("1.234.567", 1234567), (" 7 ", 7), ("0", 0)],
)  # fmt: skip
def test_a_count_is_read_however_its_thousands_are_written(typed: object, count: int) -> None:
    assert cells.whole()(typed) == count


@pytest.mark.parametrize("typed", ["veel", "12,5", 12.5, "-3", -3, True, float("nan"), float("inf"), "1.25", "1,2.0",
                                   "0.250", "9" * 30, "1e3"])  # fmt: skip
def test_what_is_no_whole_count_is_wrong(typed: object) -> None:
    with pytest.raises(WrongCell):
        cells.whole()(typed)


def test_yes_and_no_are_read_in_both_languages_and_from_a_spreadsheet() -> None:
    assert all(cells.yes_no(cell) for cell in ("yes", "Ja", "TRUE", "1", 1.0, 1, True, "waar"))
    assert not any(cells.yes_no(cell) for cell in ("no", "Nee", "false", "0", 0.0, False, "onwaar"))
    with pytest.raises(WrongCell):
        cells.yes_no("misschien")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2022-04-07", date(2022, 4, 7)),
        ("7-4-2022", date(2022, 4, 7)),
        ("07.04.2022", date(2022, 4, 7)),
        (date(2022, 4, 7), date(2022, 4, 7)),
        (datetime(2022, 4, 7), date(2022, 4, 7)),  # noqa: DTZ001
        ("7-4-2022 21:15", datetime(2022, 4, 7, 19, 15, tzinfo=UTC)),
        ("2022-04-07T21:15", datetime(2022, 4, 7, 19, 15, tzinfo=UTC)),
        ("2022-04-07T21:15:30+00:00", datetime(2022, 4, 7, 21, 15, 30, tzinfo=UTC)),
        ("07.04.2022 9.05 uur", datetime(2022, 4, 7, 7, 5, tzinfo=UTC)),
        (datetime(2022, 1, 7, 21, 15), datetime(2022, 1, 7, 20, 15, tzinfo=UTC)),  # noqa: DTZ001
        ("30-10-2022 02:30", datetime(2022, 10, 30, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_with_or_without_a_time_of_the_site(typed: object, found: date) -> None:
    assert cells.when(ZONE)(typed) == found


@pytest.mark.parametrize("typed", ["31-2-2022", "4/7/2022", "7-4-22", "gisteren", 44658.0, "2022-04-07 25:00", "1-1-22",
                                   "7-4.2022", "27-3-2022 02:30"])  # fmt: skip
def test_what_is_no_date_is_wrong_and_so_is_an_hour_the_clocks_skip(typed: object) -> None:
    with pytest.raises(WrongCell):
        cells.when(ZONE)(typed)


def test_a_day_has_no_time_and_a_moment_always_one() -> None:
    assert cells.local_day(ZONE)("7-4-2022 00:30") == date(2022, 4, 7)
    assert cells.moment(ZONE)("7-4-2022") == datetime(2022, 4, 6, 22, 0, tzinfo=UTC)
    with pytest.raises(WrongCell):
        cells.day("7-4-2022 21:15")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("08:00-20:00", "08:00-20:00"),
        ("8.00 – 20.00 uur", "08:00-20:00"),
        ("8-20", "08:00-20:00"),
        ("22:00 tot 6:30", "22:00-06:30"),
        ("24/7", "24/7"),
        ("00:00-24:00", "24/7"),
        ("8:00-24:00", "08:00-00:00"),
    ],
)
def test_opening_hours_are_kept_in_one_form(typed: str, read: str) -> None:
    assert cells.hours(typed) == read


@pytest.mark.parametrize("typed", ["overdag", "25:00-08:00", "08:00", "08:00-08:00", "08:70-09:00", 8.0])
def test_what_is_no_opening_hours_is_wrong(typed: object) -> None:
    with pytest.raises(WrongCell):
        cells.hours(typed)


def test_kinds_groups_nationalities_and_sex_are_read_in_both_languages() -> None:
    assert {cells.choice(LOCATION_KIND_WORDS)(kind) for kind in ("municipal", "Gemeentelijk", "GOO")} == {"municipal"}
    groups = cells.several(cells.choice(GROUP_WORDS), any_is_empty=True)
    assert groups("gezin, alleenreizende vrouw; single man,gezin") == ("family", "single_woman", "single_man")
    assert groups("alle") == ()
    assert cells.several(cells.nationality, any_is_empty=True)("UKR, syrië") == ("UKR", "SYR")
    assert [cells.sex(cell) for cell in ("m", "V", "vrouw", "male", "X", "onbekend")] == ["m", "f", "f", "m", "x", None]
    assert cells.spoken("Russisch") == "ru"
    for read in (cells.nationality, cells.spoken, cells.sex):
        with pytest.raises(WrongCell):
            read("qqq")


@given(
    st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.dates(), st.none())
)
def test_no_cell_whatever_breaks_a_rule(cell: object) -> None:
    readers: list[Callable[[object], object]] = [
        cells.text(), cells.yes_no, cells.whole(), cells.day, cells.when(ZONE), cells.moment(ZONE), cells.hours,
        cells.nationality, cells.spoken, cells.sex, cells.several(cells.choice(GROUP_WORDS)),
    ]  # fmt: skip
    for read in readers:
        try:
            read(cell)
        except WrongCell as wrong:
            assert wrong.reason  # noqa: PT017 - not raising is as right


def test_every_wrong_cell_is_named_at_once_with_its_row_column_and_value() -> None:
    rows = [
        ["Naam", "gemeente", "soort", "capaciteit", "Opmerking"],
        ["De Windroos", "Oldenzaal", "gemeentelijk", "65", "x"],
        [],
        ["Sporthal", "", "hotel", "veel", ""],
        ["de windroos", "Oldenzaal", "goo", "-1", "", "los"],
    ]
    with pytest.raises(Refused) as refused:
        imports.locations(rows, ZONE)
    assert refused.value.sentences == (
        "Row 4, column gemeente: nothing stands there; fill it in.",
        "Row 4, column soort: 'hotel' is not one of municipal, private, transit, crisis.",
        "Row 4, column capaciteit: 'veel' is not a whole number.",
        "Row 5, column capaciteit: '-1' is not a whole number.",
        "Row 5: 'los' stands in a column without a heading.",
    )


def test_fifty_wrong_cells_are_enough_and_the_rest_is_counted() -> None:
    with pytest.raises(Refused) as refused:
        imports.rooms([["kamer", "bedden"], *([f"K{n}", "x"] for n in range(60))])
    assert len(refused.value.sentences) == 51
    assert refused.value.sentences[-1] == "And 10 wrong cells more."


def test_text_in_a_wrong_cell_cannot_steer_the_terminal() -> None:
    with pytest.raises(Refused) as refused:
        imports.rooms([["kamer", "bedden"], ["12", "\x1b[31m" + "9x" * 100]])
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "empty"),
        ([["", None]], "empty"),
        ([["kamer", "bedden"]], "no rows below"),
        ([["kamer"], ["12"]], "no column beds / bedden"),
        ([["kamer", "room", "bedden"], ["1", "1", "2"]], "mean the same column"),
    ],
)
def test_a_sheet_without_what_is_needed_is_refused(rows: list[list[object]], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        imports.rooms(rows)


def test_locations_come_out_ready_for_the_store() -> None:
    sheet = imports.locations(
        [
            ["name", "municipality", "kind", "capacity", "from", "tot", "groups", "nationalities", "pets", "opname",
             "bezet", "bezet op", "term", "kleur"],
            ["Hal", "Hengelo", "crisis", "1.250", "1-4-2022", "", "gezin", "any", "", "24/7", 12.0, "7-4-2022 18:00",
             "kort", "rood"],
        ],
        ZONE,
    )  # fmt: skip
    (record,) = sheet.records
    assert record == {
        "name": "Hal", "municipality": "Hengelo", "kind": "crisis", "capacity": 1250,
        "available_from": date(2022, 4, 1),
        "available_until": None, "term": "short", "counts": None, "groups": ("family",), "nationalities": (),
        "wheelchair": None, "pets": None, "intake": "24/7", "answers": None, "occupied": 12,
        "occupied_at": datetime(2022, 4, 7, 16, 0, tzinfo=UTC), "phone": None, "out_of_use": None,
    }  # fmt: skip
    assert (sheet.rows, sheet.unknown) == ((2,), ("kleur",))


def test_a_location_that_ends_before_it_begins_is_refused() -> None:
    heading = ["name", "municipality", "kind", "capacity", "from", "until"]
    with pytest.raises(Refused, match="Row 2: its last day comes before its first"):
        imports.locations([heading, ["Hal", "Borne", "goo", 10, "2-4-2022", "1-4-2022"]], ZONE)


def test_the_fourteen_of_twente_are_read_with_the_rules_for_everyone() -> None:
    shipped = files("desk").joinpath("municipalities.csv").read_text(encoding="utf-8")
    sheet = imports.municipalities(list(csv.reader(shipped.splitlines())))
    assert len(sheet.records) == 14
    assert sum(record["inhabitants"] for record in sheet.records) == 631_436
    hengelo = next(record for record in sheet.records if record["code"] == "GM0164")
    assert (hengelo["name"], hengelo["screen_name"]) == ("Hengelo (O.)", "Hengelo")
    assert hengelo["as_of"] == date(2021, 1, 1)
    bare = imports.municipalities([["cbs", "naam", "inwoners"], [164.0, "Hengelo (O.)", "81.062"]]).records[0]
    assert (bare["code"], bare["screen_name"], bare["inhabitants"]) == ("GM0164", "Hengelo", 81062)


@pytest.mark.parametrize(
    ("total", "shares"),
    [
        (2000, [232, 75, 84, 505, 77, 114, 257, 111, 72, 100, 121, 67, 107, 78]),
        (225, [26, 8, 9, 57, 9, 13, 29, 12, 8, 11, 14, 8, 12, 9]),
        (145, [17, 5, 6, 37, 5, 8, 19, 8, 5, 7, 9, 5, 8, 6]),
        (60, [7, 2, 3, 15, 2, 4, 8, 3, 2, 3, 4, 2, 3, 2]),
    ],
)
def test_the_fair_shares_of_twente_come_out(total: int, shares: list[int]) -> None:
    shipped = files("desk").joinpath("municipalities.csv").read_text(encoding="utf-8")
    weights = {row["name"]: int(row["inhabitants"]) for row in csv.DictReader(shipped.splitlines())}
    assert list(largest_remainder(total, weights).values()) == shares


@given(st.integers(0, 5000), st.dictionaries(st.text(max_size=3), st.integers(1, 10**6), min_size=1, max_size=20))
def test_shares_always_add_up_and_stay_within_one_of_exact(total: int, weights: dict[str, int]) -> None:
    shares = largest_remainder(total, weights)
    assert sum(shares.values()) == total
    assert all(abs(shares[name] - total * weight / sum(weights.values())) < 1 for name, weight in weights.items())


def test_ties_go_by_the_alphabet_and_nothing_cannot_be_shared() -> None:
    assert largest_remainder(1, {"Borne": 1, "Almelo": 1}) == {"Borne": 0, "Almelo": 1}
    with pytest.raises(Refused):
        largest_remainder(1, {"Almelo": 0})
