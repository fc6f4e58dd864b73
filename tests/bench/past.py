"""What a long past costs: the desk on a store with so many households gone by, against the same house with sixty.

Both sessions stand open and are pressed in turn, so that whatever else the machine does falls on both.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random

from storage.clock import running
from storage.demo import make_demo
from storage.past import write_past
from storage.store import Desk
from tests.bench import actions
from tests.bench.report import Measured, Weighed
from tests.bench.screens import desk_on, keys, starts
from tests.bench.terminal import PATIENCE_S, Program, resident_kb

FEW, SIZES, MOST = 60, (1_000, 20_000), 1_000_000
GOAL, MEMORY_GOAL = 1.25, 1.4
NIGHTS_AT_ONCE, PER_NIGHT, PER_HOUSEHOLD = 40, 45, 2.2
LARGE, LARGE_PER_NIGHT = 600, 450
"""Beds more, for a million: the house of sixty would have to be two centuries old."""
SCREENS = {
    "2 Buses": b"2",
    "3 Beds": b"3",
    "4 Placement": b"4",
    "5 Capacity": b"5",
    "6 Log": b"6",
    "7 Reports": b"7",
    "x who is inside": b"x",
    "t phones": b"t",
}
BACK, SECTION = b"q", b"1"
FOUND = b"shevchenko"
SETTLED_S = 2.0
"""By then a session has read what its first keys need."""


def night(path: Path, past: int, more_beds: int = 0) -> Path:
    """A busy night of now, with at least so many households that have been here before."""
    making = path.with_name(f"{path.stem}.new.db")
    with make_demo(making, clock=running()) as desk:
        if more_beds:
            desk.beds.make([{"room": f"hall {n}", "floor": "2", "beds": 10} for n in range(1, more_beds // 10 + 1)])
        add_past(desk, past, LARGE_PER_NIGHT if more_beds else PER_NIGHT)
    making.rename(path)  # only a whole one has that name
    return path


def add_past(desk: Desk, past: int, per_night: int) -> None:
    """Nights gone by, in bulk, until so many households have been here and went."""
    rng = Random(1)
    while (missing := past - gone(desk)) > 0:
        nights = max(1, min(NIGHTS_AT_ONCE, int(missing * PER_HOUSEHOLD / per_night)))
        write_past(desk, nights, rng, per_night=per_night)
        desk.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def gone(desk: Desk) -> int:
    """Households that have been here and went."""
    return int(desk.db.execute("SELECT count(*) FROM household WHERE state IN ('departed', 'left')").fetchone()[0])


def measured(old: Path, young: Path, turns: int) -> list[Measured]:
    """The start, a key, each screen, somebody found, durable actions, and what a session takes of memory."""
    one, other = desk_on(old), desk_on(young)
    found = [
        starts("start to first usable screen", one, other, max(2, turns // 2), GOAL),
        keys("key to last byte", one, other, 4 * turns, GOAL),
    ]
    with ExitStack() as open_ones:
        both = [open_ones.enter_context(started.run()) for started in (one, other)]
        for program in both:
            program.painted("q back")
        for program in both:
            program.wait(SETTLED_S)
        for name, key in SCREENS.items():
            back = BACK if key in {b"x", b"t"} else SECTION
            found.append(_in_turn(f"{name} opened", both, partial(_press, key=key), back, turns))
        found.append(_in_turn("somebody found by name", both, _find, BACK, turns))
        sizes = [[resident_kb(program)] for program in both]
    memory = Weighed("memory of a session after that", sizes[0], sizes[1], MEMORY_GOAL)
    return [*found, *_acting(old, young, turns), memory]


def _in_turn(name: str, both: list[Program], opens: Callable[[Program], float], back: bytes, turns: int) -> Measured:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns + 1):
        for program, taken in zip(both, times, strict=True):
            took = opens(program)
            program.press(back)
            if turn:  # the first loads what it needs and is kept: how long that takes is the same on both
                taken.append(took)
    return Measured(name, *times, GOAL)


def _press(program: Program, key: bytes) -> float:
    took = program.press(key, PATIENCE_S)
    assert took is not None, f"{key!r} painted nothing"
    return took


def _find(program: Program) -> float:
    """From Enter below a name to the last byte of what was found."""
    program.press(b"/")
    program.press(FOUND)
    return _press(program, b"\r")


def _acting(old: Path, young: Path, turns: int) -> list[Measured]:
    """Durable actions on both stores in turn, each taken back."""
    with Desk(old, "Anna", running()) as one, Desk(young, "Anna", running()) as other:
        return [
            Measured(name, *actions.in_turn(act, one, other, turns), GOAL) for name, act in actions.ANYWHERE.items()
        ]
