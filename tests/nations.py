"""A nation for tests: a second real server a worker, a database of its own a test, and regions that it reads."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg

from storage.nation import lines
from storage.region import joining
from tests.postgres import Server
from tests.regions import Region

_servers: list[Server] = []
_numbers = count(1)
SET = (
    "ALTER SYSTEM SET wal_retrieve_retry_interval = '200ms'",  # a line that broke is tried again at once
    "ALTER SYSTEM SET wal_level = replica",  # who only reads needs no more
    "ALTER SYSTEM SET max_logical_replication_workers = 8",
)


def the_nations_server() -> Server:
    """The server of this worker: a region and its nation cannot be on one."""
    if not _servers:
        server = Server()
        server.__enter__()
        atexit.register(server.__exit__, None, None, None)
        with psycopg.connect(server.owner(), autocommit=True) as conn:
            for line in SET:
                conn.execute(line.encode())
        server.stop()
        server.start()
        _servers.append(server)
    return _servers[0]


class Nation:
    """One nation in a database of its own, and its keeper."""

    def __init__(self, server: Server, database: str) -> None:
        self.server = server
        self.keeper = server.owner(database)
        self.database = database

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the keeper reads there."""
        with psycopg.connect(self.keeper, autocommit=True) as conn:
            return conn.execute(sql.encode(), values).fetchall()

    def do(self, sql: str, *values: object) -> None:
        """What the keeper does there by hand."""
        with psycopg.connect(self.keeper, autocommit=True) as conn:
            conn.execute(sql.encode(), values)

    def reader(self) -> str:
        """The address of somebody who may only read."""
        self.do(
            "DO $$ BEGIN CREATE ROLE board LOGIN PASSWORD 'secret' IN ROLE doorstroom_reader;"
            " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        return f"host=127.0.0.1 port={self.server.port} dbname={self.database} user=board password=secret"

    @property
    def tells_conflicts(self) -> bool:
        """Whether this PostgreSQL counts rows that are in the way."""
        return bool(self.rows("SELECT 1 WHERE current_setting('server_version_num')::integer >= 180000"))

    def reads(self, region: Region) -> lines.Added:
        """The region lets it in, and it is added."""
        address, password = let_in(region)
        return lines.add(self.keeper, address, password)

    def state(self, region: str) -> tuple[str, bool]:
        """How the line to a region fares, and whether it raises the alarm."""
        ((state, halted),) = self.rows("SELECT state, halted FROM doorstroom_read.line WHERE region = %s", region)
        return state, halted

    def subscription(self, region: str) -> str:
        """The name of its subscription."""
        ((name,),) = self.rows("SELECT subscription FROM doorstroom_read.line WHERE region = %s", region)
        return str(name)

    def subscription_of(self, region: Region) -> str:
        """The same, whatever the region calls itself now."""
        ((uid,),) = region.rows("SELECT uid FROM doorstroom.region")
        ((name,),) = self.rows("SELECT subscription FROM doorstroom.line WHERE region = %s", uid)
        return str(name)

    def a_while_passed(self) -> None:
        """As if nothing of any region had come in for two minutes."""
        self.do("UPDATE doorstroom.desk SET came_at = came_at - interval '2 minutes'")
        self.do("UPDATE doorstroom.line SET added_at = added_at - interval '2 minutes'")


def let_in(region: Region) -> tuple[str, str]:
    """The address at which a nation reads this region, and a new password. The server itself speaks no TLS."""
    made = joining.init(region.keeper, nation=True, new_password=True)
    assert made.nation is not None
    server, role = region.server, made.nation.role
    return (
        f"host=127.0.0.1 port={server.port} dbname={region.database} user={role} sslmode=disable",
        made.nation.password,
    )


def let_go(region: Region) -> None:
    """The region keeps nothing for a nation any more."""
    region.do(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
        " WHERE database = current_database() AND NOT active"
    )


@contextmanager
def new_nation(*regions: Region, name: str = "Nederland") -> Iterator[Nation]:
    """A nation that its keeper just made; with it goes what the regions keep for it."""
    server = the_nations_server()
    database = f"nation_{next(_numbers)}"
    with psycopg.connect(server.owner(), autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {database}".encode())
    nation = Nation(server, database)
    lines.init(nation.keeper, name)
    try:
        yield nation
    finally:
        for region in regions:
            region.server.must_run()
        for (line,) in nation.rows("SELECT subscription FROM doorstroom.line"):
            lines.remove(nation.keeper, line)
        for region in regions:
            let_go(region)
        with psycopg.connect(server.owner(), autocommit=True) as conn:
            conn.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())
