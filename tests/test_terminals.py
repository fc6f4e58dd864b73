"""What a terminal is told apart by: which colours and letters it gets, and which of them cannot show a desk at all."""

import os
import subprocess
import sys

import pytest

from desk.refusals import Refused
from screens import terminals
from screens.driver import sent_instead
from screens.terminals import EIGHT, MANY, NONE, SIXTEEN
from tests.cli import ROOT
from tests.stage import quiet_night
from tests.terminal import Terminal

UTF8 = {"LANG": "C.UTF-8"}


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm-256color"}, MANY),
        ({"TERM": "tmux-256color"}, MANY),
        ({"TERM": "screen-256color"}, MANY),
        ({"TERM": "xterm-kitty"}, MANY),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, MANY),
        ({"TERM": "xterm"}, SIXTEEN),
        ({"TERM": "screen"}, SIXTEEN),
        ({"TERM": "screen", "COLORTERM": "truecolor"}, SIXTEEN),
        ({"TERM": "putty"}, SIXTEEN),
        ({"TERM": "linux"}, EIGHT),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, EIGHT),
        ({"TERM": "ansi"}, EIGHT),
        ({"TERM": "vt100"}, NONE),
        ({"TERM": "vt220"}, NONE),
        ({"TERM": "vt420", "COLORTERM": "24bit"}, NONE),
        ({"TERM": "xterm-mono"}, NONE),
        ({"TERM": "linux-m"}, NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, MANY),
    ],
    ids=lambda part: " ".join(part.values()) if isinstance(part, dict) else str(part),
)
def test_a_terminal_gets_the_colours_it_has(environ: dict[str, str], colours: int) -> None:
    assert terminals.read(environ | UTF8).colours == colours


@pytest.mark.parametrize(
    ("environ", "unicode"),
    [
        ({}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "POSIX"}, False),
        ({"LANG": "nl_NL"}, False),
        ({"LANG": "nl_NL.ISO-8859-15@euro"}, False),
        ({"LANG": "nl_NL.UTF-8"}, True),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "nl_NL.utf8"}, True),
        ({"LANG": "C", "LC_CTYPE": "UTF-8"}, True),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "nl_NL.UTF-8", "LC_CTYPE": "nl_NL"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": ""}, True),
    ],
    ids=str,
)
def test_letters_are_utf_8_where_the_locale_says_so(environ: dict[str, str], unicode: bool) -> None:
    assert terminals.read({"TERM": "xterm"} | environ).unicode is unicode


@pytest.mark.parametrize("lang", [{}, {"LANG": "C"}, {"LC_ALL": "C"}], ids=str)
def test_a_locale_that_python_adds_itself_does_not_count(lang: dict[str, str]) -> None:
    code = "from screens import terminals; from screens.on_terminal import environment as e; print(terminals.read(e()))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "TERM": "xterm"} | lang,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "unicode=False" in run.stdout


@pytest.mark.parametrize("name", ["vt100", "vt220", "linux", "ansi", "xterm", "screen", "tmux-256color"])
def test_no_terminal_is_asked_anything_or_told_of_the_mouse_or_the_focus(name: str) -> None:
    instead = sent_instead(terminals.read({"TERM": name} | UTF8))
    assert instead["\x1b[?1004h"] == instead["\x1b[?1004l"] == instead["\x1b[<u"] == ""


@pytest.mark.parametrize("name", ["", "dumb", "unknown", "emacs"])
def test_where_text_cannot_be_put_in_its_place_it_is_said_in_one_sentence(name: str) -> None:
    with pytest.raises(Refused, match=r"cannot put text in its place\. Say what it is, as in: TERM=xterm desk"):
        terminals.read({"TERM": name})


@pytest.mark.parametrize("name", ["dumb", ""])
def test_a_dumb_terminal_shows_the_sentence_and_no_broken_screen(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    store = quiet_night(tmp_path_factory.mktemp("night"))
    command = [sys.executable, "-m", "screens.start", "--store", str(store), "--as", "Anna", "--language", "en"]
    with Terminal(command, env={"TERM": name}, cwd=ROOT, columns=200) as t:
        assert t.wait_exit() == 1
        said = "\n".join(t.lines).strip()
    assert said.startswith("This terminal (TERM=")
    assert said.count("\n") == 0
