"""A desk as a process of its own that asks, promises, gives back, sends buses and answers, until it is killed.

    python -m tests.region_racer STORE SEED

It prints a line once it is at it. Whether the region is reached makes no difference to what it tries.
"""

import sys
from contextlib import suppress
from pathlib import Path
from random import Random

from desk.buses import EXPECTED
from desk.refusals import Refused
from desk.region.buses import IN, OUT, SEEN, UNANSWERED
from storage.region import escrow, link, sent, server
from storage.region.buses import BusesBetween
from storage.region.places import Places
from storage.region.pushing import Pusher
from storage.store import Desk

MOST_BUSES = 6


def race(store: Path, seed: int) -> None:
    """Without end."""
    dice = Random(seed)
    with Desk(store, "Anna") as desk:
        racer = Racer(desk, dice)
        print("at it", flush=True)
        while True:
            with suppress(Refused), server.reached_by(racer.places.link, store) as region:
                for _n in range(dice.randint(1, 8)):
                    racer.one_thing()
                    racer.places.hear(region)
                    racer.between.hear(region)
            for _n in range(dice.randint(1, 4)):
                racer.one_thing()
            with suppress(Refused):
                racer.pusher.once()


class Racer:
    """One desk, and who is at it."""

    def __init__(self, desk: Desk, dice: Random) -> None:
        self.desk = desk
        self.dice = dice
        self.places, self.between, self.pusher = Places(desk), BusesBetween(desk), Pusher(desk)
        self._halls = [loc.name for loc in desk.night().locations]
        self._held = [p.ref for p in desk.night().placements]

    def one_thing(self) -> None:
        """Whatever the dice say; much of it is refused, as it must be."""
        with suppress(Refused):
            self._with_a_bus() if self.dice.random() < 0.3 else self._with_places()

    def _with_places(self) -> None:
        desk, dice, hall = self.desk, self.dice, self.dice.choice(self._halls)
        what = dice.random()
        if what < 0.3:
            self.places.ask(hall, dice.randint(1, 5), at_once=False)
        elif what < 0.45:
            self.places.give_back(hall, dice.randint(1, 3), at_once=False)
        elif what < 0.85:
            held = escrow.held(desk.db)
            mine = {one.location: one.left(held.get(one.location, 0)) for one in escrow.mine(desk.journal)}
            # more than is left is tried as well: it must be refused
            people = dice.randint(1, max(1, min(5, max(mine.values(), default=1) + 1)))
            household = desk.households.register(name=f"P{dice.getrandbits(40):x}", people=people).ref
            best = max(mine, key=lambda location: (mine[location], dice.random()), default=0)
            named = {loc.id: loc.name for loc in desk.night().locations}
            self._held.append(desk.placements.ask(household, named.get(best, hall)).ref)
        elif self._held:
            desk.placements.withdraw(self._held.pop(dice.randrange(len(self._held))), "they stay")

    def _with_a_bus(self) -> None:
        """Announce one, send one on, take, refuse, ask back, or see one at the door."""
        desk, dice, night = self.desk, self.dice, self.desk.night()
        coming = [bus for bus in night.buses if bus.state in EXPECTED]
        between = {row.bus: row for row in night.sent_buses}
        what = dice.random()
        if what < 0.15 and len(coming) < MOST_BUSES:
            desk.buses.announce(from_place=f"P{dice.getrandbits(30):x}", people=dice.randint(1, 9), eta=None)
        elif what < 0.5 and coming:
            others = link.desks_of(desk.aside)
            bus = dice.choice(coming)
            came = between.get(bus.id)
            # one that was asked back may stand at the other door: people ring first
            if others and (came is None or came.way == IN or came.state != "withdrawn"):
                desk.buses.divert(bus.ref, "", "Els", desk=dice.choice(others))
        elif what < 0.8:
            waiting = [row for row in between.values() if row.way == IN and row.state == SEEN]
            if waiting:
                bus = night.bus[dice.choice(waiting).bus]
                answer = dice.random()
                if answer < 0.4:
                    sent.accept(desk.journal, bus)
                elif answer < 0.5:
                    desk.buses.arrive(bus.ref)
                else:
                    sent.refuse(desk.journal, bus, dice.choice(("full", "staff")))
        else:
            open_still = [row for row in between.values() if row.way == OUT and row.state in UNANSWERED]
            if open_still:
                sent.recall(desk.journal, night.bus[dice.choice(open_still).bus])


if __name__ == "__main__":
    race(Path(sys.argv[1]), int(sys.argv[2]))
