"""The handover: made from what is open, accepted by name, and what an action meets before that."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from desk import signals
from desk.language import speak
from storage.store import Desk
from tests.cli import Night
from tests.stage import opened, quiet_night, seated, sit_down, stand_on, type_line
from tests.store import CLOCK, beside, moment, new_store, still


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
        t.wait_for("Handed over: 1 open item.")
        t.wait_for("Handed over: Enter adds a line, q leaves")
        t.settle()
        t.press("enter")
        t.wait_for("Item 1: what must the next shift know of it?")
        type_line(t, "They promised to be quiet")
        t.wait_for("+ They promised to be quiet")
        t.press("q")
        t.wait_for("waits: read and accept it")
    with Desk(path, "Piet", still()) as piet:
        (item,) = piet.handovers.made(piet.handovers.last()).items
        assert item.notes == ("They promised to be quiet",)


def test_what_was_handed_over_is_read_by_whoever_opens_reports(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.logbook.add("incident", "Noise in room 4")
        desk.handovers.make()
        path = desk.path
    with Desk(path, "Piet", still()) as piet:
        piet.logbook.add("incident", "A window broke")
        piet.handovers.accept()
    with seated(path, "Els") as t:
        t.press("7")
        t.wait_for("Handover of the shift")
        stand_on(t, "Handover")
        t.press("enter")
        t.wait_for("Noise in room 4")
        t.wait_for("new meanwhile")
        t.wait_for("Accepted by Piet")


def test_a_long_handover_is_paged_to_its_end_before_it_is_accepted(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        for number in range(40):
            desk.logbook.add("incident", f"Incident {number} " + "with many words " * 8)
        desk.handovers.make()
        path = desk.path
    with seated(path, "Piet") as t:
        t.press(":")
        type_line(t, "shift handover")
        t.wait_for("Incident 0 ")
        t.settle()
        t.press("end")
        t.wait_for("Incident 39")
        t.wait_for("Nobody accepted it yet.")
        t.settle()
        t.press("enter")
        t.wait_for("Piet accepted the handover of Anna.")


# --- the end of a shift -------------------------------------------------------------------------


EVENING, MORNING = "2022-04-07T20:00:00+02:00", "2022-04-08T06:45:00+02:00"


def due(desk: Desk, at_clock: str) -> list[tuple[str, str]]:
    """Text and severity of the signals about handing over, at that moment."""
    speak("en")
    found = signals.signals(desk.night(moment(at_clock)))
    return [(s.text, s.severity) for s in found if s.kind in {"handover_due", "handover_waits"}]


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("2022-04-07T22:29:00+02:00", []),
        ("2022-04-07T22:30:00+02:00", [("hand over at 23:00", "note")]),
        ("2022-04-07T23:00:00+02:00", [("hand over: 23:00 has passed", "warning")]),
        ("2022-04-08T03:00:00+02:00", [("hand over: 23:00 has passed", "warning")]),
        ("2022-04-08T06:30:00+02:00", [("hand over at 07:00", "note")]),
    ],
)
def test_from_half_an_hour_before_a_shift_ends_one_is_asked_to_hand_over(
    tmp_path: Path, clock: str, said: list[tuple[str, str]]
) -> None:
    with new_store(tmp_path, clock=EVENING) as desk:
        assert due(desk, clock) == said


def test_who_hands_over_is_asked_no_more_until_the_next_shift_ends(tmp_path: Path) -> None:
    with new_store(tmp_path, clock=EVENING) as desk:
        path = desk.path
    with Desk(path, "Anna", still("2022-04-08T06:05:00+02:00")) as anna:
        anna.handovers.make()
    with Desk(path, "Piet", still(MORNING)) as piet:
        piet.handovers.accept()
        assert due(piet, "2022-04-08T07:00:00+02:00") == []
        assert due(piet, "2022-04-08T14:29:00+02:00") == []
        assert due(piet, "2022-04-08T14:30:00+02:00") == [("hand over at 15:00", "note")]


def test_a_desk_that_began_after_the_shift_has_nothing_to_hand_over(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        assert due(desk, CLOCK) == []
        desk.set("shift_times", "")
        assert due(desk, "2022-04-08T07:00:00+02:00") == []


@pytest.mark.parametrize("night", ["2022-03-27", "2022-10-30"])
def test_in_the_nights_the_clock_moves_the_shift_ends_when_the_wall_clock_says_so(tmp_path: Path, night: str) -> None:
    evening = f"{date.fromisoformat(night) - timedelta(days=1)}T23:30:00+02:00".replace(
        "+02:00", "+01:00" if night.startswith("2022-03") else "+02:00"
    )
    morning = "+02:00" if night.startswith("2022-03") else "+01:00"
    with new_store(tmp_path, clock=evening) as desk:
        assert due(desk, f"{night}T06:29:00{morning}") == []
        assert due(desk, f"{night}T06:30:00{morning}") == [("hand over at 07:00", "note")]


def test_a_handover_nobody_accepts_grows_to_a_warning_after_an_hour(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.handovers.make()
        words = "Anna's handover of 02:41 waits: read and accept it"
        assert due(desk, "2022-04-08T03:40:00+02:00") == [(words, "note")]
        assert due(desk, "2022-04-08T03:41:00+02:00") == [(words, "warning")]
        desk.set("handover", "off")
        assert due(desk, "2022-04-08T03:41:00+02:00") == []
        desk.set("handover", "warn")
        with beside(desk) as piet:
            piet.handovers.accept()
        assert due(desk, "2022-04-08T03:41:00+02:00") == []


def test_by_keys_the_signal_hands_over_and_the_next_one_reads_and_accepts(tmp_path: Path) -> None:
    with new_store(tmp_path, clock=EVENING) as desk:
        path = desk.path
    with sit_down(path, "Anna", clock=MORNING) as t:
        opened(t)
        t.wait_for("hand over at 07:00")
        t.wait_for("Enter hand over")
        t.press("enter")
        t.wait_for("Enter: nothing to report, hand over")
        t.settle()
        t.press("enter")
        t.wait_for("Handed over: nothing to report.")
        t.wait_gone("hand over at 07:00")
    with sit_down(path, "Piet", clock="2022-04-08T06:58:00+02:00") as t:
        opened(t)
        t.wait_for("> - Anna's handover of 06:45 waits")
        t.wait_for("Enter read the handover")
        t.press("enter")
        t.wait_for("Piet has read this and takes over")
        t.settle()
        t.press("enter")
        t.wait_for("Piet accepted the handover of Anna.")
        t.wait_for("nothing needs you now")
