"""The handover from one shift to the next: made from what is open, read and accepted by name (facts 4.4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from desk import clock, decisions, figures, signals
from desk.beds import BedState
from desk.buses import HERE, BusState
from desk.decisions import Decision
from desk.figures import Period
from desk.households import COVERED, Household
from desk.language import N_, _, ngettext
from desk.logbook import LogLine
from desk.night import Night
from desk.placements import PlacementState
from desk.refusals import Refused

MODES = ("off", "warn", "require")
"""What an action before acceptance meets (the setting `handover`): nothing, a warning, or a refusal."""
SHIFT = timedelta(hours=8)
"""What comes within the next shift is handed over; before the first handover this long is looked back."""
KINDS = {
    "bus": N_("buses"),
    "unplaced": N_("without a place"),
    "hold": N_("places held"),
    "bed": N_("beds out of use"),
    "incident": N_("incidents"),
    "call_back": N_("to ring back"),
    "put_off": N_("signals put off"),
    "decision": N_("due for the board"),
    "instruction": N_("standing instructions"),
}
_NEVER_STOPPED = (
    *("bus announce", "bus eta", "bus arrive", "bus count", "bus import"),
    *("household register", "household here", "household bed", "household out", "household in", "household contact"),
    *("bed all", "log ", "visitor ", "rollcall ", "paper ", "shift ", "handover ", "undo", "settings", "init"),
    *("freeze due", "erase"),
)
"""Arrivals with their beds, out and in, the log, the list and roll call; and what ends the waiting."""


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One handover; `content` is its record as made, `version` the last action it knew."""

    id: int = 0
    made_at: datetime | None = None
    by: str = ""
    content: str = ""
    note: str = ""
    accepted_at: datetime | None = None
    accepted_by: str = ""
    version: int = 0


@dataclass(frozen=True)
class Item:
    """One open thing that is handed over, in words without names of people; `notes` are the lines added to it."""

    kind: str
    ref: str
    text: str
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same thing at another moment."""
        return self.kind, self.ref


@dataclass(frozen=True)
class Content:
    """What a handover says: the open things, and in counts what changed since `since` (an ISO time)."""

    items: tuple[Item, ...] = ()
    since: str = ""
    changed: Mapping[str, int] = field(default_factory=dict)

    @property
    def record(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def content_of(record: Mapping[str, Any]) -> Content:
    """The content as it was kept."""
    items = tuple(Item(i["kind"], i["ref"], i["text"], tuple(i["notes"])) for i in record["items"])
    return Content(items, record["since"], dict(record["changed"]))


def content(
    night: Night, period: Period, incidents: Iterable[LogLine], listed: Iterable[Decision], done: int
) -> Content:
    """What is open at the night's moment, and what happened in the period; `done` is how many actions that took."""
    items = [
        *(item for part in _PARTS for item in part(night)),
        *_incidents(night, incidents),
        *_due(night, listed),
    ]
    order = list(KINDS)
    changed = {
        "inflow": period.inflow,
        "placed": period.placed,
        "onward_flow": period.onward_flow,
        "outflow": period.outflow,
        "actions": done,
    }
    items.sort(key=lambda item: order.index(item.kind))
    return Content(tuple(items), night.settings.iso(period.since), changed)


def noted(made: Content, number: int, text: str) -> Content:
    """The content with a line added to its item of that number, from 1."""
    if not 1 <= number <= len(made.items):
        raise Refused(
            ngettext(
                "The handover has {n} item. Give its number.", "The handover has items 1 to {n}.", len(made.items)
            ).format(n=len(made.items))
            if made.items
            else _("The handover has no items. Make it with a note instead: desk shift handover --note …")
        )
    item = made.items[number - 1]
    more = Item(item.kind, item.ref, item.text, (*item.notes, text))
    return Content((*made.items[: number - 1], more, *made.items[number:]), made.since, made.changed)


def accepted(handover: Handover, by: str) -> Handover:
    """The handover that this person may accept: not their own, and not accepted already."""
    if handover.accepted_at is not None:
        raise Refused(_("{who} accepted it already. There is nothing to accept.").format(who=handover.accepted_by))
    if handover.by == by:
        raise Refused(_("You made this handover yourself. Whoever takes over accepts it: desk --as NAME shift accept"))
    return handover


def stops(verb: str) -> bool:
    """Whether this waits for acceptance where that is required (issue 5: what safety needs is never stopped)."""
    return not verb.startswith(_NEVER_STOPPED)


def waits(night: Night, handover: Handover) -> str:
    """One sentence about a handover that nobody accepted yet."""
    time = clock.when(handover.made_at, night.at, night.settings.tz) if handover.made_at else ""
    return _("{who}'s handover of {time} waits: read and accept it with :shift handover").format(
        who=handover.by, time=time
    )


def lines(night: Night, made: Content, after: Content | None = None) -> list[str]:
    """The handover in words; `after` is what was open when it was accepted, of which only the difference is told."""
    found = []
    kind = ""
    for number, item in enumerate(made.items, start=1):
        if item.kind != kind:
            kind = item.kind
            found.append(_(KINDS[kind]).upper())
        found.append(f"{number:>3}  {item.text}")
        found += [f"       + {note}" for note in item.notes]
    if not made.items:
        found.append(_("Nothing to report."))
    since = clock.when(datetime.fromisoformat(made.since), night.at, night.settings.tz) if made.since else "-"
    words = _(
        "Since {since}: {inflow} came in, {placed} placed, {onward_flow} went on, {outflow} left; {actions} actions."
    )
    found.append(words.format(**{**made.changed, "since": since}))
    if after is not None:
        found += _differs(made, after)
    return found


def _differs(made: Content, after: Content) -> list[str]:
    before, then = {item.key for item in made.items}, {item.key for item in after.items}
    gone = [_("  done meanwhile: {text}").format(text=item.text) for item in made.items if item.key not in then]
    new = [_("  new meanwhile: {text}").format(text=item.text) for item in after.items if item.key not in before]
    return [_("When it was accepted:"), *gone, *new] if gone or new else [_("Nothing had changed by then.")]


# --- what is open -----------------------------------------------------------------------------


def _buses(night: Night) -> Iterator[Item]:
    between = _between_desks(night)
    for bus in (*night.buses_here, *night.buses_expected):
        numbers = night.numbers(bus)
        if bus.state in HERE:
            words = _("{ref} from {place} is here: {n} of {all} written down")
        elif bus.eta is None:
            words = _("{ref} from {place}: {all} people, no time told, to find {short}")
        else:
            words = _("{ref} from {place}: {all} people, due {time}, to find {short}")
        time = clock.when(bus.eta, night.at, night.settings.tz) if bus.eta else ""
        text = words.format(
            ref=night.said(bus.ref),
            place=bus.from_place,
            n=numbers.registered,
            all=numbers.expected,
            time=time,
            short=max(numbers.short, 0),
        )
        yield Item("bus", bus.ref, "; ".join([text, *between.get(bus.id, ())]))
    for bus in night.buses:
        if bus.state is BusState.DIVERTED and bus.id in between:
            text = _("{ref} from {place}").format(ref=night.said(bus.ref), place=bus.from_place)
            yield Item("bus", bus.ref, "; ".join([text, *between[bus.id]]))


def _between_desks(night: Night) -> dict[int, list[str]]:
    """What is not answered yet between this desk and others, by bus; most desks belong to no region."""
    if not night.sent_buses:
        return {}
    from desk.region import buses as sent

    found: dict[int, list[str]] = {}
    for row in night.sent_buses:
        if row.state in sent.UNANSWERED:
            found.setdefault(row.bus, []).append(sent.standing(row))
    return found


def _unplaced(night: Night) -> Iterator[Item]:
    """One line a threshold of the stay clock, and one for those who came since."""
    settings = night.settings
    hours = (settings.stay_boundary_hours, settings.stay_alarm_hours, settings.stay_signal_hours, 0)
    left = figures.without_place(night)
    for limit in hours:
        over = [h for h in left if limit == 0 or (h.since and night.at - h.since > timedelta(hours=limit))]
        left = [h for h in left if h not in over]
        if over:
            yield Item("unplaced", str(limit), _stayed(night, over, limit))


def _stayed(night: Night, over: Sequence[Household], limit: int) -> str:
    words = _("{n} people more than {hours} h here: {refs}") if limit else _("{n} people came since: {refs}")
    refs = ", ".join(night.said(h.ref) for h in over)
    return words.format(n=sum(h.people for h in over), hours=limit, refs=refs)


def _holds(night: Night) -> Iterator[Item]:
    for p in night.placements:
        if p.state is PlacementState.ASKED and p.until is not None and p.until <= night.at + SHIFT:
            household, place = night.household.get(p.household), night.location.get(p.location or 0)
            text = _("{household}: {place} holds {n} places until {time}").format(
                household=night.said(household.ref) if household else night.said(p.ref),
                place=place.name if place else p.to_text,
                n=p.people,
                time=clock.when(p.until, night.at, night.settings.tz),
            )
            yield Item("hold", p.ref, text)


def _beds(night: Night) -> Iterator[Item]:
    """One line a room and reason."""
    blocked: dict[tuple[int, str], list[str]] = {}
    for bed in night.beds:
        if bed.state is BedState.BLOCKED:
            blocked.setdefault((bed.room, bed.why_blocked), []).append(night.label(bed))
    for (_room, reason), labels in blocked.items():
        text = _("{beds} out of use: {reason}").format(beds=" ".join(labels), reason=reason or "-")
        yield Item("bed", " ".join(labels), text)


def _call_backs(night: Night) -> Iterator[Item]:
    for line in night.log:
        time = clock.when(line.back_at, night.at, night.settings.tz) if line.back_at else ""
        yield Item("call_back", f"log {line.id}", f"{time} {_in_one(night, line)}")


def _put_off(night: Night) -> Iterator[Item]:
    """What somebody put off; a signal's words may name people, and a handover is kept: here nobody is to be named."""
    covered = replace(night, households=tuple(replace(h, say_nothing=True) for h in night.households))
    for signal, duty in signals.put_off(covered):
        words = _("{text} (put off until {time}, {who})")
        time = clock.when(duty.until, night.at, night.settings.tz) if duty.until else ""
        text = " ".join(signal.text.replace(COVERED, "").split()).replace(" :", ":")
        yield Item("put_off", signal.key, words.format(text=text, time=time, who=duty.by))


def _instructions(night: Night) -> Iterator[Item]:
    for one in night.instructions:
        topic = _(decisions.TOPIC_LABELS[one.topic])
        yield Item("instruction", one.ref, f"{one.ref} {topic}: {' '.join(one.text.split())}")


def _incidents(night: Night, lines: Iterable[LogLine]) -> Iterator[Item]:
    for line in lines:
        time = clock.when(line.at, night.at, night.settings.tz) if line.at else ""
        yield Item("incident", f"log {line.id}", f"{time} {_in_one(night, line)}")


def _in_one(night: Night, line: LogLine) -> str:
    parts = (line.type_text, " / ".join(line.text.splitlines()), night.said(line.link))
    return " ".join(part for part in parts if part)


def _due(night: Night, listed: Iterable[Decision]) -> Iterator[Item]:
    """What is due today or tomorrow, or is late; a standing instruction has its own line."""
    tomorrow = (night.at.astimezone(night.settings.tz) + timedelta(days=1)).date().isoformat()
    for one in listed:
        if one.state in decisions.OPEN and not one.topic and one.due and one.due <= tomorrow:
            yield Item("decision", one.ref, f"{one.ref} {one.due}: {' '.join(one.text.split())}")


_PARTS: tuple[Callable[[Night], Iterator[Item]], ...] = (
    *(_buses, _unplaced, _holds, _beds, _call_backs, _put_off, _instructions),
)
