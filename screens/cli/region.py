# ruff: noqa: D103 - what a command does stands in its help
"""`desk region …`: the region beyond this desk: made by its keeper, joined, left, told, and how it fares."""

import signal
import sys
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Any

from desk.language import N_, _, ngettext, number
from desk.refusals import Refused
from desk.settings import Settings
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from storage.clock import running

if TYPE_CHECKING:
    from desk.region.regional import Regional
    from screens.region.rows import Look

SHARED = {
    "places": "screens.cli.shared_places:places",
    "ask": "screens.cli.shared_places:ask",
    "return": "screens.cli.shared_places:give_back",
    "share": "screens.cli.shared_places:share",
}
region = Group("region", N_("The region beyond this desk: join it, leave it, tell it, see how it fares."), SHARED)

ADDRESS = argument("address")


@region.command_of(
    "init",
    ADDRESS,
    option("--name", unset="", text=N_("The name of the region.")),
    option("--desk", unset="", text=N_("Let this desk in: its password is shown once. Several: with a comma between.")),
    flag("--nation", N_("Let the nation read: the password of its role is shown once.")),
    flag("--new-password", N_("With --desk or --nation: a new password for who is known.")),
    flag("--replace", N_("With --desk: its store is gone for good, another one may take its name.")),
    text=N_("Make a region in a PostgreSQL database, or bring it up to date, and let desks in; for its keeper."),
    storeless=True,
)
def init(call: Call, address: str, name: str, desk: str, nation: bool, new_password: bool, replace: bool) -> Answer:
    from storage.region import joining

    names = tuple(one.strip() for one in desk.split(",") if one.strip())
    if not names and (replace or (new_password and not nation)):
        raise Refused(_("Say of which desk, as in: --desk Oldenzaal"))
    made = joining.init(address, name=name, desks=names, nation=nation, new_password=new_password, replace=replace)
    lines = [_("Region {name} is there.").format(name=made.region)]
    for one in made.let_in:
        words = (
            _("{desk} comes in as {role} with the password {password} (shown once).")
            if one.password
            else _("{desk} comes in as {role}; its password is as it was.")
        )
        lines.append(words.format(desk=one.desk, role=one.role, password=one.password))
        lines.append(f'  desk region join "{_address_for(address, one.role)}" --name "{one.desk}"')
    if made.nation is not None:
        words = (
            _("The nation reads as {role} with the password {password} (shown once).")
            if made.nation.password
            else _("The nation reads as {role}; its password is as it was.")
        )
        lines.append(words.format(role=made.nation.role, password=made.nation.password))
        lines.append(f'  desk nation add ADDRESS "{_address_for(address, made.nation.role)}"')
    data = {
        "ref": made.region,
        "state": "made",
        "migrations": list(made.migrations),
        "desks": [{"ref": one.desk, "role": one.role, "password": one.password or None} for one in made.let_in],
        "nation": {"role": made.nation.role, "password": made.nation.password or None} if made.nation else None,
    }
    return Shown(lines, data)


def _address_for(address: str, role: str) -> str:
    """The address as the desk has it: the same place, under its own role."""
    from psycopg import conninfo

    from storage.region import server

    return conninfo.make_conninfo(server.without_secrets(address), user=role)


@region.command_of(
    "join",
    ADDRESS,
    option("--name", required=True, text=N_("Under which name this desk is known there.")),
    text=N_("Join a region; the password is asked for, and kept in a file beside the store."),
)
def join(call: Call, address: str, name: str) -> Answer:
    if call.in_line:
        raise Refused(_("On the host itself, in its shell: desk region join ADDRESS --name NAME"))
    from storage.region import server
    from storage.region.joining import Joining

    password = "" if "password" in server.parameters(address) else asked_for(_("Password of this desk at the region: "))
    return Joining(call.desk.journal, call.desk.aside).join(address, name, password)


def asked_for(words: str) -> str:
    """A password, from a terminal, else from what is sent; empty where it stands elsewhere, as in a passfile."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(words).strip()
    return sys.stdin.readline().strip()


@region.command_of("leave", text=N_("Leave the region; the desk goes on by itself."))
def leave(call: Call) -> Answer:
    from storage.region.joining import Joining

    return Joining(call.desk.journal, call.desk.aside).leave()


@region.command_of("status", text=N_("How the line to the region fares, and what waits to be told."))
def status(call: Call) -> Answer:
    from desk.region import link as words
    from storage.region import link as links

    desk, now = call.desk, call.desk.clock()
    link = links.link_of(desk.db)
    if link is None:
        return Shown([_("This desk belongs to no region.")], {"state": "none"})
    state = desk.region_line() or links.state_of(desk.aside, link, desk.journal.version())
    since = state.since(now)
    lines = [words.sentence(state, now, desk.settings)]
    if since is not None and state.why:
        lines.append(state.why)
    lines += [text for kind, _warns, text, _due in words.notices(state, now, desk.settings) if kind != "region_line"]

    def iso(at: Any) -> str | None:
        return desk.settings.iso(at) if at is not None else None

    data = {
        "ref": link.region,
        "state": "reached" if since is None else "unreachable" if state.unreachable_since else "not_told",
        "desk": link.desk,
        "address": link.address,
        "joined_at": iso(link.joined_at),
        "reached_at": iso(state.reached_at),
        "since": iso(since),
        "why": state.why or None,
        "told": state.told,
        "waiting": state.waiting,
        "lost": state.lost,
        "places_left": state.places_left,
        "clock_off_s": state.clock_off_s,
        "text": lines[0],
    }
    return Shown(lines, data, exit_code=0)


@region.command_of(
    "push",
    flag("--keep-on", N_("Go on, and tell each action as it is taken: for a service.")),
    text=N_("Tell the region what it does not know yet."),
)
def push(call: Call, keep_on: bool) -> Answer:
    from storage.region.pushing import Pusher, lost_sentence

    if call.in_line:
        raise Refused(_("On the host itself, in its shell: desk region push"))
    pusher = Pusher(call.desk)
    if keep_on:
        stop = Event()
        for number_of in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number_of, lambda _number, _frame: stop.set())
        pusher.keep_on(stop, call.warn)
        return Shown([], {"state": "ended"})
    done = pusher.once()
    if done.lost:
        call.warn(lost_sentence(done.lost))
    text = ngettext("{n} action is told.", "{n} actions are told.", done.actions).format(n=number(done.actions))
    return Shown([text], {"state": "told", "actions": done.actions, "last": done.last, "lost": done.lost, "text": text})


@region.command_of(
    "show",
    option("--address", unset="", text=N_("Of the region at this address, without a desk of one's own.")),
    text=N_("The region now: tonight at every desk of it, the buses that come, the places they share."),
)
def show(call: Call, address: str) -> Answer:
    if call.in_line:
        raise Refused(_("In the open desk the region stands on key 8."))
    if address and call.keyed:
        raise Refused(
            _("Through a key only the region of this desk is shown: leave {option} out.").format(option="--address")
        )
    from desk.region.regional import Regional, Seen
    from screens.region import rows
    from storage.region import link as links
    from storage.region import reading

    if address:
        call.storeless = True
        regional = reading.read(address)
    else:
        link = links.link_of(call.desk.db)
        if link is None:
            raise Refused(_("This desk belongs to no region. For another: desk region show --address ADDRESS"))
        regional = reading.read(link.address, links.passfile(call.desk.path), link.desk)
    look = rows.Look(
        Seen[Regional]().heard(regional, call.now), call.now, Settings() if address else call.desk.settings
    )
    return Shown(rows.lines(look), _record(regional, look))


@region.command_of(
    "watch",
    ADDRESS,
    text=N_("The region on the whole screen, for who has a region and no desk; q twice leaves."),
    storeless=True,
)
def watch(call: Call, address: str) -> Answer:
    if call.in_line:
        raise Refused(_("In the open desk the region stands on key 8."))
    from storage.region import reading, server

    server.parameters(address)  # what is no address is said before the screen is taken
    if not (sys.stdin is not None and sys.stdin.isatty() and call.out.isatty()):
        raise Refused(_("This needs a terminal. Without one: desk region show --address ADDRESS"))
    from screens.on_terminal import environment
    from screens.region.alone import REGION, AloneApp
    from screens.terminals import read

    app = AloneApp(lambda: reading.read(address), running(), REGION, read(environment()))
    app.run(mouse=False)
    return Shown([], {"state": "ended"}, exit_code=app.return_code or 0)


def _record(regional: "Regional", look: "Look[Regional]") -> dict[str, Any]:
    """The region for other programs; moments are its own clock's, `age_s` is how old the figures were."""

    def plain_of(one: Any, **more: Any) -> dict[str, Any]:
        found = {
            name: look.settings.iso(value) if isinstance(value, datetime) else value
            for name, value in vars(one).items()
        }
        return {**found, **more}

    def age_of(told_at: datetime | None) -> int | None:
        return int((regional.at - told_at).total_seconds()) if told_at is not None else None

    return {
        "ref": regional.name,
        "state": "reached",
        "desk": regional.me or None,
        "at": look.settings.iso(regional.at),
        "totals": vars(regional.totals),
        "to_find": regional.to_find,
        "mine": regional.mine,
        "desks": [plain_of(one, age_s=age_of(one.told_at), old=regional.is_old(one)) for one in regional.desks],
        "buses": [plain_of(bus) for bus in regional.buses],
        "between": [plain_of(bus) for bus in regional.between],
        "places": [plain_of(one) for one in regional.places],
        "nation": [plain_of(one) for one in regional.nation],
    }
