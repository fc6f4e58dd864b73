"""A program on a pseudo-terminal of its own, and when each of its bytes came."""

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import pyte

ROOT = Path(__file__).parent.parent.parent
ROWS, COLUMNS = 24, 80
QUIET_S = 0.06
"""A repaint is over when nothing came for so long; its last byte is what counts."""
PATIENCE_S = 30.0
Chunk = tuple[float, bytes]


class Program:
    """A program as a person starts it: started at once, its terminal 80 by 24."""

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.started = perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env=child_environment(env),
            start_new_session=True,
        )
        os.close(theirs)

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    @property
    def terminal(self) -> int:
        """Our end of its terminal."""
        return self._ours

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._ours)

    def chunks(self, quiet_s: float, until: bytes = b"") -> list[Chunk]:
        """What comes, each piece with its moment, until `until` was in it and then nothing came for `quiet_s`."""
        found: list[Chunk] = []
        deadline = perf_counter() + PATIENCE_S
        while perf_counter() < deadline:
            waiting = quiet_s if until in b"".join(piece for _at, piece in found) else PATIENCE_S
            if not select.select([self._ours], [], [], waiting)[0]:
                return found
            try:
                found.append((perf_counter(), os.read(self._ours, 65536)))
            except OSError:
                break
        raise RuntimeError(b"".join(piece for _at, piece in found).decode(errors="replace")[-2000:])

    def painted(self, words: str) -> float:
        """Seconds from the start until the screen's last line holds these words."""
        found = self.chunks(0.3, words.encode())
        screen = pyte.Screen(COLUMNS, ROWS)
        stream = pyte.ByteStream(screen)
        for moment, piece in found:
            stream.feed(piece)
            if words in screen.display[-1]:
                return moment - self.started
        raise RuntimeError("\n".join(screen.display))

    def wait(self, seconds: float) -> None:
        """Let it run, and read whatever it paints meanwhile."""
        end = perf_counter() + seconds
        while (left := end - perf_counter()) > 0:
            if select.select([self._ours], [], [], left)[0]:
                os.read(self._ours, 65536)

    def press(self, key: bytes, within_s: float = 0.5) -> float | None:
        """Seconds from a key to the last byte of what it repaints; None where it repaints nothing within so long."""
        began = perf_counter()
        os.write(self._ours, key)
        if not select.select([self._ours], [], [], within_s)[0]:
            return None
        return self.chunks(QUIET_S)[-1][0] - began


def resident_kb(program: Program) -> int:
    """What a program takes of memory now."""
    for line in Path(f"/proc/{program.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("the kernel does not say what a process takes")


def child_environment(more: dict[str, str]) -> dict[str, str]:
    """What a person's shell would pass on: compiled files may be kept, and nothing tells of our own terminal."""
    mine = ("PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES", "NO_COLOR", "CI")
    return {name: value for name, value in os.environ.items() if name not in mine} | {"TERM": "xterm-256color"} | more
