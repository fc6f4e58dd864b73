# ruff: noqa: D103 - what a command does stands in its help
"""`desk nation …`: the regions in one database: made by its keeper, read by who may, and an alarm when one is not."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.language import N_, _, ngettext, number
from desk.refusals import Refused
from desk.settings import Settings
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, option
from storage.clock import running

if TYPE_CHECKING:
    from desk.nation import National

nation = Group("nation", N_("The regions together: let one in, see all of them, be told when one is not read."))

ADDRESS = argument("address")


@nation.command_of(
    "init",
    ADDRESS,
    option("--name", unset="", text=N_("The name of the nation.")),
    text=N_("Make a nation in a PostgreSQL database, or bring it up to date; for its keeper."),
    storeless=True,
)
def init(call: Call, address: str, name: str) -> Answer:
    from storage.nation import lines

    made = lines.init(address, name)
    return Shown(
        [_("Nation {name} is there.").format(name=made.nation)],
        {"ref": made.nation, "state": "made", "migrations": list(made.migrations)},
    )


@nation.command_of(
    "add",
    ADDRESS,
    argument("region-address"),
    text=N_("Read a region from now on; the password is asked for. Said again it goes on where it was halted."),
    storeless=True,
)
def add(call: Call, address: str, region_address: str) -> Answer:
    from screens.cli.region import asked_for
    from storage.nation import lines
    from storage.region import server

    given = server.parameters(region_address)
    password = "" if {"password", "passfile"} & set(given) else asked_for(_("Password of the nation at the region: "))
    added = lines.add(address, region_address, password)
    text = (
        _("{region} is read: all of it is copied, and followed.")
        if added.copied
        else _("{region} is read; it is still being copied. How it fares: desk nation status ADDRESS")
    )
    data = {
        "ref": added.region,
        "state": "copied" if added.copied else "copying",
        "uid": added.uid,
        "subscription": added.subscription,
        "anew": added.anew,
    }
    return Shown([text.format(region=added.region)], data)


@nation.command_of(
    "remove",
    ADDRESS,
    argument("region"),
    text=N_("Read a region no more; what was read of it goes too."),
    storeless=True,
)
def remove(call: Call, address: str, region: str) -> Answer:
    from storage.nation import lines

    removed = lines.remove(address, region)
    said = [_("{region} is read no more.").format(region=removed.region)]
    if removed.left_there:
        words = _("Its server was not reached and still keeps what it tells: there, SQL: {sql}")
        said.append(words.format(sql=removed.to_drop))
    return Shown(said, {"ref": removed.region, "state": "removed", "left_there": removed.left_there or None})


@nation.command_of(
    "status",
    ADDRESS,
    text=N_("How it fares with each region; ends with 1 when one is not read, as an alarm."),
    storeless=True,
)
def status(call: Call, address: str) -> Answer:
    from desk import nation as words
    from storage.nation import asking, reading

    national, settings = reading.read(address), Settings()
    asked = asking.why(address, national)
    told = list(words.sentences(national, call.now, call.now, settings, asked))
    halted = national.halted
    text = ngettext("{n} region is read.", "{n} regions are read.", len(told)).format(n=number(len(told)))
    first = words.alarm(national, call.now, call.now, settings) or text
    data = {
        "ref": national.name,
        "state": "halted" if halted else "read",
        "at": settings.iso(national.at),
        "lines": [
            {**_plain(one, settings), "why": one.why or None, "asked": asked.get(one.subscription)}
            for one in national.lines
        ],
        "text": first,
    }
    return Shown([first, *told], data, exit_code=1 if halted else 0)


@nation.command_of(
    "show",
    ADDRESS,
    text=N_("The nation now: a line for each region, and all of them together."),
    storeless=True,
)
def show(call: Call, address: str) -> Answer:
    from desk.nation import National
    from desk.region.regional import Seen
    from screens.nation import rows
    from screens.region.rows import Look
    from storage.nation import reading

    national = reading.read(address)
    look = Look(Seen[National]().heard(national, call.now), call.now, Settings())
    return Shown(rows.lines(look), _record(national, look.settings))


@nation.command_of(
    "watch",
    ADDRESS,
    text=N_("The nation on the whole screen; q twice leaves."),
    storeless=True,
)
def watch(call: Call, address: str) -> Answer:
    from storage.nation import reading
    from storage.region import server

    server.parameters(address)  # what is no address is said before the screen is taken
    if not (sys.stdin is not None and sys.stdin.isatty() and call.out.isatty()):
        raise Refused(_("This needs a terminal. Without one: desk nation show ADDRESS"))
    from screens.nation.rows import NATION
    from screens.on_terminal import environment
    from screens.region.alone import AloneApp
    from screens.terminals import read

    app = AloneApp(lambda: reading.read(address), running(), NATION, read(environment()))
    app.run(mouse=False)
    return Shown([], {"state": "ended"}, exit_code=app.return_code or 0)


def _plain(one: Any, settings: Settings) -> dict[str, Any]:
    return {name: settings.iso(value) if isinstance(value, datetime) else value for name, value in vars(one).items()}


def _record(national: "National", settings: Settings) -> dict[str, Any]:
    """The nation for other programs; `age_s` is how old the newest figures of a region were."""

    def age_of(told_at: datetime | None) -> int | None:
        return int((national.at - told_at).total_seconds()) if told_at is not None else None

    return {
        "ref": national.name,
        "state": "halted" if national.halted else "read",
        "at": settings.iso(national.at),
        "totals": vars(national.totals),
        "regions": [
            {**_plain(one, settings), "age_s": age_of(one.told_at), "is_old": national.is_old(one)}
            for one in national.regions
        ],
        "lines": [{**_plain(one, settings), "why": one.why or None} for one in national.lines],
    }
