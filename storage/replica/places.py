"""The place in which a replica lies, as a folder of folders: which there are, and how one is let go of."""

import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from desk.language import _
from desk.refusals import Refused
from desk.replica import LEVELS, USUAL_PORT, Target, host_key
from desk.settings import Settings

USUAL_KEY = "~/.ssh/id_ed25519"
_WITHIN_S = 60
_CONNECTS_WITHIN_S = 15


@dataclass(frozen=True)
class Place:
    """A target, with what opens it: a private key, and the key by which the other machine is known."""

    target: Target
    key: Path = Path()
    known: str = ""

    @classmethod
    def of(cls, target: str, *, key: str = "", known: str = "") -> "Place":
        """A place as it is set or typed; refused where what opens it is not there."""
        there = Target.of(target)
        if there.is_here:
            return cls(there)
        file = Path(key or USUAL_KEY).expanduser()
        if not file.is_file():
            raise Refused(
                _("There is no key {file} with which to reach {target}. Make one: ssh-keygen -t ed25519 -N ''").format(
                    file=file, target=there
                )
            )
        if not known:
            raise Refused(
                _(
                    "By which key {host} is known is not said. Do: desk settings replica_host_key"
                    ' "$(ssh-keyscan -t ecdsa {host})", and compare it with the machine itself.'
                ).format(host=there.host)
            )
        return cls(there, file, host_key(known))

    @classmethod
    def set_in(cls, settings: Settings, target: str = "") -> "Place":
        """The place that is set, or another that is opened by the same keys."""
        return cls.of(target or settings.replica, key=settings.replica_key, known=settings.replica_host_key)

    def names(self, *, make: bool = False) -> list[str]:
        """The names of what lies there; with `make` the folder is made where it is not there yet."""
        if self.target.is_here:
            return self._here(make=make)
        path = self.target.path
        made = [f"-mkdir {path}", f"-chmod 700 {path}"] if make else []
        said = self._sftp([*made, f"ls -1 {path}"])
        return [line.rpartition("/")[2] for line in said.splitlines() if line and not line.startswith("sftp> ")]

    def _here(self, *, make: bool) -> list[str]:
        folder = Path(self.target.path)
        try:
            if make:
                folder.mkdir(mode=0o700, exist_ok=True)
            return [one.name for one in folder.iterdir()]
        except OSError as wrong:
            raise self._refused(wrong.strerror or str(wrong)) from wrong

    def delete(self, name: str) -> None:
        """Let go of one: every file in it, then the folder, which is only gone when it was empty."""
        path = f"{self.target.path}/{name}"
        if not self.target.is_here:
            levels = [f"{path}/ltx/{level}" for level in LEVELS]
            emptied = [line for level in levels for line in (f"-rm {level}/*", f"-rmdir {level}")]
            self._sftp([*emptied, f"-rmdir {path}/ltx", f"rmdir {path}"])
            return
        try:
            shutil.rmtree(path)
        except OSError as wrong:
            raise self._refused(wrong.strerror or str(wrong)) from wrong

    def _sftp(self, lines: Sequence[str]) -> str:
        """Run a batch of the file transfer that comes with ssh: an account that may nothing else is enough."""
        target = self.target
        host = f"[{target.host}]" if ":" in target.host else target.host
        with TemporaryDirectory(prefix="desk-replica-") as folder:
            known = Path(folder) / "known_hosts"
            port = f"[{target.host}]:{target.port}" if target.port != USUAL_PORT else target.host
            known.write_text(f"{port} {self.known}\n")
            options = {
                "IdentitiesOnly": "yes",
                "IdentityAgent": "none",
                "UserKnownHostsFile": str(known),
                "GlobalKnownHostsFile": "/dev/null",
                "StrictHostKeyChecking": "yes",
                "BatchMode": "yes",
                "ConnectTimeout": str(_CONNECTS_WITHIN_S),
                "LogLevel": "ERROR",
            }
            given = [f"-o{name}={value}" for name, value in options.items()]
            words = ["sftp", "-b", "-", "-F", "none", "-i", str(self.key), *given]
            try:
                ran = subprocess.run(
                    [*words, "-P", str(target.port), f"{target.user}@{host}"],
                    input="".join(f"{line}\n" for line in lines),
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=_WITHIN_S,
                    check=False,
                )
            except FileNotFoundError as wrong:
                raise self._refused(_("sftp is not installed (openssh-client)")) from wrong
            except subprocess.TimeoutExpired as wrong:
                raise self._refused(_("it does not answer")) from wrong
        if ran.returncode:
            raise self._refused(_last_line(ran.stderr))
        return ran.stdout

    def _refused(self, why: str) -> Refused:
        words = _("The replica at {target} cannot be reached: {why}. The desk itself goes on.")
        return Refused(words.format(target=self.target, why=why.rstrip(".")[:200]))


def _last_line(text: str) -> str:
    """The line that says why: the last but one where the last only says that the line is closed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if not line.lower().startswith("connection closed")]
    return (told or lines or [_("it says nothing")])[-1]


def let_go_of_folder(folder: Path) -> None:
    """Remove a folder of this machine with all that is in it, where it is there."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
