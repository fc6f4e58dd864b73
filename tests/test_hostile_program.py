"""Hostile words through the program as it is used: as arguments, over a key, on the `:` line, at a real terminal."""

import json
import os
import subprocess
import sys
import unicodedata
from io import StringIO
from pathlib import Path

import pytest

from screens.cli.call import Call
from storage.store import Desk
from tests.cli import ROOT, Night
from tests.stage import opened, quiet_night, sit_down
from tests.store import in_bed, new_store

NAMES = {
    "latin-1": b"Andr\xe9",
    "no character at all": b"\xff\xfe Petrenko",
    "half a surrogate": b"\xed\xa0\x80x",
    "escape": b"\x1b[2J\x1b]0;owned\x07Petrenko",
    "8-bit escape": b"Petr\x9benko \xc2\x9b31m",
    "bidi": "Petrenko \u202eokneter\u202c".encode(),
    "markup": b"[red]Petrenko[/] [@click=app.quit]x[/]",
    "formula": b"=cmd|' /C calc'!A0",
}


PASTE = b"\x1b[200~%s\x1b[201~"


def program(night: Night, *words: bytes | str, **env: bytes | str) -> subprocess.CompletedProcess[bytes]:
    """The program as a process, its arguments bytes."""
    told = {
        os.fsencode(name): os.fsencode(value) for name, value in {**os.environ, **night.environment(), **env}.items()
    }
    return subprocess.run(
        [sys.executable, "-m", "screens.start", *words],
        cwd=ROOT,
        env=told,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


def steers(raw: bytes) -> list[str]:
    """What of an answer steers a terminal, hides, or turns the writing round."""
    return [c for c in raw.decode() if c not in "\n\u200d" and unicodedata.category(c) in ("Cc", "Cf", "Cs")]


def answers_well(ran: subprocess.CompletedProcess[bytes], code: int) -> None:
    assert ran.returncode == code, ran.stderr
    assert b"Traceback" not in ran.stderr
    assert b"went wrong" not in ran.stderr
    assert steers(ran.stdout + ran.stderr) == []


def test_bytes_that_are_no_text_are_a_name_that_can_be_read(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=10)
    names = list(NAMES.values())
    for name, note in zip(names[::2], names[1::2], strict=True):
        answers_well(program(night, "household", "register", "--people", "1", "--name", name, "--note", note), 0)
    shown = program(night, "list", "households", "--json", LC_ALL="C")
    answers_well(shown, 0)
    assert len(json.loads(shown.stdout)) == len(NAMES) / 2
    assert night.run("check").exit == 0


def test_what_the_journal_keeps_as_it_was_typed_steers_nothing_when_it_is_told(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=4)
    typed = "Utrecht \u202e\x9b31m\x1b[31m\u2066x"
    night.do("bus", "announce", "--from", typed, "--people", 3, "--eta", "03:40")
    for words in (["journal", "--all"], ["undo"], ["journal", "--all"]):
        for more in ([], ["--json"]):
            ran = night.run(*words, *more)
            assert steers(ran.out.encode()) == []
            assert "\\u" not in ran.out
    # the control: a document with it is the same document, and steers nothing either
    call = Call(night.store, "Anna", out := StringIO(), StringIO())
    call.dump({"name": typed})
    assert steers(out.getvalue().encode()) == []
    assert json.loads(out.getvalue()) == {"name": typed}
    assert steers(json.dumps({"name": typed}, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((b"\x1b[31m\xff",), 2),
        ((b"bus", b"count", b"\xff\x1b]0;x\x07", b"3"), 1),
        ((b"bus", b"count", b"B-0407-1", b"9" * 5000), 1),
        ((b"--language", b"\x1b[31m\xff", b"now"), 2),
        ((b"--store", b"/tmp/" + b"\x1b[31m" * 99, b"now"), 1),
        ((b"--as", b"\x1b[31m\xff", b"now"), 0),
        ((b"show", b"9" * 60_000), 1),
        ((b"bus", b"a" * 60_000), 2),
    ],
)
def test_words_that_steer_or_never_end_are_one_sentence(tmp_path: Path, words: tuple[bytes, ...], code: int) -> None:
    ran = program(Night(tmp_path).made(beds=4), *words)
    answers_well(ran, code)
    assert len(ran.stderr) < 1_000
    assert code == 0 or len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"DESK_CLOCK": "9999-12-31T23:59:59+00:00"},
        {"DESK_CLOCK": b"\x1b[31m\xff" * 40},
        {"DESK_STORE": "x" * 300},
        {"DESK_STORE": b"/tmp/\xff\x1b[31m/none"},
    ],
)
def test_an_environment_that_plays_tricks_is_one_sentence(tmp_path: Path, told: dict[str, bytes | str]) -> None:
    ran = program(Night(tmp_path).made(beds=4), "now", **told)
    answers_well(ran, 1)
    assert len(ran.stderr.splitlines()) == 1


def test_what_a_client_gives_to_ssh_is_words_of_the_desk_and_nothing_else(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=4)
    key = tmp_path / "anna.pub"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key.with_suffix(""))], check=True)
    night.do("operator", "add", "Anna", "--role", "coordinator", "--key", key, "--authorized-keys", tmp_path / "keys")
    aim = tmp_path / "owned"
    for asked, code in (
        (b"household register --people 1 --name '\x1b]0;x\x07Andr\xe9 \xe2\x80\xaex'", 0),
        (f"now; touch {aim}".encode(), 2),
        (f"log add note $(touch {aim}) `touch {aim}`".encode(), 0),
        (f"--store={aim} init".encode(), 1),
        (f"report situation --output {aim}".encode(), 1),
        (b"\x1b[31m\xff", 2),
        (b"'never closed", 1),
    ):
        ran = program(
            night, "--as", "Anna", "door", SSH_ORIGINAL_COMMAND=asked, LANG=b"\xff\x1b[31m", DESK_STORE=str(night.store)
        )
        answers_well(ran, code)
    assert not aim.exists()
    assert [h["name"] for h in night.do("list", "households")] == ["Andr? x"]


def test_the_line_of_the_desk_takes_what_is_pasted_for_text(tmp_path: Path) -> None:
    with sit_down(quiet_night(tmp_path)) as t:
        opened(t)
        t.press(":")
        t.settle()
        t.send(PASTE % b"log add note '\x1b]0;owned\x07\xc2\x9b31m[red]Andr\xe9 \xe2\x80\xaeokneter'")
        t.wait_for("log add note")
        t.press("enter")
        t.wait_for("Written in the log")
        t.press(":")
        t.settle()
        t.send(PASTE % (b"show 1-" + b"9" * 5_000))
        t.settle()
        t.press("enter")
        t.wait_for("There is no")
        assert b"\x1b]" not in t.sent()
        assert "\u202e".encode() not in t.sent()
        assert t.exit_status is None
    with Desk(tmp_path / "desk.db", "test") as desk:
        assert [line.text for line in desk.logbook.lines()] == ["]0;owned31m[red]Andr okneter"]


def test_a_search_and_a_prompt_take_a_paste_without_end(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        in_bed(desk, "Petrenko", 3)
        path = desk.path
    with sit_down(path) as t:
        opened(t)
        t.press("/")
        t.settle()
        t.send(PASTE % (b"9" * 60_000))
        t.wait_for("9" * 40)
        t.press("enter")
        t.wait_for("Nobody found")
        t.press("esc")
        opened(t)
        t.press("3")
        t.wait_for("[#]")
        t.press("o")
        t.wait_for("out: where, who, back when?")
        t.settle()
        t.send(PASTE % (b"hospital " + b"9" * 5_000))
        t.settle()
        t.press("enter")
        t.wait_for("is not a number")
        assert t.exit_status is None
