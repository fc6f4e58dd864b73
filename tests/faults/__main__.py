"""`python -m tests.faults`: put faults in, and print how many of each kind there were and what was lost: nothing.

`--without` takes a protection away; then something must be lost, and the exit status says so.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from tests.faults import calls, damage, disk, held, killed, power, upgrade
from tests.faults.place import Place
from tests.faults.report import Found
from tests.faults.writer import PROTECTIONS

Kind = Callable[[Place, int, int], Found]
KINDS: dict[str, tuple[Kind, int, int]] = {
    "killed-at-calls": (calls.killed, 3, 400),
    "failing-calls": (calls.failing, 1, 60),
    "killed": (killed.at_random, 4, 60),
    "flat-out": (lambda place, seed, each: killed.flat_out(place, seed, each), 40, 1000),
    "power": (power.cuts, 300, 3000),
    "full": (disk.full, 2, 20),
    "taken-away": (lambda place, seed, _n: disk.taken_away(place, seed), 1, 1),
    "stopped": (lambda place, seed, _n: held.stopped(place, seed), 1, 1),
    "clocks": (held.clocks, 40, 400),
    "flipped": (damage.flipped, 150, 3000),
    "ruined": (damage.replaced, 100, 2000),
    "upgrade": (upgrade.interrupted, 10, 200),
}
"""Each kind with how often it is put in quickly and in full."""


def main() -> int:
    """Put in what was asked for; gives 1 where anything was lost."""
    options = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a few of each kind, within two minutes")
    options.add_argument("--only", choices=KINDS, nargs="+", help="these kinds alone")
    options.add_argument("--without", choices=PROTECTIONS, help="take a protection away: then it must fail")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    began, lost, injected = monotonic(), 0, 0
    for name, (kind, few, many) in KINDS.items():
        if given.only and name not in given.only:
            continue
        with tempfile.TemporaryDirectory(prefix="desk-faults-") as folder:
            found = kind(Place(Path(folder), given.without), given.seed, few if given.quick else many)
        print(found.line(), flush=True)
        for sentence in found.lost[1:10]:
            print(f"    {sentence}")
        lost, injected = lost + len(found.lost), injected + found.injected
    print(f"{injected} faults in {monotonic() - began:.0f} s; lost: {lost or 'nothing'}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
