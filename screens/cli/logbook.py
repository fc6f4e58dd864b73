# ruff: noqa: D103 - what a command does stands in its help
"""`desk log …`, `desk phones`, `desk phone …` and `desk duty …`."""

from datetime import datetime

from desk import records
from desk.instructions import instructions
from desk.language import N_, _
from desk.logbook import KINDS
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, command, option
from screens.cli.tables import lines_of
from screens.cli.things import link as link_to
from screens.cli.words import ANY_REF, COUNT, NUMBER, TIME, Code

log = Group("log", N_("The log: lines and call-backs."))
phone = Group("phone", N_("Phone numbers of the night."))
duty = Group("duty", N_("Who does what."))


@log.command_of(
    "add",
    argument("kind", Code(KINDS)),
    argument("text", many=True),
    option("--link", ANY_REF, unset="", text=N_("What it is about: a bus, a household, a placement, a bed.")),
    option("--type", name="type_text", unset=""),
    option("--back", TIME, text=N_("When somebody is to be rung back.")),
    text=N_("Write a line: note, call, incident, signal, K (issue), B (decision), A (action)."),
)
def add(call: Call, kind: str, text: tuple[str, ...], link: str, type_text: str, back: datetime | None) -> Answer:
    about = link_to(call.desk, link)
    return call.desk.logbook.add(kind, " ".join(text), link=about, type_text=type_text, back_at=back, at=call.at)


@log.command_of("list", option("--last", COUNT, unset=100), text=N_("The last lines, newest first."))
def list_lines(call: Call, last: int) -> Answer:
    night = call.night()
    found = [records.log_record(night, line) for line in call.desk.logbook.lines(last)]
    return Shown(lines_of("log", night, found), found)


@log.command_of("done", argument("number", NUMBER), text=N_("A call-back was made."))
def done(call: Call, number: int) -> Answer:
    return call.desk.logbook.done(number, at=call.at)


@command("phones", text=N_("Whom to ring, when, and what to say."))
def phones(call: Call) -> Answer:
    night = call.night()
    found = [records.phone_record(phone) for phone in night.phones]
    address = night.settings.address
    ours = _("Our own address: {address}").format(address=address or _("not set (desk settings address …)"))
    press = [f"{words}  {which}" for words, which in instructions(night, "press")]
    return Shown([ours, *press, *lines_of("phones", night, found)], found)


@phone.command_of(
    "add",
    argument("role"),
    argument("number"),
    option("--hours", unset=""),
    option("--say", unset="", text=N_("What to say.")),
    text=N_("A number to ring; a known role gets the new number."),
)
def add_phone(call: Call, role: str, number: str, hours: str, say: str) -> Answer:
    return call.desk.logbook.add_phone(role, number, hours, say)


@phone.command_of("remove", argument("role"), text=N_("The number is not to be rung any more."))
def remove_phone(call: Call, role: str) -> Answer:
    return call.desk.logbook.remove_phone(role)


@duty.command_of("take", argument("key"), text=N_("I do it, by the key of a signal; again: I let it go."))
def take(call: Call, key: str) -> Answer:
    from desk.refusals import NotFound
    from desk.signals import signals

    night = call.night()
    found = next((s for s in signals(night) if key in {s.key, f"{s.kind}:{records.said(night, s.ref)}"}), None)
    if found is None:
        raise NotFound(_("There is no signal '{key}' now. See: desk now").format(key=key[:40]))
    return call.desk.logbook.take(found.key, at=call.at)
