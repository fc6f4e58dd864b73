"""The alarm goes: who is inside, counted outside with a key a room, and who is missing (facts 13, case 8)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import muster
from storage.store import Desk
from tests.stage import answer, enter, opened, seated, sit_down, type_line
from tests.store import in_bed, new_store, still
from tests.terminal import Terminal

FIRE = "2022-04-08T03:10:00+02:00"
SIZES = [4] * 8 + [6] * 5
"""Rooms 1 to 8 of four on the ground floor, 9 to 13 of six above it: 62 beds."""
MOST_KEYS = 70


class Keys:
    """Counts the keys that a hand presses at a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.pressed = 0

    def press(self, key: str) -> None:
        """One key; an Enter waits until it is no burst with the one before."""
        self.pressed += 1
        if key == "enter":
            enter(self.terminal)
        else:
            self.terminal.press(key)

    def answer(self, question: str, key: str = "y") -> None:
        """One key to a question."""
        self.pressed += 1
        answer(self.terminal, question, key)

    def all_found(self) -> None:
        """Enter after Enter, from room to room, until nobody is left to count."""
        while left := left_to_count(self.terminal):
            self.press("enter")
            self.terminal.wait_gone(f"NOT YET COUNTED: {left}")


def left_to_count(terminal: Terminal) -> int:
    """The big counter, in figures."""
    found = re.search(r"NOT YET COUNTED: (\d+)", terminal.text)
    assert found, terminal.text
    return int(found[1])


def _house(folder: Path) -> Desk:
    rooms = [
        {"room": str(number), "floor": "0" if number < 9 else "1", "beds": beds}
        for number, beds in enumerate(SIZES, start=1)
    ]
    return new_store(folder, rooms=rooms, clock=FIRE, locations=False)


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """49 people of the house: 47 of them will be in it."""
    with _house(tmp_path) as desk:
        for number in range(1, 9):
            in_bed(desk, f"Bondar{number}", 4, str(number))
        for number in range(9, 12):
            in_bed(desk, f"Koval{number}", 5, str(number))
        in_bed(desk, "Melnyk", 2, "12", needs=("wheelchair",))
        yield desk.path


def _at_fire(store: Path, operator: str = "Anna") -> Terminal:
    return sit_down(store, operator, clock=FIRE)


def test_fire_at_ten_past_three_everybody_is_counted_by_keys_and_one_is_missing(path: Path) -> None:
    with _at_fire(path) as terminal:
        t = opened(terminal)
        _who_is_where(t)
        _the_paper_follows(t, path)
        t.press("x")
        t.wait_for("INSIDE 47 people")
        t.wait_for("with 2 on duty and 1 visiting: 50 to count outside")
        assert "HELP NEEDED, floor 1: room 12 wheelchair" in t.text
        _scroll_to(t, re.compile(r"-- FLOOR 1 -+ 16$"))
        _scroll_to(t, re.compile(r"^ !12 +Melnyk 2 .* WHEELCHAIR"))
        _scroll_to(t, re.compile(r"NOT INSIDE.* 2$"))

        keys = Keys(t)
        keys.press("enter")
        t.wait_for("NOT YET COUNTED: 50")
        t.wait_for("found 0   not found 0   out 2")
        while "> " not in t.text or "Koval11" not in _under_the_cursor(t):
            _found_or_passed(keys)
        keys.press("k")
        t.wait_for("NOT FOUND")
        keys.all_found()
        keys.press("z")
        keys.answer("Finish with 5 MISSING? H-0407-11 (room 11) 5")
        t.wait_for("MISSING 5: H-0407-11 (room 11) 5")
        t.wait_for("Ring 112 if it burns.")
        t.press("1")
        t.wait_for("5 MISSING, H-0407-11 (room 11) 5")
        assert keys.pressed <= MOST_KEYS
    with Desk(path, "Anna", still(FIRE)) as desk:
        told = muster.record(desk.night())
        assert (told["found"], told["out"], told["missing"]) == (45, 2, 5)
        assert (told["staff"]["found"], told["visitors"]["found"]) == (2, 1)
        assert desk.check() == []


def _who_is_where(t: Terminal) -> None:
    """Two went out, two are on duty, one visits: told by keys."""
    for command, said in (
        ("household out H-0407-1 --members 1 --to hospital", "hospital"),
        ("household out H-0407-9 --members 2 --to outside", "outside"),
        ("shift on Els", "Els is on duty."),
        ("shift on Piet", "Piet is on duty."),
        ("visitor in Jan", "Jan is inside as a visitor."),
    ):
        t.press(":")
        t.wait_for("Command, as in")
        type_line(t, command)
        t.wait_for(said)
        t.wait_gone("Command, as in")


def _the_paper_follows(t: Terminal, store: Path) -> None:
    """The network may go down: the copy beside the store says the same, and which action it shows."""
    copy = store.parent / "paper" / "evacuation.txt"
    with Desk(store, "Anna", still(FIRE)) as desk:
        last = desk.journal.version()
    t.wait_until(lambda _t: copy.exists() and f"shows action {last} " in copy.read_text(), f"a copy of action {last}")
    lines = copy.read_text().splitlines()
    assert lines[:2] == ["INSIDE 47 people", "with 2 on duty and 1 visiting: 50 to count outside"]
    assert "HELP NEEDED, floor 1: room 12 wheelchair" in lines
    assert [line[-1] for line in lines if line.startswith("-- NOT INSIDE")] == ["2"]


def _scroll_to(t: Terminal, line: re.Pattern[str]) -> None:
    for _page in range(12):
        t.settle()
        if any(line.search(painted) for painted in t.lines):
            return
        t.press("pgdn")
    raise AssertionError(f"{line.pattern} is not on the list:\n{t.text}")


def _under_the_cursor(t: Terminal) -> str:
    return next((line for line in t.lines if line.startswith(" > ")), "")


def _found_or_passed(keys: Keys) -> None:
    """The room under the cursor is here; that of the Kovals in 11 is gone into, line by line."""
    t = keys.terminal
    if "Room 11" in _under_the_cursor(t):
        keys.press("down")
        t.settle()
        return
    left = left_to_count(t)
    keys.press("enter")
    t.wait_gone(f"NOT YET COUNTED: {left}")


def test_sixty_people_are_counted_in_at_most_seventy_key_presses(tmp_path: Path) -> None:
    with _house(tmp_path) as desk:
        for number, beds in enumerate(SIZES[:-1], start=1):
            in_bed(desk, f"family{number}", beds, str(number))
        for number in range(1, 5):
            in_bed(desk, f"woman{number}", 1, f"13-{number}", sex="f")
        assert desk.night().settings.site
        path = desk.path
    with seated(path) as t:
        keys = Keys(t)
        keys.press("x")
        t.wait_for("INSIDE 60 people")
        keys.press("enter")
        t.wait_for("NOT YET COUNTED: 60")
        keys.all_found()
        keys.press("z")
        keys.answer("Everybody is found or out. Finish?")
        t.wait_for("found 60, out 0, MISSING 0.")
        print(f"60 people in {len(SIZES)} rooms: {keys.pressed} keys")
        assert keys.pressed <= MOST_KEYS


@pytest.mark.long
def test_household_by_household_sixty_people_take_at_most_seventy_key_presses_too(tmp_path: Path) -> None:
    with _house(tmp_path) as desk:
        for number in range(60):
            in_bed(desk, f"woman{number}", 1, sex="f")
        path = desk.path
    with seated(path) as t:
        keys = Keys(t)
        keys.press("x")
        t.wait_for("INSIDE 60 people")
        keys.press("enter")
        t.wait_for("NOT YET COUNTED: 60")
        keys.press("down")
        t.settle()
        keys.all_found()
        keys.press("z")
        keys.answer("Everybody is found or out. Finish?")
        t.wait_for("found 60, out 0, MISSING 0.")
        assert keys.pressed <= MOST_KEYS


def test_two_at_two_desks_count_one_house_and_see_each_others_count(path: Path) -> None:
    with _at_fire(path, "Anna") as anna, _at_fire(path, "Piet") as piet:
        for terminal in (opened(anna), opened(piet)):
            terminal.press("x")
            terminal.wait_for("INSIDE 49 people")
        enter(anna)
        anna.wait_for("NOT YET COUNTED: 49")
        enter(piet)
        piet.wait_for("You joined the roll call of Anna")
        enter(anna)
        piet.wait_for("NOT YET COUNTED: 45")
        piet.press("end")
        piet.wait_for(re.compile(r"^ > .*Melnyk"))
        enter(piet)
        anna.wait_for("NOT YET COUNTED: 43")
    # both lines dropped: the count stands as it was
    with _at_fire(path, "Els") as els:
        opened(els)
        els.wait_for("roll call since 03:10: 43 not yet counted")
        els.press("x")
        els.wait_for("INSIDE 49 people")
        enter(els)
        els.wait_for("NOT YET COUNTED: 43")


def test_from_a_list_on_paper_all_here_but_two_is_one_step_that_names_the_number(path: Path) -> None:
    with _at_fire(path) as terminal:
        t = opened(terminal)
        t.press("x")
        t.wait_for("INSIDE 49 people")
        enter(t)
        t.wait_for("NOT YET COUNTED: 49")
        t.press("down")
        t.settle()
        t.press("space")
        t.press("end")
        t.wait_for(re.compile(r"^ > .*Melnyk"))
        t.press("space")
        t.press("c")
        answer(t, "Mark 43 people found, all but Bondar1, Melnyk?", "n")
        t.wait_for("NOT YET COUNTED: 49")
        t.press("c")
        answer(t, "Mark 43 people found, all but Bondar1, Melnyk?")
        t.wait_for("NOT YET COUNTED: 6")
        t.wait_for("found 43")


def test_who_leaves_meanwhile_is_gone_from_the_list_while_it_is_counted(path: Path) -> None:
    with _at_fire(path) as terminal, Desk(path, "Piet", still(FIRE)) as piet:
        t = opened(terminal)
        t.press("x")
        t.wait_for("INSIDE 49 people")
        enter(t)
        t.wait_for("NOT YET COUNTED: 49")
        piet.households.leave("H-0407-1", "left")
        t.wait_for("NOT YET COUNTED: 45")
        t.wait_gone("Bondar1 ")
