"""What a person waits for at a screen: the start, and a key; beside another program, pair by pair."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.report import Measured, Weighed
from tests.bench.terminal import Program, resident_kb

START_GOAL, KEY_GOAL, MEMORY_GOAL = 1.3, 1.2, 1.4
DOWN, UP = b"\x1b[B", b"\x1b[A"
SETTLED_S = 2.0
RUN = 4
"""So many lines down and then up again: on every screen the cursor has room for it."""


@dataclass(frozen=True)
class Started:
    """How a program is started, and the words on its last line by which its first screen is there."""

    command: Sequence[str]
    words: str
    env: dict[str, str] = field(default_factory=dict)

    def run(self) -> Program:
        """The program, started now."""
        return Program(self.command, self.env)


BARE = Started(("-m", "tests.bench.table"), "q quit")


def desk_on(store: Path) -> Started:
    """The desk on a store."""
    env = {"DESK_LANGUAGE": "en", "DESK_OPERATOR": "Anna"}
    return Started(("-m", "screens.start", "--store", str(store)), "q back", env)


def starts(what: str, one: Started, other: Started, pairs: int, goal: float = START_GOAL) -> Measured:
    """From exec to the painted key bar; the first pair warms the disk and is not counted."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(pairs + 1):
        for started, times in ((one, ours), (other, theirs)):
            with started.run() as program:
                times.append(program.painted(started.words))
    return Measured(what, ours[1:], theirs[1:], goal)


def keys(what: str, one: Started, other: Started, pairs: int, goal: float = KEY_GOAL) -> Measured:
    """From an arrow key to the last byte of its repaint, both programs running, pressed in turn."""
    ours: list[float] = []
    theirs: list[float] = []
    with one.run() as first, other.run() as second:
        first.painted(one.words)
        second.painted(other.words)
        for number in range(pairs + RUN):
            key = DOWN if number // RUN % 2 == 0 else UP
            for program, times in ((first, ours), (second, theirs)):
                took = program.press(key)
                if took is not None and number >= RUN:
                    times.append(took)
    return Measured(what, ours, theirs, goal)


def memory(what: str, one: Started, other: Started, pairs: int) -> Measured:
    """What each takes once it stands open and has settled."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(pairs):
        for started, sizes in ((one, ours), (other, theirs)):
            with started.run() as program:
                program.painted(started.words)
                program.wait(SETTLED_S)
                sizes.append(resident_kb(program))
    return Weighed(what, ours, theirs, MEMORY_GOAL)
