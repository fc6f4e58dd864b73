"""Backups: a whole copy of the store, checked before it takes its name; and the way back from one.

A copy is made with VACUUM INTO from a connection of its own: other desks write on meanwhile, and a copy holds no free
page in which something forgotten could still lie.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from desk.backups import Backup, BackupState, named
from desk.language import _, ngettext
from desk.refusals import Refused
from storage.aside import BACKED_UP, NOT_BACKED_UP, Aside
from storage.check import check
from storage.database import Store, StoreError, beside, broken, open_store
from storage.journal import Done, Journal
from storage.replica.gate import quiet
from storage.rows import to_text, to_time

ELSEWHERE = "backup elsewhere "
"""Before the path of a copy that was made by name: what is forgotten must be forgotten there too."""
AGAIN_AFTER = timedelta(minutes=10)
"""After a backup that failed the next is tried."""
_GATE = ".lock"


@dataclass(frozen=True)
class Lost:
    """What a restore would lose: the actions since the backup."""

    actions: int
    first: datetime | None
    last: datetime | None
    by: tuple[str, ...]


class NotWhole(Refused):
    """A copy in which something is wrong: it is of no use."""


class Backups:
    """The backups of one store."""

    def __init__(self, journal: Journal, aside: Aside) -> None:
        self._journal = journal
        self._aside = aside

    @property
    def folder(self) -> Path:
        """Where they lie: as set, else beside the store; those of a demo apart from the house's own."""
        path = self._journal.path.absolute()
        usual = "backup" if path.name == "desk.db" else f"{path.stem}.backup"
        return path.parent / (self._journal.settings.backup_folder or usual)

    def make(self, to: Path | None = None, *, due: bool = False) -> Done:
        """Make one now, in the folder or at that path; the oldest beyond the number that is kept go.

        One that is `due` need not be made where another desk just did.
        """
        if to is not None and to.exists():
            raise Refused(_("{path} exists already. Name another file.").format(path=to))
        try:
            if to is None:
                file, actions = make(self._journal.path, self.folder, self._journal.now(), due=due)
            else:
                file, actions = to.absolute(), written(self._journal.path, to.absolute())
        except Refused:
            if to is None:
                self.failed()
            raise
        if to is None:
            self.made()
        else:
            self._aside.prefer("", ELSEWHERE + str(file), to_text(self._journal.now()))
        text = ngettext("The backup is made: {file}, {n} action.", "The backup is made: {file}, {n} actions.", actions)
        return Done("", "made", text.format(file=file, n=actions), also={"file": str(file), "actions": actions})

    def made(self) -> None:
        """One was made in the folder: it is the last good one, and the oldest beyond the number that is kept go."""
        for old in kept_in(self.folder)[self._journal.settings.backups_kept :]:
            with suppress(OSError):
                old.file.unlink()
        self._aside.prefer("", BACKED_UP, to_text(self._journal.now()))
        self._aside.prefer("", NOT_BACKED_UP, "")

    def failed(self) -> None:
        """One was tried in vain: Tonight says it until one is made."""
        self._aside.prefer("", NOT_BACKED_UP, to_text(self._journal.now()))

    def elsewhere(self) -> list[Path]:
        """Copies that were made by name: what is forgotten must be forgotten there too."""
        names = self._aside.preferences("")
        return [Path(name.removeprefix(ELSEWHERE)) for name in names if name.startswith(ELSEWHERE)]

    # --- when -------------------------------------------------------------------------------

    def is_due(self) -> bool:
        """Whether one is to be made without being asked for: each shift, and a while after one that failed."""
        now, state = self._journal.now(), self._aside.backups() or BackupState()
        if not self._journal.settings.backup_hours or (state.failed is not None and _is_near(state.failed, now)):
            return False
        if state.last is None:
            return self._journal.version() > 0
        return not timedelta() <= now - state.last < self._journal.settings.hours("backup_hours")


def _is_near(one: datetime, other: datetime) -> bool:
    return abs(one - other) < AGAIN_AFTER


def kept_in(folder: Path) -> list[Backup]:
    """The backups that lie in a folder, the newest first."""
    try:
        found = [Backup.of(file) for file in folder.iterdir()]
    except OSError:
        return []
    return sorted((one for one in found if one is not None), key=lambda one: (one.at, one.action), reverse=True)


def make(store: Path, folder: Path, now: datetime, *, due: bool) -> tuple[Path, int]:
    """Make one in that folder; gives where, and how many actions it holds.

    One desk at a time: whoever comes second to one that is due is given the one that was just made.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with _alone(folder):
            last = next(iter(kept_in(folder)), None)
            if due and last is not None and _is_near(last.at, now):
                return last.file, last.action
            with closing(beside(store, Store)) as db:
                actions = int(db.execute("SELECT coalesce(max(id), 0) FROM action").fetchone()[0])
            file = folder / named(now, actions)
            return file, written(store, file)
    except OSError as wrong:
        raise _no_room(folder, wrong) from wrong
    except StoreError as wrong:
        raise broken(store, wrong) from wrong


def written(store: Path, file: Path) -> int:
    """Write a whole copy of the store, checked before it takes that name; gives how many actions it holds."""
    making = file.with_name(f".{file.name}.new")
    try:
        actions = copied(store, making)
        _sync(making)
        making.rename(file)
        _sync(file.parent)
        return actions
    except OSError as wrong:
        raise _no_room(file.parent, wrong) from wrong
    except StoreError as wrong:
        raise broken(store, wrong) from wrong
    finally:
        let_go_of(making)


def copied(store: Path, making: Path) -> int:
    """Make a copy for its own account only, checked by the desk's own check; gives how many actions it holds."""
    let_go_of(making)  # what a killed desk left
    os.close(os.open(making, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    with closing(beside(store, Store)) as db:
        db.execute("VACUUM INTO ?", [str(making)])
    wrong, actions = checked(making)
    if wrong:
        raise NotWhole(_("The copy of {file} is not whole: {why} Run: desk check").format(file=store, why=wrong[0]))
    return actions


def let_go_of(making: Path) -> None:
    """Remove a copy that did not come to be, with what lies beside it."""
    for end in ("", "-wal", "-shm", ".open"):
        with suppress(OSError):
            making.with_name(making.name + end).unlink()


def _no_room(folder: Path, wrong: OSError) -> Refused:
    words = _(
        "The backup in {folder} cannot be written: {why}. The desk goes on; make room, or set another folder:"
        " desk settings backup_folder FOLDER"
    )
    return Refused(words.format(folder=folder, why=wrong.strerror or wrong))


# --- the way back -----------------------------------------------------------------------------


def checked(file: Path) -> tuple[list[str], int]:
    """What is wrong with a copy, in sentences, and how many actions it holds."""
    db = open_store(file, watched=False)
    try:
        journal = Journal(db, file, "?", lambda: datetime.fromtimestamp(0, tz=UTC))
        return check(journal), journal.version()
    finally:
        db.close()


def lost(store: Path, file: Path) -> Lost | None:
    """What is in the store and not in the backup; None where the store cannot be read."""
    if not store.exists():
        return Lost(0, None, None, ())
    try:
        return _lost(store, file)
    except StoreError:
        return None


def _lost(store: Path, file: Path) -> Lost:
    with closing(beside(file, Store)) as then, closing(beside(store, Store)) as now:
        kept = {row[0] for row in then.execute("SELECT uid FROM action").fetchall()}
        acted = now.execute("SELECT uid, entered_at, operator FROM action ORDER BY id").fetchall()
        rows = [row for row in acted if row[0] not in kept]
    times = [to_time(row[1]) for row in rows]
    who = tuple(dict.fromkeys(str(row[2]) for row in rows))
    return Lost(len(rows), min(times, default=None), max(times, default=None), who)


def restore(store: Path, file: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the store; gives where what it replaced is kept, None where nothing was there.

    Refused where the backup is not whole. Whoever calls has made sure that no desk is open.
    """
    making = store.with_name(f".{store.name}.new")
    try:
        copied(file, making)
        return put_in_place(making, store, now)
    except StoreError as wrong:
        raise broken(file, wrong) from wrong
    except OSError as no:
        raise Refused(
            _("{file} cannot be put back: {why}. Nothing was changed.").format(file=file, why=no.strerror or no)
        ) from no
    finally:
        let_go_of(making)


def put_in_place(new: Path, store: Path, now: datetime) -> Path | None:
    """Give a whole store its name; what had it is kept under another, and where is given."""
    _sync(new)
    with quiet(store) as is_quiet:
        if not is_quiet:
            words = _(
                "What follows {store} for the replica does not let go of it. Stop it: systemctl stop desk-replica"
            )
            raise Refused(words.format(store=store))
        kept = _kept_aside(store, now) if store.exists() else None
        # of places shared with other desks it may have given some away since: docs/shared-places.md
        store.with_name(store.name + ".places").unlink(missing_ok=True)
        new.rename(store)
        let_go_of(new)
        _sync(store.parent)
    return kept


def take_its_place(new: Path, file: Path) -> None:
    """Give a copy that was made anew the name of the old one."""
    _sync(new)
    new.rename(file)
    let_go_of(new)
    _sync(file.parent)


def replaced(store: Path) -> list[Path]:
    """What a restore or a repair has put aside."""
    found = store.parent.glob(f"{store.name}.replaced-*")
    return sorted(file for file in found if not file.name.endswith(("-wal", "-shm", ".open")))


def _kept_aside(store: Path, at: datetime) -> Path:
    """The store under another name, with its log, so that nothing of it is lost."""
    name = f"{store.name}.replaced-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    kept = next(one for n in count(1) if not (one := store.with_name(f"{name}-{n}" if n > 1 else name)).exists())
    for end in ("-wal", "-shm", ""):
        there = store.with_name(store.name + end)
        if there.exists():
            there.rename(kept.with_name(kept.name + end))
    return kept


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One desk at a time makes a backup; whoever comes second has one already."""
    gate = os.open(folder / _GATE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _sync(path: Path) -> None:
    there = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(there)
    finally:
        os.close(there)
