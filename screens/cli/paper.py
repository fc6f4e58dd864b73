# ruff: noqa: D103 - what a command does stands in its help
"""`desk paper`: the copies that lie ready when the power goes, and slips for when it has gone."""

from desk import paper as rules
from desk.language import N_, _, ngettext, speaking
from screens import paper as copies
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import command, flag, option
from screens.cli.words import COUNT


@command(
    "paper",
    flag("--send", N_("Print the list for a box in the building that fetches it each minute, and nothing else.")),
    flag("--page", N_("With --send: as a page for A4, HTML.")),
    option("--blank", COUNT, text=N_("So many slips with household numbers that are kept for them.")),
    text=N_("Write the paper copies now: who is inside, the bed board, the placements."),
)
def paper(call: Call, send: bool, page: bool, blank: int | None) -> Answer:
    desk = call.desk
    if send or page:
        return _send(call, page=page)
    if blank is not None:
        refs = [desk.paper.said(ref) for ref in desk.paper.blank(blank)]
        lines = list(rules.slips(desk.settings.site, refs))
        text = ngettext("{n} slip, {first} to {last}", "{n} slips, {first} to {last}", blank)
        text = text.format(n=blank, first=refs[0], last=refs[-1])
        return Shown(lines, {"ref": refs[0], "state": "reserved", "text": text, "warnings": [], "refs": refs})
    names, action = copies.keep_all(desk)
    text = _("The paper copies are in {folder}; they show action {number}.").format(
        folder=desk.paper.folder, number=action.version
    )
    if printer := desk.paper.print(names):
        text = _("The list is printed on {printer}.").format(printer=printer) + " " + text
    found = {"folder": str(desk.paper.folder), "files": names, "action": action.version}
    return Shown([text, *names], {"ref": "", "state": "written", "text": text, "warnings": [], **found})


def _send(call: Call, *, page: bool) -> Answer:
    """The list as it is now; that it was fetched is written down once it has gone out whole."""
    desk = call.desk
    night, action = desk.paper.now()
    with speaking(night.settings.language):
        copy = copies.rendered(night, action, rules.PAGE if page else rules.EVACUATION).decode()
    if not call.as_json:
        call.out.write(copy)
    call.out.flush()
    desk.aside.fetched(desk.operator, action.version, desk.clock())
    return Shown([], {"ref": "", "state": "sent", "action": action.version, "text": copy})
