"""Where faults are put in: a store of a small house, copied for each run; writers as processes; strace around them."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.faults.judge import Said
from tests.store import new_store

ROOT = Path(__file__).parents[2]
WRITER = (sys.executable, "-m", "tests.faults.writer")
WAITS_S = 60.0
"""A writer that takes longer hangs, and that is a fault of ours."""


@dataclass
class Place:
    """A folder in which stores are broken, and what the run goes without."""

    folder: Path
    without: str | None = None
    _made: int = 0

    @cached_property
    def whole(self) -> Path:
        """A store with a house, a region and nobody in it yet."""
        folder = self.folder / "whole"
        folder.mkdir()
        new_store(folder, beds=200).close()
        return folder / "desk.db"

    def fresh(self) -> int:
        """A number that no run had yet."""
        self._made += 1
        return self._made

    def store(self) -> Path:
        """A copy of it, for one run."""
        folder = self.folder / f"run-{self.fresh()}"
        folder.mkdir()
        path = folder / "desk.db"
        shutil.copyfile(self.whole, path)
        path.chmod(0o600)
        if self.without == "journal":
            self._without_journal(path)
        return path

    @staticmethod
    def _without_journal(path: Path) -> None:
        from storage.sqlite import sqlite3

        conn = sqlite3.connect(str(path))
        names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]
        for name in names:
            conn.execute(f'DROP TRIGGER "{name}"')
        conn.close()

    def writer(self, store: Path, *more: str) -> list[str]:
        """The command of a writer on a store."""
        given = ["--without", self.without] if self.without in {"fsync", "immediate"} else []
        return [*WRITER, str(store), *more, *given]

    def write(self, store: Path, *more: str, around: Sequence[str] = (), said: Said | None = None) -> Said:
        """Let a writer work to its end, with a program around it."""
        ran = subprocess.run(
            [*around, *self.writer(store, *more)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WAITS_S,
            check=False,
        )
        return (said or Said()).hear(ran.stdout, ran.stderr)


def files(store: Path) -> list[str]:
    """The files of a store, whether they are there or not."""
    return [str(store) + end for end in ("", "-wal", "-shm", ".open")]


def strace(store: Path, call: str, fault: str = "") -> list[str]:
    """Strace around a writer: it writes down, or puts a fault into, a call that is about the files of the store."""
    paths = [word for file in files(store) for word in ("-P", file)]
    put_in = ["-e", f"inject={call}:{fault}"] if fault else []
    return ["strace", "-f", "-o", str(_trace(store)), *paths, "-e", f"trace={call}", *put_in]


def calls_made(store: Path, call: str) -> int:
    """How often the writer made that call."""
    return sum(f" {call}(" in line for line in _trace(store).read_text().splitlines())


def was_hit(store: Path) -> bool:
    """Whether the fault came to be: the writer may have ended before."""
    told = _trace(store).read_text()
    return "(INJECTED)" in told or "killed by SIGKILL" in told


def _trace(store: Path) -> Path:
    return store.with_name("calls")
