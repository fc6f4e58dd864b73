"""The region in numbers as records: municipalities, pools, targets, daily reports, the forecast."""

from collections.abc import Mapping, Sequence
from datetime import date

from desk import figures, periods, standings
from desk.capacity import Headcount, Location, Municipality, Target
from desk.forecast import Day, Inflow
from desk.night import Night
from desk.records.form import Record, iso
from desk.standings import Own, Places, Pool


def places_record(places: Places) -> Record:
    """Places added up; `free` may be negative."""
    return {
        "locations": places.locations,
        "realised": places.realised,
        "out_of_use": places.out_of_use,
        "occupied": places.occupied,
        "reserved": places.held,
        "free": places.free,
    }


def location_places(night: Night, location: Location) -> Record:
    """What a location has beside its counts: its periods, its last day, what it promises."""
    every = periods.of(location, night.periods_of.get(location.id, ()))
    last, promised = periods.last_day(every, night.today), standings.promise(night, location)
    return {
        "out_of_use": night.standing[location.id].out_of_use,
        "out_of_use_reason": location.out_of_use_reason or None,
        "periods": [{"from": p.first or None, "until": p.last or None, "places": p.places} for p in every],
        "last_day": str(last) if last else None,
        "promised": promised[0] if promised else 0,
        "promised_from": str(promised[1]) if promised else None,
    }


def municipality_places(night: Night, municipality: Municipality) -> Record:
    """A municipality's share and places, without private ones; those stand in a part of their own."""
    own = standings.by_id(night)[municipality.id]
    return {
        "pool": municipality.pool,
        "share": own.share,
        "counting": own.counting,
        "gap": own.gap,
        **_places_of(own),
        "promised": own.promised,
        "promised_from": str(own.promised_on) if own.promised_on else None,
        "oldest_reported_at": iso(night, own.told_at),
        "never_reported": own.silent,
        "short_stay": places_record(own.short),
        "long_stay": places_record(own.long),
        "private": places_record(own.private),
    }


def _places_of(own: Own) -> Record:
    return {name: n for name, n in places_record(own.places).items() if name not in {"locations", "realised"}}


def pool_record(pool: Pool) -> Record:
    """Municipalities that answer together."""
    return {
        "ref": pool.name,
        "state": "pooled",
        "municipalities": list(pool.members),
        "share": pool.share,
        "counting": pool.counting,
        "gap": pool.gap,
        **places_record(pool.places),
    }


def region_record(night: Night) -> Record:
    """The region's totals, each labelled: without private places and with them, never mixed."""
    parts = standings.totals(night)
    return {
        "target": figures.target(night),
        "best_effort_target": figures.target(night, "best_effort"),
        "counting": parts.counting,
        "to_realise": figures.to_realise(night),
        "municipal": places_record(parts.municipal),
        "house": places_record(parts.house),
        "private": places_record(parts.private),
        "without_private": places_record(parts.without_private),
        "with_private": places_record(parts.with_private),
        "pools": [pool_record(pool) for pool in standings.pools(night)],
    }


def target_record(night: Night, target: Target, every: Sequence[Target]) -> Record:
    """What is asked from a day on; the last of its kind that has begun is in force."""
    today = night.today.isoformat()
    begun = [t for t in every if t.kind == target.kind and t.since <= today]
    state = "later" if target.since > today else "in_force" if begun and begun[-1] == target else "past"
    return {
        "ref": f"{target.kind} {target.since}",
        "state": state,
        "kind": target.kind,
        "places": target.places,
        "since": target.since,
        "source": target.source,
    }


def headcount_record(night: Night, location: Location, told: Headcount) -> Record:
    """One daily report; `derived` is what the desk had by then, `difference` what was counted more."""
    return {
        "ref": location.ref,
        "state": "reported",
        "location": location.name,
        "at": iso(night, told.at),
        "occupied": told.occupied,
        "derived": told.derived,
        "difference": told.difference,
        "out_of_use": told.out_of_use,
        "by": told.by,
    }


def inflow_record(row: Inflow) -> Record:
    """Who is expected on a day in one scenario."""
    return {
        "ref": f"{row.scenario} {row.day}",
        "state": "told",
        "scenario": row.scenario,
        "day": row.day,
        "people": row.people,
        "source": row.source,
        "told_on": row.told_on,
    }


def forecast_record(
    night: Night, lines: Mapping[str, Sequence[Day]], short: Mapping[str, date | None], *, private: bool
) -> Record:
    """Each scenario day by day, with its first day with more people than places."""
    return {
        "at": night.settings.iso(night.at),
        "private": private,
        "scenarios": [
            {
                "ref": scenario,
                "state": "short" if short.get(scenario) else "enough",
                "scenario": scenario,
                "first_short_day": str(short[scenario]) if short.get(scenario) else None,
                "days": [
                    {
                        "day": str(day.day),
                        "people": day.people,
                        "places": day.places,
                        "free": day.free,
                        "told": day.told,
                    }
                    for day in line
                ],
            }
            for scenario, line in lines.items()
        ],
    }
