from pathlib import Path

import pytest

from tests.cli import Night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path).made()
    night.locations(
        "De Windroos,Oldenzaal,municipal,65;occupied=51;groups=family,single_parent;wheelchair=no",
        "Sporthal,Hengelo (O.),municipal,40;occupied=10;wheelchair=yes;answers=08:00-20:00;phone=074-000333",
        "Alexandra,Almelo,municipal,20;occupied=16;pets=yes",
    )
    return night


def test_every_location_is_suggested_best_first_with_its_reasons(night: Night) -> None:
    ref = night.in_bed("Bondar", 3, "--needs", "wheelchair", "--group", "family")
    fits = night.do("placement", "suggest", ref)
    assert [(fit["location"], fit["municipality"], fit["fits"]) for fit in fits] == [
        ("Sporthal", "Hengelo", True),
        ("Alexandra", "Almelo", None),
        ("De Windroos", "Oldenzaal", False),
    ]
    assert fits[0]["free"] == 30
    assert "stairs only" in fits[2]["reasons"]
    assert night.run("placement", "suggest", ref).out.splitlines()[0].startswith("YES  Sporthal, Hengelo  30")


def test_a_household_is_asked_for_agreed_brought_and_only_then_placed(night: Night) -> None:
    ref = night.in_bed("Petrenko", 4)
    asked = night.do("placement", "ask", ref, "sporthal")
    assert (asked["ref"], asked["state"], asked["household"]) == ("P-0407-1", "asked", ref)
    # it answers from 08:00, and a hold lasts two hours from there
    assert asked["until"] == "2022-04-08T10:00:00+02:00"
    assert night.do("placement", "agree", ref, "--by", "Kees")["state"] == "agreed"
    done = night.do("placement", "transport", asked["ref"], "--carrier", "taxi 2", "--pickup", "08:15")
    assert (done["state"], done["pickup"]) == ("transport_set", "2022-04-08T08:15:00+02:00")
    assert night.do("show", ref)["state"] == "departing"
    assert night.do("placement", "depart", ref, "--at", "08:20")["state"] == "underway"
    assert night.do("show", ref)["state"] == "departed"
    assert night.do("figures", "--until", "2022-04-09")["placed"] == 0
    night.clock = "2022-04-08T09:00:00+02:00"
    done = night.do("placement", "confirm", ref, "--by", "Kees")
    assert (done["state"], done["placed"]) == ("arrived", True)
    assert night.do("figures")["placed"] == 4
    assert night.do("figures")["onward_flow"] == 4


def test_asked_and_agreed_in_one_call_is_one_action(night: Night) -> None:
    ref = night.in_bed("Petrenko", 4)
    before = night.last_action()
    assert night.do("placement", "agree", ref, "Sporthal", "--by", "Kees", "--channel", "mail")["state"] == "agreed"
    assert night.last_action() == before + 1


def test_where_suitability_says_no_it_takes_an_override_with_a_reason(night: Night) -> None:
    ref = night.in_bed("Bilyk", 1, "--sex", "m")
    assert "takes only" in night.refused("placement", "ask", ref, "De Windroos")
    done = night.do("placement", "ask", ref, "De Windroos", "--override", "uncle lives there")
    assert done["override"] == "uncle lives there"
    assert done["warnings"]


def test_what_is_not_known_passes_and_is_said(night: Night) -> None:
    ref = night.in_bed("Bondar", 2, "--needs", "wheelchair")
    ran = night.run("placement", "ask", ref, "Alexandra", "--json")
    assert ran.exit == 0
    assert "not known" in ran.sentence
    assert ran.json["warnings"] == [ran.sentence]


def test_a_destination_outside_the_region_is_outflow_and_never_placed(night: Night) -> None:
    ref = night.in_bed("Lys", 2)
    done = night.do("placement", "ask", ref, "--outside", "host", "--to", "family Jansen, Ede")
    assert (done["outside"], done["location"], done["to"]) == ("host", None, "family Jansen, Ede")
    night.do("placement", "agree", ref, "--by", "Jansen")
    night.do("placement", "transport", ref, "--carrier", "train", "--pickup", "02:45")
    night.do("placement", "depart", ref)
    assert night.do("placement", "confirm", ref, "--by", "Jansen")["placed"] is False
    found = night.do("figures")
    assert (found["placed"], found["outflow"], found["onward_flow"]) == (0, 2, 0)
    assert night.run("placement", "ask", ref, "Sporthal", "--outside", "host").exit == 2
    assert "--to" in night.refused("placement", "ask", night.in_bed("Koval", 1), "--outside", "coa")


def test_a_declined_pair_is_remembered(night: Night) -> None:
    ref = night.in_bed("Melnyk", 2)
    night.do("placement", "ask", ref, "Sporthal")
    assert night.do("placement", "decline", ref, "--reason", "staffing", "--note", "no nurse")["state"] == "declined"
    assert "said no" in night.refused("placement", "ask", ref, "Sporthal")
    fits = {fit["location"]: fit for fit in night.do("placement", "suggest", ref)}
    assert fits["Sporthal"]["fits"] is False
    assert fits["Sporthal"]["reasons"][0] == "said no 02:41: staff"


def test_withdrawn_after_its_time_is_called_expired(night: Night) -> None:
    first, second = night.in_bed("Melnyk", 2), night.in_bed("Koval", 2)
    night.do("placement", "ask", first, "Alexandra", "--until", "03:00")
    night.do("placement", "ask", second, "Alexandra", "--until", "03:00")
    assert night.do("placement", "withdraw", first, "--reason", "other plan")["state"] == "withdrawn"
    night.clock = "2022-04-08T03:05:00+02:00"
    assert "hold_over" in [signal["kind"] for signal in night.now()["signals"]]
    assert night.do("placement", "withdraw", second, "--reason", "no answer")["state"] == "expired"


def test_they_come_back_and_wait_for_a_bed(night: Night) -> None:
    ref = night.in_bed("Melnyk", 2)
    night.do("placement", "agree", ref, "Sporthal", "--by", "Kees")
    night.do("placement", "transport", ref, "--carrier", "taxi", "--pickup", "02:45")
    night.do("placement", "depart", ref)
    assert night.do("placement", "return", ref, "--reason", "door was shut")["state"] == "returned"
    assert night.do("show", ref)["state"] == "waiting"
    assert night.do("figures")["onward_flow"] == 0


def test_a_ride_takes_several_households(night: Night) -> None:
    ride = night.do("ride", "add", "--carrier", "coach 17", "--pickup", "09:30", "--phone", "0600-1")["ref"]
    assert ride == "R-0407-1"
    for name in ("Petrenko", "Shevchenko"):
        ref = night.in_bed(name, 3)
        night.do("placement", "agree", ref, "Sporthal", "--by", "Kees")
        assert night.do("placement", "transport", ref, "--ride", ride)["carrier"] == "coach 17"
    (found,) = night.do("ride", "list")
    assert (found["people"], found["placements"]) == (6, ["P-0407-1", "P-0407-2"])
    assert night.do("list", "rides") == [found]


def test_the_call_list_stands_by_location_with_holds_nearly_over(night: Night) -> None:
    first, second, third = night.in_bed("Melnyk", 2), night.in_bed("Koval", 1), night.in_bed("Lys", 3)
    night.do("placement", "propose", first, "Sporthal")
    night.do("placement", "propose", second, "Sporthal")
    night.do("placement", "ask", third, "Alexandra", "--until", "03:10")
    calls = night.do("calls")
    assert [(call["location"], call["people"], call["answers_now"]) for call in calls] == [
        ("Alexandra", 3, True),
        ("Sporthal", 3, False),
    ]
    assert calls[1]["phone"] == "074-000333"
    assert "Sporthal, Hengelo, 074-000333: 3 people, answers 08:00-20:00" in night.run("calls").out
    assert night.do("placement", "ask", first)["location"] == "Sporthal"


def test_a_location_is_meant_by_name_reference_or_part_and_never_guessed(night: Night) -> None:
    night.locations("Sporthal Zuid,Enschede,municipal,10", "Sporthal Noord,Enschede,municipal,10")
    ref = night.in_bed("Lys", 1)
    assert night.do("placement", "propose", night.in_bed("Koval", 1), "SPORTHÁL")["location"] == "Sporthal"
    assert "can be: " in night.refused("placement", "propose", ref, "hal")
    assert night.do("placement", "ask", ref, "L-2")["location"] == "Sporthal"


def test_lists_of_locations_and_municipalities_are_complete(night: Night) -> None:
    places = {place["code"]: place for place in night.do("list", "municipalities")}
    assert len(places) == 14
    assert places["GM0164"]["name"] == "Hengelo"
    assert places["GM0164"]["inhabitants"] == 81062
    windroos = next(loc for loc in night.do("list", "locations") if loc["name"] == "De Windroos")
    assert (windroos["capacity"], windroos["occupied"], windroos["free"]) == (65, 51, 14)
    assert windroos["groups"] == ["family", "single_parent"]
