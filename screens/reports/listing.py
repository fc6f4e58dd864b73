"""Key 7 as rows: the reports, the requests to municipalities, the list of the board and its meetings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk import clock, decisions, requests
from desk.decisions import Decision, Meeting, is_overdue
from desk.frozen import Freeze
from desk.language import N_, _
from desk.night import Night
from desk.requests import Addressee, Request, Tally
from screens.lines import Row, around, fit, right, rule, text, wrapped

EVACUATION, HANDOVER = "evacuation", "handover"
REPORTS: Mapping[str, str] = {
    "situation": N_("Situation report"),
    "daily": N_("Daily figures for the national level"),
    "private": N_("Private hosting"),
    "meeting": N_("Pack for the meeting of the board"),
    "buses": N_("Bus log"),
    "movements": N_("Arrivals and departures"),
    "placements": N_("Placements by municipality"),
    "unplaced": N_("Households without a place"),
    "register": N_("Night register"),
    "roster": N_("Roster, and when too few are on it"),
    HANDOVER: N_("Handover of the shift, as made and as accepted"),
    EVACUATION: N_("Evacuation list"),
}
REPORT, REQUEST, ENTRY, ISSUED = "report ", "request ", "entry ", "issued "
LEAST_REPORTS = 6
"""So many reports are in sight on the smallest screen, whatever stands below them."""


@dataclass(frozen=True)
class Lists:
    """What the screen shows beside the night, read once for each change of the store."""

    issued: Sequence[Freeze] = ()
    requests: Sequence[tuple[Request, Tally]] = ()
    entries: Sequence[Decision] = ()
    meetings: Sequence[Meeting] = ()


def rows(night: Night, lists: Lists, width: int, height: int = 99, here: str = "") -> list[Row]:
    """Four parts below each other; each line has a key.

    Where they do not fit, the reports show those around the cursor, so that what the board waits for is in sight.
    """
    below = [*_requests(night, lists, width), *_entries(night, lists, width)]
    reports = _reports(night, lists, width)
    room = max(LEAST_REPORTS, height - len(below) - 1)
    last = next((one for one in lists.issued if one.ref.startswith("SITREP")), None)
    said = _("last issued: {number} {time}").format(number=last.ref, time=_moment(night, last)) if last else ""
    title = _("Reports")
    if len(reports) > room:
        title = _("Reports, {n} of {all} in sight").format(n=room, all=len(reports))
    keys = {row.key for row in reports}
    near = here if here in keys or not here else reports[-1].key
    return [Row(rule(title, width, said)), *around(reports, near, room), *below]


def every_key(lists: Lists) -> list[str]:
    """The lines one can stand on, those out of sight too."""
    reports = [*(REPORT + name for name in REPORTS), *(ISSUED + one.ref for one in _shown(lists))]
    asked = [REQUEST + request.ref for request, _tally in lists.requests]
    return [*reports, *asked, *(ENTRY + entry.ref for entry in _by_kind(lists))]


def _reports(night: Night, lists: Lists, width: int) -> list[Row]:
    found = [Row(text(fit(_(label), width - 4)), REPORT + name) for name, label in REPORTS.items()]
    found += [Row(text(fit(_issued(night, one), width - 4), "dim"), ISSUED + one.ref) for one in _shown(lists)]
    return found


def _shown(lists: Lists) -> Sequence[Freeze]:
    return lists.issued[:3]


def _issued(night: Night, one: Freeze) -> str:
    kind = _("night count") if one.ref.startswith("NIGHT") else _("by itself") if one.automatic else one.by
    more = "  ".join(part for part in (kind, one.label, _corrects(one)) if part)
    return _("{number}, {time}: {what}").format(number=one.ref, time=_moment(night, one), what=more)


def _corrects(one: Freeze) -> str:
    return _("corrects {ref}").format(ref=one.corrects) if one.corrects else ""


def _moment(night: Night, one: Freeze) -> str:
    return clock.when(one.at, night.at, night.settings.tz) if one.at else ""


def _requests(night: Night, lists: Lists, width: int) -> list[Row]:
    found = [Row(rule(_("Requests to municipalities"), width, _("answered -------- by") if lists.requests else ""))]
    for request, tally in lists.requests:
        last = requests.deadline_of(request)
        by = clock.day_month(last) if last else ""
        stream = "" if request.stream == "ukraine" else " (" + _("another stream") + ")"
        tail = right(_("{n} of {all}").format(n=tally.answered, all=tally.addressed), 10) + right(by, 14) + " "
        late = last is not None and last < night.today and tally.answered < tally.addressed
        words = f"{fit(request.ref, 5)}{fit(request.question + stream, width - 8 - len(tail))}"
        found.append(Row(((words, ""), (tail, "warn" if late else "")), REQUEST + request.ref))
    if not lists.requests:
        found.append(Row(text("   " + _("None is open. As in: :request add Can you open a 24/7 location?"), "dim")))
    return found


def _entries(night: Night, lists: Lists, width: int) -> list[Row]:
    coming = decisions.next_meeting(lists.meetings, night.today)
    tail = _("next meeting: {day}").format(day=f"{coming[1]} {clock.day_month(coming[0])}") if coming else ""
    found = [Row(rule(_("Issues, decisions and actions"), width, tail))]
    found += [_entry(night, entry, width) for entry in _by_kind(lists)]
    if not lists.entries:
        found.append(Row(text("   " + _("None is open. A line of the log becomes one with h (6)."), "dim")))
    return found


def _by_kind(lists: Lists) -> list[Decision]:
    return sorted(lists.entries, key=lambda d: decisions.KINDS.index(d.kind))


def _entry(night: Night, entry: Decision, width: int) -> Row:
    due = clock.day_month(date.fromisoformat(entry.due)) if entry.due else entry.due_text
    until = _("until {day}").format(day=clock.day_month(date.fromisoformat(entry.until))) if entry.until else ""
    tail = " " + fit(entry.owner, 14) + " " + right(due or until, 14) + " "
    words = f"{fit(entry.ref, 5)}{fit(' '.join(entry.text.split()), width - 8 - len(tail))}"
    return Row(((words, ""), (tail, "warn" if is_overdue(entry, night.today) else "dim")), ENTRY + entry.ref)


# --- one of them in full --------------------------------------------------------------------------


def request_rows(night: Night, request: Request, tally: Tally, to: Sequence[Addressee], width: int) -> list[Row]:
    """A request with the answer of every municipality; Enter writes one down."""
    found = [Row(text(line, "bold")) for line in wrapped(request.question.split(), width - 2, " ", 3) if line]
    facts = [tally.text]
    if request.occasion:
        facts.append(request.occasion)
    if request.deadline:
        facts.append(_("answer by {day}").format(day=clock.day_month(date.fromisoformat(request.deadline))))
    if request.stream != "ukraine":
        facts.append(_("another stream: in none of the counters"))
    found += [Row(text(" " + fit("; ".join(facts), width - 2))), Row(rule("", width))]
    for one in to:
        late = _("late") if requests.is_late(request, one.answer, night.settings.tz) else ""
        number = "" if one.answer.number is None else str(one.answer.number)
        told = fit(one.municipality, 18) + fit(_(requests.ANSWER_LABELS[one.answer.state]), 20) + right(number, 6)
        note = " ".join(one.answer.note.split())
        style = "dim" if one.answer.state == "open" else ""
        more = "  ".join(part for part in (late, one.answer.by, note) if part)
        found.append(Row(((f"{told}  ", style), (fit(more, width - len(told) - 6), style)), one.municipality))
    return found


def entry_rows(night: Night, entry: Decision, width: int) -> list[Row]:
    """One entry of the decision list in full."""
    said = [
        f"{entry.ref}   {_(decisions.KIND_LABELS[entry.kind])}   {_(decisions.STATE_LABELS[entry.state])}",
        entry.text,
        entry.explanation,
        _("item: {item} {heading}").format(item=entry.item or "-", heading=entry.heading),
        _("owner: {owner}   due: {due}").format(owner=entry.owner or "-", due=entry.due or entry.due_text or "-"),
        _("linked to: {link}").format(link=night.said(entry.link)) if entry.link else "",
        _("standing instruction ({topic}) until {day}").format(
            topic=_(decisions.TOPIC_LABELS[entry.topic]), day=entry.until or _("further notice")
        )
        if entry.topic
        else "",
    ]
    lines = [line for part in said if part for line in wrapped(part.split(" "), width - 2, " ", 6) if line]
    return [Row(text(line)) for line in lines]
