"""A bus sent, taken, refused and asked back by keys, at two desks that each sit at a terminal of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.regions import Region, keeping_on, new_region
from tests.stage import answer, opened, sit_down, type_line
from tests.terminal import Terminal
from tests.test_region_buses import announced, two_desks


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


@pytest.fixture
def seats(region: Region, tmp_path: Path) -> Iterator[tuple[Terminal, Terminal]]:
    """Oldenzaal, to which a bus comes, and Enschede; what tells the region runs at both."""
    desks = two_desks(region, tmp_path)
    announced(desks[0], 9, "--children", 4)
    with ExitStack() as ending:
        for desk in desks:
            running = keeping_on(desk)
            ending.callback(running.communicate, timeout=30)
            ending.callback(running.terminate)
        one, other = (ending.enter_context(sit_down(desk.store)) for desk in desks)
        yield opened(one), opened(other)


def sent(one: Terminal) -> None:
    """Oldenzaal sends the bus on: 2 v, where and who, Enter."""
    one.press("2")
    one.wait_for("Bus 1, B-0407-1")
    one.press("v")
    one.wait_for("or to another desk: desk Enschede")
    type_line(one, "desk enschede, Els")
    one.wait_for("On the screen at Enschede, no answer yet", timeout=30)


def test_a_bus_is_sent_with_three_keys_and_a_name_and_taken_with_one(seats: tuple[Terminal, Terminal]) -> None:
    one, other = seats
    sent(one)
    other.wait_for("take or refuse bus 1: 9 people, sent by Oldenzaal")
    other.press("8")
    other.wait_for("Oldenzaal > Enschede  B-0407-1")
    assert "no answer yet" in other.text
    other.press("2")
    other.wait_for("Sent by Oldenzaal, who waits for an answer")
    assert "Enter take it" in other.text
    assert "k refuse it" in other.text
    other.press("enter")
    other.wait_for("Sent by Oldenzaal, taken")
    one.wait_for("Enschede takes it")
    assert "ask it back" not in one.text


def test_a_bus_is_refused_by_the_number_of_a_reason_and_stands_open_at_its_senders(
    seats: tuple[Terminal, Terminal],
) -> None:
    one, other = seats
    sent(one)
    other.press("2")
    other.wait_for("who waits for an answer")
    other.press("k")
    other.wait_for("1 no beds left  2 too few on duty")
    type_line(other, "9")
    other.wait_for("Why? One of: full, staff, suit, mistake")
    assert "9" in other.text, "nothing typed is lost"
    other.press("backspace")
    type_line(other, "2")
    other.wait_for("refused: too few on duty")
    one.wait_for("Enschede does not take it: too few on duty")
    one.wait_for("Ways to find 9")
    one.press("1")
    one.wait_for("bus 1 is yours again: Enschede does not take it")


def test_a_bus_is_asked_back_with_enter_and_a_yes(seats: tuple[Terminal, Terminal]) -> None:
    one, other = seats
    sent(one)
    other.wait_for("take or refuse bus 1")
    one.press("enter")
    answer(one, "Ask bus 1 back from Enschede? Ring them too.")
    one.wait_for("Taken back from Enschede")
    one.wait_for("Ways to find 9")
    other.wait_for("bus 1: Oldenzaal took it back")
