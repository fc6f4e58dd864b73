"""The onward plan on screen: one row above who waits, a sheet with who goes where and why, and one question."""

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from desk.language import N_, _, ngettext
from desk.night import Night
from screens import planning
from screens.desk_screen import DeskScreen, Sheet
from screens.lines import Row, fit, right, rule, text

if TYPE_CHECKING:
    from desk.plans.onward import OnwardPlan

PLAN = "plan"
"""The key of the row."""


def plan_row(night: Night, width: int) -> Row | None:
    """The row that offers the plan; None when nobody waits for a place."""
    from desk.plans.waiting import who_waits

    people = sum(h.people for h in who_waits(night))
    if not people or not night.locations:
        return None
    words = ngettext(
        "Plan for all who wait: {n} person (Enter)",
        "Plan for all who wait: {n} people (Enter)",
        people,
    )
    return Row(text(" " + fit(words.format(n=people), width - 4), "bold"), PLAN, 0)


def open_plan(screen: DeskScreen) -> None:
    """Make the plan and lay it over the screen; nothing is changed by looking."""
    night = screen.night

    def make() -> "OnwardPlan":
        # heavy: the solver loads here
        from desk.plans.onward import plan_onward

        return plan_onward(night)

    planning.made(screen, make, lambda plan: _show(screen, plan), _("No plan was made. Ask places one by one (p)."))


def _show(screen: DeskScreen, plan: "OnwardPlan") -> None:
    screen.sheet = Sheet(
        N_("Plan: who goes where"),
        lambda night, width: list(plan_rows(night, plan, width)),
        (lambda _key: _accept(screen, plan)) if plan.assignments else None,
        N_("put on the call list"),
    )
    screen.stand.top = 0
    screen.repaint()


def _accept(screen: DeskScreen, plan: "OnwardPlan") -> None:
    """One question, then all of it as one action; where something changed meanwhile, the new plan is shown."""
    expect = {one.household.ref: one.location.ref for one in plan.assignments}

    def yes() -> None:
        screen.sheet = None
        done = screen.do(screen.desk_app.desk.onward.accept, expect, plan.basis)
        if done is None and screen.prompt is None:
            open_plan(screen)

    words = ngettext(
        "Put {people} people on the call list, {n} call? Nobody is asked yet.",
        "Put {people} people on the call list, {n} calls? Nobody is asked yet.",
        len(plan.calls),
    )
    screen.ask(words.format(people=plan.people, n=len(plan.calls)), yes)


def plan_rows(night: Night, plan: "OnwardPlan", width: int) -> Iterator[Row]:
    """Who gets none and what would help on top; then call by call who goes there, why, and the next best."""
    from desk.plans.onward_words import headline

    for number, line in enumerate(wrap(headline(plan), width - 2)):
        yield Row(text(" " + line, "bold"), "" if number else "headline")
    for out in plan.left_out:
        h = out.household
        name = f" {fit(_('none'), 5)}{fit(h.called, 16)}{right(str(h.people), 3)}  "
        yield from _told(h.ref, name, out.reason, width, "alarm")
        yield from _told("", " " * len(name), _("would help: {change}").format(change=out.would_help), width)
    by_household = {one.household.id: one for one in plan.assignments}
    for call in plan.calls:
        where = f"{call.location.name}, {night.municipality_name(call.location)}"
        title = ngettext("{time} {where} {phone}: {n} person", "{time} {where} {phone}: {n} people", call.people)
        words = title.format(
            time=night.settings.hhmm(call.opens), where=where, phone=call.location.phone, n=call.people
        )
        yield Row(rule(" ".join(words.split()), width))
        for h in call.households:
            one = by_household[h.id]
            says, style = (_("YES"), "good") if one.fit.fits else (_("ask"), "warn")
            name = f" {fit(says, 5)}{fit(h.called, 16)}{right(str(h.people), 3)}  "
            yield from _told(h.ref, name, one.why, width, style)
            yield from _told("", " " * len(name), _("next best: {next_best}").format(next_best=one.next_best), width)


def _told(key: str, start: str, words: str, width: int, style: str = "") -> Iterator[Row]:
    """Words beside a name, on as many lines as they take; the first line can be stood on."""
    for number, line in enumerate(wrap(words, max(20, width - len(start) - 1)) or [""]):
        first = number == 0
        yield Row(
            ((start if first else " " * len(start), style if first else ""), (line, "" if key else "dim")),
            key if first else "",
        )
