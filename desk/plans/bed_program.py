"""The bed plan as a mixed-integer program: households to rooms, whole where it can be, in five objectives.

A column is a number of like households in like rooms, households who agreed in one room, or one household over a run of
adjoining rooms. People alone of one sex fill a room between them, so do households in a dormitory.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desk.beds import closes_room
from desk.buses import OPEN
from desk.households import Household
from desk.night import Night
from desk.plans.bed_options import (
    ASKED,
    ASKING,
    FAMILIES,
    LEFT,
    LINKED,
    MEN,
    MOVED,
    OWN,
    PEOPLE,
    QUIET,
    WHOLE,
    WOMEN,
    Column,
    Kind,
    Opening,
    agreeing,
    allotted,
    kinds,
    neighbours,
    openings,
    runs,
    together,
)
from desk.plans.program import Objective, Program, Terms

_NEW_ROOM, _KEPT_ACCESSIBLE, _OTHER_KIND = 2000, 400, 100
_ROOM_ASKED, _SLEEPERS_ASKED = 1000, 10
_ALWAYS = -1
"""In the place of a variable: a yes that nothing changes."""


@dataclass
class BedProgram:
    """The program with what its columns mean; `night` is before, `waiting` want a bed, `movers` may leave theirs."""

    night: Night
    waiting: Sequence[Household]
    movers: Sequence[Household] = ()
    split: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The rooms over which first fit split a household that a room would have taken whole, by household id."""
    asking: bool = False
    limit: float = 0.0
    """How many beds may be used beyond those that are free and those held for a household's own bus: none."""
    strict: bool = False
    """Count also what a family closes against the beds of others, however much its own bus holds."""
    program: Program = field(default_factory=Program)
    columns: list[Column] = field(default_factory=list)
    rooms: list[Opening] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    uses: dict[tuple[int, str], int] = field(default_factory=dict)
    """How many rooms of an opening are used in that way."""
    clears: dict[int, int] = field(default_factory=dict)
    """Whether those of a room who may be moved are, by room id."""
    pairs: list[tuple[int, int]] = field(default_factory=list)
    """Linked households of whom at least one is given a bed."""
    barred: frozenset[tuple[int, int]] = frozenset()
    """Household and room that the desk's own checks would refuse."""
    reach: list[tuple[int, float]] = field(default_factory=list)
    follows: list[tuple[int, tuple[Terms, ...], float]] = field(default_factory=list)
    """Variables that follow from the others: the least of these sums, at most so much, at least 0."""

    def __post_init__(self) -> None:
        everybody = [*self.waiting, *self.movers]
        ids = {h.id for h in everybody}
        placed = ids | set(self.night.beds_of)
        links = {frozenset({link.household, link.other}) for link in self.night.links}
        self.pairs = sorted((min(p), max(p)) for p in links if len(p) == 2 and p & ids and p <= placed)
        apart = agreeing(self.night, self.waiting) | {one for pair in self.pairs for one in pair}
        apart |= {household for household, _room in self.barred}
        apart |= set(self.split)
        self.kinds = kinds(self.night, self.waiting, apart)
        each = openings(self.night, self.movers)
        over = {k: runs(self.night, each, kind.like) for k, kind in enumerate(self.kinds)}
        for k, kind in enumerate(self.kinds):
            if kind.like.id in self.split and self.split[kind.like.id] not in over[k]:
                over[k].append(self.split[kind.like.id])
        in_runs = {room for some in over.values() for run in some for room in run}
        all_apart = bool(self.pairs or self.asking or self.barred)
        self.rooms = each if all_apart else openings(self.night, self.movers, in_runs)
        self.kinds += [Kind((h,), self.night.beds_of[h.id][0].room) for h in self.movers]
        for room in sorted({kind.from_room for kind in self.kinds if kind.from_room}):
            self.clears[room] = self.program.yes_or_no()
        self._columns()
        place = {o.room.id: n for n, o in enumerate(self.rooms) if not o.leaving}
        for k, some in over.items():
            for run in some:
                if all(self._may(k, place[room]) for room in run):
                    self._column((k,), tuple(place[room] for room in run), OWN, 1)
        self._rows()

    # --- what can be chosen -----------------------------------------------------------------

    def _columns(self) -> None:
        agreed = self.night.agreed_pairs
        for n, opening in enumerate(self.rooms):
            for k, kind in enumerate(self.kinds):
                use = opening.use(kind.like, agreed)
                if not self._may(k, n):
                    continue
                if use:
                    many = 1 if use == OWN else max(1, opening.size // kind.like.beds_needed)
                    self._column((k,), (n,), use, len(opening.rooms) * many)
                if self.asking and self._may_be_asked(opening, kind.like):
                    self._column((k,), (n,), ASKED, opening.size)
            self._sets(n, opening)

    def _may(self, kind: int, opening: int) -> bool:
        """Nobody moves to the room they sleep in; nor where the checks said no."""
        room, k = self.rooms[opening].room.id, self.kinds[kind]
        return k.from_room != room and (k.like.id, room) not in self.barred

    def _may_be_asked(self, opening: Opening, who: Household) -> bool:
        if who.minor_alone or any(h.minor_alone for h in opening.sleepers) or who.beds_needed > opening.size:
            return False
        return opening.room.accessible or not who.needs_wheelchair

    def _sets(self, n: int, opening: Opening) -> None:
        """Households who agreed, together in one room."""
        number = {kind.like.id: k for k, kind in enumerate(self.kinds)}
        joins = agreeing(self.night, (kind.like for kind in self.kinds))
        some = [kind.like for k, kind in enumerate(self.kinds) if kind.like.id in joins and self._may(k, n)]
        some = [h for h in some if opening.use(h, self.night.agreed_pairs)]
        for who in together(self.night, opening.room, some) if len(some) > 1 else ():
            if sum(h.beds_needed for h in who) <= opening.size:
                self._column(tuple(number[h.id] for h in who), (n,), OWN, 1)

    def _column(self, who: tuple[int, ...], where: tuple[int, ...], use: str, most: int) -> None:
        most = min(most, *(len(self.kinds[k].households) for k in who))
        self.columns.append(Column(self.program.whole(0, most), who, where, use))
        if use != OWN and (where[0], use) not in self.uses:
            self.uses[where[0], use] = self.program.whole(0, len(self.rooms[where[0]].rooms))

    # --- what must hold ---------------------------------------------------------------------

    def _rows(self) -> None:
        of_kind: dict[int, list[int]] = defaultdict(list)
        in_room: dict[int, list[tuple[int, float]]] = defaultdict(list)
        filling: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
        for column in self.columns:
            for k in column.kinds:
                of_kind[k].append(column.variable)
            if column.use == OWN:
                for n in column.openings:
                    in_room[n].append((column.variable, 1.0))
            else:
                need = self.kinds[column.kinds[0]].like.beds_needed
                filling[column.openings[0], column.use].append((column.variable, need))
        for k, kind in enumerate(self.kinds):
            terms = [(v, 1.0) for v in of_kind[k]]
            if kind.from_room:
                self.program.exactly([*terms, (self.clears[kind.from_room], -1.0)], 0)
            elif terms:
                self.program.at_most(terms, len(kind.households))
        for (n, use), variable in self.uses.items():
            in_room[n].append((variable, 1.0))
            self.program.at_most([*filling[n, use], (variable, -float(self.rooms[n].size))], 0)
        for n, terms in in_room.items():
            opening = self.rooms[n]
            if not opening.moved_from:
                self.program.at_most(terms, len(opening.rooms))
            elif opening.leaving:
                self.program.at_most([*terms, (self.clears[opening.moved_from], -1.0)], 0)
            else:
                self.program.at_most([*terms, (self.clears[opening.moved_from], 1.0)], 1)
        self._held()

    def _held(self) -> None:
        """Beyond the beds held for its own bus, a household takes only free ones; so does what it closes."""
        own = allotted(self.night)
        if not own:
            return
        if self.strict:
            self._held_strictly()
            return
        free = self.usable_before - sum(own.values())
        terms: list[tuple[int, float]] = [(v, -w) for v, w in self._freed().items()]
        by_bus: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for column in self.columns:
            for bus, cost in self.costs_by_bus(column).items():
                if cost:
                    (by_bus[bus] if bus in own else terms).append((column.variable, float(cost)))
        for (n, use), variable in self.uses.items():
            if use == ASKED:
                terms.append((variable, float(self.rooms[n].usable)))
        for bus, used in by_bus.items():
            beyond = self.program.amount(0)
            self.program.at_most([*used, (beyond, -1.0)], own[bus])
            self.follows.append((beyond, ([*used, (_ALWAYS, -float(own[bus]))],), math.inf))
            terms.append((beyond, 1.0))
        self.reach = terms
        self.program.at_most(terms, max(free, self.limit))

    def _held_strictly(self) -> None:
        """What is left free is never less than what is held then: the figure `free` (design 5) is 0 or as it was."""
        held = {bus.id: float(self.night.numbers(bus).held) for bus in self.night.buses if bus.state in OPEN}
        people: dict[int, list[tuple[int, float]]] = defaultdict(list)
        terms: list[tuple[int, float]] = [(v, -w) for v, w in self._freed().items()]
        for column in self.columns:
            terms.append((column.variable, float(self.cost(column))))
            for kind in (self.kinds[k] for k in column.kinds):
                if not kind.from_room and held.get(kind.like.bus or 0):
                    people[kind.like.bus or 0].append((column.variable, float(kind.like.people)))
        for bus, off in people.items():
            still = self.program.amount(0)
            self.program.at_least([*off, (still, 1.0)], held[bus])
            self.follows.append((still, ([*((v, -w) for v, w in off), (_ALWAYS, held[bus])],), math.inf))
            terms.append((still, 1.0))
        kept = sum(places for bus, places in held.items() if bus not in people)
        self.program.at_most(terms, max(self.usable_before - kept, sum(held.values()) - kept))

    def costs_by_bus(self, column: Column) -> Mapping[int, int]:
        """The usable beds that one of this column takes or closes, by the bus they came with (0: none, or moved)."""
        who = [self.kinds[k] for k in column.kinds]
        rooms = [self.rooms[n] for n in column.openings]
        bus = [0 if kind.from_room else kind.like.bus or 0 for kind in who]
        if column.use == ASKED:
            # the rest of the room is counted once, with the room
            need = min(rooms[0].usable, who[0].like.beds_needed)
            return {bus[0]: need, 0: -need} if bus[0] else {0: 0}
        found: dict[int, int] = defaultdict(int)
        for b, kind in zip(bus, who, strict=True):
            found[b] += kind.like.beds_needed if any(o.usable for o in rooms) else 0
        found[bus[0]] += self.cost(column) - sum(found.values())
        return found

    def cost(self, column: Column) -> int:
        """The usable beds that are gone with one of this column."""
        who = [self.kinds[k].like for k in column.kinds]
        rooms = [self.rooms[n] for n in column.openings]
        if column.use == ASKED:
            return 0
        if len(rooms) == 1:
            return rooms[0].cost(who)
        if any(closes_room(o.room, who[0]) for o in rooms):
            open_ones = [o for o in rooms if not closes_room(o.room, who[0])]
            closed = [o for o in rooms if closes_room(o.room, who[0])]
            taken = max(0, who[0].beds_needed - sum(o.size for o in closed))
            return sum(o.usable for o in closed) + min(taken, sum(o.usable for o in open_ones))
        return who[0].beds_needed

    @property
    def usable_before(self) -> int:
        """Usable beds of the night as it is: free or held."""
        return sum(o.usable * len(o.rooms) for o in self.rooms if not o.leaving)

    def _freed(self) -> dict[int, float]:
        """The usable beds that come free where those who may be moved are."""
        found: dict[int, float] = defaultdict(float)
        for opening in self.rooms:
            if opening.moved_from:
                found[self.clears[opening.moved_from]] += opening.usable if opening.leaving else -opening.usable
        return found

    # --- what is best -----------------------------------------------------------------------

    def objectives(self) -> list[Objective]:
        """In their order: people in bed, whole, linked adjoining, usable beds left, few moved; then how it looks."""
        people = {
            c.variable: float(sum(self.kinds[k].like.people for k in c.kinds if not self.kinds[k].from_room))
            for c in self.columns
        }
        asked: dict[int, float] = {}
        for (n, use), variable in self.uses.items():
            if use == ASKED:
                asked[variable] = _ROOM_ASKED + _SLEEPERS_ASKED * len(self.rooms[n].sleepers)
        for c in self.columns:
            if c.use == ASKED and self.kinds[c.kinds[0]].like.alone:
                asked[c.variable] = 1.0
        extra = {c.variable: float(len(c.openings) - 1) for c in self.columns if len(c.openings) > 1}
        left = defaultdict(float, self._freed())
        for c in self.columns:
            left[c.variable] -= self.cost(c)
        for (n, use), variable in self.uses.items():
            if use == ASKED:
                left[variable] -= self.rooms[n].usable
        moved: dict[int, float] = defaultdict(float)
        for kind in self.kinds:
            if kind.from_room:
                moved[self.clears[kind.from_room]] += kind.like.people
        found = [(PEOPLE, people, True), (ASKING, asked, False), (WHOLE, extra, False)]
        found += [(LINKED, dict.fromkeys(self._linked(), 1.0), True), (LEFT, left, True), (MOVED, moved, False)]
        found.append((QUIET, self._quiet(), False))
        return [
            Objective(name, terms, largest, step=1.0) for name, terms, largest in found if name != ASKING or self.asking
        ]

    def _linked(self) -> list[int]:
        """A yes for each pair of linked households in one room or next to each other."""
        beside = neighbours(self.night)
        return [self._pair(one, other, beside) for one, other in self.pairs]

    def _pair(self, one: int, other: int, beside: Mapping[int, set[int]]) -> int:
        here, there = self._where(one), self._where(other)
        together = self.program.yes_or_no()
        near: list[tuple[int, float]] = []
        for room, terms in here.items():
            reached = [term for r in {room, *beside.get(room, ())} for term in there.get(r, ())]
            yes = self.program.amount(0, 1)
            for some in (terms, reached):
                self.program.at_most([(yes, 1.0), *((v, -w) for v, w in some if v != _ALWAYS)], _constant(some))
            near.append((yes, -1.0))
            self.follows.append((yes, (terms, reached), 1.0))
        self.program.at_most([(together, 1.0), *near], 0)
        self.follows.append((together, ([(v, 1.0) for v, _minus in near],), 1.0))
        return together

    def _where(self, household: int) -> dict[int, list[tuple[int, float]]]:
        """Whether a household lies in each room, by room id."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        kind = next((k for k, kind in enumerate(self.kinds) if kind.like.id == household), None)
        for column in self.columns:
            if kind in column.kinds:
                for n in column.openings:
                    found[self.rooms[n].room.id].append((column.variable, 1.0))
        for room in {bed.room for bed in self.night.beds_of.get(household, ())}:
            found[room].append((_ALWAYS, 1.0))
            if kind is not None:  # they may be moved away
                found[room].append((self.clears[room], -1.0))
        return found

    def _quiet(self) -> dict[int, float]:
        """What one would do by hand: fill shared rooms, keep rooms for who needs them, go down the list."""
        some_are_not = any(not o.room.accessible for o in self.rooms)
        found: dict[int, float] = defaultdict(float)
        for c in self.columns:
            for k in c.kinds:
                who = self.kinds[k].like
                for n in c.openings:
                    room = self.rooms[n].room
                    cost = float(n) if c.use == OWN else 0.0
                    if some_are_not and room.accessible and not who.needs_wheelchair:
                        cost += _KEPT_ACCESSIBLE
                    if (who.alone and room.kind == "family") or (not who.alone and room.kind == "dormitory"):
                        cost += _OTHER_KIND
                    found[c.variable] += cost
        for (n, use), variable in self.uses.items():
            if use in {MEN, WOMEN, FAMILIES} and not self.rooms[n].sleepers:
                found[variable] += _NEW_ROOM + n
        return found

    # --- a plan by hand as values -----------------------------------------------------------

    def start(self, given: Iterable[tuple[Sequence[Household], Sequence[int]]]) -> list[float] | None:
        """Values for households put together in these rooms (ids); None where there is no column for it."""
        kind_of = {h.id: k for k, kind in enumerate(self.kinds) for h in kind.households}
        place = {room.id: n for n, o in enumerate(self.rooms) if not o.leaving for room in o.rooms}
        values = [0.0] * self.program.size[0]
        known = {(c.kinds, c.openings): c for c in self.columns if c.use != ASKED}
        used: dict[tuple[int, str], set[int]] = defaultdict(set)
        for who, rooms in given:
            numbers, where = tuple(kind_of[h.id] for h in who), tuple(place[room] for room in rooms)
            whole = known.get((tuple(sorted(numbers)), where)) or known.get((numbers, where))
            for column in [whole] if whole else [known.get(((n,), where)) for n in numbers]:
                if column is None:
                    return None
                values[column.variable] += 1.0
                if column.use != OWN:
                    used[where[0], column.use].add(rooms[0])
        for at, some in used.items():
            values[self.uses[at]] = float(len(some))
        for variable, sums, most in self.follows:
            least = min(sum(w * (1.0 if v == _ALWAYS else values[v]) for v, w in terms) for terms in sums)
            values[variable] = max(0.0, min(most, least))
        return values

    def beyond(self, values: Sequence[float]) -> float:
        """The beds these values use beyond those held for a household's own bus; see `limit`."""
        return sum(w * values[v] for v, w in self.reach)


def _constant(terms: Terms) -> float:
    """What stands in the terms without a variable."""
    return sum(w for v, w in terms if v == _ALWAYS)
