"""Private hosting, apart from all other reception: places and people by municipality and location."""

from datetime import date
from typing import Any

from desk.capacity import Location, Standing
from desk.language import _
from desk.night import Night
from desk.reports import rows
from desk.reports.document import Block, Column, Document, Figure, Table
from desk.reports.places import code_of, name_of

NUMBERS = ("locations", "places", "people", "held")


def document(night: Night) -> Document:
    """The report of one moment; locations that are still promised are in it with no places yet."""
    records = [_record(night, s) for s in _hosting(night)]
    by_place = _by_municipality(records)
    blocks = [
        Block(
            _("Private hosting"),
            figures=[
                Figure(_("people"), sum(r["people"] for r in records)),
                Figure(_("places"), sum(r["places"] for r in records)),
                Figure(_("locations"), len(records)),
                Figure(_("municipalities"), len(by_place)),
            ],
        ),
        _municipalities(by_place),
        _locations(records),
    ]
    totals = rows.summed(by_place, *NUMBERS)
    data = {"municipalities": by_place, "locations": records, "totals": totals}
    return rows.document(night, "private", _("Private hosting"), blocks, data)


def _hosting(night: Night) -> list[Standing]:
    found = [
        s
        for s in night.standing.values()
        if s.location.kind == "private" and (s.realised or s.occupied or s.held or night.promised(s.location))
    ]
    return sorted(found, key=lambda s: (night.municipality_name(s.location), s.location.id))


def _record(night: Night, standing: Standing) -> dict[str, Any]:
    place = standing.location
    return {
        "code": code_of(night, place),
        "municipality": night.municipality_name(place),
        "location": name_of(place),
        "locations": 1,
        "places": standing.realised,
        "people": standing.occupied,
        "held": standing.held,
        "free": standing.free,
        "told_at": place.occupied_at,
        "until": _ends(night, place),
    }


def _ends(night: Night, place: Location) -> date | None:
    """The last day of its last period; None where no end was told."""
    ends = [place.available_until, *(p.available_until for p in night.periods_of.get(place.id, ()))]
    return None if "" in ends else date.fromisoformat(max(ends))


def _by_municipality(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    codes = list(dict.fromkeys((r["code"], r["municipality"]) for r in records))
    return [
        {
            "code": code,
            "municipality": name,
            **rows.summed([r for r in records if r["code"] == code], *NUMBERS),
            "first_end": min((r["until"] for r in records if r["code"] == code and r["until"]), default=None),
        }
        for code, name in codes
    ]


def _municipalities(records: list[dict[str, Any]]) -> Block:
    columns = [
        Column("municipality", _("municipality"), "#adm2+name"),
        Column("locations", _("locations"), "#loc+num"),
        Column("places", _("places"), "#capacity+realised"),
        Column("people", _("people"), "#affected+present"),
        Column("held", _("places held"), "#capacity+reserved"),
        Column("first_end", _("first ends on"), "#date+end"),
    ]
    last = rows.total(columns, records, _("total private"), *NUMBERS)
    empty = _("There is no private hosting.")
    return Block(
        _("By municipality"), table=Table(columns, rows.rows(columns, records), last if records else (), empty)
    )


def _locations(records: list[dict[str, Any]]) -> Block:
    columns = [
        Column("municipality", _("municipality"), "#adm2+name"),
        Column("location", _("location"), "#loc+name"),
        Column("places", _("places"), "#capacity+realised"),
        Column("people", _("people"), "#affected+present"),
        Column("held", _("places held"), "#capacity+reserved", short=_("held")),
        Column("free", _("free"), "#capacity+free"),
        Column("told_at", _("told at"), "#date+counted"),
        Column("until", _("until"), "#date+end"),
        Column("code", _("municipality code"), "#adm2+code", needs="sheet"),
    ]
    last = rows.total(columns, records, _("total private"), "places", "people", "held", "free")
    notes = [
        _("Locations stand here by their number: the name of a private address can be that of those who live there."),
        _("People is what a location last reported plus who was placed there since."),
    ]
    table = Table(columns, rows.rows(columns, records), last if records else (), _("There is no private hosting."))
    return Block(_("By location"), notes=notes if records else (), table=table, main=True)
