"""Figures frozen: issued under a number, made at set times by whoever comes by, the same for ever."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk import figures
from desk.refusals import NotFound, Refused
from desk.reports import situation
from screens.reports.formats import FORMATS, render
from storage.as_of import AsOf
from storage.reports import REPORTS, make
from storage.store import Desk
from tests.cli import Night
from tests.store import (
    ANYONE,
    another_program,
    beside,
    bus_coming,
    bus_here,
    household,
    in_bed,
    moment,
    new_store,
    placed,
    together,
)

EVENING = "2022-04-07T18:00:00+02:00"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path, clock=EVENING) as desk:
        yield desk


def set_clock(desk: Desk, text: str) -> datetime:
    """The desk's clock stands at that moment."""
    stands = moment(text)
    desk.clock = desk.journal.now = lambda: stands
    return stands


def a_busy_evening(desk: Desk) -> None:
    """A family in bed, one placed, a bus coming and one at the table."""
    in_bed(desk, "Petrenko", 4)
    placed(desk, in_bed(desk, "Bondar", 2))
    bus = bus_coming(desk, "Utrecht", 48, "20:40")
    desk.buses.reserve(bus, 10)
    desk.buses.allocate(bus, ANYONE, 20)
    household(desk, "Moroz", 3, bus=bus_here(desk, "Zwolle", 12))


def frozen(desk: Desk, ref: str) -> dict[str, object]:
    """What was kept under that number."""
    return desk.frozen.record(desk.frozen.get(ref))


# --- issued -------------------------------------------------------------------------------------


def test_reports_are_numbered_per_day_and_a_number_is_never_given_twice(desk: Desk) -> None:
    assert desk.frozen.issue("for the board").ref == "SITREP 2022-04-07/1"
    assert desk.frozen.issue().ref == "SITREP 2022-04-07/2"
    with pytest.raises(Refused, match="issued and stays"):
        desk.undo()
    assert desk.frozen.issue().ref == "SITREP 2022-04-07/3"
    with pytest.raises(NotFound, match="no report"):
        desk.frozen.get("2022-04-07/4")


def test_what_is_frozen_is_what_the_store_gives_for_that_moment(desk: Desk) -> None:
    a_busy_evening(desk)
    done = desk.frozen.issue()
    one = desk.frozen.get(done.ref)
    kept = frozen(desk, done.ref)
    set_clock(desk, "2022-04-07T21:00:00+02:00")
    in_bed(desk, "Koval", 1)
    with AsOf(desk.path, moment(EVENING), one.version) as then:
        again = desk.frozen.situation(then.night, one.version, then.journal)
        assert kept["people"]["inside"] == figures.people(then.night).inside == 16  # type: ignore[index]
    assert {name: kept[name] for name in again} == json.loads(json.dumps(again))


def test_a_correction_is_a_new_report_that_names_the_old_which_stays(desk: Desk) -> None:
    first = desk.frozen.issue().ref
    before = render(situation.document(frozen(desk, first)), "txt")
    in_bed(desk, "Petrenko", 4)
    second = desk.frozen.issue("a family was forgotten", corrects="2022-04-07/1").ref
    assert "Corrects SITREP 2022-04-07/1" in render(situation.document(frozen(desk, second)), "txt").decode()
    assert render(situation.document(frozen(desk, first)), "txt") == before
    assert desk.frozen.get(second).corrects == first


def test_nothing_is_issued_for_a_moment_that_has_not_come(desk: Desk) -> None:
    with pytest.raises(Refused, match="has not come yet"):
        desk.frozen.issue(at=desk.clock() + timedelta(minutes=1))
    for name in REPORTS:
        with pytest.raises(Refused, match="lies in the future"):
            make(desk, name, desk.clock() + timedelta(minutes=1))


# --- the same for ever ----------------------------------------------------------------------------


def everything(desk: Desk, when: datetime) -> dict[tuple[str, str], bytes]:
    """Every report of that moment in every format."""
    since = when - timedelta(hours=6)
    made = {name: make(desk, name, when, since) for name in REPORTS}
    return {(name, form): render(document, form) for name, document in made.items() for form in FORMATS}


def test_a_report_of_a_moment_is_the_same_after_a_thousand_actions_and_a_larger_house(desk: Desk) -> None:
    a_busy_evening(desk)
    desk.frozen.issue()
    when = set_clock(desk, "2022-04-07T19:00:00+02:00")
    before = everything(desk, when), everything(desk, moment(EVENING))
    set_clock(desk, "2022-04-07T20:00:00+02:00")
    desk.beds.make([{"room": f"new {number}", "beds": 10} for number in range(9)])
    assert figures.beds(desk.night()).realised == 150
    desk.set("site", "Another name")
    a_busy_evening(desk)
    desk.capacity.import_locations([{"name": ANYONE, "municipality": "Enschede", "kind": "crisis", "capacity": 1}])
    for number in range(1_000):
        desk.logbook.add("note", f"the lift is out, {number}")
    set_clock(desk, "2022-04-09T20:00:00+02:00")
    desk.frozen.make_due()
    assert (everything(desk, when), everything(desk, moment(EVENING))) == before
    with desk.as_of(when) as then:
        assert figures.beds(then.night).realised == 60


def test_what_is_recorded_within_the_second_of_an_issue_does_not_change_its_moment(desk: Desk) -> None:
    a_busy_evening(desk)
    desk.frozen.issue()
    before = everything(desk, moment(EVENING))
    in_bed(desk, "Koval", 1)  # the clock stands still
    desk.frozen.issue()
    assert everything(desk, moment(EVENING)) == before


# --- at set times -----------------------------------------------------------------------------------


def test_figures_of_a_set_time_made_late_are_those_of_the_time_itself(tmp_path: Path) -> None:
    (tmp_path / "on time").mkdir()
    (tmp_path / "late").mkdir()
    kept = []
    for folder in ("on time", "late"):
        with new_store(tmp_path / folder, clock=EVENING) as desk:
            a_busy_evening(desk)
            set_clock(desk, "2022-04-08T08:00:00+02:00")
            if folder == "on time":
                desk.frozen.make_due()
            set_clock(desk, "2022-04-08T11:00:00+02:00")
            in_bed(desk, "Koval", 1)
            made = [done.ref for done in desk.frozen.make_due()]
            assert made == ([] if folder == "on time" else ["NIGHT 2022-04-07", "SITREP 2022-04-08/1"])
            kept.append([frozen(desk, ref) for ref in ("NIGHT 2022-04-07", "SITREP 2022-04-08/1")])
            assert desk.frozen.issue().ref == "SITREP 2022-04-08/2"
            assert desk.check() == []
    assert kept[0] == kept[1]


def test_the_night_count_stands_under_the_date_of_the_evening(desk: Desk) -> None:
    a_busy_evening(desk)
    set_clock(desk, "2022-04-08T04:00:00+02:00")
    assert [done.ref for done in desk.frozen.make_due()] == ["NIGHT 2022-04-07"]
    assert frozen(desk, "NIGHT 2022-04-07")["at"] == "2022-04-08T04:00:00+02:00"


def test_set_times_of_the_nights_on_which_the_clock_changes_come_once(tmp_path: Path) -> None:
    with new_store(tmp_path, clock="2022-10-29T20:00:00+02:00") as desk:
        desk.set("night_count_at", "02:30")
        set_clock(desk, "2022-10-30T09:00:00+01:00")
        assert [done.ref for done in desk.frozen.make_due()] == ["NIGHT 2022-10-29", "SITREP 2022-10-30/1"]
        assert frozen(desk, "NIGHT 2022-10-29")["at"] == "2022-10-30T02:30:00+02:00"


def test_two_desks_that_come_by_at_once_make_the_figures_once(tmp_path: Path) -> None:
    with new_store(tmp_path, clock=EVENING) as desk:
        a_busy_evening(desk)
        path = desk.path
    made = together(4, _come_by, path, "2022-04-08T09:00:00+02:00")
    assert sorted(ref for refs in made for ref in refs) == ["NIGHT 2022-04-07", "SITREP 2022-04-08/1"]


def _come_by(meet: object, number: int, path: Path, clock: str) -> list[str]:
    now = moment(clock)
    with Desk(path, f"desk {number}", lambda: now) as desk:
        assert callable(meet)
        meet()
        return [done.ref for done in desk.frozen.make_due()]


def test_nobody_undoes_the_figures_of_a_set_time(desk: Desk) -> None:
    mine = household(desk, "Petrenko", 4)
    set_clock(desk, "2022-04-08T09:00:00+02:00")
    desk.frozen.make_due()
    assert desk.undo().ref == mine


def test_set_times_can_be_changed_and_taken_away(desk: Desk) -> None:
    desk.set("report_times", "06:30, 22:15")
    set_clock(desk, "2022-04-08T01:00:00+02:00")
    assert [done.ref for done in desk.frozen.make_due()] == ["SITREP 2022-04-07/1"]
    with pytest.raises(Refused, match="is not a value for report_times"):
        desk.set("report_times", "half past six")


# --- the sum of the people --------------------------------------------------------------------------


def test_a_report_says_aloud_that_the_sum_of_the_people_does_not_hold(desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4)
    desk.frozen.issue()
    set_clock(desk, "2022-04-07T21:00:00+02:00")
    assert "ALARM" not in render(make(desk, "situation"), "txt").decode()
    with another_program(desk.path) as conn:  # somebody takes a safeguard away, and then two people
        conn.execute("DROP TRIGGER journal_household_update")
        conn.execute("UPDATE household SET people = 2")
    text = render(make(desk, "situation"), "txt").decode()
    assert "Compared with SITREP 2022-04-07/1" in text
    assert "ALARM: the sum does not hold, -2 people" in " ".join(text.split())
    assert "sum of the people does not hold" in desk.frozen.issue().warnings[0]


def test_two_desks_work_on_and_a_report_between_them_stays(desk: Desk) -> None:
    a_busy_evening(desk)
    ref = desk.frozen.issue().ref
    with beside(desk) as piet:
        in_bed(piet, "Koval", 1)
        assert frozen(piet, ref) == frozen(desk, ref)


# --- on the command line ----------------------------------------------------------------------------


def test_a_report_is_issued_found_and_printed_by_its_moment(tmp_path: Path) -> None:
    night = Night(tmp_path, EVENING).made(beds=60)
    night.in_bed("Petrenko", 4)
    assert night.do("freeze", "--label", "for the board")["ref"] == "SITREP 2022-04-07/1"
    night.clock = "2022-04-07T21:00:00+02:00"
    night.in_bed("Bondar", 2)
    printed = night.do("report", "situation", "--as-of", EVENING)
    assert (printed["number"], printed["people"]["inside"]) == ("SITREP 2022-04-07/1", 4)
    assert "SITREP 2022-04-07/1" in night.run("freeze", "--list").out
    found = night.do("compare", "2022-04-07/1")
    assert (found["present_then"], found["came"], found["present_now"], found["gap"]) == (4, 2, 6, 0)
    assert "Present now" in night.run("compare", "18:00", "20:00").out
    assert "comes after" in night.refused("compare", "20:00", "18:00")
    assert "lies in the future" in night.refused("report", "daily", "--as-of", "22:00")
    night.clock = "2022-04-08T09:00:00+02:00"
    assert [one["ref"] for one in night.do("freeze", "--due")] == ["NIGHT 2022-04-07", "SITREP 2022-04-08/1"]
    assert night.do("freeze", "--due") == []


def test_figures_up_to_a_moment_have_the_places_held_then(tmp_path: Path) -> None:
    night = Night(tmp_path, EVENING).made(beds=60)
    bus = night.bus("Utrecht", 20, "2022-04-07T23:00")
    night.do("bus", "reserve", bus, 12)
    night.clock = "2022-04-08T02:00:00+02:00"
    night.do("bus", "cancel", bus, "--reason", "another region took them")
    assert night.do("figures", "--since", "2022-04-07", "--until", "2022-04-07")["reserved"] == 12
    assert night.do("figures", "--since", "2022-04-07")["reserved"] == 0
