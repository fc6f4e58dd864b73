"""Undo: takes back one's own last action whole, or says who went on with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import actions
from desk.refusals import Refused
from storage.store import Desk
from tests.scenarios import ROOMS, SCENARIOS
from tests.store import asked, beds_of, beside, bus_coming, dump, household, in_bed, new_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path, rooms=ROOMS) as desk:
        yield desk


def test_every_verb_of_the_desk_has_a_scenario() -> None:
    played = {name.partition(":")[0] for name in SCENARIOS}
    # nobody takes back that a store was made, an undo, figures that were issued, numbers that lie on paper, or who is
    # let in: that stands in a file of the host as well
    stays = {"init", "undo", "freeze", "freeze due", "paper blank", "operator add", "operator role"}
    stays |= {"operator remove", "operator write"}
    # what was forgotten is gone, and a store that was damaged is another
    stays |= {"erase", "repair"}
    # the region has another machine: what was said there is not taken back here
    stays |= {"region join", "region leave", "region ask", "region return", "region book", "region bus"}
    stays |= {"bus recall", "bus accept", "bus refuse"}
    assert actions.VERBS - stays <= played


@pytest.mark.parametrize("name", SCENARIOS)
def test_undo_brings_every_table_back_exactly(desk: Desk, name: str) -> None:
    step = SCENARIOS[name](desk)
    before, night = dump(desk, "action", "change", "counter"), desk.night()
    last = desk.journal.version()
    step()
    assert [action.verb for action in desk.journal.actions(last)] == [name.partition(":")[0]]
    assert dump(desk, "action", "change", "counter") != before
    assert desk.check() == []
    done = desk.undo()
    assert done.state == "undone"
    assert dump(desk, "action", "change", "counter") == before
    assert desk.night() == night
    assert desk.check() == []


def test_undo_after_undo_goes_back_step_by_step_and_never_repeats(desk: Desk) -> None:
    nights = [desk.night()]
    ref = bus_coming(desk, "Utrecht", 30)
    for step in (lambda: None, lambda: desk.buses.arrive(ref), lambda: desk.buses.count(ref, 31)):
        step()
        nights.append(desk.night())
    for before in reversed(nights[:-1]):
        desk.undo()
        assert desk.night() == before
    with beside(desk) as piet, pytest.raises(Refused, match=r"You have nothing to undo\. The last step was Anna's"):
        piet.undo()


def test_what_somebody_made_again_what_it_was_is_theirs_now(desk: Desk) -> None:
    ref = bus_coming(desk, "Utrecht", 30)
    desk.buses.reserve(ref, 1)
    with beside(desk) as piet:
        piet.buses.reserve(ref, 0)
        piet.buses.reserve(ref, 1)
        with pytest.raises(Refused, match=r"Piet went on with it"):
            desk.undo()
        piet.undo()
        piet.undo()
        desk.undo()
        assert piet.check() == []


def test_only_ones_own_last_action_is_taken_back_from_whichever_terminal(desk: Desk) -> None:
    mine = bus_coming(desk, "Utrecht", 30)
    with beside(desk) as piet:
        theirs = bus_coming(piet, "Zwolle", 12, "05:00")
        with Desk(desk.path, "Anna", desk.clock) as elsewhere:
            assert elsewhere.undo().ref == mine
    assert [bus.ref for bus in desk.night().buses] == [theirs]


def test_undo_is_refused_once_somebody_went_on_and_says_who_and_when(desk: Desk) -> None:
    ref = bus_coming(desk, "Utrecht", 30)
    desk.buses.arrive(ref)
    with beside(desk) as piet:
        piet.buses.count(ref, 31)
    before = dump(desk)
    with pytest.raises(Refused, match=r"bus arrive cannot be undone: Piet went on with it at 02:41 .*Ask Piet"):
        desk.undo()
    assert dump(desk) == before


def test_a_household_that_somebody_placed_cannot_be_unwritten(desk: Desk) -> None:
    ref = household(desk, "Petrenko", 4)
    with beside(desk) as piet:
        asked(piet, ref)
    before = dump(desk)
    with pytest.raises(Refused) as no:
        desk.undo()
    assert "Piet" in str(no.value)
    assert dump(desk) == before


def test_an_overflow_room_in_which_somebody_put_people_stays_open(desk: Desk) -> None:
    ref = household(desk, "Petrenko", 4)
    desk.beds.open_room("gym")
    with beside(desk) as piet:
        piet.households.bed(ref, ["gym"])
    with pytest.raises(Refused) as no:
        desk.undo()
    assert "Piet" in str(no.value)
    assert beds_of(desk, ref) == ["gym-1", "gym-2", "gym-3", "gym-4"]


def test_a_bed_given_to_somebody_else_does_not_come_back(desk: Desk) -> None:
    desk.set("clean_after_stay", "no")
    desk.beds.make([{"room": "9", "beds": 1}])
    gone = in_bed(desk, "Bondar", 1, "9-1", sex="f")
    desk.households.leave(gone, "left")
    with beside(desk) as piet:
        came = in_bed(piet, "Petrenko", 1, "9-1", sex="f")
    with pytest.raises(Refused) as no:
        desk.undo()
    assert "Piet" in str(no.value)
    assert beds_of(desk, came) == ["9-1"]
    assert desk.check() == []


def test_numbers_on_wristbands_are_never_given_twice(desk: Desk) -> None:
    first = household(desk, "Petrenko", 5)
    desk.undo()
    second = household(desk, "Bondar", 2)
    assert (first, second) == ("H-220407-1", "H-220407-2")
    desk.undo()
    with beside(desk) as piet:
        assert household(piet, "Koval", 1) == "H-220407-3"


def test_a_report_that_is_issued_stays_and_undo_does_not_reach_past_it(desk: Desk) -> None:
    coming = bus_coming(desk, "Utrecht", 30)
    issued = desk.frozen.issue("for the board").ref
    before = dump(desk)
    with pytest.raises(Refused, match=f'"{issued}" is issued and stays.*--corrects "{issued}"'):
        desk.undo()
    assert dump(desk) == before
    assert [bus.ref for bus in desk.night().buses] == [coming]
