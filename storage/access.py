"""The access log: who opened what of whom. It is no action of the desk, and nobody can take it back."""

from contextlib import suppress
from datetime import timedelta

from desk.opened import PIN, Opened
from desk.refusals import Refused
from storage.database import StoreError
from storage.journal import Journal
from storage.rows import insert, read, to_time

AGAIN_AFTER = timedelta(minutes=10)


class Access:
    """Written when somebody opens a person's needs, or a key is used wrongly."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def note(self, what: str, ref: str = "") -> None:
        """One line: the operator opened this; not again within ten minutes, so that the log stays readable."""
        moment, operator = self._journal.now(), self._journal.operator
        # a disk that is full must not keep anybody from reading who is in the house
        with suppress(*StoreError, Refused), self._db.atomic():
            row = self._db.execute(
                "SELECT at FROM opened WHERE operator = ? AND what = ? AND ref = ? ORDER BY id DESC LIMIT 1",
                [operator, what, ref],
            ).fetchone()
            if what == PIN or row is None or abs(moment - to_time(row[0])) >= AGAIN_AFTER:
                insert(self._db, Opened(at=moment, operator=operator, what=what, ref=ref))

    def lines(self, last: int = 200, ref: str = "") -> list[Opened]:
        """The last lines, newest first; of one household where a reference is given."""
        where, values = ("ref = ?", [ref]) if ref else ("1", [])
        return read(self._db, Opened, where, values, f"id DESC LIMIT {int(last)}")
