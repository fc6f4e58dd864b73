"""The replica: a copy of the store in another place that follows each action; where it may lie, and what is said of it.

In that place lies one folder for each time it was begun anew, named for the store and numbered. A new one is whole and
checked before the one before it goes.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from desk import clock
from desk.language import _
from desk.refusals import Refused

if TYPE_CHECKING:
    from desk.settings import Settings

USUAL_PORT = 22
LEVELS = range(10)
"""Litestream keeps its files in a folder a level: what was just done, what was put together since, the whole."""
EVERY = "250ms"
"""How often it looks for what is new, and sends it."""
_FILE = re.compile(r"file:(?://)?(?P<path>/[^\x00-\x1f]*)")
_PLAIN = re.compile(r"/[\w./@+-]+", re.ASCII)
"""A path of another machine: nothing in it that its file transfer would read as a pattern or a quote."""
_NAME = re.compile(r"(?P<store>[0-9a-f]{8})-(?P<number>\d{6})")
_KEY = re.compile(r"(?<!\S)(?P<kind>(?:ssh|ecdsa|sk)-[\w@.-]+) (?P<key>[A-Za-z0-9+/]+={0,3})(?!\S)", re.ASCII)


@dataclass(frozen=True)
class Target:
    """Where a replica lies: a folder of this machine, or of another that is reached by sftp."""

    path: str
    host: str = ""
    user: str = ""
    port: int = USUAL_PORT

    @classmethod
    def of(cls, text: str) -> "Target":
        """Read one as it is typed; refused where it is neither."""
        said = text.strip()
        if (found := _FILE.fullmatch(said)) is not None and ".." not in found["path"].split("/"):
            return cls(found["path"].rstrip("/"))._checked(said)
        if not said.startswith("sftp://"):
            raise _no_target(said)
        try:
            parts = urlsplit(said)
            host, user, port = parts.hostname or "", parts.username or "", parts.port or USUAL_PORT
        except ValueError as wrong:
            raise _no_target(said) from wrong
        plain = _PLAIN.fullmatch(parts.path) and ".." not in parts.path.split("/")
        words = re.fullmatch(r"[\w.-]+", user, re.ASCII) and re.fullmatch(r"(?!-)[\w.:-]+", host, re.ASCII)
        if not (plain and words) or parts.password is not None or parts.query or parts.fragment:
            raise _no_target(said)
        return cls(parts.path.rstrip("/"), host, user, port)._checked(said)

    def _checked(self, said: str) -> "Target":
        if len(self.path) < 2:
            raise _no_target(said)
        return self

    @property
    def is_here(self) -> bool:
        """Whether it is a folder of this machine."""
        return not self.host

    def __str__(self) -> str:
        if self.is_here:
            return f"file:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sftp://{self.user}@{host}{f':{self.port}' if self.port != USUAL_PORT else ''}{self.path}"


def _no_target(said: str) -> Refused:
    words = _("'{text}' is no place for a replica. Give file:/folder or sftp://user@host/folder, with a whole path.")
    return Refused(words.format(text=said[:80]))


def host_key(text: str) -> str:
    """The public key of the other machine, out of what `ssh-keyscan` prints."""
    for found in _KEY.finditer(text):
        with suppress(ValueError):
            # the key itself begins with its kind
            if base64.b64decode(found["key"], validate=True)[4:].startswith(found["kind"].encode()):
                return f"{found['kind']} {found['key']}"
    words = _("'{text}' is not the key of a machine. Give the line that this prints: ssh-keyscan -t ecdsa HOST")
    raise Refused(words.format(text=text[:40]))


# --- the folders in it ------------------------------------------------------------------------


def named(store: str, number: int) -> str:
    """The name of the folder of a store that was begun so many times."""
    return f"{store}-{number:06d}"


def of_stores(names: Iterable[str]) -> dict[str, list[str]]:
    """The folders that are replicas, by store, each the newest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(names, reverse=True):
        if (read := _NAME.fullmatch(name)) is not None:
            found.setdefault(read["store"], []).append(name)
    return found


def next_name(store: str, names: Iterable[str]) -> str:
    """The name of the next one of a store; refused in a place that has those of another."""
    found = of_stores(names)
    if set(found) - {store}:
        raise Refused(_("The replica of another store lies there. Give this one a folder of its own."))
    newest = next(iter(found.get(store, ())), named(store, 0))
    return named(store, int(newest.rpartition("-")[2]) + 1)


# --- what Litestream is told ------------------------------------------------------------------


def configuration(store: str, target: Target, name: str, *, key: str, known: str, socket: str = "") -> str:
    """Its configuration: JSON, which is YAML in which no sign of a path can mean anything else. No secret is in it."""
    replica: dict[str, Any] = {"type": "file", "path": f"{target.path}/{name}"}
    if not target.is_here:
        host = f"[{target.host}]" if ":" in target.host else target.host
        where = {"type": "sftp", "host": f"{host}:{target.port}", "user": target.user}
        replica |= {**where, "key-path": key, "host-key": known}
    told: dict[str, Any] = {
        "logging": {"level": "error", "stderr": True},
        "snapshot": {"interval": "24h", "retention": "24h"},
        "dbs": [{"path": store, "monitor-interval": EVERY, "replica": {**replica, "sync-interval": EVERY}}],
    }
    if socket:
        told["socket"] = {"enabled": True, "path": socket, "permissions": 0o600}
    return json.dumps(told, indent=1)


# --- how far behind ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ReplicaState:
    """What a replica is known to hold: all up to an action, and when that was so."""

    target: str
    action: int
    at: datetime

    @classmethod
    def of(cls, text: str) -> "ReplicaState | None":
        """Read as it was kept; None where it was not."""
        try:
            found: Mapping[str, Any] = json.loads(text)
            return cls(str(found["target"]), int(found["action"]), datetime.fromisoformat(found["at"]))
        except (ValueError, KeyError, TypeError):
            return None

    def as_text(self) -> str:
        """As it is kept."""
        return json.dumps({"target": self.target, "action": self.action, "at": self.at.isoformat()})


def notice(found: ReplicaState | None, settings: "Settings", at: datetime) -> Iterator[tuple[str, datetime | None]]:
    """What Tonight says: that a replica that should follow does not, and since when."""
    most = timedelta(minutes=settings.replica_minutes)
    if not settings.replica or not most:
        return
    if found is None or found.target != settings.replica:
        yield _("the replica is not made yet: start it (desk replica run), see  desk doctor"), None
    elif at - found.at > most:
        text = _("the replica has not followed for {age}: see  desk replica status")
        yield text.format(age=clock.span(at - found.at)), found.at
