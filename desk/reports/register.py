"""The night register: who sleeps here in this night, since when, in which room (facts 4, 10; it has names).

A municipality may ask for it, and the fire service: so it says what a register must and no need of anybody. Whom nobody
is to be told about stands in it by number. Names go when they are erased; the numbers stay.
"""

from dataclasses import replace
from typing import Any

from desk import clock, figures
from desk.households import ORIGIN_LABELS, Household
from desk.language import _, ngettext
from desk.night import Night
from desk.reports import rows
from desk.reports.document import Block, Column, Document, Figure, Table
from desk.words import NATIONALITIES, label


def document(night: Night) -> Document:
    """The register at one moment: everybody who stays here then, by number."""
    records = [_record(night, household) for household in night.staying]
    data = {
        "night": night.evening,
        "people": sum(record["people"] for record in records),
        "unregistered": figures.unregistered(night),
        "households": records,
    }
    made = rows.document(
        night,
        "register",
        _("Night register"),
        [_counts(night, records), _households(records)],
        data,
        lines=[clock.night_label(night.evening)],
    )
    return replace(made, internal=True)


def _record(night: Night, household: Household) -> dict[str, Any]:
    beds = night.beds_of.get(household.id, [])
    came = household.since or household.registered_at or night.at
    first = clock.night_of(came, night.settings.tz, night.settings.night_starts)
    return {
        "ref": night.said(household.ref),
        "name": household.called,
        "people": household.people,
        "out": household.people - night.present(household),
        "nationality": household.nationality,
        "origin": household.origin,
        "came": came,
        "rooms": list(dict.fromkeys(night.room[bed.room].name for bed in beds)),
        "nights": (night.evening - first).days + 1,
    }


def _counts(night: Night, records: list[dict[str, Any]]) -> Block:
    people = sum(record["people"] for record in records)
    return Block(
        _("This night"),
        figures=[
            Figure(
                _("people who sleep here"),
                people,
                ngettext("in {n} household", "in {n} households", len(records)).format(n=len(records)),
            ),
            Figure(_("of them out of the building"), sum(record["out"] for record in records)),
            Figure(_("off a bus without a name yet"), figures.unregistered(night), _("not in the list below")),
        ],
    )


def _households(records: list[dict[str, Any]]) -> Block:
    columns = [
        Column("ref", _("household")),
        Column("name", _("name")),
        Column("people", _("people")),
        Column("rooms", _("room")),
        Column("came", _("came")),
        Column("nights", _("nights")),
        Column("out", _("out"), needs="page"),
        Column("nationality", _("nationality"), needs="page"),
        Column("origin", _("came by"), needs="page"),
    ]
    say = {
        "rooms": lambda rooms: ", ".join(rooms) or None,
        "out": lambda out: out or None,
        "nationality": lambda code: label(NATIONALITIES, code) if code else None,
        "origin": lambda code: label(ORIGIN_LABELS, code),
    }
    last = rows.total(columns, records, _("total"), "people", "out") if records else ()
    empty = _("Nobody sleeps here.")
    return Block(_("Households"), table=Table(columns, rows.rows(columns, records, say), last, empty), main=True)
