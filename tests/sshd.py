"""A real OpenSSH server on loopback, with keys of its own: the desk as people reach it.

    with Host(tmp_path) as host:
        key = host.key("anna")
        host.allow(key, 'command="desk --store … paper --send",restrict')
        assert host.ssh(key).stdout.startswith("INSIDE")
        with host.terminal(key) as t:
            t.wait_for("Tonight")

It listens on a free port of 127.0.0.1, logs in the account that runs the tests, and ends with the test.
"""

import getpass
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.terminal import Terminal

ROOT = Path(__file__).parent.parent
SSHD = "/usr/sbin/sshd"
UP_WITHIN_S = 20.0
_SEPARATION = Path("/run/sshd")
"""Where a server run by root locks up the part of it that nobody has logged in to; a service makes it at boot."""


@dataclass(frozen=True)
class Key:
    """A key pair; `public` is its line as it is handed over."""

    file: Path

    @property
    def public_file(self) -> Path:
        """The half that is handed over."""
        return self.file.with_suffix(".pub")

    @property
    def public(self) -> str:
        """Its one line."""
        return self.public_file.read_text().strip()


def make_separation() -> None:
    """What a server run by root wants to find."""
    if os.getuid() == 0:
        _SEPARATION.mkdir(mode=0o755, exist_ok=True)


class Host:
    """The machine that has the store, with its server."""

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        self.folder = folder / "host"
        self.folder.mkdir(mode=0o700)
        self.authorized = self.folder / "authorized_keys"
        self.authorized.touch(mode=0o600)
        self.log = self.folder / "sshd.log"
        self.user = getpass.getuser()
        self.port = _free_port()
        self._options = options or {}
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        host_key = self.key("host_key")
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {' '.join(host_key.public.split()[:2])}\n")
        config = {
            "ListenAddress": f"127.0.0.1:{self.port}",
            "HostKey": str(host_key.file),
            "AuthorizedKeysFile": str(self.authorized),
            "PidFile": "none",
            "StrictModes": "no",  # the temporary folder of a test is under one that everybody may write to
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "PermitUserEnvironment": "no",
            "AcceptEnv": "LC_* LANG DESK_* PAGER EDITOR TERM",  # a careless host: the desk must not need a careful one
            "Subsystem": "sftp internal-sftp",
            "ClientAliveInterval": "15",
            "PrintMotd": "no",
            "PrintLastLog": "no",
            "LogLevel": "VERBOSE",
            **self._options,
        }
        file = self.folder / "sshd_config"
        file.write_text("".join(f"{name} {value}\n" for name, value in config.items()))
        make_separation()
        self.start()
        return self

    def start(self) -> None:
        """Start the server: at first, and after it was stopped."""
        words = [SSHD, "-D", "-f", str(self.folder / "sshd_config"), "-E", str(self.log)]
        self._server = subprocess.Popen(words, stdin=subprocess.DEVNULL, cwd=self.folder)
        self._wait_until_it_listens()

    def stop(self) -> None:
        """Stop the server, and cut the lines that are open: the machine is gone."""
        if self._server is not None:
            pid = self._server.pid
            for session in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(session), signal.SIGKILL)
            self._server.terminate()
            self._server.wait(timeout=10)
            self._server = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_it_listens(self) -> None:
        assert self._server is not None
        until = time.monotonic() + UP_WITHIN_S
        while time.monotonic() < until:
            assert self._server.poll() is None, f"the server ended: {self.log.read_text()}"
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                if line.recv(4) == b"SSH-":
                    return
        raise AssertionError(f"no server on port {self.port}: {self.log.read_text()}")

    # --- keys -------------------------------------------------------------------------------

    def key(self, name: str) -> Key:
        """A new key pair."""
        file = self.folder / name
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@laptop", "-f", str(file)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return Key(file)

    def allow(self, key: Key, options: str) -> None:
        """Let a key in by hand, with these options before it."""
        with self.authorized.open("a") as file:
            file.write(f"{options} {key.public}\n")

    # --- coming in --------------------------------------------------------------------------

    def options(self, key: Key) -> list[str]:
        """What a client needs to come in with this key, and only with it."""
        given = {
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "UserKnownHostsFile": str(self.folder / "known_hosts"),
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "ConnectTimeout": "20",
            "LogLevel": "ERROR",
        }
        return ["-F", "none", "-i", str(key.file), *(f"-o{name}={value}" for name, value in given.items())]

    def command(self, key: Key, *words: str, options: tuple[str, ...] = ()) -> list[str]:
        """An ssh command line; the words behind it go to the host as one."""
        return ["ssh", *self.options(key), "-p", str(self.port), *options, f"{self.user}@127.0.0.1", *words]

    def ssh(
        self,
        key: Key,
        *words: str,
        options: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
        given: str = "",
    ) -> "subprocess.CompletedProcess[str]":
        """Run something over the line, to its end."""
        return subprocess.run(
            self.command(key, *words, options=options),
            input=given,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
            env={**os.environ, **(env or {})},
        )

    def terminal(self, key: Key, *words: str, options: tuple[str, ...] = ("-tt",), **size: int) -> Terminal:
        """Come in with a terminal."""
        return Terminal(self.command(key, *words, options=options), **size)  # type: ignore[arg-type]


def program(store: Path, *words: str, by: str = "", clock: str = "") -> str:
    """The desk as a forced command written by hand, its program in full."""
    parts = [sys.executable, "-m", "screens.start", "--store", str(store), *(["--as", by] if by else []), *words]
    command = shlex.join(parts)
    # no shell of the account decides where the program is found
    return f"env PYTHONPATH={ROOT} DESK_LANGUAGE=en {f'DESK_CLOCK={clock} ' if clock else ''}{command}"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
