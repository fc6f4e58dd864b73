"""A line that drops: what was typed is kept and offered again, and the session ends by itself."""

import os
import signal
from pathlib import Path

from storage.store import Desk
from tests.stage import opened, quiet_night, seated, sit_down, type_line
from tests.store import new_store


def test_a_hang_up_keeps_the_line_that_was_being_typed(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        t.type("Petrenko 5 2a")
        t.wait_for("Petrenko, 5 people")
        os.kill(t.pid, signal.SIGHUP)
        t.wait_exit()
    with seated(path) as t:
        t.press("w")
        t.wait_for("You had typed this before")
        t.wait_for("Petrenko 5 2a")


def test_a_killed_session_keeps_the_form_that_was_half_filled_in(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.type("Utrecht")
        t.press("tab")
        t.type("48")
        t.wait_for("48")
        t.settle()
        os.kill(t.pid, signal.SIGKILL)
        t.wait_exit()
    with seated(path) as t:
        t.press("n")
        t.wait_for("You had typed this before")
        t.wait_for("Utrecht")
        t.wait_for("48")


def test_esc_in_a_form_loses_nothing_and_ctrl_x_empties_it(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.type("Utrecht")
        t.wait_for("Utrecht")
        t.press("esc")
        t.wait_for("1 TONIGHT")
        t.press("n")
        t.wait_for("Utrecht")
        t.press("ctrl+x")
        t.wait_gone("Utrecht")


def test_a_form_that_is_refused_says_why_and_keeps_every_line(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.type("Utrecht")
        t.press("tab")
        t.type("many")
        t.press("tab")
        t.type("03:40")
        t.wait_for("03:40")
        t.press("enter")
        t.wait_for("'many' is not a number")
        t.wait_for("Utrecht")
    with Desk(path, "Piet") as desk:
        assert desk.night().buses == ()


def test_a_paste_of_several_lines_saves_only_the_first_and_keeps_the_rest_typed(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        t.send(b"\x1b[200~Petrenko 5\nKoval 2\nMoroz 1 f\x1b[201~")
        t.wait_for("Petrenko, 5 people")
        t.press("enter")
        t.wait_for("Write 1 on the wristbands")
        t.wait_for("Koval 2")
        t.settle()
    with Desk(path, "Piet") as desk:
        assert [h.name for h in desk.night().households] == ["Petrenko"]


def test_a_terminal_that_is_gone_ends_the_desk(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    t = sit_down(path)
    opened(t)
    pid = t.pid
    t.close()
    assert not Path(f"/proc/{pid}").exists()


def test_text_from_outside_never_becomes_markup_or_an_escape_sequence(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="[red]Bobby[/] \x1b[31mX \u202eevil", people=2, give_bed=True)
        desk.logbook.add("note", "[bold]see[/bold] \x1b]0;title\x07 🚌 " + "x" * 500)
    with seated(path) as t:
        t.press("3")
        t.wait_for("[red]Bobby[/]")
        t.press("6")
        t.wait_for("[bold]see[/bold]")
        t.settle()
        assert "title" not in t.title
        t.press("w")
        t.wait_for("At the door")
        type_line(t, "[/] 1 f")
        t.wait_for("Write 2 on the wristbands")


def test_a_refused_line_stays_open_with_what_was_typed(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="Bondar", people=2, give_bed=True)
    with seated(path) as t:
        t.press("3")
        t.wait_for("3 BEDS")
        t.press("m")
        t.wait_for("to which room")
        type_line(t, "room 99")
        t.wait_for("There is no bed or room")
        t.settle()
        assert " room 99" in t.lines
        t.press("esc")
        t.wait_for("z close")


def test_a_refusal_longer_than_its_line_is_read_to_its_end(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.buses.announce(from_place="Utrecht", people=145, eta=None)
    with seated(path) as t:
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("h")
        t.wait_for("how many places held here in all?")
        type_line(t, "145")
        t.wait_for("145 places asked, 60 beds are free for this bus")
        t.wait_for("give a reason to go over.")
        assert " 145" in t.lines
