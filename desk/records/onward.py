"""Placements, rides, the call list and the region as records: where people can go from here."""

from datetime import timedelta

from desk import clock, periods, procedure, standings
from desk.capacity import Location, Municipality
from desk.night import Night
from desk.placements import Placement, PlacementState, Ride
from desk.records.form import Record, iso
from desk.records.region import location_places, municipality_places
from desk.suitability import Fit

NEARLY_OVER = timedelta(hours=1)
"""A hold that ends within this time is rung about again."""


def placement_record(night: Night, placement: Placement) -> Record:
    """A placement with its household and where it goes; `placed` only once the receiver confirmed."""
    household = night.household.get(placement.household)
    where = night.location.get(placement.location or 0)
    ride = next((r for r in night.rides if r.id == placement.ride), None)
    return {
        "ref": night.said(placement.ref),
        "state": placement.state.value,
        "household": night.said(household.ref) if household else None,
        "name": household.called if household else "",
        "people": placement.people,
        "location": where.name if where else None,
        "location_ref": where.ref if where else None,
        "municipality": night.municipality_name(where) if where else None,
        "outside": placement.outside or None,
        "to": placement.to_text,
        "procedure": placement.procedure_kind,
        "procedure_reasons": [t.text for t in procedure.triggers(night, household)] if household else [],
        "asked_at": iso(night, placement.asked_at),
        "until": iso(night, placement.until),
        "agreed_by": placement.agreed_by,
        "agreed_at": iso(night, placement.agreed_at),
        "channel": placement.channel,
        "carrier": placement.carrier,
        "pickup": iso(night, placement.pickup),
        "ride": night.said(ride.ref) if ride else None,
        "departed_at": iso(night, placement.departed_at),
        "confirmed_by": placement.confirmed_by,
        "confirmed_at": iso(night, placement.confirmed_at),
        "placed": placement.counts_as_placed,
        "override": placement.override,
        "reason": placement.reason,
        "note": placement.note,
    }


def ride_record(night: Night, ride: Ride) -> Record:
    """A ride with those who go with it."""
    going = [p for p in night.placements if p.ride == ride.id]
    return {
        "ref": night.said(ride.ref),
        "state": "planned" if ride.pickup is None or ride.pickup > night.at else "due",
        "carrier": ride.carrier,
        "phone": ride.phone,
        "pickup": iso(night, ride.pickup),
        "note": ride.note,
        "people": sum(p.people for p in going),
        "placements": [night.said(p.ref) for p in going],
    }


def fit_record(fit: Fit) -> Record:
    """One location for one household: yes, no or unknown, with every reason."""
    return {
        "location": fit.location.name,
        "municipality": fit.municipality,
        "fits": fit.fits,
        "reasons": fit.reasons,
        "free": fit.free,
        "ref": fit.location.ref,
    }


def call_records(night: Night) -> list[Record]:
    """The call list by location: who is to be asked there, and holds that are over within the hour or already."""
    to_ring = [p for p in night.placements if _to_ring(night, p)]
    groups: dict[tuple[int | None, str], list[Placement]] = {}
    for placement in to_ring:
        groups.setdefault((placement.location, "" if placement.location else placement.to_text), []).append(placement)
    found = []
    for (location, to_text), placements in groups.items():
        where = night.location.get(location or 0)
        answers = where.answers if where else ""
        found.append(
            {
                "ref": where.ref if where else "",
                "state": "to_call",
                "location": where.name if where else to_text,
                "municipality": night.municipality_name(where) if where else None,
                "phone": where.phone if where else "",
                "answers": answers,
                "answers_now": clock.within(answers, night.at, night.settings.tz),
                "answers_from": iso(night, clock.next_within(answers, night.at, night.settings.tz)),
                "people": sum(p.people for p in placements),
                "placements": [placement_record(night, p) for p in placements],
            }
        )
    return sorted(found, key=lambda call: (not call["answers_now"], call["location"]))


def _to_ring(night: Night, placement: Placement) -> bool:
    if placement.state is PlacementState.PROPOSED:
        return True
    until = placement.until
    return placement.state is PlacementState.ASKED and until is not None and until - night.at <= NEARLY_OVER


def location_record(night: Night, location: Location) -> Record:
    """A location with its places; `occupied` is what it last reported plus those placed there since."""
    standing = night.standing[location.id]
    state, _day = periods.state(periods.of(location, night.periods_of.get(location.id, ())), night.today)
    return {
        "ref": location.ref,
        "state": state,
        "name": location.name,
        "municipality": night.municipality_name(location),
        "kind": location.kind,
        "capacity": location.capacity,
        "realised": standing.realised,
        "occupied": standing.occupied,
        "reserved": standing.held,
        "free": standing.free,
        "reported": location.occupied,
        "reported_at": iso(night, location.occupied_at),
        "from": location.available_from or None,
        "until": location.available_until or None,
        "term": location.term,
        "counts": location.counts,
        "groups": list(location.group_codes),
        "nationalities": list(location.nationality_codes),
        "wheelchair": location.wheelchair,
        "pets": location.pets,
        "most_alone": location.most_alone,
        "designated_from": location.designated_from or None,
        "intake": location.intake,
        "answers": location.answers,
        "phone": location.phone,
        **location_places(night, location),
    }


def municipality_record(night: Night, municipality: Municipality) -> Record:
    """A municipality with its inhabitants and what it has."""
    own = standings.by_id(night)[municipality.id]
    return {
        "ref": municipality.code,
        "state": "hosting" if own.places.occupied else "listed",
        "code": municipality.code,
        "name": municipality.screen_name or municipality.name,
        "official_name": municipality.name,
        "inhabitants": municipality.inhabitants,
        "as_of": municipality.as_of or None,
        "source": municipality.source,
        "locations": len(own.locations),
        "realised": own.places.realised,
        "realised_private": own.private.realised,
        **municipality_places(night, municipality),
    }
