"""Requests, candidate sites, the decision list and its meetings as records: what goes to and from the board."""

from collections.abc import Iterable, Sequence

from desk import decisions, requests
from desk.decisions import Decision, Meeting, Participant
from desk.logbook import LogLine
from desk.night import Night
from desk.records.form import Record, iso, said
from desk.requests import Addressee, Candidate, Reminder, Request


def request_record(night: Night, request: Request, addressees: Sequence[Addressee]) -> Record:
    """A request with every answer; `number` is of its `stream` alone and never added to that of another."""
    found = requests.tally(request, [a.answer for a in addressees], night.settings.tz)
    last = requests.deadline_of(request)
    return {
        "ref": request.ref,
        "state": "open" if request.closed_at is None else "closed",
        "question": request.question,
        "occasion": request.occasion,
        "stream": request.stream,
        "sent_by": request.sent_by,
        "sent_at": iso(night, request.sent_at),
        "deadline": request.deadline or None,
        "days_left": (last - night.today).days if last else None,
        "note": request.note,
        "closed_at": iso(night, request.closed_at),
        "summary": found.text,
        **{
            name: getattr(found, name)
            for name in ("answered", "addressed", "yes", "no", "conditions", "undecided", "late", "number")
        },
        "answers": [answer_record(night, request, addressee) for addressee in addressees],
    }


def answer_record(night: Night, request: Request, addressee: Addressee) -> Record:
    """What one municipality says; `open` until it said anything, `late` when it did after the last day."""
    answer = addressee.answer
    return {
        "ref": f"{request.ref} {addressee.municipality}",
        "state": answer.state,
        "request": request.ref,
        "stream": request.stream,
        "municipality": addressee.municipality,
        "number": answer.number,
        "note": answer.note,
        "by": answer.by,
        "at": iso(night, answer.at),
        "late": requests.is_late(request, answer, night.settings.tz),
    }


def reminder_record(reminder: Reminder) -> Record:
    """Who has not answered yet; `days` to the deadline are negative when it has passed, null when there is none."""
    return {
        "ref": f"{reminder.request.ref} {reminder.municipality}",
        "state": "open",
        "request": reminder.request.ref,
        "stream": reminder.request.stream,
        "municipality": reminder.municipality,
        "question": reminder.request.question,
        "deadline": reminder.request.deadline or None,
        "days": reminder.days,
    }


def candidate_record(candidate: Candidate, municipality: str, request: str | None) -> Record:
    """A site that might become a location; `note` is all that was ever said of it, a line each time."""
    return {
        "ref": f"{candidate.name}, {municipality}",
        "state": candidate.state,
        "name": candidate.name,
        "municipality": municipality,
        "request": request,
        "note": candidate.note,
    }


def decision_record(night: Night, decision: Decision, meeting: Meeting | None) -> Record:
    """An entry of the decision list; `due` is a day, `due_text` what was said where it is none."""
    return {
        "ref": decision.ref,
        "state": decision.state,
        "kind": decision.kind,
        "meeting": decisions.meeting_ref(meeting) if meeting else None,
        "item": decision.item,
        "heading": decision.heading,
        "text": decision.text,
        "explanation": decision.explanation,
        "owner": decision.owner,
        "due": decision.due or None,
        "due_text": decision.due_text,
        "overdue": decisions.is_overdue(decision, night.today),
        "link": said(night, decision.link),
        "log": decision.log,
        "topic": decision.topic or None,
        "until": decision.until or None,
        "in_force": decisions.is_in_force(decision, night.today),
    }


def meeting_record(night: Night, meeting: Meeting, participants: Iterable[Participant], entries: int) -> Record:
    """A meeting with who was there or sent word, and how many entries its list has."""
    return {
        "ref": decisions.meeting_ref(meeting),
        "state": decisions.meeting_state(meeting, night.today),
        "name": meeting.name,
        "day": meeting.day,
        "next": meeting.next_day or None,
        "note": meeting.note,
        "entries": entries,
        "participants": [
            {"role": who.role, "name": who.name, "state": "excused" if who.excused else "present"}
            for who in participants
        ],
    }


def case_record(night: Night, line: LogLine) -> Record:
    """A case for the meeting: a line of the log that names nobody."""
    return {
        "ref": f"log {line.id}",
        "state": "case",
        "at": iso(night, line.at),
        "text": line.text,
        "link": said(night, line.link),
    }
