"""The stay clock's lists, breakfast, kits, who is woken for which vehicle."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desk import figures, signals
from desk.departures import departures
from desk.language import speak
from storage.store import Desk
from tests.cli import Night
from tests.nights import ago, asleep, family, house
from tests.stage import enter, opened, seated, sit_down, stand_on
from tests.store import ANYONE, FAMILIES, at, bus_coming, bus_here, household, in_bed, new_store, still


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


# --- breakfast and kits -----------------------------------------------------------------------


def test_breakfast_is_for_who_is_inside_with_diets_by_household(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4, needs=("diet_allergy",))
    in_bed(desk, "Koval", 2)
    bus_here(desk, "Budapest", 10)
    assert figures.morning(desk.night()).breakfast == figures.people(desk.night()).inside == 16
    assert figures.morning(desk.night()).diets == 1
    desk.households.out(ref, members=(1, 2, 3, 4), to="hospital")
    assert (figures.morning(desk.night()).breakfast, figures.morning(desk.night()).diets) == (12, 0)


def test_kits_are_laid_out_for_whoever_comes_to_bed_yet_and_no_one_twice(desk: Desk) -> None:
    assert figures.morning(desk.night()).kits == 0
    bus = bus_coming(desk, "Utrecht", 48)
    desk.buses.reserve(bus, 10)
    household(desk, "Walker", 3)
    assert figures.morning(desk.night()).kits == 13
    desk.buses.arrive(bus)
    desk.buses.count(bus, 12)
    assert figures.morning(desk.night()).kits == 15, "twelve counted, ten held: twelve need one"
    in_bed(desk, "Petrenko", 4, bus=bus)
    assert figures.morning(desk.night()).kits == 11
    household(desk, "Lys", 2, bus=bus)
    assert figures.morning(desk.night()).kits == 11, "written down and still without a bed"


def test_tonight_shows_them_on_the_line_of_what_waits_for_the_day(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        in_bed(desk, "Petrenko", 4, needs=("diet_allergy",))
        desk.buses.reserve(bus_coming(desk, "Utrecht", 48), 10)
        path = desk.path
    with seated(path) as t:
        t.wait_for("Waits until 08:00 (Enter opens the call list)")
        t.wait_for("breakfast 4, 1 diet")
    with sit_down(path, clock="2022-04-08T09:00:00+02:00") as t:
        opened(t)
        t.wait_gone("breakfast")


def test_the_command_line_says_the_morning_too(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    night.do("household", "register", "--name", "Petrenko", "--people", 5)
    assert night.now()["morning"] == {"breakfast": 5, "diets": 0, "kits": 5}
    assert "MORNING  breakfast 5, diets 0, kits to lay out 5" in night.run("now").out


# --- who is woken -----------------------------------------------------------------------------


def set_out(desk: Desk, ref: str, location: str, pickup: str, carrier: str = "taxi 2") -> None:
    placement = desk.placements.agree(ref, location, by="Wouter").ref
    desk.placements.transport(placement, carrier=carrier, pickup=at(pickup))


def test_one_vehicle_is_one_departure_and_wakes_all_its_households(desk: Desk) -> None:
    for name, room in (("Petrenko", "1"), ("Koval", "2")):
        set_out(desk, in_bed(desk, name, 4, room), ANYONE, "08:15")
    set_out(desk, in_bed(desk, "Melnyk", 4, "3"), FAMILIES, "14:00", "coach 17")
    first, second = departures(desk.night())
    assert (first.to, len(first.households), first.wake) == ("Enschede", 2, at("07:15"))
    assert (second.to, second.wake) == ("Oldenzaal", None)


@pytest.mark.parametrize(
    ("clock", "severity"),
    [
        ("06:59", None),
        ("07:00", "note"),
        ("07:14", "note"),
        ("07:15", "warning"),
        ("08:14", "warning"),
        ("08:15", None),
    ],
)
def test_from_a_quarter_of_an_hour_before_it_is_a_duty_until_the_vehicle_is_there(
    desk: Desk, clock: str, severity: str | None
) -> None:
    set_out(desk, in_bed(desk, "Petrenko", 4, "1"), ANYONE, "08:15")
    night = replace(desk.night(), at=at(clock))
    found = [s for s in signals.now(night) if s.kind == "wake"]
    assert [s.severity for s in found] == ([severity] if severity else [])
    if severity:
        assert found[0].text == "07:15 wake H-0407-1 (room 1): taxi 2 comes 08:15"


def test_by_keys_who_is_to_be_woken_is_a_duty_that_somebody_takes(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        set_out(desk, in_bed(desk, "Petrenko", 4, "1"), ANYONE, "08:15")
        path = desk.path
    with sit_down(path, clock="2022-04-08T07:16:00+02:00") as t:
        opened(t)
        stand_on(t, "! 07:15 wake H-0407-1 (room 1): taxi 2 comes 08:15")
        t.press("i")
        t.wait_for("Anna 07:16")


# --- how long they have been here -------------------------------------------------------------


def test_each_household_is_in_the_list_of_the_last_threshold_it_passed() -> None:
    speak("en")
    for hours, kind in ((23, None), (25, "stay_24"), (49, "stay_48"), (73, "stay_72")):
        night = asleep(house(4), family(1, 4, since=ago(hours)), 101, 102, 103, 104)
        listed = [one for one, _hours, long in figures.over_thresholds(night) if long]
        assert listed == ([kind] if kind else [])


def test_by_keys_the_signal_opens_the_lists_and_goes_on_to_where_they_can_go(tmp_path: Path) -> None:
    with new_store(tmp_path, clock="2022-04-06T01:00:00+02:00") as desk:
        in_bed(desk, "Petrenko", 4, "1")
        path = desk.path
    with Desk(path, "Anna", still("2022-04-07T00:30:00+02:00")) as desk:
        in_bed(desk, "Koval", 2, "2-1", "2-2")
    with sit_down(path, clock="2022-04-08T09:00:00+02:00") as t:
        opened(t)
        stand_on(t, "- 2 people here longer than 24 h: Koval")
        enter(t)
        t.wait_for("-- How long they have been here")
        t.wait_for("-- Longer than 48 h")
        t.wait_for(" > Koval")
        t.press("up")
        t.wait_for(" > Petrenko")
        enter(t)
        t.wait_for("4 PLACEMENT")
        t.wait_for(" > Petrenko")


def test_a_threshold_is_a_setting(tmp_path: Path) -> None:
    with new_store(tmp_path, clock="2022-04-08T00:00:00+02:00") as desk:
        in_bed(desk, "Petrenko", 4)
        desk.set("stay_signal_hours", "2")
        path = desk.path
    with sit_down(path) as t:
        opened(t)
        t.wait_for("4 people here longer than 2 h")
