"""A plan too large to search at once, made better part by part: some households are planned anew, the rest stays.

Each part is the same program with the places of the others taken, so every rule holds; a part is kept only where the
whole is better by the objectives in their order.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from random import Random
from time import perf_counter

from desk.households import Household
from desk.night import Night
from desk.placements import Placement, PlacementState
from desk.plans.first_fit import worth
from desk.plans.waiting import Counts, Task, task_of

Given = Mapping[int, int]
"""Location id by household id."""
MOST_CELLS = 2_000
"""Households times locations of a part: so many are searched in some tenths of a second."""
_FEWEST, _MOST = 8, 60


def in_parts(task: Task, given: Given, seconds: float, solve: Callable[[Task, float], Given]) -> Given:
    """The plan after as many parts as the time allows; the same order of parts each time."""
    until = perf_counter() + seconds
    best, value = dict(given), worth(task, counts_of(task, given))
    for part in _parts(task, best):
        left = until - perf_counter()
        if left <= 0:
            break
        inside = {h.id for h in part}
        stays = {household: location for household, location in best.items() if household not in inside}
        tried = {**stays, **solve(task_of(_with_asked(task.night, stays), part), left)}
        found = worth(task, counts_of(task, tried))
        if found > value:
            best.clear()
            best.update(tried)
            value = found
    return best


def counts_of(task: Task, given: Given) -> Counts:
    """A plan by household as a plan by group."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for household, location in given.items():
        found[task.group_of[household], location] += 1
    return found


def _parts(task: Task, given: Given) -> Iterator[list[Household]]:
    """Those who miss something first, each time with others whose places they could have; then whoever chance picks."""
    rng = Random(0)
    size = max(_FEWEST, min(_MOST, MOST_CELLS // max(1, len(task.places))))
    by_id = {h.id: h for h in task.households}
    for turn in count():
        wanting = [h for h in task.households if _misses(task, h, given)]
        rng.shuffle(wanting)
        chosen = wanting[: size // 2] if turn % 2 == 0 else []
        # who stays together is planned together
        with_partners = [
            by_id[n] for h in chosen for n in (h.id, *sorted(task.night.linked.get(h.id, ()))) if n in by_id
        ]
        others = rng.sample(task.households, min(size, len(task.households)))
        yield list({h.id: h for h in (*with_partners, *others)}.values())[:size]


def _misses(task: Task, household: Household, given: Given) -> bool:
    at = given.get(household.id)
    if at is None:
        return True
    apart = any(given.get(other, at) != at for other in task.night.linked.get(household.id, ()))
    return apart or household.tie not in {None, task.municipality(at)}


def _with_asked(night: Night, given: Given) -> Night:
    """The night as if these had been asked for: their places are held, and they count where they go."""
    asked = tuple(
        Placement(
            id=-household, household=household, people=night.household[household].people, location=location,
            state=PlacementState.ASKED,
        )
        for household, location in given.items()
    )  # fmt: skip
    kept = tuple(p for p in night.placements if p.household not in given)
    return replace(night, placements=kept + asked)
