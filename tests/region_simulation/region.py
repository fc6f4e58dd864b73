"""The region's half as a value: what storage/region/shared.py says in SQL, in a few lines of Python."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk.region.places import GRANTED, LAPSED, REFUSED, RETURNED, Ask, Declare, Given, Keep, Tell

KEEP_FOR = timedelta(hours=12)


@dataclass
class Shared:
    """A location that is shared: its places, how many are kept for desks, and how many of those are too many."""

    capacity: int
    held: int = 0
    over: int = 0


@dataclass
class Row:
    """An ask as the region has it, and whose."""

    desk: int
    given: Given


@dataclass
class RegionHalf:
    """All that a region keeps; every call is one transaction."""

    uid: str
    locations: dict[str, Shared]
    rows: dict[str, Row] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    """Of each desk the number of its line: what is told under an older one counts no more."""
    broken: Collection[str] = ()

    def begin(self, desk: int) -> int:
        """A desk whose store may have been put back: from here on nothing counts that it said before."""
        self.lines[desk] = self.lines.get(desk, 0) + 1
        return self.lines[desk]

    def of(self, desk: int) -> tuple[Given, ...]:
        """What the region keeps for a desk, and kept, by the name of each ask."""
        return tuple(row.given for row in self.rows.values() if row.desk == desk)

    def told(self, desk: int, line: int, tell: Tell, now: datetime) -> None:
        """Something that a desk says."""
        if line != self.lines.get(desk) and "no line" not in self.broken:
            return
        if isinstance(tell, Ask):
            self._ask(desk, tell, now)
        elif isinstance(tell, Declare):
            self._declare(desk, tell, now)
        elif isinstance(tell, Keep):
            self._keep(desk, tell, now)

    def share(self, name: str, capacity: int) -> None:
        """The keeper says how many places there are."""
        place = self.locations[name]
        self._count(place, place.held + place.over, capacity)

    def frees_what_ran_out(self, now: datetime) -> None:
        """What no region does: a place is free because the clock says so."""
        for uid, row in self.rows.items():
            if row.given.kept and row.given.lapses_at <= now:
                self._less(uid, 0, LAPSED)

    def _ask(self, desk: int, tell: Ask, now: datetime) -> None:
        if tell.uid in self.rows and "grants twice" not in self.broken:
            return
        place = self.locations.get(tell.shared)
        room = place is not None and (
            place.held + place.over + tell.asked <= place.capacity or "no check" in self.broken
        )
        if place is not None and room:
            place.held += tell.asked
        self._write(desk, tell, GRANTED if room else REFUSED, now)

    def _declare(self, desk: int, tell: Declare, now: datetime) -> None:
        place = self.locations.get(tell.shared)
        if tell.uid not in self.rows and place is not None:
            self._count(place, place.held + place.over + tell.asked, place.capacity)
            self._write(desk, tell, GRANTED, now)

    def _keep(self, desk: int, tell: Keep, now: datetime) -> None:
        if tell.uid in self.rows:
            if tell.kept < self.rows[tell.uid].given.kept:
                self._less(tell.uid, tell.kept, LAPSED if tell.lapsed else RETURNED)
        elif not tell.kept:
            self._write(desk, tell, RETURNED, now)

    def _less(self, uid: str, kept: int, state: str) -> None:
        row = self.rows[uid]
        place = self.locations[row.given.shared]
        self._count(place, place.held + place.over - (row.given.kept - kept), place.capacity)
        row.given = replace(row.given, places=kept) if kept else replace(row.given, state=state)

    def _count(self, place: Shared, kept: int, capacity: int) -> None:
        place.capacity, place.held, place.over = capacity, min(kept, capacity), max(0, kept - capacity)

    def _write(self, desk: int, tell: Tell, state: str, now: datetime) -> None:
        given = Given(tell.uid, tell.shared, tell.asked, state, now, now + KEEP_FOR)
        self.rows[tell.uid] = Row(desk, given)
