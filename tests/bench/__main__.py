"""`python -m tests.bench`: the desk beside the barest program that does the same, each goal of it in one run."""

import argparse
import compileall
import tempfile
from pathlib import Path
from random import Random

from storage.clock import running
from storage.demo import make_demo
from storage.past import write_past
from storage.store import Desk
from tests.bench import actions, screens
from tests.bench.report import section
from tests.bench.terminal import ROOT

FEW, MANY = 60, 20_000
PAST_GOAL = 1.25
NIGHTS_AT_ONCE = 40


def main() -> None:
    """Measure what was asked for and print it."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="few repetitions: does it run at all")
    options.add_argument("--only", choices=("screens", "actions", "past"), help="one part of it")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        for name, part in (("screens", _screens), ("actions", _actions), ("past", _past)):
            if given.only in (None, name):
                print(part(Path(folder) / name, given.quick), flush=True)


def _screens(folder: Path, quick: bool) -> str:
    _compile()
    folder.mkdir()
    desk = screens.desk_on(_night(folder / "desk.db", 0))
    return section(
        "At a terminal, against a bare Textual table of 60 rows",
        [
            screens.starts("start to first usable screen", desk, screens.BARE, 2 if quick else 15),
            screens.keys("key to last byte", desk, screens.BARE, 8 if quick else 80),
        ],
    )


def _actions(folder: Path, quick: bool) -> str:
    folder.mkdir()
    measured = actions.measure(folder, 5 if quick else 200)
    return section("A durable action, against the same rows written by hand in one transaction", measured)


def _past(folder: Path, quick: bool) -> str:
    _compile()
    folder.mkdir()
    few, many = (FEW, 10 * FEW) if quick else (FEW, MANY)
    old = screens.desk_on(_night(folder / "old.db", many))
    young = screens.desk_on(_night(folder / "young.db", few))
    return section(
        f"A store with {many:,} past households, against one with {few}",
        [
            screens.starts("start to first usable screen", old, young, 2 if quick else 15, PAST_GOAL),
            screens.keys("key to last byte", old, young, 8 if quick else 80, PAST_GOAL),
        ],
    )


def _compile() -> None:
    """Both programs start from compiled files, as installed ones do."""
    for name in ("desk", "storage", "screens", "tests"):
        compileall.compile_dir(ROOT / name, quiet=2)


def _night(path: Path, past: int) -> Path:
    """A busy night of now, with at least so many households that have been here before."""
    with make_demo(path, clock=running()) as desk:
        rng = Random(1)
        while _gone(desk) < past:
            write_past(desk, max(1, min(NIGHTS_AT_ONCE, (past - _gone(desk)) // 30)), rng)
        desk.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return path


def _gone(desk: Desk) -> int:
    return int(desk.db.execute("SELECT count(*) FROM household WHERE state IN ('departed', 'left')").fetchone()[0])


if __name__ == "__main__":
    main()
