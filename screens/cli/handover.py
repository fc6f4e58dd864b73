# ruff: noqa: D103 - what a command does stands in its help
"""`desk shift handover`, `note` and `accept`, and `desk report handover`: what one shift tells the next."""

from dataclasses import replace
from typing import Any

from desk import clock
from desk import handover as rules
from desk.handover import Handover
from desk.language import N_, _
from desk.night import Night
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command, option
from screens.cli.words import NUMBER
from screens.paper import at_change
from storage.store import Desk


@command(
    "handover",
    option("--note", unset="", text=N_("What the next shift must know besides.")),
    text=N_("Hand over what is open; where nothing is, that there is nothing to report."),
)
def handover(call: Call, note: str) -> Answer:
    return call.desk.handovers.make(note, at=call.at)


@command(
    "note",
    argument("number", NUMBER),
    argument("text", many=True),
    text=N_("Add a line to an item of the handover, by its number."),
)
def add_line(call: Call, number: int, text: tuple[str, ...]) -> Answer:
    return call.desk.handovers.add_line(number, " ".join(text), at=call.at)


@command("accept", text=N_("I have read the handover and take over."))
def accept(call: Call) -> Answer:
    done = call.desk.handovers.accept(at=call.at)
    said = at_change(call.desk)
    return replace(done, text=f"{done.text} {said}".strip())


@command("handover", text=N_("The last handover, as made and as accepted."))
def printed(call: Call) -> Answer:
    last = call.desk.handovers.last()
    return Shown(lines(call.desk, call.night(), last), _record(call, last))


def lines(desk: Desk, night: Night, one: Handover) -> list[str]:
    """A handover to read or to print."""
    heading = _("Handover by {who}, {time}").format(who=one.by, time=_when(night, one))
    note = [_("Note: {text}").format(text=" / ".join(one.note.splitlines()))] if one.note else []
    made, after = desk.handovers.made(one), desk.handovers.when_accepted(one)
    if one.accepted_at is None:
        state = _("Nobody accepted it yet.")
    else:
        time = clock.when(one.accepted_at, night.at, night.settings.tz)
        state = _("Accepted by {who}, {time}").format(who=one.accepted_by, time=time)
    return [heading, *note, *rules.lines(night, made, after), state]


def _when(night: Night, one: Handover) -> str:
    return clock.when(one.made_at, night.at, night.settings.tz) if one.made_at else ""


def _record(call: Call, one: Handover) -> dict[str, Any]:
    settings, after = call.desk.settings, call.desk.handovers.when_accepted(one)
    return {
        "ref": f"handover {one.id}",
        "state": "accepted" if one.accepted_at else "made",
        "by": one.by,
        "made_at": settings.iso(one.made_at) if one.made_at else None,
        "note": one.note,
        "accepted_by": one.accepted_by,
        "accepted_at": settings.iso(one.accepted_at) if one.accepted_at else None,
        "made": call.desk.handovers.made(one).record,
        "accepted": after.record if after else None,
    }
