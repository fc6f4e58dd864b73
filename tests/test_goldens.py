"""Each screen of the demo night as a person sees it, line by line: `tests/goldens/*.txt`.

`DESK_GOLDENS=write pytest tests/test_goldens.py` writes them anew; read the difference before it is committed.
Each picture is a session of its own whose clock starts on a whole minute, so nothing on it moves for sixty seconds.
"""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk.language import speak
from storage.demo import make_demo
from tests.stage import opened, sit_down
from tests.store import CLOCK, still
from tests.terminal import Terminal

GOLDENS = Path(__file__).parent / "goldens"
WRITE = os.environ.get("DESK_GOLDENS") == "write"
LONG_QUIET_S = 0.6


@dataclass(frozen=True)
class Picture:
    """One golden: the keys from Tonight to it, and a text that shows that it is there."""

    name: str
    keys: tuple[str, ...]
    there: str
    columns: int = 80
    rows: int = 24

    def __str__(self) -> str:
        return self.name


PICTURES = (
    Picture("tonight", (), "1 TONIGHT"),
    Picture("buses", ("2",), "-- Bus 2, B-0407-2"),
    Picture("buses-ways", ("2", "tab"), "Enter hold them"),
    Picture("beds", ("3",), "3 BEDS"),
    Picture("placement", ("4",), "4 PLACEMENT"),
    Picture("capacity", ("5",), "5 CAPACITY"),
    Picture("log", ("6",), "6 LOG"),
    Picture("help", ("?",), "-- Help"),
    Picture("evacuation", ("x",), "-- Who is inside"),
    Picture("rollcall", ("x", "enter"), "-- Roll call since"),
    Picture("rollcall-counted", ("x", "enter", "enter", "down", "k", "enter"), "found 9 "),
    Picture("log-actions", ("6", "tab"), "6 LOG"),
    Picture("log-found", ("6", "/", "doctor", "enter"), "-- Found in the log: doctor"),
    Picture("handover", (":", "shift handover", "enter"), "-- Handover"),
    Picture("handed-over", (":", "shift handover", "enter", "enter", "the cook rang", "enter"), "-- Handed over"),
    Picture("reports", ("7",), "7 REPORTS"),
    Picture("night-register", ("7", *["down"] * 8, "enter", "pgdn"), "-- Night register"),
    Picture("roster", ("7", *["down"] * 9, "enter", "pgdn"), "-- Roster, and when"),
    Picture("phones", ("t",), "-- Phones"),
    Picture("bus-form", ("n",), "Someone phoned in a bus"),
    Picture("register-line", ("w", "Petrenko 5 2a 3c cot"), "Petrenko, 5 people"),
    Picture("tour", ("g",), "TOUR 1/10"),
    Picture("tour-ways", ("g", "2", "enter"), "TOUR 3/10"),
    Picture("question", ("2", "a"), "Is bus 2 from Utrecht here now?"),
    Picture("tonight-120x40", (), "1 TONIGHT", 120, 40),
    Picture("beds-120x40", ("3",), "3 BEDS", 120, 40),
)


def demo(folder: Path, language: str) -> Path:
    """The demo night of seed 1 at the golden minute."""
    path = folder / "desk.db"
    make_demo(path, seed=1, clock=still(), language=language).close()
    speak("en")
    return path


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo(tmp_path_factory.mktemp("night"), "en")


@pytest.fixture(scope="module")
def nacht(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo(tmp_path_factory.mktemp("nacht"), "nl")


def compare(name: str, terminal: Terminal) -> None:
    """What the terminal shows is the golden of that name, once it is painted; or becomes it."""
    file = GOLDENS / f"{name}.txt"
    if WRITE:
        terminal.settle(LONG_QUIET_S)
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(terminal.lines) + "\n", encoding="utf-8")
        return
    golden = file.read_text(encoding="utf-8").splitlines()
    _read_until(terminal, lambda: terminal.lines == golden)
    assert terminal.lines == golden


def _read_until(terminal: Terminal, reached: Callable[[], bool]) -> None:
    """Give a slow machine time to paint; what differs in the end is told by the comparison itself."""
    for _ in range(30):
        if reached():
            return
        terminal.read_for(0.1)


def press(terminal: Terminal, keys: tuple[str, ...]) -> None:
    """One key after the other, each once the one before it was painted."""
    for key in keys:
        terminal.settle()
        terminal.press(key)


@pytest.mark.parametrize("picture", PICTURES, ids=str)
def test_a_screen_of_the_demo_night_looks_as_its_golden(picture: Picture, night: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(night, tmp_path))
    with sit_down(store, rows=picture.rows, columns=picture.columns) as t:
        opened(t)
        press(t, picture.keys)
        t.wait_for(picture.there)
        compare(picture.name, t)


def test_tonight_in_dutch_looks_as_its_golden(nacht: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(nacht, tmp_path))
    command = [sys.executable, "-m", "screens.start", "--store", str(store), "--as", "Anna", "--language", "nl"]
    with Terminal(command, env={"DESK_CLOCK": CLOCK}) as t:
        t.wait_for("Doorstroomlocatie Oldenzaal")
        t.settle()
        compare("tonight-nl", t)


@pytest.mark.skipif(WRITE, reason="they are being written")
def test_each_golden_belongs_to_a_test() -> None:
    names = {picture.name for picture in PICTURES} | {"tonight-nl"}
    assert {file.stem for file in GOLDENS.iterdir()} == names
