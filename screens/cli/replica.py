# ruff: noqa: D103 - what a command does stands in its help
"""`desk replica …`: a copy in another place that follows each action, and how a second machine goes on from it."""

import sys
from typing import Any

from desk import clock
from desk.language import N_, _, ngettext
from desk.refusals import Refused
from desk.settings import Settings
from screens.cli.backups import YES, agree, may_be_put_back, put_back
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.words import FILE
from storage.clock import running
from storage.journal import Done
from storage.store import Desk

CATCHES_UP_WITHIN_S = 5.0
TARGET = argument("target", required=False)
KEY = option("--key", FILE, text=N_("The private key that opens the other machine; else as it is set."))
HOST_KEY = option("--host-key", text=N_("The public key by which the other machine is known; else as it is set."))

replica = Group("replica", N_("A copy in another place that follows each action, for a second machine."))


@replica.command_of("run", text=N_("Keep the replica in step until this is ended; a unit of the host does it."))
def run(call: Call) -> Answer:
    from storage.replica.following import follow

    if call.in_line:
        raise Refused(
            _("That goes on until it is ended: give it in a shell of the host, or start desk-replica.service.")
        )
    path, operator = call.desk.path.absolute(), call.desk.operator
    call.close()  # from here on it is opened and let go of as others need it
    follow(path, operator, running(), _say)
    return Shown([], [])


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@replica.command_of("status", text=N_("Where the replica lies, whether it follows, and how far it is behind."))
def status(call: Call) -> Answer:
    settings = call.desk.settings
    if not settings.replica:
        raise Refused(
            _("No replica is set. As in: desk settings replica sftp://desk@second.example/srv/replica/oldenzaal")
        )
    found = call.desk.replicas.settled(CATCHES_UP_WITHIN_S)
    state, now = found.state, call.desk.clock()
    seconds = max(0, round((now - found.since).total_seconds())) if found.since else 0
    if state is None:
        said = _("It holds nothing that is known of.")
    elif found.actions:
        said = ngettext(
            "{n} action is not in it yet; it waits for {age}.",
            "{n} actions are not in it yet; the first waits for {age}.",
            found.actions,
        ).format(n=found.actions, age=clock.span(now - found.since) if found.since else "")
    else:
        said = _("It holds all that was done, as of {time}.").format(time=settings.hhmm(state.at))
    follows = _("It is followed.") if found.followed else _("Nothing follows it: start desk-replica.service.")
    data = {
        "target": settings.replica,
        "followed": found.followed,
        "action": state.action if state else None,
        "at": settings.iso(state.at) if state else None,
        "behind": found.actions,
        "seconds": seconds,
    }
    in_step = found.followed and state is not None and not found.actions
    return Shown([settings.replica, follows, said], data, exit_code=0 if in_step else 1)


@replica.command_of("check", TARGET, KEY, HOST_KEY, text=N_("Bring a copy of the replica here and check all of it."))
def check(call: Call, target: str | None, key: object, host_key: str | None) -> Answer:
    from storage.replica.replicas import fetched, store_of

    found = fetched(_place(call, call.desk.settings, target, key, host_key), call.path, store_of(call.desk.db))
    found.drop()
    text = _holds(found.actions, found.last, found.by, call.desk.settings)
    return Shown([text], {"state": "whole", "ref": found.name, "actions": found.actions})


@replica.command_of(
    "restore",
    TARGET,
    KEY,
    HOST_KEY,
    YES,
    text=N_("Go on from the replica: put what it holds in the place of the store, here or on a second machine."),
    storeless=True,
)
def restore(call: Call, target: str | None, key: object, host_key: str | None, yes: bool) -> Answer:
    from storage.replica.replicas import fetched, known_store

    may_be_put_back(call)
    place = _place(call, _settings_of(call), target, key, host_key)
    found = fetched(place, call.path, known_store(call.path))
    try:
        told = _holds(found.actions, found.last, found.by, Settings())
        done = put_back(call, found.file, place.target, told, yes=yes)
        with Desk(call.path, call.operator) as desk:
            desk.replicas.may_be_at(str(place.target))
        return done
    finally:
        found.drop()


@replica.command_of(
    "delete",
    argument("target"),
    KEY,
    HOST_KEY,
    flag("--yes", N_("Do not ask: for a script.")),
    text=N_("Delete what a place holds of this store: one that is no longer used, or was carried away."),
)
def delete(call: Call, target: str, key: object, host_key: str | None, yes: bool) -> Answer:
    from storage.replica.gate import is_followed
    from storage.replica.replicas import delete as deleted
    from storage.replica.replicas import store_of

    place = _place(call, call.desk.settings, target, key, host_key)
    if str(place.target) == call.desk.settings.replica and is_followed(call.path):
        raise Refused(_("{target} is followed now. First stop it: systemctl stop desk-replica").format(target=target))
    if not yes:
        agree(call)
    gone = deleted(place, store_of(call.desk.db))
    call.desk.replicas.is_gone(str(place.target))
    text = ngettext("{n} replica is deleted.", "{n} replicas are deleted.", gone).format(n=gone)
    return Done("", "deleted", text, also={"target": str(place.target), "replicas": gone})


def _place(call: Call, settings: Settings, target: str | None, key: object, host_key: str | None) -> Any:
    from storage.replica.places import Place

    where = target or settings.replica
    if not where:
        raise Refused(_("Say where the replica lies, as in: desk replica restore file:/srv/replica/oldenzaal"))
    return Place.of(where, key=str(key or settings.replica_key), known=host_key or settings.replica_host_key)


def _settings_of(call: Call) -> Settings:
    """As the store says that is there; on a second machine there is none."""
    try:
        with Desk(call.path, call.operator) as desk:
            return desk.settings
    except Refused:
        return Settings()


def _holds(actions: int, last: Any, by: str, settings: Settings) -> str:
    words = ngettext(
        "The replica holds {n} action, the last of {time} by {who}.",
        "The replica holds {n} actions, the last of {time} by {who}.",
        actions,
    )
    time = clock.when(last, running()(), settings.tz) if last is not None else "?"
    return words.format(n=actions, time=time, who=by or "?")
