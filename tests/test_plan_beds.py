"""The bed plan: everybody in a bed, families whole, linked households adjoining, beds left; and every rule kept."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from desk import figures
from desk.beds import BedState, BedStatus, Sharing
from desk.buses import BusState
from desk.households import Household, Link
from desk.night import Night
from desk.plans import beds as bed_plans
from desk.plans.bed_words import plan_lines, plan_record, summary
from desk.plans.beds import BedPlan, plan_beds
from desk.refusals import Refused
from tests.nights import alone, asleep, boy, bus, family, house, joined, labels, with_bed, with_room
from tests.store import beside, bus_here, household, in_bed, new_store, the_household

BY_DAY = "2022-04-08T14:00:00+02:00"


def planned(night: Night, *who: Household) -> BedPlan:
    """The plan for these households, who come to this house."""
    return plan_beds(joined(night, *who))


def beds(plan: BedPlan, number: int) -> list[str]:
    """The beds of a household in the plan, as they are called; none where it has none."""
    return [label for g in plan.assignments if g.household.id == number for label in labels(plan.before, g.beds)]


def rooms(plan: BedPlan, number: int) -> set[str]:
    """The rooms of a household in the plan."""
    return {label.rpartition("-")[0] for label in beds(plan, number)}


# --- who goes where -----------------------------------------------------------------------------


def test_where_first_fit_leaves_a_family_out_the_plan_finds_everybody_a_bed() -> None:
    # first fit gives the one room without stairs to who needs it, but men alone the room the second family needs
    night = with_room(house(4, 3, 2), 1, kind="dormitory")
    people = (family(1, 3), family(2, 2), alone(3, "m"), alone(4, "m"), alone(5, "m"), alone(6, "m"))
    plan = planned(night, *people)
    assert plan.left_out == ()
    assert plan.measure.people == 9
    assert plan.status == "optimal"
    assert rooms(plan, 1) == {"2"}
    assert rooms(plan, 2) == {"3"}


def test_a_family_takes_the_room_that_leaves_most_beds_for_the_next_bus() -> None:
    plan = planned(house(6, 3, 4), family(1, 3))
    assert beds(plan, 1) == ["2-1", "2-2", "2-3"]
    assert plan.free_after == 10 == bed_plans.usable(plan.after)
    taken_elsewhere = asleep(house(6, 3, 4), family(1, 3), 101, 102, 103)
    assert bed_plans.usable(taken_elsewhere) == 7, "the control: any other room leaves fewer"


def test_a_family_is_split_only_where_no_room_takes_it_and_then_over_adjoining_rooms() -> None:
    plan = planned(house(4, 4, 4), family(1, 7))
    assert rooms(plan, 1) == {"1", "2"}
    assert "no single room is left that takes 7" in plan.assignments[0].why
    assert plan.measure.extra_rooms == 1
    assert rooms(planned(house(4, 4, 7), family(1, 7)), 1) == {"3"}, "the control: whole where it can be"
    assert planned(with_room(house(4, 4), 2, floor="1"), family(1, 7)).left_out[0].household.id == 1


def test_people_alone_lie_with_their_own_sex_only() -> None:
    plan = planned(house(2, 2), alone(1, "m"), alone(2, "f"), alone(3, "m"), alone(4, "f"))
    assert rooms(plan, 1) == rooms(plan, 3) != rooms(plan, 2) == rooms(plan, 4)
    assert len(planned(house(4), alone(1, "m"), alone(2, "f")).left_out) == 1
    assert planned(house(4), alone(1, "m"), alone(2, "m")).left_out == (), "the control: of one sex there is room"


def test_who_is_alone_and_of_no_known_sex_shares_with_nobody() -> None:
    assert len(planned(house(4), family(1, 1), alone(2, "m")).left_out) == 1
    assert planned(house(4, 1), family(1, 1), alone(2, "m")).left_out == ()


def test_a_minor_alone_has_a_room_apart_agreed_or_not() -> None:
    night = joined(house(4), boy(1), alone(2, "m"))
    assert len(plan_beds(night).left_out) == 1
    agreed = replace(night, sharings=(Sharing(household=1, other=2),))
    plan = plan_beds(agreed)
    assert len(plan.left_out) == 1
    assert plan.shared is None, "nor is it asked of anybody"
    assert plan_beds(joined(house(4, 1), boy(1), alone(2, "m"))).left_out == ()


def test_who_cannot_climb_stairs_sleeps_without_stairs_and_others_leave_that_room_to_them() -> None:
    night = with_room(house(4, 4), 1, floor="1")
    plan = planned(night, family(1, 4), family(2, 4, needs="wheelchair"))
    assert (rooms(plan, 1), rooms(plan, 2)) == ({"1"}, {"2"})
    assert "no stairs" in next(g.why for g in plan.assignments if g.household.id == 2)
    assert [
        out.household.id for out in planned(with_room(night, 2, floor="2"), family(2, 4, needs="no_stairs")).left_out
    ]


def test_households_who_agreed_share_a_room_and_the_others_do_not() -> None:
    night = joined(house(6), family(1, 3), family(2, 3))
    assert len(plan_beds(night).left_out) == 1
    agreed = plan_beds(replace(night, sharings=(Sharing(household=1, other=2, agreed_by="Anna"),)))
    assert agreed.left_out == ()
    assert {g.why for g in agreed.assignments} == {"they agreed to share"}


def test_a_family_joins_the_one_that_sleeps_where_both_agreed_in_beds_that_were_closed() -> None:
    night = joined(asleep(house(6), family(9, 3), 101, 102, 103), family(1, 3))
    assert night.status[104] is BedStatus.FAMILY
    assert plan_beds(night).left_out
    plan = plan_beds(replace(night, sharings=(Sharing(household=9, other=1),)))
    assert beds(plan, 1) == ["1-4", "1-5", "1-6"]


def test_in_a_dormitory_families_lie_beside_each_other_but_nobody_alone_beside_them() -> None:
    night = with_room(house(6), 1, kind="dormitory")
    assert planned(night, family(1, 3), family(2, 3)).left_out == ()
    assert len(planned(night, family(1, 3), alone(2, "m")).left_out) == 1


def test_what_is_blocked_to_clean_or_shut_is_not_given() -> None:
    night = with_room(house(1, 1, 1, 1), 3, is_open=False)
    night = with_bed(with_bed(night, 101, state=BedState.BLOCKED), 201, state=BedState.CLEANING)
    plan = planned(night, alone(1, "m"), alone(2, "f"))
    assert {g.beds[0].room for g in plan.assignments} == {4}


def test_a_baby_in_a_cot_takes_no_bed() -> None:
    plan = planned(house(3), family(1, 4, cots=1), family(2, 1, cots=1))
    assert len(beds(plan, 1)) == 3
    assert plan.measure.people == 4
    assert plan.left_out == (), "who needs no bed waits for none"


# --- together -----------------------------------------------------------------------------------


def test_linked_households_sleep_next_to_each_other() -> None:
    night = joined(house(2, 2, 2, 2), family(1, 2), family(2, 2), family(3, 2))
    linked = replace(night, links=(Link(household=1, other=3),))
    plan = plan_beds(linked)
    assert plan.measure.linked == 1
    here, there = (next(iter(rooms(plan, number))) for number in (1, 3))
    assert abs(int(here) - int(there)) == 1
    assert "together with Family 3" in next(g.why for g in plan.assignments if g.household.id == 1)
    far = with_room(with_room(with_room(linked, 2, floor="1"), 3, floor="2"), 4, floor="3")
    assert plan_beds(far).measure.linked == 0, "the control: over the stairs is not next to"


def test_who_is_linked_to_somebody_asleep_sleeps_next_to_them() -> None:
    night = joined(asleep(house(2, 2, 2, 2, 2), family(9, 2), 401, 402), family(1, 2))
    assert rooms(plan_beds(night), 1) == {"1"}
    assert rooms(plan_beds(replace(night, links=(Link(household=9, other=1),))), 1) <= {"3", "5"}


def test_a_bed_for_everybody_comes_before_being_next_to_each_other() -> None:
    night = joined(house(2, 3, 2), family(1, 2), family(2, 2), family(3, 3))
    plan = plan_beds(replace(night, links=(Link(household=1, other=2),)))
    assert plan.left_out == ()
    assert plan.measure.linked == 0


# --- held beds ----------------------------------------------------------------------------------


def test_beds_held_for_another_bus_stay_there_for_it() -> None:
    expected = bus(2, 4, BusState.RESERVED, reserved=4)
    plan = planned(house(4, 2, buses=(expected,)), family(1, 4), family(2, 2))
    assert [g.household.id for g in plan.assignments] == [2]
    assert figures.beds(plan.after).free >= 0
    assert planned(house(4, 2), family(1, 4), family(2, 2)).left_out == (), "the control: not held, both have a bed"


def test_a_bus_uses_its_own_held_beds_up() -> None:
    here = bus(1, 8, BusState.REGISTERING, counted=8, reserved=8)
    plan = planned(house(4, 4, buses=(here,)), family(1, 3, bus=1), family(2, 3, bus=1))
    assert plan.left_out == ()
    assert planned(house(4, 4, buses=(here,)), family(1, 3), family(2, 3)).assignments == ()


# --- who sleeps ---------------------------------------------------------------------------------


def moving(**marked: bool) -> Night:
    """A man alone sleeps in the only room of four; a family of four is at the door."""
    night = asleep(house(4, 1), alone(9, "m", **marked), 101)
    return joined(with_room(night, 1, cleaning=False), family(1, 4))


def test_nobody_asleep_is_moved_at_night_unless_a_person_marked_them() -> None:
    assert plan_beds(moving()).left_out
    assert plan_beds(moving(), moves=True).left_out, "it is 02:41"
    plan = plan_beds(moving(may_move=True))
    assert plan.left_out == ()
    [move] = plan.moves
    assert labels(plan.before, move.beds) == ["2-1"]
    assert labels(plan.before, move.moved_from) == ["1-1"]
    assert plan.measure.moved == 1
    assert "moved from 1-1" in move.why


def test_outside_the_quiet_hours_people_are_moved_only_when_that_was_asked() -> None:
    from tests.store import moment

    day = replace(moving(), at=moment(BY_DAY))
    assert plan_beds(day).left_out
    assert plan_beds(day, moves=True).left_out == ()


def test_a_bed_somebody_has_slept_in_is_cleaned_before_it_is_given() -> None:
    night = with_room(moving(may_move=True), 1, cleaning=True)
    assert [out.household.id for out in plan_beds(night).left_out] == [1]


def test_nobody_is_moved_for_nothing() -> None:
    night = joined(asleep(house(4, 4, 4), alone(9, "m", may_move=True), 101), family(1, 4))
    assert plan_beds(night).moves == ()


# --- who is left out, and the second answer -----------------------------------------------------


def test_where_sharing_would_bed_everybody_the_second_answer_names_who_would_have_to_agree() -> None:
    plan = planned(house(6, 4), family(1, 3), family(2, 3), family(3, 4))
    assert len(plan.left_out) == 1
    second = plan.shared
    assert second is not None
    assert second.left_out == ()
    assert [{h.id for h in who} for who in second.agreements] == [{1, 2}]
    assert rooms(second, 3) == {"2"}
    assert second.before.sharings != plan.before.sharings, "only a supposition"
    assert planned(house(6, 4, 3), family(1, 3), family(2, 3), family(3, 4)).shared is None


def test_as_few_rooms_as_can_be_are_shared() -> None:
    plan = planned(house(4, 4, 4), *(family(n, 2) for n in range(1, 5)))
    assert plan.shared is not None
    assert len(plan.shared.agreements) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"state": BedState.CLEANING}, "clean room 2: 2 beds"),
        ({"is_open": False}, "open room 2: 2 beds"),
    ],
)
def test_who_is_left_out_reads_the_one_change_that_would_help(change: dict[str, object], says: str) -> None:
    night = house(2, 2)
    if "state" in change:
        night = with_bed(with_bed(night, 201, **change), 202, **change)
    else:
        night = with_room(night, 2, **change)
    plan = planned(night, family(1, 2), family(2, 2))
    [out] = plan.left_out
    assert out.would_help == says
    assert "2 needed" in out.reason


def test_where_nothing_in_the_house_helps_the_way_is_onward() -> None:
    [out] = planned(house(2), family(1, 4)).left_out
    assert "place these 4 people onward" in out.would_help
    [asleep_there] = plan_beds(joined(asleep(house(4), family(9, 4), 101, 102, 103, 104), boy(1))).left_out
    assert asleep_there.would_help.startswith("place 4 people onward (Family 9)")


def test_the_plan_reads_as_sentences_and_as_the_contract_has_it() -> None:
    plan = planned(house(4, 2), family(1, 4), family(2, 2), family(3, 2))
    assert summary(plan).startswith("6 people get a bed, 2 have none, 0 beds left for the next bus; proved")
    assert any("NO BED  Family" in line for line in plan_lines(plan))
    record = plan_record(plan)
    assert record["status"] == "optimal"
    assert record["gap"] == 0.0
    assert record["free_after"] == 0
    assert record["assignments"][0] == {
        "household": "H-0407-1", "people": 4, "beds": ["1-1", "1-2", "1-3", "1-4"],
        "why": "a room to themselves", "moved_from": [],
    }  # fmt: skip
    assert {"household", "people", "reason", "would_help"} == set(record["left_out"][0])
    assert plan_lines(plan_beds(house(4))) == ["Nobody waits for a bed."]


# --- on a real store ----------------------------------------------------------------------------


def test_every_bed_of_the_plan_is_accepted_by_a_real_store_in_one_action(tmp_path: Path) -> None:
    rng = Random(4)
    with new_store(tmp_path, beds=40) as desk:
        here = bus_here(desk, "Budapest", 36)
        desk.buses.reserve(here, 20)
        for number in range(14):
            household(desk, f"Family{number}", rng.choice((1, 1, 2, 3, 4, 5)), bus=here, sex=rng.choice("mf"))
        shown = plan_beds(desk.night())
        before = desk.journal.version()
        done = desk.households.bed_all(here, expect=shown.shown())
        assert desk.journal.version() == before + 1
        night = desk.night()
        for given in shown.assignments:
            assert {b.id for b in night.beds_of[given.household.id]} == {b.id for b in given.beds}
        assert bed_plans.usable(night) == shown.free_after == done.also["free_after"]
        desk.undo()
        assert {h.state for h in desk.night().households} == {"waiting"}
        assert desk.check() == []


def test_a_move_is_done_in_the_same_action_and_taken_back_with_it(tmp_path: Path) -> None:
    rooms_of = [{"room": "1", "floor": "0", "beds": 4}, {"room": "2", "floor": "0", "beds": 1}]
    with new_store(tmp_path, rooms=rooms_of, clock=BY_DAY, locations=False) as desk:
        man = in_bed(desk, "Bondar", 1, "1-1", sex="m")
        household(desk, "Koval", 3)
        assert plan_beds(desk.night()).left_out
        done = desk.households.bed_all(moves=True)
        assert done.also["moved"] == 1
        night = desk.night()
        assert labels(night, night.beds_of[the_household(desk, man).id]) == ["2-1"]
        desk.undo()
        night = desk.night()
        assert labels(night, night.beds_of[the_household(desk, man).id]) == ["1-1"]


def test_where_the_night_has_changed_while_the_plan_was_shown_nothing_is_done(tmp_path: Path) -> None:
    with new_store(tmp_path, beds=8) as desk:
        household(desk, "Bondar", 4)
        shown = plan_beds(desk.night()).shown()
        with beside(desk) as piet:
            household(piet, "Koval", 3)
        with pytest.raises(Refused, match="The night has changed"):
            desk.households.bed_all(expect=shown)
        assert desk.night().stays == ()
        desk.households.bed_all(expect=plan_beds(desk.night()).shown())
        assert len(desk.night().stays) == 7


def test_what_was_shown_is_done_where_something_else_changed(tmp_path: Path) -> None:
    with new_store(tmp_path, beds=8) as desk:
        household(desk, "Bondar", 4)
        shown = plan_beds(desk.night()).shown()
        desk.logbook.add("note", "All is quiet.")
        assert desk.households.bed_all(expect=shown).also["people"] == 4


def test_others_write_while_a_plan_is_made_and_then_it_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[str] = []

    def while_others_write(night: Night, **how: Any) -> BedPlan:
        if not came:
            with beside(desk) as piet:  # the control: within an action of Anna's this would be refused
                came.append(household(piet, "Koval", 3))
        return plan_beds(night, **how)

    with new_store(tmp_path, beds=8) as desk:
        household(desk, "Bondar", 4)
        monkeypatch.setattr(bed_plans, "plan_beds", while_others_write)
        assert desk.households.bed_all().also["people"] == 7
        assert [action.operator for action in desk.journal.actions(last=2)] == ["Piet", "Anna"]
