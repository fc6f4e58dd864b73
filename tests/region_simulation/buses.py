"""Buses between desks, played: desks that send, answer, ask back and crash, and a region at the end of a bad line.

Each bus is one thing in the world: at the end of a night, once the lines are whole, it is at exactly one desk; where it
came to a door, at that one.
"""

from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from desk.buses import EXPECTED, HERE, OPEN, Bus, BusState
from desk.refusals import Refused
from desk.region import bus_moves as moves
from desk.region import buses as rules
from desk.region.buses import ACCEPTED, IN, OUT, REFUSED, THERE_ANNOUNCED, THERE_SENT, WITHDRAWN, SentBus, Underway
from tests.region_simulation.world import Broke

NOW = datetime(2022, 4, 7, 22, 0, tzinfo=UTC)
STEPS = 500
BROKEN = {
    "sends twice": "a bus that is told a second time is another bus",
    "forgets what it sent": "a store that was put back does not ask what it had sent",
    "the door does not count": "a bus that was taken back is its sender's, wherever it stands",
    "a second answer counts": "what was refused or taken back can still be taken",
}


@dataclass
class Region:
    """The region's half: what storage/region/diverted.py says in SQL."""

    rows: dict[str, Underway] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Of each desk the number of its line: what it said before its store was put back counts no more."""
    broken: Collection[str] = ()

    def of(self, desk: str) -> tuple[Underway, ...]:
        """What was sent by a desk and to it."""
        return tuple(row for row in self.rows.values() if desk in {row.sender, row.receiver})

    def told(self, desk: str, line: int, tell: rules.Tell, bus: Bus, came_as: str) -> None:
        """Something that a desk says, as it was when it said it."""
        if line != self.lines.get(desk, 0) and "no line" not in self.broken:
            return
        row, there = tell.row, self.rows.get(tell.row.uid)
        if isinstance(tell, rules.Answer):
            if there is not None and there.receiver == desk:
                self.rows[row.uid] = self._answered(there, tell, bus.ref)
        elif isinstance(tell, rules.Withdraw):
            if there is None:
                self.rows[row.uid] = self._new(desk, row, bus, WITHDRAWN, came_as)
            elif not there.answered and there.sender == desk:
                self.rows[row.uid] = replace(there, state=WITHDRAWN)
        elif there is None:
            self.rows[row.uid] = self._new(desk, row, bus, THERE_SENT, came_as)
        elif "sends twice" in self.broken and not row.uid.endswith("+"):
            self.rows[f"{row.uid}+"] = replace(there, uid=f"{row.uid}+", state=THERE_SENT)

    def _new(self, desk: str, row: SentBus, bus: Bus, state: str, came_as: str) -> Underway:
        return Underway(
            uid=row.uid,
            sender=desk,
            receiver=row.desk,
            ref=bus.ref,
            announced_at=bus.announced_at,
            came_as=came_as,
            state=state,
        )

    def _answered(self, there: Underway, tell: rules.Answer, ref: str) -> Underway:
        open_still = not there.answered or "a second answer counts" in self.broken
        came = there.state == WITHDRAWN and tell.certain and "the door does not count" not in self.broken
        if tell.state == THERE_ANNOUNCED:
            state = THERE_ANNOUNCED if there.state == THERE_SENT else there.state
        else:
            state = tell.state if open_still or (tell.state == ACCEPTED and came) else there.state
        known = state in {THERE_ANNOUNCED, ACCEPTED} or state != there.state
        return replace(there, state=state, receiver_ref=ref if known else there.receiver_ref)


@dataclass
class Store:
    """What is durable at a desk: its buses and which of the world each is, and what is between it and others."""

    rows: dict[str, SentBus] = field(default_factory=dict)
    buses: dict[int, Bus] = field(default_factory=dict)
    real: dict[int, int] = field(default_factory=dict)


@dataclass
class Half:
    """One desk."""

    name: str
    store: Store = field(default_factory=Store)
    outbox: list[tuple[int, rules.Tell, Bus, str]] = field(default_factory=list)
    made: int = 0
    knows: bool = True
    """Whether it heard the region since its store was put back: before that nobody sends anything on."""

    line: int = 0

    def open(self, real: int) -> list[Bus]:
        """That bus of the world, where it is open here."""
        return [bus for bus in self.store.buses.values() if self.store.real[bus.id] == real and bus.state in OPEN]

    def writes_down(self, real: int, announced_at: datetime = NOW) -> Bus:
        """Somebody phoned it in."""
        self.made += 1
        bus = Bus(id=self.made, ref=f"{self.name}{self.made}", from_place="Utrecht", announced_at=announced_at)
        self.store.buses[bus.id], self.store.real[bus.id] = bus, real
        return bus

    def came_as(self, bus: int) -> str:
        """Under which name another desk sent it here."""
        return next((row.uid for row in reversed(self.store.rows.values()) if row.bus == bus and row.way == IN), "")

    def save(self, bus: Bus) -> None:
        """A bus as it is now."""
        self.store.buses[bus.id] = bus

    @property
    def here(self) -> set[int]:
        """The buses at the door or at the table."""
        return {bus.id for bus in self.store.buses.values() if moves.is_here(bus)}


class World:
    """One seed."""

    def __init__(self, seed: int, broken: Collection[str] = ()) -> None:
        self.dice, self.broken = Random(seed), broken
        self.desks = [Half(name) for name in "ABCD"[: self.dice.randint(2, 4)]]
        self.region = Region(broken=broken)
        self.net: list[tuple[str, object]] = []
        self.buses, self.uids = 0, 0
        self.of: dict[str, int] = {}
        """Which bus of the world is meant by a name."""
        self.doors: dict[int, str] = {}
        """At which desk a bus stands."""
        self.copies = {desk.name: deepcopy(desk.store) for desk in self.desks}
        self.anew = self.dice.random() < 0.2
        self.said: list[str] = []
        self.answers: set[str] = set()

    def play(self, steps: int = STEPS) -> None:
        """A night, and then everything is whole again."""
        often: list[Callable[[], None]] = [*([self._deliver] * 12), *([self._sync] * 5), *([self._send_message] * 8)]
        people = [self._announce, *([self._send] * 2), *([self._answer] * 2), self._recall, self._comes_to_a_door]
        wrong = [self._crash, self._copy, self._put_back, self._lost_region]
        for _n in range(steps):
            what = self.dice.choice([*often, *people, self.dice.choice(wrong)])
            self.said.append(what.__name__.strip("_"))
            what()
        self.heal()

    def heal(self) -> None:
        """Nobody does anything more: each bus is at one desk."""
        for _round in range(8):
            for desk in self.desks:
                self._hears(desk)
                while desk.outbox:
                    self.region.told(desk.name, *desk.outbox.pop(0))
        for desk in self.desks:
            theirs, refs = self.region.of(desk.name), {bus.id: bus.ref for bus in desk.store.buses.values()}
            if not rules.settled(desk.store.rows.values(), theirs, desk.name, refs, desk.here):
                raise Broke(f"{desk.name} and the region do not have the same")
        for real in range(1, self.buses + 1):
            at = [desk.name for desk in self.desks for bus in desk.open(real) if not self._is_alarmed(desk, bus)]
            lost = self.anew and real in self.doors and self.doors[real] in self._all_at(real)
            if len(at) != 1 or (real in self.doors and at != [self.doors[real]] and not lost):
                raise Broke(f"bus {real} is at {at or 'no desk'}, its door is {self.doors.get(real)}")

    def _all_at(self, real: int) -> list[str]:
        return [desk.name for desk in self.desks for _bus in desk.open(real)]

    def _is_alarmed(self, desk: Half, bus: Bus) -> bool:
        """In a night in which the region was lost: whether the desk is told that another counts on the bus too."""
        rows = (row for row in desk.store.rows.values() if row.bus == bus.id and row.way == OUT)
        return self.anew and any(row.state == ACCEPTED for row in rows)

    # --- people -----------------------------------------------------------------------------

    def _one(self) -> Half:
        return self.dice.choice(self.desks)

    def _awake(self) -> Half:
        """A desk that knows what it sent."""
        return self.dice.choice([desk for desk in self.desks if desk.knows] or self.desks)

    def _announce(self) -> None:
        self.buses += 1
        desk = self._awake()
        desk.writes_down(self.buses)
        self.copies[desk.name] = deepcopy(desk.store)  # what nobody else knows would be typed in again

    def _send(self) -> None:
        desk, other = self.dice.sample(self.desks, 2)
        if not desk.knows and "forgets what it sent" not in self.broken:
            return
        rows = list(desk.store.rows.values())
        free = [
            bus
            for bus in desk.store.buses.values()
            if bus.state in OPEN
            and desk.store.real[bus.id] not in self.doors
            and not any(row.bus == bus.id and row.state in {rules.SEEN, rules.TAKING} for row in rows if row.way == IN)
            # one that was asked back may stand at the other door: people ring first
            and all(row.state in {REFUSED, ACCEPTED} for row in rows if row.bus == bus.id)
        ]
        if not free:
            return
        bus = self.dice.choice(free)
        self.uids += 1
        uid = f"{desk.name}.{self.uids}"
        self.of[uid] = desk.store.real[bus.id]
        desk.store.rows[uid] = SentBus(
            uid=uid, way=OUT, desk=other.name, bus=bus.id, state=rules.NEW, sent_at=NOW, since=NOW
        )
        desk.save(moves.goes(bus, other.name, NOW))

    def _answer(self) -> None:
        desk = self._awake()
        rows = [row for row in desk.store.rows.values() if row.way == IN and row.state == rules.SEEN]
        if rows:
            row = self.dice.choice(rows)
            if self.dice.random() < 0.6 or self.doors.get(desk.store.real[row.bus]) == desk.name:
                desk.store.rows[row.uid] = rules.accept(row, NOW)
            else:
                after = desk.store.rows[row.uid] = rules.refuse(row, "full", NOW)
                desk.save(moves.taken_from_here(desk.store.buses[row.bus], after, NOW))

    def _recall(self) -> None:
        desk = self._awake()
        rows = [row for row in desk.store.rows.values() if row.way == OUT and row.state in rules.UNANSWERED]
        if rows:
            row = self.dice.choice(rows)
            try:
                after = desk.store.rows[row.uid] = rules.recall(row, NOW)
            except Refused:
                return
            if after.state == WITHDRAWN:
                del desk.store.rows[row.uid]
                desk.save(moves.came_back(desk.store.buses[row.bus], 0))

    def _comes_to_a_door(self) -> None:
        """A bus comes, where it is expected; once in the world."""
        desk = self._awake()
        coming = [real for bus in desk.store.buses.values() if (real := desk.store.real[bus.id]) not in self.doors]
        coming = [real for real in coming if any(bus.state not in HERE for bus in desk.open(real))]
        if coming:
            real = self.dice.choice(coming)
            self.doors[real] = desk.name
            self._stands_here(desk, real)
            self.copies[desk.name] = deepcopy(desk.store)  # what everybody sees would be typed in again

    def _stands_here(self, desk: Half, real: int) -> None:
        for bus in desk.open(real):
            if bus.state not in HERE:
                desk.save(replace(bus, state=BusState.ARRIVED, arrived_at=NOW))
            for row in list(desk.store.rows.values()):
                if row.bus == bus.id and row.way == IN and row.state == rules.SEEN:
                    desk.store.rows[row.uid] = rules.accept(row, NOW)

    # --- what goes wrong --------------------------------------------------------------------

    def _crash(self) -> None:
        self._one().outbox.clear()

    def _copy(self) -> None:
        desk = self._one()
        self.copies[desk.name] = deepcopy(desk.store)

    def _put_back(self) -> None:
        """An older copy takes a store's place."""
        desk = self._one()
        if self.dice.random() < 0.2:
            desk.outbox.clear()
            desk.store = deepcopy(self.copies[desk.name])
            desk.knows = False

    def _lost_region(self) -> None:
        if self.anew and self.dice.random() < 0.05:
            self.region = Region(broken=self.broken)

    # --- the line ---------------------------------------------------------------------------

    def _sync(self) -> None:
        desk = self._one()
        if self.dice.random() < 0.8:
            self._hears(desk)

    def _hears(self, desk: Half) -> None:
        """The desk reads what the region has, books it, and has something to tell."""
        theirs, store = self.region.of(desk.name), desk.store
        known = [one for one in theirs if one.uid in store.rows or "forgets what it sent" not in self.broken]
        known += [one for one in theirs if one not in known and one.sender != desk.name]
        for booking in rules.booked(store.rows.values(), known, desk.name, desk.here):
            self._book(desk, booking)
        if not desk.knows:
            desk.knows, desk.line = True, desk.line + 1
        self.region.lines[desk.name] = desk.line
        refs = {bus.id: bus.ref for bus in store.buses.values()}
        found = rules.tells(store.rows.values(), theirs, refs, desk.here)
        desk.outbox = [(desk.line, tell, store.buses[tell.row.bus], desk.came_as(tell.row.bus)) for tell in found]

    def _book(self, desk: Half, booking: rules.Booking) -> None:
        """As storage/region/sent.py does it."""
        store, there = desk.store, booking.found
        if booking.old is not None:
            if store.rows.get(booking.old.uid) != booking.old:
                return
            row = replace(booking.old, state=booking.state, because=booking.because)
        else:
            assert there is not None
            out = there.sender == desk.name
            bus = self._was_sent(desk, there) if out else self._arrives(desk, there)
            other = there.receiver if out else there.sender
            row = SentBus(
                uid=there.uid,
                way=OUT if out else IN,
                desk=other,
                bus=bus,
                state=booking.state,
                sent_at=NOW,
                since=NOW,
            )
        for older in list(store.rows.values()) if booking.old is None and row.way == OUT else ():
            if older.bus == row.bus and older.way == OUT:
                after = rules.overtaken(older, NOW)
                store.rows.update({older.uid: after} if after is not None else {})
                if after is None:
                    del store.rows[older.uid]
        store.rows[row.uid] = row
        self.answers.add(row.state)
        bus_now = store.buses[row.bus]
        if row.way == OUT and row.state in {REFUSED, WITHDRAWN}:
            if not moves.is_elsewhere(store.rows.values(), row):
                desk.save(moves.came_back(bus_now, 0))
        elif row.way == OUT and row.state == ACCEPTED and bus_now.state in EXPECTED:
            desk.save(moves.goes(bus_now, row.desk, NOW))
        elif row.way == IN and row.state in {REFUSED, WITHDRAWN}:
            desk.save(moves.taken_from_here(bus_now, row, NOW))
        elif row.way == IN and row.state == ACCEPTED and booking.old is not None:
            desk.save(moves.comes_after_all(bus_now))

    def _arrives(self, desk: Half, there: Underway) -> int:
        return desk.writes_down(self.of[there.uid.rstrip("+")]).id

    def _was_sent(self, desk: Half, there: Underway) -> int:
        came = [row.bus for row in desk.store.rows.values() if row.uid == there.came_as and row.way == IN]
        same = [bus for bus in desk.store.buses.values() if (bus.id in came if came else bus.ref == there.ref)]
        bus = same[0] if same else desk.writes_down(self.of[there.uid.rstrip("+")])
        desk.save(moves.goes(bus, there.receiver, NOW))
        return bus.id

    def _send_message(self) -> None:
        desk = self._one()
        if desk.outbox:
            self.net.append((desk.name, desk.outbox.pop(0)))

    def _deliver(self) -> None:
        """Any message; some come twice, some late, some never."""
        if not self.net:
            return
        name, message = self.net.pop(self.dice.randrange(len(self.net)))
        if self.dice.random() < 0.3:
            self.net.append((name, message))
        if self.dice.random() < 0.8:
            assert isinstance(message, tuple)
            self.region.told(name, *message)


def played(seed: int, broken: Collection[str] = (), steps: int = STEPS) -> str:
    """What went wrong in the night of a seed; empty where nothing did."""
    world = World(seed, broken)
    try:
        world.play(steps)
    except Broke as wrong:
        return f"seed {seed}: {wrong}"
    return ""
