"""The onward plan on nights made from a seed: how long it takes, and what it places beside one after the other."""

from dataclasses import dataclass
from importlib import import_module
from statistics import mean, median
from time import perf_counter

from desk.plans.first_fit import first_fit, worth
from desk.plans.onward import plan_onward, solved
from desk.plans.waiting import task_of
from tests.waiting_nights import waiting_night

GOAL_S = 0.3


@dataclass(frozen=True)
class Large:
    """A night of another size, with the most it may take."""

    households: int
    municipalities: int
    locations: int
    most_s: float


LARGE = (Large(500, 14, 150, 10.0), Large(2_000, 60, 600, 60.0))


def usual(nights: int) -> str:
    """60 households, 14 municipalities, 60 locations, each until it is proved."""
    _loaded()
    took, proved = [], 0
    for seed in range(nights):
        night = waiting_night(seed)
        began = perf_counter()
        plan = plan_onward(night, seconds=20, total=60)
        took.append(perf_counter() - began)
        proved += plan.status == "optimal"
    above = "" if median(took) <= GOAL_S else "  above"
    return (
        f"Onward, 60 households to 60 locations: median {median(took):.3f} s of {nights} nights, longest"
        f" {max(took):.2f} s, {proved} proved; goal {GOAL_S:.2f} s{above}"
    )


def large(size: Large, seed: int = 1) -> str:
    """A large night in the time there is, with the bound and the gap of each objective."""
    night = waiting_night(seed, size.households, size.municipalities, size.locations)
    began = perf_counter()
    plan = plan_onward(night)
    took = perf_counter() - began
    above = "" if took <= size.most_s else "  above"
    lines = [
        f"Onward, {size.households:,} households to {size.locations} locations: {took:.1f} s, {plan.people:,} people"
        f" placed, {plan.status}; goal {size.most_s:.0f} s{above}"
    ]
    lines += [
        f"  {level.name}: {level.value:,.0f}, bound {level.bound:,.0f}, gap {level.gap:.2%}, {level.seconds:.2f} s"
        for level in plan.levels
    ]
    return "\n".join(lines)


def beside_first_fit(nights: int) -> str:
    """So many nights in one run: never worse than one household after the other, and how much better on the mean."""
    ours, theirs, worse = [], [], 0
    for seed in range(nights):
        task = task_of(waiting_night(seed, households=24, municipalities=8, locations=24))
        best, first = worth(task, solved(task, 2.0, 8.0)[0]), worth(task, first_fit(task))
        worse += best < first
        ours.append(best[0])
        theirs.append(first[0])
    return (
        f"{nights:,} nights: people suitably placed, mean {mean(ours):.2f}; one after the other {mean(theirs):.2f};"
        f" worse on {worse}"
    )


def _loaded() -> None:
    """The import is not in the time of a plan."""
    for name in ("numpy", "highspy"):
        import_module(name)
