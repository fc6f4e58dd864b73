"""A drill: the world rings, comes to the door and answers; a person works it, and is told how it went."""

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk import figures
from desk.drill import script
from desk.drill.script import Coming, Script
from desk.household_line import parse
from desk.placements import PlacementState
from desk.stepped_out import stepped_out
from storage.clock import hurrying
from storage.drill.house import START, Moment, build, opened
from storage.drill.simulate import prepared
from storage.drill.world import WORLD, World, beside
from storage.store import Desk
from tests.cli import Night
from tests.stage import opened as painted
from tests.stage import type_line
from tests.terminal import Terminal


def the_first(kind: str) -> tuple[Script, Coming]:
    """The first night with one bus that comes in that way, and the bus."""
    for seed in range(500):
        night = script.script(seed, START)
        if len(night.buses) == 1 and night.buses[0].kind == kind:
            return night, night.buses[0]
    raise AssertionError(kind)


class Sat:
    """Somebody at the desk, and the world beside them, on one clock that a test puts on."""

    def __init__(self, folder: Path, night: Script) -> None:
        build(folder / "desk.db", START - timedelta(days=3))
        self.moment = Moment(night.start)
        self.desk = opened(folder / "desk.db", self.moment, "Anna")
        self.world = World(opened(folder / "desk.db", self.moment, WORLD), night)

    def until(self, at: datetime) -> None:
        """The world goes its way up to then, minute by minute."""
        while self.moment.at < at:
            self.moment.at = min(at, self.moment.at + timedelta(minutes=1))
            self.world.tick()

    def heard(self) -> list[str]:
        """What was said, oldest first."""
        return [line.text for line in reversed(self.desk.logbook.lines()) if line.by == WORLD]


@pytest.fixture
def wrong(tmp_path: Path) -> tuple[Sat, Coming]:
    night, bus = the_first(script.WRONG)
    return Sat(tmp_path, night), bus


def announced(sat: Sat, bus: Coming) -> str:
    """The person at the desk types what the caller said."""
    sat.until(bus.rings_at)
    told: dict[str, Any] = dict(bus.groups)
    return sat.desk.buses.announce(from_place=bus.place, people=bus.said, eta=bus.eta, **told).ref


def test_a_caller_says_how_many_who_and_when_and_it_stands_on_tonight_until_it_is_done(
    wrong: tuple[Sat, Coming],
) -> None:
    sat, bus = wrong
    sat.until(bus.rings_at - timedelta(minutes=1))
    before = sat.heard()
    sat.until(bus.rings_at)
    (ring,) = sat.heard()[len(before) :]
    assert ring.startswith(f"RINGS: {bus.place} {bus.said} people ")
    (line,) = [line for line in sat.desk.night().log if line.text == ring]
    sat.desk.logbook.done(line.id)
    assert ring not in [line.text for line in sat.desk.night().log]


def test_the_wrong_bus_stands_at_the_door_and_a_colleague_writes_its_people_down_once_they_are_counted(
    wrong: tuple[Sat, Coming],
) -> None:
    sat, bus = wrong
    ref = announced(sat, bus)
    assert bus.here_at is not None
    sat.until(bus.here_at)
    door = sat.heard()[-1]
    assert door.startswith(f"DOOR: bus {bus.place}, counted {bus.heads} ")
    sat.until(bus.here_at + timedelta(minutes=5))
    assert figures.unregistered(sat.desk.night()) == 0  # nobody is written down before the bus is here and counted
    sat.desk.buses.arrive(ref)
    groups, _reason = stepped_out(door.rpartition(f"{bus.heads} ")[2])
    assert groups["single_men"] == bus.heads
    done = sat.desk.buses.count(ref, bus.heads, "the wrong bus", groups=groups)
    assert any("men alone" in warning for warning in done.warnings)
    sat.until(sat.moment.at + timedelta(minutes=2 * len(bus.people) + 1))
    night = sat.desk.night()
    assert night.numbers(night.bus[sat.desk.buses.get(ref).id]).registered == bus.heads


def test_a_colleague_does_not_write_down_whom_the_person_at_the_desk_wrote_down(wrong: tuple[Sat, Coming]) -> None:
    sat, bus = wrong
    ref = announced(sat, bus)
    assert bus.here_at is not None
    sat.until(bus.here_at)
    sat.desk.buses.arrive(ref)
    sat.desk.buses.count(ref, bus.heads)
    sat.desk.households.register(name=bus.people[0].name, people=1, bus=ref)
    sat.until(sat.moment.at + timedelta(minutes=2 * len(bus.people) + 1))
    assert [h.name for h in sat.desk.night().households].count(bus.people[0].name) == 1


def test_a_location_answers_as_the_seed_has_it_and_they_ring_when_people_have_come(tmp_path: Path) -> None:
    night, _bus = the_first(script.NEVER)
    sat = Sat(tmp_path, night)
    said: dict[bool, str] = {}
    for number in range(40):
        ref = sat.desk.households.register(name=f"Household {number}", people=1, sex="f").ref
        reply = night.reply(ref, "De Noordmolen")
        if bool(reply.no) in said or reply.after > timedelta(minutes=60):
            continue
        said[bool(reply.no)] = ref
        placement = sat.desk.placements.ask(ref, "De Noordmolen").ref
        sat.until(sat.moment.at + reply.after - timedelta(minutes=1))
        assert sat.desk.placements.get(placement).state is PlacementState.ASKED
        sat.until(sat.moment.at + timedelta(minutes=2))
        wanted = PlacementState.DECLINED if reply.no else PlacementState.AGREED
        assert sat.desk.placements.get(placement).state is wanted
    ref = said[False]
    sat.desk.placements.transport(ref, carrier="taxi", pickup=sat.moment.at)
    sat.desk.placements.depart(ref)
    sat.until(sat.moment.at + timedelta(minutes=46))
    assert " 1 are here, " in sat.heard()[-1]
    sat.until(sat.moment.at + timedelta(minutes=5))
    assert sum(" 1 are here, " in text for text in sat.heard()) == 1


def test_a_yes_that_nobody_gave_is_taken_back_by_the_location(tmp_path: Path) -> None:
    night, _bus = the_first(script.NEVER)
    sat = Sat(tmp_path, night)
    refs = [sat.desk.households.register(name=f"Household {n}", people=1, sex="f").ref for n in range(30)]
    ref = next(ref for ref in refs if night.reply(ref, "De Noordmolen").no)
    placement = sat.desk.placements.agree(ref, "De Noordmolen", by="nobody").ref
    sat.until(sat.moment.at + timedelta(hours=3))
    assert sat.desk.placements.get(placement).state is PlacementState.DECLINED


def test_what_a_colleague_reads_out_can_be_typed_at_the_table() -> None:
    for seed in range(80):
        for bus in script.script(seed, START).buses:
            for party in bus.people:
                line = parse(script.line(party))
                assert (line.people, line.doubts) == (party.people, ())
                assert line.cots == party.needs.count("cot")


def test_a_drills_clock_runs_so_many_times_as_fast() -> None:
    clock = hurrying(START, 3600)
    first = clock()
    while clock() < START + timedelta(hours=1):  # a second of ours
        pass
    assert START <= first < START + timedelta(minutes=30)


def test_the_world_goes_its_way_beside_the_desk_and_stops_with_it(tmp_path: Path) -> None:
    night, first = prepared(tmp_path / "desk.db", 3, "en")
    assert first >= night.start
    clock = hurrying(first, 3600)
    with Desk(tmp_path / "desk.db", WORLD, clock) as world, Desk(tmp_path / "desk.db", "Anna", clock) as desk:
        with beside(World(world, night)):
            while not desk.night().log:
                pass
        heard = len(desk.logbook.lines())
        assert heard > 0
        over = clock() + timedelta(hours=1)
        while clock() < over:
            pass
        assert len(desk.logbook.lines()) == heard


@pytest.mark.long
def test_a_short_drill_is_worked_by_keys_and_told_beside_the_planners_own_play(tmp_path: Path) -> None:
    """The phone rings, it is typed in, the bus comes, it is counted; then the person has had enough."""
    seed = next(s for s in range(200) if [b.kind for b in script.script(s, START).buses] == [script.AS_SAID])
    (bus,) = script.script(seed, START).buses
    store = tmp_path / "drill.db"
    command = [sys.executable, "-m", "screens.start", "--as", "Anna", "--language", "en"]
    command += ["drill", "--seed", str(seed), "--speed", "600", "--store", str(store)]
    with Terminal(command, columns=100, rows=30) as t:
        painted(t)
        t.wait_for(f"RINGS: {bus.place} {bus.said} people ", timeout=60)
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.type(bus.place)
        t.press("tab")
        t.type(str(bus.said))
        t.press("tab")
        t.type("+1h")
        t.wait_for("+1h")
        t.press("enter")
        t.wait_for(re.compile(rf"> \d+ +{bus.place} .*{bus.said} "))
        t.press("1")
        t.wait_for(f"DOOR: bus {bus.place}", timeout=60)
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("a")
        t.wait_for("here now?")
        t.settle()
        t.press("y")
        t.wait_for("is here. Count heads")
        t.press("c")
        t.wait_for("heads counted")
        type_line(t, str(bus.heads))
        t.wait_for(f"{bus.heads} counted")
        t.press("esc")
        t.wait_for("1 TONIGHT")
        t.press("q")
        t.wait_for("q again leaves the desk")
        t.press("q")
        t.wait_for("The night is kept in", timeout=60)
        assert t.wait_exit() == 0
        text = t.text
    assert f"The drill of seed {seed}, until " in text
    assert "you    planner" in text
    assert "people here over 24 h" in text
    with Desk(store, "Piet") as desk:
        assert desk.check() == []
        assert WORLD in {action.operator for action in desk.journal.actions()}


def test_without_a_terminal_a_drill_says_what_there_is_instead(tmp_path: Path) -> None:
    assert Night(tmp_path).refused("drill") == "A drill needs a terminal. Without a person: desk simulate --nights 10"
