"""Who leaves with which vehicle and when, and when they are to be woken for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk import clock
from desk.households import Household
from desk.night import Night, kept
from desk.placements import Placement, PlacementState

KNOCK_BEFORE = timedelta(minutes=15)
"""So long before it is time to wake them it is a duty of tonight."""


@dataclass(frozen=True)
class Departure:
    """One vehicle at one time to one place; `wake` is None for who leaves after the morning."""

    pickup: datetime
    carrier: str
    to: str
    """The municipality, or what a destination outside the region is called."""
    placements: tuple[Placement, ...]
    households: tuple[Household, ...]
    wake: datetime | None

    @property
    def ref(self) -> str:
        """The placement by which it is known: the first that was made."""
        return min(self.placements, key=lambda p: p.id).ref


@kept
def departures(night: Night) -> tuple[Departure, ...]:
    """What has transport and has not left, the first to leave first."""
    together: dict[tuple[datetime, str, str], list[Placement]] = {}
    for p in night.placements:
        if p.state is PlacementState.TRANSPORT_SET and p.pickup is not None:
            together.setdefault((p.pickup, p.carrier, _to(night, p)), []).append(p)
    return tuple(
        Departure(
            pickup,
            carrier,
            to,
            tuple(placements),
            tuple(night.household[p.household] for p in placements if p.household in night.household),
            _wake(night, pickup),
        )
        for (pickup, carrier, to), placements in sorted(together.items(), key=lambda pair: pair[0])
    )


def to_wake(night: Night) -> Iterator[tuple[Departure, datetime]]:
    """The departures whose people are to be woken now, until the vehicle is there; with when."""
    for one in departures(night):
        if one.wake is not None and one.wake - KNOCK_BEFORE <= night.at < one.pickup:
            yield one, one.wake


def _to(night: Night, placement: Placement) -> str:
    where = night.location.get(placement.location or 0)
    return night.municipality_name(where) if where else placement.to_text


def _wake(night: Night, pickup: datetime) -> datetime | None:
    """As long before as the site says, where that is between the quiet hours and noon (settings)."""
    settings = night.settings
    wake = pickup - settings.hours("wake_minutes")
    morning = f"{settings.quiet_from}-{settings.night_starts}"
    return wake if clock.within(morning, wake, settings.tz) else None
