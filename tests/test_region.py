"""The region beyond one machine: made by its keeper, joined by desks that each write their own rows and no others."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from desk.refusals import Refused
from storage.region import joining, schema, server
from storage.region.schema import Migration
from tests.cli import Night
from tests.postgres import Server
from tests.regions import Region, journal, new_region, typed


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=20)


# --- made -------------------------------------------------------------------------------------


def test_a_region_made_twice_is_made_once(region: Region, night: Night) -> None:
    first = night.do("region", "init", region.keeper, "--desk", "Oldenzaal, Almelo")
    again = night.do("region", "init", region.keeper, "--desk", "Oldenzaal")
    assert first["migrations"] == again["migrations"] == []
    assert [one["ref"] for one in first["desks"]] == ["Oldenzaal", "Almelo"]
    assert again["desks"] == [{**first["desks"][0], "password": None}]
    assert region.rows("SELECT name FROM doorstroom.region") == [("Twente",)]
    night.do("region", "init", region.keeper, "--name", "Twente en omstreken")
    assert region.rows("SELECT name FROM doorstroom_read.region") == [("Twente en omstreken",)]


def test_its_keeper_need_not_be_the_servers_superuser(tmp_path: Path) -> None:
    with Server() as own:
        with psycopg.connect(own.owner(), autocommit=True) as conn:
            conn.execute("CREATE ROLE keeper LOGIN CREATEROLE")
            conn.execute("CREATE DATABASE twente OWNER keeper")
        address = own.owner("twente").replace("user=postgres", "user=keeper")
        made = joining.init(address, name="Twente", desks=("Oldenzaal",))
        assert made.migrations == tuple(migration.name for migration in schema.MIGRATIONS)
        assert joining.init(address).migrations == ()
        night = Night(tmp_path).made(beds=4)
        with typed(made.let_in[0].password):
            night.do("region", "join", own.address("twente", user=made.let_in[0].role), "--name", "Oldenzaal")
        assert night.do("region", "push")["actions"] == len(journal(night))
        with psycopg.connect(own.owner("twente")) as conn:
            owners = conn.execute(
                "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace::regnamespace::text"
                " LIKE 'doorstroom%%'".replace("%%", "%")
            ).fetchall()
        assert owners == [("doorstroom_owner",)]


def test_no_password_stands_in_a_journal_an_address_or_the_servers_log(region: Region, tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=4)
    role, password = region.let_in(night, "Oldenzaal")
    night.do("region", "join", region.address(role, password=password), "--name", "Oldenzaal")
    assert night.do("region", "push")["actions"] > 0
    file = night.store.with_name("desk.db.region")
    assert password in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    holding = [one for one in tmp_path.rglob("*") if one.is_file() and password.encode() in one.read_bytes()]
    assert holding == [file]
    region.do("SET log_statement = 'all'")
    assert password not in region.server.log
    assert password not in str(night.do("region", "status"))
    night.do("region", "leave")
    assert not file.exists()


def test_a_password_that_was_lost_is_given_anew(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    role, password = region.let_in(desk, "Oldenzaal", "--new-password")
    assert "does not take the name or the password" in desk.refused("region", "push")
    region.join(desk, "Oldenzaal", role, password)
    assert desk.do("region", "push")["actions"] == len(journal(desk))


# --- joined, refused --------------------------------------------------------------------------


def test_a_desk_joins_leaves_and_comes_back_and_nothing_is_missing(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("region", "push")
    assert "Twente" in desk.do("region", "leave")["text"]
    assert desk.do("region", "status")["state"] == "none"
    assert "belongs to no region" in desk.refused("region", "push")
    assert region.rows("SELECT left_at IS NOT NULL FROM doorstroom_read.desk") == [(True,)]
    desk.in_bed("Petrenko", 3)
    role, password = region.let_in(desk, "Oldenzaal", "--new-password")
    region.join(desk, "Oldenzaal", role, password)
    desk.do("region", "push")
    assert region.told("Oldenzaal") == journal(desk)
    assert region.rows("SELECT epoch, left_at FROM doorstroom_read.desk") == [(1, None)]


def test_what_was_said_to_the_region_nobody_takes_back_here(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("undo")
    assert [verb for _id, _uid, verb in journal(desk)][-2:] == ["region join", "undo"]
    assert desk.do("region", "status")["ref"] == "Twente"


def test_two_desks_do_not_bear_one_name(region: Region, tmp_path: Path) -> None:
    region.desk("Oldenzaal", tmp_path / "one")
    other = Night(tmp_path / "two").made(beds=12)
    role, password = region.let_in(other, "Oldenzaal", "--new-password")
    with typed(password):
        said = other.refused("region", "join", region.address(role), "--name", "Oldenzaal")
    assert "Another store is known in the region under this name" in said
    assert not other.store.with_name("desk.db.region").exists()
    # the keeper says that the first one is gone for good
    region.let_in(other, "Oldenzaal", "--replace")
    region.join(other, "Oldenzaal", role, password)
    other.do("region", "push")
    assert region.told("Oldenzaal") == journal(other)


def test_a_role_is_of_one_desk_and_a_store_is_one_desk(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    role, password = region.let_in(desk, "Almelo")
    with typed(password):
        said = desk.refused("region", "join", region.address(role), "--name", "Hengelo")
    assert "this role is the desk Almelo" in said
    with typed(password):
        said = desk.refused("region", "join", region.address(role), "--name", "Almelo")
    assert "knows this store as the desk Oldenzaal" in said


def refusals(region: Region) -> dict[str, tuple[str, str]]:
    """Each way in which a region does not let a desk in: the address, and what the sentence says."""
    role = "doorstroom_nobody"
    good = region.address(role)
    return {
        "nobody listens": (re.sub(r"port=\d+", "port=1", good), "cannot be reached: Connection refused"),
        "no such host": (
            good.replace("127.0.0.1", "nowhere.invalid"),
            "cannot be reached",
        ),
        "another certificate": (
            good.replace("authority.pem", "server.pem"),
            "is not the one this desk trusts",
        ),
        "another name": (good.replace("host=127.0.0.1", "host=localhost"), "does not match host name"),
        "in the clear": (good.replace("sslmode=verify-full", "sslmode=disable"), "cannot be reached"),
        "no such role": (good, "does not take the name or the password"),
        "no address": ("the region, please", "is not an address of a region"),
    }


@pytest.mark.parametrize(
    "which",
    [
        *("nobody listens", "no such host", "another certificate", "another name", "in the clear", "no such role"),
        *("no address",),
    ],
)
def test_each_way_in_which_nobody_is_let_in_is_one_sentence(which: str, region: Region, night: Night) -> None:
    shutil.copy(server_certificate(region), region.server.folder / "server.pem")
    address, says = refusals(region)[which]
    with typed("wrong"):
        said = night.refused("region", "join", address, "--name", "Oldenzaal")
    assert says in said
    assert "Traceback" not in said
    assert not night.store.with_name("desk.db.region").exists()
    assert night.do("region", "status")["state"] == "none"


def server_certificate(region: Region) -> Path:
    """The certificate of an authority that did not sign the server's."""
    import trustme

    file = region.server.folder / "another.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    return file


def test_a_server_elsewhere_is_asked_for_its_certificate_unless_the_address_says_otherwise() -> None:
    assert server.parameters("host=region.example dbname=x")["sslmode"] == "verify-full"
    assert server.parameters("postgresql://region.example/x")["sslmode"] == "verify-full"
    assert server.parameters("hostaddr=192.0.2.7 host=localhost dbname=x")["sslmode"] == "verify-full"
    assert server.parameters("host=region.example sslmode=require")["sslmode"] == "require"
    assert "sslmode" not in server.parameters("host=/run/postgresql dbname=x")
    assert "sslmode" not in server.parameters("host=127.0.0.1 dbname=x")


def test_a_role_without_rights_is_one_sentence(region: Region, night: Night) -> None:
    role, password = region.let_in(night, "Oldenzaal")
    region.do(f"REVOKE doorstroom_desk FROM {role}")
    with typed(password):
        said = night.refused("region", "join", region.address(role), "--name", "Oldenzaal")
    assert "may not do that in the region" in said


def test_a_database_that_is_no_region_is_one_sentence(region: Region, night: Night) -> None:
    region.do("DROP SCHEMA doorstroom CASCADE")
    with typed(""):
        said = night.refused("region", "join", region.keeper, "--name", "Oldenzaal")
    assert "no region yet" in said


def test_a_copy_that_can_only_be_read_is_one_sentence(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    region.do(f"ALTER DATABASE {region.database} SET default_transaction_read_only = on")
    assert "can only be read" in desk.refused("region", "push")


def test_a_full_disk_of_the_region_is_one_sentence_and_nothing_is_lost(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    region.do(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
    )
    region.do(
        "CREATE TRIGGER full_disk AFTER INSERT ON doorstroom.event FOR EACH ROW WHEN (NEW.seq > 2)"
        " EXECUTE FUNCTION full_disk()"
    )
    assert "The disk of the region is full" in desk.refused("region", "push")
    assert region.told("Oldenzaal") == []
    region.do("DROP TRIGGER full_disk ON doorstroom.event")
    desk.do("region", "push")
    assert region.told("Oldenzaal") == journal(desk)


def test_another_region_under_the_same_address_is_noticed(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    region.do("UPDATE doorstroom.region SET uid = 'another'")
    assert "is another region than the one this desk joined" in desk.refused("region", "push")


# --- older and newer --------------------------------------------------------------------------


def test_a_region_that_was_renewed_takes_what_an_older_desk_tells_unless_it_cannot(
    region: Region, tmp_path: Path
) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    region.do("INSERT INTO doorstroom.migration (name, breaks) VALUES ('of tomorrow', false)")
    desk.do("region", "push")
    assert region.told("Oldenzaal") == journal(desk)
    # its keeper needs the newest program all the same
    assert "was renewed by a newer desk" in desk.refused("region", "init", region.keeper)
    region.do("UPDATE doorstroom.migration SET breaks = true WHERE name = 'of tomorrow'")
    desk.in_bed("Petrenko", 3)
    assert "was renewed by a newer desk" in desk.refused("region", "push")
    assert desk.do("region", "status")["waiting"] > 0


def test_a_newer_desk_tells_an_older_region_and_its_keeper_renews_it(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    tomorrow = Migration("of tomorrow", "CREATE TABLE doorstroom.tomorrow (id integer)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, tomorrow))
    desk.do("region", "push")
    assert region.told("Oldenzaal") == journal(desk)
    with server.reached(region.keeper) as line, pytest.raises(Refused, match="older than this desk"):
        line.must_have("of tomorrow")
    assert desk.do("region", "init", region.keeper)["migrations"] == ["of tomorrow"]
    with server.reached(region.keeper) as line:
        line.must_have("of tomorrow")


def test_a_migration_that_goes_wrong_leaves_nothing_of_itself(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    halfway = Migration("halfway", "CREATE TABLE doorstroom.half (id integer); SELECT 1 / 0;")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, halfway))
    with pytest.raises(Refused, match="division by zero"):
        joining.init(region.keeper)
    assert region.rows("SELECT to_regclass('doorstroom.half')") == [(None,)]
    assert region.rows("SELECT name FROM doorstroom.migration WHERE name = 'halfway'") == []


# --- its own rows and no others ---------------------------------------------------------------

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
        for (name,) in views:
            conn.execute(f"SELECT * FROM doorstroom_read.{name}".encode()).fetchall()
        (row,) = conn.execute("SELECT desk, beds_realised, inside, last_seq FROM doorstroom_read.desk").fetchall()
        assert row == ("Oldenzaal", 20, 0, len(journal(desk)))
        assert conn.execute("SELECT ref, short FROM doorstroom_read.bus").fetchall() == [("B-220407-1", 48)]
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute("SELECT * FROM doorstroom.event")


def test_places_are_granted_once_and_never_more_than_there_are(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    region.do("INSERT INTO doorstroom.location (name, municipality, capacity) VALUES ('Hal', 'Hengelo', 10)")
    ask = "SELECT state, places FROM doorstroom.grant_places(%s, 'Hal', %s)"
    with psycopg.connect(as_desk(region, desk, "Oldenzaal"), autocommit=True) as conn:
        for _again in range(2):
            assert conn.execute(ask, ["one", 6]).fetchall() == [("granted", 6)]
        with pytest.raises(errors.CheckViolation, match="never_more_than_there_are"):
            conn.execute(ask, ["two", 5])
        assert conn.execute(ask, ["three", 4]).fetchall() == [("granted", 4)]
    assert region.rows("SELECT held FROM doorstroom.location") == [(10,)]
