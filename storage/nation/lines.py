"""Making a nation, and letting a region into it or out of it: one subscription a region.

The password with which a region is read lies in the nation's own catalogue (`pg_subscription`), for its superusers
only; where the address names a passfile it lies there. No table, view or sentence has it.
"""

from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from psycopg import Error, conninfo, errors, sql

from desk.language import _
from desk.refusals import Refused
from storage.nation import schema, server, tables
from storage.region import published
from storage.region import server as regions
from storage.region.reading import shown
from storage.region.schema import NATION, applied, must_have

if TYPE_CHECKING:
    from psycopg import Connection

    Line = Connection[tuple[object, ...]]

COPIED_WITHIN_S = 60.0


@dataclass(frozen=True)
class Made:
    """A nation as its keeper made it."""

    nation: str
    migrations: tuple[str, ...]


@dataclass(frozen=True)
class Added:
    """A region that the nation reads: how it was before, and whether all of it is there."""

    region: str
    uid: str
    subscription: str
    anew: bool
    copied: bool


@dataclass(frozen=True)
class Removed:
    """A region that the nation reads no more; `left_there` is under which name its server still keeps something."""

    region: str
    left_there: str

    @property
    def to_drop(self) -> str:
        """What to say on that server."""
        return f"SELECT pg_drop_replication_slot('{self.left_there}')" if self.left_there else ""


@dataclass(frozen=True)
class _AtRegion:
    """What a region says of itself to who would read it; `slot` is how its slot fares, empty where it has none."""

    uid: str
    name: str
    slot: str
    active: bool


def init(address: str, name: str = "") -> Made:
    """Make a nation, or bring it up to date; done twice it is done once."""
    with server.connected(address) as conn:
        done = schema.migrate(conn, name)
        row = conn.execute("SELECT name FROM doorstroom.nation").fetchone()
    return Made(str(row[0]) if row else "", tuple(done))


# --- a region comes in ------------------------------------------------------------------------


def add(address: str, region_address: str, password: str = "") -> Added:
    """Read a region from now on; said again it goes on where it was halted, and from the beginning where it must."""
    given = regions.parameters(region_address)
    if password:
        given["password"] = password
    with server.reached(address, writes=True) as conn:
        found = _at_region(given, _cluster(conn))
        name = published.slot_of(found.uid)
        _must_have_room(conn, found.uid)
        _say_no_password(conn)
        with conn.transaction():
            conn.execute("SET LOCAL ROLE doorstroom_owner")
            conn.execute(
                "INSERT INTO doorstroom.line (region, name, subscription, address) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (region) DO UPDATE SET name = excluded.name, address = excluded.address",
                [found.uid, found.name, name, regions.without_secrets(region_address)],
            )
        anew = not _is_subscribed(conn, name) or found.slot in ("", "lost")
        if anew:
            conn.execute("UPDATE doorstroom.line SET added_at = now() WHERE region = %s", [found.uid])
            _begin_anew(conn, given, found)
        else:
            _go_on(conn, given, name)
        return Added(found.name, found.uid, name, anew, _is_copied(conn, name, COPIED_WITHIN_S))


def _at_region(given: dict[str, str], cluster: str) -> _AtRegion:
    """Look at the region as the nation's server will; refused where it cannot be read."""
    with _region(given, writes=False) as conn:
        if cluster == _cluster(conn):
            raise Refused(_("The nation and a region cannot be on one server. Give each a server of its own."))
        must_have(applied(conn), NATION)
        row = conn.execute("SELECT uid, name, current_setting('wal_level') FROM doorstroom.region").fetchone()
        there = conn.execute("SELECT 1 FROM pg_publication WHERE pubname = %s", [published.PUBLICATION]).fetchone()
        if row is None or there is None or row[2] != "logical":
            raise Refused(_("This region lets no nation in yet. Its keeper does: desk region init ADDRESS --nation"))
        slot = conn.execute(
            "SELECT wal_status, active FROM pg_replication_slots WHERE slot_name = %s",
            [published.slot_of(str(row[0]))],
        ).fetchone()
    state, active = (str(slot[0] or "lost"), bool(slot[1])) if slot else ("", False)
    return _AtRegion(str(row[0]), shown(str(row[1])), state, active)


def _region(given: dict[str, str], *, writes: bool) -> "AbstractContextManager[Line]":
    return regions.connected(conninfo.make_conninfo(**given), writes=writes, words=server.REGION_WORDS)


def _begin_anew(conn: "Line", given: dict[str, str], found: _AtRegion) -> None:
    """Everything of the region is copied, and then followed; what was kept of it before goes first."""
    name = published.slot_of(found.uid)
    ours = _is_subscribed(conn, name)
    if found.active and not ours:
        raise Refused(
            _("Another nation reads {region}. A region is read by one: there, first: desk nation remove").format(
                region=found.name
            )
        )
    if ours:
        _drop_alone(conn, name)
    if found.slot:
        with _region(given, writes=True) as region:
            region.execute("SELECT pg_drop_replication_slot(%s)", [name])
    _forget_rows(conn, found.uid)
    # between two databases, so in no transaction: what dies on the way is found missing, and added again
    conn.execute(
        sql.SQL("CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH (slot_name = {}, streaming = off)").format(
            sql.Identifier(name),
            sql.Literal(_for_the_server(given)),
            sql.Identifier(published.PUBLICATION),
            sql.Literal(name),
        )
    )


def _go_on(conn: "Line", given: dict[str, str], name: str) -> None:
    """With the address as it is now; its errors are counted from here on."""
    who = sql.Identifier(name)
    conn.execute(sql.SQL("ALTER SUBSCRIPTION {} CONNECTION {}").format(who, sql.Literal(_for_the_server(given))))
    conn.execute(sql.SQL("ALTER SUBSCRIPTION {} ENABLE").format(who))
    conn.execute(sql.SQL("ALTER SUBSCRIPTION {} REFRESH PUBLICATION").format(who))
    with suppress(errors.InsufficientPrivilege):
        conn.execute("SELECT pg_stat_reset_subscription_stats(oid) FROM pg_subscription WHERE subname = %s", [name])


def _for_the_server(given: dict[str, str]) -> str:
    """The address as the nation's server uses it: it has its own name on the line, and its own working folder."""
    kept = {name: value for name, value in given.items() if name != "application_name"}
    for name in ("sslrootcert", "passfile", "sslcert", "sslkey"):
        if kept.get(name) not in (None, "system"):
            kept[name] = str(Path(kept[name]).absolute())
    return conninfo.make_conninfo(**kept)


def _cluster(conn: "Line") -> str:
    row = conn.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    return str(row[0]) if row else ""


def _must_have_room(conn: "Line", uid: str) -> None:
    """Each region takes a worker of the nation's server: one too many would wait for ever, without a word."""
    row = conn.execute(
        "SELECT count(*) FILTER (WHERE region <> %s) + 2, current_setting('max_logical_replication_workers')::integer,"
        " current_setting('max_worker_processes')::integer - 2,"
        " coalesce(current_setting('max_active_replication_origins', true),"
        "   current_setting('max_replication_slots'))::integer FROM doorstroom.line",
        [uid],
    ).fetchone()
    assert row is not None
    needs, *most = (int(str(value)) for value in row)
    if needs > min(most):
        raise Refused(
            _(
                "The nation's server has no room for another region. In its postgresql.conf, for {n} regions:"
                " max_logical_replication_workers = {workers}, max_worker_processes = {processes},"
                " max_active_replication_origins (before PostgreSQL 18 max_replication_slots) = {workers};"
                " then start it anew."
            ).format(n=needs - 1, workers=needs + 4, processes=needs + 10)
        )


def _say_no_password(conn: "Line") -> None:
    """What makes a subscription has the password in it: the server's log gets it neither way."""
    for name, value in (
        ("log_statement", "none"),
        ("log_min_error_statement", "panic"),
        ("log_min_duration_statement", "-1"),
    ):
        with suppress(errors.InsufficientPrivilege):
            conn.execute("SELECT set_config(%s, %s, false)", [name, value])


def _is_subscribed(conn: "Line", name: str) -> bool:
    return conn.execute(_SUBSCRIBED, [name]).fetchone() is not None


def _is_copied(conn: "Line", name: str, within_s: float) -> bool:
    """Wait until all that was there is copied."""
    end = monotonic() + within_s
    while monotonic() < end:
        row = conn.execute(_COPIED, [name]).fetchone()
        if row is not None and row[0]:
            return True
        sleep(0.05)
    return False


_SUBSCRIBED = """
SELECT s.oid FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
WHERE s.subname = %s AND d.datname = current_database()
"""
_COPIED = """
SELECT bool_and(r.srsubstate = 'r') FROM pg_subscription s JOIN pg_subscription_rel r ON r.srsubid = s.oid
WHERE s.subname = %s
"""


# --- a region goes out ------------------------------------------------------------------------


def remove(address: str, region: str) -> Removed:
    """Read a region no more: its rows go too; `region` is its name, or that of its subscription."""
    with server.reached(address, writes=True) as conn:
        rows = conn.execute(
            "SELECT uid, region, subscription FROM doorstroom_read.line"
            " WHERE lower(region) = lower(%s) OR uid = %s OR subscription = %s",
            [region, region, region],
        ).fetchall()
        if not rows:
            raise Refused(_("The nation reads no region called {region}.").format(region=shown(region)))
        if len(rows) > 1:
            raise Refused(
                _("Several regions are called {region}. Say which by its line: {lines}").format(
                    region=shown(region), lines=", ".join(str(row[2]) for row in rows)
                )
            )
        uid, name, subscription = (str(value) for value in rows[0])
        left = ""
        if _is_subscribed(conn, subscription):
            try:
                conn.execute(sql.SQL("DROP SUBSCRIPTION {}").format(sql.Identifier(subscription)))
            except Error:  # the region is not there, or knows nothing of it any more
                left = subscription
                _drop_alone(conn, subscription)
        _forget_rows(conn, uid)
        conn.execute("DELETE FROM doorstroom.line WHERE region = %s", [uid])
    return Removed(shown(name), left)


def _drop_alone(conn: "Line", name: str) -> None:
    """Without the region: what it keeps for the nation stays there."""
    who = sql.Identifier(name)
    conn.execute(sql.SQL("ALTER SUBSCRIPTION {} DISABLE").format(who))
    conn.execute(sql.SQL("ALTER SUBSCRIPTION {} SET (slot_name = NONE)").format(who))
    conn.execute(sql.SQL("DROP SUBSCRIPTION {}").format(who))


def _forget_rows(conn: "Line", uid: str) -> None:
    with conn.transaction():
        conn.execute("SET LOCAL ROLE doorstroom_owner")
        for table, column in tables.OF_A_REGION.items():
            conn.execute(f"DELETE FROM doorstroom.{table} WHERE {column} = %s".encode(), [uid])
