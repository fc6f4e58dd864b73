"""What becomes of a bus by what is between two desks: it goes, comes, comes back; values in, a new bus out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk.buses import COMPOSITION, EXPECTED, HERE, MOST_PEOPLE, Bus, BusState
from desk.region.buses import ACCEPTED, OUT, UNANSWERED, SentBus, Underway, ended_words


def composition(bus: Bus) -> dict[str, int]:
    """The counts that the other desk gets; no name, no number to ring, no place that somebody typed."""
    return {part: number for part in COMPOSITION if (number := getattr(bus, part)) is not None}


def arrives_as(there: Underway, ref: str, at: datetime) -> Bus:
    """The bus as it is announced here, in the words of the region; what is no count is left out."""
    people = there.people if there.people is not None and 1 <= there.people <= MOST_PEOPLE else None
    parts: dict[str, Any] = {
        part: number
        for part, number in there.composition.items()
        if part in COMPOSITION and type(number) is int and 0 <= number <= (people or MOST_PEOPLE)
    }
    return Bus(
        ref=ref,
        from_place=there.sender,
        announced=people,
        eta=there.eta,
        eta_told_at=at if there.eta else None,
        eta_told_by=there.sender if there.eta else "",
        sender=there.sender,
        announced_at=at,
        **parts,
    )


def without_composition(bus: Bus) -> Bus:
    """The same bus where its counts do not fit together."""
    nothing: dict[str, Any] = dict.fromkeys(COMPOSITION)
    return replace(bus, **nothing)


def is_elsewhere(rows: Iterable[SentBus], row: SentBus) -> bool:
    """Whether the bus went to another desk by another row: then that this one came to an end changes nothing."""
    others = (one for one in rows if (one.way, one.bus, one.onward) == (OUT, row.bus, None) and one.uid != row.uid)
    return any(one.state in UNANSWERED or one.state == ACCEPTED for one in others)


def came_back(bus: Bus, allocated: int) -> Bus:
    """A bus that is this desk's again: as it stood, without the places held here, which others may have by now."""
    if bus.state is not BusState.DIVERTED:
        return bus
    if bus.counted_at is not None:
        state = BusState.COUNTED
    elif bus.arrived_at is not None:
        state = BusState.ARRIVED
    else:
        state = BusState.RESERVED if allocated else BusState.ANNOUNCED
    return replace(bus, state=state, reserved=0, over_reason="", destination="", agreed_by="", ended_at=None)


def may_go(bus: Bus, registered: int) -> bool:
    """Whether it can still be somewhere else."""
    return bus.state in EXPECTED | {BusState.ARRIVED, BusState.COUNTED} and not registered


def goes(bus: Bus, desk: str, at: datetime) -> Bus:
    """It is the other desk's, by what the region says."""
    return replace(bus, state=BusState.DIVERTED, destination=desk, ended_at=at)


def taken_from_here(bus: Bus, row: SentBus, at: datetime) -> Bus:
    """A bus that comes here no more, refused or taken back; one that stands at the door stays."""
    if bus.state not in EXPECTED:
        return bus
    return replace(bus, state=BusState.CANCELLED, close_reason=ended_words(row), ended_at=at)


def comes_after_all(bus: Bus) -> Bus:
    """A bus that was ended here, and that the region says this desk takes."""
    if bus.state is not BusState.CANCELLED:
        return bus
    return replace(bus, state=BusState.ANNOUNCED, close_reason="", ended_at=None, reserved=0)


def is_here(bus: Bus) -> bool:
    """Whether it stands at the door or at the table."""
    return bus.state in HERE
