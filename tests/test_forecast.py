"""The forecast: three scenarios against the places there will be, and the first day with too few."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import forecast, imports
from desk.capacity import Availability, Location
from desk.forecast import SCENARIOS, Inflow
from desk.night import Night
from desk.refusals import Refused
from desk.settings import Settings
from storage.store import Desk
from tests.store import PRIVATE, in_bed, moment, new_store, still

TODAY = date(2022, 4, 8)
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


def _day(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


def test_the_worst_case_of_the_minutes_is_short_between_13_and_17_april(tmp_path: Path) -> None:
    """Minutes 2.2 (K1): in the least favourable case more people than places in the week of 13 to 17 April."""
    with new_store(tmp_path, clock="2022-04-07T13:00:00+02:00", locations=False) as desk:
        desk.capacity.region("twente")
        for number, municipality in enumerate(["Almelo", "Borne", "Enschede", "Hengelo", "Losser"]):
            desk.capacity.add(f"Locatie {number}", municipality, "municipal", 180, occupied=150)
        desk.capacity.add("Gastgezinnen", "Almelo", "private", 400, occupied=100)
        desk.capacity.add("De Brug", "Wierden", "municipal", 40, available_from=date(2022, 4, 12))
        inflow = {"favourable": 8, "expected": 20, "unfavourable": 40}
        for scenario, people in inflow.items():
            for ahead in range(1, 15):
                desk.forecast.set(scenario, date(2022, 4, 7) + timedelta(days=ahead), people, "LCVS")
        rows = desk.forecast.rows()
        short = forecast.first_short_days(desk.night(), rows)
        with_private = forecast.first_short_days(desk.night(), rows, private=True)
    assert short["favourable"] is None
    first = short["unfavourable"]
    assert first is not None
    assert date(2022, 4, 13) <= first <= date(2022, 4, 17)
    assert short["expected"] is None or short["expected"] > first
    assert with_private["unfavourable"] is None or with_private["unfavourable"] > first


def test_a_day_has_who_is_there_who_is_held_for_and_all_who_came_since(desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4)
    for ahead, people in ((-1, 500), (0, 500), (1, 10), (3, 20)):
        desk.forecast.set("expected", _day(ahead), people)
    desk.capacity.add("De Brug", "Wierden", "municipal", 90, available_from=_day(2), available_until=_day(2))
    (line,) = forecast.projection(desk.night(), desk.forecast.rows(), 4).values()
    # 220 places elsewhere and 60 here; 30 people elsewhere and 4 here; what was expected up to today is counted by now
    assert [(day.day, day.people, day.places) for day in line] == [
        (_day(0), 34, 280),
        (_day(1), 44, 280),
        (_day(2), 44, 370),
        (_day(3), 64, 280),
        (_day(4), 64, 280),
    ]
    assert [day.told for day in line] == [True, True, True, True, False]
    (line,) = forecast.projection(desk.night(), desk.forecast.rows(), 0, private=True).values()
    assert (line[0].people, line[0].places) == (39, 305)
    assert desk.capacity.get(PRIVATE).occupied == 5


def test_a_scenario_nobody_told_is_not_one_with_nobody_in_it(desk: Desk) -> None:
    assert forecast.projection(desk.night(), []) == {}
    desk.forecast.set("unfavourable", _day(2), 1000)
    assert forecast.first_short_days(desk.night(), desk.forecast.rows()) == {"unfavourable": _day(2)}


def test_a_shortage_beyond_what_was_told_is_not_told(desk: Desk) -> None:
    desk.forecast.set("expected", _day(2), 100)
    desk.capacity.edit("Sporthal Noord", available_until=_day(5))
    lines = forecast.projection(desk.night(), desk.forecast.rows(), 14)
    assert [day.day for day in lines["expected"] if day.short] == []
    desk.forecast.set("expected", _day(2), 240)
    lines = forecast.projection(desk.night(), desk.forecast.rows(), 14)
    assert any(day.short for day in lines["expected"])
    assert forecast.first_short_day(lines["expected"]) is None
    desk.forecast.set("expected", _day(7), 0)
    assert forecast.first_short_days(desk.night(), desk.forecast.rows())["expected"] == _day(6)


_PERIODS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6), st.integers(0, 200)), max_size=4)


@given(
    st.lists(_PERIODS, max_size=6),
    st.lists(st.tuples(st.sampled_from(SCENARIOS), st.integers(-2, 9), st.integers(0, 90))),
)
def test_the_places_of_each_day_are_those_of_all_locations_on_it(
    sites: list[list[tuple[int, int, int]]], told: list[tuple[str, int, int]]
) -> None:
    locations, further = [], []
    for number, spans in enumerate(sites, start=1):
        start, places = 0, {}
        for gap, length, size in spans:
            first = start + gap - 3
            places[first] = (first + length, size)
            start = first + length + 4
        (first, (last, size)), *more = places.items() or [(0, (0, 0))]
        opens, ends = str(_day(first)), str(_day(last))
        locations.append(
            Location(id=number, ref=f"L-{number}", capacity=size, available_from=opens, available_until=ends)
        )
        further += [
            Availability(location=number, available_from=str(_day(a)), available_until=str(_day(b)), places=n)
            for a, (b, n) in more
        ]
    night = Night(at=moment(), settings=Settings(), locations=tuple(locations), availabilities=tuple(further))
    rows = [Inflow(scenario=s, day=str(_day(ahead)), people=n) for s, ahead, n in told]
    for scenario, line in forecast.projection(night, rows, 30).items():
        for ahead, day in enumerate(line):
            assert day.places == sum(night.places_on(loc, day.day) for loc in locations)
            assert day.people == sum(n for s, d, n in told if s == scenario and 0 < d <= ahead)


# --- told, replaced, taken away, read from a sheet ----------------------------------------------


def test_what_is_told_anew_replaces_what_was_told_and_says_so(desk: Desk) -> None:
    desk.forecast.set("expected", _day(2), 60, "LCVS")
    done = desk.forecast.set("expected", _day(2), 40, "Els")
    assert done.text == "2022-04-10, expected: 40 people. It was 60."
    assert [(r.people, r.source, r.told_on) for r in desk.forecast.rows()] == [(40, "Els", "2022-04-08")]
    desk.undo()
    assert [r.people for r in desk.forecast.rows()] == [60]
    desk.forecast.remove("expected", _day(2))
    with pytest.raises(Refused, match="Nothing was told of 2022-04-10"):
        desk.forecast.remove("expected", _day(2))
    for scenario, people in (("awful", 1), ("expected", -1), ("expected", 1_000_000)):
        with pytest.raises(Refused):
            desk.forecast.set(scenario, _day(2), people)


def test_a_sheet_tells_a_scenario_a_row_or_all_three_in_one(desk: Desk) -> None:
    long = imports.forecast(
        [
            ["dag", "scenario", "personen", "bron"],
            ["9-4-2022", "ongunstig", "1.200", "LCVS"],
            ["2022-04-10", "expected", 40.0, ""],
        ],
        ZONE,
    )
    assert [tuple(r.values()) for r in long.records] == [
        (_day(1), "unfavourable", 1200, "LCVS"),
        (_day(2), "expected", 40, ""),
    ]
    wide = imports.forecast(
        [["datum", "gunstig", "verwacht", "ongunstig"], ["9-4-2022", 10, "", 30], ["Totaal", 10, 0, 30]], ZONE
    )
    assert [(r["scenario"], r["people"]) for r in wide.records] == [("favourable", 10), ("unfavourable", 30)]
    assert (wide.rows, wide.left_out) == ((2, 2), ("row 3, Totaal",))
    desk.forecast.import_rows([*long.records, *wide.records], "lcvs.csv")
    assert [(r.day, r.scenario, r.people) for r in desk.forecast.rows()] == [
        ("2022-04-09", "favourable", 10),
        ("2022-04-09", "unfavourable", 30),
        ("2022-04-10", "expected", 40),
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["dag", "personen"], ["9-4-2022", 5]], "Row 2: it says how many people but not in which scenario"),
        ([["dag", "scenario"], ["9-4-2022", "verwacht"]], "Row 2: it names a scenario but not how many people"),
        ([["dag", "verwacht"], ["9-4-2022", ""]], "Row 2: it does not say how many people are expected"),
        ([["dag", "verwacht"], ["9 april", 5]], "Row 2, column dag: '9 april' is not a date"),
        ([["dag", "verwacht"], ["9-4-2022", 5], ["2022-04-09", 6]], "Row 3: 2022-04-09 .* already stands in row 2"),
        ([["dag", "scenario", "personen"], ["9-4-2022", "veel", 5]], "'veel' is not one of favourable, expected"),
    ],
)
def test_a_row_that_does_not_say_who_comes_when_is_refused(rows: list[list[object]], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        imports.forecast(rows, ZONE)


def test_the_day_is_that_of_the_wall_clock(tmp_path: Path) -> None:
    with new_store(tmp_path, clock="2022-04-07T23:30:00+02:00") as desk:
        desk.forecast.set("expected", _day(0), 10)
        (line,) = forecast.projection(desk.night(), desk.forecast.rows(), 1).values()
        assert [day.people for day in line] == [30, 40]
        later = Desk(desk.path, "Anna", still("2022-04-08T00:30:00+02:00"))
        assert forecast.projection(later.night(), later.forecast.rows(), 1) == {}
        later.close()
