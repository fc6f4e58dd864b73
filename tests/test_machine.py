"""Two people at one store against a small model of the night, step by step as chance has it, undo included."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desk import evacuation, figures
from desk.refusals import Refused
from storage.store import Desk
from tests.night_model import Model, Ref, model_of
from tests.store import ANYONE, FAMILIES, at, bus_coming, dump, new_store, still

SIZES = (4, 4, 6, 2, 1, 1)
BEDS = sum(SIZES)
ROOMS = [{"room": str(number), "floor": "0", "beds": beds} for number, beds in enumerate(SIZES, start=1)]
WHO = st.sampled_from(("Anna", "Piet"))
PICK = st.integers(0, 11)
WHAT = st.sampled_from(("block", "free", "clean"))
PEOPLE = st.integers(1, 5)


@dataclass(frozen=True, eq=False)  # two steps that did the same are still two
class Taken:
    """One step that was taken: by whom, and how the model and the store stood before and after."""

    who: str
    before: Model
    rows_before: dict[str, Any] | None
    """None once something before it was taken back: then the rows before it are not those any more."""


def rows_of(everything: dict[str, Any]) -> dict[str, Any]:
    """The tables without the journal and the numbers given."""
    return {name: rows for name, rows in everything.items() if name not in {"action", "change", "counter"}}


class TwoAtWork(RuleBasedStateMachine):
    """Anna and Piet, each in a session of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model = Model()
        self.steps: list[Taken] = []

    @initialize()
    def a_house(self) -> None:
        """Six rooms with eighteen beds and a region."""
        with new_store(self.folder, rooms=ROOMS, operator="Klaas") as desk:
            self.desks = {who: Desk(desk.path, who, still()) for who in ("Anna", "Piet")}

    def teardown(self) -> None:
        """What chance has made of it, the journal must agree with."""
        if hasattr(self, "desks"):
            assert self.desks["Piet"].check() == []
            for desk in self.desks.values():
                desk.close()
        shutil.rmtree(self.folder)

    # --- steps ------------------------------------------------------------------------------

    def take(self, who: str, step: Callable[[Desk], Any], then: Callable[[Model, Any], None]) -> None:
        """Take a step; the model follows only where the desk did not refuse, and then nothing at all has changed."""
        desk = self.desks[who]
        before, everything = deepcopy(self.model), dump(desk)
        try:
            done = step(desk)
        except Refused:
            assert dump(desk) == everything
            return
        then(self.model, done)
        self.steps.append(Taken(who, before, rows_of(everything)))

    def pick(self, what: dict[Ref, Any], number: int, *states: str) -> Ref | None:
        """One of them, in one of these states."""
        found = [ref for ref, one in what.items() if one["state"] in states]
        return found[number % len(found)] if found else None

    @rule(who=WHO, people=st.integers(1, 20))
    def announce(self, who: str, people: int) -> None:
        def then(model: Model, ref: Any) -> None:
            model.buses[ref] = {"state": "announced", "announced": people, "counted": None, "reserved": 0}

        self.take(who, lambda desk: bus_coming(desk, "Utrecht", people), then)

    @rule(who=WHO, number=PICK, places=st.integers(0, 12))
    def reserve(self, who: str, number: int, places: int) -> None:
        ref = self.pick(self.model.buses, number, "announced", "reserved", "arrived", "counted", "registering")
        if ref is None:
            return

        def then(model: Model, _done: Any) -> None:
            bus = model.buses[ref]
            bus["reserved"] = places
            if bus["state"] in {"announced", "reserved"}:
                bus["state"] = "reserved" if places else "announced"

        self.take(who, lambda desk: desk.buses.reserve(ref, places, "no choice" if places > 8 else ""), then)

    @rule(who=WHO, number=PICK)
    def arrive(self, who: str, number: int) -> None:
        ref = self.pick(self.model.buses, number, "announced", "reserved")
        if ref is not None:
            self.take(who, lambda d: d.buses.arrive(ref), lambda model, _: model.buses[ref].update(state="arrived"))

    @rule(who=WHO, number=PICK, heads=st.integers(1, 20))
    def count(self, who: str, number: int, heads: int) -> None:
        ref = self.pick(self.model.buses, number, "arrived", "counted", "registering")
        if ref is None:
            return

        def then(model: Model, _done: Any) -> None:
            state = "registering" if model.registered(ref) else "counted"
            model.buses[ref].update(state=state, counted=heads)

        self.take(who, lambda desk: desk.buses.count(ref, heads), then)

    @rule(who=WHO, number=PICK, people=PEOPLE, off_a_bus=st.booleans(), sex=st.sampled_from((None, "m", "f")))
    def register(self, who: str, number: int, people: int, off_a_bus: bool, sex: str | None) -> None:
        bus = self.pick(self.model.buses, number, "arrived", "counted", "registering") if off_a_bus else None

        def step(desk: Desk) -> Any:
            return desk.households.register(name=f"Family{len(self.steps)}", people=people, bus=bus or "", sex=sex)

        def then(model: Model, done: Any) -> None:
            assert done.ref not in model.households, "a number given twice"
            model.households[done.ref] = {"state": "waiting", "people": people, "bus": bus, "out": 0, "beds": set()}
            if bus and model.buses[bus]["state"] == "counted":
                model.buses[bus]["state"] = "registering"

        self.take(who, step, then)

    @rule(who=WHO, number=PICK)
    def give_beds(self, who: str, number: int) -> None:
        ref = self.pick(self.model.households, number, "waiting")
        if ref is None:
            return

        def then(model: Model, done: Any) -> None:
            model.households[ref].update(state="in_bed", beds=set(done.also["beds"]))

        self.take(who, lambda desk: desk.households.bed(ref), then)

    @rule(who=WHO, number=PICK, room=st.integers(1, len(ROOMS)))
    def move(self, who: str, number: int, room: int) -> None:
        ref = self.pick(self.model.households, number, "in_bed", "departing")
        if ref is None:
            return

        def then(model: Model, done: Any) -> None:
            new = set(done.also["beds"])
            self.leave_beds(model, model.households[ref]["beds"] - new)
            model.households[ref]["beds"] = new

        self.take(who, lambda desk: desk.households.move(ref, [str(room)]), then)

    def leave_beds(self, model: Model, beds: set[str]) -> None:
        """Beds that somebody slept in need cleaning, unless they are out of use anyway."""
        model.out_of_use.update({bed: "cleaning" for bed in beds if model.out_of_use.get(bed) != "blocked"})

    @rule(who=WHO, number=PICK, member=st.integers(1, 5))
    def out(self, who: str, number: int, member: int) -> None:
        ref = self.pick(self.model.households, number, "waiting", "in_bed", "departing")
        if ref is None or self.model.households[ref]["out"]:
            return
        self.take(
            who,
            lambda desk: desk.households.out(ref, [member], "hospital"),
            lambda model, _: model.households[ref].update(out=1),
        )

    @rule(who=WHO, number=PICK)
    def back(self, who: str, number: int) -> None:
        ref = self.pick(self.model.households, number, "waiting", "in_bed", "departing")
        if ref is not None:
            self.take(who, lambda d: d.households.back(ref), lambda model, _: model.households[ref].update(out=0))

    @rule(who=WHO, number=PICK)
    def leave(self, who: str, number: int) -> None:
        ref = self.pick(self.model.households, number, "waiting", "in_bed", "departing")
        if ref is None:
            return

        def then(model: Model, _done: Any) -> None:
            self.leave_beds(model, model.households[ref]["beds"])
            model.households[ref].update(state="left", beds=set())
            for placement in model.placements.values():
                if placement["household"] == ref and placement["state"] in {"asked", "agreed", "transport_set"}:
                    placement["state"] = "withdrawn"

        self.take(who, lambda desk: desk.households.leave(ref, "left"), then)

    # --- onward -----------------------------------------------------------------------------

    @rule(who=WHO, number=PICK, location=st.sampled_from((ANYONE, FAMILIES)), agreed=st.booleans())
    def ask(self, who: str, number: int, location: str, agreed: bool) -> None:
        ref = self.pick(self.model.households, number, "waiting", "in_bed", "departing")
        if ref is None:
            return

        def step(desk: Desk) -> Any:
            if agreed:
                return desk.placements.agree(ref, location, by="Wouter", override="no other")
            return desk.placements.ask(ref, location, override="no other")

        def then(model: Model, done: Any) -> None:
            model.placements[done.ref] = {"state": "agreed" if agreed else "asked", "household": ref}

        open_ones = {"asked", "agreed", "transport_set", "underway"}
        if not any(p["household"] == ref and p["state"] in open_ones for p in self.model.placements.values()):
            self.take(who, step, then)

    @rule(who=WHO, number=PICK)
    def agree(self, who: str, number: int) -> None:
        self.onward(who, number, "asked", "agreed", lambda desk, ref: desk.placements.agree(ref, by="Wouter"))

    @rule(who=WHO, number=PICK)
    def transport(self, who: str, number: int) -> None:
        def step(desk: Desk, ref: Ref) -> Any:
            return desk.placements.transport(ref, carrier="taxi", pickup=at("09:30"))

        self.onward(who, number, "agreed", "transport_set", step, household={"in_bed": "departing"})

    @rule(who=WHO, number=PICK)
    def depart(self, who: str, number: int) -> None:
        inside = dict.fromkeys(("waiting", "in_bed", "departing"), "departed")
        self.onward(who, number, "transport_set", "underway", lambda desk, ref: desk.placements.depart(ref), inside)

    @rule(who=WHO, number=PICK)
    def confirm(self, who: str, number: int) -> None:
        self.onward(who, number, "underway", "arrived", lambda desk, ref: desk.placements.confirm(ref, "Esma"))

    @rule(who=WHO, number=PICK)
    def withdraw(self, who: str, number: int) -> None:
        def step(desk: Desk, ref: Ref) -> Any:
            return desk.placements.withdraw(ref, "they stay")

        self.onward(who, number, "transport_set", "withdrawn", step, household={"departing": "in_bed"})

    def onward(
        self,
        who: str,
        number: int,
        state: str,
        after: str,
        step: Callable[[Desk, Ref], Any],
        household: dict[str, str] | None = None,
    ) -> None:
        """A step of a placement, and what it makes of its household."""
        ref = self.pick(self.model.placements, number, state)
        if ref is None:
            return

        def then(model: Model, _done: Any) -> None:
            placement = model.placements[ref]
            placement["state"] = after
            them = model.households[placement["household"]]
            them["state"] = (household or {}).get(them["state"], them["state"])
            if them["state"] == "departed":
                self.leave_beds(model, them["beds"])
                them["beds"] = set()

        self.take(who, lambda desk: step(desk, ref), then)

    # --- beds -------------------------------------------------------------------------------

    @rule(
        who=WHO,
        room=st.integers(1, len(ROOMS)),
        bed=st.integers(1, 6),
        what=WHAT,
    )
    def handle_bed(self, who: str, room: int, bed: int, what: str) -> None:
        said = f"{room}-{bed}"

        def step(desk: Desk) -> Any:
            return desk.beds.block(said, "wet") if what == "block" else getattr(desk.beds, what)(said)

        def then(model: Model, _done: Any) -> None:
            if what == "block":
                model.out_of_use[said] = "blocked"
            else:
                assert model.out_of_use.pop(said) == {"free": "blocked", "clean": "cleaning"}[what]

        self.take(who, step, then)

    # --- undo -------------------------------------------------------------------------------

    @precondition(lambda self: self.steps)
    @rule(who=WHO)
    def undo(self, who: str) -> None:
        desk = self.desks[who]
        mine = [taken for taken in self.steps if taken.who == who]
        everything = dump(desk)
        nothing_since = bool(mine) and mine[-1] is self.steps[-1]
        refused = ""
        try:
            desk.undo()
        except Refused as no:
            refused = str(no)
        if refused:
            assert dump(desk) == everything
            assert not nothing_since, refused
            assert not mine or {"Anna": "Piet", "Piet": "Anna"}[who] in refused, refused
            return
        taken = mine[-1]
        place = self.steps.index(taken)
        self.steps[place:] = [replace(later, rows_before=None) for later in self.steps[place + 1 :]]
        if nothing_since and taken.rows_before is not None:
            assert rows_of(dump(desk)) == taken.rows_before
            self.model = taken.before
        else:
            self.model = model_of(desk.night(everything=True))

    # --- always -----------------------------------------------------------------------------

    @invariant()
    def the_night_is_as_the_model_says(self) -> None:
        if not hasattr(self, "desks"):
            return
        night = self.desks["Piet"].night()
        assert night == self.desks["Anna"].night()
        assert model_of(self.desks["Anna"].night(everything=True)) == self.model

    @invariant()
    def the_figures_add_up(self) -> None:
        if not hasattr(self, "desks"):
            return
        night = self.desks["Anna"].night()
        beds, people = figures.beds(night), figures.people(night)
        by_status = Counter(night.status.values())
        assert beds.realised == sum(by_status.values()) == BEDS
        assert beds.usable == beds.realised - beds.cleaning - beds.blocked
        assert beds.free == beds.usable - beds.occupied - beds.reserved
        assert beds.occupied == sum(len(h["beds"]) for h in self.model.households.values())
        assert people.inside == self.model.present() + self.model.unregistered()
        assert evacuation.inside(night).total == people.inside
        taken = [stay.bed for stay in night.stays]
        assert len(taken) == len(set(taken)), "a bed given twice"


TestTwoAtOneStore = TwoAtWork.TestCase
TestTwoAtOneStore.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.reuse, Phase.generate, Phase.shrink),
)


@pytest.mark.long
class TestTwoAtOneStoreAtLength(TestTwoAtOneStore):  # type: ignore[misc, valid-type]
    """The same, more often."""

    settings = settings(TestTwoAtOneStore.settings, max_examples=100)
