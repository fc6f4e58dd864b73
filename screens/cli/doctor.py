# ruff: noqa: D103 - what a command does stands in its help
"""`desk doctor`: whether the host is set up as docs/operate.md says, and what to do where it is not."""

from dataclasses import asdict

from desk.language import N_, _, ngettext
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import command
from screens.cli.operators import program
from storage.doctor import BAD, GOOD, look

SIGNS = {GOOD: "  ok", BAD: "  !!"}


@command("doctor", text=N_("Whether the host is set up well, and what to do where it is not."))
def doctor(call: Call) -> Answer:
    found = look(call.desk, program())
    wrong = sum(one.state == BAD for one in found)
    lines = [f"{SIGNS.get(one.state, '   ?')}  {one.text}" for one in found]
    last = (
        ngettext("{n} thing is wrong.", "{n} things are wrong.", wrong).format(n=wrong)
        if wrong
        else _("Nothing is wrong.")
    )
    return Shown([*lines, last], [asdict(one) for one in found], exit_code=1 if wrong else 0)
