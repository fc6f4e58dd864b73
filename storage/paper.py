"""The folder of paper copies: each file replaced whole, never by an older one; and the numbers kept for slips."""

import fcntl
import os
import stat
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from desk import paper, references
from desk.language import _, speaking
from desk.night import Night
from desk.paper import Action, Mark
from desk.refusals import Refused
from storage.aside import Aside
from storage.database import Store, beside
from storage.journal import Journal
from storage.night import read_night
from storage.rows import to_time

LOCK = ".lock"
_KEPT, _SHOWN = "paper", "paper shows"
MOST_BYTES = 20_000_000
PRINTS_WITHIN_S = 10.0
LOCKED_S, LOOK_AGAIN_S = 2.0, 0.02
"""How long another desk may be writing, and how often it is looked."""


class Paper:
    """What is written for paper, and the numbers given out on it."""

    def __init__(self, journal: Journal, aside: Aside) -> None:
        self._journal = journal
        self._aside = aside

    @property
    def folder(self) -> Path:
        """Where the copies are: as set, else beside the store; a path that is not whole starts there too.

        Of a store with another name than `desk.db`, as of a demo, they lie apart: it must not replace the house's own.
        """
        path = self._journal.path.absolute()
        usual = "paper" if path.name == "desk.db" else f"{path.stem}.paper"
        return path.parent / (self._journal.settings.paper_folder or usual)

    def now(self, at: datetime | None = None) -> tuple[Night, Action]:
        """The night (at `at`, else the clock's now) with the action it shows, in one snapshot."""
        with self._journal.db.snapshot():
            row = self._journal.db.execute("SELECT id, uid, entered_at FROM action ORDER BY id DESC LIMIT 1").fetchone()
            action = Action(int(row[0]), _beginning(row[1]), to_time(row[2])) if row else Action()
            return read_night(self._journal, at), action

    def keep(self, copies: Mapping[str, bytes], *, always: bool = False) -> list[str]:
        """Write those of the copies that show something else than what lies there; gives their names."""
        marks = {name: paper.read_mark(copy.decode()) for name, copy in copies.items()}
        return self.follow(marks, copies.__getitem__, always=always)

    def follow(
        self, marks: Mapping[str, Mark | None], content: Callable[[str], bytes], *, always: bool = False
    ) -> list[str]:
        """The same, where a copy is made only once it is known to be due."""
        make = not self._journal.settings.paper_folder
        names = keep(self._journal.path, self.folder, marks, content, make=make, always=always)
        self.kept(max((mark.version for mark in marks.values() if mark is not None), default=0))
        return names

    def kept(self, version: int) -> None:
        """There are copies from here on, and they show this action: that they are gone is wrong."""
        if self._aside.preference("", _KEPT) != str(self.folder):
            self._aside.prefer("", _KEPT, str(self.folder))
        if version > self.kept_version():
            self._aside.prefer("", _SHOWN, str(version))

    def kept_version(self) -> int:
        """The action that the copies show since a desk or a command last wrote them; 0 where none did."""
        return int(self._aside.preference("", _SHOWN) or 0)

    def print(self, names: Collection[str]) -> str:
        """Send the copies that are text to the printer that is set; gives its name, empty where none is set."""
        printer = self._journal.settings.printer
        if not printer:
            return ""
        files = [str(self.folder / name) for name in names if name.endswith(".txt")]
        try:
            done = subprocess.run(
                ["lp", "-d", printer, "-t", "desk", "--", *files],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PRINTS_WITHIN_S,
                check=False,
            )
            why = (
                "" if done.returncode == 0 else " ".join(done.stderr.split()).rstrip(".")[:120] or str(done.returncode)
            )
        except FileNotFoundError:
            why = _("there is no program lp on this machine")
        except subprocess.TimeoutExpired:
            why = _("it gave no answer")
        if why:
            words = _("Printer {printer} did not take it: {why}. Print the copies from {folder}.")
            raise Refused(words.format(printer=printer, why=why, folder=self.folder))
        return printer

    def stale(self) -> list[str]:
        """What is wrong with the copies, in sentences; empty where none was ever made."""
        settings, folder = self._journal.settings, self.folder
        if not folder.is_dir():
            were = settings.paper_folder or folder.exists() or self._aside.preference("", _KEPT) == str(folder)
            return [_gone(folder)] if were else []
        return [sentence for name in paper.COPIES if (sentence := self._stale(folder, name))]

    def _stale(self, folder: Path, name: str) -> str:
        file = folder / name
        mark = _mark_of(file)
        if mark is None:
            return _("There is no paper copy {file}. Write them with: desk paper").format(file=file)
        with self._journal.db.snapshot():
            known = _knows(self._journal.db, mark)
            # as of the minute it was printed: times that count from now are no change
            night = read_night(self._journal, mark.printed)
        with speaking(self._journal.settings.language):
            same = known and paper.shows(night, name) == mark.shows
        if same:
            return ""
        return _("The paper copy {file} is old: it shows action {number}. Write it anew with: desk paper").format(
            file=file, number=mark.version
        )

    def blank(self, count: int) -> list[str]:
        """Keep the next household numbers of this night for slips, as one action; gives them as they are stored.

        They are on paper from then on: the action is not taken back, and no number is given again.
        """
        if not 1 <= count <= paper.MOST_SLIPS:
            raise Refused(_("Give a number of slips from 1 to {most}.").format(most=paper.MOST_SLIPS))
        with self._journal.action("paper blank", {"count": count}) as act:
            refs = [self._journal.next_ref("H") for _slip in range(count)]
            act.ref = refs[0]
        return refs

    def said(self, ref: str) -> str:
        """A number as it stands on its slip."""
        return references.said(ref, self._journal.tonight())


def keep(
    store: Path,
    folder: Path,
    marks: Mapping[str, Mark | None],
    content: Callable[[str], bytes],
    *,
    make: bool,
    always: bool = False,
) -> list[str]:
    """Write to the folder the copies that are due by their marks; only the folder beside the store is made (`make`).

    It touches no open connection, so that a desk may do it on a thread. Refused in one sentence where the folder is
    gone, full, or held by another desk for too long; the copies that lie there stay as they are.
    """
    try:
        if make:
            folder.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_dir():
            raise Refused(_gone(folder))
        with _alone(folder), closing(beside(store, Store)) as db:
            due = [n for n, mark in marks.items() if _replaces(db, _mark_of(folder / n), mark, always=always)]
            _replace(folder, {name: content(name) for name in due})
            return due
    except OSError as wrong:
        raise Refused(
            _(
                "The paper copies in {folder} cannot be written: {why}. The desk goes on; make room, or set another:"
            ).format(folder=folder, why=wrong.strerror or wrong)
            + " desk settings paper_folder FOLDER"
        ) from wrong


def _gone(folder: Path) -> str:
    return _("The folder for paper copies is gone: {folder}. Make it, or set another:").format(folder=folder) + (
        " desk settings paper_folder FOLDER"
    )


def _replaces(db: Store, there: Mark | None, mine: Mark | None, *, always: bool) -> bool:
    """Whether a copy is to replace the one there: never a newer one, and one that shows the same only when asked.

    What another store wrote there, or this one before it was restored, is no newer copy.
    """
    if there is None or mine is None or not _knows(db, there):
        return True
    return there.version <= mine.version and (always or there.shows != mine.shows)


def _knows(db: Store, mark: Mark) -> bool:
    found = db.execute("SELECT uid FROM action WHERE id = ?", [mark.version]).fetchone()
    return found is not None and _beginning(found[0]) == mark.uid


def _beginning(uid: str) -> str:
    return uid.replace("-", "")[:8].lower()


def _mark_of(file: Path) -> Mark | None:
    """The mark of a copy that lies there; what is no file, as a pipe that nobody writes to, is no copy."""
    with suppress(OSError, UnicodeDecodeError):
        there = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(there, "rb") as open_file:
            if stat.S_ISREG(os.fstat(there).st_mode):
                return paper.read_mark(open_file.read(MOST_BYTES).decode())
    return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    gate = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        for _turn in range(round(LOCKED_S / LOOK_AGAIN_S)):
            with suppress(BlockingIOError):
                fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(LOOK_AGAIN_S)
        else:
            raise Refused(_("Another desk is writing the paper copies in {folder}. Try again.").format(folder=folder))
        yield
    finally:
        os.close(gate)


def _replace(folder: Path, copies: Mapping[str, bytes]) -> None:
    """All are on the disk before the first takes its name: a full disk leaves the old ones as they are."""
    making = {name: folder / f".{name}.new" for name in copies}
    try:
        for name, file in making.items():
            with suppress(FileNotFoundError):
                file.unlink()  # what a killed desk left
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as new:
                new.write(copies[name])
                new.flush()
                os.fsync(new.fileno())
        for name, file in making.items():
            file.rename(folder / name)
    except BaseException:
        for file in making.values():
            with suppress(OSError):
                file.unlink()
        raise
    if making:
        _sync(folder)


def _sync(folder: Path) -> None:
    there = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(there)
    finally:
        os.close(there)
