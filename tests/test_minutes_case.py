from pathlib import Path

import pytest

from tests.cli import Night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, "2022-04-07T18:00:00+02:00").made(beds=60)
    night.locations(
        "De Windroos,Oldenzaal,municipal,65;occupied=10;occupied_at=2022-04-05 08:00",
        "Sporthal,Hengelo,municipal,150;occupied=20;occupied_at=2022-04-05 08:00",
        "De Noordmolen,Enschede,municipal,80;occupied=0;occupied_at=2022-04-05 08:00",
    )
    return night


def place(night: Night, name: str, people: int, day: str) -> None:
    """A household through the whole of it: registered, in bed, agreed, on the road, confirmed."""
    words = ["--at", f"{day}T09:00"]
    ref = night.do("household", "register", "--name", name, "--people", people, *words)["ref"]
    night.do("household", "bed", ref, *words)
    night.do("placement", "agree", ref, "De Noordmolen", "--by", "Els", *words)
    night.do("placement", "transport", ref, "--carrier", "taxi", "--pickup", f"{day}T11:00", *words)
    night.do("placement", "depart", ref, "--at", f"{day}T11:05")
    night.do("placement", "confirm", ref, "--by", "Kees", "--at", f"{day}T12:00")


def test_the_minutes_say_195_of_whom_50_placed_and_145_reserved_for_three_buses(night: Night) -> None:
    # before the period: placed, and not counted in it
    place(night, "Earlier", 4, "2022-04-04")
    for number in range(10):
        place(night, f"Household {number}", 5, "2022-04-05" if number < 4 else "2022-04-06")

    for bed in night.do("list", "beds"):
        if bed["state"] == "cleaning":
            night.do("bed", "clean", bed["ref"])

    first = night.bus("Utrecht", 49, "2022-04-08T03:40")
    second = night.bus("Amsterdam", 48, "2022-04-08T05:15")
    third = night.bus("Ter Apel", 48, "2022-04-09T02:00")
    night.do("bus", "reserve", first, 40)
    night.do("bus", "allocate", first, "De Windroos", 9)
    night.do("bus", "allocate", second, "Sporthal", 48)
    night.do("bus", "allocate", third, "Sporthal", 38)
    night.do("bus", "allocate", third, "De Windroos", 10)

    found = night.do("figures", "--since", "2022-04-05")
    assert found["placed"] == 50
    assert found["reserved"] == 145
    assert found["total"] == 195
    assert found["reserved_buses"] == 3
    assert found["since"] == "2022-04-05T00:00:00+02:00"
    assert found["as_of"] == "2022-04-07T18:00:00+02:00"
    assert found["reserved_by_kind"] == {"municipal": 105, "private": 0, "transit": 40, "crisis": 0}
    assert found["municipalities"]["total"] == 14
    assert found["inflow"] == 50
    assert found["onward_flow"] == 50
    assert found["outflow"] == 0

    text = night.run("figures", "--since", "2022-04-05").out
    assert "195 = 50 placed + 145 reserved for 3 expected buses" in text


def test_three_buses_of_the_minutes_do_not_fit_in_the_transit_location(night: Night) -> None:
    ref = night.bus("Utrecht", 145, "2022-04-08T03:40")
    assert "60 beds are free for this bus" in night.refused("bus", "reserve", ref, 145)


def test_a_bus_brought_straight_to_a_location_counts_as_placed_once_it_is_confirmed_there(night: Night) -> None:
    ref = night.bus("Utrecht", 49, "2022-04-08T03:40")
    night.do("bus", "allocate", ref, "Sporthal", 49)
    assert night.do("figures", "--since", "2022-04-05")["reserved"] == 49
    done = night.do("bus", "confirm", ref, "Sporthal", 49, "--by", "Kees", "--at", "17:00")
    assert done["state"] == "closed"
    found = night.do("figures", "--since", "2022-04-05")
    assert (found["placed"], found["reserved"], found["total"], found["reserved_buses"]) == (49, 0, 49, 0)
