import itertools
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from desk import evacuation, figures
from desk.actions import VERBS, told
from desk.beds import Bed, Room, Stay
from desk.buses import Bus, BusState
from desk.households import Household, HouseholdState, Member, Presence
from desk.night import Night

AT = datetime(2022, 4, 8, 1, 10, tzinfo=UTC)
FLOORS = ("0", "1", "2", "10", "-1", "begane grond", "zolder")
STATES = (
    HouseholdState.WAITING,
    HouseholdState.IN_BED,
    HouseholdState.DEPARTING,
    HouseholdState.EXPECTED,
    HouseholdState.DEPARTED,
    HouseholdState.MISSING,
)


@st.composite
def nights(draw: st.DrawFn) -> Night:
    """Any night: households in no, one or several rooms, some out, buses with people without a name."""
    floors = draw(st.lists(st.sampled_from(FLOORS), min_size=1, max_size=6))
    rooms = tuple(Room(id=n, name=f"R{n}", floor=floor) for n, floor in enumerate(floors, start=1))
    beds = tuple(Bed(id=room.id * 10 + n, room=room.id, number=n) for room in rooms for n in range(1, 4))
    free = list(draw(st.permutations(beds)))
    buses = tuple(
        Bus(
            id=n,
            ref=f"B-220407-{n}",
            state=draw(st.sampled_from((BusState.ARRIVED, BusState.REGISTERING, BusState.ANNOUNCED))),
            from_place="Utrecht",
            announced=draw(st.integers(1, 60)),
            counted=draw(st.none() | st.integers(1, 60)),
        )
        for n in range(1, draw(st.integers(0, 2)) + 1)
    )
    households, members, stays = [], [], []
    for n in range(1, draw(st.integers(0, 8)) + 1):
        people = draw(st.integers(1, 6))
        state = draw(st.sampled_from(STATES))
        bus = draw(st.sampled_from([None, *[b.id for b in buses]]))
        needs = draw(st.sampled_from(("", "wheelchair", "evac_help,cot", "diet_allergy")))
        name = draw(st.text(alphabet="aйÖ -", min_size=1, max_size=90))
        households.append(
            Household(id=n, ref=f"H-220407-{n}", name=name, people=people, state=state, bus=bus, needs=needs)
        )
        for number in range(1, people + 1):
            presence = draw(st.sampled_from((Presence.IN, Presence.IN, Presence.OUT, Presence.NOT_FOUND)))
            members.append(Member(id=n * 10 + number, household=n, number=number, presence=presence, out_at=AT))
        if state in {HouseholdState.IN_BED, HouseholdState.DEPARTING}:
            taken = [free.pop() for _ in range(min(len(free), draw(st.integers(0, people))))]
            stays += [Stay(household=n, bed=bed.id) for bed in taken]
    return Night(
        at=AT,
        rooms=rooms,
        beds=beds,
        stays=tuple(stays),
        buses=buses,
        households=tuple(households),
        members=tuple(members),
    )


@given(nights(), st.integers(40, 120))
@settings(max_examples=200, deadline=None)
def test_the_parts_of_the_list_come_to_everybody_inside(night: Night, width: int) -> None:
    inside = figures.people(night).inside
    found = evacuation.inside(night)
    assert found.total == inside
    lines = evacuation.lines(night, width)
    assert lines[0].startswith(f"INSIDE {inside} ")
    assert all(len(line) <= width for line in lines)
    record = evacuation.record(night)
    parts = (
        [floor["people"] for floor in record["floors"]]
        + [line["people"] for line in record["no_bed"]]
        + [bus["people"] for bus in record["unregistered"]]
    )
    assert sum(parts) == record["inside"] == inside
    refs = [h["ref"] for floor in record["floors"] for room in floor["rooms"] for h in room["households"]] + [
        line["ref"] for line in record["no_bed"]
    ]
    assert len(refs) == len(set(refs))


@given(nights())
@settings(max_examples=50, deadline=None)
def test_the_ground_floor_comes_first_and_each_floor_once(night: Night) -> None:
    names = [floor.name for floor in evacuation.inside(night).floors]
    assert "0" not in names[1:]
    assert len(names) == len(set(names))
    numbers = [int(name) for name in names[names[:1] == ["0"] :] if name.lstrip("-").isdecimal()]
    assert all(one < other for one, other in itertools.pairwise(numbers))


def test_the_list_holds_no_diagnosis_only_the_help_on_the_stairs() -> None:
    household = Household(
        id=1, ref="H-220407-1", name="Bondar", people=1, needs="wheelchair,medication_cooled,pregnant"
    )
    night = Night(at=AT, households=(household,), members=(Member(id=1, household=1, number=1),))
    text = "\n".join(evacuation.lines(night))
    assert "WHEELCHAIR" in text
    assert "medic" not in text.casefold()
    assert "pregnant" not in text.casefold()
    gone = replace(night, households=(replace(household, state=HouseholdState.DEPARTED),))
    assert evacuation.lines(gone)[0] == "INSIDE 0 people"


def test_every_verb_is_told_in_words_and_a_new_one_by_its_name() -> None:
    for verb in VERBS:
        assert "{" not in told(verb, {}, "B-0407-1")
    assert told("bus announce", {"from_place": "Utrecht", "announced": 48}, "B-0407-2") == (
        "announced B-0407-2: Utrecht, 48 people"
    )
    assert told("bus announce", {"from_place": "{ref!r:>99}"}, "B-0407-2") == (
        "announced B-0407-2: {ref!r:>99}, ? people"
    )
    assert told("moon landing", {}, "X-1") == "moon landing X-1"
