"""In the region a desk writes its own rows and no others, also by hand; who may read reads the views."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from storage.region import schema
from storage.region.schema import Migration
from tests.cli import ROOT, Night
from tests.regions import Region, journal, new_region


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


FORGED = """
INSERT INTO doorstroom.event (desk, epoch, seq, prev, uid, at, entered_at, verb, ref, told)
SELECT d.id, d.epoch, l.seq + 1, l.uid, 'forged', now(), now(), 'bus close', '', '{}'
FROM doorstroom.desk d, doorstroom.last_event(d.id) l WHERE d.name = %s
"""


def as_desk(region: Region, night: Night, name: str) -> str:
    """The address of a desk with a new password in it, for whoever types SQL by hand."""
    role, password = region.let_in(night, name, "--new-password")
    return region.address(role, password=password)


def test_a_desk_writes_its_own_rows_and_no_others(region: Region, tmp_path: Path) -> None:
    ours, theirs = region.desk("Oldenzaal", tmp_path / "ours"), region.desk("Almelo", tmp_path / "theirs", beds=12)
    for one in (ours, theirs):
        one.do("region", "push")
    address = as_desk(region, ours, "Oldenzaal")
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(FORGED, ["Oldenzaal"])
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            conn.execute(FORGED, ["Almelo"])
        touched = conn.execute("UPDATE doorstroom.figures SET seq = 0 RETURNING desk").fetchall()
        assert len(touched) == 1
        for denied in (
            "UPDATE doorstroom.event SET verb = 'x'",
            "DELETE FROM doorstroom.event",
            "UPDATE doorstroom.desk SET epoch = 9",
            "UPDATE doorstroom.location SET held = 0",
            "INSERT INTO doorstroom.granted (uid, desk, location, places, lapses_at) VALUES ('u', 1, 'x', 1, now())",
            "SELECT doorstroom.new_epoch(1, NULL, 0, 'x')",
            "CREATE TABLE doorstroom.mine (id integer)",
            "SET ROLE doorstroom_owner",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                conn.execute(denied.encode())
        # the control: without the policy the same line goes through
        region.do("DROP POLICY own ON doorstroom.event")
        region.do("CREATE POLICY everybody ON doorstroom.event FOR INSERT TO doorstroom_desk WITH CHECK (true)")
        conn.execute(FORGED, ["Almelo"])
    assert ("forged",) in [(uid,) for _seq, uid, _verb in region.told("Almelo")]


def test_the_region_itself_refuses_a_gap_and_what_does_not_follow(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("region", "push")
    gap = FORGED.replace("l.uid, 'forged'", "'another', 'forged'")
    with psycopg.connect(as_desk(region, desk, "Oldenzaal"), autocommit=True) as conn:
        with pytest.raises(psycopg.Error) as no:
            conn.execute(gap, ["Oldenzaal"])
        assert no.value.sqlstate == "DS004"
        with pytest.raises(psycopg.Error) as no:
            conn.execute(FORGED.replace("d.epoch", "d.epoch + 1", 1), ["Oldenzaal"])
        assert no.value.sqlstate == "DS005"
        # the control: without what looks at it the gap goes in
        region.do("DROP TRIGGER event_follows ON doorstroom.event")
        conn.execute(gap, ["Oldenzaal"])


def test_who_may_read_reads_the_views_and_nothing_behind_them(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.bus("Utrecht", 48)
    desk.do("region", "push")
    region.do(
        "DO $$ BEGIN CREATE ROLE nation LOGIN PASSWORD 'secret' IN ROLE doorstroom_reader;"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    with psycopg.connect(region.address("nation", password="secret"), autocommit=True) as conn:
        views = conn.execute(
            "SELECT table_name FROM information_schema.views WHERE table_schema = 'doorstroom_read'"
        ).fetchall()
        assert {name for (name,) in views} >= {"region", "desk", "bus", "event", "location", "granted", "diverted"}
        page = (ROOT / "docs" / "region.md").read_text()
        for (name,) in views:
            assert f"| `{name}` |" in page
            conn.execute(f"SELECT * FROM doorstroom_read.{name}".encode()).fetchall()
        (row,) = conn.execute("SELECT desk, beds_realised, inside, last_seq FROM doorstroom_read.desk").fetchall()
        assert row == ("Oldenzaal", 20, 0, len(journal(desk)))
        assert conn.execute("SELECT ref, short FROM doorstroom_read.bus").fetchall() == [("B-220407-1", 48)]
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute("SELECT * FROM doorstroom.event")


def test_places_are_granted_once_and_never_more_than_there_are(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    region.do("INSERT INTO doorstroom.location (name, municipality, capacity) VALUES ('Hal', 'Hengelo', 10)")
    (known,) = region.rows("SELECT store_uid, instance FROM doorstroom.desk")
    ask, told = "SELECT doorstroom.grant_places(%s, %s, 'Hal', %s)", "SELECT uid, state, places FROM doorstroom.granted"
    with psycopg.connect(as_desk(region, desk, "Oldenzaal"), autocommit=True) as conn:
        heard = conn.execute("SELECT line FROM doorstroom.hear(%s, %s, NULL)", known).fetchone()
        assert heard is not None
        for uid, places in (("one", 6), ("one", 6), ("two", 5), ("three", 4)):
            conn.execute(ask, [heard[0], uid, places])
        with pytest.raises(psycopg.DatabaseError, match="another line"):
            conn.execute(ask, [int(heard[0]) - 1, "four", 1])
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute("UPDATE doorstroom.location SET held = 0")
    assert sorted(region.rows(told)) == [("one", "granted", 6), ("three", "granted", 4), ("two", "refused", 5)]
    assert region.rows("SELECT held FROM doorstroom.location") == [(10,)]
    with pytest.raises(errors.CheckViolation, match="never_more_than_there_are"):
        region.do("UPDATE doorstroom.location SET held = 11")


def test_a_function_that_a_later_migration_makes_is_nobodys_until_it_says_whose(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    later = Migration("later", "CREATE FUNCTION doorstroom.later() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, later))
    desk.do("region", "init", region.keeper)
    with (
        psycopg.connect(as_desk(region, desk, "Oldenzaal")) as conn,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        conn.execute("SELECT doorstroom.later()")
