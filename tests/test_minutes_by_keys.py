"""The figures of the minutes, reached by keys alone: 195 = 50 placed + 145 reserved for three expected buses."""

import re
from datetime import datetime
from pathlib import Path

from desk import records
from storage.store import Desk
from tests.stage import answer, enter, opened, sit_down, type_line
from tests.store import ANYONE, BY_DAY, FAMILIES, new_store, still
from tests.terminal import Terminal

AFTERNOON = "2022-04-07T17:00:00+02:00"


def _announce(t: Terminal, place: str, people: int, due: str) -> None:
    t.press("n")
    t.wait_for("Someone phoned in a bus")
    t.type(place)
    t.press("tab")
    t.type(str(people))
    t.press("tab")
    t.type(due)
    t.wait_for(due)
    t.press("enter")
    t.wait_for(re.compile(rf"> \d+ +{place} .*{people} "))
    t.wait_for(f"ways to find {people}")


def _stand_on(t: Terminal, words: str) -> None:
    """Down until the cursor is on the line with these words."""
    for _line in range(40):
        t.settle()
        if any(line.startswith(" >") and words in line for line in t.lines):
            return
        t.press("down")
    raise AssertionError(f"no line with {words!r} to stand on:\n{t.text}")


def _hold_elsewhere(t: Terminal, location: str, places: int) -> None:
    t.press("home")
    _stand_on(t, location)
    enter(t)
    t.wait_for(f"How many places at {location}?")
    type_line(t, str(places))
    t.wait_for(f"{places} places held at {location}")


def _place_at_the_door(t: Terminal, name: str, people: int, ref: str) -> None:
    """Written down, in bed, agreed in one call, fetched, gone, confirmed."""
    t.press("w")
    t.wait_for("At the door")
    type_line(t, f"{name} {people}")
    t.wait_for("on the wristbands")
    t.press("esc")
    t.press("4")
    t.wait_for("4 PLACEMENT")
    t.press("home")
    _stand_on(t, ref)
    t.press("tab")
    t.wait_for("p ask now")
    t.press("home")
    _stand_on(t, ANYONE)
    enter(t)
    t.wait_for("Who says yes?")
    type_line(t, "Els")
    t.wait_for("said yes (Els)")
    enter(t)
    t.wait_for("Who drives, and when")
    type_line(t, "coach 17 18:30")
    t.wait_for("coach 17 at 18:30")
    t.press("d")
    answer(t, "Have they left?")
    t.wait_for("left for")
    t.press("a")
    t.wait_for("Who confirms")
    type_line(t, "Els")
    t.wait_for("are placed at")


def test_by_keys_the_minutes_say_195_of_whom_50_placed_and_145_reserved_for_three_buses(tmp_path: Path) -> None:
    with new_store(tmp_path, clock=AFTERNOON) as desk:
        path = desk.path
    with sit_down(path, clock=AFTERNOON) as t:
        opened(t)
        _place_at_the_door(t, "Petrenko", 25, "H-0407-1")
        _place_at_the_door(t, "Koval", 25, "H-0407-2")

        _announce(t, "Utrecht", 49, "22:00")
        t.press("tab")
        _hold_elsewhere(t, ANYONE, 49)
        t.press("esc")
        _announce(t, "Amsterdam", 48, "23:00")
        t.press("tab")
        _hold_elsewhere(t, BY_DAY, 48)
        t.press("esc")
        _announce(t, "Zwolle", 48, "23:30")
        t.press("h")
        t.wait_for("how many places held here in all?")
        type_line(t, "10")
        t.wait_for("10 places held here")
        t.press("tab")
        _hold_elsewhere(t, BY_DAY, 12)
        _hold_elsewhere(t, FAMILIES, 26)
    with Desk(path, "Piet", still(AFTERNOON)) as desk:
        since = datetime.fromisoformat("2022-04-05T00:00:00+02:00")
        until = datetime.fromisoformat("2022-04-07T23:59:59+02:00")
        found = records.figures_record(desk.night(), desk.period(since, until))
        assert {name: found[name] for name in ("placed", "reserved", "total", "reserved_buses")} == {
            "placed": 50,
            "reserved": 145,
            "total": 195,
            "reserved_buses": 3,
        }
        assert found["reserved_by_kind"]["transit"] == 10
        assert desk.check() == []


def test_by_keys_145_do_not_fit_in_60_beds(tmp_path: Path) -> None:
    with new_store(tmp_path, clock=AFTERNOON) as desk:
        path = desk.path
    with sit_down(path, clock=AFTERNOON) as t:
        opened(t)
        _announce(t, "Utrecht", 145, "22:00")
        t.press("h")
        t.wait_for("how many places held here in all?")
        type_line(t, "145")
        refusal = t.wait_for("60 beds are free for this bus")
        assert re.search(r"145 places asked", refusal)
