"""Each municipality in numbers: its share of the target, what it has, and what it still promises.

Private places are never in a municipality's numbers: they stand beside them (minutes 2.3, K4).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from desk import figures
from desk.capacity import Location, Municipality, Standing
from desk.language import _
from desk.night import Night, kept
from desk.refusals import Refused
from desk.shares import largest_remainder


@dataclass(frozen=True)
class Places:
    """Places added up over locations; `free = realised - out of use - occupied - held`, negative is overbooked."""

    locations: int = 0
    realised: int = 0
    out_of_use: int = 0
    occupied: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        """What is left."""
        return self.realised - self.out_of_use - self.occupied - self.held

    def __add__(self, other: "Places") -> "Places":
        return Places(
            self.locations + other.locations,
            self.realised + other.realised,
            self.out_of_use + other.out_of_use,
            self.occupied + other.occupied,
            self.held + other.held,
        )


@dataclass(frozen=True)
class Own:
    """One municipality: `places` without private, of which `short` and `long` by term; `private` beside them."""

    municipality: Municipality
    share: int | None
    """Of the obligation, by inhabitants; None when there is nothing to share by."""
    counting: int
    """Realised places of locations that count towards the target."""
    places: Places
    short: Places
    """Locations for less than 72 hours (facts 3.1)."""
    long: Places
    private: Places
    promised: int
    """Places that will be there beside those realised today (facts 8.1, prognose)."""
    promised_on: date | None
    """The day on which the first of them comes."""
    told_at: datetime | None
    """The oldest figure among its locations; None when it has none that reported."""
    silent: int
    """Locations with places that never reported."""
    locations: tuple[Standing, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """As it is called on screen."""
        return self.municipality.screen_name or self.municipality.name

    @property
    def gap(self) -> int | None:
        """Realised places that count, minus its share: negative is behind."""
        return None if self.share is None else self.counting - self.share


@dataclass(frozen=True)
class Pool:
    """Municipalities that answer for their shares together."""

    name: str
    members: tuple[str, ...]
    share: int | None
    counting: int
    places: Places

    @property
    def gap(self) -> int | None:
        """Realised places that count, minus their shares together."""
        return None if self.share is None else self.counting - self.share


@dataclass(frozen=True)
class Totals:
    """The region: what the municipalities have, this house, private places; with and without them never mixed."""

    municipal: Places
    house: Places
    """The desk's own location, in beds."""
    private: Places
    counting: int

    @property
    def without_private(self) -> Places:
        """Municipal places and this house."""
        return self.municipal + self.house

    @property
    def with_private(self) -> Places:
        """All places there are."""
        return self.without_private + self.private


def shares_of(total: int, municipalities: Iterable[Municipality]) -> dict[int, int]:
    """So many places over the municipalities by inhabitants, by id; refused when there are no inhabitants at all.

    The largest remainders get what is left, ties by the alphabet of the official names (facts 9).
    """
    known = {f"{m.name}\0{m.code}": m for m in municipalities}
    shares = largest_remainder(total, {key: m.inhabitants for key, m in known.items()})
    return {known[key].id: places for key, places in shares.items()}


def pooled(shares: Mapping[int, int], municipalities: Iterable[Municipality]) -> dict[str, int]:
    """The shares of each pool together."""
    found: dict[str, int] = defaultdict(int)
    for municipality in municipalities:
        if municipality.pool:
            found[municipality.pool] += shares.get(municipality.id, 0)
    return dict(found)


def unshared(night: Night) -> str:
    """Why the shares cannot be told, or do not say what they seem to: a sentence, empty when they add up."""
    without = [m for m in night.municipalities if not m.inhabitants]
    if not night.municipalities:
        return _("There are no municipalities yet: desk import municipalities FILE")
    if len(without) == len(night.municipalities):
        return _("No inhabitants are known, so nothing can be shared: desk import municipalities FILE")
    if without:
        return _("{names}: no inhabitants known, so their share is 0 and that of the others too high.").format(
            names=", ".join(m.screen_name or m.name for m in without[:5]) + (" …" if len(without) > 5 else "")
        )
    return ""


@kept
def standings(night: Night) -> list[Own]:
    """Every municipality, by the alphabet of its name on screen."""
    try:
        shares: dict[int, int] | None = shares_of(figures.target(night) or 0, night.municipalities)
    except Refused:
        shares = None
    of: dict[int, list[Standing]] = defaultdict(list)
    for standing in night.standing.values():
        of[standing.location.municipality].append(standing)
    ordered = sorted(night.municipalities, key=lambda m: (m.screen_name or m.name, m.code))
    return [_own(night, m, None if shares is None else shares[m.id], of.get(m.id, [])) for m in ordered]


@kept
def by_id(night: Night) -> dict[int, Own]:
    """The municipalities in numbers, by id."""
    return {own.municipality.id: own for own in standings(night)}


@kept
def by_code(night: Night) -> dict[str, Own]:
    """The municipalities in numbers, by the code of CBS."""
    return {own.municipality.code: own for own in standings(night)}


def _own(night: Night, municipality: Municipality, share: int | None, locations: list[Standing]) -> Own:
    municipal = [s for s in locations if s.location.kind != "private"]
    promises = [found for s in municipal if (found := promise(night, s.location))]
    in_use = [s.location for s in municipal if s.realised or s.occupied]
    told = [loc.occupied_at for loc in in_use if loc.occupied_at is not None]
    return Own(
        municipality=municipality,
        share=share,
        counting=sum(s.realised for s in locations if s.location.counts),
        places=added(municipal),
        short=added(s for s in municipal if s.location.term == "short"),
        long=added(s for s in municipal if s.location.term != "short"),
        private=added(s for s in locations if s.location.kind == "private"),
        promised=sum(places for places, _day in promises),
        promised_on=min((day for _places, day in promises), default=None),
        told_at=min(told, default=None),
        silent=len(in_use) - len(told),
        locations=tuple(sorted(locations, key=lambda s: (s.location.kind == "private", s.location.name))),
    )


def added(standings: Iterable[Standing]) -> Places:
    """Locations added up."""
    every = list(standings)
    return Places(
        len(every),
        sum(s.realised for s in every),
        sum(s.out_of_use for s in every),
        sum(s.occupied for s in every),
        sum(s.held for s in every),
    )


def promise(night: Night, location: Location) -> tuple[int, date] | None:
    """The places it will have beside those it has today, and the day on which the first of them comes."""
    now = night.standing[location.id].realised
    more = [(day, places) for day, places in night.promised(location) if places > now]
    return (max(places for _day, places in more) - now, more[0][0]) if more else None


@kept
def pools(night: Night) -> list[Pool]:
    """The pools of the region, by name."""
    members: dict[str, list[Own]] = defaultdict(list)
    for own in standings(night):
        if own.municipality.pool:
            members[own.municipality.pool].append(own)
    return [
        Pool(
            name,
            tuple(own.name for own in these),
            None if any(own.share is None for own in these) else sum(own.share or 0 for own in these),
            sum(own.counting for own in these),
            sum((own.places for own in these), Places()),
        )
        for name, these in sorted(members.items())
    ]


@kept
def totals(night: Night) -> Totals:
    """The whole region, with this house."""
    beds, every = figures.beds(night), night.standing.values()
    return Totals(
        municipal=added(s for s in every if s.location.kind != "private"),
        house=Places(1 if beds.realised else 0, beds.realised, beds.out_of_use, beds.occupied, beds.reserved),
        private=added(s for s in every if s.location.kind == "private"),
        counting=sum(s.realised for s in every if s.location.counts),
    )


def stale(night: Night, told_at: datetime | None) -> bool:
    """Whether a reported figure is so old that it must be asked for again; one that was never told is."""
    return told_at is None or night.at - told_at > night.settings.hours("figure_stale_hours")


def is_stale(night: Night, own: Own) -> bool:
    """Whether one of a municipality's figures must be asked for again."""
    return bool(own.silent) or (own.told_at is not None and stale(night, own.told_at))


def age(night: Night, told_at: datetime | None) -> timedelta | None:
    """How old a reported figure is."""
    return None if told_at is None else night.at - told_at
