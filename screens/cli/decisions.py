# ruff: noqa: D103 - what a command does stands in its help
"""`desk decision …` and `desk meeting …`: issues, decisions and actions, and the meetings they come from."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from desk import cells, clock, meeting_sheets, records
from desk.decisions import KIND_WORDS, STATE_LABELS, STATE_WORDS, TOPIC_LABELS, TOPIC_WORDS, meeting_ref
from desk.language import N_, _
from desk.minutes import minutes
from desk.night import Night
from desk.records import Record
from desk.refusals import Refused
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.sheets import progress, rows_of, unknown_columns
from screens.cli.tables import details, table, time_of
from screens.cli.things import link as link_to
from screens.cli.things import listed_record
from screens.cli.words import DAY, DAY_OR_NONE, DECISION, FILE, NUMBER, Code
from storage.meetings import BOARD

decision = Group("decision", N_("The decision list: issues (K), decisions (B), actions (A), standing instructions."))
meeting = Group("meeting", N_("Meetings: when, who was there, when the next one is."))

REF = argument("ref", DECISION)
KIND = Code(KIND_WORDS, meeting_sheets.kind)
STATE = Code(STATE_WORDS, cells.choice(STATE_WORDS))
TOPIC = Code(TOPIC_WORDS, cells.choice(TOPIC_WORDS))
MEETING = N_("The meeting it is of, by its date.")
LINK = N_("What it belongs to: a reference as B-0407-2, L-3, Q1 or K1, or words.")
DUE = N_("A date, or words as: the middle of May.")
INSTRUCTS = N_("press, placement or everywhere: where it is shown as a standing instruction.")
UNTIL = N_("The last day of a standing instruction.")
_REFERENCE = re.compile(r"[BHPR]-\d[\d-]*(?:\.\d+)?|L-\d+|[KBAQ]\d+", re.IGNORECASE)


def _linked(call: Call, text: str) -> str:
    """A reference as the store keeps it, refused where there is no such thing; other words as they are."""
    return link_to(call.desk, text) if _REFERENCE.fullmatch(text.strip()) else text


def _due(call: Call, text: str) -> date | str:
    return meeting_sheets.due(call.zone)(text) if text.strip() else ""


@decision.command_of(
    "add",
    argument("kind", KIND),
    argument("text", many=True),
    option("--meeting", unset="", text=MEETING),
    option("--item", unset="", text=N_("The number of the agenda, or words.")),
    option("--heading", unset=""),
    option("--explanation", unset=""),
    option("--owner", unset="", text=N_("Who does it: a role, in your own words.")),
    option("--due", unset="", text=DUE),
    option("--link", unset="", text=LINK),
    option("--topic", TOPIC, text=INSTRUCTS),
    option("--until", DAY, text=UNTIL),
    text=N_("Write down an issue (K), a decision (B) or an action (A)."),
)
def add(call: Call, kind: str, text: tuple[str, ...], due: str, link: str, topic: str | None, **told: Any) -> Answer:
    about = _linked(call, link)
    return call.desk.decisions.add(
        kind, " ".join(text), due=_due(call, due), link=about, topic=topic or "", at=call.at, **told
    )


@decision.command_of(
    "raise",
    argument("number", NUMBER),
    option("--kind", KIND, text=N_("K, B or A; the line's own when not given, else K.")),
    option("--meeting", unset="", text=MEETING),
    option("--owner", unset=""),
    option("--due", unset="", text=DUE),
    text=N_("A line of the log becomes an issue, a decision or an action, in one step."),
)
def raise_line(call: Call, number: int, kind: str | None, meeting: str, owner: str, due: str) -> Answer:
    return call.desk.decisions.raise_from(
        number, kind or "", meeting=meeting, owner=owner, due=_due(call, due), at=call.at
    )


@decision.command_of(
    "state", REF, argument("state", STATE), text=N_("How far it is: open, in_progress, done, dropped.")
)
def state(call: Call, ref: str, state: str) -> Answer:
    return call.desk.decisions.state(ref, state, at=call.at)


@decision.command_of(
    "edit",
    REF,
    option("--text"),
    option("--meeting", text=MEETING),
    option("--item"),
    option("--heading"),
    option("--explanation"),
    option("--owner"),
    option("--due", text=DUE),
    option("--link", text=LINK),
    option("--topic", text=INSTRUCTS),
    option("--until", DAY_OR_NONE, text=UNTIL),
    text=N_('Change an entry; an empty text ("") takes something away.'),
)
def edit(
    call: Call, ref: str, meeting: str | None, due: str | None, link: str | None, topic: str | None, **told: Any
) -> Answer:
    if due is not None:
        told["due"] = _due(call, due)
    if link is not None:
        told["link"] = _linked(call, link)
    if topic is not None:
        told["topic"] = TOPIC.read(topic, call) if topic.strip() else ""
    return call.desk.decisions.edit(ref, meeting=meeting, at=call.at, **told)


@decision.command_of(
    "list",
    flag("--all", N_("Also what is done or dropped.")),
    option("--kind", KIND),
    option("--meeting", unset="", text=MEETING),
    option("--form", Code(("table", "minutes")), unset="table", text=N_("table, or minutes: the form of the minutes.")),
    text=N_("What is still to be done; or the list of a meeting as its minutes have it."),
)
def list_entries(call: Call, all: bool, kind: str | None, meeting: str, form: str) -> Answer:
    desk, night = call.desk, call.night()
    if form == "minutes":
        return _minutes(call, night, meeting, kind or "")
    met = {m.id: m for m in desk.decisions.meetings()}
    listed = desk.decisions.listed(all, kind=kind or "", meeting=meeting)
    found = [records.decision_record(night, entry, met.get(entry.meeting or 0)) for entry in listed]
    return Shown(_entries(found), found)


def _minutes(call: Call, night: Night, said: str, kind: str) -> Answer:
    """The whole list of a meeting, the last one when none is named: minutes do not change with what is done."""
    every = call.desk.decisions.meetings()
    if not said and not every:
        raise Refused(_("There is no meeting yet. Write one down: desk meeting add BAO --day DATE"))
    of = call.desk.decisions.meeting(said) if said else every[-1]
    ref = meeting_ref(of)
    entries = call.desk.decisions.listed(True, kind=kind, meeting=ref)
    found = listed_record(call.desk, night, ref)
    found["decisions"] = [records.decision_record(night, entry, of) for entry in entries]
    return Shown(minutes(of, entries, call.desk.decisions.participants(of)), found)


@decision.command_of("show", REF, text=N_("One entry with all that is known of it."))
def show(call: Call, ref: str) -> Answer:
    night = call.night()
    found = listed_record(call.desk, night, call.desk.decisions.get(ref).ref)
    return Shown(details(night, found), found)


@decision.command_of(
    "import",
    argument("file", FILE),
    option("--meeting", DAY, required=True, text=N_("The date of the meeting.")),
    option("--name", unset="", text=N_("The meeting's name; BAO when it is new and none is given.")),
    option("--next", DAY, text=N_("When it meets next.")),
    text=N_("Read a decision list: CSV in UTF-8, XLSX or ODS; all of it or nothing."),
)
def import_list(call: Call, file: Path, meeting: date, name: str, next: date | None) -> Answer:
    sheet = meeting_sheets.decisions(rows_of(file), call.zone)
    unknown_columns(call, sheet.unknown)
    rows = [
        dict(record, row=row, link=_linked(call, record["link"]))
        for record, row in zip(sheet.records, sheet.rows, strict=True)
    ]
    with progress(call, call.desk):
        return call.desk.decisions.import_list(
            rows, day=meeting, name=name, next_day=next, source=file.name, at=call.at
        )


# --- meetings -----------------------------------------------------------------------------------


@meeting.command_of(
    "add",
    argument("name", required=False),
    option("--day", DAY, required=True),
    option("--next", DAY, text=N_("When it meets next.")),
    option("--note", unset=""),
    text=N_("A meeting on a day; BAO when no name is given."),
)
def add_meeting(call: Call, name: str | None, day: date, next: date | None, note: str) -> Answer:
    return call.desk.decisions.add_meeting(
        BOARD if name is None else name, day=day, next_day=next, note=note, at=call.at
    )


@meeting.command_of(
    "edit",
    argument("date"),
    option("--name"),
    option("--day", DAY),
    option("--next", DAY_OR_NONE, text=N_("When it meets next.")),
    option("--note"),
    text=N_("Change what was said of a meeting."),
)
def edit_meeting(call: Call, date: str, next: Any, **changes: Any) -> Answer:
    return call.desk.decisions.edit_meeting(date, next_day=next, at=call.at, **changes)


@meeting.command_of(
    "participants",
    argument("date"),
    option("--present", unset="", text=N_("Roles or municipalities, with ; between them; or role: name.")),
    option("--excused", unset="", text=N_("Who sent word.")),
    option("--remove", unset="", text=N_("Who does not belong there.")),
    option("--file", FILE, text=N_("A sheet with role and excused.")),
    text=N_("Who was there, and who sent word."),
)
def participants(call: Call, date: str, present: str, excused: str, remove: str, file: Path | None) -> Answer:
    decisions = call.desk.decisions
    if file is None:
        return decisions.take_part(
            date, present=present.split(";"), excused=excused.split(";"), remove=remove.split(";"), at=call.at
        )
    if present or excused or remove:
        raise Refused(_("Give --file alone, or --present, --excused and --remove."))
    sheet = meeting_sheets.participants(rows_of(file))
    unknown_columns(call, sheet.unknown)
    return decisions.import_participants(date, sheet.records, at=call.at)


@meeting.command_of("list", text=N_("The meetings, and when the next one is."))
def list_meetings(call: Call) -> Answer:
    desk, night = call.desk, call.night()
    found = [listed_record(desk, night, meeting_ref(m)) for m in desk.decisions.meetings()]
    if not found:
        return Shown([_("Nothing here.")], [])
    heads = [_("meeting"), _("next"), _("entries"), _("present"), _("excused"), _("note")]
    rows = [[r["ref"], r["next"] or "-", str(r["entries"]), *_there(r), " ".join(r["note"].split())] for r in found]
    coming = desk.decisions.next_meeting(call.at)
    last = _("Next meeting: {day} {name}").format(day=clock.dated(coming[0]), name=coming[1]) if coming else ""
    return Shown([*table(heads, rows), *(["", last] if last else [])], found)


@meeting.command_of(
    "cases",
    option("--since", DAY, text=N_("From this date on; everything when not given.")),
    text=N_("Lines of the log of the type case, without the names of people."),
)
def cases(call: Call, since: date | None) -> Answer:
    night = call.night()
    first: datetime | None = clock.start_of_day(since, call.zone) if since else None
    found = [records.case_record(night, line) for line in call.desk.decisions.cases(first)]
    lines = [f"{time_of(night, r['at'])}  {' / '.join(r['text'].split(chr(10)))}  {r['link']}".rstrip() for r in found]
    return Shown(lines or [_("Nothing here.")], found)


# --- how they read ------------------------------------------------------------------------------


def _entries(found: Sequence[Record]) -> list[str]:
    if not found:
        return [_("Nothing here.")]
    heads = [_("entry"), _("meeting"), _("item"), _("state"), _("due on"), _("owner"), _("text")]
    return table(heads, [_entry(r) for r in found])


def _entry(r: Record) -> list[str]:
    due = clock.dated(date.fromisoformat(r["due"])) if r["due"] else r["due_text"] or "-"
    text = " ".join(r["text"].split())
    if r["topic"]:
        until = clock.dated(date.fromisoformat(r["until"])) if r["until"] else _("further notice")
        text += " " + _("[{topic}, until {day}]").format(topic=_(TOPIC_LABELS[r["topic"]]), day=until)
    late = _("{due} LATE").format(due=due) if r["overdue"] else due
    return [r["ref"], r["meeting"] or "-", r["item"] or "-", _(STATE_LABELS[r["state"]]), late, r["owner"] or "-", text]


def _there(r: Record) -> tuple[str, str]:
    away = sum(who["state"] == "excused" for who in r["participants"])
    return str(len(r["participants"]) - away), str(away)
