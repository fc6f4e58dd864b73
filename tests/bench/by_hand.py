"""What an action writes, written by hand: the same rows with the same driver and pragmas, in one transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils.utils import sqlite3

from storage.database import BUSY_TIMEOUT_MS, open_store

Row = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """The rows of one action: its own, and each changed one with its table, before and after."""

    action: Row
    changes: Sequence[tuple[str, Row | None, Row | None]]


def written(conn: Any, action: int) -> Written:
    """What the journal kept of an action."""
    cursor = conn.execute("SELECT * FROM action WHERE id = ?", [action])
    row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    kept = conn.execute("SELECT table_name, old, new FROM change WHERE action = ? ORDER BY id", [action]).fetchall()
    return Written(row, [(table, old and json.loads(old), new and json.loads(new)) for table, old, new in kept])


class ByHand:
    """A copy of a store without triggers, and plain SQL on it."""

    def __init__(self, copy: Path) -> None:
        self.conn = sqlite3.connect(str(copy), isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
        for (name,) in self.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self.conn.execute(f"DROP TRIGGER {name}")
        self.conn.close()
        self._db = open_store(copy)
        self.conn = self._db.conn

    def write(self, done: Written) -> None:
        """One transaction: the action's row, every table row, every change row."""
        execute = self.conn.execute
        execute("BEGIN IMMEDIATE")
        action = self._insert("action", done.action)
        for table, old, new in done.changes:
            if new is None:
                assert old is not None
                row = old["id"]
                execute(f"DELETE FROM {table} WHERE id = ?", [row])
            elif old is None:
                row = self._insert(table, new)
            else:
                row = old["id"]
                differs = {name: value for name, value in new.items() if old[name] != value}
                sets = ", ".join(f"{name} = ?" for name in differs)
                execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*differs.values(), row])
            execute(
                "INSERT INTO change (action, table_name, row_id, old, new) VALUES (?, ?, ?, ?, ?)",
                [action, table, row, old and json.dumps(old), new and json.dumps(new)],
            )
        execute("COMMIT")

    def _insert(self, table: str, row: Row) -> int:
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
        return int(self.conn.execute(sql, list(row.values())).lastrowid or 0)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
