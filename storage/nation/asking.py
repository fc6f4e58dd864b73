"""Why a region is not read, asked of the region itself: by the nation's keeper, who alone has the passwords."""

from desk.language import _
from desk.nation import National
from desk.refusals import Refused
from storage.nation import server
from storage.region import server as regions

UNKNOWN = frozenset(("stopped", "silent", "failing"))
"""The states of a line that say what happens, and not why."""
_ADDRESSES = """
SELECT s.subname, s.subconninfo FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
WHERE d.datname = current_database() AND s.subname = ANY(%s)
"""


def why(address: str, national: National) -> dict[str, str]:
    """By subscription what each region that raises the alarm says; empty for who may not ask."""
    names = [one.subscription for one in national.halted if one.state in UNKNOWN]
    if not names:
        return {}
    with server.reached(address) as conn:
        may = conn.execute("SELECT has_column_privilege('pg_subscription', 'subconninfo', 'SELECT')").fetchone()
        found = conn.execute(_ADDRESSES, [names]).fetchall() if may is not None and may[0] else []
    return {str(name): _said_by(str(name), str(address)) for name, address in found}


def _said_by(name: str, address: str) -> str:
    try:
        with regions.connected(address, writes=False, words=server.REGION_WORDS) as conn:
            row = conn.execute("SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [name]).fetchone()
    except Refused as no:
        return no.sentences[0]
    if row is None or row[0] in (None, "lost"):
        return _("The region keeps nothing for the nation any more. Do: desk nation add, again")
    return _("The region is there. The log of the nation's server says what cannot be written.")
