"""Who gets which bed: first fit, families whole in a room, wheelchairs on the ground floor."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from desk import buses, figures
from desk.beds import Bed, BedState, BedStatus, Room, Stay, closes_room, may_join, why_not
from desk.buses import Bus
from desk.households import Household, HouseholdState
from desk.language import _
from desk.night import Night
from desk.references import spoken
from desk.refusals import Refused

CAN_BE_GIVEN = frozenset({BedStatus.FREE, BedStatus.HELD})
"""How a bed stands that somebody could be put in: whoever it is held for, or who suits the room."""


@dataclass(frozen=True)
class Assignment:
    """The beds for one household and why these."""

    household: Household
    beds: tuple[Bed, ...]
    why: str


@dataclass(frozen=True)
class LeftOut:
    """A household for which nothing was found, why, and what would help."""

    household: Household
    reason: str
    would_help: str


@dataclass(frozen=True)
class Plan:
    """What giving beds to several households would do."""

    assignments: tuple[Assignment, ...]
    left_out: tuple[LeftOut, ...]


def open_to(night: Night, household: Household) -> dict[int, list[Bed]]:
    """The beds, by room, that this household could be given: free ones and those held for its own bus.

    Only as many held ones as the bus has; where the rest of the house is overbooked, none are free.
    """
    free: dict[int, list[Bed]] = {}
    for bed in night.beds:
        status = night.status.get(bed.id)
        mine = status is BedStatus.HELD and household.bus is not None and night.held_for[bed.id].id == household.bus
        if status is BedStatus.FREE or mine:
            free.setdefault(bed.room, []).append(bed)
    return free


def choose(night: Night, household: Household) -> Assignment:
    """Beds for one household, or a refusal that says what would help."""
    if household.beds_needed == 0:
        raise Refused(_("{ref} needs no bed: cots only.").format(ref=spoken(household.ref)))
    free = open_to(night, household)
    rooms = [r for r in night.rooms if r.id in free and _possible(night, r, household)]
    found = _one_room(night, rooms, free, household) or _adjoining(night, rooms, free, household)
    if found is None:
        raise Refused(_no_room(night, household, sum(len(b) for b in free.values())))
    return found


def _possible(night: Night, room: Room, household: Household) -> bool:
    if household.needs_wheelchair and not room.accessible:
        return False
    return may_join(room, night.sleeping_in(room), household, night.agreed_pairs)


def _one_room(night: Night, rooms: list[Room], free: dict[int, list[Bed]], household: Household) -> Assignment | None:
    need = household.beds_needed
    fitting = [r for r in rooms if len(free[r.id]) >= need]
    if not fitting:
        return None

    def rank(room: Room) -> tuple[bool, bool, bool, bool, bool, int, int]:
        joins = bool(night.sleeping_in(room))
        spare = len(free[room.id]) - need
        partly_held = not household.alone and any(
            night.status.get(bed.id) is BedStatus.HELD and bed not in free[room.id] for bed in night.beds_in[room.id]
        )
        # somebody alone fills up a shared room before an empty one; a family takes the tightest room;
        # rooms without stairs are kept for those who need them
        return (
            household.alone != joins,
            partly_held,
            household.alone and room.kind == "family",
            not household.alone and room.kind == "dormitory",
            room.accessible and not household.needs_wheelchair,
            spare,
            room.position,
        )

    for room in sorted(fitting, key=rank):
        found = Assignment(household, tuple(free[room.id][:need]), _why(night, room, household))
        if not _takes_what_is_held(night, found):
            return found
    return None


def _why(night: Night, room: Room, household: Household) -> str:
    if night.sleeping_in(room):
        why = _("beside others travelling alone") if household.alone else _("they agreed to share")
    else:
        why = _("a room to themselves") if not household.alone else _("an empty room")
    return why + ", " + _("no stairs") if household.needs_wheelchair else why


def _takes_what_is_held(night: Night, found: Assignment) -> bool:
    """Whether closing the rest of a room would leave a bus fewer beds than are held for it.

    A household off a bus on which places are held uses up those.
    """
    bus = night.bus.get(found.household.bus or 0)
    if bus is not None and night.numbers(bus).reserved or not figures.reserved_here(night):
        return False
    given = {bed.id for bed in found.beds}
    closed = [
        bed
        for room in {bed.room for bed in found.beds}
        if closes_room(night.room[room], found.household)
        for bed in night.beds_in[room]
        if bed.id not in given and night.status[bed.id] in {BedStatus.FREE, BedStatus.HELD}
    ]
    return figures.beds(night).free - len(given) - len(closed) < 0


def _adjoining(night: Night, rooms: list[Room], free: dict[int, list[Bed]], household: Household) -> Assignment | None:
    """The shortest run of neighbouring empty rooms on one floor that takes a household too large for any."""
    if household.alone:
        return None
    empty = [r for r in rooms if not night.sleeping_in(r)]
    best: list[Room] | None = None
    for first in range(len(empty)):
        run: list[Room] = []
        for room in empty[first:]:
            if run and (room.floor != run[-1].floor or not _neighbours(night, run[-1], room)):
                break
            run.append(room)
            if sum(len(free[r.id]) for r in run) >= household.beds_needed:
                if best is None or len(run) < len(best):
                    best = run
                break
    if best is None:
        return None
    beds = [bed for room in best for bed in free[room.id]][: household.beds_needed]
    names = ", ".join(r.name for r in best)
    found = Assignment(
        household,
        tuple(beds),
        _("no single free room takes {n}; adjoining rooms {rooms}").format(n=household.beds_needed, rooms=names),
    )
    return None if _takes_what_is_held(night, found) else found


def _neighbours(night: Night, one: Room, other: Room) -> bool:
    """Whether no other open room lies between them on the list of rooms."""
    order = [r.id for r in night.rooms if r.is_open]
    return any(pair == (one.id, other.id) for pair in pairwise(order))


def _no_room(night: Night, household: Household, free: int) -> str:
    if free < household.beds_needed:
        return _(
            "No beds for {name}: {need} needed, {free} free for them. Look at the ways (desk bus ways),"
            " clean or open a room, or place them onward."
        ).format(name=household.called, need=household.beds_needed, free=free)
    return _(
        "No room suits {name} {people}: {free} beds are free, but not together as they need them. Name the beds"
        " yourself, let households share after both agreed (desk household share), or open a room."
    ).format(name=household.called, people=household.people, free=free)


def named(night: Night, household: Household, beds: list[Bed]) -> list[Bed]:
    """Beds that a person named, checked; the household's own beds may be among them."""
    need = household.beds_needed
    if len({b.id for b in beds}) != len(beds):
        raise Refused(_("A bed is named twice."))
    if len(beds) != need:
        raise Refused(
            _("{name} needs {need} beds, {given} named. Name {need}.").format(
                name=household.called, need=need, given=len(beds)
            )
        )
    own = {b.id for b in night.beds_of.get(household.id, ())}
    new = [bed for bed in beds if bed.id not in own]
    takes_held = sum(_check(night, household, bed) for bed in new)
    # a bed held for a bus may be given while another free one can be kept for that bus instead
    left = sum(s is BedStatus.FREE for s in night.status.values())
    left -= sum(night.status.get(bed.id) is BedStatus.FREE for bed in new)
    # those held for its own bus that it does not take can be kept for the other one too
    given = {bed.id for bed in new}
    left += sum(held.id == household.bus and bed not in given for bed, held in night.held_for.items())
    if takes_held > left:
        raise Refused(
            _("These beds are held for a bus and no others are free for it. Choose other beds, or hold fewer first.")
        )
    return beds


def _check(night: Night, household: Household, bed: Bed) -> int:
    """Refuse a bed that cannot be given; 1 where it is held for another bus, else 0."""
    room, label, status = night.room[bed.room], night.label(bed), night.status.get(bed.id)
    if not may_join(room, night.sleeping_in(room), household, night.agreed_pairs):
        raise Refused(why_not(room, night.sleeping_in(room), household))
    if status in {BedStatus.OCCUPIED, BedStatus.OUT}:
        raise Refused(
            _("Bed {bed} is taken by {name}. Free instead: {free}.").format(
                bed=label, name=night.sleeper[bed.id].name, free=instead(night, household)
            )
        )
    if status is None or status in {BedStatus.BLOCKED, BedStatus.CLEANING}:
        state = _("closed") if status is None else _("out of use") if status is BedStatus.BLOCKED else _("to clean")
        raise Refused(
            _("Bed {bed} is {state}. Free instead: {free}.").format(
                bed=label, state=state, free=instead(night, household)
            )
        )
    return int(status is BedStatus.HELD and night.held_for[bed.id].id != household.bus)


def instead(night: Night, household: Household) -> str:
    """Some free beds that would suit, to name in a refusal."""
    try:
        return " ".join(night.label(bed) for bed in choose(night, household).beds)
    except Refused:
        return _("none that suits")


def for_all(night: Night, households: Iterable[Household]) -> Plan:
    """Beds for several households, first fit: those who cannot climb stairs, then the largest, then those alone."""
    queue = sorted(households, key=lambda h: (not h.needs_wheelchair, not h.minor_alone, h.alone, -h.beds_needed, h.id))
    given: list[Assignment] = []
    left: list[LeftOut] = []
    for household in queue:
        if household.beds_needed == 0:
            continue
        try:
            found = choose(night, household)
        except Refused as no:
            left.append(LeftOut(household, no.sentences[0], _("open or clean a room, or place them onward first")))
            continue
        given.append(found)
        night = _with(night, found)
    return Plan(tuple(given), tuple(left))


def _with(night: Night, found: Assignment) -> Night:
    """The night after these beds were given: a changed copy, so a plan needs no store."""
    stays = tuple(Stay(household=found.household.id, bed=bed.id, since=night.at) for bed in found.beds)
    households = tuple(
        replace(h, state=HouseholdState.IN_BED) if h.id == found.household.id else h for h in night.households
    )
    return replace(night, stays=night.stays + stays, households=households)


def waiting(night: Night, bus: Bus | None = None) -> list[Household]:
    """Who waits for a bed: off one bus, or all."""
    return [h for h in night.households if h.state is HouseholdState.WAITING and (bus is None or h.bus == bus.id)]


def free_places(night: Night, bus: Bus | None = None) -> int:
    """Beds that can be promised to a bus: free ones and those it holds already, whatever it needs."""
    usable = sum(s in {BedStatus.FREE, BedStatus.HELD} for s in night.status.values())
    others = sum(
        night.numbers(b).held for b in night.buses if b.state in buses.OPEN and (bus is None or b.id != bus.id)
    )
    housed = night.numbers(bus).housed if bus is not None else 0
    return usable - others + housed


def to_clean(night: Night) -> dict[int, list[Bed]]:
    """Beds that need cleaning, by room."""
    found: dict[int, list[Bed]] = {}
    for bed in night.beds:
        if night.status.get(bed.id) is BedStatus.CLEANING and bed.state is BedState.CLEANING:
            found.setdefault(bed.room, []).append(bed)
    return found
