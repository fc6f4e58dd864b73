"""A desk in the simulation: its store, the file beside it, and what it has in mind until it crashes."""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from desk.region import places as rules
from desk.region.places import ASKED, Ask, Given, PlaceGrant, Tell


@dataclass
class Store:
    """What is durable, and what a copy of it holds."""

    rows: dict[str, PlaceGrant] = field(default_factory=dict)
    promised: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Households: location and people, for whom a place is promised or who live there."""
    actions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Marker:
    """In the file beside the store: up to which action the region was heard, under which line of which region."""

    region: str
    line: int
    action: int
    uid: str


@dataclass
class DeskHalf:
    """One desk."""

    number: int
    region: str
    """The region it joined, by its own name in the world."""
    names: tuple[str, ...]
    store: Store = field(default_factory=Store)
    marker: Marker | None = None
    clock_off: int = 0
    reading: int = 0
    """What it waits for an answer to; gone with a crash, as all that follows."""
    outbox: list[tuple[int, Tell]] = field(default_factory=list)
    wishes: list[tuple[int, int]] = field(default_factory=list)
    broken: Collection[str] = ()
    _made: int = 0

    # --- what it knows ----------------------------------------------------------------------

    @property
    def used(self) -> dict[int, int]:
        """Places promised or lived in, by location."""
        found: dict[int, int] = {}
        for location, people in self.store.promised.values():
            found[location] = found.get(location, 0) + people
        return found

    @property
    def knows_what_is_its_own(self) -> bool:
        """Whether its store is the one with which the region was last heard, or a later state of it."""
        if "trusts a copy" in self.broken:
            return True
        mark = self.marker
        return (
            mark is not None
            and mark.region == self.region
            and len(self.store.actions) > mark.action
            and self.store.actions[mark.action] == mark.uid
        )

    def left(self, location: int) -> int:
        """The places that it may promise now."""
        if not self.knows_what_is_its_own:
            return 0
        return rules.left_of(self.store.rows.values(), self.used).get(location, 0)

    def kept(self, location: int) -> int:
        """The places that it has."""
        return sum(row.kept for row in self.store.rows.values() if row.location == location)

    # --- what people do ---------------------------------------------------------------------

    def ask(self, location: int, places: int, at: datetime) -> None:
        """Somebody asks for places: written down first."""
        if "forgets its ask" in self.broken:
            self.wishes.append((location, places))
            return
        uid = self._act()
        self.store.rows[uid] = PlaceGrant(
            uid=uid,
            location=location,
            shared=self.names[location],
            places=places,
            state=ASKED,
            asked_at=at,
            asked_by="",
        )

    def promise(self, household: int, location: int, people: int) -> bool:
        """Somebody asks a location for a household; only from what is left."""
        if self.left(location) < people:
            return False
        self._act()
        self.store.promised[household] = location, people
        return True

    def take_back(self, household: int) -> None:
        """It fell through."""
        self._act()
        del self.store.promised[household]

    def give_back(self, location: int, places: int, at: datetime) -> None:
        """Somebody gives places back, or wants no longer what was asked."""
        mine = list(self.store.rows.values())
        unused = rules.left_of(mine, self.used).get(location, 0)
        changes = rules.given_back(mine, location, places, unused, at)
        if "tells before it books" in self.broken and self.marker is not None:
            rows = {row.uid: row for _old, row in changes}
            self.outbox += [
                (self.marker.line, rules.Keep(row.uid, row.shared, row.places, row.wanted)) for row in rows.values()
            ]
            self.unbooked = changes
            return
        self._book(changes)

    unbooked: list[rules.Booking] = field(default_factory=list)

    # --- the line ---------------------------------------------------------------------------

    def hears(self, line: int, theirs: Collection[Given], region_now: datetime, at: datetime) -> None:
        """The region's answer: booked first, marked in the file beside the store, and only then told."""
        places = {name: number for number, name in enumerate(self.names)}
        mine = list(self.store.rows.values())
        self._book(rules.booked(mine, theirs, self.used, places, region_now, at))
        self.marker = Marker(self.region, line, len(self.store.actions) - 1, self.store.actions[-1])
        self.outbox = [(line, tell) for tell in rules.tells(self.store.rows.values(), theirs)]
        for location, wanted in self.wishes:
            self.outbox.append((line, Ask(self._name(), self.names[location], wanted)))

    def crash(self) -> None:
        """Kill -9: what is in the store and beside it stays."""
        self.reading, self.outbox, self.unbooked = 0, [], []

    def put_back(self, copy: Store, *, beside_too: bool) -> None:
        """Somebody puts an older copy in place of the store; the file beside it is there still, or it is not."""
        self.crash()
        self.store = deepcopy(copy)
        if not beside_too:
            self.marker = None

    def _book(self, changes: list[rules.Booking]) -> None:
        self._act()
        for _old, new in changes:
            self.store.rows[new.uid] = new

    def _act(self) -> str:
        uid = self._name()
        self.store.actions.append(uid)
        return uid

    def _name(self) -> str:
        """A name in the world; a store that was put back never gives one again."""
        self._made += 1
        return f"{self.number}.{self._made}"
