"""Every window: from one cell to a wall of them, without colour, in 16 colours, inside tmux."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from desk import figures
from desk.language import speak
from desk.night import Night
from desk.region.link import LinkState
from desk.settings import Settings
from desk.suitability import suggest
from screens import head, help_sheet, inside, keys
from screens.beds.board import rows as bed_rows
from screens.buses.rows import rows as bus_rows
from screens.capacity.rows import rows as capacity_rows
from screens.desk_screen import SMALLEST
from screens.lines import Row, plain
from screens.placements.rows import call_rows, people_rows, place_rows
from screens.tonight import rows as tonight_rows
from storage.demo import make_demo
from storage.rows import to_time
from storage.store import Desk
from tests.stage import opened, sit_down
from tests.store import CLOCK, still
from tests.terminal import Terminal
from tests.tiers import few

ASKS = "Make the window larger: 80 x 24."
SIZES = ((80, 24), (120, 40), (59, 15), (60, 16), (1, 1), (200, 60), (30, 100), (2, 24), (80, 1), (80, 24))
"""Columns and rows, in an order that goes back and forth."""
SECTIONS = ("1 TONIGHT", "2 BUSES", "3 BEDS", "4 PLACEMENT", "5 CAPACITY", "6 LOG", "7 REPORTS")
SIGN_CELLS = 3
COLOUR = re.compile(rb"\x1b\[(?:[\d;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;[25][\d;]*)[;m]")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("night") / "desk.db"
    make_demo(path, seed=1, clock=still()).close()
    speak("en")
    return path


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo, tmp_path))


@pytest.fixture(scope="module")
def night(demo: Path) -> Night:
    with Desk(demo, "Anna", still()) as desk:
        speak("en")
        return desk.night()


def is_large_enough(columns: int, rows: int) -> bool:
    return columns >= SMALLEST[0] and rows >= SMALLEST[1]


def wait_for_size(terminal: Terminal, columns: int, rows: int, section: str = SECTIONS[0]) -> None:
    """Wait until the screen of that size is painted: all of it, or the one line that asks for a larger window."""
    if is_large_enough(columns, rows):
        terminal.wait_until(
            lambda t: any(section in line for line in t.lines) and bool(t.lines[-2] or t.lines[-1]),
            f"{section} at {columns}x{rows}",
        )
        return
    start = ASKS if columns >= len(ASKS) else ASKS[: columns - 1]
    terminal.wait_until(
        lambda t: [line for line in t.lines if line][:1] != [] and t.text.strip().startswith(start),
        f"asks for a larger window at {columns}x{rows}",
    )


# Resizing


def test_a_window_may_shrink_to_one_cell_and_grow_again(store: Path) -> None:
    with sit_down(store) as t:
        opened(t)
        before = t.lines
        for columns, rows in SIZES:
            t.resize(rows, columns)
            wait_for_size(t, columns, rows)
            t.settle()
            if not is_large_enough(columns, rows):
                assert len([line for line in t.lines if line]) == 1
        t.wait_until(lambda it: it.lines == before, "the same screen as before")
        assert t.exit_status is None


@pytest.mark.parametrize("section", few(SECTIONS, 2), ids=lambda section: str(section)[2:].lower())
def test_each_section_survives_every_size(store: Path, section: str) -> None:
    with sit_down(store) as t:
        opened(t)
        t.press(section[0])
        t.wait_for(section)
        for columns, rows in ((60, 16), (1, 1), (200, 60), (30, 100), (80, 24)):
            t.resize(rows, columns)
            wait_for_size(t, columns, rows, section)
        t.press("down", "tab", "up")
        t.settle()
        assert t.exit_status is None


@pytest.mark.parametrize("key", few(["n", "w", "?", "x", "t", "/", ":"], 3))
def test_a_form_a_line_and_a_list_survive_one_cell(store: Path, key: str) -> None:
    with sit_down(store) as t:
        opened(t)
        t.press(key)
        t.settle()
        t.type("a")
        for columns, rows in ((1, 1), (60, 16), (200, 60), (80, 24)):
            t.resize(rows, columns)
            t.settle()
        t.press("esc", "esc")
        wait_for_size(t, 80, 24)


@dataclass(frozen=True)
class Open:
    """Something that stands open: how one gets there, what it shows, and what is typed into it."""

    keys: tuple[str, ...]
    shows: str
    typed: str = ""


OPEN = {
    "question": Open(("2", "a"), "Is bus 2 from Utrecht here now?"),
    "line": Open(("w",), "At the door", "Petrenko 5 2a"),
    "line of commands": Open((":",), "Command, as in", "bus count"),
    "form": Open(("n",), "Someone phoned in a bus", "Budapest"),
    "list": Open(("x",), "-- Who is inside"),
    "help": Open(("?",), "-- Help"),
}
WHILE_OPEN = ((60, 16), (300, 100), (59, 15), (1, 1), (132, 50), (61, 17), (80, 24))


@pytest.mark.parametrize("name", few(OPEN, 3))
def test_what_stands_open_stays_as_it_is_through_every_size(store: Path, name: str) -> None:
    """Nothing typed is lost, and no question is answered by it."""
    one = OPEN[name]
    with Desk(store, "Piet", still()) as desk:
        before = desk.journal.version()
    with sit_down(store) as t:
        opened(t)
        for key in one.keys:
            t.press(key)
            t.settle()
        t.wait_for(one.shows)
        t.type(one.typed)
        t.wait_for(one.typed)
        for columns, rows in WHILE_OPEN:
            t.resize(rows, columns)  # one after the other, as fast as a window is dragged
            if is_large_enough(columns, rows):
                t.wait_for(one.shows)
                t.wait_for(one.typed)
        t.settle()
        for words in (one.shows, one.typed):
            assert words in t.text
        assert t.exit_status is None
    with Desk(store, "Piet", still()) as desk:
        assert desk.journal.version() == before


@pytest.mark.parametrize(("columns", "rows"), few([(60, 16), (300, 100), (100, 30), (132, 50), (200, 60)], 2))
def test_every_section_fills_a_window_of_any_size(store: Path, columns: int, rows: int) -> None:
    with sit_down(store, rows=rows, columns=columns) as t:
        for section in SECTIONS:
            t.press(section[0])
            wait_for_size(t, columns, rows, section)
            t.settle()
            assert max(map(cell_len, t.lines)) <= columns
            assert {"-"} == set(t.lines[2].split(" ")[0])
            assert len(t.lines[2]) == columns, "the rule is as wide as the window"
            assert t.lines[-2] or t.lines[-1], "the keys stand at the bottom"


def test_a_key_and_a_change_of_size_at_the_same_moment_are_both_heard(store: Path) -> None:
    with sit_down(store) as t:
        opened(t)
        for section, (columns, rows) in zip(SECTIONS[1:] * 2, WHILE_OPEN[:2] * 6, strict=True):
            t.press(section[0])
            t.resize(rows, columns)
            wait_for_size(t, columns, rows, section)
        assert t.exit_status is None


@pytest.mark.parametrize(("columns", "rows"), few([(59, 15), (1, 1), (59, 24), (80, 15)], 2))
def test_a_desk_opened_in_a_small_window_asks_for_a_larger_one(store: Path, columns: int, rows: int) -> None:
    with sit_down(store, rows=rows, columns=columns) as t:
        wait_for_size(t, columns, rows)
        t.resize(24, 80)
        opened(t)


# Nothing is cut where nobody sees it


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("section", keys.SECTIONS)
def test_the_head_has_room_for_who_is_inside(night: Night, section: str, width: int) -> None:
    """The number that safety counts is never cut."""
    people = figures.people(night)
    for others in ([], ["Piet", "Wilhelmina"]):
        lines = head.lines(night, section, width, ("Anna", others))
        assert [plain(line) for line in lines if cell_len(plain(line)) > width] == []
        assert re.search(rf"inside: {people.inside}\b", plain(lines[1])[:width])


@pytest.mark.parametrize("language", ["en", "nl"])
def test_who_else_is_on_is_read_whole_also_where_a_night_has_two_months(language: str) -> None:
    speak(language)
    for evening in ("2022-04-07", "2022-11-30", "2022-09-30", "2022-12-31"):
        night = Night(at=to_time(f"{evening}T22:00:00Z"), settings=Settings(site="Oldenzaal"))
        (first, *_rest) = head.lines(night, "tonight", 80, ("Anna", ["Piet"]))
        assert plain(first).rstrip().endswith("Piet"), plain(first)
    speak("en")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_head_names_the_region_only_where_there_is_one(night: Night, width: int) -> None:
    joined = replace(night, region_line=LinkState("Twente", night.at))
    for section in keys.SECTIONS:
        line = plain(head.lines(joined, section, width, ("Anna", []))[1])
        assert cell_len(line) <= width
        assert re.search(rf"inside: {figures.people(night).inside}\b", line)
    assert "8 REGION" in plain(head.lines(joined, "region", width, ("Anna", []))[1])
    of_tonight = [plain(head.lines(one, "tonight", width, ("Anna", []))[1]) for one in (night, joined)]
    assert " 8" not in of_tonight[0]
    assert (" 8 Region" in of_tonight[1]) == (width >= 120)


ROWS: dict[str, Callable[[Night, int], list[Row]]] = {
    "tonight": lambda night, width: tonight_rows(night, width),
    "buses": lambda night, width: bus_rows(night, {0: night.buses_expected[0].ref}, width),
    "beds": lambda night, width: bed_rows(night, night.rooms[0].name, 0, width),
    "people": lambda night, width: people_rows(night, set(), width),
    "places": lambda night, width: place_rows(night, night.households[0], suggest(night, night.households[0]), width),
    "calls": call_rows,
    "capacity": capacity_rows,
    "inside": inside.rows,
    "phones": inside.phone_rows,
    "help": lambda _night, width: help_sheet.rows({"step": "do it", "mine": "I do it"}, width, lambda _action: True),
}


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("name", ROWS)
def test_no_line_is_wider_than_the_window(night: Night, name: str, width: int) -> None:
    found = [
        plain(row.line)
        for row in ROWS[name](night, width)
        if cell_len(plain(row.line).rstrip()) > width - (SIGN_CELLS if row.key else 0)
    ]
    assert found == []


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_key_bar_keeps_to_two_lines(width: int) -> None:
    live = {"step": "ways to find 38", "mark": "mark", "mine": "I do it", "edit": "time or number"}
    lines = keys.bar(live, width)
    assert len(lines) <= 2
    assert all(cell_len(line) <= width for line in lines)


# Poorer and other terminals


@pytest.fixture(scope="module")
def plain_text(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Tonight in the terminal of all other tests."""
    store = Path(shutil.copy(demo, tmp_path_factory.mktemp("plain")))
    with sit_down(store) as t:
        return opened(t).lines


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "linux"}, {"TERM": "xterm"}, {"TERM": "vt100"}], ids=str)
def test_a_poorer_terminal_shows_the_same_text(store: Path, plain_text: list[str], env: dict[str, str]) -> None:
    with sit_down(store, env=env) as t:
        assert opened(t).lines == plain_text


def test_without_colour_none_is_sent(store: Path) -> None:
    with sit_down(store, env={"NO_COLOR": "1"}) as t:
        opened(t)
        assert not COLOUR.search(t.bytes_of(lambda: t.press("3"), until="3 BEDS"))


@pytest.mark.parametrize("env", [{"TERM": "linux"}, {"TERM": "xterm"}], ids=str)
def test_sixteen_colours_are_all_that_is_sent(store: Path, env: dict[str, str]) -> None:
    with sit_down(store, env=env) as t:
        opened(t)
        painted = t.bytes_of(lambda: t.press("3"), until="3 BEDS")
        assert COLOUR.search(painted)
        assert not re.search(rb"\x1b\[[\d;]*[34]8;", painted)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_inside_tmux_the_same_text_stands_and_stays_through_another_size(
    store: Path, plain_text: list[str], tmp_path: Path
) -> None:
    desk = [sys.executable, "-m", "screens.start", "--store", str(store), "--as", "Anna", "--language", "en"]
    quiet = [";", "set", "-g", "status", "off"]
    command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null", "new-session", *desk, *quiet]
    with Terminal(command, env={"DESK_CLOCK": CLOCK}) as t:
        t.wait_until(lambda it: it.lines == plain_text, "Tonight inside tmux")
        t.resize(40, 120)
        wait_for_size(t, 120, 40)
        t.resize(24, 80)
        t.wait_until(lambda it: it.lines == plain_text, "Tonight inside tmux, back at 80x24")
        t.press("q")
        t.wait_for("q again leaves the desk")
        t.press("q")
        assert t.wait_exit() == 0
