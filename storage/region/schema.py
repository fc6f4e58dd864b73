"""The migrations of a region: made by its keeper with `desk region init`, each once and whole.

A desk that is older than its region goes on telling it, unless a migration it does not know says that it cannot
(`breaks`). One that is newer goes on too: what its region does not have yet it does without.
"""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from desk.language import _
from desk.refusals import Refused
from storage.region import batches, shared, tables

if TYPE_CHECKING:
    from psycopg import Connection

LEAST_SERVER = 150000
"""PostgreSQL 15, as the server numbers itself."""
_LOCK = 0x646F6F72
"""One keeper at a time; the number is the desk's own, `door`."""


class Migration(NamedTuple):
    """One step of the schema: its name, what it does, and whether desks that do not know it can no longer go on."""

    name: str
    sql: str
    breaks: bool = False


FIRST, PLACES = "first", "places"
WHOLE_BATCHES = "whole batches"
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        FIRST,
        tables.DESKS + tables.PLACES + tables.PATH + tables.FUNCTIONS + tables.TOLD + tables.RIGHTS + tables.READ,
        breaks=True,
    ),
    Migration(PLACES, shared.PLACES + shared.FUNCTIONS + shared.RIGHTS + shared.READ),
    Migration(WHOLE_BATCHES, batches.BATCHES),
)


def migrate(conn: "Connection[tuple[object, ...]]", name: str = "") -> list[str]:
    """Make or bring up to date the roles, the schema and the region's own row; gives the migrations that were new."""
    with conn.transaction():
        _alone(conn)
        _make_roles(conn)
        _make_ground(conn)
    done = []
    for migration in MIGRATIONS:
        with conn.transaction():
            _alone(conn)
            there = applied(conn)
            refuse_newer(there, keeper=True)
            if migration.name in there:
                continue
            conn.execute("SET LOCAL ROLE doorstroom_owner")
            conn.execute(migration.sql.encode())
            conn.execute(
                "INSERT INTO doorstroom.migration (name, breaks) VALUES (%s, %s)", [migration.name, migration.breaks]
            )
            done.append(migration.name)
    with conn.transaction():
        conn.execute("SET LOCAL ROLE doorstroom_owner")
        conn.execute(
            "INSERT INTO doorstroom.region (name, uid) VALUES (%s, %s) ON CONFLICT (one) DO NOTHING",
            [name or _("region"), uuid.uuid4().hex],
        )
        if name:
            conn.execute("UPDATE doorstroom.region SET name = %s WHERE name <> %s", [name, name])
    return done


def applied(conn: "Connection[tuple[object, ...]]") -> dict[str, bool]:
    """The migrations of this region, each with whether it breaks desks that do not know it; empty where it is none."""
    row = conn.execute("SELECT to_regclass('doorstroom.migration') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return {}
    rows = conn.execute("SELECT name, breaks FROM doorstroom.migration").fetchall()
    return {str(name): bool(breaks) for name, breaks in rows}


def refuse_newer(there: dict[str, bool], *, keeper: bool = False) -> None:
    """Refuse a region that this program does not know well enough; its keeper must know all of it."""
    known = {migration.name for migration in MIGRATIONS}
    unknown = {name: breaks for name, breaks in there.items() if name not in known}
    if any(unknown.values()) or (keeper and unknown):
        raise Refused(
            _(
                "The region was renewed by a newer desk. Install that version here; until then this desk goes on by"
                " itself, and what it does waits."
            )
        )


def must_have(there: Iterable[str], name: str = FIRST) -> None:
    """Refuse a region that does not have that migration yet."""
    found = set(there)
    if not found:
        raise Refused(_("At this address is no region yet. Its keeper makes one: desk region init ADDRESS"))
    if name not in found:
        raise Refused(_("The region is older than this desk. Its keeper renews it: desk region init ADDRESS"))


def _alone(conn: "Connection[tuple[object, ...]]") -> None:
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _make_roles(conn: "Connection[tuple[object, ...]]") -> None:
    from psycopg import sql

    known = {row[0] for row in conn.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role, what in tables.GROUPS.items():
        if role not in known:
            conn.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            conn.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(sql.Identifier(role), sql.Literal(what)))
    # who is no superuser makes what belongs to a role only as a member of it
    member = conn.execute(
        "SELECT pg_has_role(current_user, 'doorstroom_owner', 'SET')"
        if _tells_set(conn)
        else "SELECT pg_has_role(current_user, 'doorstroom_owner', 'MEMBER')"
    ).fetchone()
    if member is not None and not member[0]:
        conn.execute("GRANT doorstroom_owner TO CURRENT_USER")


def _tells_set(conn: "Connection[tuple[object, ...]]") -> bool:
    """From PostgreSQL 16 on a membership says apart whether one may act as the role."""
    return conn.info.server_version >= 160000


def _make_ground(conn: "Connection[tuple[object, ...]]") -> None:
    for schema in ("doorstroom", "doorstroom_read"):
        row = conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
        if row is None:
            conn.execute(f"CREATE SCHEMA {schema} AUTHORIZATION doorstroom_owner".encode())
    if not applied(conn):
        conn.execute("SET LOCAL ROLE doorstroom_owner")
        conn.execute(
            "CREATE TABLE IF NOT EXISTS doorstroom.migration (name text PRIMARY KEY, breaks boolean NOT NULL,"
            " at timestamptz NOT NULL DEFAULT now())"
        )
        conn.execute("GRANT USAGE ON SCHEMA doorstroom TO doorstroom_desk, doorstroom_reader")
        conn.execute("GRANT SELECT ON doorstroom.migration TO doorstroom_desk, doorstroom_reader")
