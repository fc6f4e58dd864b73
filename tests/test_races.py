"""Several at once, and killed at once: real processes on one store."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from desk.refusals import Refused
from storage.database import Store
from storage.store import Desk
from tests.store import Meet, bus_here, household, moment, new_store, still, the_household, together
from tests.tiers import few

ROOT = Path(__file__).parent.parent
DESKS = 8
ROUNDS = 30
# A desk that says after each action that it is done, until it is killed.
WRITER = """
import sys
from pathlib import Path
from storage.store import Desk
from tests.store import still
with Desk(Path(sys.argv[1]), "Anna", still()) as desk:
    while True:
        ref = desk.households.register(name="Petrenko", people=3, give_bed=False).ref
        print(ref, flush=True)
"""


# --- one bed ------------------------------------------------------------------------------------


def a_bed_a_round(folder: Path) -> Path:
    """A house with one bed to race for in each round, some free beds more, and a man for each desk and round."""
    raced = [{"room": str(number), "floor": "0", "beds": 1} for number in range(1, ROUNDS + 1)]
    with new_store(folder, rooms=[*raced, {"room": "100", "floor": "0", "beds": 4}], locations=False) as desk:
        with desk.db.atomic():
            for number in range(DESKS * ROUNDS):
                desk.households.register(name=f"man {number}", people=1, sex="m")
        return desk.path


def _race(meet: Meet, desk_number: int, path: Path) -> list[str]:
    """What one desk reads in each round: nothing where it got the bed, else the refusal."""
    said = []
    with Desk(path, f"desk {desk_number}", still()) as desk:
        for number in range(ROUNDS):
            man = f"H-220407-{number * DESKS + desk_number + 1}"
            meet()
            try:
                desk.households.bed(man, [f"{number + 1}-1"])
                said.append("")
            except Refused as no:
                said.append(str(no))
    return said


@contextmanager
def _deferred(db: Store) -> Generator[Database, None, None]:
    """A transaction as it begins elsewhere: deferred, and something is read before anything is written."""
    with Database.atomic(db):
        db.execute("SELECT count(*) FROM stay").fetchone()
        yield db


def _race_deferred(meet: Meet, desk_number: int, path: Path) -> list[str]:
    Store.atomic = _deferred  # type: ignore[method-assign, assignment]
    return _race(meet, desk_number, path)


def test_a_bed_is_given_to_exactly_one_of_eight(tmp_path: Path) -> None:
    path = a_bed_a_round(tmp_path)
    said = together(DESKS, _race, path)
    with Desk(path, "Anna", still()) as desk:
        assert desk.check() == []
        night = desk.night()
        taken = {night.label(night.bed[bed]): who for bed, who in night.sleeper.items()}
    for number in range(ROUNDS):
        words = [desk_said[number] for desk_said in said]
        assert words.count("") == 1, words
        winner = words.index("")
        name = f"man {number * DESKS + winner}"
        assert taken[f"{number + 1}-1"].name == name
        for lost in words:
            if lost:
                assert f"Bed {number + 1}-1 is taken by {name}. Free instead: " in lost
                instead = lost.partition("Free instead: ")[2].rstrip(".")
                assert instead not in taken or int(instead.partition("-")[0]) > number + 1


def test_without_the_lock_taken_first_desks_fail_or_clash(tmp_path: Path) -> None:
    said = together(DESKS, _race_deferred, a_bed_a_round(tmp_path))
    good = Counter(not words or "is taken by" in words for desk_said in said for words in desk_said)
    assert good[False] > 0, "a race that is harmless without the lock proves nothing about the lock"


# --- one bus ------------------------------------------------------------------------------------


def _register(meet: Meet, number: int, path: Path, bus: str) -> list[str]:
    with Desk(path, f"desk {number}", still()) as desk:
        refs = []
        for turn in range(20):
            meet()
            refs.append(household(desk, f"family {number} {turn}", 2, bus=bus))
        return refs


def test_two_at_one_bus_never_get_one_number(tmp_path: Path) -> None:
    with new_store(tmp_path, beds=4, locations=False) as desk:
        bus = bus_here(desk, "Budapest", 80)
        given = together(2, _register, desk.path, bus)
        numbers = sorted(int(ref.rpartition("-")[2]) for refs in given for ref in refs)
        assert numbers == list(range(1, 41))
        night = desk.night()
        assert night.numbers(night.buses[0]).registered == 80
        assert desk.check() == []


# --- killed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("acknowledged", few([7, 1, 20, 50], 1))
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, acknowledged: int) -> None:
    with new_store(tmp_path, beds=4, locations=False) as desk:
        before = desk.journal.version()
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(desk.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told = [writer.stdout.readline().strip() for _ in range(acknowledged)]
        os.kill(writer.pid, signal.SIGKILL)
        told += writer.stdout.read().split()
        writer.wait()
        assert all(the_household(desk, ref).people == 3 for ref in told)
        written = desk.journal.version() - before
        assert len(told) <= written <= len(told) + 1, "one may have been written and not yet told"
        assert len(desk.night().members) == 3 * written
        assert desk.check() == []
        assert desk.households.register(name="Bondar", people=1).ref == f"H-220407-{written + 1}"
        assert desk.night().at == moment()
