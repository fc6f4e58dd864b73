"""Slips for residents: in their own language, from words that a site edits, without a name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import slips
from desk.refusals import Refused
from storage.slips import SlipTexts
from storage.store import Desk
from tests.cli import Night
from tests.store import at, household, in_bed, new_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


def slip_of(desk: Desk, ref: str, language: str = "en") -> str:
    night = desk.night()
    return "\n".join(slips.slip(night, desk.households.get(ref), SlipTexts(desk.path).text(language)))


def leaving(desk: Desk, ref: str, pickup: str = "08:15") -> None:
    placement = desk.placements.agree(ref, "Sporthal Noord", by="Wouter").ref
    desk.placements.transport(placement, carrier="taxi 2", pickup=at(pickup))


def test_it_says_the_room_breakfast_and_that_a_place_is_looked_for(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4, "3")
    said = slip_of(desk, ref)
    for words in ("Household H-0407-1, people: 4", "Room: 3", "Beds: 3-1, 3-2, 3-3, 3-4", "Breakfast: 07:30-09:30"):
        assert words in said.splitlines()
    assert "Tomorrow morning we tell you where you go and when." in said
    assert "You leave" not in said
    assert "Petrenko" not in said


def test_who_leaves_reads_when_where_to_with_what_and_when_they_are_woken(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    leaving(desk, ref)
    said = slip_of(desk, ref)
    for words in ("You leave: 08-04, 08:15, to Enschede.", "You travel with: taxi 2.", "We wake you at 07:15."):
        assert words in said.splitlines()
    assert "Tomorrow morning we tell you" not in said


def test_who_leaves_in_the_afternoon_is_not_woken_for_it(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    leaving(desk, ref, "14:30")
    assert "We wake you" not in slip_of(desk, ref)


def test_a_line_of_which_nothing_is_known_is_left_out(desk: Desk) -> None:
    ref = household(desk, "Petrenko", 4)
    said = slip_of(desk, ref)
    assert "Room:" not in said
    assert "Assembly point:" not in said
    assert "\n\n\n" not in said
    desk.set("assembly_point", "the car park")
    assert "Assembly point: the car park" in slip_of(desk, ref)


@pytest.mark.parametrize(
    ("language", "nationality", "slip"),
    [
        ("uk", None, "uk"),
        ("ru", "UKR", "ru"),
        ("nl", None, "nl"),
        (None, None, "uk"),
        (None, "UKR", "uk"),
        (None, "SYR", "en"),
        ("ar", "SYR", "en"),
        ("fr", "UKR", "en"),
    ],
)
def test_each_household_gets_the_language_it_speaks(
    desk: Desk, language: str | None, nationality: str | None, slip: str
) -> None:
    ref = in_bed(desk, "Petrenko", 2, language=language, nationality=nationality)
    assert slips.language_of(desk.households.get(ref)) == slip


@pytest.mark.parametrize("language", slips.LANGUAGES)
def test_in_every_language_the_same_things_are_filled_in(desk: Desk, language: str) -> None:
    desk.set("assembly_point", "P2")
    ref = in_bed(desk, "Petrenko", 4, "3")
    waits = slip_of(desk, ref, language)
    leaving(desk, ref)
    leaves = slip_of(desk, ref, language)
    for words in ("H-0407-1", " 4", " 3", "3-1, 3-2, 3-3, 3-4", "07:30-09:30", "22:00-07:00", "P2"):
        assert words in waits
        assert words in leaves
    for words in ("08-04, 08:15", "Enschede", "taxi 2", "07:15"):
        assert words in leaves
        assert words not in waits


def test_everybody_here_gets_one_and_nobody_who_left(night: Night) -> None:
    for name, language in (("Petrenko", "uk"), ("Koval", "ru"), ("Jansen", "nl")):
        ref = night.do("household", "register", "--name", name, "--people", 2, "--language", language)["ref"]
        night.do("household", "bed", ref)
    night.do("household", "leave", "H-0407-3", "--reason", "left")
    made = night.run("slips", "--json").json
    assert [(one["ref"], one["language"]) for one in made] == [("H-0407-1", "uk"), ("H-0407-2", "ru")]
    printed = night.run("slips", "h-0407-2").out
    assert "Номер семьи: H-0407-2, человек: 2" in printed
    assert "H-0407-1" not in printed
    assert "Household H-0407-2" in night.run("slips", "H-0407-2", "--language", "en").out
    assert "There is no household" in night.refused("slips", "H-0407-99")


def test_a_site_edits_its_own_words_and_what_it_wrote_stays(night: Night) -> None:
    night.do("household", "register", "--name", "Petrenko", "--people", 2)
    assert len(night.run("slips", "--texts", "--json").json["files"]) == 4
    mine = night.store.parent / "slips" / "uk.txt"
    mine.write_text("# ours\nДім {site}: {number}\n", encoding="utf-8")
    assert night.run("slips", "--texts", "--json").json["files"] == []
    assert night.run("slips").out.splitlines()[1:-1] == ["Дім Oldenzaal: H-0407-1"]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Room {rooom}\n", "uk.txt, line 1: {rooom} is not known."),
        ("Hello\n\n[tomorrow]\n", "uk.txt, line 3: [tomorrow] is not known."),
        ("{site.__class__}", "line 1: {site.__class__} is not known."),
        ("x" * 10_001, "is too long for a slip"),
    ],
)
def test_a_mistake_in_the_words_is_named_by_its_line(night: Night, words: str, wrong: str) -> None:
    night.do("household", "register", "--name", "Petrenko", "--people", 2)
    night.run("slips", "--texts")
    (night.store.parent / "slips" / "uk.txt").write_text(words, encoding="utf-8")
    assert wrong in night.refused("slips")


def test_words_that_are_no_text_are_refused_in_a_sentence(night: Night) -> None:
    night.do("household", "register", "--name", "Petrenko", "--people", 2)
    night.run("slips", "--texts")
    mine = night.store.parent / "slips" / "uk.txt"
    mine.write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in night.refused("slips")
    mine.unlink()
    mine.mkdir()
    assert "cannot be read" in night.refused("slips")


@given(st.text(max_size=300))
def test_whatever_a_site_writes_is_read_or_refused(words: str) -> None:
    try:
        text = slips.read("uk", "uk.txt", words)
    except Refused:
        return
    assert all("{" not in line or "}" not in line.split("{", 1)[1] or "{" in line for _part, line in text.lines)
    assert {part for part, _line in text.lines} <= {slips.ALL, slips.LEAVES, slips.WAITS}
