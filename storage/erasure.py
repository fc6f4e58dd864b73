"""Forgetting: what is personal goes from rows, journal, drafts, backups and the free space of the files.

One action does it, the only one that may touch the journal: it takes the values away with their salts and leaves their
digests, so that the chain still holds. Counts stay: when, how many, which age band, to where.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from desk import privacy
from desk.households import ENDED, Household
from desk.language import _, ngettext
from desk.privacy import WHOLE, Names
from desk.refusals import Refused
from storage.aside import Aside
from storage.backups import Backups, NotWhole, copied, kept_in, let_go_of, replaced, take_its_place
from storage.database import Store, StoreError, beside, open_store
from storage.forgetting import NAMED, OTHERS, Forgotten, forget
from storage.journal import Done, Journal, found_or
from storage.replica.replicas import Replicas
from storage.rows import read, to_text

_NOT_NOW: tuple[type[Exception], ...] = (*StoreError, Refused, OSError)
CLEANED = "erase cleaned"
"""Under which name the file beside the store keeps up to which action its free space is known to hold nothing."""


class Erasure:
    """What is to be forgotten in one store, and the forgetting."""

    def __init__(self, journal: Journal, aside: Aside, backups: Backups, replicas: Replicas) -> None:
        self._journal = journal
        self._aside = aside
        self._backups = backups
        self._replicas = replicas

    def due(self) -> Forgotten:
        """Whose time is over now."""
        journal = self._journal
        over = journal.now() - timedelta(days=journal.settings.retention_days)
        with journal.db.snapshot():
            return _due(journal.db, over)

    def of(self, ref: str) -> Forgotten:
        """One household that asked for it; refused while its name is needed for its safety, or its way."""
        household: Household = found_or(
            read(self._journal.db, Household, "ref = ?", [ref]), _("There is no household {ref}.").format(ref=ref)
        )
        if household.state not in ENDED:
            words = _("{ref} is still here or on the way: their name is needed. First they leave, or are placed.")
            raise Refused(words.format(ref=self._journal.said(ref)))
        if household.erased_at is not None:
            raise Refused(_("{ref} is forgotten already.").format(ref=self._journal.said(ref)))
        with self._journal.db.snapshot():
            return _collected(self._journal.db, [household], ())

    def run(self, found: Forgotten) -> Done:
        """Forget them, here and in everything that was copied from here."""
        if not (found or self._is_unclean()):
            copies, cleaned, warnings = 0, True, self._replicas.retried()
            self._drafts(found)
            clean(self._aside.path)
            self._aside.prefer("", CLEANED, str(self._journal.version()))
        else:
            with self._replicas.quiet() as in_replicas:
                copies, cleaned, warnings = self._run(found)
            warnings += in_replicas()
        text = ngettext("{n} household is forgotten.", "{n} households are forgotten.", len(found.refs))
        if not cleaned:
            warnings.append(
                _(
                    "Other desks are open or the disk is full: old pages of the file are not emptied yet. Run it again"
                    " later."
                )
            )
        also = {"households": len(found.refs), "visitors": found.visitors, "copies": copies}
        return Done("", "erased", text.format(n=len(found.refs)), tuple(warnings), also)

    def _run(self, found: Forgotten) -> tuple[int, bool, list[str]]:
        """Forget them in what this machine has; gives in how many copies, whether no old page is left, what is told."""
        journal = self._journal
        if found:
            forget(journal, found)
        copies, told = self._copies(found)
        self._drafts(found)
        cleaned = clean(journal.path)
        clean(self._aside.path)
        self._aside.prefer("", CLEANED, str(journal.version()) if cleaned else "")
        return copies, cleaned, told

    def _is_unclean(self) -> bool:
        return self._aside.preference("", CLEANED) == ""

    def copies(self) -> list[Path]:
        """Every whole copy of the store that is known of."""
        there = [one.file for one in kept_in(self._backups.folder)]
        return [*there, *self._backups.elsewhere(), *replaced(self._journal.path)]

    def _copies(self, found: Forgotten) -> tuple[int, list[str]]:
        """Forget them in each copy too: made anew without them, or deleted where it cannot be."""
        done, told = 0, []
        over = self._journal.now() - timedelta(days=self._journal.settings.retention_days)
        for file in self.copies() if found else ():
            try:
                done += _forget_in(file, found, over, self._journal)
            except FileNotFoundError:
                words = _("The copy {file} is not where it was made: forget them there too, or delete it.")
                told.append(words.format(file=file))
            except NotWhole:
                file.unlink(missing_ok=True)
                told.append(_("The copy {file} was damaged and is deleted.").format(file=file))
            except _NOT_NOW as wrong:
                words = _("In the copy {file} they are not forgotten yet ({why}). Run it again: desk erase --yes")
                told.append(words.format(file=file, why=str(wrong)[:120]))
        return done, told

    def _drafts(self, found: Forgotten) -> None:
        days = timedelta(days=self._journal.settings.retention_days)
        self._aside.forget(self._journal.now() - days, Names(found.names) if found.names else None)


# --- whose time is over -----------------------------------------------------------------------


def _due(db: Store, over: datetime) -> Forgotten:
    ended = read(
        db, Household, "erased_at IS NULL AND ended_at IS NOT NULL AND ended_at <= ?", [to_text(over)], "ended_at, id"
    )
    visitors = db.execute(
        "SELECT id FROM visitor WHERE left_at IS NOT NULL AND left_at <= ? AND (name <> '' OR whom <> '')",
        [to_text(over)],
    ).fetchall()
    found = _collected(db, [h for h in ended if privacy.due(h, over, 0)], [row[0] for row in visitors])
    _add_ghosts(db, found, over)
    return found


def _collected(db: Store, households: Collection[Household], visitors: Collection[int]) -> Forgotten:
    found = Forgotten([h.ref for h in households], visitors=len(visitors))
    ids = [h.id for h in households]
    found.rows["household"] |= set(ids)
    found.rows["visitor"] |= set(visitors)
    for table, column in WHOLE.items():
        if table != "household":
            found.rows[table] |= set(_ids_of(db, table, column, ids))
    found.rows["sharing"] |= set(_ids_of(db, "sharing", "other", ids))
    _add_names(db, found)
    return found


def _ids_of(db: Store, table: str, column: str, ids: Iterable[int]) -> Iterator[int]:
    for one in ids:
        yield from (row[0] for row in db.execute(f"SELECT id FROM {table} WHERE {column} = ?", [one]).fetchall())


def _add_ghosts(db: Store, found: Forgotten, over: datetime) -> None:
    """Rows that were taken back long ago: no row is left, the journal still says what stood in it."""
    for table in (*WHOLE, "visitor"):
        rows = db.execute(
            "SELECT c.row_id, c.old FROM change c JOIN action a ON a.id = c.action"
            " WHERE c.table_name = ? AND c.new IS NULL AND c.salt IS NOT NULL AND a.entered_at <= ?"
            f" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = c.row_id)",
            [table, to_text(over)],
        ).fetchall()
        new = {row[0] for row in rows} - found.rows[table]
        if table == "household":
            found.taken_back |= {json.loads(row[1])["ref"] for row in rows if row[1] and row[0] in new}
        found.rows[table] |= new
    _add_names(db, found)


def _add_names(db: Store, found: Forgotten) -> None:
    """Every name that a row ever had, as the journal has it."""
    for table, columns in NAMED.items():
        for row_id in found.rows[table]:
            for old, new in db.execute(
                "SELECT old, new FROM change WHERE table_name = ? AND row_id = ?", [table, row_id]
            ).fetchall():
                for text in filter(None, (old, new)):
                    row = json.loads(text)
                    found.names |= {str(row[name]) for name in columns if row.get(name)}


# --- copies and free space --------------------------------------------------------------------


def _forget_in(file: Path, found: Forgotten, over: datetime, journal: Journal) -> int:
    """Make a copy anew without them; gives 1 where it held any of them."""
    if not file.exists():
        raise FileNotFoundError(file)
    with closing(beside(file, Store)) as db:
        if not _then(db, found, over) and not _are_named(db, found):
            return 0
    making = file.with_name(f".{file.name}.new")
    try:
        copied(file, making)
        inside = open_store(making, watched=False)
        try:
            forget(Journal(inside, making, journal.operator, journal.now), _then(inside, found, over))
        finally:
            inside.close()
        clean(making)
        take_its_place(making, file)
        return 1
    finally:
        let_go_of(making)


def _then(db: Store, found: Forgotten, over: datetime) -> Forgotten:
    """The same people in a copy that was made while they were here, and whose time was over in it already."""
    then = _due(db, over)
    refs = sorted({*found.refs, *found.taken_back})
    marks = ", ".join("?" * len(refs))
    there = read(db, Household, f"erased_at IS NULL AND ref IN ({marks})", refs)
    visitors = [row[0] for row in db.execute("SELECT id, name FROM visitor WHERE name <> ''") if row[1] in found.names]
    also = _collected(db, there, visitors)
    then.refs = sorted({*then.refs, *also.refs})
    for table, ids in also.rows.items():
        then.rows[table] |= ids
    then.names |= also.names | found.names
    return then


def _are_named(db: Store, found: Forgotten) -> bool:
    names = Names(found.names, {str(row[0]) for row in db.execute(OTHERS).fetchall() if row[0]})
    rows = db.execute("SELECT old, new FROM change")
    try:
        return bool(names) and any(names.are_in(text) for row in rows for text in row if text)
    finally:
        rows.close()


def clean(path: Path) -> bool:
    """Write a file anew so that its free space holds nothing, and empty its log; False where that cannot be done now.

    Others may read it meanwhile, and then keep the old log; a full disk has no room for it.
    """
    try:
        with closing(beside(path, Store)) as db:
            db.execute("PRAGMA secure_delete = ON").fetchall()
            db.execute("VACUUM")
            return not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except StoreError:
        return False
