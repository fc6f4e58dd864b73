r"""A real terminal for tests: a program on a pseudo-terminal, raw bytes in, the painted screen read back.

    with Terminal(["desk", "--store", store]) as desk:
        desk.wait_for("Tonight")
        desk.press("2", "n")
        desk.type("Budapest 48")
        desk.press("enter")
        desk.wait_for(re.compile(r"B-\d{4}-1 +Budapest"))

Nothing here sleeps: every wait reads until what it waits for is painted, and fails with the whole screen shown.
The terminal is a plain one that answers no questions (device attributes, modes), like the poorest line there is.
"""

import os
import re
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte
from pyte.screens import Char

from tests.terminal_screen import ControlFilter, DeskScreen

KEYS: dict[str, bytes] = {
    "enter": b"\r",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "esc": b"\x1b",
    "space": b" ",
    "backspace": b"\x7f",
    "insert": b"\x1b[2~",
    "delete": b"\x1b[3~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pgup": b"\x1b[5~",
    "pgdn": b"\x1b[6~",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "f11": b"\x1b[23~",
    "f12": b"\x1b[24~",
    **{f"ctrl+{letter}": bytes([ord(letter) - ord("a") + 1]) for letter in "abcdefghijklmnopqrstuvwxyz"},
}

# A lone Esc and the first byte of an arrow are the same byte; programs tell them apart by a pause (Textual: 100 ms).
ESC_PAUSE_S = 0.15
HANG_UP_S = 3.0
# What the tester's own terminal would tell the program about itself.
_OWN_TERMINAL = re.compile(r"COLUMNS|LINES|NO_COLOR|FORCE_COLOR|COLORTERM|LANGUAGE|(LC|TERM|TEXTUAL|TMUX|SSH)(_.*)?")

Pattern = re.Pattern[str]


class Terminal:
    """A program running on a terminal of its own, as a context manager that ends it."""

    def __init__(
        self,
        command: list[str],
        *,
        rows: int = 24,
        columns: int = 80,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Start the command; `env` is laid over this process's environment, less what tells of its terminal."""
        child_env = {name: value for name, value in os.environ.items() if not _OWN_TERMINAL.fullmatch(name)}
        child_env |= {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | dict(env or {})
        self.rows, self.columns = rows, columns
        self._screen = DeskScreen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._filter = ControlFilter()
        self._received = bytearray()
        self._ended = False
        self._esc_at = float("-inf")
        # pexpect lays echo, size and controlling terminal; its own matching is not used.
        self._process: pexpect.spawn[bytes] = pexpect.spawn(
            command[0],
            command[1:],
            env=child_env,
            cwd=cwd,
            dimensions=(rows, columns),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up as a dropped line does and kill what stays; a program that ended already is left as it is."""
        if self._process.closed:
            return
        if not self._ended and self._process.isalive():
            self._process.kill(signal.SIGHUP)
            # Reading on lets a program paint its last words instead of blocking on them.
            if not self._read_until(lambda: self._ended, HANG_UP_S):
                self._process.kill(signal.SIGKILL)
        self._process.close(force=True)

    # What the operator does

    def press(self, *keys: str) -> None:
        """Press keys one by one: names as in `KEYS`, anything else is typed as it stands."""
        for key in keys:
            self.send(KEYS.get(key, key.encode()))

    def type(self, text: str) -> None:
        """Type a text as it stands, in one write, even where it reads like the name of a key."""
        self.send(text.encode())

    def send(self, raw: bytes) -> None:
        """Write raw bytes in one single write, so that the program can read them in one burst."""
        pause = self._esc_at + ESC_PAUSE_S - time.monotonic()
        if pause > 0:
            self.read_for(pause)
        os.write(self._process.child_fd, raw)
        if raw.endswith(b"\x1b"):
            self._esc_at = time.monotonic()

    def resize(self, rows: int, columns: int) -> None:
        """Change the size of the window; the program is told by SIGWINCH."""
        self.rows, self.columns = rows, columns
        self._screen.resize(rows, columns)
        self._process.setwinsize(rows, columns)

    # What the operator sees

    @property
    def lines(self) -> list[str]:
        """The lines of the screen as painted so far, top to bottom, without the blanks at their ends."""
        return self._screen.painted_lines()

    @property
    def text(self) -> str:
        """The screen as painted so far, as one text."""
        return "\n".join(self.lines)

    @property
    def title(self) -> str:
        """The title the program gave the window."""
        return self._screen.title

    @property
    def cursor(self) -> tuple[int, int] | None:
        """Row and column of the cursor, counted from 0; None while it is hidden."""
        return None if self._screen.cursor.hidden else (self._screen.cursor.y, self._screen.cursor.x)

    @property
    def pid(self) -> int:
        """The process id of the program."""
        pid = self._process.pid
        assert pid is not None
        return pid

    @property
    def exit_status(self) -> int | None:
        """How the program ended: its exit code, minus the signal that killed it, or None while it runs."""
        if self._process.isalive():
            return None
        status, by_signal = self._process.exitstatus, self._process.signalstatus
        return status if status is not None else -(by_signal or 0)

    @property
    def received(self) -> int:
        """How many bytes have come so far."""
        return len(self._received)

    def sent(self) -> bytes:
        """All that has come so far."""
        return bytes(self._received)

    def cell(self, row: int, column: int) -> Char:
        """One character and its looks (`data`, `fg`, `bold`, `reverse`…); counted from 0, negative from the end."""
        return self._screen.buffer[row % self.rows][column % self.columns]

    # Waiting

    def wait_for(self, pattern: str | Pattern, timeout: float = 10) -> str:
        """Read until a painted line holds the pattern and return that line; a `str` is meant literally."""
        found: list[str] = []

        def painted() -> bool:
            found[:] = self._lines_with(pattern)
            return bool(found)

        if not self._read_until(painted, timeout):
            shown = pattern if isinstance(pattern, str) else pattern.pattern
            raise AssertionError(self._report(f"no line with {shown!r}", timeout))
        return found[0]

    def wait_gone(self, pattern: str | Pattern, timeout: float = 10) -> None:
        """Read until no painted line holds the pattern."""
        shown = pattern if isinstance(pattern, str) else pattern.pattern
        self.wait_until(lambda _: not self._lines_with(pattern), f"no line with {shown!r} left", timeout)

    def wait_until(self, predicate: Callable[["Terminal"], bool], what: str, timeout: float = 10) -> None:
        """Read until the predicate holds of this terminal; `what` names it when it never does."""
        if not self._read_until(lambda: predicate(self), timeout):
            raise AssertionError(self._report(f"not reached: {what}", timeout))

    def wait_exit(self, timeout: float = 10) -> int:
        """Read until the program has ended and return its `exit_status`."""
        if not self._read_until(lambda: self._ended, timeout):
            raise AssertionError(self._report("the program still runs", timeout))
        status = self.exit_status
        assert status is not None
        return status

    def settle(self, quiet: float = 0.15, timeout: float = 5) -> None:
        """Read until no byte came for `quiet` seconds."""
        deadline = time.monotonic() + timeout
        while self._read(quiet):
            if time.monotonic() > deadline:
                raise AssertionError(self._report(f"never quiet for {quiet} s", timeout))

    def wait_for_bytes(self, timeout: float = 10) -> None:
        """Read until anything comes."""
        if not self._read(timeout):
            raise AssertionError(self._report("nothing came", timeout))

    def read_for(self, seconds: float) -> None:
        """Read all that comes for so many seconds, as when watching an idle screen."""
        self._read_until(lambda: False, seconds)

    def bytes_of(self, action: Callable[[], None], until: str | Pattern | None = None) -> bytes:
        """The raw bytes that come from an action until `until` is painted and the line is quiet."""
        self.settle()
        before = len(self._received)
        action()
        if until is not None:
            self.wait_for(until)
        self.settle()
        return bytes(self._received[before:])

    # Inside

    def _lines_with(self, pattern: str | Pattern) -> list[str]:
        if isinstance(pattern, str):
            return [line for line in self.lines if pattern in line]
        return [line for line in self.lines if pattern.search(line)]

    def _read_until(self, reached: Callable[[], bool], timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while not reached():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if not self._read(left) and self._ended:
                return reached()
        return True

    def _read(self, timeout: float) -> bool:
        """Take in what comes first within the timeout, and say whether anything came."""
        if self._ended:
            return False
        try:
            chunk = self._process.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self._ended = True
            return False
        self._received += chunk
        self._stream.feed(self._filter.feed(chunk))
        return True

    def _report(self, what: str, timeout: float) -> str:
        state = f"ended with {self.exit_status}" if self._ended else f"runs, waited {timeout} s"
        frame = "\n".join(f"{number:3} |{line}" for number, line in enumerate(self.lines))
        return f"{what} (the program {state})\n{frame}"
