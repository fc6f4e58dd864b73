"""Two desks in two terminals on one store."""

import time
from pathlib import Path

from storage.store import Desk, login_name
from tests.stage import opened, quiet_night, sit_down, type_line
from tests.store import new_store

SEEN_WITHIN_S = 0.3


def test_the_second_desk_shows_the_firsts_change_within_300_ms(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="Bondar", people=2, give_bed=True)
    with sit_down(path, "Anna") as anna, sit_down(path, "Piet") as piet, Desk(path, "Els") as third:
        opened(anna)
        opened(piet)
        delays = []
        for number in range(5):
            anna.settle()
            began = time.monotonic()
            third.households.register(name=f"Koval{number}", people=1, give_bed=True)
            anna.wait_for(f"INSIDE {3 + number} people")
            delays.append(time.monotonic() - began)
            piet.wait_for(f"INSIDE {3 + number} people")
        # the middle one: a busy machine may hold up a single frame, not the mechanism
        assert sorted(delays)[2] <= SEEN_WITHIN_S


def test_each_sees_the_other_and_what_the_other_did(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with sit_down(path, "Anna") as anna, sit_down(path, "Piet") as piet:
        opened(anna)
        opened(piet)
        anna.press("w")
        anna.wait_for("At the door")
        type_line(anna, "Bondar 2")
        anna.wait_for("Write 1 on the wristbands")
        piet.wait_for("Anna: ")
        anna.press("esc")
        piet.press("u")
        piet.wait_for("You have nothing to undo")


def test_one_bed_goes_to_exactly_one_of_two_and_the_other_reads_who_took_it(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        first = desk.households.register(name="Bondar", people=1, sex="f").ref
        second = desk.households.register(name="Koval", people=1, sex="f").ref
    with sit_down(path, "Anna") as anna, sit_down(path, "Piet") as piet:
        opened(anna)
        opened(piet)
        for terminal, ref in ((anna, first), (piet, second)):
            terminal.press(":")
            terminal.wait_for("Command, as in")
            terminal.type(f"household bed {ref} 3-1")
            terminal.wait_for("3-1")
        anna.press("enter")
        piet.press("enter")
        anna.wait_until(lambda t: "sleeps in 3-1" in t.text or "taken by" in t.text, "an answer")
        piet.wait_until(lambda t: "sleeps in 3-1" in t.text or "taken by" in t.text, "an answer")
        answers = anna.text + piet.text
        assert answers.count("sleeps in 3-1") == 1
        assert answers.count("is taken by") == 1
        assert "Free instead" in answers
    with Desk(path, "Els") as desk:
        night = desk.night()
        taken = [night.label(bed) for h in night.staying for bed in night.beds_of.get(h.id, [])]
        assert taken == ["3-1"]


def test_a_duty_shows_whose_it_is_at_the_other_desk(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="Bondar", people=2)
    with sit_down(path, "Anna") as anna, sit_down(path, "Piet") as piet:
        opened(anna)
        opened(piet)
        anna.press("i")
        anna.wait_for("It is yours")
        line = piet.wait_for("without a bed: Bondar")
        piet.wait_until(lambda t: any("without a bed" in row and "Anna" in row for row in t.lines), f"Anna in {line}")


def test_one_account_with_several_names_is_asked_who_acts_before_its_first_action(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    login = login_name()
    with sit_down(path, login) as t:
        opened(t)
        for name in ("Anna", "Piet"):
            t.press(":")
            t.wait_for("Command, as in")
            type_line(t, f"sign on {name}")
            t.wait_for(f"you: {name}")
    with sit_down(path, login) as t:
        opened(t)
        t.press("l")
        t.wait_for("Who are you? 1 Anna  2 Piet")
        type_line(t, "2")
        t.wait_for("Log line")
        type_line(t, "the boiler stopped")
        t.wait_for("Written in the log")
        t.wait_for("you: Piet")
    with Desk(path, "Els") as desk:
        (line,) = desk.logbook.lines()
        assert (line.text, line.by) == ("the boiler stopped", "Piet")
