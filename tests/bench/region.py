"""The desk on a store of 25 regions' size, against Twente's: what a location costs, and what a long past costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from shutil import copyfile
from time import perf_counter

from desk.reports import situation
from screens.reports.formats import render
from storage.clock import running
from storage.past import write_past
from storage.reports import make
from storage.store import Desk
from tests.bench.report import Measured
from tests.bench.screens import Started, desk_on

GOAL = 1.25
REGIONS, MUNICIPALITIES_EACH, LOCATIONS = 25, 14, 3_000
TWENTE = 14
"""Locations of a region like Twente's: one for each municipality."""
BEDS, PER_NIGHT = 400, 250
"""A house so large that a million people fit in eleven years."""
PERSONS = 1_000_000
NIGHTS_AT_ONCE = 50
OPENS_S = 1.0


@dataclass(frozen=True)
class Size:
    """How large a store is made."""

    locations: int
    municipalities: int = MUNICIPALITIES_EACH


def store(path: Path, size: Size) -> Path:
    """A store of a month ago, with a house and municipalities with their locations."""
    now = running()
    with Desk.init(path, name="Doorstroom", operator="Anna", clock=lambda: now() - timedelta(days=30)) as desk:
        desk.beds.make_number(BEDS)
        desk.capacity.import_municipalities(
            {"code": f"GM{n:04}", "name": f"Gemeente {n:03}", "inhabitants": 20_000 + 97 * n}
            for n in range(1, size.municipalities + 1)
        )
        desk.capacity.import_locations(
            {
                "name": f"Locatie {n:04}",
                "municipality": f"GM{n % size.municipalities + 1:04}",
                "kind": "private" if n % 9 == 0 else "municipal",
                "capacity": 40 + n % 60,
                "occupied": 20 + n % 30,
            }
            for n in range(size.locations)
        )
        desk.decisions.add("K", "There is no location for men alone.", item="2.4")
        desk.requests.add("Can you open a location that is staffed day and night?")
    return path


def with_past(desk: Desk, persons: int) -> None:
    """Nights gone by until so many persons have been here; written in bulk by the generator of the demo."""
    rng, so_far = Random(1), gone(desk)
    while so_far < persons:
        write_past(desk, max(1, min(NIGHTS_AT_ONCE, (persons - so_far) // PER_NIGHT)), rng, per_night=PER_NIGHT)
        so_far = gone(desk)
        desk.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def lived_in(path: Path) -> Path:
    """The store after a month of full nights: so many names are kept in any house, however long it has been there."""
    with Desk(path, "Anna", running()) as desk:
        write_past(desk, desk.settings.retention_days, Random(2), per_night=PER_NIGHT)
        # words in which a name could stand: a report reads the names of those who may be meant
        desk.logbook.add("note", "All is quiet in the region.", type_text="national")
    return path


def aged(young: Path, old: Path, persons: int) -> Path:
    """The same store with a past."""
    copyfile(young, old)
    with Desk(old, "Anna", running()) as desk:
        with_past(desk, persons)
    return old


def gone(desk: Desk) -> int:
    """People who have been here and went."""
    found = desk.db.execute("SELECT coalesce(sum(people), 0) FROM household WHERE state IN ('departed', 'left')")
    return int(found.fetchone()[0])


# --- what is measured -----------------------------------------------------------------------------

Work = Callable[[Path], float]


def opening(path: Path) -> float:
    """From key 5 to the last byte of Capacity, the first time in a session that has been open a while."""
    started: Started = desk_on(path)
    with started.run() as program:
        program.painted(started.words)
        program.wait(2.0)  # by then a session has read what its first keys need
        took = program.press(b"5")
    assert took is not None, "Capacity painted nothing"
    return took


def issuing(path: Path) -> float:
    """The situation report frozen and printed, in an open session."""
    with Desk(path, "Anna", running()) as desk:
        began = perf_counter()
        done = desk.frozen.issue("measured")
        render(situation.document(desk.frozen.record(desk.frozen.get(done.ref))), "txt")
        return perf_counter() - began


def as_of_yesterday(path: Path) -> float:
    """The daily figures as they were an hour ago, printed."""
    with Desk(path, "Anna", running()) as desk:
        began = perf_counter()
        render(make(desk, "daily", desk.clock() - timedelta(hours=1)), "csv")
        return perf_counter() - began


WORK: dict[str, Work] = {
    "Capacity opened": opening,
    "the situation report issued": issuing,
    "daily figures as of an hour ago": as_of_yesterday,
}


def measured(one: Path, other: Path, pairs: int, per: tuple[int, int] = (1, 1)) -> list[Measured]:
    """Each work on both stores in turn; with `per` the time is divided by that many locations."""
    found = []
    for what, work in WORK.items():
        ours, theirs = _in_turn(work, one, other, pairs)
        found.append(Measured(what, [t / per[0] for t in ours], [t / per[1] for t in theirs], GOAL))
    return found


def _in_turn(work: Work, one: Path, other: Path, pairs: int) -> tuple[Sequence[float], Sequence[float]]:
    ours, theirs = [], []
    for _ in range(pairs + 1):
        ours.append(work(one))
        theirs.append(work(other))
    return ours[1:], theirs[1:]  # the first pair warms the disk
