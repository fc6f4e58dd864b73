"""The tailored procedure: what starts it, where it is shown, what was tried, and other people than were said."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import procedure
from desk.buses import Bus
from desk.refusals import Refused
from desk.stepped_out import PART_LABELS, checked, deviations, stepped_out
from storage.store import Desk
from tests.cli import Night
from tests.store import ANYONE, BY_DAY, FAMILIES, LOCATIONS, bus_coming, household, in_bed, new_store


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_store(tmp_path)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


def codes(desk: Desk, ref: str) -> list[str]:
    """What starts the tailored procedure of a household, as codes."""
    night = desk.night()
    return [trigger.code for trigger in procedure.triggers(night, night.household[desk.households.get(ref).id])]


def kind(desk: Desk, ref: str) -> str:
    """The procedure of a placement."""
    return desk.placements.get(ref).procedure_kind


# --- what starts it -----------------------------------------------------------------------------


def test_a_man_alone_who_is_not_ukrainian_is_a_matter_of_its_own_and_others_alone_are_not(desk: Desk) -> None:
    assert codes(desk, household(desk, "Haddad", sex="m", nationality="SYR")) == ["man_alone"]
    assert codes(desk, household(desk, "Koval", sex="m", nationality="UKR")) == []
    assert codes(desk, household(desk, "Bondar", sex="m")) == []
    assert codes(desk, household(desk, "Salma", sex="f", nationality="MAR")) == []
    assert codes(desk, household(desk, "Okafor", 3, nationality="NGA")) == []


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"group": "unaccompanied_minor", "ages": [16]}, "minor_alone"),
        ({"needs": ["wheelchair"]}, "medical"),
        ({"needs": ["medical_contact"]}, "medical"),
        ({"needs": ["cot", "interpreter"]}, None),
        ({"pets": 1}, "pets"),
        ({"needs": ["safety"]}, "safety"),
        ({}, None),
    ],
)
def test_each_trigger_starts_it_and_says_why(desk: Desk, details: dict[str, Any], code: str | None) -> None:
    assert codes(desk, household(desk, "Petrenko", 1, **details)) == ([code] if code else [])


def test_a_family_larger_than_the_largest_place_that_suits_is_tailored_and_a_smaller_one_is_not(desk: Desk) -> None:
    # 100 places are free for anyone, and all others have fewer
    big = household(desk, "Shevchenko", 99, group="group")
    assert codes(desk, big) == []
    desk.capacity.import_locations([{"name": ANYONE, "municipality": "Enschede", "kind": "municipal", "capacity": 90}])
    assert codes(desk, big) == ["too_large"]
    night = desk.night()
    (trigger,) = procedure.triggers(night, night.household[desk.households.get(big).id])
    assert trigger.text == "99 people; the largest place that suits has 90 free"
    assert codes(desk, household(desk, "Koval", 90, group="group")) == []


def test_a_place_that_does_not_suit_otherwise_is_no_measure_of_what_is_large(tmp_path: Path) -> None:
    with new_store(tmp_path, locations=False) as desk:
        desk.capacity.region("twente")
        rows = [
            {"name": FAMILIES, "municipality": "Oldenzaal", "kind": "municipal", "capacity": 40, "groups": ["family"]},
            {"name": BY_DAY, "municipality": "Hengelo", "kind": "municipal", "capacity": 3},
        ]
        desk.capacity.import_locations([{**row, "occupied": 0} for row in rows])
        assert codes(desk, household(desk, "Group", 5, group="group")) == ["too_large"]
        assert codes(desk, household(desk, "Petrenko", 5, group="family")) == []


# --- where it is kept ---------------------------------------------------------------------------


def test_a_placement_takes_the_procedure_by_itself_and_a_person_may_choose_the_other(desk: Desk) -> None:
    man = household(desk, "Haddad", sex="m", nationality="SYR")
    assert kind(desk, desk.placements.ask(man, ANYONE).ref) == "tailored"
    other = household(desk, "Khalil", sex="m", nationality="SYR")
    assert kind(desk, desk.placements.agree(other, ANYONE, by="Els", procedure="regular").ref) == "regular"
    family = household(desk, "Petrenko", 4, group="family")
    proposed = desk.placements.propose(family, ANYONE, "tailored").ref
    assert kind(desk, desk.placements.ask(family).ref) == "tailored"
    assert desk.placements.get(proposed).state == "asked"
    assert kind(desk, desk.placements.agree(proposed, by="Els", procedure="regular").ref) == "regular"
    assert desk.placements.procedure(proposed, "tailored").text.endswith("tailored procedure.")
    assert kind(desk, proposed) == "tailored"
    with pytest.raises(Refused, match="'quick' is not a procedure"):
        desk.placements.procedure(proposed, "quick")
    with pytest.raises(Refused, match="'quick' is not a procedure"):
        desk.placements.ask(household(desk, "Bondar", 2), ANYONE, procedure="quick")


def test_household_and_placement_say_the_procedure_with_its_reasons(night: Night) -> None:
    night.locations("Sporthal,Hengelo,municipal,40;occupied=0")
    ref = night.household("Haddad", 1, "--sex", "m", "--nationality", "SYR", "--pets", 1)
    shown = night.do("show", ref)
    assert shown["procedure"] == "tailored"
    assert shown["procedure_reasons"] == ["man alone, not Ukrainian: Syrian", "1 pet"]
    placed = night.do("placement", "ask", ref, "Sporthal")
    assert placed["procedure"] == "tailored"
    assert placed["procedure_reasons"] == shown["procedure_reasons"]
    other = night.household("Khalil", 1, "--sex", "m", "--nationality", "SYR")
    assert night.do("placement", "ask", other, "Sporthal", "--procedure", "regular")["procedure"] == "regular"
    assert night.do("show", other)["procedure"] == "regular"
    assert night.do("placement", "procedure", other, "tailored")["procedure"] == "tailored"


def test_what_was_tried_stands_on_the_sheet_with_whom_when_and_by_whom(night: Night) -> None:
    ref = night.household("Haddad", 1, "--sex", "m", "--nationality", "SYR")
    night.do(
        "household", "contact", ref, "no", "single", "men", "before", "Monday", "--with", "Wouter", "--at", "02:10"
    )
    (contact,) = night.do("show", ref)["contacts"]
    assert contact == {"at": "2022-04-08T02:10:00+02:00", "by": "Anna", "text": "Wouter: no single men before Monday"}
    (line,) = night.do("log", "list")
    assert (line["kind"], line["type"], line["link"]) == ("call", "tailored", ref)
    assert "What was tried?" in night.refused("household", "contact", ref, " ")
    assert night.do("show", night.household("Koval", 1))["contacts"] == []


def test_no_suitable_place_is_said_with_why_and_not_said_while_one_may_suit(night: Night) -> None:
    night.locations("De Windroos,Oldenzaal,municipal,65;groups=family;occupied=0")
    woman = night.household("Moroz", 1, "--sex", "f")
    assert night.do("show", woman)["no_place"] == "no suitable place: 1 × takes only family"
    (row,) = night.do("report", "unplaced")["households"]
    assert (row["ref"], row["procedure"]) == (woman, "regular")
    assert "no suitable place" in night.run("report", "unplaced").out
    night.locations("Sporthal,Hengelo,municipal,40")
    assert night.do("show", woman)["no_place"] == ""


def test_without_any_location_that_is_said(night: Night) -> None:
    assert night.do("show", night.household("Moroz", 1))["no_place"] == "no suitable place: there are no locations yet"


# --- the wrong bus ------------------------------------------------------------------------------


def test_who_steps_out_is_held_against_what_was_said_and_against_where_they_would_go(desk: Desk) -> None:
    ref = bus_coming(desk, "Amsterdam", 20, in_families=20)
    desk.buses.allocate(ref, FAMILIES, 20)
    desk.buses.arrive(ref)
    done = desk.buses.count(ref, 20, groups={"single_men": 20, "non_ukrainian": 15})
    assert "men alone: 20 counted, 0 said." in done.warnings
    assert "people in families: 0 counted, 20 said." in done.warnings
    assert any(f"{FAMILIES} does not take 20 of this bus" in warning for warning in done.warnings)
    (line,) = desk.logbook.lines()
    assert (line.kind, line.link) == ("signal", ref)
    assert "20 men alone, 15 not Ukrainian" in line.text
    assert desk.decisions.raise_from(line.id).ref == "K1"


def test_a_bus_as_it_was_said_leaves_the_log_alone(desk: Desk) -> None:
    ref = bus_coming(desk, "Amsterdam", 20, in_families=18, single_women=2)
    desk.buses.arrive(ref)
    assert desk.buses.count(ref, 20, groups={"in_families": 18, "single_women": 2}).warnings == ()
    assert desk.logbook.lines() == []


def test_more_people_of_a_kind_than_heads_are_refused_and_nothing_is_counted(desk: Desk) -> None:
    ref = bus_coming(desk, "Amsterdam", 20)
    desk.buses.arrive(ref)
    with pytest.raises(Refused, match="Count again"):
        desk.buses.count(ref, 20, groups={"single_men": 18, "single_women": 3})
    assert desk.buses.get(ref).counted is None


def test_the_kinds_are_typed_behind_the_heads_in_either_language_and_the_rest_is_the_reason() -> None:
    assert stepped_out("18m 2v 0g 15n de verkeerde bus") == (
        {"single_men": 18, "single_women": 2, "in_families": 0, "non_ukrainian": 15},
        "de verkeerde bus",
    )
    assert stepped_out("three more 2m") == ({}, "three more 2m")
    assert stepped_out("") == ({}, "")


@given(st.fixed_dictionaries({part: st.integers(0, 60) for part in PART_LABELS}))
def test_a_count_as_it_was_said_deviates_in_nothing_and_any_other_in_something(said: dict[str, Any]) -> None:
    people = sum(said[part] for part in ("single_men", "single_women", "in_families"))
    bus = Bus(announced=people, counted=people, **said)
    assert deviations(bus, said) == []
    for part in PART_LABELS:
        assert deviations(bus, {**said, part: said[part] + 1}) != []
    if people and said["non_ukrainian"] <= people:
        assert checked(people, said) == said
        with pytest.raises(Refused):
            checked(people - 1, said)


def test_a_place_reached_only_by_stairs_is_not_suitable_and_the_sheet_says_for_how_many_that_holds(desk: Desk) -> None:
    desk.capacity.import_locations([{**row, "wheelchair": False} for row in LOCATIONS])
    ref = in_bed(desk, "Petrenko", 2, needs=["wheelchair"])
    night = desk.night()
    assert "4 × stairs only" in procedure.no_place(night, night.household[desk.households.get(ref).id])
