"""Every figure of the desk, each defined once (design 5). Screens, reports and commands read these.

Beds count beds, people count people. `free` may be negative: that is overbooked, and shown so.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk import buses
from desk.beds import BedStatus, Room, may_join
from desk.capacity import LOCATION_KINDS
from desk.households import Household, HouseholdState
from desk.night import Night, kept
from desk.placements import PlacementState

_PLACE_AGREED = frozenset({PlacementState.AGREED, PlacementState.TRANSPORT_SET, PlacementState.UNDERWAY})


@dataclass(frozen=True)
class Beds:
    """The desk's own location in beds; `usable = realised - out_of_use`, `free = usable - occupied - reserved`."""

    realised: int
    cleaning: int
    blocked: int
    occupied: int
    reserved: int
    no_staff: int = 0
    """Of those blocked: free, and closed because there is nobody to be there."""

    @property
    def out_of_use(self) -> int:
        """Realised, but not to be slept in tonight."""
        return self.cleaning + self.blocked

    @property
    def usable(self) -> int:
        """Realised minus out of use."""
        return self.realised - self.out_of_use

    @property
    def free(self) -> int:
        """What is left; negative means overbooked and is never clamped."""
        return self.usable - self.occupied - self.reserved

    @property
    def occupancy_rate(self) -> float:
        """Occupied out of realised, in percent, one decimal (facts 8.1)."""
        return round(100 * self.occupied / self.realised, 1) if self.realised else 0.0


@dataclass(frozen=True)
class FreeFor:
    """What the free beds can take: whole rooms for a family by size, and beds for people alone."""

    family_rooms: tuple[int, ...]
    women_alone: int
    men_alone: int
    wheelchair: int


@dataclass(frozen=True)
class People:
    """People of the desk's own location. `inside` is what safety counts."""

    present: int
    unregistered: int
    waiting: int
    out: int
    without_bed: int
    over_24h: int
    over_48h: int
    cots: int

    @property
    def inside(self) -> int:
        """People present plus those off a bus without a name yet."""
        return self.present + self.unregistered


@kept
def beds(night: Night) -> Beds:
    """The beds of open rooms."""
    tally = Counter(night.status.values())
    return Beds(
        realised=len(night.status),
        cleaning=tally[BedStatus.CLEANING],
        blocked=tally[BedStatus.BLOCKED] + tally[BedStatus.FAMILY],
        occupied=tally[BedStatus.OCCUPIED] + tally[BedStatus.OUT],
        reserved=reserved_here(night),
        no_staff=sum(night.status.get(bed.id) is BedStatus.BLOCKED and bed.unstaffed for bed in night.beds),
    )


def reserved_here(night: Night) -> int:
    """Places held here for buses, less those already in beds."""
    return sum(night.numbers(b).held for b in night.buses if b.state in buses.OPEN)


@kept
def free_for(night: Night) -> FreeFor:
    """What a person could still be told yes to; beds held for a bus are not in it."""
    free: dict[int, int] = Counter(night.bed[bed].room for bed, s in night.status.items() if s is BedStatus.FREE)
    family = sorted(free[r.id] for r in night.rooms if free.get(r.id) == len(night.beds_in[r.id]) > 0)
    rooms = [r for r in night.rooms if free.get(r.id)]
    return FreeFor(
        family_rooms=tuple(reversed(family)),
        women_alone=sum(free[r.id] for r in rooms if _alone_may_join(night, r, "f")),
        men_alone=sum(free[r.id] for r in rooms if _alone_may_join(night, r, "m")),
        wheelchair=sum(free[r.id] for r in rooms if r.accessible),
    )


def _alone_may_join(night: Night, room: Room, sex: str) -> bool:
    somebody = Household(id=-1, people=1, sex=sex, group_kind="single_man" if sex == "m" else "single_woman")
    return may_join(room, night.sleeping_in(room), somebody, night.agreed_pairs)


@kept
def people(night: Night) -> People:
    """The people, each counted once."""
    staying = night.staying
    return People(
        present=sum(night.present(h) for h in staying),
        unregistered=unregistered(night),
        waiting=sum(h.people for h in staying if h.state is HouseholdState.WAITING),
        out=sum(len(night.out_of(h)) for h in staying),
        without_bed=sum(without_bed(night, h) for h in staying),
        over_24h=_longer_than(night, 24),
        over_48h=_longer_than(night, 48),
        cots=sum(h.cots for h in staying),
    )


def unregistered(night: Night) -> int:
    """People off buses that are here, without a name yet."""
    return sum(night.numbers(b).unregistered for b in night.buses_here)


def without_bed(night: Night, household: Household) -> int:
    """People of a household for whom there is no bed yet."""
    return max(0, household.beds_needed - len(night.beds_of.get(household.id, ())))


@dataclass(frozen=True)
class Morning:
    """What the morning needs; meals and kits are counts and no more (facts 14.4)."""

    breakfast: int
    """People in the house; who is out is not at the table."""
    diets: int
    """Households of them with a diet or allergy."""
    kits: int
    """Basic kits to lay out: for whoever will sleep here and has no bed yet."""


@kept
def morning(night: Night) -> Morning:
    """Breakfast for who is inside, and kits for who is still to come to bed."""
    off_a_bus = 0
    for bus in night.buses:
        if bus.state in buses.OPEN:
            numbers = night.numbers(bus)
            here = numbers.unregistered if bus.state in buses.HERE else 0
            off_a_bus += max(numbers.held, here + sum(without_bed(night, h) for h in night.waiting_of(bus)))
    open_buses = {b.id for b in night.buses if b.state in buses.OPEN}
    others = sum(without_bed(night, h) for h in night.staying if h.bus not in open_buses)
    eating = [h for h in night.staying if night.present(h) > 0]
    return Morning(
        breakfast=people(night).inside,
        diets=sum("diet_allergy" in h.need_codes for h in eating),
        kits=off_a_bus + others,
    )


def _longer_than(night: Night, hours: int) -> int:
    return sum(h.people for h in staying_longer(night, hours))


def staying_longer(night: Night, hours: int) -> list[Household]:
    """Households whose stay lasts longer than that many hours, longest first."""
    limit = timedelta(hours=hours)
    found = [h for h in night.staying if h.since is not None and night.at - h.since > limit]
    return sorted(found, key=lambda h: (h.since, h.id))


STAY_CLOCK = {"stay_72": "stay_boundary_hours", "stay_48": "stay_alarm_hours", "stay_24": "stay_signal_hours"}
"""The thresholds of the stay clock, the last first, by the setting that says after how many hours (facts 13.10)."""


@kept
def over_thresholds(night: Night) -> tuple[tuple[str, int, list[Household]], ...]:
    """Threshold, hours and who passed it, longest here first; each household under the last that it passed."""
    found: list[tuple[str, int, list[Household]]] = []
    seen: set[int] = set()
    for kind, setting in STAY_CLOCK.items():
        hours: int = getattr(night.settings, setting)
        long = [h for h in staying_longer(night, hours) if h.id not in seen]
        seen |= {h.id for h in long}
        found.append((kind, hours, long))
    return tuple(found)


def without_place(night: Night) -> list[Household]:
    """Households who stay here and to whom nobody has said yes, those who are here longest first."""

    def said_yes(household: Household) -> bool:
        placement = night.placement_of.get(household.id)
        return placement is not None and placement.state in _PLACE_AGREED

    found = [h for h in night.staying if not said_yes(h)]
    return sorted(found, key=lambda h: (h.since or night.at, h.id))


def to_find(night: Night) -> int:
    """Places still to find for buses on their way or here; a bus with too many held does not hide another's lack."""
    return sum(max(0, night.numbers(b).short) for b in night.buses if b.state in buses.OPEN)


@dataclass(frozen=True)
class Period:
    """What happened between two moments, as the store kept it; each entry is people at a time."""

    since: datetime
    until: datetime
    confirmed: tuple[tuple[datetime, int], ...] = ()
    """Confirmed arrivals at locations of the region, direct buses included."""
    registered: tuple[tuple[datetime, int], ...] = ()
    departed: tuple[tuple[datetime, int, bool], ...] = ()
    """Departures with an arrangement; True for a location of the region, False for outside it."""
    left: tuple[tuple[datetime, int], ...] = ()

    def _in(self, at: datetime) -> bool:
        return self.since <= at <= self.until

    @property
    def placed(self) -> int:
        """People whose placement was confirmed in the period."""
        return sum(n for at, n in self.confirmed if self._in(at))

    @property
    def inflow(self) -> int:
        """People written down in the period."""
        return sum(n for at, n in self.registered if self._in(at))

    @property
    def onward_flow(self) -> int:
        """People who departed to a location of the region."""
        return sum(n for at, n, region in self.departed if region and self._in(at))

    @property
    def outflow(self) -> int:
        """People who left, or departed to a destination outside the region."""
        return sum(n for at, n in self.left if self._in(at)) + sum(
            n for at, n, region in self.departed if not region and self._in(at)
        )


def reserved_for_buses(night: Night) -> tuple[int, int]:
    """Places held for buses still expected, here and elsewhere, and how many such buses there are (minutes 2.3)."""
    held = {b.id: b.reserved for b in night.buses_expected}
    for allocation in night.allocations:
        if allocation.bus in held and allocation.confirmed_at is None:
            held[allocation.bus] += allocation.people
    return sum(held.values()), sum(places > 0 for places in held.values())


@dataclass(frozen=True)
class Region:
    """Places by kind of location; the desk's own location counts under `transit`, there in beds."""

    realised: Mapping[str, int]
    out_of_use: Mapping[str, int]
    occupied: Mapping[str, int]
    reserved: Mapping[str, int]
    free: Mapping[str, int]
    municipalities: int
    hosting: int
    in_forecast: int


def region(night: Night) -> Region:
    """The region's places, municipal and private strictly apart."""
    own = beds(night)
    realised = dict.fromkeys(LOCATION_KINDS, 0)
    occupied = dict(realised)
    reserved = dict(realised)
    out_of_use = dict(realised)
    for standing in night.standing.values():
        kind = standing.location.kind
        realised[kind] += standing.realised
        occupied[kind] += standing.occupied
        reserved[kind] += standing.held
        out_of_use[kind] += standing.out_of_use
    realised["transit"] += own.realised
    out_of_use["transit"] += own.out_of_use
    occupied["transit"] += own.occupied
    reserved["transit"] += own.reserved
    free = {kind: realised[kind] - out_of_use[kind] - occupied[kind] - reserved[kind] for kind in LOCATION_KINDS}
    municipal = [s for s in night.standing.values() if s.location.kind != "private"]
    return Region(
        realised=realised,
        out_of_use=out_of_use,
        occupied=occupied,
        reserved=reserved,
        free=free,
        municipalities=len(night.municipalities),
        hosting=len({s.location.municipality for s in municipal if s.occupied > 0}),
        in_forecast=len(
            {
                s.location.municipality
                for s in municipal
                if s.realised or any(places for _day, places in night.promised(s.location))
            }
        ),
    )


def target(night: Night, kind: str = "obligation") -> int | None:
    """What is asked of the region today; without a dated obligation what the settings say, else None."""
    today = night.today.isoformat()
    in_force = [t.places for t in night.targets if t.kind == kind and t.since <= today]
    if in_force:
        return in_force[-1]
    return night.settings.target if kind == "obligation" else None


def to_realise(night: Night) -> int:
    """The target minus the realised places that count towards it (facts 8.1)."""
    counting = sum(night.standing[loc.id].realised for loc in night.locations if loc.counts)
    return (target(night) or 0) - counting


def identity_gap(present_then: int, came: int, went: int, corrections: int, present_now: int) -> int:
    """What is missing in: present now = present then + in - out + corrections. 0 when it holds."""
    return present_now - (present_then + came - went + corrections)
