"""A desk as a process of its own that asks, promises and gives back without a pause, until it is killed.

    python -m tests.region_racer STORE SEED

It prints a line once it is at it. Whether the region is reached makes no difference to what it tries.
"""

import sys
from contextlib import suppress
from pathlib import Path
from random import Random

from desk.refusals import Refused
from storage.region import escrow, server
from storage.region.places import Places
from storage.store import Desk


def race(store: Path, seed: int) -> None:
    """Without end."""
    dice = Random(seed)
    with Desk(store, "Anna") as desk:
        places, halls = Places(desk), [loc.name for loc in desk.night().locations]
        held: list[str] = [p.ref for p in desk.night().placements]
        print("at it", flush=True)
        while True:
            with suppress(Refused), server.reached_by(places.link, store) as region:
                for _n in range(dice.randint(1, 8)):
                    _one_thing(desk, places, halls, held, dice)
                    places.hear(region)
            for _n in range(dice.randint(1, 4)):
                _one_thing(desk, places, halls, held, dice)


def _one_thing(desk: Desk, places: Places, halls: list[str], held: list[str], dice: Random) -> None:
    hall = dice.choice(halls)
    with suppress(Refused):
        what = dice.random()
        if what < 0.3:
            places.ask(hall, dice.randint(1, 5), at_once=False)
        elif what < 0.45:
            places.give_back(hall, dice.randint(1, 3), at_once=False)
        elif what < 0.85:
            mine = {one.location: one.left(escrow.held_at(desk.db, one.location)) for one in escrow.mine(desk.journal)}
            # more than is left is tried as well: it must be refused
            people = dice.randint(1, max(1, min(5, max(mine.values(), default=1) + 1)))
            household = desk.households.register(name=f"P{dice.getrandbits(40):x}", people=people).ref
            best = max(mine, key=lambda location: (mine[location], dice.random()), default=0)
            named = {loc.id: loc.name for loc in desk.night().locations}
            held.append(desk.placements.ask(household, named.get(best, hall)).ref)
        elif held:
            desk.placements.withdraw(held.pop(dice.randrange(len(held))), "they stay")


if __name__ == "__main__":
    race(Path(sys.argv[1]), int(sys.argv[2]))
