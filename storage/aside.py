"""The file beside the store: drafts, who is on, the copy in the building.

It is not journalled, and never wakes the other desks.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from desk.backups import BackupState
from desk.shift import InBuilding
from storage.rows import to_text, to_time
from storage.sqlite import Database, sqlite3

_SCHEMA = """
CREATE TABLE IF NOT EXISTS draft (
  operator TEXT NOT NULL, form TEXT NOT NULL, fields TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (operator, form)
) STRICT;
CREATE TABLE IF NOT EXISTS name (login TEXT NOT NULL, operator TEXT NOT NULL, PRIMARY KEY (login, operator)) STRICT;
CREATE TABLE IF NOT EXISTS presence (
  session TEXT PRIMARY KEY, operator TEXT NOT NULL, at TEXT NOT NULL, since TEXT NOT NULL, origin TEXT NOT NULL,
  pid INTEGER NOT NULL, place TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS preference (
  operator TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (operator, name)
) STRICT;
CREATE TABLE IF NOT EXISTS fetched (name TEXT PRIMARY KEY, version INTEGER NOT NULL, at TEXT NOT NULL) STRICT;
"""
_VERSION = 2
"""Of the tables that a session makes anew when it comes; drafts, names and preferences stay through all of them."""
BACKED_UP, NOT_BACKED_UP = "backup", "backup wrong"
"""Under which names it is kept when the last good backup was made, and when one was tried in vain since."""
REPLICA, BEGUN = "replica", "replica at "
"""Under which names it is kept what the replica holds, and before the place of each, at which action it was begun."""
GONE_AFTER = timedelta(seconds=90)


if TYPE_CHECKING:
    from desk.privacy import Names
    from desk.replica import ReplicaState


@dataclass(frozen=True)
class Present:
    """A session that is on: who, when it was last seen, since when, from where, its process, and where they are."""

    session: str
    operator: str
    at: datetime
    since: datetime
    origin: str
    pid: int
    place: str
    """The screen and the row, or the form: `beds 12-3`, `form household H-220407-3`."""


class Aside:
    """Drafts by operator and form, and the presence of sessions.

    Losing it loses no action: whatever goes wrong with it, the desk goes on without.
    """

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(store.name + ".aside")
        self._db: Database | None = None
        with suppress(sqlite3.Error, OSError):
            self.path.touch(mode=0o600)
            conn = sqlite3.connect(str(self.path), isolation_level=None, timeout=0.5, check_same_thread=False)
            conn.execute("PRAGMA journal_mode = WAL").fetchall()
            conn.execute("PRAGMA synchronous = NORMAL")
            db = Database(conn, execute_plugins=False)
            if int(db.execute("PRAGMA user_version").fetchone()[0]) < _VERSION:
                db.executescript(f"DROP TABLE IF EXISTS presence; PRAGMA user_version = {_VERSION};")
            db.executescript(_SCHEMA)
            self._db = db

    def keep(self, operator: str, form: str, fields: dict[str, str], at: datetime) -> None:
        """Keep what was typed so far."""
        self._run(
            "INSERT INTO draft VALUES (?, ?, ?, ?)"
            " ON CONFLICT (operator, form) DO UPDATE SET fields = excluded.fields, at = excluded.at",
            [operator, form, json.dumps(fields, ensure_ascii=False), to_text(at)],
        )

    def drop(self, operator: str, form: str) -> None:
        """It was saved, or thrown away on purpose."""
        self._run("DELETE FROM draft WHERE operator = ? AND form = ?", [operator, form])

    def draft(self, operator: str, form: str) -> tuple[dict[str, str], datetime] | None:
        """What was typed before, and when; None when nothing was left."""
        rows = self._run("SELECT fields, at FROM draft WHERE operator = ? AND form = ?", [operator, form])
        if not rows:
            return None
        return {str(k): str(v) for k, v in json.loads(str(rows[0][0])).items()}, to_time(str(rows[0][1]))

    def names(self, login: str) -> list[str]:
        """The names under which people sign on at one account."""
        return [str(row[0]) for row in self._run("SELECT operator FROM name WHERE login = ? ORDER BY 1", [login])]

    def signs_on(self, login: str, operator: str) -> None:
        """Somebody signs on at an account that others may share."""
        if operator != login:
            self._run("INSERT INTO name VALUES (?, ?) ON CONFLICT DO NOTHING", [login, operator])

    def preference(self, operator: str, name: str) -> str:
        """What an operator chose for their own screens, as the language; empty where nothing was."""
        rows = self._run("SELECT value FROM preference WHERE operator = ? AND name = ?", [operator, name])
        return str(rows[0][0]) if rows else ""

    def preferences(self, operator: str) -> list[str]:
        """The names of all that was chosen or kept for an operator."""
        return [str(row[0]) for row in self._run("SELECT name FROM preference WHERE operator = ?", [operator])]

    def prefer(self, operator: str, name: str, value: str) -> None:
        """An operator chooses."""
        self._run(
            "INSERT INTO preference VALUES (?, ?, ?) ON CONFLICT (operator, name) DO UPDATE SET value = excluded.value",
            [operator, name, value],
        )

    def data_version(self) -> int:
        """SQLite's own counter: moves when another session has written; -1 where there is no file."""
        rows = self._run("PRAGMA data_version", [])
        return int(str(rows[0][0])) if rows else -1

    def seen(self, me: Present) -> None:
        """A session is on, with where its operator is."""
        self._run(
            "INSERT INTO presence VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session) DO UPDATE"
            " SET operator = excluded.operator, at = excluded.at, place = excluded.place",
            [me.session, me.operator, to_text(me.at), to_text(me.since), me.origin, str(me.pid), me.place],
        )

    def gone(self, session: str) -> None:
        """A session has ended."""
        self._run("DELETE FROM presence WHERE session = ?", [session])

    def present(self, at: datetime) -> list[Present]:
        """Every session that is on, the first to come first; one that was killed has no process."""
        rows = self._run(
            "SELECT session, operator, at, since, origin, pid, place FROM presence WHERE at > ?"
            " ORDER BY since, session",
            [to_text(at - GONE_AFTER)],
        )
        return [
            Present(str(s), str(who), to_time(str(seen)), to_time(str(since)), str(origin), int(str(pid)), str(place))
            for s, who, seen, since, origin, pid, place in rows
            if _runs(int(str(pid)))
        ]

    def fetched(self, name: str, version: int, at: datetime) -> None:
        """A print box of the building has fetched the list that shows this action."""
        self._run(
            "INSERT INTO fetched VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET version = excluded.version, at = excluded.at",
            [name, str(version), to_text(at)],
        )

    def in_building(self) -> InBuilding | None:
        """The newest list that a print box of the building has; None where none ever fetched one."""
        rows = self._run("SELECT name, version, at FROM fetched ORDER BY at DESC LIMIT 1", [])
        return InBuilding(str(rows[0][0]), int(str(rows[0][1])), to_time(str(rows[0][2]))) if rows else None

    def forget(self, before: datetime, names: "Names | None") -> None:
        """Drop drafts that nobody came back to, and any in which one of these names stands."""
        rows = self._run("SELECT operator, form, fields, at FROM draft", [])
        for operator, form, fields, at in rows:
            if to_time(str(at)) <= before or (names is not None and names.are_in(str(fields))):
                self.drop(str(operator), str(form))

    def backups(self) -> BackupState | None:
        """When the last good backup was made, and when one was tried in vain since; None where none ever was."""
        good, wrong = (self.preference("", name) for name in (BACKED_UP, NOT_BACKED_UP))
        if not (good or wrong):
            return None
        return BackupState(to_time(good) if good else None, to_time(wrong) if wrong else None)

    def replica(self) -> "ReplicaState | None":
        """What the replica was last known to hold; None where none ever was."""
        kept = self.preference("", REPLICA)
        if not kept:
            return None
        from desk.replica import ReplicaState  # most houses have none: the first screen does not load it

        return ReplicaState.of(kept)

    def _run(self, sql: str, params: list[str]) -> list[tuple[object, ...]]:
        if self._db is None:
            return []
        try:
            return list(self._db.execute(sql, params).fetchall())
        except sqlite3.Error:
            return []

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()


def _runs(pid: int) -> bool:
    """Whether there is such a process on this host, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
