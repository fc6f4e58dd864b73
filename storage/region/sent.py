"""Buses between desks as the desk's own store keeps them: sent, asked back, taken or refused.

Nothing here reaches the region. Loaded only where the desk belongs to one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from desk import buses as bus_rules
from desk.buses import Bus, Onward
from desk.language import _
from desk.logbook import LogLine
from desk.references import spoken
from desk.refusals import Refused
from desk.region import buses as rules
from desk.region.buses import IN, OUT, Booking, SentBus, Underway
from desk.region.link import RegionLink
from storage.database import Store
from storage.journal import Act, Done, Journal
from storage.night import read_bus
from storage.region.link import link_of
from storage.rows import delete, insert, read, save, to_text

OPEN_SENT = "state IN ('new', 'sent', 'seen', 'recalled')"
"""Word for word as in the partial index."""
_SEEN_HERE = "way = 'in' AND state = 'seen'"


TOLD_FOR = timedelta(hours=12)


def lately(db: Store, at: datetime) -> list[SentBus]:
    """What is not answered, and what came to an end lately, oldest first."""
    return read(db, SentBus, f"{OPEN_SENT} OR since > ?", [to_text(at - TOLD_FOR)])


# --- what people do ---------------------------------------------------------------------------


def written_down(journal: Journal, bus: Bus, desk: str, act: Act, part: Onward | None = None) -> None:
    """Within the action that sends it: the bus, or a part of it, goes to that desk."""
    must_have_region(journal.db)
    insert(
        journal.db,
        SentBus(
            uid=journal.new_uid(),
            way=OUT,
            desk=desk,
            bus=bus.id,
            onward=part.id if part else None,
            people=part.people if part else bus.expected,
            state=rules.NEW,
            sent_at=act.at,
            since=act.at,
        ),
    )


def recall(journal: Journal, bus: Bus, at: datetime | None = None) -> Done:
    """Ask a bus back from the desk it was sent to; at once this desk's again where no region can know of it yet."""
    with journal.action("bus recall", {"ref": bus.ref}, at) as act:
        act.ref = bus.ref
        row = _last(journal.db, bus, OUT)
        after = rules.recall(row, act.at)
        save(journal.db, row, after)
        if after.state == rules.WITHDRAWN:
            _comes_back(journal, after, act.at)
    return _done(journal, bus, after)


def accept(journal: Journal, bus: Bus, at: datetime | None = None) -> Done:
    """Take a bus that another desk sent."""
    return _answer(journal, "bus accept", bus, {}, rules.accept, at)


def refuse(journal: Journal, bus: Bus, because: str, at: datetime | None = None) -> Done:
    """Refuse a bus that another desk sent: it is theirs again."""
    given = {"because": because}
    return _answer(journal, "bus refuse", bus, given, lambda row, at: rules.refuse(row, because, at), at)


def _answer(
    journal: Journal,
    verb: str,
    bus: Bus,
    given: Mapping[str, object],
    rule: Callable[[SentBus, datetime], SentBus],
    at: datetime | None,
) -> Done:
    with journal.action(verb, {"ref": bus.ref, **given}, at) as act:
        act.ref = bus.ref
        row = _last(journal.db, bus, IN)
        after = rule(row, act.at)
        save(journal.db, row, after)
        if after.state == rules.REFUSED:
            save(journal.db, bus, rules.taken_from_here(bus, after, act.at))
    return _done(journal, bus, after)


def taken(journal: Journal, bus: Bus, at: datetime) -> None:
    """Within an action: whoever holds places for a bus, or lets it in, takes it."""
    for row in _waiting(journal.db, bus):
        save(journal.db, row, rules.accept(row, at))


def must_be_answered(db: Store, bus: Bus) -> None:
    """Refuse to end a bus whose sender waits for an answer."""
    for row in _waiting(db, bus):
        raise rules.must_be_answered(bus, row)


def _waiting(db: Store, bus: Bus) -> list[SentBus]:
    return read(db, SentBus, f"bus = ? AND {_SEEN_HERE}", [bus.id])


def _last(db: Store, bus: Bus, way: str) -> SentBus:
    found = read(db, SentBus, "bus = ? AND way = ?", [bus.id, way], "id DESC")
    if not found:
        raise Refused(
            _("This bus was not sent to another desk.") if way == OUT else _("This bus was not sent by another desk.")
        )
    return next((row for row in found if row.state in rules.UNANSWERED), found[0])


def _done(journal: Journal, bus: Bus, row: SentBus) -> Done:
    text = _("{bus}: {standing}.").format(bus=journal.said(bus.ref), standing=rules.standing(row))
    return Done(bus.ref, row.state, text, also={"desk": row.desk})


def must_have_region(db: Store) -> RegionLink:
    """The region, refused where the desk belongs to none."""
    link = link_of(db)
    if link is None:
        raise Refused(_("This desk belongs to no region. Join one: desk region join ADDRESS --name NAME"))
    return link


def must_have_been_answered(db: Store) -> None:
    """Refuse to leave a region while somebody waits for an answer about a bus."""
    if link_of(db) is None:
        return
    for row in read(db, SentBus, OPEN_SENT):
        (bus,) = read(db, Bus, "id = ?", [row.bus])
        raise Refused(
            _("{bus} stands between this desk and {desk}. First an answer, or desk bus recall {ref}.").format(
                bus=spoken(bus.ref), desk=row.desk, ref=bus.ref
            )
        )


# --- what the region says, written down -------------------------------------------------------


def apply(journal: Journal, bookings: Iterable[Booking], act: Act) -> None:
    """Within an action: the rows as they are now, and what becomes of the buses by that."""
    for booking in bookings:
        row = _written(journal, booking, act)
        if row.way == OUT and row.state in {rules.REFUSED, rules.WITHDRAWN}:
            _comes_back(journal, row, act.at)
        elif row.way == OUT and row.state == rules.ACCEPTED:
            _goes_again(journal, row, act.at)
        elif row.way == IN:
            bus = _bus(journal.db, row)
            after = bus
            if row.state in {rules.REFUSED, rules.WITHDRAWN}:
                after = rules.taken_from_here(bus, row, act.at)
            elif booking.old is not None and row.state == rules.ACCEPTED:
                after = rules.comes_after_all(bus)
            save(journal.db, bus, after)


def _written(journal: Journal, booking: Booking, act: Act) -> SentBus:
    if booking.old is not None:
        after = replace(booking.old, state=booking.state, because=booking.because, since=act.at)
        save(journal.db, booking.old, after)
        return after
    there = booking.found
    assert there is not None
    out = there.sender == must_have_region(journal.db).desk
    row = SentBus(
        uid=there.uid,
        way=OUT if out else IN,
        desk=there.receiver if out else there.sender,
        bus=_was_sent(journal, there, act) if out else _arrives(journal, there, act),
        people=there.people,
        state=booking.state,
        sent_at=act.at,
        since=act.at,
    )
    if out and not _may_have_gone(journal, row):
        # people of it are written down here since the store was put back
        row = replace(row, state=rules.RECALLED)
    return replace(row, id=insert(journal.db, row))


def _arrives(journal: Journal, there: Underway, act: Act) -> int:
    bus = rules.arrives_as(there, journal.next_ref("B"), act.at)
    try:
        bus = bus_rules.announce(bus)
    except Refused:
        bus = bus_rules.announce(rules.without_composition(bus))
    act.ref = bus.ref
    number = insert(journal.db, bus)
    if bus.eta is not None:
        insert(journal.db, bus_rules.Eta(bus=number, eta=bus.eta, told_at=act.at, told_by=bus.eta_told_by))
    return number


def _was_sent(journal: Journal, there: Underway, act: Act) -> int:
    """The bus that a store that was put back knows as its own still; where it does not, one without a past."""
    same = read(journal.db, Bus, "ref = ?", [there.ref])
    found = next(
        (bus for bus in same if there.announced_at is not None and bus.announced_at == there.announced_at), None
    )
    if found is not None:
        numbers = read_bus(journal, found, act.at).numbers(found)
        if rules.may_go(found, numbers.registered):
            save(journal.db, found, rules.goes(found, there.receiver, act.at))
        return found.id
    bus = Bus(ref=journal.next_ref("B"), from_place="?", announced=there.people, announced_at=act.at)
    return insert(journal.db, rules.goes(bus, there.receiver, act.at))


def _may_have_gone(journal: Journal, row: SentBus) -> bool:
    return _bus(journal.db, row).state is bus_rules.BusState.DIVERTED


def _goes_again(journal: Journal, row: SentBus, at: datetime) -> None:
    """It was taken there after all: at one of two desks, whatever was thought here."""
    bus = _bus(journal.db, row)
    numbers = read_bus(journal, bus, at).numbers(bus)
    if row.onward is None and rules.may_go(bus, numbers.registered):
        save(journal.db, bus, rules.goes(bus, row.desk, at))


def _comes_back(journal: Journal, row: SentBus, at: datetime) -> None:
    bus = _bus(journal.db, row)
    if row.onward is None:
        save(journal.db, bus, rules.came_back(bus, read_bus(journal, bus, at).numbers(bus).allocated))
        return
    parts: Sequence[Onward] = read(journal.db, Onward, "id = ?", [row.onward])
    for part in parts if bus.state in bus_rules.HERE else ():
        delete(journal.db, part)
    if bus.state not in bus_rules.HERE:
        words = _("{n} people of bus {number} come back: {standing}. Announce them as a bus of their own.").format(
            n=row.people, number=bus.number, standing=rules.standing(row)
        )
        insert(journal.db, LogLine(at=at, kind="signal", text=words, link=bus.ref, by=journal.operator))


def _bus(db: Store, row: SentBus) -> Bus:
    return read(db, Bus, "id = ?", [row.bus])[0]
