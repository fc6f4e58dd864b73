"""What a bus is: its state, its details, and its numbers, each from its own source."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desk.language import N_

MOST_PEOPLE = 500
"""No bus holds more; a larger number is a slip of the hand."""


class BusState(StrEnum):
    """Where a bus is between the phone call and the last name."""

    ANNOUNCED = "announced"
    RESERVED = "reserved"
    ARRIVED = "arrived"
    COUNTED = "counted"
    REGISTERING = "registering"
    CLOSED = "closed"
    DIVERTED = "diverted"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


EXPECTED = frozenset({BusState.ANNOUNCED, BusState.RESERVED})
"""Still on its way here."""
HERE = frozenset({BusState.ARRIVED, BusState.COUNTED, BusState.REGISTERING})
"""At the door or at the table."""
OPEN = EXPECTED | HERE

LABELS = {
    BusState.ANNOUNCED: N_("announced"),
    BusState.RESERVED: N_("reserved"),
    BusState.ARRIVED: N_("arrived"),
    BusState.COUNTED: N_("counted"),
    BusState.REGISTERING: N_("registering"),
    BusState.CLOSED: N_("closed"),
    BusState.DIVERTED: N_("diverted"),
    BusState.CANCELLED: N_("cancelled"),
    BusState.NO_SHOW: N_("did not come"),
}

COMPOSITION = (
    "families",
    "in_families",
    "single_women",
    "single_men",
    "men",
    "women",
    "children",
    "babies",
    "non_ukrainian",
    "wheelchairs",
    "pets",
)
"""The counts in which the sender describes the people, each optional."""
PARTS_OF_THE_WHOLE = (
    ("in_families", "single_women", "single_men"),
    ("men", "women", "children"),
    ("babies",),
    ("non_ukrainian",),
    ("wheelchairs",),
)


@dataclass(frozen=True, kw_only=True)
class Bus:
    """One announced or unannounced bus; counts are people, times are UTC."""

    id: int = 0
    ref: str = ""
    state: BusState = BusState.ANNOUNCED
    from_place: str = ""
    announced: int | None = None
    counted: int | None = None
    reserved: int = 0
    eta: datetime | None = None
    eta_told_at: datetime | None = None
    eta_told_by: str = ""
    contact: str = ""
    phone: str = ""
    carrier: str = ""
    sender: str = ""
    sender_phone: str = ""
    source: str = ""
    families: int | None = None
    in_families: int | None = None
    single_women: int | None = None
    single_men: int | None = None
    men: int | None = None
    women: int | None = None
    children: int | None = None
    babies: int | None = None
    non_ukrainian: int | None = None
    wheelchairs: int | None = None
    pets: int | None = None
    note: str = ""
    over_reason: str = ""
    """Why more people than beds were accepted."""
    count_reason: str = ""
    """What explains a count that differs from what was said."""
    close_reason: str = ""
    destination: str = ""
    agreed_by: str = ""
    announced_at: datetime | None = None
    arrived_at: datetime | None = None
    counted_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def number(self) -> str:
        """The number in the night, as in "bus 2"."""
        return self.ref.rpartition("-")[2]

    @property
    def expected(self) -> int | None:
        """How many people to reckon with: counted once counted, else what was said."""
        return self.counted if self.counted is not None else self.announced

    @property
    def deviation(self) -> int:
        """Counted minus announced; 0 while either is not known."""
        return 0 if self.counted is None or self.announced is None else self.counted - self.announced


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """Places of a bus held at a location elsewhere; `confirmed` people arrived there and are placed."""

    id: int = 0
    bus: int = 0
    location: int = 0
    people: int = 0
    confirmed: int = 0
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Onward:
    """A part of a bus that drove on to another place."""

    id: int = 0
    bus: int = 0
    people: int = 0
    destination: str = ""
    agreed_by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Eta:
    """One expected arrival time as somebody told it."""

    id: int = 0
    bus: int = 0
    eta: datetime | None = None
    told_at: datetime | None = None
    told_by: str = ""


@dataclass(frozen=True)
class Numbers:
    """A bus in people: each number from its own source, none derived from another."""

    said: int | None
    counted: int | None
    reserved: int
    allocated: int
    registered: int
    housed: int
    """Registered people who have had a bed here: they replace what was reserved for them."""
    went_on: int

    @property
    def expected(self) -> int:
        """Counted once counted, else said; 0 when nobody knows."""
        return self.counted if self.counted is not None else self.said or 0

    @property
    def here(self) -> int:
        """Places here: those still held and those already slept in."""
        return max(self.reserved, self.housed)

    @property
    def held(self) -> int:
        """Places here still kept free for people of this bus without a bed."""
        return max(0, self.reserved - self.housed)

    @property
    def short(self) -> int:
        """To find; nothing else is called short (design 4). Negative: more places held than people."""
        return self.expected - self.here - self.allocated - self.went_on

    @property
    def unregistered(self) -> int:
        """People off the bus without a name yet; never below 0, since it adds to who is inside."""
        return max(0, self.expected - self.registered - self.went_on)
