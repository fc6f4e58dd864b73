"""A damaged store made whole from its journal: every row as the last action that can be read left it.

What is there is only read; the store is made anew beside it. The journal is sealed anew from the first place where it
was altered on, and the repair itself is an action of it, so that nobody takes the two for one and the same.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from desk.language import _, ngettext
from desk.refusals import Refused
from storage import seals
from storage.backups import checked, let_go_of, put_in_place
from storage.database import Store, StoreError, beside, broken, open_store
from storage.rows import to_text
from storage.schema import JOURNALLED
from storage.sqlite import sqlite3

Row = tuple[Any, ...]
Doubtful = dict[tuple[str, int], dict[str, Any] | None]
"""Rows of which the last record cannot be read, as they are themselves; None where they cannot be read either."""
_ACTION = ("id", "uid", "at", "entered_at", "operator", "verb", "args", "ref", "undoes", "hash", "salt", "digest")
_CHANGE = ("id", "action", "table_name", "row_id", "old", "new", "salt", "digest")
_OPENED = ("id", "at", "operator", "what", "ref")
_KEPT = {"action": _ACTION, "change": _CHANGE, "opened": _OPENED}


@dataclass(frozen=True)
class Salvage:
    """What was saved of a store, in a new one beside it, until it is put in its place or dropped."""

    store: Path
    new: Path
    wrong: Sequence[str]
    actions: int
    unread: int

    def said(self) -> str:
        """What was saved, in words."""
        saved = ngettext("{n} action was saved", "{n} actions were saved", self.actions).format(n=self.actions)
        if not self.unread:
            return _("{saved}, and nothing was lost.").format(saved=saved)
        lost = ngettext("{n} row of the journal cannot be read", "{n} rows of the journal cannot be read", self.unread)
        words = _("{saved}; {lost}. Compare with the last backup: desk backup --list")
        return words.format(saved=saved, lost=lost.format(n=self.unread))

    def drop(self) -> None:
        """Let go of the new one."""
        let_go_of(self.new)

    def put_back(self, now: datetime) -> Path:
        """Put it in the place of the damaged store; gives where that is kept."""
        return put_in_place(self.new, self.store, now) or self.store


def salvaged(store: Path, operator: str, now: datetime) -> Salvage:
    """Save what can be read of a store into a new one; refused where there is no journal to read."""
    new = store.with_name(f".{store.name}.repaired")
    wrong = _what_is_wrong(store)
    if not wrong:
        return Salvage(store, new, (), 0, 0)
    let_go_of(new)
    try:
        open_store(new, create=True, watched=False).close()
        with closing(beside(store, Store)) as old, closing(beside(new, Store)) as db:
            actions, unread, doubtful = _copied(old, db)
            _sealed(db, operator, now, unread, doubtful)
        left, _actions = checked(new)
    except StoreError as no:
        let_go_of(new)
        raise broken(store, no) from no
    if not actions or left:
        let_go_of(new)
        why = left[0] if left else _("its journal cannot be read.")
        raise Refused(
            _("{store} cannot be repaired: {why} Use the last backup: desk restore").format(store=store, why=why)
        )
    return Salvage(store, new, wrong, actions, unread)


def _what_is_wrong(store: Path) -> list[str]:
    try:
        return checked(store)[0]
    except Refused as no:
        return list(no.sentences)


def _copied(old: Store, new: Store) -> tuple[int, int, Doubtful]:
    """Copy the journal, then build each table from it.

    Gives how many actions there are, how many rows could not be read, and the rows of which the journal says too
    little.
    """
    triggers = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    new.execute("PRAGMA foreign_keys = OFF")
    unread, doubtful = 0, set[tuple[str, int]]()
    with new.atomic():
        for name, _sql in triggers:
            new.execute(f"DROP TRIGGER {name}")
        for table, columns in _KEPT.items():
            unread += _copy(old, new, table, columns, doubtful)
        # a change of an action that is lost is of nobody: the row itself stays as it says
        new.execute("DELETE FROM change WHERE action NOT IN (SELECT id FROM action)")
        for table in JOURNALLED:
            _build(new, table)
        for _name, sql in triggers:
            new.execute(sql)
    live = {(table, row_id): _live(old, table, row_id) for table, row_id in sorted(doubtful)}
    return int(new.execute("SELECT count(*) FROM action").fetchone()[0]), unread, live


def _copy(old: Store, new: Store, table: str, columns: Sequence[str], doubtful: set[tuple[str, int]]) -> int:
    """Copy the rows that can be read; of a change whose record cannot, the row it is about is `doubtful`."""
    there = {str(row[1]) for row in old.execute(f"PRAGMA table_info({table})").fetchall()}
    known = [name for name in columns if name in there]
    marks = ", ".join("?" * len(known))
    unread = 0
    for row in _rows(old, table, known):
        if row is None:
            unread += 1
            continue
        if table == "change" and any(text is not None and _row(text) is None for text in row[4:6]):
            doubtful.add((row[2], row[3]))
            unread += 1
            continue
        if table == "action" and _row(row[6]) is None:
            row = (*row[:6], "{}", *row[7:])
            unread += 1
        try:
            new.execute(f"INSERT INTO {table} ({', '.join(known)}) VALUES ({marks})", row)
        except sqlite3.IntegrityError:
            unread += 1
    return unread


def _rows(db: Store, table: str, columns: Sequence[str]) -> Iterator[Row | None]:
    """Every row in the order of its id; None for one that lies on a damaged page."""
    select = f"SELECT {', '.join(columns)} FROM {table}"
    last = 0
    with suppress(*StoreError):
        rows = db.execute(f"{select} ORDER BY id")
        try:
            for row in rows:
                last = row[0]
                yield row
            return
        finally:
            rows.close()
    for number in range(last + 1, _most(db, table, last) + 1):
        try:
            found = db.execute(f"{select} WHERE id = ?", [number]).fetchone()
        except StoreError:
            yield None
        else:
            if found is not None:
                yield found


def _most(db: Store, table: str, known: int) -> int:
    """The highest id that was given, as far as that can be read."""
    for sql in (f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'", f"SELECT max(id) FROM {table}"):
        with suppress(*StoreError):
            row = db.execute(sql).fetchone()
            if row and row[0] is not None:
                return max(known, int(row[0]))
    return known


def _build(new: Store, table: str) -> None:
    """Each row as the journal last wrote it."""
    unfilled = new.unfilled(table)
    newest = new.execute(
        "SELECT row_id, new FROM change WHERE id IN"
        " (SELECT max(id) FROM change WHERE table_name = ? GROUP BY row_id) ORDER BY row_id",
        [table],
    ).fetchall()
    for _row_id, text in newest:
        row = _row(text) if text is not None else None
        if row is None:
            continue
        full = {name: row.get(name, value) for name, value in unfilled.items()}
        with suppress(sqlite3.IntegrityError):
            marks = ", ".join("?" * len(full))
            new.execute(f"INSERT INTO {table} ({', '.join(full)}) VALUES ({marks})", list(full.values()))


def _row(text: object) -> dict[str, Any] | None:
    try:
        found = json.loads(str(text))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _live(old: Store, table: str, row_id: int) -> dict[str, Any] | None:
    with suppress(*StoreError):
        return next(iter(old.table(table).rows_where("id = ?", [row_id])), None)
    return None


def _sealed(db: Store, operator: str, now: datetime, unread: int, doubtful: Doubtful) -> None:
    """The repair as an action, with the rows that it takes as they are; and the chain anew from where it was broken."""
    first = next(seals.broken_seals(db), None)
    row = {
        "uid": uuid4().hex,
        "at": to_text(now),
        "entered_at": to_text(now),
        "operator": operator or "?",
        "verb": "repair",
        "open": 1,
        "args": json.dumps({"number": first or 0, "count": unread}, sort_keys=True),
    }
    with db.atomic():
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO action ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        for (table, _row_id), live in doubtful.items():
            _take_as_it_is(db, table, live)
        triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('action', 'change')"
        ).fetchall()
        for name, _sql in triggers:
            db.execute(f"DROP TRIGGER {name}")
        seals.seal_from(db, first or 0, lambda: uuid4().hex)
        for _name, sql in triggers:
            db.execute(sql)


def _take_as_it_is(db: Store, table: str, live: dict[str, Any] | None) -> None:
    """Write a row under the open action, over what the journal has of it."""
    if live is None:
        return
    with suppress(sqlite3.IntegrityError):
        sets = ", ".join(f"{name} = ?" for name in live)
        if not db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*live.values(), live["id"]]).rowcount:
            marks = ", ".join("?" * len(live))
            db.execute(f"INSERT INTO {table} ({', '.join(live)}) VALUES ({marks})", list(live.values()))
