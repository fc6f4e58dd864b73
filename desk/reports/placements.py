"""Placements of a period by municipality and location: asked, agreed, placed, and what fell through and why."""

from collections import defaultdict
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from desk.clock import span
from desk.history import DirectEntry, History, PlacementEntry
from desk.language import N_, _
from desk.night import Night
from desk.placements import DECLINE_LABELS, OUTSIDE, OUTSIDE_LABELS, PlacementState
from desk.reports import rows
from desk.reports.document import Block, Column, Document, Figure, Table
from desk.reports.places import code_of, name_of
from desk.words import label

S = PlacementState
ENDS = {"declined": S.DECLINED, "expired": S.EXPIRED, "withdrawn": S.WITHDRAWN, "returned": S.RETURNED}
NUMBERS = ("asked", "agreed", "placed", "direct", *ENDS)
GONE = ("asked", "agreed", "departed", *ENDS)
STEPS = {
    "asked_agreed": ("asked_at", "agreed_at", N_("asked to agreed")),
    "agreed_departed": ("agreed_at", "departed_at", N_("agreed to departed")),
    "departed_confirmed": ("departed_at", "confirmed_at", N_("departed to confirmed")),
}


def document(night: Night, history: History) -> Document:
    """The report of a period, in people; `placed` is the figure of that name."""
    places = _places(night, history)
    outside = _outside(history)
    reasons, steps = _reasons(night, history), _steps(history)
    totals = rows.summed(places, *NUMBERS)
    blocks = [
        _key_figures(history, totals, outside),
        _by_place(places),
        _declined(reasons),
        _by_destination(outside),
        _times(steps),
    ]
    data = {
        "locations": places,
        "totals": totals,
        "declined": reasons,
        "outside": outside,
        "steps": [{name: value for name, value in step.items() if name != "name"} for step in steps],
    }
    return rows.document(night, "placements", _("Placements"), blocks, data, history=history)


def _count(history: History, placements: list[PlacementEntry], direct: list[DirectEntry]) -> dict[str, int]:
    """In people, each step in the period in which it was taken."""

    def people(moment: str, *states: PlacementState) -> int:
        return sum(
            p.people for p in placements if history.within(getattr(p, moment)) and (not states or p.state in states)
        )

    straight = sum(d.people for d in direct)
    return {
        "asked": people("asked_at"),
        "agreed": people("agreed_at"),
        "departed": people("departed_at", S.UNDERWAY, S.ARRIVED),
        "placed": people("confirmed_at", S.ARRIVED) + straight,
        "direct": straight,
        **{name: people("ended_at", state) for name, state in ENDS.items()},
    }


def _places(night: Night, history: History) -> list[dict[str, Any]]:
    placements: dict[int, list[PlacementEntry]] = defaultdict(list)
    direct: dict[int, list[DirectEntry]] = defaultdict(list)
    for placement in history.placements:
        if placement.location is not None:
            placements[placement.location].append(placement)
    for entry in history.direct:
        direct[entry.location].append(entry)
    found = []
    for place in night.locations:
        counts = _count(history, placements[place.id], direct[place.id])
        if any(counts.values()):
            where = {"code": code_of(night, place), "municipality": night.municipality_name(place)}
            found.append({**where, "location": name_of(place), "kind": place.kind, **counts})
    return sorted(found, key=lambda r: (str(r["municipality"]), str(r["location"])))


def _outside(history: History) -> list[dict[str, Any]]:
    found = []
    for kind in OUTSIDE:
        counts = _count(history, [p for p in history.placements if p.location is None and p.outside == kind], [])
        if any(counts.values()):
            found.append({"outside": kind, **{name: counts[name] for name in GONE}})
    return found


def _reasons(night: Night, history: History) -> list[dict[str, Any]]:
    found: dict[tuple[int | None, str, str], list[PlacementEntry]] = defaultdict(list)
    for p in history.placements:
        if p.state is S.DECLINED and history.within(p.ended_at):
            found[p.location, p.outside, p.reason].append(p)
    records = []
    for (number, outside, reason), placements in found.items():
        place = night.location.get(number or 0)
        records.append(
            {
                "municipality": night.municipality_name(place) if place else None,
                "location": name_of(place) if place else None,
                "outside": outside or None,
                "reason": reason,
                "placements": len(placements),
                "people": sum(p.people for p in placements),
            }
        )
    return sorted(records, key=lambda r: (str(r["municipality"] or "~"), str(r["location"]), str(r["reason"])))


def _steps(history: History) -> list[dict[str, Any]]:
    """Of placements that took the step in the period, half took no longer than the median."""
    found = []
    for step, (start, end, name) in STEPS.items():
        lengths = []
        for p in history.placements:
            began: datetime | None = getattr(p, start)
            ended: datetime | None = getattr(p, end)
            if began is not None and ended is not None and history.within(ended):
                lengths.append((ended - began).total_seconds() / 60)
        minutes = round(median(lengths)) if lengths else None
        found.append({"step": step, "name": _(name), "placements": len(lengths), "median_minutes": minutes})
    return found


# --- as a document ----------------------------------------------------------------------------


def _key_figures(history: History, totals: dict[str, int], outside: list[dict[str, Any]]) -> Block:
    onward = totals["placed"] - totals["direct"]
    return Block(
        _("In people"),
        figures=[
            Figure(
                _("placed"),
                totals["placed"],
                _("{onward} from the transit location + {direct} from a bus directly").format(
                    onward=onward, direct=totals["direct"]
                ),
            ),
            Figure(_("agreed"), totals["agreed"]),
            Figure(_("declined"), totals["declined"]),
            Figure(_("departed to outside the region"), sum(r["departed"] for r in outside), _("never called placed")),
        ],
        notes=[_("Placed is who was confirmed by the receiver in this period; each step counts when it was taken.")],
    )


def _ends() -> list[Column]:
    return [
        Column("declined", _("declined"), short=_("decl.")),
        Column("expired", _("expired"), short=_("exp.")),
        Column("withdrawn", _("withdrawn"), short=_("withd.")),
        Column("returned", _("returned"), short=_("ret.")),
    ]


def _by_place(places: list[dict[str, Any]]) -> Block:
    columns = [
        Column("municipality", _("municipality")),
        Column("location", _("location")),
        Column("asked", _("asked")),
        Column("agreed", _("agreed")),
        Column("placed", _("placed")),
        Column("direct", _("of which from a bus"), needs="page"),
        *_ends(),
        Column("code", _("municipality code"), needs="sheet"),
    ]
    last = rows.total(columns, places, _("total"), *NUMBERS) if places else ()
    empty = _("Nothing was asked and nobody was placed in this period.")
    return Block(_("By location, in people"), table=Table(columns, rows.rows(columns, places), last, empty), main=True)


def _declined(reasons: list[dict[str, Any]]) -> Block:
    columns = [
        Column("municipality", _("municipality")),
        Column("location", _("location")),
        Column("reason", _("reason")),
        Column("placements", _("times")),
        Column("people", _("people")),
    ]
    named = [
        {**r, "location": r["location"] or label(OUTSIDE_LABELS, r["outside"]), "municipality": r["municipality"] or ""}
        for r in reasons
    ]
    say = {"reason": lambda code: label(DECLINE_LABELS, code)}
    last = rows.total(columns, reasons, _("total"), "placements", "people") if reasons else ()
    table = Table(columns, rows.rows(columns, named, say), last, _("Nobody declined."))
    return Block(_("Why it was declined"), table=table)


def _by_destination(outside: list[dict[str, Any]]) -> Block:
    columns = [
        Column("outside", _("destination")),
        Column("asked", _("asked")),
        Column("agreed", _("agreed")),
        Column("departed", _("departed")),
        *_ends(),
    ]
    say = {"outside": lambda code: label(OUTSIDE_LABELS, code)}
    last = rows.total(columns, outside, _("total"), *GONE) if outside else ()
    table = Table(columns, rows.rows(columns, outside, say), last, _("Nobody went to outside the region."))
    return Block(_("Outside the region, in people"), table=table)


def _times(steps: list[dict[str, Any]]) -> Block:
    columns = [
        Column("name", _("step")),
        Column("placements", _("times taken")),
        Column("median_minutes", _("median in minutes")),
        Column("median", _("which is")),
    ]
    told = [
        {**s, "median": span(timedelta(minutes=s["median_minutes"])) if s["median_minutes"] is not None else None}
        for s in steps
    ]
    return Block(_("How long the steps took"), table=Table(columns, rows.rows(columns, told)))
