from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desk import requests as rules
from desk import signals
from desk.refusals import NotFound, Refused
from desk.requests import Addressee, Answer, Request
from storage.store import Desk
from tests.store import AMSTERDAM, at, beside, moment, new_store

FRIDAY, TUESDAY = date(2022, 4, 8), date(2022, 4, 19)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


def ask(desk: Desk, question: str = "Can you run a 24/7 location?", **details: object) -> str:
    """A request to all municipalities, unless it says to whom."""
    return desk.requests.add(question, **details).ref  # type: ignore[arg-type]


def said(desk: Desk, ref: str, municipality: str) -> Answer:
    return desk.requests.answer_of(desk.requests.get(ref), municipality).answer


# --- the question -------------------------------------------------------------------------------


def test_a_question_goes_to_all_14_municipalities_and_waits_for_each(desk: Desk) -> None:
    done = desk.requests.add("Can you run a 24/7 location?", occasion="K5", deadline=TUESDAY)
    assert (done.ref, done.state, done.text) == ("Q1", "open", "Q1 to 14 municipalities.")
    request = desk.requests.get("q1")
    assert (request.sent_by, request.deadline, request.stream) == ("Anna", "2022-04-19", "ukraine")
    assert {a.answer.state for a in desk.requests.of(request)} == {"open"}
    assert [a.municipality for a in desk.requests.of(request)][:2] == ["Almelo", "Borne"]
    assert desk.requests.tally(request).text == "0 of 14 answered"


def test_a_number_is_given_once_and_never_again(desk: Desk) -> None:
    ask(desk)
    desk.undo()
    assert ask(desk) == "Q2"
    with pytest.raises(NotFound, match="no request 'Q1'"):
        desk.requests.get("Q1")


def test_a_municipality_is_found_by_code_and_by_either_name_and_is_asked_once(desk: Desk) -> None:
    ref = ask(desk, municipalities=["GM0164", "hengelo", "Hengelo (O.)", " Losser "])
    assert [a.municipality for a in desk.requests.of(desk.requests.get(ref))] == ["Hengelo", "Losser"]


def test_a_question_that_cannot_be_sent_is_not_sent(desk: Desk) -> None:
    for wrong, sentence in (
        ({"question": "  "}, "without a question"),
        ({"question": "x", "municipalities": ["Losser", "Zwolle"]}, "no municipality 'Zwolle'"),
        ({"question": "x", "deadline": date(2022, 4, 7)}, "07/04/2022 comes before the day it was sent, 08/04/2022"),
        ({"question": "x", "stream": "syria"}, "'syria' is not one of ukraine, asylum"),
        ({"question": "x" * 2_001}, "at most 2,000 fit"),
    ):
        with pytest.raises(Refused, match=sentence):
            desk.requests.add(**wrong)
    assert desk.requests.listed(everything=True) == []
    assert ask(desk) == "Q1"


def test_where_there_are_no_municipalities_nobody_can_be_asked(tmp_path: Path) -> None:
    with new_store(tmp_path, locations=False) as desk, pytest.raises(Refused, match="no municipalities to ask"):
        ask(desk)


def test_a_municipality_that_was_forgotten_is_asked_as_well(desk: Desk) -> None:
    ref = ask(desk, municipalities=["Losser"], deadline=TUESDAY)
    desk.requests.answer(ref, "Losser", "yes", number=30)
    desk.requests.edit(ref, municipalities=["Losser", "Borne"], deadline="", note="Borne asked by phone")
    request = desk.requests.get(ref)
    assert (request.deadline, request.note) == ("", "Borne asked by phone")
    assert desk.requests.tally(request).text == "1 of 2 answered"
    with pytest.raises(Refused, match="Nothing changes"):
        desk.requests.edit(ref, municipalities=["Borne"])
    with pytest.raises(Refused, match="without a question"):
        desk.requests.edit(ref, question=" ")


# --- the answers --------------------------------------------------------------------------------


def test_answers_are_counted_by_what_they_say(desk: Desk) -> None:
    ref = ask(desk)
    desk.requests.answer(ref, "Almelo", "yes", number=60, by="Els")
    desk.requests.answer(ref, "Borne", "conditions", number=20, note="until July")
    desk.requests.answer(ref, "Losser", "no")
    done = desk.requests.answer(ref, "Hof van Twente", "undecided", number=500)
    assert done.text == "Hof van Twente: to be determined, 500; 4 of 14 answered."
    tally = desk.requests.tally(desk.requests.get(ref))
    assert (tally.yes, tally.conditions, tally.no, tally.undecided) == (1, 1, 1, 1)
    # what is undecided is promised by nobody
    assert tally.number == 80


def test_an_answer_can_be_changed_and_the_journal_keeps_the_one_before(desk: Desk) -> None:
    ref = ask(desk)
    desk.requests.answer(ref, "Losser", "yes", number=60, note="the old school", by="Els")
    done = desk.requests.answer(ref, "Losser", "no", note="the neighbours", by="Kees")
    assert done.text == "Losser: no; 1 of 14 answered. Before: yes, 60."
    answer = said(desk, ref, "Losser")
    assert (answer.state, answer.number, answer.note, answer.by) == ("no", None, "the neighbours", "Kees")
    last = desk.journal.actions()[-1]
    [(table, _row, old, _new)] = desk.journal.changes(last.id)
    assert (table, "the old school" in old) == ("answer", True)
    desk.undo()
    assert said(desk, ref, "Losser").number == 60


def test_an_answer_that_was_never_given_is_taken_back(desk: Desk) -> None:
    ref = ask(desk)
    desk.requests.answer(ref, "Losser", "yes", number=60)
    desk.requests.answer(ref, "Losser", "open")
    assert said(desk, ref, "Losser") == Answer(id=said(desk, ref, "Losser").id, request=1, municipality=9)


def test_what_comes_after_the_last_day_is_kept_and_marked_late(desk: Desk) -> None:
    ref = ask(desk, deadline=TUESDAY)
    assert desk.requests.answer(ref, "Almelo", "yes", number=10, at=at("2022-04-19T23:59")).warnings == ()
    done = desk.requests.answer(ref, "Borne", "yes", number=5, at=at("2022-04-20T00:00"))
    assert done.warnings == ("Borne is late: the last day was 19/04/2022. The answer is kept and marked late.",)
    tally = desk.requests.tally(desk.requests.get(ref))
    assert (tally.late, tally.number) == (1, 15)
    desk.requests.edit(ref, deadline=date(2022, 4, 20))
    assert desk.requests.tally(desk.requests.get(ref)).late == 0


def test_late_goes_by_the_wall_clock_of_the_site() -> None:
    request = Request(deadline="2022-04-19")
    # 23:59 in London is 00:59 the next day in Oldenzaal
    for moment_said, late in (("2022-04-19T23:59:00+02:00", False), ("2022-04-19T22:59:00+00:00", True)):
        answer = Answer(state="no", at=moment(moment_said))
        assert rules.is_late(request, answer, AMSTERDAM) is late
    assert not rules.is_late(Request(), Answer(state="no", at=moment()), AMSTERDAM)


def test_an_answer_that_cannot_be_is_refused(desk: Desk) -> None:
    ref = ask(desk, municipalities=["Losser"])
    for words, sentence in (
        (("Q9", "Losser", "yes"), "no request 'Q9'"),
        ((ref, "Zwolle", "yes"), "no municipality 'Zwolle'"),
        ((ref, "", "yes"), "no municipality ''"),
        ((ref, "Borne", "yes"), "was not sent to Borne"),
        ((ref, "Losser", "perhaps"), "'perhaps' is not one of"),
    ):
        with pytest.raises(Refused, match=sentence):
            desk.requests.answer(*words)
    with pytest.raises(Refused, match="contradicts itself"):
        desk.requests.answer(ref, "Losser", "no", number=3)
    with pytest.raises(Refused, match="-1 places are not possible"):
        desk.requests.answer(ref, "Losser", "yes", number=-1)
    assert said(desk, ref, "Losser").state == "open"


def test_ter_apel_is_another_stream_and_its_places_are_never_added_to_those_of_ukraine(desk: Desk) -> None:
    ukraine, asylum = ask(desk), ask(desk, "Who can help Ter Apel?", stream="asylum")
    desk.requests.answer(ukraine, "Losser", "yes", number=60)
    desk.requests.answer(asylum, "Losser", "yes", number=12)
    desk.requests.answer(asylum, "Borne", "conditions", number=3)
    assert desk.requests.numbers() == {"ukraine": 60, "asylum": 15}
    desk.requests.close(asylum)
    assert desk.requests.numbers() == {"ukraine": 60, "asylum": 0}
    assert desk.requests.numbers(everything=True) == {"ukraine": 60, "asylum": 15}
    # and the region's own figures know nothing of either
    assert sum(standing.held for standing in desk.night().standing.values()) == 0


def test_a_request_that_somebody_noted_an_answer_to_is_not_undone_by_another(desk: Desk) -> None:
    ref = ask(desk)
    with beside(desk, "Piet") as piet:
        piet.requests.answer(ref, "Losser", "yes", number=60)
    with pytest.raises(Refused, match="Piet went on with it"):
        desk.undo()
    assert said(desk, ref, "Losser").number == 60


# --- who is reminded ----------------------------------------------------------------------------


def test_who_has_not_answered_is_reminded_the_nearest_deadline_first(desk: Desk) -> None:
    later = ask(desk, municipalities=["Losser", "Borne"], deadline=TUESDAY)
    never = ask(desk, municipalities=["Almelo"])
    sooner = ask(desk, municipalities=["Wierden"], deadline=FRIDAY)
    desk.requests.answer(later, "Borne", "no")
    assert [(r.request.ref, r.municipality, r.text) for r in desk.requests.remind()] == [
        (sooner, "Wierden", "today is the last day"),
        (later, "Losser", "11 days left"),
        (never, "Almelo", "no deadline"),
    ]
    assert [r.text for r in desk.requests.remind(at("2022-04-20T09:00"))][:2] == ["12 days late", "1 day late"]


def test_of_a_closed_request_nobody_is_reminded_but_an_answer_is_still_kept(desk: Desk) -> None:
    ref = ask(desk, municipalities=["Losser", "Borne"], deadline=TUESDAY)
    assert desk.requests.close(ref).text == "Q1 is closed: 0 of 2 answered."
    assert (desk.requests.remind(), desk.requests.listed()) == ([], [])
    desk.requests.answer(ref, "Losser", "yes", number=4)
    assert desk.requests.tally(desk.requests.get(ref)).answered == 1
    with pytest.raises(Refused, match="closed already"):
        desk.requests.close(ref)


def test_a_reminder_is_never_among_the_duties_of_a_night(desk: Desk) -> None:
    nights = (at("02:41"), at("2022-04-12T03:00"))
    before = [signals.signals(desk.night(night)) for night in nights]
    ask(desk, deadline=FRIDAY)
    assert len(desk.requests.remind(nights[1])) == 14
    assert [signals.signals(desk.night(night)) for night in nights] == before


def test_a_request_that_is_closed_reminds_nobody_whatever_it_is_given() -> None:
    closed = Request(id=1, ref="Q1", closed_at=moment())
    addressed = {1: [Addressee("Losser", Answer(request=1))]}
    assert rules.to_remind([closed], addressed, FRIDAY) == []


# --- candidate sites ----------------------------------------------------------------------------


def test_marktzicht_is_a_candidate_and_nothing_that_was_said_of_it_is_lost(desk: Desk) -> None:
    ref = ask(desk)
    done = desk.requests.add_candidate("Marktzicht", "Losser", request=ref, note="meant for another group")
    assert (done.ref, done.state) == ("Marktzicht, Losser", "candidate")
    desk.requests.candidate_state("marktzicht", "unsuitable", note="few exits")
    desk.requests.candidate_state("Marktzicht, Losser", "unsuitable", note="the neighbours will not like it")
    candidate, municipality = desk.requests.candidate("Markt")
    assert (candidate.state, municipality, candidate.request) == ("unsuitable", "Losser", 1)
    assert candidate.note.split("\n") == ["meant for another group", "few exits", "the neighbours will not like it"]
    assert desk.requests.candidates() == []
    assert len(desk.requests.candidates(everything=True)) == 1


def test_two_sites_of_one_name_are_told_apart_by_their_municipality(desk: Desk) -> None:
    desk.requests.add_candidate("Sporthal", "Losser")
    desk.requests.add_candidate("Sporthal", "Borne")
    with pytest.raises(Refused, match="can be: Sporthal, Losser; Sporthal, Borne"):
        desk.requests.candidate_state("Sporthal", "chosen")
    assert desk.requests.candidate_state("Sporthal, Borne", "chosen").ref == "Sporthal, Borne"


def test_a_candidate_that_cannot_be_is_refused(desk: Desk) -> None:
    desk.requests.add_candidate("Marktzicht", "Losser")
    for words, sentence in (
        (("", "Losser"), "needs a name"),
        (("MARKTZICHT ", "losser"), "is a candidate already"),
        (("Markthal", "Zwolle"), "no municipality 'Zwolle'"),
    ):
        with pytest.raises(Refused, match=sentence):
            desk.requests.add_candidate(*words)
    with pytest.raises(Refused, match="no request 'Q7'"):
        desk.requests.add_candidate("Markthal", "Losser", request="Q7")
    with pytest.raises(Refused, match="no candidate 'De Wilgenhof'"):
        desk.requests.candidate_state("De Wilgenhof", "chosen")
    with pytest.raises(Refused, match="is already: candidate"):
        desk.requests.candidate_state("Marktzicht", "candidate")
    with pytest.raises(Refused, match="'good' is not one of"):
        desk.requests.candidate_state("Marktzicht", "good")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yes", ("yes", None, "")),
        ("Ja 20 na Pasen", ("yes", 20, "na Pasen")),
        ("onder voorwaarden 40", ("conditions", 40, "")),
        ("with conditions: only families", ("conditions", None, "only families")),
        ("nader te bepalen", ("undecided", None, "")),
        ("no, the hall is full", ("no", None, "the hall is full")),
    ],
)
def test_an_answer_typed_in_one_line_is_read_back(typed: str, meant: tuple[str, int | None, str]) -> None:
    assert rules.understood(typed) == meant


def test_a_line_that_is_no_answer_is_refused() -> None:
    with pytest.raises(Refused, match="is not an answer"):
        rules.understood("20 places perhaps")
