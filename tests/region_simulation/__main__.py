"""`python -m tests.region_simulation [--seeds N] [--broken RULE]`: ends with 1 where a seed found something."""

import argparse
import sys

from tests.region_simulation.controls import BROKEN
from tests.region_simulation.world import STEPS, played


def main() -> int:
    """Play the nights and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.region_simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--broken", choices=sorted(BROKEN), help="take this protection away")
    given = parser.parse_args()
    broken = (given.broken,) if given.broken else ()
    found = [
        said for seed in range(given.first, given.first + given.seeds) if (said := played(seed, broken, given.steps))
    ]
    for said in found[:20]:
        print(said)
    print(f"{given.seeds} nights of {given.steps} steps, {len(found)} went wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
