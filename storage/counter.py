"""Numbers of things that are counted without a night: each is given once and never again, also after an undo."""

from storage.database import Store
from storage.rows import insert_row


def next_number(db: Store, kind: str) -> int:
    """The next number of a kind; inside an action only."""
    found = db.execute("SELECT id, last FROM counter WHERE kind = ? AND night = ''", [kind]).fetchone()
    if found is None:
        insert_row(db, "counter", {"kind": kind, "night": "", "last": 1})
        return 1
    number = int(found[1]) + 1
    db.execute("UPDATE counter SET last = ? WHERE id = ?", [number, found[0]])
    return number
