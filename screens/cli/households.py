# ruff: noqa: D103 - what a command does stands in its help
"""`desk household …`: written down, given beds, out and back, split, gone."""

from datetime import datetime
from typing import Any

import click

from desk.households import LEAVE_REASONS, ORIGINS, OUT_TO, TIE_LABELS
from desk.language import N_, _
from screens.cli.call import Answer, Call
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.words import (
    BED,
    BUS,
    COUNT,
    GROUP,
    HOUSEHOLD,
    MEMBERS,
    MUNICIPALITY,
    NATIONALITY,
    NEEDS,
    NUMBER,
    SEX,
    SPOKEN,
    TIME,
    Code,
)

household = Group("household", N_("Households: written down, in bed, out, gone."))

REF = argument("ref", HOUSEHOLD)
SOME = option("--members", MEMBERS, unset=(), text=N_("Some of them only, by their numbers: 2,3."))


def _known() -> list[click.Parameter]:
    return [
        option("--adults", COUNT),
        option("--children", COUNT),
        option("--group", GROUP, text=N_("family, single_parent, adults, single_woman, single_man, group, …")),
        option("--sex", SEX),
        option("--nationality", NATIONALITY),
        option("--language", SPOKEN),
        option("--needs", NEEDS, text=N_("wheelchair,cot,no_stairs,…")),
        option("--cots", COUNT),
        option("--pets", COUNT),
        option("--origin", Code(ORIGINS)),
        option("--phone"),
        option("--note"),
    ]


@household.command_of(
    "register",
    option("--bus", BUS, unset=""),
    option("--name", required=True, text=N_("A contact name.")),
    option("--people", NUMBER, required=True, text=N_("How many they are, babies too.")),
    *_known(),
    text=N_("Write down a household; a name and a number are enough."),
)
def register(call: Call, bus: str, name: str, people: int, **details: Any) -> Answer:
    given = {field: value for field, value in details.items() if value is not None}
    return call.desk.households.register(name=name, people=people, bus=bus, at=call.at, **given)


@household.command_of(
    "edit",
    REF,
    option("--name"),
    option("--people", NUMBER),
    *_known(),
    option("--clear", unset="", text=N_("What is known no more, with commas: needs,phone,note,…")),
    text=N_("Change what is known of a household; only what is given changes."),
)
def edit(call: Call, ref: str, clear: str, **details: Any) -> Answer:
    given = {field: value for field, value in details.items() if value is not None}
    emptied = [part.strip() for part in clear.split(",") if part.strip()]
    if not (given or emptied):
        raise click.UsageError(
            _("Nothing to change was given, as in: desk household edit {ref} --pets 1").format(ref=ref)
        )
    return call.desk.households.edit(ref, at=call.at, clear=emptied, **given)


@household.command_of("here", REF, text=N_("Somebody from the passenger list stands at the table."))
def here(call: Call, ref: str) -> Answer:
    return call.desk.households.here(ref, at=call.at)


@household.command_of(
    "bed",
    REF,
    argument("beds", BED, required=False, many=True),
    text=N_("Give a household these beds, or those the desk chooses."),
)
def bed(call: Call, ref: str, beds: tuple[str, ...]) -> Answer:
    return call.desk.households.bed(ref, beds, at=call.at)


@household.command_of("move", REF, argument("beds", BED, many=True), text=N_("Other beds for a household."))
def move(call: Call, ref: str, beds: tuple[str, ...]) -> Answer:
    return call.desk.households.move(ref, beds, at=call.at)


@household.command_of(
    "may-move",
    REF,
    flag("--no", N_("They stay where they sleep.")),
    text=N_("A person marks who sleeps: a plan of the beds may move them though it is night."),
)
def may_move(call: Call, ref: str, no: bool) -> Answer:
    return call.desk.households.may_move(ref, yes=not no, at=call.at)


@household.command_of(
    "share",
    REF,
    argument("other", HOUSEHOLD),
    option("--agreed-by", required=True, text=N_("Who asked them.")),
    text=N_("Two households agreed to share a room."),
)
def share(call: Call, ref: str, other: str, agreed_by: str) -> Answer:
    return call.desk.households.share(ref, other, agreed_by, at=call.at)


@household.command_of(
    "link",
    REF,
    argument("other", HOUSEHOLD),
    flag("--remove", N_("They no longer want to.")),
    text=N_("Two households want to stay together: one location, else one municipality."),
)
def link(call: Call, ref: str, other: str, remove: bool) -> Answer:
    return call.desk.onward.link(ref, other, remove=remove, at=call.at)


@household.command_of(
    "tie",
    REF,
    argument("municipality", MUNICIPALITY, required=False),
    option("--reason", Code(tuple(TIE_LABELS)), text=N_("family, earlier or work.")),
    flag("--remove", N_("They no longer do.")),
    text=N_("A household belongs near a municipality."),
)
def tie(call: Call, ref: str, municipality: str | None, reason: str | None, remove: bool) -> Answer:
    if not remove and not (municipality and reason):
        raise click.UsageError(
            _("Which municipality, and why? As in: desk household tie {ref} Hengelo --reason family").format(ref=ref)
        )
    return call.desk.onward.tie(ref, municipality or "", reason or "", remove=remove, at=call.at)


@household.command_of(
    "guardian",
    REF,
    option("--contact", required=True, text=N_("With whom, and what was agreed.")),
    text=N_("A guardianship contact for a minor without a parent."),
)
def guardian(call: Call, ref: str, contact: str) -> Answer:
    return call.desk.households.guardian(ref, contact, at=call.at)


@household.command_of(
    "contact",
    REF,
    argument("text", many=True),
    option("--with", name="whom", unset="", text=N_("With whom.")),
    text=N_("Write down what was tried for a household, with whom; it stands in the log and on their sheet."),
)
def contact(call: Call, ref: str, text: tuple[str, ...], whom: str) -> Answer:
    return call.desk.contacts.add(ref, " ".join(text), whom, at=call.at)


@household.command_of(
    "out",
    REF,
    SOME,
    option("--to", Code(OUT_TO), unset="other"),
    option("--back", TIME, text=N_("When they are expected.")),
    text=N_("Some or all are out of the building; they keep their beds."),
)
def out(call: Call, ref: str, members: tuple[int, ...], to: str, back: datetime | None) -> Answer:
    return call.desk.households.out(ref, members, to, back, at=call.at)


@household.command_of("in", REF, SOME, text=N_("They are in the building again."))
def back_in(call: Call, ref: str, members: tuple[int, ...]) -> Answer:
    return call.desk.households.back(ref, members, at=call.at)


@household.command_of(
    "leave", REF, option("--reason", Code(LEAVE_REASONS), required=True), text=N_("They left without any arrangement.")
)
def leave(call: Call, ref: str, reason: str) -> Answer:
    return call.desk.households.leave(ref, reason, at=call.at)


@household.command_of("no-show", REF, text=N_("On the list, but not off the bus."))
def no_show(call: Call, ref: str) -> Answer:
    return call.desk.households.no_show(ref, at=call.at)


@household.command_of(
    "split",
    REF,
    option("--members", MEMBERS, required=True, text=N_("Who goes on apart, by number: 2,3.")),
    option("--reason", required=True),
    text=N_("Some members go on as a household of their own."),
)
def split(call: Call, ref: str, members: tuple[int, ...], reason: str) -> Answer:
    return call.desk.households.split(ref, members, reason, at=call.at)


@household.command_of(
    "say-nothing",
    REF,
    flag("--no", N_("Their name shows again.")),
    text=N_("Nobody who asks is told that they are here: the name is covered outside their own sheet."),
)
def say_nothing(call: Call, ref: str, no: bool) -> Answer:
    return call.desk.households.say_nothing(ref, not no, at=call.at)
