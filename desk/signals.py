"""What needs somebody now, most urgent first. The clock raises signals; it never moves a person.

Each signal knows from when it can be acted on; what only the day can do is folded away at night.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk import buses, clock, duties, figures, horizon, shift, shift_times, upkeep
from desk.beds import Bed, BedState
from desk.buses import Bus
from desk.departures import to_wake
from desk.households import OUT_LABELS, Household, HouseholdState
from desk.language import N_, _, ngettext
from desk.logbook import Duty
from desk.night import Night, kept
from desk.placements import PlacementState
from desk.refusals import NotFound

ALARM, WARNING, NOTE = "alarm", "warning", "note"
_ORDER = {ALARM: 0, WARNING: 1, NOTE: 2}


@dataclass(frozen=True)
class Signal:
    """One thing that needs a person; `by_day` ones wait until the day starts."""

    kind: str
    ref: str
    severity: str
    text: str
    due: datetime | None = None
    by_day: bool = False

    @property
    def key(self) -> str:
        """What a duty is taken by: the same signal keeps the same key."""
        return f"{self.kind}:{self.ref}"


@kept
def signals(night: Night) -> list[Signal]:
    """Everything that needs a person, alarms first, then by when it is due."""
    found = [signal for rule in _RULES for signal in rule(night)]
    late = datetime.max.replace(tzinfo=night.at.tzinfo)
    return sorted(found, key=lambda s: (_ORDER[s.severity], s.kind not in duties.NEVER, s.due or late, s.kind, s.ref))


def now(night: Night) -> list[Signal]:
    """What can be acted on now."""
    away = {signal for signal, _duty in put_off(night)}
    return [s for s in signals(night) if s not in away and not (s.by_day and is_night(night))]


def later(night: Night) -> list[Signal]:
    """What waits until the day starts."""
    away = {signal for signal, _duty in put_off(night)}
    return [s for s in signals(night) if s not in away and s.by_day and is_night(night)]


@kept
def put_off(night: Night) -> list[tuple[Signal, Duty]]:
    """What somebody put off to a time that has not come, with who did and until when; the first to be back first."""
    found = [(s, duties.put_off_by(night, s.key, s.severity)) for s in signals(night)]
    away = [(signal, duty) for signal, duty in found if duty is not None]
    return sorted(away, key=lambda one: (one[1].until, one[0].key))


def named(night: Night, said: str) -> Signal:
    """The signal of that key, its reference as kept or as it is said tonight."""
    for signal in signals(night):
        if said in {signal.key, f"{signal.kind}:{night.said(signal.ref)}"}:
            return signal
    raise NotFound(_("There is no signal '{key}' now. See: desk now").format(key=said[:40]))


def is_night(night: Night) -> bool:
    """Whether the day's work cannot be done now: from the quiet hours until the day starts (settings)."""
    hours = f"{night.settings.quiet_from}-{night.settings.day_starts}"
    return clock.within(hours, night.at, night.settings.tz)


def _due(night: Night, bus: Bus) -> str:
    when = clock.when(bus.eta, night.at, night.settings.tz) + " " if bus.eta else ""
    return _("{when}bus {number} {place}").format(when=when, number=bus.number, place=bus.from_place)


def _bus_short(night: Night) -> Iterator[Signal]:
    for bus in night.buses:
        short = night.numbers(bus).short
        if bus.state in buses.EXPECTED and short > 0:
            text = _("{bus}: find places for {n}").format(bus=_due(night, bus), n=short)
            yield Signal("bus_short", bus.ref, ALARM, text, bus.eta)
        elif bus.state in buses.HERE and bus.counted is not None and short > 0:
            text = _("bus {number} {place} is here: find places for {n}").format(
                number=bus.number, place=bus.from_place, n=short
            )
            yield Signal("bus_short", bus.ref, ALARM, text, bus.arrived_at)


def _bus_times(night: Night) -> Iterator[Signal]:
    stale = night.settings.hours("eta_stale_minutes")
    for bus in night.buses_expected:
        if bus.eta is None:
            text = _("bus {number} {place}: no time was told, ring them").format(
                number=bus.number, place=bus.from_place
            )
            yield Signal("eta_unknown", bus.ref, WARNING, text)
            continue
        told = night.at - (bus.eta_told_at or bus.announced_at or night.at)
        if bus.eta < night.at:
            text = _("{bus}: {late} late, ring the driver").format(
                bus=_due(night, bus), late=clock.span(night.at - bus.eta)
            )
            yield Signal("bus_late", bus.ref, ALARM, text, bus.eta)
        elif told > stale and bus.eta - night.at <= night.settings.hours("eta_due_minutes"):
            text = _("{bus}: time was told {ago} ago, ring the driver").format(
                bus=_due(night, bus), ago=clock.span(told)
            )
            yield Signal("eta_stale", bus.ref, WARNING, text, bus.eta)


def _bus_here(night: Night) -> Iterator[Signal]:
    for bus in night.buses_here:
        numbers = night.numbers(bus)
        who = {"number": bus.number, "place": bus.from_place}
        if bus.counted is None:
            yield Signal(
                "bus_uncounted",
                bus.ref,
                ALARM,
                _("bus {number} {place} is here: count heads").format(**who),
                bus.arrived_at,
            )
        elif numbers.unregistered:
            text = _("bus {number} {place}: {n} people without a name yet").format(n=numbers.unregistered, **who)
            yield Signal("bus_unregistered", bus.ref, WARNING, text, bus.arrived_at)
        else:
            text = _("bus {number} {place}: everybody is written down, close it").format(**who)
            yield Signal("bus_to_close", bus.ref, NOTE, text, bus.arrived_at)
        if bus.deviation and not bus.count_reason:
            text = _("bus {number} {place}: {counted} counted, {said} said; explain before handover").format(
                counted=bus.counted, said=bus.announced, **who
            )
            yield Signal("bus_deviation", bus.ref, NOTE, text, bus.counted_at)


_SAID_OF = (
    ("single_men", {"single_man"}, N_("men alone")),
    ("single_women", {"single_woman"}, N_("women alone")),
    ("in_families", {"family", "single_parent"}, N_("people in families")),
)


def _bus_mix(night: Night) -> Iterator[Signal]:
    """Other people stepped out than the sender said: it has happened (facts 0.3)."""
    for bus in night.buses_here:
        written = [h for h in night.households if h.bus == bus.id and h.state is not HouseholdState.EXPECTED]
        for part, groups, label in _SAID_OF:
            said = getattr(bus, part)
            here = sum(h.people for h in written if h.group_kind in groups)
            if said is not None and here > said and not bus.count_reason:
                text = _(
                    "bus {number} {place}: {here} {people} written down, {said} said; explain, ask for places"
                ).format(number=bus.number, place=bus.from_place, here=here, people=_(label), said=said)
                yield Signal(f"bus_mix_{part}", bus.ref, WARNING, text, bus.arrived_at)


def _minors(night: Night) -> Iterator[Signal]:
    for h in night.staying:
        if h.guardian_missing:
            text = _("{ref} {name}: minor alone, ring the guardianship").format(ref=night.said(h.ref), name=h.called)
            yield Signal("minor_alone", h.ref, ALARM, text, h.registered_at)


def _beds(night: Night) -> Iterator[Signal]:
    beds = figures.beds(night)
    if beds.free < 0:
        yield Signal("overbooked", "", ALARM, _("overbooked: {n} beds too few").format(n=-beds.free))
    waiting = [h for h in night.staying if figures.without_bed(night, h)]
    if waiting:
        people = sum(figures.without_bed(night, h) for h in waiting)
        text = ngettext("{n} person without a bed: {names}", "{n} people without a bed: {names}", people).format(
            n=people, names=", ".join(h.called for h in waiting[:3]) + (" …" if len(waiting) > 3 else "")
        )
        yield Signal("without_bed", "", ALARM, text, waiting[0].registered_at)
    if beds.cleaning:
        text = ngettext("{n} bed to clean", "{n} beds to clean", beds.cleaning).format(n=beds.cleaning)
        yield Signal("cleaning", "", NOTE, text)
    for room in night.rooms:
        over = [bed for bed in night.beds_in[room.id] if _block_is_over(night, bed)]
        # a room that was closed in one go is asked about once
        whole = len(over) == len(night.beds_in[room.id]) > 1 and len({(b.reason, b.until) for b in over}) == 1
        for bed in over[:1] if whole else over:
            place = room.name if whole else night.label(bed)
            text = _("{bed} out of use: {reason}; still needed?").format(bed=place, reason=bed.why_blocked)
            yield Signal("block_over", place, NOTE, text, bed.until)


def _block_is_over(night: Night, bed: Bed) -> bool:
    ended = bed.until is not None and bed.until < night.at
    return ended and bed.state is BedState.BLOCKED and bed.id in night.status


def _out(night: Night) -> Iterator[Signal]:
    for h in night.staying:
        away = night.out_of(h)
        if not away:
            continue
        back = min((m.back_at for m in away if m.back_at), default=None)
        where = ", ".join(sorted({_(OUT_LABELS.get(m.out_to, m.out_to)) for m in away}))
        overdue = back is not None and back < night.at
        words = {
            True: _("{ref} {name}: {n} out ({where}), not back yet"),
            False: _("{ref} {name}: {n} out ({where}), beds kept"),
        }[overdue]
        text = words.format(ref=night.said(h.ref), name=h.called, n=len(away), where=where)
        yield Signal("out", h.ref, WARNING if overdue else NOTE, text, back)


def _stays(night: Night) -> Iterator[Signal]:
    for kind, hours, long in figures.over_thresholds(night):
        if long:
            severity = NOTE if kind == "stay_24" else ALARM
            people = sum(h.people for h in long)
            text = ngettext("{n} person here longer than {hours} h", "{n} people here longer than {hours} h", people)
            names = ", ".join(h.called for h in long[:3]) + (" …" if len(long) > 3 else "")
            yield Signal(kind, "", severity, text.format(n=people, hours=hours) + ": " + names, by_day=True)


def _placements(night: Night) -> Iterator[Signal]:
    for p in night.placements:
        household = night.household.get(p.household)
        who = f"{night.said(household.ref)} {household.called}" if household else night.said(p.ref)
        if p.state is PlacementState.ASKED and p.until and p.until < night.at:
            text = _("{who}: the hold ended {time}; extend or release it").format(
                who=who, time=clock.when(p.until, night.at, night.settings.tz)
            )
            yield Signal("hold_over", p.ref, ALARM, text, p.until)
        elif p.state is PlacementState.UNDERWAY:
            text = _("{who}: underway since {time}; did they arrive?").format(
                who=who, time=night.settings.hhmm(p.departed_at or night.at)
            )
            late = p.departed_at is not None and night.at - p.departed_at > timedelta(hours=3)
            yield Signal("to_confirm", p.ref, WARNING if late else NOTE, text, p.departed_at)
        elif p.state is PlacementState.TRANSPORT_SET and p.pickup and p.pickup <= night.at:
            text = _("{who}: {carrier} was due {time}; have they left?").format(
                who=who, carrier=p.carrier, time=night.settings.hhmm(p.pickup)
            )
            yield Signal("to_depart", p.ref, WARNING, text, p.pickup)


def _wake(night: Night) -> Iterator[Signal]:
    for one, wake in to_wake(night):
        who = ", ".join(f"{night.said(h.ref)}{_in_rooms(night, h)}" for h in one.households)
        text = _("{time} wake {who}: {carrier} comes {pickup}").format(
            time=night.settings.hhmm(wake), who=who, carrier=one.carrier, pickup=night.settings.hhmm(one.pickup)
        )
        yield Signal("wake", one.ref, WARNING if wake <= night.at else NOTE, text, wake)


def _in_rooms(night: Night, household: Household) -> str:
    rooms = dict.fromkeys(night.room[bed.room].name for bed in night.beds_of.get(household.id, ()))
    return _(" (room {room})").format(room=", ".join(rooms)) if rooms else ""


def _to_place(night: Night) -> Iterator[Signal]:
    open_ones = [h for h in night.staying if h.id not in night.placement_of and h.state is HouseholdState.IN_BED]
    listed = [p for p in night.placements if p.state is PlacementState.PROPOSED]
    if open_ones:
        people = sum(h.people for h in open_ones)
        text = ngettext("{n} person to find a place for", "{n} people to find places for", people).format(n=people)
        yield Signal("to_ask", "", NOTE, text, by_day=True)
    if listed:
        text = ngettext("{n} household on the call list", "{n} households on the call list", len(listed))
        yield Signal("call_list", "", NOTE, text.format(n=len(listed)), by_day=True)


def _call_backs(night: Night) -> Iterator[Signal]:
    for line in night.log:
        if line.is_open and line.back_at is not None:
            link = f" {night.said(line.link)}" if line.link.count("-") == 2 else ""
            text = _("{time} call back: {text}{link}").format(
                time=clock.when(line.back_at, night.at, night.settings.tz), text=line.text, link=link
            )
            late = line.back_at <= night.at + timedelta(minutes=15)
            yield Signal("call_back", str(line.id), WARNING if late else NOTE, text, line.back_at)


def _region(night: Night) -> Iterator[Signal]:
    for kind, alarm, text in horizon.notices(night):
        yield Signal(kind, "", ALARM if alarm else NOTE, text, by_day=True)


def _staff(night: Night) -> Iterator[Signal]:
    """Too few are on duty, or on the roster for the coming 72 hours; a gap of the day waits until somebody is up."""
    needed = shift.minimum(night.settings.minimum_staff)
    lacking = shift.lacking_now(needed, night.on_duty)
    for role, there, number in lacking:
        text = _("on duty: {role} {there} of {number}, ring one of the roster (t)")
        yield Signal("staff_now", role, WARNING, text.format(role=role, there=there, number=number))
    tz = night.settings.tz
    day = clock.next_at(night.settings.day_starts, night.at, tz)
    for gap in shift.gaps(needed, night.rostered, night.at, night.at + shift.AHEAD):
        if gap.starts == night.at and gap.role in {role for role, *_rest in lacking}:
            continue  # told above
        starts, ends = (clock.when(edge, night.at, tz) for edge in (gap.starts, gap.ends))
        text = _("roster: {role} {there} of {number}, {starts} - {ends}").format(
            role=gap.role, there=gap.there, number=gap.needed, starts=starts, ends=ends
        )
        yield Signal("staff_gap", f"{gap.role} {ends}", WARNING, text, gap.starts, by_day=gap.starts >= day)


def _upkeep(night: Night) -> Iterator[Signal]:
    for kind, severity, text, due, by_day in upkeep.notices(night):
        yield Signal(kind, "", severity, text, due, by_day)


def _between_desks(night: Night) -> Iterator[Signal]:
    """Buses that one desk sends another: neither may think that the other has it (issue 8)."""
    if night.sent_buses:
        from desk.region import bus_signals  # most desks belong to no region

        for kind, ref, severity, text, due in bus_signals.notices(night):
            yield Signal(kind, ref, severity, text, due)


def _handover(night: Night) -> Iterator[Signal]:
    for kind, ref, late, text, due in shift_times.notices(night):
        yield Signal(kind, ref, WARNING if late else NOTE, text, due)


def _rollcall(night: Night) -> Iterator[Signal]:
    call = night.rollcall
    if call is None:
        return
    from desk import muster  # most nights have none: the first screen does not load it

    found = muster.muster(night)
    began, ended = (night.settings.hhmm(at) if at else "?" for at in (call.started_at, call.finished_at))
    if call.finished_at is None:
        text = _("roll call since {time}: {n} not yet counted").format(time=began, n=found.tally()[None])
        yield Signal("rollcall_open", str(call.id), ALARM, text, call.started_at)
    elif found.missing:
        text = _("roll call {time}: {n} MISSING, {who}").format(
            time=ended, n=found.missing, who=muster.who_is_missing(night, most=3)
        )
        yield Signal("rollcall_missing", str(call.id), ALARM, text, call.finished_at)


_RULES: tuple[Callable[[Night], Iterator[Signal]], ...] = (
    _bus_short,
    _bus_times,
    _bus_here,
    _bus_mix,
    _minors,
    _beds,
    _out,
    _stays,
    _placements,
    _wake,
    _to_place,
    _call_backs,
    _region,
    _staff,
    _upkeep,
    _between_desks,
    _handover,
    _rollcall,
)
