"""Some faults among the tests, and the controls; `python -m tests.faults --quick` has all kinds, the full one more."""

from pathlib import Path

import pytest

from tests.faults.kinds import KINDS
from tests.faults.place import Place

FEW = {"flat-out": 5, "power": 40, "flipped": 25}
CAUGHT_BY = {"fsync": ("power", 60), "journal": ("flat-out", 5), "immediate": ("flat-out", 40)}
"""Where it is seen that a protection is gone."""


@pytest.mark.parametrize("kind", FEW)
def test_nothing_is_lost(kind: str, tmp_path: Path) -> None:
    found = KINDS[kind][0](Place(tmp_path), 1, FEW[kind])
    assert found.injected
    assert found.lost == []


@pytest.mark.parametrize("protection", CAUGHT_BY)
def test_the_control_without_a_protection_something_is_lost(protection: str, tmp_path: Path) -> None:
    kind, times = CAUGHT_BY[protection]
    assert KINDS[kind][0](Place(tmp_path, protection), 1, times).lost
