# ruff: noqa: D103 - what a command does stands in its help
"""`desk log …`, `desk phones`, `desk phone …` and `desk duty …`."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from desk import actions, log_line, records, signals
from desk.instructions import instructions
from desk.language import N_, _
from desk.logbook import DISCLOSURE, KINDS, Entry, disclosure
from desk.night import Night
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, command, flag, option
from screens.cli.tables import lines_of
from screens.cli.things import link as link_to
from screens.cli.words import ANY_REF, COUNT, ETA, NUMBER, TIME, Code

if TYPE_CHECKING:
    from storage.journal import Action

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
    option("--done", name="what_was_done", unset="", text=N_("What was done about it, as about noise in the street.")),
    text=N_("Write a line: note, call, incident, signal, K (issue), B (decision), A (action)."),
)
def add(
    call: Call,
    kind: str,
    text: tuple[str, ...],
    link: str,
    type_text: str,
    back: datetime | None,
    what_was_done: str,
) -> Answer:
    about, words = link_to(call.desk, link), " ".join(text)
    if words.strip() and what_was_done.strip():
        words = _("{text} Done about it: {done}").format(text=words, done=what_was_done)
    done = call.desk.logbook.add(kind, words, link=about, type_text=type_text, back_at=back, at=call.at)
    night = call.night()
    return replace(done, warnings=(*done.warnings, *log_line.warnings(words, night, done.ref)))


@log.command_of(
    "correct",
    argument("number", NUMBER),
    argument("text", many=True),
    text=N_("Put a line right by a new one; the old line stays and says so."),
)
def correct(call: Call, number: int, text: tuple[str, ...]) -> Answer:
    return call.desk.logbook.correct(number, " ".join(text), at=call.at)


@log.command_of(
    "disclosure",
    option("--asked-by", required=True, text=N_("Who asks: police, the family at the door.")),
    option("--number", unset="", text=N_("The service number of whoever asks.")),
    option("--basis", required=True, text=N_("The legal basis, or none.")),
    option("--shown", required=True, text=N_("What was shown or told: nothing, the list, one number.")),
    option("--allowed-by", required=True, text=N_("Who allowed it.")),
    option("--link", ANY_REF, unset="", text=N_("The household it is about, by number.")),
    text=N_("Somebody asked about a resident: write down who, why and what they were told."),
)
def disclosed(call: Call, asked_by: str, number: str, basis: str, shown: str, allowed_by: str, link: str) -> Answer:
    about = link_to(call.desk, link)
    words = disclosure(asked_by=asked_by, number=number, basis=basis, shown=shown, allowed_by=allowed_by)
    return call.desk.logbook.add("note", words, link=about, type_text=DISCLOSURE, at=call.at)


@log.command_of(
    "list",
    option("--last", COUNT, unset=100),
    flag("--all", N_("The actions of the desk between the lines.")),
    text=N_("The last lines, newest first."),
)
def list_lines(call: Call, last: int, all: bool) -> Answer:
    night, logbook = call.night(), call.desk.logbook
    if not all:
        found = [records.entry_record(night, entry) for entry in logbook.entries(last)]
        return Shown(lines_of("log", night, found), found)
    found = [
        records.entry_record(night, one) if isinstance(one, Entry) else _action_record(night, one)
        for one in logbook.with_actions(last)
    ]
    return Shown(lines_of("log", night, found), found)


def _action_record(night: Night, action: "Action") -> records.Record:
    """An action of the desk with the fields of a line of the log, in words without names of people."""
    ref = records.said(night, action.ref)
    return {
        "ref": ref,
        "state": "undo" if action.undoes else "did",
        "number": None,
        "kind": "",
        "text": actions.told(action.verb, action.args, ref),
        "link": "",
        "by": action.operator,
        "at": night.settings.iso(action.at),
        "entered_at": night.settings.iso(action.entered_at),
        "back": None,
        "corrects": None,
        "put_right_by": None,
    }


@log.command_of(
    "find",
    argument("text", many=True),
    text=N_("Lines with these words, in any script and spelling; the last 10,000 lines are looked through."),
)
def find(call: Call, text: tuple[str, ...]) -> Answer:
    night = call.night()
    found = [records.entry_record(night, entry) for entry in call.desk.logbook.find(" ".join(text))]
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
    return call.desk.logbook.take(signals.named(call.night(), key).key, at=call.at)


@duty.command_of(
    "snooze",
    argument("key"),
    option("--until", ETA, required=True, text=N_("When it is back: at most 12 hours from now.")),
    text=N_("Put a signal off to a time, by its key; it is back sooner when it grows worse."),
)
def snooze(call: Call, key: str, until: datetime) -> Answer:
    return call.desk.logbook.snooze(signals.named(call.night(), key), until, at=call.at)


@duty.command_of("back", argument("key"), text=N_("Take back a signal that was put off."))
def back(call: Call, key: str) -> Answer:
    return call.desk.logbook.back(signals.named(call.night(), key), at=call.at)
