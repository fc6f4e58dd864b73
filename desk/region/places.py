"""Shared places by escrow: what a desk asked of its region, what the region keeps for it, and what is left to promise.

The desk's half of the protocol, as values: what it books of what the region says (`booked`), what it then tells
(`tells`), what it gives back (`given_back`). The region's half is SQL in storage/region/shared.py, and the same once
more in tests/region_simulation, where both are played against each other. docs/region.md, "Shared places", says why no
place is promised twice. In short: places that the region keeps for a desk only ever become fewer by that desk's own
word, which it has booked first. No clock, and no silence, gives a place to another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

ASKED, GRANTED, REFUSED, RETURNED, LAPSED = "asked", "granted", "refused", "returned", "lapsed"
STATES = (ASKED, GRANTED, REFUSED, RETURNED, LAPSED)
OPEN = frozenset({ASKED, GRANTED})
"""States in which something is still to come of it."""


@dataclass(frozen=True, kw_only=True)
class PlaceGrant:
    """Places at one shared location, asked of the region under a name of its own; granted ones may be promised."""

    id: int = 0
    uid: str
    """Its name in the world: asked twice it is given once."""
    location: int
    shared: str
    """How the region calls that location."""
    places: int
    """How many the desk wants, or keeps; they only become fewer."""
    state: str
    asked_at: datetime
    asked_by: str
    granted_at: datetime | None = None
    lapses_at: datetime | None = None
    settled_at: datetime | None = None
    """When it was refused, given back or had run out."""

    @property
    def kept(self) -> int:
        """The places that the desk may promise of it."""
        return self.places if self.state == GRANTED else 0

    @property
    def wanted(self) -> int:
        """The places that the region is to keep for the desk at most: those it may promise, or still asks for."""
        return self.places if self.state in OPEN else 0


@dataclass(frozen=True)
class Given:
    """The region's one answer to an ask: granted or refused, and how many places it keeps for the desk."""

    uid: str
    shared: str
    places: int
    state: str
    granted_at: datetime
    lapses_at: datetime

    @property
    def kept(self) -> int:
        """The places that nobody else can have."""
        return self.places if self.state == GRANTED else 0


@dataclass(frozen=True)
class Tell:
    """One thing that the desk says to the region; said twice, late or out of order it does the same as once."""

    uid: str
    shared: str
    asked: int
    """The places of the ask itself."""


class Ask(Tell):
    """Grant them, or say no, for good."""


@dataclass(frozen=True)
class Keep(Tell):
    """The desk keeps so many of them and never more again; 0 also of an ask that the region has not seen yet."""

    kept: int = 0
    lapsed: bool = False


class Declare(Tell):
    """The desk holds them already, and the region does not know of it: it was made anew, or put back."""


Booking = tuple[PlaceGrant | None, PlaceGrant]
"""A row of the desk before and after; None before where the desk did not know of it."""


# --- what the desk books ----------------------------------------------------------------------


def booked(
    mine: Iterable[PlaceGrant],
    theirs: Iterable[Given],
    used: Mapping[int, int],
    places: Mapping[str, int],
    region_now: datetime,
    at: datetime,
) -> list[Booking]:
    """What the desk writes down of what the region says; `places` are the desk's own locations by the region's name.

    `used` is how many of its places are promised or lived in, by location. What ran out by the region's own clock is
    given up here, as far as it is unused, and told afterwards; while the line is cut nothing runs out.
    """
    said = {given.uid: given for given in theirs}
    rows = {row.uid: row for row in mine}
    after = {uid: _answered(row, said[uid], at) if uid in said else row for uid, row in rows.items()}
    for uid, given in said.items():
        if uid not in rows and given.kept and given.shared in places:
            after[uid] = _found(given, places[given.shared])
    for row in run_out(after.values(), used, region_now, at):
        after[row.uid] = row
    return [(rows.get(uid), row) for uid, row in after.items() if rows.get(uid) != row]


def _answered(row: PlaceGrant, given: Given, at: datetime) -> PlaceGrant:
    if row.state not in OPEN:
        return row
    if given.kept:
        if row.state == ASKED:
            row = replace(row, granted_at=given.granted_at, lapses_at=given.lapses_at)
        return replace(row, state=GRANTED, places=min(row.places, given.places))
    # a store that was put back holds as its own what it gave back since
    return replace(row, state=REFUSED if given.state == REFUSED else RETURNED, settled_at=at)


def _found(given: Given, location: int) -> PlaceGrant:
    """What the region keeps for a desk whose store was put back from before it asked."""
    return PlaceGrant(
        uid=given.uid,
        location=location,
        shared=given.shared,
        places=given.places,
        state=GRANTED,
        asked_at=given.granted_at,
        asked_by="",
        granted_at=given.granted_at,
        lapses_at=given.lapses_at,
    )


def run_out(
    mine: Iterable[PlaceGrant], used: Mapping[int, int], region_now: datetime, at: datetime
) -> list[PlaceGrant]:
    """The grants whose time is over, without what is unused of them."""
    rows, found = list(mine), []
    unused = {location: max(0, left) for location, left in left_of(rows, used).items()}
    for row in sorted((r for r in rows if r.kept and r.lapses_at is not None), key=_oldest_first):
        if row.lapses_at is not None and row.lapses_at <= region_now and (fewer := min(row.kept, unused[row.location])):
            unused[row.location] -= fewer
            found.append(fewer_of(row, fewer, LAPSED, at))
    return found


def _oldest_first(row: PlaceGrant) -> tuple[str, str]:
    return row.lapses_at.isoformat() if row.lapses_at is not None else "", row.uid


def fewer_of(row: PlaceGrant, places: int, state: str, at: datetime) -> PlaceGrant:
    """A row without so many of its places; without all of them it is settled."""
    if places < row.places:
        return replace(row, places=row.places - places)
    return replace(row, state=state, settled_at=at)


# --- what the desk tells ----------------------------------------------------------------------


def tells(mine: Iterable[PlaceGrant], theirs: Iterable[Given]) -> list[Tell]:
    """What the region is told, from what both have; nothing once both have the same.

    Only what is booked may be told: `mine` are rows as they are committed.
    """
    said = {given.uid: given for given in theirs}
    found: list[Tell] = []
    for row in mine:
        given = said.get(row.uid)
        if given is None:
            found += _of_unknown(row)
        elif row.wanted < given.kept:
            found.append(Keep(row.uid, row.shared, row.places, row.wanted, row.state == LAPSED))
    return found


def _of_unknown(row: PlaceGrant) -> list[Tell]:
    if row.state == ASKED:
        return [Ask(row.uid, row.shared, row.places)]
    if row.state == GRANTED:
        return [Declare(row.uid, row.shared, row.places)]
    if row.state == RETURNED and row.granted_at is None:
        # taken back before there was an answer: the ask may still be underway, and must find the door closed
        return [Keep(row.uid, row.shared, row.places)]
    return []


# --- what is left, and what is given back -----------------------------------------------------


def left_of(mine: Iterable[PlaceGrant], used: Mapping[int, int]) -> dict[int, int]:
    """The places that the desk may still promise, by location; below 0 more is promised than it has."""
    found = {location: -places for location, places in used.items()}
    for row in mine:
        if row.kept:
            found[row.location] = found.get(row.location, 0) + row.kept
    return found


def given_back(mine: Sequence[PlaceGrant], location: int, places: int, unused: int, at: datetime) -> list[Booking]:
    """The rows without so many places: first what is not answered yet, then what runs out first.

    Empty where that many are neither asked for nor unused: what is promised or lived in stays.
    """
    asked = [row for row in mine if row.location == location and row.state == ASKED]
    granted = sorted((row for row in mine if row.location == location and row.kept), key=_oldest_first)
    found: list[Booking] = []
    rest, unused = places, max(0, unused)
    for row in (*reversed(asked), *granted):
        fewer = min(rest, row.places if row.state == ASKED else min(row.places, unused))
        if fewer:
            found.append((row, fewer_of(row, fewer, RETURNED, at)))
            rest -= fewer
            unused -= fewer if row.state == GRANTED else 0
    return found if not rest else []


def settled(mine: Iterable[PlaceGrant], theirs: Iterable[Given]) -> bool:
    """Whether the desk and the region have the same, and nothing waits."""
    rows, said = list(mine), {given.uid: given for given in theirs}
    waits = any(row.state == ASKED for row in rows)
    unknown = set(said) - {row.uid for row in rows}
    return not waits and not tells(rows, said.values()) and not any(said[uid].kept for uid in unknown)
