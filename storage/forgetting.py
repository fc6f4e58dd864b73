"""The forgetting itself: the one action that takes values out of rows and out of the journal, with their salts."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desk import clock, privacy
from desk.privacy import PERSONAL, PUBLIC_ARGS, WHOLE, Names
from storage.database import Store
from storage.journal import Journal
from storage.rows import to_text

NAMED = {"household": ("name", "native_name", "phone"), "member": ("name", "native_name"), "visitor": ("name",)}
"""What of a row is searched for in all other texts."""
OTHERS = (
    "SELECT name FROM rostered UNION SELECT name FROM attendance UNION SELECT name FROM operator"
    " UNION SELECT operator FROM action UNION SELECT name FROM municipality UNION SELECT name FROM location"
    " UNION SELECT agreed_by FROM placement UNION SELECT name FROM participant UNION SELECT role FROM phone"
)
"""Names that stay: of staff, of places, of those who gave a place."""


@dataclass
class Forgotten:
    """Whose time is over: rows that are about them as a whole, by table, and their names."""

    refs: list[str] = field(default_factory=list)
    rows: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    names: set[str] = field(default_factory=set)
    visitors: int = 0
    taken_back: set[str] = field(default_factory=set)
    """Households that were undone: only the journal knows them."""

    def __bool__(self) -> bool:
        return any(self.rows.values())


def forget(journal: Journal, found: Forgotten) -> None:
    """Take away what is personal of them, as one action; a copy of a store has no more of them than it has."""
    db = journal.db
    year = clock.night_of(journal.now(), journal.settings.tz, journal.settings.night_starts).year
    with journal.action("erase", {"count": len(found.refs)}) as act:
        act.ref = found.refs[0] if len(found.refs) == 1 else ""
        names = Names(found.names, _borne_by_others(db, found))
        since = _first(db, found)
        for table, ids in found.rows.items():
            for row_id in sorted(ids):
                _blank_row(db, table, row_id, year)
        for row_id in sorted(found.rows["household"]):
            db.execute("UPDATE household SET erased_at = ? WHERE id = ?", [to_text(act.entered_at), row_id])
        touched = _clear_texts(db, names, since) if names else set()
        for table, ids in found.rows.items():
            for row_id in sorted(ids):
                touched |= _blank_changes(db, table, row_id, year)
        _clear_actions(db, names, since, touched, found)


def _borne_by_others(db: Store, found: Forgotten) -> set[str]:
    """Names that somebody has who stays, and those of staff and places."""
    kept = {str(row[0]) for row in db.execute(OTHERS).fetchall() if row[0]}
    for table, columns in NAMED.items():
        rows = db.execute(f"SELECT id, {', '.join(columns)} FROM {table} WHERE {columns[0]} <> ''").fetchall()
        kept |= {str(name) for row_id, *names in rows if row_id not in found.rows[table] for name in names if name}
    return kept


def _first(db: Store, found: Forgotten) -> int:
    """The first action that knew any of them: before it nothing can name them."""
    firsts = [
        db.execute("SELECT min(action) FROM change WHERE table_name = ? AND row_id = ?", [table, row_id]).fetchone()[0]
        for table in NAMED
        for row_id in found.rows[table]
    ]
    return min((one for one in firsts if one is not None), default=0)


def _blank_row(db: Store, table: str, row_id: int, year: int) -> None:
    row = next(iter(db.table(table).rows_where("id = ?", [row_id])), None)
    if row is None:
        return
    blank = privacy.blanked(table, row, year)
    differs = {name: value for name, value in blank.items() if value != row[name]}
    if differs:
        sets = ", ".join(f"{name} = ?" for name in differs)
        db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*differs.values(), row_id])


def _blank_changes(db: Store, table: str, row_id: int, year: int) -> set[int]:
    """What the journal kept of a row; gives the actions."""
    actions = set()
    for change, action, old, new in db.execute(
        "SELECT id, action, old, new FROM change WHERE table_name = ? AND row_id = ?", [table, row_id]
    ).fetchall():
        actions.add(action)
        blank = [
            json.dumps(privacy.blanked(table, json.loads(text), year), ensure_ascii=False) if text else None
            for text in (old, new)
        ]
        db.execute("UPDATE change SET old = ?, new = ?, salt = NULL WHERE id = ?", [*blank, change])
    return actions


def _clear_texts(db: Store, names: Names, since: int) -> set[int]:
    """Take the names out of all other rows, and out of what the journal kept of them; gives the actions."""
    tables = [table for table in PERSONAL if table not in WHOLE]
    marks = ", ".join("?" * len(tables))
    rows = db.execute(
        f"SELECT table_name, row_id, old, new FROM change WHERE action >= ? AND table_name IN ({marks})",
        [since, *tables],
    )
    named = {
        (table, row_id)
        for table, row_id, old, new in rows.fetchall()
        if any(text and names.are_in(text) for text in (old, new))
    }
    actions: set[int] = set()
    for table, row_id in sorted(named):
        row = next(iter(db.table(table).rows_where("id = ?", [row_id])), None)
        if row is not None:
            clear = _cleared(table, row, names)
            differs = {name: value for name, value in clear.items() if value != row[name]}
            if differs:
                sets = ", ".join(f"{name} = ?" for name in differs)
                db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*differs.values(), row_id])
        for change, action, old, new in db.execute(
            "SELECT id, action, old, new FROM change WHERE table_name = ? AND row_id = ?", [table, row_id]
        ).fetchall():
            clear_ones = [
                json.dumps(_cleared(table, json.loads(text), names), ensure_ascii=False) if text else None
                for text in (old, new)
            ]
            if clear_ones != [old, new] and any(text and names.are_in(text) for text in (old, new)):
                actions.add(action)
                db.execute("UPDATE change SET old = ?, new = ?, salt = NULL WHERE id = ?", [*clear_ones, change])
    return actions


def _cleared(table: str, row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    return {name: _without(value, names) if name in PERSONAL[table] else value for name, value in row.items()}


def _without(value: Any, names: Names) -> Any:
    """A value without the names; a record that is kept as text stays a record."""
    if isinstance(value, str):
        if value[:1] in {"{", "["}:
            try:
                inner = json.loads(value)
            except ValueError:
                return names.forgotten(value)
            clear = _without(inner, names)
            return (
                value
                if clear == inner
                else json.dumps(clear, ensure_ascii=False, sort_keys=list(inner) == sorted(inner))
            )
        return names.forgotten(value)
    if isinstance(value, list):
        return [_without(one, names) for one in value]
    if isinstance(value, dict):
        return {name: _without(one, names) for name, one in value.items()}
    return value


def _clear_actions(db: Store, names: Names, since: int, touched: set[int], found: Forgotten) -> None:
    """What was told with an action about them goes whole; in what was told with any other, only their names."""
    refs = set(found.refs)
    for action, args, ref in db.execute("SELECT id, args, ref FROM action WHERE id >= ?", [since]).fetchall():
        told = json.loads(args)
        if ref in refs or (action in touched and _is_about(db, action, found)):
            clear = {name: value for name, value in told.items() if name in PUBLIC_ARGS}
        elif names and names.are_in(args):
            clear = {name: value if name in PUBLIC_ARGS else _without(value, names) for name, value in told.items()}
        else:
            continue
        if clear != told:
            text = json.dumps(clear, ensure_ascii=False, sort_keys=True)
            db.execute("UPDATE action SET args = ?, salt = NULL WHERE id = ?", [text, action])


def _is_about(db: Store, action: int, found: Forgotten) -> bool:
    rows = db.execute("SELECT DISTINCT table_name, row_id FROM change WHERE action = ?", [action]).fetchall()
    return any(row_id in found.rows.get(table, ()) for table, row_id in rows)
