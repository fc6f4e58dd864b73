"""`python -m tests.faults`: put faults in, and print how many of each kind there were and what was lost: nothing.

`--without` takes a protection away; then something must be lost, and the exit status says so.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from tests.faults import calls, damage, disk, held, killed, power, soak, upgrade
from tests.faults.place import Place
from tests.faults.report import Found
from tests.faults.writer import PROTECTIONS

Kind = Callable[[Place, int, int], Found]
KINDS: dict[str, tuple[Kind, int, int]] = {
    "killed-at-calls": (calls.killed, 3, 400),
    "failing-calls": (calls.failing, 1, 60),
    "killed": (killed.at_random, 4, 60),
    "upgrade": (upgrade.interrupted, 10, 200),
    "power": (power.cuts, 300, 3000),
    "full": (disk.full, 2, 20),
    "taken-away": (lambda place, seed, _n: disk.taken_away(place, seed), 1, 1),
    "stopped": (lambda place, seed, _n: held.stopped(place, seed), 1, 1),
    "clocks": (held.clocks, 40, 400),
    "flipped": (damage.flipped, 150, 3000),
    "ruined": (damage.replaced, 100, 2000),
    "flat-out": (lambda place, seed, each: killed.flat_out(place, seed, each), 40, 1000),
}
"""Each kind with how often it is put in quickly and in full; those that take long come first."""


def main() -> int:
    """Put in what was asked for; gives 1 where anything was lost."""
    options = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a few of each kind, within two minutes")
    options.add_argument("--only", choices=KINDS, nargs="+", help="these kinds alone")
    options.add_argument("--without", choices=PROTECTIONS, help="take a protection away: then it must fail")
    options.add_argument("--soak", action="store_true", help="instead: a night of eight hours at twelve desks")
    options.add_argument("--minutes", type=float, default=soak.REAL_MINUTES, help="how long that night takes")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    if given.soak:
        return _soak(given.minutes, given.seed)
    began, lost, injected = monotonic(), 0, 0
    wanted = [name for name in KINDS if not given.only or name in given.only]
    one = partial(_put_in, without=given.without, seed=given.seed, quick=given.quick)
    # a kind at each core: most of the time a writer starts, is killed, and is looked after
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as cores:
        for found in cores.map(one, wanted):
            print(found.line(), flush=True)
            for sentence in found.lost[1:10]:
                print(f"    {sentence}")
            lost, injected = lost + len(found.lost), injected + found.injected
    print(f"{injected} faults in {monotonic() - began:.0f} s; lost: {lost or 'nothing'}")
    return 1 if lost else 0


def _put_in(name: str, *, without: str | None, seed: int, quick: bool) -> Found:
    """The faults of one kind, in a folder of their own."""
    kind, few, many = KINDS[name]
    with tempfile.TemporaryDirectory(prefix="desk-faults-") as folder:
        return kind(Place(Path(folder), without), seed, few if quick else many)


def _soak(minutes: float, seed: int) -> int:
    """A night at twelve desks; gives 1 where anything was missed, grew or became slow."""
    with tempfile.TemporaryDirectory(prefix="desk-soak-") as folder:
        found = soak.soak(Place(Path(folder)), minutes, seed=seed)
    for line in soak.report(found):
        print(line)
    return 1 if found.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
