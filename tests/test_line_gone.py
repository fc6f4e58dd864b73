"""When the line is gone the session ends by itself, soon and whole; a line that only stalls ends nothing."""

import array
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from storage.store import Desk
from tests.cli import ROOT
from tests.sshd import Host
from tests.stage import opened, quiet_night, seated, sit_down, type_line
from tests.store import CLOCK, still

SOON_S, BLOCKED_S = 1.0, 3.0
"""Within so long a session has ended when its line is gone; and when its output is blocked too (issue 6)."""
STILL_S, FRAME_S = 4.0, 0.08
"""Longer than the frames that a program may have waiting, at the pace at which it paints them."""
_IGNORES_HANG_UPS = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); "


class Line:
    """A session on a pseudo-terminal of which the test holds the other end, and reads it only when it wants to."""

    def __init__(self, store: Path, before: str = "") -> None:
        self.master, slave = pty.openpty()
        self.at_first = termios.tcgetattr(slave)
        termios.tcsetwinsize(slave, (24, 80))
        self.slave_name = os.ttyname(slave)
        code = f"{before}import sys; sys.argv = ['desk', *sys.argv[1:]]; from screens.start import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "--store", str(store), "--as", "Anna", "--language", "en"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", "DESK_CLOCK": CLOCK},
            start_new_session=True,
        )
        os.close(slave)

    def read(self, until: bytes, timeout: float = 20) -> bytes:
        """Read until these bytes have come."""
        found, end = b"", time.monotonic() + timeout
        while until not in found:
            left = end - time.monotonic()
            assert left > 0, found[-2000:]
            if select.select([self.master], [], [], left)[0]:
                found += os.read(self.master, 65536)
        return found

    def drain(self, seconds: float) -> bytes:
        """Read whatever comes for so long."""
        found, end = b"", time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                with suppress(OSError):
                    found += os.read(self.master, 65536)
        return found

    def send(self, raw: bytes) -> None:
        """Type."""
        os.write(self.master, raw)

    def stall(self) -> None:
        """Read nothing any more, and change screens until nothing more comes: the program waits in its writes."""
        before, still_since, end = -1, time.monotonic(), time.monotonic() + 30
        while time.monotonic() - still_since < STILL_S:
            assert time.monotonic() < end, "the program never came to wait for the line"
            for key in (b"2", b"3"):
                with suppress(BlockingIOError):
                    self.send(key)
                time.sleep(FRAME_S)  # each in a frame of its own: the pace of a hand, not a wait for something
            waiting = self._waiting()
            if waiting != before:
                before, still_since = waiting, time.monotonic()
        assert before > 0

    def _waiting(self) -> int:
        """How many bytes wait to be read."""
        waiting = array.array("i", [0])
        fcntl.ioctl(self.master, termios.FIONREAD, waiting)
        return waiting[0]

    def ended_within(self, seconds: float) -> bool:
        """Whether the program has ended by then."""
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """Let go of the other end, and of the program."""
        with suppress(OSError):
            os.close(self.master)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@contextmanager
def line(store: Path, before: str = "") -> Iterator[Line]:
    """A session that is open."""
    one = Line(store, before)
    try:
        one.read(b"you: Anna")
        yield one
    finally:
        one.close()


def half_typed(one: Line) -> None:
    """A family is being written down."""
    one.send(b"w")
    one.read(b"At the door")
    one.send(b"Petrenko 5 2a")
    one.read(b"2 adults")


def is_kept(store: Path) -> bool:
    """Whether what was typed is offered again, and the store is whole."""
    with Desk(store, "Anna", still()) as desk:
        draft = desk.aside.draft("Anna", "register")
        return draft is not None and draft[0]["line"] == "Petrenko 5 2a" and desk.check() == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_hang_up_or_an_order_to_end_ends_it_within_a_second(tmp_path: Path, number: int) -> None:
    path = quiet_night(tmp_path)
    with line(path) as one:
        half_typed(one)
        one.process.send_signal(number)
        assert one.ended_within(SOON_S)
    assert is_kept(path)


def test_a_terminal_that_closes_without_a_signal_ends_it_within_a_second(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path, _IGNORES_HANG_UPS) as one:
        half_typed(one)
        one.process.send_signal(signal.SIGCONT)
        os.close(one.master)
        assert one.ended_within(SOON_S + 0.5)
    assert is_kept(path)


def test_a_stall_alone_ends_nothing_and_what_was_pressed_meanwhile_is_done(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path) as one:
        one.stall()
        assert not one.ended_within(4.0)
        one.drain(1.0)
        one.send(b"1")
        one.drain(0.5)
        half_typed(one)
        one.send(b"\x1b")
    assert is_kept(path)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_with_its_output_blocked_a_signal_ends_it_within_three_seconds(tmp_path: Path, number: int) -> None:
    path = quiet_night(tmp_path)
    with line(path) as one:
        half_typed(one)
        one.send(b"\x1b")
        one.drain(0.3)
        one.stall()
        one.process.send_signal(number)
        assert one.ended_within(BLOCKED_S)
    assert is_kept(path)


def test_with_its_output_blocked_a_terminal_that_closes_ends_it_within_three_seconds(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path, _IGNORES_HANG_UPS) as one:
        half_typed(one)
        one.send(b"\x1b")
        one.drain(0.3)
        one.stall()
        os.close(one.master)
        assert one.ended_within(BLOCKED_S)
    assert is_kept(path)


@pytest.mark.long
def test_the_control_without_its_last_word_a_blocked_session_would_stay(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path, "import screens.session; screens.session.LAST_WORD_S = 600; ") as one:
        one.stall()
        one.process.send_signal(signal.SIGTERM)
        assert not one.ended_within(BLOCKED_S)


@pytest.mark.long
def test_the_control_without_its_watch_a_session_without_a_terminal_would_stay(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path, _IGNORES_HANG_UPS + "import screens.session; screens.session.WATCH_S = 600; ") as one:
        os.close(one.master)
        assert not one.ended_within(BLOCKED_S)


def test_the_terminal_is_sane_after_an_order_to_end(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path) as one:
        kept_open = os.open(one.slave_name, os.O_RDWR | os.O_NOCTTY)
        try:
            during = termios.tcgetattr(kept_open)
            assert not during[3] & (termios.ECHO | termios.ICANON)
            one.process.send_signal(signal.SIGTERM)
            last = one.read(b"\x1b[?1049l", timeout=SOON_S)
            assert b"\x1b[?25h" in last + one.drain(0.2)
            assert one.ended_within(SOON_S)
            after = termios.tcgetattr(kept_open)
            assert after[3] & (termios.ECHO | termios.ICANON) == one.at_first[3] & (termios.ECHO | termios.ICANON)
        finally:
            os.close(kept_open)


def test_nobody_gets_behind_the_desk_by_stopping_it(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path) as one:
        one.send(b"\x1a")
        one.process.send_signal(signal.SIGTSTP)
        one.send(b"2")
        one.read(b"BUSES")
        state = Path(f"/proc/{one.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        assert state != "T"


def test_an_idle_session_takes_next_to_no_time_of_a_processor(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path) as one:
        one.drain(3.0)  # what a session loads behind its first screen
        before = _seconds_of_processor(one.process.pid)
        one.drain(5.0)
        assert _seconds_of_processor(one.process.pid) - before < 0.25


def _seconds_of_processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_the_lines_of_a_paste_that_were_not_sent_yet_are_kept_too(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        t.send(b"\x1b[200~Petrenko 5\nKoval 2\nMoroz 1 f\x1b[201~")
        t.wait_for("Petrenko, 5 people")
        t.settle()
        os.kill(t.pid, signal.SIGKILL)
        t.wait_exit()
    with seated(path) as t:
        t.press("w")
        t.wait_for("You had typed this before")
        for number, name in enumerate(("Petrenko 5", "Koval 2", "Moroz 1"), start=1):
            t.wait_for(name)
            t.settle(0.3)
            t.press("enter")
            t.wait_for(f"Write {number} on the wristbands")
    with Desk(path, "Piet") as desk:
        assert [h.name for h in desk.night().households] == ["Petrenko", "Koval", "Moroz"]


def test_what_was_typed_is_offered_on_any_terminal_to_that_operator_and_to_no_other(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with line(path) as one:
        half_typed(one)
        one.process.kill()
        one.process.wait()
    with sit_down(path, "Piet") as t:
        opened(t)
        t.press("w")
        t.wait_for("At the door")
        t.settle()
        assert "Petrenko 5 2a" not in t.text.replace("Petrenko 5 2a 3c 16 m cot", "")
    with sit_down(path, "Anna", rows=40, columns=120) as t:
        opened(t)
        t.press("w")
        t.wait_for("You had typed this before")
        type_line(t, "")
        t.wait_for("Write 1 on the wristbands")


@pytest.mark.parametrize("times", [6, pytest.param(50, marks=(pytest.mark.long, pytest.mark.timeout(300)))])
def test_the_client_is_killed_many_times_while_a_form_is_filled_in(tmp_path: Path, times: int) -> None:
    """At random moments, over a real SSH server: each time the draft is back and no process is left."""
    from random import Random

    from screens.cli.operators import program

    rng = Random(6)
    path = quiet_night(tmp_path)
    words = "Bratislava,Praha,Leipzig,Hannover"
    with Host(tmp_path) as host:
        key = host.key("anna")
        with Desk(path) as desk:
            desk.operators.add("Anna", "operator", key.public, program(), authorized=host.authorized)
        for turn in range(times):
            typed = words[: rng.randrange(1, len(words))]
            with host.terminal(key) as t:
                t.wait_for("1 TONIGHT", timeout=30)
                t.press("n")
                t.wait_for("Someone phoned in a bus")
                if turn:
                    t.press("ctrl+x")  # begin anew
                    t.wait_for(re.compile(r"From \*\s*$"))
                t.type(typed)
                painted = rng.random() < 0.7
                if painted:
                    t.wait_for(typed)
                t.read_for(rng.random() * 0.2)
                os.kill(t.pid, signal.SIGKILL)
                t.wait_exit()
            _no_process_of(path)
            with Desk(path, "Anna") as desk:
                found = desk.aside.draft("Anna", "bus")
                line_of = found[0]["from_place"] if found else ""
                assert words.startswith(line_of)
                if painted:
                    assert line_of == typed, turn
                assert desk.check() == []


def _no_process_of(store: Path) -> None:
    """Wait until no program has this store open."""
    until = time.monotonic() + BLOCKED_S + 2
    while time.monotonic() < until:
        if not [pid for pid in os.listdir("/proc") if pid.isdecimal() and _runs(pid, store)]:
            return
        time.sleep(0.02)
    raise AssertionError("a session of a client that is gone goes on")


def _runs(pid: str, store: Path) -> bool:
    with suppress(OSError):
        return str(store).encode() in Path(f"/proc/{pid}/cmdline").read_bytes() and pid != str(os.getpid())
    return False
