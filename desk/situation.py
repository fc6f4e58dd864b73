"""The situation at one moment as a plain record, the same in every language and without a name: what is frozen.

It has the blocks of facts 8.2; `desk.reports.situation` says it in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from desk import figures, forecast, frozen, standings
from desk.decisions import Decision
from desk.figures import Period
from desk.forecast import Inflow
from desk.frozen import Comparison
from desk.logbook import LogLine
from desk.night import Night
from desk.records import figures_record, now_record
from desk.requests import Request, Tally

Record = dict[str, Any]

PICTURES = {
    "national": frozenset({"national", "landelijk", "landelijk beeld"}),
    "regional": frozenset({"regional", "regionaal", "regionaal beeld"}),
    "mood": frozenset({"mood", "omgeving", "omgevingsbeeld"}),
    "help": frozenset({"help", "hulpvraag"}),
}
"""Types of log lines that are a block of text in the report: `desk log add note "…" --type landelijk`."""


@dataclass(frozen=True)
class Given:
    """What the report is made of beside the night; texts in it hold no names any more."""

    period: Period
    compared: Comparison | None = None
    since: str = ""
    """The report it is compared with."""
    inflows: Sequence[Inflow] = ()
    decisions: Sequence[Decision] = ()
    lines: Sequence[LogLine] = ()
    requests: Sequence[tuple[Request, Tally]] = ()


def record(night: Night, given: Given) -> Record:
    """Everything in the report as numbers, codes and texts; times in ISO 8601."""
    now = now_record(night)
    coming = frozen.due(night.settings, night.at, night.at + timedelta(days=1))
    return {
        "report": "situation",
        "at": now["at"],
        "site": night.settings.site,
        "organisation": night.settings.organisation,
        "time_zone": night.settings.time_zone,
        "night": now["night"],
        "figures": figures_record(night, given.period),
        "target": {kind: figures.target(night, kind) for kind in ("obligation", "best_effort")},
        "to_realise": figures.to_realise(night),
        "places": places_record(night),
        **{part: now[part] for part in ("beds", "free_for", "people")},
        "staying": sum(household.people for household in night.staying),
        "buses": now["buses"],
        "unplaced": _unplaced(night),
        "since": given.since,
        "compared": comparison_record(night, given.compared),
        "forecast": forecast_record(night, given.inflows),
        "entries": [_entry(d) for d in given.decisions],
        "incidents": [
            {"at": night.settings.iso(line.at), "type": line.type_text, "text": line.text}
            for line in given.lines
            if line.kind == "incident" and line.at is not None
        ],
        "pictures": _pictures(given.lines),
        "requests": [_request(night, request, tally) for request, tally in given.requests],
        "next": next((night.settings.iso(found.at) for found in coming if found.evening is None), None),
    }


def places_record(night: Night) -> Record:
    """Places without private and with them, never the one without saying which."""
    found = standings.totals(night)
    parts = {
        "municipal": found.municipal,
        "house": found.house,
        "without_private": found.without_private,
        "private": found.private,
        "with_private": found.with_private,
    }
    return {
        name: {
            "realised": places.realised,
            "out_of_use": places.out_of_use,
            "occupied": places.occupied,
            "reserved": places.held,
            "free": places.free,
        }
        for name, places in parts.items()
    }


def comparison_record(night: Night, compared: Comparison | None) -> Record | None:
    """The sum that must hold: present then + in - out ± corrections = present now."""
    if compared is None:
        return None
    return {
        "then": night.settings.iso(compared.then),
        "now": night.settings.iso(compared.now),
        **{
            name: getattr(compared, name)
            for name in ("present_then", "out_then", "came", "returned", "onward_flow", "outflow")
        },
        "corrections": [
            {"ref": night.said(c.ref), "people": c.people, "reason": c.reason} for c in compared.corrections
        ],
        "out_now": compared.out_now,
        "present_now": compared.present_now,
        "gap": compared.gap,
    }


def forecast_record(night: Night, inflows: Sequence[Inflow]) -> Record:
    """Per scenario the people and places of each day, and the first short day; without private places."""
    short = forecast.first_short_days(night, inflows)
    return {
        scenario: {
            "first_short_day": short[scenario].isoformat() if short.get(scenario) else None,  # type: ignore[union-attr]
            "days": [{"day": d.day.isoformat(), "people": d.people, "places": d.places, "told": d.told} for d in line],
        }
        for scenario, line in forecast.projection(night, inflows).items()
    }


def _unplaced(night: Night) -> Record:
    """People who stay here and have no place agreed, and how long they have been here."""
    waiting = figures.without_place(night)
    longest = min((h.since for h in waiting if h.since), default=None)
    return {
        "households": len(waiting),
        "people": sum(h.people for h in waiting),
        "longest_hours": int((night.at - longest).total_seconds() // 3600) if longest else None,
    }


def _entry(decision: Decision) -> Record:
    return {
        name: getattr(decision, name)
        for name in ("ref", "kind", "item", "text", "owner", "due", "due_text", "state", "topic", "until")
    }


def _pictures(lines: Iterable[LogLine]) -> Record:
    """The newest text of each block."""
    found: Record = {}
    for line in sorted(lines, key=lambda line: (line.at is not None and line.at, line.id)):
        for name, words in PICTURES.items():
            if line.type_text.casefold() in words:
                found[name] = line.text
    return found


def _request(night: Night, request: Request, tally: Tally) -> Record:
    return {
        "ref": request.ref,
        "question": request.question,
        "stream": request.stream,
        "answered": tally.answered,
        "addressed": tally.addressed,
        "deadline": request.deadline or None,
    }
