"""Tab in the shell: commands, options and tonight's references, asked of the program; without a store commands."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from screens.cli.call import Call
from screens.cli.completion import SCRIPTS, words_for
from storage.store import Desk
from tests.cli import ROOT, Night
from tests.store import CLOCK, bus_coming, household, new_store, still
from tests.terminal import Terminal

PROGRAM = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m screens.start "$@"\n'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A store, and the program by its name in a folder of its own."""
    with new_store(tmp_path, beds=8) as desk:
        bus_coming(desk)
        household(desk, "Petrenko", 3)
    program = tmp_path / "bin" / "desk"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    return desk.path


def offered(store: Path, line: str, shell: str = "bash") -> list[str]:
    """What a script is answered."""
    night = Night(store.parent)
    ran = night.run("completion", shell, "--line", line, env={"DESK_STORE": str(store)})
    assert (ran.exit, ran.err) == (0, "")
    return ran.out.splitlines()


# --- what is answered -----------------------------------------------------------------------------


def test_commands_options_and_references_of_tonight_are_offered(house: Path) -> None:
    assert offered(house, "desk bu") == ["bus"]
    assert offered(house, "desk bus c") == ["count", "close", "confirm", "cancel"]
    assert offered(house, "/opt/desk/bin/desk bus count ") == ["B-0407-1"]
    assert offered(house, "desk household leave h-04") == ["H-0407-1"]
    assert offered(house, "desk bus announce --fr") == ["--from"]
    assert offered(house, "desk --l") == ["--language"]
    assert offered(house, "desk --language ") == ["nl", "en"]
    assert offered(house, "desk --store /nowhere --language nl bus count ") == []
    assert offered(house, f"desk --store {house} household be") == ["bed"]
    assert offered(house, "desk nothing here") == []


def test_a_name_with_a_blank_is_offered_as_its_shell_takes_it(house: Path) -> None:
    line = "desk placement ask H-0407-1 "
    assert offered(house, line + "De") == ["De\\ Wilgenhof"]
    assert offered(house, line + "De\\ W") == ["De\\ Wilgenhof"]
    assert offered(house, line + "De\\ ") == ["De\\ Wilgenhof"]
    assert offered(house, line + "'De W") == ["De Wilgenhof"]
    assert offered(house, line + "De\\ ", "zsh") == ["De Wilgenhof"]


def test_without_a_store_there_are_commands_and_no_complaint(tmp_path: Path) -> None:
    nowhere = tmp_path / "none.db"
    assert offered(nowhere, "desk placement s") == ["suggest"]
    assert offered(nowhere, "desk bus count ") == []
    assert offered(nowhere, "desk household out H-1 --to ho") == ["hospital"]
    assert not nowhere.exists()
    (tmp_path / "text.db").write_text("this is no store")
    assert offered(tmp_path / "text.db", "desk bus count ") == []
    assert offered(tmp_path / "text.db", "desk bus co") == ["count", "confirm"]


def test_a_half_written_line_of_any_kind_is_answered_with_nothing_worse_than_nothing(house: Path) -> None:
    for line in ("", "desk", "desk 'bus", 'desk bus count "B', "desk --language xx bus ", "desk bus -- -", "desk \\"):
        offered(house, line)


def test_tab_loads_no_screens() -> None:
    code = "import sys; from screens.start import run; run(sys.argv[1:]); print('textual' in sys.modules)"
    words = ["--store", "/nowhere/desk.db", "completion", "bash", "--line", "desk bus c"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_over_a_key_only_the_store_of_the_key_is_looked_into(house: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with new_store(other, beds=0) as desk:
        bus_coming(desk, "Zwolle")
        bus_coming(desk, "Budapest")
    with Desk(house, "Anna", still()) as desk:
        call = Call(house, "Anna", StringIO(), StringIO(), desk_given=desk)
        line = f"desk --store {other / 'desk.db'} bus count "
        assert words_for(call, line, backslashes=True) == ["B-0407-1"]


# --- in a real shell ------------------------------------------------------------------------------


@pytest.fixture
def bash(house: Path) -> Iterator[Terminal]:
    """A shell in which the script is read, as its manual says."""
    environment = {
        "PATH": f"{house.parent / 'bin'}:/usr/bin:/bin",
        "DESK_STORE": str(house),
        "DESK_CLOCK": CLOCK,
        "DESK_LANGUAGE": "en",
        "PS1": "> ",
        "HISTFILE": "",
    }
    with Terminal(["/bin/bash", "--norc", "--noprofile", "-i"], env=environment) as shell:
        shell.wait_for(">")
        shell.type("source <(desk completion bash) && echo read\r")
        shell.wait_until(lambda t: "read" in t.lines, "the script is read")
        yield shell


def test_bash_completes_a_command_a_reference_and_a_name(bash: Terminal) -> None:
    bash.type("desk bus cou")
    bash.press("tab")
    bash.wait_for("desk bus count")
    bash.press("tab")
    bash.wait_for("desk bus count B-0407-1")
    bash.press("ctrl+u")
    bash.wait_gone("B-0407-1")
    bash.type("desk placement ask H-0407-1 De")
    bash.press("tab")
    bash.wait_for("desk placement ask H-0407-1 De\\ Wilgenhof")
    bash.press("ctrl+u")
    bash.wait_gone("Wilgenhof")
    bash.type("desk placement ask H-0407-1 'De W")
    bash.press("tab")
    bash.wait_for("desk placement ask H-0407-1 'De Wilgenhof'")


def test_bash_lists_what_there_is_and_completes_files_where_a_file_is_asked(bash: Terminal, house: Path) -> None:
    bash.type("desk bus c")
    bash.press("tab", "tab")
    bash.wait_for("cancel")
    bash.wait_for("confirm")
    bash.press("ctrl+u")
    (house.parent / "rooms.csv").write_text("room,floor,beds\n")
    bash.type(f"desk import rooms {house.parent}/roo")
    bash.press("tab")
    bash.wait_until(lambda t: "rooms.csv" in t.text.replace("\n", ""), "the file's name")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_one_that_its_shell_can_read(shell: str, house: Path) -> None:
    ran = Night(house.parent).run("completion", shell)
    assert (ran.exit, ran.out) == (0, SCRIPTS[shell] + "\n")
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed here")
    read = subprocess.run([program, "-n", "/dev/stdin"], input=ran.out, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")
