"""The roll call: everybody unknown until told of, one count for all desks, and nobody present who was not told of."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import muster, signals
from desk.night import Night as TheNight
from desk.refusals import Refused
from storage.store import Desk
from tests.cli import Night
from tests.store import Meet, at, beside, bus_here, dump, in_bed, new_store, still, the_household, together

DESKS = 4


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path, locations=False) as desk:
        yield desk


def counted(night: TheNight) -> dict[str, int]:
    """People by what is told of them."""
    tally = muster.muster(night).tally()
    return {state or "unknown": n for state, n in tally.items() if n}


def kinds(desk: Desk) -> list[str]:
    return [signal.kind for signal in signals.signals(desk.night()) if signal.kind.startswith("rollcall")]


# --- starting and joining -----------------------------------------------------------------------


def test_everybody_is_unknown_at_the_start_staff_and_visitors_too(desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4)
    bus_here(desk, "Budapest", 3)
    desk.shifts.on("Els")
    desk.shifts.visitor_in("Jan")
    assert desk.rollcalls.start().text == "Roll call: 9 people to count."
    assert counted(desk.night()) == {"unknown": 9}
    assert kinds(desk) == ["rollcall_open"]


def test_a_second_operator_joins_and_both_see_one_count(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    other = in_bed(desk, "Bondar", 2)
    desk.rollcalls.start()
    with beside(desk) as piet:
        before = dump(desk)
        done = piet.rollcalls.start()
        assert (done.state, done.text) == ("joined", "You joined the roll call of Anna, 02:41.")
        assert dump(desk) == before
        piet.rollcalls.tick([ref])
        desk.rollcalls.tick([other])
        assert counted(piet.night()) == counted(desk.night()) == {"found": 6}
        assert {tick.by for tick in desk.night().ticks} == {"Anna", "Piet"}


def _start_and_tick(meet: Meet, number: int, path: Path, refs: list[str]) -> str:
    """One desk of several: starts the roll call when all do, and ticks its share of the house."""
    with Desk(path, f"desk {number}", still()) as desk:
        meet()
        state = desk.rollcalls.start().state
        meet()
        for ref in refs[number::DESKS]:
            desk.rollcalls.tick([ref])
        desk.rollcalls.tick([refs[0]])
        return state


def test_of_several_who_start_at_once_one_starts_and_the_rest_join_and_no_tick_is_lost(tmp_path: Path) -> None:
    with new_store(tmp_path, locations=False) as desk:
        refs = [in_bed(desk, f"family {n}", 3) for n in range(12)]
        path = desk.path
    states = together(DESKS, _start_and_tick, path, refs)
    assert sorted(states) == ["joined"] * (DESKS - 1) + ["open"]
    with Desk(path, "Anna", still()) as desk:
        assert counted(desk.night()) == {"found": 36}
        assert len(desk.night().ticks) == 36
        assert desk.check() == []


# --- ticking ------------------------------------------------------------------------------------


def test_a_room_is_ticked_whole_and_who_was_told_of_stays_as_told(desk: Desk) -> None:
    one = in_bed(desk, "Bondar", 1, "7-1", sex="f")
    in_bed(desk, "Koval", 1, "7-2", sex="f")
    desk.rollcalls.start()
    desk.rollcalls.tick([one], "not_found")
    desk.rollcalls.tick(["room 7"])
    assert counted(desk.night()) == {"found": 1, "not_found": 1}
    desk.rollcalls.tick(["ROOM 7"])
    assert counted(desk.night()) == {"found": 2}


def test_what_was_told_already_is_not_written_again(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    desk.rollcalls.start()
    desk.rollcalls.tick([ref])
    before = dump(desk)
    with beside(desk) as piet:
        assert piet.rollcalls.tick([ref]).text == "Petrenko: that was told already."
    assert dump(desk) == before


def test_some_of_a_household_by_their_numbers(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    desk.rollcalls.start()
    desk.rollcalls.tick([ref], "not_found", [2, 3])
    desk.rollcalls.tick([ref])
    assert counted(desk.night()) == {"found": 2, "not_found": 2}
    with pytest.raises(Refused, match="has 4 people"):
        desk.rollcalls.tick([ref], "found", [5])


def test_who_is_out_by_the_record_is_out_since_then_and_found_only_by_name(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    alone = in_bed(desk, "Bondar", 1, sex="f")
    desk.households.out(ref, [2], "hospital", at("06:00"), at=at("01:00"))
    desk.households.out(alone, (), "outside", None, at=at("02:00"))
    desk.rollcalls.start()
    assert counted(desk.night()) == {"unknown": 3, "out": 2}
    found = muster.muster(desk.night())
    assert [line.away for line in found.lines] == ["out since 01:00, back 06:00", "out since 02:00"]
    desk.rollcalls.tick([ref])
    desk.rollcalls.tick([ref])  # pressed twice: who is in hospital is not found by that
    assert counted(desk.night()) == {"found": 3, "out": 2}
    desk.rollcalls.tick([alone])  # but she stands here
    assert counted(desk.night()) == {"found": 4, "out": 1}


def test_what_is_not_on_the_roll_call_is_refused_and_so_is_a_tick_without_one(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    with pytest.raises(Refused, match="There is no roll call"):
        desk.rollcalls.tick([ref])
    with pytest.raises(Refused, match="There is no roll call"):
        desk.rollcalls.finish()
    with pytest.raises(Refused, match="There is no roll call"):
        desk.rollcalls.rest([], 4)
    desk.rollcalls.start()
    before = dump(desk)
    for what in ("room 99", "staff Els", "H-0407-9", "", "🌙" * 150):
        with pytest.raises(Refused, match="is not on the roll call"):
            desk.rollcalls.tick([what])
    assert dump(desk) == before


# --- the house goes on meanwhile ----------------------------------------------------------------


def test_who_leaves_meanwhile_is_not_looked_for_and_who_is_written_down_is_unknown(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    bus = bus_here(desk, "Budapest", 5)
    desk.shifts.on("Els")
    desk.rollcalls.start()
    desk.households.leave(ref, "left")
    desk.shifts.off("Els")
    assert counted(desk.night()) == {"unknown": 5}
    desk.rollcalls.tick([bus])
    assert counted(desk.night()) == {"found": 5}
    in_bed(desk, "Koval", 2, bus=bus)  # counted as a number, but as who they are nobody was told of yet
    assert counted(desk.night()) == {"found": 3, "unknown": 2}


def test_who_goes_out_after_the_tick_is_out(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 1, sex="m")
    desk.rollcalls.start()
    desk.rollcalls.tick([ref])
    desk.households.out(ref, (), "hospital", None, at=at("2022-04-08T02:50"))
    assert counted(desk.night()) == {"out": 1}


# --- all here but … -----------------------------------------------------------------------------


def test_all_here_but_some_is_one_action_that_names_the_number(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    in_bed(desk, "Bondar", 2)
    desk.shifts.on("Els")
    desk.rollcalls.start()
    before = dump(desk)
    with pytest.raises(Refused, match=r"The rest are 3 people, not 7\. .* --people 3"):
        desk.rollcalls.rest([ref], 7)
    with pytest.raises(Refused, match="is not on the roll call"):
        desk.rollcalls.rest(["H-0407-99"], 7)
    assert dump(desk) == before
    desk.rollcalls.rest([ref], 3)
    assert counted(desk.night()) == {"found": 3, "unknown": 4}
    desk.undo()
    assert counted(desk.night()) == {"unknown": 7}


# --- the end ------------------------------------------------------------------------------------


def test_who_is_not_told_of_is_missing_at_the_end_in_the_log_and_as_an_alarm(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4, "3")
    in_bed(desk, "Bondar", 2)
    desk.shifts.on("Els")
    desk.rollcalls.start()
    desk.rollcalls.tick(["H-0407-2"])
    desk.rollcalls.tick([ref], "found", [1, 2])
    done = desk.rollcalls.finish()
    said = "Roll call 02:41-02:41: found 4, out 0, MISSING 3: H-0407-1 (room 3) 2, staff 1."
    assert (done.state, done.text) == ("finished", said)
    (line,) = desk.logbook.lines()
    assert (line.kind, line.type_text, line.text) == ("incident", "rollcall", said)
    assert "Petrenko" not in line.text  # the log is kept for years
    (signal,) = [s for s in signals.signals(desk.night()) if s.kind.startswith("rollcall")]
    assert (signal.severity, signal.text) == (
        signals.ALARM,
        "roll call 02:41: 3 MISSING, H-0407-1 (room 3) 2, staff 1",
    )
    assert signals.now(desk.night())[0] == signal
    call = desk.night().rollcall
    assert call is not None
    kept = json.loads(call.content)
    assert (kept["found"], kept["missing"], kept["not_counted"]) == (4, 3, 3)
    assert kept["who_is_missing"] == [
        {"ref": "H-0407-1", "room": "3", "people": 2},
        {"ref": "staff", "room": "", "people": 1},
    ]


def test_who_is_found_after_the_end_ends_the_alarm(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 2)
    desk.rollcalls.start()
    desk.rollcalls.finish()
    assert kinds(desk) == ["rollcall_missing"]
    in_bed(desk, "Bondar", 2)  # who comes into the house later is not asked for
    assert counted(desk.night()) == {"not_found": 2}
    desk.rollcalls.tick([ref])
    assert kinds(desk) == []
    with pytest.raises(Refused, match="There is no roll call"):
        desk.rollcalls.finish()


def test_everybody_found_is_a_note_and_no_alarm_and_the_next_roll_call_begins_anew(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 2)
    desk.rollcalls.start()
    desk.rollcalls.tick([ref])
    assert desk.rollcalls.finish().text == "Roll call 02:41-02:41: found 2, out 0, MISSING 0."
    assert [line.kind for line in desk.logbook.lines()] == ["note"]
    assert kinds(desk) == []
    desk.rollcalls.start()
    assert counted(desk.night()) == {"unknown": 2}


def test_a_roll_call_moves_nobody(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 2)
    before = desk.night()
    desk.rollcalls.start()
    desk.rollcalls.finish()
    after = desk.night()
    assert (before.households, before.members, before.stays) == (after.households, after.members, after.stays)
    assert the_household(desk, ref).state == "in_bed"


STEPS = st.lists(
    st.tuples(st.sampled_from(["found", "out", "not_found", "leave", "in", "register", "undo"]), st.integers(0, 5)),
    max_size=14,
)


@given(STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_told_each_person_stands_in_it_once_and_nobody_is_found_untold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    with new_store(tmp_path_factory.mktemp("night"), locations=False) as desk:
        refs = [in_bed(desk, f"family {n}", n + 1) for n in range(4)]
        bus = bus_here(desk, "Budapest", 6)
        desk.rollcalls.start()
        for verb, number in steps:
            ref = refs[number % len(refs)]
            try:
                if verb == "leave":
                    desk.households.leave(ref, "left")
                elif verb == "in":
                    desk.households.out(ref, (), "other", None)
                elif verb == "register":
                    refs.append(in_bed(desk, f"late {number}", 1, bus=bus))
                elif verb == "undo" and len(desk.journal.actions()) > 12:
                    desk.undo()
                else:
                    desk.rollcalls.tick([ref if number else bus], verb)
            except Refused:
                continue
            night = desk.night()
            told = muster.muster(night)
            people = [person.tick for line in told.lines for person in line.people]
            keys = [(p.household, p.bus, p.member) for p in people]
            assert len(keys) == len(set(keys))
            waits = sum(night.numbers(b).unregistered for b in night.buses_here)
            assert len(people) == sum(h.people for h in night.staying) + waits
            found = {(t.household, t.bus, t.member) for t in night.ticks if t.state == "found"}
            states = {
                key: p.state for key, p in zip(keys, (x for line in told.lines for x in line.people), strict=True)
            }
            assert {key for key, state in states.items() if state == "found"} <= found
        assert desk.check() == []


# --- on the command line ------------------------------------------------------------------------


def test_a_roll_call_by_commands_alone(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    ref = night.in_bed("Petrenko", 4)
    night.in_bed("Bondar", 2)
    night.bus("Budapest", 3)
    night.do("bus", "arrive", "B-0407-1")
    night.do("bus", "count", "B-0407-1", 3)
    night.do("shift", "on", "Els", "de", "Vries")
    assert night.run("rollcall", "show").out.startswith("There is no roll call")
    assert night.do("rollcall", "start")["state"] == "open"
    assert night.do("rollcall", "start", by="Piet")["state"] == "joined"
    night.do("rollcall", "tick", "room", "1")
    night.do("rollcall", "tick", "staff", "Els", "de", "Vries")
    night.do("rollcall", "tick", "B-0407-1", "--people", 2)
    night.do("rollcall", "tick", ref, "--out", "--members", "4")
    told = night.do("rollcall", "show")
    assert (told["state"], told["found"], told["out"], told["not_counted"]) == ("open", 6, 1, 3)
    assert "not yet counted: 3" in night.run("rollcall", "show").out
    assert "not 9" in night.refused("rollcall", "rest", "--but", "B-0407-1", "--people", 9)
    night.do("rollcall", "rest", "--but", "B-0407-1", "--people", 2)
    done = night.do("rollcall", "finish")
    assert (done["state"], done["warnings"]) == ("finished", ["Ring 112 if it burns."])
    assert night.do("rollcall", "show")["who_is_missing"] == [{"ref": "B-0407-1", "room": "", "people": 1}]
    assert night.run("rollcall", "tick", "B-0407-1", "--out", "--not-found").exit == 2
