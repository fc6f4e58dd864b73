"""The region beyond one machine: made by its keeper, joined by desks, told of what they do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.regions import Region, journal, new_region


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


def test_what_a_desk_does_is_told_once_and_in_order(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.bus("Utrecht", 48)
    desk.in_bed("Petrenko", 3)
    assert desk.do("region", "status")["waiting"] == len(journal(desk))
    assert desk.do("region", "push")["actions"] == len(journal(desk))
    assert region.told("Oldenzaal") == journal(desk)
    desk.in_bed("Koval", 2)
    desk.do("undo")
    assert desk.do("region", "push")["actions"] == 3
    assert desk.do("region", "push")["actions"] == 0
    assert region.told("Oldenzaal") == journal(desk)
    assert desk.do("region", "status")["waiting"] == 0
