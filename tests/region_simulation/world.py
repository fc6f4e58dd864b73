"""One night of the simulation: desks, a region and the line between them, one step at a time, and what must hold."""

from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from desk.region import places as rules
from desk.region.places import Given, Tell
from tests.region_simulation.desk import DeskHalf
from tests.region_simulation.region import RegionHalf, Shared

START = datetime(2022, 4, 7, 20, 0, tzinfo=UTC)
STEPS = 1200


@dataclass(frozen=True)
class ToRegion:
    """Underway from a desk: a question for what the region keeps (under no line yet: a new one), or something told."""

    desk: int
    region: str
    reading: int = 0
    line: int | None = None
    tell: Tell | None = None


@dataclass(frozen=True)
class ToDesk:
    """Underway to a desk: the answer; no rows where the region does not take its line."""

    desk: int
    region: str
    reading: int
    line: int
    now: datetime
    rows: tuple[Given, ...] | None


class Broke(AssertionError):  # noqa: N818 - not a fault of the program: a rule was broken
    """What must hold did not."""


class World:
    """One seed."""

    def __init__(self, seed: int, broken: Collection[str] = ()) -> None:
        self.dice = Random(seed)
        self.broken = broken
        self.now = START
        self.names = tuple(f"L{n}" for n in range(self.dice.randint(1, 3)))
        self.regions = 1
        self.capacities = {name: self.dice.randint(3, 12) for name in self.names}
        self.region = self._new_region()
        self.kept: RegionHalf | None = None
        """A copy of the region, from before."""
        self.desks = [
            DeskHalf(n, self.region.uid, self.names, broken=broken, clock_off=self.dice.randint(-300, 300))
            for n in range(self.dice.randint(2, 4))
        ]
        self.copies = [deepcopy(desk.store) for desk in self.desks]
        self.net: list[ToRegion | ToDesk] = []
        self.late: list[ToRegion | ToDesk] = []
        """What hangs somewhere, and comes when nobody waits for it any more."""
        self.cut: set[tuple[int, str]] = set()
        self.asked: dict[tuple[int, int], int] = {}
        self.real: dict[int, dict[int, tuple[int, int]]] = {desk.number: {} for desk in self.desks}
        """Who was promised a place, by desk, whatever its store remembers."""
        self.households = 0
        self.facts_moved = False
        """Whether the region was made anew or put back, or a location has fewer places than were given out."""
        self.said: list[str] = []
        self.moves = self.dice.random() < 0.3
        self.quick = self.dice.choice((6, 12, 30))
        """How often what is underway arrives, beside all else that happens: on a slow line much is late."""
        self.put_backs = self.dice.choice((0.0, 0.02, 0.1))

    def _new_region(self) -> RegionHalf:
        shared = {name: Shared(capacity) for name, capacity in self.capacities.items()}
        return RegionHalf(f"R{self.regions}", shared, broken=self.broken)

    # --- a night ----------------------------------------------------------------------------

    def play(self, steps: int = STEPS) -> None:
        """All steps, then everything is whole again and must be the same at both ends."""
        for _n in range(steps):
            self.step()
            self.must_hold()
        self.heal()

    def step(self) -> None:
        """Whatever the dice say."""
        everyday: list[Callable[[], None]] = [
            *([self._deliver] * self.quick),
            *([self._sync] * 4),
            *([self._send] * 8),
            self._ask,
            *([self._promise] * 8),
            self._take_back,
            self._comes_late,
            self._give_back,
            *([self._wait] if self.dice.random() < 0.5 else []),
            self._cut_or_mend,
            self._crash,
            self._region_crashes,
        ]
        seldom = [self._copy, self._put_back, self._keeper]
        what = self.dice.choice(seldom if self.dice.random() < self.put_backs else everyday)
        self.said.append(what.__name__.strip("_"))
        what()

    def heal(self) -> None:
        """The lines are whole and nobody does anything: in a few rounds both ends have the same."""
        self.cut.clear()
        self.net += self.late
        for desk in self.desks:
            desk.crash()
            desk.region = self.region.uid
        for _round in range(8):
            for desk in self.desks:
                self._sync(desk)
            while self.net or any(desk.outbox for desk in self.desks):
                for desk in self.desks:
                    self._send(desk)
                self._arrive(self.net.pop(0)) if self.net else None
                self.must_hold()
        for desk in self.desks:
            if not rules.settled(desk.store.rows.values(), self.region.of(desk.number)):
                raise Broke(f"desk {desk.number} and the region do not have the same")
        for number, name in enumerate(self.names):
            place, kept = self.region.locations[name], sum(desk.kept(number) for desk in self.desks)
            if kept != place.held + place.over:
                raise Broke(f"{name}: the desks have {kept}, the region says {place.held + place.over}")

    # --- what must hold ---------------------------------------------------------------------

    def must_hold(self) -> None:
        """After every step."""
        for number, name in enumerate(self.names):
            place = self.region.locations[name]
            kept = sum(row.given.kept for row in self.region.rows.values() if row.given.shared == name)
            if kept != place.held + place.over:
                raise Broke(f"{name}: {kept} are given out and {place.held} + {place.over} are counted")
            if not 0 <= place.held <= place.capacity or (place.over and place.held < place.capacity):
                raise Broke(f"{name}: {place}")
            promised = sum(people for real in self.real.values() for at, people in real.values() if at == number)
            if not self.facts_moved and (promised > place.capacity or place.over):
                raise Broke(f"{name}: {promised} people are promised a place, there are {place.capacity}")
        for desk in self.desks:
            self._desk_must_hold(desk)

    def _desk_must_hold(self, desk: DeskHalf) -> None:
        theirs = {given.uid: given.kept for given in self.region.of(desk.number)}
        for row in desk.store.rows.values() if desk.knows_what_is_its_own and not self.facts_moved else ():
            if row.kept > theirs.get(row.uid, 0):
                raise Broke(f"desk {desk.number} has {row.kept} of {row.uid}, the region keeps {theirs.get(row.uid)}")
        for number in range(len(self.names)):
            if desk.kept(number) > self.asked.get((desk.number, number), 0):
                raise Broke(f"desk {desk.number} has more than it ever asked for")

    # --- people -----------------------------------------------------------------------------

    def _one(self) -> DeskHalf:
        return self.dice.choice(self.desks)

    def _at(self, desk: DeskHalf) -> datetime:
        return self.now + timedelta(minutes=desk.clock_off)

    def _ask(self) -> None:
        desk, location, places = self._one(), self.dice.randrange(len(self.names)), self.dice.randint(1, 5)
        self.asked[desk.number, location] = self.asked.get((desk.number, location), 0) + places
        desk.ask(location, places, self._at(desk))

    def _promise(self) -> None:
        desk = self._one()
        location = max(range(len(self.names)), key=lambda n: (desk.left(n), self.dice.random()))
        people = min(self.dice.randint(1, 4), desk.left(location)) if self.dice.random() < 0.7 else 1
        self.households += 1
        if people > 0 and desk.promise(self.households, location, people):
            self.real[desk.number][self.households] = location, people

    def _take_back(self) -> None:
        desk = self._one()
        if real := self.real[desk.number]:
            household = self.dice.choice(sorted(real))
            desk.take_back(household)
            del real[household]

    def _give_back(self) -> None:
        desk = self._one()
        desk.give_back(self.dice.randrange(len(self.names)), self.dice.randint(1, 4), self._at(desk))

    def _keeper(self) -> None:
        """The region is made anew, put back, or a location has more or fewer places: in some nights."""
        if not self.moves:
            return
        self.facts_moved = True
        what = self.dice.random()
        if what < 0.3:
            self.regions += 1
            self.region = self._new_region()
        elif what < 0.5 and self.kept is not None and self.kept.uid == self.region.uid:
            self.region = deepcopy(self.kept)
        elif what < 0.6:
            self.kept = deepcopy(self.region)
        else:
            name = self.dice.choice(self.names)
            self.capacities[name] = self.dice.randint(0, 12)
            self.region.share(name, self.capacities[name])

    # --- what goes wrong --------------------------------------------------------------------

    def _wait(self) -> None:
        self.now += timedelta(minutes=self.dice.choice((1, 30, 60, 240, 720)))
        if "frees by the clock" in self.broken:
            self.region.frees_what_ran_out(self.now)

    def _crash(self) -> None:
        self._one().crash()

    def _region_crashes(self) -> None:
        """What it was about to answer is lost; what it took stays taken."""
        self.net = [m for m in self.net if isinstance(m, ToRegion) or self.dice.random() < 0.5]

    def _cut_or_mend(self) -> None:
        if self.cut and self.dice.random() < 0.7:
            self.cut.remove(self.dice.choice(sorted(self.cut)))
        else:
            self.cut.add((self._one().number, self.dice.choice(("out", "in"))))

    def _copy(self) -> None:
        desk = self._one()
        self.copies[desk.number] = deepcopy(desk.store)

    def _put_back(self) -> None:
        """An older copy takes the store's place; what still holds is typed in again."""
        desk = self._one()
        desk.put_back(self.copies[desk.number], beside_too=self.dice.random() < 0.5)
        desk.store.promised = dict(self.real[desk.number])

    # --- the line ---------------------------------------------------------------------------

    def _sync(self, desk: DeskHalf | None = None) -> None:
        given, desk = desk, desk or self._one()
        if given is None and desk.reading and self.dice.random() < 0.8:
            return  # it waits for the answer a while
        desk.region = self.region.uid if self.dice.random() < 0.2 else desk.region
        desk.reading = self.dice.getrandbits(40) + 1
        line = desk.marker.line if desk.marker is not None and desk.knows_what_is_its_own else None
        self.net.append(ToRegion(desk.number, desk.region, desk.reading, line))

    def _send(self, desk: DeskHalf | None = None) -> None:
        desk = desk or self._one()
        if desk.outbox:
            line, tell = desk.outbox.pop(0)
            self.net.append(ToRegion(desk.number, desk.region, line=line, tell=tell))
        elif desk.unbooked:
            desk._book(desk.unbooked)
            desk.unbooked = []

    def _deliver(self) -> None:
        """Any message, also one that was sent later; some come twice, some never."""
        if not self.net:
            return
        message = self.net.pop(self.dice.randrange(len(self.net)))
        if self.dice.random() < 0.2:
            self.dice.choice((self.net, self.late)).append(message)
        way = "out" if isinstance(message, ToRegion) else "in"
        if (message.desk, way) in self.cut or self.dice.random() < 0.05:
            return
        self._arrive(message)

    def _comes_late(self) -> None:
        if self.late:
            self.net.append(self.late.pop(self.dice.randrange(len(self.late))))

    def _arrive(self, message: ToRegion | ToDesk) -> None:
        if isinstance(message, ToDesk):
            self._answer(message)
        elif message.region != self.region.uid:
            return
        elif message.tell is not None:
            self.region.told(message.desk, message.line or 0, message.tell, self.now)
        else:
            line = message.line if message.line is not None else self.region.begin(message.desk)
            taken = line == self.region.lines.get(message.desk) or "no line" in self.broken
            rows = self.region.of(message.desk) if taken else None
            self.net.append(ToDesk(message.desk, message.region, message.reading, line, self.now, rows))

    def _answer(self, message: ToDesk) -> None:
        desk = self.desks[message.desk]
        if message.reading != desk.reading or message.region != desk.region:
            return
        desk.reading = 0
        if message.rows is None:
            desk.marker = None
        else:
            desk.hears(message.line, message.rows, message.now, self._at(desk))


def played(seed: int, broken: Collection[str] = (), steps: int = STEPS) -> str:
    """What went wrong in the night of a seed; empty where nothing did."""
    world = World(seed, broken)
    try:
        world.play(steps)
    except Broke as wrong:
        return f"seed {seed}, step {len(world.said)} ({world.said[-1]}): {wrong}"
    return ""
