"""What is shown of the nation, read through its view layer in one snapshot; a role that may only read suffices."""

from datetime import timedelta
from typing import Any

from desk.nation import Line, National, RegionFigures
from storage.nation import server
from storage.region import server as regions
from storage.region.reading import ANSWERS_WITHIN_S, SNAPSHOT, rows_of

_NATION = "SELECT name, now() AS at FROM doorstroom_read.nation"
_LINES = """
SELECT region, uid, subscription, state, halted, least(heard_at, now()) AS heard_at,
  coalesce(clock_off_s, 0) AS clock_off_s, errors
FROM doorstroom_read.line ORDER BY lower(region), uid
"""
_REGIONS = """
SELECT region, uid, halted, age_s, desks, desks_missing AS missing, desks_old AS old, beds_realised AS realised,
  beds_free AS free, inside, without_bed, unregistered, buses, people_coming AS coming, to_find, places, places_free,
  places_over
FROM doorstroom_read.region ORDER BY lower(region), uid
"""


def read(address: str) -> National:
    """The nation as it is now."""
    with (
        server.reached(address) as conn,
        server.spoken(),
        regions.answering(conn, ANSWERS_WITHIN_S, server.WORDS),
    ):
        conn.isolation_level, conn.read_only = SNAPSHOT, True
        with conn.transaction():
            (nation,) = rows_of(conn, _NATION)
            return National(
                **nation,
                lines=tuple(Line(**row) for row in rows_of(conn, _LINES)),
                regions=tuple(_region(row, nation["at"]) for row in rows_of(conn, _REGIONS)),
            )


def _region(row: dict[str, Any], at: Any) -> RegionFigures:
    """The numbers as they are counted here; the sums of a server come as decimals."""
    age_s = row.pop("age_s")
    counted: dict[str, Any] = {
        name: value if isinstance(value, str | bool) else int(value) for name, value in row.items()
    }
    told_at = at - timedelta(seconds=int(age_s)) if age_s is not None else None
    return RegionFigures(**counted, told_at=told_at)
