"""Requests to the municipalities (uitvraag): one question, an answer from each, a deadline; and candidate sites."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from desk.language import N_, _, ngettext
from desk.refusals import Refused

ANSWERS = ("open", "yes", "no", "conditions", "undecided")
ANSWER_LABELS = {
    "open": N_("not answered"),
    "yes": N_("yes"),
    "no": N_("no"),
    "conditions": N_("with conditions"),
    "undecided": N_("to be determined"),
}
ANSWER_WORDS = {
    **{code: code for code in ANSWERS},
    "ja": "yes",
    "nee": "no",
    "with_conditions": "conditions",
    "onder_voorwaarden": "conditions",
    "voorwaarden": "conditions",
    "to_be_determined": "undecided",
    "nader_te_bepalen": "undecided",
    "ntb": "undecided",
    "onbeslist": "undecided",
    "not_answered": "open",
    "niet_geantwoord": "open",
}
"""Every spelling of an answer to its code; a typed space matches the `_`."""
PROMISED = frozenset({"yes", "conditions"})
"""Answers whose number is counted: what is undecided is promised by nobody."""
MOST_PROMISED = 100_000

STREAMS = ("ukraine", "asylum")
STREAM_LABELS = {"ukraine": N_("Ukraine"), "asylum": N_("asylum")}
STREAM_WORDS = {"ukraine": "ukraine", "oekraine": "ukraine", "asylum": "asylum", "asiel": "asylum"}
"""Ter Apel is another stream: it never mixes into the counters of Ukraine (minutes 2.6)."""

CANDIDATE_STATES = ("candidate", "suitable", "unsuitable", "chosen", "dropped")
CANDIDATE_LABELS = {
    "candidate": N_("candidate"),
    "suitable": N_("suitable"),
    "unsuitable": N_("not suitable"),
    "chosen": N_("chosen"),
    "dropped": N_("dropped"),
}
CANDIDATE_WORDS = {
    **{code: code for code in CANDIDATE_STATES},
    "kandidaat": "candidate",
    "geschikt": "suitable",
    "not_suitable": "unsuitable",
    "ongeschikt": "unsuitable",
    "niet_geschikt": "unsuitable",
    "gekozen": "chosen",
    "vervallen": "dropped",
    "afgevallen": "dropped",
}
ENDED = frozenset({"unsuitable", "dropped"})
"""A candidate that is listed only when everything is."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A question to municipalities; `deadline` is the last day on which an answer is in time."""

    id: int = 0
    ref: str = ""
    """`Q1`, as it is said."""
    question: str = ""
    occasion: str = ""
    stream: str = "ukraine"
    sent_by: str = ""
    sent_at: datetime | None = None
    deadline: str = ""
    note: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one municipality says to a request; `open` until it said anything."""

    id: int = 0
    request: int = 0
    municipality: int = 0
    state: str = "open"
    number: int | None = None
    note: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A site that might become a location, and what was said of it."""

    id: int = 0
    name: str = ""
    folded: str = ""
    municipality: int = 0
    request: int | None = None
    state: str = "candidate"
    note: str = ""


@dataclass(frozen=True)
class Addressee:
    """A municipality that was asked, by its screen name, and what it answered."""

    municipality: str
    answer: Answer


@dataclass(frozen=True)
class Tally:
    """What came in on one request; `number` is what yes and conditions promise, and belongs to its stream alone."""

    answered: int = 0
    addressed: int = 0
    yes: int = 0
    no: int = 0
    conditions: int = 0
    undecided: int = 0
    late: int = 0
    number: int = 0

    @property
    def text(self) -> str:
        """`9 of 14 answered`."""
        return _("{answered} of {addressed} answered").format(answered=self.answered, addressed=self.addressed)


@dataclass(frozen=True)
class Reminder:
    """A municipality that has not answered an open request; `days` to the deadline, negative when it has passed."""

    request: Request
    municipality: str
    days: int | None

    @property
    def text(self) -> str:
        """`3 days left`, `today is the last day`, `2 days late`."""
        if self.days is None:
            return _("no deadline")
        if self.days == 0:
            return _("today is the last day")
        if self.days < 0:
            return ngettext("{n} day late", "{n} days late", -self.days).format(n=-self.days)
        return ngettext("{n} day left", "{n} days left", self.days).format(n=self.days)


def deadline_of(request: Request) -> date | None:
    """The last day on which an answer is in time; None when none was set."""
    return date.fromisoformat(request.deadline) if request.deadline else None


def is_late(request: Request, answer: Answer, zone: ZoneInfo) -> bool:
    """Whether it was answered after the last day, on the wall clock of the site; it is kept all the same."""
    last = deadline_of(request)
    if last is None or answer.at is None or answer.state == "open":
        return False
    return answer.at.astimezone(zone).date() > last


def tally(request: Request, answers: Iterable[Answer], zone: ZoneInfo) -> Tally:
    """One request in numbers."""
    every = list(answers)
    counts = {state: sum(a.state == state for a in every) for state in ANSWERS}
    return Tally(
        answered=len(every) - counts["open"],
        addressed=len(every),
        yes=counts["yes"],
        no=counts["no"],
        conditions=counts["conditions"],
        undecided=counts["undecided"],
        late=sum(is_late(request, a, zone) for a in every),
        number=sum(a.number or 0 for a in every if a.state in PROMISED),
    )


def promised(requests: Mapping[int, Request], answers: Iterable[Answer]) -> dict[str, int]:
    """The numbers of these requests by stream; the streams are never added to each other (minutes 2.6)."""
    found = dict.fromkeys(STREAMS, 0)
    for answer in answers:
        request = requests.get(answer.request)
        if request is not None and answer.state in PROMISED:
            found[request.stream] += answer.number or 0
    return found


def to_remind(requests: Iterable[Request], of: Mapping[int, Sequence[Addressee]], today: date) -> list[Reminder]:
    """Who has not answered an open request, the nearest deadline first; by day only, never among a night's duties."""
    found = []
    for request in requests:
        if request.closed_at is not None:
            continue
        last = deadline_of(request)
        days = (last - today).days if last else None
        found += [Reminder(request, a.municipality, days) for a in of.get(request.id, ()) if a.answer.state == "open"]
    return sorted(found, key=lambda r: (r.days is None, r.days or 0, r.request.id, r.municipality))


def understood(words: str) -> tuple[str, int | None, str]:
    """An answer as it is typed in one line: `yes 20 after Easter`, `onder voorwaarden`, `nee`.

    The answer, a number where one follows it, and the rest as what they said.
    """
    said = words.split()
    for length in (3, 2, 1):
        state = ANSWER_WORDS.get("_".join(said[:length]).casefold().strip(",.:;"))
        if state is not None and len(said) >= length:
            rest = said[length:]
            number = int(rest[0]) if rest and rest[0].isdecimal() and len(rest[0]) <= 6 else None
            return state, number, " ".join(rest if number is None else rest[1:])
    raise Refused(
        _("'{text}' is not an answer. Begin with yes, no, conditions or undecided, as in: yes 20 after Easter").format(
            text=words.strip()[:40]
        )
    )
