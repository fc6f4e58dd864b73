"""What a screen shows of the region, read through its view layer in one snapshot; a role that may only read suffices.

Each reading is a line of its own, closed after it: a screen that is left open takes no place of the desks that tell.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.names import clean
from desk.region.regional import BusBetween, ComingBus, DeskFigures, NationLine, Regional, SharedPlaces
from storage.region import server
from storage.region.schema import NATION

if TYPE_CHECKING:
    import psycopg

ANSWERS_WITHIN_S = 10.0
"""A server that says nothing for so long is given up, and tried again."""
SNAPSHOT = server.SNAPSHOT
"""All of it is of one moment: a bus that goes from one desk to another is at one of them."""
LONGEST = 80
"""Letters of a name that are shown; nobody here chose it."""

_REGION = "SELECT name, now() AS at FROM doorstroom_read.region"
_DESKS = """
SELECT desk, seen_at,
  CASE WHEN figures_received_at IS NOT NULL
    THEN greatest(least(figures_received_at, now()), '2000-01-01') END AS told_at,
  beds_realised AS realised, beds_usable AS usable, beds_occupied AS occupied, beds_reserved AS reserved,
  beds_free AS free, inside, present, without_bed, unregistered, coalesce(clock_off_s, 0) AS clock_off_s, lost
FROM doorstroom_read.desk WHERE left_at IS NULL ORDER BY lower(desk)
"""
_BUSES = """
SELECT desk, ref, coalesce(state, '') AS state, eta, coalesce(announced, 0) AS announced, counted,
  coalesce(reserved, 0) AS reserved, coalesce(short, 0) AS to_find
FROM doorstroom_read.bus WHERE ref IS NOT NULL ORDER BY eta NULLS LAST, lower(desk), ref
"""
_BETWEEN = """
SELECT sender, coalesce(receiver, '') AS receiver, ref, people, state, greatest(least(sent_at, now()), '2000-01-01')
  AS sent_at
FROM doorstroom_read.diverted WHERE state IN ('sent', 'announced') ORDER BY diverted.sent_at, ref
"""
_PLACES = """
SELECT location, municipality, capacity, held, free,
  coalesce((SELECT sum(g.places) FROM doorstroom_read.granted g
    WHERE g.location = l.location AND g.desk = %s AND g.state = 'granted'), 0)::integer AS mine
FROM doorstroom_read.location l ORDER BY lower(municipality), lower(location)
"""
_NATION = "SELECT slot, active, wal_status, kept_bytes FROM doorstroom_read.nation_line ORDER BY slot"


def read(address: str, passfile: Path | None = None, me: str = "") -> Regional:
    """The region as it is now; `me` is the desk whose granted places are counted."""
    with server.reached(address, passfile, writes=False) as region, server.answering(region.conn, ANSWERS_WITHIN_S):
        conn = region.conn
        conn.isolation_level, conn.read_only = SNAPSHOT, True
        with conn.transaction():
            (region_itself,) = rows_of(conn, _REGION)
            return Regional(
                **region_itself,
                desks=tuple(DeskFigures(**row) for row in rows_of(conn, _DESKS)),
                buses=tuple(ComingBus(**row) for row in rows_of(conn, _BUSES)),
                between=tuple(BusBetween(**row) for row in rows_of(conn, _BETWEEN)),
                places=tuple(SharedPlaces(**row) for row in rows_of(conn, _PLACES, me)),
                nation=tuple(NationLine(**row) for row in rows_of(conn, _NATION))
                if NATION in region.migrations
                else (),
                me=me,
            )


def rows_of(conn: "psycopg.Connection[Any]", sql: str, *values: object) -> list[dict[str, Any]]:
    """The rows, each by the names of its columns, with what comes from elsewhere fit to be shown."""
    from psycopg.rows import dict_row

    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(sql.encode(), values).fetchall()
    return [{name: _safe(value) for name, value in row.items()} for row in found]


def _safe(value: object) -> object:
    """What comes from elsewhere, fit to be shown here."""
    if isinstance(value, str):
        return shown(value)
    return _utc(value) if isinstance(value, datetime) else value


def shown(text: str) -> str:
    """A name that nobody here chose, fit to be shown, and not longer than there is room for."""
    return clean(text[:LONGEST], limit=len(text) + 3 * LONGEST)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
