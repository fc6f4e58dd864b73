"""The daily figures for the national level: places and people by location, with HXL tags (facts 8.2, 12).

Private hosting stands strictly apart: totals come without it and with it, and say which. The desk's own location is
counted in beds, the others in people as they report.
"""

from collections.abc import Iterable
from typing import Any

from desk import clock, figures
from desk.capacity import Standing, reported_age
from desk.history import bands_of
from desk.households import Household
from desk.language import N_, _, ngettext, number
from desk.night import Night
from desk.reports import rows
from desk.reports.document import Block, Column, Document, Figure, Table
from desk.reports.places import code_of, name_of
from desk.words import LOCATION_KINDS, TERMS, label

SOURCES = {"desk": N_("the desk itself"), "location": N_("the location"), "nobody": N_("never told")}
UNITS = {"beds": N_("beds"), "people": N_("people")}
NUMBERS = ("realised", "out_of_use", "occupied", "reserved", "free")
_GROWN = {"18-64", "65+", "18+"}
_CHILDREN = {"0-3", "4-11", "12-17", "<18"}
_MOST_NAMED = 8


def document(night: Night) -> Document:
    """The report of one moment."""
    own, elsewhere = _own(night), [_record(night, s) for s in _standings(night)]
    public = [own, *(r for r in elsewhere if r["kind"] != "private")]
    private = [r for r in elsewhere if r["kind"] == "private"]
    kinds = _by_kind(night)
    without, apart = rows.summed(kinds[:-1], *NUMBERS), rows.summed(kinds[-1:], *NUMBERS)
    both, terms = rows.summed(kinds, *NUMBERS), _by_term(public)
    blocks = [
        _key_figures(without, both),
        _table(_("Locations without private hosting"), public, _("total without private")),
        _table(_("Private hosting, apart"), private, _("total private"), _("There is no private hosting.")),
        _sums(_("By kind, without private hosting"), kinds[:-1], _("total without private")),
        _sums(
            _("Without and with private hosting"),
            [{"name": _("total without private"), **without}, {"name": _("private"), **apart}],
            _("total with private"),
        ),
        _sums(_("By length of stay, without private hosting"), terms, _("total without private")),
        _notes(night),
    ]
    data = {
        "locations": [*public, *private],
        "totals": {"without_private": without, "private": apart, "with_private": both},
        "by_kind": {r["kind"]: {name: r[name] for name in NUMBERS} for r in kinds},
        "by_term": {r["term"]: {name: r[name] for name in NUMBERS} for r in terms},
    }
    return rows.document(night, "daily", _("Daily figures"), blocks, data)


def _standings(night: Night) -> list[Standing]:
    found = [s for s in night.standing.values() if s.realised or s.occupied or s.held or s.out_of_use]
    return sorted(found, key=lambda s: (night.municipality_name(s.location), s.location.name))


def _record(night: Night, standing: Standing) -> dict[str, Any]:
    place = standing.location
    return {
        "peil": night.at,
        "code": code_of(night, place),
        "municipality": night.municipality_name(place),
        "ref": place.ref,
        "location": name_of(place),
        "kind": place.kind,
        "term": place.term,
        "unit": "people",
        "realised": standing.realised,
        "out_of_use": standing.out_of_use,
        "occupied": standing.occupied,
        "reserved": standing.held,
        "free": standing.free,
        "people": standing.occupied,
        "source": "nobody" if place.occupied_at is None else "location",
        "told_at": place.occupied_at,
    }


def _own(night: Night) -> dict[str, Any]:
    beds, people = figures.beds(night), figures.people(night)
    return {
        "peil": night.at,
        "code": "",
        "municipality": "",
        "ref": "",
        "location": night.settings.site,
        "kind": "transit",
        "term": "short",
        "unit": "beds",
        **{name: getattr(beds, name) for name in NUMBERS},
        "people": people.inside,
        **_who(night, night.staying),
        "source": "desk",
        "told_at": night.at,
    }


def _who(night: Night, households: Iterable[Household]) -> dict[str, int]:
    """Women, men and children of whom that is known; they need not come to all."""
    found = {"women": 0, "men": 0, "children": 0}
    for household in households:
        for band, sex, people in bands_of(household, night.members_of.get(household.id, []), night.at):
            if band in _CHILDREN:
                found["children"] += people
            elif band in _GROWN and sex in ("f", "m"):
                found["women" if sex == "f" else "men"] += people
    return found


def _by_kind(night: Night) -> list[dict[str, Any]]:
    """The kinds with private hosting as the last."""
    region = figures.region(night)
    kinds = ("transit", "municipal", "crisis", "private")
    return [
        {"name": label(LOCATION_KINDS, kind), "kind": kind, **{name: getattr(region, name)[kind] for name in NUMBERS}}
        for kind in kinds
    ]


def _by_term(public: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {"short": _("short stay, less than 72 h"), "long": _("long stay")}
    return [
        {"name": name, "term": term, **rows.summed([r for r in public if r["term"] == term], *NUMBERS)}
        for term, name in names.items()
    ]


def _numbers() -> list[Column]:
    return [
        Column("realised", _("realised"), "#capacity+realised", short=_("real.")),
        Column("out_of_use", _("out of use"), "#capacity+out_of_use", short=_("out")),
        Column("occupied", _("occupied"), "#capacity+occupied", short=_("occ.")),
        Column("reserved", _("reserved places"), "#capacity+reserved", short=_("res.")),
        Column("free", _("free"), "#capacity+free"),
    ]


def _columns() -> list[Column]:
    return [
        Column("municipality", _("municipality"), "#adm2+name"),
        Column("location", _("location"), "#loc+name"),
        Column("kind", _("kind"), "#loc+type"),
        Column("unit", _("counted in"), "#x_unit", short=_("in")),
        *_numbers(),
        Column("people", _("people present"), "#affected+present", needs="page"),
        Column("term", _("stay"), "#x_term", needs="page"),
        Column("told_at", _("counted at"), "#date+counted", needs="page"),
        Column("code", _("municipality code"), "#adm2+code", needs="sheet"),
        Column("ref", _("location number"), "#loc+code", needs="sheet"),
        Column("women", _("women"), "#affected+f+adults", needs="sheet"),
        Column("men", _("men"), "#affected+m+adults", needs="sheet"),
        Column("children", _("children"), "#affected+children", needs="sheet"),
        Column("source", _("told by"), "#meta+source", needs="sheet"),
        Column("peil", _("as of"), "#date+peil", needs="sheet"),
    ]


_SAY = {
    "kind": lambda code: label(LOCATION_KINDS, code),
    "term": lambda code: label(TERMS, code),
    "unit": lambda code: label(UNITS, code),
    "source": lambda code: label(SOURCES, code),
}


def _table(title: str, records: list[dict[str, Any]], total: str, empty: str = "") -> Block:
    columns = _columns()
    last = rows.total(columns, records, total, *NUMBERS, "people") if records else []
    return Block(title, table=Table(columns, rows.rows(columns, records, _SAY), last, empty), main=True)


def _sums(title: str, records: list[dict[str, Any]], total: str) -> Block:
    columns = [Column("name", ""), *_numbers()]
    return Block(
        title, table=Table(columns, rows.rows(columns, records), rows.total(columns, records, total, *NUMBERS))
    )


def _key_figures(without: dict[str, int], both: dict[str, int]) -> Block:
    def of(title: str, sums: dict[str, int]) -> list[Figure]:
        made_of = _("{realised} realised - {out_of_use} out of use - {occupied} occupied - {reserved} reserved")
        return [
            Figure(_("realised, {which}").format(which=title), sums["realised"]),
            Figure(
                _("free, {which}").format(which=title),
                sums["free"],
                made_of.format(**{name: number(n) for name, n in sums.items()}),
            ),
        ]

    return Block(
        _("Places"), figures=[*of(_("without private hosting"), without), *of(_("with private hosting"), both)]
    )


def _notes(night: Night) -> Block:
    """What the numbers are made of, and which of them are old."""
    notes = [
        _("The transit location {site} is counted in beds and in people inside; the others in people.").format(
            site=night.settings.site
        ),
        _("Occupied elsewhere is what a location last reported plus who was placed there since."),
    ]
    limit = night.settings.hours("figure_stale_hours")
    ages = [(s, reported_age(s.location, night.at)) for s in _standings(night)]
    stale = [(s, age) for s, age in ages if age is not None and age > limit]
    stale.sort(key=lambda found: found[1], reverse=True)
    if stale:
        named = [f"{name_of(s.location)} {clock.span(age)}" for s, age in stale[:_MOST_NAMED]]
        named += ["…"] if len(stale) > _MOST_NAMED else []
        notes.append(
            ngettext(
                "{n} count is older than {hours} h: {which}.",
                "{n} counts are older than {hours} h: {which}.",
                len(stale),
            ).format(n=len(stale), hours=night.settings.figure_stale_hours, which=", ".join(named))
        )
    if silent := [s for s, age in ages if age is None]:
        notes.append(
            ngettext(
                "{n} location never told how many people it has.",
                "{n} locations never told how many people they have.",
                len(silent),
            ).format(n=len(silent))
        )
    return Block(_("How it is counted"), notes=notes)
