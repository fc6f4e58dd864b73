# ruff: noqa: D103 - what a command does stands in its help
"""`desk request …` and `desk candidate …`: what municipalities are asked, and the sites that come of it."""

import re
from collections.abc import Sequence
from datetime import date

from desk import cells, clock, records
from desk.language import N_, _
from desk.night import Night
from desk.records import Record
from desk.refusals import Refused
from desk.requests import (
    ANSWER_LABELS,
    ANSWER_WORDS,
    CANDIDATE_LABELS,
    CANDIDATE_WORDS,
    STREAM_LABELS,
    STREAM_WORDS,
    STREAMS,
)
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.tables import state_of, table, time_of
from screens.cli.words import COUNT, DAY, DAY_OR_NONE, MUNICIPALITY, REQUEST, Code

request = Group("request", N_("Requests to the municipalities: a question, a deadline, an answer from each."))
candidate = Group("candidate", N_("Sites that might become a location."))

REF = argument("ref", REQUEST)
ANSWER = Code(ANSWER_WORDS, cells.choice(ANSWER_WORDS))
STREAM = Code(STREAM_WORDS, cells.choice(STREAM_WORDS))
CANDIDATE_STATE = Code(CANDIDATE_WORDS, cells.choice(CANDIDATE_WORDS))
TO = option("--to", unset="", text=N_("Municipalities, with commas between them; all of them when not given."))


@request.command_of(
    "add",
    argument("question", many=True),
    option("--occasion", unset="", text=N_("What gave rise to it, as a request for assistance.")),
    option("--by", unset="", text=N_("Who sent it; you, when not given.")),
    option("--deadline", DAY, text=N_("The last day on which an answer is in time.")),
    option("--stream", STREAM, unset="ukraine", text=N_("ukraine or asylum (Ter Apel); never added to each other.")),
    TO,
    option("--note", unset=""),
    text=N_("Ask municipalities something; each has an answer that stays open."),
)
def add(
    call: Call,
    question: tuple[str, ...],
    occasion: str,
    by: str,
    deadline: date | None,
    stream: str,
    to: str,
    note: str,
) -> Answer:
    return call.desk.requests.add(
        " ".join(question),
        occasion=occasion,
        sent_by=by,
        deadline=deadline,
        stream=stream,
        municipalities=_names(to),
        note=note,
        at=call.at,
    )


@request.command_of(
    "edit",
    REF,
    option("--question"),
    option("--occasion"),
    option("--by", text=N_("Who sent it.")),
    option("--deadline", DAY_OR_NONE, text=N_("The last day on which an answer is in time.")),
    option("--stream", STREAM),
    option("--to", unset="", text=N_("Municipalities that are asked as well, with commas between them.")),
    option("--note"),
    text=N_("Change what was said of it, or ask more municipalities."),
)
def edit(call: Call, ref: str, by: str | None, to: str, **changes: str | date | None) -> Answer:
    given: dict[str, str | date | None] = {**changes, "sent_by": by}
    return call.desk.requests.edit(ref, municipalities=_names(to), at=call.at, **given)  # type: ignore[arg-type]


@request.command_of(
    "answer",
    REF,
    argument("municipality", MUNICIPALITY),
    argument("answer", many=True),
    option("--number", COUNT, text=N_("How many places.")),
    option("--note", unset=""),
    option("--by", unset="", text=N_("Who said it.")),
    text=N_("Note what a municipality says: yes, no, conditions, undecided; open takes it back."),
)
def answer(
    call: Call, ref: str, municipality: str, answer: tuple[str, ...], number: int | None, note: str, by: str
) -> Answer:
    state = ANSWER.read(" ".join(answer), call)
    return call.desk.requests.answer(ref, municipality, str(state), number=number, note=note, by=by, at=call.at)


@request.command_of("list", flag("--all", N_("Also the closed ones.")), text=N_("The requests, and how many answered."))
def list_requests(call: Call, all: bool) -> Answer:
    night, requests = call.night(), call.desk.requests
    found = [records.request_record(night, r, requests.of(r)) for r in requests.listed(all)]
    if not found:
        return Shown([_("Nothing here.")], [])
    return Shown([*_requests(found), "", *_by_stream(requests.numbers(all))], found)


@request.command_of("show", REF, text=N_("A request with the answer of every municipality."))
def show(call: Call, ref: str) -> Answer:
    night, requests = call.night(), call.desk.requests
    asked = requests.get(ref)
    found = records.request_record(night, asked, requests.of(asked))
    said = [
        *((_("occasion"), found["occasion"]), (_("note"), found["note"])),
        (_("sent"), f"{time_of(night, found['sent_at'])} {found['sent_by']}"),
        (_("deadline"), _day(found["deadline"])),
        (_("stream"), _(STREAM_LABELS[found["stream"]])),
    ]
    lines = [f"{found['ref']}  {found['question']}", *(f"{name}: {text}" for name, text in said if text)]
    lines += ["", f"{found['summary']}: {_counts(found)}", *_answers(night, found["answers"])]
    return Shown([line for text in lines for line in text.split("\n")], found)


@request.command_of("remind", text=N_("Who has not answered yet, the nearest deadline first."))
def remind(call: Call) -> Answer:
    every = call.desk.requests.remind(call.at)
    found = [records.reminder_record(reminder) for reminder in every]
    if not found:
        return Shown([_("Everybody has answered.")], [])
    heads = [_("request"), _("municipality"), _("deadline"), _("days"), _("question")]
    rows = [
        [r.request.ref, r.municipality, _day(r.request.deadline), r.text, _short(r.request.question)] for r in every
    ]
    return Shown(table(heads, rows), found)


@request.command_of("close", REF, text=N_("Nobody is reminded any more; an answer that still comes is kept."))
def close(call: Call, ref: str) -> Answer:
    return call.desk.requests.close(ref, at=call.at)


# --- candidate sites ----------------------------------------------------------------------------


@candidate.command_of(
    "add",
    argument("name"),
    argument("municipality", MUNICIPALITY),
    option("--request", REQUEST, unset="", text=N_("The request that found it.")),
    option("--note", unset=""),
    text=N_("A site that somebody names."),
)
def add_candidate(call: Call, name: str, municipality: str, request: str, note: str) -> Answer:
    return call.desk.requests.add_candidate(name, municipality, request=request, note=note, at=call.at)


@candidate.command_of(
    "state",
    argument("name"),
    argument("state", CANDIDATE_STATE),
    option("--note", unset="", text=N_("Why; it is added to what was said before.")),
    text=N_("What is thought of it: candidate, suitable, unsuitable, chosen, dropped."),
)
def state_candidate(call: Call, name: str, state: str, note: str) -> Answer:
    return call.desk.requests.candidate_state(name, state, note=note, at=call.at)


@candidate.command_of(
    "list", flag("--all", N_("Also those that are unsuitable or dropped.")), text=N_("The candidate sites.")
)
def list_candidates(call: Call, all: bool) -> Answer:
    requests = call.desk.requests
    refs = {r.id: r.ref for r in requests.listed(True)}
    found = [records.candidate_record(c, where, refs.get(c.request or 0)) for c, where in requests.candidates(all)]
    if not found:
        return Shown([_("Nothing here.")], [])
    lines: list[str] = []
    for r in found:
        lines.append("  ".join([r["ref"], _(CANDIDATE_LABELS[r["state"]]), r["request"] or ""]).rstrip())
        lines += [f"  {note}" for note in r["note"].split("\n") if note]
    return Shown(lines, found)


# --- how they read ------------------------------------------------------------------------------


def _requests(found: Sequence[Record]) -> list[str]:
    heads = [_("request"), _("stream"), _("deadline"), _("answered"), _("late"), _("places"), _("state"), _("question")]
    rows = [
        [
            r["ref"],
            _(STREAM_LABELS[r["stream"]]),
            _day(r["deadline"]),
            r["summary"],
            str(r["late"]),
            str(r["number"]),
            state_of("requests", r),
            _short(r["question"]),
        ]
        for r in found
    ]
    return table(heads, rows)


def _by_stream(numbers: dict[str, int]) -> list[str]:
    each = "; ".join(" ".join((_(STREAM_LABELS[stream]), str(numbers[stream]))) for stream in STREAMS)
    return [_("Places promised, each stream for itself: {streams}.").format(streams=each)]


def _counts(found: Record) -> str:
    parts = [" ".join((_(ANSWER_LABELS[name]), str(found[name]))) for name in ("yes", "no", "conditions", "undecided")]
    late, places = _("late {n}").format(n=found["late"]), _("places {n}").format(n=found["number"])
    return ", ".join([*parts, late, places])


def _answers(night: Night, found: Sequence[Record]) -> list[str]:
    heads = [_("municipality"), _("answer"), _("places"), _("when"), _("who"), _("note")]
    rows = []
    for r in found:
        when = " ".join(part for part in (time_of(night, r["at"]), _("late") if r["late"] else "") if part)
        places = "-" if r["number"] is None else str(r["number"])
        note = " / ".join(r["note"].split("\n"))
        rows.append([r["municipality"], _(ANSWER_LABELS[r["state"]]), places, when, r["by"], note])
    return table(heads, rows)


def _names(text: str) -> list[str]:
    found = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if text and not found:
        raise Refused(_("No municipality is named. Type which one, as in Losser, or leave --to out for all."))
    return found


def _day(day: str | None) -> str:
    return clock.dated(date.fromisoformat(day)) if day else "-"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
