"""A whole batch is held against the chain at once: what does not follow is not taken. Nothing grows with the past."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel, errors

from storage.region import joining, schema, server, tables
from tests.cli import Night
from tests.region_partitioned import MOVED
from tests.regions import Region, has_all, new_region, until

MOMENT = "2026-04-07T01:02:03Z"


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


def on_line(region: Region, tmp_path: Path, name: str = "Oldenzaal") -> "psycopg.Connection[tuple[Any, ...]]":
    """A desk without a store, joined, that types its own SQL."""
    role, password = region.let_in(Night(tmp_path), name)
    conn = psycopg.connect(region.address(role), password=password, autocommit=True)
    conn.execute("SELECT doorstroom.join_region(%s, %s, %s)", [name, f"store {name}", "here"])
    return conn


def chain(*names: str, start: int = 1, before: str = "") -> list[dict[str, object]]:
    """Events one behind the other."""
    found = []
    for seq, uid in enumerate(names, start):
        found.append({"seq": seq, "prev": before, "uid": uid, "verb": "bus close", "ref": "", "told": {}})
        before = uid
    return [{"at": MOMENT, "entered_at": MOMENT, **event} for event in found]


def push(conn: "psycopg.Connection[tuple[Any, ...]]", events: list[dict[str, object]], epoch: int = 1) -> int:
    row = conn.execute("SELECT doorstroom.push(%s, %s::jsonb)", [epoch, json.dumps(events)]).fetchone()
    assert row is not None
    return int(row[0])


def names(region: Region) -> list[str]:
    return [uid for (uid,) in region.rows("SELECT uid FROM doorstroom.event ORDER BY desk, epoch, seq")]


# --- whole or not at all ------------------------------------------------------------------------

BY_HAND = """
INSERT INTO doorstroom.event (desk, epoch, seq, prev, uid, at, entered_at, verb, ref, told)
SELECT v.desk, v.epoch, v.seq, v.prev, v.uid, now(), now(), 'bus close', '', '{}' FROM (VALUES %s)
AS v (desk, epoch, seq, prev, uid)
"""


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("(mine, 1, 3, 'b', 'c'), (mine, 1, 4, 'x', 'd')", "DS004"),  # a gap in the midst
        ("(mine, 1, 3, 'a', 'c'), (mine, 1, 4, 'c', 'd')", None),  # behind what something stands behind already
        ("(mine, 1, 3, '', 'c')", None),  # from the beginning again
        ("(mine, 1, 3, 'x', 'c')", "DS004"),  # behind what nobody knows
        ("(mine, 1, 4, 'c', 'd'), (mine, 1, 3, 'd', 'c')", "DS004"),  # in a ring
        ("(mine, 1, 4, 'b', 'c'), (mine, 1, 3, 'c', 'd')", "DS004"),  # its number is lower than that of the one before
        ("(mine, 1, 3, 'b', 'c'), (mine, 2, 4, 'c', 'd')", "DS004"),  # the second of another epoch
        ("(mine, 2, 3, 'b', 'c')", "DS005"),
        ("(mine, 1, 3, 'b', 'c'), (theirs, 1, 1, '', 'd')", "42501"),  # the second of another desk
    ],
)
def test_a_batch_of_which_one_does_not_follow_is_not_taken_at_all(
    region: Region, tmp_path: Path, rows: str, code: str | None
) -> None:
    region.let_in(Night(tmp_path), "Almelo")
    with on_line(region, tmp_path) as conn:
        for whose, name in (("mine", "Oldenzaal"), ("theirs", "Almelo")):
            (found,) = region.rows("SELECT id FROM doorstroom.desk WHERE name = %s", name)
            rows = rows.replace(whose, str(found[0]))
        push(conn, chain("a", "b"))
        with pytest.raises(psycopg.Error) as no:
            conn.execute((BY_HAND % rows).encode())
        assert no.value.sqlstate == (code or "23505")
        assert names(region) == ["a", "b"]
        # the control: without what holds it against the chain all of it goes in
        region.do("DROP TRIGGER event_follows ON doorstroom.event")
        region.do("ALTER TABLE doorstroom.event DROP CONSTRAINT event_desk_epoch_prev_key")
        region.do("ALTER TABLE doorstroom.event DROP CONSTRAINT event_desk_epoch_fkey")
        region.do("ALTER TABLE doorstroom.event DISABLE ROW LEVEL SECURITY")
        conn.execute((BY_HAND % rows).encode())
        assert len(names(region)) > 2


def test_what_the_region_has_already_is_not_taken_again(region: Region, tmp_path: Path) -> None:
    with on_line(region, tmp_path) as conn:
        assert push(conn, chain("a", "b")) == 2
        assert push(conn, chain("a", "b")) == 0
        assert push(conn, chain("a", "b", "c")) == 1
        assert push(conn, []) == 0
        assert names(region) == ["a", "b", "c"]
        with pytest.raises(psycopg.Error) as no:  # the same numbers under other names
            push(conn, chain("a", "x", "y"))
        assert server.GoneOn is type(server.said(no.value))
        assert names(region) == ["a", "b", "c"]


def test_two_that_tell_the_same_at_once_tell_it_once(region: Region, tmp_path: Path) -> None:
    said: list[object] = []
    with on_line(region, tmp_path) as one:
        role, password = region.let_in(Night(tmp_path), "Oldenzaal", "--new-password")
        two = psycopg.connect(region.address(role), password=password, autocommit=True)

        def tell(events: list[dict[str, object]]) -> None:
            try:
                said.append(push(two, events))
            except psycopg.Error as wrong:
                said.append(type(server.said(wrong)))

        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'doorstroom.push'"
        for events in (chain("a", "b"), chain("c", "d", start=3, before="b")):
            with one.transaction():
                push(one, events)
                thread = Thread(
                    target=tell, args=(events if events[0]["uid"] == "a" else chain("x", start=4, before="b"),)
                )
                thread.start()
                until(lambda: region.rows(waits)[0][0] == 1)
            thread.join()
        two.close()
    # the same: taken once. Others behind the same event: told to ask anew
    assert said == [0, server.GoneOn]
    assert names(region) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("taken_away", [False, True])
def test_nothing_stands_twice_behind_one_event_also_for_who_looks_at_an_older_snapshot(
    region: Region, tmp_path: Path, *, taken_away: bool
) -> None:
    if taken_away:
        region.do("ALTER TABLE doorstroom.event DROP CONSTRAINT event_desk_epoch_prev_key")
    with on_line(region, tmp_path) as one:
        push(one, chain("a"))
        role, password = region.let_in(Night(tmp_path), "Oldenzaal", "--new-password")
        with psycopg.connect(region.address(role), password=password) as two:
            two.isolation_level = IsolationLevel.REPEATABLE_READ
            two.execute("SELECT count(*) FROM doorstroom.event")
            push(one, chain("b", start=2, before="a"))
            if taken_away:
                push(two, chain("x", start=3, before="a"))
                two.commit()
            else:
                with pytest.raises(errors.UniqueViolation):
                    push(two, chain("x", start=3, before="a"))
    assert names(region) == (["a", "b", "x"] if taken_away else ["a", "b"])


# --- a region that was made before --------------------------------------------------------------


def test_a_region_made_before_goes_on_with_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = tuple(one for one in schema.MIGRATIONS if one.name in {schema.FIRST, schema.PLACES})
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", older)
        made = new_region()
        region = made.__enter__()
    try:
        with monkeypatch.context() as before:
            before.setattr(schema, "MIGRATIONS", older)
            desk = region.desk("Oldenzaal", tmp_path)
        # this program tells an older region too
        desk.do("region", "push")
        assert has_all(region, desk)
        joining.init(region.keeper)
        assert schema.WHOLE_BATCHES in {name for (name,) in region.rows("SELECT name FROM doorstroom.migration")}
        desk.in_bed("Petrenko", 3)
        desk.do("region", "push")
        assert has_all(region, desk)
    finally:
        made.__exit__(None, None, None)


# --- years later --------------------------------------------------------------------------------

PAST = """
INSERT INTO doorstroom.event (desk, epoch, seq, prev, uid, at, entered_at, verb, ref, told)
SELECT d.id, d.epoch, n, CASE WHEN n = 1 THEN '' ELSE 'e' || n - 1 END, 'e' || n, now(), now(), 'bus close', '', '{}'
FROM doorstroom.desk d, generate_series(1, %s) n WHERE d.name = 'Oldenzaal'
"""


def test_what_is_asked_at_each_push_does_not_grow_with_the_past(region: Region, tmp_path: Path) -> None:
    with on_line(region, tmp_path) as conn:
        push(conn, chain("e1", "e2", "e3"))
        few = pages(region), read_by(region, _epoch())
        region.do("TRUNCATE doorstroom.event")
        region.do(PAST, 20_000)
        region.do("ANALYZE doorstroom.event")
        assert pages(region) <= few[0] + 10
        assert read_by(region, _epoch()) <= few[1] + 20
        # the control: what stood there before reads all of it
        region.do(
            tables.FUNCTIONS[(start := tables.FUNCTIONS.index("CREATE FUNCTION doorstroom.last_event")) :][
                : tables.FUNCTIONS[start:].index("-- another epoch of a desk")
            ].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        )
        assert pages(region) > few[0] + 100


def pages(region: Region) -> int:
    """How many pages are read to know what the region last heard of a desk."""
    return read_by(region, "SELECT doorstroom.last_event(id) FROM doorstroom.desk WHERE name = 'Oldenzaal'")


def _epoch() -> str:
    """A store is put back from a copy that lacks its last action."""
    return (
        "SELECT doorstroom.new_epoch(d.id, d.epoch, l.seq - 1, 'x') FROM doorstroom.desk d,"
        " doorstroom.last_event(d.id) l WHERE d.name = 'Oldenzaal'"
    )


def read_by(region: Region, sql: str) -> int:
    with psycopg.connect(region.keeper) as conn:
        conn.execute(sql.encode())  # what it needs to know of the tables is known after this
        conn.rollback()
        row = conn.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}".encode()).fetchone()
        conn.rollback()
    assert row is not None
    plan = row[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


# --- a region that grew large -------------------------------------------------------------------


def test_events_that_lie_in_partitions_by_desk_are_held_against_the_chain_all_the_same(
    region: Region, tmp_path: Path
) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("region", "push")
    region.do(MOVED)
    assert has_all(region, desk)
    desk.in_bed("Petrenko", 3)
    desk.do("region", "push")
    assert has_all(region, desk)
    with on_line(region, tmp_path, "Almelo") as conn:
        assert push(conn, chain("a", "b")) == 2
        assert push(conn, chain("a", "b", "c")) == 1
        for wrong in (
            chain("d", start=4, before="x"),
            chain("d", start=4, before="b"),
            chain("x", start=3, before="b"),
        ):
            with pytest.raises(psycopg.Error) as no:
                push(conn, wrong)
            assert type(server.said(no.value)) is server.GoneOn
        mine, theirs = (region.rows("SELECT id FROM doorstroom.desk ORDER BY name")[n][0] for n in (0, 1))
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            conn.execute((BY_HAND % f"({theirs}, 1, 900, 'x', 'y')").encode())
        in_one = f"SELECT tableoid::regclass::text FROM doorstroom.event WHERE desk = {mine} LIMIT 1"
        part = region.rows(in_one)[0][0]
        assert part.startswith("doorstroom.event_")
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute((BY_HAND % f"({mine}, 1, 4, 'x', 'y')").replace("doorstroom.event", part).encode())
    counts = region.rows("SELECT count(*) FROM doorstroom_read.event WHERE counts")
    assert counts == [(region.rows("SELECT count(*) FROM doorstroom.event")[0][0],)]
