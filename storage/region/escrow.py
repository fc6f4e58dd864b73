"""Shared places as the desk's own store keeps them: what is granted, what of it is used, and that no more is promised.

Nothing here reaches the region. Loaded only where the desk belongs to one.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from desk.buses import OPEN as OPEN_BUSES
from desk.capacity import Location
from desk.language import _
from desk.refusals import Refused
from desk.region import places as rules
from desk.region import shared as words
from desk.region.link import RegionLink
from desk.region.places import PlaceGrant
from desk.region.shared import Mine, SharedPlace
from storage.database import Store
from storage.journal import Journal
from storage.region.link import link_of
from storage.rows import read, to_text, to_time

AFRESH = timedelta(seconds=20)
"""How old what the region had left may be before it is kept anew, where nothing else changed."""
OPEN_GRANTS = "state IN ('asked', 'granted')"
# word for word as in the partial indexes
_BUSES = "b.state IN ('announced', 'reserved', 'arrived', 'counted', 'registering')"
_HELD = "state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway') AND state <> 'proposed'"


# --- used and left ----------------------------------------------------------------------------


def shared_places(db: Store) -> list[SharedPlace]:
    """The locations that the region shares, as far as this desk has them."""
    return read(db, SharedPlace)


def lived(db: Store) -> dict[int, int]:
    """The people who arrived at each shared location since it is shared, and live there."""
    return _summed(
        db,
        # CROSS: the shared ones first, so that each reads only what its index has of it
        "SELECT s.location, sum(p.people) FROM shared_place s CROSS JOIN placement p ON p.location = s.location"
        f" AND p.state = 'arrived' AND {_since('p', 'placement')} GROUP BY s.location",
        "SELECT s.location, sum(a.confirmed) FROM shared_place s CROSS JOIN allocation a ON a.location = s.location"
        f" AND a.confirmed_at IS NOT NULL AND {_since('a', 'allocation')} GROUP BY s.location",
    )


def held(db: Store) -> dict[int, int]:
    """The places held for placements and for buses, by location, shared or not."""
    return _summed(
        db,
        f"SELECT location, sum(people) FROM placement WHERE {_HELD} AND location IS NOT NULL GROUP BY location",
        "SELECT a.location, sum(a.people) FROM bus b CROSS JOIN allocation a ON a.bus = b.id"
        f" WHERE {_BUSES} AND a.confirmed_at IS NULL GROUP BY a.location",
    )


def _since(row: str, table: str) -> str:
    """What came after it was shared, or was open then."""
    return f"({row}.id > s.after_{table} OR instr(',' || s.{table}s || ',', ',' || {row}.id || ',') > 0)"


def _summed(db: Store, *queries: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for query in queries:
        for location, people in db.execute(query).fetchall():
            found[location] = found.get(location, 0) + people
    return found


def used(db: Store) -> dict[int, int]:
    """The places promised or lived in, by shared location."""
    there, here = lived(db), held(db)
    return {p.location: there.get(p.location, 0) + here.get(p.location, 0) for p in shared_places(db)}


def open_grants(db: Store) -> list[PlaceGrant]:
    """What is asked and granted."""
    return read(db, PlaceGrant, OPEN_GRANTS)


def mine(journal: Journal) -> tuple[Mine, ...]:
    """What of each shared location is this desk's own."""
    db = journal.db
    link, places = link_of(db), shared_places(db)
    if link is None or not places:
        return ()
    known, grants, there = knows(journal, link), open_grants(db), lived(db)
    figures, as_of = could_ask(journal.path, link)
    return tuple(
        Mine(
            place.location,
            sum(row.kept for row in grants if row.location == place.location),
            there.get(place.location, 0),
            sum(row.places for row in grants if row.location == place.location and row.state == rules.ASKED),
            known,
            figures.get(place.shared),
            as_of,
        )
        for place in places
    )


def left_in_all(journal: Journal) -> int | None:
    """The places that may be promised now at all shared locations together; None where none is shared."""
    found = mine(journal)
    here = held(journal.db) if found else {}
    return sum(max(0, one.left(here.get(one.location, 0))) for one in found) if found else None


# --- never more than is left ------------------------------------------------------------------


def check(journal: Journal, verb: str, changes: Iterable[tuple[str, str | None, str | None]]) -> None:
    """Refuse an action that promises more at a shared location than the desk was granted.

    Within the action, whatever it was: also one that is an undo. What arrived is a fact, and no promise.
    """
    if verb == "bus confirm" or link_of(journal.db) is None:
        return
    more = _more(journal.db, changes)
    if not any(people > 0 for people in more.values()):
        return
    here = held(journal.db)
    for one in mine(journal):
        left = one.left(here.get(one.location, 0))
        if (people := more.get(one.location, 0)) > 0 and (left < 0 or not one.known):
            where = read(journal.db, Location, "id = ?", [one.location])[0]
            before = left + people if one.known else 0
            raise Refused(words.beyond(where.name, where.ref, one, before, people, journal.now(), journal.settings))


def _more(db: Store, changes: Iterable[tuple[str, str | None, str | None]]) -> dict[int, int]:
    """How many more places the changes of an action use, by location."""
    found: dict[int, int] = {}

    def count(table: str, row: str | None, sign: int) -> None:
        values: Mapping[str, Any] = json.loads(row) if row else {}
        if values and values["location"] is not None:
            found[values["location"]] = found.get(values["location"], 0) + sign * words.used_by(table, values)

    for table, old, new in changes:
        if table in {"placement", "allocation"}:
            count(table, old, -1)
            count(table, new, 1)
        elif table == "bus" and old and new:
            before, after = json.loads(old), json.loads(new)
            if before["state"] not in OPEN_BUSES and after["state"] in OPEN_BUSES:
                rows = "SELECT location, people FROM allocation WHERE bus = ? AND confirmed_at IS NULL"
                for location, people in db.execute(rows, [after["id"]]).fetchall():
                    found[location] = found.get(location, 0) + people
    return found


def must_have_given_back(db: Store) -> None:
    """Refuse to leave a region with places that nobody else could have then."""
    if db.execute("SELECT 1 FROM region_link").fetchone() is None:
        return
    left = rules.left_of(open_grants(db), used(db))
    asked = any(row.state == rules.ASKED for row in open_grants(db))
    if asked or any(places > 0 for places in left.values()):
        raise Refused(
            _(
                "This desk still has shared places, or asked for some. First give them back:"
                " desk region return LOCATION N"
            )
        )


# --- beside the store -------------------------------------------------------------------------


@dataclass(frozen=True)
class Marker:
    """With which action of the store the region was last heard, on which line, and how many more it had then."""

    region: str
    line: int
    action: int
    uid: str
    as_of: str
    could_ask: Mapping[str, int]
    """By the region's name of each location."""


def marker(store: Path) -> Marker | None:
    """What was kept of it beside the store; None where it is not there or cannot be read."""
    with suppress(OSError, ValueError, TypeError):
        return Marker(**json.loads(_file(store).read_text()))
    return None


def mark(journal: Journal, link: RegionLink, line: int, could_ask: Mapping[str, int], *, at_once: bool = True) -> None:
    """The region was heard with the store as it is now; on the disk before anything more is told (`at_once`)."""
    old = marker(journal.path)
    if (
        not at_once
        and old is not None
        and (old.line, old.could_ask) == (line, could_ask)
        and timedelta() <= journal.now() - to_time(old.as_of) < AFRESH
        and knows(journal, link)
    ):
        return
    version = journal.version()
    uid = journal.db.execute("SELECT uid FROM main.action WHERE id = ?", [version]).fetchone()[0]
    new = Marker(link.region_uid, line, version, str(uid), to_text(journal.now()), could_ask)
    file = _file(journal.path)
    trying = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(trying, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600), "w") as there:
            there.write(json.dumps(vars(new), ensure_ascii=False))
            there.flush()
            os.fsync(there.fileno())
        trying.rename(file)
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as wrong:
        with suppress(OSError):
            trying.unlink(missing_ok=True)
        raise Refused(
            _("{file} cannot be written: {why}. Until it can, no shared place is asked for or given back.").format(
                file=file, why=wrong.strerror or wrong
            )
        ) from wrong


def forget(store: Path) -> None:
    """The region goes on on another line: it is to be heard anew."""
    _file(store).unlink(missing_ok=True)


def knows(journal: Journal, link: RegionLink) -> bool:
    """Whether the store is the one with which the region was last heard, or a later state of it."""
    found = marker(journal.path)
    if found is None or found.region != link.region_uid:
        return False
    row = journal.db.execute("SELECT uid FROM main.action WHERE id = ?", [found.action]).fetchone()
    return row is not None and row[0] == found.uid


def could_ask(store: Path, link: RegionLink) -> tuple[Mapping[str, int], datetime | None]:
    """How many places the region had left of each location, by its name there, and as of when."""
    found = marker(store)
    if found is None or found.region != link.region_uid:
        return {}, None
    return found.could_ask, to_time(found.as_of)


def _file(store: Path) -> Path:
    return store.with_name(store.name + ".places")
