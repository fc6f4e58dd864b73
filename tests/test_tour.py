"""The tour of the demo: ten keys, each told why; a wrong key is not punished, Esc leaves, and nothing stays changed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desk.language import speak
from storage.demo import make_demo
from storage.store import Desk
from tests.cli import ROOT, Night
from tests.stage import opened, quiet_night, seated, sit_down
from tests.store import CLOCK, still
from tests.terminal import Terminal

KEYS = (
    ("2", "Tonight says what is free"),
    ("enter", "the ways to find 38"),
    ("enter", "the desk asks first"),
    ("y", "y or j is yes"),
    ("3", "every desk sees it"),
    ("x", "adds up to all beds"),
    ("4", "who has no name yet"),
    ("u", "undo what you held"),
    ("?", "You need to learn no keys"),
    ("/", "finds anybody"),
)
"""The ten keys, each with words of the sentence that stands before it is pressed."""
SEEN = ("2 BUSES", "Enter hold them", "Hold 13 places", "13 places held", "3 BEDS", "-- Who is inside", "4 PLACEMENT")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "desk.db"
    make_demo(path, seed=1, clock=still(), language="en").close()
    speak("en")
    return path


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo, tmp_path))


def sentence(terminal: Terminal, number: int, words: str = "") -> None:
    """The tour stands at that step."""
    terminal.wait_for(f"TOUR {number}/10 ")
    if words:
        terminal.wait_until(lambda t: words in " ".join(t.text.split()), words)
    terminal.settle()


def nights_of(store: Path) -> tuple[list[str], int]:
    """The verbs of the journal, and the places held for the bus that is short."""
    with Desk(store, "test", still()) as desk:
        bus = next(bus for bus in desk.night().buses if bus.number == "2")
        return [action.verb for action in desk.journal.actions()], desk.night().numbers(bus).here


def test_ten_keys_from_its_beginning_to_its_end_teach_the_night(store: Path) -> None:
    verbs, held = nights_of(store)
    with sit_down(store) as t:
        opened(t)
        t.wait_for("g tour")
        t.press("g")
        for number, (key, words) in enumerate(KEYS, start=1):
            sentence(t, number, words)
            t.press(key)
            if number <= len(SEEN):
                t.wait_for(SEEN[number - 1])
        t.wait_for("That was the tour: g takes it again. Now type a name, or Esc.")
        t.wait_gone("TOUR ")
        t.wait_for("-- Find: name in any script")
        t.type("ponoma")
        t.wait_for("ponoma")
        t.press("enter")
        t.wait_for("-- Found: ponoma")
    assert len(KEYS) == 10
    after, still_held = nights_of(store)
    assert (after[len(verbs) :], still_held) == (["bus reserve", "undo"], held)


def test_the_tour_speaks_dutch_and_begins_at_the_second_name_of_its_key(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    make_demo(path, seed=1, clock=still(), language="nl").close()
    speak("en")
    command = [sys.executable, "-m", "screens.start", "--store", str(path), "--as", "Anna"]
    with Terminal(command, env={"DESK_CLOCK": CLOCK}) as t:
        t.wait_for("g uitleg")
        t.settle()
        t.press("f2")
        for number, key in enumerate(("2", "enter", "enter", "j", "3", "x", "4", "u", "?", "/"), start=1):
            t.wait_for(f"UITLEG {number}/10 ")
            t.settle()
            t.press(key)
        t.wait_for("Dat was de uitleg")


def test_a_wrong_key_does_what_it_does_and_the_sentence_stays(store: Path) -> None:
    with sit_down(store) as t:
        opened(t)
        t.press("g")
        sentence(t, 1)
        t.press("down", "5")
        t.wait_for("5 CAPACITY")
        sentence(t, 1)
        t.press("l")
        t.wait_for("This line is not part of the tour")
        t.press("esc")
        sentence(t, 1, "Press 2")
        t.press("2")
        sentence(t, 2)
        t.press("x")
        t.wait_for("This list is not part of the tour")
        t.settle()
        t.press("q")
        sentence(t, 2)
        t.press("enter")
        sentence(t, 3)
        t.press("enter")
        sentence(t, 4)
        t.press("n")
        sentence(t, 3, "Press Enter on the first")
        t.press("1")
        sentence(t, 1)


def test_esc_leaves_the_tour_at_any_step_and_changes_nothing(store: Path) -> None:
    before = nights_of(store)
    with sit_down(store) as t:
        opened(t)
        for steps in (0, 1, 3):
            t.press("g")
            for number, (key, _words) in enumerate(KEYS[:steps], start=1):
                sentence(t, number)
                t.press(key)
            sentence(t, steps + 1)
            t.press("esc")
            t.wait_for("The tour is left. g takes it again.")
            t.wait_gone("TOUR ")
            t.settle()
    assert nights_of(store) == before


def test_the_tour_is_never_opened_by_itself_and_takes_one_word_too(store: Path) -> None:
    with sit_down(store) as t:
        opened(t)
        assert "TOUR" not in t.text
        t.press("3")
        t.wait_for("3 BEDS")
        t.settle()
        assert "g tour" not in t.text
        t.press(":")
        t.wait_for("Command, as in")
        t.type("tour")
        t.wait_for("tour")
        t.press("enter")
        t.wait_for("1 TONIGHT")
        sentence(t, 1)


def test_a_store_of_a_real_night_has_no_tour(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        assert "g tour" not in t.text
        t.press("g")
        t.wait_for("The tour is for the demo, where nothing is real.")
    night = Night(tmp_path)
    assert "desk demo" in night.refused("tour")
    assert "'demo' is not one of" in night.refused("settings", "demo", "yes")


def test_a_demo_that_moved_on_says_so(store: Path) -> None:
    with Desk(store, "Anna", still()) as desk:
        for bus in desk.night().buses_expected:
            desk.buses.cancel(bus.ref, "another road")
    with sit_down(store) as t:
        opened(t)
        t.press("g")
        t.wait_for("This demo has moved on too far for the tour.")


def test_the_tour_is_loaded_when_it_is_asked_for() -> None:
    code = "import sys, screens.app, screens.tonight, screens.shared; print('screens.tour' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"
