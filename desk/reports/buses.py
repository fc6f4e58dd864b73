"""The bus log of a period: what was said, what came, and what became of it."""

from datetime import timedelta
from typing import Any

from desk.buses import LABELS, BusState
from desk.clock import span
from desk.history import BusEntry, History
from desk.language import _, ngettext
from desk.night import Night
from desk.reports import rows
from desk.reports.document import Block, Column, Document, Figure, Table

NUMBERS = ("said", "counted", "difference", "reserved", "elsewhere", "registered", "went_on")
_TOLD_FROM = 15
"""Minutes after its first told time from which a bus is called late."""


def document(night: Night, history: History) -> Document:
    """The report of a period; every number of a bus from its own source."""
    records = [_record(night, bus) for bus in history.buses]
    totals = rows.summed(records, *NUMBERS)
    blocks = [_key_figures(records, totals), _table(records)]
    data = {"buses": records, "totals": totals}
    return rows.document(night, "buses", _("Bus log"), blocks, data, history=history)


def _record(night: Night, bus: BusEntry) -> dict[str, Any]:
    numbers = bus.numbers
    return {
        "ref": night.said(bus.ref),
        "from": bus.from_place,
        "said": numbers.said,
        "counted": numbers.counted,
        "difference": None if numbers.said is None or numbers.counted is None else bus.deviation,
        "reserved": numbers.reserved,
        "elsewhere": numbers.allocated,
        "registered": numbers.registered,
        "went_on": numbers.went_on,
        "first_eta": bus.first_eta,
        "eta": bus.eta,
        "arrived": bus.arrived_at,
        "late_minutes": rows.minutes(bus.late),
        "state": bus.state.value,
        "ended": bus.ended_at,
        "to": bus.destination,
        "reason": bus.reason,
    }


def _key_figures(records: list[dict[str, Any]], totals: dict[str, int]) -> Block:
    came = [r for r in records if r["arrived"] is not None]
    late = sorted(r["late_minutes"] for r in came if r["late_minutes"] is not None and r["late_minutes"] > _TOLD_FROM)
    not_come = [r["state"] for r in records if r["state"] in ("diverted", "cancelled", "no_show")]
    parts = [f"{_state(state)} {not_come.count(state)}" for state in dict.fromkeys(sorted(not_come))]
    return Block(
        _("Buses"),
        figures=[
            Figure(_("buses"), len(records)),
            Figure(_("arrived"), len(came)),
            Figure(_("did not come here"), len(not_come), ", ".join(parts)),
            Figure(_("people said"), totals["said"]),
            Figure(_("people counted"), totals["counted"]),
            Figure(_("people registered"), totals["registered"]),
            Figure(
                _("late"),
                len(late),
                _("by up to {time} after the first time told").format(time=span(timedelta(minutes=late[-1])))
                if late
                else "",
            ),
        ],
    )


def _state(code: str) -> str:
    return _(LABELS[BusState(code)])


def _table(records: list[dict[str, Any]]) -> Block:
    columns = [
        Column("ref", _("bus")),
        Column("from", _("from")),
        Column("said", _("said")),
        Column("counted", _("counted"), short=_("count")),
        Column("difference", _("difference"), short="+/-"),
        Column("reserved", _("reserved here"), needs="page"),
        Column("elsewhere", _("elsewhere"), needs="page"),
        Column("registered", _("registered"), short=_("regis.")),
        Column("went_on", _("went on"), short=_("on")),
        Column("first_eta", _("first due"), needs="sheet"),
        Column("eta", _("due"), needs="page"),
        Column("arrived", _("arrived")),
        Column("late_minutes", _("minutes late"), needs="sheet"),
        Column("state", _("state")),
        Column("ended", _("ended"), needs="sheet"),
        Column("to", _("to"), needs="below"),
        Column("reason", _("reason"), needs="below"),
    ]
    say = {"state": _state}
    last = rows.total(columns, records, _("total"), *NUMBERS) if records else ()
    empty = _("No bus was announced, came or ended in this period.")
    title = ngettext("{n} bus", "{n} buses", len(records)).format(n=len(records))
    return Block(title, table=Table(columns, rows.rows(columns, records, say), last, empty), main=True)
