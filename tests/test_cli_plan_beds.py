"""`desk plan beds` and `desk plan offer`: one plan for people and for programs; only `--accept` changes anything."""

from pathlib import Path

from tests.cli import Night


def a_night(tmp_path: Path, beds: int = 8) -> Night:
    """Two families and a woman alone wait in a house of rooms of four."""
    night = Night(tmp_path).made(beds=beds)
    night.do("household", "register", "--name", "Bondar", "--people", 4)
    night.do("household", "register", "--name", "Koval", "--people", 3)
    night.do("household", "register", "--name", "Melnyk", "--people", 1, "--sex", "f")
    return night


def test_the_plan_is_shown_as_the_contract_has_it_and_nothing_is_done(tmp_path: Path) -> None:
    night = a_night(tmp_path)
    plan = night.run("plan", "beds", "--json").json
    assert plan["status"] == "optimal"
    assert plan["gap"] == 0.0
    assert plan["free_after"] == 0
    assert plan["assignments"][0] == {
        "household": "H-0407-1", "people": 4, "beds": ["1-1", "1-2", "1-3", "1-4"],
        "why": "a room to themselves", "moved_from": [],
    }  # fmt: skip
    [left] = plan["left_out"]
    assert (left["household"], left["people"]) == ("H-0407-3", 1)
    assert left["reason"].startswith("No beds for Melnyk")
    assert left["would_help"]
    assert plan["shared"]["agreements"] == [["H-0407-2", "H-0407-3"]]
    assert night.run("now", "--json").json["people"]["waiting"] == 8


def test_the_plan_reads_as_lines(tmp_path: Path) -> None:
    lines = a_night(tmp_path).run("plan", "beds").out.splitlines()
    assert lines[0] == "7 people get a bed, 1 has none, 0 beds left for the next bus; proved: no plan is better."
    assert "  H-0407-1  Bondar 4: 1  (a room to themselves)" in lines
    assert lines[-1] == "All 8 people have a bed if these agree to share 1 room: Koval 3 + Melnyk 1"


def test_accept_does_the_whole_plan_as_one_action_that_is_taken_back_at_once(tmp_path: Path) -> None:
    night = a_night(tmp_path)
    done = night.do("plan", "beds", "--accept")
    assert (done["people"], done["free_after"], done["status"]) == (7, 0, "optimal")
    assert night.run("now", "--json").json["people"]["waiting"] == 1
    night.do("undo")
    assert night.run("now", "--json").json["people"]["waiting"] == 8


def test_a_plan_is_of_one_bus_where_that_is_said(tmp_path: Path) -> None:
    night = a_night(tmp_path)
    bus = night.do("bus", "arrive", "--from", "Budapest", "--people", 3)["ref"]
    night.do("bus", "count", bus, 3)
    night.do("household", "register", "--bus", bus, "--name", "Shevchenko", "--people", 3)
    plan = night.run("plan", "beds", "--bus", bus, "--json").json
    assert [one["household"] for one in plan["assignments"]] == ["H-0407-4"]
    assert night.run("plan", "beds", "--bus", "B-0407-9").exit == 1


def test_with_nobody_waiting_there_is_nothing_to_plan_and_nothing_to_accept(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=8)
    assert night.run("plan", "beds").out.strip() == "Nobody waits for a bed."
    assert night.run("plan", "beds", "--json").json["assignments"] == []
    refused = night.run("plan", "beds", "--accept")
    assert (refused.exit, refused.sentence) == (1, "Nobody waits for a bed.")


def test_what_fits_of_a_bus_is_said_while_the_caller_is_on_the_phone(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=8)
    bus = night.do(
        "bus", "announce", "--from", "Utrecht", "--people", 20, "--eta", "03:40", "--families", 3,
        "--in-families", 12, "--single-women", 8,
    )["ref"]  # fmt: skip
    said = night.run("plan", "offer", bus)
    assert said.out.splitlines()[0] == "We take 8: families 8 of 12, women alone no; 12 to find."
    found = night.run("plan", "offer", bus, "--json").json
    assert (found["people"], found["take"], found["to_find"]) == (20, 8, 12)


def test_who_sleeps_is_moved_only_once_a_person_has_marked_them(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=6)
    man = night.in_bed("Shevchenko", 1, "--sex", "m")
    night.do("household", "move", man, "1-1")
    night.do("household", "register", "--name", "Bondar", "--people", 3)
    assert night.run("plan", "beds", "--json").json["assignments"] == []
    night.do("household", "may-move", man)
    plan = night.run("plan", "beds", "--json").json
    assert plan["moves"] == [man]
    assert plan["left_out"] == []
    assert night.do("household", "may-move", man, "--no")["ref"] == man
    assert night.run("plan", "beds", "--json").json["moves"] == []
    waiting = night.run("list", "households", "--json").json[-1]["ref"]
    assert "cannot be marked to be moved" in night.refused("household", "may-move", waiting)
