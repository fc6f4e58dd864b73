"""The meetings of the board and who was there, in the store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from desk import clock
from desk import decisions as rules
from desk.capacity import folded
from desk.cells import WrongCell, local_day
from desk.decisions import Meeting, Participant
from desk.language import _, ngettext
from desk.names import clean
from desk.refusals import NotFound, Refused
from storage.journal import Done, Journal
from storage.rows import delete, insert, read, save

MOST_LETTERS = 2_000
BOARD = "BAO"
"""The meeting of the minutes; another one is named."""


class Meetings:
    """When the board meets and who takes part."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    # --- reading ----------------------------------------------------------------------------

    def meetings(self) -> list[Meeting]:
        """All meetings that were written down, the oldest first."""
        return read(self._db, Meeting, order="day, name")

    def meeting(self, said: str) -> Meeting:
        """The meeting of a day, `2022-04-07` or `7-4-2022`; its name behind it where there are two."""
        first, _space, name = said.strip().partition(" ")
        day = self._day(first)
        found = self._on(day, name.strip())
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                _("There are {n} meetings that day: {meetings}. Give the name with the day.").format(
                    n=len(found), meetings="; ".join(map(rules.meeting_ref, found))
                )
            )
        raise NotFound(
            _("There is no meeting {text}. Write it down first: desk meeting add BAO --day {day}").format(
                text=said.strip()[:40], day=day
            )
        )

    def participants(self, meeting: Meeting) -> list[Participant]:
        """Who was there or sent word, in the order of the minutes."""
        return read(self._db, Participant, "meeting = ?", [meeting.id], "position, id")

    def next_meeting(self, at: datetime | None = None) -> tuple[date, str] | None:
        """When the board meets next, and the meeting's name; None when nobody said."""
        return rules.next_meeting(self.meetings(), self._today(at))

    # --- writing ----------------------------------------------------------------------------

    def add_meeting(
        self,
        name: str = BOARD,
        *,
        day: date,
        next_day: date | None = None,
        note: str = "",
        at: datetime | None = None,
    ) -> Done:
        """A meeting on a day, and when it meets next."""
        given = {"name": name, "day": day.isoformat(), "next": _iso(next_day), "note": note}
        with self._journal.action("meeting add", given, at) as act:
            new = self._new_meeting(name, day, next_day, note)
            act.ref = rules.meeting_ref(new)
        return Done(act.ref, self._state(new), _("Meeting {meeting}.").format(meeting=act.ref))

    def edit_meeting(
        self,
        said: str,
        *,
        name: str | None = None,
        day: date | None = None,
        next_day: date | str | None = None,
        note: str | None = None,
        at: datetime | None = None,
    ) -> Done:
        """Change what was said of a meeting; None leaves it, an empty `next_day` takes it away."""
        given = {"meeting": said, "name": name, "day": _iso(day), "next": _iso(next_day), "note": note}
        with self._journal.action("meeting edit", given, at) as act:
            old = self.meeting(said)
            new = replace(
                old,
                name=old.name if name is None else _name(name),
                day=old.day if day is None else day.isoformat(),
                next_day=old.next_day if next_day is None else _iso(next_day) or "",
                note=old.note if note is None else clean(note, limit=MOST_LETTERS, lines=True),
            )
            if new == old:
                raise Refused(_("Nothing changes. Say what is to be different about the meeting."))
            self._checked(new)
            save(self._db, old, new)
            act.ref = rules.meeting_ref(new)
        return Done(act.ref, self._state(new), _("{ref} is changed.").format(ref=act.ref))

    def take_part(
        self,
        said: str,
        *,
        present: Sequence[str] = (),
        excused: Sequence[str] = (),
        remove: Sequence[str] = (),
        at: datetime | None = None,
    ) -> Done:
        """Who was there and who sent word, each a role or a municipality, or `role: name`; known ones are replaced."""
        people = [_participant(text, excused=False) for text in present if text.strip()]
        people += [_participant(text, excused=True) for text in excused if text.strip()]
        return self._take_part(said, people, [text for text in remove if text.strip()], at)

    def import_participants(self, said: str, records: Sequence[dict[str, object]], at: datetime | None = None) -> Done:
        """Who was there, from a sheet."""
        people = [Participant(role=str(r["role"]), name=str(r["name"]), excused=bool(r["excused"])) for r in records]
        return self._take_part(said, people, [], at)

    def _take_part(self, said: str, people: list[Participant], remove: list[str], at: datetime | None) -> Done:
        given = {"meeting": said, "present": sum(not p.excused for p in people), "remove": remove}
        given["excused"] = len(people) - sum(not p.excused for p in people)
        with self._journal.action("meeting participants", given, at) as act:
            meeting = self.meeting(said)
            act.ref = rules.meeting_ref(meeting)
            if not people and not remove:
                raise Refused(_("Nobody is named. Give --present or --excused, with ; between them."))
            _nobody_twice(people)
            known = {folded(p.role): p for p in self.participants(meeting)}
            last = max((p.position for p in known.values()), default=0)
            for number, new in enumerate(people, start=last + 1):
                old = known.get(folded(new.role))
                if old is None:
                    insert(self._db, replace(new, meeting=meeting.id, position=number))
                else:
                    save(self._db, old, replace(old, name=new.name or old.name, excused=new.excused))
            for role in remove:
                gone = known.pop(folded(role), None)
                if gone is None:
                    raise NotFound(_("'{text}' is not among those of {ref}.").format(text=role[:40], ref=act.ref))
                delete(self._db, gone)
            every = self.participants(meeting)
        away = sum(p.excused for p in every)
        text = ngettext("{n} participant, {excused} excused.", "{n} participants, {excused} excused.", len(every))
        return Done(act.ref, self._state(meeting), text.format(n=len(every), excused=away))

    # --- the pieces -------------------------------------------------------------------------

    def _new_meeting(self, name: str, day: date, next_day: date | None, note: str = "") -> Meeting:
        new = Meeting(
            name=_name(name),
            day=day.isoformat(),
            next_day=_iso(next_day) or "",
            note=clean(note, limit=MOST_LETTERS, lines=True),
        )
        self._checked(new)
        return replace(new, id=insert(self._db, new))

    def _checked(self, new: Meeting) -> None:
        if new.next_day and new.next_day <= new.day:
            raise Refused(
                _("The next meeting, {next}, does not come after {day}. Give a later day.").format(
                    next=_dated(new.next_day), day=_dated(new.day)
                )
            )
        if any(m.id != new.id for m in self._on(new.day, new.name)):
            raise Refused(
                _("{meeting} is written down already. Change it: desk meeting edit {day} …").format(
                    meeting=rules.meeting_ref(new), day=new.day
                )
            )

    def _on(self, day: str, name: str = "") -> list[Meeting]:
        found = read(self._db, Meeting, "day = ?", [day], "name")
        return [m for m in found if not name or folded(m.name) == folded(name)]

    def _day(self, said: str) -> str:
        try:
            return local_day(self._journal.settings.tz)(said).isoformat()
        except WrongCell:
            raise NotFound(
                _("'{text}' is not the day of a meeting. Give it as in 2022-04-07. See: desk meeting list").format(
                    text=said[:40]
                )
            ) from None

    def _today(self, at: datetime | None = None) -> date:
        return (at or self._journal.now()).astimezone(self._journal.settings.tz).date()

    def _state(self, meeting: Meeting) -> str:
        return rules.meeting_state(meeting, self._today())


def _name(said: str) -> str:
    name = clean(said, limit=80)
    if not name:
        raise Refused(_("A meeting needs a name, as in BAO."))
    return name


def _participant(text: str, *, excused: bool) -> Participant:
    role, _colon, name = text.partition(":")
    said = clean(role, limit=80)
    if not said:
        raise Refused(_("'{text}' names no role. Type one, as in Losser, or as role: name.").format(text=text[:40]))
    return Participant(role=said, name=clean(name, limit=80), excused=excused)


def _nobody_twice(people: Sequence[Participant]) -> None:
    seen: set[str] = set()
    for who in people:
        if folded(who.role) in seen:
            raise Refused(_("{who} is named twice. Name everybody once: present or excused.").format(who=who.role))
        seen.add(folded(who.role))


def _iso(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day


def _dated(day: str) -> str:
    return clock.dated(date.fromisoformat(day))
