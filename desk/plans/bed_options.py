"""Where people can be put tonight, and who is alike: the rules of `desk.beds` as what a plan may choose from.

An opening is a room with those who stay in it; a room whose sleepers may be moved is two of them, as it is and cleared.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations, pairwise

from desk import clock
from desk.beds import Bed, BedState, BedStatus, Room, closes_room, may_join
from desk.households import Household, HouseholdState
from desk.night import Night

MEN, WOMEN, FAMILIES, OWN = "men", "women", "families", "own"
"""How a room is used by newcomers: by people alone of one sex, as a dormitory by households, or by one household."""
ASKED = "asked"
"""A room that households share who have not agreed: only in the second answer."""

PEOPLE, ASKING, WHOLE, LINKED, LEFT, MOVED, QUIET = (
    "people in bed",
    "rooms shared by asking",
    "extra rooms",
    "linked households adjoining",
    "usable beds left",
    "people moved",
    "quiet",
)

_MOST_TOGETHER, _MOST_SETS = 4, 300
"""Households who agreed to share are tried in one room up to four at a time, and so many sets of them."""


@dataclass(frozen=True)
class Opening:
    """Like rooms, each with the beds that can be given and those who stay in it; several rooms only where empty."""

    rooms: tuple[Room, ...]
    beds: tuple[tuple[Bed, ...], ...]
    sleepers: tuple[Household, ...] = ()
    leaving: tuple[Household, ...] = ()
    """Who would be moved out first; they are no sleepers of this opening."""
    moved_from: int = 0
    """The id of a room with people who may be moved; 0 elsewhere."""

    @property
    def room(self) -> Room:
        """The first of the rooms: the others are like it."""
        return self.rooms[0]

    @property
    def size(self) -> int:
        """Beds that can be given in each."""
        return len(self.beds[0])

    @property
    def usable(self) -> int:
        """Beds in each that count as usable while no newcomer lies there: none beside a family in its own room."""
        return 0 if any(closes_room(self.room, h) for h in self.sleepers) else self.size

    def cost(self, newcomers: Sequence[Household]) -> int:
        """Usable beds that are gone once these lie there."""
        if any(closes_room(self.room, h) for h in newcomers):
            return self.usable
        return min(self.usable, sum(h.beds_needed for h in newcomers))

    def use(self, who: Household, agreed: Set[frozenset[int]]) -> str:
        """How the room would be used by this newcomer, or empty where it may not or cannot lie there."""
        room = self.room
        if who.beds_needed > self.size or (who.needs_wheelchair and not room.accessible):
            return ""
        if not may_join(room, self.sleepers, who, agreed):
            return ""
        if who.alone_sex and all(h.alone_sex == who.alone_sex for h in self.sleepers):
            return MEN if who.alone_sex == "m" else WOMEN
        beside = not any(h.alone or h.minor_alone for h in (who, *self.sleepers))
        return FAMILIES if room.kind == "dormitory" and beside else OWN


@dataclass(frozen=True)
class Kind:
    """Households that differ in nothing a plan looks at."""

    households: tuple[Household, ...]
    from_room: int = 0
    """The room in which they sleep, where they may be moved."""

    @property
    def like(self) -> Household:
        """One of them."""
        return self.households[0]


@dataclass(frozen=True)
class Column:
    """So many of a kind, or each of several kinds, in the rooms of an opening (several for a run)."""

    variable: int
    kinds: tuple[int, ...]
    openings: tuple[int, ...]
    use: str


def is_quiet(night: Night) -> bool:
    """Whether people sleep now: nobody is moved who was not marked (settings `quiet_from`, `quiet_until`)."""
    settings = night.settings
    return clock.within(f"{settings.quiet_from}-{settings.quiet_until}", night.at, settings.tz)


def movable(night: Night, moves: bool) -> list[Household]:
    """Who sleeps and may be moved: those a person marked, and with `moves` outside the quiet hours everybody.

    Only who sleeps in one room with everybody in: they must be no worse off.
    """
    anybody = moves and not is_quiet(night)
    return [
        h
        for h in night.households
        if h.state is HouseholdState.IN_BED
        and (h.may_move or anybody)
        and len(night.beds_of.get(h.id, ())) == h.beds_needed > 0
        and len({bed.room for bed in night.beds_of[h.id]}) == 1
        and not night.out_of(h)
    ]


def openings(night: Night, movers: Iterable[Household], apart: Set[int] | None = None) -> list[Opening]:
    """Every open room, in their order; with `apart` all like empty rooms but those (ids) are one opening."""
    leaving = {h.id for h in movers}
    found: list[Opening] = []
    alike: dict[tuple[object, ...], list[tuple[Room, tuple[Bed, ...]]]] = {}
    for room in night.rooms:
        if not room.is_open:
            continue
        own, sleeping = night.beds_in[room.id], night.sleeping_in(room)
        free = tuple(bed for bed in own if bed.state is BedState.OK and bed.id not in night.sleeper)
        go = tuple(h for h in sleeping if h.id in leaving)
        stay = tuple(h for h in sleeping if h.id not in leaving)
        if go:
            # a bed somebody has slept in is clean first, unless this room needs none
            left = () if room.cleaning else tuple(b for b in own if b.id in night.sleeper and night.sleeper[b.id] in go)
            found.append(Opening((room,), (free,), tuple(sleeping), (), room.id))
            found.append(Opening((room,), (free + left,), stay, go, room.id))
        elif free and (sleeping or apart is None or room.id in apart or room.kind == "dormitory"):
            found.append(Opening((room,), (free,), tuple(sleeping)))
        elif free:
            alike.setdefault((room.kind, room.accessible, len(free)), []).append((room, free))
    for like in alike.values():
        found.append(Opening(tuple(room for room, _free in like), tuple(free for _room, free in like)))
    order = {room.id: n for n, room in enumerate(night.rooms)}
    return sorted(found, key=lambda o: (order[o.room.id], bool(o.leaving)))


def kinds(night: Night, households: Iterable[Household], apart: Set[int]) -> list[Kind]:
    """Like households together; those in `apart` each for themselves."""
    holds = {bus.id for bus in night.held_for.values()}
    found: dict[tuple[object, ...], list[Household]] = {}
    for h in households:
        key: tuple[object, ...] = (h.id,)
        if h.id not in apart:
            bus = h.bus if h.bus in holds else None
            key = (h.beds_needed, h.people, h.needs_wheelchair, h.alone, h.alone_sex, h.minor_alone, bus)
        found.setdefault(key, []).append(h)
    return [Kind(tuple(like)) for like in found.values()]


def agreeing(night: Night, households: Iterable[Household]) -> set[int]:
    """Those among them who agreed to share with somebody."""
    some = {one for pair in night.agreed_pairs for one in pair}
    return {h.id for h in households if h.id in some}


def together(night: Night, room: Room, households: Sequence[Household]) -> list[tuple[Household, ...]]:
    """The sets of newcomers who may share this room only because they agreed."""
    agreed = night.agreed_pairs
    able = [h for h in households if not h.minor_alone]
    found: list[tuple[Household, ...]] = []
    for size in range(2, _MOST_TOGETHER + 1):
        for some in combinations(able, size):
            pairs = list(combinations(some, 2))
            if not all(may_join(room, [one], other, agreed) for one, other in pairs):
                continue
            if all(may_join(room, [one], other, frozenset()) for one, other in pairs):
                continue  # they may anyway
            found.append(some)
            if len(found) == _MOST_SETS:
                return found
    return found


def neighbours(night: Night) -> dict[int, set[int]]:
    """The rooms next to each open room on its floor, in the order of the list, by room id."""
    order = [room for room in night.rooms if room.is_open]
    found: dict[int, set[int]] = {room.id: set() for room in order}
    for one, other in pairwise(order):
        if one.floor == other.floor:
            found[one.id].add(other.id)
            found[other.id].add(one.id)
    return found


def runs(night: Night, rooms: Sequence[Opening], who: Household) -> list[tuple[int, ...]]:
    """The shortest runs of adjoining empty rooms (ids) for a household that no room of the house takes whole."""
    if who.alone or any(o.use(who, night.agreed_pairs) for o in rooms):
        return []
    can = {
        o.room.id: n
        for n, o in enumerate(rooms)
        if not o.sleepers and not o.moved_from and o.size and (o.room.accessible or not who.needs_wheelchair)
    }
    order = [room for room in night.rooms if room.is_open]
    found: list[tuple[int, ...]] = []
    for start in range(len(order)):
        run: list[int] = []
        for room in order[start:]:
            if room.id not in can or room.floor != order[start].floor:
                break
            run.append(can[room.id])
            if sum(rooms[n].size for n in run) >= who.beds_needed:
                break
        beds = sum(rooms[n].size for n in run)
        if len(run) > 1 and beds >= who.beds_needed > beds - rooms[run[0]].size:
            found.append(tuple(rooms[n].room.id for n in run))
    return found


def allotted(night: Night) -> Mapping[int, int]:
    """The beds kept for each bus, by bus id; where more are held than are free, the bus due first has its beds."""
    found: dict[int, int] = {}
    for bed, bus in night.held_for.items():
        if night.status.get(bed) is BedStatus.HELD:
            found[bus.id] = found.get(bus.id, 0) + 1
    return found
