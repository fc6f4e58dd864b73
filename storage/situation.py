"""What the situation report and the pack of the board are made of, read from the store or from it as it was."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desk import clock
from desk.decisions import in_order
from desk.figures import Period
from desk.forecast import Inflow
from desk.logbook import LogLine
from desk.night import Night
from desk.reports.meeting import Given as Pack
from desk.requests import Addressee
from desk.situation import PICTURES, Given
from storage.as_of import AsOf
from storage.cases import Nameless
from storage.compared import compare
from storage.decisions import Decisions
from storage.figures import read_period
from storage.journal import Journal
from storage.requests import Requests
from storage.rows import read, to_text

MOST_LINES = 200
_TYPES = frozenset(word for words in PICTURES.values() for word in words)


@dataclass(frozen=True)
class Previous:
    """The report with which one is compared: its moment, the last action known by then, its number if it has one."""

    at: datetime
    version: int
    ref: str = ""
    kept: tuple[int, int] | None = None
    """People present then and people staying, out of the building or not, as the report has them; None without one."""


def read_situation(journal: Journal, night: Night, version: int, previous: Previous | None) -> Given:
    """The situation since the previous report, or of the last 24 hours where there is none."""
    requests = Requests(journal)
    since = previous.at if previous else night.at - timedelta(hours=24)
    lines = _lines(journal, since)
    bare = Nameless(journal, min((line.at for line in lines if line.at is not None), default=None))
    compared = None
    if previous is not None:
        with AsOf(journal.path, previous.at, previous.version) as then:
            compared = compare(then, journal, night, version, previous.kept)
    return Given(
        period=_period(journal, since, night.at, first=previous is None),
        compared=compared,
        since=previous.ref if previous else "",
        inflows=_inflows(journal, night),
        decisions=tuple(bare.entries(in_order(Decisions(journal).listed()))),
        lines=tuple(bare.lines(lines)),
        requests=tuple((bare.entry(request), requests.tally(request)) for request in requests.listed()),
    )


def _period(journal: Journal, since: datetime, until: datetime, *, first: bool) -> Period:
    # what happened in the second of the report before stands in that one
    return read_period(journal, since if first else since + timedelta(seconds=1), until)


def _lines(journal: Journal, since: datetime) -> list[LogLine]:
    """Incidents since then, and the texts of the report, which hold until there is a newer one; oldest first."""
    marks = ", ".join("?" * len(_TYPES))
    found = read(
        journal.db,
        LogLine,
        f"(kind = 'incident' AND at >= ?) OR (type_text <> '' AND lower(type_text) IN ({marks}))",
        [to_text(since), *sorted(_TYPES)],
        f"id DESC LIMIT {MOST_LINES}",
    )
    return found[::-1]


def read_meeting(journal: Journal, night: Night, since: datetime | None) -> Pack:
    """The pack for the board since its last meeting, or since a moment that is given."""
    requests, decisions = Requests(journal), Decisions(journal)
    bare = Nameless(journal)
    today = night.today.isoformat()
    last = max((m.day for m in decisions.meetings() if m.day < today), default="")
    coming = decisions.next_meeting(night.at)
    began = since
    if began is None and last:
        began = clock.start_of_day(date.fromisoformat(last), night.settings.tz)
    began = began or night.at - timedelta(days=14)  # it meets every fortnight (minutes 2.9)
    return Pack(
        period=read_period(journal, began, night.at),
        last=last,
        next=coming[0].isoformat() if coming else "",
        inflows=_inflows(journal, night),
        decisions=tuple(bare.entries(in_order(decisions.listed()))),
        requests=tuple((bare.entry(r), requests.tally(r), _answers(requests.of(r), bare)) for r in requests.listed()),
        candidates=tuple((bare.entry(site), where) for site, where in requests.candidates(everything=True)),
        cases=tuple(decisions.cases(began)),
    )


def _answers(found: Iterable[Addressee], bare: Nameless) -> list[Addressee]:
    return [replace(one, answer=bare.entry(one.answer)) for one in found]


def _inflows(journal: Journal, night: Night) -> tuple[Inflow, ...]:
    return tuple(read(journal.db, Inflow, "day > ?", [night.today.isoformat()], "day, scenario"))
