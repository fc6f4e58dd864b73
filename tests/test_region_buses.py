"""Buses from one desk to another, with a real region: announced there, answered, never lost and never at both."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.buses import OPEN
from storage.region import sent
from tests.cli import Night
from tests.regions import Region, new_region, opened


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


@pytest.fixture
def desks(region: Region, tmp_path: Path) -> tuple[Night, Night]:
    return two_desks(region, tmp_path)


def two_desks(region: Region, tmp_path: Path) -> tuple[Night, Night]:
    """Two desks that know each other."""
    one, other = (region.desk(name, tmp_path / name, beds=beds) for name, beds in (("Oldenzaal", 20), ("Enschede", 12)))
    for night in (one, other):
        night.do("region", "push")
    one.do("region", "push")
    return one, other


def announced(night: Night, people: int = 9, *more: object) -> str:
    """A bus that somebody phoned in."""
    found: str = night.do("bus", "announce", "--from", "Utrecht", "--people", people, "--eta", "03:40", *more)["ref"]
    return found


def heard(*nights: Night) -> None:
    """Each is in touch with the region, as its service is all the time."""
    for night in nights:
        night.do("region", "push")


def buses(night: Night) -> list[dict[str, Any]]:
    """What a desk knows of each bus of tonight."""
    return [night.do("show", bus["ref"]) for bus in night.do("list", "buses", "--all")]


def open_buses(night: Night) -> list[str]:
    return [bus["ref"] for bus in buses(night) if bus["state"] in {state.value for state in OPEN}]


def state_of(night: Night, ref: str) -> str:
    return str(next(bus["state"] for bus in buses(night) if bus["ref"] == ref))


def texts(night: Night) -> str:
    """What the desk says needs somebody now."""
    return "\n".join(signal["text"] for signal in night.now()["signals"])


# --- there and back ---------------------------------------------------------------------------


def test_a_bus_sent_to_another_desk_appears_there_as_announced_with_its_composition(desks: tuple[Night, Night]) -> None:
    one, other = desks
    ref = announced(one, 9, "--single-women", 2, "--babies", 1, "--contact", "Jan Bakker", "--phone", "0612345678")
    done = one.do("bus", "divert", ref, "--desk", "enschede", "--agreed-by", "Els")
    assert (done["state"], done["warnings"]) == ("diverted", [])
    heard(other)
    (bus,) = buses(other)
    assert (bus["state"], bus["from"], bus["announced"]) == ("announced", "Oldenzaal", 9)
    assert (bus["single_women"], bus["babies"], bus["men"]) == (2, 1, None)
    assert bus["eta"] == "2022-04-08T03:40:00+02:00"
    assert "take or refuse bus 1: 9 people, sent by Oldenzaal" in texts(other)
    heard(one)
    assert "on the screen at Enschede, no answer since" in texts(one)
    other.do("bus", "accept", bus["ref"])
    heard(one)
    assert "bus 1: Enschede takes it" in texts(one)
    assert (state_of(one, ref), open_buses(one), open_buses(other)) == ("diverted", [], [bus["ref"]])


def test_who_refuses_a_bus_gives_it_back_to_its_sender_with_the_reason(desks: tuple[Night, Night]) -> None:
    one, other = desks
    ref = announced(one)
    one.do("bus", "reserve", ref, 9)
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    (there,) = open_buses(other)
    assert "Why? One of: full, staff, suit, mistake" in other.refused("bus", "refuse", there, "--because", "no")
    other.do("bus", "refuse", there, "--because", "full")
    assert (open_buses(other), state_of(other, there)) == ([], "cancelled")
    heard(one)
    assert (state_of(one, ref), open_buses(one)) == ("announced", [ref])
    assert "bus 1 is yours again: Enschede does not take it (no beds left)" in texts(one)
    assert "find places for 9" in texts(one), "the beds that were held may be others' by now"


def test_a_bus_that_stands_at_the_door_comes_back_as_it_stood(desks: tuple[Night, Night]) -> None:
    one, other = desks
    ref = announced(one)
    one.do("bus", "arrive", ref)
    one.do("bus", "count", ref, 10)
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    (there,) = buses(other)
    assert (there["announced"], there["eta"]) == (10, None), "when it leaves here nobody knows how long it drives"
    other.do("bus", "refuse", there["ref"], "--because", "staff")
    heard(one)
    assert state_of(one, ref) == "counted"


def test_part_of_a_bus_drives_on_to_another_desk_and_comes_back_when_refused(desks: tuple[Night, Night]) -> None:
    one, other = desks
    ref = announced(one)
    one.do("bus", "arrive", ref)
    one.do("bus", "count", ref, 9)
    one.do("bus", "onward", ref, 4, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    (there,) = buses(other)
    assert (there["announced"], there["from"]) == (4, "Oldenzaal")
    assert one.do("show", ref)["unregistered"] == 5
    other.do("bus", "refuse", there["ref"], "--because", "suit")
    heard(one)
    assert one.do("show", ref)["unregistered"] == 9
    assert "part of bus 1 (4) is yours again: Enschede does not take it (not for these people)" in texts(one)


@pytest.mark.parametrize(
    "step",
    [
        lambda night, ref: night.do("bus", "reserve", ref, 9),
        lambda night, ref: night.do("bus", "arrive", ref),
    ],
    ids=["holds places", "lets it in"],
)
def test_who_holds_places_for_it_or_lets_it_in_has_taken_it(
    desks: tuple[Night, Night], step: Callable[[Night, str], object]
) -> None:
    one, other = desks
    one.do("bus", "divert", announced(one), "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    step(other, open_buses(other)[0])
    heard(other, one)
    assert "Enschede takes it" in texts(one)


def test_a_bus_whose_sender_waits_cannot_just_be_ended(desks: tuple[Night, Night]) -> None:
    one, other = desks
    one.do("bus", "divert", announced(one), "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    (there,) = open_buses(other)
    for words in (
        ["cancel", there, "--reason", "no"],
        ["no-show", there],
        ["divert", there, "--to", "X", "--agreed-by", "Y"],
    ):
        said = other.refused("bus", *words)
        assert "comes from Oldenzaal, who waits for an answer. Take it or refuse it" in said


# --- wanted back ------------------------------------------------------------------------------


def test_a_bus_asked_back_is_the_other_desks_until_the_region_says_so(desks: tuple[Night, Night]) -> None:
    one, other = desks
    ref = announced(one)
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    assert "Enschede may know of it already. Ask it back" in one.refused("undo")
    one.do("bus", "recall", ref)
    heard(one)
    assert open_buses(one) == [ref]
    heard(other)
    assert open_buses(other) == []
    assert "bus 1: Oldenzaal took it back" in texts(other)


def test_a_bus_that_was_taken_is_not_taken_back(desks: tuple[Night, Night], region: Region) -> None:
    one, other = desks
    ref = announced(one)
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    region.server.line.cut()
    one.run("bus", "recall", ref)
    other.run("bus", "accept", open_buses(other)[0])
    assert "asked back from Enschede" in texts(one)
    region.server.line.mend()
    heard(other, one, other)
    assert (open_buses(one), len(open_buses(other))) == ([], 1)
    assert "It is taken already" in other.refused("bus", "accept", open_buses(other)[0])
    assert "Enschede takes it. Ring them." in one.refused("bus", "recall", ref)


def test_without_a_line_a_mistake_is_taken_back_at_once_for_nobody_can_know_of_it(
    desks: tuple[Night, Night], region: Region
) -> None:
    one, other = desks
    first, second = announced(one), announced(one, 12)
    region.server.line.cut()
    done = one.run("bus", "divert", first, "--desk", "Enschede", "--agreed-by", "Els", "--json").json
    assert "cannot be reached" in done["warnings"][0]
    one.do("undo")
    one.run("bus", "divert", second, "--desk", "Enschede", "--agreed-by", "Els")
    assert one.run("bus", "recall", second, "--json").json["state"] == "withdrawn"
    assert open_buses(one) == [first, second]
    region.server.line.mend()
    heard(one, other)
    assert buses(other) == []
    assert region.rows("SELECT * FROM doorstroom.diverted") == []


def test_a_bus_that_was_taken_back_and_stands_at_the_other_door_is_theirs(
    desks: tuple[Night, Night], region: Region
) -> None:
    one, other = desks
    ref = announced(one)
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    region.server.line.cut()
    other.do("bus", "arrive", open_buses(other)[0])
    region.server.line.mend()
    one.do("bus", "recall", ref)
    heard(one)
    assert open_buses(one) == [ref]
    heard(other, one)
    assert (open_buses(one), len(open_buses(other))) == ([], 1)


def test_a_bus_that_was_taken_without_a_line_is_not_ended_before_its_sender_can_know(
    desks: tuple[Night, Night], region: Region
) -> None:
    one, other = desks
    one.do("bus", "divert", announced(one), "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    (there,) = open_buses(other)
    region.server.line.cut()
    other.run("bus", "accept", there)
    said = other.refused("bus", "no-show", there)
    assert "is taken, and Oldenzaal does not know it yet. Ring them, or wait until the region is reached" in said
    region.server.line.mend()
    heard(other)
    other.do("bus", "no-show", there)


def test_a_handover_says_what_stands_between_desks(desks: tuple[Night, Night]) -> None:
    one, other = desks
    one.do("bus", "divert", announced(one), "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    heard(one)
    for night, said in ((one, "B-0407-1 from Utrecht; on the screen at Enschede, no answer yet"), (other, "sent by")):
        night.do("shift", "handover")
        items = night.do("report", "handover")["made"]["items"]
        assert any(said in item["text"] for item in items), items


# --- wrong --------------------------------------------------------------------------------------


def test_a_desk_that_the_region_does_not_have_is_named_with_those_it_has(
    desks: tuple[Night, Night], tmp_path: Path
) -> None:
    one, _other = desks
    ref = announced(one)
    said = one.refused("bus", "divert", ref, "--desk", "Almelo", "--agreed-by", "Els")
    assert "The region has no desk Almelo. There are: Enschede" in said
    ran = one.run("bus", "divert", ref, "--to", "Zwolle", "--desk", "Enschede", "--agreed-by", "Els")
    assert ran.exit == 2
    assert "one of the two" in ran.err
    (tmp_path / "alone").mkdir()
    alone = Night(tmp_path / "alone").made(beds=4)
    assert "belongs to no region" in alone.refused("bus", "divert", announced(alone), "--desk", "X", "--agreed-by", "Y")


def test_a_desk_that_left_meanwhile_gets_no_bus_and_its_sender_has_it_again(
    desks: tuple[Night, Night], region: Region
) -> None:
    one, other = desks
    ref = announced(one)
    other.do("region", "leave")
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(one)
    assert open_buses(one) == [ref]
    assert "Enschede does not take it (there is no such desk)" in texts(one)


def test_nobody_leaves_while_another_desk_waits_for_an_answer(desks: tuple[Night, Night]) -> None:
    one, other = desks
    one.do("bus", "divert", announced(one), "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    assert "stands between this desk and Oldenzaal" in other.refused("region", "leave")
    assert "stands between this desk and Enschede" in one.refused("region", "leave")
    other.do("bus", "refuse", open_buses(other)[0], "--because", "mistake")
    other.do("region", "leave")


def test_what_another_desk_wrote_by_hand_into_a_bus_is_not_taken_for_counts(
    desks: tuple[Night, Night], region: Region
) -> None:
    one, other = desks
    one.do("bus", "divert", announced(one, 9, "--men", 3), "--desk", "Enschede", "--agreed-by", "Els")
    region.do(
        """UPDATE doorstroom.diverted SET people = 100000, eta = 'infinity', announced_at = '-infinity',
        composition = '{"men": 99999, "women": -4, "babies": "two", "children": 3, "note": 5, "id": 9,
        "single_men": 2.5}'"""
    )
    heard(other)
    (bus,) = buses(other)
    assert (bus["announced"], bus["men"], bus["women"], bus["babies"], bus["children"]) == (None, None, None, None, 3)
    assert (bus["note"], bus["eta"], bus["single_men"]) == ("", None, None)


def test_counts_that_do_not_fit_together_are_left_out_and_the_bus_comes(
    desks: tuple[Night, Night], region: Region
) -> None:
    one, other = desks
    one.do("bus", "divert", announced(one), "--desk", "Enschede", "--agreed-by", "Els")
    region.do("""UPDATE doorstroom.diverted SET composition = '{"men": 6, "women": 6}'""")
    heard(other)
    assert (buses(other)[0]["announced"], buses(other)[0]["men"]) == (9, None)


def test_a_desk_answers_only_what_was_sent_to_it_and_takes_back_only_what_it_sent(
    desks: tuple[Night, Night], region: Region, tmp_path: Path
) -> None:
    one, _other = desks
    third = region.desk("Almelo", tmp_path / "Almelo", beds=7)
    heard(third)
    one.do("bus", "divert", announced(one), "--desk", "Enschede", "--agreed-by", "Els")
    ((uid, line),) = region.rows(
        "SELECT b.uid, l.number FROM doorstroom.diverted b, doorstroom.line l JOIN doorstroom.desk d ON d.id = l.desk"
        " WHERE d.name = 'Almelo'"
    )
    with opened(third) as desk:
        link = sent.must_have_region(desk.db)
        from storage.region import server

        with server.reached_by(link, desk.path) as there:
            there.conn.execute("SELECT doorstroom.answer_bus(%s, %s, 'accepted', 'B-1', '', true)", [line, uid])
            there.conn.execute("SELECT doorstroom.withdraw_bus(%s, %s, 'Enschede', 'B-1', 4)", [line, uid])
            with pytest.raises(Exception, match="permission denied"):
                there.conn.execute("UPDATE doorstroom.diverted SET state = 'refused'")
    assert region.rows("SELECT state, receiver_ref FROM doorstroom.diverted") == [("sent", "")]
