"""An onward plan for the command line and for other programs: lines and a record."""

import math

from desk import clock
from desk.language import _, ngettext
from desk.night import Night
from desk.plans.onward import OnwardPlan, PlannedCall
from desk.records import Record


def plan_record(night: Night, plan: OnwardPlan) -> Record:
    """The plan as the contract has it, with the calls, the rides and what each objective came to."""
    return {
        "status": plan.status,
        "gap": _number(plan.gap),
        "people": plan.people,
        "assignments": [
            {
                "household": night.said(one.household.ref),
                "name": one.household.called,
                "people": one.household.people,
                "location": one.location.name,
                "location_ref": one.location.ref,
                "municipality": night.municipality_name(one.location),
                "fits": one.fit.fits,
                "why": one.why,
                "next_best": one.next_best,
            }
            for one in plan.assignments
        ],
        "left_out": [
            {
                "household": night.said(out.household.ref),
                "name": out.household.called,
                "people": out.household.people,
                "reason": out.reason,
                "would_help": out.would_help,
            }
            for out in plan.left_out
        ],
        "calls": [
            {
                "location": call.location.name,
                "location_ref": call.location.ref,
                "phone": call.location.phone,
                "answers": call.location.answers,
                "opens": night.settings.iso(call.opens),
                "people": call.people,
                "households": [night.said(h.ref) for h in call.households],
            }
            for call in plan.calls
        ],
        "rides": [
            {
                "municipality": (ride.municipality.screen_name or ride.municipality.name)
                if ride.municipality
                else None,
                "people": ride.people,
                "households": [night.said(h.ref) for h in ride.households],
            }
            for ride in plan.rides
        ],
        "levels": [
            {"name": _(level.name), "value": level.value, "bound": _number(level.bound), "gap": _number(level.gap)}
            for level in plan.levels
        ],
    }


def _number(value: float) -> float | None:
    """JSON knows no infinity: nothing is known then."""
    return value if math.isfinite(value) else None


def plan_lines(night: Night, plan: OnwardPlan) -> list[str]:
    """The plan to read: who goes where and why, who gets none and what would help, whom to ring."""
    lines = [headline(plan)]
    for one in plan.assignments:
        says = _("YES") if one.fit.fits else _("ask")
        where = f"{one.location.name}, {night.municipality_name(one.location)}"
        who = f"{night.said(one.household.ref)} {one.household.called} {one.household.people}"
        lines.append(f"{says:<4} {who}: {where}")
        lines.append("     " + _("why: {why}").format(why=one.why))
        lines.append("     " + _("next best: {next_best}").format(next_best=one.next_best))
    for out in plan.left_out:
        lines.append(
            _("NONE {ref} {name} {people}: {reason}").format(
                ref=night.said(out.household.ref),
                name=out.household.called,
                people=out.household.people,
                reason=out.reason,
            )
        )
        lines.append("     " + _("would help: {change}").format(change=out.would_help))
    return [*lines, *(_("ring {call}").format(call=call_line(night, call)) for call in plan.calls)]


def headline(plan: OnwardPlan) -> str:
    """How many get a place, with how many calls, and whether better was ruled out."""
    if not plan.assignments and not plan.left_out:
        return _("Nobody waits for a place.")
    out = sum(left.household.people for left in plan.left_out)
    asked = sum(one.household.people for one in plan.assignments if one.fit.fits is None)
    proof = _("proved best") if plan.status == "optimal" else _("best found in the time there was")
    words = ngettext(
        "{people} people get a place ({asked} to be asked about), {out} none; {n} call; {proof}.",
        "{people} people get a place ({asked} to be asked about), {out} none; {n} calls; {proof}.",
        len(plan.calls),
    )
    return words.format(people=plan.people, asked=asked, out=out, n=len(plan.calls), proof=proof)


def call_line(night: Night, call: PlannedCall) -> str:
    """One call: when they answer, the number, for whom."""
    opens = clock.when(call.opens, night.at, night.settings.tz)
    names = ", ".join(f"{h.called} {h.people}" for h in call.households)
    return " ".join(f"{opens} {call.location.name} {call.location.phone}".split()) + f": {names}"
