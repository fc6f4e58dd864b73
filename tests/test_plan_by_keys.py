"""Key b: the whole plan stands on the screen, with why and what is left over; y does it, any other key leaves it be."""

from pathlib import Path

from storage.store import Desk
from tests.stage import answer, enter, seated, type_line
from tests.store import new_store
from tests.terminal import Terminal


def waiting(folder: Path, *people: tuple[str, int], beds: int = 8) -> Path:
    """A store in which these wait for a bed."""
    with new_store(folder, beds=beds) as desk:
        for name, number in people:
            desk.households.register(name=name, people=number)
        return desk.path


def at_beds(terminal: Terminal) -> None:
    """The beds screen, and b."""
    terminal.press("3")
    terminal.wait_for("3 BEDS")
    terminal.press("b")


def test_the_plan_shows_who_goes_where_who_is_left_out_and_what_would_help(tmp_path: Path) -> None:
    path = waiting(tmp_path, ("Bondar", 4), ("Koval", 2), ("Melnyk", 2))
    with seated(path) as t:
        at_beds(t)
        t.wait_for("6 people get a bed, 2 have none, 0 beds left for the next bus; proved")
        t.wait_for("1  Bondar 4: a room to themselves")
        t.wait_for("2 people without a bed")
        t.wait_for("would help: ")
        t.wait_for("agree to share 1 room: Koval 2 + Melnyk 2")
        t.wait_for("Rooms now and then")
        answer(t, "1 without.")
        t.wait_for("6 people have their beds")
    with Desk(path, "Anna") as desk:
        assert sorted(h.state for h in desk.night().households) == ["in_bed", "in_bed", "waiting"]


def test_no_keeps_the_plan_on_the_screen_to_read_and_enter_asks_again(tmp_path: Path) -> None:
    path = waiting(tmp_path, ("Bondar", 4), ("Koval", 3))
    with seated(path) as t:
        at_beds(t)
        answer(t, "Bondar 4: 1; Koval 3", "n")
        t.wait_for("Nothing was changed. Enter asks again")
        t.wait_for("7 people get a bed")
        t.press("down")
        enter(t)
        answer(t, "Bondar 4: 1; Koval 3")
        t.wait_for("7 people have their beds")


def test_where_the_night_changes_meanwhile_nothing_is_done_and_the_new_plan_is_asked_about(tmp_path: Path) -> None:
    path = waiting(tmp_path, ("Bondar", 4))
    with seated(path) as t:
        at_beds(t)
        t.wait_for("4 people get a bed")
        with Desk(path, "Piet") as piet:
            piet.households.register(name="Koval", people=3)
        answer(t, "Bondar 4: 1")
        t.wait_for("Changed meanwhile; this is the plan now. Bondar 4: 1; Koval 3")
        with Desk(path, "Piet") as piet:
            assert piet.night().stays == ()
        answer(t, "Changed meanwhile")
        t.wait_for("7 people have their beds")


def test_nobody_waits_is_said_at_once(tmp_path: Path) -> None:
    with seated(waiting(tmp_path)) as t:
        at_beds(t)
        t.wait_for("Nobody waits for a bed")


def test_while_the_caller_is_on_the_phone_the_desk_says_how_many_fit(tmp_path: Path) -> None:
    with seated(waiting(tmp_path, beds=8)) as t:
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        for words in ("Utrecht", "20", "03:40"):
            type_line(t, words)
        said = "We take 8: of 20 nobody said who they are: at most 8; 12 to find."
        t.wait_until(lambda seen: said in " ".join(seen.text.split()), said)
