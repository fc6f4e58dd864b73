"""A made-up night played without a person, through the desk's own verbs, on a clock that runs from noon to noon.

After every step the rules of `desk.drill.invariants` are asked; a broken one names the seed and the step.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from desk import clock, planner, procedure
from desk.demo_people import Travellers
from desk.drill import invariants, script
from desk.drill.invariants import Ledger
from desk.drill.script import Coming, Script
from desk.households import HAS_BED, INSIDE, HouseholdState
from desk.night import Night
from desk.placements import PlacementState
from desk.refusals import Refused
from storage.drill import hand
from storage.drill.house import Moment, move_in, write_down
from storage.journal import Done
from storage.store import Desk

S = PlacementState
MOST_ASKED = 4
"""So many locations are asked for one household in a night; then a person would ring the region."""
_TABLE = timedelta(minutes=2)
"""One household written down at the table."""


@dataclass(frozen=True)
class Breach:
    """A broken rule: in which night, at which step, and what was done."""

    seed: int
    step: int
    did: str
    what: str

    def __str__(self) -> str:
        return f"seed {self.seed}, step {self.step} ({self.did}): {self.what}"


class Play:
    """One night under way; `run` plays it to noon and gives what was broken."""

    def __init__(self, desk: Desk, night: Script, moment: Moment) -> None:
        self.desk = desk
        self.script = night
        self.moment = moment
        self.breaches: list[Breach] = []
        self.refused: list[str] = []
        self.steps = 0
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = 0
        self._written = move_in(desk, night, moment)
        self._gone = 0
        self._unnamed: dict[str, int] = {}
        self._asked: dict[str, int] = {}
        self._calls = hand.CallList()
        self._before = desk.night()
        for bus in night.buses:
            self._at(bus.rings_at, partial(self._rings, bus))
        for party in night.door:
            self._at(party.at, partial(self._at_the_door, party.people, party.origin))
        for household in self._before.staying:
            self._at(night.start + timedelta(minutes=10), partial(self._look_after, household.ref))

    def run(self, until: datetime | None = None) -> list[Breach]:
        """Play to noon, or `until`; then the journal must agree with every row, and the flows with who is here."""
        end = min(until or self.script.end, self.script.end)
        while self._queue and self._queue[0][0] < end:
            self.moment.at, _order, event = heapq.heappop(self._queue)
            event()
        self.moment.at = end
        self._before = self.desk.night()
        self._check("noon", self._before)
        self._told("journal", *self.desk.check())
        self._flows()
        return self.breaches

    def _at(self, when: datetime, event: Callable[[], object]) -> None:
        self._order += 1
        heapq.heappush(self._queue, (max(when, self.moment.at), self._order, event))

    def _in(self, minutes: int, event: Callable[[], object]) -> None:
        self._at(self.moment.at + timedelta(minutes=minutes), event)

    # --- one step ---------------------------------------------------------------------------

    def step(self, did: str, verb: Callable[..., Done], *args: Any, **named: Any) -> Done | None:
        """One verb of the store and then every rule; None where the desk refused, which must have changed nothing."""
        self.steps += 1
        try:
            done = verb(*args, **named)
        except Refused as no:
            self.refused.append(f"{did}: {no.sentences[0]}")
            return None
        self._reckon(did, args, named)
        self._check(did, self.desk.night())
        return done

    def _reckon(self, did: str, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        """What the step means in heads, as the world counts them."""
        if did == "write down":
            people: Travellers = args[1]
            self._written += people.people
            if bus := named.get("bus"):
                self._unnamed[bus] -= people.people
        elif did in {"depart", "leave"}:
            self._gone += self._people(args[0])
        elif did == "come back":
            self._gone -= self._people(args[0])

    def _people(self, ref: str) -> int:
        return self.desk.households.get(ref).people

    def _check(self, did: str, after: Night) -> None:
        ledger = Ledger(self._written, self._gone, sum(self._unnamed.values()))
        self._told(did, *invariants.broken(self._before, after, ledger))
        self._before = after

    def _told(self, did: str, *broken: str) -> None:
        self.breaches += [Breach(self.script.seed, self.steps, did, what) for what in broken]

    def _flows(self) -> None:
        """The identity of facts 8.1: who is here = who was here + came - went."""
        since = min([self.script.start, *(party.at for party in self.script.staying)])
        period = self.desk.period(since, self.moment.at)
        here = sum(h.people for h in self._before.staying)
        if here != period.inflow - period.onward_flow - period.outflow:
            self._told("noon", f"flows: {here} here, not {period.inflow} - {period.onward_flow} - {period.outflow}")

    # --- buses ------------------------------------------------------------------------------

    def _rings(self, bus: Coming) -> None:
        if bus.kind == script.UNANNOUNCED:
            self._arrives(bus, "")
            return
        announced = self._announce(bus, bus.told_by)
        if announced is None:
            return
        night = self._before
        free = planner.free_places(night, night.bus[self.desk.buses.get(announced.ref).id])
        if free > 0:
            self.step("reserve", self.desk.buses.reserve, announced.ref, min(free, bus.said))
        if bus.rings_again_at is not None:
            self._at(bus.rings_again_at, lambda: self._rings_again(bus))
        if bus.here_at is None:
            missed = bus.eta + timedelta(hours=2)
            self._at(missed, partial(self.step, "no show", self.desk.buses.no_show, announced.ref))
            return
        if bus.here_at - bus.eta > timedelta(minutes=30):
            told = self.desk.buses.eta
            self._at(bus.eta, partial(self.step, "eta", told, announced.ref, bus.here_at, "the driver"))
        self._at(bus.here_at, lambda: self._arrives(bus, announced.ref))

    def _announce(self, bus: Coming, by: str) -> Done | None:
        return self.step(
            "announce",
            self.desk.buses.announce,
            from_place=bus.place,
            people=bus.said,
            eta=bus.eta,
            told_by=by,
            **dict(bus.groups),
        )

    def _rings_again(self, bus: Coming) -> None:
        """The desk shows that it looks like one that was announced; the one who plays cancels it at once."""
        again = self._announce(bus, "somebody else")
        if again is not None and again.warnings:
            self.step("cancel", self.desk.buses.cancel, again.ref, "phoned in twice")

    def _arrives(self, bus: Coming, ref: str) -> None:
        people = None if ref else bus.said
        self._unnamed[ref or "?"] = bus.said
        done = self.step("arrive", self.desk.buses.arrive, ref, from_place="" if ref else bus.place, people=people)
        if done is None:
            self._unnamed.pop(ref or "?")
            return
        if not ref:
            self._unnamed[done.ref] = self._unnamed.pop("?")
        self._in(5, lambda: self._count(bus, done.ref))

    def _count(self, bus: Coming, ref: str) -> None:
        groups = dict(script.composition(bus.people))
        self._unnamed[ref] = bus.heads
        differs = "" if bus.heads == bus.said else "not as was said"
        self.step("count", self.desk.buses.count, ref, bus.heads, differs, groups=groups)
        lines = [line for line in self.desk.logbook.lines(5) if line.link == ref and line.kind == "signal"]
        for line in lines:
            self.step("raise", self.desk.decisions.raise_from, line.id)
        parties = self._who_stays(bus, ref)
        for number, party in enumerate(parties, start=1):
            self._at(self.moment.at + number * _TABLE, partial(self._at_the_table, ref, party))
            if number % 6 == 0 or number == len(parties):
                self._at(self.moment.at + number * _TABLE, lambda: self._bed(ref))
        self._at(self.moment.at + (len(parties) + 1) * _TABLE, lambda: self._close(bus, ref))

    def _who_stays(self, bus: Coming, ref: str) -> list[Travellers]:
        """Where far more came than there is room for, the last drive on; a few too many wait in the hall."""
        night = self._before
        room = max(0, planner.free_places(night, night.bus[self.desk.buses.get(ref).id])) + 8
        stay: list[Travellers] = []
        for party in bus.people:
            if sum(p.people for p in stay) + party.people <= room:
                stay.append(party)
        going = bus.heads - sum(party.people for party in stay)
        if going:
            self._unnamed[ref] -= going
            if self.step("drive on", self.desk.buses.onward, ref, going, "Zwolle", "LCVS") is None:
                self._unnamed[ref] += going
        return stay

    def _at_the_table(self, ref: str, party: Travellers) -> None:
        done = self._write_down(party, bus=ref)
        if done is not None:
            self._in(30, lambda: self._look_after(done.ref))

    def _at_the_door(self, party: Travellers, origin: str) -> None:
        done = self._write_down(party, origin=origin)
        if done is not None:
            self._bed("")
            self._in(30, lambda: self._look_after(done.ref))

    def _write_down(self, party: Travellers, **named: Any) -> Done | None:
        return self.step("write down", write_down, self.desk, party, **named)

    def _bed(self, bus: str) -> None:
        if planner.waiting(self._before):
            self.step("give beds", hand.give_beds, self.desk, bus)
        if planner.waiting(self._before):
            for room in [r for r in self._before.rooms if r.overflow and not r.is_open]:
                if self.step("open room", self.desk.beds.open_room, room.name):
                    self.step("give beds", hand.give_beds, self.desk)

    def _close(self, bus: Coming, ref: str) -> None:
        if self.step("close", self.desk.buses.close, ref, "not as was said" if bus.heads != bus.said else ""):
            self._unnamed.pop(ref)

    # --- where they go ----------------------------------------------------------------------

    def _look_after(self, ref: str) -> None:
        """A minor's guardianship is rung first; then places are asked for, one after the other."""
        household = self.desk.households.get(ref)
        if household.state not in INSIDE:
            return
        if household.guardian_missing:
            self.step("guardian", self.desk.households.guardian, ref, "Nidos: they come at nine")
        chance = self.script.chance(ref)
        if chance < 0.03:
            self._goes_to_hospital(ref)
        elif chance < 0.06:
            self._in(45, partial(self._leaves, ref))
        self._ask(ref)

    def _goes_to_hospital(self, ref: str) -> None:
        out = self.step("out", self.desk.households.out, ref, (1,), "hospital")
        if out is not None:
            self._in(100, lambda: self._comes_in(ref))

    def _comes_in(self, ref: str) -> None:
        if self.desk.households.get(ref).state in INSIDE:
            self.step("in", self.desk.households.back, ref)

    def _leaves(self, ref: str) -> None:
        if self.desk.households.get(ref).state in HAS_BED | {HouseholdState.WAITING}:
            self.step("leave", self.desk.households.leave, ref, "left")
            self._in(20, self._clean)

    def _ask(self, ref: str) -> None:
        night = self._before
        household = night.household.get(self.desk.households.get(ref).id)
        if household is None or household.state not in INSIDE or household.id in night.placement_of:
            return
        tried = self._asked.get(ref, 0)
        by_day = f"{night.settings.quiet_until}-{night.settings.quiet_from}"
        if not clock.within(by_day, self.moment.at, night.settings.tz):
            # who came in the night is planned for in the morning, all of them together
            self._at(clock.next_within(by_day, self.moment.at, night.settings.tz), lambda: self._ask(ref))
            return
        where = self._calls.where_to(night, household) if tried < MOST_ASKED else None
        if where is None:
            if procedure.no_place(night, household):
                self.step("contact", self.desk.contacts.add, ref, "no place suits: the region is told", "the region")
            return
        if not clock.within(where.answers, self.moment.at, night.settings.tz):
            self._at(clock.next_within(where.answers, self.moment.at, night.settings.tz), lambda: self._ask(ref))
            return
        self._asked[ref] = tried + 1
        asked = self.step("ask", self.desk.placements.ask, ref, where.ref)
        if asked is None:
            return
        reply = self.script.reply(ref, where.name)
        self._at(self.moment.at + reply.after, lambda: self._hears(ref, asked.ref, reply))

    def _hears(self, ref: str, placement: str, reply: script.Reply) -> None:
        if self.desk.placements.get(placement).state is not S.ASKED:
            return
        if reply.no:
            self.step("decline", self.desk.placements.decline, placement, reply.no)
            self._in(5, lambda: self._ask(ref))
        elif self.step("agree", self.desk.placements.agree, placement, by=reply.by):
            by_day = clock.next_within("08:00-20:00", self.moment.at + timedelta(minutes=40), self.desk.settings.tz)
            given = {"carrier": "Taxi Twente", "pickup": by_day}
            self._in(3, partial(self.step, "transport", self.desk.placements.transport, placement, **given))
            self._at(by_day, lambda: self._depart(ref, placement, reply.by))

    def _depart(self, ref: str, placement: str, by: str) -> None:
        if self.desk.placements.get(placement).state is not S.TRANSPORT_SET:
            return
        if self.step("depart", self._departs, ref, placement) is None:
            return
        self._in(20, self._clean)
        if self.script.chance(placement) < 0.03:
            self._in(50, lambda: self._come_back(ref, placement))
        else:
            confirm = self.desk.placements.confirm
            self._in(45, partial(self.step, "confirm", confirm, placement, by))

    def _departs(self, _ref: str, placement: str) -> Done:
        return self.desk.placements.depart(placement)

    def _come_back(self, ref: str, placement: str) -> None:
        def back(_ref: str) -> Done:
            return self.desk.placements.come_back(placement, "it is not what was said")

        self.step("come back", back, ref)
        self._bed("")

    def _clean(self) -> None:
        """Every room that is to be cleaned, and then a bed for whoever waits."""
        for room in planner.to_clean(self._before):
            self.step("clean", self.desk.beds.clean, self._before.room[room].name)
        self._bed("")
