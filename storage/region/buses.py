"""Buses between a desk and its region: sent and answered here, carried there (docs/buses-between-desks.md).

What people do is an action of the store first. `BusesBetween.hear` then asks the region, books what it says, and tells
it what it does not have. It may be cut off or killed anywhere, and done by two processes at once.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from desk.buses import MOST_PEOPLE, Bus
from desk.names import clean
from desk.refusals import Refused
from desk.region import bus_moves as moves
from desk.region import buses as rules
from desk.region.buses import Answer, Booking, Send, SentBus, Tell, Underway, Withdraw
from storage.journal import AUTOMATIC, Journal
from storage.region import diverted, escrow, schema, sent, server
from storage.region import link as links
from storage.region.places import ROUNDS, Places
from storage.rows import read, to_text
from storage.store import Desk

_LONGEST = 80
NAMES_EACH_S = 30.0
"""How often it is asked which desks there are."""


class _Nothing(Exception):  # noqa: N818 - not a fault: another process has booked it
    """There is nothing to write down."""


class BusesBetween:
    """The buses between one desk and the others."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._journal = desk.journal
        self._db = desk.db
        self._names_at = -NAMES_EACH_S

    def heard_now(self) -> tuple[str, ...]:
        """Try the region at once; that it cannot be reached is a warning, for what was done is done."""
        try:
            link = sent.must_have_region(self._db)
            with server.reached_by(link, self._desk.path) as region:
                region.must_have(schema.BUSES)
                Places(self._desk).hear(region)
                self.hear(region)
        except Refused as no:
            return no.sentences
        return ()

    def hear(self, region: server.Region) -> int:
        """Book what the region says and tell it what it does not have; gives how often something was written down.

        The desk is on the line (`Places.hear`).
        """
        if schema.BUSES not in region.migrations:
            return 0
        self._hear_who_there_is(region)
        written = 0
        for _round in range(ROUNDS):
            try:
                with server.spoken(), server.answering(region.conn):
                    theirs = self._asked_of(region)
                    written += self._book(theirs)
                    tells = self._tells(theirs)
                    for tell in tells:
                        self._tell(region, tell)
            except server.GoneOn:
                Places(self._desk).hear(region)  # another process came in on a new line
                continue
            if not tells:
                break
        return written

    def _hear_who_there_is(self, region: server.Region) -> None:
        if monotonic() - self._names_at < NAMES_EACH_S:
            return
        self._names_at = monotonic()
        with server.spoken(), server.answering(region.conn):
            rows = region.conn.execute(diverted.OTHERS.encode()).fetchall()
        links.keep_desks(self._desk.aside, [_shown(row[0]) for row in rows])

    def _asked_of(self, region: server.Region) -> list[Underway]:
        known = [row.uid for row in self._rows()]
        rows = region.conn.execute(
            diverted.OF_ONE_DESK.encode(), {"kept_for": rules.KEPT_FOR, "known": known}
        ).fetchall()
        return list(map(_underway, rows))

    def _rows(self, theirs: Sequence[Underway] = ()) -> list[SentBus]:
        """What is not answered yet, what was sent lately, and what the region has under a name."""
        names, since = json.dumps([one.uid for one in theirs]), to_text(self._journal.now() - rules.KEPT_FOR)
        lately = "way = 'out' AND state IN ('accepted', 'withdrawn') AND since > ?"
        where = f"{sent.OPEN_SENT} OR ({lately}) OR uid IN (SELECT value FROM json_each(?))"
        return read(self._db, SentBus, where, [since, names])

    def _buses(self, rows: Sequence[SentBus]) -> list[Bus]:
        ids = json.dumps([row.bus for row in rows])
        return read(self._db, Bus, "id IN (SELECT value FROM json_each(?))", [ids])

    def _tells(self, theirs: Sequence[Underway]) -> list[Tell]:
        with self._db.snapshot():
            rows = self._rows(theirs)
            buses = self._buses(rows)
        here = {bus.id for bus in buses if moves.is_here(bus)}
        return rules.tells(rows, theirs, {bus.id: bus.ref for bus in buses}, here)

    def _tell(self, region: server.Region, tell: Tell) -> None:
        mark = escrow.marker(self._desk.path)
        row = tell.row
        (bus,) = read(self._db, Bus, "id = ?", [row.bus])
        line = mark.line if mark is not None else 0
        values: list[Any]
        if isinstance(tell, Send):
            call = "send_bus(%s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)"
            whole = row.onward is None
            eta = bus.eta if whole and bus.arrived_at is None else None
            values = [json.dumps(moves.composition(bus) if whole else {}), eta, bus.announced_at]
            values = [row.desk, bus.ref, row.people, *values, sent.came_as(self._db, bus)]
        elif isinstance(tell, Withdraw):
            call, values = "withdraw_bus(%s, %s, %s, %s, %s)", [row.desk, bus.ref, row.people]
        else:
            assert isinstance(tell, Answer)
            call = "answer_bus(%s, %s, %s, %s, %s, %s)"
            because = row.because if tell.state == rules.REFUSED else ""
            values = [tell.state, bus.ref, because, tell.certain]
        region.conn.execute(f"SELECT doorstroom.{call}".encode(), [line, row.uid, *values])

    # --- written down -----------------------------------------------------------------------

    def _bookings(self, theirs: Sequence[Underway]) -> list[Booking]:
        rows = self._rows(theirs)
        here = {bus.id for bus in self._buses(rows) if moves.is_here(bus)}
        return rules.booked(rows, theirs, sent.must_have_region(self._db).desk, here)

    def _book(self, theirs: Sequence[Underway]) -> int:
        """Write down what is new, in nobody's name; nothing where nothing is."""
        if not self._bookings(theirs):
            return 0
        mine = Journal(self._db, self._journal.path, AUTOMATIC, self._journal.now)
        mine.new_uid, mine.new_salt = self._journal.new_uid, self._journal.new_salt
        link = sent.must_have_region(self._db)
        with suppress(_Nothing), mine.action("region bus", {"region": link.region}) as act:
            found = self._bookings(theirs)
            if not found:
                raise _Nothing
            sent.apply(mine, found, act)
            return 1
        return 0


def _underway(row: tuple[Any, ...]) -> Underway:
    uid, sender, receiver, ref, people, composition, eta, announced_at, came_as, state, because, receiver_ref = row
    parts = composition if isinstance(composition, dict) else {}
    return Underway(
        uid=str(uid),
        sender=_shown(sender),
        receiver=_shown(receiver),
        ref=str(ref),
        people=people if people is not None and 1 <= people <= MOST_PEOPLE else None,
        composition={str(name): number for name, number in parts.items()},
        eta=eta,
        announced_at=announced_at,
        came_as=str(came_as),
        state=str(state),
        because=str(because),
        receiver_ref=str(receiver_ref),
    )


def _shown(name: object) -> str:
    """What comes from elsewhere, fit to be kept and shown here."""
    return clean(str(name)[:_LONGEST], limit=4 * _LONGEST)
