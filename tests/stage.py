"""The desk in a real terminal, for tests that press keys as a hand does."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from screens.asking import Gate
from tests.store import CLOCK, new_store
from tests.terminal import Terminal


def sit_down(
    store: Path,
    operator: str = "Anna",
    *,
    rows: int = 24,
    columns: int = 80,
    clock: str = CLOCK,
    env: dict[str, str] | None = None,
) -> Terminal:
    """Open the desk on a store, as one person at one terminal."""
    command = [sys.executable, "-m", "screens.start", "--store", str(store), "--as", operator, "--language", "en"]
    return Terminal(command, rows=rows, columns=columns, env={"DESK_CLOCK": clock, **(env or {})})


@contextmanager
def seated(store: Path, operator: str = "Anna") -> Iterator[Terminal]:
    """Somebody sits at the desk, Tonight before them."""
    with sit_down(store, operator) as terminal:
        yield opened(terminal)


def quiet_night(folder: Path) -> Path:
    """A store with rooms and a region, and nobody in the house."""
    with new_store(folder) as desk:
        return desk.path


def opened(terminal: Terminal) -> Terminal:
    """Wait until Tonight is painted to its last line."""
    terminal.wait_for("q back")
    terminal.settle()
    return terminal


def type_line(terminal: Terminal, words: str) -> None:
    """Type words and send them, once they stand on the screen."""
    terminal.type(words)
    terminal.wait_for(words[-30:])
    terminal.press("enter")


def stand_on(terminal: Terminal, words: str) -> None:
    """Go down until the cursor stands on the row that begins with these words."""
    for _row in range(60):
        terminal.settle()
        if f"> {words}" in terminal.text:
            return
        terminal.press("down")
    raise AssertionError(f"no row begins with {words!r}:\n{terminal.text}")


def enter(terminal: Terminal) -> None:
    """An Enter of its own: not within one burst with the one before."""
    terminal.read_for(Gate.BURST_S)
    terminal.press("enter")


def answer(terminal: Terminal, question: str, key: str = "y") -> None:
    """Answer a question that stands painted, as no hand does before it could read it."""
    terminal.wait_for(question)
    terminal.settle()
    terminal.press(key)
