# ruff: noqa: D103 - what a command does stands in its help
"""`desk bed …` and `desk room …`: out of use, in use again, cleaned; rooms opened and closed."""

from datetime import datetime

from desk.language import N_
from screens.cli.call import Answer, Call
from screens.cli.grammar import Group, argument, option
from screens.cli.words import BED, ROOM, TIME

bed = Group("bed", N_("Beds, one or a whole room."))
room = Group("room", N_("Rooms: open, close, remove."))

WHICH = argument("bed", BED)


@bed.command_of(
    "block",
    WHICH,
    option("--reason", unset=""),
    option("--until", TIME, text=N_("Until when.")),
    text=N_("Take a bed or a whole room out of use."),
)
def block(call: Call, bed: str, reason: str, until: datetime | None) -> Answer:
    return call.desk.beds.block(bed, reason, until, at=call.at)


@bed.command_of("free", WHICH, text=N_("Take a blocked bed or room in use again."))
def free(call: Call, bed: str) -> Answer:
    return call.desk.beds.free(bed, at=call.at)


@bed.command_of("clean", WHICH, text=N_("A bed or room has been cleaned."))
def clean(call: Call, bed: str) -> Answer:
    return call.desk.beds.clean(bed, at=call.at)


@room.command_of("open", argument("room", ROOM), text=N_("Open a room: its places are realised from now."))
def open_room(call: Call, room: str) -> Answer:
    return call.desk.beds.open_room(room, at=call.at)


@room.command_of("close", argument("room", ROOM), text=N_("Close a room: its places are not realised."))
def close_room(call: Call, room: str) -> Answer:
    return call.desk.beds.close_room(room, at=call.at)


@room.command_of("remove", argument("room", ROOM), text=N_("Take a room out of the house, if nobody ever slept in it."))
def remove_room(call: Call, room: str) -> Answer:
    return call.desk.beds.remove_room(room, at=call.at)
