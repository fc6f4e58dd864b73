"""The kinds of faults, and how often each is put in."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults import calls, damage, disk, held, killed, power, upgrade
from tests.faults.place import Place
from tests.faults.report import Found

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


def put_in(name: str, *, without: str | None, seed: int, quick: bool) -> Found:
    """The faults of one kind, in a folder of their own."""
    kind, few, many = KINDS[name]
    with tempfile.TemporaryDirectory(prefix="desk-faults-") as folder:
        return kind(Place(Path(folder), without), seed, few if quick else many)
