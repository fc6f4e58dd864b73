"""A durable action of the desk against the same rows written by hand, turn by turn."""

import gc
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from storage.store import Desk
from tests.bench.by_hand import ByHand, written
from tests.bench.report import Measured
from tests.store import bus_here, household, in_bed, new_store

GOAL = 2.0
WARM_UP = 5
Act = Callable[[Desk, int], Callable[[], object]]
"""Given a turn's number: prepares what the turn needs, and gives the action itself."""


def _log_line(desk: Desk, number: int) -> Callable[[], object]:
    return partial(desk.logbook.add, "note", f"the lift is out, {number}")


def _count(desk: Desk, number: int) -> Callable[[], object]:
    return partial(desk.buses.count, "B-0407-1", 40 + number % 8)


def _register(desk: Desk, number: int) -> Callable[[], object]:
    return partial(desk.households.register, name=_name(number), people=5, bus="B-0407-1")


def _register_with_beds(desk: Desk, number: int) -> Callable[[], object]:
    return partial(desk.households.register, name=_name(number), people=3, bus="B-0407-1", give_bed=True)


def _give_beds(desk: Desk, number: int) -> Callable[[], object]:
    return partial(desk.households.bed, household(desk, _name(number), 3))


def _move(desk: Desk, number: int) -> Callable[[], object]:
    return partial(desk.households.move, "H-0407-1", ["14" if number % 2 else "15"])


def _ask(desk: Desk, number: int) -> Callable[[], object]:
    return partial(desk.placements.ask, household(desk, _name(number), 1), "Sporthal Noord")


def _name(number: int) -> str:
    """A name of its own, so that nobody is taken for somebody else."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}") + "enko"


ACTIONS: dict[str, Act] = {
    "a log line": _log_line,
    "heads of a bus counted": _count,
    "a family of five written down": _register,
    "a family of three, with their beds": _register_with_beds,
    "beds for a family that waits": _give_beds,
    "a family moved to another room": _move,
    "a location asked": _ask,
}


ANYWHERE: dict[str, Act] = {
    "a log line written": _log_line,
    "a family at the door written down": lambda desk, number: partial(
        desk.households.register, name=_name(number), people=3
    ),
}
"""Those that can be done in any house."""


def in_turn(act: Act, one: Desk, other: Desk, turns: int) -> tuple[list[float], list[float]]:
    """The same action at two desks in turn, each taken back; seconds at each."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(turns + WARM_UP):
        for desk, taken in ((one, times[0]), (other, times[1])):
            step = act(desk, number)
            began = perf_counter()
            step()
            taken.append(perf_counter() - began)
            desk.undo()
    return times[0][WARM_UP:], times[1][WARM_UP:]


def measure(folder: Path, turns: int) -> list[Measured]:
    """Each action so many times."""
    return [_one(folder / str(number), name, act, turns) for number, (name, act) in enumerate(ACTIONS.items())]


def _one(folder: Path, name: str, act: Act, turns: int) -> Measured:
    folder.mkdir()
    rooms = [{"room": str(number), "floor": "0", "beds": 4} for number in range(1, 16)]
    with new_store(folder, beds=0) as desk:
        # so that two rooms can be used in turn
        desk.set("clean_after_stay", "no")
        desk.beds.make(rooms)
        bus_here(desk, "Budapest", 48)
        for number in range(1, 10):
            in_bed(desk, f"Family{'abcdefghi'[number - 1]}", 1 + number % 4, str(number))
        # half a night of people: what an action reads is not nothing
        copy = _copied(desk, folder / "by_hand.db")
        by_hand = ByHand(copy)
        ours, theirs = [], []
        gc.collect()
        for number in range(turns + WARM_UP):
            before = desk.journal.version()
            step = act(desk, number)
            _follow(desk, by_hand)
            began = perf_counter()
            step()
            done = perf_counter()
            rows = written(desk.db.conn, desk.journal.version())
            again = perf_counter()
            by_hand.write(rows)
            last = perf_counter()
            ours.append(done - began)
            theirs.append(last - again)
            # taken back, so that every turn begins in the same night
            for _ in range(desk.journal.version() - before):
                desk.undo()
            _follow(desk, by_hand)
        by_hand.close()
    return Measured(name, ours[WARM_UP:], theirs[WARM_UP:], GOAL)


def _copied(desk: Desk, path: Path) -> Path:
    desk.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Path(shutil.copy(desk.path, path))


def _follow(desk: Desk, by_hand: ByHand) -> None:
    """What was done in between is written by hand too, so that both files stay the same."""
    have = by_hand.conn.execute("SELECT max(id) FROM action").fetchone()[0]
    for action in desk.journal.actions(have):
        by_hand.write(written(desk.db.conn, action.id))
