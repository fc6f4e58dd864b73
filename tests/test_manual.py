"""`man desk`: rendered by man without a complaint, complete, and shipped where man finds it."""

import re
import shutil
import subprocess
import tomllib

import pytest

from screens.keys import TABLE
from tests.documents import commands, on_every_command
from tests.generated import MANUAL, ROOT

MAN = shutil.which("man")
needs_man = pytest.mark.skipif(MAN is None or shutil.which("groff") is None, reason="man or groff is not installed")


def rendered(*words: str) -> "subprocess.CompletedProcess[str]":
    """The page through man, at 80 columns."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat", "PAGER": "cat"}
    command = [str(MAN), "--warnings", *words, "-l", str(ROOT / MANUAL)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@needs_man
def test_man_renders_the_page_and_has_nothing_to_complain_of() -> None:
    shown = rendered()
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line for line in lines if re.fullmatch(r"[A-Z][A-Z ]+", line)]
    assert heads == [
        *("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "KEYS", "COMMANDS", "ENVIRONMENT", "FILES"),
        *("EXIT STATUS", "EXAMPLES"),
    ]
    assert any("desk - the night desk of a transit location" in line for line in lines)


@needs_man
def test_every_key_and_every_command_with_its_options_stands_on_the_page() -> None:
    text = rendered().stdout
    words = " ".join(text.split())
    assert [command.path for command in commands() if not re.search(rf"^   {command.path}$", text, re.MULTILINE)] == []
    assert [key.meaning for key in TABLE if key.meaning not in words] == []
    options = [option for command in commands() for option, _text in command.options]
    assert [option for option in (*options, *dict(on_every_command())) if option not in words.replace("| ", "|")] == []
    assert [
        name for name in ("DESK_STORE", "DESK_OPERATOR", "DESK_LANGUAGE", "desk.db.aside") if name not in words
    ] == []


def test_the_page_is_plain_letters_whatever_the_reader_has() -> None:
    page = (ROOT / MANUAL).read_text(encoding="utf-8")
    assert page.isascii()
    assert [line for line in page.splitlines() if line.startswith("'")] == []


def test_an_installation_puts_the_page_where_man_looks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared[str(MANUAL)] == "share/man/man1/desk.1"
    assert f'"doorstroom {project["project"]["version"]}"' in (ROOT / MANUAL).read_text(encoding="utf-8")
