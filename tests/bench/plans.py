"""The planner beside the first fit that stood before it, on generated nights; and how long a full night takes."""

from dataclasses import dataclass
from statistics import mean, median
from time import perf_counter

from desk import planner
from desk.night import Night
from desk.plans.beds import BedPlan, first_fit, plan_beds
from tests.plan_nights import full_bus, nights

NIGHTS, QUICK_NIGHTS = 1_000, 60
FULL, QUICK_FULL = 100, 10
FULL_S = 0.3
"""Sixty households in twenty-five rooms: the median time of a plan, building included."""


@dataclass(frozen=True)
class Compared:
    """One night both ways."""

    plan: BedPlan
    first: BedPlan
    seconds: float


def compared(night: Night) -> Compared:
    """The plan and first fit for everybody who waits."""
    first = first_fit(night, planner.waiting(night))
    began = perf_counter()
    plan = plan_beds(night, explain=False)
    return Compared(plan, first, perf_counter() - began)


def beds(quick: bool) -> str:
    """Generated nights in one run: worse nights are named; the means of people bedded and beds left, side by side."""
    plan_beds(full_bus(0), explain=False)  # the solver loads once a session
    count = QUICK_NIGHTS if quick else NIGHTS
    found = [compared(night) for night in nights(0, count)]
    worse = [seed for seed, one in enumerate(found) if one.plan.measure.worth < one.first.measure.worth]
    better = sum(one.plan.measure.worth > one.first.measure.worth for one in found)
    proved = sum(one.plan.status == "optimal" for one in found)
    same = [one for one in found if one.plan.measure.people == one.first.measure.people]
    lines = [
        f"## The bed plan beside first fit, on {count:,} generated nights",
        "",
        f"worse than first fit: {len(worse)}{f' (seeds {worse[:10]})' if worse else ''}; better: {better};"
        f" proved optimal: {proved}",
        _beside("people in bed, mean", [(o.plan.measure.people, o.first.measure.people) for o in found]),
        _beside("beds left usable, mean", [(o.plan.free_after, o.first.free_after) for o in found]),
        _beside(
            f"beds left usable, mean of the {len(same)} nights with as many in bed",
            [(o.plan.free_after, o.first.free_after) for o in same],
        ),
        _beside("linked pairs adjoining, mean", [(o.plan.measure.linked, o.first.measure.linked) for o in found]),
        _times("a plan", [one.seconds for one in found]),
        "",
        _full(QUICK_FULL if quick else FULL),
        "",
    ]
    return "\n".join(lines)


def _full(count: int) -> str:
    found = [compared(full_bus(seed)) for seed in range(count)]
    proved = sum(one.plan.status == "optimal" for one in found)
    took = [one.seconds for one in found]
    above = "" if median(took) <= FULL_S else "  above"
    return (
        _times(f"60 households, 25 rooms, {count} nights, {proved} proved optimal", took) + f"; goal {FULL_S} s{above}"
    )


def _beside(what: str, pairs: list[tuple[int, int]]) -> str:
    ours, before = mean(one for one, _other in pairs), mean(other for _one, other in pairs)
    return f"{what}: plan {ours:.2f}, first fit {before:.2f}"


def _times(what: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return (
        f"{what}: median {median(ordered):.3f} s, 95 of 100 within {ordered[int(0.95 * (len(ordered) - 1))]:.3f} s,"
        f" longest {ordered[-1]:.3f} s"
    )
