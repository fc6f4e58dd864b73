"""What the nation gets of a region, in SQL: totals and states of its desks, and no action, name or ask.

A publication never changes: what is published later gets another one beside it. So a nation that is older than its
region, or newer, goes on with the one it knows, and it does not matter which of them is renewed first.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import Connection

PUBLICATION = "doorstroom_nation_1"
COLUMNS: Mapping[str, str] = {
    "region": "uid, name, made_at",
    "desk": "region, id, name, joined_at, left_at, seen_at, clock_off_s",
    "figures": "region, desk, at, told, received_at",
    "location": "region, name, municipality, capacity, held, over",
    "diverted": "region, uid, sender, receiver, ref, people, eta, state, sent_at, answered_at",
}
"""Of which tables the nation gets which columns: what is not here does not go out."""
_KEYS = {"desk": "id", "figures": "desk", "location": "name", "diverted": "uid"}
"""By what a row is known, beside its region."""

REGION = """
CREATE FUNCTION doorstroom.region_uid() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT uid FROM doorstroom.region;
$$;
REVOKE ALL ON FUNCTION doorstroom.region_uid FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doorstroom.region_uid TO doorstroom_desk;
CREATE UNIQUE INDEX region_known ON doorstroom.region (uid);
ALTER TABLE doorstroom.region REPLICA IDENTITY USING INDEX region_known;
"""
# rows of two regions lie in one table of the nation; the reference holds whoever writes to the region's own name
REGION += "".join(
    f"""
ALTER TABLE doorstroom.{table} ADD COLUMN region text NOT NULL DEFAULT doorstroom.region_uid()
  REFERENCES doorstroom.region (uid) ON UPDATE CASCADE;
CREATE UNIQUE INDEX {table}_known ON doorstroom.{table} (region, {key});
ALTER TABLE doorstroom.{table} REPLICA IDENTITY USING INDEX {table}_known;
"""
    for table, key in _KEYS.items()
)

RIGHTS = """
GRANT USAGE ON SCHEMA doorstroom TO doorstroom_nation;
GRANT SELECT ON doorstroom.migration TO doorstroom_nation;
CREATE POLICY nation ON doorstroom.desk FOR SELECT TO doorstroom_nation USING (true);
CREATE POLICY nation ON doorstroom.figures FOR SELECT TO doorstroom_nation USING (true);
CREATE POLICY nation ON doorstroom.diverted FOR SELECT TO doorstroom_nation USING (true);
""" + "".join(
    f"GRANT SELECT ({columns}) ON doorstroom.{table} TO doorstroom_nation;\n" for table, columns in COLUMNS.items()
)

READ = """
CREATE VIEW doorstroom_read.nation_line AS
SELECT s.slot_name::text AS slot, s.active, s.wal_status,
  pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
    s.restart_lsn)::bigint AS kept_bytes
FROM pg_replication_slots s
WHERE s.slot_type = 'logical' AND s.database = current_database() AND s.slot_name ~ '^doorstroom_nation_[0-9a-f]+$';
GRANT SELECT ON doorstroom_read.nation_line TO doorstroom_reader, doorstroom_desk;
"""


def slot_of(region_uid: str) -> str:
    """Under which name the region keeps what its nation has not read yet; one nation a region."""
    return f"doorstroom_nation_{region_uid[:12]}"


def role_of(region_uid: str) -> str:
    """As who the nation comes in: a role of that region alone, also where a server has several."""
    return f"doorstroom_reads_{region_uid[:12]}"


def publish(conn: "Connection[tuple[object, ...]]") -> None:
    """Publish what the nation gets; done twice it is done once."""
    if conn.execute("SELECT 1 FROM pg_publication WHERE pubname = %s", [PUBLICATION]).fetchone() is None:
        tables = ", ".join(f"doorstroom.{table} ({columns})" for table, columns in COLUMNS.items())
        conn.execute(f"CREATE PUBLICATION {PUBLICATION} FOR TABLE {tables}".encode())
