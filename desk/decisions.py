"""Issues, decisions and actions of the board (K/B/A), the meetings they come from, and standing instructions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from desk.language import N_

KINDS = ("K", "B", "A")
KIND_LABELS = {"K": N_("issue"), "B": N_("decision"), "A": N_("action")}
KIND_WORDS = {
    **dict.fromkeys(("k", "knelpunt", "issue"), "K"),
    **dict.fromkeys(("b", "besluit", "decision"), "B"),
    **dict.fromkeys(("a", "actie", "actiepunt", "action"), "A"),
}
STATES = ("open", "in_progress", "done", "dropped")
STATE_LABELS = {
    "open": N_("open"),
    "in_progress": N_("in progress"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}
STATE_WORDS = {
    **{code: code for code in STATES},
    "in_uitvoering": "in_progress",
    "lopend": "in_progress",
    "gereed": "done",
    "afgerond": "done",
    "vervallen": "dropped",
}
OPEN = frozenset({"open", "in_progress"})
TOPICS = ("press", "placement", "everywhere")
"""Where a standing instruction is shown: with the phones and the log, on Placement, on Tonight."""
TOPIC_LABELS = {"press": N_("press"), "placement": N_("placement"), "everywhere": N_("everywhere")}
TOPIC_WORDS = {
    **{code: code for code in TOPICS},
    "pers": "press",
    "plaatsing": "placement",
    "overal": "everywhere",
}


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A meeting of the board, and when it meets next."""

    id: int = 0
    name: str = ""
    day: str = ""
    next_day: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Who was at a meeting, or sent word; a role or a municipality rather than a name."""

    id: int = 0
    meeting: int = 0
    role: str = ""
    name: str = ""
    excused: bool = False
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One entry of the decision list: an issue (K), a decision (B) or an action (A).

    `item` is the agenda's own number or words, `owner` is free text (facts 2.4: BA and CGS are not expanded), `due` a
    day and `due_text` what was said of it. With a `topic` it is a standing instruction, in force until `until`.
    """

    id: int = 0
    ref: str = ""
    """`K1`, `B11`, `A3`, numbered by kind."""
    kind: str = "K"
    meeting: int | None = None
    item: str = ""
    heading: str = ""
    text: str = ""
    explanation: str = ""
    owner: str = ""
    due: str = ""
    due_text: str = ""
    state: str = "open"
    link: str = ""
    log: int | None = None
    """The line of the log it was raised from."""
    topic: str = ""
    until: str = ""


def meeting_ref(meeting: Meeting) -> str:
    """How a meeting is named: its day and, for two on one day, its name: `2022-04-07 BAO`."""
    return f"{meeting.day} {meeting.name}".strip()


def meeting_state(meeting: Meeting, today: date) -> str:
    """`coming`, `today` or `held`."""
    if meeting.day == today.isoformat():
        return "today"
    return "coming" if meeting.day > today.isoformat() else "held"


def is_in_force(decision: Decision, today: date) -> bool:
    """Whether it is a standing instruction that holds today; its last day is still included."""
    in_time = not decision.until or today.isoformat() <= decision.until
    return bool(decision.topic) and decision.state in OPEN and in_time


def is_overdue(decision: Decision, today: date) -> bool:
    """Whether its day has passed while it is still to be done."""
    return bool(decision.due) and decision.due < today.isoformat() and decision.state in OPEN


def next_meeting(meetings: Iterable[Meeting], today: date) -> tuple[date, str] | None:
    """The first meeting from today on and its name, whether it is written down itself or only said to come."""
    days = [(day, meeting.name) for meeting in meetings for day in (meeting.day, meeting.next_day) if day]
    coming = sorted(pair for pair in days if pair[0] >= today.isoformat())
    return (date.fromisoformat(coming[0][0]), coming[0][1]) if coming else None


def in_order(entries: Sequence[Decision]) -> list[Decision]:
    """Entries as a decision list has them: below their heading and item, each where it was first used."""
    headings: dict[str, int] = {}
    items: dict[tuple[str, str], int] = {}
    for entry in entries:
        headings.setdefault(entry.heading, len(headings))
        items.setdefault((entry.heading, entry.item), len(items))
    return sorted(entries, key=lambda e: (headings[e.heading], items[e.heading, e.item], e.id))
