# ruff: noqa: D103 - what a command does stands in its help
"""`desk slips`: a slip a household in its own language, to hand out or to push under the door."""

from desk import slips as rules
from desk.language import N_, _
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command, flag, option
from screens.cli.words import HOUSEHOLD, Code
from storage.slips import SlipTexts

RULE = "-" * 60


@command(
    "slips",
    argument("refs", HOUSEHOLD, required=False, many=True),
    option("--language", Code(rules.LANGUAGES), text=N_("In this language, whatever they speak.")),
    flag("--texts", N_("Put the words beside the store, where the site edits them.")),
    text=N_("A slip for residents: room, breakfast, what happens tomorrow; without a number for everybody here."),
)
def slips(call: Call, refs: tuple[str, ...], language: str | None, texts: bool) -> Answer:
    source = SlipTexts(call.desk.path)
    if texts:
        made = [str(file) for file in source.write()]
        said = _("The words are in {folder}. Edit them there.").format(folder=source.folder)
        return Shown([said], {"folder": str(source.folder), "files": made})
    chosen = [call.desk.households.get(ref).id for ref in refs]
    night = call.night(households=chosen)
    found = [night.household[number] for number in chosen] if refs else list(night.staying)
    lines, data = [RULE], []
    for household in found:
        text = source.text(language or rules.language_of(household))
        slip = rules.slip(night, household, text)
        lines += [*slip, RULE]
        data.append({"ref": night.said(household.ref), "language": text.language, "lines": slip})
    return Shown(lines, data)
