"""A region after years: what it takes on disk, and whether what is asked of it takes longer than on its first day.

Events are written in bulk, as desks would have told them over the years. What is asked then is what desks and readers
ask every minute.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from storage.region.pushing import HELLO, PUSH
from tests.bench.report import section
from tests.bench.server import BATCH, Conn, Stage, Work, in_turn, stage
from tests.postgres import Server, programs
from tests.region_load.desks import stream

GOAL = 1.25
FIRST_DAY = 1_000
APART_S = 300
FILL = """
INSERT INTO doorstroom.event (desk, epoch, seq, prev, uid, at, entered_at, verb, ref, told, received_at)
SELECT d.id, 1, n, CASE WHEN n = 1 THEN '' ELSE md5(d.id || ' ' || n - 1) END, md5(d.id || ' ' || n), t.at, t.at,
  k.told ->> 'verb', k.told ->> 'ref', k.told -> 'told', t.at
FROM doorstroom.desk d, generate_series(%s::bigint, %s::bigint) n,
  LATERAL (SELECT %s::jsonb -> (n %% %s::bigint)::integer AS told) k,
  LATERAL (SELECT now() - make_interval(secs => (%s::bigint - n) * %s::float8) AS at) t
WHERE d.name = %s
"""
SINCE = "SELECT * FROM doorstroom_read.event WHERE desk = %s AND epoch = %s AND seq > %s ORDER BY seq"
LATELY = (
    "SELECT * FROM doorstroom_read.event WHERE received_at > now() - interval '1 hour' ORDER BY received_at LIMIT 200"
)
COUNTED = "SELECT desk, verb, count(*) FROM doorstroom_read.event WHERE counts GROUP BY desk, verb"
PUT_BACK = """
SELECT doorstroom.new_epoch(d.id, d.epoch, l.seq - 1, 'x') FROM doorstroom.desk d, doorstroom.last_event(d.id) l
WHERE d.name = %s
"""
SIZES = """
SELECT 'rows', pg_table_size('doorstroom.event') UNION ALL
SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index
WHERE indrelid = 'doorstroom.event'::regclass
"""


def measured(sizes: tuple[int, ...], repeats: int, folder: Path) -> str:
    """Each size against the region's first day, in turn on one server; then what it takes."""
    found: list[str] = []
    with stage(2) as old, stage(2, old.server, "young") as young:
        for on in (old, young):
            for conn in (on.hands[0], *(desk.conn for desk in on.desks)):
                # what is looked for is more work, and not how fast the disk is today
                conn.execute("SET synchronous_commit = off")
            for desk in on.desks:
                desk._hello()
        fill(young, FIRST_DAY)
        found += [*written_ahead(young, repeats), ""]
        for size in sizes:
            fill(young, FIRST_DAY)
            fill(old, size)
            then, now = works(young), works(old)
            rows = [in_turn(what, now[what], then[what], repeats, goal=GOAL) for what in then]
            found.append(section(f"A region with {size:,} events, against one with {FIRST_DAY:,}", rows))
            found += [*kept(old.server, old.hands[0], size, folder), ""]
    return "\n".join(found)


def fill(on: Stage, want: int) -> None:
    """Years gone by at each of the desks; what was told while something was measured is no more."""
    owner = on.hands[0]
    owner.execute("TRUNCATE doorstroom.event")
    owner.execute("ALTER TABLE doorstroom.event DISABLE TRIGGER event_follows")
    told = json.dumps(on.night.events, ensure_ascii=False)
    for desk in on.desks:
        many = want // len(on.desks)
        owner.execute(FILL, [1, many, told, len(on.night.events), many, APART_S, desk.name])
    owner.execute("ALTER TABLE doorstroom.event ENABLE TRIGGER event_follows")
    owner.execute("VACUUM (ANALYZE) doorstroom.event")
    owner.execute("CHECKPOINT")


def works(on: Stage) -> dict[str, Callable[[], Work]]:
    """What desks and readers ask every minute; each makes ready what it then does."""
    desk, owner = on.desks[0], on.hands[0]
    told = stream(on.night, Random("grown"))
    row = owner.execute(
        "SELECT (doorstroom.last_event(id)).* FROM doorstroom.desk WHERE name = %s", [desk.name]
    ).fetchone()
    assert row is not None
    seq, uid = [int(row[0])], [str(row[1])]

    def push(count: int) -> Work:
        batch = [next(told) for _n in range(count)]
        for event in batch:
            seq[0] += 1
            event["seq"], event["prev"], uid[0] = seq[0], uid[0], str(event["uid"])
        events = json.dumps(batch, ensure_ascii=False)
        return lambda: desk.conn.execute(PUSH, [desk.epoch, events])

    def hello() -> Work:
        return lambda: desk.conn.execute(HELLO, [*desk._me, "2026-01-01T00:00:00Z"]).fetchone()

    def read(sql: str, *given: object) -> Callable[[], Work]:
        return lambda: lambda: owner.execute(sql.encode(), given).fetchall()

    def put_back() -> Work:
        def work() -> None:
            owner.execute("BEGIN")
            owner.execute(PUT_BACK, [desk.name])
            owner.execute("ROLLBACK")

        return work

    return {
        "one action told": lambda: push(1),
        f"{BATCH} actions told at once": lambda: push(BATCH),
        "a desk says that it is there (hello)": hello,
        "view desk": read("SELECT * FROM doorstroom_read.desk"),
        "view event, the last 50 of a desk": lambda: (
            lambda: owner.execute(SINCE, [desk.name, desk.epoch, seq[0] - 50]).fetchall()
        ),
        "view event, the last hour": read(LATELY),
        "a store put back from an older copy": put_back,
    }


def _times(ready: Callable[[], Work], repeats: int) -> list[float]:
    took = []
    for _n in range(repeats + 8):
        work = ready()
        began = perf_counter()
        work()
        took.append(perf_counter() - began)
    return took[8:]


def written_ahead(on: Stage, repeats: int) -> list[str]:
    """What goes into the write-ahead log, and so to a standby and an archive, of each thing that is said."""
    desk, owner = on.desks[1], on.hands[0]
    given = works(Stage(on.server, on.night, [desk], on.hands, on.names))

    def wal() -> int:
        row = owner.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
        assert row is not None
        return int(row[0])

    found = []
    for what in ("one action told", f"{BATCH} actions told at once", "a desk says that it is there (hello)"):
        _times(given[what], repeats)  # the pages are in the log once since the last checkpoint
        before = wal()
        _times(given[what], repeats)
        found.append(f"{what}: {(wal() - before) / (repeats + 8):,.0f} bytes of WAL")
    before = wal()
    for _n in range(repeats):
        desk._hear()
    found.append(f"the shared places heard: {(wal() - before) / repeats:,.0f} bytes of WAL")
    return found


def kept(pg: Server, owner: Conn, events: int, folder: Path) -> list[str]:
    """What so many events take: on disk, in a dump, and to read all of them."""
    sizes = {
        str(name).rpartition(".")[2]: int(size) / events for name, size in owner.execute(SIZES.encode()).fetchall()
    }
    heap = sizes.pop("rows")
    whole, million = heap + sum(sizes.values()), 1_000_000 / events
    file = folder / "dump"
    dump_s = _ran(pg, "pg_dump", "-Fc", "-d", "region", "-f", str(file))
    owner.execute("CREATE DATABASE again")
    restore_s = _ran(pg, "pg_restore", "-d", "again", "-j", "2", str(file))
    owner.execute("DROP DATABASE again")
    began = perf_counter()
    owner.execute(COUNTED).fetchall()
    return [
        f"{events:,} events: {whole:.0f} bytes each, {heap:.0f} of the row and {whole - heap:.0f} of its indexes",
        "  " + ", ".join(f"{name} {size:.0f}" for name, size in sorted(sizes.items())),
        f"  of a million: a dump of {file.stat().st_size * million / 1e6:.0f} MB, made in {dump_s * million:.1f} s"
        f" (pg_dump -Fc), put back in {restore_s * million:.1f} s (pg_restore -j 2);"
        f" all that counts, counted by verb, in {(perf_counter() - began) * million:.2f} s",
    ]


def _ran(pg: Server, program: str, *words: str) -> float:
    began = perf_counter()
    there = ("-h", str(pg.folder), "-p", str(pg.port), "-U", "postgres")
    done: Any = subprocess.run([str(programs() / program), *there, *words], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return perf_counter() - began
