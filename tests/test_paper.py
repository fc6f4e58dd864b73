"""The paper copies: what stands on them, which of two stays, and what is found when one is old, missing or gone."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from desk import columns, evacuation, paper
from desk.paper import Action
from screens.paper import keep_all, rendered
from storage import paper as stored
from storage.store import Desk
from tests.cli import Night
from tests.on_paper import FIRE, NOT_NAMED, house, lying, mark_of, pages, versions, whole, words
from tests.store import ANYONE, asked, beside, bus_here, household, in_bed, moment, new_store

MOST_LINES, MOST_COLUMNS = 60, 80


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with house(tmp_path) as desk:
        yield desk


@pytest.fixture
def night(desk: Desk) -> Night:
    """The same house at the command line."""
    return Night(desk.path.parent, FIRE)


def kept(desk: Desk) -> dict[str, str]:
    """All copies, written now."""
    keep_all(desk)
    return lying(desk)


# --- what stands on a copy ----------------------------------------------------------------------


def test_each_copy_names_the_action_it_shows_its_serial_the_minute_and_its_page(desk: Desk) -> None:
    copies, last = kept(desk), desk.journal.version()
    for name, text in copies.items():
        assert (mark_of(text).version, mark_of(text).printed) == (last, moment(FIRE))
        assert whole(text, name)
        count = text.count("<section>") if name == paper.PAGE else text.count("\f") + 1
        for page in range(1, count + 1):
            foot = (
                f"Page {page}/{count}. Oldenzaal: 47 inside. List {last}-0804-0310, shows action {last}"
                f" of 08/04/2022 03:10. Printed 08/04/2022 03:10. Destroy older lists. {mark_of(text)}"
            )
            assert words(text).count(foot) == 1, name


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_long_list_is_cut_into_pages_that_any_printer_takes(tmp_path: Path, language: str) -> None:
    rooms = [{"room": f"dormitory {number}", "beds": 20} for number in range(1, 7)]
    with new_store(tmp_path, rooms=rooms, language=language, clock=FIRE) as desk:
        for number in range(120):
            needs = ("wheelchair", "evac_help", "no_stairs") if number % 9 == 0 else ()
            in_bed(desk, f"Woman{number} Anastasiya", 1, sex="f", needs=needs, language="uk")
        copies = kept(desk)
        bodies = {name: paper.body(desk.night(), name) for name in copies}
    assert copies[paper.EVACUATION].count("\f") >= 2
    for name in (paper.EVACUATION, paper.BOARD, paper.PLACEMENTS):
        sheets = copies[name].split("\f")
        assert [sheet for sheet in sheets if sheet.count("\n") > MOST_LINES or not sheet.endswith("\n")] == []
        lines = [line for sheet in sheets for line in sheet.split("\n")]
        assert [line for line in lines if not 0 <= wcswidth(line) <= MOST_COLUMNS] == []
        assert [line for page in pages(copies[name]) for line in page] == bodies[name]


def test_the_list_says_what_whoever_counts_outside_must_know(desk: Desk) -> None:
    bus_here(desk, "Budapest", 4)
    household(desk, "Savchenko Daria", 2)
    copies = kept(desk)
    lines = copies[paper.EVACUATION].split("\n")
    assert lines[:2] == ["INSIDE 53 people", "with 2 on duty and 1 visiting: 56 to count outside"]
    first_floor = next(at for at, line in enumerate(lines) if line.startswith("-- "))
    assert lines.index("4 WITHOUT A NAME YET, off B-0407-1 from Budapest") < first_floor
    assert lines.index("HELP NEEDED, floor 1: room 14 wheelchair") < first_floor
    for told in (
        "G1 Petrenko O. 3 H-0407-1 G1-1 G1-2 G1-3 G1-4 1 adult, 1 child, 1 baby Ukrainian 1 more not inside",
        "G3 Bondarenko M. 4 H-0407-3 G3-1 G3-2 G3-3 G3-4 1 adult, 1 over 65, 2 children Ukrainian 1 pet",
        "!14 Melnyk 2 H-0407-12 14-1 14-2 WHEELCHAIR",
        "- Savchenko D. 2 H-0407-13",
        "Petrenko O. 1 H-0407-1 NOT inside: in hospital since 03:10",
        "Koval11 1 H-0407-9 NOT inside: outside since 03:10",
        "Els host 03:10 Piet coordinator 03:10",
        "Jan plumber 03:10",
        "INSIDE 53 = ground floor 31 + floor 1 16 + no bed yet 2 + without a name 4",
    ):
        assert told in words(copies[paper.EVACUATION])
    for told in (
        "INSIDE 53 people",
        "4 WITHOUT A NAME YET, off B-0407-1 from Budapest",
        "GROUND FLOOR 31 FLOOR 1 16 NO BED YET 2 WITHOUT A NAME 4",
        "INSIDE 53 people 56 to count outside",
        "ON DUTY 2 VISITORS 1",
        "Petrenko O. H-0407-1 3",
        "Bondarenko M. H-0407-3 4 1 adult, 1 over 65, 2 children, Ukrainian, 1 pet",
        "Melnyk H-0407-12 2 WHEELCHAIR",
        "Petrenko O. H-0407-1 1 in hospital since 03:10",
        "Els 1 host",
        "Jan 1 plumber",
    ):
        assert told in words(copies[paper.PAGE])


def test_no_copy_says_a_diagnosis_or_a_name_in_full(desk: Desk) -> None:
    asked(desk, "H-0407-4", ANYONE)
    for name, text in kept(desk).items():
        said = words(text).casefold()
        assert "bondarenko m." in said, name
        for not_said in ("mykola", "olena", "pregnant", "medic", "cooled"):
            assert not_said not in said, name


def test_who_is_not_to_be_named_stands_as_a_number_in_their_room_on_every_copy(desk: Desk) -> None:
    asked(desk, "H-0407-6", ANYONE)
    hidden = {NOT_NAMED: ("Zzyzxenko", "G5"), "H-0407-6": ("Membrova", "G6")}
    before = kept(desk)
    for name, text in before.items():
        assert all(called in text for called, _room in hidden.values()), f"{name} would not have named them anyway"
    for ref in hidden:
        desk.households.say_nothing(ref)
    for name, text in kept(desk).items():
        for ref, (called, room) in hidden.items():
            assert called not in text
            assert called[:4] not in text
            beds = f"{room} 1 2 3 4 ••• {ref}" if name == paper.PAGE else f"{room} ••• 4 {ref}"
            assert (f"••• 4 {ref}" if name == paper.PLACEMENTS else beds) in words(text), name


# --- which of two stays -------------------------------------------------------------------------


def made(desk: Desk) -> dict[str, bytes]:
    """Copies of the night as this desk reads it, not yet written."""
    night, action = desk.paper.now()
    return {name: rendered(night, action, name) for name in paper.COPIES}


def test_an_older_copy_never_replaces_a_newer_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with beside(desk) as piet:
        slow = made(piet)
        desk.households.say_nothing(NOT_NAMED)
        newer = kept(desk)
        assert piet.paper.keep(slow) == []
        assert piet.paper.keep(slow, always=True) == []
        assert lying(desk) == newer
        # with the comparison taken away, the slow desk brings back a list that names them
        monkeypatch.setattr(stored, "_replaces", lambda *_marks, **_always: True)
        piet.paper.keep(slow)
        assert "Zzyzxenko" in lying(desk)[paper.EVACUATION]
        assert max(versions(desk)) < desk.journal.version()


def test_a_copy_that_shows_the_same_is_left_as_it_lies(desk: Desk) -> None:
    before = kept(desk)
    desk.logbook.add("note", "All is quiet.")
    assert desk.paper.keep(made(desk)) == []
    assert lying(desk) == before
    assert desk.paper.stale() == []


def test_a_copy_of_a_night_that_was_restored_away_is_replaced(desk: Desk) -> None:
    """Its action has a high number, and is none of this store."""
    night = desk.night()
    later = paper.text(night, Action(9_000, "feedbeef", night.at), paper.EVACUATION)
    kept(desk)
    (desk.paper.folder / paper.EVACUATION).write_text(later)
    assert desk.paper.keep(made(desk)) == [paper.EVACUATION]
    assert versions(desk) == {desk.journal.version()}


# --- what the check says ------------------------------------------------------------------------


def checked(night: Night) -> list[str]:
    """What `desk check` says on standard error; it exits with 1 where it says something, else with 0."""
    ran = night.run("check")
    said = ran.err.splitlines()
    assert ran.exit == (1 if said else 0)
    assert ("All is well" in ran.out) == (not said)
    assert night.run("check", "--json").json["problems"] == said
    return said


def test_the_check_is_silent_when_all_is_well_and_where_no_copy_was_ever_made(desk: Desk, night: Night) -> None:
    assert checked(night) == []
    kept(desk)
    assert checked(night) == []
    night.do("log", "add", "note", "All is quiet.")
    assert checked(night) == []


def test_the_check_names_each_copy_that_is_old(desk: Desk, night: Night) -> None:
    kept(desk)
    shown = desk.journal.version()
    desk.households.say_nothing(NOT_NAMED)
    folder = desk.paper.folder
    assert checked(night) == [
        f"The paper copy {folder / name} is old: it shows action {shown}. Write it anew with: desk paper"
        for name in paper.COPIES
    ]
    assert night.run("check", "--json").json["state"] == "stale"
    assert night.run("paper").exit == 0
    assert checked(night) == []


def test_the_check_names_a_copy_that_is_missing_or_is_no_copy(desk: Desk, night: Night) -> None:
    kept(desk)
    board, page = desk.paper.folder / paper.BOARD, desk.paper.folder / paper.PAGE
    board.unlink()
    page.write_bytes(page.read_bytes()[:300])
    assert checked(night) == [f"There is no paper copy {file}. Write them with: desk paper" for file in (page, board)]
    # the next action mends both, whatever it was
    night.do("log", "add", "note", "All is quiet.")
    assert checked(night) == []


def test_the_check_names_a_folder_that_is_gone(desk: Desk, night: Night, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    night.do("settings", "paper_folder", stick)
    assert checked(night) == []
    stick.rename(tmp_path / "pulled out")
    (said,) = checked(night)
    assert str(stick) in said
    assert "is gone" in said
    assert "desk settings paper_folder FOLDER" in said


# --- who may read them --------------------------------------------------------------------------


@contextmanager
def everybody_may_read() -> Iterator[None]:
    """An account whose new files are open to all."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def test_the_copies_are_readable_by_their_own_account_only(desk: Desk, tmp_path: Path) -> None:
    with everybody_may_read():
        kept(desk)
        (tmp_path / "any other file").touch()
    assert (tmp_path / "any other file").stat().st_mode & 0o777 == 0o666
    assert desk.paper.folder.stat().st_mode & 0o777 == 0o700
    modes = {file.name: file.stat().st_mode & 0o777 for file in desk.paper.folder.iterdir()}
    assert modes == dict.fromkeys((*paper.COPIES, stored.LOCK), 0o600)


# --- slips for an outage ------------------------------------------------------------------------


def numbers(first: int, last: int) -> list[str]:
    return [f"H-0407-{number}" for number in range(first, last + 1)]


def test_thirty_slips_have_thirty_numbers_and_the_next_household_gets_the_next(night: Night) -> None:
    ran = night.run("paper", "--blank", 30)
    assert (ran.exit, ran.err) == (0, "")
    assert [line.split()[0] for line in ran.out.splitlines() if line.startswith("H-")] == numbers(13, 42)
    assert [line for line in ran.out.splitlines() if len(line) > MOST_COLUMNS] == []
    assert ran.out.count("Family name") == ran.out.count("People:") == ran.out.count("Room and beds") == 30
    assert night.household("Savchenko", 2) == "H-0407-43"
    assert night.do("paper", "--blank", 2)["refs"] == numbers(44, 45)
    assert night.household("Hrytsenko", 1) == "H-0407-46"


def test_numbers_on_slips_are_not_given_again_after_an_undo(
    desk: Desk, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert night.household("Savchenko", 2) == "H-0407-13"
    assert night.do("paper", "--blank", 30)["refs"] == numbers(14, 43)
    # what is taken back is the household before them: the slips lie printed
    assert night.do("undo")["ref"] == "H-0407-13"
    assert night.household("Hrytsenko", 1) == "H-0407-44"
    assert night.do("paper", "--blank", 30)["refs"] == numbers(45, 74)
    # taken back like any other action, somebody would get a number that is printed on a slip
    monkeypatch.setattr("storage.journal.NEVER_TAKEN_BACK", frozenset())
    desk.journal._undo(desk.journal.actions(last=1)[0])
    assert night.household("Tkachenko", 1) == "H-0407-45"


@pytest.mark.parametrize("count", [0, paper.MOST_SLIPS + 1])
def test_no_slips_and_too_many_are_refused(night: Night, count: int) -> None:
    assert f"from 1 to {paper.MOST_SLIPS}" in night.refused("paper", "--blank", count)


def test_every_line_of_the_bed_board_fits_eighty_columns(tmp_path: Path) -> None:
    with new_store(tmp_path, rooms=[{"room": str(n), "floor": "1", "beds": 6} for n in range(1, 6)]) as desk:
        for number in range(1, 4):
            in_bed(desk, f"Koval{number}", 5, str(number))
        desk.households.out("H-0407-1", members=(1,), to="hospital")
        keep_all(desk)
        lines = (desk.paper.folder / paper.BOARD).read_text().splitlines()
    assert [line for line in lines if len(line) > paper.WIDTH] == []


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Petrenko Olena Ivanivna", "Petrenko O."),
        ("van der Berg Jan Willem", "van der Berg J."),
        ("Petrenko", "Petrenko"),
        ("van Dijk", "van Dijk"),
        ("Petrenko (Olena)", "Petrenko"),
    ],
)
def test_a_list_gives_away_no_more_of_a_name_than_an_initial(name: str, called: str) -> None:
    assert evacuation.short_name(name) == called


def test_whom_a_visitor_comes_for_and_where_somebody_goes_does_not_name_who_is_not_to_be_named(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        ref = in_bed(desk, "Zzyzxenko Vira", 2)
        desk.shifts.visitor_in("Jan", "the Zzyzxenkos, Vira")
        desk.placements.ask(ref, outside="host", to="aunt Zzyzxenko")
        keep_all(desk)
        assert any("Zzyzxenko" in text for text in lying(desk).values())
        desk.households.say_nothing(ref)
        keep_all(desk)
        for text in lying(desk).values():
            assert not re.search(r"\bZzyzxenko\b|Vira", text)


@given(st.text(max_size=200), st.integers(4, 90), st.integers(0, 3))
def test_no_line_is_wider_than_its_columns_and_no_word_is_lost(text: str, width: int, indent: int) -> None:
    text = " ".join(text.split())
    lines = columns.wrapped(text, width, " " * indent)
    assert all(columns.cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_wide_letters_count_double() -> None:
    assert columns.wrapped("山田 太郎", 4) == ["山田", "太郎"]
