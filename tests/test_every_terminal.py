"""The same night on every terminal: old ones, poor ones, one inside another; and the terminal is sane afterwards."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from wcwidth import wcwidth

from storage.demo import make_demo
from storage.store import Desk
from tests.cli import ROOT
from tests.stage import enter, opened, quiet_night, seated, sit_down, type_line
from tests.store import CLOCK, in_bed, new_store, still
from tests.terminal import Terminal
from tests.tiers import few

TERMS = ("xterm-256color", "tmux-256color", "screen", "linux", "vt100", "vt220", "xterm", "xterm-mono", "ansi")
WITHOUT_COLOUR = ("vt100", "vt220", "xterm-mono")
ASCII_LOCALES = ({"LANG": "C"}, {"LANG": ""}, {"LC_ALL": "C", "LANG": "C.UTF-8"}, {"LANG": "nl_NL.ISO-8859-1"})
COLOUR = re.compile(rb"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[\d;]*)?m")
VT100 = re.compile(
    rb"""\x1b\[ (?: \d*(?:;\d*)? H      # to a row and column
                  | \d* C               # to the right
                  | [012]? [JK]         # erase
                  | (?:[01457]?;?)* m   # bold, underlined, blinking, reversed
                  | (?:\d+;\d+)? r      # the lines that scroll
                  | \?7 [hl]            # wrap at the margin
                )
      | \x1b [M]                        # up, scrolling
      | [\r\n\b\x07]""",
    re.VERBOSE,
)
"""What a VT100 knows (its user guide, chapter 3), as far as the desk needs it."""


def after_leaving(store: Path) -> list[str]:
    """The desk, and then what the terminal is set to."""
    desk = [sys.executable, "-m", "screens.start", "--store", str(store), "--as", "Anna", "--language", "en"]
    return ["sh", "-c", f"{shlex.join(desk)}; echo status $?; stty -a; read line; echo read $line"]


def leave(t: Terminal) -> None:
    t.press("q")
    t.wait_for("q again leaves the desk")
    t.press("q")


def a_family_is_written_down_and_taken_back(t: Terminal) -> None:
    opened(t)
    t.press("w")
    t.wait_for("At the door")
    type_line(t, "Petrenko 5 2a 3c cot")
    t.wait_for("Write 1 on the wristbands")
    t.wait_for("inside: 5")
    t.press("esc")
    t.wait_for("q back")
    t.settle()
    t.press("u")
    t.wait_for("Undone")
    t.wait_for("inside: 0")


@pytest.mark.parametrize("term", TERMS)
def test_a_family_is_written_down_and_taken_back_and_the_terminal_is_sane_afterwards(tmp_path: Path, term: str) -> None:
    store = quiet_night(tmp_path)
    with Terminal(after_leaving(store), env={"TERM": term, "DESK_CLOCK": CLOCK}, cwd=ROOT) as t:
        a_family_is_written_down_and_taken_back(t)
        leave(t)
        t.wait_for("status 0")
        settings = set(re.findall(r"-?\w+", t.wait_for("icanon") + t.wait_for("icrnl")))
        assert {"icanon", "echo", "isig", "icrnl", "ixon"} <= settings
        assert t.cursor is not None
        assert not any("TONIGHT" in line or "wristbands" in line for line in t.lines)
        t.type("still here")
        t.press("enter")
        t.wait_for("read still here")
    with Desk(store, "Piet") as desk:
        assert [one.verb for one in desk.journal.actions()][-2:] == ["household register", "undo"]


def all_bytes(t: Terminal, play: bool = True) -> bytes:
    """Whatever a session sends from its first byte to its last."""
    if play:
        a_family_is_written_down_and_taken_back(t)
        for key in "23456":
            t.press(key)
            t.settle()
            t.press("down", "down", "up")
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.press("esc", "1", "?", "pgdn", "pgdn", "up", "esc")
        t.settle()
    leave(t)
    t.wait_exit()
    return t.sent()


@pytest.mark.parametrize("term", ["vt100", "vt102"])
def test_a_vt100_is_sent_nothing_that_it_does_not_know(tmp_path: Path, term: str) -> None:
    with sit_down(quiet_night(tmp_path), env={"TERM": term}) as t:
        sent = all_bytes(t)
    assert not COLOUR.search(sent)
    rest = VT100.sub(b"", sent)
    assert [byte for byte in rest if not 0x20 <= byte < 0x7F] == []


def test_the_control_a_terminal_of_today_is_sent_more_than_a_vt100_knows(tmp_path: Path) -> None:
    with sit_down(quiet_night(tmp_path)) as t:
        sent = all_bytes(t)
    assert COLOUR.search(sent)
    assert re.search(rb"\x1b", VT100.sub(b"", sent))


@pytest.mark.parametrize("term", few(WITHOUT_COLOUR, 2))
def test_a_terminal_without_colour_is_sent_none(tmp_path: Path, term: str) -> None:
    with sit_down(quiet_night(tmp_path), env={"TERM": term}) as t:
        assert not COLOUR.search(all_bytes(t))


@pytest.mark.parametrize("term", few(TERMS, 2))
def test_no_terminal_is_asked_a_question_that_an_old_one_would_print(tmp_path: Path, term: str) -> None:
    with sit_down(quiet_night(tmp_path), env={"TERM": term}) as t:
        opened(t)
        sent = all_bytes(t, play=False)
    assert not re.search(rb"\x1b\[[\d;?>=]*(?:\$p|[cnqu])", sent)
    assert b"\x1b]" not in sent
    assert b"\x1b[?1004" not in sent
    assert b"\x1b[?1000" not in sent


# --- ASCII ------------------------------------------------------------------------------------


def cyrillic(folder: Path) -> Path:
    """A house in which names stand in their own script."""
    with new_store(folder) as desk:
        in_bed(desk, "Шевченко Олена", 4, "1")
        in_bed(desk, "Müller-Groß", 2, "2")
        desk.logbook.add("note", "the lift … 20 × ± 3 → out")
        return desk.path


def in_the_same_columns(plain: str, line: str) -> bool:
    """Whether each word that begins a column does so in both; of words in other letters, whatever is spelt there."""
    cells = "".join(letter + " " * (wcwidth(letter) - 1) for letter in line).ljust(80)
    begins = [found.end() for found in re.finditer(r"(?:^|  )(?=\S)", cells)]
    words = [cells[at:].split("  ")[0].strip() for at in begins]
    return all(
        plain[at : at + 1].strip() and (not word.isascii() or plain[at:].startswith(word))
        for at, word in zip(begins, words, strict=True)
    )


@pytest.mark.parametrize("env", few(ASCII_LOCALES, 1), ids=str)
def test_where_the_locale_is_not_utf_8_everything_painted_is_ascii_in_the_same_columns(
    tmp_path: Path, env: dict[str, str]
) -> None:
    store = cyrillic(tmp_path)
    shown, sent = pages(store, env)
    usual, usually_sent = pages(store, {})
    assert [pair for pair in zip(shown, usual, strict=True) if not in_the_same_columns(*pair)] == []
    assert sent.isascii()
    assert not usually_sent.isascii(), "the control"


PAGES = (("3", "3 BEDS"), ("4", "4 PLACEMENT"), ("6", "6 LOG"), ("x", "-- Who is inside"), ("?", "-- Help"))


def pages(store: Path, env: dict[str, str]) -> tuple[list[str], bytes]:
    """Some screens, line by line, and all that was sent for them."""
    found: list[str] = []
    with sit_down(store, env=env) as t:
        opened(t)
        for key, title in PAGES:
            t.press(key)
            t.wait_for(title)
            t.settle()
            found += t.lines
        return found, t.sent()


def test_names_are_spelt_in_latin_letters_where_there_is_room(tmp_path: Path) -> None:
    with sit_down(cyrillic(tmp_path), env={"LANG": "C"}) as t:
        opened(t)
        t.press("3")
        t.wait_for("Shevchenko Olena 4")
        t.wait_for("Muller-Gross 2")
        t.press("6")
        t.wait_for("the lift ... 20 x +- 3 -> out")


def test_a_name_typed_in_its_own_script_at_a_terminal_that_cannot_show_it_is_kept_as_typed(tmp_path: Path) -> None:
    store = quiet_night(tmp_path)
    with sit_down(store, env={"LANG": "C"}) as t:
        opened(t)
        t.press("w")
        t.wait_for("At the door")
        t.type("Шевченко 4")
        t.wait_for("Sevcenko 4")
        enter(t)
        t.wait_for("Write 1 on the wristbands")
        t.send("Zoë".encode("latin-1") + b" 2")
        t.wait_for("Zoe 2")
        enter(t)
        t.wait_for("Write 2 on the wristbands")
    with Desk(store, "Piet") as desk:
        assert [h.name for h in desk.night().households] == ["Шевченко", "Zoë"]


# --- one terminal inside another ----------------------------------------------------------------


class Tmux:
    """A tmux of its own, that nobody looks at until somebody attaches."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def run(self, *words: str) -> str:
        """One command of tmux."""
        command = ["tmux", "-S", str(self._socket), "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def shown(self) -> list[str]:
        """What the desk has painted there."""
        return self.run("capture-pane", "-p", "-t", "desk").splitlines()

    def wait_for(self, words: str, watcher: Terminal) -> None:
        """Until it has painted these words; the other terminal is read meanwhile."""
        watcher.wait_until(lambda _t: any(words in line for line in self.shown()), f"{words!r} inside tmux")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("term", ["tmux-256color", "screen"])
def test_in_tmux_the_desk_lives_on_while_nobody_is_attached_and_takes_any_size(tmp_path: Path, term: str) -> None:
    store = quiet_night(tmp_path)
    tmux = Tmux(tmp_path / "tmux")
    desk = [sys.executable, "-m", "screens.start", "--store", str(store), "--as", "Anna", "--language", "en"]
    command = shlex.join(["env", f"PYTHONPATH={ROOT}", f"DESK_CLOCK={CLOCK}", "LANG=C.UTF-8", *desk])
    tmux.run("new-session", "-d", "-s", "desk", "-x", "80", "-y", "24", "sleep 600")
    try:
        tmux.run("set", "-g", "status", "off")
        tmux.run("set", "-g", "default-terminal", term)
        tmux.run("respawn-pane", "-k", "-t", "desk", command)
        attach = ["tmux", "-S", str(tmp_path / "tmux"), "attach", "-t", "desk"]
        with Terminal(attach) as t:
            opened(t)
            assert t.lines == [line.rstrip() for line in tmux.shown()]
            tmux.run("send-keys", "-t", "desk", "w")
            t.wait_for("At the door")
            tmux.run("send-keys", "-t", "desk", "-l", "Petrenko 5 2a")
            t.wait_for("Petrenko, 5 people")
            before = t.lines
            tmux.run("detach-client", "-s", "desk")
            t.wait_exit()
            tmux.run("send-keys", "-t", "desk", "-l", " 3c")
        with Terminal(attach) as t:
            t.wait_for("Petrenko 5 2a 3c")
            assert t.lines[:19] == before[:19]
            tmux.run("resize-window", "-t", "desk", "-x", "120", "-y", "40")
            tmux.wait_for("Petrenko 5 2a 3c", t)
            t.wait_until(lambda _t: len(tmux.shown()[2]) == 120, "the rule is as wide as the window")
            tmux.run("resize-window", "-t", "desk", "-x", "60", "-y", "16")
            t.wait_until(lambda _t: len(tmux.shown()[2]) == 60, "and narrow")
            tmux.run("resize-window", "-t", "desk", "-x", "80", "-y", "24")
            t.wait_until(lambda _t: len(tmux.shown()[2]) == 80, "and as before")
            tmux.run("send-keys", "-t", "desk", "Enter")
            tmux.wait_for("Write 1 on the wristbands", t)
        with Desk(store, "Piet") as other:
            assert [h.people for h in other.night().households] == [5]
    finally:
        tmux.run("kill-server")


def test_the_demo_night_is_painted_alike_in_another_size_first(tmp_path: Path) -> None:
    """What is sent after a change of size is whole, whatever the terminal did with what stood there."""
    make_demo(tmp_path / "desk.db", seed=1, clock=still(), language="en").close()
    with seated(tmp_path / "desk.db") as t:
        before = t.lines
        t.resize(24, 79)
        t.settle()
        t.resize(24, 80)
        t.wait_until(lambda it: it.lines == before, "as before")
