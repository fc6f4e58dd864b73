"""The world around a drill: it rings, comes to the door, and answers what the one at the desk asked.

It writes through the desk's own verbs, as an operator of its own, beside the person who plays; what it says stands in
the log as something to ring back about, so that Tonight shows it until it is done.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from desk.buses import Bus, BusState
from desk.demo_people import Travellers
from desk.drill import script
from desk.drill.script import Coming, Script
from desk.language import _
from desk.night import Night
from desk.placements import Placement, PlacementState
from desk.refusals import Refused
from desk.stepped_out import typed
from storage.drill.house import write_down
from storage.store import Desk

WORLD = "drill"
"""Who writes what the world says and does."""
TICK_S = 0.2
TABLE = timedelta(minutes=2)
"""A colleague at the table writes down one household in this time."""
ON_THE_ROAD = timedelta(minutes=45)
AGREED = frozenset({PlacementState.AGREED, PlacementState.TRANSPORT_SET})


@dataclass
class _Event:
    at: datetime
    happen: Callable[[], None]
    done: bool = False


class World:
    """What happens by itself; `tick` lets happen all that is due on the store's clock."""

    def __init__(self, desk: Desk, night: Script) -> None:
        self.desk = desk
        self.script = night
        self._events = sorted(self._of_script(), key=lambda event: event.at)
        self._told: set[str] = set()
        self._tables: dict[str, list[Travellers]] = {}
        self._next_at: dict[str, datetime] = {}

    def _of_script(self) -> Iterator[_Event]:
        for bus in self.script.buses:
            if bus.kind != script.UNANNOUNCED:
                yield _Event(bus.rings_at, partial(self._rings, bus))
            if bus.rings_again_at is not None:
                yield _Event(bus.rings_again_at, partial(self._rings, bus))
            if bus.here_at is not None:
                if bus.here_at - bus.eta > timedelta(minutes=30):
                    yield _Event(bus.eta, partial(self._is_late, bus))
                yield _Event(bus.here_at, partial(self._is_here, bus))
        for party in self.script.door:
            yield _Event(party.at, partial(self._at_the_door, party.people))
        yield _Event(self.script.end, self._is_over)

    @property
    def first_at(self) -> datetime:
        """When the first thing happens."""
        return self._events[0].at

    def tick(self) -> None:
        """Let happen what is due; what the desk refuses now is not tried again."""
        now = self.desk.clock()
        for event in self._events:
            if not event.done and event.at <= now:
                event.done = True
                with suppress(Refused):
                    event.happen()
        night = self.desk.night()
        for bus in night.buses_here:
            self._table(night, bus)
        for placement in night.placements:
            with suppress(Refused):
                self._answers(night, placement)

    # --- the phone and the door -------------------------------------------------------------

    def _say(self, words: str, link: str = "") -> None:
        self.desk.logbook.add("call", words, link=link, back_at=self.desk.clock())

    def _rings(self, bus: Coming) -> None:
        self._say(script.rings(bus, self.desk.settings.hhmm(bus.eta)))

    def _is_late(self, bus: Coming) -> None:
        assert bus.here_at is not None
        words = _("RINGS: {place} is late, {time}, says the driver")
        self._say(words.format(place=bus.place, time=self.desk.settings.hhmm(bus.here_at)))

    def _is_here(self, bus: Coming) -> None:
        words = _("DOOR: bus {place}, counted {heads} {parts}")
        self._tables[bus.place.casefold()] = list(bus.people)
        self._say(words.format(place=bus.place, heads=bus.heads, parts=typed(dict(script.composition(bus.people)))))

    def _at_the_door(self, party: Travellers) -> None:
        self._say(_("DOOR: {line}").format(line=script.line(party)))

    def _is_over(self) -> None:
        self._say(_("It is noon: the drill is over. q twice shows how it went."))

    # --- the table --------------------------------------------------------------------------

    def _table(self, night: Night, bus: Bus) -> None:
        """A colleague writes down one household after the other, once the heads are counted."""
        waiting = self._tables.get(bus.from_place.casefold(), [])
        if bus.state not in {BusState.COUNTED, BusState.REGISTERING} or not waiting:
            return
        if night.at < self._next_at.setdefault(bus.ref, (bus.counted_at or night.at) + TABLE):
            return
        party = waiting.pop(0)
        self._next_at[bus.ref] = night.at + TABLE
        if party.people <= night.numbers(bus).unregistered and not self._is_written(night, bus, party):
            with suppress(Refused):
                write_down(self.desk, party, bus=bus.ref)

    def _is_written(self, night: Night, bus: Bus, party: Travellers) -> bool:
        return any(h.bus == bus.id and h.name == party.name for h in night.households)

    # --- the locations ----------------------------------------------------------------------

    def _answers(self, night: Night, placement: Placement) -> None:
        household = night.household[placement.household]
        where = night.location.get(placement.location or 0)
        if where is None or placement.asked_at is None:
            return
        reply = self.script.reply(household.ref, where.name)
        heard = night.at >= placement.asked_at + reply.after
        if heard and placement.state is PlacementState.ASKED:
            if reply.no:
                self.desk.placements.decline(placement.ref, reply.no)
            else:
                self.desk.placements.agree(placement.ref, by=reply.by)
        elif heard and placement.state in AGREED and reply.no:
            # the person at the desk noted a yes that nobody gave
            self.desk.placements.decline(placement.ref, reply.no)
        elif self._have_come(night, placement):
            self._told.add(placement.ref)
            words = _("RINGS: {name} {people} are here, {who} of {location}")
            told = words.format(who=reply.by, location=where.name, name=household.name, people=household.people)
            self._say(told, placement.ref)

    def _have_come(self, night: Night, placement: Placement) -> bool:
        left = placement.departed_at
        underway = placement.state is PlacementState.UNDERWAY and placement.ref not in self._told
        return underway and left is not None and night.at >= left + ON_THE_ROAD


@contextmanager
def beside(world: World) -> Iterator[None]:
    """The world goes its way in a thread of its own for as long as this lasts."""
    over = threading.Event()

    def turn() -> None:
        while not over.wait(TICK_S):
            with suppress(Refused):  # a desk that holds the store too long: the next turn will do
                world.tick()

    thread = threading.Thread(target=turn, name="drill", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
