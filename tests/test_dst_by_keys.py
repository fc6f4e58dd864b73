"""The night on which the clock moves, at the keys: which night it is, and when a bus after midnight comes (case 15)."""

import re
from pathlib import Path

import pytest

from storage.store import Desk
from tests.stage import opened, sit_down, type_line
from tests.store import new_store, still
from tests.terminal import Terminal

SPRING, AUTUMN = "2022-03-27T00:40:00+01:00", "2022-10-30T00:40:00+02:00"


def _announce(t: Terminal, due: str) -> None:
    t.press("n")
    t.wait_for("Someone phoned in a bus")
    for said in ("Utrecht", "48", due):
        t.type(said)
        t.settle()
        t.press("enter")


@pytest.mark.parametrize(
    ("clock", "label", "wait", "ref"),
    [
        (SPRING, "night of 26 to 27 March", "1 h 3[45]", "H-0326-1"),
        (AUTUMN, "night of 29 to 30 October", "3 h 3[45]", "H-1029-1"),
    ],
    ids=["spring", "autumn"],
)
def test_after_midnight_it_is_still_the_evenings_night_and_the_wait_is_in_real_hours(
    tmp_path: Path, clock: str, label: str, wait: str, ref: str
) -> None:
    with new_store(tmp_path, clock=clock) as desk:
        path = desk.path
    with sit_down(path, clock=clock) as terminal:
        t = opened(terminal)
        t.wait_for(label)
        _announce(t, "03:15")
        t.wait_for(re.compile(r"> \d+ +Utrecht .*48 "))
        t.press("1")
        t.wait_for(re.compile(f"03:15 in {wait}"))
        t.press("w")
        t.wait_for("At the door")
        type_line(t, "Bondar 2")
        t.wait_for("Write 1 on the wristbands")
    with Desk(path, "Anna", still(clock)) as desk:
        night = desk.night()
        assert [night.said(household.ref) for household in night.households] == [ref]


def test_a_time_that_the_clock_skips_is_refused_in_a_sentence_and_what_was_typed_stays(tmp_path: Path) -> None:
    with new_store(tmp_path, clock=SPRING) as desk:
        path = desk.path
    with sit_down(path, clock=SPRING) as terminal:
        t = opened(terminal)
        _announce(t, "02:30")
        t.wait_for("skips 02:30")
        assert "Utrecht" in t.text
        assert "02:30" in t.text


def test_at_noon_the_next_night_begins(tmp_path: Path) -> None:
    with new_store(tmp_path, clock="2022-03-27T11:59:00+02:00") as desk:
        path = desk.path
    for clock, label in (("11:59", "night of 26 to 27 March"), ("12:00", "night of 27 to 28 March")):
        with sit_down(path, clock=f"2022-03-27T{clock}:00+02:00") as terminal:
            opened(terminal).wait_for(label)
