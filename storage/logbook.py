"""The log, call-backs, duties and phone numbers in the store."""

from dataclasses import replace
from datetime import datetime

from desk.language import _
from desk.logbook import KINDS, Duty, LogLine, Phone
from desk.names import clean
from desk.refusals import NotFound, Refused
from storage.journal import Done, Journal
from storage.rows import insert, read, save

MOST_LETTERS = 2_000


class Logbook:
    """What is written down beside the actions themselves."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def add(
        self,
        kind: str,
        text: str,
        *,
        link: str = "",
        type_text: str = "",
        back_at: datetime | None = None,
        at: datetime | None = None,
    ) -> Done:
        """A line of the log; with `back_at` somebody is to be rung back then."""
        given = {"kind": kind, "text": text, "link": link, "type": type_text, "back": back_at}
        with self._journal.action("log add", given, at) as act:
            if kind not in KINDS:
                raise Refused(
                    _("'{kind}' is not a kind of log line. Use one of: {kinds}.").format(
                        kind=kind[:20], kinds=", ".join(KINDS)
                    )
                )
            said = clean(text, limit=MOST_LETTERS, lines=True)
            if not said:
                raise Refused(_("An empty line says nothing. Type what happened."))
            line = LogLine(
                at=act.at,
                kind=kind,
                text=said,
                link=clean(link),
                type_text=clean(type_text),
                by=self._journal.operator,
                back_at=back_at,
            )
            number = insert(self._db, line)
            act.ref = f"log {number}"
        if back_at is None:
            return Done(act.ref, kind, _("Written in the log."))
        return Done(act.ref, kind, _("Call back at {time}.").format(time=self._journal.settings.hhmm(back_at)))

    def done(self, number: int, at: datetime | None = None) -> Done:
        """A call-back was made."""
        with self._journal.action("log done", {"line": number}, at) as act:
            rows = read(self._db, LogLine, "id = ?", [number])
            if not rows or not rows[0].is_open:
                raise NotFound(_("There is no open call-back {number}. See: desk log list").format(number=number))
            act.ref = f"log {number}"
            save(self._db, rows[0], replace(rows[0], done_at=act.at, done_by=self._journal.operator))
        return Done(act.ref, "done", _("Called back."))

    def lines(self, last: int = 200, before: int | None = None) -> list[LogLine]:
        """The last lines, newest first."""
        where, params = ("id < ?", [before]) if before else ("1", [])
        return read(self._db, LogLine, where, params, f"id DESC LIMIT {int(last)}")

    def take(self, signal: str, at: datetime | None = None) -> Done:
        """I do it: every desk shows whose it is. Taken by the same person again, it is let go."""
        with self._journal.action("duty take", {"signal": signal}, at) as act:
            rows = read(self._db, Duty, "signal = ?", [signal])
            mine = self._journal.operator
            if rows and rows[0].by == mine:
                self._db.table("duty").delete(rows[0].id)
                return Done("", "free", _("You let it go."))
            new = Duty(signal=signal, by=mine, at=act.at)
            if rows:
                save(self._db, rows[0], replace(new, id=rows[0].id))
                return Done("", "taken", _("You took it over from {who}.").format(who=rows[0].by))
            insert(self._db, new)
        return Done("", "taken", _("It is yours."))

    def phones(self) -> list[Phone]:
        """The numbers of the night, in their order."""
        return read(self._db, Phone, order="position, id")

    def add_phone(self, role: str, number: str, hours: str = "", say: str = "") -> Done:
        """A number to ring: for what, when, and what to say."""
        given = {"role": role, "number": number, "hours": hours, "say": say}
        with self._journal.action("phone add", given):
            if not clean(role) or not clean(number):
                raise Refused(_("A phone number needs whom it is for and the number."))
            rows = [p for p in self.phones() if p.role.casefold() == clean(role).casefold()]
            new = Phone(role=clean(role), number=clean(number), hours=clean(hours), say=clean(say))
            if rows:
                save(self._db, rows[0], replace(new, id=rows[0].id, position=rows[0].position))
            else:
                insert(self._db, replace(new, position=len(self.phones())))
        return Done("", "added", _("{role}: {number}.").format(role=new.role, number=new.number))

    def remove_phone(self, role: str) -> Done:
        """The number is not to be rung any more."""
        with self._journal.action("phone remove", {"role": role}):
            rows = [p for p in self.phones() if p.role.casefold() == clean(role).casefold()]
            if not rows:
                raise NotFound(_("There is no number for '{role}'. See: desk phones").format(role=role[:40]))
            self._db.table("phone").delete(rows[0].id)
        return Done("", "removed", _("{role} is removed.").format(role=rows[0].role))
