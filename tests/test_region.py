"""The region beyond one machine: made by its keeper, joined by desks that each write their own rows and no others."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from desk.refusals import Refused
from storage.region import joining, schema, server
from storage.region.schema import Migration
from storage.store import Desk
from tests.cli import ROOT, Night
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


def test_a_desk_that_died_while_it_joined_joins_again(
    region: Region, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, password = region.let_in(night, "Oldenzaal")
    with monkeypatch.context() as patched, typed(password):
        patched.setattr(joining.Joining, "_write", interrupted)
        assert night.run("region", "join", region.address(role), "--name", "Oldenzaal").exit != 0
    assert region.rows("SELECT joined_at IS NOT NULL FROM doorstroom.desk") == [(True,)]
    assert night.do("region", "status") == {"state": "none"}
    region.join(night, "Oldenzaal", role, password)
    night.do("region", "push")
    assert region.told("Oldenzaal") == journal(night)


def interrupted(_joining: object, _link: object) -> None:
    raise KeyboardInterrupt


def test_also_a_desk_that_joined_opens_without_what_reaches_a_region(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    shown = "import sys; from screens import start; start.run(['--store', sys.argv[1], 'now']);"
    shown += "print('psycopg' in sys.modules, 'desk.region.link' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", shown, str(desk.store)], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "False True"


@pytest.mark.parametrize("words", ["region push", "region show --address host=x", "nation status host=x"])
def test_a_desk_without_what_reaches_a_region_says_so(night: Night, words: str) -> None:
    missing = "import sys; sys.modules['psycopg'] = None; from screens import start;"
    missing += "sys.exit(start.run(['--store', sys.argv[1], '--language', 'en', *sys.argv[2:]]))"
    command = [sys.executable, "-c", missing, str(night.store), *words.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("What reaches a region is not installed with this desk (psycopg).")


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


def test_a_standby_of_the_region_is_read_and_not_written(tmp_path: Path) -> None:
    with Server() as first:
        joining.init(first.owner(), name="Twente", desks=("Oldenzaal",))
        with first.standby() as standby:
            with server.reached(standby.owner(), writes=False) as line:
                assert line.conn.execute("SELECT name FROM doorstroom_read.region").fetchall() == [("Twente",)]
            with pytest.raises(Refused, match="can only be read"), server.reached(standby.owner()):
                pass


@pytest.mark.long
@pytest.mark.skipif(os.getuid() != 0, reason="only root makes a small disk")
def test_a_disk_that_really_is_full_takes_whole_actions_or_none(tmp_path: Path) -> None:
    """A file system of one megabyte holds the events."""
    with Server() as own:
        small = own.folder / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700,uid=nobody", "tmpfs", str(small)], check=True)
        try:
            made = joining.init(own.owner(), name="Twente", desks=("Oldenzaal",))
            with psycopg.connect(own.owner(), autocommit=True) as conn:
                conn.execute(f"CREATE TABLESPACE small LOCATION '{small}'".encode())
                for name in ("TABLE doorstroom.event", "INDEX doorstroom.event_pkey"):
                    conn.execute(f"ALTER {name} SET TABLESPACE small".encode())
            night = Night(tmp_path).made(beds=4)
            with typed(made.let_in[0].password):
                night.do("region", "join", own.address(user=made.let_in[0].role), "--name", "Oldenzaal")
            with Desk(night.store, "Anna") as desk:
                for number in range(6000):
                    desk.logbook.add("note", f"line {number}")
            assert "The disk of the region is full" in night.refused("region", "push")
            with psycopg.connect(own.owner(), autocommit=True) as conn:
                told = conn.execute("SELECT uid FROM doorstroom.event ORDER BY seq").fetchall()
                assert 0 < len(told) < 6000
                assert [uid for (uid,) in told] == [uid for _id, uid, _verb in journal(night)][: len(told)]
                conn.execute("ALTER TABLE doorstroom.event SET TABLESPACE pg_default")
                conn.execute("ALTER INDEX doorstroom.event_pkey SET TABLESPACE pg_default")
                night.do("region", "push")
                assert conn.execute("SELECT count(*) FROM doorstroom.event").fetchone() == (len(journal(night)),)
                conn.execute("DROP TABLESPACE small")
        finally:
            own.kill()
            subprocess.run(["umount", str(small)], check=True)


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
