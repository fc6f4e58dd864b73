"""What ends when: warned of eight, four and two weeks ahead, and said aloud when people are still inside."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from desk import figures, horizon, periods, signals
from desk.night import Night
from desk.periods import Period
from desk.signals import ALARM, NOTE
from storage.store import Desk
from tests.store import ANYONE, BY_DAY, FAMILIES, PRIVATE, at, new_store

TODAY = date(2022, 4, 8)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


def _in(weeks: int, days: int = 0) -> date:
    return TODAY + timedelta(weeks=weeks, days=days)


def _said(night: Night) -> dict[str, tuple[str, str]]:
    return {s.kind: (s.severity, s.text) for s in signals.signals(night) if s.kind.startswith(("until", "unheard"))}


@pytest.mark.parametrize(
    ("last", "weeks"),
    [(_in(8, 1), None), (_in(8), 8), (_in(4, 1), 8), (_in(4), 4), (_in(2, 1), 4), (_in(2), 2), (_in(0), 2)],
)
def test_a_location_is_warned_of_eight_four_and_two_weeks_ahead(desk: Desk, last: date, weeks: int | None) -> None:
    desk.capacity.edit(ANYONE, available_until=last)
    (ending,) = horizon.endings(desk.night())
    assert (ending.last_day, ending.places, ending.people, ending.weeks) == (last, 120, 20, weeks)


def test_tonight_has_one_line_a_threshold_and_only_by_day(desk: Desk) -> None:
    desk.capacity.edit(ANYONE, available_until=_in(3))
    desk.capacity.edit(BY_DAY, available_until=_in(3, 1))
    desk.capacity.edit(FAMILIES, available_until=_in(7))
    desk.capacity.edit(PRIVATE, available_until=_in(7, 1))
    night = desk.night()
    assert _said(night) == {
        "until_4": (NOTE, f"180 places end within 4 weeks: {ANYONE} 29 April, {BY_DAY} 30 April"),
        "until_8": (NOTE, f"40 places end within 8 weeks: {FAMILIES} 27 May, {PRIVATE} 28 May; private apart: 25"),
    }
    assert {s.kind for s in signals.now(night)}.isdisjoint(_said(night))
    desk.capacity.edit(FAMILIES, available_until="")
    assert _said(desk.night())["until_8"][1] == f"25 private places end within 8 weeks: {PRIVATE} 28 May"
    by_day = desk.night(at("09:00"))
    assert set(_said(by_day)) <= {s.kind for s in signals.now(by_day)}


def test_periods_that_follow_without_a_gap_end_with_the_last_of_them(desk: Desk) -> None:
    desk.capacity.edit(FAMILIES, available_until=date(2022, 4, 30))
    desk.capacity.add_period(FAMILIES, date(2022, 5, 1), date(2022, 5, 31), 20)
    desk.capacity.add_period(FAMILIES, date(2022, 6, 2), date(2022, 6, 30), 30)
    (ending,) = horizon.endings(desk.night())
    assert (ending.last_day, ending.places) == (date(2022, 5, 31), 20)
    desk.capacity.add_period(FAMILIES, date(2022, 6, 1), date(2022, 6, 1), 5)
    assert horizon.endings(desk.night())[0].last_day == date(2022, 6, 30)
    desk.capacity.add_period(FAMILIES, date(2022, 7, 1), None, 5)
    assert horizon.endings(desk.night()) == []


def test_a_location_that_has_ended_with_people_inside_is_an_alarm_and_overbooked(desk: Desk) -> None:
    """Case 12: a location reaches its last day with people still inside."""
    desk.capacity.report(ANYONE, 40)
    desk.capacity.edit(ANYONE, available_until=date(2022, 4, 7))
    night = desk.night()
    (over,) = horizon.ended(night)
    assert (over.last_day, over.places, over.people) == (date(2022, 4, 7), 0, 40)
    assert night.standing[over.location.id].free == -40
    assert figures.region(night).realised["municipal"] == 100
    assert _said(night) == {
        "until_over": (ALARM, f"40 people inside where the places have ended: {ANYONE} 7 April"),
    }
    desk.capacity.report(ANYONE, 0)
    assert _said(desk.night()) == {}
    assert horizon.ended(desk.night()) == []


def test_figures_that_are_old_are_one_line_with_the_oldest_first(desk: Desk) -> None:
    night = desk.night(at("2022-04-09 10:00"))
    assert [loc.name for loc in horizon.unheard(night)] == [FAMILIES, ANYONE, BY_DAY]
    assert _said(night)["unheard"][1].startswith("3 locations told no count lately: De Wilgenhof 31 h")
    desk.capacity.add("Nooit", "Borne", "municipal", 5)
    desk.capacity.add("Later", "Borne", "municipal", 5, available_from=_in(9))
    assert horizon.unheard(desk.night())[0].name == "Nooit"
    assert _said(desk.night())["unheard"] == (NOTE, "1 location told no count lately: Nooit never")


def test_the_state_of_a_location_is_that_of_all_its_periods() -> None:
    spring, summer = Period("2022-03-01", "2022-04-30", 10), Period("2022-06-01", "2022-06-30", 20)
    days = [date(2022, 2, 1), date(2022, 4, 1), date(2022, 5, 5), date(2022, 6, 5), date(2022, 7, 1)]
    assert [periods.state([summer, spring], day) for day in days] == [
        ("later", "2022-03-01"),
        ("active", "2022-04-30"),
        ("later", "2022-06-01"),
        ("active", "2022-06-30"),
        ("ended", "2022-06-30"),
    ]
    assert periods.state([Period("", "", 5)], TODAY) == ("active", "")
