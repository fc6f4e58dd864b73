# ruff: noqa: D103 - what a command does stands in its help
"""`desk theme`: the colours of somebody's own screens."""

from desk import cells, words
from desk.language import N_, _
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command
from screens.cli.words import Code
from screens.palettes import DARK, HIGH_CONTRAST, LIGHT, PREFERENCE, THEMES, chosen

_SPELT = {
    **{words.key(name): name for name in THEMES},
    "donker": DARK,
    "licht": LIGHT,
    "hoog_contrast": HIGH_CONTRAST,
}


@command(
    "theme",
    argument("name", Code(_SPELT, cells.choice(_SPELT)), required=False),
    text=N_("The colours of your own screens, wherever you log in; without a name, which themes there are."),
)
def theme(call: Call, name: str | None) -> Answer:
    aside, me = call.desk.aside, call.desk.operator
    if name is None:
        now = chosen(aside.preference(me, PREFERENCE))
        lines = [f" {'>' if one == now else ' '} {one}" for one in THEMES]
        return Shown(lines, [{"name": one, "worn": one == now} for one in THEMES])
    aside.prefer(me, PREFERENCE, name)
    text = _("Your screens have the theme {name} from here on.").format(name=name)
    return Shown([text], {"ref": "", "state": "worn", "theme": name, "text": text, "warnings": []})
