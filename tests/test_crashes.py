"""When the program itself goes wrong: it says what and where, never whose, and leaves nothing of anybody about."""

import os
from pathlib import Path

import pytest

from desk.language import speak
from screens.app import DeskApp
from storage.households import Households
from tests.cli import Night
from tests.stage import enter, opened, sit_down
from tests.store import new_store

NAME, PHONE = "Petrenko", "0600-123456"


def _breaks(*_given: object, **_named: object) -> None:
    raise KeyError(f"{NAME} {PHONE}")


def test_a_command_that_goes_wrong_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night = Night(tmp_path).made(beds=4)
    monkeypatch.setattr(Households, "register", _breaks)
    ran = night.run("household", "register", "--name", NAME, "--people", "3", "--phone", PHONE)
    assert ran.exit == 1
    assert "KeyError" in ran.sentence
    assert NAME not in ran.err
    assert PHONE not in ran.err


def test_asked_for_all_of_it_a_developer_is_given_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = Night(tmp_path).made(beds=4)
    monkeypatch.setattr(Households, "register", _breaks)
    monkeypatch.setenv("DESK_TRACEBACK", "1")
    assert NAME in night.run("household", "register", "--name", NAME, "--people", "3").err


def test_a_desk_that_goes_wrong_says_where_and_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak("en")
    with new_store(tmp_path) as desk:
        app = DeskApp(desk)
        left: list[str] = []
        monkeypatch.setattr(app, "exit", lambda **said: left.append(said["message"]))
        try:
            _breaks()
        except KeyError as wrong:
            app._handle_exception(wrong)
    assert "KeyError test_crashes.py:" in left[0]
    assert NAME not in left[0]
    assert PHONE not in left[0]


def test_a_desk_leaves_no_file_but_those_beside_its_store(tmp_path: Path) -> None:
    house, elsewhere = tmp_path / "house", tmp_path / "elsewhere"
    house.mkdir()
    elsewhere.mkdir()
    with new_store(house) as desk:
        path = desk.path
    env = {"TMPDIR": str(elsewhere), "HOME": str(elsewhere), "XDG_CACHE_HOME": str(elsewhere)}
    with sit_down(path, "Anna", env=env) as anna:
        opened(anna)
        anna.press("w")
        anna.wait_for("At the door")
        anna.type(f"{NAME} 3")
        anna.wait_for(NAME)
        enter(anna)
        anna.wait_for("on the wristbands")
        os.kill(anna.pid, 9)
        anna.wait_exit()
    assert list(elsewhere.rglob("*")) == []
    holding = {file.name for file in house.rglob("*") if file.is_file() and NAME.encode() in file.read_bytes()}
    beside = {f"desk.db{end}" for end in ("", "-wal", ".aside", ".aside-wal")}
    paper = {file.name for file in (house / "paper").iterdir()}
    assert "desk.db-wal" in holding
    assert holding <= beside | paper
