# ruff: noqa: D103 - what a command does stands in its help
"""`desk paper`: the copies that lie ready when the power goes, and slips for when it has gone."""

from desk import paper as rules
from desk.language import N_, _, ngettext
from screens import paper as copies
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import command, option
from screens.cli.words import COUNT


@command(
    "paper",
    option("--blank", COUNT, text=N_("So many slips with household numbers that are kept for them.")),
    text=N_("Write the paper copies now: who is inside, the bed board, the placements."),
)
def paper(call: Call, blank: int | None) -> Answer:
    desk = call.desk
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
    found = {"folder": str(desk.paper.folder), "files": names, "action": action.version}
    return Shown([text, *names], {"ref": "", "state": "written", "text": text, "warnings": [], **found})
