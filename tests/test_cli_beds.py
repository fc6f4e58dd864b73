from pathlib import Path

import pytest

from tests.cli import Night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=10)


def test_beds_of_a_number_make_rooms_of_four_and_a_last_one_with_the_rest(night: Night) -> None:
    assert [(room["ref"], len(room["beds"])) for room in night.do("list", "rooms")] == [("1", 4), ("2", 4), ("3", 2)]
    assert {room["kind"] for room in night.do("list", "rooms")} == {"any"}
    assert all(room["wheelchair"] for room in night.do("list", "rooms"))


def test_a_bed_is_blocked_freed_and_cleaned_one_or_a_whole_room(night: Night) -> None:
    done = night.do("bed", "block", "1-2", "--reason", "broken", "--until", "12:00")
    assert (done["ref"], done["state"], done["reason"]) == ("1-2", "blocked", "broken")
    assert done["until"] == "2022-04-08T12:00:00+02:00"
    night.do("bed", "block", "2")
    beds = night.now()["beds"]
    assert (beds["blocked"], beds["out_of_use"], beds["usable"]) == (5, 5, 5)
    night.do("bed", "free", "2")
    night.do("bed", "free", "1-2")
    assert night.now()["beds"]["free"] == 10
    assert "in use already" in night.refused("bed", "free", "1-2")
    assert "not waiting to be cleaned" in night.refused("bed", "clean", "1-2")


def test_closing_a_bed_with_someone_in_it_asks_where_they_go(night: Night) -> None:
    night.in_bed("Petrenko", 4)
    assert "Where do they go?" in night.refused("bed", "block", "1-1")
    assert "Where do they go?" in night.refused("room", "close", "1")
    assert "Where do they go?" in night.refused("room", "remove", "1")


def test_a_room_closed_has_no_realised_places_until_it_is_opened(night: Night) -> None:
    assert night.do("room", "close", "3")["state"] == "closed"
    assert night.now()["beds"]["realised"] == 8
    assert "closed already" in night.refused("room", "close", "3")
    assert night.do("room", "open", "3")["state"] == "open"
    assert night.now()["beds"]["realised"] == 10
    assert night.do("room", "remove", "3")["state"] == "removed"
    assert night.now()["beds"]["realised"] == 8


def test_after_a_stay_the_bed_is_cleaned_before_it_is_free(night: Night) -> None:
    ref = night.in_bed("Bilyk", 1)
    night.do("household", "leave", ref, "--reason", "left")
    (bed,) = [bed["ref"] for bed in night.do("list", "beds") if bed["state"] == "cleaning"]
    assert night.now()["beds"]["free"] == 9
    assert night.do("bed", "clean", bed)["state"] == "free"
    assert night.now()["beds"]["free"] == 10


def test_a_list_of_beds_shows_who_sleeps_where_and_what_is_held(night: Night) -> None:
    ref = night.in_bed("Petrenko", 3)
    bus = night.bus(people=2)
    night.do("bus", "reserve", bus, 2)
    beds = {bed["ref"]: bed for bed in night.do("list", "beds")}
    own = night.do("show", ref)["beds"]
    assert [beds[label]["household"] for label in own] == [ref] * 3
    assert [bed["held_for"] for bed in beds.values() if bed["state"] == "held"] == [bus, bus]
    room = own[0].partition("-")[0]
    assert sum(bed["state"] == "family" for bed in beds.values() if bed["room"] == room) == 1


def test_rooms_come_from_a_sheet_with_dutch_headings(night: Night, tmp_path: Path) -> None:
    sheet = tmp_path / "kamers.csv"
    sheet.write_text(
        "kamer;verdieping;bedden;soort;rolstoel\nG1;0;4;gezinskamer;ja\n11;1;6;slaapzaal;nee\n", encoding="utf-8"
    )
    done = night.do("import", "rooms", sheet)
    assert (done["state"], done["count"]) == ("imported", 2)
    rooms = {room["ref"]: room for room in night.do("list", "rooms")}
    assert (rooms["G1"]["kind"], rooms["G1"]["wheelchair"]) == ("family", True)
    assert (rooms["11"]["kind"], rooms["11"]["wheelchair"]) == ("dormitory", False)
    assert night.do("show", "g1-2")["ref"] == "G1-2"


def test_the_evacuation_list_names_everybody_inside_by_floor_and_room(night: Night, tmp_path: Path) -> None:
    sheet = tmp_path / "rooms.csv"
    sheet.write_text("room,floor,beds\n12,1,4\n", encoding="utf-8")
    night.do("import", "rooms", sheet)
    ground = night.household("Bondar", 3, "--needs", "wheelchair", "--language", "ru", "--pets", 1)
    night.do("household", "bed", ground, "1-1", "1-2", "1-3")
    upstairs = night.household("Tkachenko", 4)
    night.do("household", "bed", upstairs, "12")
    night.do("household", "out", upstairs, "--members", "2,3", "--to", "hospital", "--at", "02:05")
    night.household("Lys", 2)
    bus = night.do("bus", "arrive", "--from", "Utrecht", "--people", 30)["ref"]

    lines = night.run("report", "evacuation").out.splitlines()
    assert lines[0] == "INSIDE 37 people"
    text = "\n".join(lines)
    assert f"30 WITHOUT A NAME YET, off {bus} from Utrecht" in text
    assert text.index("GROUND FLOOR") < text.index("FLOOR 1") < text.index("NO BED YET") < text.index("NOT INSIDE")
    assert "!1       Bondar 3" in text
    assert "WHEELCHAIR  Russian  1 pet" in text
    assert "Tkachenko 2  H-0407-2  NOT inside: in hospital since 02:05" in text
    assert "INSIDE 37 = ground floor 3 + floor 1 2 + no bed yet 2 + without a name 30" in text
    assert all(len(line) <= 80 for line in lines)

    found = night.do("report", "evacuation")
    assert found["inside"] == 37
    assert [floor["people"] for floor in found["floors"]] == [3, 2]
    assert found["floors"][0]["rooms"][0]["households"][0]["help"] == ["wheelchair"]


def test_the_list_can_be_written_to_a_file_that_only_we_read(night: Night, tmp_path: Path) -> None:
    night.in_bed("Bondar", 3)
    file = tmp_path / "list.txt"
    assert night.run("report", "evacuation", "--output", file).exit == 0
    assert file.read_text(encoding="utf-8").startswith("INSIDE 3 people\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "cannot be written" in night.refused("report", "evacuation", "--output", file)
    assert night.run("report", "weather").exit == 2


def test_a_room_that_is_not_clean_is_refused_by_its_bed_and_not_by_a_number(night: Night) -> None:
    family = night.in_bed("Bondar", 3)
    room = night.run("list", "households", "--json").json[0]["beds"][0].rpartition("-")[0]
    rooms = [one["room"] for one in night.run("list", "rooms", "--json").json]
    night.do("household", "move", family, next(name for name in rooms if name != room))
    assert "to clean" in night.refused("household", "move", family, room)
