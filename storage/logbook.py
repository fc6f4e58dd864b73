"""The log, call-backs, duties and phone numbers in the store."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from itertools import islice

from desk import clock, duties
from desk import logbook as rules
from desk.language import _
from desk.logbook import KINDS, Duty, Entry, LogLine, Phone
from desk.names import clean, matches
from desk.refusals import NotFound, Refused
from desk.signals import Signal
from storage.journal import Action, Done, Journal
from storage.rows import delete, insert, read, save, to_time

MOST_LETTERS = 2_000
MOST_SEARCHED = 10_000
"""A search reads so many lines back: at ten an hour those of six weeks."""
MOST_FOUND = 100


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
                at=rules.happened(act.at, act.entered_at),
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

    def correct(self, number: int, text: str, at: datetime | None = None) -> Done:
        """A new line that puts an old one right; the old line stays as it was written.

        It is about the same, and happened at the same time unless another is told; an open call-back goes over to it.
        """
        with self._journal.action("log correct", {"line": number, "text": text}, at) as act:
            rows = read(self._db, LogLine, "id = ?", [number])
            if not rows:
                raise NotFound(_("There is no line {number} in the log. See: desk log list").format(number=number))
            old = rules.may_correct(rows[0], self._put_right([number]).get(number))
            said = clean(text, limit=MOST_LETTERS, lines=True)
            if not said:
                raise Refused(_("An empty line says nothing. Type what happened."))
            moment = old.at if at is None else rules.happened(act.at, act.entered_at)
            new = replace(old, id=0, at=moment, text=said, by=self._journal.operator, corrects=old.id)
            line = insert(self._db, new)
            act.ref = f"log {line}"
        text = _("Line {new} puts line {old} right; both stay.").format(new=line, old=number)
        return Done(act.ref, "corrected", text)

    def done(self, number: int, at: datetime | None = None) -> Done:
        """A call-back was made."""
        with self._journal.action("log done", {"line": number}, at) as act:
            rows = read(self._db, LogLine, "id = ?", [number])
            if not rows or not rows[0].is_open or number in self._put_right([number]):
                raise NotFound(_("There is no open call-back {number}. See: desk log list").format(number=number))
            act.ref = f"log {number}"
            save(self._db, rows[0], replace(rows[0], done_at=act.at, done_by=self._journal.operator))
        return Done(act.ref, "done", _("Called back."))

    def lines(self, last: int = 200, before: int | None = None) -> list[LogLine]:
        """The last lines, newest first."""
        where, params = ("id < ?", [before]) if before else ("1", [])
        return read(self._db, LogLine, where, params, f"id DESC LIMIT {int(last)}")

    def entries(self, last: int = 200) -> list[Entry]:
        """The last lines with when they were typed and what put them right, newest first."""
        return self._entries(self.lines(last))

    def find(self, query: str) -> list[Entry]:
        """Lines in which every word asked for begins a word, in any script and spelling; newest first, at most 100.

        It reads the last 10,000 lines and nothing before them.
        """
        if not query.strip():
            return []
        # only what is searched is read of each line, and the whole of a line once it is found
        searched = self._db.execute(
            "SELECT id, text, link, type_text, by FROM log ORDER BY id DESC LIMIT ?", [MOST_SEARCHED]
        )
        ids = list(islice((number for number, *texts in searched if matches(query, *texts)), MOST_FOUND))
        hits = sorted(self._by_id(ids), key=lambda line: -line.id)
        return self._entries(hits)

    def with_actions(self, last: int = 200) -> list[Entry | Action]:
        """The last actions of the desk, newest first; one that wrote a line of the log is that line."""
        actions = self._journal.actions(last=last)
        written = {a.id for a in actions if a.verb != "undo"}
        if not written:
            return []
        rows = self._db.execute(
            "SELECT row_id FROM change WHERE action BETWEEN ? AND ? AND table_name = 'log' AND old IS NULL",
            [min(written), max(written)],
        ).fetchall()
        lines = {entry.action: entry for entry in self._entries(self._by_id([row[0] for row in rows]))}
        return [lines.get(action.id, action) for action in reversed(actions)]

    def _by_id(self, ids: Collection[int]) -> list[LogLine]:
        return read(self._db, LogLine, f"id IN ({', '.join('?' * len(ids))})", ids) if ids else []

    def _entries(self, lines: list[LogLine]) -> list[Entry]:
        ids = [line.id for line in lines]
        rows = self._db.execute(
            "SELECT c.row_id, a.id, a.entered_at FROM change c JOIN action a ON a.id = c.action"
            f" WHERE c.table_name = 'log' AND c.old IS NULL AND c.row_id IN ({', '.join('?' * len(ids))})"
            " AND +a.undoes IS NULL",  # not by its index: nearly every action undoes nothing
            ids,
        ).fetchall()
        typed = {row: (action, to_time(entered)) for row, action, entered in rows}
        right = self._put_right(ids)
        found = []
        for line in lines:
            action, entered = typed.get(line.id, (0, None))
            found.append(Entry(line=line, action=action, entered_at=entered, put_right_by=right.get(line.id)))
        return found

    def _put_right(self, ids: Collection[int]) -> dict[int, int]:
        """Which line put which right, of the lines with these numbers."""
        marks = ", ".join("?" * len(ids))
        rows = self._db.execute(f"SELECT corrects, id FROM log WHERE corrects IN ({marks})", list(ids)).fetchall()
        return dict(rows)

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

    def snooze(self, signal: Signal, until: datetime, at: datetime | None = None) -> Done:
        """Put a signal off until then; said anew, the new time holds."""
        with self._journal.action("duty snooze", {"signal": signal.key, "until": until}, at) as act:
            moment = clock.seconds(until)
            new = duties.put_off(signal.kind, signal.key, signal.severity, moment, self._journal.operator, act.at)
            rows = read(self._db, Duty, "signal = ?", [new.signal])
            if rows:
                save(self._db, rows[0], replace(new, id=rows[0].id))
            else:
                insert(self._db, new)
        time = clock.when(moment, act.at, self._journal.settings.tz)
        return Done("", "put_off", _("Put off until {time}.").format(time=time))

    def back(self, signal: Signal, at: datetime | None = None) -> Done:
        """A signal that was put off is to be seen again at once."""
        with self._journal.action("duty back", {"signal": signal.key}, at):
            names = [duties.name_of(signal.key, severity) for severity in duties.SEVERITIES]
            rows = read(self._db, Duty, "signal IN (?, ?, ?)", names)
            if not rows:
                raise NotFound(_("Nobody put off '{key}'. See: desk now").format(key=signal.key))
            for row in rows:
                delete(self._db, row)
        return Done("", "back", _("It is back on the list."))

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
