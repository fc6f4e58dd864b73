"""The roster: who works now and in the coming 72 hours, and when too few do (issue 5; it has names and numbers)."""

from dataclasses import replace
from typing import Any

from desk import shift
from desk.language import _
from desk.night import Night
from desk.reports import rows
from desk.reports.document import Block, Column, Document, Figure, Table


def document(night: Night) -> Document:
    """The roster at one moment: on duty, on the roster, and the gaps."""
    needed = shift.minimum(night.settings.minimum_staff)
    data: dict[str, list[dict[str, Any]]] = {
        "gaps": [vars(gap) for gap in shift.gaps(needed, night.rostered, night.at, night.at + shift.AHEAD)],
        "on_duty": [_of(one, since=one.on_at) for one in night.on_duty],
        "should_be_here": [
            _of(one, since=one.starts) for one in shift.should_be_here(night.rostered, night.on_duty, night.at)
        ],
        "roster": [_of(one, starts=one.starts, ends=one.ends, on_call=one.on_call) for one in night.rostered],
    }
    blocks = [
        _counts(data),
        _gaps(needed, data["gaps"]),
        _people(_("On duty"), data["on_duty"], _("Nobody signed on.")),
        _people(_("Should be here and did not sign on"), data["should_be_here"], _("Nobody.")),
        _roster(data["roster"]),
    ]
    made = rows.document(
        night, "roster", _("Roster"), blocks, {"minimum": needed, **data}, lines=[_("The coming 72 hours")]
    )
    return replace(made, internal=True)


def _of(one: shift.Attendance | shift.Rostered, **more: Any) -> dict[str, Any]:
    return {"name": one.name, "role": one.role, "phone": one.phone, **more}


def _counts(data: dict[str, list[dict[str, Any]]]) -> Block:
    return Block(
        _("Now"),
        figures=[
            Figure(_("on duty"), len(data["on_duty"])),
            Figure(_("should be here and did not sign on"), len(data["should_be_here"])),
            Figure(_("times with too few in the coming 72 hours"), len(data["gaps"])),
        ],
    )


def _gaps(needed: dict[str, int], gaps: list[dict[str, Any]]) -> Block:
    columns = [
        Column("role", _("role")),
        Column("starts", _("from")),
        Column("ends", _("until")),
        Column("there", _("there")),
        Column("needed", _("needed")),
    ]
    none = _("None.") if needed else _("No minimum is set: desk settings minimum_staff")
    return Block(_("Too few"), table=Table(columns, rows.rows(columns, gaps), empty=none))


def _people(title: str, people: list[dict[str, Any]], empty: str) -> Block:
    columns = [
        Column("name", _("name")),
        Column("role", _("role")),
        Column("phone", _("phone")),
        Column("since", _("since")),
    ]
    return Block(title, table=Table(columns, rows.rows(columns, people), empty=empty))


def _roster(people: list[dict[str, Any]]) -> Block:
    columns = [
        Column("name", _("name")),
        Column("role", _("role")),
        Column("starts", _("from")),
        Column("ends", _("until")),
        Column("phone", _("phone")),
        Column("on_call", _("on call"), needs="below"),
    ]
    say = {"on_call": lambda call: _("on call") if call else None}
    empty = _("The roster is empty for the coming 72 hours.")
    return Block(_("Roster"), table=Table(columns, rows.rows(columns, people, say), empty=empty), main=True)
