"""The plan for everybody who waits, before it is done: who goes where and why, the rooms then, who is left."""

import textwrap
from typing import TYPE_CHECKING

from desk import planner
from desk.language import N_, _, ngettext
from desk.night import Night, beds_text
from screens import planning
from screens.beds import board
from screens.desk_screen import DeskScreen, Sheet
from screens.lines import Row, rule, text

if TYPE_CHECKING:
    from desk.plans.beds import BedPlan


def give_beds(screen: DeskScreen, bus_ref: str, said_first: str = "") -> None:
    """Make the plan and show it; y does it. `said_first` stands before the question, as that the night has changed."""
    night = screen.night
    bus = next((b for b in night.buses if b.ref == bus_ref), None)
    if not planner.waiting(night, bus):
        screen.say(_("Nobody waits for a bed."), "warn")
        return

    def make() -> "BedPlan":
        # heavy: the solver loads here
        from desk.plans.beds import plan_beds

        return plan_beds(night, bus=bus)

    without = _("No plan was made. Give the beds one by one, on the beds screen (3).")
    planning.made(screen, make, lambda plan: _show(screen, bus_ref, plan, said_first), without)


def _show(screen: DeskScreen, bus_ref: str, plan: "BedPlan", said_first: str) -> None:
    if not plan.assignments:
        out = plan.left_out[0]
        screen.say(" ".join(part for part in (out.reason, out.would_help) if part), "warn")
        if len(plan.left_out) > 1 or plan.shared is not None:
            screen.sheet = Sheet(N_("Nobody can be given a bed"), lambda _night, width: rows(plan, width))
            screen.repaint()
        return

    def ask() -> None:
        screen.ask(f"{said_first} {_question(plan)}".strip(), accept, refuse)

    def accept() -> None:
        screen.sheet = None
        done = screen.do(screen.desk_app.desk.households.bed_all, bus_ref, expect=plan.shown())
        if done is None and screen.prompt is None:
            give_beds(screen, bus_ref, _("Changed meanwhile; this is the plan now."))

    def refuse() -> None:
        screen.say(_("No. Nothing was changed. Enter asks again, q closes the plan."))

    screen.sheet = Sheet(
        N_("Beds for all who wait"), lambda _n, width: rows(plan, width), lambda _k: ask(), N_("do it")
    )
    ask()


def _question(plan: "BedPlan") -> str:
    parts = [f"{g.household.called} {g.household.people}: {beds_text(plan.before, g.beds)}" for g in plan.assignments]
    shown = "; ".join(parts[:3]) + (" …" if len(parts) > 3 else "")
    if plan.left_out:
        return _("{shown}. {n} without.").format(shown=shown, n=len(plan.left_out))
    return shown


def rows(plan: "BedPlan", width: int) -> list[Row]:
    """The plan as lines to page through: the sum, who goes where, who is left, the rooms before and after."""
    from desk.plans.bed_words import agreements_text, summary

    night, found = plan.before, _lines(summary(plan), width, "bold")
    order = {room.id: n for n, room in enumerate(night.rooms)}
    for given in sorted(plan.assignments, key=lambda g: (order[g.beds[0].room], g.household.id)):
        who = given.household
        line = f"{beds_text(night, given.beds)}  {who.called} {who.people}: {given.why}"
        found += _lines(line, width, "warn" if given.moved_from else "", who.ref)
    if plan.left_out:
        people = sum(out.household.people for out in plan.left_out)
        words = ngettext("{n} person without a bed", "{n} people without a bed", people)
        found.append(Row(rule(words.format(n=people), width)))
    for out in plan.left_out:
        who = out.household
        found += _lines(f"{who.called} {who.people}: {out.reason}", width, "alarm", who.ref)
        if out.would_help:
            found += _lines(_("would help: {change}").format(change=out.would_help), width)
    if plan.shared is not None:
        found.append(Row(rule(_("If families share"), width)))
        found += _lines(agreements_text(plan.shared), width)
    return found + _rooms(night, plan.after, width)


def _rooms(before: Night, after: Night, width: int) -> list[Row]:
    """The house before and after: the sums, then every room that changes or has beds left."""
    found = [
        Row(rule(_("Rooms now and then"), width)),
        Row(((_("now "), "dim"), *board.legend(before))),
        Row(((_("then"), "dim"), *board.legend(after))),
    ]
    for room in after.rooms:
        if not room.is_open:
            continue
        was, will = board.room_line(before, before.room[room.id], width - 5), board.room_line(after, room, width - 5)
        if was != will:
            found += [Row(((_("now "), "dim"), *was)), Row(((_("then"), "dim"), *will))]
        elif any(after.status[bed.id] in planner.CAN_BE_GIVEN for bed in after.beds_in[room.id]):
            found.append(Row((("    ", ""), *will)))
    return found


def _lines(words: str, width: int, style: str = "", key: str = "") -> list[Row]:
    """A sentence on as many lines as it needs; the cursor stands on the first."""
    lines = textwrap.wrap(words, max(20, width - 4), subsequent_indent="   ") or [""]
    return [Row(text(" " + line, style), key if n == 0 else "") for n, line in enumerate(lines)]
