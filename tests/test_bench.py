"""The bench runs; what it measures on this machine at this moment is nobody's promise."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.bench import bytes, evacuation
from tests.bench.actions import ACTIONS
from tests.bench.report import Counted, Measured, section

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
    numbers = r"  +[\d.]+ ms +[\d.]+ ms +[\d.]+x +2\.00x(  above)?"
    assert len(measured) == len(ACTIONS)
    for name, line in zip(ACTIONS, measured, strict=True):
        assert re.fullmatch(re.escape(name) + numbers, line), line


@pytest.mark.long
def test_the_bench_says_how_soon_who_is_inside_is_in_the_hand() -> None:
    title, _heading, *measured, last = printed("evacuation")
    assert "150 people, with 300 people gone by" in title
    for name, line in zip(evacuation.WORK, measured, strict=True):
        assert re.fullmatch(re.escape(name) + r"  +[\d.]+ ms +[\d.]+ ms +[\d.]+x +1\.25x(  above)?", line), line
    assert re.fullmatch(r"evacuation list for 150 people: \d+\.\d\d s; goal 1\.00 s(  above)?", last), last


@pytest.mark.long
def test_the_bench_counts_what_an_hour_at_the_desk_sends() -> None:
    title, heading, hour, *rest = printed("bytes")
    assert re.fullmatch(r"Bytes on the line at 80 by 24: \d+ actions, \d+ row moves", title), title
    assert heading.split() == ["desk", "against", "ratio", "goal"]
    numbers = r"  +[\d,]+ B +[\d,]+ B +[\d.]+x +{goal}x(  above)?"
    assert re.fullmatch("an hour of work, against stock widgets" + numbers.format(goal="0.50"), hour), hour
    if find_spec("visidata") is None:
        assert rest == [bytes.SKIPPED]
        return
    moves, whole = rest
    assert re.fullmatch("its row moves, against as many in VisiData" + numbers.format(goal="1.30"), moves), moves
    assert re.fullmatch("all of the hour, against those" + numbers.format(goal="1.30"), whole), whole


@pytest.mark.long
def test_the_bench_says_what_one_more_session_at_the_desk_costs() -> None:
    title, memory, worked, idle, refresh = printed("sessions")
    assert re.fullmatch(r"3 sessions on one store, \d+ cores", title), title
    sizes = r"  +[\d.]+ MB +[\d.]+ MB +[\d.]+x +1\.50x(  above)?"
    assert re.fullmatch("memory of one, against a bare Textual table" + sizes, memory), memory
    assert re.fullmatch("  once its operator has worked and written" + sizes, worked), worked
    assert re.fullmatch(r"processor of one while idle, the busiest +[\d.]+ % +0\.50 %(  above)?", idle), idle
    assert re.fullmatch(r"an action of another .* shows it +\d+ ms +300 ms(  above)?", refresh), refresh


def test_a_ratio_is_of_the_medians_and_what_is_above_its_goal_is_said() -> None:
    slow = Measured("start", [0.2, 0.3, 9.0], [0.2, 0.2, 0.2], 1.4)
    good = Measured("key", [0.002], [0.004], 1.5)
    _title, _heading, first, second, *_rest = section("At a terminal", [slow, good]).splitlines()
    assert first.split() == ["start", "300", "ms", "200", "ms", "1.50x", "1.40x", "above"]
    assert second.split() == ["key", "2.000", "ms", "4.000", "ms", "0.50x", "1.50x"]
    assert Counted("hour", [120_630], [2_001_601], 0.5).line().split() == [
        *("hour", "120,630", "B", "2,001,601", "B", "0.06x", "0.50x"),
    ]


@pytest.mark.long
def test_the_bench_holds_what_is_told_and_asked_against_rows_by_hand() -> None:
    lines = printed("server")
    told = [line for line in lines if line.endswith(("1.50x", "1.50x  above"))]
    assert len(told) == 7
    assert len([line for line in lines if re.search(r"\d ms +[\d.]+x$", line)]) == 3
