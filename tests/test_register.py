"""The night register: everybody who sleeps here once, by number; a copy of it stays at the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import figures
from storage.reports import make
from storage.store import Desk
from tests.cli import Night
from tests.store import bus_here, in_bed, new_store, still


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


def test_everybody_who_sleeps_here_stands_in_it_once_out_or_in(desk: Desk) -> None:
    first = in_bed(desk, "Petrenko", 4, "3")
    in_bed(desk, "Koval", 2)
    desk.households.out(first, [2], "hospital")
    bus_here(desk, "Budapest", 3)
    found = make(desk, "register").data
    people = figures.people(desk.night())
    assert found["people"] == people.inside - people.unregistered + people.out == 6
    assert found["unregistered"] == 3
    assert [(h["ref"], h["people"], h["out"], h["rooms"], h["nights"]) for h in found["households"]] == [
        ("H-0407-1", 4, 1, ["3"], 1),
        ("H-0407-2", 2, 0, ["1"], 1),
    ]


def test_whom_nobody_is_to_be_told_about_stands_in_it_by_number(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    desk.households.say_nothing(ref)
    assert "Petrenko" not in str(make(desk, "register").data)


def test_it_has_names_and_says_so_and_no_need_of_anybody(desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4, needs=("wheelchair",))
    document = make(desk, "register")
    assert document.internal
    assert "wheelchair" not in str(document)


def test_of_an_earlier_moment_it_has_who_slept_here_then(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    ref = night.in_bed("Petrenko", 4)
    night.clock = "2022-04-08T09:00:00+02:00"
    night.do("household", "leave", ref, "--reason", "left")
    assert night.do("report", "register")["people"] == 0
    then = night.run("report", "register", "--as-of", "2022-04-08T04:00:00+02:00", "--json").json
    assert [household["ref"] for household in then["households"]] == [ref]
    assert "Petrenko" in night.run("report", "register", "--as-of", "2022-04-08T04:00:00+02:00").out


def test_the_second_night_counts_from_the_evening_they_came(tmp_path: Path) -> None:
    with new_store(tmp_path, clock="2022-04-07T00:30:00+02:00") as desk:
        in_bed(desk, "Petrenko", 4)
        # half past midnight belongs to the evening before
        for clock, nights in (("2022-04-07T11:59:00+02:00", 1), ("2022-04-07T12:01:00+02:00", 2)):
            desk.clock = desk.journal.now = still(clock)
            assert make(desk, "register").data["households"][0]["nights"] == nights
