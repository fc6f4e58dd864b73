# ruff: noqa: D103 - what a command does stands in its help
"""`desk operator …`: who is let in by a key, with which role."""

import os
import sys
from pathlib import Path
from typing import Any

from desk.language import N_, _
from desk.operators import MOST_LETTERS, Operator
from desk.refusals import Refused
from desk.rights import ROLES
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, command, option
from screens.cli.tables import table, time_of
from screens.cli.words import FILE, MUNICIPALITY, STDIN, Code

operator = Group("operator", N_("Who is let in by a key, and with which role."))

NAME = argument("name")
FILE_OF_KEYS = option("--authorized-keys", FILE, text=N_("The file that sshd reads; else that of this account."))
OF = option("--municipality", MUNICIPALITY, unset="", text=N_("With the role municipality: which one."))


def program() -> list[str]:
    """How a forced command begins: this very program, whatever the environment of whoever comes in."""
    return [os.path.abspath(sys.executable), "-I", "-m", "screens.start"]


@operator.command_of(
    "add",
    NAME,
    option("--role", Code(tuple(ROLES)), required=True, text=N_("viewer, operator, coordinator, municipality, paper.")),
    option("--key", FILE, required=True, text=N_("The .pub file of their key; - is what is sent with the command.")),
    OF,
    FILE_OF_KEYS,
    text=N_("Let somebody in with a public key, and with nothing but the desk."),
)
def add(call: Call, name: str, role: str, key: Path, municipality: str, authorized_keys: Path | None) -> Answer:
    desk = call.desk
    where = desk.capacity.meant(municipality) if municipality else None
    return desk.operators.add(
        name, role, _read(key), program(), municipality=where, authorized=authorized_keys, at=call.at
    )


@operator.command_of(
    "role",
    NAME,
    argument("role", Code(tuple(ROLES))),
    OF,
    FILE_OF_KEYS,
    text=N_("Give somebody another role; it counts at their next key."),
)
def role(call: Call, name: str, role: str, municipality: str, authorized_keys: Path | None) -> Answer:
    desk = call.desk
    where = desk.capacity.meant(municipality) if municipality else None
    return desk.operators.role(name, role, program(), municipality=where, authorized=authorized_keys, at=call.at)


@operator.command_of("remove", NAME, FILE_OF_KEYS, text=N_("Let somebody in no more; their open desks end."))
def remove(call: Call, name: str, authorized_keys: Path | None) -> Answer:
    return call.desk.operators.remove(name, program(), authorized=authorized_keys, at=call.at)


@operator.command_of("pin", text=N_("Choose your own PIN, for a desk that locked itself."))
def pin(call: Call) -> Answer:
    if call.in_line:
        raise Refused(_("On the line of the desk type it alone:  :operator pin"))
    typed = _typed_twice() if sys.stdin is not None and sys.stdin.isatty() else sys.stdin.readline().strip()
    call.desk.pins.choose(call.desk.operator, typed)
    text = _("{name} has a PIN from here on.").format(name=call.desk.operator)
    return Shown([text], {"ref": call.desk.operator, "state": "chosen", "text": text})


def _typed_twice() -> str:
    from getpass import getpass

    first = getpass(_("PIN: "))
    if getpass(_("Once more: ")) != first:
        raise Refused(_("These are two different PINs. Nothing was changed."))
    return first


@operator.command_of("write", FILE_OF_KEYS, text=N_("Write the lines of those who are let in anew."))
def write(call: Call, authorized_keys: Path | None) -> Answer:
    return call.desk.operators.rewrite(program(), authorized=authorized_keys, at=call.at)


@operator.command_of("list", text=N_("Who is let in."))
def listed(call: Call) -> Answer:
    night = call.night()
    names = {m.id: m.screen_name for m in night.municipalities}
    found = [_record(call, one, names) for one in call.desk.operators.listed()]
    rows = [
        (r["name"], r["role"], r["municipality"] or "", time_of(night, r["added_at"]), r["added_by"]) for r in found
    ]
    heads = [_("name"), _("role"), _("municipality"), _("since"), _("by")]
    return Shown(table(heads, rows) if rows else [_("Nobody comes in by a key yet.")], found)


def _record(call: Call, one: Operator, names: dict[int, str]) -> dict[str, Any]:
    return {
        "ref": one.name,
        "state": one.role,
        "name": one.name,
        "role": one.role,
        "municipality": names.get(one.municipality or 0),
        "added_at": call.desk.settings.iso(one.added_at) if one.added_at else None,
        "added_by": one.added_by,
        "key": one.key.partition(" ")[0],
    }


def _read(file: Path) -> str:
    if str(file) == STDIN:
        return sys.stdin.read(MOST_LETTERS) if sys.stdin is not None else ""
    try:
        with file.open(encoding="utf-8") as there:
            return there.read(MOST_LETTERS)
    except (OSError, UnicodeDecodeError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else _("it is not text")
        raise Refused(_("{file} cannot be read: {why}.").format(file=file, why=why)) from wrong


@command("who", text=N_("Who sits at a desk now, since when and from where."))
def who(call: Call) -> Answer:
    desk, night = call.desk, call.night()
    found = [
        {
            "ref": one.operator,
            "state": "on",
            "operator": one.operator,
            "since": desk.settings.iso(one.since),
            "from": one.origin or None,
        }
        for one in desk.aside.present(desk.clock())
    ]
    rows = [(str(r["operator"]), time_of(night, str(r["since"])), str(r["from"] or _("this machine"))) for r in found]
    lines = table([_("name"), _("since"), _("from")], rows) if rows else [_("Nobody sits at a desk.")]
    return Shown(lines, found)
