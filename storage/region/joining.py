"""Making a region, letting a desk into it, joining and leaving.

The keeper of the region makes it and each desk's own role; the desk gets a password that is shown once and lies from
then on in a file beside its store. No password ever stands in a journal, a log or an address that is kept.
"""

import os
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desk.language import _
from desk.names import clean
from desk.refusals import Refused
from desk.region.link import RegionLink
from storage.journal import Done, Journal
from storage.region import escrow, published, schema, sent, server
from storage.region import link as links
from storage.rows import delete, insert

if TYPE_CHECKING:
    from psycopg import Connection

    from storage.aside import Aside

LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of a password: none that is taken for another when it is read out."""
LONG = 24


@dataclass(frozen=True)
class LetIn:
    """A desk that may come in: its role, and its password where one was made now."""

    desk: str
    role: str
    password: str


@dataclass(frozen=True)
class Made:
    """A region as its keeper made it: its name, which migrations were new, and who was let in; the nation last."""

    region: str
    migrations: tuple[str, ...]
    let_in: tuple[LetIn, ...]
    nation: LetIn | None = None


def init(
    address: str,
    *,
    name: str = "",
    desks: tuple[str, ...] = (),
    nation: bool = False,
    new_password: bool = False,
    replace: bool = False,
) -> Made:
    """Make a region, or bring it up to date, and let desks in, and the nation; done twice it is done once.

    With `new_password` who is known gets another one; with `replace` another store may take the name of a desk.
    """
    with server.connected(address) as conn, server.spoken():
        done = schema.migrate(conn, clean(name, limit=60))
        let_in = [_let_in(conn, one, new_password=new_password, replace=replace) for one in desks]
        reads = _let_nation_in(conn, new_password=new_password) if nation else None
        row = conn.execute("SELECT name FROM doorstroom.region").fetchone()
    return Made(str(row[0]) if row else "", tuple(done), tuple(let_in), reads)


def _let_in(conn: "Connection[tuple[object, ...]]", name: str, *, new_password: bool, replace: bool) -> LetIn:
    said = clean(name, limit=60)
    if not said:
        raise Refused(_("Give the desk a name, as in: desk region init ADDRESS --desk Oldenzaal"))
    with conn.transaction():
        known = conn.execute("SELECT name, role FROM doorstroom.desk WHERE lower(name) = lower(%s)", [said]).fetchone()
        if known is None:
            role = _role_of(conn, said)
            password = _make_role(conn, role)
            conn.execute("SET LOCAL ROLE doorstroom_owner")
            conn.execute("INSERT INTO doorstroom.desk (name, role) VALUES (%s, %s)", [said, role])
            return LetIn(said, role, password)
        role = str(known[1])
        password = _set_password(conn, role) if new_password else ""
        if replace:
            conn.execute("SET LOCAL ROLE doorstroom_owner")
            conn.execute(
                "UPDATE doorstroom.desk SET store_uid = NULL, instance = NULL, left_at = NULL WHERE role = %s", [role]
            )
    return LetIn(str(known[0]), role, password)


def _let_nation_in(conn: "Connection[tuple[object, ...]]", *, new_password: bool) -> LetIn:
    """Publish what the nation gets, and a role that may read just that; refused where the server cannot."""
    from psycopg import errors, sql

    row = conn.execute("SELECT current_setting('wal_level'), uid FROM doorstroom.region").fetchone()
    assert row is not None
    level, uid = row
    if level != "logical":
        raise Refused(
            _(
                "The server of the region writes nothing down that a nation could read (wal_level is {level}). In its"
                " postgresql.conf: wal_level = logical; then start it anew."
            ).format(level=level)
        )
    role = published.role_of(str(uid))
    with conn.transaction():
        published.publish(conn)
        known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if known is None:
            try:
                conn.execute(
                    sql.SQL("CREATE ROLE {} LOGIN REPLICATION CONNECTION LIMIT 8").format(sql.Identifier(role))
                )
            except errors.InsufficientPrivilege as no:
                raise Refused(
                    _("Only a superuser of the region's server lets the nation in: its role may replicate.")
                ) from no
            conn.execute(sql.SQL("GRANT doorstroom_nation TO {}").format(sql.Identifier(role)))
        password = _set_password(conn, role) if known is None or new_password else ""
    return LetIn("", role, password)


def _role_of(conn: "Connection[tuple[object, ...]]", name: str) -> str:
    """A role of its own, named after the desk in letters that need no quotes; never one that is somebody else's."""
    plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()
    slug = "".join(c if c.isalnum() else "_" for c in plain).strip("_")[:40] or "desk"
    taken = {str(row[0]) for row in conn.execute("SELECT rolname FROM pg_roles").fetchall()}
    first = f"doorstroom_{slug}"
    return next(one for one in (first, *(f"{first}_{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _make_role(conn: "Connection[tuple[object, ...]]", role: str) -> str:
    from psycopg import sql

    conn.execute(sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT 8").format(sql.Identifier(role)))
    conn.execute(sql.SQL("GRANT doorstroom_desk TO {}").format(sql.Identifier(role)))
    return _set_password(conn, role)


def _set_password(conn: "Connection[tuple[object, ...]]", role: str) -> str:
    from psycopg import sql

    password = "".join(secrets.choice(LETTERS) for _n in range(LONG))
    # made here: what goes over the line, and into the server's own log, opens nothing
    hidden = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    conn.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(hidden)))
    return password


# --- at the desk ------------------------------------------------------------------------------


class Joining:
    """Joining a region and leaving it, as actions of one store."""

    def __init__(self, journal: Journal, aside: "Aside") -> None:
        self._journal = journal
        self._aside = aside

    @property
    def link(self) -> RegionLink | None:
        """The region this desk belongs to."""
        return links.link_of(self._journal.db)

    def join(self, address: str, name: str, password: str = "") -> Done:
        """Come into a region under that name; refused where another store has it. Again is also how to move one."""
        journal = self._journal
        given = server.parameters(address)
        said, kept = clean(name, limit=60), _kept_address(address)
        password = password or given.pop("password", "")
        with _password_in_place(journal.path, given.get("user", ""), password) as passfile:
            with server.reached(address, passfile) as region:
                row = region.conn.execute(
                    "SELECT (doorstroom.join_region(%s, %s, %s)).*", [said, store_uid(journal), self._instance]
                ).fetchone()
                at_region = region.conn.execute("SELECT name, uid FROM doorstroom.region").fetchone()
            assert row is not None
            assert at_region is not None
            found = RegionLink(
                region=str(at_region[0]),
                region_uid=str(at_region[1]),
                desk=str(row[1]),
                address=kept,
                joined_at=journal.now(),
                joined_by=journal.operator,
            )
        self._write(found)
        text = _("This desk is {desk} in region {region}. What it does is told there by: desk region push --keep-on")
        return Done("", "joined", text.format(desk=found.desk, region=found.region), also={"region": found.region})

    def _write(self, found: RegionLink) -> None:
        with self._journal.action("region join", {"region": found.region, "desk": found.desk}):
            for old in (known,) if (known := self.link) else ():
                delete(self._journal.db, old)
            insert(self._journal.db, found)

    @property
    def _instance(self) -> str:
        return links.instance(self._aside)

    def leave(self) -> Done:
        """Leave the region; what it was told stays there, and the desk goes on by itself."""
        journal, link = self._journal, self.link
        if link is None:
            raise Refused(_("This desk belongs to no region."))
        escrow.must_have_given_back(journal.db)
        sent.must_have_been_answered(journal.db)
        warnings = []
        try:
            with server.reached_by(link, journal.path) as region:
                region.conn.execute("SELECT doorstroom.leave_region()")
        except Refused as no:
            words = _("The region was not told that this desk leaves: {why}")
            warnings.append(words.format(why=no.sentences[0]))
        with journal.action("region leave", {"region": link.region}):
            delete(journal.db, link)
        links.passfile(journal.path).unlink(missing_ok=True)
        links.forget(self._aside)
        text = _("This desk has left region {region} and goes on by itself.").format(region=link.region)
        return Done("", "left", text, tuple(warnings), also={"region": link.region})


def store_uid(journal: Journal) -> str:
    """The name of a store in the world: that of its first action, which every copy of it has."""
    return str(journal.db.execute("SELECT uid FROM action ORDER BY id LIMIT 1").fetchone()[0])


def _kept_address(address: str) -> str:
    """The address as it is kept: without a password, and with the certificate's file wherever the desk is started."""
    from psycopg import conninfo

    root = conninfo.conninfo_to_dict(address).get("sslrootcert")
    if root in (None, "system"):
        return server.without_secrets(address)
    return conninfo.make_conninfo(server.without_secrets(address), sslrootcert=str(Path(str(root)).absolute()))


@contextmanager
def _password_in_place(store: Path, user: str, password: str) -> Iterator[Path]:
    """The password where libpq looks for it, there to stay once the region has taken it."""
    file = links.passfile(store)
    trying = file.with_name(file.name + ".new")
    if not password:
        yield file
        return
    kept = [part.replace("\\", "\\\\").replace(":", "\\:") for part in (user, password)]
    line = ":".join(["*", "*", "*", kept[0] or "*", kept[1]])
    try:
        trying.unlink(missing_ok=True)
        with os.fdopen(os.open(trying, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "w") as there:
            there.write(line + "\n")
            there.flush()
            os.fsync(there.fileno())
        yield trying
        trying.rename(file)
    finally:
        trying.unlink(missing_ok=True)
