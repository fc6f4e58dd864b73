"""Who stays together, where somebody belongs, the plan on the call list: in the store, by command and by key."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.night import Night
from desk.plans.onward import OnwardPlan, plan_onward
from desk.refusals import Refused
from screens.found import detail
from screens.lines import plain
from storage.store import Desk
from tests.cli import Night as Commands
from tests.stage import answer, enter, seated
from tests.store import ANYONE, BY_DAY, FAMILIES, PRIVATE, asked, beside, dump, household, in_bed, new_store, placed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as made:
        yield made


def planned(desk: Desk) -> tuple[OnwardPlan, dict[str, str]]:
    """The plan of now, and what a person sees of it: the location by household."""
    plan = plan_onward(desk.night(), seconds=20, total=60)
    return plan, {one.household.ref: one.location.ref for one in plan.assignments}


def on_the_list(night: Night) -> dict[str, str]:
    """The location by household of everybody on the call list."""
    return {
        night.household[p.household].ref: night.location[p.location or 0].ref
        for p in night.placements
        if p.state == "proposed"
    }


# --- links and ties ---------------------------------------------------------------------------------


def test_two_households_are_linked_once_and_parted_again(desk: Desk) -> None:
    one, other = in_bed(desk, "Petrenko", 4), in_bed(desk, "Bondar", 2)
    desk.onward.link(one, other)
    night = desk.night()
    assert night.linked[desk.households.get(one).id] == {desk.households.get(other).id}
    with pytest.raises(Refused, match="linked already"):
        desk.onward.link(other, one)
    desk.onward.link(other, one, remove=True)
    assert desk.night().linked == {}
    with pytest.raises(Refused, match="are not linked"):
        desk.onward.link(one, other, remove=True)
    with pytest.raises(Refused, match="two different households"):
        desk.onward.link(one, one)


def test_a_linked_household_that_is_placed_apart_is_warned_about(desk: Desk) -> None:
    one, other = in_bed(desk, "Petrenko", 4), in_bed(desk, "Bondar", 2)
    assert asked_with_warnings(desk, one, ANYONE) == ()
    desk.onward.link(one, other)
    apart = asked_with_warnings(desk, other, BY_DAY)
    assert len(apart) == 1
    assert "Petrenko 4 wants to stay together with them and goes to Sporthal Noord." in apart[0]


def asked_with_warnings(desk: Desk, ref: str, location: str) -> tuple[str, ...]:
    """What is said when a location is asked for them."""
    return desk.placements.ask(ref, location).warnings


def test_a_tie_names_a_municipality_and_a_reason(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 4)
    assert "family lives there" in desk.onward.tie(ref, "Hengelo", "family").text
    assert [one.location.name for one in planned(desk)[0].assignments] == [BY_DAY]
    with pytest.raises(Refused, match="not a reason for a tie"):
        desk.onward.tie(ref, "Hengelo", "weather")
    with pytest.raises(Refused, match="no municipality"):
        desk.onward.tie(ref, "Utrecht", "family")
    desk.onward.tie(ref, remove=True)
    assert desk.households.get(ref).tie is None


def test_who_comes_back_belongs_where_they_were_placed(desk: Desk) -> None:
    placed(desk, in_bed(desk, "Petrenko", 4), ANYONE)
    again = desk.households.get(household(desk, "Petrenko", 4, origin="re_entry"))
    assert (desk.night().municipality[again.tie or 0].name, again.tie_reason) == ("Enschede", "earlier")
    walked_in = desk.households.get(household(desk, "Petrenko", 4))
    assert walked_in.tie is None


# --- men alone of another nationality -----------------------------------------------------------------


def test_a_maximum_counts_the_men_asked_for_and_those_placed(desk: Desk) -> None:
    desk.capacity.edit(ANYONE, most_alone=2)
    men = [in_bed(desk, name, 1, sex="m", group="single_man", nationality="SYR") for name in ("A", "B", "C")]
    placed(desk, men[0])
    asked(desk, men[1])
    with pytest.raises(Refused, match="at most 2 men alone of another nationality, 2 are there"):
        asked(desk, men[2])
    assert desk.night().men_alone_placed == ((desk.capacity.get(ANYONE).id, 1),)
    desk.capacity.edit(ANYONE, most_alone="")
    asked(desk, men[2])


def test_the_rule_can_be_passed_with_a_reason_as_any_other(desk: Desk) -> None:
    man = in_bed(desk, "Khalil", 1, sex="m", group="single_man", nationality="SYR")
    with pytest.raises(Refused, match="spread over the municipal places"):
        desk.placements.ask(man, PRIVATE)
    assert desk.placements.ask(man, PRIVATE, override="his brother hosts him").state == "asked"


# --- the plan accepted --------------------------------------------------------------------------------


def test_a_plan_is_put_on_the_call_list_in_one_action_and_taken_back_whole(desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4, group="family")
    listed = in_bed(desk, "Bondar", 2)
    desk.placements.propose(listed, FAMILIES)
    before = dump(desk, "action", "change", "counter")
    plan, expect = planned(desk)
    actions = desk.journal.version()
    done = desk.onward.accept(expect, plan.basis)
    assert desk.journal.version() == actions + 1
    assert "6 people on the call list" in done.text
    assert on_the_list(desk.night()) == expect
    assert {p.state for p in desk.night().placements} == {"proposed"}
    assert all(s.held == 0 for s in desk.night().standing.values()), "nobody is asked yet"
    desk.undo()
    assert dump(desk, "action", "change", "counter") == before


@pytest.mark.parametrize("what", ["asked", "full", "came", "maximum"])
def test_what_changed_meanwhile_refuses_the_whole_plan(desk: Desk, what: str) -> None:
    one = in_bed(desk, "Petrenko", 4)
    man = in_bed(desk, "Khalil", 1, sex="m", group="single_man", nationality="SYR")
    plan, expect = planned(desk)
    with beside(desk, "Piet") as piet:
        if what == "asked":
            asked(piet, one)
        elif what == "full":
            piet.capacity.report(next(iter(expect.values())), 118)
        elif what == "came":
            in_bed(piet, "Bondar", 2)
        else:
            piet.capacity.edit(expect[man], most_alone=0)
    with pytest.raises(Refused, match="Something changed since this plan was made"):
        desk.onward.accept(expect, plan.basis)
    assert on_the_list(desk.night()) == {}
    new, again = planned(desk)
    desk.onward.accept(again, new.basis)
    assert on_the_list(desk.night()) == again


def test_a_place_that_cannot_be_is_refused_also_without_a_basis(desk: Desk) -> None:
    ref = in_bed(desk, "Petrenko", 1, sex="f", group="single_woman")
    with pytest.raises(Refused, match="Something changed"):
        desk.onward.accept({ref: desk.capacity.get(FAMILIES).ref})
    with pytest.raises(Refused, match="Nobody gets a place"):
        desk.onward.accept({})
    assert desk.onward.accept({ref: desk.capacity.get(ANYONE).ref}).state == "proposed"


# --- by command ---------------------------------------------------------------------------------------


@pytest.fixture
def night(tmp_path: Path) -> Commands:
    made = Commands(tmp_path).made()
    made.locations(
        "De Windroos,Oldenzaal,municipal,65;occupied=51;groups=family,single_parent;wheelchair=no",
        "Sporthal,Hengelo (O.),municipal,40;occupied=38;wheelchair=yes;answers=08:00-20:00;phone=074-000333",
    )
    return made


def test_the_plan_of_the_contract_by_command_and_accepted(night: Commands) -> None:
    family, left = night.in_bed("Petrenko", 4, "--group", "family"), night.in_bed("Bondar", 3, "--group", "adults")
    pair = night.in_bed("Kovalenko", 2)
    plan = night.do("plan", "placements")
    assert (plan["status"], plan["gap"], plan["people"]) == ("optimal", 0.0, 6)
    given = {one["household"]: (one["location"], one["municipality"], one["people"]) for one in plan["assignments"]}
    assert given == {family: ("De Windroos", "Oldenzaal", 4), pair: ("Sporthal", "Hengelo", 2)}
    assert "beds" not in plan["assignments"][0]
    assert "free_after" not in plan
    [out] = plan["left_out"]
    assert (out["household"], out["people"], out["reason"]) == (left, 3, "no suitable place")
    assert out["would_help"] == "places for 3 people, adults only; Sporthal, Hengelo: 2 free, 3 needed"
    assert [(call["location"], call["phone"], call["people"]) for call in plan["calls"]][1] == (
        "Sporthal",
        "074-000333",
        2,
    )
    assert night.do("list", "placements") == [], "a plan that is looked at changes nothing"
    printed = night.run("plan", "placements").out
    assert "6 people get a place (0 to be asked about), 3 none; 2 calls; proved best." in printed
    assert "ring 08:00 Sporthal 074-000333: Kovalenko 2" in printed
    assert night.do("plan", "placements", "--accept")["state"] == "proposed"
    assert {call["location"] for call in night.do("calls")} == {"De Windroos", "Sporthal"}


def test_without_anybody_waiting_there_is_nothing_to_accept(night: Commands) -> None:
    assert night.do("plan", "placements")["assignments"] == []
    assert "Nobody gets a place by this plan" in night.refused("plan", "placements", "--accept")


def test_what_the_plan_goes_by_is_said_by_command_and_stands_on_the_records(night: Commands) -> None:
    one, other = night.in_bed("Petrenko", 4), night.in_bed("Bondar", 2)
    assert night.do("household", "link", one, other)["state"] == "linked"
    assert night.do("household", "tie", one, "hengelo", "--reason", "family")["municipality"] == "Hengelo"
    record = night.do("show", one)
    assert (record["linked"], record["tie"], record["tie_reason"]) == ([other], "Hengelo", "family")
    night.do("household", "link", one, other, "--remove")
    night.do("household", "tie", one, "--remove")
    record = night.do("show", one)
    assert (record["linked"], record["tie"], record["tie_reason"]) == ([], None, "")
    assert night.run("household", "tie", one).exit == 2
    place = night.do("location", "edit", "Sporthal", "--most-alone", 2, "--designated-from", "2022-05-01")
    assert (place["most_alone"], place["designated_from"]) == (2, "2022-05-01")
    place = night.do("location", "edit", "Sporthal", "--most-alone", "-", "--designated-from", "-")
    assert (place["most_alone"], place["designated_from"]) == (None, None)


# --- by key -------------------------------------------------------------------------------------------


def test_one_row_above_who_waits_shows_the_plan_and_one_yes_accepts_it(desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4, group="family")
    in_bed(desk, "Bondar", 2)
    with seated(desk.path) as terminal:
        terminal.press("4")
        terminal.wait_for("Plan for all who wait: 6 people")
        terminal.press("up")
        terminal.wait_for("make the plan")
        enter(terminal)
        terminal.wait_for("6 people get a place")
        assert on_the_list(desk.night()) == {}, "looking changes nothing"
        enter(terminal)
        answer(terminal, "Put 6 people on the call list", "n")
        terminal.settle()
        assert on_the_list(desk.night()) == {}
        enter(terminal)
        answer(terminal, "Put 6 people on the call list")
        terminal.wait_for(re.compile(r"6 people on the call list, \d calls?\."))
    assert sum(p.people for p in desk.night().placements if p.state == "proposed") == 6


def test_who_they_stay_with_and_where_they_belong_stand_on_their_sheet(desk: Desk) -> None:
    one, other = in_bed(desk, "Petrenko", 4), in_bed(desk, "Bondar", 2)
    desk.onward.link(one, other)
    desk.onward.tie(one, "Hengelo", "work")
    said = [plain(row.line) for row in detail(desk, one, 80)]
    assert any("stays together with: Bondar H-0407-2" in line for line in said)
    assert any("belongs near Hengelo: work or school there" in line for line in said)
    assert not any("belongs near" in plain(row.line) for row in detail(desk, other, 80))


def test_a_plan_on_screen_that_was_overtaken_is_refused_and_made_anew(desk: Desk) -> None:
    first = in_bed(desk, "Petrenko", 4, group="family")
    in_bed(desk, "Bondar", 2)
    with seated(desk.path) as terminal:
        terminal.press("4")
        terminal.wait_for("Plan for all who wait: 6 people")
        terminal.press("up")
        terminal.wait_for("make the plan")
        enter(terminal)
        terminal.wait_for("6 people get a place")
        enter(terminal)
        terminal.wait_for("Put 6 people on the call list")
        with beside(desk, "Piet") as piet:
            asked(piet, first)
        answer(terminal, "Put 6 people on the call list")
        terminal.wait_for("2 people get a place")
    assert on_the_list(desk.night()) == {}
