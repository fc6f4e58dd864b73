"""The store as it was: any moment comes out as it was known then, and between two moments the people add up."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, invariant

from desk import figures
from desk.night import Night
from desk.settings import Settings
from storage import as_of
from storage.as_of import AsOf, PastStore
from storage.compared import compare
from storage.store import Desk
from tests.scenarios import ROOMS, SCENARIOS
from tests.store import another_program, bus_coming, household, in_bed, moment, new_store, placed
from tests.test_machine import TwoAtWork


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path, rooms=ROOMS) as desk:
        yield desk


def hours_later(desk: Desk, hours: float) -> datetime:
    """The desk's clock so much later than it was."""
    later = desk.clock() + timedelta(hours=hours)
    desk.clock = desk.journal.now = lambda: later
    return later


@pytest.mark.parametrize("name", SCENARIOS)
def test_whatever_is_done_the_night_before_it_can_still_be_read(desk: Desk, name: str) -> None:
    step = SCENARIOS[name](desk)
    night, last = desk.night(), desk.journal.version()
    step()
    with AsOf(desk.path, night.at, last) as then:
        assert then.night == night
    desk.undo()
    with AsOf(desk.path, night.at, last) as then:
        assert then.night == night


def test_without_taking_back_what_came_later_the_past_would_be_tonight(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    night, last = desk.night(), desk.journal.version()
    bus_coming(desk)
    monkeypatch.setattr(as_of, "_take_back", lambda _db, _version: None)
    with AsOf(desk.path, night.at, last) as then:
        assert then.night != night


def test_before_the_first_action_there_was_an_empty_night(desk: Desk) -> None:
    household(desk, "Petrenko", 4)
    with desk.as_of(moment("2022-04-01T12:00:00+02:00")) as then:
        assert then.version == 0
        assert then.night == Night(at=then.at, settings=Settings())


def test_what_is_entered_later_counts_from_its_entry_whenever_it_happened(desk: Desk) -> None:
    before = desk.clock()
    desk.clock = desk.journal.now = lambda: before + timedelta(hours=2)
    household(desk, "Petrenko", 4, at=before - timedelta(hours=1))
    with desk.as_of(before + timedelta(hours=1)) as then:
        assert figures.people(then.night).present == 0
    with desk.as_of(before + timedelta(hours=2)) as then:
        assert figures.people(then.night).present == 4


def test_the_past_can_only_be_read(desk: Desk) -> None:
    with desk.as_of(desk.clock()) as then, pytest.raises(Exception, match="readonly"):
        then.db.execute("DELETE FROM main.duty")


def test_a_location_counts_who_was_placed_there_by_then(desk: Desk) -> None:
    hours_later(desk, 1)
    placed(desk, in_bed(desk, "Petrenko", 4))
    night, last = desk.night(), desk.journal.version()
    placed(desk, in_bed(desk, "Bondar", 2))
    with AsOf(desk.path, night.at, last) as then:
        assert isinstance(then.db, PastStore)
        assert then.night.standing == night.standing
    assert desk.night().standing != night.standing


# --- present = present + in - out, between any two moments ----------------------------------------


def test_who_came_went_was_corrected_and_is_out_adds_up(desk: Desk) -> None:
    stays, goes = in_bed(desk, "Petrenko", 4), in_bed(desk, "Bondar", 2)
    then = desk.clock()
    hours_later(desk, 3)
    in_bed(desk, "Moroz", 3)
    household(desk, "Koval", 1, at=then - timedelta(hours=1))
    placed(desk, goes)
    desk.households.edit(stays, people=5)
    desk.households.out(stays, [2], "hospital")
    with desk.as_of(then) as before:
        found = compare(before, desk.journal, desk.night(), desk.journal.version())
    assert (found.present_then, found.present_now) == (6, 8)
    assert (found.came, found.onward_flow, found.outflow, found.returned) == (3, 2, 0, 0)
    assert (found.out_then, found.out_now) == (0, 1)
    assert {(c.people, c.reason) for c in found.corrections} == {(1, "late"), (1, "number")}
    assert found.gap == 0


def test_people_changed_behind_the_journals_back_break_the_sum(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    then = desk.clock()
    hours_later(desk, 3)
    bus_coming(desk)
    with another_program(desk.path) as conn:
        conn.execute("DROP TRIGGER journal_household_update")
        conn.execute("UPDATE household SET people = 9 WHERE ref = ?", [desk.households.get(ref).ref])
    with desk.as_of(then) as before:
        kept = replace(before.night, households=tuple(replace(h, people=4) for h in before.night.households))
        before.night = kept  # as the figures frozen at the time have it
        assert compare(before, desk.journal, desk.night(), desk.journal.version()).gap == 5


class FiguresOverTime(TwoAtWork):
    """Two at work while the clock runs; what was known at each moment is remembered beside the store."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[int, Night] = {}

    @initialize()
    def a_house(self) -> None:
        """The house, and a clock that both see."""
        super().a_house()
        self.time = moment()
        for desk in self.desks.values():
            desk.clock = desk.journal.now = lambda: self.time

    @invariant()
    def remember(self) -> None:
        if hasattr(self, "desks"):
            desk = self.desks["Anna"]
            self.known.setdefault(desk.journal.version(), desk.night())
            self.time += timedelta(minutes=1)

    def teardown(self) -> None:
        """Every moment comes out as it was, and from each to the last the people add up."""
        if hasattr(self, "desks"):
            desk = self.desks["Piet"]
            for version, night in self.known.items():
                with desk.as_of(night.at) as then:
                    assert then.version == version
                    assert then.night == night
                    assert figures.region(then.night) == figures.region(night)
                    found = compare(then, desk.journal, desk.night(), desk.journal.version())
                    assert found.gap == 0, found
        super().teardown()


TestFiguresOverTime = FiguresOverTime.TestCase
TestFiguresOverTime.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.reuse, Phase.generate, Phase.shrink),
)


@pytest.mark.long
class TestFiguresOverTimeAtLength(TestFiguresOverTime):  # type: ignore[misc, valid-type]
    """The same, more often."""

    settings = settings(TestFiguresOverTime.settings, max_examples=40)


del TwoAtWork  # its own tests stand in its own file
