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


@dataclass(frozen=True, kw_only=True)
class Location:
    """A reception location; `groups` and `nationalities` are codes with commas, empty means everybody.

    `occupied` is the count it last reported and `occupied_at` when; None means nobody ever told.
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

    @property
    def group_codes(self) -> tuple[str, ...]:
        """The groups it takes; empty means all."""
        return tuple(code for code in self.groups.split(",") if code)

    @property
    def nationality_codes(self) -> tuple[str, ...]:
        """The nationalities it takes; empty means any."""
        return tuple(code for code in self.nationalities.split(",") if code and code != "any")

    def active_on(self, day: date) -> bool:
        """Whether its places are there on that day."""
        if self.available_from and day < date.fromisoformat(self.available_from):
            return False
        return not (self.available_until and day > date.fromisoformat(self.available_until))

    def opens_after(self, day: date) -> bool:
        """Whether its places are promised for later."""
        return bool(self.available_from) and day < date.fromisoformat(self.available_from)


@dataclass(frozen=True)
class Standing:
    """A location in numbers: people reported or placed there since, places held, and what is left."""

    location: Location
    realised: int
    occupied: int
    held: int

    @property
    def free(self) -> int:
        """Negative means overbooked."""
        return self.realised - self.occupied - self.held


def reported_age(location: Location, at: datetime) -> timedelta | None:
    """How old its last count is; None when it never reported."""
    return None if location.occupied_at is None else at - location.occupied_at


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name of a place as it is compared: whatever its case, accents and spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())
