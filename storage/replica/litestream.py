"""Litestream, the program that sends each change on: found, started, asked how far it is, and asked for a copy."""

import ctypes
import http.client
import json
import os
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from desk.language import _
from desk.refusals import Refused
from desk.replica import configuration
from storage.replica.places import Place, let_go_of_folder

_ANSWERS_WITHIN_S = 20.0
_SENDS_WITHIN_S = 5.0
"""How long it may take to send the last of it when it is stopped."""
_LOOKS_EACH_S = 0.05
_FETCHES_WITHIN_S = 3600.0
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def program() -> Path:
    """The program that the extra `replica` brought; no other, which nobody tried with this desk."""
    found = Path(sysconfig.get_path("scripts")) / "litestream"
    if not os.access(found, os.X_OK):
        raise Refused(_("Litestream is not installed. Do: pip install 'doorstroom[replica]'"))
    return found


def let_go_of_what_lies_here(store: Path) -> None:
    """What Litestream keeps beside the store to be sent: it has pages in which names stood."""
    let_go_of_folder(store.with_name(f".{store.name}-litestream"))


@dataclass(frozen=True)
class Position:
    """How many changes it has taken from the store, and how many of these the replica has."""

    taken: int
    sent: int


class Running:
    """The program at work on one store; ended with the block in which it was started."""

    def __init__(self, store: Path, process: "subprocess.Popen[bytes]", socket_file: Path, log: Path) -> None:
        self._store = store
        self._process = process
        self._socket = socket_file
        self._log = log

    def wrong(self) -> str:
        """What it last said was wrong; empty where it said nothing."""
        try:
            with self._log.open("rb") as file:
                file.seek(max(0, self._log.stat().st_size - 4000))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return _reason(lines[-1]) if lines else ""

    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process.poll() is not None

    def send_the_last(self) -> None:
        """Give what was done until now a moment to be sent: whatever comes after it is of the next replica."""
        until, taken = time.monotonic() + _SENDS_WITHIN_S, 0
        while not self.has_ended() and time.monotonic() < until:
            found = self.position()
            if found is not None:
                taken = taken or found.taken
                if found.sent >= taken:
                    return
            time.sleep(_LOOKS_EACH_S)

    def position(self) -> Position | None:
        """Let it take what is new, and say how far it is; None where it does not answer now.

        Never with `wait` or `timeout`: 0.5.17 ties the lock that keeps other connections from starting the log anew to
        the length of that one question, and then sends pages that do not belong together.
        """
        line = _Local(self._socket)
        try:
            line.request("POST", "/sync", json.dumps({"path": str(self._store)}))
            answer = line.getresponse()
            told = json.loads(answer.read())
            return (
                Position(int(told["txid"]), int(told["replicated_txid"])) if answer.status == http.client.OK else None
            )
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return None
        finally:
            line.close()


class _Local(http.client.HTTPConnection):
    """A line to the program through a file of this machine that only this account can open."""

    def __init__(self, file: Path) -> None:
        super().__init__("localhost")
        self._file = file

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_ANSWERS_WITHIN_S)
        self.sock.connect(str(self._file))


@contextmanager
def running(store: Path, place: Place, name: str, gate: int) -> Iterator[Running]:
    """Keep the replica of that name in step for as long as the block lasts.

    It holds the lock of whoever started it too, and ends when that process ends, however it ends.
    """
    found = program()
    with TemporaryDirectory(prefix="desk-replica-") as temporary:
        # a name in this folder is short: the path of a socket has room for some hundred letters
        folder = Path(temporary)
        config = _written(store, place, name, socket_file=folder / "socket")
        log = folder / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [str(found), "replicate", "-no-expand-env", "-config", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=(gate,),
                umask=0o077,
                preexec_fn=_die_with(os.getpid()),
            )
        child = Running(store, process, folder / "socket", log)
        try:
            yield child
        finally:
            child.send_the_last()
            # not with SIGTERM: 0.5.17 then lets go of its lock on the log first and sends the last of it after, and of
            # 22 that were stopped so under two who wrote, 4 were not whole; of 22 that were killed, none
            process.kill()
            process.wait()


def _written(store: Path, place: Place, name: str, socket_file: Path) -> Path:
    """Its configuration, beside the store, for this account only."""
    file = store.with_name(store.name + ".replica.yml")
    text = configuration(str(store), place.target, name, key=str(place.key), known=place.known, socket=str(socket_file))
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "w") as there:
        there.write(text)
    return file


def _die_with(parent: int) -> Callable[[], None]:
    """What the program does before it starts: it is killed when its parent is no more, and nothing is orphaned."""
    libc = ctypes.CDLL(None, use_errno=True)

    def before_it_starts() -> None:
        libc.prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return before_it_starts


def fetch(place: Place, name: str, file: Path) -> None:
    """Bring a copy of the replica of that name into a file that is not there yet."""
    found = program()
    with TemporaryDirectory(prefix="desk-replica-") as temporary:
        config = Path(temporary) / "config.yml"
        config.write_text(configuration(str(file), place.target, name, key=str(place.key), known=place.known))
        try:
            ran = subprocess.run(
                [str(found), "restore", "-no-expand-env", "-config", str(config), str(file)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                umask=0o077,
                timeout=_FETCHES_WITHIN_S,
                check=False,
            )
        except subprocess.TimeoutExpired as wrong:
            raise Refused(_("{target} does not answer. Nothing was changed.").format(target=place.target)) from wrong
    if ran.returncode:
        lines = [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
        words = _("The replica at {target} cannot be read: {why}. Nothing was changed.")
        raise Refused(words.format(target=f"{place.target}/{name}", why=_reason(lines[-1] if lines else "")))


def _reason(line: str) -> str:
    """What one line of its log says: its error, without the time and the level before it."""
    if "host key mismatch" in line:
        # of a machine with several keys 0.5.17 always asks for the same kind, whichever is known
        return _("the other machine shows another key than is set; take the line of: ssh-keyscan -t ecdsa HOST")
    said = line.partition('error="')[2].rpartition('"')[0] or line.partition("error=")[2] or line
    return said.strip().removeprefix("Error: ").rstrip(".")[:200]
