"""The handover: made from what is open, accepted by name, and what an action meets before that."""

from pathlib import Path

import pytest

from tests.cli import Night
from tests.stage import quiet_night, seated, type_line
from tests.store import new_store


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=12)


def nine_open_items(night: Night) -> None:
    """A bus, people without a place, a hold, two beds, an incident, a call-back, an action due, an instruction."""
    night.locations("De Wilgenhof,Oldenzaal,municipal,40")
    night.bus("Utrecht", 4, "05:00")
    family = night.in_bed("Petrenko", 3)
    night.do("placement", "ask", family, "De Wilgenhof", "--until", "05:00")
    night.do("bed", "block", "3-1", "--reason", "broken")
    night.do("bed", "block", "3-2", "--reason", "wet")
    night.do("log", "add", "incident", "Noise in room 4")
    night.do("log", "add", "call", "the doctor", "--back", "04:00")
    night.do("decision", "add", "A", "Ask the mayors", "--due", "2022-04-08")
    night.do("decision", "add", "B", "No press", "--topic", "press")


def test_nine_open_items_are_handed_over_accepted_and_printed(night: Night) -> None:
    nine_open_items(night)
    done = night.do("shift", "handover", "--note", "Quiet otherwise.")
    assert (done["state"], done["items"]) == ("made", 9)
    record = night.do("report", "handover")
    kinds = [item["kind"] for item in record["made"]["items"]]
    assert kinds == "bus unplaced hold bed bed incident call_back decision instruction".split()
    assert (record["state"], record["by"], record["accepted"]) == ("made", "Anna", None)
    assert night.do("shift", "accept", by="Piet")["state"] == "accepted"
    printed = night.run("report", "handover").out
    for words in (
        "Handover by Anna",
        "Quiet otherwise.",
        "Noise in room 4",
        "the doctor",
        "broken",
        "Accepted by Piet",
    ):
        assert words in printed
    assert "Petrenko" not in printed


def test_where_nothing_is_open_there_is_nothing_to_report(night: Night) -> None:
    assert "nothing to report" in night.do("shift", "handover")["text"]
    night.do("shift", "accept", by="Piet")
    assert "Nothing to report." in night.run("report", "handover").out


def test_what_was_made_stays_and_what_was_accepted_stands_beside_it(night: Night) -> None:
    bus = night.bus("Utrecht", 4, "05:00")
    night.do("shift", "handover")
    made = night.do("report", "handover")["made"]
    night.do("bus", "cancel", bus, "--reason", "engine")
    night.do("log", "add", "incident", "Noise in room 4")
    night.do("shift", "accept", by="Piet")
    record = night.do("report", "handover")
    assert record["made"] == made
    assert [item["kind"] for item in record["accepted"]["items"]] == ["incident"]
    printed = night.run("report", "handover").out
    assert "done meanwhile" in printed
    assert "new meanwhile" in printed


def test_a_line_is_added_to_an_item_until_it_is_accepted(night: Night) -> None:
    night.do("log", "add", "incident", "Noise in room 4")
    night.do("shift", "handover")
    night.do("shift", "note", 1, "They promised to be quiet.")
    assert "They promised to be quiet." in night.run("report", "handover").out
    assert "Give its number" in night.refused("shift", "note", 2, "nobody knows")
    night.do("shift", "accept", by="Piet")
    assert "Piet accepted it already" in night.refused("shift", "note", 1, "too late")


def test_nobody_accepts_their_own_or_one_twice_or_none(night: Night) -> None:
    assert "No handover was made yet" in night.refused("shift", "accept", by="Piet")
    night.do("shift", "handover")
    assert "made this handover yourself" in night.refused("shift", "accept")
    night.do("shift", "accept", by="Piet")
    assert "Piet accepted it already" in night.refused("shift", "accept", by="Els")


def test_one_that_nobody_accepts_waits_until_another_is_made(night: Night) -> None:
    night.do("shift", "handover")
    night.do("shift", "handover", by="Els")
    assert night.do("shift", "accept", by="Anna")["ref"] == "handover 2"


def test_the_first_action_before_acceptance_warns_and_the_second_does_not(night: Night) -> None:
    night.do("shift", "handover")
    assert "Anna's handover waits for you" in night.run("phone", "add", "taxi", "0600", by="Piet").err
    assert night.run("phone", "add", "taxi", "0601", by="Piet").err == ""
    assert night.run("phone", "add", "taxi", "0602").err == ""


def test_with_the_setting_off_nobody_is_warned(night: Night) -> None:
    night.do("settings", "handover", "off")
    night.do("shift", "handover")
    assert night.run("phone", "add", "taxi", "0600", by="Piet").err == ""


def test_where_it_is_required_all_but_what_safety_needs_waits_for_acceptance(night: Night) -> None:
    ref = night.in_bed("Petrenko", 3)
    night.do("settings", "handover", "require")
    night.do("shift", "handover")
    assert "accept it first" in night.refused("phone", "add", "taxi", "0600", by="Piet")
    assert "accept it first" in night.refused("bed", "block", "3-1", by="Piet")
    for words in (
        ("bus", "arrive", "--from", "Utrecht", "--people", 3),
        ("household", "register", "--name", "Koval", "--people", 1),
        ("household", "out", ref),
        ("household", "in", ref),
        ("log", "add", "note", "the alarm went"),
        ("rollcall", "start"),
        ("report", "evacuation"),
    ):
        assert night.run(*words, by="Piet").exit == 0, words
    night.do("phone", "add", "doctor", "0601")
    night.do("shift", "accept", by="Piet")
    night.do("phone", "add", "taxi", "0600", by="Piet")


def test_by_keys_it_is_handed_over_with_one_key_and_accepted_with_another(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path, "Anna") as t:
        t.press(":")
        type_line(t, "shift handover")
        t.wait_for("nothing to report, hand over")
        t.settle()
        t.press("enter")
        t.wait_for("Handed over: nothing to report.")
    with seated(path, "Piet") as t:
        t.wait_for("Anna's handover of")
        t.press(":")
        type_line(t, "shift handover")
        t.wait_for("Piet has read this and takes over")
        t.wait_for("Nothing to report.")
        t.settle()
        t.press("enter")
        t.wait_for("Piet accepted the handover of Anna.")


def test_the_note_is_optional_by_keys_where_something_is_open(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.logbook.add("incident", "Noise in room 4")
        path = desk.path
    with seated(path, "Anna") as t:
        t.press(":")
        type_line(t, "shift handover")
        t.wait_for("Noise in room 4")
        t.settle()
        t.press("enter")
        t.wait_for("A line for the next shift")
        type_line(t, "All asleep since")
        t.wait_for("Handed over: 1 open items.")
