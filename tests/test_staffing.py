"""Staffing as a reason why free beds cannot be filled: here, and at a location."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk import figures, shift, signals, suitability
from desk.beds import BedState
from desk.language import speak
from desk.night import Night as Value
from desk.shift import Attendance, Rostered
from desk.ways import Way, ways
from storage.store import Desk
from tests.cli import Night
from tests.nights import NOW, ago, ahead, bus, family, house, joined, location, region, with_bed, with_room
from tests.stage import seated, stand_on, type_line
from tests.store import ANYONE, at, bus_coming, new_store

PIET = Rostered(name="Piet", role="First-aider", starts=ago(3), ends=ahead(4), phone="0600-000404", on_call=True)
ELS = Rostered(name="Els", role="host", starts=ago(3), ends=ahead(4), phone="0600-000403")


@pytest.fixture(autouse=True)
def in_english() -> None:
    speak("en")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=12)


def short_of(minimum: str = "first-aider 1", takes: str = "", **more: Any) -> Value:
    """A full house but for an overflow room, a bus of twenty, and that minimum of staff."""
    value = with_room(house(4, 8, buses=(bus(1, 20),)), 2, is_open=False, overflow=True, takes=takes)
    return replace(value, settings=replace(value.settings, minimum_staff=minimum), **more)


def way(value: Value, kind: str) -> Way:
    (found,) = [one for one in ways(value, value.buses[0]) if one.kind == kind]
    return found


def test_a_way_that_needs_somebody_says_who_is_lacking_and_whom_to_ring() -> None:
    assert way(short_of(rostered=(PIET,)), "open").takes == "1 more first-aider; ring Piet, on call 0600-000404"
    assert way(short_of(takes="blankets", rostered=(PIET,)), "open").takes.startswith("blankets; 1 more first-aider")


def test_with_enough_on_duty_a_way_takes_what_it_always_took() -> None:
    here = (Attendance(id=1, name="Piet", role="first-aider", on_at=NOW),)
    assert way(short_of(on_duty=here, rostered=(PIET,)), "open").takes == "staff"
    assert way(short_of(on_duty=here, takes="blankets"), "open").takes == "blankets"
    assert way(short_of("", rostered=(PIET,)), "open").takes == "staff"


def test_who_should_be_here_is_rung_where_nobody_of_the_role_is_on_call() -> None:
    takes = way(short_of("host 1", rostered=(PIET, ELS)), "open").takes
    assert takes == "1 more host; ring Els, who should be here, 0600-000403"
    assert way(short_of("host 1"), "open").takes == "1 more host"


def test_who_signed_on_is_not_rung() -> None:
    piet = Attendance(id=1, name="piet", role="host", on_at=NOW)
    assert shift.on_call([PIET], [piet], NOW) == []
    assert "ring" not in way(short_of(rostered=(PIET,), on_duty=(piet,)), "open").takes


def unstaffed(value: Value, *beds: int) -> Value:
    for bed in beds:
        value = with_bed(value, bed, state=BedState.BLOCKED, reason="staffing")
    return value


def test_beds_closed_for_want_of_staff_are_out_of_use_with_that_reason() -> None:
    value = with_bed(unstaffed(house(4, 4), 101, 102), 201, state=BedState.BLOCKED, reason="a leak")
    found = figures.beds(value)
    assert (found.realised, found.blocked, found.no_staff, found.out_of_use, found.free) == (8, 3, 2, 3, 5)


def test_they_are_a_way_to_close_a_shortage_by_room() -> None:
    value = unstaffed(house(4, 4, 4, buses=(bus(1, 20),)), 101, 102, 201)
    found = [one for one in ways(value, value.buses[0]) if one.kind == "staff"]
    assert [(one.ref, one.places, one.what) for one in found] == [
        ("1", 2, "room 1, closed: no staff"),
        ("2", 1, "room 2, closed: no staff"),
    ]
    assert {one.takes for one in found} == {"staff"}
    assert [one for one in ways(house(4, buses=(bus(1, 20),)), bus(1, 20)) if one.kind == "staff"] == []


@pytest.mark.parametrize("said", ["no staff", "staffing", "Geen bemensing", "bemensing", "No Staff"])
def test_the_reason_is_understood_in_both_languages(desk: Desk, said: str) -> None:
    desk.beds.block("3", said)
    desk.beds.block("4-1", "a leak")
    value = desk.night()
    assert (figures.beds(value).no_staff, figures.beds(value).blocked) == (4, 5)
    assert {bed.reason for bed in value.beds if bed.reason} == {"staffing", "a leak"}


def test_the_command_line_says_no_staff(night: Night) -> None:
    night.do("bed", "block", "2", "--reason", "geen bemensing")
    beds = night.now()["beds"]
    assert (beds["no_staff"], beds["blocked"], beds["free"]) == (4, 4, 8)
    assert "no staff" in night.run("list", "beds").out
    assert "no staff" in "".join(s["text"] for s in block_over(night))


def block_over(night: Night) -> Any:
    """The signal of a bed that was to be in use again an hour ago."""
    night.do("bed", "block", "3-1", "--reason", "no staff", "--until", "-1h")
    return [s for s in night.now()["signals"] if s["kind"] == "block_over"]


# --- at a location ------------------------------------------------------------------------------


def fit_at(value: Value, people: int) -> tuple[bool | None, str]:
    """Whether the only location takes a family of so many, and its first reason."""
    night = joined(value, family(1, people))
    found = suitability.judge(night, night.households[-1], night.locations[0])
    return found.fits, found.reasons[0]


def test_places_without_staff_are_said_where_they_are_why_nothing_is_left() -> None:
    full = region(house(4), location(1, 20, occupied=14, out_of_use=6, out_of_use_reason="staffing"))
    assert fit_at(full, 3) == (False, "6 free but no staff")
    leak = region(house(4), location(1, 20, occupied=14, out_of_use=6, out_of_use_reason="a leak"))
    assert fit_at(leak, 3) == (False, "0 free, 3 needed")
    some = region(house(4), location(1, 20, occupied=14, out_of_use=4, out_of_use_reason="staffing"))
    assert fit_at(some, 3) == (False, "2 free, 3 needed; 4 more but no staff")
    assert fit_at(some, 2)[0] is True


def test_full_is_full_whatever_the_staff() -> None:
    full = region(house(4), location(1, 20, occupied=20, out_of_use=6, out_of_use_reason="staffing"))
    assert fit_at(full, 3) == (False, "-6 free, 3 needed")


def test_the_reason_is_of_the_places_told_with_it(desk: Desk) -> None:
    def told() -> tuple[int | None, str]:
        where = next(loc for loc in desk.night().locations if loc.name == ANYONE)
        return where.out_of_use, where.out_of_use_reason

    desk.capacity.report(ANYONE, 100, 20, reason="geen personeel")
    assert told() == (20, "staffing")
    desk.capacity.report(ANYONE, 90)
    assert told() == (20, "staffing")
    desk.capacity.import_reports([{"location": ANYONE, "occupied": 80, "out_of_use": 5, "row": 2}])
    assert told() == (5, "")
    desk.capacity.edit(ANYONE, out_of_use_reason="no staff")
    assert told() == (5, "staffing")
    desk.undo()
    assert told() == (5, "")


def test_on_the_command_line_suitability_says_no_staff(night: Night) -> None:
    night.locations("De Wilgenhof,Oldenzaal,municipal,40")
    done = night.do("location", "report", "De Wilgenhof", 30, "--out-of-use", 10, "--reason", "no staff")
    assert (done["out_of_use"], done["out_of_use_reason"], done["free"]) == (10, "staffing", 0)
    ref = night.in_bed("Petrenko", 3)
    (found,) = night.do("placement", "suggest", ref)
    assert found["fits"] is False
    assert "10 free but no staff" in found["reasons"]
    night.do("location", "edit", "De Wilgenhof", "--out-of-use-reason", "-")
    (found,) = night.do("placement", "suggest", ref)
    assert "0 free, 3 needed" in found["reasons"]


# --- by keys ------------------------------------------------------------------------------------


def test_by_keys_a_room_is_closed_for_want_of_staff_and_stands_among_the_ways(tmp_path: Path) -> None:
    with new_store(tmp_path, beds=12) as made:
        made.set("minimum_staff", "host 1")
        made.shifts.roster("Piet", at("23:00"), at("07:00"), "host", "0600-000404", on_call=True)
        bus_coming(made, people=20)
        path = made.path
    with seated(path) as t:
        t.press("3")
        t.wait_for("3 BEDS")
        t.press("home", "z")
        t.wait_for("Why is 1 out of use")
        type_line(t, "no staff 07:00")
        t.wait_for("1 is out of use.")
        t.press("right")
        t.wait_for("1-1: out of use (no staff)")
        t.press("1")
        t.wait_for("8 FREE  4 no staff")
        t.press("2", "tab")
        t.wait_for("room 1, closed: no staff")
        stand_on(t, "here  room 1")
        t.wait_for("1 more host")
        t.press("enter")
        t.wait_for("3 BEDS")


def test_by_keys_a_count_says_how_many_places_have_no_staff(tmp_path: Path) -> None:
    with new_store(tmp_path) as made:
        path = made.path
    with seated(path) as t:
        t.press("5")
        t.wait_for("5 CAPACITY")
        stand_on(t, "+ Enschede")
        t.press("enter")
        stand_on(t, "    " + ANYONE)
        t.press("c")
        t.wait_for("Why they are out of use")
        type_line(t, "100 20 no staff")
        t.wait_for(re.compile(rf"{ANYONE}.* 120 +20 +100"))
        t.settle()
        t.press("up", "down")
        t.wait_for("20 out of use: no staff")


def test_a_house_without_a_minimum_asks_nobody() -> None:
    assert [s for s in signals.signals(short_of("")) if s.kind.startswith("staff")] == []
