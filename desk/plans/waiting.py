"""What an onward plan is made of: who waits in groups of like households, which places suit them, what a place costs.

Two households are alike where every rule finds the same of both: then only how many of them go where matters, and
2,000 households are some hundred groups.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from desk import suitability
from desk.capacity import Location
from desk.households import Household
from desk.night import Night
from desk.placements import HOLDS, PlacementState

Counts = Mapping[tuple[int, int], int]
"""How many households of a group (its place in the task) go to a location (its id)."""

_ONE_BY_ONE = 4_000
"""Up to so many people times municipalities each person is priced apart; above it in pieces."""
_PIECES = 12
_FINE, _FINE_MEN = 1, 10
"""Prices are whole numbers, so that the solver knows a proof when it has one; this is how fine they are.

A person in a municipality of mean size is one step; of the few men alone each counts.
"""


@dataclass(frozen=True)
class Alike:
    """Households of which every rule finds the same."""

    members: tuple[Household, ...]
    man_spread: bool

    @property
    def people(self) -> int:
        """How many people one of them is."""
        return self.members[0].people

    @property
    def tie(self) -> int | None:
        """The municipality they belong near."""
        return self.members[0].tie


@dataclass(frozen=True)
class Pair:
    """Two who want to stay together: a group, and the other group, or the location where the other has a place."""

    one: int
    other: int | None
    at: int = 0


@dataclass(frozen=True)
class Piece:
    """So many more people in a municipality, each at that price; the next piece is never cheaper."""

    people: int
    price: int


@dataclass(frozen=True)
class Task:
    """Everything the plan depends on; two tasks with the same `basis` have the same plans."""

    night: Night
    alike: tuple[Alike, ...]
    fits: Mapping[tuple[int, int], bool | None]
    """By group and location, only where nothing is against it: it suits, or it has to be asked."""
    pairs: tuple[Pair, ...]

    @cached_property
    def households(self) -> tuple[Household, ...]:
        """Everybody the plan is for, in the order in which they came."""
        return tuple(sorted((h for alike in self.alike for h in alike.members), key=arrived))

    @cached_property
    def group_of(self) -> dict[int, int]:
        """The group of a household, by household id."""
        return {h.id: number for number, alike in enumerate(self.alike) for h in alike.members}

    @cached_property
    def open_to(self) -> dict[int, list[int]]:
        """The locations of each group, in the order of the night."""
        found: dict[int, list[int]] = defaultdict(list)
        for group, location in self.fits:
            found[group].append(location)
        return found

    @cached_property
    def places(self) -> dict[int, int]:
        """Free places by location, where there are any and somebody may go."""
        used = {location for _group, location in self.fits}
        return {loc.id: self.night.standing[loc.id].free for loc in self.night.locations if loc.id in used}

    @cached_property
    def men_left(self) -> dict[int, int]:
        """How many more men alone of another nationality a location takes, where it set a maximum (minutes 2.4)."""
        if not self.spreads:
            return {}
        there = suitability.men_spread_to(self.night)
        most = {loc.id: loc.most_alone for loc in self.night.locations if loc.id in self.places}
        return {place: max(0, limit - there.get(place, 0)) for place, limit in most.items() if limit is not None}

    @property
    def spreads(self) -> bool:
        """Whether men alone of another nationality are spread over the regular places tonight."""
        return self.night.settings.spread_men_alone and not suitability.designated(self.night)

    def municipality(self, location: int) -> int:
        """The municipality of a location, by ids."""
        return self.night.location[location].municipality

    def load(self, municipality: int) -> float:
        """People there, and held for, without private places: per 10,000 inhabitants."""
        return 10_000 * self._there[municipality] / self._inhabitants(municipality)

    def load_of(self, municipality: int, people: int) -> float:
        """What so many people are per 10,000 inhabitants."""
        return 10_000 * people / self._inhabitants(municipality)

    @cached_property
    def _there(self) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for standing in self.night.standing.values():
            if standing.location.kind != "private":
                found[standing.location.municipality] += standing.occupied + standing.held
        return found

    @cached_property
    def _known(self) -> list[int]:
        return [m.inhabitants for m in self.night.municipalities if m.inhabitants]

    def _inhabitants(self, municipality: int) -> float:
        """Where no inhabitants are known its share is nothing, so that it comes last."""
        found = self.night.municipality.get(municipality)
        return (found.inhabitants if found else 0) or min(self._known, default=10_000) / 10

    def _price(self, municipality: int, person: int, fine: int) -> int:
        """What the so manyth person in a municipality counts for: as many as it has for its inhabitants."""
        mean = sum(self._known) / len(self._known) if self._known else 1_000
        return round(fine * person * mean / self._inhabitants(municipality))

    def _pieces(self, municipality: int, there: int, more: int, wide: int, fine: int) -> tuple[Piece, ...]:
        found = []
        for start in range(0, more, wide):
            end = min(more, start + wide)
            found.append(Piece(end - start, self._price(municipality, there + (start + 1 + end) // 2, fine)))
        return tuple(found)

    @cached_property
    def share_prices(self) -> dict[int, tuple[Piece, ...]]:
        """What people more in each municipality count for: the next goes to the one furthest behind (facts 9).

        People planned into private places count here too: they are no way round a fair share.
        """
        room: dict[int, int] = defaultdict(int)
        for location, free in self.places.items():
            room[self.municipality(location)] += max(0, free)
        everybody = sum(h.people for h in self.households)
        more = {municipality: min(free, everybody) for municipality, free in room.items()}
        one_by_one = sum(more.values()) <= _ONE_BY_ONE
        return _from_nothing(
            {m: self._pieces(m, self._there[m], n, _wide(n, one_by_one), _FINE) for m, n in more.items()}
        )

    @cached_property
    def men_prices(self) -> dict[int, tuple[Piece, ...]]:
        """The same for men alone of another nationality, lowest share first (minutes 2.4, B7); empty if not spread.

        Each of them with a place counts for more than all prices together: spreading says where they go, and never that
        one is left out for somebody else.
        """
        men = sum(len(alike.members) for alike in self.alike if alike.man_spread)
        if not self.spreads or not men:
            return {}
        there: dict[int, int] = defaultdict(int)
        for location, number in suitability.men_spread_to(self.night).items():
            if location in self.night.location:
                there[self.municipality(location)] += number
        within = {self.municipality(loc) for group, loc in self.fits if self.alike[group].man_spread}
        wide = _wide(men, men * len(within) <= _ONE_BY_ONE)
        prices = {m: self._pieces(m, there[m], men, wide, _FINE_MEN) for m in sorted(within)}
        placed = 1 + men * max((p.price for pieces in prices.values() for p in pieces), default=0)
        return {m: tuple(Piece(p.people, p.price - placed) for p in pieces) for m, pieces in prices.items()}

    @cached_property
    def basis(self) -> str:
        """A mark of all facts the plan rests on."""
        told = (
            [(sorted(h.ref for h in alike.members), alike.man_spread, alike.people, alike.tie) for alike in self.alike],
            sorted((*key, fits is None) for key, fits in self.fits.items()),
            sorted(self.places.items()),
            sorted(self.men_left.items()),
            self.pairs,
            sorted(self.share_prices.items()),
            sorted(self.men_prices.items()),
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _wide(people: int, one_by_one: bool) -> int:
    """How many people one piece is."""
    return 1 if one_by_one else max(1, -(-people // _PIECES))


def _from_nothing(prices: dict[int, tuple[Piece, ...]]) -> dict[int, tuple[Piece, ...]]:
    """The prices with the cheapest at nothing: how many are placed is settled before, only differences count."""
    least = min((pieces[0].price for pieces in prices.values() if pieces), default=0)
    return {m: tuple(Piece(p.people, p.price - least) for p in pieces) for m, pieces in prices.items()}


def cost(pieces: Iterable[Piece], people: int) -> int:
    """What so many people more come to, the cheapest piece first."""
    total = 0
    for piece in pieces:
        here = min(people, piece.people)
        total += here * piece.price
        people -= here
    return total


def least_cost(prices: Mapping[int, tuple[Piece, ...]], people: int) -> int:
    """What so many people come to at the very least, wherever they may go: water filling."""
    return cost(sorted((p for pieces in prices.values() for p in pieces), key=lambda p: p.price), people)


def arrived(household: Household) -> tuple[bool, str, int]:
    """The order in which they came."""
    return household.since is None, household.since.isoformat() if household.since else "", household.id


def who_waits(night: Night) -> list[Household]:
    """Everybody who stays here and for whom no location is asked yet; who is on the call list is planned anew."""
    return [
        h
        for h in night.staying
        if (own := night.placement_of.get(h.id)) is None or (own.state is PlacementState.PROPOSED and not own.outside)
    ]


def task_of(night: Night, households: Iterable[Household] | None = None) -> Task:
    """The task for these households, else for all who wait."""
    groups: dict[tuple[object, ...], list[Household]] = defaultdict(list)
    said_no: dict[int, set[int]] = defaultdict(set)
    for pair in night.declined:
        said_no[pair.household].add(pair.location)
    for h in sorted(who_waits(night) if households is None else households, key=arrived):
        groups[_likeness(night, h, frozenset(said_no.get(h.id, ())))].append(h)
    alike = tuple(Alike(tuple(members), suitability.man_spread(members[0])) for members in groups.values())
    fits: dict[tuple[int, int], bool | None] = {}
    for number, group in enumerate(alike):
        for location in night.locations:
            found = _fits(night, group.members[0], location)
            if found is not False:
                fits[number, location.id] = found
    return Task(night, alike, fits, tuple(_pairs(night, alike)))


def _likeness(night: Night, h: Household, said_no: frozenset[int]) -> tuple[object, ...]:
    apart = h.id if night.linked.get(h.id) else 0
    own = (h.people, h.group_kind, h.nationality, h.needs_wheelchair, bool(h.pets), h.guardian_missing, h.tie)
    return (*own, suitability.man_spread(h), said_no, apart)


def _fits(night: Night, household: Household, location: Location) -> bool | None:
    """Suitability's answer; a location without a free place that it knows of is no place to plan for."""
    if night.standing[location.id].free < household.people:
        return False
    return suitability.judge(night, household, location).fits


def _pairs(night: Night, alike: tuple[Alike, ...]) -> Iterator[Pair]:
    group = {h.id: number for number, members in enumerate(alike) for h in members.members}
    for link in night.links:
        one, other = group.get(link.household), group.get(link.other)
        if one is not None and other is not None:
            yield Pair(one, other)
        elif one is not None or other is not None:
            stays = night.placement_of.get(link.other if one is not None else link.household)
            if stays is not None and stays.state in HOLDS and stays.location is not None:
                yield Pair(one if one is not None else other or 0, None, stays.location)
