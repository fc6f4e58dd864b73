"""Keeping the replica in step: what `desk replica run` does, from one moment to the next, until it is told to end.

Each time it starts it begins a new replica beside the old one, which goes when the new one was fetched back and found
whole. Whatever goes wrong ends it with a sentence; whoever started it (systemd) starts it again.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.language import _
from desk.refusals import Refused
from desk.replica import next_name, of_stores
from storage.clock import Clock
from storage.replica import gate
from storage.replica.litestream import Running, let_go_of_what_lies_here, program, running
from storage.replica.places import Place
from storage.replica.replicas import fetched, store_of
from storage.store import Desk

LOOKS_EACH_S = 0.1
SAYS_EACH_S = 30.0
"""How often it is kept that the replica is in step, where nothing is done."""
PATIENCE_S = 60.0
"""How long what was done may wait, while Litestream says that something is wrong."""
GIVES_UP_AFTER_S = 900.0
"""How long it may wait at all: a line that is dead says nothing."""
CHECKED_EACH_S = 86_400.0
_HELD_WITHIN_S = 15.0

Say = Callable[[str], None]


def follow(store: Path, operator: str, clock: Clock, say: Say) -> None:
    """Keep the replica of a store in step until a signal ends it; refused where that cannot be."""
    program()
    with _ended_by_a_signal():
        while True:
            while gate.is_to_be_quiet(store):
                time.sleep(LOOKS_EACH_S)
            with gate.held(store, _HELD_WITHIN_S) as lock:
                if lock is None:
                    if gate.is_to_be_quiet(store):
                        continue
                    raise Refused(_("The replica of {store} is followed already.").format(store=store))
                try:
                    with Desk(store, operator, clock) as desk:
                        _Following(desk, say).until_it_is_to_stop(lock)
                finally:
                    let_go_of_what_lies_here(store)


class _Following:
    """One replica, from its beginning on."""

    def __init__(self, desk: Desk, say: Say) -> None:
        self._desk = desk
        self._say = say
        self._target = desk.settings.replica
        if not self._target:
            raise Refused(
                _("No replica is set. As in: desk settings replica sftp://desk@second.example/srv/replica/oldenzaal")
            )
        self._place = Place.set_in(desk.settings)
        self._store = store_of(desk.db)
        self._begun = self._sent = self._said = 0
        self._said_at = 0.0
        self._is_alone = False
        self._waiting: tuple[int, int] | None = None
        self._since = time.monotonic()

    def until_it_is_to_stop(self, lock: int) -> None:
        """Begin a replica and keep it in step, until others need the store or it is to lie elsewhere."""
        there = self._place.names(make=True)
        name = next_name(self._store, there)
        let_go_of_what_lies_here(self._desk.path)
        self._begun = self._desk.journal.version()
        with running(self._desk.path, self._place, name, lock) as child:
            while not self._sent:
                if self._is_to_stop():
                    return
                self._look(child)
            self._check(name)
            for old in of_stores(there).get(self._store, ()):
                self._place.delete(old)
            self._is_alone = True
            self._keep()
            self._say(_("{store} is followed at {target}.").format(store=self._desk.path, target=self._target))
            checked_at = time.monotonic()
            while not self._is_to_stop():
                self._look(child)
                if time.monotonic() - checked_at > CHECKED_EACH_S:
                    self._check(name)
                    checked_at = time.monotonic()

    def _is_to_stop(self) -> bool:
        return gate.is_to_be_quiet(self._desk.path) or self._desk.settings.replica != self._target

    def _look(self, child: Running) -> None:
        """See whether something was done, and whether the replica has it."""
        time.sleep(LOOKS_EACH_S)
        if child.has_ended():
            raise self._refused(child.wrong() or _("Litestream ended"))
        done = self._desk.journal.version()
        if self._waiting is not None or done > self._sent or not self._sent:
            found = child.position()
            if self._waiting is None and found is not None and found.taken:
                self._waiting = (done, found.taken)
            if self._waiting is not None and found is not None and found.sent >= self._waiting[1]:
                self._sent, self._waiting = self._waiting[0], None
        if self._waiting is None and self._sent >= done:
            self._since = time.monotonic()
            if self._sent > self._said or time.monotonic() - self._said_at >= SAYS_EACH_S:
                self._keep()
            return
        waited = time.monotonic() - self._since
        if waited > GIVES_UP_AFTER_S or (waited > PATIENCE_S and child.wrong()):
            raise self._refused(child.wrong() or _("it does not answer"))

    def _keep(self) -> None:
        """Keep that it is in step; not before the older ones are gone, in which may stand what is forgotten here."""
        if self._is_alone:
            self._desk.replicas.holds(self._target, self._begun, self._sent)
            self._said, self._said_at = self._sent, time.monotonic()

    def _check(self, name: str) -> None:
        """Bring it back, and look whether it is whole."""
        found = fetched(self._place, self._desk.path, self._store)
        found.drop()
        if found.name != name or found.actions < self._begun:
            raise self._refused(_("what came back of it is not what was sent"))

    def _refused(self, why: str) -> Refused:
        words = _("The replica at {target} does not follow: {why}. The desk itself goes on.")
        return Refused(words.format(target=self._target, why=why))


@contextmanager
def _ended_by_a_signal() -> Iterator[None]:
    """SIGTERM and SIGINT end the block as its last line would: what was started in it is ended with it."""

    def end(_number: int, _frame: object) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, how in before.items():
            signal.signal(number, how)
