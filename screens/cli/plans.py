# ruff: noqa: D103 - what a command does stands in its help
"""`desk plan …`: the best beds tonight and the best places tomorrow; nothing changes without `--accept`."""

from desk.buses import Bus
from desk.language import N_, _
from desk.night import Night
from desk.refusals import Refused
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.words import BUS

plan = Group("plan", N_("Plans: the best beds tonight, the best places tomorrow. A person accepts."))

ACCEPT = flag("--accept", N_("Do what the plan says, as one action."))


def _open_bus(night: Night, bus: Bus) -> Bus:
    """The bus as it stands tonight; refused where it is closed."""
    if bus.id not in night.bus:
        raise Refused(_("Bus {ref} is closed. Look with: desk list buses.").format(ref=night.said(bus.ref)))
    return night.bus[bus.id]


@plan.command_of(
    "beds",
    option("--bus", BUS, unset="", text=N_("Only for those off this bus.")),
    flag("--moves", N_("People who sleep may be moved too, outside the quiet hours.")),
    ACCEPT,
    text=N_("The best beds for everybody who waits, with why, and what would help those left out."),
)
def beds(call: Call, bus: str, moves: bool, accept: bool) -> Answer:
    if accept:
        return call.desk.households.bed_all(bus, moves=moves, at=call.at)
    from desk.plans.bed_words import plan_lines, plan_record
    from desk.plans.beds import plan_beds

    night = call.night()
    off = _open_bus(night, call.desk.buses.get(bus)) if bus else None
    found = plan_beds(night, bus=off, moves=moves)
    return Shown(plan_lines(found), plan_record(found))


@plan.command_of(
    "offer",
    argument("ref", BUS),
    text=N_("How many of a bus fit here tonight, from what was said of it; and what each way would add."),
)
def offer(call: Call, ref: str) -> Answer:
    from desk.plans.announced import offer, offer_record, sentence, way_lines

    night = call.night()
    found = offer(night, _open_bus(night, call.desk.buses.get(ref)))
    return Shown([sentence(found), *way_lines(found.ways)], offer_record(found))


@plan.command_of(
    "placements",
    ACCEPT,
    text=N_("The best places for everybody who waits, with why, what would help those left out, and whom to ring."),
)
def placements(call: Call, accept: bool) -> Answer:
    from desk.plans.onward import plan_onward
    from desk.plans.onward_words import plan_lines, plan_record

    night = call.night()
    found = plan_onward(night)
    if not accept:
        return Shown(plan_lines(night, found), plan_record(night, found))
    expect = {one.household.ref: one.location.ref for one in found.assignments}
    return call.desk.onward.accept(expect, found.basis, at=call.at)
