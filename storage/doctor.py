"""How the host of a store is set up: account, modes, disk, keys, sshd, units, clock; what is wrong, and what to do."""

import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desk.language import _
from desk.refusals import Refused
from desk.replica import notice
from storage.store import Desk

GOOD, BAD, UNKNOWN = "ok", "wrong", "unknown"
LEAST_FREE_BYTES = 500_000_000
_FAR_AWAY = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph", "afs"})
"""Kinds of file system on which the locks of several desks do not hold."""
_ASKS_WITHIN_S = 10
UNITS = tuple(f"desk-{what}.{kind}" for what in ("figures", "backup", "erase") for kind in ("service", "timer"))
REPLICA_UNIT = "desk-replica.service"
"""Only where there is a second machine."""
REGION_UNIT = "desk-region.service"
"""Only where the desk belongs to a region."""
SHIPPED_UNITS = Path(__file__).with_name("units")
_UNIT_FOLDERS = (Path("/etc/systemd/system"), Path("/usr/local/lib/systemd/system"), Path("/usr/lib/systemd/system"))


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: good, wrong or not to be known, and in words what to do about it."""

    state: str
    about: str
    text: str


Ask = Callable[[Sequence[str]], "str | None"]
"""Runs a program of the host and gives what it says; None where it is not there or fails."""


def ask(words: Sequence[str]) -> str | None:
    """Run a program, briefly and without a terminal."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_ASKS_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def look(desk: Desk, program: Sequence[str], said_by: Ask = ask) -> list[Finding]:
    """Everything that can be known of the host from this account."""
    return [
        *_account(desk.path),
        *_modes(desk),
        *_disk(desk.path),
        *_keys(desk, program),
        *_sshd(said_by, _name(desk.path.stat().st_uid)),
        *_machine(said_by),
        *_site(desk),
        *_replica(desk),
        *_region(desk, said_by),
    ]


def _account(store: Path) -> Iterator[Finding]:
    owner, me = store.stat().st_uid, os.geteuid()
    if owner != me:
        yield Finding(
            BAD, "account", _("The store belongs to {owner}. Run the desk as that account.").format(owner=_name(owner))
        )
    elif me == 0:
        yield Finding(
            BAD, "account", _("The store belongs to root. Give the desk an account of its own, which may nothing else.")
        )
    else:
        yield Finding(GOOD, "account", _("The store belongs to {owner}.").format(owner=_name(owner)))


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _modes(desk: Desk) -> Iterator[Finding]:
    """Nobody else of the machine may read the names, or write where the store is."""
    store = desk.path.absolute()
    open_to_others = [
        file
        for file in (*store.parent.glob(f"{store.name}*"), *desk.paper.folder.glob("*"), desk.paper.folder)
        if file.exists() and file.stat().st_mode & 0o077
    ]
    for file in open_to_others:
        words = _("{file} can be read by others. Do: chmod go= {file}")
        yield Finding(BAD, "modes", words.format(file=file))
    if store.parent.stat().st_mode & 0o022:
        words = _("{file} can be written by others, who could replace the store. Do: chmod go-w {file}")
        yield Finding(BAD, "modes", words.format(file=store.parent))
    elif not open_to_others:
        yield Finding(GOOD, "modes", _("Only the account itself can read the store and its paper copies."))


def _disk(store: Path) -> Iterator[Finding]:
    kind = _file_system(store.absolute())
    if kind in _FAR_AWAY:
        words = _(
            "The store is on a network share ({kind}), where locks do not hold. Move it to a disk of this machine."
        )
        yield Finding(BAD, "disk", words.format(kind=kind))
    left = shutil.disk_usage(store.absolute().parent).free
    megabytes = left // 1_000_000
    if left < LEAST_FREE_BYTES:
        yield Finding(BAD, "disk", _("Only {n} MB are left beside the store. Make room.").format(n=megabytes))
    elif kind not in _FAR_AWAY:
        yield Finding(GOOD, "disk", _("{n} MB are left beside the store.").format(n=megabytes))


def _file_system(path: Path) -> str:
    found, longest = "", -1
    with suppress(OSError):
        for line in Path("/proc/mounts").read_text().splitlines():
            _device, mounted, kind, *_rest = line.split(" ")
            at = mounted.replace("\\040", " ")
            if (path == Path(at) or Path(at) in path.parents) and len(at) > longest:
                found, longest = kind, len(at)
    return found


# --- keys and sshd ----------------------------------------------------------------------------


def _keys(desk: Desk, program: Sequence[str]) -> Iterator[Finding]:
    operators = desk.operators.listed()
    if not operators:
        yield Finding(
            UNKNOWN,
            "keys",
            _("Nobody comes in by a key yet. As in: desk operator add Anna --role operator --key anna.pub"),
        )
        return
    file = desk.operators.file
    try:
        stands = desk.operators.stands(program)
    except Exception:  # a block that is broken says so itself when it is written
        stands = False
    if not stands:
        words = _("{file} does not have the lines of those who are let in. Write it anew: desk operator write")
        yield Finding(BAD, "keys", words.format(file=file))
    loose = [
        place for place in (file, file.parent, file.parent.parent) if place.exists() and place.stat().st_mode & 0o022
    ]
    for place in loose:
        words = _("{file} can be written by others: sshd does not read it. Do: chmod go-w {file}")
        yield Finding(BAD, "keys", words.format(file=place))
    if others := _other_keys(file):
        words = _("{n} keys in {file} are not the desk's: they open more than the desk.")
        yield Finding(BAD, "keys", words.format(n=others, file=file))
    if stands and not loose and not others:
        yield Finding(GOOD, "keys", _("{n} keys open the desk and nothing else.").format(n=len(operators)))


def _other_keys(file: Path) -> int:
    if not file.exists():
        return 0
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return sum(bool(line.strip()) and not line.startswith(("#", 'command="')) for line in lines)


_SSHD: dict[str, tuple[Callable[[str], bool], str]] = {
    "compression": (lambda said: said in {"yes", "delayed"}, "Compression yes"),
    "clientaliveinterval": (lambda said: said.isdecimal() and 0 < int(said) <= 60, "ClientAliveInterval 15"),
    "permituserenvironment": (lambda said: said == "no", "PermitUserEnvironment no"),
    "strictmodes": (lambda said: said == "yes", "StrictModes yes"),
    "passwordauthentication": (lambda said: said == "no", "PasswordAuthentication no"),
}
"""What sshd must say, and the line that makes it say so."""


def _sshd(said_by: Ask, account: str) -> Iterator[Finding]:
    of_the_desk = ["-T", "-C", f"user={account},host=localhost,addr=127.0.0.1"]
    said = said_by(["sshd", *of_the_desk]) or said_by(["/usr/sbin/sshd", *of_the_desk])
    if said is None:
        yield Finding(UNKNOWN, "sshd", _("What sshd does cannot be asked from this account. As root: desk doctor"))
        return
    settings = {line.partition(" ")[0]: line.partition(" ")[2].strip() for line in said.splitlines()}
    wrong = [line for name, (right, line) in _SSHD.items() if not right(settings.get(name, ""))]
    for line in wrong:
        yield Finding(BAD, "sshd", _("In sshd_config should stand, for the desk's account: {line}").format(line=line))
    if not wrong:
        yield Finding(GOOD, "sshd", _("sshd compresses, notices a dead line, and takes keys only."))


# --- the machine and the site -----------------------------------------------------------------


def _machine(said_by: Ask) -> Iterator[Finding]:
    if shutil.which("tmux") is None:
        yield Finding(
            UNKNOWN,
            "tmux",
            _("tmux is not installed: it keeps the screen of a line that drops. It can be done without."),
        )
    there = {unit for unit in UNITS for folder in _UNIT_FOLDERS if (folder / unit).exists()}
    for unit in UNITS:
        if unit not in there:
            words = _("The unit {unit} is not installed. It lies in {folder}; see docs/operate.md.")
            yield Finding(UNKNOWN, "units", words.format(unit=unit, folder=SHIPPED_UNITS))
    if len(there) == len(UNITS):
        enabled = (said_by(["systemctl", "is-enabled", "desk-figures.timer"]) or "").strip() == "enabled"
        words = (
            _("The timer of the figures runs.")
            if enabled
            else _("The timer of the figures does not run. Do: systemctl enable --now desk-figures.timer")
        )
        yield Finding(GOOD if enabled else BAD, "units", words)
    synchronised = (said_by(["timedatectl", "show", "-p", "NTPSynchronized", "--value"]) or "").strip()
    if synchronised == "no":
        yield Finding(
            BAD, "clock", _("The clock of this machine is not kept by a time server. Do: timedatectl set-ntp true")
        )
    elif time.time() < 1_640_000_000:
        yield Finding(BAD, "clock", _("The clock of this machine is years behind. Set it before anything is entered."))


def _replica(desk: Desk) -> Iterator[Finding]:
    """Where a second machine is to go on: whether it could."""
    target = desk.settings.replica
    if not target:
        return
    from storage.replica.litestream import program

    try:
        program()
    except Refused as no:
        yield Finding(BAD, "replica", str(no))
    if not any((folder / REPLICA_UNIT).exists() for folder in _UNIT_FOLDERS):
        words = _("The unit {unit} is not installed. It lies in {folder}; see docs/operate.md.")
        yield Finding(UNKNOWN, "replica", words.format(unit=REPLICA_UNIT, folder=SHIPPED_UNITS))
    found = desk.replicas.behind()
    late = [text for text, _since in notice(found.state, desk.settings, desk.clock())]
    if not found.followed:
        words = _("Nothing follows the store for the replica at {target}. Do: systemctl enable --now {unit}")
        yield Finding(BAD, "replica", words.format(target=target, unit=REPLICA_UNIT))
    elif late:
        yield Finding(BAD, "replica", _("At {target}: {late}").format(target=target, late=late[0]))
    else:
        yield Finding(GOOD, "replica", _("The replica at {target} follows.").format(target=target))


def _region(desk: Desk, said_by: Ask) -> Iterator[Finding]:
    """Of a desk that joined one: what tells the region runs, and the region is reached."""
    line = desk.region_line()
    if line is None:
        return
    from desk.region import link as words
    from storage.region.link import passfile

    enabled, active = (
        (said_by(["systemctl", asked, REGION_UNIT]) or "").strip() for asked in ("is-enabled", "is-active")
    )
    if not any((folder / REGION_UNIT).exists() for folder in _UNIT_FOLDERS):
        text = _("The unit {unit} is not installed. It lies in {folder}; see docs/region.md.")
        yield Finding(BAD, "region", text.format(unit=REGION_UNIT, folder=SHIPPED_UNITS))
    elif (enabled, active) != ("enabled", "active"):
        text = _("The region is not told what is done: {unit} does not run. Do: systemctl enable --now {unit}")
        yield Finding(BAD, "region", text.format(unit=REGION_UNIT))
    if not passfile(desk.path).exists():
        text = _("The password for the region is not in {file}. Join anew: desk region join ADDRESS --name NAME")
        yield Finding(BAD, "region", text.format(file=passfile(desk.path)))
    now = desk.clock()
    lost = line.since(now) is not None
    said = words.sentence(line, now, desk.settings)
    yield Finding(BAD if lost else GOOD, "region", f"{said[:1].upper()}{said[1:]}. {line.why if lost else ''}".strip())
    if line.clock_is_off:
        yield Finding(BAD, "clock", words.clock_sentence(line))


def _site(desk: Desk) -> Iterator[Finding]:
    if not desk.settings.address:
        yield Finding(BAD, "site", _('Whoever rings 112 must read an address. Do: desk settings address "…"'))
    for sentence in desk.paper.stale():
        yield Finding(BAD, "paper", sentence)
    for place in (desk.path, desk.path.parent):
        if stat.S_ISLNK(os.lstat(place).st_mode):
            yield Finding(
                UNKNOWN,
                "store",
                _("{file} is a link: every desk must name the store by the same path.").format(file=place),
            )
