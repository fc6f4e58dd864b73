"""A bed plan in words and as a record: who goes where and why, what is left, who has no bed and what would help."""

import math
from typing import TYPE_CHECKING, Any

from desk import records
from desk.households import Household
from desk.language import _, ngettext
from desk.night import Night, beds_text
from desk.plans.program import Level

if TYPE_CHECKING:
    from desk.plans.beds import BedPlan, Given


def why(before: Night, after: Night, given: "Given", agreements: tuple[tuple[Household, ...], ...] = ()) -> str:
    """Why a household gets these beds, in a few words."""
    who, rooms = given.household, list(dict.fromkeys(bed.room for bed in given.beds))
    others = [h for room in rooms for h in after.sleeping_in(after.room[room]) if h.id != who.id]
    room = after.room[rooms[0]]
    if len(rooms) > 1:
        names = ", ".join(after.room[r].name for r in rooms)
        words = _("no single room is left that takes {n}; adjoining rooms {rooms}").format(
            n=who.beds_needed, rooms=names
        )
    elif any(who in some and other in some for some in agreements for other in others):
        words = _("if they agree to share with {names}").format(names=", ".join(h.called for h in others))
    elif not others:
        words = _("an empty room") if who.alone else _("a room to themselves")
    elif who.alone and all(h.alone_sex and h.alone_sex == who.alone_sex for h in others):
        words = _("beside others travelling alone")
    elif any(frozenset({who.id, h.id}) in before.agreed_pairs for h in others):
        words = _("they agreed to share")
    else:
        words = _("a dormitory")
    if who.needs_wheelchair:
        words += ", " + _("no stairs")
    if names := _beside(after, who, others):
        words += ", " + _("together with {names}").format(names=names)
    if given.moved_from:
        old = beds_text(before, given.moved_from)
        words = _("moved from {beds} to make room: {why}").format(beds=old, why=words)
    return words if room.is_open else ""


def _beside(after: Night, who: Household, others: list[Household]) -> str:
    """The linked households in the same room or next to it."""
    from desk.plans.bed_options import neighbours

    mine = {
        link.other if link.household == who.id else link.household
        for link in after.links
        if who.id in {link.household, link.other}
    }
    if not mine:
        return ""
    beside = neighbours(after)
    rooms = {bed.room for bed in after.beds_of.get(who.id, ())}
    near = rooms | {other for room in rooms for other in beside.get(room, ())}
    return ", ".join(
        after.household[h].name
        for h in sorted(mine)
        if h in after.household and any(bed.room in near for bed in after.beds_of.get(h, ()))
    )


def proof(plan: "BedPlan") -> str:
    """Whether it is proved that no plan is better."""
    if plan.status == "optimal":
        return _("proved: no plan is better")
    if math.isinf(plan.gap):
        return _("not proved: the time for planning was up")
    return _("not proved: at most {percent}% better is possible").format(percent=math.ceil(100 * plan.gap))


def summary(plan: "BedPlan") -> str:
    """The plan in one sentence."""
    parts = [
        ngettext("{n} person gets a bed", "{n} people get a bed", plan.measure.people).format(n=plan.measure.people)
    ]
    if plan.moves:
        parts.append(ngettext("{n} is moved", "{n} are moved", plan.measure.moved).format(n=plan.measure.moved))
    out = sum(left.household.people for left in plan.left_out)
    if out:
        parts.append(ngettext("{n} has none", "{n} have none", out).format(n=out))
    parts.append(
        ngettext("{n} bed left for the next bus", "{n} beds left for the next bus", plan.free_after).format(
            n=plan.free_after
        )
    )
    return ", ".join(parts) + "; " + proof(plan) + "."


def agreements_text(plan: "BedPlan") -> str:
    """Who would have to agree, in the second answer."""
    rooms = "; ".join(" + ".join(f"{h.called} {h.people}" for h in who) for who in plan.agreements)
    words = ngettext(
        "All {people} people have a bed if these agree to share {n} room: {rooms}",
        "All {people} people have a bed if these agree to share {n} rooms: {rooms}",
        len(plan.agreements),
    )
    if plan.left_out:
        words = ngettext(
            "{people} people have a bed if these agree to share {n} room: {rooms}",
            "{people} people have a bed if these agree to share {n} rooms: {rooms}",
            len(plan.agreements),
        )
    return words.format(people=plan.measure.people, n=len(plan.agreements), rooms=rooms)


def plan_lines(plan: "BedPlan") -> list[str]:
    """The plan as lines to read: first the sum, then each household, those left out, and the second answer."""
    night = plan.before
    if not plan.assignments and not plan.left_out:
        return [_("Nobody waits for a bed.")]
    lines = [summary(plan)]
    for given in plan.assignments:
        who = given.household
        beds = beds_text(night, given.beds)
        lines.append(f"  {night.said(who.ref)}  {who.called} {who.people}: {beds}  ({given.why})")
    for out in plan.left_out:
        who = out.household
        lines.append(_("  NO BED  {who}: {reason}").format(who=f"{who.called} {who.people}", reason=out.reason))
        if out.would_help:
            lines.append(_("          would help: {change}").format(change=out.would_help))
    if plan.shared is not None:
        lines.append(agreements_text(plan.shared))
    return lines


def plan_record(plan: "BedPlan") -> dict[str, Any]:
    """The plan for other programs, as the contract has it; a gap nobody knows is null."""
    night = plan.before
    found: dict[str, Any] = {
        "status": plan.status,
        "gap": _number(plan.gap),
        "free_after": plan.free_after,
        "assignments": [
            {
                "household": records.said(night, given.household.ref),
                "people": given.household.people,
                "beds": [night.label(bed) for bed in given.beds],
                "why": given.why,
                "moved_from": [night.label(bed) for bed in given.moved_from],
            }
            for given in plan.assignments
        ],
        "left_out": [
            {
                "household": records.said(night, out.household.ref),
                "people": out.household.people,
                "reason": out.reason,
                "would_help": out.would_help,
            }
            for out in plan.left_out
        ],
        "moves": [records.said(night, given.household.ref) for given in plan.moves],
        "levels": [_level(level) for level in plan.levels],
        "shared": None,
    }
    if plan.agreements:
        found["agreements"] = [[records.said(night, h.ref) for h in who] for who in plan.agreements]
    if plan.shared is not None:
        found["shared"] = plan_record(plan.shared)
    return found


def _level(level: Level) -> dict[str, Any]:
    return {"name": level.name, "value": _number(level.value), "bound": _number(level.bound)}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
