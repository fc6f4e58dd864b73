"""A whole night, played with keys in a real terminal: from the phone call to the receiver's yes."""

import re
from pathlib import Path

from desk import figures
from storage.store import Desk
from tests.stage import answer, enter, quiet_night, seated, type_line
from tests.store import ANYONE, new_store
from tests.terminal import Terminal


def _announce(t: Terminal, place: str, people: str, due: str) -> None:
    t.press("n")
    t.wait_for("Someone phoned in a bus")
    t.type(place)
    t.press("enter")
    t.type(people)
    t.settle()
    t.press("enter")
    t.type(due)
    t.settle()
    t.press("enter")
    t.wait_for(re.compile(rf"> \d+ +{place} .*{people} "))


def _receive(t: Terminal) -> None:
    """Announced, held, here, counted, written down, closed."""
    _announce(t, "Utrecht", "6", "03:40")
    t.wait_for("ways to find 6")
    t.press("tab")
    t.wait_for("Enter hold them")
    enter(t)
    answer(t, "Hold 6 places here for it?")
    t.wait_for("6 places held here")
    t.press("a")
    answer(t, "Is bus 1 from Utrecht here now?")
    t.wait_for("6 no name")
    t.press("c")
    t.wait_for("heads counted")
    type_line(t, "6")
    t.wait_for("6 counted")
    t.press("r")
    t.wait_for("at the table: name, number")
    type_line(t, "Petrenko 5 2a 3c cot")
    t.wait_for("Write 1 on the wristbands")
    type_line(t, "Moroz 1 f")
    t.wait_for("Write 2 on the wristbands")
    t.press("esc")
    t.wait_for("z close")
    t.press("z")
    answer(t, "Close bus 1?", "j")
    t.wait_for("is closed")


def _place(t: Terminal) -> None:
    """Asked and agreed in one call, fetched, gone, confirmed."""
    t.press("4")
    t.wait_for("4 PLACEMENT")
    t.press("tab")
    t.wait_for("ask now")
    t.wait_for(ANYONE)
    while ANYONE not in next(line for line in t.lines if line.startswith(" >")):
        t.press("down")
        t.settle()
    enter(t)
    t.wait_for("Who says yes?")
    type_line(t, "Els")
    t.wait_for("said yes (Els)")
    enter(t)
    t.wait_for("Who drives, and when")
    type_line(t, "taxi 2 08:15")
    t.wait_for("taxi 2 at 08:15")
    t.press("d")
    answer(t, "Have they left?")
    t.wait_for("left for")
    _confirm(t)


def _confirm(t: Terminal) -> None:
    t.press("a")
    t.wait_for("Who confirms")
    type_line(t, "Els")
    t.wait_for("are placed at")


def test_a_bus_is_announced_held_counted_written_down_bedded_placed_and_confirmed(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        _receive(t)
        _place(t)
        t.press("u")
        t.wait_for(re.compile(r"Undone: .* arrived: placed"))
        _confirm(t)
    with Desk(path, "Piet") as desk:
        night = desk.night()
        assert figures.people(night).inside == 1
        assert desk.check() == []
        verbs = [action.verb for action in desk.journal.actions()]
        assert verbs.count("placement confirm") == 2
        assert verbs.count("undo") == 1


def test_what_is_typed_ahead_on_a_slow_line_reaches_the_line_that_the_key_before_it_opened(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.send(b"wPetrenko 5 2a 3c\r")
        t.wait_for("Write 1 on the wristbands")
        t.press("esc")
        t.wait_for("n phoned in")
        t.send(b"nUtrecht\r48")
        t.wait_for("48")
        assert any(line.startswith(" From") and "Utrecht" in line and "48" not in line for line in t.lines)


def test_a_family_of_five_is_written_down_in_two_presses_beyond_its_line(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        type_line(t, "Petrenko 5 2a 3c")
        t.wait_for("Write 1 on the wristbands")
    with Desk(path, "Anna") as desk:
        (household,) = desk.night().households
        assert (household.name, household.people, household.adults, household.children) == ("Petrenko", 5, 2, 3)


def test_how_a_line_is_understood_is_shown_before_enter(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        t.type("Petrenko 5 2a 3c 16 cot")
        t.wait_for("Petrenko, 5 people: 2 adults, 3 children")
        t.press("esc")
        t.wait_for("1 TONIGHT")
        t.press("w")
        t.wait_for("You had typed this before")
        t.wait_for("Petrenko 5 2a 3c 16 cot")


def test_a_total_that_does_not_add_up_is_asked_about_and_no_keeps_the_line(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        type_line(t, "Petrenko 5 2a 4c")
        answer(t, "Save?", "n")
        t.wait_for("Petrenko 5 2a 4c")
    with Desk(path, "Anna") as desk:
        assert desk.night().households == ()


def test_giving_a_whole_bus_its_beds_is_one_key_with_a_preview(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        for name, people in (("Bondar", 4), ("Koval", 3)):
            desk.households.register(name=name, people=people)
    with seated(path) as t:
        t.press("3")
        t.wait_for("3 BEDS")
        t.press("b")
        t.wait_for("7 people get a bed")
        t.wait_for("1  Bondar 4: a room to themselves")
        t.wait_for("2-1 2-2 2-3  Koval 3")
        answer(t, "Bondar 4: 1; Koval 3: 2-1 2-2 2-3")
        t.wait_for("7 people have their beds")


def test_closing_a_bed_with_someone_in_it_asks_where_they_go(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="Bondar", people=2, give_bed=True)
    with seated(path) as t:
        t.press("3")
        t.wait_for("3 BEDS")
        t.press("z")
        t.wait_for("Where do they go?")
        type_line(t, "5-1 5-2")
        t.wait_for("Why is 1-1 out of use")
        type_line(t, "leak")
        t.wait_for("1-1 is out of use")
    with Desk(path, "Anna") as desk:
        night = desk.night()
        (household,) = night.staying
        assert [night.label(bed) for bed in night.beds_of[household.id]] == ["5-1", "5-2"]


def test_a_trailing_time_says_when_it_happened(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("l")
        t.wait_for("Log line")
        type_line(t, "the boiler stopped @01:50")
        t.wait_for("Written in the log")
    with Desk(path, "Anna") as desk:
        (line,) = desk.logbook.lines()
        assert line.text == "the boiler stopped"
        assert line.at is not None
        assert desk.settings.hhmm(line.at) == "01:50"


def test_the_command_line_knows_the_programs_grammar_and_completes_it(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.buses.announce(from_place="Utrecht", people=48, eta=None)
    with seated(path) as t:
        t.press(":")
        t.wait_for("Command, as in")
        t.type("bus arr")
        t.press("tab")
        t.wait_for("bus arrive")
        type_line(t, "B-0407-1")
        t.wait_for("is here")


def test_someone_is_found_in_any_script_also_after_they_left(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        done = desk.households.register(name="Шевченко", people=2, give_bed=True)
        desk.households.leave(done.ref, "left")
    with seated(path) as t:
        t.press("/")
        t.wait_for("Find:")
        type_line(t, "shevchenko")
        line = t.wait_for("Шевченко")
        assert "left by themselves" in line


def test_leaving_takes_q_twice_and_the_evacuation_list_one_key(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="Bondar", people=4, give_bed=True)
    with seated(path) as t:
        t.press("x")
        t.wait_for("INSIDE 4")
        t.wait_for("Bondar")
        t.press("q")
        t.wait_gone("INSIDE 4 people\n Door")
        t.press("q")
        t.wait_for("q again leaves the desk")
        t.press("q")
        assert t.wait_exit() == 0
