"""A machine with a store that is followed, and a second one, in folders of their own: what the tests of it share."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.replica import gate
from tests.cli import ROOT, Night

WITHIN_S = 30.0
NAME = "Zabuzhko"
"""Who is in the house, and later forgotten."""


class Machine(Night):
    """A machine of its own: a store in a folder, and the process that keeps its replica in step."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        super().__init__(folder)
        self.folder = folder
        self.following: subprocess.Popen[str] | None = None

    def follow(self) -> "Machine":
        """Start the process that follows, and wait until the replica is there."""
        self.following = self.command("replica", "run")
        assert self.following.stderr is not None
        line = self.following.stderr.readline()
        assert "is followed at" in line, line + self.following.stderr.read()
        return self

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Give the process that follows a signal; gives how it ended and what it said."""
        assert self.following is not None
        self.following.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str]:
        """Wait until the process that follows has ended by itself."""
        assert self.following is not None
        _out, err = self.following.communicate(timeout=WITHIN_S)
        found, self.following = self.following.returncode, None
        return found, err

    @property
    def litestream(self) -> int:
        """The process that the following one started."""
        assert self.following is not None
        pid = self.following.pid
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(child)

    def dies(self) -> None:
        """The power goes: nothing is sent any more, by nobody."""
        os.kill(self.litestream, signal.SIGKILL)
        self.stop(signal.SIGKILL)

    def kept(self) -> None:
        """Wait until the replica is known to hold all that was done."""
        wait_until(lambda: self.run("replica", "status").exit == 0)


@contextmanager
def to_be_followed(folder: Path) -> Iterator[Machine]:
    """The first machine, whose replica is to lie in the folder `target`."""
    with machine(folder / "first") as found:
        found.made(beds=20)
        found.do("settings", "replica", f"file:{folder / 'target'}")
        yield found


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A machine on which nothing goes on when the test is over."""
    found = Machine(folder)
    try:
        yield found
    finally:
        if found.following is not None:
            found.stop(signal.SIGKILL)
        wait_until(lambda: not gate.is_followed(found.store))


def place(first: Machine) -> str:
    """Where its replica lies."""
    return str(first.do("settings", "replica")["value"])


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look until it is so."""
    until = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < until, "it did not come to be"
        time.sleep(0.02)


def is_there(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


WRITER = """
import sys, time
from pathlib import Path
from storage.store import Desk
with Desk(Path(sys.argv[1]), "Piet") as desk:
    number = 0
    while True:
        number += 1
        desk.households.register(name=f"Koval{number}", people=1)
        print(desk.journal.version(), time.time(), flush=True)
        time.sleep(float(sys.argv[2]))
"""


@contextmanager
def writer(first: Machine, pause: float = 0.04) -> Iterator[subprocess.Popen[str]]:
    """Somebody who registers one household after another, and says of each when it was acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(first.store), str(pause)],
        cwd=ROOT,
        env={**os.environ, **first.environment("Piet")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
