"""One command line being run: its store, who acts, when it happened, and where the answer goes."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias
from zoneinfo import ZoneInfo

from desk import language, rights
from desk.language import _
from desk.refusals import NotFound, Refused
from desk.settings import Settings

if TYPE_CHECKING:
    from desk.night import Night
    from storage.journal import Done
    from storage.store import Desk


@dataclass(frozen=True)
class Shown:
    """What a command that changes nothing shows: lines for people, data for programs."""

    lines: Sequence[str]
    data: Any
    exit_code: int = 0


Answer: TypeAlias = "Done | Shown"


@dataclass
class Call:
    """The store is opened at the first need of it; the `:` line hands over the one that is open."""

    path: Path
    operator: str
    out: TextIO
    err: TextIO
    language: str | None = None
    """As the option or the environment says; None leaves it to the store."""
    desk_given: "Desk | None" = None
    as_json: bool = False
    at: datetime | None = None
    through_key: bool = False
    """Whether it was given over a key: bound by a role, and without the files of the host."""
    storeless: bool = False
    """A command that makes the store, or needs none: its times are read by the settings a new store has."""
    exit_code: int = 0
    began: int | None = None
    """The journal's last action when this call opened the store."""
    _own: "Desk | None" = field(default=None, repr=False)

    # --- the store --------------------------------------------------------------------------

    @property
    def in_line(self) -> bool:
        """Whether this is the `:` line of an open desk."""
        return self.desk_given is not None

    @property
    def desk(self) -> "Desk":
        """The open store."""
        if self.desk_given is not None:
            found = self.desk_given
        else:
            found = self._own = self._own or self._open()
        if self.began is None:
            self.began = found.journal.version()
        return found

    def _open(self) -> "Desk":
        from storage.store import Desk

        try:
            return Desk(self.path, self.operator, through_key=self.through_key)
        except OSError as wrong:  # a path that cannot even be looked at
            raise Refused(
                _("{path} cannot be opened: {why}. Choose another file with --store.").format(
                    path=str(self.path)[:200], why=wrong.strerror or wrong
                )
            ) from wrong

    @property
    def keyed(self) -> bool:
        """Whether whoever gives it came through a key, also on the `:` line of their desk."""
        return self.desk_given.journal.through_key if self.desk_given is not None else self.through_key

    def may(self, path: str) -> None:
        """Refuse a command that the role of a key does not have; the owner of the store may all."""
        if self.keyed:
            rights.check_command(self.desk.journal.seat, path)

    def night(self, **more: Any) -> "Night":
        """The night, at the time given with `--at` or now."""
        return self.desk.night(self.at, **more)

    @property
    def now(self) -> datetime:
        """The program's clock."""
        if self.storeless:
            from storage.clock import running

            return running()()
        return self.desk.clock()

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return Settings().tz if self.storeless else self.desk.settings.tz

    def changed_nothing(self) -> bool:
        """Whether it is certain that this call wrote nothing; asked after something went wrong."""
        opened = self.desk_given or self._own
        if opened is None:
            return not self.storeless
        try:
            return self.began is not None and not opened.journal.actions(self.began, operator=opened.operator)
        except Exception:  # the store may be what went wrong: then nothing is certain
            return False

    def close(self) -> None:
        """Let go of a store this call opened itself."""
        if self._own is not None:
            self._own.close()
            self._own = None

    def keep_paper(self) -> None:
        """After the answer: the paper copies follow what this call did; that they cannot is said and no more."""
        if self._own is None or self.began is None or self._own.journal.version() == self.began:
            return
        from screens.paper import keep

        self.out.flush()
        if wrong := keep(self._own):
            self.warn(wrong)

    # --- the language -----------------------------------------------------------------------

    def speak(self) -> None:
        """Choose the language before anything is said: as told, else as who acts chose, else the store's."""
        if self.in_line:
            return
        said = self.language
        if said is None:
            said = language.HOUSE
            language.speak(said)
            if self.path.exists():
                try:
                    from screens.speech import chosen

                    said = chosen(self.desk)
                except Exception:  # the command itself says what is wrong with the store
                    self.began = None
        language.speak(said)

    # --- the answer -------------------------------------------------------------------------

    def print(self, text: str) -> None:
        """Lines on standard output; nothing in them steers the terminal."""
        self.out.write(plain(text) + "\n")

    def warn(self, text: str) -> None:
        """One line on standard error."""
        self.err.write(" ".join(plain(text).split()) + "\n")

    def answer(self, answer: Answer) -> None:
        """Say what was done or found."""
        if isinstance(answer, Shown):
            self.exit_code = answer.exit_code
            if self.as_json:
                self.dump(answer.data)
            else:
                for line in answer.lines:
                    self.print(line)
            return
        if not self.storeless:
            answer = replace(answer, warnings=(*answer.warnings, *self.desk.handovers.reminders()))
        for warning in answer.warnings:
            self.warn(warning)
        if self.as_json:
            self.dump(self._done_record(answer))
        elif answer.text:
            self.print(answer.text)

    def _done_record(self, done: "Done") -> dict[str, Any]:
        """What was made or changed, with the thing itself as it stands now."""
        from desk.records import said, said_everywhere
        from screens.cli.things import record_of

        try:
            night, record = record_of(self.desk, done.ref)
        except NotFound:  # what an undo took back is there no more; it is done all the same
            night, record = self.desk.night(), {}
        return {
            **said_everywhere(night, dict(done.also)),
            **record,
            "ref": said(night, done.ref),
            "state": str(done.state),
            "text": done.text,
            "warnings": list(done.warnings),
        }

    def dump(self, data: object) -> None:
        """One JSON document."""
        utf8 = (getattr(self.out, "encoding", None) or "utf-8").replace("-", "").casefold() == "utf8"
        self.out.write(_escaped(json.dumps(data, ensure_ascii=not utf8, indent=1)) + "\n")


_HIDDEN = frozenset(("Cc", "Cf", "Cs"))


def _escaped(document: str) -> str:
    """The same JSON, with an escape of its own for what would steer the terminal it is read on."""
    if document.replace("\n", "").isprintable():
        return document
    return "".join(
        c if c in "\n\u200d" or unicodedata.category(c) not in _HIDDEN else json.dumps(c)[1:-1] for c in document
    )


def plain(text: str) -> str:
    """Text without anything that steers a terminal, hides, or turns the writing round; spaces and line ends stay."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\u200d" or unicodedata.category(c) not in _HIDDEN)
