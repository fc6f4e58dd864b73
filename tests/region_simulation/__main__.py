"""`python -m tests.region_simulation [--seeds N] [--broken RULE]`: ends with 1 where a seed found something."""

import argparse
import sys

from tests.region_simulation import buses, world
from tests.region_simulation.controls import BROKEN


def main() -> int:
    """Play the nights and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.region_simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--steps", type=int, default=world.STEPS)
    parser.add_argument("--broken", choices=sorted({**BROKEN, **buses.BROKEN}), help="take this protection away")
    given = parser.parse_args()
    broken = (given.broken,) if given.broken else ()
    wrong = 0
    for what, play in (("shared places", world.played), ("buses between desks", buses.played)):
        seeds = range(given.first, given.first + given.seeds)
        found = [said for seed in seeds if (said := play(seed, broken, given.steps))]
        for said in found[:20]:
            print(said)
        print(f"{what}: {given.seeds} nights of {given.steps} steps, {len(found)} went wrong")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
