"""A desk that stands open all night: what it holds in memory after hundreds of steps is what it held before them."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.clock import hurrying
from storage.demo import make_demo
from storage.store import Desk
from tests.cli import ROOT
from tests.stage import enter, opened
from tests.store import moment, still
from tests.terminal import Terminal

FOCUS_CHANGES, HOURS = 500, 8
GROWTH_KB = 5_000
MINUTES_A_SECOND = 10
WARM_ROUNDS = 3
"""In the first rounds modules are loaded and caches filled that are as large after eight hours."""
TABS = 18

PROGRAM = """
import gc, json, os, signal, sys
from pathlib import Path
from screens.start import TEXTUAL
os.environ.update(TEXTUAL)
gc.disable()
from screens.app import open_desk
from screens.on_terminal import OnTerminal
from storage.clock import hurrying
from tests.store import moment
from textual._styles_cache import StylesCache
from textual.widget import Widget

store, counted, speed, fault = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
focused, kept = [0], []
on_focus = Widget._on_focus
def focus(self, event):
    focused[0] += 1
    if fault == "keeps a widget":
        kept.append(Widget())
    on_focus(self, event)
Widget._on_focus = focus
if fault == "lets go of nothing":
    del OnTerminal.pop_screen

def count(_number, _frame):
    gc.collect()
    alive = gc.get_objects()
    widgets = sum(isinstance(one, Widget) for one in alive)
    painted = sum(isinstance(one, StylesCache) for one in alive)
    resident = next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]
    with counted.open("a") as file:
        print(json.dumps([widgets, painted, int(resident), focused[0]]), file=file)

signal.signal(signal.SIGUSR1, count)
sys.exit(open_desk(Path(store), "Anna", "en", hurrying(moment(), speed)))
"""


@dataclass(frozen=True)
class Counted:
    """What the program found in its own memory."""

    widgets: int
    painted: int
    """What the library keeps of widgets that it painted."""
    resident_kb: int
    focused: int


class Measured:
    """A desk at work, its clock in a hurry, that counts what lives in it when asked."""

    def __init__(self, terminal: Terminal, file: Path) -> None:
        self.terminal = terminal
        self._file = file
        self._asked = 0

    def count(self) -> Counted:
        """What lives in it once nothing that was closed is still on its way out: counted until it stays the same."""
        found, before = self._count(), None
        while before is None or found.widgets != before.widgets:
            before, found = found, self._count()
        return found

    def _count(self) -> Counted:
        self._asked += 1
        os.kill(self.terminal.pid, signal.SIGUSR1)
        self.terminal.wait_until(lambda _t: len(self._lines()) == self._asked, "it has counted")
        return Counted(*json.loads(self._lines()[-1]))

    def _lines(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file.exists() else []


@contextmanager
def measured(folder: Path, fault: str = "") -> Iterator[tuple[Measured, Desk]]:
    path = folder / "desk.db"
    make_demo(path, seed=1, clock=still()).close()
    clock = hurrying(moment(), MINUTES_A_SECOND * 60)
    program = [sys.executable, "-c", PROGRAM, str(path), str(folder / "counted"), str(MINUTES_A_SECOND * 60), fault]
    with Terminal(program, cwd=ROOT) as terminal, Desk(path, "Piet", clock) as other:
        yield Measured(opened(terminal), folder / "counted"), other


def sections(t: Terminal, _other: Desk) -> None:
    """Every screen, its rows and its halves."""
    for key in "2345671":
        t.press(key)
        t.press("down", "down", "tab", "up")
    t.wait_for("1 TONIGHT")


def forms(t: Terminal, _other: Desk) -> None:
    """The form of a bus, gone through to its end and left; what was typed is thrown away."""
    t.press("n")
    t.wait_for("Someone phoned in a bus")
    t.type("Utrecht")
    t.press(*["tab"] * TABS)
    t.press("ctrl+x")
    t.wait_gone("Utrecht")
    t.press("esc")
    t.wait_for("q back")


def lines(t: Terminal, _other: Desk) -> None:
    """A family at the door, and taken back; a log line that is not sent; a question that is not answered."""
    t.press("w")
    t.wait_for("At the door")
    t.type("Zelenko 2")
    t.wait_for("Zelenko, 2 people")
    enter(t)
    t.wait_for("on the wristbands")
    t.press("esc")
    t.wait_for("q back")
    t.settle()
    t.press("u")
    t.wait_for("Undone")
    for key, words in (("l", "-- Log"), ("/", "-- Find"), (":", "-- Command")):
        t.press(key)
        t.wait_for(words)
        t.press("esc")
        t.wait_gone(words)
    t.press("2")
    t.wait_for("2 BUSES")
    t.press("a")
    t.wait_for("here now?")
    t.settle()
    t.press("n")
    t.wait_for("Nothing was changed")
    t.press("1")
    t.wait_for("1 TONIGHT")


def sheets(t: Terminal, _other: Desk) -> None:
    """Who is inside, whom to ring, help, somebody found."""
    for key, words in (("x", "-- Who is inside"), ("t", "-- Phones"), ("?", "-- Help")):
        t.press(key)
        t.wait_for(words)
        t.press("pgdn", "q")
        t.wait_gone(words)
    t.press("/")
    t.wait_for("-- Find")
    t.type("shevchenko")
    enter(t)
    t.wait_for("-- Found")
    t.press("q")
    t.wait_gone("-- Found")


def another_desk(t: Terminal, other: Desk) -> None:
    """Somebody else writes, and takes it back."""
    other.beds.block("G6-4", "a leak")
    t.wait_for("2 FREE")
    other.undo()
    t.wait_for("3 FREE")


ROUND: tuple[Callable[[Terminal, Desk], None], ...] = (sections, forms, lines, sheets, another_desk)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_500_changes_of_focus_and_eight_hours_leave_no_widget_and_at_most_5_mb_behind(tmp_path: Path) -> None:
    with measured(tmp_path) as (desk, other):
        for _round in range(WARM_ROUNDS):
            for part in ROUND:
                part(desk.terminal, other)
        before, began = desk.count(), other.clock()
        while (after := desk.count()).focused - before.focused < FOCUS_CHANGES or (
            other.clock() - began
        ).total_seconds() < HOURS * 3600:
            for part in ROUND:
                part(desk.terminal, other)
        assert after.widgets <= before.widgets
        assert after.painted <= before.painted
        assert after.resident_kb - before.resident_kb <= GROWTH_KB


@pytest.mark.slow
def test_the_control_a_widget_that_is_kept_at_each_change_of_focus_is_counted(tmp_path: Path) -> None:
    with measured(tmp_path, "keeps a widget") as (desk, other):
        forms(desk.terminal, other)
        before = desk.count()
        forms(desk.terminal, other)
        after = desk.count()
        assert after.widgets - before.widgets >= after.focused - before.focused > 0


@pytest.mark.slow
def test_the_control_without_letting_go_what_was_painted_of_a_closed_form_stays(tmp_path: Path) -> None:
    with measured(tmp_path, "lets go of nothing") as (desk, other):
        forms(desk.terminal, other)
        before = desk.count()
        forms(desk.terminal, other)
        after = desk.count()
        assert after.painted > before.painted + TABS
