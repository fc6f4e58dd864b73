"""A store for tests, in the desk's language: a house with beds, a region with places, buses and households.

with new_store(tmp_path) as desk:
    bus = bus_here(desk, "Budapest", 48)
    family = in_bed(desk, "Petrenko", 5, bus=bus)
    with beside(desk, "Piet") as piet:
        piet.households.move(family, ["7"])
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils.utils import sqlite3

from desk import clock as times
from desk.buses import Bus
from desk.households import Household
from desk.language import speak
from storage.clock import Clock
from storage.store import Desk
from tests.kept import as_made

Result = TypeVar("Result")
Meet = Callable[[], object]

CLOCK = "2022-04-08T02:41:00+02:00"
AMSTERDAM = times.zone("Europe/Amsterdam")

FAMILIES, ANYONE, BY_DAY, PRIVATE = "De Wilgenhof", "Sporthal Noord", "Villa Beukenlaan", "Hotel Sterrenberg"
"""The locations of a test's region: names and capacities are invented, the municipalities are real."""
LOCATIONS: tuple[dict[str, Any], ...] = (
    {
        "name": FAMILIES,
        "municipality": "Oldenzaal",
        "kind": "municipal",
        "capacity": 40,
        "occupied": 10,
        "groups": ["family", "single_parent"],
        "wheelchair": False,
        "answers": "24/7",
        "phone": "0600-000201",
    },
    {
        "name": ANYONE,
        "municipality": "Enschede",
        "kind": "municipal",
        "capacity": 120,
        "occupied": 20,
        "wheelchair": True,
        "pets": True,
        "answers": "24/7",
        "phone": "0600-000202",
    },
    {
        "name": BY_DAY,
        "municipality": "Hengelo",
        "kind": "municipal",
        "capacity": 60,
        "occupied": 0,
        "answers": "08:00-18:00",
        "phone": "0600-000203",
    },
    {
        "name": PRIVATE,
        "municipality": "Almelo",
        "kind": "private",
        "capacity": 25,
        "occupied": 5,
        "pets": False,
        "answers": "24/7",
        "phone": "0600-000204",
    },
)


def moment(text: str = CLOCK) -> datetime:
    """An ISO time in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def at(text: str, now: str = CLOCK) -> datetime:
    """A time as people type it, seen from that moment: `at("03:40")`, `at("-20m")`, `at("2022-04-07 23:10")`."""
    return times.parse_time(text, moment(now), AMSTERDAM)


def still(clock: str = CLOCK) -> Clock:
    """A clock that stands still."""
    stands = moment(clock)
    return lambda: stands


def new_store(
    folder: Path,
    *,
    beds: int = 60,
    clock: str = CLOCK,
    operator: str = "Anna",
    language: str = "en",
    locations: bool = True,
    rooms: Sequence[dict[str, Any]] = (),
) -> Desk:
    """A new store `desk.db`: `beds` in rooms of four on the ground floor (or the `rooms` given), and the region."""
    speak(language)
    path = folder / "desk.db"

    def make() -> None:
        with Desk.init(path, name="Oldenzaal", language=language, operator=operator, clock=still(clock)) as desk:
            if rooms:
                desk.beds.make(rooms)
            elif beds:
                desk.beds.make_number(beds)
            if locations:
                desk.capacity.region("twente")
                desk.capacity.import_locations(LOCATIONS)

    as_made(path, ("new", beds, clock, operator, language, locations, str(rooms)), make)
    return Desk(path, operator, still(clock))


def beside(desk: Desk, operator: str = "Piet") -> Desk:
    """A second session on the same store, by somebody else, at the same moment."""
    return Desk(desk.path, operator, desk.clock)


# --- what a night needs: each gives the reference ----------------------------------------------


def bus_coming(desk: Desk, place: str = "Utrecht", people: int = 48, eta: str = "03:40", **details: Any) -> str:
    """A bus that somebody phoned in."""
    due = times.parse_time(eta, desk.clock(), AMSTERDAM, ahead=True)
    return desk.buses.announce(from_place=place, people=people, eta=due, **details).ref


def bus_here(desk: Desk, place: str = "Budapest", people: int = 48, *, counted: int | None = None) -> str:
    """A bus at the door, its heads counted (`counted`, else as many as were said)."""
    ref = desk.buses.arrive(from_place=place, people=people).ref
    desk.buses.count(ref, people if counted is None else counted)
    return ref


def household(desk: Desk, name: str = "Petrenko", people: int = 1, *, bus: str = "", **details: Any) -> str:
    """A household written down at the table; it waits for a bed."""
    return desk.households.register(name=name, people=people, bus=bus, **details).ref


def in_bed(desk: Desk, name: str = "Petrenko", people: int = 1, *beds: str, bus: str = "", **details: Any) -> str:
    """A household in the beds named, or in those the desk chooses."""
    ref = household(desk, name, people, bus=bus, **details)
    desk.households.bed(ref, beds)
    return ref


def asked(desk: Desk, household_ref: str, location: str = ANYONE) -> str:
    """A placement for which a location is asked."""
    return desk.placements.ask(household_ref, location).ref


def underway(desk: Desk, household_ref: str, location: str = ANYONE) -> str:
    """A placement that is on the road: agreed, with transport, gone."""
    ref = desk.placements.agree(household_ref, location, by="Wouter").ref
    desk.placements.transport(ref, carrier="Taxi Twente", pickup=desk.clock())
    return desk.placements.depart(ref).ref


def placed(desk: Desk, household_ref: str, location: str = ANYONE) -> str:
    """A placement confirmed by the receiver."""
    ref = underway(desk, household_ref, location)
    desk.placements.confirm(ref, "Wouter")
    return ref


# --- what it comes to --------------------------------------------------------------------------


def beds_of(desk: Desk, ref: str) -> list[str]:
    """The beds of a household as they are called, `12-3`."""
    night = desk.night()
    return [night.label(bed) for bed in night.beds_of.get(desk.households.get(ref).id, ())]


def the_bus(desk: Desk, ref: str) -> Bus:
    """A bus as it stands."""
    return desk.buses.get(ref)


def the_household(desk: Desk, ref: str) -> Household:
    """A household as it stands."""
    return desk.households.get(ref)


def dump(desk: Desk, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every table with all its rows, for comparing; leave tables out by name."""
    names = [row[0] for row in desk.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {
        name: desk.db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
        for name in sorted(names)
        if name not in without and not name.startswith("sqlite_")
    }


# --- several processes, other programs, other accounts -----------------------------------------

_NOBODY = 65534
_gate: list[Meet] = []


def together(processes: int, work: Callable[..., Result], *told: object) -> list[Result]:
    """What `work(meet, number, *told)` gives in so many processes of their own; `meet()` waits until all are there."""
    spawning = get_context("spawn")
    gate = spawning.Barrier(processes, timeout=60)
    with ProcessPoolExecutor(processes, mp_context=spawning, initializer=_stand_before, initargs=(gate,)) as pool:
        return [done.result() for done in [pool.submit(_begin, work, number, *told) for number in range(processes)]]


def _stand_before(gate: Any) -> None:
    _gate[:] = [gate.wait]


def _begin(work: Callable[..., Result], number: int, *told: object) -> Result:
    # who has no task yet is not at the gate: so every process takes exactly one
    _gate[0]()
    return work(_gate[0], number, *told)


@contextmanager
def another_program(path: Path) -> Iterator[Any]:
    """The file through a plain connection, as the `sqlite3` shell opens it: none of the desk's safeguards."""
    conn = sqlite3.connect(str(path), isolation_level=None)
    try:
        yield conn
    finally:
        conn.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """As an account without rights, where the tests run as root; else as the account they run in."""
    if os.getuid() != 0:
        yield
        return
    os.setresgid(_NOBODY, _NOBODY, 0)
    os.setresuid(_NOBODY, _NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
