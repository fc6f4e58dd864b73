"""Opening the store: one SQLite file, several desks at once, every acknowledged action durable."""

import fcntl
import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from desk.language import _
from desk.refusals import Refused
from storage.schema import migrations
from storage.sqlite import Database, sqlite3

BUSY_TIMEOUT_MS = 5_000
StoreError: tuple[type[Exception], ...] = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What the driver raises, the second where damage reached a text; `broken` has the sentence for it."""
SAFE_SQLITE = (3, 51, 3)
"""Up to 3.51.2 several processes on one WAL file can corrupt it (the WAL-reset bug)."""
_DATA_DEFINITION = frozenset(
    getattr(sqlite3, name)
    for name in (
        "SQLITE_CREATE_TABLE",
        "SQLITE_DROP_TABLE",
        "SQLITE_ALTER_TABLE",
        "SQLITE_CREATE_INDEX",
        "SQLITE_DROP_INDEX",
        "SQLITE_CREATE_TRIGGER",
        "SQLITE_DROP_TRIGGER",
        "SQLITE_CREATE_VIEW",
        "SQLITE_DROP_VIEW",
    )
)


_DAMAGED = ("not a database", "malformed", "corrupt", "decode")


class Store(Database):
    """A sqlite-utils Database whose outermost transaction takes the write lock at once.

    The library's own `atomic()` begins deferred: read, another process commits, write, and SQLite says
    "database is locked" at once, without asking the busy timeout.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._files: Mapping[Path, tuple[int, int] | None] = {}
        self._schema: int | None = None
        self._unfilled: dict[str, Mapping[str, object]] = {}

    def watch(self, path: Path) -> None:
        """From here on nothing is written once its file is another: an open file outlives its name."""
        self._files = {one: _identity(one) for one in (path, path.with_name(path.name + "-wal"))}

    def _must_be_there(self) -> None:
        for path, known in self._files.items():
            there = _identity(path)
            # the log of the database appears with the first thing that is done, and stays while a desk is open
            if known is None and there is not None:
                self._files = {**self._files, path: there}
            elif there != known:
                raise Refused(
                    _(
                        "{path} was moved, deleted or replaced under this desk. Nothing was changed. Put it back, or"
                        " leave and open the desk again."
                    ).format(path=path)
                )

    def is_renewed(self) -> bool:
        """Whether a newer program has brought the store up to date under this one, which knows it no longer.

        What this one knows is still there to read, so that it can go on showing who is in the house.
        """
        if self._schema is None:
            return False
        schema = _schema_of(self)
        if schema != self._schema:
            if _from_newer_program(self):
                return True
            self._schema = schema  # emptied of its free pages, say
        return False

    def knows_schema(self) -> None:
        """The store is as this program knows it, from here on."""
        self._schema = _schema_of(self)

    def _must_be_known(self) -> None:
        if self.is_renewed():
            raise Refused(_("The desk was renewed. Nothing was changed: leave, and come in again."))

    @contextmanager
    def atomic(self) -> Generator[Database, None, None]:
        """One transaction: the outermost IMMEDIATE, nested ones savepoints."""
        if self.conn.in_transaction:
            with super().atomic():
                yield self
            return
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            self._must_be_there()
            self._must_be_known()
            yield self
            self._must_be_there()
            self.conn.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def unfilled(self, table: str) -> Mapping[str, object]:
        """The columns of a table, each as a row has it that says nothing of it."""
        if table not in self._unfilled:
            columns = self.execute(f"PRAGMA table_info({table})").fetchall()
            values = ", ".join(str(column[4]) if column[4] is not None else "NULL" for column in columns)
            names = [str(column[1]) for column in columns]
            self._unfilled[table] = dict(zip(names, self.execute(f"SELECT {values}").fetchone(), strict=True))
        return self._unfilled[table]

    def parts(self, table: str) -> tuple[tuple[str, str], ...]:
        """Where the rows of a table stand, each place with a condition (` AND …`) that all its rows must meet.

        One place, but for the store as it was: a join across a view of several would read the whole past.
        """
        return ((table, ""),)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads that see one and the same moment."""
        if self.conn.in_transaction:
            yield
            return
        self.conn.execute("BEGIN")
        try:
            yield
        finally:
            self.conn.execute("ROLLBACK")


def _schema_of(db: Database) -> int:
    """SQLite's own counter of changes to tables and triggers, of all processes: 2 microseconds."""
    return int(db.execute("PRAGMA schema_version").fetchone()[0])


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


Reading = TypeVar("Reading", bound=Store)


def open_store(path: Path, *, create: bool = False, watched: bool = True) -> Store:
    """Open the store at `path`, migrated to what this program knows.

    With `create` the file must not exist yet, and is made for its own account only; one that is not `watched` may be
    moved while it is open. Every way in which
    it cannot be opened is a sentence.
    """
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        raise Refused(
            _(
                "SQLite {version} can damage a store that several desks write. Install pysqlite3 0.6.1 (SQLite 3.53)."
            ).format(version=sqlite3.sqlite_version)
        )
    _check_file(path, create=create)
    try:
        # several desks may open a fresh file at once: only one at a time migrates and switches to WAL
        with _alone(path):
            if create:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            elif path.stat().st_size == 0:
                raise _no_store(path)
            db = _connect(path, create=create)
            if watched:
                db.watch(path)
            return db
    except FileExistsError as there:
        raise Refused(_("{path} exists already. Open it with: desk --store {path}").format(path=path)) from there
    except OSError as wrong:
        raise Refused(
            _("{path} cannot be opened: {why}. Choose another folder with --store.").format(
                path=path, why=wrong.strerror or wrong
            )
        ) from wrong
    except StoreError as wrong:
        raise broken(path, wrong) from wrong


def _check_file(path: Path, *, create: bool) -> None:
    if create:
        if path.exists():
            raise Refused(_("{path} exists already. Open it with: desk --store {path}").format(path=path))
        return
    if not path.exists():
        raise Refused(
            _("There is no store at {path}. Make one with: desk init, or look around with: desk demo").format(path=path)
        )
    if path.is_dir():
        raise Refused(_("{path} is a folder, not a store. Name the file in it.").format(path=path))
    if not os.access(path, os.R_OK):
        raise Refused(_("{path} may not be read by this account. Ask its owner.").format(path=path))
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise Refused(
            _("{path} is read-only for this account. Ask its owner for the right to write.").format(path=path)
        )


def _no_store(path: Path) -> Refused:
    return Refused(
        _("{path} is not a store of the desk. Name another file, or make one with: desk init").format(path=path)
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    gate = os.open(path.with_name(path.name + ".open"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _connect(path: Path, *, create: bool) -> Store:
    conn = sqlite3.connect(
        str(path), isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False, cached_statements=512
    )
    try:
        db = Store(conn, execute_plugins=False)
        # not with a plain open(): closing any other descriptor of the file would drop SQLite's locks
        if not create and not migrations.applied(db):
            raise _no_store(path)
        return _prepare(db)
    except BaseException:
        conn.close()
        raise


def beside(path: Path, kind: type[Reading]) -> Reading:
    """Another connection of this process to a store that is open, of that kind of Store, for reading."""
    conn = sqlite3.connect(str(path), isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False)
    db = kind(conn, execute_plugins=False)
    db._supports_strict = True
    db._supports_on_conflict = True
    for pragma in ("mmap_size = 0", "temp_store = MEMORY"):
        db.execute("PRAGMA " + pragma).fetchall()
    return db


def _prepare(db: Store) -> Store:
    # both are otherwise probed with CREATE TABLE in the live file
    db._supports_strict = True
    db._supports_on_conflict = True
    for pragma in (
        "journal_mode = WAL",  # readers never wait for a writer
        "synchronous = FULL",  # an acknowledged action survives a power cut
        "foreign_keys = ON",
        "cell_size_check = ON",  # a damaged page is noticed when read
        "journal_size_limit = 16777216",
        "mmap_size = 0",  # a stray write of the process never reaches the file
        "temp_store = MEMORY",
    ):
        db.execute("PRAGMA " + pragma).fetchall()
    if migrations.pending(db) or _from_newer_program(db):
        with db.atomic():
            if _from_newer_program(db):
                raise Refused(_("This store was written by a newer desk. Install that version; nothing was changed."))
            migrations.apply(db)
    db.knows_schema()
    db.conn.set_authorizer(_no_data_definition)
    return db


def _from_newer_program(db: Store) -> bool:
    known = {migration.name for migration in migrations._migrations}
    return bool({applied.name for applied in migrations.applied(db)} - known)


def _no_data_definition(action: int, *_details: object) -> int:
    """A misspelt table name would otherwise make a table."""
    return int(sqlite3.SQLITE_DENY if action in _DATA_DEFINITION else sqlite3.SQLITE_OK)


def broken(path: Path | str, wrong: Exception) -> Refused:
    """The sentence for what SQLite said; the operator learns what to do, not the library's words."""
    said = str(wrong)
    if "locked" in said or "busy" in said:
        return Refused(
            _("Another desk holds the store for more than {seconds} seconds. Nothing was changed; try again.").format(
                seconds=BUSY_TIMEOUT_MS // 1000
            )
        )
    if "readonly" in said or "read-only" in said:
        return Refused(_("{path} is read-only for this account. Nothing was changed.").format(path=path))
    if "full" in said:
        return Refused(_("The disk is full. Nothing was changed; reading goes on. Make room, then try again."))
    if isinstance(wrong, UnicodeDecodeError) or any(word in said for word in _DAMAGED):
        return Refused(
            _("{path} is damaged or not a store. Run: desk check, and use the last backup.").format(path=path)
        )
    return Refused(_("The store said: {why}. Nothing was changed.").format(why=said[:120]))
