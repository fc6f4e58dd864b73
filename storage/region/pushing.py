"""The journal told to the region: in order, each action once, resumed from the last number that the region itself has.

The journal is the outbox; there is no second one. One process at a time tells it. It may be killed at any moment: what
was taken stays taken, what was not is told again, and an event that does not stand behind the one before it is refused.
"""

import fcntl
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Flag
from time import monotonic
from typing import Any

from desk.language import _, ngettext
from desk.refusals import Refused
from desk.region import told
from desk.region.link import LinkState, RegionLink
from storage.database import Store
from storage.region import link as links
from storage.region import server
from storage.region.buses import BusesBetween
from storage.region.joining import store_uid
from storage.rows import to_text
from storage.store import Desk

BATCH = 200
LOOK_EACH_S = 0.5
HELLO_EACH_S = 30.0
"""How often the region hears of a desk at which nothing happens, and gets tonight's figures anew."""
FIGURES_EACH_S = 2.0
"""How often at most it gets them while things happen; what was not told then is told after this time."""
LEAST_WAIT_S, MOST_WAIT_S = 1.0, 60.0
"""Between two tries while the region cannot be reached."""
_LOOK_BACK = 500

HELLO = "SELECT region_uid, desk, epoch, seq, uid, clock_off_s, lost, begun_at FROM doorstroom.hello(%s, %s, %s)"
PUSH = "SELECT doorstroom.push(%s, %s::jsonb)"
FIGURES = "SELECT doorstroom.push_figures(%s, %s, %s::jsonb)"


@dataclass(frozen=True)
class Known:
    """What the region knows of this desk: up to which action, in which epoch."""

    desk: int
    epoch: int
    seq: int
    uid: str
    clock_off_s: int
    lost: int
    """What it had of a newer copy when this epoch began."""
    begun_at: datetime


@dataclass(frozen=True)
class Pushed:
    """What one run told: how many actions, up to which, and how many of a newer copy the region set aside."""

    actions: int
    last: int
    lost: int = 0


class MustBeginAnew(Refused):
    """Another file has the store's name now: an open one outlives it."""


class Pusher:
    """Tells one region of one store."""

    def __init__(self, desk: Desk, batch: int = BATCH) -> None:
        self._desk = desk
        self._batch = batch
        self._figures_at = -FIGURES_EACH_S
        self._figures_wait = False
        self._file = _identity(desk)
        self._between = BusesBetween(desk)
        self._me = 0

    @property
    def link(self) -> RegionLink:
        """The region this desk belongs to; refused where it belongs to none."""
        link = links.link_of(self._desk.db)
        if link is None:
            raise Refused(_("This desk belongs to no region. Join one: desk region join ADDRESS --name NAME"))
        return link

    def once(self) -> Pushed:
        """Tell all that waits, and stop; refused where the region cannot be reached."""
        link = self.link
        with alone(self._desk):
            try:
                with server.reached_by(link, self._desk.path) as region:
                    return self._tell(region, link)
            except Refused as no:
                self._went_wrong(link, no)
                raise

    def keep_on(self, stop: Flag, say: Callable[[str], None]) -> None:
        """Tell each action as it is taken, until told to stop; a line that is cut is tried again and again."""
        link, wait = self.link, LEAST_WAIT_S
        with alone(self._desk):
            while not stop.is_set():
                try:
                    with server.reached_by(link, self._desk.path) as region:
                        wait = LEAST_WAIT_S
                        self._keep_telling(region, link, stop, say)
                    return
                except MustBeginAnew:
                    raise
                except server.GoneOn as no:
                    say(no.sentences[0])
                except Refused as no:
                    before = links.state_of(self._desk.aside, link, 0)
                    now = self._went_wrong(link, no)
                    if before.why != now.why:
                        say(now.why)
                if self._must_end(link):
                    return
                # not all desks at the same moment, once a region is back
                stop.wait(wait * random.uniform(0.5, 1.0))
                wait = min(2 * wait, MOST_WAIT_S)

    def _keep_telling(self, region: server.Region, link: RegionLink, stop: Flag, say: Callable[[str], None]) -> None:
        seen, quiet = -1, HELLO_EACH_S
        with server.spoken():
            region.conn.execute("LISTEN doorstroom")
        while not stop.is_set() and not self._must_end(link):
            version = self._desk.journal.data_version()
            called = self._is_called(region)
            if version != seen or called or quiet >= HELLO_EACH_S or (self._figures_wait and self._figures_are_due()):
                done = self._tell(region, link)
                if done.lost:
                    say(lost_sentence(done.lost))
                seen, quiet = version, 0.0
            stop.wait(LOOK_EACH_S)
            quiet += LOOK_EACH_S

    def _is_called(self, region: server.Region) -> bool:
        """Whether another desk sent this one a bus, or answered about one."""
        with server.spoken():
            # all of what came: what is left unread would fill the line
            return any([call.payload == str(self._me) for call in region.conn.notifies(timeout=0)])  # noqa: C419

    def _must_end(self, link: RegionLink) -> bool:
        """Whether the desk left this region; refused where this process no longer knows the store, to be begun anew."""
        if self._desk.journal.is_renewed() or _identity(self._desk) != self._file:
            raise MustBeginAnew(_("The store was replaced or renewed under this process. It begins anew."))
        return links.link_of(self._desk.db) != link

    def _went_wrong(self, link: RegionLink, no: Refused) -> LinkState:
        return links.not_reached(self._desk.aside, link, self._desk.clock(), no.sentences[0])

    # --- one run ----------------------------------------------------------------------------

    def _tell(self, region: server.Region, link: RegionLink) -> Pushed:
        """Everything that the region does not have yet."""
        with server.spoken(), server.answering(region.conn):
            known = self._hello(region, link)
        known, lost = self._goes_on_from(region, known)
        self._me = known.desk
        amiss = self._hear_of_others(region)
        seq, uid, actions = known.seq, known.uid, 0
        while batch := self._next(seq, uid):
            # one statement, taken whole or not at all; a transaction around it is two more rounds on the line
            with server.spoken(), server.answering(region.conn):
                events = json.dumps([event.as_json() for event in batch], ensure_ascii=False)
                region.conn.execute(PUSH, [known.epoch, events])
            seq, uid, actions = batch[-1].seq, batch[-1].uid, actions + len(batch)
            self._reached(link, known, seq)
        self._tell_figures(region, seq)
        self._reached(link, known, seq)
        if amiss is not None:
            raise amiss
        return Pushed(actions, seq, lost)

    def _reached(self, link: RegionLink, known: Known, told_up_to: int) -> None:
        state = LinkState(
            link.region,
            link.joined_at,
            reached_at=self._desk.clock(),
            told=told_up_to,
            lost=known.lost,
            lost_at=known.begun_at if known.lost else None,
            clock_off_s=known.clock_off_s,
        )
        links.reached(self._desk.aside, link, state)

    def _hear_of_others(self, region: server.Region) -> Refused | None:
        """What is between desks, places and buses, is asked for and told; what is amiss with it stops nothing else."""
        from storage.region.places import Places

        try:
            Places(self._desk).hear(region)
            self._between.hear(region)
        except (server.Unreachable, server.GoneOn):
            raise
        except Refused as no:
            return no
        return None

    def _hello(self, region: server.Region, link: RegionLink) -> Known:
        row: Any = region.conn.execute(
            HELLO,
            [store_uid(self._desk.journal), links.instance(self._desk.aside), self._desk.clock()],
        ).fetchone()
        if row[0] != link.region_uid:
            raise Refused(
                _(
                    "At {address} is another region than the one this desk joined. Where it is the right one now, join"
                    " it: desk region join ADDRESS --name NAME"
                ).format(address=link.address[:80])
            )
        return Known(*row[1:])

    def _goes_on_from(self, region: server.Region, known: Known) -> tuple[Known, int]:
        """Behind which action the journal goes on; a store that was put back from an older copy begins an epoch."""
        if known.seq == 0 or _uid_of(self._desk.db, known.seq) == known.uid:
            return known, 0
        with server.spoken(), server.answering(region.conn), region.conn.transaction():
            parent, seq, uid = self._last_in_common(region, known)
            row = region.conn.execute(
                "SELECT doorstroom.begin_epoch(%s, %s, %s, %s, %s)",
                [store_uid(self._desk.journal), links.instance(self._desk.aside), parent, seq, uid],
            ).fetchone()
            after = self._hello(region, self.link)
        return after, int(str(row[0])) if row else 0

    def _last_in_common(self, region: server.Region, known: Known) -> tuple[int | None, int, str]:
        """The last action that the journal and the region both have, with its epoch there."""
        below = self._desk.journal.version() + 1
        while True:
            rows = region.conn.execute(
                # of each epoch by its own index: all of them at once would be sorted
                "SELECT e.epoch, e.seq, e.uid FROM doorstroom.epoch o CROSS JOIN LATERAL ("
                "  SELECT i.epoch, i.seq, i.uid FROM doorstroom.event i WHERE i.desk = o.desk AND i.epoch = o.epoch"
                "  AND i.seq < %s ORDER BY i.seq DESC LIMIT %s"
                ") e WHERE o.desk = %s ORDER BY e.seq DESC, e.epoch DESC LIMIT %s",
                [below, _LOOK_BACK, known.desk, _LOOK_BACK],
            ).fetchall()
            for epoch, seq, uid in rows:
                if _uid_of(self._desk.db, int(str(seq))) == uid:
                    return int(str(epoch)), int(str(seq)), str(uid)
            if not rows:
                return None, 0, ""
            # numbers that were in this page may go on in the next: of one number there are few
            below = int(str(rows[-1][1])) + (1 if int(str(rows[0][1])) != int(str(rows[-1][1])) else 0)

    def _next(self, seq: int, uid: str) -> list[told.Event]:
        """The next actions as the region gets them, each with the name of the one before it."""
        db = self._desk.db
        with db.snapshot():
            rows = db.execute(
                "SELECT id, uid, at, entered_at, verb, args, ref, undoes FROM action WHERE id > ? ORDER BY id LIMIT ?",
                [seq, self._batch],
            ).fetchall()
            changes: dict[int, list[tuple[str, str | None, str | None]]] = {row[0]: [] for row in rows}
            if rows:
                marks = ", ".join("?" * len(told.ROWS))
                for action, table, old, new in db.execute(
                    f"SELECT action, table_name, old, new FROM change WHERE action BETWEEN ? AND ?"
                    f" AND table_name IN ({marks}) ORDER BY id",
                    [rows[0][0], rows[-1][0], *told.ROWS],
                ).fetchall():
                    changes[action].append((table, old, new))
        events = []
        for number, name, at, entered_at, verb, args, ref, undoes in rows:
            acted = told.Acted(number, name, at, entered_at, verb, args, ref, undoes, tuple(changes[number]))
            events.append(told.event(acted, uid))
            uid = name
        return events

    def _tell_figures(self, region: server.Region, seq: int) -> None:
        """Tonight's figures as they are now; a moment later where they were told just before."""
        self._figures_wait = not self._figures_are_due()
        if self._figures_wait:
            return
        night = self._desk.night()
        figures = json.dumps(told.figures(night), ensure_ascii=False)
        with server.spoken(), server.answering(region.conn):
            region.conn.execute(FIGURES, [seq, to_text(night.at), figures])
        self._figures_at = monotonic()

    def _figures_are_due(self) -> bool:
        return monotonic() - self._figures_at >= FIGURES_EACH_S


def _identity(desk: Desk) -> tuple[int, int] | None:
    try:
        found = os.stat(desk.path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _uid_of(db: Store, seq: int) -> str:
    row = db.execute("SELECT uid FROM action WHERE id = ?", [seq]).fetchone()
    return str(row[0]) if row else ""


def lost_sentence(lost: int) -> str:
    """What whoever put an older copy back is told."""
    return ngettext(
        "This store was put back from an older copy: {n} action that the region has is not in it. There it counts no"
        " more, and stays to be read. Type in again what still holds.",
        "This store was put back from an older copy: {n} actions that the region has are not in it. There they count no"
        " more, and stay to be read. Type in again what still holds.",
        lost,
    ).format(n=lost)


@contextmanager
def alone(desk: Desk) -> Iterator[None]:
    """One process at a time tells the region of a store; a second one is refused, and the kernel lets go for it."""
    gate = os.open(desk.path.with_name(desk.path.name + ".push"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as other:
            raise Refused(
                _(
                    "Another process tells the region of this store already (desk-region.service). See: desk region"
                    " status"
                )
            ) from other
        yield
    finally:
        os.close(gate)
