"""What happened in a period, read from the store as counts, times and references.

What is read is bounded by the period and not by the past: ranges of references and of indexed times. Where a time has
no index (when a bus or a placement ended) the references are read from some nights before the period on: a bus is not
announced, nor a place asked for, longer before than that.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from desk import cases, clock
from desk.buses import Allocation, Bus, Eta, Onward
from desk.history import BusEntry, DirectEntry, History, PlacementEntry, StayEntry, bands_of
from desk.households import Household, Member
from desk.night import Night
from desk.placements import Placement, PlacementState
from storage.cases import known_names
from storage.database import Store
from storage.figures import read_period
from storage.journal import Journal
from storage.night import CURRENT
from storage.rows import read, to_text

Model = TypeVar("Model")

_NIGHTS_AHEAD = 14
"""So many nights before the period the references are read from."""
_LONGEST_STAY = timedelta(days=30)
"""Who has gone by now and was here longer than this is not counted in a night of long ago."""
_MOST_AT_ONCE = 500
# word for word as in the partial indexes, so that SQLite reads those and not the past
_OPEN_BUSES = "state IN ('announced', 'reserved', 'arrived', 'counted', 'registering')"
_OPEN_PLACEMENTS = "state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway')"


def read_history(journal: Journal, since: datetime, until: datetime) -> History:
    """The period from `since` to `until`, in one snapshot."""
    with journal.db.snapshot():
        return History(
            since,
            until,
            read_period(journal, since, until),
            tuple(_buses(journal, since, until)),
            tuple(_stays(journal, since, until)),
            tuple(_placements(journal, since, until)),
            tuple(_direct(journal.db, since, until)),
        )


def _refs(journal: Journal, kind: str, since: datetime, until: datetime) -> list[str]:
    """From where to where the references lie of what can have happened in the period; neither end is one."""
    settings = journal.settings
    first, last = (clock.night_of(at, settings.tz, settings.night_starts) for at in (since, until))
    first, last = first - timedelta(days=_NIGHTS_AHEAD), last + timedelta(days=1)
    return [f"{kind}-{first:%y%m%d}-", f"{kind}-{last:%y%m%d}-"]


def _span(since: datetime, until: datetime) -> list[str]:
    return [to_text(since), to_text(until)]


def _of(db: Store, model: type[Model], column: str, ids: Iterable[int], order: str = "id") -> list[Model]:
    wanted, found = sorted(set(ids)), []
    for at in range(0, len(wanted), _MOST_AT_ONCE):
        some = wanted[at : at + _MOST_AT_ONCE]
        found += read(db, model, f"{column} IN ({', '.join('?' * len(some))})", some, order)
    return found


def _once(*rows: Iterable[Model]) -> list[Model]:
    """Rows that several ways led to, each once, by id."""
    found = {vars(row)["id"]: row for several in rows for row in several}
    return [found[number] for number in sorted(found)]


# --- buses ------------------------------------------------------------------------------------


def _buses(journal: Journal, since: datetime, until: datetime) -> Iterable[BusEntry]:
    db = journal.db
    rows = _once(read(db, Bus, "ref > ? AND ref < ?", _refs(journal, "B", since, until)), read(db, Bus, _OPEN_BUSES))
    buses = [bus for bus in rows if _happened(bus, since, until)]
    ids = [bus.id for bus in buses]
    night = Night(
        at=until,
        settings=journal.settings,
        buses=tuple(buses),
        allocations=tuple(_of(db, Allocation, "bus", ids)),
        onwards=tuple(_of(db, Onward, "bus", ids)),
        households=tuple(_of(db, Household, "bus", ids)),
    )
    reasons = _reasons(journal, buses, since)
    etas: dict[int, list[Eta]] = defaultdict(list)
    for eta in _of(db, Eta, "bus", ids):
        etas[eta.bus].append(eta)
    for bus in sorted(buses, key=lambda b: (b.arrived_at or b.eta or b.announced_at or until, b.id)):
        told = etas[bus.id]
        yield BusEntry(
            bus.ref,
            bus.from_place,
            bus.state,
            night.numbers(bus),
            bus.deviation,
            told[0].eta if told else bus.eta,
            bus.eta,
            bus.arrived_at,
            bus.ended_at,
            bus.destination,
            reasons[bus.id],
        )


def _happened(bus: Bus, since: datetime, until: datetime) -> bool:
    """Whether it was announced, due, here or ended in the period."""
    moments = (bus.announced_at, bus.eta, bus.arrived_at, bus.ended_at)
    if any(at is not None and since <= at <= until for at in moments):
        return True
    return bus.arrived_at is not None and bus.arrived_at < since and (bus.ended_at is None or bus.ended_at > until)


def _reasons(journal: Journal, buses: list[Bus], since: datetime) -> dict[int, str]:
    """Why a count differed and why a bus ended, without the names that can stand in it."""
    said = {bus.id: "; ".join(part for part in (bus.count_reason, bus.close_reason) if part) for bus in buses}
    if not any(said.values()):
        return said
    known = known_names(journal, since)
    # those who were on the phone have no number to be called by
    callers = {name for bus in buses for name in (bus.contact, bus.sender, bus.eta_told_by, bus.agreed_by) if name}
    others = cases.KnownNames((name, cases.HIDDEN) for name in callers)
    return {bus: others.hide(known.hide(text)) for bus, text in said.items()}


# --- households -------------------------------------------------------------------------------


def _stays(journal: Journal, since: datetime, until: datetime) -> Iterable[StayEntry]:
    db = journal.db
    rows = _once(
        read(db, Household, "registered_at BETWEEN ? AND ?", _span(since - _LONGEST_STAY, until)),
        read(db, Household, "ended_at BETWEEN ? AND ?", _span(since, until)),
        read(db, Household, CURRENT),
    )
    here = [h for h in rows if (h.since is None or h.since <= until) and (h.ended_at is None or h.ended_at >= since)]
    members: dict[int, list[Member]] = defaultdict(list)
    for member in _of(db, Member, "household", [h.id for h in here], "household, number"):
        members[member.household].append(member)
    for h in here:
        yield StayEntry(
            h.ref,
            h.people,
            h.state,
            h.group_kind,
            bands_of(h, members[h.id], h.registered_at or until),
            h.registered_at,
            h.since,
            h.ended_at,
        )


# --- placements -------------------------------------------------------------------------------


def _placements(journal: Journal, since: datetime, until: datetime) -> Iterable[PlacementEntry]:
    db, span = journal.db, _span(since, until)
    rows = _once(
        read(db, Placement, "ref > ? AND ref < ?", _refs(journal, "P", since, until)),
        read(db, Placement, "departed_at BETWEEN ? AND ?", span),
        read(db, Placement, "confirmed_at BETWEEN ? AND ?", span),
        read(db, Placement, _OPEN_PLACEMENTS),
    )
    for p in rows:
        moments = (p.asked_at, p.agreed_at, p.departed_at, p.confirmed_at, p.ended_at)
        if any(at is not None and since <= at <= until for at in moments):
            yield PlacementEntry(
                p.ref,
                p.people,
                p.state,
                p.location,
                p.outside,
                p.asked_at,
                p.agreed_at,
                p.departed_at,
                p.confirmed_at,
                p.ended_at,
                # beside a refusal this is words of somebody, in which a name may stand
                p.reason if p.state is PlacementState.DECLINED else "",
            )


def _direct(db: Store, since: datetime, until: datetime) -> Iterable[DirectEntry]:
    for allocation in read(db, Allocation, "confirmed_at BETWEEN ? AND ?", _span(since, until)):
        if allocation.confirmed_at is not None and allocation.confirmed:
            yield DirectEntry(allocation.location, allocation.confirmed, allocation.confirmed_at)
