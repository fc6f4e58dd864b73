# ruff: noqa: D103 - what a command does stands in its help
"""`desk shift …`, `desk roster …` and `desk visitor …`: who works, who is to work, who visits."""

from datetime import datetime

from desk import clock
from desk.language import N_, _
from desk.night import Night
from desk.shift import Attendance, Rostered, Visitor
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.words import ETA, NUMBER
from screens.lines import fit

shift = Group(
    "shift",
    N_("Who is on duty."),
    {
        "handover": "screens.cli.handover:handover",
        "note": "screens.cli.handover:add_line",
        "accept": "screens.cli.handover:accept",
        "roster": "screens.cli.shifts:listed",
    },
)
roster = Group("roster", N_("Who is to work when."))
visitor = Group("visitor", N_("Visitors: they count when the alarm goes."))

NAME = argument("name", many=True)


@shift.command_of(
    "on",
    NAME,
    option("--role", unset="", text=N_("As in the minimum: desk settings minimum_staff.")),
    option("--phone", unset=""),
    text=N_("Somebody signs on."),
)
def on(call: Call, name: tuple[str, ...], role: str, phone: str) -> Answer:
    return call.desk.shifts.on(" ".join(name), role, phone, at=call.at)


@shift.command_of("off", NAME, text=N_("Somebody signs off."))
def off(call: Call, name: tuple[str, ...]) -> Answer:
    return call.desk.shifts.off(" ".join(name), at=call.at)


@shift.command_of("list", text=N_("Who is on duty now."))
def on_duty(call: Call) -> Answer:
    night = call.night()
    found = [
        {"name": one.name, "state": "on", "role": one.role, "since": _iso(night, one.on_at), "phone": one.phone}
        for one in night.on_duty
    ]
    lines = [_row(one.name, one.role, _since(night, one), one.phone) for one in night.on_duty]
    return Shown(lines or [_("Nobody signed on. Do so: desk shift on Anna")], found)


@roster.command_of(
    "add",
    NAME,
    option("--from", ETA, name="starts", required=True),
    option("--until", ETA, name="ends", required=True),
    option("--role", unset=""),
    option("--phone", unset=""),
    flag("--on-call", N_("To be rung, and not in the house.")),
    text=N_("Somebody is to work then."),
)
def add(
    call: Call, name: tuple[str, ...], starts: datetime, ends: datetime, role: str, phone: str, on_call: bool
) -> Answer:
    # a shift over midnight: its end is the first such time after it begins
    until = ends if ends > starts else clock.next_at(clock.hhmm(ends, call.zone), starts, call.zone)
    return call.desk.shifts.roster(" ".join(name), starts, until, role, phone, on_call=on_call, at=call.at)


@roster.command_of("list", text=N_("Who works now and in the coming 72 hours."))
def listed(call: Call) -> Answer:
    night = call.night()
    found = [
        {
            "ref": f"roster {one.id}",
            "state": "on_call" if one.on_call else "rostered",
            "number": one.id,
            "name": one.name,
            "role": one.role,
            "from": _iso(night, one.starts),
            "until": _iso(night, one.ends),
            "phone": one.phone,
        }
        for one in night.rostered
    ]
    lines = [f"{one.id:>4} " + _row(one.name, one.role, _hours(night, one), one.phone) for one in night.rostered]
    return Shown(lines or [_("The roster is empty for the coming 72 hours.")], found)


@roster.command_of("remove", argument("number", NUMBER), text=N_("They are not to work then."))
def remove(call: Call, number: int) -> Answer:
    return call.desk.shifts.remove(number, at=call.at)


@visitor.command_of(
    "in",
    NAME,
    option("--whom", unset="", text=N_("A household by its reference, or what for.")),
    text=N_("A visitor comes in."),
)
def come_in(call: Call, name: tuple[str, ...], whom: str) -> Answer:
    return call.desk.shifts.visitor_in(" ".join(name), whom, at=call.at)


@visitor.command_of("out", NAME, text=N_("A visitor left."))
def go_out(call: Call, name: tuple[str, ...]) -> Answer:
    return call.desk.shifts.visitor_out(" ".join(name), at=call.at)


@visitor.command_of("list", text=N_("Who visits now."))
def visitors(call: Call) -> Answer:
    night = call.night()
    found = [
        {"name": one.name, "state": "in", "whom": night.said(one.whom), "since": _iso(night, one.came_at)}
        for one in night.visitors
    ]
    lines = [_row(one.name, night.said(one.whom), _came(night, one), "") for one in night.visitors]
    return Shown(lines or [_("No visitors.")], found)


def _row(name: str, role: str, time: str, phone: str) -> str:
    return f"{fit(name, 24)} {fit(role, 16)} {fit(time, 24)} {phone}".rstrip()


def _iso(night: Night, at: datetime | None) -> str | None:
    return night.settings.iso(at) if at else None


def _when(night: Night, at: datetime | None) -> str:
    return clock.when(at, night.at, night.settings.tz) if at else "?"


def _since(night: Night, one: Attendance) -> str:
    return _("since {time}").format(time=_when(night, one.on_at))


def _came(night: Night, one: Visitor) -> str:
    return _("since {time}").format(time=_when(night, one.came_at))


def _hours(night: Night, one: Rostered) -> str:
    # a shift lasts a day at most: its end needs no day of its own
    ends = clock.hhmm(one.ends, night.settings.tz) if one.ends else "?"
    hours = f"{_when(night, one.starts)} - {ends}"
    return hours + (" " + _("on call") if one.on_call else "")
