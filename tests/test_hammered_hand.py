"""A tired hand: keys held, pressed twice, in capitals or by accident. None of it does what nobody meant."""

from pathlib import Path

import pytest

from desk import evacuation, figures
from storage.store import Desk
from tests.stage import quiet_night, seated, type_line
from tests.store import new_store
from tests.tiers import few


def _last_action(path: Path) -> int:
    with Desk(path, "Piet") as desk:
        return desk.journal.version()


def test_twenty_enters_in_one_write_take_one_step(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        ref = desk.households.register(name="Bondar", people=2, give_bed=True).ref
        desk.placements.agree(ref, "Sporthal Noord", by="Els")
        desk.placements.transport(ref, carrier="taxi", pickup=desk.clock())
    before = _last_action(path)
    with seated(path) as t:
        t.press("4")
        t.wait_for("4 PLACEMENT")
        t.settle()
        t.send(b"\r" * 20)
        t.wait_for("Have they left?")
        t.settle()
        # the question stands: none of the other nineteen answered it, neither yes nor no
        t.press("y")
        t.wait_for("left for")
        t.settle()
        t.send(b"\r" * 20)
        t.wait_for("Who confirms")
        t.settle()
    assert _last_action(path) == before + 1


def test_twenty_enters_on_a_typed_line_send_it_once(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        t.press("w")
        t.wait_for("At the door")
        t.type("Bondar 2")
        t.wait_for("Bondar, 2 people")
        t.send(b"\r" * 20)
        t.wait_for("Write 1 on the wristbands")
        t.settle()
    with Desk(path, "Piet") as desk:
        assert len(desk.night().households) == 1


def test_a_yes_that_arrives_with_its_question_is_swallowed(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.buses.announce(from_place="Utrecht", people=48, eta=None)
    with seated(path) as t:
        t.press("2")
        t.wait_for("2 BUSES")
        t.settle()
        t.send(b"ay")
        t.wait_for("here now?")
        t.settle()
        assert t.wait_for("here now?")
    with Desk(path, "Piet") as desk:
        assert desk.night().buses[0].state == "announced"


@pytest.mark.parametrize("stray", few(["A", "Q", "X", "U", "[", "]", "O", "~", "5", "0", "é", "Ж", "\x1b[B", "g"], 4))
def test_a_stray_key_writes_nothing(tmp_path: Path, stray: str) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="Bondar", people=2, give_bed=True)
    before = _last_action(path)
    with seated(path) as t:
        t.type(stray)
        t.settle()
    assert _last_action(path) == before


def test_caps_lock_does_nothing_and_says_so(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    before = _last_action(path)
    with seated(path) as t:
        t.type("W")
        t.wait_for("Caps Lock")
        t.type("U")
        t.settle()
    assert _last_action(path) == before


def test_an_arrow_that_arrives_in_two_pieces_changes_nothing(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.households.register(name="Bondar", people=2, give_bed=True)
    before = _last_action(path)
    with seated(path) as t:
        t.press("3")
        t.wait_for("3 BEDS")
        t.send(b"\x1b")
        t.read_for(0.3)
        t.send(b"[B")
        t.settle()
    assert _last_action(path) == before


def test_any_other_key_is_no(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        desk.buses.announce(from_place="Utrecht", people=48, eta=None)
    with seated(path) as t:
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("a")
        t.wait_for("here now?")
        t.settle()
        t.press("k")
        t.wait_for("No. Nothing was changed")
        t.settle()
        assert "cancelled" not in t.text
    with Desk(path, "Piet") as desk:
        assert desk.night().buses[0].state == "announced"


def test_a_boy_of_16_alone_among_a_bus_of_men_raises_the_alarm_and_sleeps_in_no_room_of_theirs(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        ref = desk.buses.arrive(from_place="Amsterdam", people=6).ref
        desk.buses.count(ref, 6)
    with seated(path) as t:
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("r")
        t.wait_for("at the table")
        for number, line in enumerate(("Haddad 1 34 m", "Diallo 1 28 m", "Sesay 1 16 m", "Nasser 1 41 m"), start=1):
            type_line(t, line)
            t.wait_for(f"Write {number} on the wristbands")
        t.press("esc")
        t.settle()
        t.press("1")
        t.wait_for("Sesay: minor alone")
    with Desk(path, "Piet") as desk:
        night = desk.night()
        boy = next(h for h in night.staying if h.name == "Sesay")
        assert boy.minor_alone
        rooms = {night.room[bed.room].name for bed in night.beds_of[boy.id]}
        for man in (h for h in night.staying if h.name != "Sesay"):
            assert not rooms & {night.room[bed.room].name for bed in night.beds_of[man.id]}


def test_51_counted_and_17_written_down_are_51_inside_at_every_moment(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        ref = desk.buses.announce(from_place="Utrecht", people=48, eta=None).ref
        assert figures.people(desk.night()).inside == 0
        desk.buses.arrive(ref)
        assert figures.people(desk.night()).inside == 48
        desk.buses.count(ref, 51)
        for number in range(17):
            assert figures.people(desk.night()).inside == 51
            desk.households.register(name=f"Name{number}", people=1, bus=ref, give_bed=True)
        night = desk.night()
        people = figures.people(night)
        assert (people.inside, people.unregistered, people.present) == (51, 34, 17)
        text = "\n".join(evacuation.lines(night))
        assert "51" in text.splitlines()[0]
        assert "34" in text


def test_a_family_in_a_closed_room_with_two_in_hospital_keeps_its_beds(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.beds.make([{"room": "G1", "floor": "0", "beds": 6, "kind": "family"}])
        ref = desk.households.register(name="Tkachenko", people=4).ref
        desk.households.bed(ref, ["G1-1", "G1-2", "G1-3", "G1-4"])
        before = figures.beds(desk.night())
        desk.households.out(ref, [1, 2], "hospital")
        night = desk.night()
        after = figures.beds(night)
        assert (before.occupied, before.blocked) == (after.occupied, after.blocked) == (4, 2)
        assert figures.people(night).inside == 2
        assert figures.people(night).out == 2
        assert len(night.beds_of[night.staying[0].id]) == 4
