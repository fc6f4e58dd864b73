"""A fault at the Nth call that a desk makes of the system: killed there, or the call fails."""

from collections.abc import Iterator
from random import Random

from tests.faults.judge import wrong
from tests.faults.place import Place, calls_made, strace, was_hit
from tests.faults.report import Found

KILLED_AT = ("pwrite64", "fsync", "fdatasync", "ftruncate", "openat", "unlink", "fcntl", "pread64")
FAILS_AT = (
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("fsync", "EIO"),
    ("fdatasync", "EIO"),
    ("fsync", "ENOSPC"),
    ("ftruncate", "EIO"),
    ("pread64", "EIO"),
    ("openat", "EMFILE"),
    ("openat", "EACCES"),
    ("fcntl", "ENOLCK"),
    ("unlink", "EIO"),
)
ACTIONS = 4
MOST = 400
"""A call that is made more often than this is not tried at each of its times."""


def killed(place: Place, seed: int, runs: int) -> Found:
    """Kill a desk at each of its calls, `runs` times at most for one kind of call."""
    found = Found("killed at a call of the system")
    for call in KILLED_AT:
        for number in _times(place, call, seed, runs):
            store = place.store()
            around = strace(store, call, f"signal=SIGKILL:when={number}")
            said = place.write(store, "--actions", str(ACTIONS), "--seed", str(seed + number), around=around)
            found.add(f"{call} {number}", wrong(store, said), hit=was_hit(store))
    return found


def failing(place: Place, seed: int, runs: int) -> Found:
    """Let one call fail, go on, and look that each refusal was true and that what came after it was kept."""
    found = Found("a call of the system fails")
    for call, error in FAILS_AT:
        for number in _times(place, call, seed, runs):
            store = place.store()
            around = strace(store, call, f"error={error}:when={number}")
            said = place.write(store, "--actions", str(ACTIONS), "--seed", str(seed + number), around=around)
            found.add(f"{call} {error} {number}", wrong(store, said), hit=was_hit(store))
    return found


def _times(place: Place, call: str, seed: int, runs: int) -> Iterator[int]:
    """At which of its times a call is met: all of them, or a draw."""
    made = min(_made(place, call), MOST)
    random = Random(f"{seed} {call}")
    yield from sorted(random.sample(range(1, made + 1), min(runs, made)))


def _made(place: Place, call: str) -> int:
    """How often a writer makes that call."""
    store = place.store()
    place.write(store, "--actions", str(ACTIONS), around=strace(store, call))
    return calls_made(store, call)
