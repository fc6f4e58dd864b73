"""Operators who come through a key: their names, their keys, and the lines in `authorized_keys` that let them in.

A line forces one command: the program, the store and the operator in full, so that the key opens the desk as that
operator and nothing else. Whatever stands in a name can end neither the word, nor the command, nor the line.
"""

import base64
import binascii
import re
import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.language import _
from desk.refusals import Refused
from desk.rights import PAPER

LONGEST_NAME = 40
_MARKS = frozenset("-.'’ ")
_KINDS = (
    *("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"),
    *("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"),
)
LEAST_RSA_BITS = 2048
MOST_LETTERS = 20_000
"""A key file is a line or two."""


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Somebody with a key of their own; without `removed_at` it lets them in."""

    id: int = 0
    name: str = ""
    role: str = ""
    municipality: int | None = None
    key: str = ""
    """The kind and the body of the public key, as they stand in a key file."""
    added_at: datetime | None = None
    added_by: str = ""
    removed_at: datetime | None = None


def checked_name(text: str) -> str:
    """A name that can be signed on with and that no shell, option or file can take for anything else."""
    # a name too long is too long before its letters are put together, which takes ever longer
    name = unicodedata.normalize("NFC", text[: 4 * LONGEST_NAME])
    fits = 0 < len(name) <= LONGEST_NAME and name == name.strip() and name[:1] != "-"
    if fits and all(unicodedata.category(c)[0] in "LMN" or c in _MARKS for c in name) and _begins_well(name):
        return name
    raise Refused(
        _("'{name}' cannot be an operator's name. Use at most {most} letters, digits, spaces, - and '.").format(
            name="".join(c if c.isprintable() else "?" for c in text[:40]), most=LONGEST_NAME
        )
    )


def _begins_well(name: str) -> bool:
    return unicodedata.category(name[0])[0] in "LN"


def public_key(text: str) -> str:
    """The one public key of a file, its comment left out; refused where there are two, none, or a private one."""
    if "PRIVATE KEY" in text[:MOST_LETTERS]:
        raise Refused(_("That is a private key, which stays with its owner. Ask for the file that ends in .pub."))
    lines = [line.strip() for line in text[:MOST_LETTERS].splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) != 1:
        raise Refused(
            _("The file holds {n} keys, and one is needed. Give the .pub file of one key.").format(n=len(lines))
        )
    kind, _space, rest = lines[0].partition(" ")
    body = rest.split()[0] if rest.split() else ""
    if kind not in _KINDS or not _is_of(kind, body):
        raise Refused(
            _("That is not a public key of SSH. Its line begins as: ssh-ed25519 AAAA… Give the .pub file as it is.")
        )
    return f"{kind} {body}"


def _is_of(kind: str, body: str) -> bool:
    """Whether the body is whole and says itself that it is of that kind; an RSA key that is too short is none."""
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return False
    parts = list(_parts(raw))
    if len(parts) < 2 or parts[0] != kind.encode():
        return False
    return kind != "ssh-rsa" or (len(parts) == 3 and int.from_bytes(parts[2], "big").bit_length() >= LEAST_RSA_BITS)


def _parts(raw: bytes) -> list[bytes]:
    """The fields of a key, each behind its length (RFC 4253, 6.6); empty where they do not come out even."""
    found = []
    while raw:
        length = int.from_bytes(raw[:4], "big")
        if len(raw) < 4 + length or length == 0:
            return []
        found.append(raw[4 : 4 + length])
        raw = raw[4 + length :]
    return found


# --- the file ---------------------------------------------------------------------------------


def line(operator: Operator, program: Sequence[str], store: str) -> str:
    """The line of a key: forced command, no forwarding, a terminal only where somebody sits at it."""
    if any(unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} or c == "\\" for c in store):
        raise Refused(_("The store's path has letters that a key's line cannot hold: {path}").format(path=repr(store)))
    command = shlex.join([*program, "--store", store, "--as", operator.name, "door"])
    quoted = command.replace('"', '\\"')
    terminal = "" if operator.role == PAPER else ",pty"
    return f'command="{quoted}",restrict{terminal} {operator.key} doorstroom'


def with_block(text: str, store: str, lines: Sequence[str], file: str) -> str:
    """The file with the desk's own block anew; every other line stays as it is."""
    begin, end = f"# desk {store}: kept by `desk operator`, do not edit", f"# desk {store}: end"
    before, block, after = _split(text, begin, end, file)
    _not_elsewhere([*before, *after], lines, file)
    kept = [*before, *([begin, *lines, end] if lines or block else []), *after]
    return "".join(f"{one}\n" for one in kept)


def _split(text: str, begin: str, end: str, file: str) -> tuple[list[str], list[str], list[str]]:
    lines = text.removesuffix("\n").split("\n") if text else []
    first, last = ([n for n, one in enumerate(lines) if one == edge] for edge in (begin, end))
    if not first and not last:
        return lines, [], []
    if len(first) != 1 or len(last) != 1 or first[0] > last[0]:
        raise Refused(
            _("The desk's lines in {file} are broken. Put back the lines '{begin}' and '{end}', each once.").format(
                file=file, begin=begin, end=end
            )
        )
    return lines[: first[0]], lines[first[0] : last[0] + 1], lines[last[0] + 1 :]


def _not_elsewhere(others: Sequence[str], lines: Sequence[str], file: str) -> None:
    """A key that also stands outside the block could open a shell: the first line of a key counts."""
    own = {_body(one) for one in lines} - {""}
    for number, other in enumerate(others, start=1):
        if _body(other) in own:
            raise Refused(
                _(
                    "{file} has this key already, outside the desk's lines (line {n} of those). Take it out there."
                ).format(file=file, n=number)
            )


_BODY = re.compile(rf"(?:^|\s)(?:{'|'.join(map(re.escape, _KINDS))})\s+([A-Za-z0-9+/=]+)")


def _body(one: str) -> str:
    found = _BODY.search(one) if not one.lstrip().startswith("#") else None
    return found[1] if found else ""
