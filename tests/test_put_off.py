"""A signal put off to a time: folded away until then, never lost, and the terminal rings for a new alarm, once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import duties, signals
from desk.households import HouseholdState
from desk.language import speak
from desk.logbook import Duty
from desk.night import Night as Value
from desk.placements import Placement, PlacementState
from desk.refusals import Refused
from desk.rollcall import Rollcall
from storage.store import Desk
from tests.cli import Night
from tests.nights import NOW, ago, ahead, family, house, joined
from tests.stage import opened, seated, sit_down, type_line
from tests.store import at, bus_coming, dump, moment, new_store, still
from tests.terminal import Terminal

TITLE = re.compile(rb"\x1b\][^\x07]*\x07")
"""A window's title ends with the same byte as a bell."""


@pytest.fixture(autouse=True)
def in_english() -> None:
    speak("en")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path, locations=False) as desk:
        yield desk


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


def underway(since: datetime) -> Value:
    """A family on its way since then: a note, and after three hours a warning."""
    placed = Placement(
        id=1, ref="P-220407-1", household=1, state=PlacementState.UNDERWAY, location=1, people=4, departed_at=since
    )
    return replace(joined(house(4), family(1, 4, state=HouseholdState.DEPARTED)), placements=(placed,))


def with_duty(value: Value, kind: str, until: datetime) -> Value:
    """The night in which Anna put its signal of that kind off."""
    (one,) = [signal for signal in signals.signals(value) if signal.kind == kind]
    put = duties.put_off(one.kind, one.key, one.severity, until, "Anna", value.at)
    return replace(value, duties=(put,))


def kinds(found: list[signals.Signal]) -> list[str]:
    return [signal.kind for signal in found]


def test_what_was_put_off_is_folded_away_until_its_time_and_then_is_back() -> None:
    value = with_duty(underway(ago(1)), "to_confirm", ahead(1))
    assert signals.now(value) == []
    assert [(s.kind, d.by, d.until) for s, d in signals.put_off(value)] == [("to_confirm", "Anna", ahead(1))]
    almost, then = replace(value, at=ahead(minutes=59)), replace(value, at=ahead(1))
    assert signals.now(almost) == []
    assert kinds(signals.now(then)) == ["to_confirm"]


def test_what_grew_worse_is_back_before_its_time() -> None:
    value = with_duty(underway(ago(1)), "to_confirm", ahead(5))
    worse = replace(value, at=ahead(3))
    assert kinds(signals.now(worse)) == ["to_confirm"]
    assert signals.put_off(worse) == []


def test_what_grew_less_bad_stays_folded_away() -> None:
    value = with_duty(underway(ago(4)), "to_confirm", ahead(5))
    better = replace(value, placements=underway(ago(1)).placements)
    assert [s.severity for s, _duty in signals.put_off(better)] == ["note"]


@given(st.integers(-180, 900), st.sampled_from(duties.SEVERITIES), st.integers(1, 720))
def test_a_signal_is_seen_or_folded_away_and_never_neither(later: int, severity: str, wait: int) -> None:
    speak("en")
    value = underway(ago(1))
    key = "to_confirm:P-220407-1"
    put = duties.put_off("to_confirm", key, severity, NOW + timedelta(minutes=wait), "Anna", NOW)
    then = replace(value, duties=(put,), at=NOW + timedelta(minutes=later))
    seen = [*signals.now(then), *signals.later(then)]
    away = [signal for signal, _duty in signals.put_off(then)]
    assert sorted(s.key for s in (*seen, *away)) == sorted(s.key for s in signals.signals(then))
    if later >= wait:
        assert away == []


def test_the_clock_set_back_hides_nothing_for_longer_than_twelve_hours() -> None:
    value = replace(underway(ago(3)), at=NOW)
    far = Duty(signal="to_confirm:P-220407-1@warning", by="Anna", at=ahead(1), until=ahead(13))
    back = replace(value, duties=(far,))
    assert signals.put_off(back) == []
    assert kinds(signals.now(back)) == ["to_confirm"]
    assert len(signals.put_off(replace(back, at=ahead(1)))) == 1


def test_a_roll_call_is_never_put_off_nor_anything_for_longer_than_twelve_hours_nor_to_the_past() -> None:
    called = replace(house(4), rollcall=Rollcall(id=1, started_at=ago(1)))
    (one,) = signals.now(called)
    for kind, until, words in (
        (one.kind, ahead(1), "cannot be put off"),
        ("out", ahead(12, 1), "at most"),
        ("out", NOW, "is past"),
    ):
        with pytest.raises(Refused, match=words):
            duties.put_off(kind, f"{kind}:x", "alarm", until, "Anna", NOW)
    assert duties.put_off("out", "out:x", "alarm", ahead(12), "Anna", NOW).until == ahead(12)


def test_taking_a_duty_and_putting_it_off_are_two_things(desk: Desk) -> None:
    bus_coming(desk)
    (one,) = [s for s in signals.now(desk.night()) if s.kind == "bus_short"]
    desk.logbook.take(one.key)
    desk.logbook.snooze(one, at("03:00"))
    value = desk.night()
    assert value.duty[one.key].by == "Anna"
    assert [(s.key, duty.until) for s, duty in signals.put_off(value)] == [(one.key, at("03:00"))]
    desk.logbook.snooze(one, at("03:15"))
    assert [duty.until for _s, duty in signals.put_off(desk.night())] == [at("03:15")]
    before = dump(desk)
    with pytest.raises(Refused, match="is past"):
        desk.logbook.snooze(one, at("02:00"))
    assert dump(desk) == before
    desk.logbook.back(one)
    assert signals.put_off(desk.night()) == []
    with pytest.raises(Refused, match="Nobody put off"):
        desk.logbook.back(one)


def test_on_the_command_line_a_signal_is_put_off_shown_and_taken_back(night: Night) -> None:
    ref = night.bus("Utrecht", 48)
    key = f"bus_short:{ref}"
    assert night.do("duty", "snooze", key, "--until", "03:15")["state"] == "put_off"
    (row,) = [s for s in night.now()["signals"] if s["kind"] == "bus_short"]
    assert (row["put_off_by"], row["put_off_until"]) == ("Anna", "2022-04-08T03:15:00+02:00")
    assert "(put off until 03:15, Anna)" in night.run("now").out
    assert "There is no signal" in night.refused("duty", "snooze", "bus_late:B-0407-9", "--until", "03:15")
    assert "at most" in night.refused("duty", "snooze", key, "--until", "+13h")
    assert night.do("duty", "back", key)["state"] == "back"
    assert "put off until" not in night.run("now").out


def test_what_is_put_off_is_handed_over_without_names(night: Night) -> None:
    ref = night.in_bed("Petrenko", 3)
    night.do("household", "out", ref, "--to", "hospital")
    night.do("duty", "snooze", f"out:{ref}", "--until", "06:00")
    night.do("shift", "handover")
    (item,) = [one for one in night.do("report", "handover")["made"]["items"] if one["kind"] == "put_off"]
    assert "until 06:00" in item["text"]
    assert ref in item["text"]
    assert "Petrenko" not in night.run("report", "handover").out


# --- by keys ------------------------------------------------------------------------------------


def test_by_keys_a_duty_is_put_off_listed_and_back_at_once(tmp_path: Path) -> None:
    with new_store(tmp_path) as made:
        bus_coming(made)
        path = made.path
    with seated(path) as t:
        t.wait_for("find places for 48")
        t.wait_for("h put off")
        t.press("h")
        t.wait_for("It waits until?")
        type_line(t, "+30")
        t.wait_for("put off: 1   Anna until 03:11")
        t.wait_for("nothing needs you now")
        t.wait_for("Enter list what was put off")
        t.settle()
        t.press("enter")
        t.wait_for("-- Put off")
        t.wait_for("03:11  Anna")
        t.settle()
        t.press("enter")
        t.wait_for("It is back on the list.")
        t.wait_gone("put off: 1")
        assert "find places for 48" in t.wait_for(re.compile(r"^ > ! 03:40"))


def test_by_keys_a_roll_call_says_that_it_cannot_wait(tmp_path: Path) -> None:
    with new_store(tmp_path) as made:
        made.rollcalls.start()
        path = made.path
    with seated(path) as t:
        t.wait_for("not yet counted")
        t.press("h")
        t.wait_for("A roll call cannot be put off")


def bells(raw: bytes) -> int:
    """The bells in what came over the line."""
    return TITLE.sub(b"", raw).count(b"\x07")


def rings(t: Terminal, act: Callable[[], object], until: str) -> int:
    """How often the bell rings from an act until its words are painted."""

    def done() -> None:
        act()

    return bells(t.bytes_of(done, until))


@pytest.fixture
def rung(tmp_path: Path) -> Iterator[tuple[Terminal, Desk]]:
    """An open desk with an alarm that stands already, and another desk on the same store."""
    with new_store(tmp_path, operator="Piet") as piet:
        bus_coming(piet, "Budapest", 20, "04:40")
        with seated(piet.path) as t:
            yield t, piet


def test_the_bell_rings_once_for_each_time_alarms_appear(rung: tuple[Terminal, Desk]) -> None:
    t, piet = rung
    ref, key = "B-0407-2", "B-220407-2"

    assert rings(t, lambda: bus_coming(piet), "find places for 48") == 1
    assert rings(t, lambda: piet.buses.edit(ref, announced=40), "find places for 40") == 0
    assert rings(t, lambda: piet.logbook.take(f"bus_short:{key}"), "Piet 02:41") == 0
    # nobody knows where it is and it has no places: two alarms in one repaint
    late = at("02:00")
    assert rings(t, lambda: piet.buses.announce(from_place="Assen", people=9, eta=late), "41 min late") == 1
    kinds_now = kinds(signals.now(piet.night()))
    assert (kinds_now.count("bus_late"), kinds_now.count("bus_short")) == (1, 3)


def test_the_bell_is_silent_at_the_opening_and_for_what_is_no_alarm(rung: tuple[Terminal, Desk]) -> None:
    t, piet = rung
    with sit_down(piet.path, "Els") as els:
        raw = els.bytes_of(lambda: None, "find places for 20")
        opened(els)
        assert bells(raw) == 0
    assert rings(t, lambda: piet.logbook.add("call", "the doctor", back_at=at("05:00")), "the doctor") == 0


def test_with_the_setting_off_no_bell_rings_and_with_it_on_again_it_does(rung: tuple[Terminal, Desk]) -> None:
    t, piet = rung
    piet.set("bell", "no")
    assert rings(t, lambda: bus_coming(piet, people=30), "find places for 30") == 0
    piet.set("bell", "yes")
    assert rings(t, lambda: bus_coming(piet, people=31), "find places for 31") == 1


def test_an_alarm_that_was_put_off_is_back_by_itself_and_rings(tmp_path: Path) -> None:
    with new_store(tmp_path) as made:
        ref = bus_coming(made)
        (one,) = [s for s in signals.now(made.night()) if s.kind == "bus_short"]
        made.logbook.snooze(one, at("02:42"))
        path = made.path
    assert ref
    with sit_down(path, clock="2022-04-08T02:41:54+02:00") as t:
        t.wait_for("put off: 1")
        raw = t.bytes_of(lambda: t.wait_gone("put off: 1"), "find places for 48")
        assert bells(raw) == 1
    with Desk(path, "Anna", still("2022-04-08T02:42:00+02:00")) as later:
        assert later.clock() == moment("2022-04-08T02:42:00+02:00")
        assert signals.put_off(later.night()) == []


def test_an_undo_brings_back_what_was_put_off(tmp_path: Path) -> None:
    with new_store(tmp_path) as made:
        bus_coming(made)
        path = made.path
    with seated(path) as t:
        t.press("h")
        t.wait_for("It waits until")
        type_line(t, "04:00")
        t.wait_for("put off: 1")
        t.settle()
        t.press("u")
        t.wait_gone("put off: 1")
        t.wait_for("find places for 48")


def test_bells_are_told_from_titles() -> None:
    assert bells(b"\x1b]0;desk\x07") == 0
    assert bells(b"\x1b]0;desk\x07a\x07b\x07") == 2
