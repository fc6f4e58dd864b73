"""The replicas of one store: what each is known to hold, a copy of one, and the forgetting in all of them."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desk.language import _
from desk.refusals import Refused
from desk.replica import ReplicaState, of_stores
from storage.aside import BEGUN, REPLICA, Aside
from storage.backups import checked, let_go_of
from storage.database import Store, StoreError, beside
from storage.journal import Journal
from storage.replica import gate
from storage.replica.litestream import fetch, let_go_of_what_lies_here
from storage.replica.places import Place
from storage.rows import to_time

BEGINS_ANEW_WITHIN_S = 30.0
"""How long whoever forgets waits for a new replica, before it says that the old one is still there."""
_LOOKS_EACH_S = 0.1
_UNKNOWN = 0
"""Begun before the first action: whatever was forgotten, it may still name them."""


@dataclass(frozen=True)
class Behind:
    """How far a replica is behind the store: how many actions, and since when the first of them waits."""

    state: ReplicaState | None
    followed: bool
    actions: int
    since: datetime | None


class Replicas:
    """The replica that is set, and those that were."""

    def __init__(self, journal: Journal, aside: Aside) -> None:
        self._journal = journal
        self._aside = aside

    # --- how far ----------------------------------------------------------------------------

    def behind(self) -> Behind:
        """How far the replica that is set is behind."""
        db, state = self._journal.db, self._aside.replica()
        if state is not None and state.target != self._journal.settings.replica:
            state = None
        known = state.action if state is not None else 0
        count, since = db.execute("SELECT count(*), min(entered_at) FROM action WHERE id > ?", [known]).fetchone()
        return Behind(state, gate.is_followed(self._journal.path), count, to_time(since) if since else None)

    def settled(self, within_s: float) -> Behind:
        """The same, after a moment in which one that is followed can catch up with what was just done."""
        until = time.monotonic() + within_s
        while (found := self.behind()).followed and found.actions and time.monotonic() < until:
            time.sleep(_LOOKS_EACH_S)
        return found

    def holds(self, target: str, begun: int, action: int) -> None:
        """Keep what the replica is known to hold, and at which action it was begun."""
        self._aside.prefer("", REPLICA, ReplicaState(target, action, self._journal.now()).as_text())
        self._aside.prefer("", BEGUN + target, str(begun))

    def may_be_at(self, target: str) -> None:
        """A replica lies there of which nobody knows how old it is: what is forgotten must be forgotten there too."""
        self._aside.prefer("", BEGUN + target, str(_UNKNOWN))

    def is_gone(self, target: str) -> None:
        """Nothing lies there any more."""
        self._aside.prefer("", BEGUN + target, "")

    # --- forgetting -------------------------------------------------------------------------

    @contextmanager
    def quiet(self) -> Iterator[Callable[[], list[str]]]:
        """While the store forgets nothing follows it; gives what is to be run after: it forgets in each replica too."""
        path = self._journal.path
        if not self._known():
            yield list
            let_go_of_what_was_fetched(path)
            let_go_of_what_lies_here(path)
            return
        followed = gate.is_followed(path)
        with gate.quiet(path) as is_quiet:
            for target in self._known():
                self.may_be_at(target)
            yield lambda: self._forgotten(followed=followed)
            let_go_of_what_was_fetched(path)
            if is_quiet:
                let_go_of_what_lies_here(path)

    def retried(self) -> list[str]:
        """Forget in the replicas that could not be reached when it was to be; gives what is still to be done."""
        return self._forgotten(followed=gate.is_followed(self._journal.path))

    def _known(self) -> dict[str, int]:
        """Every place that may have a replica of this store, with the action at which it was begun."""
        names = [name for name in self._aside.preferences("") if name.startswith(BEGUN)]
        kept = {name.removeprefix(BEGUN): self._aside.preference("", name) for name in names}
        now = self._journal.settings.replica
        known = {target: int(begun) for target, begun in kept.items() if begun}
        return {now: _UNKNOWN, **known} if now and now not in kept else known

    def _forgotten(self, *, followed: bool) -> list[str]:
        told = []
        (last,) = self._journal.db.execute("SELECT max(id) FROM action WHERE verb = 'erase'").fetchone()
        for target, begun in self._known().items():
            if begun >= (last or 0):
                continue
            is_set = target == self._journal.settings.replica
            if is_set and followed:
                if not self._is_begun_anew(target, last):
                    told.append(_not_yet(target, _("the new one is not there yet")))
                continue
            try:
                self._delete(target)
            except Refused as no:
                told.append(_not_yet(target, str(no)))
                continue
            if is_set:
                words = _("Nothing followed the replica at {target}: it is deleted. Begin it anew: desk replica run")
                told.append(words.format(target=target))
        return told

    def _is_begun_anew(self, target: str, action: int) -> bool:
        until = time.monotonic() + BEGINS_ANEW_WITHIN_S
        while self._known().get(target, _UNKNOWN) < action:
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOKS_EACH_S)
        return True

    def _delete(self, target: str) -> None:
        delete(Place.set_in(self._journal.settings, target), store_of(self._journal.db))
        self.is_gone(target)


def _not_yet(target: str, why: str) -> str:
    words = _("In the replica at {target} they are not forgotten yet ({why}). Run it again: desk erase --yes")
    return words.format(target=target, why=why.rstrip(".")[:200])


# --- one place --------------------------------------------------------------------------------


def store_of(db: Store) -> str:
    """By what the replicas of a store are known: the beginning of its first action, which every copy of it has."""
    row = db.execute("SELECT uid FROM action ORDER BY id LIMIT 1").fetchone()
    if row is None:
        raise Refused(_("Nothing was done in this store yet: there is nothing to follow."))
    return str(row[0])[:8]


def delete(place: Place, store: str) -> int:
    """Let go of all replicas of a store that lie in a place; gives how many there were."""
    if place.target.is_here and not Path(place.target.path).exists():
        return 0
    there = of_stores(place.names()).get(store, [])
    for name in there:
        place.delete(name)
    return len(there)


@dataclass(frozen=True)
class Fetched:
    """A whole copy that came out of a replica: where it is, how many actions it holds, when the last one was."""

    file: Path
    name: str
    actions: int
    last: datetime | None
    by: str

    def drop(self) -> None:
        """Let go of it."""
        let_go_of(self.file)


def fetched(place: Place, near: Path, store: str = "") -> Fetched:
    """Bring the newest whole copy beside a path; with `store` only of that one, and refused where it is of another."""
    there = of_stores(place.names())
    if store and there and store not in there:
        raise Refused(
            _("The replica at {target} is of another store than {path}. Name another file: desk --store FILE").format(
                target=place.target, path=near
            )
        )
    if not there or (not store and len(there) > 1):
        words = (
            _("At {target} lie replicas of several stores. Give the folder of one.")
            if there
            else _("There is no replica at {target} yet. Look at the machine that makes it: desk replica status")
        )
        raise Refused(words.format(target=place.target))
    let_go_of_what_was_fetched(near)
    file = near.with_name(f".{near.name}.fetched-{os.getpid()}")
    wrong: list[str] = []
    for name in there.get(store) or next(iter(there.values())):
        try:
            return _fetched(place, name, file)
        except Refused as no:  # the newest is not whole while it is being made: the one before it still is
            wrong += no.sentences
            let_go_of(file)
        except BaseException:
            let_go_of(file)
            raise
    raise Refused(wrong[0])


def _fetched(place: Place, name: str, file: Path) -> Fetched:
    let_go_of(file)
    fetch(place, name, file)
    os.chmod(file, 0o600)
    found, actions = checked(file)
    if found:
        words = _("The replica at {target} is not whole: {why}")
        raise Refused(words.format(target=f"{place.target}/{name}", why=found[0]))
    last = _last_action(file)
    return Fetched(file, name, actions, to_time(last[0]) if last else None, last[1] if last else "")


def let_go_of_what_was_fetched(near: Path) -> None:
    """Remove the copies that a process which was killed left beside a store: names stand in them."""
    for file in near.parent.glob(f".{near.name}.fetched-*"):
        pid = re.sub(r"\D.*", "", file.name.rpartition("-")[2])
        if pid == str(os.getpid()) or not Path(f"/proc/{pid}").exists():
            file.unlink(missing_ok=True)


def _last_action(file: Path) -> tuple[str, str] | None:
    with closing(beside(file, Store)) as db:
        row = db.execute("SELECT entered_at, operator FROM action ORDER BY id DESC LIMIT 1").fetchone()
    return (str(row[0]), str(row[1])) if row else None


def known_store(path: Path) -> str:
    """By what the replicas of the store at a path are known; empty where there is none that can be read."""
    if not path.exists():
        return ""
    with suppress(Refused, *StoreError), closing(beside(path, Store)) as db:
        return store_of(db)
    return ""
