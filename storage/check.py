"""Whether the store is whole: the file, its triggers, the chain of the journal, and every row against the journal.

All of it is read row by row: a store of many years is checked in little memory.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from desk.language import _
from storage.database import StoreError
from storage.journal import Journal, widened
from storage.schema import JOURNALLED, triggers
from storage.seals import broken_seals


def check(journal: Journal) -> list[str]:
    """What is wrong with the store, in sentences; empty when all is well."""
    found: list[str] = []
    try:
        for sentence in _found(journal):
            found.append(sentence)
    except StoreError as wrong:  # a page so damaged that reading stops at it
        found.append(_("The file is damaged: {what}. Use the last backup: desk restore").format(what=wrong))
    return found


def _found(journal: Journal) -> Iterator[str]:
    """One thing after the other: what was found before the file could not be read any more is told too."""
    db = journal.db
    with db.snapshot():
        yield from (str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok")
        for row in db.execute("PRAGMA foreign_key_check").fetchall():
            yield _("Row {row} of {table} points to nothing.").format(row=row[1], table=row[0])
        there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()}
        for name in sorted(triggers() - there):
            yield _("The trigger {name} is gone.").format(name=name)
        yield from (_("Action {id} of the journal was altered.").format(id=action) for action in broken_seals(db))
        for table in sorted(JOURNALLED):
            for row in _unjournalled(journal, table):
                yield _("Row {row} of {table} differs from the journal.").format(row=row, table=table)


def _unjournalled(journal: Journal, table: str) -> list[int]:
    """Live rows that differ from what the journal last wrote of them, by id."""
    names = [row[1] for row in journal.db.execute(f"PRAGMA table_info({table})").fetchall()]
    unfilled = journal.db.unfilled(table)
    kept = journal.db.execute(
        "SELECT row_id, new FROM change WHERE id IN"
        " (SELECT max(id) FROM change WHERE table_name = ? GROUP BY row_id) ORDER BY row_id",
        [table],
    )
    live = journal.db.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY id")
    try:
        return [row for row, new, now in _side_by_side(kept, live) if _differs(new, now, names, unfilled)]
    finally:
        kept.close()
        live.close()


def _side_by_side(kept: Any, live: Any) -> Iterator[tuple[int, str | None, tuple[Any, ...] | None]]:
    """Both in the order of the ids: what the journal has of a row, and the row; None where one lacks it."""
    beyond = sys.maxsize
    new, now = next(kept, (beyond, None)), next(live, (beyond,))
    while (row := min(new[0], now[0])) < beyond:
        yield row, new[1] if new[0] == row else None, now if now[0] == row else None
        if now[0] == row:
            now = next(live, (beyond,))
        if new[0] == row:
            new = next(kept, (beyond, None))


def _differs(new: str | None, now: tuple[Any, ...] | None, names: list[str], unfilled: Mapping[str, Any]) -> bool:
    live = None if now is None else dict(zip(names, now, strict=True))
    try:
        kept = None if new is None else json.loads(new)
    except ValueError:  # damaged
        return True
    return widened(kept, live, unfilled) != live
