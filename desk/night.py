"""The night as one immutable value: everything current, read in one snapshot of the store.

Figures, signals, suitability, plans and every main screen are functions of it. What it derives (which
bed is held, who sleeps in a room) is computed once and kept with the value.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from desk import buses, clock, periods, references
from desk.beds import Bed, BedState, BedStatus, Room, Sharing, Stay, closes_room
from desk.buses import Allocation, Bus, Eta, Numbers, Onward
from desk.capacity import Availability, Location, Municipality, Standing, Target
from desk.decisions import Decision
from desk.households import HELP_ON_STAIRS, INSIDE, Household, HouseholdState, Link, Member, Presence
from desk.language import language
from desk.logbook import Duty, LogLine, Phone
from desk.placements import HOLDS, Declined, Placement, PlacementState, Ride
from desk.settings import Settings
from desk.shift import OnShift

Rest = ParamSpec("Rest")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Night(OnShift):
    """All that is current at one moment; lists are ordered as they are shown."""

    at: datetime
    settings: Settings = field(default_factory=Settings)
    rooms: tuple[Room, ...] = ()
    beds: tuple[Bed, ...] = ()
    stays: tuple[Stay, ...] = ()
    sharings: tuple[Sharing, ...] = ()
    links: tuple[Link, ...] = ()
    buses: tuple[Bus, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    onwards: tuple[Onward, ...] = ()
    etas: tuple[Eta, ...] = ()
    households: tuple[Household, ...] = ()
    """Inside, expected, or still to be confirmed elsewhere; and all of every open bus."""
    help_on_stairs: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """By household id, where its needs are not shown to whoever looks (`desk.rights`)."""
    members: tuple[Member, ...] = ()
    placements: tuple[Placement, ...] = ()
    rides: tuple[Ride, ...] = ()
    declined: tuple[Declined, ...] = ()
    municipalities: tuple[Municipality, ...] = ()
    locations: tuple[Location, ...] = ()
    placed_since_report: tuple[tuple[int, int], ...] = ()
    """Location and people confirmed there after its last report (or ever, when it never reported)."""
    men_alone_placed: tuple[tuple[int, int], ...] = ()
    """Location and men alone of another nationality placed there, as far as it is still known of them (minutes 2.4)."""
    availabilities: tuple[Availability, ...] = ()
    """Further periods of locations, in the order in which they begin."""
    targets: tuple[Target, ...] = ()
    """What was asked of the region, oldest first; of one kind the last that has begun is in force."""
    instructions: tuple[Decision, ...] = ()
    """Standing instructions in force."""
    log: tuple[LogLine, ...] = ()
    duties: tuple[Duty, ...] = ()
    phones: tuple[Phone, ...] = ()

    @cached_property
    def evening(self) -> date:
        """The evening's date of this night."""
        return clock.night_of(self.at, self.settings.tz, self.settings.night_starts)

    def said(self, ref: str) -> str:
        """A reference as it is said tonight."""
        return references.said(ref, self.evening)

    @cached_property
    def answers(self) -> dict[tuple[object, ...], Any]:
        """What was computed of this night, for `kept`."""
        return {}

    # --- people -----------------------------------------------------------------------------

    @cached_property
    def household(self) -> dict[int, Household]:
        """Households by id."""
        return {h.id: h for h in self.households}

    @cached_property
    def staying(self) -> tuple[Household, ...]:
        """Households that stay here, in the order in which they came."""
        return tuple(h for h in self.households if h.state in INSIDE)

    @cached_property
    def members_of(self) -> dict[int, list[Member]]:
        """Members by household, in their order."""
        found: dict[int, list[Member]] = defaultdict(list)
        for member in self.members:
            found[member.household].append(member)
        return found

    def out_of(self, household: Household) -> list[Member]:
        """The members who are not in the building."""
        return [m for m in self.members_of.get(household.id, ()) if m.presence is Presence.OUT]

    def present(self, household: Household) -> int:
        """People of a household who are in the building."""
        away = sum(m.presence in {Presence.OUT, Presence.NOT_FOUND} for m in self.members_of.get(household.id, ()))
        return household.people - away

    @cached_property
    def _help_told(self) -> dict[int, tuple[str, ...]]:
        return dict(self.help_on_stairs)

    def help_codes(self, household: Household) -> list[str]:
        """The help a household needs on the stairs, also where its needs are not shown."""
        told = self._help_told.get(household.id, household.need_codes)
        return [code for code in HELP_ON_STAIRS if code in told]

    # --- beds -------------------------------------------------------------------------------

    @cached_property
    def room(self) -> dict[int, Room]:
        """Rooms by id."""
        return {r.id: r for r in self.rooms}

    @cached_property
    def bed(self) -> dict[int, Bed]:
        """Beds by id."""
        return {b.id: b for b in self.beds}

    @cached_property
    def beds_in(self) -> dict[int, list[Bed]]:
        """Beds by room, by number."""
        found: dict[int, list[Bed]] = defaultdict(list)
        for bed in self.beds:
            found[bed.room].append(bed)
        return found

    def label(self, bed: Bed) -> str:
        """How a bed is called, `12-3`."""
        return f"{self.room[bed.room].name}-{bed.number}"

    @cached_property
    def sleeper(self) -> dict[int, Household]:
        """Who has a bed, by bed id."""
        return {s.bed: self.household[s.household] for s in self.stays if s.household in self.household}

    @cached_property
    def beds_of(self) -> dict[int, list[Bed]]:
        """The beds of a household, by household id."""
        found: dict[int, list[Bed]] = defaultdict(list)
        for stay in self.stays:
            if stay.bed in self.bed:
                found[stay.household].append(self.bed[stay.bed])
        return found

    def sleeping_in(self, room: Room) -> list[Household]:
        """The households with a bed in a room, each once."""
        found = {self.sleeper[b.id].id: self.sleeper[b.id] for b in self.beds_in[room.id] if b.id in self.sleeper}
        return list(found.values())

    @cached_property
    def agreed_pairs(self) -> frozenset[frozenset[int]]:
        """Pairs of households who agreed to share a room."""
        return frozenset(frozenset({s.household, s.other}) for s in self.sharings)

    @cached_property
    def linked(self) -> dict[int, frozenset[int]]:
        """The households that want to stay together with one, through others too, by household id; without itself."""
        groups: dict[int, set[int]] = {}
        for link in self.links:
            joined = groups.get(link.household, {link.household}) | groups.get(link.other, {link.other})
            for one in joined:
                groups[one] = joined
        return {one: frozenset(group - {one}) for one, group in groups.items()}

    @cached_property
    def _unheld(self) -> dict[int, BedStatus]:
        """Each bed of an open room as it stands before places are held for buses."""
        status: dict[int, BedStatus] = {}
        sleeper, kept = self.sleeper, self._kept
        for room in self.rooms:
            if not room.is_open:
                continue
            beds = self.beds_in[room.id]
            closed = any(closes_room(room, sleeper[bed.id]) for bed in beds if bed.id in sleeper)
            for bed in beds:
                if bed.id in sleeper:
                    status[bed.id] = BedStatus.OUT if bed.id in kept else BedStatus.OCCUPIED
                elif bed.state is BedState.OK:
                    status[bed.id] = BedStatus.FAMILY if closed else BedStatus.FREE
                else:
                    status[bed.id] = BedStatus.BLOCKED if bed.state is BedState.BLOCKED else BedStatus.CLEANING
        return status

    @cached_property
    def _kept(self) -> set[int]:
        """Beds kept for people who are out; which of a household's are empty is not known: the last are shown so."""
        away = Counter(m.household for m in self.members if m.presence is Presence.OUT)
        beds = {household: self.beds_of.get(household, []) for household in away}
        return {bed.id for household, own in beds.items() for bed in own[max(0, len(own) - away[household]) :]}

    @cached_property
    def held_for(self) -> dict[int, Bus]:
        """The beds that are kept for a bus, by bed id; never more than are free.

        Whole rooms first, so that families off the bus find a room; the bus due first chooses first.
        """
        free = [bed for bed in self.beds if self._unheld.get(bed.id) is BedStatus.FREE]
        rooms: dict[int, list[Bed]] = defaultdict(list)
        for bed in free:
            rooms[bed.room].append(bed)
        whole_first = sorted(rooms, key=lambda r: (len(rooms[r]) < len(self.beds_in[r]), -len(rooms[r])))
        queue = [bed for room in whole_first for bed in rooms[room]]
        held: dict[int, Bus] = {}
        for bus in self.buses:
            places = self.numbers(bus).held if bus.state in buses.OPEN else 0
            for bed in queue[:places]:
                held[bed.id] = bus
            queue = queue[places:]
        return held

    @cached_property
    def status(self) -> dict[int, BedStatus]:
        """Each bed of an open room with how it stands; beds of closed rooms are not in it."""
        return {
            bed: BedStatus.HELD if status is BedStatus.FREE and bed in self.held_for else status
            for bed, status in self._unheld.items()
        }

    # --- buses ------------------------------------------------------------------------------

    @cached_property
    def bus(self) -> dict[int, Bus]:
        """Buses by id."""
        return {b.id: b for b in self.buses}

    @cached_property
    def _numbers(self) -> dict[int, Numbers]:
        registered: dict[int, int] = defaultdict(int)
        housed: dict[int, int] = defaultdict(int)
        for h in self.households:
            if h.bus is None or h.state in {HouseholdState.EXPECTED, HouseholdState.NO_SHOW}:
                continue
            registered[h.bus] += h.people
            if h.state is not HouseholdState.WAITING:
                housed[h.bus] += h.people
        allocated: dict[int, int] = defaultdict(int)
        for allocation in self.allocations:
            allocated[allocation.bus] += allocation.people
        went_on: dict[int, int] = defaultdict(int)
        for onward in self.onwards:
            went_on[onward.bus] += onward.people
        return {
            b.id: Numbers(
                b.announced, b.counted, b.reserved, allocated[b.id], registered[b.id], housed[b.id], went_on[b.id]
            )
            for b in self.buses
        }

    def numbers(self, bus: Bus) -> Numbers:
        """A bus in people, each number apart."""
        return self._numbers[bus.id]

    def waiting_of(self, bus: Bus) -> list[Household]:
        """Registered households of a bus without a bed, or on its list and not yet at the table."""
        return [h for h in self.households if h.bus == bus.id and h.state is HouseholdState.WAITING]

    @cached_property
    def buses_here(self) -> tuple[Bus, ...]:
        """Buses at the door or at the table."""
        return tuple(b for b in self.buses if b.state in buses.HERE)

    @cached_property
    def buses_expected(self) -> tuple[Bus, ...]:
        """Buses on their way."""
        return tuple(b for b in self.buses if b.state in buses.EXPECTED)

    # --- places elsewhere -------------------------------------------------------------------

    @cached_property
    def location(self) -> dict[int, Location]:
        """Locations by id."""
        return {loc.id: loc for loc in self.locations}

    @cached_property
    def municipality(self) -> dict[int, Municipality]:
        """Municipalities by id."""
        return {m.id: m for m in self.municipalities}

    def municipality_name(self, location: Location) -> str:
        """The screen name of a location's municipality."""
        found = self.municipality.get(location.municipality)
        return (found.screen_name or found.name) if found else ""

    @cached_property
    def placement_of(self) -> dict[int, Placement]:
        """The open placement of a household, by household id."""
        return {p.household: p for p in self.placements if p.state in HOLDS or p.state is PlacementState.PROPOSED}

    @cached_property
    def standing(self) -> dict[int, Standing]:
        """Every location in numbers, by id."""
        held: dict[int, int] = defaultdict(int)
        for placement in self.placements:
            if placement.location is not None and placement.state in HOLDS:
                held[placement.location] += placement.people
        for allocation in self.allocations:
            bus = self.bus.get(allocation.bus)
            if allocation.confirmed_at is None and bus is not None and bus.state in buses.OPEN:
                held[allocation.location] += allocation.people
        placed = dict(self.placed_since_report)
        found = {}
        for loc in self.locations:
            realised = self.places_on(loc, self.today)
            # places that are not there any more cannot be out of use
            out = min(loc.out_of_use or 0, realised)
            occupied = (loc.occupied or 0) + placed.get(loc.id, 0)
            found[loc.id] = Standing(loc, realised, occupied, held.get(loc.id, 0), out)
        for mine in self.shared:
            if mine.location in found:
                left = mine.left(found[mine.location].held)
                found[mine.location] = replace(found[mine.location], left=left)
        return found

    @cached_property
    def today(self) -> date:
        """The date on the site's wall clock."""
        return self.at.astimezone(self.settings.tz).date()

    @cached_property
    def periods_of(self) -> dict[int, list[Availability]]:
        """Further periods by location."""
        found: dict[int, list[Availability]] = defaultdict(list)
        for period in self.availabilities:
            found[period.location].append(period)
        return found

    def places_on(self, location: Location, day: date) -> int:
        """The places a location has on that day, in whichever of its periods that falls."""
        return periods.places_on(location, self.periods_of.get(location.id, ()), day)

    def promised(self, location: Location) -> list[tuple[date, int]]:
        """The days after today on which its places change, with how many there are from then on; empty when none."""
        further = self.periods_of.get(location.id, ())
        if not (location.available_from or location.available_until or further):
            return []  # most have no end: 3,000 of them are quick
        return periods.changes(location, further, self.today)

    def declined_pair(self, household: Household, location: Location) -> Declined | None:
        """The last time that location said no to this household."""
        return next(
            (d for d in self.declined if d.household == household.id and d.location == location.id),
            None,
        )

    # --- duties -----------------------------------------------------------------------------

    @cached_property
    def duty(self) -> dict[str, Duty]:
        """Who does what, by the signal's key."""
        return {d.signal: d for d in self.duties}


def beds_text(night: Night, beds: Iterable[Bed]) -> str:
    """Beds as people say them: `room 12` for a whole room, else `12-1 12-2`."""
    chosen = list(beds)
    by_room: dict[int, list[Bed]] = defaultdict(list)
    for bed in chosen:
        by_room[bed.room].append(bed)
    parts: list[str] = []
    for room, taken in by_room.items():
        if len(taken) == len(night.beds_in[room]) and len(taken) > 1:
            parts.append(night.room[room].name)
        else:
            parts += [night.label(bed) for bed in taken]
    return " ".join(parts)


def kept(function: Callable[Concatenate[Night, Rest], Answer]) -> Callable[Concatenate[Night, Rest], Answer]:
    """Compute it once a night: a night never changes, so neither does what follows from it.

    Beside the night the function takes only what can be a key, and its words are kept for each language.
    """

    @wraps(function)
    def answer(night: Night, /, *rest: Rest.args, **named: Rest.kwargs) -> Answer:
        key = (function, language(), *rest, *named.items())
        if key not in night.answers:
            night.answers[key] = function(night, *rest, **named)
        found: Answer = night.answers[key]
        return found

    return answer
