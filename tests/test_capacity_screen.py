"""Key 5: municipalities that open to their locations, a count in one key, and what lies ahead."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from desk import horizon, signals
from desk.capacity import Location, Municipality
from desk.forecast import Inflow
from desk.night import Night
from desk.refusals import Refused
from desk.settings import Settings
from screens import tonight
from screens.capacity import rows as reading
from screens.capacity.screen import day_said
from screens.lines import plain
from storage.store import Desk
from tests.stage import answer, enter, opened, sit_down, type_line
from tests.store import ANYONE, FAMILIES, moment, new_store
from tests.terminal import Terminal


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with new_store(tmp_path) as desk:
        desk.capacity.add("Hal B", "Enschede", "municipal", 30, occupied=5)
        desk.capacity.edit(FAMILIES, available_until=date(2022, 4, 20))
        for ahead, people in ((14, 100), (16, 300)):
            desk.forecast.set("unfavourable", date(2022, 4, ahead), people, "LCVS")
        return desk.path


@pytest.fixture
def at_five(store: Path) -> Iterator[Terminal]:
    with sit_down(store) as t:
        opened(t)
        t.press("5")
        t.wait_for("5 CAPACITY")
        t.wait_for("Almelo")
        yield t


def _to(t: Terminal, name: str) -> None:
    """Down to the line with that name."""
    for _line in range(40):
        here = _here(t)
        if name in here:
            return
        t.press("down")
        for _look in range(60):
            t.read_for(0.05)
            if _here(t) != here:
                break
    raise AssertionError(t.text)


def _here(t: Terminal) -> str:
    return next((line for line in t.lines if line.startswith(" >")), "")


def test_the_head_says_what_is_asked_and_what_there_is(at_five: Terminal) -> None:
    at_five.wait_for("TARGET 2,000 = 250 that count + 1,750 TO REALISE")
    at_five.wait_for("REALISED 310 without private (60 here), 335 with   HOSTING 2 of 14, forecast 3")


def test_enter_opens_a_municipality_and_folds_it_again(at_five: Terminal) -> None:
    _to(at_five, "Enschede")
    enter(at_five)
    at_five.wait_for("- Enschede")
    at_five.wait_for(ANYONE)
    at_five.wait_for("Hal B")
    enter(at_five)
    at_five.wait_for("+ Enschede")
    at_five.settle()
    assert "Hal B" not in at_five.text


def test_a_count_is_one_key_and_a_number(at_five: Terminal, store: Path) -> None:
    _to(at_five, "Enschede")
    enter(at_five)
    at_five.wait_for("Hal B")
    _to(at_five, "Hal B")
    at_five.press("c")
    at_five.wait_for("People at Hal B (we think 5)?")
    type_line(at_five, "8 2")
    at_five.wait_for("Hal B: 8 people counted, +3 against what we thought.")
    with Desk(store, "test") as desk:
        last = desk.capacity.history("Hal B")[0]
    assert (last.occupied, last.derived, last.out_of_use) == (8, 5, 2)
    at_five.press("up", "down")
    at_five.wait_for("last count +3")
    at_five.press("u")
    at_five.wait_for("Undone: 8 people counted at")


def test_a_municipality_is_counted_location_after_location(at_five: Terminal, store: Path) -> None:
    _to(at_five, "Enschede")
    at_five.press("c")
    at_five.wait_for("People at Hal B (we think 5)? Then out of use. - skips it")
    type_line(at_five, "-")
    at_five.wait_for(f"People at {ANYONE} (we think 20)?")
    type_line(at_five, "22")
    at_five.wait_for("22 people counted")
    with Desk(store, "test") as desk:
        assert (desk.capacity.get("Hal B").occupied, desk.capacity.get(ANYONE).occupied) == (5, 22)


def test_a_count_above_the_places_is_asked_about_and_kept(at_five: Terminal, store: Path) -> None:
    _to(at_five, "Oldenzaal")
    at_five.press("c")
    at_five.wait_for("we think 10")
    type_line(at_five, "44")
    answer(at_five, "44 people at De Wilgenhof, with 40 usable places: is that right?", "n")
    at_five.wait_for("People at De Wilgenhof")
    enter(at_five)
    answer(at_five, "is that right?")
    at_five.wait_for("De Wilgenhof: 44 people counted, +34 against what we thought.")
    at_five.wait_for("-4!")
    with Desk(store, "test") as desk:
        assert desk.capacity.get(FAMILIES).occupied == 44


def test_the_lower_half_has_the_first_short_day_and_what_ends(at_five: Terminal, store: Path) -> None:
    at_five.wait_for("unfavourable 16 Apr !")
    at_five.press("tab")
    at_five.wait_for("20 Apr 2022 De Wilgenhof, Oldenzaal")
    at_five.press("enter")
    at_five.wait_for("-- Forecast, unfavourable")
    at_five.wait_for(re.compile(r"16 April +300 +435 +310 +-125!  LCVS"))
    at_five.press("q")
    at_five.wait_for("e who is expected")
    at_five.press("e")
    at_five.wait_for("unfavourable: which day, how many, who says so?")
    type_line(at_five, "16-4 50 Els")
    at_five.wait_for("It was 300.")
    at_five.wait_for("unfavourable enough")
    at_five.press("down")
    at_five.wait_for("Enter go there")
    enter(at_five)
    at_five.wait_for("- Oldenzaal")
    at_five.wait_for("ends 20 Apr")
    with Desk(store, "test") as desk:
        assert [(r.people, r.source) for r in desk.forecast.rows(date(2022, 4, 16))] == [(50, "Els")]


def test_the_form_changes_what_is_known_and_adds_a_period(at_five: Terminal, store: Path) -> None:
    _to(at_five, "Oldenzaal")
    enter(at_five)
    at_five.wait_for("- Oldenzaal")
    _to(at_five, FAMILIES)
    at_five.press("e")
    at_five.wait_for("L-1 De Wilgenhof, what is known of it")
    at_five.press("up")
    at_five.type("1-4-2022 1-6-2022 25")
    at_five.press("enter")
    at_five.wait_for("overlap; give one of them")
    at_five.press("ctrl+u")
    at_five.type("1-6-2022 31-7-2022 25")
    enter(at_five)
    at_five.wait_for("De Wilgenhof: 1 June 2022 to 31 July 2022 (25 places).")
    with Desk(store, "test") as desk:
        assert [p.places for p in desk.night().availabilities] == [25]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("14-4", date(2022, 4, 14)),
        ("3/1", date(2023, 1, 3)),
        ("1-4", date(2022, 4, 1)),
        ("2022-04-14", date(2022, 4, 14)),
    ],
)
def test_a_day_is_typed_in_few_letters(said: str, day: date) -> None:
    today = date(2022, 7, 8) if said == "3/1" else date(2022, 4, 8)
    assert day_said(said, today) == day


@pytest.mark.parametrize("said", ["31-2", "morgen", "", "0-0"])
def test_what_is_no_day_is_refused(said: str) -> None:
    with pytest.raises(Refused, match="is not a day"):
        day_said(said, date(2022, 4, 8))


def test_every_notice_of_the_region_has_a_step_by_day() -> None:
    kinds = {"until_over", "unheard", *(f"until_{weeks}" for weeks in horizon.WEEKS)}
    assert kinds <= set(tonight._STEPS)


# --- a whole country ----------------------------------------------------------------------------


def _country() -> Night:
    municipalities = [
        Municipality(
            id=n,
            code=f"GM{n:04}",
            name=f"M{n:03}",
            screen_name=f"M{n:03}",
            inhabitants=20_000 + n,
            pool="P" * (n % 7 == 0),
        )
        for n in range(1, 351)
    ]
    locations = [
        Location(
            id=n, ref=f"L-{n}", name=f"Hal {n}", municipality=1 + n % 350, capacity=40, occupied=n % 45,
            occupied_at=moment(), available_until="2022-05-01" if n % 3 else "",
        )
        for n in range(1, 3001)
    ]  # fmt: skip
    return Night(at=moment(), settings=Settings(), municipalities=tuple(municipalities), locations=tuple(locations))


def test_a_country_of_350_municipalities_and_3000_locations_opens_at_once() -> None:
    night = _country()
    told = [Inflow(scenario="expected", day=f"2022-04-{day}", people=500) for day in range(10, 30)]
    began = perf_counter()
    found = reading.rows(night, 80, {"GM0001", "GM0002"}, told)
    signals.signals(night)
    first = perf_counter() - began
    again = perf_counter()
    reading.rows(night, 80, {m.code for m in night.municipalities}, told)
    assert first < 0.7, first
    assert perf_counter() - again < 0.7
    assert len([row for row in found if row.key.startswith("m ")]) == 350
    assert all(len(plain(row.line)) <= 80 for row in found)
