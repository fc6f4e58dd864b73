"""Households who stay here and have no place to go on to yet, by how long they have been here."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from desk import clock, figures, procedure
from desk.households import Household
from desk.language import N_, _, ngettext
from desk.night import Night
from desk.placements import DECLINE_LABELS, LABELS, OUTSIDE_LABELS, Declined, Placement
from desk.reports import rows
from desk.reports.document import Block, Chart, Column, Document, Figure, Table
from desk.reports.places import name_of
from desk.words import GROUPS, NEEDS, label, labels

BANDS = ("under_24h", "24_48h", "48_72h", "over_72h")
BAND_LABELS = {
    "under_24h": N_("less than 24 h"),
    "24_48h": N_("24 to 48 h"),
    "48_72h": N_("48 to 72 h"),
    "over_72h": N_("72 h and more"),
}
_WORDS = frozenset({"name", "here", "stands", "no", "no_place", "procedure_reasons"})
_STEP = timedelta(hours=24)


def document(night: Night) -> Document:
    """The report of one moment: references and needs, and no names."""
    declined = _last_declined(night)
    records = [_record(night, h, declined) for h in figures.without_place(night)]
    bands = [
        {
            "band": band,
            "name": _(BAND_LABELS[band]),
            "households": sum(r["band"] == band for r in records),
            "people": sum(r["people"] for r in records if r["band"] == band),
        }
        for band in BANDS
    ]
    blocks = [_key_figures(night, records), _by_band(bands), _households(records)]
    data = {"bands": _codes(bands), "households": _codes(records)}
    return rows.document(night, "unplaced", _("Still without a place"), blocks, data)


def _codes(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What programs get: no words of the language in force."""
    return [{name: value for name, value in r.items() if name not in _WORDS} for r in records]


def _last_declined(night: Night) -> dict[int, Declined]:
    found: dict[int, Declined] = {}
    for declined in night.declined:  # the newest stands first
        found.setdefault(declined.household, declined)
    return found


def _record(night: Night, household: Household, declined: Mapping[int, Declined]) -> dict[str, Any]:
    here = night.at - household.since if household.since is not None else timedelta(0)
    band = BANDS[max(0, min(int(here / _STEP), len(BANDS) - 1))]
    placement, no = night.placement_of.get(household.id), declined.get(household.id)
    where = night.location.get(placement.location or 0) if placement else None
    said_no = night.location.get(no.location) if no else None
    return {
        "ref": night.said(household.ref),
        "people": household.people,
        "group": household.group_kind,
        "needs": list(household.need_codes),
        "pets": household.pets,
        "since": household.since,
        "hours": int(here.total_seconds() // 3600),
        "here": clock.span(here),
        "band": band,
        "state": placement.state.value if placement else None,
        "at": name_of(where) if where else None,
        "outside": placement.outside or None if placement else None,
        "asked_at": placement.asked_at if placement else None,
        "declined": no.reason if no else None,
        "declined_by": name_of(said_no) if said_no else None,
        "procedure": procedure.procedure(night, household),
        "procedure_reasons": [trigger.text for trigger in procedure.triggers(night, household)],
        "no_place": procedure.no_place(night, household) or None,
        "stands": _stands(placement, name_of(where) if where else ""),
        "no": _no(no, name_of(said_no) if said_no else ""),
    }


def _stands(placement: Placement | None, where: str) -> str:
    if placement is None:
        return _("nobody asked yet")
    return f"{_state(placement)}: {where or label(OUTSIDE_LABELS, placement.outside)}"


def _state(placement: Placement) -> str:
    return _(LABELS[placement.state])


def _no(declined: Declined | None, where: str) -> str:
    return f"{label(DECLINE_LABELS, declined.reason)}: {where}" if declined else ""


def _key_figures(night: Night, records: list[dict[str, Any]]) -> Block:
    here = sum(h.people for h in night.staying)
    without = sum(r["people"] for r in records)
    unnamed = figures.unregistered(night)
    return Block(
        _("Tonight"),
        figures=[
            Figure(
                _("people without a place"),
                without,
                ngettext("in {n} household", "in {n} households", len(records)).format(n=len(records)),
            ),
            Figure(_("people with a place agreed"), here - without, _("they wait for transport")),
            Figure(_("people who stay here"), here),
            Figure(_("off a bus without a name yet"), unnamed, _("not in the list below")),
        ],
    )


def _by_band(bands: list[dict[str, Any]]) -> Block:
    columns = [
        Column("name", _("here for")),
        Column("households", _("households")),
        Column("people", _("people")),
    ]
    chart = Chart(
        "bar", _("People without a place"), [b["name"] for b in bands], [(_("people"), [b["people"] for b in bands])]
    )
    last = rows.total(columns, bands, _("total"), "households", "people")
    return Block(_("By length of stay"), table=Table(columns, rows.rows(columns, bands), last), chart=chart)


def _households(records: list[dict[str, Any]]) -> Block:
    columns = [
        Column("ref", _("household")),
        Column("people", _("people")),
        Column("here", _("here for")),
        Column("group", _("group")),
        Column("stands", _("where it stands")),
        Column("procedure", _("procedure"), needs="page"),
        Column("no_place", _("no suitable place"), needs="below"),
        Column("needs", _("needs"), needs="below"),
        Column("pets", _("pets"), needs="page"),
        Column("no", _("last said no"), needs="below"),
        Column("since", _("since"), needs="sheet"),
        Column("hours", _("hours here"), needs="sheet"),
    ]
    say = {
        "group": lambda code: label(GROUPS, code) if code else None,
        "needs": lambda codes: labels(NEEDS, codes) or None,
        "procedure": lambda code: label(procedure.PROCEDURES, code),
        "pets": lambda pets: pets or None,
        "no": lambda text: text or None,
    }
    last = rows.total(columns, records, _("total"), "people", "pets") if records else ()
    empty = _("Everybody has a place.")
    return Block(_("Households"), table=Table(columns, rows.rows(columns, records, say), last, empty), main=True)
