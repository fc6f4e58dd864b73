"""Several desks at once: killed at any moment, or flat out without one refused."""

import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

from tests.faults.judge import Said, wrong
from tests.faults.place import ROOT, Place
from tests.faults.report import Found

WRITERS, FLAT_OUT, EACH = 3, 8, 40


def at_random(place: Place, seed: int, rounds: int) -> Found:
    """Kill one of three desks after another, at random moments, all on one store that lives on."""
    found = Found("several desks, each killed at some moment")
    random, store, said = Random(seed), place.store(), Said()
    for number in range(rounds):
        with ExitStack() as running:
            desks = [running.enter_context(_started(place, store, f"{who}{number}", random)) for who in range(WRITERS)]
            _first_words(desks[0])
            for desk in desks:
                time.sleep(random.uniform(0.0, 0.2))  # the moment is the fault: nothing is waited for
                desk.send_signal(signal.SIGKILL)
            for desk in desks:
                said.hear(*desk.communicate())
        found.injected += WRITERS - 1
        found.add(f"round {number}", wrong(store, said))
    return found


def flat_out(place: Place, seed: int, each: int = EACH) -> Found:
    """Eight desks write as fast as they can: nothing is refused for the others' sake, nothing lost."""
    found = Found("eight desks flat out, actions")
    store, said, random = place.store(), Said(), Random(seed)
    with ExitStack() as running:
        desks = [
            running.enter_context(_started(place, store, f"{who}", random, "--actions", str(each)))
            for who in range(FLAT_OUT)
        ]
        for desk in desks:
            said.hear(*desk.communicate())
    held = [why for why in said.refused.values() if "Another desk" in why or "Somebody else" in why]
    found.add("flat out", [*wrong(store, said), *(f"refused: {why}" for why in [*held, *said.opened_not])])
    found.injected = len(said.begun)
    return found


def _started(place: Place, store: Path, name: str, random: Random, *more: str) -> subprocess.Popen[str]:
    command = place.writer(store, "--name", f"desk {name}", "--seed", str(random.getrandbits(30)), *more)
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _first_words(desk: subprocess.Popen[str]) -> None:
    """Wait until it works; what it said goes with its other words."""
    assert desk.stdout is not None
    first = desk.stdout.readline()
    words = desk.communicate

    def communicate(*given: object, **named: object) -> tuple[str, str]:
        out, errors = words()
        return first + out, errors

    desk.communicate = communicate  # type: ignore[method-assign]
