"""Who went on with what somebody wants to undo: found in the journal, so that undo can say whom to ask.

Each question names the person who asks, `me`: one's own later steps have been taken back by then.
"""

from typing import Any, NamedTuple

from storage.schema import JOURNALLED
from storage.sqlite import Database

Row = dict[str, Any]


class Later(NamedTuple):
    """The action of somebody who went on."""

    operator: str
    verb: str
    at: str
    ref: str


_WHOSE = "SELECT a.operator, a.verb, a.at, a.ref FROM change c JOIN action a ON a.id = c.action"
_OTHERS = (
    " AND a.operator <> ? AND a.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM action u WHERE u.undoes = a.id)"
    " ORDER BY c.id DESC LIMIT 1"
)


def changed_it(db: Database, me: str, since: int, table: str, row_id: int) -> Later | None:
    """Who last changed that row after the change `since`."""
    return _one(db, f"{_WHOSE} WHERE c.table_name = ? AND c.row_id = ? AND c.id > ?", [table, row_id, since, me])


def sleeps_there(
    db: Database, me: str, since: int, table: str, row_id: int, old: Row | None, new: Row | None
) -> Later | None:
    """Who gave a bed since then where it was free only because of what would be undone.

    Undone, a closed room would have people in it, a blocked bed a sleeper, or a room two households.
    """
    if old is None or new is None:
        return None
    if table == "room" and not old["is_open"]:
        where = "b.room = ?"
    elif table == "bed" and old["state"] != "ok":
        where = "b.id = ?"
    elif table == "stay" and old["until"] is None and new["until"] is not None:
        where, row_id = "b.room = (SELECT room FROM bed WHERE id = ?)", old["bed"]
    else:
        return None
    given = " JOIN stay s ON s.id = c.row_id AND s.until IS NULL JOIN bed b ON b.id = s.bed"
    first = "WHERE c.table_name = 'stay' AND c.old IS NULL AND c.id > ?"
    return _one(db, f"{_WHOSE}{given} {first} AND {where}", [since, row_id, me])


def rests_on_it(db: Database, me: str, since: int, table: str, row_id: int, row: Row) -> Later | None:
    """Who wrote a row since then that points to this one, or to what this one points to."""
    for child in JOURNALLED:
        for key in db.table(child).foreign_keys:
            value = row_id if key.other_table == table else row[str(key.column)] if child == table else None
            if value is None:
                continue
            rows = f" JOIN {child} r ON r.id = c.row_id AND r.{key.column} = ?"
            found = _one(db, f"{_WHOSE}{rows} WHERE c.table_name = ? AND c.id > ?", [value, child, since, me])
            if found is not None:
                return found
    return None


def _one(db: Database, sql: str, params: list[object]) -> Later | None:
    row = db.execute(sql + _OTHERS, params).fetchone()
    return None if row is None else Later(*row)
