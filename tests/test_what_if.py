"""What if: tonight and tomorrow as they would be, beside now; and nothing of it is written down."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import figures
from desk.night import Night as Value
from desk.plans import what_if
from desk.refusals import Refused
from storage.store import Desk
from tests.cli import Night
from tests.store import FAMILIES, bus_coming, dump, household, in_bed, moment, new_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A house of ten beds in two rooms of four and one of two, a family asleep, one who waits, a bus on its way."""
    rooms = [{"room": str(n), "floor": "0", "beds": beds} for n, beds in enumerate((4, 4, 2), start=1)]
    with new_store(tmp_path, rooms=rooms) as desk:
        in_bed(desk, "Petrenko", 4)
        household(desk, "Bondar", 3)
        bus_coming(desk, "Utrecht", 20)
        yield desk


def tried(night: Value, *changes: what_if.Change) -> dict[str, tuple[object, object]]:
    return {line.name: (line.now, line.then) for line in what_if.compare(night, changes)}


def test_another_bus_is_to_be_found_places_for_and_changes_nothing_else_of_tonight(desk: Desk) -> None:
    night, before = desk.night(), dump(desk)
    bus = what_if.another_bus(50, moment("2022-04-08T05:00:00+02:00"), "05:00")
    found = tried(night, bus)
    assert (found["to_find"], found["expected"]) == ((20, 70), (20, 70))
    assert found["to_find_more"] == (14, 64)
    assert all(
        now == then for name, (now, then) in found.items() if name not in {"to_find", "expected", "to_find_more"}
    )
    assert dump(desk) == before
    assert desk.night() == night


def test_two_more_buses_are_two(desk: Desk) -> None:
    bus = what_if.another_bus(5, moment(), "02:41")
    assert tried(desk.night(), bus, bus)["to_find"] == (20, 30)


def test_a_larger_house_has_room_for_who_waits_and_who_comes(desk: Desk) -> None:
    in_bed(desk, "Koval", 4)
    assert tried(desk.night())["left_out"] == (3, 3)
    found = tried(desk.night(), what_if.capacity(60))
    assert found["realised"] == (10, 60)
    assert found["free"] == (2, 52)
    assert found["left_out"] == (3, 0)
    assert found["to_find_more"] == (18, 0)


def test_a_house_never_has_fewer_beds_than_people_asleep(desk: Desk) -> None:
    assert tried(desk.night(), what_if.capacity(4))["realised"] == (10, 4)
    with pytest.raises(Refused, match="4 beds have people in them"):
        tried(desk.night(), what_if.capacity(3))


def test_a_location_that_closes_leaves_its_people_without_a_place_and_nobody_goes_there(desk: Desk) -> None:
    location = desk.capacity.get(FAMILIES)
    desk.capacity.report(FAMILIES, 12)
    night = desk.night()
    found = tried(night, what_if.closed(location))
    places = night.standing[location.id].realised
    assert found["to_move"] == (0, 12)
    assert found["places"] == (found["places"][0], found["places"][0] - places)  # type: ignore[operator]
    everything = [what_if.closed(other) for other in night.locations]
    assert tried(night, *everything)["suits"] == (7, 0)
    assert tried(night, *everything)["none"] == (0, 7)


def test_a_new_location_takes_who_had_nowhere_to_go(desk: Desk) -> None:
    night = desk.night()
    closed = replace_all_closed(night)
    hengelo = next(m for m in night.municipalities if m.screen_name == "Hengelo")
    assert tried(closed, what_if.opened(hengelo, 80, date(2022, 4, 8)))["suits"] == (0, 7)


def replace_all_closed(night: Value) -> Value:
    for location in night.locations:
        night = what_if.closed(location).of(night)
    return night


def test_one_location_for_men_alone_of_another_nationality_takes_them(desk: Desk) -> None:
    household(desk, "Okoro", 1, group="single_man", nationality="NGA")
    night = desk.night()
    place = night.locations[0]
    then = what_if.designated(place).of(night)
    assert then.location[place.id].designated_from == "2022-04-08"
    assert night.location[place.id].designated_from == ""


CHANGES = st.lists(
    st.one_of(
        st.integers(1, 60).map(lambda n: what_if.another_bus(n, moment(), "")),
        st.integers(4, 90).map(what_if.capacity),
        st.just(what_if.all_clean()),
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_whatever_is_tried_the_beds_add_up(desk: Desk, changes: list[what_if.Change]) -> None:
    night = desk.night()
    for change in changes:
        night = change.of(night)
        beds = figures.beds(night)
        assert beds.realised == len(night.status)
        assert beds.free == beds.realised - beds.out_of_use - beds.occupied - beds.reserved
        assert figures.people(night).inside == 7


# --- from the command line ----------------------------------------------------------------------


def test_several_are_tried_at_once_beside_now(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=12)
    night.do("household", "register", "--name", "Petrenko", "--people", "4")
    before = night.do("now")
    done = night.do("what-if", "--bus", "50@05:00", "--capacity", "150")
    assert done["changes"] == ["capacity 150", "another bus of 50 at 05:00"]
    found = {line["name"]: (line["now"], line["then"]) for line in done["figures"]}
    assert (found["realised"], found["to_find"], found["to_find_more"]) == ((12, 150), (0, 50), (0, 0))
    assert night.do("now") == before
    text = night.run("what-if", "--bus", "50@05:00").out
    assert "What if: another bus of 50 at 05:00" in text
    assert "places to find for buses" in text
    assert "worse" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Say what is to be tried"),
        (["--bus", "many"], "'many' is no bus"),
        (["--bus", "0@05:00"], "'0@05:00' is no bus"),
        (["--places", "Hengelo"], "are no places"),
        (["--close", "Nowhere"], "no location 'Nowhere'"),
        (["--capacity", "999999"], "not possible"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_what_can(tmp_path: Path, words: list[str], sentence: str) -> None:
    night = Night(tmp_path).made(beds=4)
    assert sentence in night.refused("what-if", *words)
