"""Nights made from a seed, of households that wait and a region that may take them: as mixed as facts 13 says."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from desk.capacity import Location, Municipality
from desk.households import Household, Link
from desk.night import Night
from desk.placements import Declined
from tests.nights import NOW, ago, house, joined

TWENTE = (
    73_080,
    23_686,
    26_580,
    159_533,
    24_222,
    35_879,
    81_062,
    35_104,
    22_877,
    31_704,
    38_203,
    21_288,
    33_697,
    24_521,
)
"""Inhabitants of the 14 municipalities (facts 9)."""
SIZES = (1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6)


def waiting_night(seed: int, households: int = 60, municipalities: int = 14, locations: int = 60) -> Night:
    """So many households that wait, and so many locations over the municipalities; the same seed, the same night.

    Some nights have more places than people (minutes 2.3), some fewer; about 5 % are not Ukrainian, 4 % cannot climb
    stairs, 3 % have pets, some are linked, tied to a municipality, or were refused before.
    """
    rng = Random(seed)
    places = tuple(
        Municipality(
            id=n, code=f"GM{n:04}", name=f"Gemeente {n:03}", inhabitants=TWENTE[(n - 1) % len(TWENTE)] + 13 * n
        )
        for n in range(1, municipalities + 1)
    )
    scarce = rng.choice((0.8, 1.2, 2.0, 3.0))
    mean = max(2, round(scarce * households * 2.8 / locations))
    where = tuple(_location(rng, n, rng.randint(1, municipalities), mean) for n in range(1, locations + 1))
    people = [_household(rng, n, municipalities) for n in range(1, households + 1)]
    night = replace(joined(house(4), *people), municipalities=places, locations=where)
    links = tuple(
        Link(id=n, household=one, other=other) for n, (one, other) in enumerate(_pairs(rng, households), start=1)
    )
    said_no = tuple(
        Declined(rng.randint(1, households), rng.randint(1, locations), "full", ago(3))
        for _n in range(households // 20)
    )
    return replace(night, links=links, declined=said_no)


def _location(rng: Random, number: int, municipality: int, mean: int) -> Location:
    capacity = rng.randint(1, 2 * mean) + 20
    told = rng.random() < 0.85
    groups = rng.choice(
        ("", "", "", "family,single_parent", "family,single_parent,adults", "single_woman,single_parent")
    )
    return Location(
        id=number,
        ref=f"L-{number}",
        name=f"Location {number:03}",
        municipality=municipality,
        kind=rng.choice(("municipal", "municipal", "municipal", "private")),
        capacity=capacity,
        groups=groups,
        nationalities=rng.choice(("", "", "", "UKR")),
        wheelchair=rng.choice((True, False, None)),
        pets=rng.choice((True, False, None)),
        occupied=20 if told else None,
        occupied_at=ago(1) if told else None,
        answers=rng.choice(("24/7", "08:00-18:00")),
        phone=f"0600-{number:06}",
        available_from="2022-04-13" if rng.random() < 0.05 else "",
        most_alone=rng.choice((None, None, 0, 1, 2)),
    )


def _household(rng: Random, number: int, municipalities: int) -> Household:
    people = rng.choice(SIZES)
    group = {1: rng.choice(("single_woman", "single_woman", "single_man"))}.get(people, "")
    group = group or rng.choice(("family", "family", "single_parent", "adults"))
    tied = rng.random() < 0.05
    return Household(
        id=number,
        ref=f"H-220407-{number}",
        name=f"Family {number}",
        people=people,
        group_kind=group,
        sex={"single_woman": "f", "single_man": "m"}.get(group),
        nationality="SYR" if group == "single_man" and rng.random() < 0.5 else rng.choice(("UKR",) * 19 + (None,)),
        needs="wheelchair" if rng.random() < 0.04 else "",
        pets=1 if rng.random() < 0.03 else 0,
        since=NOW - timedelta(minutes=5 * number),
        tie=rng.randint(1, municipalities) if tied else None,
        tie_reason="family" if tied else "",
    )


def _pairs(rng: Random, households: int) -> list[tuple[int, int]]:
    numbers = list(range(1, households + 1))
    rng.shuffle(numbers)
    return [(numbers[2 * n], numbers[2 * n + 1]) for n in range(households // 25)]
