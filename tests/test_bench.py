"""The bench runs; what it measures on this machine at this moment is nobody's promise."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import evacuation
from tests.bench.actions import ACTIONS
from tests.bench.report import Measured, section

ROOT = Path(__file__).parent.parent


def printed(part: str) -> list[str]:
    """What the bench prints of one part when it is told to be quick."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", part],
        cwd=ROOT,
        env={**os.environ, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [line for line in run.stdout.splitlines() if line]


def test_the_bench_prints_what_the_desk_takes_beside_what_it_is_held_against() -> None:
    title, heading, *measured = printed("actions")
    assert "durable action" in title
    assert heading.split() == ["desk", "against", "ratio", "goal"]
    numbers = r"  +[\d.]+ ms +[\d.]+ ms +[\d.]+x +3\.00x(  above)?"
    assert len(measured) == len(ACTIONS)
    for name, line in zip(ACTIONS, measured, strict=True):
        assert re.fullmatch(re.escape(name) + numbers, line), line


@pytest.mark.slow
def test_the_bench_says_how_soon_who_is_inside_is_in_the_hand() -> None:
    title, _heading, *measured, last = printed("evacuation")
    assert "150 people, with 300 people gone by" in title
    for name, line in zip(evacuation.WORK, measured, strict=True):
        assert re.fullmatch(re.escape(name) + r"  +[\d.]+ ms +[\d.]+ ms +[\d.]+x +1\.25x(  above)?", line), line
    assert re.fullmatch(r"evacuation list for 150 people: \d+\.\d\d s; goal 1\.00 s(  above)?", last), last


def test_a_ratio_is_of_the_medians_and_what_is_above_its_goal_is_said() -> None:
    slow = Measured("start", [0.2, 0.3, 9.0], [0.2, 0.2, 0.2], 1.4)
    good = Measured("key", [0.002], [0.004], 1.5)
    _title, _heading, first, second, *_rest = section("At a terminal", [slow, good]).splitlines()
    assert first.split() == ["start", "300", "ms", "200", "ms", "1.50x", "1.40x", "above"]
    assert second.split() == ["key", "2.000", "ms", "4.000", "ms", "0.50x", "1.50x"]
