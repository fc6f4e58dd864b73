"""Two and more at one store: who is where, what changed under a form, and nothing typed is lost to the other."""

import re
from pathlib import Path

import pytest

from desk.refusals import Refused
from storage.aside import Aside
from storage.store import Desk
from tests.cli import Night
from tests.stage import opened, quiet_night, sit_down, type_line
from tests.store import bus_coming, in_bed, new_store, still
from tests.terminal import Terminal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with new_store(tmp_path) as desk:
        in_bed(desk, "Petrenko", 4, "1", phone="0600-1", needs=("pregnant",))
        in_bed(desk, "Koval", 2, "2-1", "2-2")
        return desk.path


def form_of_petrenko(t: Terminal) -> Terminal:
    opened(t)
    t.press("4")
    t.wait_for(re.compile(r"> Petrenko"))
    t.press("e")
    t.wait_for("Name in own script")
    return t


# --- presence ---------------------------------------------------------------------------------


def test_who_else_is_on_a_row_stands_before_it_by_their_initial(path: Path) -> None:
    with sit_down(path, "Anna") as anna, sit_down(path, "Piet") as piet:
        for t in (opened(anna), opened(piet)):
            t.press("4")
            t.wait_for("4 PLACEMENT")
        anna.wait_for("also: Piet")
        anna.wait_for(re.compile(r"^P> Petrenko"))
        piet.press("down")
        anna.wait_for(re.compile(r"^P  Koval"))
        anna.wait_for(re.compile(r"^ > Petrenko"))
    with sit_down(path, "Anna") as anna:
        opened(anna)
        anna.press("4")
        anna.wait_for(re.compile(r"^ > Petrenko"))


def test_who_has_the_same_form_open_is_said_to_both(path: Path) -> None:
    with sit_down(path, "Anna") as anna, sit_down(path, "Piet") as piet:
        form_of_petrenko(anna)
        form_of_petrenko(piet)
        piet.wait_for("Anna has this open too.")
        anna.wait_for("Piet has this open too.")


def test_the_phones_say_who_sits_at_a_desk_since_when_and_from_where(path: Path) -> None:
    with (
        sit_down(path, "Anna") as anna,
        sit_down(path, "Piet", env={"SSH_CONNECTION": "192.0.2.7 1 192.0.2.1 22"}) as piet,
    ):
        form_of_petrenko(piet)
        opened(anna)
        anna.press("t")
        anna.wait_for("-- Phones")
        anna.press("end")
        anna.wait_for(re.compile(r"Anna +since 02:41 +at this machine +this desk"))
        anna.wait_for(re.compile(r"Piet +since 02:41 +from 192\.0\.2\.7 +fills in a form H-0407-1"))
        night = Night(path.parent)
        assert {(one["operator"], one["from"]) for one in night.do("who")} == {("Anna", None), ("Piet", "192.0.2.7")}
    assert night.do("who") == []


# --- a form whose facts change ----------------------------------------------------------------


def test_a_line_that_was_not_touched_follows_and_it_is_said_who_changed_it(path: Path) -> None:
    with sit_down(path, "Anna") as anna, Desk(path, "Piet", still()) as piet:
        form_of_petrenko(anna)
        piet.households.edit("H-0407-1", phone="0600-2")
        anna.wait_for("Piet changed Phone: 0600-2.")
        anna.wait_for(re.compile(r"Phone +0600-2"))


def test_what_was_typed_stays_and_only_that_is_saved(path: Path) -> None:
    with sit_down(path, "Anna") as anna, Desk(path, "Piet", still()) as piet:
        form_of_petrenko(anna)
        anna.press("tab")
        anna.type("Петренко")
        anna.wait_for("Петренко")
        piet.households.edit("H-0407-1", phone="0600-2", native_name="Петренка")
        anna.wait_for("Piet changed Name in own script: Петренка. Yours stays.")
        anna.wait_for(re.compile(r"Phone +0600-2"))
        anna.press("enter")
        anna.wait_for("changed.")
        petrenko = piet.households.get("H-0407-1")
        assert (petrenko.native_name, petrenko.phone) == ("Петренко", "0600-2")
        (last,) = piet.journal.actions(last=1)
        assert last.args == {"native_name": "Петренко", "ref": petrenko.ref}


def test_without_holding_it_against_what_is_known_the_others_number_would_be_lost(path: Path) -> None:
    """The control: a form that saved all its lines would write the old number over the new one."""
    with Desk(path, "Piet", still()) as piet:
        as_opened = piet.households.get("H-0407-1")
        piet.households.edit("H-0407-1", phone="0600-2")
        piet.households.edit("H-0407-1", native_name="Петренко", phone=as_opened.phone)
        assert piet.households.get("H-0407-1").phone == "0600-1"


def test_a_line_that_is_emptied_is_known_no_more(path: Path) -> None:
    with sit_down(path, "Anna") as anna:
        form_of_petrenko(anna)
        for _line in range(8):
            anna.press("tab")
        anna.press("end")
        for _letter in "pregnant":
            anna.press("backspace")
        anna.wait_gone("pregnant")
        anna.press("enter")
        anna.wait_for("changed.")
    night = Night(path.parent)
    assert night.do("show", "H-0407-1")["needs"] == []
    night.do("household", "edit", "H-0407-1", "--clear", "phone")
    assert night.do("show", "H-0407-1")["phone"] in {"", None}
    assert "cannot be emptied" in night.refused("household", "edit", "H-0407-1", "--clear", "name")


def test_a_form_in_which_nothing_is_changed_writes_nothing(path: Path) -> None:
    with sit_down(path, "Anna") as anna:
        form_of_petrenko(anna)
        anna.press("enter")
        anna.wait_for("Nothing is changed yet.")


def test_a_draft_offers_what_was_typed_beside_what_others_changed_since(path: Path) -> None:
    with sit_down(path, "Anna") as anna:
        form_of_petrenko(anna)
        anna.press("tab")
        anna.type("Петренко")
        anna.wait_for("Петренко")
        anna.press("esc")
        anna.wait_for("4 PLACEMENT")
        with Desk(path, "Piet", still()) as piet:
            piet.households.edit("H-0407-1", phone="0600-2")
        anna.press("e")
        anna.wait_for("You had typed this before")
        anna.wait_for("Петренко")
        anna.wait_for(re.compile(r"Phone +0600-2"))


@pytest.mark.parametrize(
    "old", [{"native_name": "Петренко"}, {"native_name": "Петренко", "gone": "x", "phone": "0600-1"}, {"line": "x"}]
)
def test_a_draft_of_an_older_desk_offers_the_lines_that_there_are(path: Path, old: dict[str, str]) -> None:
    with Desk(path, "Anna", still()) as desk:
        desk.aside.keep("Anna", f"household {desk.households.get('H-0407-1').ref}", old, desk.clock())
    with sit_down(path, "Anna") as anna:
        form_of_petrenko(anna)
        if "native_name" in old:
            anna.wait_for("Петренко")
        anna.settle()
        assert re.search(r"Phone +0600-1", anna.text)


def test_a_bus_that_another_desk_changed_while_its_form_was_open(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        bus_coming(desk, "Utrecht", 48, contact="Jan")
        path = desk.path
    with sit_down(path, "Anna") as anna, Desk(path, "Piet", still()) as piet:
        opened(anna)
        anna.press("2")
        anna.wait_for("2 BUSES")
        anna.press("e")
        anna.wait_for("Bus 1, what was said")
        piet.buses.edit("B-0407-1", announced=51)
        anna.wait_for("Piet changed People: 51.")
        for _line in range(4):
            anna.press("tab")
        anna.type("sen")
        anna.press("enter")
        anna.wait_for("Driver Jansen")
        bus = piet.buses.get("B-0407-1")
        assert (bus.announced, bus.contact) == (51, "Jansen")


# --- the file beside the store ----------------------------------------------------------------


def test_the_file_beside_the_store_of_an_older_desk_keeps_its_drafts(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with Desk(path, "Anna", still()) as desk:
        desk.aside.keep("Anna", "log", {"line": "the boiler"}, desk.clock())
        desk.aside._run("DROP TABLE presence", [])
        desk.aside._run(
            "CREATE TABLE presence (session TEXT PRIMARY KEY, operator TEXT NOT NULL, at TEXT NOT NULL) STRICT", []
        )
        desk.aside._run("PRAGMA user_version = 0", [])
    with sit_down(path, "Anna") as t:
        opened(t)
        t.press("l")
        t.wait_for("the boiler")
    beside = Aside(path)
    assert beside.data_version() > 0
    beside.close()


def test_a_name_cannot_be_cleared_by_a_desk_of_its_own(path: Path) -> None:
    with Desk(path, "Anna", still()) as desk, pytest.raises(Refused, match="cannot be emptied"):
        desk.households.edit("H-0407-1", clear=["people"])


def test_a_log_line_of_one_is_seen_by_the_other_while_he_types_his_own(path: Path) -> None:
    with sit_down(path, "Anna") as anna, sit_down(path, "Piet") as piet:
        for t in (opened(anna), opened(piet)):
            t.press("6")
            t.wait_for("6 LOG")
        piet.press("l")
        piet.wait_for("Log line")
        piet.type("the door")
        anna.press("l")
        anna.wait_for("Log line")
        type_line(anna, "the boiler stopped")
        piet.wait_for("the boiler stopped")
        piet.wait_for(re.compile(r"^ the door"))
