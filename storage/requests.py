"""Requests to the municipalities, their answers, and candidate sites in the store."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from desk import clock
from desk import requests as rules
from desk.capacity import Municipality, folded
from desk.language import _, ngettext
from desk.language import number as spelt
from desk.names import clean
from desk.refusals import NotFound, Refused
from desk.requests import Addressee, Answer, Candidate, Reminder, Request, Tally
from storage.cases import Nameless
from storage.counter import next_number
from storage.journal import Done, Journal
from storage.locations import Locations
from storage.rows import insert, read, save

MOST_LETTERS = 2_000
_REF = re.compile(r"Q0*(\d{1,9})", re.IGNORECASE)


class Requests:
    """What municipalities are asked, what they say, and the sites that come of it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db
        self._region = Locations(journal)

    # --- requests ---------------------------------------------------------------------------

    def get(self, ref: str) -> Request:
        """The request of that reference, `Q1`."""
        said = _REF.fullmatch(ref.strip())
        rows = read(self._db, Request, "ref = ?", [f"Q{said[1]}"]) if said else []
        if not rows:
            raise NotFound(_("There is no request '{text}'. See: desk request list --all").format(text=ref[:40]))
        return rows[0]

    def add(
        self,
        question: str,
        *,
        occasion: str = "",
        sent_by: str = "",
        deadline: date | None = None,
        stream: str = "ukraine",
        municipalities: Iterable[str] = (),
        note: str = "",
        at: datetime | None = None,
    ) -> Done:
        """A question to those municipalities, or to all; each has an answer that stays open until it says something."""
        to = list(municipalities)
        said = {"question": question, "occasion": occasion, "by": sent_by, "deadline": _iso(deadline)}
        given = {**said, "stream": stream, "note": note, "to": to}
        with self._journal.action("request add", given, at) as act:
            new = Request(
                question=_said(question, _("A request without a question asks nothing. Type what is asked.")),
                occasion=clean(occasion, limit=MOST_LETTERS, lines=True),
                stream=_one_of(stream, rules.STREAMS),
                sent_by=clean(sent_by) or self._journal.operator,
                sent_at=act.at,
                deadline=self._deadline(deadline, act.at),
                note=clean(note, limit=MOST_LETTERS, lines=True),
            )
            asked = self._meant(to) or self._all()
            ref = act.ref = f"Q{next_number(self._db, 'Q')}"
            number = insert(self._db, replace(new, ref=ref))
            for place in asked:
                insert(self._db, Answer(request=number, municipality=place.id))
        text = ngettext("{ref} to {n} municipality.", "{ref} to {n} municipalities.", len(asked))
        told = f"{text.format(ref=ref, n=len(asked))} {self._apart(new)}".strip()
        return Done(ref, "open", told, self._named(new.question, new.occasion, new.note))

    def edit(
        self,
        ref: str,
        *,
        question: str | None = None,
        occasion: str | None = None,
        sent_by: str | None = None,
        deadline: date | str | None = None,
        stream: str | None = None,
        municipalities: Iterable[str] = (),
        note: str | None = None,
        at: datetime | None = None,
    ) -> Done:
        """Change what was said of a request; None leaves it, an empty `deadline` takes it away.

        `municipalities` are asked as well; nobody who was asked is ever left out again.
        """
        to = list(municipalities)
        said = {"question": question, "occasion": occasion, "by": sent_by, "deadline": _iso(deadline)}
        given = {**said, "stream": stream, "note": note, "to": to}
        with self._journal.action("request edit", given, at) as act:
            old = self.get(ref)
            act.ref = old.ref
            new = replace(old, occasion=_kept(occasion, old.occasion), note=_kept(note, old.note))
            if question is not None:
                new = replace(new, question=_said(question, _("A request without a question asks nothing.")))
            if sent_by is not None:
                new = replace(new, sent_by=clean(sent_by) or old.sent_by)
            if stream is not None:
                new = replace(new, stream=_one_of(stream, rules.STREAMS))
            if deadline is not None:
                last = deadline if isinstance(deadline, date) else None
                new = replace(new, deadline=self._deadline(last, old.sent_at or act.at))
            known = {a.municipality for a in self._answers([old.id])}
            more = [place for place in self._meant(to) if place.id not in known]
            if new == old and not more:
                raise Refused(_("Nothing changes. Say what is to be different about {ref}.").format(ref=old.ref))
            save(self._db, old, new)
            for place in more:
                insert(self._db, Answer(request=old.id, municipality=place.id))
        named = self._named(new.question, new.occasion, new.note)
        return Done(old.ref, _state(new), _("{ref} is changed.").format(ref=old.ref), named)

    def answer(
        self,
        ref: str,
        municipality: str,
        state: str,
        *,
        number: int | None = None,
        note: str = "",
        by: str = "",
        at: datetime | None = None,
    ) -> Done:
        """What a municipality says, whole: it takes the place of what it said before, which the journal keeps.

        After the deadline it is kept and marked late; `open` takes back an answer that was not given.
        """
        given = {"ref": ref, "municipality": municipality, "state": state, "number": number, "note": note, "by": by}
        with self._journal.action("request answer", given, at) as act:
            request = self.get(ref)
            place = self._region.meant(municipality)
            act.ref = f"{request.ref} {place.screen_name}"
            before = next((a for a in self._answers([request.id]) if a.municipality == place.id), None)
            if before is None:
                raise Refused(
                    _("{ref} was not sent to {municipality}. Send it there too: desk request edit {ref} --to …").format(
                        ref=request.ref, municipality=place.screen_name
                    )
                )
            new = replace(before, state=_one_of(state, rules.ANSWERS), number=None, note="", by="", at=None)
            if new.state != "open":
                text = clean(note, limit=MOST_LETTERS, lines=True)
                new = replace(new, number=_number(number, new.state), note=text, by=clean(by), at=act.at)
            save(self._db, before, new)
        text, warnings = self._told(request, place, before, new)
        return Done(act.ref, new.state, text, (*warnings, *self._named(new.note)))

    def close(self, ref: str, at: datetime | None = None) -> Done:
        """Nobody is reminded any more; an answer that still comes is kept."""
        with self._journal.action("request close", {"ref": ref}, at) as act:
            request = self.get(ref)
            act.ref = request.ref
            if request.closed_at is not None:
                raise Refused(_("{ref} is closed already; an answer that still comes is kept.").format(ref=request.ref))
            save(self._db, request, replace(request, closed_at=act.at))
        return Done(
            request.ref,
            "closed",
            _("{ref} is closed: {tally}.").format(ref=request.ref, tally=self.tally(request).text),
        )

    def _named(self, *texts: str) -> tuple[str, ...]:
        return Nameless(self._journal).warned(*texts)

    # --- reading ----------------------------------------------------------------------------

    def listed(self, everything: bool = False) -> list[Request]:
        """The open requests, or all, in the order in which they were sent."""
        return read(self._db, Request, "1" if everything else "closed_at IS NULL")

    def of(self, request: Request) -> list[Addressee]:
        """Who was asked and what they said, by name."""
        return self._addressees([request]).get(request.id, [])

    def answer_of(self, request: Request, municipality: str) -> Addressee:
        """What one municipality said, by its name or code."""
        name = self._region.meant(municipality).screen_name
        found = next((a for a in self.of(request) if a.municipality == name), None)
        if found is None:
            raise NotFound(
                _("{ref} was not sent to {municipality}.").format(ref=request.ref, municipality=name)
                + " "
                + _("See: desk request show {ref}").format(ref=request.ref)
            )
        return found

    def tally(self, request: Request) -> Tally:
        """One request in numbers."""
        return rules.tally(request, self._answers([request.id]), self._journal.settings.tz)

    def remind(self, at: datetime | None = None) -> list[Reminder]:
        """Who has not answered an open request, with the days to its deadline, the nearest first."""
        today = (at or self._journal.now()).astimezone(self._journal.settings.tz).date()
        every = self.listed()
        return rules.to_remind(every, self._addressees(every), today)

    def numbers(self, everything: bool = False) -> dict[str, int]:
        """The places promised by stream: Ukraine and asylum each for itself."""
        every = {request.id: request for request in self.listed(everything)}
        return rules.promised(every, self._answers(list(every)))

    # --- candidate sites --------------------------------------------------------------------

    def candidate(self, said: str) -> tuple[Candidate, str]:
        """The site meant by its name, and its municipality; `Name, Municipality` tells two of one name apart."""
        every = self.candidates(everything=True)
        wanted = folded(said)
        found = [(c, m) for c, m in every if wanted in {c.folded, folded(f"{c.name}, {m}")}]
        found = found or [(c, m) for c, m in every if wanted and wanted in c.folded]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                _("'{text}' can be: {candidates}. Give the name with its municipality.").format(
                    text=said[:60], candidates="; ".join(f"{c.name}, {m}" for c, m in found[:8])
                )
            )
        raise NotFound(_("There is no candidate '{text}'. See: desk candidate list --all").format(text=said[:60]))

    def candidates(self, everything: bool = False) -> list[tuple[Candidate, str]]:
        """The sites that might still become a location, or all, each with the name of its municipality."""
        names = {place.id: place.screen_name for place in read(self._db, Municipality)}
        found = [c for c in read(self._db, Candidate) if everything or c.state not in rules.ENDED]
        return [(c, names[c.municipality]) for c in found]

    def add_candidate(
        self, name: str, municipality: str, *, request: str = "", note: str = "", at: datetime | None = None
    ) -> Done:
        """A site that somebody names, found by a request or not."""
        given = {"name": name, "municipality": municipality, "request": request, "note": note}
        with self._journal.action("candidate add", given, at) as act:
            said = clean(name, limit=80)
            if not folded(said):
                raise Refused(_("A candidate needs a name. Type what the site is called."))
            place = self._region.meant(municipality)
            act.ref = f"{said}, {place.screen_name}"
            if read(self._db, Candidate, "municipality = ? AND folded = ?", [place.id, folded(said)]):
                raise Refused(
                    _("{name} is a candidate already. Add to it: desk candidate state NAME … --note …").format(
                        name=act.ref
                    )
                )
            found_by = self.get(request).id if request.strip() else None
            kept = clean(note, limit=MOST_LETTERS, lines=True)
            new = Candidate(name=said, folded=folded(said), municipality=place.id, request=found_by, note=kept)
            insert(self._db, new)
        return Done(act.ref, "candidate", _("{name} is a candidate.").format(name=act.ref), self._named(note))

    def candidate_state(self, name: str, state: str, *, note: str = "", at: datetime | None = None) -> Done:
        """What is thought of a site now; a note comes below those that are there, none is ever lost."""
        with self._journal.action("candidate state", {"name": name, "state": state, "note": note}, at) as act:
            old, place = self.candidate(name)
            act.ref = f"{old.name}, {place}"
            more = clean(note, limit=MOST_LETTERS, lines=True)
            lines = "\n".join(part for part in (old.note, more) if part)
            new = replace(old, state=_one_of(state, rules.CANDIDATE_STATES), note=lines)
            label = _(rules.CANDIDATE_LABELS[new.state])
            if new == old:
                raise Refused(
                    _("{name} is already: {state}. Give another state, or a --note.").format(name=act.ref, state=label)
                )
            save(self._db, old, new)
        return Done(act.ref, new.state, _("{name}: {state}.").format(name=act.ref, state=label), self._named(new.note))

    # --- the pieces -------------------------------------------------------------------------

    def _answers(self, requests: list[int]) -> list[Answer]:
        return read(self._db, Answer, f"request IN ({', '.join('?' * len(requests))})", requests)

    def _addressees(self, requests: list[Request]) -> Mapping[int, list[Addressee]]:
        names = {place.id: place.screen_name for place in read(self._db, Municipality)}
        found: dict[int, list[Addressee]] = {}
        for answer in self._answers([request.id for request in requests]):
            found.setdefault(answer.request, []).append(Addressee(names[answer.municipality], answer))
        return {request: sorted(every, key=lambda a: a.municipality) for request, every in found.items()}

    def _all(self) -> list[Municipality]:
        every = read(self._db, Municipality, order="name")
        if not every:
            raise Refused(_("There are no municipalities to ask. Read them first: desk import municipalities FILE"))
        return every

    def _meant(self, said: Iterable[str]) -> list[Municipality]:
        """The municipalities of these names or codes, each once."""
        return list({m.id: m for m in map(self._region.meant, filter(str.strip, said))}.values())

    def _deadline(self, last: date | None, sent_at: datetime) -> str:
        sent = sent_at.astimezone(self._journal.settings.tz).date()
        if last is not None and last < sent:
            raise Refused(
                _("The deadline {deadline} comes before the day it was sent, {sent}. Give a later day.").format(
                    deadline=clock.dated(last), sent=clock.dated(sent)
                )
            )
        return last.isoformat() if last else ""

    def _told(self, request: Request, place: Municipality, before: Answer, new: Answer) -> tuple[str, tuple[str, ...]]:
        """The answer and how many came in; what it takes the place of; whether it is late."""
        text = _("{municipality}: {answer}; {tally}.").format(
            municipality=place.screen_name, answer=_in_words(new), tally=self.tally(request).text
        )
        if before.state != "open":
            text += " " + _("Before: {answer}.").format(answer=_in_words(before))
        warnings: tuple[str, ...] = ()
        last = rules.deadline_of(request)
        if last is not None and rules.is_late(request, new, self._journal.settings.tz):
            day = clock.dated(last)
            warnings = (
                _("{municipality} is late: the last day was {day}. The answer is kept and marked late.").format(
                    municipality=place.screen_name, day=day
                ),
            )
        return text, warnings

    def _apart(self, request: Request) -> str:
        if request.stream == "ukraine":
            return ""
        return _("Another stream: its numbers are never added to those of Ukraine.")


def _in_words(answer: Answer) -> str:
    label = _(rules.ANSWER_LABELS[answer.state])
    return label if answer.number is None else f"{label}, {answer.number}"


def _number(number: int | None, state: str) -> int | None:
    if number is None:
        return None
    if not 0 <= number <= rules.MOST_PROMISED:
        raise Refused(
            _("{number} places are not possible. Give 0 to {most}.").format(
                number=spelt(number), most=spelt(rules.MOST_PROMISED)
            )
        )
    if state == "no" and number:
        raise Refused(
            _("A no with {number} places contradicts itself. Answer 'conditions', or leave the number out.").format(
                number=number
            )
        )
    return number


def _said(text: str, otherwise: str) -> str:
    said = clean(text, limit=MOST_LETTERS, lines=True)
    if not said:
        raise Refused(otherwise)
    return said


def _kept(text: str | None, before: str) -> str:
    return before if text is None else clean(text, limit=MOST_LETTERS, lines=True)


def _one_of(code: str, codes: tuple[str, ...]) -> str:
    if code not in codes:
        raise Refused(_("'{text}' is not one of {choices}.").format(text=code[:40], choices=", ".join(codes)))
    return code


def _state(request: Request) -> str:
    return "open" if request.closed_at is None else "closed"


def _iso(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
