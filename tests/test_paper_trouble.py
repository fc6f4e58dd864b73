"""A folder for the paper copies that is full, gone, shut or no folder: one sentence, and the night goes on."""

import io
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from desk import paper
from screens.paper import keep_all
from storage import paper as stored
from storage.store import Desk
from tests.cli import Night
from tests.on_paper import FIRE, NOT_NAMED, changed_desk, house, lying, seconds_until, up_to_date, whole
from tests.stage import opened, quiet_night, sit_down, type_line
from tests.store import household, still
from tests.terminal import Terminal
from tests.tiers import few

TROUBLES = ("full", "read-only", "gone", "a file in its place")
WRONG = "paper copies"
"""In each sentence about them."""
TRIES_AGAIN_SOON = "screens.paper.AGAIN_S = 0.3"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with house(tmp_path) as desk:
        yield desk


@pytest.fixture
def night(desk: Desk) -> Night:
    """The same house at the command line."""
    return Night(desk.path.parent, FIRE)


@contextmanager
def a_folder(kind: str, folder: Path) -> Iterator[None]:
    """The folder for the copies; on a small disk of its own where a disk has to be filled or shut."""
    folder.mkdir()
    on_disk = kind == "full" or (kind == "read-only" and os.geteuid() == 0)
    if not on_disk:
        yield
        return
    if os.geteuid() != 0:
        pytest.skip("only the superuser can make a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "desk", folder], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def in_trouble(kind: str, folder: Path) -> Iterator[Path]:
    """Meanwhile nothing can be written there; gives where the copies of before lie."""
    aside = folder.with_name("pulled out")
    if kind == "full":
        filler = folder / "filler"
        _fill(filler)
        yield folder
        filler.unlink()
    elif kind == "read-only" and os.geteuid() == 0:
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        yield folder
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    elif kind == "read-only":
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
    else:
        folder.rename(aside)
        if kind != "gone":
            folder.touch()
        yield aside
        folder.unlink(missing_ok=True)
        aside.rename(folder)


def _fill(file: Path) -> None:
    with io.FileIO(file, "w") as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)
    assert os.statvfs(file.parent).f_bavail == 0


def there(folder: Path) -> Mapping[str, bytes]:
    return {name: (folder / name).read_bytes() for name in paper.COPIES}


@pytest.mark.parametrize("kind", TROUBLES)
def test_what_cannot_be_written_is_one_sentence_and_the_action_stands(
    desk: Desk, night: Night, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "stick"
    with a_folder(kind, folder):
        night.do("settings", "paper_folder", folder)
        before = there(folder)
        with in_trouble(kind, folder) as where:
            ran = night.run("household", "say-nothing", NOT_NAMED)
            assert ran.exit == 0
            assert "their name is covered" in ran.out
            assert WRONG in ran.sentence
            assert str(folder) in ran.sentence
            assert there(where) == before
            assert night.run("check").exit == 1
            assert night.run("paper").exit == 1, "asked for by name, it is refused"
        assert desk.households.get(NOT_NAMED).say_nothing
        assert night.run("log", "add", "note", "The stick is back.").err == ""
        assert up_to_date(desk)
        assert desk.check() == []


def test_without_the_guard_a_full_disk_would_cost_the_answer_and_the_old_list(
    desk: Desk, night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "stick"
    with a_folder("full", folder):
        night.do("settings", "paper_folder", folder)
        with in_trouble("full", folder):
            monkeypatch.setattr("screens.paper.keep", lambda desk: keep_all(desk))
            assert night.run("household", "say-nothing", NOT_NAMED).exit == 1
            monkeypatch.setattr(
                stored, "_replace", lambda where, copies: [(where / n).write_bytes(c) for n, c in copies.items()]
            )
            for number in range(40):
                household(desk, f"a long list takes more room {number} " + "x" * 100)
            night.run("log", "add", "note", "The stick is full.")
            assert not all(whole(text, name) for name, text in lying(desk).items())


@pytest.mark.slow
@pytest.mark.parametrize("kind", few(TROUBLES, 2))
def test_an_open_desk_says_it_once_goes_on_and_writes_when_the_folder_is_back(
    desk: Desk, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "stick"
    with a_folder(kind, folder):
        desk.set("paper_folder", str(folder))
        with changed_desk(desk, TRIES_AGAIN_SOON) as t:
            opened(t)
            seconds_until(lambda: up_to_date(desk), t)
            before = there(folder)
            with in_trouble(kind, folder) as where:
                _told(t, f"household say-nothing {NOT_NAMED}", "their name is covered")
                t.wait_for(WRONG)
                t.press("3")
                t.wait_for("3 BEDS")
                _told(t, f"household say-nothing {NOT_NAMED} --no", "shows again")
                t.read_for(1.0)  # it tries again three times meanwhile
                assert WRONG not in t.text
                assert there(where) == before
                desk.households.say_nothing("H-0407-6")
            seconds_until(lambda: up_to_date(desk), t)
    assert desk.check() == []


def _told(t: Terminal, command: str, said: str) -> None:
    t.press(":")
    t.wait_for("Command, as in")
    type_line(t, command)
    t.wait_for(said)
    t.wait_gone("Command, as in")


def test_a_copy_that_cannot_be_read_does_not_hold_up_the_open_desk(tmp_path: Path) -> None:
    """A pipe that nobody writes to hangs whoever reads it, as a dead network folder does."""
    path = quiet_night(tmp_path)
    (tmp_path / "paper").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "paper" / paper.EVACUATION)
    with sit_down(path) as t:
        opened(t)
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("1")
        t.wait_for("1 TONIGHT")


def test_nor_a_command(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    (tmp_path / "paper").mkdir(mode=0o700, exist_ok=True)
    (tmp_path / "paper" / paper.EVACUATION).unlink(missing_ok=True)
    os.mkfifo(tmp_path / "paper" / paper.EVACUATION)
    running = night.command("household", "register", "--name", "Petrenko", "--people", 3)
    running.communicate(timeout=30)
    assert running.returncode == 0


def test_a_demo_beside_the_store_does_not_take_the_place_of_the_houses_own_list(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    night.in_bed("Petrenko", 3)
    copy = tmp_path / "paper" / paper.EVACUATION
    assert "INSIDE 3 people" in copy.read_text()
    demo = tmp_path / "demo-20220408-024100.db"
    night.do("demo", "--no-open", "--store", demo)
    night.run("--store", demo, "log", "add", "note", "try it out")
    assert "INSIDE 3 people" in copy.read_text()
    assert night.run("check").exit == 0
    assert "INSIDE 37 people" in (tmp_path / "demo-20220408-024100.paper" / paper.EVACUATION).read_text()


@pytest.mark.parametrize("in_its_place", [False, True])
def test_check_names_the_folder_that_was_there_and_is_gone(tmp_path: Path, in_its_place: bool) -> None:
    night = Night(tmp_path).made()
    night.in_bed("Petrenko", 3)
    (tmp_path / "paper").rename(tmp_path / "elsewhere")
    if in_its_place:
        (tmp_path / "paper").touch()
    ran = night.run("check")
    assert ran.exit == 1
    assert "The folder for paper copies is gone" in ran.err


@pytest.mark.long
def test_what_is_wrong_with_paper_is_said_also_after_a_form_was_open(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with sit_down(path) as t, Desk(path, "Piet", still()) as piet:
        opened(t)
        t.wait_until(lambda _t: (tmp_path / "paper" / paper.PLACEMENTS).exists(), "the first copies")
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        (tmp_path / "paper").rename(tmp_path / "old")
        (tmp_path / "paper").touch()
        household(piet, "Koval", 2)
        t.settle()
        t.press("esc")
        t.wait_for(WRONG)
