"""Stores that cannot be opened: one sentence that says what to do instead, exit 1, and the file as it was."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3 as driver

from tests.cli import ROOT, Night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=10)


def test_a_missing_store_names_how_to_make_one(tmp_path: Path) -> None:
    sentence = Night(tmp_path).refused("now")
    assert "desk init" in sentence
    assert "desk demo" in sentence
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"rubbish " * 1000, b"SQLite format 3\0" + b"\0" * 5000, b"x"])
def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    night = Night(tmp_path)
    night.store.write_bytes(content)
    ran = night.run("bus", "announce", "--from", "Utrecht", "--people", 48, "--eta", "03:40")
    assert (ran.exit, ran.out) == (1, "")
    assert "not a store" in ran.sentence
    assert night.store.read_bytes() == content


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    night = Night(tmp_path)
    with closing(sqlite3.connect(night.store)) as other, other:
        other.execute("CREATE TABLE t (x)")
    before = night.store.read_bytes()
    assert "not a store" in night.run("now").sentence
    assert night.store.read_bytes() == before


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.store.mkdir()
    assert "is a folder" in night.run("now").sentence
    assert "exists already" in night.run("init").sentence


def test_a_path_nobody_can_open_is_a_sentence(tmp_path: Path) -> None:
    night = Night(tmp_path)
    for path in ("x" * 5000, str(tmp_path / "file" / "desk.db")):
        (tmp_path / "file").touch()
        for command in ("now", "init"):
            ran = night.run("--store", path, command)
            assert (ran.exit, ran.out) == (1, "")
            assert ran.sentence


def test_a_store_of_a_newer_program_is_not_touched(night: Night) -> None:
    with closing(driver.connect(str(night.store))) as newer:
        newer.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('doorstroom', 'z', '')")
        newer.commit()
    ran = night.run("log", "add", "note", "x")
    assert ran.exit == 1
    assert "newer desk" in ran.sentence


def test_a_damaged_store_is_a_sentence_and_never_a_traceback(night: Night) -> None:
    night.bus()
    content = bytearray(night.store.read_bytes())
    content[4096 * 3 : 4096 * 20] = b"\xff" * (4096 * 17)
    night.store.write_bytes(bytes(content))
    for words in (["now"], ["check"], ["list", "buses", "--all"], ["log", "add", "note", "x"]):
        ran = night.run(*words)
        assert ran.exit in {0, 1}
        assert "Traceback" not in ran.err
        assert ran.exit == 0 or ran.err


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Another desk that is writing and does not finish."""
    with closing(driver.connect(str(store), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_store_that_another_desk_holds_is_waited_for_and_then_refused(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 100)
    with held(night.store):
        assert "Another desk holds the store" in night.refused("log", "add", "note", "x")
        assert night.run("now").exit == 0, "reading goes on"
    assert night.run("log", "add", "note", "x").exit == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can become somebody else")
def test_a_read_only_store_is_refused_and_so_is_one_of_somebody_else() -> None:
    code = (
        "import os, sys, storage.store, screens.cli.tree, screens.cli.logbook; os.setuid(65534);"
        "from screens import start; sys.exit(start.run(sys.argv[1:]))"
    )
    # not below pytest's own folder, which only its owner may enter
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        night = Night(Path(folder)).made()
        for mode, said in ((0o444, "read-only"), (0o000, "may not be read")):
            night.store.chmod(mode)
            ran = subprocess.run(
                [sys.executable, "-B", "-c", code, "log", "add", "note", "x"],
                cwd=ROOT,
                env={**os.environ, **night.environment()},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 1
            assert said in ran.stderr
            assert len(ran.stderr.splitlines()) == 1


def test_a_wrong_clock_is_a_sentence(night: Night) -> None:
    assert "DESK_CLOCK" in night.run("now", env={"DESK_CLOCK": "tomorrow"}).sentence
