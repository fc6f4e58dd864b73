"""What needs somebody of the buses between this desk and others: no answer yet, refused, to be answered here."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from desk import clock
from desk.buses import HERE, OPEN, Bus
from desk.language import _, number
from desk.night import Night
from desk.region.buses import (
    ACCEPTED,
    IN,
    NEW,
    OUT,
    RECALLED,
    REFUSED,
    SEEN,
    SENT,
    UNANSWERED,
    WITHDRAWN,
    SentBus,
    why,
)

NOT_SEEN_AFTER = timedelta(minutes=2)
"""A desk that is reached has a bus on its screen within seconds; after this the telephone is faster."""
NOT_ANSWERED_AFTER = timedelta(minutes=15)
TOLD_FOR = timedelta(hours=1)
"""How long it is told that a bus was refused, taken or taken back."""

Notice = tuple[str, str, str, str, datetime]
"""Its kind, the bus, how urgent (`alarm`, `warning`, `note`), in words, since when."""


def notices(night: Night) -> Iterator[Notice]:
    """Everything of buses that were sent or are sent here that somebody should know."""
    for row in night.sent_buses:
        bus = night.bus.get(row.bus)
        told = row.state in UNANSWERED or night.at - row.since < TOLD_FOR
        if bus is not None and told:
            yield from _to_others(night, row, bus) if row.way == OUT else _from_others(night, row, bus)


def _to_others(night: Night, row: SentBus, bus: Bus) -> Iterator[Notice]:
    who = {"bus": _of(row, bus), "desk": row.desk, "time": clock.when(row.since, night.at, night.settings.tz)}
    since = night.at - row.since
    if row.state in {NEW, SENT}:
        words = _("{bus}: {desk} does not have it on its screen yet, ring them")
        yield "bus_unanswered", bus.ref, _urgent(since, NOT_SEEN_AFTER), words.format(**who), row.sent_at
    elif row.state == SEEN:
        words = _("{bus}: on the screen at {desk}, no answer since {time}, ring them")
        yield "bus_unanswered", bus.ref, _urgent(since, NOT_ANSWERED_AFTER), words.format(**who), row.sent_at
    elif row.state == RECALLED:
        words = _("{bus}: asked back from {desk} at {time}, no answer yet, ring them")
        yield "bus_unanswered", bus.ref, "warning", words.format(**who), row.since
    elif row.state == REFUSED and (bus.state in OPEN or row.onward is not None):
        words = _("{bus} is yours again: {desk} does not take it ({why})")
        yield "bus_refused", bus.ref, "warning", words.format(why=why(row), **who), row.since
    elif row.state == ACCEPTED and row.onward is None and bus.state in OPEN:
        words = _("{bus} stands here, and {desk} counts on it: ring them")
        yield "bus_taken_back", bus.ref, "alarm", words.format(**who), row.since
    elif row.state == ACCEPTED:
        yield "bus_taken", bus.ref, "note", _("{bus}: {desk} takes it").format(**who), row.since


def _from_others(night: Night, row: SentBus, bus: Bus) -> Iterator[Notice]:
    who = {"bus": _("bus {number}").format(number=bus.number), "desk": row.desk}
    if row.state == SEEN:
        people = number(bus.expected) if bus.expected is not None else "?"
        words = _("take or refuse {bus}: {people} people, sent by {desk}")
        yield "bus_offered", bus.ref, "warning", words.format(people=people, **who), row.since
    elif row.state == WITHDRAWN and bus.state in HERE:
        words = _("{bus} is here, and {desk} took it back: ring them")
        yield "bus_taken_back", bus.ref, "alarm", words.format(**who), row.since
    elif row.state == WITHDRAWN:
        yield "bus_taken_back", bus.ref, "note", _("{bus}: {desk} took it back").format(**who), row.since


def _of(row: SentBus, bus: Bus) -> str:
    if row.onward is None:
        return _("bus {number}").format(number=bus.number)
    return _("part of bus {number} ({n})").format(n=number(row.people or 0), number=bus.number)


def _urgent(since: timedelta, after: timedelta) -> str:
    return "warning" if since > after else "note"


def waits_here(night: Night) -> dict[int, SentBus]:
    """The buses that other desks sent and nobody here has answered, by id."""
    return {row.bus: row for row in night.sent_buses if row.way == IN and row.state == SEEN}


def of_bus(night: Night, bus: Bus) -> SentBus | None:
    """How it stands between desks with the whole of a bus; None where no other desk has to do with it."""
    return next((row for row in reversed(night.sent_buses) if row.bus == bus.id and row.onward is None), None)
