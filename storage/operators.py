"""Operators with a key: in the store, and in the `authorized_keys` file of its account."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from desk import operators as rules
from desk.capacity import Municipality
from desk.language import _, ngettext
from desk.operators import Operator
from desk.refusals import NotFound, Refused
from desk.rights import MUNICIPALITY, ROLES
from storage.journal import Done, Journal
from storage.rows import insert, read, save

_LET_IN = "removed_at IS NULL"


class Operators:
    """Who is let in, with which role."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def listed(self) -> list[Operator]:
        """Those who are let in, by name."""
        return read(self._db, Operator, _LET_IN, order="name")

    def get(self, name: str) -> Operator:
        """The one of that name, whatever its capitals."""
        found = [one for one in self.listed() if one.name.casefold() == name.strip().casefold()]
        if not found:
            raise NotFound(_("Nobody called {name} is let in. See: desk operator list").format(name=name[:40]))
        return found[0]

    def add(
        self,
        name: str,
        role: str,
        key: str,
        program: Sequence[str],
        *,
        municipality: Municipality | None = None,
        authorized: Path | None = None,
        at: datetime | None = None,
    ) -> Done:
        """Let somebody in with a public key; the line is in the file before the action is done."""
        who, public = rules.checked_name(name), rules.public_key(key)
        _checked_role(role, municipality)
        given = {"name": who, "role": role, "municipality": municipality.name if municipality else ""}
        with self._journal.action("operator add", given, at) as act:
            for other in self.listed():
                if other.name.casefold() == who.casefold():
                    raise Refused(
                        _("{name} is let in already. Another role: desk operator role {name} ROLE").format(
                            name=other.name
                        )
                    )
                if other.key == public:
                    raise Refused(
                        _("That key is {name}'s. Each operator has a key of their own.").format(name=other.name)
                    )
            new = Operator(
                name=who,
                role=role,
                municipality=municipality.id if municipality else None,
                key=public,
                added_at=act.at,
                added_by=self._journal.operator,
            )
            insert(self._db, new)
            act.ref = who
            file = self.write(program, authorized)
        text = _("{name} is let in as {role}: {file}").format(name=who, role=role, file=file)
        return Done(who, role, text, also={"name": who, "role": role, "file": str(file)})

    def role(
        self,
        name: str,
        role: str,
        program: Sequence[str],
        *,
        municipality: Municipality | None = None,
        authorized: Path | None = None,
        at: datetime | None = None,
    ) -> Done:
        """Another role for somebody; it counts in their open desks at once."""
        _checked_role(role, municipality)
        given = {"name": name, "role": role, "municipality": municipality.name if municipality else ""}
        with self._journal.action("operator role", given, at) as act:
            old = self.get(name)
            save(self._db, old, replace(old, role=role, municipality=municipality.id if municipality else None))
            act.ref = old.name
            self.write(program, authorized)
        return Done(old.name, role, _("{name} is {role} from here on.").format(name=old.name, role=role))

    def remove(
        self, name: str, program: Sequence[str], *, authorized: Path | None = None, at: datetime | None = None
    ) -> Done:
        """Let somebody in no more: their key opens nothing, and their open desks end."""
        with self._journal.action("operator remove", {"name": name}, at) as act:
            old = self.get(name)
            save(self._db, old, replace(old, removed_at=act.at))
            act.ref = old.name
            file = self.write(program, authorized)
        text = _("{name} is not let in any more: {file}").format(name=old.name, file=file)
        return Done(old.name, "removed", text, also={"name": old.name, "file": str(file)})

    def rewrite(self, program: Sequence[str], *, authorized: Path | None = None, at: datetime | None = None) -> Done:
        """Write the lines of those who are let in anew, as after the program moved or the file was lost."""
        with self._journal.action("operator write", {}, at):
            file = self.write(program, authorized)
        many = len(self.listed())
        text = ngettext("{n} key stands in {file}.", "{n} keys stand in {file}.", many).format(n=many, file=file)
        return Done("", "written", text, also={"file": str(file)})

    # --- the file ---------------------------------------------------------------------------

    @property
    def file(self) -> Path:
        """The file that sshd reads: as it was said once, else that of this account."""
        said = self._journal.settings.authorized_keys
        return Path(said) if said else Path.home() / ".ssh" / "authorized_keys"

    def lines(self, program: Sequence[str]) -> list[str]:
        """The lines that let them in, as the file must have them."""
        return [rules.line(one, program, str(self._journal.path.absolute())) for one in self.listed()]

    def write(self, program: Sequence[str], authorized: Path | None) -> Path:
        """Write the desk's block in the file anew, whole or not at all; gives the file."""
        file = authorized or self.file
        try:
            file = file.resolve()
            file.parent.mkdir(mode=0o700, exist_ok=True)
            with _alone(file):
                before = file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else ""
                text = rules.with_block(before, str(self._journal.path.absolute()), self.lines(program), str(file))
                _replace(file, text)
            if str(file) != self._journal.settings.authorized_keys and authorized is not None:
                self._journal.write_setting("authorized_keys", str(file))
        except OSError as wrong:
            raise Refused(
                _("{file} cannot be written: {why}.").format(file=file, why=wrong.strerror or wrong)
            ) from wrong
        return file

    def stands(self, program: Sequence[str], authorized: Path | None = None) -> bool:
        """Whether the file has the lines it must have, and no others of the desk."""
        file = (authorized or self.file).resolve()
        text = file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else ""
        return text == rules.with_block(text, str(self._journal.path.absolute()), self.lines(program), str(file))


def _checked_role(role: str, municipality: Municipality | None) -> None:
    if role not in ROLES:
        raise Refused(_("'{role}' is no role. Use one of: {roles}.").format(role=role[:20], roles=", ".join(ROLES)))
    if role == MUNICIPALITY and municipality is None:
        raise Refused(_("Which municipality? As in: --municipality Hengelo"))
    if role != MUNICIPALITY and municipality is not None:
        raise Refused(_("Only the role municipality is of a municipality. Leave --municipality out."))


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One desk at a time writes the file; the lock lies beside it, for the file itself is replaced."""
    gate = os.open(file.with_name(f".{file.name}.desk"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _replace(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as out:
        os.fchmod(out.fileno(), mode & ~0o022)  # a file that others may write is one that sshd does not read
        out.write(text.encode("utf-8", "surrogateescape"))
        out.flush()
        os.fsync(out.fileno())
    new.rename(file)
