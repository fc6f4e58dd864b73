"""The log: nothing is overwritten, it is found again in any script, and it says when it was typed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.logbook import LogLine
from desk.names import matches
from desk.refusals import Refused
from storage.rows import insert
from storage.store import Desk
from tests.cli import Night
from tests.stage import quiet_night, seated, type_line
from tests.store import at, moment, new_store, still


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=12)


def test_a_correction_is_a_new_line_and_the_old_one_stays_and_says_so(night: Night) -> None:
    night.do("log", "add", "incident", "Noise in room 4", "--type", "overlast")
    assert night.do("log", "correct", 1, "Noise in room 5")["ref"] == "log 2"
    new, old = night.do("log", "list")
    assert (old["text"], old["state"], old["put_right_by"]) == ("Noise in room 4", "put_right", 2)
    assert (new["text"], new["corrects"], new["kind"], new["type"]) == ("Noise in room 5", 1, "incident", "overlast")
    assert "put right by line 2" in night.run("log", "list").out


def test_a_line_is_put_right_once_and_then_its_correction_is(night: Night) -> None:
    night.do("log", "add", "note", "one")
    night.do("log", "correct", 1, "two")
    assert "desk log correct 2" in night.refused("log", "correct", 1, "three")
    assert "no line 9" in night.refused("log", "correct", 9, "three")
    assert night.do("log", "correct", 2, "three")["ref"] == "log 3"


def test_a_call_back_that_was_put_right_is_rung_once_and_as_the_new_line_says(night: Night) -> None:
    night.do("log", "add", "call", "the doktor", "--back", "04:00")
    night.do("log", "correct", 1, "the doctor")
    texts = [signal["text"] for signal in night.now()["signals"] if signal["kind"] == "call_back"]
    assert len(texts) == 1
    assert "the doctor" in texts[0]
    assert "no open call-back 1" in night.refused("log", "done", 1)
    assert night.do("log", "done", 2)["state"] == "done"


def test_three_scripts_are_kept_and_found_in_each_others_spelling(night: Night) -> None:
    words = "Шевченко asked for the doctor, قال الطبيب نعم"
    night.do("log", "add", "note", words)
    night.do("log", "add", "note", "nothing else")
    for query in ("shevchenko", "Sjevtsjenko doctor", "Шевченко", "الطبيب"):
        assert [line["text"] for line in night.do("log", "find", query)] == ([words] if query[1] != "j" else []), query
    assert night.do("log", "find", "Petrenko") == []


def test_five_thousand_letters_are_refused_and_nothing_is_written(night: Night) -> None:
    assert "at most 2,000 fit" in night.refused("log", "add", "note", "x" * 5_000)
    assert len(night.do("log", "add", "note", "x" * 2_000)["text"]) > 0


def test_an_event_that_is_still_to_come_is_refused(night: Night) -> None:
    assert "still to come" in night.refused("log", "add", "note", "the bus came", "--at", "03:40")
    night.do("log", "add", "note", "the bus came", "--at", "02:41")


def test_when_it_was_typed_shows_only_where_that_is_more_than_five_minutes_from_when_it_happened(night: Night) -> None:
    night.do("log", "add", "note", "late", "--at", "-10m")
    night.do("log", "add", "note", "prompt", "--at", "-4m")
    prompt, late = night.run("log", "list").out.splitlines()[1:]
    assert "(typed" in late
    assert "02:31" in late
    assert "(typed" not in prompt
    assert night.do("log", "list")[1]["entered_at"] == "2022-04-08T02:41:00+02:00"


def test_the_actions_of_the_desk_stand_between_the_lines_on_request(night: Night) -> None:
    bus = night.bus("Utrecht", 48)
    night.do("log", "add", "note", "The driver is tired", "--link", bus)
    night.do("bus", "arrive", bus)
    told = [one["text"] for one in night.do("log", "list", "--all")[:3]]
    assert told == [f"{bus} is here", "The driver is tired", f"announced {bus}: Utrecht, 48 people"]
    assert len(night.do("log", "list")) == 1


def test_a_line_taken_back_is_told_as_an_action(night: Night) -> None:
    night.do("log", "add", "note", "wrong desk")
    night.do("undo")
    assert night.do("log", "list") == []
    assert [one["state"] for one in night.do("log", "list", "--all")[:2]] == ["undo", "did"]


def test_noise_about_a_location_says_what_was_done(night: Night) -> None:
    night.locations("De Wilgenhof,Oldenzaal,municipal,40")
    ref = night.do("list", "locations")[0]["ref"]
    night.do("log", "add", "signal", "Shouting in the street.", "--link", ref, "--done", "rang the night watch")
    (line,) = night.do("log", "list")
    assert (line["link"], line["text"]) == (ref, "Shouting in the street. Done about it: rang the night watch")


def test_a_disclosure_says_who_asked_why_and_what_they_were_told(night: Night) -> None:
    ref = night.household("Koval", 2)
    told = ("--asked-by", "police", "--number", "123456", "--basis", "Wvb 5", "--shown", "nothing")
    night.do("log", "disclosure", *told, "--allowed-by", "coordinator", "--link", ref)
    (line,) = night.do("log", "list")
    assert (line["type"], line["link"]) == ("disclosure", ref)
    for words in ("police", "123456", "Wvb 5", "nothing", "coordinator"):
        assert words in line["text"]
    assert "must all be told" in night.refused("log", "disclosure", *told, "--allowed-by", " ")


def test_say_nothing_covers_the_name_everywhere_but_on_their_own_sheet(night: Night) -> None:
    ref = night.in_bed("Kovalenko", 2)
    shown = [("list", "households"), ("list", "beds"), ("plan", "beds"), ("list", "placements"), ("now",)]
    assert any("Kovalenko" in night.run(*words).out for words in shown)
    night.do("household", "say-nothing", ref)
    for words in shown:
        assert "Kovalenko" not in night.run(*words).out, words
        assert "Kovalenko" not in night.run(*words, "--json").out, words
    assert "•••" in night.run("list", "households").out
    assert "Kovalenko" in night.run("show", ref).out
    night.do("household", "say-nothing", ref, "--no")
    assert "Kovalenko" in night.run("list", "households").out


def test_a_search_reads_the_last_ten_thousand_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.logbook.MOST_SEARCHED", 3)
    with new_store(tmp_path) as desk:
        for words in ("first", "second", "third", "fourth"):
            desk.logbook.add("note", words)
        assert desk.logbook.find("first") == []
        assert [entry.line.text for entry in desk.logbook.find("second")] == ["second"]


def test_what_is_found_comes_newest_first_and_at_most_a_hundred_lines(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        with desk.journal.action("log add", {}):
            for number in range(130):
                insert(desk.db, LogLine(at=desk.clock(), text=f"round {number}", by="Anna"))
            insert(
                desk.db, LogLine(at=desk.clock(), text="nothing", by="Piet", link="H-220407-5", type_text="overlast")
            )
        found = [entry.line.text for entry in desk.logbook.find("round")]
        assert found == [f"round {number}" for number in range(129, 29, -1)]
        # who wrote it, what it is about and its type are searched like its words
        for query in ("piet", "H-220407-5", "overlast", "nothing overlast piet"):
            assert [entry.line.text for entry in desk.logbook.find(query)] == ["nothing"], query
        assert desk.logbook.find("nothing anna") == []


SCRIPTS = ("abcdefghijklmnopqrstuvwxyz", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
WORDS = st.sampled_from(SCRIPTS).flatmap(lambda letters: st.text(letters, min_size=1, max_size=9))


@given(st.lists(WORDS, min_size=1, max_size=8), st.data())
def test_any_beginning_of_any_word_in_any_script_finds_the_line(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))
    query = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in chosen)
    assert matches(query, text)
    assert matches(query.upper(), text)
    assert matches(f"{query} 7", text, "room 7")
    assert not matches(f"{query} 7", text)


def test_the_clock_set_back_an_hour_leaves_the_lines_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    with new_store(tmp_path, clock="2022-04-08T03:30:00+02:00") as desk:
        desk.logbook.add("note", "before")
        path = desk.path
    with Desk(path, "Anna", still("2022-04-08T02:30:00+02:00")) as desk:
        desk.logbook.add("note", "after")
        desk.logbook.correct(1, "before, put right")
        told = [(entry.line.text, entry.line.at, entry.typed_late) for entry in desk.logbook.entries()]
    early, late = moment("2022-04-08T02:30:00+02:00"), moment("2022-04-08T03:30:00+02:00")
    assert told == [("before, put right", late, early), ("after", early, None), ("before", late, None)]


def test_a_refused_correction_leaves_no_line(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.logbook.add("note", "one")
        for wrong, moment in ((" ", None), ("two", at("05:00"))):
            with pytest.raises(Refused):
                desk.logbook.correct(1, wrong, moment)
        assert len(desk.logbook.lines()) == 1


def test_by_keys_a_line_is_put_right_found_and_read_between_the_actions(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("6", "l")
        t.wait_for("Log line")
        type_line(t, "Noise in room 4")
        t.wait_for("Written in the log")
        t.press("e")
        t.wait_for("as it should be")
        t.press("backspace")
        type_line(t, "5")
        t.wait_for("puts line 1 right")
        t.wait_for("put right by line 2")
        t.press("tab")
        t.wait_for("Log and all actions")
        t.wait_for("made the store")
        t.press("tab", "/")
        t.wait_for("Find in the log")
        type_line(t, "room 5")
        t.wait_for("Found in the log")
        t.settle()
        assert "room 5" in t.text
        assert "room 4" not in t.text


def test_a_search_for_a_covered_name_answers_ask_the_coordinator(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        ref = desk.households.register(name="Kovalenko", people=2).ref
        desk.households.say_nothing(ref)
        path = desk.path
    with seated(path) as t:
        t.press("/")
        t.wait_for("Find: name in any script")
        type_line(t, "kovalenk")
        t.wait_for("ask the coordinator")
        t.settle()
        assert "Kovalenko" not in t.text
        t.press("enter")
        t.wait_for("Kovalenko")
