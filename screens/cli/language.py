# ruff: noqa: D103 - what a command does stands in its help
"""`desk language`: which languages there are, and in which of them somebody's screens are."""

from desk.language import LANGUAGES, N_, _, speak
from desk.language import language as in_force
from desk.locale_formats import FORMATS
from screens import speech
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command
from screens.cli.words import Code


@command(
    "language",
    argument("code", Code(LANGUAGES), required=False),
    text=N_("The language of your own screens, wherever you log in; without a code, which languages there are."),
)
def language(call: Call, code: str | None) -> Answer:
    if code is None:
        now = in_force()
        lines = [f" {'>' if one == now else ' '} {one}  {FORMATS[one].name}" for one in LANGUAGES]
        return Shown(lines, [{"code": one, "name": FORMATS[one].name, "spoken": one == now} for one in LANGUAGES])
    speech.choose(call.desk, code)
    speak(code)
    text = _("Your screens are in {language} from here on; paper stays as it was.")
    said = text.format(language=FORMATS[code].name)
    return Shown([said], {"ref": "", "state": "spoken", "language": code, "text": said, "warnings": []})
