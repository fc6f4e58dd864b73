"""A desk that stands still in the middle of an action, holding the store; and clocks that nobody should trust."""

import signal
import subprocess
from pathlib import Path

from storage.store import Desk
from tests.faults.judge import Said, wrong
from tests.faults.place import ROOT, Place
from tests.faults.report import Found
from tests.faults.writer import CLOCKS, TONIGHT

ACTIONS = 40


def stopped(place: Place, seed: int) -> Found:
    """One desk is stopped while it writes: others are told so and go on reading, and all go on once it wakes."""
    found = Found("a desk is stopped while it holds the store")
    store, said = place.store(), Said()
    holder = subprocess.Popen(
        place.writer(store, "--held", "--actions", "2", "--seed", str(seed)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder:
        began = holder.stdout.readline()  # inside the action, waiting to be let on
        holder.send_signal(signal.SIGSTOP)
        other = place.write(store, "--name", "Piet", "--actions", "1", "--seed", str(seed + 1))
        sentences = [*other.refused.values(), *other.opened_not]
        missing = [] if any("Another desk holds the store" in why for why in sentences) else [f"it said {sentences}"]
        missing += _cannot_read(store)
        holder.send_signal(signal.SIGCONT)
        out, errors = holder.communicate("\n\n\n\n")
    said.hear(began + out, errors)
    after = place.write(store, "--name", "Piet", "--actions", "2", "--seed", str(seed + 2), said=said)
    if len(after.acknowledged) < 4:
        missing.append("they did not go on")
    found.add("stopped", [*missing, *wrong(store, said)])
    return found


def _cannot_read(store: Path) -> list[str]:
    with Desk(store, "Reader", lambda: TONIGHT) as desk:
        return [] if desk.night().beds else ["nothing could be read meanwhile"]


def clocks(place: Place, seed: int, actions: int = ACTIONS) -> Found:
    """Desks whose clocks jump by hours, or go through the night in which the hour is changed."""
    found = Found("a clock jumps, or the hour is changed")
    for name in sorted(CLOCKS):
        store = place.store()
        said = place.write(store, "--clock", name, "--actions", str(actions), "--seed", str(seed))
        untold = [f"refused: {why}" for why in said.refused.values() if "undo" not in why]
        found.add(f"clock {name}", [*wrong(store, said), *untold, *_cannot_read(store)])
    return found
