"""The pack for the meeting of the board (BAO): what changed since the last one, and what is to be decided; no names.

Source: the minutes of 7 April 2022 and facts 2: 195 = 50 placed + 145 reserved, 10 of 14 host, 14 of 14 in forecast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desk import buses, clock, figures, horizon, requests, standings
from desk.decisions import KIND_LABELS, KINDS, STATE_LABELS, Decision
from desk.figures import Period
from desk.forecast import Inflow
from desk.language import _, number, written
from desk.logbook import LogLine
from desk.night import Night
from desk.records import figures_record
from desk.reports.document import Block, Cell, Chart, Column, Document, Figure, Table
from desk.reports.situation import chart, forecast_notes, places_block
from desk.requests import ANSWER_LABELS, CANDIDATE_LABELS, STREAM_LABELS, Addressee, Candidate, Request, Tally
from desk.situation import forecast_record, places_record

Record = dict[str, Any]

_OF_ENTRY = ("ref", "kind", "item", "heading", "text", "explanation", "owner", "due", "due_text", "state")


@dataclass(frozen=True)
class Given:
    """What the pack is made of beside the night; texts in it hold no names any more."""

    period: Period
    last: str = ""
    """The day of the meeting before, ISO; empty when none was written down."""
    next: str = ""
    inflows: Sequence[Inflow] = ()
    decisions: Sequence[Decision] = ()
    requests: Sequence[tuple[Request, Tally, Sequence[Addressee]]] = ()
    candidates: Sequence[tuple[Candidate, str]] = ()
    """Sites that might become a location, with their municipality."""
    cases: Sequence[LogLine] = ()


# --- the record ---------------------------------------------------------------------------------


def record(night: Night, given: Given) -> Record:
    """The pack as numbers, codes and texts."""
    settings = night.settings
    return {
        "report": "meeting",
        "at": settings.iso(night.at),
        "site": settings.site,
        "organisation": settings.organisation,
        "time_zone": settings.time_zone,
        "last_meeting": given.last or None,
        "next_meeting": given.next or None,
        "figures": figures_record(night, given.period),
        "target": {kind: figures.target(night, kind) for kind in ("obligation", "best_effort")},
        "to_realise": figures.to_realise(night),
        "places": places_record(night),
        "reserved": [_reserved(night, bus) for bus in night.buses_expected if _places_for(night, bus)],
        "municipalities": [_municipality(own) for own in standings.standings(night)],
        "pools": [
            {"name": p.name, "share": p.share, "counting": p.counting, "gap": p.gap} for p in standings.pools(night)
        ],
        "forecast": forecast_record(night, given.inflows),
        "ends": [
            {
                "location": e.location.name,
                "municipality": night.municipality_name(e.location),
                "last_day": e.last_day.isoformat(),
                "places": e.places,
                "people": e.people,
            }
            for e in (*horizon.ended(night), *horizon.endings(night))
        ],
        "requests": [_request(*found) for found in given.requests],
        "promised": requests.promised(
            {r.id: r for r, _tally, _to in given.requests},
            [to.answer for _r, _tally, addressees in given.requests for to in addressees],
        ),
        "candidates": [
            {"name": c.name, "municipality": name, "state": c.state, "note": c.note} for c, name in given.candidates
        ],
        "entries": [{name: getattr(d, name) for name in _OF_ENTRY} for d in given.decisions],
        "cases": [{"at": settings.iso(line.at) if line.at else None, "text": line.text} for line in given.cases],
    }


def _places_for(night: Night, bus: buses.Bus) -> int:
    elsewhere = sum(a.people for a in night.allocations if a.bus == bus.id and a.confirmed_at is None)
    return bus.reserved + elsewhere


def _reserved(night: Night, bus: buses.Bus) -> Record:
    return {
        "ref": night.said(bus.ref),
        "from": bus.from_place,
        "eta": night.settings.iso(bus.eta) if bus.eta else None,
        "here": bus.reserved,
        "elsewhere": _places_for(night, bus) - bus.reserved,
        "places": _places_for(night, bus),
    }


def _municipality(own: standings.Own) -> Record:
    return {
        "code": own.municipality.code,
        "name": own.name,
        "inhabitants": own.municipality.inhabitants,
        "share": own.share,
        "counting": own.counting,
        "gap": own.gap,
        "realised": own.places.realised,
        "out_of_use": own.places.out_of_use,
        "occupied": own.places.occupied,
        "reserved": own.places.held,
        "free": own.places.free,
        "promised": own.promised,
        "promised_on": own.promised_on.isoformat() if own.promised_on else None,
        "private": own.private.realised,
        "private_occupied": own.private.occupied,
    }


def _request(request: Request, tally: Tally, to: Sequence[Addressee]) -> Record:
    return {
        "ref": request.ref,
        "question": request.question,
        "stream": request.stream,
        "deadline": request.deadline or None,
        "answered": tally.answered,
        "addressed": tally.addressed,
        "late": tally.late,
        "number": tally.number,
        "answers": [
            {
                "municipality": one.municipality,
                "state": one.answer.state,
                "number": one.answer.number,
                "note": one.answer.note,
            }
            for one in to
        ],
    }


# --- in words -----------------------------------------------------------------------------------


def document(data: Mapping[str, Any]) -> Document:
    """The pack in words, block by block."""
    lines = []
    if data["last_meeting"] and data["figures"]["since"].startswith(data["last_meeting"]):
        lines.append(_("Since the meeting of {day}").format(day=_day(data["last_meeting"])))
    if data["next_meeting"]:
        lines.append(_("Next meeting: {day}").format(day=_day(data["next_meeting"])))
    blocks = [
        _headline(data),
        places_block(data),
        _hosting(data),
        _shares(data),
        _municipal_places(data),
        _private(data),
        Block(_("Forecast, without private places"), notes=forecast_notes(data["forecast"]), chart=_chart(data)),
        _ends(data),
        *(_answers(request) for request in data["requests"]),
        _candidates(data),
        *(_entries(data, kind) for kind in KINDS),
        _cases(data),
    ]
    return Document(
        name="meeting",
        title=_("Pack for the meeting of the board"),
        at=datetime.fromisoformat(data["at"]),
        time_zone=data["time_zone"],
        site=data["site"],
        organisation=data["organisation"],
        blocks=blocks,
        lines=lines,
        data=data,
    )


def _headline(data: Mapping[str, Any]) -> Block:
    found = data["figures"]
    columns = [
        Column("ref", _("Bus")),
        Column("from", _("From")),
        Column("eta", _("Due")),
        Column("here", _("Reserved here")),
        Column("elsewhere", _("Elsewhere")),
        Column("places", _("Places")),
    ]
    rows = [
        [datetime.fromisoformat(bus["eta"]) if c.name == "eta" and bus["eta"] else bus[c.name] for c in columns]
        for bus in data["reserved"]
    ]
    total = [
        _("Total"),
        "",
        "",
        *(sum(bus[name] for bus in data["reserved"]) for name in ("here", "elsewhere", "places")),
    ]
    note = _("{total} = {placed} placed + {reserved} reserved for {reserved_buses} expected buses").format(
        **written(found)
    )
    return Block(
        _("Since {time}").format(time=_moment(found["since"])),
        figures=[
            Figure(_("Placed: arrived and confirmed"), found["placed"]),
            Figure(_("Reserved for expected buses"), found["reserved"]),
        ],
        notes=[note],
        table=Table(columns, rows, total if rows else (), empty=_("No places are reserved for a bus.")),
    )


def _hosting(data: Mapping[str, Any]) -> Block:
    of = data["figures"]["municipalities"]
    without = [m["name"] for m in data["municipalities"] if not m["occupied"]]
    notes = [
        _("{hosting} of {total} municipalities host in municipal locations").format(**of),
        _("{in_forecast} of {total} municipalities are in the forecast").format(**of),
    ]
    if without:
        notes.append(_("Not hosting: {names}").format(names=", ".join(without)))
    return Block(_("Municipalities that host"), notes=notes)


def _shares(data: Mapping[str, Any]) -> Block:
    every = data["municipalities"]
    columns = [
        Column("name", _("Municipality"), "#adm2+name"),
        Column("share", _("Share")),
        Column("counting", _("Counts")),
        Column("gap", _("Ahead or behind")),
        Column("promised", _("Promised")),
        Column("promised_on", _("From")),
    ]
    rows = [[_date(m[c.name]) if c.name == "promised_on" else m[c.name] for c in columns] for m in every]
    pooled = [
        _("{name} together: share {share}, counts {counting}").format(
            name=p["name"],
            share=number(p["share"]) if p["share"] is not None else "?",
            counting=number(p["counting"]),
        )
        for p in data["pools"]
    ]
    bars = Chart(
        "bar",
        _("Share of the target, and what counts towards it"),
        [m["name"] for m in every],
        [(_("share"), [m["share"] for m in every]), (_("counts"), [m["counting"] for m in every])],
    )
    total = [_("Total"), *_summed(every, columns[1:5]), None]
    return Block(_("Share of the target by inhabitants"), notes=pooled, table=Table(columns, rows, total), chart=bars)


def _municipal_places(data: Mapping[str, Any]) -> Block:
    every = data["municipalities"]
    columns = [
        Column("name", _("Municipality"), "#adm2+name"),
        Column("realised", _("Realised"), "#capacity+realised"),
        Column("out_of_use", _("Out of use"), "#capacity+out_of_use"),
        Column("occupied", _("Occupied"), "#affected+present"),
        Column("reserved", _("Reserved"), "#capacity+reserved"),
        Column("free", _("Free"), "#capacity+free"),
    ]
    rows = [[m[c.name] for c in columns] for m in every]
    total = [_("Total without private"), *_summed(every, columns[1:])]
    return Block(_("Municipal places, without private"), table=Table(columns, rows, total))


def _summed(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[Cell]:
    return [sum(row[column.name] or 0 for row in rows) for column in columns]


def _private(data: Mapping[str, Any]) -> Block:
    hosts = [m for m in data["municipalities"] if m["private"] or m["private_occupied"]]
    columns = [
        Column("name", _("Municipality")),
        Column("private", _("Private places")),
        Column("private_occupied", _("Occupied")),
    ]
    rows = [[m[c.name] for c in columns] for m in hosts]
    total = [_("Total private"), sum(m["private"] for m in hosts), sum(m["private_occupied"] for m in hosts)]
    return Block(
        _("Private hosting, in none of the numbers above"),
        table=Table(columns, rows, total if rows else (), empty=_("None was told.")),
    )


def _chart(data: Mapping[str, Any]) -> Chart | None:
    return chart(data["forecast"]) if data["forecast"] else None


def _ends(data: Mapping[str, Any]) -> Block:
    columns = [
        Column("location", _("Location")),
        Column("municipality", _("Municipality")),
        Column("last_day", _("Last day")),
        Column("places", _("Places")),
        Column("people", _("People inside now")),
    ]
    rows = [[_date(e[c.name]) if c.name == "last_day" else e[c.name] for c in columns] for e in data["ends"]]
    return Block(_("Places that end"), table=Table(columns, rows, empty=_("Of no location an end is known.")))


def _answers(request: Mapping[str, Any]) -> Block:
    columns = [
        Column("municipality", _("Municipality")),
        Column("state", _("Answer")),
        Column("number", _("Number")),
        Column("note", _("Note")),
        # in rows alone the requests stand below each other, and streams must stay apart
        Column("ref", _("request"), needs="sheet"),
        Column("stream", _("stream"), needs="sheet"),
    ]
    of = {"ref": request["ref"], "stream": _(STREAM_LABELS[request["stream"]])}
    rows = [
        [_(ANSWER_LABELS[a["state"]]) if c.name == "state" else {**a, **of}[c.name] for c in columns]
        for a in request["answers"]
    ]
    notes = [_("{answered} of {addressed} answered").format(**request)]
    if request["deadline"]:
        notes.append(_("Answer by {day}").format(day=_day(request["deadline"])))
    if request["stream"] != "ukraine":
        notes.append(_("Another stream: in none of the counters of this report."))
    return Block(f"{request['ref']} {request['question']}", notes=notes, table=Table(columns, rows))


def _candidates(data: Mapping[str, Any]) -> Block:
    columns = [
        Column("name", _("Site")),
        Column("municipality", _("Municipality")),
        Column("state", _("State")),
        Column("note", _("Note")),
    ]
    rows = [
        [_(CANDIDATE_LABELS[one["state"]]) if c.name == "state" else one[c.name] for c in columns]
        for one in data["candidates"]
    ]
    return Block(_("Candidate sites"), table=Table(columns, rows, empty=_("None was named.")))


def _entries(data: Mapping[str, Any], kind: str) -> Block:
    columns = [
        Column("ref", _("Nr")),
        Column("item", _("Item")),
        Column("text", _("Text")),
        Column("owner", _("Owner")),
        Column("due", _("Due")),
        Column("state", _("State")),
    ]
    rows = [
        [
            e["ref"],
            e["item"],
            e["text"] + (f" ({e['explanation']})" if e["explanation"] else ""),
            e["owner"],
            e["due_text"] or _date(e["due"] or None),
            _(STATE_LABELS[e["state"]]),
        ]
        for e in data["entries"]
        if e["kind"] == kind
    ]
    titles = {"K": _("Issues (K)"), "B": _("Decisions (B)"), "A": _("Actions (A)")}
    assert set(titles) == set(KIND_LABELS)
    return Block(titles[kind], table=Table(columns, rows, empty=_("None is open.")))


def _cases(data: Mapping[str, Any]) -> Block:
    notes = [f"{_moment(case['at'])}  {case['text']}" if case["at"] else case["text"] for case in data["cases"]]
    return Block(_("Cases from the locations, without names"), notes=notes or [_("None was written down.")])


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(text: str) -> str:
    return clock.day_month_year(date.fromisoformat(text))


def _moment(text: str) -> str:
    return clock.dated_time(datetime.fromisoformat(text))
