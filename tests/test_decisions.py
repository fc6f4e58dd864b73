from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk import meeting_sheets
from desk.cases import anonymous
from desk.decisions import Decision
from desk.minutes import minutes
from desk.refusals import NotFound, Refused
from storage.sheets import read_sheet
from storage.store import Desk
from tests.store import AMSTERDAM, at, beside, household, new_store

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
THURSDAY, SUNDAY, IN_TWO_WEEKS = date(2022, 4, 7), date(2022, 4, 10), date(2022, 4, 21)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


def the_minutes(desk: Desk) -> None:
    """The decision list of 7 April and who was there, from the sheets in docs/examples."""
    sheet = meeting_sheets.decisions(read_sheet(EXAMPLES / "minutes-2022-04-07.csv"), AMSTERDAM)
    desk.decisions.import_list(sheet.records, day=THURSDAY, next_day=IN_TWO_WEEKS)
    people = meeting_sheets.participants(read_sheet(EXAMPLES / "participants-2022-04-07.csv"))
    desk.decisions.import_participants("2022-04-07", people.records)


def entry(desk: Desk, kind: str = "A", text: str = "Ask the mayors.", **told: Any) -> Decision:
    return desk.decisions.get(desk.decisions.add(kind, text, **told).ref)


# --- issues, decisions, actions -----------------------------------------------------------------


def test_the_minutes_have_10_issues_11_decisions_and_3_actions(desk: Desk) -> None:
    the_minutes(desk)
    assert [len(desk.decisions.listed(True, kind=kind)) for kind in "KBA"] == [10, 11, 3]
    assert [d.ref for d in desk.decisions.listed(kind="A")] == ["A1", "A2", "A3"]
    mayors, transit, law = (desk.decisions.get(ref) for ref in ("A2", "K5", "B2"))
    assert (mayors.item, mayors.owner, mayors.due) == ("2.6", "14 burgemeesters", "2022-04-19")
    assert (transit.item, transit.owner) == ("2.3", "TCVS")
    assert (law.state, law in desk.decisions.listed()) == ("done", False)
    assert desk.decisions.get("K1").due_text == "13–17 april 2022"


def test_the_press_is_not_spoken_to_until_sunday_and_on_monday_that_is_over(desk: Desk) -> None:
    the_minutes(desk)
    press = desk.decisions.get("B9")
    assert (press.topic, press.until) == ("press", "2022-04-10")
    assert press in desk.decisions.in_force(at("2022-04-10T23:59"), "press")
    assert press in desk.night(at("2022-04-10T23:59")).instructions
    assert press not in desk.decisions.in_force(at("2022-04-11T00:00"), "press")
    assert press not in desk.night(at("2022-04-11T00:00")).instructions
    # the one without an end, and the rule that spreads single men, stay
    assert [d.ref for d in desk.decisions.in_force(at("2022-04-11T00:00"))] == ["B1", "B7"]


def test_an_instruction_that_is_done_or_dropped_is_no_longer_in_force(desk: Desk) -> None:
    done = desk.decisions.add("B", "No press.", topic="press", until=SUNDAY)
    assert done.text == "B1 is written down. In force until 10/04/2022."
    desk.decisions.state("B1", "dropped")
    assert desk.decisions.in_force() == []
    desk.decisions.state("B1", "open")
    assert len(desk.decisions.in_force()) == 1
    desk.decisions.edit("B1", topic="")
    assert (desk.decisions.in_force(), desk.decisions.get("B1").until) == ([], "")


def test_an_instruction_whose_last_day_has_passed_is_kept_with_a_warning(desk: Desk) -> None:
    done = desk.decisions.add("B", "No press.", topic="press", until=THURSDAY)
    assert done.warnings == ("The instruction B1 is over already: it is shown nowhere.",)
    assert desk.decisions.in_force() == []


def test_each_kind_counts_for_itself_and_an_undone_number_is_never_given_again(desk: Desk) -> None:
    assert [entry(desk, kind).ref for kind in "KBAKB"] == ["K1", "B1", "A1", "K2", "B2"]
    desk.undo()
    assert entry(desk, "B").ref == "B3"
    with pytest.raises(NotFound, match="no entry 'B2'"):
        desk.decisions.get("B2")


def test_an_entry_says_a_day_or_words_by_when(desk: Desk) -> None:
    first = entry(desk, due=SUNDAY)
    assert (first.due, first.due_text) == ("2022-04-10", "")
    desk.decisions.edit("A1", due="the middle of May", owner="BA", link="Q1")
    changed = desk.decisions.get("a1")
    assert (changed.due, changed.due_text, changed.owner, changed.link) == ("", "the middle of May", "BA", "Q1")
    desk.decisions.edit("A1", due="", text="Ask the mayors again.")
    assert desk.decisions.get("A1").due_text == ""


def test_an_entry_that_cannot_be_is_refused(desk: Desk) -> None:
    entry(desk)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kind": "C", "text": "x"}, "'C' is not one of K, B, A"),
        ({"kind": "K", "text": " \n "}, "without a text says nothing"),
        ({"kind": "K", "text": "x", "meeting": "2022-04-07"}, "no meeting 2022-04-07"),
        ({"kind": "K", "text": "x", "meeting": "Thursday"}, "'Thursday' is not the day of a meeting"),
        ({"kind": "B", "text": "x", "topic": "weather"}, "'weather' is not one of press"),
        ({"kind": "B", "text": "x", "until": SUNDAY}, "Only a standing instruction ends"),
        ({"kind": "B", "text": "x", "state": "started"}, "'started' is not one of open"),
    )
    for told, sentence in wrong:
        with pytest.raises(Refused, match=sentence):
            desk.decisions.add(**told)
    for step, sentence in (
        (lambda: desk.decisions.state("A1", "open"), "is already: open"),
        (lambda: desk.decisions.state("A9", "done"), "no entry 'A9'"),
        (lambda: desk.decisions.edit("A1"), "Nothing changes"),
        (lambda: desk.decisions.edit("A1", text=""), "without a text"),
        (lambda: desk.decisions.get("B-0407-1"), "no entry 'B-0407-1'"),
    ):
        with pytest.raises(Refused, match=sentence):
            step()
    assert len(desk.decisions.listed(True)) == 1


# --- raised from the log ------------------------------------------------------------------------


def test_a_line_of_the_log_becomes_an_issue_in_one_step(desk: Desk) -> None:
    desk.logbook.add("signal", "Again no place for men alone.", link="L-2")
    done = desk.decisions.raise_from(1, owner="TCVS")
    raised = desk.decisions.get("K1")
    assert (done.ref, raised.text, raised.link, raised.log) == ("K1", "Again no place for men alone.", "L-2", 1)
    # it may still lead to an action, but is the same issue only once
    assert desk.decisions.raise_from(1, "A", due=SUNDAY).ref == "A1"
    with pytest.raises(Refused, match="Line 1 is K1 already"):
        desk.decisions.raise_from(1, "K")
    desk.decisions.state("K1", "dropped")
    assert desk.decisions.raise_from(1, "K").ref == "K2"


def test_a_line_that_was_written_as_an_action_is_raised_as_one(desk: Desk) -> None:
    desk.logbook.add("A", "Ring the mayor of Losser.")
    assert desk.decisions.raise_from(1).ref == "A1"
    with pytest.raises(NotFound, match="no line 2 in the log"):
        desk.decisions.raise_from(2)


def test_a_raised_line_that_names_somebody_is_said_to(desk: Desk) -> None:
    household(desk, "Petrenko")
    desk.logbook.add("note", "The Petrenkos cannot stay here.")
    done = desk.decisions.raise_from(1)
    assert done.warnings == ("It names somebody, and the list leaves the house. Change the text without the name.",)


# --- meetings -----------------------------------------------------------------------------------


def test_the_next_meeting_is_the_first_from_today_on(desk: Desk) -> None:
    assert desk.decisions.next_meeting() is None
    desk.decisions.add_meeting("BAO", day=THURSDAY, next_day=IN_TWO_WEEKS)
    assert desk.decisions.next_meeting() == (IN_TWO_WEEKS, "BAO")
    desk.decisions.add_meeting("VB", day=date(2022, 4, 11))
    assert desk.decisions.next_meeting() == (date(2022, 4, 11), "VB")
    assert desk.decisions.next_meeting(at("2022-04-22T03:00")) is None


def test_two_meetings_on_one_day_are_told_apart_by_their_name(desk: Desk) -> None:
    desk.decisions.add_meeting("BAO", day=THURSDAY)
    assert desk.decisions.meeting("7-4-2022").name == "BAO"
    desk.decisions.add_meeting("VB", day=THURSDAY)
    with pytest.raises(Refused, match="2 meetings that day: 2022-04-07 BAO; 2022-04-07 VB"):
        desk.decisions.meeting("2022-04-07")
    assert desk.decisions.meeting("2022-04-07 vb").name == "VB"
    with pytest.raises(NotFound, match="no meeting 2022-04-07 POO"):
        desk.decisions.meeting("2022-04-07 POO")


def test_a_meeting_that_cannot_be_is_refused(desk: Desk) -> None:
    desk.decisions.add_meeting("BAO", day=THURSDAY)
    for told, sentence in (
        ({"name": "BAO", "day": THURSDAY}, "written down already"),
        ({"name": "VB", "day": THURSDAY, "next_day": THURSDAY}, "does not come after 07/04/2022"),
        ({"name": " ", "day": THURSDAY}, "needs a name"),
    ):
        with pytest.raises(Refused, match=sentence):
            desk.decisions.add_meeting(**told)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="does not come after"):
        desk.decisions.edit_meeting("2022-04-07", next_day=date(2022, 4, 1))
    with pytest.raises(Refused, match="Nothing changes"):
        desk.decisions.edit_meeting("2022-04-07", name="BAO")


def test_who_was_there_and_who_sent_word_is_kept_by_role(desk: Desk) -> None:
    the_minutes(desk)
    met = desk.decisions.meeting("2022-04-07")
    every = desk.decisions.participants(met)
    assert [p.role for p in every if p.excused] == ["Hellendoorn", "Hengelo", "Adviseur politie"]
    done = desk.decisions.take_part("2022-04-07", present=["hengelo: alderman"], excused=["Borne"], remove=["OM"])
    assert done.text == "18 participants, 3 excused."
    [hengelo] = [p for p in desk.decisions.participants(met) if p.role == "Hengelo"]
    assert (hengelo.name, hengelo.excused) == ("alderman", False)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({}, "Nobody is named"),
        ({"present": ["Losser"], "excused": ["losser"]}, "losser is named twice"),
        ({"remove": ["Zwolle"]}, "'Zwolle' is not among those"),
        ({"present": [": Kees"]}, "names no role"),
    )
    for told, sentence in wrong:
        with pytest.raises(Refused, match=sentence):
            desk.decisions.take_part("2022-04-07", **told)


def test_what_somebody_went_on_with_is_not_undone(desk: Desk) -> None:
    desk.decisions.add_meeting("BAO", day=THURSDAY)
    with beside(desk, "Piet") as piet:
        piet.decisions.add("K", "Too few places.", meeting="2022-04-07")
    with pytest.raises(Refused, match=r"Piet went on with it at 02:41 \(decision add K1\)"):
        desk.undo()


# --- the list as a sheet, and as the minutes have it --------------------------------------------


def test_a_list_that_is_read_again_keeps_its_numbers_and_what_became_of_it(desk: Desk) -> None:
    the_minutes(desk)
    desk.decisions.state("A2", "done")
    desk.decisions.edit("B4", link="Q1")
    the_minutes(desk)
    assert len(desk.decisions.listed(True)) == 24
    assert (desk.decisions.get("A2").state, desk.decisions.get("B4").link) == ("done", "Q1")


def test_an_entry_that_stands_twice_in_one_sheet_is_refused_by_its_row(desk: Desk) -> None:
    rows = [{"row": row, "kind": "K", "text": text} for row, text in ((2, "Too few."), (3, "Late."), (5, "too  FEW."))]
    with pytest.raises(Refused, match="Row 5, column text: this K already stands in row 2"):
        desk.decisions.import_list(rows, day=THURSDAY)
    assert (desk.decisions.listed(True), desk.decisions.meetings()) == ([], [])


def test_every_wrong_cell_of_a_list_is_named_by_row_and_column() -> None:
    rows: list[list[object]] = [
        ["type", "tekst", "tot", "onderwerp", "status"],
        ["K", "good", None, None, None],
        ["C", "x", None, None, None],
        ["B:", "x" * 2_001, None, None, None],
        ["A)", "x", "31-2-2022", "pers", "half"],
        ["besluit", "x", "10-4-2022", None, "in uitvoering"],
    ]
    with pytest.raises(Refused) as refused:
        meeting_sheets.decisions(rows, AMSTERDAM)
    assert refused.value.sentences == (
        "Row 3, column type: 'C' is not one of K, B, A.",
        f"Row 4, column tekst: '{'x' * 39}…' is longer than 2,000 characters.",
        "Row 5, column status: 'half' is not one of open, in_progress, done, dropped.",
        "Row 5, column tot: '31-2-2022' is not a date of the calendar.",
        "Row 6: it has an end date but no topic; only a standing instruction ends.",
    )


def test_the_minutes_stand_in_80_columns_in_their_own_form(desk: Desk) -> None:
    the_minutes(desk)
    met = desk.decisions.meeting("2022-04-07")
    lines = minutes(met, desk.decisions.listed(True, meeting="2022-04-07"), desk.decisions.participants(met))
    assert max(map(len, lines)) <= 80
    assert lines[2] == "Nr    Decision (B) / Issue (K) / Action (A)          Explanation"
    for line in (
        "Ter Apel",
        "2.6   K: Ter Apel zit overvol. Groningen vraagt      Andere stroom: telt niet",
        "      A) Elke burgemeester meldt vóór 19 april of",
        "      Hengelo                                        Excused",
        "      Losser",
        "Next meeting: 21/04/2022",
    ):
        assert line in lines
    assert sum(line.startswith("2.3 ") for line in lines) == 1


def test_an_entry_added_later_comes_below_its_own_heading(desk: Desk) -> None:
    the_minutes(desk)
    entry(desk, "A", "Write to Losser.", meeting="2022-04-07", heading="Scenario maatwerk", item="2.4")
    met = desk.decisions.meeting("2022-04-07")
    lines = minutes(met, desk.decisions.listed(True, meeting="2022-04-07"), [])
    place = lines.index("      A) Write to Losser.")
    assert lines.index("Scenario maatwerk") < place < lines.index("Ter Apel")


# --- cases --------------------------------------------------------------------------------------

NAMES = (
    *(("Petrenko", "H-0407-1"), ("Олена Петренко", "H-0407-1"), ("Бондар", "H-0407-2"), ("Olena", "H-0407-2")),
    *(("Mar'yana", "H-0407-3"), ("van der Berg", "H-0407-4"), ("王伟", "H-0407-5"), ("أحمد", "H-0407-6")),
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Petrenko's dog bit Bondar.", "H-0407-1 dog bit H-0407-2."),
        ("PETRENKO asked, петренко waited", "H-0407-1 asked, H-0407-1 waited"),
        ("Olena Petrenko slept", "H-0407-1 slept"),
        ("Olena slept", "… slept"),
        ("Петренко и Бондар", "H-0407-1 и H-0407-2"),
        ("Maryana and Mar’yana", "H-0407-3 and H-0407-3"),
        ("the family van der Berg", "the family van der H-0407-4"),
        ("the van der firm came", "the van der firm came"),
        ("王伟 fell ill; 昨天王伟病了", "H-0407-5 fell ill; 昨天H-0407-5病了"),
        ("أحمد is here", "H-0407-6 is here"),
        ("Bondarenko and Petrenkovich are others", "Bondarenko and Petrenkovich are others"),
        ("H-0407-2 and room 12", "H-0407-2 and room 12"),
        ("", ""),
    ],
)
def test_a_case_names_nobody_in_whatever_script(text: str, told: str) -> None:
    assert anonymous(text, NAMES) == told


def test_only_who_types_a_name_is_told_of_it(desk: Desk) -> None:
    household(desk, "Petrenko")
    named = desk.decisions.add("K", "There is nothing.", explanation="Petrenko asked")
    assert [words.split(",")[0] for words in named.warnings] == ["It names somebody"]
    assert desk.decisions.state("K1", "done").warnings == ()
    assert desk.decisions.edit("K1", explanation="somebody asked").warnings == ()
    assert desk.requests.add("Who takes the Petrenkos?").warnings == named.warnings
    assert desk.requests.answer("Q1", "Losser", "no").warnings == ()


def test_a_name_is_known_as_long_as_it_is_kept_before_what_was_written(desk: Desk) -> None:
    gone = household(desk, "Petrenko", 2)
    desk.logbook.add("note", "Petrenko missed the bus.", type_text="case")
    desk.households.leave(gone, "left")
    first = desk.clock()

    def in_days(days: int) -> tuple[str, ...]:
        desk.clock = desk.journal.now = lambda: first + timedelta(days=days)
        return desk.decisions.add("K", f"On day {days} Petrenko rang.").warnings

    assert in_days(27)
    assert not in_days(29)
    assert [line.text for line in desk.decisions.cases()] == ["H-0407-1 missed the bus."]


def test_cases_are_lines_of_that_type_without_the_names_of_who_was_here(desk: Desk) -> None:
    gone = household(desk, "Petrenko", 2, native_name="Петренко")
    household(desk, "Bondar", 3)
    desk.households.leave(gone, "left")
    desk.logbook.add("note", "Петренко missed the bus to Bondar's aunt.", type_text="casuïstiek", link=gone)
    desk.logbook.add("note", "Bondar wants to stay.", type_text="Case", at=at("2022-04-06T12:00"))
    desk.logbook.add("note", "Bondar is angry.", type_text="complaint")
    told = [(line.text, line.by) for line in desk.decisions.cases()]
    assert told == [("H-0407-2 wants to stay.", ""), ("H-0407-1 missed the bus to H-0407-2 aunt.", "")]
    assert len(desk.decisions.cases(at("2022-04-07T00:00"))) == 1
    assert desk.logbook.lines()[-1].by == "Anna"
