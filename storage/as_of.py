"""The store as it was at a moment: what had been recorded by then, and nothing of what came after.

It is the live store with the changes of every later action taken back, as far as they touch it: the earliest later
change of a row says in `old` how it stood. So yesterday costs what was done since yesterday, however long the past is.
Temporary views with the names of the tables lie over them, so that the same queries read the past.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path

from desk import rights
from desk.night import Night
from desk.rights import OWNER, Seat
from storage.database import Store, beside
from storage.journal import Journal
from storage.night import read_night
from storage.rows import to_text
from storage.schema import JOURNALLED


class PastStore(Store):
    """A connection on which every table shows its rows as they were."""

    taken_back: frozenset[str] = frozenset()
    """The tables that have changed since."""

    def parts(self, table: str) -> tuple[tuple[str, str], ...]:
        """The rows that are as they were, by the indexes of the live table; and those that have changed since."""
        if table not in self.taken_back:
            return (("main." + table, ""),)
        since = f" AND {{0}}.id NOT IN (SELECT row_id FROM temp.later WHERE table_name = '{table}')"
        return (("main." + table, since), ("temp.was_" + table, ""))


class AsOf:
    """One past moment of a store, to be read only; close it, or use it with `with`."""

    def __init__(self, path: Path, at: datetime, version: int, seat: Seat = OWNER) -> None:
        self.at = at
        self._seat = seat
        self.version = version
        """The last action that had been recorded by then; 0 before the first."""
        self.db = beside(path, PastStore)
        try:
            self.db.execute("BEGIN")  # one snapshot: what others write meanwhile is later
            _take_back(self.db, version)
            self.db.execute("PRAGMA query_only = ON")
        except BaseException:
            self.close()
            raise
        self.journal = Journal(self.db, path, "?", lambda: at)

    @cached_property
    def night(self) -> Night:
        """The night as it was known at that moment."""
        return rights.seen_by(self._seat, read_night(self.journal, self.at))

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def __enter__(self) -> "AsOf":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def version_at(journal: Journal, at: datetime) -> int:
    """The last action that was entered at that moment or before it, 0 when there was none.

    Order is the action's: one that was entered before it counts too, whatever its clock said.
    """
    found = journal.db.execute(
        "SELECT id FROM action WHERE entered_at <= ? ORDER BY id DESC LIMIT 1", [to_text(at)]
    ).fetchone()
    return int(found[0]) if found else 0


def _take_back(db: PastStore, version: int) -> None:
    db.execute(
        # the signs keep SQLite from grouping by an index over all that ever changed
        "CREATE TEMP TABLE later AS SELECT table_name, row_id, min(id) AS change FROM main.change"
        " WHERE action > ? GROUP BY +table_name, +row_id",
        [version],
    )
    db.execute("CREATE INDEX temp.later_of ON later (table_name, row_id)")
    touched = {row[0] for row in db.execute("SELECT DISTINCT table_name FROM temp.later").fetchall()}
    for table in JOURNALLED:
        if table in touched:
            _lay_over(db, table, list(_columns(db, table)))
    db.taken_back = frozenset(touched)
    for table, column in (("action", "id"), ("change", "action")):
        db.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE {column} <= {int(version)}")


def _columns(db: PastStore, table: str) -> Iterator[str]:
    for row in db.execute(f"PRAGMA main.table_info({table})").fetchall():
        yield row[1]


def _lay_over(db: PastStore, table: str, columns: list[str]) -> None:
    was = ", ".join(f"json_extract(c.old, '$.{name}') AS {name}" for name in columns)
    db.execute(
        f"CREATE TEMP TABLE was_{table} AS SELECT {was} FROM temp.later l JOIN main.change c ON c.id = l.change"
        f" WHERE l.table_name = '{table}' AND c.old IS NOT NULL"
    )
    names = ", ".join(columns)
    db.execute(
        f"CREATE TEMP VIEW {table} AS"
        f" SELECT {names} FROM main.{table}"
        f" WHERE id NOT IN (SELECT row_id FROM temp.later WHERE table_name = '{table}')"
        f" UNION ALL SELECT {names} FROM temp.was_{table}"
    )
