"""The migrations of a nation: made by its keeper with `desk nation init`, each once and whole."""

from typing import TYPE_CHECKING

from desk.language import _
from desk.names import clean
from desk.refusals import Refused
from storage.nation import tables
from storage.region import schema
from storage.region.schema import Migration

if TYPE_CHECKING:
    from psycopg import Connection

KEPT = "doorstroom.nation_migration"
MIGRATIONS: tuple[Migration, ...] = (Migration("first", tables.FIRST, breaks=True),)


def migrate(conn: "Connection[tuple[object, ...]]", name: str = "") -> list[str]:
    """Make or bring up to date a nation; gives the migrations that were new."""
    if schema.applied(conn):
        raise Refused(_("At this address is a region. The nation has a database of its own: createdb NAME"))
    done = schema.make(conn, MIGRATIONS, tables.GROUPS, KEPT, lambda there: _refuse_newer(there, keeper=True))
    with conn.transaction():
        conn.execute("SET LOCAL ROLE doorstroom_owner")
        said = clean(name, limit=60)
        conn.execute(
            "INSERT INTO doorstroom.nation (name) VALUES (%s) ON CONFLICT (one) DO NOTHING", [said or _("nation")]
        )
        if said:
            conn.execute("UPDATE doorstroom.nation SET name = %s WHERE name <> %s", [said, said])
    return done


def must_be_known(conn: "Connection[tuple[object, ...]]") -> None:
    """Refuse what is no nation, or one that this program does not know well enough."""
    there = schema.applied(conn, KEPT)
    if not there:
        raise Refused(_("At this address is no nation yet. Its keeper makes one: desk nation init ADDRESS"))
    _refuse_newer(there)


def _refuse_newer(there: dict[str, bool], *, keeper: bool = False) -> None:
    unknown = [breaks for name, breaks in there.items() if name not in {one.name for one in MIGRATIONS}]
    if any(unknown) or (keeper and unknown):
        raise Refused(_("The nation was renewed by a newer program. Install that version here."))
