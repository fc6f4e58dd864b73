"""Buses, households, rooms and beds as records: who is here and where they sleep."""

from desk import procedure
from desk.beds import Bed, BedStatus, Room
from desk.buses import COMPOSITION, Allocation, Bus
from desk.households import INSIDE, Household, Member
from desk.night import Night
from desk.records.form import Record, iso, said
from desk.ways import Way


def bus_summary(night: Night, bus: Bus) -> Record:
    """A bus as `now` shows it: every number apart."""
    numbers = night.numbers(bus)
    return {
        "ref": night.said(bus.ref),
        "state": bus.state.value,
        "from": bus.from_place,
        "eta": iso(night, bus.eta),
        "eta_told_at": iso(night, bus.eta_told_at),
        "announced": bus.announced,
        "reserved": numbers.reserved,
        "allocated": numbers.allocated,
        "counted": bus.counted,
        "registered": numbers.registered,
        "went_on": numbers.went_on,
        "short": numbers.short,
    }


def bus_record(night: Night, bus: Bus) -> Record:
    """All that is known of a bus."""
    numbers = night.numbers(bus)
    return {
        **bus_summary(night, bus),
        "unregistered": numbers.unregistered if bus in night.buses_here else 0,
        "deviation": bus.deviation,
        "eta_told_by": bus.eta_told_by,
        "earlier_etas": [iso(night, eta.eta) for eta in night.etas if eta.bus == bus.id and eta.eta != bus.eta],
        **{
            name: getattr(bus, name)
            for name in ("contact", "phone", "carrier", "sender", "sender_phone", "source", *COMPOSITION, "note")
        },
        "allocations": [_allocation(night, a) for a in night.allocations if a.bus == bus.id],
        "onward": [
            {"people": o.people, "to": o.destination, "agreed_by": o.agreed_by, "at": iso(night, o.at)}
            for o in night.onwards
            if o.bus == bus.id
        ],
        "between": [
            {
                "desk": row.desk,
                "way": row.way,
                "people": row.people,
                "whole": row.onward is None,
                "state": row.state,
                "because": row.because,
                "since": iso(night, row.since),
            }
            for row in night.sent_buses
            if row.bus == bus.id
        ],
        **{
            name: getattr(bus, name)
            for name in ("over_reason", "count_reason", "close_reason", "destination", "agreed_by")
        },
        **{name: iso(night, getattr(bus, name)) for name in ("announced_at", "arrived_at", "counted_at", "ended_at")},
    }


def _allocation(night: Night, allocation: Allocation) -> Record:
    where = night.location.get(allocation.location)
    return {
        "location": where.name if where else "",
        "location_ref": where.ref if where else "",
        "people": allocation.people,
        "confirmed": allocation.confirmed if allocation.confirmed_at else None,
        "confirmed_by": allocation.confirmed_by,
        "confirmed_at": iso(night, allocation.confirmed_at),
    }


def way_record(way: Way) -> Record:
    """One way to close a bus's shortage; `places` is null where nobody knows before asking."""
    return {
        "kind": way.kind,
        "what": way.what,
        "places": way.places,
        "for": way.for_whom,
        "takes": way.takes,
        "here": way.here,
        "ref": way.ref,
    }


def household_record(night: Night, household: Household, *, own: bool = False) -> Record:
    """A household with its members; `present` and `out` are 0 once it has gone.

    `own`: it is shown by itself, so that a name that is covered elsewhere is told.
    """
    inside = household.state in INSIDE
    bus = night.bus.get(household.bus or 0)
    placement = night.placement_of.get(household.id)
    return {
        "ref": night.said(household.ref),
        "state": household.state.value,
        "name": household.name if own else household.called,
        "native_name": household.native_name if own or not household.say_nothing else "",
        "people": household.people,
        "adults": household.adults,
        "children": household.children,
        "group": household.group_kind,
        "sex": household.sex,
        "nationality": household.nationality,
        "language": household.language,
        "needs": list(household.need_codes),
        "cots": household.cots,
        "pets": household.pets,
        "bus": night.said(bus.ref) if bus else None,
        "origin": household.origin,
        "beds": [night.label(bed) for bed in night.beds_of.get(household.id, ())],
        "present": night.present(household) if inside else 0,
        "out": len(night.out_of(household)) if inside else 0,
        "since": iso(night, household.since),
        "registered_at": iso(night, household.registered_at),
        "ended_at": iso(night, household.ended_at),
        "ended_reason": household.ended_reason,
        "placement": night.said(placement.ref) if placement else None,
        "procedure": procedure.procedure(night, household) if inside else None,
        "procedure_reasons": [trigger.text for trigger in procedure.triggers(night, household)] if inside else [],
        "no_place": procedure.no_place(night, household),
        "linked": _linked(night, household),
        "tie": _tied(night, household),
        "tie_reason": household.tie_reason,
        "guardian": household.guardian,
        "earlier": said(night, household.earlier),
        "phone": household.phone,
        "note": household.note,
        "members": [_member(night, household, m, own=own) for m in night.members_of.get(household.id, ())],
    }


def _linked(night: Night, household: Household) -> list[str]:
    """Who they want to stay together with."""
    others = (night.household.get(number) for number in sorted(night.linked.get(household.id, ())))
    return [night.said(other.ref) for other in others if other]


def _tied(night: Night, household: Household) -> str | None:
    """The municipality they belong near."""
    found = night.municipality.get(household.tie or 0)
    return (found.screen_name or found.name) if found else None


def _member(night: Night, household: Household, member: Member, *, own: bool) -> Record:
    return {
        "number": member.number,
        "ref": f"{night.said(household.ref)}.{member.number}",
        "name": member.name if own or not household.say_nothing else household.called,
        "age": member.age,
        "sex": member.sex,
        "presence": member.presence.value,
        "out_to": member.out_to,
        "out_at": iso(night, member.out_at),
        "back": iso(night, member.back_at),
    }


def bed_record(night: Night, bed: Bed) -> Record:
    """A bed as it stands tonight; `closed` in a room that is not open."""
    room = night.room[bed.room]
    sleeper, bus = night.sleeper.get(bed.id), night.held_for.get(bed.id)
    status = night.status.get(bed.id)
    return {
        "ref": night.label(bed),
        "state": status.value if status else "closed",
        "room": room.name,
        "number": bed.number,
        "floor": room.floor,
        "household": night.said(sleeper.ref) if sleeper else None,
        "name": sleeper.called if sleeper else "",
        "held_for": night.said(bus.ref) if bus and status is BedStatus.HELD else None,
        "reason": bed.reason,
        "until": iso(night, bed.until),
        "by": bed.by,
        "since": iso(night, bed.since),
    }


def room_record(night: Night, room: Room) -> Record:
    """A room with its beds in numbers and who sleeps there."""
    beds = night.beds_in.get(room.id, [])
    return {
        "ref": room.name,
        "state": "open" if room.is_open else "closed",
        "room": room.name,
        "floor": room.floor,
        "kind": room.kind,
        "wheelchair": room.accessible,
        "overflow": room.overflow,
        "takes": room.takes,
        "beds": [night.label(bed) for bed in beds],
        "free": sum(night.status.get(bed.id) is BedStatus.FREE for bed in beds),
        "households": [night.said(h.ref) for h in night.sleeping_in(room)],
    }
