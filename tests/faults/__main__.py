"""`python -m tests.faults`: put faults in, and print how many of each kind there were and what was lost: nothing.

`--without` takes a protection away; then something must be lost, and the exit status says so.
"""

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from tests.faults import soak
from tests.faults.kinds import KINDS, put_in
from tests.faults.place import Place
from tests.faults.writer import PROTECTIONS


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
    one = partial(put_in, without=given.without, seed=given.seed, quick=given.quick)
    # a kind at each core: most of the time a writer starts, is killed, and is looked after
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as cores:
        for found in cores.map(one, wanted):
            print(found.line(), flush=True)
            for sentence in found.lost[1:10]:
                print(f"    {sentence}")
            lost, injected = lost + len(found.lost), injected + found.injected
    print(f"{injected} faults in {monotonic() - began:.0f} s; lost: {lost or 'nothing'}")
    return 1 if lost else 0


def _soak(minutes: float, seed: int) -> int:
    """A night at twelve desks; gives 1 where anything was missed, grew or became slow."""
    with tempfile.TemporaryDirectory(prefix="desk-soak-") as folder:
        found = soak.soak(Place(Path(folder)), minutes, seed=seed)
    for line in soak.report(found):
        print(line)
    return 1 if found.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
