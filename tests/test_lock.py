"""A desk that nobody touches covers the names; a PIN uncovers them, and who is inside is never hidden."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from desk import pins
from desk.refusals import Refused
from storage.store import Desk
from tests.cli import ROOT, Night
from tests.stage import enter, opened, sit_down, type_line
from tests.store import CLOCK, in_bed, moment, new_store, still
from tests.terminal import Terminal

PIN = "2580"
SOON = "import screens.lock; screens.lock.MINUTE_S = 1.2"
"""A minute of the setting, as short as a test waits."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        in_bed(desk, "Petrenko", 4, "1", needs=("wheelchair",))
        desk.set("lock_minutes", "1")
        yield desk


def idle(desk: Desk, before: str = SOON) -> Terminal:
    """Anna's desk, at which a minute is over soon."""
    program = f"{before}\nfrom screens.start import main\nmain()"
    words = [sys.executable, "-c", program, "--store", str(desk.path), "--as", "Anna", "--language", "en"]
    return Terminal(words, env={"DESK_CLOCK": CLOCK}, cwd=ROOT)


def typed_pin(t: Terminal, pin: str) -> None:
    t.press("space")
    t.wait_for("-- Your PIN")
    t.type(pin)
    t.wait_for("•" * len(pin))
    t.press("enter")


# --- the desk ---------------------------------------------------------------------------------


def test_after_its_time_names_are_covered_and_who_is_inside_is_still_to_be_seen(desk: Desk) -> None:
    desk.pins.choose("Anna", PIN)
    with idle(desk) as t:
        opened(t)
        t.press("4")
        t.wait_for("Petrenko")
        t.wait_for("Locked, names are covered.")
        assert "Petrenko" not in t.text
        t.wait_for("INSIDE 4 people")
        t.press("x")
        t.wait_for("HELP NEEDED, ground floor: room 1 wheelchair")
        t.wait_for(re.compile(r"••• 4 +H-0407-1"))
        t.press("q")
        typed_pin(t, "1379")
        t.wait_for("That is not your PIN.")
        t.type(PIN)
        t.press("enter")
        t.wait_gone("Locked")
        t.press("4")
        t.wait_for("Petrenko")


def test_a_key_pressed_in_time_keeps_it_open(desk: Desk) -> None:
    with idle(desk) as t:
        opened(t)
        for _press in range(8):
            t.press("2", "1")
            t.read_for(0.4)
            assert "Locked" not in t.text
        t.wait_for("Locked")


def test_no_key_writes_or_shows_a_name_while_it_is_locked(desk: Desk) -> None:
    with idle(desk) as t:
        opened(t)
        t.wait_for("Locked, names are covered. x: who is inside. You have no PIN")
        before = desk.journal.version()
        for key in "1234567nwacrbmohpdvefzsklti/:?":
            t.press(key)
        t.settle()
        assert "Petrenko" not in t.text
        assert desk.journal.version() == before
        t.press("q")
        assert t.wait_exit() == 0


def test_what_was_being_typed_is_hidden_and_offered_again_when_it_is_opened(desk: Desk) -> None:
    desk.pins.choose("Anna", PIN)
    with idle(desk) as t:
        opened(t)
        t.press("w")
        t.wait_for("At the door")
        t.type("Shevchenko 2")
        t.wait_for("Shevchenko, 2 people")
        t.wait_for("Locked")
        assert "Shevchenko" not in t.text
        typed_pin(t, PIN)
        t.wait_gone("Locked")
        t.press("w")
        t.wait_for("You had typed this before")
        t.wait_for("Shevchenko 2")


def test_a_form_that_lies_open_is_closed_and_kept(desk: Desk) -> None:
    desk.pins.choose("Anna", PIN)
    with idle(desk) as t:
        opened(t)
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.type("Bratislava")
        t.wait_for("Bratislava")
        t.wait_for("Locked")
        assert "Bratislava" not in t.text
        typed_pin(t, PIN)
        t.wait_gone("Locked")
        t.press("n")
        t.wait_for("Bratislava")


def test_a_question_that_stands_is_not_answered_by_locking(desk: Desk) -> None:
    with idle(desk) as t:
        opened(t)
        t.press("4")
        t.wait_for("Petrenko")
        t.press("k")
        t.wait_for("leave by themselves, without a place?")
        t.wait_for("Locked")
        t.press("y")
        t.settle()
        assert desk.households.get("H-0407-1").state == "in_bed"


def test_what_happens_meanwhile_is_seen_and_an_alarm_rings(desk: Desk) -> None:
    with idle(desk) as t:
        opened(t)
        t.wait_for("Locked")
        in_bed(desk, "Koval", 2)
        t.wait_for("INSIDE 6 people")
        assert "Koval" not in t.text


def test_with_the_setting_off_no_desk_locks(desk: Desk) -> None:
    desk.set("lock_minutes", "0")
    with idle(desk) as t:
        opened(t)
        t.read_for(2.5)
        assert "Locked" not in t.text


# --- the PIN ----------------------------------------------------------------------------------


def test_a_pin_is_chosen_at_the_desk_twice_and_read_by_nobody(desk: Desk) -> None:
    with sit_down(desk.path) as t:
        opened(t)
        for second, says in (("2581", "two different PINs"), (PIN, "Anna has a PIN from here on.")):
            t.press(":")
            t.wait_for("Command, as in")
            type_line(t, "operator pin")
            for label, typed in (("A PIN of 4 to 12 digits", PIN), ("Once more", second)):
                t.wait_for(label)
                t.type(typed)
                t.wait_for("••••")
                t.settle()
                assert typed not in t.text
                enter(t)
            t.wait_for(says)
    assert desk.pins.opens("Anna", PIN)


def test_on_the_command_line_it_is_read_from_what_is_sent(desk: Desk) -> None:
    night = Night(desk.path.parent)
    running = night.command("operator", "pin")
    running.stdin = None
    out, _err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert out == ""
    assert not desk.pins.has("Anna")


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "1111", "1234", "9876", "٣٤٥٦", " 2580"])
def test_what_is_no_pin_or_guessed_at_once_is_refused(pin: str) -> None:
    with pytest.raises(Refused):
        pins.checked(pin)


def test_it_is_kept_as_nobody_can_read_it(desk: Desk) -> None:
    desk.pins.choose("Anna", PIN)
    kept = desk.aside.preference("Anna", "pin")
    assert kept.startswith("$argon2id$")
    assert PIN not in kept
    assert b"2580" not in desk.aside.path.read_bytes().replace(kept.encode(), b"")


def test_a_thousand_tries_take_more_than_a_week_and_are_written_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.pins.Pins._matches", staticmethod(lambda _kept, _pin: False))
    desk.pins.choose("Anna", PIN)
    now = [moment()]
    desk.pins._now = desk.journal.now = lambda: now[0]
    began, looked = now[0], 0
    while looked < 1000:
        with suppress(Refused):
            assert not desk.pins.opens("Anna", "0000")
            looked += 1
            continue
        now[0] += timedelta(minutes=1)  # it said to wait
    assert now[0] - began > timedelta(days=7)
    assert len([one for one in desk.access.lines(2000) if one.what == "pin"]) == 1000


def test_while_one_waits_not_even_the_right_one_opens_and_another_session_waits_too(desk: Desk) -> None:
    desk.pins.choose("Anna", PIN)
    for _try in range(pins.FREE_TRIES):
        assert not desk.pins.opens("Anna", "0000")
    with Desk(desk.path, "Anna", still()) as other, pytest.raises(Refused, match=r"Wait \d s"):
        other.pins.opens("Anna", PIN)
    later = still("2022-04-08T02:42:00+02:00")
    with Desk(desk.path, "Anna", later) as other:
        assert other.pins.opens("Anna", PIN)
        assert other.pins.opens("Anna", PIN)


def test_a_clock_set_back_locks_nobody_out_for_longer_than_a_quarter_of_an_hour(desk: Desk) -> None:
    desk.pins.choose("Anna", PIN)
    for _try in range(pins.FREE_TRIES):
        desk.pins.opens("Anna", "0000")
    with Desk(desk.path, "Anna", still("2022-04-08T01:00:00+02:00")) as earlier:
        assert earlier.pins.opens("Anna", PIN)
