"""Who may be named: of whom nobody is to be told, no list, count or sentence says the name; their own sheet does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import evacuation, muster, signals
from desk.households import COVERED
from desk.language import speak
from desk.refusals import Refused
from storage.store import Desk
from tests.cli import Night
from tests.stage import seated
from tests.store import in_bed, new_store

NAME = "Kovalenko"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    speak("en")
    with new_store(tmp_path, locations=False) as desk:
        yield desk


def everything_told(desk: Desk) -> str:
    """All that a list, a roll call and the signals say of the night."""
    value = desk.night()
    lines = [line.name for line in muster.muster(value).lines]
    return "\n".join(
        [
            *evacuation.lines(value, 80),
            str(evacuation.record(value)),
            *lines,
            muster.who_is_missing(value),
            *(signal.text for signal in signals.signals(value)),
        ]
    )


def test_the_list_the_roll_call_and_the_signals_cover_a_name_by_one_rule(desk: Desk) -> None:
    ref = in_bed(desk, NAME, 3)
    desk.households.out(ref, to="hospital", members=[1])
    desk.rollcalls.start()
    assert everything_told(desk).count(NAME) >= 4
    desk.households.say_nothing(ref)
    said = everything_told(desk)
    assert NAME not in said
    assert COVERED in said
    assert said.count(desk.night().said(ref)) >= 3
    (household,) = desk.night().staying
    assert evacuation.called(household) == household.called == COVERED


def test_a_refusal_does_not_name_them_either(desk: Desk) -> None:
    ref = in_bed(desk, NAME, 3)
    desk.households.say_nothing(ref)
    with pytest.raises(Refused) as no:
        desk.placements.depart(ref)
    assert NAME not in str(no.value)
    assert COVERED in str(no.value)


def test_by_keys_the_roll_call_counts_them_by_number(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=12)
    ref = night.in_bed(NAME, 3)
    night.do("household", "say-nothing", ref)
    with seated(night.store) as t:
        t.press("x")
        t.wait_for("-- Who is inside")
        t.wait_for(ref)
        t.settle()
        assert NAME not in t.text
        t.press("enter")
        t.wait_for("Roll call since")
        t.settle()
        assert NAME not in t.text
        assert ref in t.text
