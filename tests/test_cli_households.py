from pathlib import Path

import pytest

from tests.cli import Night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


def test_a_name_and_a_number_are_enough(night: Night) -> None:
    done = night.do("household", "register", "--name", "Petrenko", "--people", 5)
    assert (done["ref"], done["state"], done["people"], done["origin"]) == ("H-0407-1", "waiting", 5, "walk_in")
    assert [member["ref"] for member in done["members"]] == [f"H-0407-1.{n}" for n in range(1, 6)]
    assert night.now()["people"]["waiting"] == 5


def test_needs_and_groups_are_said_in_dutch_or_english(night: Night) -> None:
    done = night.do(
        *("household", "register", "--name", "Koval", "--people", 4, "--needs", "rolstoel,cot,cot,zwanger"),
        *("--group", "gezin", "--nationality", "Oekraïne", "--language", "russisch", "--pets", 1),
    )
    assert done["needs"] == ["wheelchair", "cot", "pregnant"]
    assert done["cots"] == 2
    assert (done["group"], done["nationality"], done["language"], done["pets"]) == ("family", "UKR", "ru", 1)
    assert "is not one of" in night.refused("household", "register", "--name", "A", "--people", 1, "--needs", "stoel")


def test_a_group_is_never_checked_against_the_number_of_people(night: Night) -> None:
    done = night.do("household", "register", "--name", "Koval", "--people", 1, "--group", "family")
    assert done["group"] == "family"


def test_the_desk_chooses_beds_or_takes_the_ones_named(night: Night) -> None:
    first, second = night.household("Petrenko", 4), night.household("Shevchenko", 3)
    assert night.do("household", "bed", first)["beds"] == ["1-1", "1-2", "1-3", "1-4"]
    assert night.do("household", "bed", second, "3-1", "3-2", "3-3")["beds"] == ["3-1", "3-2", "3-3"]
    assert night.do("household", "move", second, "4")["beds"] == ["4-1", "4-2", "4-3"]
    assert night.do("household", "move", second, "5-2", "5-3", "5-4")["beds"] == ["5-2", "5-3", "5-4"]
    assert "taken by Petrenko" in night.refused("household", "move", second, "1-1", "1-2", "1-3")
    assert "needs 3 beds" in night.refused("household", "move", second, "6-1")


def test_a_household_that_fits_no_single_room_gets_adjoining_ones_and_is_told_so(night: Night) -> None:
    ref = night.household("Large", 6)
    done = night.do("household", "bed", ref)
    assert len({bed.partition("-")[0] for bed in done["beds"]}) == 2
    assert "adjoining rooms" in done["warnings"][0]


def test_mother_and_child_go_to_hospital_and_the_beds_are_kept(night: Night) -> None:
    ref = night.in_bed("Tkachenko", 4)
    done = night.do("household", "out", ref, "--members", "2,3", "--to", "hospital", "--back", "07:30")
    assert (done["present"], done["out"], len(done["beds"])) == (2, 2, 4)
    assert done["members"][1]["back"] == "2022-04-08T07:30:00+02:00"
    people = night.now()["people"]
    assert (people["inside"], people["out"]) == (2, 2)
    assert night.now()["beds"]["occupied"] == 4
    assert "no member 9" in night.refused("household", "out", ref, "--members", "9")
    assert night.do("household", "in", ref)["present"] == 4


def test_two_of_five_go_on_apart_and_keep_their_beds(night: Night) -> None:
    ref = night.in_bed("Bondar", 4)
    done = night.do("household", "split", ref, "--members", "3,4", "--reason", "other family")
    assert (done["people"], len(done["beds"]), done["from"]) == (2, 2, ref)
    assert night.do("show", ref)["people"] == 2
    assert night.now()["people"]["inside"] == 4


def test_households_share_a_room_only_after_both_agreed(night: Night) -> None:
    night.do("bed", "block", "1")
    for room in range(3, 16):
        night.do("bed", "block", str(room))
    first, second = night.household("Koval", 2), night.household("Melnyk", 2)
    night.do("household", "bed", first)
    assert "unless all agreed" in night.refused("household", "bed", second, "2-3", "2-4")
    night.do("household", "share", first, second, "--agreed-by", "Anna")
    assert night.do("household", "bed", second, "2-3", "2-4")["beds"] == ["2-3", "2-4"]


def test_they_leave_without_any_arrangement_and_their_beds_need_cleaning(night: Night) -> None:
    ref = night.in_bed("Lys", 2)
    done = night.do("household", "leave", ref, "--reason", "left")
    assert (done["state"], done["present"], done["beds"]) == ("left", 0, [])
    assert night.now()["beds"]["cleaning"] == 2
    assert night.do("figures")["outflow"] == 2
    assert night.do("list", "households") == []
    assert night.do("list", "households", "--all")[0]["ref"] == ref


def test_what_is_known_of_a_household_can_be_corrected(night: Night) -> None:
    ref = night.household("Petrenco", 4)
    done = night.do("household", "edit", ref, "--name", "Petrenko", "--people", 5, "--sex", "v")
    assert (done["name"], done["people"], len(done["members"])) == ("Petrenko", 5, 5)
    assert len(night.do("household", "edit", ref, "--people", 3)["members"]) == 3
    night.do("household", "out", ref, "--members", "3")
    assert "member 3 is out" in night.refused("household", "edit", ref, "--people", 2)
    assert night.run("household", "edit", ref).exit == 2


def test_a_minor_alone_raises_an_alarm_and_goes_nowhere_before_the_guardianship_knows(night: Night) -> None:
    night.locations("Sporthal,Hengelo,municipal,50;occupied=0")
    ref = night.household("Ivan", 1, "--group", "amv")
    assert "minor_alone" in [signal["kind"] for signal in night.now()["signals"]]
    assert "guardianship" in night.refused("placement", "ask", ref, "Sporthal")
    night.do("household", "guardian", ref, "--contact", "Nidos, Els: comes at nine")
    assert night.do("placement", "ask", ref, "Sporthal")["state"] == "asked"


def test_text_output_is_one_line_for_people(night: Night) -> None:
    ran = night.run("household", "register", "--name", "Шевченко", "--people", 2)
    assert ran.out == "H-0407-1 Шевченко 2. Write 1 on the wristbands.\n"
    assert ran.err == ""
    assert "Шевченко" in night.run("list", "households").out
    assert "present:" in night.run("show", "h-0407-1.2").out
