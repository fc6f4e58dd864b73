"""The line of the log: its kind and what it is about are read from it, and nobody who is here stands in it by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import log_line
from desk.refusals import Refused
from storage.store import Desk
from tests.cli import Night
from tests.nights import house
from tests.stage import answer, enter, quiet_night, seated, type_line
from tests.store import ANYONE, at, in_bed, new_store, still


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


@pytest.mark.parametrize(
    ("words", "kind", "type_text", "text"),
    [
        ("the front door sticks", "note", "", "the front door sticks"),
        ("incident: a window is broken", "incident", "", "a window is broken"),
        ("incident fire: smoke in the kitchen", "incident", "fire", "smoke in the kitchen"),
        ("Incident Brand/alarm: rook in de keuken", "incident", "Brand/alarm", "rook in de keuken"),
        ("K: nobody answers in Zwolle", "K", "", "nobody answers in Zwolle"),
        ("besluit: de deur blijft dicht", "B", "", "de deur blijft dicht"),
        ("gesprek: de politie", "call", "", "de politie"),
        # a sentence is no kind: one letter, a time, a word with a colon after it
        ("A man rang: he comes at nine", "note", "", "A man rang: he comes at nine"),
        ("Note the time 03:10", "note", "", "Note the time 03:10"),
        ("03:10: smoke", "note", "", "03:10: smoke"),
        ("police: they were here", "note", "", "police: they were here"),
    ],
)
def test_the_kind_stands_before_a_colon(desk: Desk, words: str, kind: str, type_text: str, text: str) -> None:
    spoken = log_line.parse(words, desk.night(), desk.clock())
    assert (spoken.kind, spoken.type_text, spoken.text) == (kind, type_text, text)


def test_what_it_is_about_is_found_in_its_words(desk: Desk) -> None:
    night = desk.night()
    for words, about in (
        ("mother of H-0407-5 is ill", "H-0407-5"),
        ("bus b-0407-2 is late", "b-0407-2"),
        ("the lamp at 12-3 is broken", "12-3"),
        ("noise in Room 12.", "12"),
        (f"{ANYONE} does not answer", ANYONE),
        ("all quiet", ""),
        ("noise in room 99", ""),
    ):
        assert log_line.parse(words, night, desk.clock()).about == about


def test_a_time_at_the_end_is_a_call_back_and_a_wrong_one_is_refused(desk: Desk) -> None:
    night = desk.night()
    spoken = log_line.parse("ring the doctor call 02:50", night, desk.clock())
    assert (spoken.kind, spoken.text, spoken.back_at) == ("call", "ring the doctor", at("02:50"))
    assert spoken.understood(night) == "call, ring back 02:50"
    with pytest.raises(Refused, match="is not a time"):
        log_line.parse("ring the doctor call later", night, desk.clock())


def test_a_name_of_somebody_here_is_seen_in_any_spelling_and_replaced_by_the_number(desk: Desk) -> None:
    in_bed(desk, "Shevchenko Olena", 2)
    night = desk.night()
    for words, better in (
        ("Shevchenko asked for the doctor", "H-0407-1 asked for the doctor"),
        ("the doctor for Шевченко", "the doctor for H-0407-1"),
        ("noise, says Schewtschenko", "noise, says H-0407-1"),
    ):
        found = log_line.named(words, night)
        assert log_line.by_number(words, found, night) == better
    assert log_line.named("the chef made tea", night) == {}


def test_a_name_of_two_households_is_nobodys_number(desk: Desk) -> None:
    in_bed(desk, "Koval", 2)
    in_bed(desk, "Koval", 3)
    night = desk.night()
    found = log_line.named("Koval has no towels", night)
    assert [household.ref for household in found["Koval"]] == [h.ref for h in night.households]
    assert log_line.by_number("Koval has no towels", found, night) == "Koval has no towels"


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(words: str) -> None:
    night = house()
    try:
        spoken = log_line.parse(words, night, night.at)
    except Refused:
        return
    assert spoken.text in words
    assert log_line.named(words, night) == {}


# --- at the keys --------------------------------------------------------------------------------


def test_an_incident_from_anywhere_with_what_it_is_about(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        ref = in_bed(desk, "Koval", 2)
        said = desk.night().said(ref)
        path = desk.path
    with seated(path) as t:
        t.press("3")
        t.wait_for("3 BEDS")
        t.press("l")
        t.wait_for("Log line")
        t.type(f"incident medical: {said} fell on the stairs")
        t.wait_for(f"incident (medical), about {said}")
        enter(t)
        t.wait_for("Written in the log.")
    with Desk(path, "Anna", still()) as desk:
        (line,) = desk.logbook.lines()
        assert (line.kind, line.type_text, line.link) == ("incident", "medical", ref)


def test_a_name_is_asked_about_and_written_as_a_number(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        in_bed(desk, "Koval", 2)
        path = desk.path
    with seated(path) as t:
        t.press("l")
        t.wait_for("Log line")
        type_line(t, "Koval wants a cot")
        answer(t, "Write H-0407-1 for Koval?")
        t.wait_for("Written in the log.")
        t.press("l")
        t.wait_for("Log line")
        type_line(t, "Koval wants another cot")
        answer(t, "Write H-0407-1 for Koval?", "n")
        t.wait_for("Koval wants another cot")
        t.settle()
        enter(t)
        t.wait_for("Written in the log.")
    with Desk(path, "Anna", still()) as desk:
        texts = [line.text for line in desk.logbook.lines()]
        assert texts == ["Koval wants another cot", "H-0407-1 wants a cot"]


def test_a_call_back_that_is_no_time_keeps_what_was_typed(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        t.press("l")
        t.wait_for("Log line")
        type_line(t, "the doctor call soon")
        t.wait_for("is not a time")
        assert "the doctor call soon" in t.text


def test_on_the_command_line_a_name_is_warned_about(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    night.in_bed("Koval", 2)
    done = night.do("log", "add", "note", "Koval wants a cot")
    assert done["warnings"] == [
        "Koval may be H-0407-1; the log is kept for years. Put it right by number: desk log correct 1"
    ]
    assert night.do("log", "add", "note", "H-0407-1 wants a cot")["warnings"] == []
