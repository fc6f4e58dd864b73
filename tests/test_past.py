"""Nights gone by: written in bulk, whole, and of no weight for tonight."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from desk import clock, figures
from desk.night import Night
from storage.as_of import PastStore
from storage.database import Store, beside
from storage.demo import make_demo
from storage.past import write_past
from storage.store import Desk

TZ = ZoneInfo("Europe/Amsterdam")
# the spring night of 23 hours lies in the past, and so does the autumn one of 25 hours, half a year before
NOW = datetime(2022, 4, 8, 2, 41, tzinfo=TZ).astimezone(UTC)
NIGHTS = 170
HOUSEHOLDS = 2_000


def one(desk: Desk, sql: str) -> int:
    return int(desk.db.execute(sql).fetchone()[0] or 0)


class Past:
    """A demo's store with many nights behind it, and its night as it was before they were written."""

    def __init__(self, path: Path) -> None:
        self.desk = make_demo(path, clock=lambda: NOW)
        self.night: Night = self.desk.night()
        began = perf_counter()
        write_past(self.desk, NIGHTS, Random(1))
        self.seconds = perf_counter() - began


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    made = Past(tmp_path_factory.mktemp("past") / "demo.db")
    yield made
    made.desk.close()


def test_thousands_of_households_are_written_quickly(past: Past) -> None:
    assert one(past.desk, "SELECT count(*) FROM household") > HOUSEHOLDS
    assert past.seconds < 20, "twenty thousand take well under a minute; this machine may be busy"


def test_the_store_checks_clean_and_each_night_is_one_action(past: Past) -> None:
    assert past.desk.check() == []
    assert one(past.desk, "SELECT count(*) FROM action WHERE verb = 'past night'") == NIGHTS


def test_tonight_reads_nothing_of_it(past: Past) -> None:
    # the men placed last month are part of tonight: they count towards what a location takes of them; and it is told
    # that the names of those who left before are still kept
    assert replace(past.desk.night(), men_alone_placed=(), erasure_overdue=False) == past.night
    with make_demo(past.desk.path.with_name("fresh.db"), clock=lambda: NOW) as fresh:
        assert steps_of_a_night(past.desk) < 1.25 * steps_of_a_night(fresh)


def steps_of_a_night(desk: Desk) -> int:
    """How many steps SQLite's machine takes to read the night."""
    desk.night()
    return steps_of(desk.night, desk.db)


def steps_of(work: Callable[[], object], *stores: Store) -> int:
    """How many steps SQLite's machine takes, in twenties; unlike time, no busy machine changes it."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    for db in stores:
        db.conn.set_progress_handler(count, 20)
    work()
    for db in stores:
        db.conn.set_progress_handler(None, 0)
    return steps


@pytest.mark.long
def test_a_report_and_a_look_back_read_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def watched(path: Path, kind: type[PastStore]) -> PastStore:
        found = beside(path, kind)
        found.conn.set_progress_handler(lambda: looked.append(1), 20)
        return found

    def steps(nights: int) -> tuple[int, int]:
        with make_demo(tmp_path / f"{nights}.db", nights=nights, clock=lambda: NOW) as desk:
            desk.logbook.add("note", "quiet", type_text="national")
            desk.frozen.issue("the first, after those of the set times")
            issued = steps_of(desk.frozen.issue, desk.db)
            looked.clear()
            with desk.as_of(NOW - timedelta(minutes=5)) as then:
                assert then.night.households
            return issued, len(looked)

    monkeypatch.setattr("storage.as_of.beside", watched)
    month, longer = steps(28), steps(28 + NIGHTS)
    assert min(month) > 0
    assert all(many < 1.25 * few for many, few in zip(longer, month, strict=True)), (longer, month)


def test_references_of_tonight_go_on_and_those_of_the_past_are_of_their_night(past: Past) -> None:
    wanted = max(int(h.number) for h in past.night.households if "-220407-" in h.ref) + 1
    done = past.desk.households.register(name="Testenko", people=1)
    assert done.ref == f"H-220407-{wanted}"
    past.desk.undo()
    for ref, at in past.desk.db.execute("SELECT ref, registered_at FROM household").fetchall():
        assert ref.split("-")[1] == f"{clock.night_of(datetime.fromisoformat(at), TZ):%y%m%d}"
    counted = dict(past.desk.db.execute("SELECT night, last FROM counter WHERE kind = 'H'").fetchall())
    found = past.desk.db.execute("SELECT substr(ref, 3, 6), count(*) FROM household GROUP BY 1").fetchall()
    assert {date(2000 + int(d[:2]), int(d[2:4]), int(d[4:])).isoformat(): n for d, n in found} == counted | {
        "2022-04-07": wanted - 1
    }


def test_every_action_was_entered_in_its_night_by_somebody(past: Past) -> None:
    for action in past.desk.journal.actions():
        if action.verb == "past night":
            assert clock.night_of(action.entered_at, TZ).isoformat() == action.args["evening"]
    assert past.desk.clock() == NOW
    assert past.desk.journal.now() == NOW


def test_nobody_is_left_of_a_past_night_and_no_bed_was_given_twice(past: Past) -> None:
    desk = past.desk
    assert one(desk, "SELECT count(*) FROM stay WHERE until < since") == 0
    clashes = (
        "SELECT count(*) FROM stay a JOIN stay b ON a.bed = b.bed AND a.id < b.id"
        " AND a.since < coalesce(b.until, '9') AND b.since < coalesce(a.until, '9')"
    )
    assert one(desk, clashes) == 0
    without = (
        "SELECT count(*) FROM household h WHERE state IN ('departed', 'left') AND people > cots"
        " AND (SELECT count(*) FROM stay s WHERE s.household = h.id) < people - cots"
    )
    assert one(desk, without) < 0.02 * HOUSEHOLDS


def test_what_came_in_went_out(past: Past) -> None:
    since = past.desk.journal.actions()[-1].entered_at - timedelta(days=3 * 365)
    period = past.desk.period(since, past.night.at)
    people = figures.people(past.night)
    staying = sum(h.people for h in past.night.staying)
    assert figures.identity_gap(0, period.inflow, period.onward_flow + period.outflow, 0, staying) == 0
    assert period.placed > 0.8 * period.inflow
    assert 30 < (period.inflow - people.present) / NIGHTS < 60


def test_nights_go_before_the_first_that_the_store_knows(tmp_path: Path) -> None:
    with make_demo(tmp_path / "demo.db", nights=2, clock=lambda: NOW) as desk:
        write_past(desk, 2, Random(3), per_night=5)
        nights = [
            row[0]
            for row in desk.db.execute("SELECT DISTINCT night FROM counter WHERE night <> '' ORDER BY night").fetchall()
        ]
        assert nights == [f"2022-04-0{day}" for day in range(2, 8)]
        assert desk.check() == []
