"""What happened between two moments: counts, times and references, and never a name of a person.

Read from the store by `storage.history`; reports for outside the desk are made of this and of the night.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.buses import BusState, Numbers
from desk.figures import Period
from desk.households import Household, HouseholdState, Member
from desk.placements import PlacementState

AGE_BANDS = ((0, 3), (4, 11), (12, 17), (18, 64), (65, 120))
"""Facts 11: school duty begins at 5 and ends at 16, up to 3 sleep in a cot."""


@dataclass(frozen=True)
class BusEntry:
    """A bus as the period knew it; `reason` is what the desk wrote, without the names it knew."""

    ref: str
    from_place: str
    state: BusState
    numbers: Numbers
    deviation: int = 0
    first_eta: datetime | None = None
    eta: datetime | None = None
    arrived_at: datetime | None = None
    ended_at: datetime | None = None
    destination: str = ""
    reason: str = ""

    @property
    def late(self) -> timedelta | None:
        """How much later it came than was first told; negative where it came before."""
        return None if self.arrived_at is None or self.first_eta is None else self.arrived_at - self.first_eta


@dataclass(frozen=True)
class StayEntry:
    """A household in counts; `people` by age band and sex in `bands`, as far as that was told."""

    ref: str
    people: int
    state: HouseholdState
    group: str | None = None
    bands: tuple[tuple[str, str, int], ...] = ()
    registered_at: datetime | None = None
    since: datetime | None = None
    ended_at: datetime | None = None

    @property
    def registered(self) -> bool:
        """Whether they came to the table: not only on a list, and not one who never came."""
        return self.state not in {HouseholdState.EXPECTED, HouseholdState.NO_SHOW}

    def stayed_at(self, at: datetime) -> bool:
        """Whether they had been written down by that moment and had not gone."""
        came = self.registered_at or self.since
        if came is None or came > at or self.state is HouseholdState.MISSING or not self.registered:
            return False
        return self.ended_at is None or self.ended_at > at

    @property
    def length(self) -> timedelta | None:
        """How long they stayed; None while they are here."""
        return None if self.since is None or self.ended_at is None else self.ended_at - self.since


@dataclass(frozen=True)
class PlacementEntry:
    """A placement with the times of its steps; `reason` is a code and only of those declined."""

    ref: str
    people: int
    state: PlacementState
    location: int | None
    outside: str = ""
    asked_at: datetime | None = None
    agreed_at: datetime | None = None
    departed_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class DirectEntry:
    """People of a bus who were brought to a location directly, as it confirmed."""

    location: int
    people: int
    at: datetime


@dataclass(frozen=True)
class History:
    """The period from `since` to `until`, both included."""

    since: datetime
    until: datetime
    period: Period
    buses: tuple[BusEntry, ...] = ()
    stays: tuple[StayEntry, ...] = ()
    """Households who were here at some moment of the period, or came or went in it."""
    placements: tuple[PlacementEntry, ...] = ()
    direct: tuple[DirectEntry, ...] = ()

    def within(self, at: datetime | None) -> bool:
        """Whether a moment falls in the period."""
        return at is not None and self.since <= at <= self.until


def bands_of(household: Household, members: Sequence[Member], at: datetime) -> tuple[tuple[str, str, int], ...]:
    """The people of a household by age band and sex, as `("18-64", "f", 2)`; they add up to its people.

    Of whom no age was told it may still be known how many are children: they stand as `<18` and `18+`, else as `?`.
    """
    found: Counter[tuple[str, str]] = Counter()
    for member in members[: household.people]:
        found[_band(_age(member, at)), member.sex or "?"] += 1
    found["?", "?"] += household.people - sum(found.values())
    for band, told in (("<18", household.children), ("18+", household.adults)):
        grown = band == "18+"
        known = sum(n for (b, _sex), n in found.items() if b != "?" and (b in ("18-64", "65+")) == grown)
        _tell(found, band, (told or 0) - known)
    order = [*(name_of(low, high) for low, high in AGE_BANDS), "<18", "18+", "?"]
    return tuple(
        (band, sex, n) for (band, sex), n in sorted(found.items(), key=lambda e: (order.index(e[0][0]), e[0][1])) if n
    )


def _tell(found: Counter[tuple[str, str]], band: str, people: int) -> None:
    """So many of those whose age is not known belong to the band."""
    # those of unknown sex first: who is grown up and a woman is known to be one more often than not
    for sex in ("?", "x", "m", "f"):
        moved = max(0, min(people, found["?", sex]))
        found["?", sex] -= moved
        found[band, sex] += moved
        people -= moved


def _age(member: Member, at: datetime) -> int | None:
    if member.age is not None:
        return member.age
    return at.year - member.birth_year if member.birth_year is not None else None


def _band(age: int | None) -> str:
    return "?" if age is None else next((name_of(low, high) for low, high in AGE_BANDS if low <= age <= high), "?")


def name_of(low: int, high: int) -> str:
    """How a band is written."""
    return f"{low}+" if low == AGE_BANDS[-1][0] else f"{low}-{high}"
