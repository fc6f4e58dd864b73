import csv
from pathlib import Path

import pytest

from tests.cli import Night
from tests.sheet_files import write_ods, write_xlsx

NOW_KEYS = [
    "ref",
    "state",
    "from",
    "eta",
    "eta_told_at",
    "announced",
    "reserved",
    "allocated",
    "counted",
    "registered",
    "went_on",
    "short",
]


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


def test_a_bus_phoned_in_stands_on_now_with_every_number_apart(night: Night) -> None:
    ref = night.bus("Utrecht", 48, told_by="Jan", phone="0600-000123", babies=3, wheelchairs=1)
    assert ref == "B-0407-1"
    night.do("bus", "reserve", ref, 12)
    (bus,) = night.now()["buses"]
    assert list(bus) == NOW_KEYS
    assert bus == {
        "ref": "B-0407-1",
        "state": "reserved",
        "from": "Utrecht",
        "eta": "2022-04-08T03:40:00+02:00",
        "eta_told_at": "2022-04-08T02:41:00+02:00",
        "announced": 48,
        "reserved": 12,
        "allocated": 0,
        "counted": None,
        "registered": 0,
        "went_on": 0,
        "short": 36,
    }
    assert night.now()["signals"][0] | {"key": "", "who": ""} == {
        "kind": "bus_short",
        "ref": "B-0407-1",
        "severity": "alarm",
        "text": "03:40 bus 1 Utrecht: find places for 36",
        "key": "",
        "who": "",
        "put_off_by": None,
        "put_off_until": None,
    }


def test_a_list_shows_at_least_what_now_shows(night: Night) -> None:
    night.bus()
    (bus,) = night.do("list", "buses")
    assert set(NOW_KEYS) <= set(bus)


def test_references_are_taken_in_any_case_with_and_without_the_year(night: Night) -> None:
    night.bus()
    for said in ("b-0407-1", "B-220407-1", "B-0407-01"):
        assert night.do("show", said)["ref"] == "B-0407-1"


def test_the_driver_rings_again_and_the_earlier_time_is_kept(night: Night) -> None:
    ref = night.bus()
    done = night.do("bus", "eta", ref, "04:10", "--told-by", "driver")
    assert done["eta"] == "2022-04-08T04:10:00+02:00"
    assert done["eta_told_by"] == "driver"
    assert done["earlier_etas"] == ["2022-04-08T03:40:00+02:00"]


def test_an_expected_time_is_the_next_one_ahead_any_other_the_nearest(night: Night) -> None:
    # 02:30 has just passed: a bus is not expected in the past, but something may have happened then
    ref = night.bus(eta="02:30")
    assert night.do("show", ref)["eta"] == "2022-04-09T02:30:00+02:00"
    assert night.do("bus", "arrive", ref, "--at", "02:30")["arrived_at"] == "2022-04-08T02:41:00+02:00"
    other = night.do("bus", "arrive", "--from", "Zwolle", "--at", "-15m")
    assert other["announced_at"] == "2022-04-08T02:26:00+02:00"


def test_a_time_may_be_a_span_also_where_it_looks_like_an_option(night: Night) -> None:
    ref = night.bus()
    assert night.do("bus", "eta", ref, "+2h10")["eta"] == "2022-04-08T04:51:00+02:00"
    assert night.do("bus", "eta", ref, "-15m")["eta"] == "2022-04-08T02:26:00+02:00"


def test_a_bus_is_edited_with_the_options_of_announcing_and_the_rest_stays(night: Night) -> None:
    ref = night.bus(carrier="Oostcoach")
    done = night.do("bus", "edit", ref, "--people", 50, "--single-men", 6)
    assert (done["announced"], done["single_men"], done["carrier"]) == (50, 6, "Oostcoach")
    assert night.run("bus", "edit", ref).exit == 2


def test_more_places_than_beds_takes_a_reason_and_is_said_aloud(night: Night) -> None:
    ref = night.bus(people=72)
    assert "60 beds are free" in night.refused("bus", "reserve", ref, 72)
    done = night.do("bus", "reserve", ref, 72, "--reason", "mattresses in the hall")
    assert done["over_reason"] == "mattresses in the hall"
    assert done["warnings"]
    assert night.now()["beds"]["free"] == -12


def test_without_a_terminal_a_look_alike_is_said_on_standard_error_and_done(night: Night) -> None:
    night.bus()
    ran = night.run("bus", "announce", "--from", "Utrecht", "--people", 48, "--eta", "04:00")
    assert ran.exit == 0
    assert "was announced already" in ran.sentence
    assert ran.out == "B-0407-2 from Utrecht, 48 people.\n"


def test_the_ways_to_close_a_shortage_name_places_and_what_it_takes(night: Night) -> None:
    night.locations("De Windroos,Oldenzaal,municipal,65;occupied=51;groups=family", "Sporthal,Hengelo,municipal,12")
    ref = night.bus(people=72)
    ways = night.do("bus", "ways", ref)
    assert [way["kind"] for way in ways] == ["free", "elsewhere", "elsewhere", "send_on"]
    assert {way["what"]: way["places"] for way in ways if way["kind"] == "elsewhere"} == {
        "De Windroos, Oldenzaal": 14,
        "Sporthal, Hengelo": 12,
    }
    assert ways[-1]["places"] is None
    assert "To find for B-0407-1: 72" in night.run("bus", "ways", ref).out


def test_a_bus_goes_from_the_phone_to_the_last_name(night: Night) -> None:
    ref = night.bus(people=3)
    night.do("bus", "reserve", ref, 3)
    assert night.do("bus", "arrive", ref)["state"] == "arrived"
    assert night.now()["people"]["inside"] == 3
    done = night.do("bus", "count", ref, 4)
    assert done["deviation"] == 1
    assert done["warnings"] == ["4 counted, 3 said: +1."]
    household = night.household("Petrenko", 3, "--bus", ref)
    people = night.now()["people"]
    assert (people["inside"], people["unregistered"], people["present"]) == (4, 1, 3)
    assert night.do("bus", "beds", ref)["people"] == 3
    assert night.do("show", household)["state"] == "in_bed"
    assert "1 not explained" in night.refused("bus", "close", ref)
    night.do("bus", "onward", ref, 1, "--to", "Enschede", "--agreed-by", "Els")
    assert night.do("bus", "close", ref)["state"] == "closed"
    assert night.do("list", "buses") == []
    assert [bus["state"] for bus in night.do("list", "buses", "--all")] == ["closed"]


def test_a_bus_can_be_cancelled_diverted_or_not_come(night: Night) -> None:
    for words, state in (
        (["cancel", "--reason", "broken down"], "cancelled"),
        (["divert", "--to", "Zwolle", "--agreed-by", "Els"], "diverted"),
        (["no-show"], "no_show"),
    ):
        ref = night.bus()
        assert night.do("bus", words[0], ref, *words[1:])["state"] == state


def test_arriving_takes_a_reference_or_a_place_and_not_both(night: Night) -> None:
    ref = night.bus()
    assert night.run("bus", "arrive").exit == 2
    assert night.run("bus", "arrive", ref, "--from", "Utrecht").exit == 2


PASSENGERS: list[list[object]] = [
    [
        "huishouden",
        "achternaam",
        "voornaam",
        "naam_eigen_schrift",
        "geboortejaar",
        "geslacht",
        "ondersteuning",
        "kleur",
    ],
    ["1", "Петренко", "Olha", "Петренко Ольга", 1990, "v", "", "blauw"],
    ["1", "Petrenko", "Ivan", "", 2019, "m", "babybed", ""],
    ["", "Shevchenko", "Taras", "", 1955, "m", "rolstoel", ""],
]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_a_passenger_list_becomes_households_expected_on_the_bus(night: Night, tmp_path: Path, kind: str) -> None:
    ref = night.bus(people=3)
    file = tmp_path / f"list.{kind}"
    if kind == "csv":
        with file.open("w", encoding="utf-8-sig", newline="") as sheet:
            csv.writer(sheet, delimiter=";").writerows(PASSENGERS)
    else:
        write_xlsx(file, PASSENGERS) if kind == "xlsx" else write_ods(file, PASSENGERS)
    ran = night.run("bus", "import", ref, file, "--json")
    assert ran.exit == 0, ran.err
    assert "kleur" in ran.sentence
    assert ran.json["households"] == ["H-0407-1", "H-0407-2"]
    first, second = night.do("list", "households")
    assert (first["state"], first["people"], first["cots"], first["bus"]) == ("expected", 2, 1, ref)
    assert second["needs"] == ["wheelchair"]
    assert [member["ref"] for member in first["members"]] == ["H-0407-1.1", "H-0407-1.2"]
    night.do("bus", "arrive", ref)
    assert night.do("household", "here", "H-0407-2")["state"] == "waiting"
    assert night.do("household", "no-show", "H-0407-1")["state"] == "no_show"


def test_a_list_with_wrong_cells_is_refused_whole_with_every_cell_named(night: Night, tmp_path: Path) -> None:
    ref = night.bus(people=3)
    file = tmp_path / "list.csv"
    file.write_text("naam_eigen_schrift,age,sex\nПетренко,abc,q\nШевченко,34,m\nМельник,200,\n", encoding="utf-8")
    before = night.last_action()
    ran = night.run("bus", "import", ref, file)
    assert ran.exit == 1
    assert len(ran.err.splitlines()) == 3
    assert "abc" in ran.err
    assert night.last_action() == before


def test_whoever_waits_off_one_bus_gets_beds_and_the_next_bus_does_not(night: Night) -> None:
    first, second = night.bus("Utrecht", 2), night.bus("Zwolle", 2)
    for ref in (first, second):
        night.do("bus", "arrive", ref)
        night.do("bus", "count", ref, 2)
        night.household(f"Of {ref}", 2, "--bus", ref)
    night.do("bus", "beds", first)
    assert [h["state"] for h in night.do("list", "households")] == ["in_bed", "waiting"]
