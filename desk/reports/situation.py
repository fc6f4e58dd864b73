"""The situation report in words, block by block (facts 8.2), made of the record alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from desk import clock
from desk.decisions import OPEN as OPEN_STATES
from desk.forecast import SCENARIO_LABELS
from desk.frozen import REASONS
from desk.language import _, number, written
from desk.reports.document import Block, Chart, Column, Document, Figure, Table


def document(data: Mapping[str, Any]) -> Document:
    """The record in words, block by block."""
    at = datetime.fromisoformat(data["at"])
    lines = [clock.night_label(date.fromisoformat(data["night"]))]
    if data.get("label"):
        lines.append(data["label"])
    if data.get("by"):
        lines.append(_("Made by {who}").format(who=data["by"]))
    if data.get("corrects"):
        lines.append(_("Corrects {number}, which stays as it was").format(number=data["corrects"]))
    blocks = [
        _key_figures(data),
        places_block(data),
        *_picture(data),
        _coming(data),
        _forecast(data),
        *_sum(data),
        _entries(_("Issues"), data, "K"),
        _entries(_("Decisions in force"), data, "B"),
        _entries(_("Actions under way"), data, "A"),
        _incidents(data),
        _text_block(_("Public mood and communication"), data, "mood"),
        _help(data),
        Block(_("Next report"), notes=[_moment(data["next"]) if data["next"] else _("not set")]),
    ]
    return Document(
        name="situation",
        title=_("Situation report"),
        at=at,
        time_zone=data["time_zone"],
        site=data["site"],
        organisation=data["organisation"],
        blocks=blocks,
        number=data.get("number", ""),
        lines=lines,
        data=data,
    )


def _key_figures(data: Mapping[str, Any]) -> Block:
    people, beds, found = data["people"], data["beds"], data["figures"]
    total = _("{total} = {placed} placed + {reserved} reserved for {reserved_buses} expected buses").format(
        **written(found)
    )
    unplaced = data["unplaced"]
    return Block(
        _("Key figures"),
        figures=[
            Figure(
                _("People inside"),
                people["inside"],
                _("of whom {n} without a name yet").format(n=people["unregistered"]),
            ),
            Figure(_("Out of the building"), people["out"]),
            Figure(_("Without a bed"), people["without_bed"]),
            Figure(_("Beds realised"), beds["realised"]),
            Figure(_("Beds out of use"), beds["out_of_use"]),
            Figure(_("Beds occupied"), beds["occupied"]),
            Figure(_("Beds reserved"), beds["reserved"]),
            Figure(_("Beds free"), beds["free"]),
            Figure(_("People here without a place"), unplaced["people"]),
            Figure(_("Inflow"), found["inflow"]),
            Figure(_("Onward flow"), found["onward_flow"]),
            Figure(_("Outflow"), found["outflow"]),
        ],
        notes=[_("Since {time}: {total}").format(time=_moment(found["since"]), total=total)],
    )


def places_block(data: Mapping[str, Any]) -> Block:
    """The region's places without private and with them, against the target."""
    labels = {
        "municipal": _("Municipal locations"),
        "house": _("This house, in beds"),
        "without_private": _("Total without private"),
        "private": _("Private places"),
        "with_private": _("Total with private"),
    }
    columns = [
        Column("part", _("Places")),
        Column("realised", _("Realised"), "#capacity+realised"),
        Column("out_of_use", _("Out of use"), "#capacity+out_of_use"),
        Column("occupied", _("Occupied"), "#affected+present"),
        Column("reserved", _("Reserved"), "#capacity+reserved"),
        Column("free", _("Free"), "#capacity+free"),
    ]
    rows = [[labels[name], *(places[c.name] for c in columns[1:])] for name, places in data["places"].items()]
    target, municipalities = data["target"], data["figures"]["municipalities"]
    notes = [
        _("Target {target}; still to realise {left}").format(
            target=number(target["obligation"]), left=number(data["to_realise"])
        ),
        _("{hosting} of {total} municipalities host; {in_forecast} of {total} are in the forecast").format(
            **municipalities
        ),
    ]
    if target["best_effort"] is not None:
        notes.append(_("Best-efforts commitment, apart from the target: {n}").format(n=number(target["best_effort"])))
    return Block(_("Places in the region"), notes=notes, table=Table(columns, rows))


def _picture(data: Mapping[str, Any]) -> list[Block]:
    return [
        _text_block(_("National picture"), data, "national"),
        _text_block(_("Regional picture"), data, "regional"),
    ]


def _text_block(title: str, data: Mapping[str, Any], name: str) -> Block:
    text = data["pictures"].get(name)
    return Block(title, notes=text.splitlines() if text else [_("Nothing to report")])


def _coming(data: Mapping[str, Any]) -> Block:
    columns = [
        Column("ref", _("Bus")),
        Column("from", _("From")),
        Column("eta", _("Due")),
        Column("announced", _("Said")),
        Column("counted", _("Counted")),
        Column("reserved", _("Reserved here")),
        Column("allocated", _("Elsewhere")),
        Column("short", _("To find")),
    ]
    rows = [
        [datetime.fromisoformat(bus[c.name]) if c.name == "eta" and bus["eta"] else bus[c.name] for c in columns]
        for bus in data["buses"]
    ]
    return Block(_("Buses expected or here"), table=Table(columns, rows, empty=_("No bus is expected.")))


def _forecast(data: Mapping[str, Any]) -> Block:
    scenarios = data["forecast"]
    picture = chart(scenarios) if scenarios else None
    return Block(_("Forecast, without private places"), notes=forecast_notes(scenarios), chart=picture)


def forecast_notes(scenarios: Mapping[str, Any]) -> list[str]:
    """For each scenario the first day with more people than places."""
    if not scenarios:
        return [_("No inflow was told: desk forecast set, or desk import forecast")]
    notes = []
    for scenario, line in scenarios.items():
        day = line["first_short_day"]
        words = _("{scenario}: more people than places from {day} on") if day else _("{scenario}: places enough")
        notes.append(words.format(scenario=_(SCENARIO_LABELS[scenario]), day=_day(day)))
    return notes


def chart(scenarios: Mapping[str, Any]) -> Chart:
    """People to have a place in each scenario, against the places; a scenario ends where nobody told further."""
    any_line = next(iter(scenarios.values()))["days"]
    series: list[tuple[str, Sequence[int | None]]] = [(_("places"), [day["places"] for day in any_line])]
    for scenario, line in scenarios.items():
        series.append((_(SCENARIO_LABELS[scenario]), [day["people"] if day["told"] else None for day in line["days"]]))
    labels = [_short(day["day"]) for day in any_line]
    return Chart("line", _("People and places per day"), labels, series)


def _sum(data: Mapping[str, Any]) -> list[Block]:
    compared = data["compared"]
    return [] if compared is None else [comparison(compared, data["since"])]


def comparison(compared: Mapping[str, Any], since: str = "") -> Block:
    """Present then, in, out, corrections and present now as a sum; an alarm where it does not hold."""
    corrected = sum(c["people"] for c in compared["corrections"])
    found = [
        Figure(_("Present then"), compared["present_then"], _moment(compared["then"])),
        Figure(_("Out of the building then"), compared["out_then"]),
        Figure(_("In: written down"), compared["came"]),
        Figure(_("In: came back after they had left"), compared["returned"]),
        Figure(_("Out: to a location of the region"), -compared["onward_flow"], term=True),
        Figure(_("Out: left, or outside the region"), -compared["outflow"], term=True),
        Figure(_("Corrections"), corrected, term=True),
        Figure(_("Out of the building now"), -compared["out_now"], term=True),
        Figure(_("Present now"), compared["present_now"], _moment(compared["now"])),
    ]
    notes = [
        _("{ref}: {people:+d}, {reason}").format(ref=c["ref"], people=c["people"], reason=_(REASONS[c["reason"]]))
        for c in compared["corrections"]
    ]
    if compared["gap"]:
        notes.insert(
            0,
            _("ALARM: the sum does not hold, {n} people too many or too few. Run: desk check").format(
                n=compared["gap"]
            ),
        )
    title = _("Compared with {since}").format(since=since) if since else _("Compared")
    return Block(title, figures=found, notes=notes)


def _entries(title: str, data: Mapping[str, Any], kind: str) -> Block:
    columns = [
        Column("ref", _("Nr")),
        Column("text", _("Text")),
        Column("owner", _("Owner")),
        Column("due", _("Due")),
    ]
    rows = [
        [e["ref"], e["text"], e["owner"], e["due_text"] or (date.fromisoformat(e["due"]) if e["due"] else "")]
        for e in data["entries"]
        if e["kind"] == kind and e["state"] in OPEN_STATES
    ]
    return Block(title, table=Table(columns, rows, empty=_("None is open.")))


def _incidents(data: Mapping[str, Any]) -> Block:
    columns = [Column("at", _("Time")), Column("type", _("Type")), Column("text", _("Text"))]
    rows = [[datetime.fromisoformat(i["at"]), i["type"], i["text"]] for i in data["incidents"]]
    return Block(_("Incidents"), table=Table(columns, rows, empty=_("Nothing to report")))


def _help(data: Mapping[str, Any]) -> Block:
    notes = [
        _("{ref}: {answered} of {addressed} answered: {question}").format(**request) for request in data["requests"]
    ]
    text = data["pictures"].get("help")
    return Block(_("Requests for help"), notes=[*(text.splitlines() if text else []), *notes] or [_("None is open.")])


def _moment(text: str) -> str:
    return clock.dated_time(datetime.fromisoformat(text))


def _day(text: str | None) -> str:
    return clock.day_month(date.fromisoformat(text)) if text else ""


def _short(text: str) -> str:
    return clock.dated_briefly(date.fromisoformat(text))
