"""Roll calls in the store: one at a time, shared by whoever counts, each tick an action of its own."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from desk import muster as rules
from desk.language import _, ngettext
from desk.logbook import LogLine
from desk.muster import Line, Person
from desk.names import clean
from desk.night import Night
from desk.refusals import NotFound, Refused
from desk.rollcall import Rollcall
from storage.journal import Act, Done, Journal
from storage.night import read_night
from storage.rows import insert, read, save

_OPEN = "finished_at IS NULL"


class Rollcalls:
    """Who is found, who is out, who is missing."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def start(self, at: datetime | None = None) -> Done:
        """Begin a roll call, everybody unknown; where one is under way it is joined, and nothing is written."""
        try:
            with self._journal.action("rollcall start", {}, at) as act:
                if read(self._db, Rollcall, _OPEN):
                    raise _UnderWayError
                number = insert(self._db, Rollcall(started_at=act.at, started_by=self._journal.operator))
                act.ref = f"rollcall {number}"
                people = rules.muster(read_night(self._journal, act.at)).tally()[None]
        except _UnderWayError:
            return self._joined()
        text = ngettext("Roll call: {n} person to count.", "Roll call: {n} people to count.", people)
        return Done(act.ref, "open", text.format(n=people))

    def _joined(self) -> Done:
        call = read(self._db, Rollcall, _OPEN)[0]
        time = self._journal.settings.hhmm(call.started_at) if call.started_at else "?"
        text = _("You joined the roll call of {who}, {time}.").format(who=call.started_by, time=time)
        return Done(f"rollcall {call.id}", "joined", text)

    def tick(
        self, keys: Collection[str], state: str = "found", members: Collection[int] = (), at: datetime | None = None
    ) -> Done:
        """Tell of a line or of a room what became of them; `members` are some of one household by number.

        After the end somebody who was missing can still be found. What is told already is not written again.
        """
        given = {"of": tuple(keys), "state": state, "members": tuple(members)}
        try:
            with self._journal.action("rollcall tick", given, at) as act:
                night = self._night(act)
                lines = [line for key in keys for line in self._meant(night, key)]
                people = rules.taken(lines, state, members)
                if not people:
                    raise _ToldBeforeError(lines)
                act.ref = lines[0].key if len(lines) == 1 and lines[0].kind == rules.RESIDENTS else ""
                self._write(act, people, state)
        except _ToldBeforeError as before:
            return self._told_before(before.lines, state)
        left = rules.muster(self.night(act.at)).tally()[None]
        words = _("{who}: {n} {state}. Not yet counted: {left}.")
        who = lines[0].name if len(lines) == 1 else " ".join(clean(key) for key in keys)
        return Done(act.ref, state, words.format(who=who, n=len(people), state=_(rules.LABELS[state]), left=left))

    def _told_before(self, lines: list[Line], state: str) -> Done:
        who = lines[0].name if len(lines) == 1 else _("all of them")
        return Done("", state, _("{who}: that was told already.").format(who=who))

    def rest(self, but: Collection[str], people: int, at: datetime | None = None) -> Done:
        """All here but those lines: of the rest everybody not counted yet is found, and `people` says how many.

        Refused with the number where another is meant: nobody is found by mistake.
        """
        with self._journal.action("rollcall rest", {"but": tuple(but), "people": people}, at) as act:
            night = self._night(act)
            if night.rollcall is None or night.rollcall.finished_at:
                raise _none()
            for key in but:
                self._meant(night, key)
            found = rules.rest(night, but)
            if len(found) != people:
                raise Refused(
                    _("The rest are {n} people, not {people}. If all of them are here, give --people {n}.").format(
                        n=len(found), people=people
                    )
                )
            self._write(act, found, "found")
        left = rules.muster(self.night(act.at)).tally()[None]
        words = _("{n} people found, all but {but}. Not yet counted: {left}.")
        return Done("", "found", words.format(n=people, but=", ".join(but) or _("nobody"), left=left))

    def finish(self, at: datetime | None = None) -> Done:
        """The end of it: who was not told of is not found; who is missing is written in the log and stays a signal."""
        with self._journal.action("rollcall finish", {}, at) as act:
            night = self._night(act)
            call = night.rollcall
            if call is None or call.finished_at:
                raise _none()
            before = rules.muster(night)
            record, missing = rules.record(night), rules.who_is_missing(night)
            self._write(act, [p for line in before.lines for p in line.people if p.state is None], "not_found")
            record |= {"state": "finished", "finished_at": self._journal.settings.iso(act.at)}
            record["finished_by"] = self._journal.operator
            done = replace(
                call,
                finished_at=act.at,
                finished_by=self._journal.operator,
                content=json.dumps(record, ensure_ascii=False),
            )
            save(self._db, call, done)
            act.ref = f"rollcall {call.id}"
            text = self._came_to(done, record, missing)
            kind = "incident" if missing else "note"
            insert(self._db, LogLine(at=act.at, kind=kind, text=text, type_text="rollcall", by=self._journal.operator))
        return Done(act.ref, "finished", text, warnings=(_("Ring 112 if it burns."),) if missing else ())

    def _came_to(self, call: Rollcall, record: dict[str, object], missing: str) -> str:
        hhmm = self._journal.settings.hhmm
        assert call.started_at is not None
        assert call.finished_at is not None
        return _("Roll call {start}-{end}: found {found}, out {out}, MISSING {n}{who}.").format(
            start=hhmm(call.started_at),
            end=hhmm(call.finished_at),
            found=record["found"],
            out=record["out"],
            n=record["missing"],
            who=f": {missing}" if missing else "",
        )

    # --- shared by them ---------------------------------------------------------------------

    def night(self, at: datetime | None = None) -> Night:
        """The night with the roll call in it."""
        return read_night(self._journal, at)

    def _night(self, act: Act) -> Night:
        night = self.night(act.at)
        if night.rollcall is None:
            raise _none()
        return night

    def _meant(self, night: Night, key: str) -> list[Line]:
        # a reference of another night, or without its year, means the same household
        said = clean(key)
        found = rules.muster(night).meant(said) or rules.muster(night).meant(night.said(said))
        if not found:
            raise NotFound(_("{what} is not on the roll call. See: desk rollcall show").format(what=said[:40] or "?"))
        return found

    def _write(self, act: Act, people: Iterable[Person], state: str) -> None:
        call = read(self._db, Rollcall, order="id DESC LIMIT 1")[0]
        for person in people:
            new = replace(person.tick, rollcall=call.id, state=state, by=self._journal.operator, at=act.at)
            if person.tick.id:
                save(self._db, person.tick, new)
            else:
                insert(self._db, new)


class _UnderWayError(Exception):
    """A roll call is under way: this one is not begun."""


class _ToldBeforeError(Exception):
    """All of it was told before: nothing is written."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines


def _none() -> NotFound:
    return NotFound(_("There is no roll call. Start one: desk rollcall start"))
