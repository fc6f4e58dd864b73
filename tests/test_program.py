"""Programs of several objectives: the best by the first, then by the second, proved; against trying everything."""

import itertools
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.plans.program import Objective, Program

WEIGHTS = st.lists(st.integers(-3, 5), min_size=5, max_size=5)
ROWS = st.lists(st.tuples(st.lists(st.integers(0, 4), min_size=5, max_size=5), st.integers(0, 8)), max_size=4)


def by_trying(rows: Sequence[tuple[list[int], int]], objectives: Sequence[tuple[list[int], bool]]) -> tuple[int, ...]:
    """What the objectives come to, in their order, over all ways to say yes or no five times."""
    allowed = [
        values
        for values in itertools.product((0, 1), repeat=5)
        if all(sum(w * v for w, v in zip(weights, values, strict=True)) <= limit for weights, limit in rows)
    ]
    found = []
    for weights, largest in objectives:
        worth = [sum(w * v for w, v in zip(weights, values, strict=True)) for values in allowed]
        best = max(worth) if largest else min(worth)
        found.append(best)
        allowed = [values for values, sum_ in zip(allowed, worth, strict=True) if sum_ == best]
    return tuple(found)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, objectives=st.lists(st.tuples(WEIGHTS, st.booleans()), min_size=1, max_size=3))
def test_each_objective_comes_to_what_trying_everything_gives(
    rows: list[tuple[list[int], int]], objectives: list[tuple[list[int], bool]]
) -> None:
    program = Program()
    made = [program.yes_or_no() for _ in range(5)]
    for weights, limit in rows:
        program.at_most(zip(made, weights, strict=True), limit)
    answer = program.best(
        [Objective(str(n), dict(zip(made, weights, strict=True)), up) for n, (weights, up) in enumerate(objectives)], 5
    )
    assert answer is not None
    assert tuple(level.value for level in answer.levels) == by_trying(rows, objectives)
    assert (answer.status, answer.gap) == ("optimal", 0.0)
    assert program.holds(answer.values)


def knapsack(things: int) -> tuple[Program, Objective]:
    """Things that nearly fill a bag: quick to fill well, long to prove."""
    program = Program()
    weights = [1_000 + (7_919 * n) % 997 for n in range(things)]
    made = [program.yes_or_no() for _ in weights]
    for part in range(5):
        with_part = [w if (n + part) % 3 else w + 13 for n, w in enumerate(weights)]
        program.at_most(zip(made, with_part, strict=True), 15_551)
    return program, Objective("weight", dict(zip(made, weights, strict=True)))


def test_a_solver_that_has_no_time_gives_the_best_it_found_and_how_far_it_may_be() -> None:
    program, weight = knapsack(60)
    answer = program.best([weight], 0.0, [0.0] * 60)
    assert answer is not None
    assert answer.status == "time_limit"
    assert answer.levels[0].bound > answer.levels[0].value
    assert answer.gap > 0
    assert program.holds(answer.values)
    enough = program.best([weight], 60)
    assert enough is not None
    assert answer.levels[0].bound >= enough.levels[0].value > answer.levels[0].value


def test_what_comes_out_is_never_worse_than_what_it_began_with() -> None:
    program, weight = knapsack(60)
    good = program.best([weight], 1)
    assert good is not None
    again = program.best([weight], 0.0, good.values)
    assert again is not None
    assert again.levels[0].value >= good.levels[0].value


def test_a_start_that_breaks_a_rule_does_not_count() -> None:
    program = Program()
    one = program.yes_or_no()
    program.at_most([(one, 1)], 0)
    assert not program.holds([1.0])
    answer = program.best([Objective("one", {one: 1})], 1, [1.0])
    assert answer is not None
    assert not answer.chosen(one)


def test_where_nothing_fits_there_is_no_answer() -> None:
    program = Program()
    one = program.yes_or_no()
    program.at_least([(one, 1)], 2)
    assert program.best([Objective("one", {one: 1})], 1) is None


def test_whole_numbers_and_amounts_stand_beside_each_other() -> None:
    program = Program()
    people, buses = program.amount(0, 120), program.whole(0, 10)
    program.at_most([(people, 1), (buses, -49)], 0)
    answer = program.best([Objective("people", {people: 1}), Objective("buses", {buses: 1}, largest=False)], 1)
    assert answer is not None
    assert answer.values[people] == pytest.approx(120)
    assert answer.count(buses) == 3


def test_the_solver_prints_nothing_over_the_screen() -> None:
    script = """
from desk.plans.program import Objective, Program
program = Program()
one = program.yes_or_no()
print(program.best([Objective("one", {one: 1})], 1).values)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("(1.0,)\n", "")
