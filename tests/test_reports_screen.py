"""Key 7 in a real terminal: reports read and issued, answers written down, the list of the board worked off."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from screens.reports import listing
from screens.reports.listing import Lists
from storage.reports import REPORTS
from storage.store import Desk
from tests.stage import answer, enter, seated, sit_down, type_line
from tests.store import CLOCK, in_bed, moment, new_store, still
from tests.terminal import Terminal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with a request, three entries of the board, and a family in bed."""
    with new_store(tmp_path) as desk:
        in_bed(desk, "Petrenko", 4)
        desk.requests.add("Can you open a 24/7 location?", sent_by="TCVS", deadline=date(2022, 4, 21))
        desk.decisions.add("K", "There is no location for men alone.", item="2.4", owner="all")
        desk.decisions.add("A", "Report back what was found.", due=date(2022, 4, 14))
        desk.decisions.add("B", "No interviews this week.", topic="press", until=date(2022, 4, 10))
        desk.decisions.add_meeting("BAO", day=date(2022, 4, 7), next_day=date(2022, 4, 21))
        desk.logbook.add("note", "nobody answers in Borne at night")
        return desk.path


def again(path: Path) -> Desk:
    """The store as somebody else opens it."""
    return Desk(path, "Piet", still())


def test_every_report_of_the_desk_stands_on_the_screen() -> None:
    assert set(listing.REPORTS) == {*REPORTS, "evacuation", "handover"}


def test_the_screen_lists_reports_requests_and_what_the_board_wants(path: Path) -> None:
    with seated(path) as t:
        t.press("7")
        for words in ("7 REPORTS", "Pack for the meeting", "0 of 14", "next meeting: BAO 21 April", "A1   Report back"):
            t.wait_for(words)


def test_a_report_is_read_and_left_again(path: Path) -> None:
    with seated(path) as t:
        t.press("7")
        t.wait_for("Situation report")
        enter(t)
        t.wait_for("SITUATION REPORT")
        t.wait_for("People inside")
        t.press("q")
        t.wait_for("7 REPORTS")
        t.wait_gone("People inside")


def test_every_report_opens_from_its_line(path: Path) -> None:
    with seated(path) as t:
        t.press("7")
        t.wait_for("7 REPORTS")
        for label in listing.REPORTS.values():
            down_to(t, label)
            enter(t)
            t.wait_for(f"-- {label} ---")
            t.press("q")
            t.wait_for(re.compile("^-- Reports[, ]"))


def test_the_evacuation_list_of_the_reports_is_that_of_every_screen(path: Path) -> None:
    with seated(path) as t:
        t.press("x")
        t.wait_for("0407-1")
        t.settle()
        of_every_screen = t.lines[3:-2]
        t.press("q", "7")
        t.wait_for("7 REPORTS")
        down_to(t, "Evacuation list")
        enter(t)
        t.wait_for("0407-1")
        t.settle()
        assert t.lines[3:-2] == of_every_screen


def test_a_report_is_issued_with_what_it_is_for(path: Path) -> None:
    with seated(path) as t:
        t.press("7")
        t.wait_for("freeze and issue")
        t.settle()
        t.press("h")
        t.wait_for("What for?")
        type_line(t, "for the board")
        t.wait_for("SITREP 2022-04-08/1 is issued")
        t.wait_for("last issued: SITREP 2022-04-08/1")
    with again(path) as desk:
        assert desk.frozen.get("2022-04-08/1").label == "for the board"


def down_to(t: Terminal, words: str) -> None:
    """The cursor on the line with these words."""
    t.settle()
    for _ in range(20):
        if any(line.startswith(" >") and words in line for line in t.lines):
            return
        t.press("down")
        t.wait_for_bytes()
        t.settle()
    raise AssertionError(words)


def test_the_answer_of_a_municipality_is_written_down_in_one_line(path: Path) -> None:
    with seated(path) as t:
        t.press("7")
        t.wait_for("0 of 14")
        down_to(t, "Q1")
        enter(t)
        t.wait_for("Almelo")
        enter(t)
        t.wait_for("Almelo: yes, no, conditions")
        type_line(t, "perhaps later")
        t.wait_for("is not an answer")  # and what was typed stays
        t.press(*["backspace"] * len("perhaps later"))
        type_line(t, "yes 40 after Easter")
        t.wait_for("1 of 14 answered")
    with again(path) as desk:
        told = desk.requests.answer_of(desk.requests.get("Q1"), "Almelo").answer
        assert (told.state, told.number, told.note) == ("yes", 40, "after Easter")


def test_an_action_of_the_board_is_done_after_a_question(path: Path) -> None:
    with seated(path) as t:
        t.press("7")
        t.wait_for("A1   Report back")
        down_to(t, "A1")
        t.press("z")
        answer(t, "A1 is done?", "n")
        t.wait_for("Nothing was changed")
        t.settle()
        t.press("z")
        answer(t, "A1 is done?")
        t.wait_gone("A1   Report back")


def test_a_line_of_the_log_goes_to_the_board_with_one_key_and_a_yes(path: Path) -> None:
    with seated(path) as t:
        t.press("6")
        t.wait_for("nobody answers in Borne")
        t.settle()
        t.press("h")
        answer(t, "Raise this line for the board")
        t.wait_for("K2 is raised from line 1")


def test_the_press_instruction_stands_where_somebody_rings(path: Path) -> None:
    with seated(path) as t:
        t.press("t")
        t.wait_for("PRESS: No interviews this week.")
        t.press("q", "6")
        t.wait_for("PRESS: No interviews this week.")


def test_an_instruction_that_is_over_is_shown_nowhere(path: Path) -> None:
    later = moment(CLOCK) + timedelta(days=3)
    with Desk(path, "Piet", lambda: later) as desk:
        assert desk.night().instructions == ()
        desk.decisions.edit("B1", until=date(2022, 4, 12))
        assert [one.ref for one in desk.night().instructions] == ["B1"]


@pytest.mark.long
def test_an_open_desk_makes_the_figures_of_a_set_time_by_itself(path: Path) -> None:
    with sit_down(path, clock="2022-04-08T08:30:00+02:00") as t:
        t.press("7")
        t.wait_for("last issued: SITREP 2022-04-08/1 08:00", timeout=30)
        down_to(t, "NIGHT 2022-04-07")
        t.wait_for("night count")


def test_a_request_past_its_last_day_is_marked_and_is_no_duty_of_the_night(path: Path) -> None:
    later = moment(CLOCK) + timedelta(days=20)
    with Desk(path, "Piet", lambda: later) as desk:
        request = desk.requests.get("Q1")
        lists = Lists(requests=[(request, desk.requests.tally(request))])
        row = next(row for row in listing.rows(desk.night(), lists, 80) if row.key == "request Q1")
        assert row.line[-1][1] == "warn"
