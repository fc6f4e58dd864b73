"""The region's server dies and its copy takes over: a desk whose address names both goes on, each action told once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from desk.refusals import Refused
from storage.region import joining
from storage.region.places import Places
from tests.cli import Night
from tests.postgres import Server
from tests.regions import Region, has_all, journal, keeping_on, opened, typed, until
from tests.tiers import few

DATABASE = "region"


@contextmanager
def pair(folder: Path) -> Iterator[tuple[Region, Region]]:
    """A region and its copy that follows it."""
    with Server() as first:
        with psycopg.connect(first.owner(), autocommit=True) as conn:
            conn.execute("CREATE DATABASE region")
        joining.init(first.owner(DATABASE), name="Twente")
        with first.standby() as second:
            both = folder / "authorities.pem"
            both.write_bytes(first.authority.read_bytes() + second.authority.read_bytes())
            yield Region(first, DATABASE), Region(second, DATABASE)


def joined(regions: tuple[Region, Region], folder: Path) -> Night:
    """A desk whose address names both servers."""
    first, second = regions
    night = Night(folder).made(beds=20)
    role, password = first.let_in(night, "Oldenzaal")
    ports = f"{first.server.line.port},{second.server.line.port}"
    address = first.address(
        role,
        host="127.0.0.1,127.0.0.1",
        port=ports,
        target_session_attrs="read-write",
        sslrootcert=str(folder / "authorities.pem"),
    )
    with typed(password):
        night.do("region", "join", address, "--name", "Oldenzaal")
    return night


def synchronous(region: Region) -> None:
    """What is answered the copy has too."""
    region.do("ALTER SYSTEM SET synchronous_standby_names = '*'")
    region.do("SELECT pg_reload_conf()")
    until(lambda: region.rows("SELECT sync_state FROM pg_stat_replication") == [("sync",)])


def promote(region: Region) -> None:
    """The copy takes over."""
    region.do("SELECT pg_promote(true, 60)")


def test_a_desk_goes_on_at_the_copy_when_the_server_is_killed(tmp_path: Path) -> None:
    with pair(tmp_path) as regions:
        first, second = regions
        desk = joined(regions, tmp_path)
        synchronous(first)
        process = keeping_on(desk)
        try:
            desk.in_bed("Petrenko", 3)
            until(lambda: has_all(first, desk))
            first.server.kill()
            desk.in_bed("Koval", 2)
            promote(second)
            until(lambda: has_all(second, desk), within_s=60)
            desk.in_bed("Bondar", 1)
            until(lambda: has_all(second, desk))
        finally:
            process.kill()
            process.communicate()
        assert second.rows("SELECT count(*), count(DISTINCT uid) FROM doorstroom.event") == [
            (len(journal(desk)), len(journal(desk)))
        ]
        assert second.rows("SELECT count(*) FROM doorstroom.epoch") == [(1,)]
        assert desk.do("region", "status")["state"] == "reached"


@pytest.mark.parametrize("waits_for_the_copy", few([True, False], 1))
def test_places_that_were_granted_are_granted_at_the_copy_too(tmp_path: Path, *, waits_for_the_copy: bool) -> None:
    with pair(tmp_path) as regions:
        first, second = regions
        desk = joined(regions, tmp_path)
        desk.do("region", "share", first.keeper, "Hal", "--municipality", "Almelo", "--places", 10)
        desk.do("location", "add", "Hal", "--municipality", "Almelo", "--kind", "municipal", "--capacity", 10)
        desk.do("region", "push")
        if waits_for_the_copy:
            synchronous(first)
        at_copy = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        (here,) = first.rows("SELECT pg_current_wal_lsn()::text")
        until(lambda: second.rows(at_copy, here[0]) == [(True,)])
        second.server.kill()
        answers: list[str] = []
        thread = Thread(target=_ask, args=(desk, answers))
        thread.start()
        if waits_for_the_copy:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename <> 'postgres'"
            until(lambda: first.rows(waiting)[0][0] > 0)
            assert answers == []
        else:
            thread.join()
        first.server.kill()
        second.server.start()
        promote(second)
        thread.join()
        ((held,),) = second.rows("SELECT held FROM doorstroom.location")
        promised = _granted(desk)
        # the control: without it the desk has places of which the copy does not know, and gives to others
        assert (promised, held) == ((0, 0) if waits_for_the_copy else (6, 0))
        desk.do("region", "push")
        assert second.rows("SELECT held FROM doorstroom.location") == [(6,)]
        assert _granted(desk) == 6


def _ask(desk: Night, answers: list[str]) -> None:
    with opened(desk) as store:
        try:
            answers.append(Places(store).ask("Hal", 6).state)
        except Refused as no:
            answers.append(no.sentences[0])


def _granted(desk: Night) -> int:
    with opened(desk) as store:
        row: Any = store.db.execute(
            "SELECT coalesce(sum(places), 0) FROM place_grant WHERE state = 'granted'"
        ).fetchone()
    return int(row[0])
