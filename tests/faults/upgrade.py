"""A desk is killed, or the disk fails it, while it brings an older store up to date."""

from random import Random

from tests.faults.judge import wrong
from tests.faults.place import Place, strace, was_hit
from tests.faults.report import Found
from tests.older_stores import SCHEMAS, older_store

CALLS = {"pwrite64": 120, "fsync": 6, "fdatasync": 6, "openat": 4, "pread64": 60}
"""Each with about how often it is made until an older store is up to date and one action is done."""
WHAT = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")


def interrupted(place: Place, seed: int, runs: int) -> Found:
    """Interrupt so many upgrades, each at some call; the next desk opens the store, whole."""
    found = Found("an upgrade is interrupted")
    random = Random(seed)
    for number in range(runs):
        store = older_store(random.choice(SCHEMAS[:-1]), place.store().parent)
        call, what = random.choice(list(CALLS)), random.choice(WHAT)
        when = random.randint(1, CALLS[call])
        around = strace(store, call, f"{what}:when={when}")
        said = place.write(store, "--actions", "1", "--seed", str(seed + number), around=around)
        hit = was_hit(store)
        after = place.write(store, "--actions", "1", "--seed", str(seed + runs + number), said=said)
        missing = [] if after.acknowledged else [f"nobody could go on: {after.opened_not} {after.refused}"]
        found.add(f"{store.stem}: {call} {what} at {when}", [*missing, *wrong(store, said)], hit=hit)
    return found
