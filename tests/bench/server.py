"""The region's PostgreSQL: what a desk tells and asks, against the same rows written by hand on the same server.

In one run and in turn, over loopback without TLS, with `fsync = on`. By hand is the barest way: prepared statements,
the parameters ready, no look at who came in, at the chain, or at what was told before.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from time import perf_counter
from typing import Any
from uuid import uuid4

import psycopg

from storage.region import joining, server
from storage.region.places import GRANT, Places
from storage.region.pushing import PUSH, Pusher
from storage.store import Desk
from tests.bench.report import Measured
from tests.postgres import Server
from tests.region_load.desks import Event, Night, Speaker, busy_night, stream

GOAL = 1.5
SETTINGS = "fsync = on\nshared_buffers = 128MB\nmax_wal_size = 4GB"
BATCH, BATCHES = 200, 10
AT_ONCE = 4
LONG = 400
PLACES = 4
_BEFORE = 12
"""So often first, unmeasured: from the sixth time on a statement is prepared, and its plan kept."""

COLUMNS = "desk, epoch, seq, prev, uid, at, entered_at, verb, ref, told"
INSERT = f"INSERT INTO raw.event ({COLUMNS}) VALUES (1, 1, %s, %s, %s, %s, %s, %s, %s, %s)"
COPY = f"COPY raw.event ({COLUMNS}) FROM STDIN"
TAKE = "UPDATE raw.location SET held = held + %s WHERE name = %s AND held + %s <= capacity"
GIVE = "INSERT INTO raw.granted (uid, desk, location, places, lapses_at) VALUES (%s, 1, %s, %s, now() + '12 hours')"
BOTH = (
    "WITH took AS (UPDATE raw.location SET held = held + %s WHERE name = %s AND held + %s <= capacity RETURNING name)"
    " INSERT INTO raw.granted (uid, desk, location, places, lapses_at)"
    " SELECT %s, 1, name, %s, now() + interval '12 hours' FROM took"
)
BY_HAND = """
CREATE SCHEMA raw;
CREATE TABLE raw.event (LIKE doorstroom.event INCLUDING ALL, FOREIGN KEY (desk, epoch) REFERENCES doorstroom.epoch);
CREATE TABLE raw.location (LIKE doorstroom.location INCLUDING ALL);
CREATE TABLE raw.granted (LIKE doorstroom.granted INCLUDING ALL, FOREIGN KEY (desk) REFERENCES doorstroom.desk,
  FOREIGN KEY (location) REFERENCES raw.location);
"""
"""The same tables with the same keys and checks, and nothing that holds one row against others."""

Conn = psycopg.Connection[tuple[Any, ...]]
Work = Callable[[], object]


@dataclass
class Stage:
    """One server with a region and the tables by hand, and who comes in."""

    server: Server
    night: Night
    desks: list[Speaker]
    hands: list[Conn]
    names: list[tuple[str, str]]


@contextmanager
def stage(at_once: int = AT_ONCE, of: Server | None = None, database: str = "region") -> Iterator[Stage]:
    """Set up: desks with roles of their own, and as many hands of the owner, all over loopback."""
    with ExitStack() as lines:
        pg = of or lines.enter_context(Server(settings=SETTINGS))
        with psycopg.connect(pg.owner(), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {database}".encode())
            conn.execute("ALTER ROLE postgres PASSWORD 'by hand'")
        made = joining.init(pg.owner(database), name="Twente", desks=tuple(f"Desk {n}" for n in range(at_once + 1)))
        night = busy_night()
        desks, hands = [], []
        for let_in in made.let_in[:at_once]:
            conn = lines.enter_context(connected(pg, database, let_in.role, let_in.password))
            desks.append(Speaker(conn, let_in.desk, night, let_in.desk))
            desks[-1].join()
            hands.append(lines.enter_context(connected(pg, database, "postgres", "by hand")))
        owner = hands[0]
        for n in range(at_once):
            owner.execute(
                "INSERT INTO doorstroom.location (name, municipality, capacity) VALUES (%s, 'Almelo', 1e9)",
                [f"Hal {n}"],
            )
        owner.execute(BY_HAND)
        owner.execute("INSERT INTO raw.location SELECT * FROM doorstroom.location")
        yield Stage(pg, night, desks, hands, [(one.role, one.password) for one in made.let_in])


def connected(pg: Server, database: str, user: str, password: str) -> Conn:
    """A line of loopback, the same for both sides."""
    return psycopg.connect(**pg.direct, dbname=database, user=user, password=password, autocommit=True)  # type: ignore[arg-type]


# --- at the region: the SQL that a desk sends, against SQL by hand ------------------------------


def at_the_region(on: Stage, repeats: int) -> list[Measured]:
    """Each thing that is told or asked, its SQL ready."""
    desk, hand = on.desks[0], on.hands[0]
    desk.tell(0)
    told, typed = stream(on.night, Random("told")), stream(on.night, Random("typed"))
    desk._hear()

    def push(count: int) -> Work:
        events = json.dumps([next(told) for _n in range(count)], ensure_ascii=False)
        return lambda: desk.conn.execute(PUSH, [desk.epoch, events])

    def pushes() -> Work:
        batches = [push(BATCH) for _n in range(BATCHES)]
        return lambda: [batch() for batch in batches]

    def one_row() -> Work:
        row = values(next(typed))
        return lambda: hand.execute(INSERT, row)

    def rows(write: Callable[[Conn, list[list[Any]]], None]) -> Callable[[], Work]:
        def ready() -> Work:
            batches = [[values(next(typed)) for _n in range(BATCH)] for _m in range(BATCHES)]

            def work() -> None:
                for batch in batches:
                    write(hand, batch)

            return work

        return ready

    few = max(2, repeats // 10)
    return [
        in_turn("one action told", lambda: push(1), one_row, repeats),
        in_turn(f"{BATCH * BATCHES:,} actions, against INSERTs", pushes, rows(inserted), few, before=1),
        in_turn(f"{BATCH * BATCHES:,} actions, against COPY", pushes, rows(copied), few, before=1),
        in_turn("one ask, against UPDATE and INSERT", lambda: granting(desk, 0), lambda: by_hand(hand, 0), repeats),
        in_turn("one ask, against both as one", lambda: granting(desk, 0), lambda: by_hand_as_one(hand, 0), repeats),
        in_turn(
            f"an ask of {len(on.desks)} desks at once",
            lambda: at_once([granting_often(one, n) for n, one in enumerate(on.desks)]),
            lambda: at_once([by_hand_often(one, n) for n, one in enumerate(on.hands)]),
            few,
            before=1,
            of=_OFTEN * len(on.desks),
        ),
        in_turn(
            f"  of one location, {len(on.desks)} at once",
            lambda: at_once([granting_often(one, 0) for one in on.desks]),
            lambda: at_once([by_hand_often(one, 0) for one in on.hands]),
            few,
            before=1,
            of=_OFTEN * len(on.desks),
        ),
    ]


def values(event: Event) -> list[Any]:
    """A row as psycopg takes it."""
    return [*(event[name] for name in COLUMNS.split(", ")[2:-1]), json.dumps(event["told"], ensure_ascii=False)]


def inserted(hand: Conn, rows: list[list[Any]]) -> None:
    """Each row a statement, all in one transaction and sent in one go."""
    with hand.transaction(), hand.cursor() as cursor:
        cursor.executemany(INSERT, rows)


def copied(hand: Conn, rows: list[list[Any]]) -> None:
    """The fastest way that there is; row-level security does not allow it."""
    with hand.transaction(), hand.cursor() as cursor, cursor.copy(COPY) as there:
        for row in rows:
            there.write_row([1, 1, *row])


_OFTEN = 40
_ABOVE = 10_000_000
"""Numbers that the other measurement has not used."""


def granting(desk: Speaker, hall: int) -> Work:
    """An ask as the desk sends it."""
    given = [desk._line, uuid4().hex, f"Hal {hall}", PLACES]
    return lambda: desk.conn.execute(GRANT, given)


def by_hand(hand: Conn, hall: int) -> Work:
    """Two statements in one transaction."""
    take, give = [PLACES, f"Hal {hall}", PLACES], [uuid4().hex, f"Hal {hall}", PLACES]

    def work() -> None:
        with hand.transaction():
            hand.execute(TAKE, take)
            hand.execute(GIVE, give)

    return work


def by_hand_as_one(hand: Conn, hall: int) -> Work:
    """The same in one round on the line."""
    given = [PLACES, f"Hal {hall}", PLACES, uuid4().hex, PLACES]
    return lambda: hand.execute(BOTH, given)


def granting_often(desk: Speaker, hall: int) -> Work:
    """Many asks, one after the other."""
    if desk._line is None:
        desk._hear()
    asks = [granting(desk, hall) for _n in range(_OFTEN)]
    return lambda: [ask() for ask in asks]


def by_hand_often(hand: Conn, hall: int) -> Work:
    """As many by hand."""
    asks = [by_hand(hand, hall) for _n in range(_OFTEN)]
    return lambda: [ask() for ask in asks]


def at_once(works: list[Work]) -> Work:
    """All of them at the same time, each on a line of its own."""
    barrier = Barrier(len(works) + 1)

    def one(work: Work) -> None:
        barrier.wait()
        work()

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()

    def run() -> None:
        barrier.wait()
        for thread in threads:
            thread.join()

    return run


def in_turn(
    what: str,
    ours: Callable[[], Work],
    theirs: Callable[[], Work],
    repeats: int,
    *,
    before: int = _BEFORE,
    of: int = 1,
    goal: float = GOAL,
) -> Measured:
    """Both in turn; what is sent is made ready before the clock runs."""
    desk: list[float] = []
    against: list[float] = []
    for _n in range(repeats + before):
        for made, taken in ((ours, desk), (theirs, against)):
            work = made()
            began = perf_counter()
            work()
            taken.append((perf_counter() - began) / of)
    return Measured(what, desk[before:], against[before:], goal)


# --- the whole, from the desk's store -----------------------------------------------------------


class Whole(Measured):
    """For information: one side also reads a journal, asks what the region has, and books the answer durably."""

    def line(self) -> str:
        """One line of the report, without a goal."""
        return super().line().partition("x")[0] + "x"


def from_the_store(on: Stage, folder: Path, repeats: int) -> list[Measured]:
    """What the service does for one action and for a long journal, and what a person waits for who asks for places."""
    role, password = on.names[-1]
    few = max(2, repeats // 10)
    hand, typed = on.hands[0], stream(on.night, Random("whole"))
    next(typed)  # nothing stands behind the beginning twice
    with Desk.init(folder / "desk.db", name="Oldenzaal", operator="Anna") as desk:
        desk.beds.make_number(20)
        desk.capacity.import_municipalities([{"code": "GM0141", "name": "Almelo", "inhabitants": 70_000}])
        desk.capacity.import_locations(
            [{"name": "Hal 0", "municipality": "GM0141", "kind": "municipal", "capacity": 400, "occupied": 0}]
        )
        _join(desk, on, role, password)
        pusher, link = Pusher(desk), Places(desk).link
        with server.reached_by(link, desk.path) as region:
            pusher._tell(region, link)

            def action() -> Work:
                desk.logbook.add("note", "All is quiet.")
                return lambda: pusher._tell(region, link)

            def journal() -> Work:
                for number in range(LONG):
                    desk.logbook.add("note", f"All is quiet, {number}.")
                return lambda: pusher._tell(region, link)

            def rows(count: int) -> list[list[Any]]:
                given = [values(next(typed)) for _n in range(count)]
                return [[_ABOVE + row[0], *row[1:]] for row in given]

            def row() -> Work:
                (given,) = rows(1)
                return lambda: hand.execute(INSERT, given)

            def many() -> Work:
                given = rows(LONG)
                return lambda: inserted(hand, given)

            def ask() -> Work:
                return lambda: Places(desk).ask("Hal 0", 1)

            return [
                _whole(in_turn("one action, and all that is said", action, row, few)),
                _whole(in_turn(f"a journal of {LONG} actions", journal, many, max(2, few // 3), before=1)),
                _whole(in_turn("an ask, until the desk has booked it", ask, lambda: by_hand(hand, 0), few)),
            ]


def _join(desk: Desk, on: Stage, role: str, password: str) -> None:
    where = on.server.direct
    address = f"host={where['host']} port={where['port']} dbname=region user={role}"
    joining.Joining(desk.journal, desk.aside).join(address, f"Desk {len(on.names) - 1}", password)


def _whole(found: Measured) -> Measured:
    return Whole(found.what, found.desk, found.against, found.goal)
