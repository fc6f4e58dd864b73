"""A region for tests: one real server a worker, a database of its own a test, and desks that join it.

@pytest.fixture
def region(tmp_path) -> Iterator[Region]:
with new_region() as region:
yield region

def test_…(region, tmp_path):
desk = region.desk("Oldenzaal", tmp_path)
desk.do("region", "push")
assert region.rows("SELECT …")
"""

import atexit
import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg

from desk.region.link import RegionLink
from storage.region import joining
from storage.region.link import link_of
from storage.store import Desk
from tests.cli import Night
from tests.postgres import Server

_servers: list[Server] = []
_numbers = count(1)


def the_server() -> Server:
    """The server of this worker: started at the first need of it, and whole again after a test that stopped it."""
    if not _servers:
        server = Server()
        server.__enter__()
        atexit.register(server.__exit__, None, None, None)
        _servers.append(server)
    _servers[0].must_run()
    return _servers[0]


class Region:
    """One region in a database of its own, and its keeper."""

    def __init__(self, server: Server, database: str) -> None:
        self.server = server
        self.database = database
        self.keeper = server.owner(database)

    def address(self, role: str, **more: str) -> str:
        """The address as a desk elsewhere has it."""
        return self.server.address(self.database, user=role, **more)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the keeper reads there."""
        with psycopg.connect(self.keeper, autocommit=True) as conn:
            return conn.execute(sql.encode(), values).fetchall()

    def do(self, sql: str, *values: object) -> None:
        """What the keeper does there by hand."""
        with psycopg.connect(self.keeper, autocommit=True) as conn:
            conn.execute(sql.encode(), values)

    def reader(self) -> str:
        """The address of somebody who may read, and has no desk."""
        self.do(
            "DO $$ BEGIN CREATE ROLE board LOGIN PASSWORD 'secret' IN ROLE doorstroom_reader;"
            " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        return self.address("board", password="secret")

    def let_in(self, night: Night, name: str, *more: str) -> tuple[str, str]:
        """The role and the password of a desk that may come in."""
        made = night.do("region", "init", self.keeper, "--desk", name, *more)
        return made["desks"][0]["role"], made["desks"][0]["password"]

    def desk(self, name: str, folder: Path, *, beds: int = 20) -> Night:
        """A desk with a store of its own, joined."""
        folder.mkdir(exist_ok=True)
        night = Night(folder).made(beds=beds)
        role, password = self.let_in(night, name)
        self.join(night, name, role, password)
        return night

    def join(self, night: Night, name: str, role: str, password: str) -> None:
        """Join with that password, typed as it is asked for."""
        with typed(password):
            night.do("region", "join", self.address(role), "--name", name)

    def told(self, name: str) -> list[tuple[int, str, str]]:
        """The events of a desk that count: number, name in the world, what was done."""
        return self.rows(
            "SELECT e.seq, e.uid, e.verb FROM doorstroom.event e JOIN doorstroom.desk d ON d.id = e.desk"
            " JOIN doorstroom.path p ON p.desk = e.desk AND p.epoch = e.epoch AND (p.upto IS NULL OR e.seq <= p.upto)"
            " WHERE d.name = %s ORDER BY e.seq",
            name,
        )


@contextmanager
def new_region(name: str = "Twente") -> Iterator[Region]:
    """A region that its keeper just made."""
    server = the_server()
    database = f"region_{next(_numbers)}"
    with psycopg.connect(server.owner(), autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {database}".encode())
    joining.init(server.owner(database), name=name)
    yield Region(server, database)
    server.must_run()
    with psycopg.connect(server.owner(), autocommit=True) as conn:
        conn.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


@contextmanager
def typed(text: str) -> Iterator[None]:
    """What stands on standard input."""
    before, sys.stdin = sys.stdin, io.StringIO(text + "\n")
    try:
        yield
    finally:
        sys.stdin = before


def journal(night: Night) -> list[tuple[int, str, str]]:
    """What a store's own journal says: number, name in the world, what was done."""
    with Desk(night.store, "test") as desk:
        found: list[tuple[int, str, str]] = desk.db.execute("SELECT id, uid, verb FROM action ORDER BY id").fetchall()
    return found


# --- telling it ------------------------------------------------------------------------------


def opened(night: Night) -> Desk:
    """The store in this process."""
    return Desk(night.store, "Anna")


def until(is_so: Callable[[], bool], within_s: float = 30.0) -> None:
    """Wait for a thing, and not for a time."""
    end = monotonic() + within_s
    while not is_so():
        assert monotonic() < end, "it did not come to be"
        sleep(0.02)


def has_all(region: Region, desk: Night, name: str = "Oldenzaal") -> bool:
    return region.told(name) == journal(desk)


def keeping_on(desk: Night) -> "subprocess.Popen[str]":
    """The process that tells the region, as the service runs it."""
    return desk.command("region", "push", "--keep-on")


def the_link(desk: Desk) -> RegionLink:
    link = link_of(desk.db)
    assert link is not None
    return link
