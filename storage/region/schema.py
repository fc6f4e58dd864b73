"""The migrations of a region: made by its keeper with `desk region init`, each once and whole.

A desk that is older than its region goes on telling it, unless a migration it does not know says that it cannot
(`breaks`). One that is newer goes on too: what its region does not have yet it does without.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from desk.language import _
from desk.refusals import Refused
from storage.region import batches, diverted, published, shared, tables

if TYPE_CHECKING:
    from psycopg import Connection

LEAST_SERVER = 150000
"""PostgreSQL 15, as the server numbers itself."""
KEPT = "doorstroom.migration"
"""Where a region keeps which migrations it has."""
_LOCK = 0x646F6F72
"""One keeper at a time; the number is the desk's own, `door`."""


class Migration(NamedTuple):
    """One step of the schema: its name, what it does, and whether desks that do not know it can no longer go on."""

    name: str
    sql: str
    breaks: bool = False


FIRST, PLACES, BUSES, NATION = "first", "places", "buses", "nation"
WHOLE_BATCHES = "whole batches"
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        FIRST,
        tables.DESKS + tables.PLACES + tables.PATH + tables.FUNCTIONS + tables.TOLD + tables.RIGHTS + tables.READ,
        breaks=True,
    ),
    Migration(PLACES, shared.PLACES + shared.FUNCTIONS + shared.RIGHTS + shared.READ),
    Migration(BUSES, diverted.BUSES + diverted.FUNCTIONS + diverted.RIGHTS + diverted.READ),
    Migration(NATION, published.REGION + published.RIGHTS + published.READ),
    Migration(WHOLE_BATCHES, batches.BATCHES),
)


def migrate(conn: "Connection[tuple[object, ...]]", name: str = "") -> list[str]:
    """Make or bring up to date the roles, the schema and the region's own row; gives the migrations that were new."""
    if _is_there(conn, "doorstroom.nation"):
        raise Refused(_("At this address is the nation. A region has a database of its own: createdb NAME"))
    done = make(conn, MIGRATIONS, tables.GROUPS, KEPT, lambda there: refuse_newer(there, keeper=True))
    with conn.transaction():
        conn.execute("SET LOCAL ROLE doorstroom_owner")
        conn.execute(
            "INSERT INTO doorstroom.region (name, uid) VALUES (%s, %s) ON CONFLICT (one) DO NOTHING",
            [name or _("region"), uuid.uuid4().hex],
        )
        if name:
            conn.execute("UPDATE doorstroom.region SET name = %s WHERE name <> %s", [name, name])
    return done


def make(
    conn: "Connection[tuple[object, ...]]",
    migrations: Sequence[Migration],
    groups: Mapping[str, str],
    kept: str,
    refuse: Callable[[dict[str, bool]], None],
) -> list[str]:
    """Make the roles and the schemas, and each migration that is not there yet; gives those that were new.

    `kept` is the table that says which there are; `refuse` looks at them, and refuses what the program does not know.
    """
    with conn.transaction():
        _alone(conn)
        _make_roles(conn, groups)
        _make_ground(conn, [group for group in groups if group != "doorstroom_owner"], kept)
    done = []
    for migration in migrations:
        with conn.transaction():
            _alone(conn)
            there = applied(conn, kept)
            refuse(there)
            if migration.name in there:
                continue
            conn.execute("SET LOCAL ROLE doorstroom_owner")
            conn.execute(migration.sql.encode())
            conn.execute(
                f"INSERT INTO {kept} (name, breaks) VALUES (%s, %s)".encode(), [migration.name, migration.breaks]
            )
            done.append(migration.name)
    return done


def applied(conn: "Connection[tuple[object, ...]]", kept: str = KEPT) -> dict[str, bool]:
    """The migrations of this database, each with whether it breaks who does not know it; empty where it has none."""
    if not _is_there(conn, kept):
        return {}
    rows = conn.execute(f"SELECT name, breaks FROM {kept}".encode()).fetchall()
    return {str(name): bool(breaks) for name, breaks in rows}


def _is_there(conn: "Connection[tuple[object, ...]]", table: str) -> bool:
    row = conn.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return row is not None and bool(row[0])


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


def _make_roles(conn: "Connection[tuple[object, ...]]", groups: Mapping[str, str]) -> None:
    from psycopg import sql

    known = {row[0] for row in conn.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role, what in groups.items():
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


def _make_ground(conn: "Connection[tuple[object, ...]]", groups: Sequence[str], kept: str) -> None:
    for schema in ("doorstroom", "doorstroom_read"):
        row = conn.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
        if row is None:
            conn.execute(f"CREATE SCHEMA {schema} AUTHORIZATION doorstroom_owner".encode())
    if not applied(conn, kept):
        conn.execute("SET LOCAL ROLE doorstroom_owner")
        conn.execute(
            f"CREATE TABLE IF NOT EXISTS {kept} (name text PRIMARY KEY, breaks boolean NOT NULL,"
            " at timestamptz NOT NULL DEFAULT now())".encode()
        )
        for what in ("USAGE ON SCHEMA doorstroom", f"SELECT ON {kept}"):
            conn.execute(f"GRANT {what} TO {', '.join(groups)}".encode())
