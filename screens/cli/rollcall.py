# ruff: noqa: D103 - what a command does stands in its help
"""`desk rollcall …`: start or join it, tick, all here but …, finish, show."""

import click

from desk import muster
from desk.language import N_, _
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.words import COUNT, MEMBERS

rollcall = Group("rollcall", N_("The roll call: who is found, who is out, who is missing."))

_TWO_WORDS = frozenset({"room", "no", "staff", "visitor"})


@rollcall.command_of("start", text=N_("Start a roll call, or join the one that is under way."))
def start(call: Call) -> Answer:
    return call.desk.rollcalls.start(at=call.at)


@rollcall.command_of(
    "tick",
    argument("what", many=True),
    flag("--out", N_("They are out of the building.")),
    flag("--not-found", N_("They are not found.")),
    option("--members", MEMBERS, unset=(), text=N_("Some of a household only, by their numbers: 2,3.")),
    option("--people", COUNT, unset=0, text=N_("So many of those off a bus who have no name yet.")),
    text=N_("Found: a household, a room (room 12), a bus, staff NAME or visitor NAME."),
)
def tick(
    call: Call, what: tuple[str, ...], out: bool, not_found: bool, members: tuple[int, ...], people: int
) -> Answer:
    if out and not_found:
        raise click.UsageError(_("Out, or not found? Give one of them."))
    keys = (" ".join(what),) if what and what[0].casefold() in _TWO_WORDS else what
    state = "out" if out else "not_found" if not_found else "found"
    return call.desk.rollcalls.tick(keys, state, members or range(1, people + 1), at=call.at)


@rollcall.command_of(
    "rest",
    option("--but", unset="", text=N_("Who is not here: H-0407-3,room 12,staff Anna.")),
    option("--people", COUNT, required=True, text=N_("How many the rest are: it is done only if that is right.")),
    text=N_("All here but …: the rest is found."),
)
def rest(call: Call, but: str, people: int) -> Answer:
    return call.desk.rollcalls.rest([part.strip() for part in but.split(",") if part.strip()], people, at=call.at)


@rollcall.command_of("finish", text=N_("End it: says who is missing, and raises it."))
def finish(call: Call) -> Answer:
    return call.desk.rollcalls.finish(at=call.at)


@rollcall.command_of("show", text=N_("How the roll call stands, or the last one of the past day."))
def show(call: Call) -> Answer:
    night = call.night()
    record = muster.record(night)
    if night.rollcall is None:
        return Shown([_("There is no roll call. Start one: desk rollcall start")], record)
    counts = _("not yet counted: {n}   found {found}   out {out}   not found {not_found}").format(
        n=record["not_counted"], found=record["found"], out=record["out"], not_found=record["not_found"]
    )
    missing = muster.who_is_missing(night)
    return Shown([counts, *([_("missing: {who}").format(who=missing)] if missing else [])], record)
