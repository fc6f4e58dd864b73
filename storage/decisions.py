"""Issues, decisions and actions of the board, standing instructions, and the cases for its meeting, in the store."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from desk import clock
from desk import decisions as rules
from desk.capacity import folded
from desk.cases import is_case
from desk.decisions import Decision, Meeting
from desk.language import _, ngettext
from desk.logbook import LogLine
from desk.names import clean
from desk.refusals import NotFound, Refused
from desk.sheets import wrong_cells
from storage.cases import Nameless
from storage.counter import next_number
from storage.journal import Done
from storage.meetings import BOARD, Meetings
from storage.rows import insert, read, save, to_text

MOST_LETTERS = 2_000
_REF = re.compile(r"([KBA])0*(\d{1,9})", re.IGNORECASE)
_LONG = ("text", "explanation")
_SHORT = ("item", "heading", "owner", "link")


class Decisions(Meetings):
    """The decision list, which goes from meeting to meeting."""

    # --- reading ----------------------------------------------------------------------------

    def get(self, ref: str) -> Decision:
        """The entry of that reference: `K1`, `B11`, `A3`."""
        said = _REF.fullmatch(ref.strip())
        rows = read(self._db, Decision, "ref = ?", [f"{said[1].upper()}{said[2]}"]) if said else []
        if not rows:
            raise NotFound(_("There is no entry '{text}'. See: desk decision list --all").format(text=ref[:40]))
        return rows[0]

    def listed(self, everything: bool = False, *, kind: str = "", meeting: str = "") -> list[Decision]:
        """The entries that are still to be done, or all; of one kind, of one meeting."""
        where, params = ["1"], list[object]()
        if not everything:
            where.append("state IN ('open', 'in_progress')")
        if kind:
            where.append("kind = ?")
            params.append(_one_of(kind, rules.KINDS))
        if meeting:
            where.append("meeting = ?")
            params.append(self.meeting(meeting).id)
        return read(self._db, Decision, " AND ".join(where), params)

    def in_force(self, at: datetime | None = None, topic: str = "") -> list[Decision]:
        """The standing instructions that hold on that day, of every topic or of one."""
        today = self._today(at)
        every = read(self._db, Decision, "topic <> ''")
        return [d for d in every if rules.is_in_force(d, today) and topic in {"", d.topic}]

    def cases(self, since: datetime | None = None) -> list[LogLine]:
        """The lines of the log typed as a case, oldest first, without the name of anybody the desk ever wrote down."""
        lines = read(self._db, LogLine, "type_text <> '' AND at >= ?", [to_text(since) if since else ""], "at, id")
        found = list(filter(is_case, lines))
        return Nameless(self._journal, found[0].at if found else None).lines(found)

    # --- writing ----------------------------------------------------------------------------

    def add(
        self,
        kind: str,
        text: str,
        *,
        meeting: str = "",
        item: str = "",
        heading: str = "",
        explanation: str = "",
        owner: str = "",
        due: date | str = "",
        state: str = "open",
        link: str = "",
        topic: str = "",
        until: date | None = None,
        at: datetime | None = None,
    ) -> Done:
        """An entry, numbered by its kind; `due` is a day or words, with a `topic` it is a standing instruction."""
        told: dict[str, Any] = {
            "item": item,
            "heading": heading,
            "explanation": explanation,
            "owner": owner,
            "due": due,
            "link": link,
        }
        told |= {"text": text, "state": state, "topic": topic, "until": until}
        given = {**told, "kind": kind, "meeting": meeting, "due": _iso(due), "until": _iso(until)}
        with self._journal.action("decision add", given, at) as act:
            of = self.meeting(meeting).id if meeting.strip() else None
            new = _changed(Decision(kind=_one_of(kind, rules.KINDS), meeting=of), told)
            new = self._numbered(new)
            act.ref = new.ref
        return self._done(new, _("{ref} is written down.").format(ref=new.ref))

    def raise_from(
        self,
        line: int,
        kind: str = "",
        *,
        meeting: str = "",
        owner: str = "",
        due: date | str = "",
        at: datetime | None = None,
    ) -> Done:
        """An entry from a line of the log, in one step: its text, its link, and which line it was.

        Without a kind it is the line's own where that is K, B or A, else an issue.
        """
        given = {"line": line, "kind": kind, "meeting": meeting, "owner": owner, "due": _iso(due)}
        with self._journal.action("decision raise", given, at) as act:
            rows = read(self._db, LogLine, "id = ?", [line])
            if not rows:
                raise NotFound(_("There is no line {number} in the log. See: desk log list").format(number=line))
            said = rows[0]
            wanted = _one_of(kind or (said.kind if said.kind in rules.KINDS else "K"), rules.KINDS)
            for earlier in read(self._db, Decision, "log = ? AND kind = ? AND state <> 'dropped'", [line, wanted]):
                raise Refused(
                    _("Line {number} is {ref} already. Change that: desk decision edit {ref} …").format(
                        number=line, ref=earlier.ref
                    )
                )
            of = self.meeting(meeting).id if meeting.strip() else None
            blank = Decision(kind=wanted, meeting=of, log=line)
            new = self._numbered(_changed(blank, {"text": said.text, "link": said.link, "owner": owner, "due": due}))
            act.ref = new.ref
        return self._done(new, _("{ref} is raised from line {number}.").format(ref=new.ref, number=line))

    def edit(self, ref: str, *, meeting: str | None = None, at: datetime | None = None, **changes: Any) -> Done:
        """Change an entry; what is not given stays, and what is given empty is taken away.

        `changes` are those of `add`: text, item, heading, explanation, owner, due, link, topic, until.
        """
        told = {name: value for name, value in changes.items() if value is not None}
        given: dict[str, Any] = {
            **told,
            **{name: _iso(told[name]) for name in ("due", "until") if name in told},
            "meeting": meeting,
        }
        with self._journal.action("decision edit", given, at) as act:
            old = self.get(ref)
            act.ref = old.ref
            new = _changed(old, told)
            if meeting is not None:
                new = replace(new, meeting=self.meeting(meeting).id if meeting.strip() else None)
            if new == old:
                raise Refused(_("Nothing changes. Say what is to be different about {ref}.").format(ref=old.ref))
            save(self._db, old, new)
        return self._done(new, _("{ref} is changed.").format(ref=new.ref))

    def state(self, ref: str, state: str, at: datetime | None = None) -> Done:
        """How far it is; a standing instruction that is done or dropped is no longer in force."""
        with self._journal.action("decision state", {"ref": ref, "state": state}, at) as act:
            old = self.get(ref)
            act.ref = old.ref
            new = replace(old, state=_one_of(state, rules.STATES))
            label = _(rules.STATE_LABELS[new.state])
            if new == old:
                raise Refused(_("{ref} is already: {state}. Give another state.").format(ref=old.ref, state=label))
            save(self._db, old, new)
        return self._done(new, _("{ref}: {state}.").format(ref=new.ref, state=label), written=False)

    def import_list(
        self,
        records: Iterable[Mapping[str, Any]],
        *,
        day: date,
        name: str = "",
        next_day: date | None = None,
        source: str = "",
        at: datetime | None = None,
    ) -> Done:
        """A decision list from a sheet, all or nothing; the meeting is made where it is not written down yet.

        An entry that the meeting has already, of the same kind and text, keeps its number and gets what is new.
        """
        rows = list(records)
        given = {"count": len(rows), "file": source, "day": day.isoformat(), "name": name, "next": _iso(next_day)}
        refs: list[str] = []
        with self._journal.action("decision import", given, at) as act:
            meeting = self._met(day, name, next_day)
            act.ref = rules.meeting_ref(meeting)
            _no_entry_twice(rows)
            known = {_key(d.kind, d.text): d for d in read(self._db, Decision, "meeting = ?", [meeting.id])}
            for place, row in enumerate(rows, start=1):
                self._journal.done_of(place, len(rows))
                told = {name: value for name, value in row.items() if name not in {"row", "kind"} and value}
                old = known.get(_key(row["kind"], row["text"]))
                if old is None:
                    refs.append(self._numbered(_changed(Decision(kind=row["kind"], meeting=meeting.id), told)).ref)
                else:
                    save(self._db, old, _changed(old, told))
                    refs.append(old.ref)
        text = ngettext("{n} entry of {meeting} read.", "{n} entries of {meeting} read.", len(rows))
        also = {"count": len(rows), "refs": refs}
        return Done(act.ref, self._state(meeting), text.format(n=len(rows), meeting=act.ref), also=also)

    # --- the pieces -------------------------------------------------------------------------

    def _met(self, day: date, name: str, next_day: date | None) -> Meeting:
        """The meeting of a list: that of the day, or a new one."""
        found = self._on(day.isoformat(), clean(name))
        if not found:
            return self._new_meeting(name or BOARD, day, next_day)
        old = found[0] if len(found) == 1 else self.meeting(day.isoformat())
        new = replace(old, next_day=_iso(next_day) or old.next_day)
        self._checked(new)
        save(self._db, old, new)
        return new

    def _numbered(self, new: Decision) -> Decision:
        """The entry written down under the next number of its kind."""
        new = replace(new, ref=f"{new.kind}{next_number(self._db, new.kind)}")
        return replace(new, id=insert(self._db, new))

    def _done(self, new: Decision, text: str, *, written: bool = True) -> Done:
        today = self._today()
        warnings = Nameless(self._journal).warned(new.text, new.explanation, new.heading) if written else ()
        if new.topic and rules.is_in_force(new, today):
            day = clock.dated(date.fromisoformat(new.until)) if new.until else _("further notice")
            text += " " + _("In force until {day}.").format(day=day)
        elif new.topic and new.state in rules.OPEN:
            warnings += (_("The instruction {ref} is over already: it is shown nowhere.").format(ref=new.ref),)
        return Done(new.ref, new.state, text, warnings)


def _changed(old: Decision, told: Mapping[str, Any]) -> Decision:
    """An entry with what was told of it; what was told empty is empty, but its text and its state never are."""
    given: dict[str, Any] = {name: clean(told[name]) for name in _SHORT if name in told}
    given |= {name: clean(told[name], limit=MOST_LETTERS, lines=True) for name in _LONG if name in told}
    if not given.get("text", "-"):
        raise Refused(_("An entry without a text says nothing. Type what was decided, or what is the matter."))
    if "due" in told:
        due = told["due"]
        given |= {
            "due": _iso(due) if isinstance(due, date) else "",
            "due_text": "" if isinstance(due, date) else clean(due),
        }
    if "topic" in told:
        given["topic"] = _one_of(told["topic"], rules.TOPICS) if told["topic"] else ""
        given |= {} if told["topic"] else {"until": ""}  # what is no instruction has no end
    if "until" in told:
        given["until"] = _iso(told["until"]) or ""
    if told.get("state"):
        given["state"] = _one_of(told["state"], rules.STATES)
    new = replace(old, **given)
    if new.until and not new.topic:
        raise Refused(
            _("Only a standing instruction ends on a day. Give its topic too: {topics}.").format(
                topics=", ".join(rules.TOPICS)
            )
        )
    return new


def _no_entry_twice(rows: list[Mapping[str, Any]]) -> None:
    first: dict[tuple[str, str], object] = {}
    wrong = []
    for row in rows:
        there = first.setdefault(_key(row["kind"], row["text"]), row.get("row", "?"))
        if there != row.get("row", "?"):
            wrong.append(
                _("Row {row}, column text: this {kind} already stands in row {first}.").format(
                    row=row.get("row", "?"), kind=row["kind"], first=there
                )
            )
    if wrong:
        raise wrong_cells(wrong)


def _key(kind: str, text: str) -> tuple[str, str]:
    return kind, folded(text)


def _one_of(code: str, codes: tuple[str, ...]) -> str:
    if code not in codes:
        raise Refused(_("'{text}' is not one of {choices}.").format(text=code[:40], choices=", ".join(codes)))
    return code


def _iso(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
