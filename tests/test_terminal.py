import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from tests.terminal import Terminal
from tests.terminal_screen import ControlFilter, DeskScreen

PROGRAM = """
from rich.text import Text
from textual.app import App
from textual.widgets import Static

class Program(App):
    CSS = "#mark { width: 6; text-style: reverse; }"
    ENABLE_COMMAND_PALETTE = False

    def compose(self):
        yield Static("Tonight (60 beds)?", id="head")
        yield Static("marked", id="mark")
        yield Static("last -", id="last")
        yield Static("size -", id="size")

    def on_key(self, event):
        if event.key == "q":
            self.exit(return_code=3, message="left behind")
        self.query_one("#last", Static).update(Text(f"last {event.key}"))

    def on_resize(self, event):
        self.query_one("#size", Static).update(f"size {event.size.width}x{event.size.height}")

app = Program()
app.run(mouse=False)
raise SystemExit(app.return_code)
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("program") / "program.py"
    path.write_text(PROGRAM)
    return [sys.executable, str(path)]


@pytest.fixture
def terminal(program: list[str]) -> Iterator[Terminal]:
    with Terminal(program) as terminal:
        terminal.wait_for("size 80x24")
        yield terminal


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


# A full-screen program


def test_a_program_is_painted_without_the_tails_of_control_sequences(terminal: Terminal) -> None:
    terminal.settle()
    assert terminal.lines == ["Tonight (60 beds)?", "marked", "last -", "size 80x24", *[""] * 20]


def test_a_string_is_literal_and_a_pattern_is_searched(terminal: Terminal) -> None:
    assert terminal.wait_for("(60 beds)?") == "Tonight (60 beds)?"
    assert terminal.wait_for(re.compile(r"\d+ beds")) == "Tonight (60 beds)?"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("enter", "enter"),
        ("tab", "tab"),
        ("shift+tab", "shift+tab"),
        ("esc", "escape"),
        ("space", "space"),
        ("backspace", "backspace"),
        ("delete", "delete"),
        ("up", "up"),
        ("down", "down"),
        ("left", "left"),
        ("right", "right"),
        ("home", "home"),
        ("end", "end"),
        ("pgup", "pageup"),
        ("pgdn", "pagedown"),
        ("f1", "f1"),
        ("f12", "f12"),
        ("ctrl+a", "ctrl+a"),
        ("n", "n"),
        (":", "colon"),
        ("Ш", "Ш"),
    ],
)
def test_a_key_arrives_as_itself(shared: Terminal, key: str, name: str) -> None:
    shared.press("0")
    shared.wait_for("last 0")
    shared.press(key)
    shared.wait_until(lambda it: it.lines[2] == f"last {name}", f"key {name}")


@pytest.fixture(scope="module")
def shared(program: list[str]) -> Iterator[Terminal]:
    with Terminal(program) as terminal:
        terminal.wait_for("size 80x24")
        yield terminal


def test_a_key_after_esc_is_not_taken_for_one_of_its_sequences(terminal: Terminal) -> None:
    terminal.press("esc", "[", "x")
    terminal.wait_for("last x")


def test_cells_know_their_looks(terminal: Terminal) -> None:
    assert terminal.cell(1, 0).data == "m"
    assert terminal.cell(1, 0).reverse != terminal.cell(0, 0).reverse
    assert terminal.cell(-23, -80) == terminal.cell(1, 0)


def test_a_resize_reaches_the_program(terminal: Terminal) -> None:
    terminal.resize(40, 120)
    terminal.wait_for("size 120x40")
    assert len(terminal.lines) == 40


def test_the_bytes_of_one_key_are_counted_apart(terminal: Terminal) -> None:
    raw = terminal.bytes_of(lambda: terminal.press("k"), until="last k")
    assert b"k" in raw
    assert len(raw) < 1500
    assert terminal.bytes_of(lambda: terminal.read_for(0.2)) == b""


def test_leaving_shows_the_first_screen_again_and_the_exit_code(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.wait_exit() == 3
    assert terminal.exit_status == 3
    assert terminal.lines[0] == "left behind"
    assert "Tonight" not in terminal.text
    assert terminal.cursor is not None


def test_the_size_in_the_testers_environment_is_not_passed_on(
    monkeypatch: pytest.MonkeyPatch, program: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "132")
    monkeypatch.setenv("LINES", "50")
    monkeypatch.setenv("NO_COLOR", "1")
    with Terminal(program, rows=30, columns=100) as terminal:
        terminal.wait_for("size 100x30")
    with Terminal(["sh", "-c", 'echo "<$NO_COLOR> $TERM $NIGHT"'], env={"NIGHT": "0407"}) as terminal:
        terminal.wait_for("<> xterm-256color 0407")


# Plain programs


def test_a_shell_reads_what_is_typed() -> None:
    with Terminal(["sh", "-c", "read line; echo got $line; exit 4"]) as terminal:
        assert terminal.exit_status is None
        terminal.type("enter")
        terminal.press("enter")
        terminal.wait_for("got enter")
        assert terminal.wait_exit() == 4


def test_one_send_is_one_burst() -> None:
    code = "import os, tty; tty.setraw(0); print('ready', flush=True); print(len(os.read(0, 99)))"
    with Terminal(python(code)) as terminal:
        terminal.wait_for("ready")
        terminal.send(b"\r" * 20)
        terminal.wait_for("20")


def test_a_working_directory_is_the_programs_own(tmp_path: Path) -> None:
    with Terminal(["pwd"], cwd=tmp_path, columns=200) as terminal:
        terminal.wait_for(str(tmp_path))


def test_what_never_comes_fails_with_the_screen_shown() -> None:
    with Terminal(["sh", "-c", "echo here we are; read line"]) as terminal:
        terminal.wait_for("here")
        with pytest.raises(AssertionError, match=r"no line with 'nothing'(.|\n)*0 \|here we are"):
            terminal.wait_for("nothing", timeout=0.1)
        with pytest.raises(AssertionError, match="not reached: two lines"):
            terminal.wait_until(lambda it: it.lines[1] != "", "two lines", timeout=0.1)
        with pytest.raises(AssertionError, match="still runs"):
            terminal.wait_exit(timeout=0.1)


def test_waiting_for_a_program_that_ended_fails_at_once() -> None:
    with Terminal(["sh", "-c", "exit 5"]) as terminal:
        begun = time.monotonic()
        with pytest.raises(AssertionError, match="ended with 5"):
            terminal.wait_for("anything", timeout=60)
        assert time.monotonic() - begun < 30


def test_a_program_that_never_rests_does_not_settle() -> None:
    with (
        Terminal(python("while True: print('x', end='', flush=True)")) as terminal,
        pytest.raises(AssertionError, match="never quiet"),
    ):
        terminal.settle(timeout=0.3)


def test_closing_hangs_up_and_ends_a_program_that_will_not_go() -> None:
    stubborn = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    with Terminal(["sh", "-c", "echo up; read line"]) as mild, Terminal(python(stubborn)) as deaf:
        mild.wait_for("up")
        deaf.wait_for("deaf")
    assert mild.exit_status == -signal.SIGHUP
    assert deaf.exit_status == -signal.SIGKILL
    for terminal in (mild, deaf):
        with pytest.raises(ProcessLookupError):
            os.kill(terminal.pid, 0)
        terminal.close()


# What pyte alone paints wrongly


@pytest.mark.parametrize(
    "sequence",
    [
        b"\x1b[>1u",
        b"\x1b[=5;1u",
        b"\x1b[<u",
        b"\x1b[?u",
        b"\x1b[?2026$p",
        b"\x1b[>4;2m",
        b"\x1b[>0q",
        b"\x1b[2 q",
        b"\x1b[!p",
        b"\x1b[4:3m",
        b"\x1bP+q544e\x1b\\",
        b"\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\",
        b"\x1b_Gi=31;AAAA\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXstring\x1b\\",
        b"\x1b]8;;https://example.org\x1b\\",
        b"\x1b]52;c;eA==\x07",
        b"\x1b]10;?\x1b\\",
        b"\x1b F",
        b"\x1b*B",
    ],
)
def test_an_unknown_sequence_is_dropped_whole_wherever_a_chunk_ends(sequence: bytes) -> None:
    data = b"a" + sequence + b"b"
    for cut in range(len(data) + 1):
        control = ControlFilter()
        assert control.feed(data[:cut]) + control.feed(data[cut:]) == b"ab"


@pytest.mark.parametrize(
    "sequence",
    [
        b"\x1b[H",
        b"\x1b[12;40H",
        b"\x1b[38;2;1;2;3m",
        b"\x1b[?25l",
        b"\x1b[?1049h",
        b"\x1b[?2026h",
        b"\x1b[2K",
        b"\x1b(B",
        b"\x1b7",
        b"\x1b\\",
        b"\x1b]2;title\x07",
    ],
)
def test_a_known_sequence_passes(sequence: bytes) -> None:
    data = b"a" + sequence + b"b"
    for cut in range(len(data) + 1):
        control = ControlFilter()
        assert control.feed(data[:cut]) + control.feed(data[cut:]) == data


def test_an_escape_that_begins_nothing_is_dropped_alone() -> None:
    assert ControlFilter().feed(b"a\x1b\x07b\x1b\x1b[Hc") == b"a\x07b\x1b[Hc"


def painted(*texts: str) -> DeskScreen:
    screen = DeskScreen(10, 2)
    stream = pyte.Stream(screen)
    for text in texts:
        stream.feed(text)
    return screen


def test_wide_characters_stand_once_and_may_be_half_overwritten() -> None:
    assert painted("日本x").painted_lines()[0] == "日本x"
    assert painted("日本x", "\x1b[1;1Ha").painted_lines()[0] == "a 本x"


def test_joiners_and_direction_marks_do_not_swallow_what_follows() -> None:
    assert painted("a\u200db\u202ec").painted_lines()[0] == "abc"
    assert painted("e\u0301tat").painted_lines()[0] == "état"


def test_the_second_screen_leaves_the_first_as_it_was() -> None:
    screen = painted("first", "\x1b[?1049h", "\x1b[1;1Hsecond")
    assert screen.painted_lines()[0] == "second"
    pyte.Stream(screen).feed("\x1b[?1049l!")
    assert screen.painted_lines()[0] == "first!"
