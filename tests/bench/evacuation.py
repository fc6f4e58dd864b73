"""Who is inside, of a house of 150 people: on the screen, as text and as a page; and the same after a long past."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from storage.clock import running
from storage.store import Desk
from tests.bench.region import TWENTE, Size, aged, store
from tests.bench.report import Measured
from tests.bench.screens import desk_on
from tests.bench.terminal import ROOT, child_environment

GOAL = 1.25
GOAL_S = 1.0
PEOPLE = 150
PERSONS = 100_000
OPEN_S = 2.0
"""By then a session has read what its first keys need."""


def house(path: Path) -> Path:
    """A house with 150 people in bed tonight, in families of one to five, and nobody gone by."""
    store(path, Size(TWENTE))
    with Desk(path, "Anna", running()) as desk:
        inside = number = 0
        while inside < PEOPLE:
            people = min(1 + number % 5, PEOPLE - inside)
            needs = ("wheelchair",) if number % 17 == 0 else ()
            sex = "f" if people == 1 else None
            ref = desk.households.register(
                name=f"{_name(number)} Olena", people=people, language="uk", needs=needs, sex=sex
            ).ref
            desk.households.bed(ref, ())
            inside, number = inside + people, number + 1
        desk.shifts.on("Els", "host")
        desk.shifts.visitor_in("Jan")
    return path


def _name(number: int) -> str:
    """A name of its own, so that nobody is taken for somebody else."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}").title() + "enko"


# --- what is measured -----------------------------------------------------------------------------

Work = Callable[[Path], float]


def on_the_screen(path: Path) -> float:
    """From key x to the last byte of the list, the first time in a session that has been open a while."""
    started = desk_on(path)
    with started.run() as program:
        program.painted(started.words)
        program.wait(OPEN_S)
        took = program.press(b"x")
    assert took is not None, "the list painted nothing"
    return took


def as_text(path: Path) -> float:
    """`desk report evacuation`, from its start to its end."""
    return _printed(path, "txt", f"INSIDE {PEOPLE} people")


def as_a_page(path: Path) -> float:
    """The same as a page for A4."""
    return _printed(path, "html", f"<h1>INSIDE {PEOPLE} people")


def _printed(path: Path, form: str, words: str) -> float:
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "screens.start", "--store", str(path), "report", "evacuation", "--format", form],
        cwd=ROOT,
        env=child_environment({"DESK_LANGUAGE": "en", "DESK_OPERATOR": "Anna"}),
        capture_output=True,
        text=True,
        check=True,
    )
    took = perf_counter() - began
    assert words in done.stdout, done.stdout[:200]
    return took


WORK: dict[str, Work] = {
    "key x to the last byte of the list": on_the_screen,
    "the list as text, a whole command": as_text,
    "the list as a page, a whole command": as_a_page,
}


def measured(one: Path, other: Path, pairs: int) -> list[Measured]:
    """Each work on both stores in turn; the first pair warms the disk and is not counted."""
    return [Measured(what, *_in_turn(work, one, other, pairs), GOAL) for what, work in WORK.items()]


def _in_turn(work: Work, one: Path, other: Path, pairs: int) -> tuple[Sequence[float], Sequence[float]]:
    both = [(work(one), work(other)) for _ in range(pairs + 1)][1:]
    return [first for first, _second in both], [second for _first, second in both]


def said(found: Sequence[Measured]) -> str:
    """The slowest way to the list, on the store with the past, beside the goal."""
    took = max(median(one.desk) for one in found)
    above = "" if took <= GOAL_S else "  above"
    return f"evacuation list for {PEOPLE} people: {took:.2f} s; goal {GOAL_S:.2f} s{above}"


def with_past(young: Path, old: Path, persons: int) -> Path:
    """The same house with so many people gone by."""
    return aged(young, old, persons)
