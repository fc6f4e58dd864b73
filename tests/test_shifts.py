"""Who is on duty, who is to work, who visits: signed on once, and too few are told in time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import shift, signals
from desk.language import speak
from desk.refusals import Refused
from desk.shift import Attendance, Gap, Rostered
from storage.store import Desk
from tests.cli import Night
from tests.nights import NOW, ahead, house
from tests.stage import seated, stand_on
from tests.store import at, beside, dump, moment, new_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path, locations=False) as desk:
        yield desk


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


# --- on duty ------------------------------------------------------------------------------------


def test_who_signs_on_is_on_duty_until_they_sign_off(desk: Desk) -> None:
    desk.shifts.on("Els", "host", "0600-000400", at=at("23:00"))
    (els,) = desk.night().on_duty
    assert (els.name, els.role, els.phone, els.on_at, els.by) == ("Els", "host", "0600-000400", at("23:00"), "Anna")
    desk.shifts.off("els")
    assert desk.night().on_duty == ()
    desk.shifts.on("Els")
    assert [one.name for one in desk.night().on_duty] == ["Els"]


def test_signing_on_twice_is_refused_with_who_and_since_when(desk: Desk) -> None:
    desk.shifts.on("Els", at=at("23:00"))
    before = dump(desk)
    with beside(desk) as piet, pytest.raises(Refused, match=r"Els is on duty since 23:00\. Sign off first"):
        piet.shifts.on("ELS")
    assert dump(desk) == before


def test_who_is_not_on_duty_cannot_sign_off_and_nobody_before_they_came(desk: Desk) -> None:
    with pytest.raises(Refused, match="Els is not on duty"):
        desk.shifts.off("Els")
    desk.shifts.on("Els")
    with pytest.raises(Refused, match="signed on later"):
        desk.shifts.off("Els", at=at("23:00"))
    with pytest.raises(Refused, match="Give a name"):
        desk.shifts.on(" ")


def test_visitors_come_once_and_leave_once(desk: Desk) -> None:
    desk.shifts.visitor_in("Jan", "the boiler")
    assert [(one.name, one.whom) for one in desk.night().visitors] == [("Jan", "the boiler")]
    with pytest.raises(Refused, match=r"Jan is inside as a visitor since 02:41\. Give another name, as in: Jan 2"):
        desk.shifts.visitor_in("jan")
    desk.shifts.visitor_out("JAN")
    assert desk.night().visitors == ()
    with pytest.raises(Refused, match="no visitor Jan inside"):
        desk.shifts.visitor_out("Jan")


def test_the_night_as_it_was_knows_who_was_on_duty(desk: Desk) -> None:
    desk.shifts.on("Els")
    desk.shifts.visitor_in("Jan")
    with Desk(desk.path, "Anna", lambda: moment("2022-04-08T07:00:00+02:00")) as later:
        later.shifts.off("Els")
        later.shifts.visitor_out("Jan")
        assert later.night().on_duty == ()
        with later.as_of(at("03:00")) as then:
            assert [one.name for one in then.night.on_duty] == ["Els"]
            assert [one.name for one in then.night.visitors] == ["Jan"]


# --- the roster ---------------------------------------------------------------------------------


def test_the_night_reads_the_coming_72_hours_of_the_roster_and_never_the_past(desk: Desk) -> None:
    for day in range(-30, 30):
        starts = moment("2022-04-07T23:00:00+02:00") + timedelta(days=day)
        desk.shifts.roster(f"day {day}", starts, starts + timedelta(hours=8))
    assert [one.name for one in desk.night().rostered] == ["day 0", "day 1", "day 2", "day 3"]


def test_a_shift_ends_after_it_begins_and_within_a_day(desk: Desk) -> None:
    starts = moment()
    for hours in (0, -1, 25):
        with pytest.raises(Refused, match="ends after it begins"):
            desk.shifts.roster("Els", starts, starts + timedelta(hours=hours))
    assert desk.night().rostered == ()


def test_on_the_command_line_a_shift_over_midnight_ends_on_the_morning_after(night: Night) -> None:
    done = night.do("roster", "add", "Els", "--from", "23:00", "--until", "07:00", "--role", "host")
    (row,) = night.do("roster", "list")
    assert (row["from"], row["until"]) == ("2022-04-08T23:00:00+02:00", "2022-04-09T07:00:00+02:00")
    assert (row["ref"], row["role"], row["state"]) == (done["ref"], "host", "rostered")
    night.do("roster", "remove", row["number"])
    assert night.do("roster", "list") == []
    assert "There is no 9 on the roster" in night.refused("roster", "remove", 9)


def test_on_duty_and_visitors_on_the_command_line(night: Night) -> None:
    night.do("shift", "on", "Els", "de", "Vries", "--role", "host")
    assert [row["name"] for row in night.do("shift", "list")] == ["Els de Vries"]
    assert "Els de Vries" in night.run("shift", "list").out
    assert "since 02:41" in night.refused("shift", "on", "Els de Vries")
    night.do("visitor", "in", "Jan", "--whom", "the boiler")
    assert [row["whom"] for row in night.do("visitor", "list")] == ["the boiler"]
    night.do("visitor", "out", "Jan")
    night.do("shift", "off", "Els de Vries")
    assert night.do("shift", "list") == night.do("visitor", "list") == []


# --- too few ------------------------------------------------------------------------------------


def rostered(role: str, starts: datetime, ends: datetime, *, on_call: bool = False) -> Rostered:
    return Rostered(name="Els", role=role, starts=starts, ends=ends, on_call=on_call)


def test_the_minimum_is_set_in_words_and_read_back(night: Night) -> None:
    night.do("settings", "minimum_staff", "Coordinator 1,host 2")
    assert night.do("settings", "minimum_staff")["value"] == "coordinator 1, host 2"
    assert "is not a value" in night.refused("settings", "minimum_staff", "two hosts")
    assert shift.minimum("") == {}
    kinds = {signal["kind"] for signal in night.now()["signals"]}
    assert {"staff_now", "staff_gap"} & kinds == {"staff_now"}
    night.do("shift", "on", "Els", "--role", "coordinator")
    texts = [s["text"] for s in night.now()["signals"] if s["kind"] == "staff_now"]
    assert texts == ["on duty: host 0 of 2, ring one of the roster (t)"]


def test_without_a_minimum_there_is_no_signal(night: Night) -> None:
    assert not {s["kind"] for s in night.now()["signals"]} & {"staff_now", "staff_gap"}


@given(
    st.lists(st.tuples(st.integers(-5, 80), st.integers(1, 24), st.booleans()), max_size=8),
    st.integers(0, 3),
)
def test_an_hour_is_in_a_gap_exactly_when_too_few_are_on_the_roster(
    shifts: list[tuple[int, int, bool]], needed: int
) -> None:
    roster = [rostered("Host", ahead(s), ahead(s + hours), on_call=call) for s, hours, call in shifts]
    found = shift.gaps({"host": needed}, roster, NOW, NOW + shift.AHEAD)
    for hour in range(72):
        there = sum(s <= hour < s + hours and not call for s, hours, call in shifts)
        inside = [gap for gap in found if gap.starts <= ahead(hour) < gap.ends]
        assert len(inside) == (there < needed)
        assert all(gap.there <= there for gap in inside)
    assert found == sorted(found, key=lambda gap: gap.starts)


def test_a_gap_tonight_is_told_now_and_one_of_the_day_waits_for_the_day() -> None:
    speak("en")
    els = Attendance(id=1, name="Els", role="host", on_at=NOW)
    told = replace(house(4).settings, minimum_staff="host 1")
    night = house(4, settings=told, on_duty=(els,), rostered=(rostered("host", NOW, ahead(2)),))
    (tonight,) = [s for s in signals.now(night) if s.kind == "staff_gap"]
    assert tonight.due == ahead(2)
    filled = replace(night, rostered=(rostered("host", NOW, ahead(23)),))
    assert [s.kind for s in signals.now(filled)] == []
    assert [s.kind for s in signals.later(filled)] == ["staff_gap"]


def test_one_gap_goes_on_while_too_few_are_there() -> None:
    roster = [rostered("host", ahead(1), ahead(3))]
    assert shift.gaps({"host": 2}, roster, NOW, ahead(4)) == [Gap("host", NOW, ahead(4), 0, 2)]


# --- whom to ring -------------------------------------------------------------------------------


def test_who_should_be_here_and_did_not_sign_on_is_told_and_who_is_on_call_is_not_missed() -> None:
    roster = [rostered("host", ahead(-3), ahead(4)), rostered("host", ahead(-3), ahead(4), on_call=True)]
    assert shift.should_be_here(roster, [], NOW) == roster[:1]
    assert shift.on_call(roster, [], NOW) == roster[1:]
    here = [Attendance(name="ELS", on_at=NOW)]
    assert shift.should_be_here(roster, here, NOW) == shift.on_call(roster, here, NOW) == []
    for moment_of in (ahead(-4), ahead(4)):
        assert shift.should_be_here(roster, [], moment_of) == []


def test_by_keys_the_phones_show_first_who_is_on_duty_who_is_missed_and_who_is_on_call(tmp_path: Path) -> None:
    evening, morning = moment("2022-04-07T23:00:00+02:00"), moment("2022-04-08T07:00:00+02:00")
    with new_store(tmp_path, locations=False) as made:
        made.shifts.on("Anna", "coordinator", "0600-000401")
        made.shifts.roster("Els", evening, morning, "host", "0600-000403")
        made.shifts.roster("Piet", evening, morning, "host", "0600-000404", on_call=True)
        made.shifts.roster("Mirjam", morning, morning + timedelta(hours=8), "host", "0600-000405")
        path = made.path
    with seated(path) as t:
        t.press("t")
        t.wait_for("-- On duty")
        t.settle()
        lines = [line for line in t.lines if "0600-" in line]
        assert [line.split()[0] for line in lines] == ["Anna", "Els", "Piet", "Mirjam"]
        for words in ("since 02:41", "SHOULD BE HERE since 23:00", "on call until 07:00", "from 07:00"):
            assert words in t.text
        order = ("We are:", "-- On duty", "since 02:41", "-- Numbers", " 112")
        assert sorted(order, key=t.text.index) == list(order)


def test_the_roster_with_its_gaps_is_a_report(night: Night) -> None:
    night.do("settings", "minimum_staff", "host 1")
    night.do("roster", "add", "Els", "--from", "23:00", "--until", "07:00", "--role", "host", "--phone", "0600-1")
    found = night.do("report", "roster")
    gap = found["gaps"][0]
    assert (gap["role"], gap["there"], gap["ends"]) == ("host", 0, "2022-04-08T23:00:00+02:00")
    assert [(one["name"], one["phone"]) for one in found["roster"]] == [("Els", "0600-1")]
    printed = night.run("report", "roster").out
    assert "INTERNAL" in printed
    assert "Els" in printed


def test_by_keys_the_roster_stands_among_the_reports(tmp_path: Path) -> None:
    with new_store(tmp_path, locations=False) as made:
        made.set("minimum_staff", "host 1")
        path = made.path
    with seated(path) as t:
        t.press("7")
        t.wait_for("Roster, and when too few are on it")
        stand_on(t, "Roster")
        t.press("enter")
        t.wait_for("-- Too few")
        t.press("pgdn")
        t.wait_for(re.compile(r"^ *host +08/04 02:41"))
