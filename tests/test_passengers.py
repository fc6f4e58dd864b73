"""The passenger list of a bus: who travels together, who is alone, and which child has no parent there."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.passengers import Member, PassengerList, minor_without_parent, read
from desk.refusals import Refused

TODAY = date(2022, 4, 7)
HEADING = ["Huishouden", "Achternaam", "Voornaam", "Leeftijd", "Geslacht", "Relatie", "Ondersteuning", "Nationaliteit"]


def listed(*rows: list[object]) -> PassengerList:
    return read([HEADING, *rows], TODAY)


def test_rows_with_one_household_travel_together_and_the_rest_alone() -> None:
    parties = listed(
        ["A", "Petrenko", "Olena", 34, "v", "contactpersoon", "", "UKR"],
        ["", "Okafor", "John", 24, "m", "", "tolk", "Nigeria"],
        ["a", "Petrenko", "Danylo", 1, "m", "zoon", "babybed, dieet", "UKR"],
    ).parties
    assert [(party.name, party.people, party.group, party.rows) for party in parties] == [
        ("Petrenko Olena", 2, "single_parent", (2, 4)),
        ("Okafor John", 1, "single_man", (3,)),
    ]
    family, alone = parties
    assert (family.adults, family.children, family.ages, family.cots, family.sex) == (1, 1, (34, 1), 1, None)
    assert family.needs == ("cot", "diet_allergy")
    assert (alone.sex, alone.nationality, alone.needs) == ("m", "NGA", ("interpreter",))


def test_a_woman_with_two_children_and_her_nephew_of_15_raises_the_flag() -> None:
    rows: list[list[object]] = [
        ["1", "Petrenko", "Olena", 40, "v", "zelf", "", ""],
        ["1", "Petrenko", "Ivan", 9, "m", "kind", "", ""],
        ["1", "Petrenko", "Maria", 7, "v", "kind", "", ""],
    ]
    assert listed(*rows).parties[0].group == "single_parent"
    nephew: list[object] = ["1", "Koval", "Taras", 15, "m", "neef", "", ""]
    assert listed(*rows, nephew).parties[0].group == "unaccompanied_minor"


@pytest.mark.parametrize("relation", ["nephew", "niece", "cousin", "sibling", "neef", "nicht", "broer", "zus", "kennis",
                                      "ander familielid", "kleinkind", "friend"])  # fmt: skip
def test_a_child_with_anyone_but_a_parent_or_guardian_is_flagged(relation: str) -> None:
    parties = listed(["1", "A", "", 30, "v", "self", "", ""], ["1", "B", "", 15, "m", relation, "", ""]).parties
    assert parties[0].group == "unaccompanied_minor"


@pytest.mark.parametrize(
    ("relations", "flagged"),
    [
        ([("self", 30), ("child", 10)], False),
        ([("self", 30), ("child", 10), ("partner", 31)], False),
        ([("self", 20), ("sibling", 10), ("parent", 45)], False),
        ([("self", 60), ("child", 35), ("grandchild", 10)], False),
        ([("self", 16), ("guardian", 50)], False),
        ([("self", 16), ("other_relative", 50)], True),
        ([("self", 16), (None, 50)], False),
        ([("self", 17), ("child", 1)], True),
        ([(None, 40), (None, 10)], False),
        ([(None, 15), (None, 12)], True),
        ([("self", 40), ("partner", 41)], False),
    ],
)
def test_a_parent_in_the_household_takes_the_flag_away(relations: list[tuple[str | None, int]], flagged: bool) -> None:
    members = [Member(name="x", age=age, minor=age < 18, relation=relation) for relation, age in relations]
    assert minor_without_parent(members) is flagged


def test_age_comes_from_the_birth_date_or_carefully_from_the_year() -> None:
    heading = ["family_name", "birth_date", "birth_year", "native_name", "phone"]
    parties = read(
        [
            heading,
            ["A", "8-4-2004", "", "", ""],
            ["B", "7-4-2004", "", "", ""],
            ["C", "", 2004.0, "", ""],
            ["D", "", "2003", "", ""],
            ["", "", "", "Шевченко", 31612345678.0],
        ],
        TODAY,
    ).parties
    assert [party.ages for party in parties] == [(17,), (18,), (18,), (19,), ()]
    assert [party.members[0].minor for party in parties] == [True, False, True, False, None]
    assert [party.group for party in parties] == ["unaccompanied_minor", None, "unaccompanied_minor", None, None]
    assert (parties[4].name, parties[4].phone, parties[4].adults) == ("Шевченко", "31612345678", None)


def test_unknown_columns_are_named_and_left_out() -> None:
    sheet = read([["achternaam", "BSN", "Stoel"], ["Koval", "123", "4"]], TODAY)
    assert sheet.unknown == ("BSN", "Stoel")


def test_every_wrong_row_is_named_and_nothing_is_read() -> None:
    with pytest.raises(Refused) as refused:
        listed(
            ["", "", "", 20, "", "", "", ""],
            ["", "Koval", "", "oud", "q", "baas", "goud", "ZZZ"],
        )
    assert [sentence.split(":")[0] for sentence in refused.value.sentences] == [
        "Row 2",
        *(f"Row 3, column {name}" for name in ("Leeftijd", "Geslacht", "Nationaliteit", "Ondersteuning", "Relatie")),
    ]


def test_an_age_and_a_birth_year_that_disagree_are_asked_back() -> None:
    with pytest.raises(Refused, match="Row 2: its age and its year or date of birth do not go together"):
        read([["naam_eigen_schrift", "age", "birth_year"], ["Koval", 30, 2010]], TODAY)
    with pytest.raises(Refused, match="birth date of someone"):
        read([["achternaam", "geboortedatum"], ["Koval", "8-4-2022"]], TODAY)


@given(st.lists(st.tuples(st.sampled_from(["", "A", "b", "1"]), st.integers(0, 90)), min_size=1, max_size=30))
def test_everyone_on_the_list_is_in_exactly_one_household(people: list[tuple[str, int]]) -> None:
    parties = listed(*([home, f"N{n}", "", age, "", "", "", ""] for n, (home, age) in enumerate(people))).parties
    assert sorted(row for party in parties for row in party.rows) == list(range(2, len(people) + 2))
    assert all(party.people == (party.adults or 0) + (party.children or 0) for party in parties)
