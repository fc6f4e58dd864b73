# ruff: noqa: D103 - what a command does stands in its help
"""`desk erase` and `desk person`: forgetting on time and on request, and all that is held on somebody (AVG 15-17)."""

import sys

from desk import actions
from desk.language import N_, _, ngettext
from screens import paper
from screens.cli.backups import agree
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, command, flag
from screens.cli.households import REF, edit
from screens.cli.tables import details, time_of
from screens.cli.things import shown
from storage.forgetting import Forgotten
from storage.journal import Done

YES = flag("--yes", N_("Do not ask: for a script or a timer."))

person = Group("person", N_("All that is held on somebody, corrected or forgotten when they ask for it."))


@person.command_of("show", REF, text=N_("All that is held on a household, to hand to them."))
def show(call: Call, ref: str) -> Answer:
    desk = call.desk
    household = desk.households.get(ref)
    night, found = shown(desk, household.ref)
    desk.access.note("person", household.ref)
    did = [action for action in desk.journal.actions() if action.ref == household.ref]
    seen = desk.access.lines(ref=household.ref)
    iso, at = desk.settings.iso, night.settings
    journal = [{"at": iso(a.at), "by": a.operator, "what": actions.told(a.verb, a.args, household.ref)} for a in did]
    opened = [{"at": iso(one.at), "by": one.operator, "what": one.what} for one in seen if one.at is not None]
    terms = _terms(at.retention_days)
    lines = [
        *details(night, found),
        "",
        _("What was done:"),
        *(f"  {time_of(night, one['at'])}  {one['by']}  {one['what']}" for one in journal),
        "",
        _("Who opened it:"),
        *(f"  {time_of(night, one['at'])}  {one['by']}  {one['what']}" for one in opened),
        "",
        *terms,
    ]
    return Shown(lines, {**found, "journal": journal, "opened": opened, "terms": list(terms)})


def _terms(days: int) -> tuple[str, ...]:
    return (
        _("Why it is kept: the duty of the mayor to receive displaced persons (AVG art. 6(1)(c) and (e); Wvb, RooO)."),
        ngettext(
            "How long: until {n} day after the stay; then names and needs go, and counts stay.",
            "How long: until {n} days after the stay; then names and needs go, and counts stay.",
            days,
        ).format(n=days),
        _("They may see it, have it corrected and have it forgotten: ask a coordinator."),
    )


@person.command_of("correct", *edit.params[:-3], text=N_("Correct what is held on them; only what is given changes."))
def correct(call: Call, **given: object) -> Answer:
    return edit.act(call, **given)


@person.command_of("erase", REF, YES, text=N_("Forget a household that asks for it and has left."))
def erase_one(call: Call, ref: str, yes: bool) -> Answer:
    found = call.desk.erasure.of(call.desk.households.get(ref).ref)
    return _run(call, found, yes=yes)


@command(
    "erase",
    flag("--dry-run", N_("Only say who would be forgotten.")),
    YES,
    text=N_("Forget everybody whose time is over: names and needs, here and in every copy; counts stay."),
)
def erase(call: Call, dry_run: bool, yes: bool) -> Answer:
    found = call.desk.erasure.due()
    if dry_run:
        return Shown(_said(call, found), _as_data(call, found))
    return _run(call, found, yes=yes)


def _said(call: Call, found: Forgotten) -> list[str]:
    if not found:
        return [_("Nobody is to be forgotten yet.")]
    n, copies = len(found.refs), len(call.desk.erasure.copies())
    lines = [ngettext("{n} household would be forgotten:", "{n} households would be forgotten:", n).format(n=n)]
    lines += [f"  {ref}" for ref in found.refs]
    if found.visitors:
        many = ngettext("{n} visitor", "{n} visitors", found.visitors)
        lines.append("  " + many.format(n=found.visitors))
    if found.taken_back:
        undone = len(found.taken_back)
        many = ngettext("{n} household that was taken back", "{n} households that were taken back", undone)
        lines.append("  " + many.format(n=undone))
    also = ngettext("also in {n} copy of the store", "also in {n} copies of the store", copies)
    return [*lines, also.format(n=copies)]


def _as_data(call: Call, found: Forgotten) -> dict[str, object]:
    copies = [str(file) for file in call.desk.erasure.copies()]
    return {
        "households": list(found.refs),
        "visitors": found.visitors,
        "taken_back": sorted(found.taken_back),
        "copies": copies,
    }


def _run(call: Call, found: Forgotten, *, yes: bool) -> Done:
    if found and not yes:
        for line in _said(call, found):
            sys.stderr.write(line + "\n")
        agree(call)
    done = call.desk.erasure.run(found)
    paper.keep(call.desk)
    return done
