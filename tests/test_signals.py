"""What needs somebody: each signal comes when it must, goes when it is dealt with, and moves nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from desk import signals
from desk.beds import BedState
from desk.buses import Allocation, BusState
from desk.households import Household, HouseholdState, Presence
from desk.language import speak
from desk.logbook import LogLine
from desk.night import Night
from desk.placements import Placement, PlacementState
from desk.region.link import LinkState
from desk.shift import InBuilding
from desk.signals import ALARM, NOTE, WARNING, Signal
from tests.nights import NOW, ago, ahead, alone, asleep, boy, bus, family, house, joined, with_bed

B, P = BusState, PlacementState


@pytest.fixture(autouse=True)
def in_english() -> None:
    speak("en")


def coming(**more: Any) -> Night:
    """A house of twenty beds and a bus of twenty that is due in an hour, all places held."""
    given: dict[str, Any] = {"reserved": 20, "state": B.RESERVED} | more
    return house(20, buses=(bus(1, 20, **given),))


def here(**more: Any) -> Night:
    """The same bus at the door, counted, everybody written down and in bed."""
    given: dict[str, Any] = {"reserved": 20, "state": B.REGISTERING, "counted": 20} | more
    return asleep(house(20, buses=(bus(1, 20, **given),)), family(1, 20, bus=1), *range(101, 121))


def out(back: datetime | None, *, presence: Presence = Presence.OUT) -> Night:
    """A family of four in bed, one of them in hospital until then."""
    night = asleep(house(4), family(1, 4), 101, 102, 103, 104)
    first, *others = night.members
    away = replace(first, presence=presence, out_to="hospital", out_at=ago(1), back_at=back)
    return replace(night, members=(away, *others))


def stayed(hours: float) -> Night:
    """A family that has been here so long, with a place asked for."""
    night = asleep(house(4), family(1, 4, since=ago(hours)), 101, 102, 103, 104)
    return replace(night, placements=(placement(P.ASKED),))


def placement(state: PlacementState, **more: Any) -> Placement:
    """A placement of household 1, its hold good for two hours."""
    given: dict[str, Any] = {"location": 1, "until": ahead(2), "people": 4} | more
    return Placement(id=1, ref="P-220407-1", household=1, state=state, **given)


def onward(state: PlacementState, **more: Any) -> Night:
    """A family in bed with that placement."""
    night = asleep(house(4), family(1, 4), 101, 102, 103, 104)
    return replace(night, placements=(placement(state, **more),))


def leaving(who: Household, state: HouseholdState, placed: Placement) -> Night:
    """A family no longer in bed, with a placement."""
    return replace(joined(house(4), replace(who, state=state)), placements=(placed,))


def called(back: datetime | None, **more: Any) -> Night:
    """A line of the log with a time to ring back."""
    return house(4, log=(LogLine(id=7, at=ago(1), kind="call", text="the doctor", back_at=back, **more),))


def blocked(until: datetime | None) -> Night:
    return with_bed(house(4), 101, state=BedState.BLOCKED, reason="a leak", until=until)


def line_to_region(**more: Any) -> LinkState:
    """A desk that joined a region long ago, and reached it just now."""
    given: dict[str, Any] = {"region": "Twente", "joined_at": ago(72), "reached_at": NOW} | more
    return LinkState(**given)


GONE = leaving(family(1, 4), HouseholdState.DEPARTED, placement(P.UNDERWAY, departed_at=ago(1)))
LATE = leaving(family(1, 4), HouseholdState.DEPARTED, placement(P.UNDERWAY, departed_at=ago(4)))

# kind, severity, a night in which it is raised, one in which it is not, words it says
CASES: list[tuple[str, str, Night, Night, str]] = [
    ("bus_short", ALARM, coming(reserved=12), coming(), "03:41 bus 1 Utrecht: find places for 8"),
    (
        "bus_short",
        ALARM,
        coming(reserved=12),
        replace(coming(reserved=12), allocations=(Allocation(bus=1, location=1, people=8),)),
        "find places for 8",
    ),
    ("bus_short", ALARM, here(counted=23), here(), "is here: find places for 3"),
    ("bus_late", ALARM, coming(eta=ago(minutes=25)), coming(), "25 min late, ring the driver"),
    ("eta_unknown", WARNING, coming(eta=None), coming(), "no time was told"),
    ("eta_stale", WARNING, coming(eta_told_at=ago(minutes=31)), coming(eta_told_at=ago(minutes=30)), "31 min ago"),
    (
        "eta_stale",
        WARNING,
        coming(eta_told_at=ago(5), eta=ahead(2)),
        coming(eta_told_at=ago(5), eta=ahead(2, 1)),
        "was told 5 h 00 ago",
    ),
    ("bus_uncounted", ALARM, coming(state=B.ARRIVED), here(), "is here: count heads"),
    ("bus_unregistered", WARNING, here(counted=26), here(), "6 people without a name yet"),
    ("bus_to_close", NOTE, here(), here(state=B.CLOSED), "everybody is written down, close it"),
    ("bus_deviation", NOTE, here(counted=19), here(counted=19, count_reason="one got off"), "19 counted, 20 said"),
    (
        "minor_alone",
        ALARM,
        joined(house(4), boy(1)),
        joined(house(4), boy(1, guardian="Nidos, 03:10")),
        "ring the guardianship",
    ),
    ("overbooked", ALARM, house(4, buses=(bus(1, 9, reserved=9),)), house(4), "overbooked: 5 beds too few"),
    (
        "without_bed",
        ALARM,
        joined(house(4), family(1, 3)),
        asleep(house(4), family(1, 3), 101, 102, 103),
        "3 people without a bed: Family 1",
    ),
    ("without_bed", ALARM, joined(house(4), alone(1, "m")), joined(house(4), family(1, 1, cots=1)), "1 person without"),
    ("cleaning", NOTE, with_bed(house(4), 101, state=BedState.CLEANING), house(4), "1 bed to clean"),
    ("block_over", NOTE, blocked(ago(1)), blocked(ahead(1)), "1-1 out of use: a leak; still needed?"),
    ("out", WARNING, out(ago(1)), out(None, presence=Presence.IN), "1 out (hospital), not back yet"),
    ("out", NOTE, out(ahead(1)), out(None, presence=Presence.IN), "1 out (hospital), beds kept"),
    ("stay_24", NOTE, stayed(25), stayed(24), "4 people here longer than 24 h: Family 1"),
    ("stay_48", ALARM, stayed(49), stayed(48), "4 people here longer than 48 h"),
    ("stay_72", ALARM, stayed(73), stayed(72), "4 people here longer than 72 h"),
    ("hold_over", ALARM, onward(P.ASKED, until=ago(1)), onward(P.AGREED, until=ago(1)), "the hold ended 01:41"),
    ("to_confirm", NOTE, GONE, onward(P.AGREED), "underway since 01:41; did they arrive?"),
    ("to_confirm", WARNING, LATE, onward(P.AGREED), "underway since 22:41"),
    (
        "to_depart",
        WARNING,
        onward(P.TRANSPORT_SET, carrier="taxi", pickup=ago(minutes=5)),
        onward(P.TRANSPORT_SET, carrier="taxi", pickup=ahead(1)),
        "taxi was due 02:36; have they left?",
    ),
    (
        "wake",
        WARNING,
        onward(P.TRANSPORT_SET, carrier="taxi", pickup=ahead(minutes=30)),
        onward(P.TRANSPORT_SET, carrier="taxi", pickup=ahead(minutes=90)),
        "02:11 wake H-0407-1 (room 1): taxi comes 03:11",
    ),
    ("wake", NOTE, onward(P.TRANSPORT_SET, pickup=ahead(1, 10)), onward(P.AGREED, pickup=ahead(1, 10)), "02:51 wake"),
    (
        "building",
        ALARM,
        replace(house(4), in_building=InBuilding("box", 7, ago(minutes=6))),
        replace(house(4), in_building=InBuilding("box", 7, ago(minutes=5))),
        "the list in the building is 6 min old: look at box",
    ),
    (
        "region_line",
        NOTE,
        replace(house(4), region_line=line_to_region(unreachable_since=ago(minutes=27), waiting=37)),
        replace(house(4), region_line=line_to_region(unreachable_since=ago(minutes=5), waiting=37)),
        "region unreachable since 02:14, 37 actions waiting",
    ),
    (
        "region_line",
        NOTE,
        replace(house(4), region_line=line_to_region(reached_at=ago(1))),
        replace(house(4), region_line=line_to_region(reached_at=ago(minutes=5))),
        "region not told since 01:41 (is desk-region.service running?), 0 actions waiting",
    ),
    (
        "region_clock",
        WARNING,
        replace(house(4), region_line=line_to_region(clock_off_s=-7200)),
        replace(house(4), region_line=line_to_region(clock_off_s=60)),
        "clock is 2 h 00 behind the region's",
    ),
    (
        "region_lost",
        WARNING,
        replace(house(4), region_line=line_to_region(lost=4, lost_at=ago(23))),
        replace(house(4), region_line=line_to_region(lost=4, lost_at=ago(24))),
        "the region knows 4 actions more, type in again what still holds",
    ),
    ("to_ask", NOTE, asleep(house(4), family(1, 2), 101, 102), onward(P.ASKED), "2 people to find places for"),
    ("call_list", NOTE, onward(P.PROPOSED), onward(P.ASKED), "1 household on the call list"),
    ("call_back", WARNING, called(ago(minutes=5)), called(ago(minutes=5), done_at=NOW), "02:36 call back: the doctor"),
    ("call_back", NOTE, called(ahead(1)), called(None), "03:41 call back: the doctor"),
]


def of_kind(night: Night, kind: str) -> list[Signal]:
    return [signal for signal in signals.signals(night) if signal.kind == kind]


@pytest.mark.parametrize(
    ("kind", "severity", "raised", "quiet", "words"), CASES, ids=[f"{c[0]} {c[1]} {n}" for n, c in enumerate(CASES)]
)
def test_a_signal_is_raised_and_goes_again(kind: str, severity: str, raised: Night, quiet: Night, words: str) -> None:
    [signal] = of_kind(raised, kind)
    assert signal.severity == severity
    assert words in signal.text
    assert [one for one in of_kind(quiet, kind) if one.severity == severity] == []


def test_every_kind_of_signal_has_a_case() -> None:
    seen = {signal.kind for _kind, _severity, raised, _quiet, _words in CASES for signal in signals.signals(raised)}
    assert seen == {case[0] for case in CASES}


def test_alarms_come_first_then_what_is_due_first() -> None:
    night = joined(house(4, buses=(bus(2, 9, eta=ahead(3)), bus(1, 9, eta=ahead(1)))), boy(1), family(2, 2))
    night = with_bed(night, 101, state=BedState.CLEANING)
    found = signals.signals(night)
    order = {ALARM: 0, WARNING: 1, NOTE: 2}
    assert [order[s.severity] for s in found] == sorted(order[s.severity] for s in found)
    assert [s.ref for s in found if s.kind == "bus_short"] == ["B-220407-1", "B-220407-2"]
    assert found[-1].kind == "cleaning"


def test_a_line_a_threshold_and_not_a_line_a_household() -> None:
    night = house(20)
    for number in range(1, 6):
        night = joined(night, family(number, 2, since=ago(50), state=HouseholdState.IN_BED))
    [signal] = of_kind(night, "stay_48")
    assert "10 people" in signal.text
    assert signal.text.endswith("Family 1, Family 2, Family 3 …")
    assert of_kind(night, "stay_24") == [], "each is counted under the last threshold it passed"


@pytest.mark.parametrize(
    ("at", "by_night"),
    [("2022-04-08T02:41:00+02:00", True), ("2022-04-08T08:00:00+02:00", False), ("2022-04-07T22:00:00+02:00", True)],
)
def test_what_only_the_day_can_do_is_folded_away_at_night(at: str, by_night: bool) -> None:
    night = replace(asleep(house(4), family(1, 2), 101, 102), at=datetime.fromisoformat(at))
    assert signals.is_night(night) is by_night
    assert [s.kind for s in signals.later(night)] == (["to_ask"] if by_night else [])
    assert len(signals.now(night)) + len(signals.later(night)) == len(signals.signals(night))


def test_the_same_signal_keeps_the_key_by_which_it_was_taken() -> None:
    one, later = coming(reserved=12), replace(coming(reserved=10), at=ahead(minutes=5))
    assert of_kind(one, "bus_short")[0].key == of_kind(later, "bus_short")[0].key == "bus_short:B-220407-1"


@pytest.mark.parametrize("hours", [1, 5, 30, 80])
@pytest.mark.parametrize("made", [lambda: coming(), lambda: here(), lambda: onward(P.ASKED), lambda: out(ahead(1))])
def test_the_clock_raises_signals_and_never_changes_the_night(made: Callable[[], Night], hours: int) -> None:
    night = made()
    later = replace(night, at=night.at + timedelta(hours=hours))
    signals.signals(later)
    assert replace(later, at=night.at) == night
    assert later.status == night.status
    assert {h.id: h.state for h in later.households} == {h.id: h.state for h in night.households}
    assert [p.state for p in later.placements] == [p.state for p in night.placements]
