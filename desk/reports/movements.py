"""Who came and who went in a period: by night, group, age and sex (facts 8.1).

And how long those who went had stayed.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from desk import clock, figures
from desk.history import AGE_BANDS, History, StayEntry
from desk.history import name_of as band_name
from desk.language import N_, _, number
from desk.night import Night
from desk.reports import rows
from desk.reports.document import Block, Chart, Column, Document, Figure, Table
from desk.words import GROUPS, label

FLOWS = ("inflow", "onward_flow", "outflow")
SEXES = ("f", "m", "x", "?")
BANDS = (*(band_name(low, high) for low, high in AGE_BANDS), "<18", "18+", "?")
BAND_LABELS = {
    "<18": N_("under 18, age not told"),
    "18+": N_("18 and over, age not told"),
    "?": N_("age not told"),
}
LONGER_THAN = (24, 48, 72)
_MOST_BARS = 14


def document(night: Night, history: History) -> Document:
    """The report of a period; what stands by night adds up to the figures of the period."""
    nights = [_night(night, history, evening) for evening in _evenings(night, history)]
    came = [s for s in history.stays if s.registered and history.within(s.registered_at)]
    went = [s for s in history.stays if s.state.value in ("departed", "left") and history.within(s.ended_at)]
    people, stay = _identity(history), _length(went)
    groups, ages = _groups(came), _ages(came)
    blocks = [
        _key_figures(people),
        _by_night(nights),
        _length_of_stay(stay),
        _by_group(groups),
        _by_age(ages),
    ]
    data = {**people, "nights": nights, "stay": stay, "groups": groups, "ages": ages}
    return rows.document(night, "movements", _("Arrivals and departures"), blocks, data, history=history)


# --- by night ---------------------------------------------------------------------------------


def _evenings(night: Night, history: History) -> list[date]:
    tz, starts = night.settings.tz, night.settings.night_starts
    first, last = (clock.night_of(at, tz, starts) for at in (history.since, history.until))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _night(night: Night, history: History, evening: date) -> dict[str, Any]:
    """One night, as far as it lies in the period."""
    settings = night.settings
    begin = max(history.since, _at(night, evening, settings.night_starts))
    following = _at(night, evening + timedelta(days=1), settings.night_starts)
    # times are kept in whole seconds: no moment belongs to two nights
    end = min(history.until, following - timedelta(seconds=1))
    part = replace(history.period, since=begin, until=end)
    counted = _at(night, evening, settings.night_count_at)
    if settings.night_count_at < settings.night_starts:
        counted = _at(night, evening + timedelta(days=1), settings.night_count_at)
    return {
        "night": evening,
        **{name: getattr(part, name) for name in FLOWS},
        "present": _staying(history, counted) if history.within(counted) else None,
    }


def _at(night: Night, day: date, wall: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(wall), night.settings.tz).astimezone(UTC)


def _staying(history: History, at: datetime) -> int:
    return sum(s.people for s in history.stays if s.stayed_at(at))


def _by_night(nights: list[dict[str, Any]]) -> Block:
    columns = [
        Column("night", _("night of")),
        Column("inflow", _("inflow")),
        Column("onward_flow", _("onward")),
        Column("outflow", _("outflow")),
        Column("present", _("here at the night count")),
    ]
    chart = None
    if len(nights) > 1:
        names = {"inflow": _("inflow"), "onward_flow": _("onward"), "outflow": _("outflow")}
        chart = Chart(
            "bar" if len(nights) <= _MOST_BARS else "line",
            _("People by night"),
            [clock.dated_briefly(n["night"]) for n in nights],
            [(names[flow], [n[flow] for n in nights]) for flow in FLOWS],
        )
    notes = [
        _("A night runs from noon to noon and is called by its evening."),
        _("Onward is to a location of the region; outflow is to elsewhere, or without any arrangement."),
    ]
    last = rows.total(columns, nights, _("total"), *FLOWS)
    return Block(
        _("By night, in people"),
        notes=notes,
        table=Table(columns, rows.rows(columns, nights), last),
        chart=chart,
        main=True,
    )


# --- the whole period -------------------------------------------------------------------------


def _identity(history: History) -> dict[str, int]:
    """Present now = present then + in - out + corrections (facts 8.1)."""
    period = history.period
    then, now = _staying(history, history.since - timedelta(seconds=1)), _staying(history, history.until)
    went = period.onward_flow + period.outflow
    return {
        "present_then": then,
        **{name: getattr(period, name) for name in FLOWS},
        "corrections": figures.identity_gap(then, period.inflow, went, 0, now),
        "present_now": now,
    }


def _key_figures(people: dict[str, int]) -> Block:
    made_of = _("{present_then} + {inflow} - {onward_flow} - {outflow}").format(
        **{name: number(n) for name, n in people.items()}
    )
    found = [
        Figure(_("here at the beginning"), people["present_then"]),
        Figure(_("inflow"), people["inflow"]),
        Figure(_("onward"), people["onward_flow"]),
        Figure(_("outflow"), people["outflow"]),
        Figure(_("here at the end"), people["present_now"], made_of),
    ]
    notes = []
    if people["corrections"]:
        found.append(Figure(_("corrections"), people["corrections"]))
        notes.append(
            _("The parts do not come to the end without corrections: people not found, changed numbers, returns.")
        )
    return Block(_("People"), figures=found, notes=notes)


def _length(went: list[StayEntry]) -> dict[str, Any]:
    people = sum(s.people for s in went)
    hours = sum((s.length or timedelta(0)).total_seconds() * s.people for s in went) / 3600
    longer = {
        f"over_{limit}h": sum(s.people for s in went if s.length is not None and s.length > timedelta(hours=limit))
        for limit in LONGER_THAN
    }
    return {"people": people, "average_hours": round(hours / people, 1) if people else None, **longer}


def _length_of_stay(stay: dict[str, Any]) -> Block:
    longer = [Figure(_("longer than {hours} h").format(hours=limit), stay[f"over_{limit}h"]) for limit in LONGER_THAN]
    return Block(
        _("Length of stay of those who went"),
        figures=[
            Figure(_("people who went"), stay["people"]),
            Figure(_("average stay in hours"), stay["average_hours"]),
            *longer,
        ],
    )


# --- who came ---------------------------------------------------------------------------------


def _groups(came: list[StayEntry]) -> list[dict[str, Any]]:
    households = Counter(s.group for s in came)
    people: Counter[str | None] = Counter()
    for stay in came:
        people[stay.group] += stay.people
    order = [*GROUPS, None]
    return [{"group": g, "households": households[g], "people": people[g]} for g in order if households[g]]


def _by_group(groups: list[dict[str, Any]]) -> Block:
    columns = [Column("group", _("group")), Column("households", _("households")), Column("people", _("people"))]
    say = {"group": lambda code: label(GROUPS, code) if code else _("not told")}
    last = rows.total(columns, groups, _("total inflow"), "households", "people") if groups else ()
    table = Table(columns, rows.rows(columns, groups, say), last, _("Nobody came in this period."))
    return Block(_("Who came, by group"), table=table)


def _ages(came: list[StayEntry]) -> list[dict[str, Any]]:
    found: Counter[tuple[str, str]] = Counter()
    for stay in came:
        for band, sex, people in stay.bands:
            found[band, sex] += people
    lines = [{"band": band, **{sex: found[band, sex] for sex in SEXES}} for band in BANDS]
    return [{**line, "people": sum(line[sex] for sex in SEXES)} for line in lines if any(line[s] for s in SEXES)]


def _by_age(ages: list[dict[str, Any]]) -> Block:
    columns = [
        Column("band", _("age")),
        Column("f", _("women and girls")),
        Column("m", _("men and boys")),
        Column("x", _("X")),
        Column("?", _("sex not told")),
        Column("people", _("people")),
    ]
    say = {"band": lambda band: label(BAND_LABELS, band)}
    last = rows.total(columns, ages, _("total inflow"), *SEXES, "people") if ages else ()
    table = Table(columns, rows.rows(columns, ages, say), last, _("Nobody came in this period."))
    return Block(_("Who came, by age and sex"), table=table)
