"""Places one household after the other, as a person does by hand: what a plan is held against, and starts from."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from desk.households import Household
from desk.plans.waiting import Counts, Pair, Task, cost

_ORDER = {True: 0, None: 1}


@dataclass
class Board:
    """Who has been given which place so far, and what is left."""

    task: Task
    left: dict[int, int]
    men_left: dict[int, int]
    given: dict[int, int] = field(default_factory=dict)
    """Household id to location id."""
    more: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """People given a place, by municipality."""
    men: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def empty(cls, task: Task) -> "Board":
        """Nobody has a place yet."""
        return cls(task, dict(task.places), dict(task.men_left))

    def can(self, household: Household) -> list[int]:
        """The locations that still have room for a household."""
        group = self.task.group_of[household.id]
        spread = self.task.alike[group].man_spread
        return [
            location
            for location in self.task.open_to.get(group, ())
            if self.left[location] >= household.people and not (spread and self.men_left.get(location, 1) < 1)
        ]

    def give(self, household: Household, location: int) -> None:
        """A household goes there."""
        self.given[household.id] = location
        self.left[location] -= household.people
        self.more[self.task.municipality(location)] += household.people
        if self.task.alike[self.task.group_of[household.id]].man_spread:
            self.men[self.task.municipality(location)] += 1
            if location in self.men_left:
                self.men_left[location] -= 1

    def counts(self) -> dict[tuple[int, int], int]:
        """How many of each group go where."""
        found: dict[tuple[int, int], int] = defaultdict(int)
        for household, location in self.given.items():
            found[self.task.group_of[household], location] += 1
        return dict(found)


def first_fit(task: Task) -> Counts:
    """Each in the order in which they came, to the first of suitability's list that still has room.

    That list is: what suits, then what has to be asked; in it the municipality with the fewest for its inhabitants.
    """
    board = Board.empty(task)
    night = task.night
    there: dict[int, int] = defaultdict(int)
    for standing in night.standing.values():
        there[standing.location.municipality] += standing.occupied + standing.held
    inhabitants = {m.id: max(1, m.inhabitants) for m in night.municipalities}
    for household in task.households:
        group = task.group_of[household.id]

        def rank(location: int, group: int = group) -> tuple[int, float, int, str]:
            place = task.municipality(location)
            load = (there[place] + board.more[place]) / inhabitants.get(place, 1)
            return _ORDER[task.fits[group, location]], load, -board.left[location], night.location[location].name

        if can := board.can(household):
            board.give(household, min(can, key=rank))
    return board.counts()


def with_care(task: Task, settled: Counts | None = None) -> Counts:
    """Those hardest to place first, linked households after each other, each where it costs least by every rule.

    `settled` are given their places before: as many of a group as still fit there.
    """
    board, night = Board.empty(task), task.night
    for (group, location), number in (settled or {}).items():
        for h in [h for h in task.alike[group].members if h.id not in board.given][:number]:
            if location in board.can(h):
                board.give(h, location)

    @cache
    def dearer(place: int, before: int, people: int) -> int:
        return cost(task.share_prices[place], before + people) - cost(task.share_prices[place], before)

    @cache
    def dearer_man(place: int, before: int) -> int:
        prices = task.men_prices.get(place, ())
        return cost(prices, before + 1) - cost(prices, before)

    linked = {h.id: min({h.id, *night.linked.get(h.id, ())}) for h in task.households}

    def hardness(h: Household) -> tuple[bool, int, bool, int, int, int]:
        options = len(task.open_to.get(task.group_of[h.id], ()))
        return not night.linked.get(h.id), linked[h.id], h.tie is None, options, -h.people, h.id

    for household in sorted((h for h in task.households if h.id not in board.given), key=hardness):
        group = task.group_of[household.id]
        partners = sorted(night.linked.get(household.id, ()))
        together = [night.household[other] for other in partners if other in task.group_of]
        where = [board.given[h.id] for h in together if h.id in board.given]
        to_come = sum(h.people for h in together if h.id not in board.given)

        def rank(
            location: int,
            h: Household = household,
            group: int = group,
            where: list[int] = where,
            to_come: int = to_come,
        ) -> tuple[object, ...]:
            place = task.municipality(location)
            return (
                _ORDER[task.fits[group, location]],
                -where.count(location),
                not where and board.left[location] < h.people + to_come,
                -sum(task.municipality(other) == place for other in where),
                h.tie != place,
                dearer(place, board.more[place], h.people),
                dearer_man(place, board.men[place]) if task.alike[group].man_spread else 0,
                board.left[location] == task.places[location],
                night.location[location].name,
            )

        if can := board.can(household):
            board.give(household, min(can, key=rank))
    return board.counts()


def worth(task: Task, counts: Counts) -> tuple[int, ...]:
    """What a plan comes to, objective by objective in their order, each as large as possible."""
    at: dict[int, list[int]] = defaultdict(list)
    more: dict[int, int] = defaultdict(int)
    men: dict[int, int] = defaultdict(int)
    suits = placed = tied = 0
    for (group, location), number in counts.items():
        if not number:
            continue
        alike, place = task.alike[group], task.municipality(location)
        at[group] += [location] * number
        placed += number * alike.people
        suits += number * alike.people if task.fits[group, location] else 0
        tied += number if alike.tie == place else 0
        more[place] += number * alike.people
        men[place] += number if alike.man_spread else 0
    return (
        suits,
        placed,
        sum(_together(task, at, pair, nearby=False) for pair in task.pairs),
        sum(_together(task, at, pair, nearby=True) for pair in task.pairs),
        tied,
        -sum(cost(task.share_prices[place], people) for place, people in more.items()),
        -sum(cost(task.men_prices.get(place, ()), number) for place, number in men.items()),
        -len({location for (_group, location), number in counts.items() if number}),
    )


def _together(task: Task, at: dict[int, list[int]], pair: Pair, *, nearby: bool) -> bool:
    one = at.get(pair.one, [])
    other = [pair.at] if pair.other is None else at.get(pair.other, [])
    if not one or not other:
        return False
    return task.municipality(one[0]) == task.municipality(other[0]) if nearby else one[0] == other[0]
