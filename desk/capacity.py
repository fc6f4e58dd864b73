"""Municipalities and their locations: where people can go from here, for whom, and when one may ask."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from desk.language import N_

LOCATION_KINDS = ("municipal", "private", "transit", "crisis")

KIND_LABELS = {
    "municipal": N_("municipal"),
    "private": N_("private"),
    "transit": N_("transit"),
    "crisis": N_("crisis"),
}


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """One municipality, with its CBS code and inhabitants on a date, from a source."""

    id: int = 0
    code: str = ""
    name: str = ""
    screen_name: str = ""
    inhabitants: int = 0
    as_of: str = ""
    source: str = ""
    pool: str | None = None
    """Municipalities of one pool answer for their shares together (facts 9: NOT-4 in one location)."""


@dataclass(frozen=True, kw_only=True)
class Location:
    """A reception location; `groups` and `nationalities` are codes with commas, empty means everybody.

    `occupied` is the count it last reported and `occupied_at` when; None means nobody ever told. `capacity` holds
    from `available_from` to `available_until`, both days included; other periods are `Availability` rows.
    """

    id: int = 0
    ref: str = ""
    name: str = ""
    folded: str = ""
    municipality: int = 0
    kind: str = "municipal"
    capacity: int = 0
    available_from: str = ""
    available_until: str = ""
    term: str = "long"
    counts: bool = True
    groups: str = ""
    nationalities: str = ""
    wheelchair: bool | None = None
    pets: bool | None = None
    intake: str = ""
    answers: str = ""
    occupied: int | None = None
    occupied_at: datetime | None = None
    phone: str = ""
    out_of_use: int | None = None
    """Places that cannot be slept in, as it last reported."""
    most_alone: int | None = None
    """At most so many men alone of another nationality while they are spread (minutes 2.4); None means no maximum."""
    designated_from: str = ""
    """From this day on it is the regional transit location for those men, and they are spread no more."""
    out_of_use_reason: str = ""
    """Why its places are out of use: a code of `desk.words.OUT_OF_USE` or words; empty where nobody told."""

    @property
    def group_codes(self) -> tuple[str, ...]:
        """The groups it takes; empty means all."""
        return tuple(code for code in self.groups.split(",") if code)

    @property
    def nationality_codes(self) -> tuple[str, ...]:
        """The nationalities it takes; empty means any."""
        return tuple(code for code in self.nationalities.split(",") if code and code != "any")

    def active_on(self, day: date) -> bool:
        """Whether the places of its first period are there on that day."""
        return _within(self.available_from, self.available_until, day)

    def opens_after(self, day: date) -> bool:
        """Whether its places are promised for later."""
        return bool(self.available_from) and day < date.fromisoformat(self.available_from)


@dataclass(frozen=True, kw_only=True)
class Availability:
    """A further period in which a location has places, both days included; no two of one location overlap."""

    id: int = 0
    location: int = 0
    available_from: str = ""
    available_until: str = ""
    places: int = 0

    def holds_on(self, day: date) -> bool:
        """Whether these places are there on that day."""
        return _within(self.available_from, self.available_until, day)


@dataclass(frozen=True, kw_only=True)
class Headcount:
    """What a location reported on a day, and what the desk had derived by then: the difference is kept."""

    id: int = 0
    location: int = 0
    occupied: int = 0
    derived: int | None = None
    """Last report plus those placed there since; None when it had never reported."""
    out_of_use: int | None = None
    at: datetime | None = None
    by: str = ""

    @property
    def difference(self) -> int | None:
        """Counted minus derived; None when there was nothing to compare with."""
        return None if self.derived is None else self.occupied - self.derived


TARGET_KINDS = ("obligation", "best_effort")
"""The obligation (2000) and the best-efforts commitment (1,604) stand apart (facts 2.5)."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """So many places are asked of the region from a day on."""

    id: int = 0
    kind: str = "obligation"
    places: int = 0
    since: str = ""
    source: str = ""


@dataclass(frozen=True)
class Standing:
    """A location in numbers: people reported or placed there since, places held, and what is left."""

    location: Location
    realised: int
    occupied: int
    held: int
    out_of_use: int = 0
    left: int | None = None
    """Where it is shared with other desks: of those granted to this desk, what is not promised."""

    @property
    def free(self) -> int:
        """What this desk can promise; negative means overbooked."""
        if self.left is not None:
            return self.left
        return self.realised - self.out_of_use - self.occupied - self.held


def _within(first: str, last: str, day: date) -> bool:
    # ISO dates of one length: the text sorts as the day does
    told = day.isoformat()
    return not (first and told < first) and not (last and told > last)


def reported_age(location: Location, at: datetime) -> timedelta | None:
    """How old its last count is; None when it never reported."""
    return None if location.occupied_at is None else at - location.occupied_at


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name of a place as it is compared: whatever its case, accents and spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())
