"""The whole night, the figures of a period, the log and the phones as records."""

from desk import duties, figures, signals
from desk.buses import OPEN
from desk.capacity import LOCATION_KINDS
from desk.departures import departures
from desk.figures import Period
from desk.logbook import Entry, LogLine, Phone
from desk.night import Night
from desk.records.arrivals import bus_summary
from desk.records.form import Record, iso, said
from desk.signals import Signal


def log_record(night: Night, line: LogLine) -> Record:
    """A line of the log; an open one is a call-back that nobody made yet."""
    return {
        "ref": f"log {line.id}",
        "state": "open" if line.is_open else "done" if line.done_at else "written",
        "number": line.id,
        "kind": line.kind,
        "text": line.text,
        "link": said(night, line.link),
        "type": line.type_text,
        "by": line.by,
        "at": iso(night, line.at),
        "back": iso(night, line.back_at),
        "done_at": iso(night, line.done_at),
        "done_by": line.done_by,
    }


def entry_record(night: Night, entry: Entry) -> Record:
    """A line of the log as it is read back: when it was typed, which line it puts right, and which put it right."""
    record = log_record(night, entry.line)
    if entry.put_right_by is not None:
        record["state"] = "put_right"
    return {
        **record,
        "entered_at": iso(night, entry.entered_at),
        "corrects": entry.line.corrects,
        "put_right_by": entry.put_right_by,
    }


def phone_record(phone: Phone) -> Record:
    """A number to ring."""
    return {
        "ref": phone.role,
        "state": "listed",
        "role": phone.role,
        "number": phone.number,
        "hours": phone.hours,
        "say": phone.say,
    }


def signal_record(night: Night, signal: Signal) -> Record:
    """One thing that needs a person, who does it, and who put it off until when."""
    duty, away = night.duty.get(signal.key), duties.put_off_by(night, signal.key, signal.severity)
    return {
        "kind": signal.kind,
        "ref": said(night, signal.ref),
        "severity": signal.severity,
        "text": signal.text,
        "key": signal.key,
        "who": duty.by if duty else None,
        "put_off_by": away.by if away else None,
        "put_off_until": iso(night, away.until) if away else None,
    }


def now_record(night: Night) -> Record:
    """The numbers of Tonight."""
    beds, free_for, people = figures.beds(night), figures.free_for(night), figures.people(night)
    morning = figures.morning(night)
    return {
        "at": night.settings.iso(night.at),
        "site": night.settings.site,
        "night": night.evening.isoformat(),
        "beds": {
            name: getattr(beds, name)
            for name in (
                "realised",
                "out_of_use",
                "usable",
                "occupied",
                "reserved",
                "free",
                "cleaning",
                "blocked",
                "no_staff",
            )
        },
        "free_for": {
            "family_rooms": list(free_for.family_rooms),
            "women_alone": free_for.women_alone,
            "men_alone": free_for.men_alone,
            "wheelchair": free_for.wheelchair,
        },
        "people": {
            name: getattr(people, name)
            for name in (
                "present",
                "inside",
                "unregistered",
                "waiting",
                "out",
                "without_bed",
                "over_24h",
                "over_48h",
            )
        },
        "morning": {"breakfast": morning.breakfast, "diets": morning.diets, "kits": morning.kits},
        "leaving": [
            {
                "pickup": iso(night, one.pickup),
                "wake": iso(night, one.wake),
                "carrier": one.carrier,
                "to": one.to,
                "households": [night.said(h.ref) for h in one.households],
            }
            for one in departures(night)
        ],
        "buses": [bus_summary(night, bus) for bus in night.buses if bus.state in OPEN],
        "signals": [signal_record(night, signal) for signal in signals.signals(night)],
    }


def figures_record(night: Night, period: Period) -> Record:
    """The figures of a period: placed and reserved apart, and never the sum without its parts."""
    reserved, reserved_buses = figures.reserved_for_buses(night)
    region = figures.region(night)
    return {
        "since": night.settings.iso(period.since),
        "as_of": night.settings.iso(period.until),
        "placed": period.placed,
        "reserved": reserved,
        "total": period.placed + reserved,
        "reserved_buses": reserved_buses,
        "target": figures.target(night),
        "realised": {kind: region.realised[kind] for kind in LOCATION_KINDS},
        "occupied": {kind: region.occupied[kind] for kind in LOCATION_KINDS},
        "reserved_by_kind": {kind: region.reserved[kind] for kind in LOCATION_KINDS},
        "free": {kind: region.free[kind] for kind in LOCATION_KINDS},
        "municipalities": {
            "total": region.municipalities,
            "hosting": region.hosting,
            "in_forecast": region.in_forecast,
        },
        "inflow": period.inflow,
        "onward_flow": period.onward_flow,
        "outflow": period.outflow,
    }
