"""The night read from the store: all that is current, in one snapshot, whatever the past has grown to."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from desk.beds import Bed, Room, Sharing, Stay
from desk.buses import Allocation, Bus, Eta, Onward
from desk.capacity import Availability, Location, Municipality, Target
from desk.decisions import Decision
from desk.households import Household, Link, Member
from desk.logbook import Duty, LogLine, Phone
from desk.night import Night
from desk.placements import Declined, Placement, Ride
from desk.rollcall import Rollcall, Tick
from desk.shift import AHEAD, Attendance, HandedOver, Rostered, Visitor
from storage.database import Store
from storage.journal import Journal
from storage.rows import read, to_text, to_time

if TYPE_CHECKING:
    from desk.region.buses import SentBus
    from desk.region.shared import Mine

Model = TypeVar("Model")

# word for word as in the partial indexes, so that SQLite reads those and not the past
_OPEN_BUSES = "state IN ('announced', 'reserved', 'arrived', 'counted', 'registering')"
CURRENT = "state IN ('expected', 'waiting', 'in_bed', 'departing', 'missing')"
"""Households of which something is still to be done, as SQL has them: its index names the same states."""
_OPEN_PLACEMENTS = "state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway')"
_OUT = f"presence = 'out' AND household IN (SELECT id FROM household WHERE {CURRENT})"
_DUTY_DAYS = 3
# one that was put right is rung as the line says that did so
_TO_RING = "back_at IS NOT NULL AND done_at IS NULL AND NOT EXISTS (SELECT 1 FROM log c WHERE c.corrects = log.id)"
_ROLLCALL_STAYS = timedelta(hours=24)
"""How long the last roll call is at hand: who was missed is looked for, and found later."""


def read_night(
    journal: Journal,
    at: datetime | None = None,
    *,
    buses: Collection[int] = (),
    households: Collection[int] = (),
    everything: bool = False,
) -> Night:
    """The night at `at` (the clock's now when None) in one snapshot.

    `buses` and `households` name ended ones to read as well; `everything` reads all the past too.
    """
    db = journal.db
    with db.snapshot():
        open_buses = read(db, Bus, "1" if everything else _OPEN_BUSES)
        # those of this night that have ended stay in sight until noon
        # a range and not a pattern: SQLite would plan a pattern anew each time
        night = f"B-{journal.tonight():%y%m%d}"
        tonight = read(db, Bus, "ref > ? AND ref < ?", [night + "-", night + "."])
        seen = {b.id for b in open_buses}
        open_buses += [b for b in tonight if b.id not in seen]
        between = _sent_buses(db, at or journal.now())
        wanted_too = {*buses, *(row.bus for row in between)}
        open_buses += _by_id(db, Bus, wanted_too - {b.id for b in open_buses})
        bus_ids = [b.id for b in open_buses]
        placements = read(db, Placement, "1" if everything else _OPEN_PLACEMENTS)
        here = read(db, Household, "1" if everything else CURRENT)
        known = {h.id for h in here}
        wanted = {p.household for p in placements} | set(households)
        if not everything:
            more = _of(db, Household, "bus", bus_ids)
            here += [h for h in more if h.id not in known]
            known |= {h.id for h in more}
            here += _by_id(db, Household, wanted - known)
        here.sort(key=lambda h: h.id)
        ids = [h.id for h in here]
        if households and not everything:
            ended = _of(db, Placement, "household", list(households))
            placements += [p for p in ended if p.id not in {q.id for q in placements}]
        return Night(
            at=at or journal.now(),
            settings=journal.settings,
            **_house(db, ids),
            members=tuple(_of(db, Member, "household", ids, order="household, number")),
            buses=tuple(sorted(open_buses, key=_due)),
            allocations=tuple(_of(db, Allocation, "bus", bus_ids)),
            onwards=tuple(_of(db, Onward, "bus", bus_ids)),
            etas=tuple(_of(db, Eta, "bus", bus_ids)),
            households=tuple(here),
            placements=tuple(placements),
            rides=tuple(_by_id(db, Ride, {p.ride for p in placements if p.ride}) + _coming_rides(journal)),
            declined=tuple(_declined(db, ids)),
            municipalities=tuple(read(db, Municipality, order="name")),
            locations=tuple(read(db, Location, order="name")),
            placed_since_report=tuple(_placed_since_report(db)),
            men_alone_placed=tuple(_men_alone_placed(journal)),
            availabilities=tuple(read(db, Availability, order="available_from, id")),
            shared=_shared(journal),
            sent_buses=tuple(between),
            targets=tuple(read(db, Target, order="since, id")),
            instructions=tuple(_instructions(journal, at or journal.now())),
            log=tuple(read(db, LogLine, _TO_RING, order="back_at")),
            duties=tuple(read(db, Duty, "at > ?", [to_text(journal.now() - timedelta(days=_DUTY_DAYS))])),
            phones=tuple(read(db, Phone, order="position, id")),
            **_shift(db, at or journal.now()),
        )


def is_overdue(db: Store, now: datetime, days: int) -> bool:
    """Whether somebody should have been forgotten two days ago: the run that does it did not happen."""
    row = db.execute(
        "SELECT 1 FROM household WHERE erased_at IS NULL AND ended_at IS NOT NULL AND ended_at < ? LIMIT 1",
        [to_text(now - timedelta(days=days + 2))],
    ).fetchone()
    return row is not None


def _shift(db: Store, at: datetime) -> dict[str, Any]:
    """Who works, who visits, and the roll call; of each only what is current."""
    since = to_text(at - _ROLLCALL_STAYS)
    last = "id = (SELECT max(id) FROM rollcall) AND (finished_at IS NULL OR finished_at > ?)"
    rollcall = next(iter(read(db, Rollcall, last, [since])), None)
    return {
        "on_duty": tuple(read(db, Attendance, "off_at IS NULL", order="on_at, id")),
        "visitors": tuple(read(db, Visitor, "left_at IS NULL", order="came_at, id")),
        # +starts: the index of the ends is read, and not every shift there ever was
        "rostered": tuple(
            read(db, Rostered, "ends > ? AND +starts < ?", [to_text(at), to_text(at + AHEAD)], "starts, id")
        ),
        "rollcall": rollcall,
        "ticks": tuple(read(db, Tick, "rollcall = ?", [rollcall.id])) if rollcall else (),
        "handed_over": _handed_over(db),
        "began_at": _moment(db.execute("SELECT at FROM action ORDER BY id LIMIT 1").fetchone()),
    }


def _handed_over(db: Store) -> HandedOver | None:
    """The last handover, without the long record of what it says."""
    last = "SELECT id, by, accepted_by, made_at, accepted_at FROM handover ORDER BY id DESC LIMIT 1"
    row = db.execute(last).fetchone()
    if row is None:
        return None
    return HandedOver(
        id=row[0], by=row[1], accepted_by=row[2], made_at=_moment(row[3:4]), accepted_at=_moment(row[4:5])
    )


def _moment(row: Sequence[str | None] | None) -> datetime | None:
    return to_time(row[0]) if row and row[0] else None


def read_house(journal: Journal, at: datetime | None = None) -> Night:
    """The house alone: rooms, beds, who sleeps in them and who comes. Enough to give and to free beds.

    Of the region, the placements and the log it knows nothing, and of the members only those who are out.
    """
    db = journal.db
    with db.snapshot():
        open_buses = read(db, Bus, _OPEN_BUSES)
        bus_ids = [b.id for b in open_buses]
        here = {h.id: h for h in read(db, Household, CURRENT)}
        here |= {h.id: h for h in _of(db, Household, "bus", bus_ids)}
        ids = sorted(here)
        return Night(
            at=at or journal.now(),
            settings=journal.settings,
            **_house(db, ids),
            members=tuple(read(db, Member, _OUT, order="household, number")),
            buses=tuple(sorted(open_buses, key=_due)),
            allocations=tuple(_of(db, Allocation, "bus", bus_ids)),
            onwards=tuple(_of(db, Onward, "bus", bus_ids)),
            households=tuple(here[i] for i in ids),
        )


def read_region(journal: Journal, household: Household, at: datetime) -> Night:
    """The places elsewhere, what is held there, and one household: enough to say whether a location suits it."""
    db = journal.db
    with db.snapshot():
        open_buses = read(db, Bus, _OPEN_BUSES)
        links = read(db, Link, "household = ? OR other = ?", [household.id, household.id])
        return Night(
            at=at,
            settings=journal.settings,
            buses=tuple(open_buses),
            allocations=tuple(_of(db, Allocation, "bus", [b.id for b in open_buses])),
            households=(household, *_beside(db, household, links)),
            links=tuple(links),
            members=tuple(_of(db, Member, "household", [household.id], order="household, number")),
            placements=tuple(read(db, Placement, _OPEN_PLACEMENTS)),
            declined=tuple(_declined(db, [household.id])),
            municipalities=tuple(read(db, Municipality, order="name")),
            locations=tuple(read(db, Location, order="name")),
            placed_since_report=tuple(_placed_since_report(db)),
            men_alone_placed=tuple(_men_alone_placed(journal)),
            availabilities=tuple(read(db, Availability, order="available_from, id")),
            shared=_shared(journal),
        )


def _shared(journal: Journal) -> "tuple[Mine, ...]":
    """What of the locations that are shared with other desks is this desk's own; most desks belong to no region."""
    if not journal.db.execute("SELECT 1 FROM shared_place LIMIT 1").fetchone():
        return ()
    from storage.region import escrow

    return escrow.mine(journal)


def _sent_buses(db: Store, at: datetime) -> "list[SentBus]":
    """The buses between this desk and others; most desks belong to no region."""
    if not db.execute("SELECT 1 FROM sent_bus LIMIT 1").fetchone():
        return []
    from storage.region import sent

    return sent.lately(db, at)


def _beside(db: Store, household: Household, links: list[Link]) -> list[Household]:
    """Who stays together with a household, and men alone for whom a place is asked: the rules look at them too."""
    linked = {number for link in links for number in (link.household, link.other)} - {household.id}
    asked = f"people = 1 AND nationality <> 'UKR' AND id IN (SELECT household FROM placement WHERE {_OPEN_PLACEMENTS})"
    men = [h for h in read(db, Household, asked) if h.id != household.id]
    return men + _by_id(db, Household, linked - {h.id for h in men})


def _men_alone_placed(journal: Journal) -> list[tuple[int, int]]:
    """Men alone of another nationality by location, of those placed who are still known by more than a number."""
    since = to_text(journal.now() - timedelta(days=journal.settings.retention_days))
    rows = journal.db.execute(
        # CROSS: those few households first, and not every placement there ever was
        "SELECT p.location, count(*) FROM household h CROSS JOIN placement p ON p.household = h.id"
        " WHERE p.state = 'arrived' AND p.location IS NOT NULL"
        " AND h.people = 1 AND h.nationality <> 'UKR' AND h.ended_at > ?"
        " AND (h.group_kind = 'single_man'"
        " OR h.sex = 'm' AND coalesce(h.group_kind, '') NOT IN ('single_woman', 'unaccompanied_minor'))"
        " GROUP BY p.location ORDER BY p.location",
        [since],
    ).fetchall()
    return [(location, men) for location, men in rows]


def _house(db: Store, households: list[int]) -> dict[str, Any]:
    rooms = read(db, Room, order="position, id")
    place = {room.id: n for n, room in enumerate(rooms)}
    return {
        "rooms": tuple(rooms),
        "beds": tuple(sorted(read(db, Bed), key=lambda b: (place[b.room], b.number))),
        "stays": tuple(read(db, Stay, "until IS NULL", order="household, bed")),
        "sharings": tuple(_of(db, Sharing, "household", households)),
        "links": tuple(_of(db, Link, "household", households)),
    }


def read_bus(journal: Journal, bus: Bus, at: datetime) -> Night:
    """A night with this bus alone and what its numbers are made of: a step of a bus asks for nothing else."""
    db, ids = journal.db, [bus.id]
    return Night(
        at=at,
        settings=journal.settings,
        buses=(bus,),
        allocations=tuple(_of(db, Allocation, "bus", ids)),
        onwards=tuple(_of(db, Onward, "bus", ids)),
        households=tuple(_of(db, Household, "bus", ids)),
    )


def _due(bus: Bus) -> tuple[bool, datetime, int]:
    moment = bus.eta or bus.arrived_at or bus.announced_at
    return moment is None, moment or datetime.max.replace(tzinfo=UTC), bus.id


def _of(db: Store, model: type[Model], column: str, ids: list[int], order: str = "id") -> list[Model]:
    if not ids:
        return []
    if len(ids) > 500:  # a list this long is nearly the whole table
        wanted = set(ids)
        return [row for row in read(db, model, order=order) if getattr(row, column) in wanted]
    return read(db, model, f"{column} IN ({_marks(ids)})", ids, order)


def _by_id(db: Store, model: type[Model], ids: Iterable[int | None]) -> list[Model]:
    return _of(db, model, "id", sorted(i for i in ids if i is not None))


def _marks(ids: Collection[int]) -> str:
    return ", ".join("?" * len(ids))


def _coming_rides(journal: Journal) -> list[Ride]:
    since = to_text(journal.now() - timedelta(hours=12))
    linked = "id IN (SELECT ride FROM placement WHERE ride IS NOT NULL AND " + _OPEN_PLACEMENTS + ")"
    # +id: sorted afterwards, so that the index of pickups is read and not every ride there ever was
    return read(journal.db, Ride, f"(pickup IS NULL OR pickup > ?) AND NOT {linked}", [since], "+id")


def _declined(db: Store, ids: list[int]) -> list[Declined]:
    if not ids:
        return []
    where = "" if len(ids) > 500 else f" AND household IN ({_marks(ids)})"
    rows = db.execute(
        "SELECT household, location, reason, ended_at FROM placement"
        f" WHERE state = 'declined' AND location IS NOT NULL{where} ORDER BY id DESC",
        [] if len(ids) > 500 else ids,
    ).fetchall()
    return [Declined(h, loc, reason, to_time(at) if at else None) for h, loc, reason, at in rows]


def _instructions(journal: Journal, at: datetime) -> list[Decision]:
    today = at.astimezone(journal.settings.tz).date().isoformat()
    in_force = "topic <> '' AND state IN ('open', 'in_progress') AND (until = '' OR until >= ?)"
    return read(journal.db, Decision, in_force, [today])


def _placed_since_report(db: Store) -> list[tuple[int, int]]:
    # CROSS JOIN: the locations come first, so that each reads only what its index has since its last count
    arrived = [
        f"SELECT p.location, p.people FROM location l CROSS JOIN {place} p ON p.location = l.id AND p.state = 'arrived'"
        f" WHERE p.confirmed_at > coalesce(l.occupied_at, ''){also.format('p')}"
        for place, also in db.parts("placement")
    ]
    direct = [
        f"SELECT a.location, a.confirmed FROM location l CROSS JOIN {place} a ON a.location = l.id"
        f" WHERE a.confirmed_at > coalesce(l.occupied_at, ''){also.format('a')}"
        for place, also in db.parts("allocation")
    ]
    everyone = " UNION ALL ".join(arrived + direct)
    rows = db.execute(f"SELECT location, sum(people) FROM ({everyone}) GROUP BY location").fetchall()
    return [(location, people) for location, people in rows]
