"""Tonight: can we take it, and what needs somebody now."""

from collections.abc import Callable, Sequence
from datetime import datetime

from rich.cells import cell_len

from desk import buses as bus_rules
from desk import clock, figures, signals
from desk.buses import Bus
from desk.departures import departures
from desk.duties import NEVER
from desk.language import N_, _, ngettext
from desk.night import Night, kept
from desk.signals import Signal
from screens import steps
from screens.asking import Prompt
from screens.buses import steps as bus_steps
from screens.desk_screen import DeskScreen, Sheet, when_typed
from screens.instructions import instruction_rows
from screens.lines import Line, Row, around, fit, rule, text, wrapped

SIGNS = {signals.ALARM: ("!", "alarm"), signals.WARNING: ("!", "warn"), signals.NOTE: ("-", "")}
DUTIES, COMING = 0, 1
LATER, PUT_OFF = "later", "put_off"
MOST_ROOMS = 4
"""So many free family rooms are named by their beds; more are counted, so that the line keeps its end."""
_BESIDE_TEXT = 22
"""Cells of a duty's row that are not its text."""


def rows(night: Night, width: int, height: int = 99, here: str = "") -> list[Row]:
    """The whole of Tonight; where it does not fit, the duties show those around the cursor, never less than three."""
    told = instruction_rows(night, "everywhere", width)
    top = [*_numbers(night, width), *told, *_coming(night, width), *_leaving(night, width)]
    later = [*_put_off(night, width), *_later(night, width)]
    duties = _duties(night, width)
    room = max(3, height - len(top) - len(later) - 1)
    title = _("Now, most urgent first")
    if len(duties) > room:
        title = _("Now, most urgent first: {n} things").format(n=len(duties))
    head = Row(rule(title, width, _("who does it --")))
    return [*top, head, *around(duties, here, room), *later]


@kept
def _numbers(night: Night, width: int) -> Sequence[Row]:
    people, beds, can = figures.people(night), figures.beds(night), figures.free_for(night)
    cots = _(" ({n} in a cot)").format(n=people.cots) if people.cots else ""
    inside = _(" INSIDE {n} people{cots}").format(n=people.inside, cots=cots)
    away = _("    OUT {n}").format(n=people.out)
    lacking = _("    WITHOUT A BED {n}").format(n=people.without_bed)
    free = _("{n} FREE").format(n=beds.free) if beds.free >= 0 else _("OVERBOOKED BY {n}").format(n=-beds.free)
    parts = _(" BEDS {realised} = {occupied} taken + {held} held + {clean} to clean + {closed} closed + ").format(
        realised=beds.realised, occupied=beds.occupied, held=beds.reserved, clean=beds.cleaning, closed=beds.blocked
    )
    unstaffed = _("  {n} no staff").format(n=beds.no_staff) if beds.no_staff else ""
    rooms = can.family_rooms
    many = ngettext("{n} room", "{n} rooms", len(rooms)).format(n=len(rooms))
    families = many if len(rooms) > MOST_ROOMS else "+".join(str(size) for size in rooms)
    free_for = _(
        " FREE FOR  families: {rooms}  women alone: {women}  men alone: {men}  wheelchair: {wheelchair}"
    ).format(rooms=families or _("NO ROOM"), women=can.women_alone, men=can.men_alone, wheelchair=can.wheelchair)
    lines = [
        ((inside, "bold"), (away, ""), (lacking, "alarm" if people.without_bed else "")),
        ((parts, ""), (free, "alarm" if beds.free < 0 else "bold"), (unstaffed, "warn")),
        text(free_for),
    ]
    return [Row(line) for line in _with_copies(night, lines, width)]


def _with_copies(night: Night, lines: list[Line], width: int) -> list[Line]:
    """How old the list in the building and the last backup are, each behind the first line that has room for it."""
    copy, backups = night.in_building, night.backups
    told = []
    if copy is not None:
        told.append(_("LIST IN THE BUILDING {age}").format(age=clock.span(night.at - copy.at)))
    if backups is not None and backups.last is not None:
        told.append(_("BACKUP {age}").format(age=clock.span(night.at - backups.last)))
    for words in told:
        for number, line in enumerate(lines):
            if sum(cell_len(part) for part, _style in line) + 4 + cell_len(words) <= width:
                lines[number] = (*line, ("    " + words, "dim"))
                break
    return lines


@kept
def _coming(night: Night, width: int) -> Sequence[Row]:
    tail = _("said - here - elsewhere = TO FIND")
    found = [Row(rule(_("Coming"), width, tail))]
    for bus in (*night.buses_here, *night.buses_expected):
        found.append(Row(_bus(night, bus, width), bus.ref, COMING))
    if len(found) == 1:
        found.append(Row(text("   " + _("no bus is announced"), "dim")))
    return found


def _bus(night: Night, bus: Bus, width: int) -> Line:
    numbers = night.numbers(bus)
    state = _(bus_rules.LABELS[bus.state])
    if bus.state in bus_rules.HERE:
        due = _("HERE since {time}").format(time=night.settings.hhmm(bus.arrived_at or night.at))
        state = _("{n} of {all}").format(n=numbers.registered, all=numbers.counted) if numbers.counted else state
    elif bus.eta is None:
        due = _("no time told")
    else:
        away = bus.eta - night.at
        words = _("in {span}") if away.total_seconds() >= 0 else _("{span} LATE")
        due = f"{clock.when(bus.eta, night.at, night.settings.tz)} " + words.format(span=clock.span(away))
    said = "?" if numbers.counted is None and numbers.said is None else str(numbers.expected)
    name = _("bus {number} {place}").format(number=bus.number, place=bus.from_place)
    short = max(numbers.short, 0)
    left = f"{fit(due, 17)} {fit(name, max(8, width - 65))} {fit(state, 9)}"
    # under the words of the heading: said - here - elsewhere = TO FIND
    counts = f" {said:>4}{numbers.here:>7}{numbers.allocated + numbers.went_on:>12}"
    return (left + counts, ""), (f"{short:>8}" + (" !" if short else ""), "alarm" if short else "")


@kept
def _leaving(night: Night, width: int) -> Sequence[Row]:
    leaving = departures(night)
    if not leaving:
        return []
    settings = night.settings
    parts = []
    for one in leaving:
        part = f"{clock.when(one.pickup, night.at, settings.tz)} {one.carrier} {_('to')} {one.to}"
        parts.append(part + (_(", wake {time}").format(time=settings.hhmm(one.wake)) if one.wake else ""))
    return [Row(rule(_("Leaving"), width)), *(Row(text("  " + line)) for line in wrapped(parts, width - 2) if line)]


@kept
def _duties(night: Night, width: int) -> Sequence[Row]:
    found = [Row(_duty(night, signal, width), signal.key, DUTIES) for signal in signals.now(night)]
    return found or [Row(text("   " + _("nothing needs you now"), "good"))]


def _duty(night: Night, signal: Signal, width: int) -> Line:
    sign, style = SIGNS[signal.severity]
    duty = night.duty.get(signal.key)
    who = f"{duty.by} {night.settings.hhmm(duty.at)}" if duty and duty.at else "-"
    return (
        (sign + " ", style),
        (fit(signal.text, width - _BESIDE_TEXT), style if signal.severity == "alarm" else ""),
        (
            " " + fit(who, 15),
            "",
        ),
    )


@kept
def _put_off(night: Night, width: int) -> Sequence[Row]:
    away = signals.put_off(night)
    if not away:
        return []
    parts = [
        _("{who} until {time}: {text}").format(who=duty.by, time=night.settings.hhmm(duty.until), text=signal.text)
        for signal, duty in away
        if duty.until
    ]
    words = _("put off: {n}").format(n=len(away)) + "   " + "   ".join(parts)
    return [Row(text(fit(words, width - 5), "dim"), PUT_OFF, DUTIES)]


def put_off_rows(night: Night, width: int) -> list[Row]:
    """What was put off, with who did and until when; the first to be back first."""
    return [
        Row(text(fit(f"{night.settings.hhmm(duty.until)}  {fit(duty.by, 12)}  {signal.text}", width - 4)), signal.key)
        for signal, duty in signals.put_off(night)
        if duty.until
    ]


@kept
def _later(night: Night, width: int) -> Sequence[Row]:
    waits, morning = signals.later(night), figures.morning(night)
    if not signals.is_night(night) or not (waits or morning.breakfast):
        return []
    time = night.settings.day_starts
    words = _("Waits until {time} (Enter opens the call list)") if waits else _("Waits until {time}")
    found = [Row(rule(words.format(time=time), width, _breakfast(morning, width - len(words) - 8)))]
    if waits:
        told = "   ".join(signal.text for signal in waits)
        found.append(Row(text(fit(told, width - 5)), LATER, DUTIES))
    return found


def _breakfast(morning: figures.Morning, room: int) -> str:
    """What the morning needs, as far as there is room for it."""
    parts = [_("breakfast {n}").format(n=morning.breakfast)]
    if morning.diets:
        parts.append(ngettext("{n} diet", "{n} diets", morning.diets).format(n=morning.diets))
    if morning.kits:
        parts.append(ngettext("{n} kit", "{n} kits", morning.kits).format(n=morning.kits))
    while len(parts) > 1 and len(", ".join(parts)) > room:
        parts.pop()
    return ", ".join(parts)


class TonightScreen(DeskScreen):
    """Key 1."""

    SECTION = "tonight"

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """Numbers, what comes, what goes, what needs somebody."""
        return rows(night, width, height, self.stand.at.get(DUTIES, ""))

    def all_keys(self) -> dict[int, list[str]]:
        """The cursor moves over all duties, though not all may be in sight."""
        duties = [signal.key for signal in signals.now(self.night)]
        folded = [PUT_OFF] if signals.put_off(self.night) else []
        folded += [LATER] if signals.later(self.night) else []
        return {DUTIES: [*duties, *folded]}

    def _signal(self, key: str) -> Signal | None:
        return next((s for s in signals.signals(self.night) if s.key == key), None)

    def live(self, key: str) -> dict[str, str]:
        """Enter goes to where the duty is done."""
        if key.startswith("B-"):
            return {"step": _("open the bus"), "other_half": _("duties")}
        if key == LATER:
            return {"step": _("open the call list")}
        if key == PUT_OFF:
            return {"step": _("list what was put off")}
        signal = self._signal(key)
        if signal is None:
            return {}
        step = _STEPS.get(signal.kind)
        found = {"step": step[0](self.night, signal) if step else _("go there"), "mine": _("I do it")}
        return found if signal.kind in NEVER else {**found, "hold": _("put off")}

    def always(self) -> tuple[str, ...]:
        """On the demo the tour is offered where one begins."""
        offers = self.night.settings.demo and self.desk_app.tour is None
        return (*super().always(), "tour") if offers else super().always()

    def hint(self, key: str) -> str:
        """The duty under the cursor, where it is longer than its row."""
        signal = self._signal(key)
        long = signal.text if signal is not None and len(signal.text) > self.size.width - _BESIDE_TEXT else ""
        if not self.desk_app.desk.hands_over:
            return long
        from screens import handover

        return handover.note(self) or long

    def why_not(self, action: str) -> str:
        """Bus keys live on the bus."""
        signal = self._signal(self.here)
        if action == "hold" and signal is not None and signal.kind in NEVER:
            return _("A roll call cannot be put off. Count on, or finish it (Enter).")
        if action in {"arrived", "count", "hold", "drives_on", "falls_through", "edit", "register", "give_beds"}:
            return _("Open the bus first: Tab, Enter. Or 2 for all buses.")
        return super().why_not(action)

    def do_step(self, key: str) -> None:
        """The next step of the duty under the cursor."""
        if key.startswith("B-"):
            self.desk_app.go("buses", key)
        elif key == LATER:
            self.desk_app.go("placements")
        elif key == PUT_OFF:
            self.sheet = Sheet(N_("Put off"), put_off_rows, self._back, N_("back on the list"))
        elif signal := self._signal(key):
            _STEPS[signal.kind][1](self, signal)

    def do_hold(self, key: str) -> None:
        """h: put the duty off to a time."""
        signal = self._signal(key)
        assert signal is not None

        def typed(words: str, at: datetime | None) -> None:
            self.do(self.desk_app.desk.logbook.snooze, signal, when_typed(self, words), at)

        self.type(Prompt(_("It waits until? As in: 04:00 or +30; at most 12 hours"), typed))

    def _back(self, key: str) -> None:
        """Enter on what was put off: it is on the list at once, under the cursor."""
        signal = self._signal(key)
        if signal is not None:
            self.sheet = None
            self.step_to(key, DUTIES)
            self.do(self.desk_app.desk.logbook.back, signal)

    def do_mine(self, key: str) -> None:
        """Take a duty, so that every desk sees whose it is."""
        self.do(self.desk_app.desk.logbook.take, key)


def _to_bus(screen: DeskScreen, signal: Signal) -> None:
    screen.desk_app.go("buses", signal.ref)


def _to_ways(screen: DeskScreen, signal: Signal) -> None:
    screen.desk_app.go("buses", signal.ref)
    if isinstance(screen.app.screen, DeskScreen):
        screen.app.screen.stand.other_half()
        screen.app.screen.repaint()


def _find_label(night: Night, signal: Signal) -> str:
    bus = next(b for b in night.buses if b.ref == signal.ref)
    return _("ways to find {n}").format(n=night.numbers(bus).short)


def _said(words: str) -> Callable[[Night, Signal], str]:
    return lambda _night, _signal: _(words)


def _to_placement(screen: DeskScreen, signal: Signal) -> None:
    placement = next((p for p in screen.night.placements if p.ref == signal.ref), None)
    household = screen.night.household.get(placement.household) if placement else None
    screen.desk_app.go("placements", household.ref if household else "")


def _to_beds(screen: DeskScreen, signal: Signal) -> None:
    screen.desk_app.go("beds")


def _to_handover(screen: DeskScreen, signal: Signal) -> None:
    from screens import handover

    handover.open_sheet(screen, anew=signal.kind == "handover_due")


def _to_paper(screen: DeskScreen, signal: Signal) -> None:
    from screens.cli.line import run_line

    answer = run_line(screen.desk_app.desk, "paper")
    said = (answer.out + answer.err).splitlines()
    screen.say(said[0] if said else "", "alarm" if answer.exit_code else "")


def _to_rollcall(screen: DeskScreen, signal: Signal) -> None:
    from screens.rollcall.screen import open_rollcall

    open_rollcall(screen)


def _to_stays(screen: DeskScreen, signal: Signal) -> None:
    from screens import stays

    stays.open_sheet(screen, signal.kind)


def _placements(screen: DeskScreen, signal: Signal) -> None:
    screen.desk_app.go("placements")


_STEPS: dict[str, tuple[Callable[[Night, Signal], str], Callable[[DeskScreen, Signal], None]]] = {
    "bus_short": (_find_label, _to_ways),
    "eta_unknown": (_said(N_("time told")), lambda s, g: bus_steps.eta(s, g.ref)),
    "eta_stale": (_said(N_("time told")), lambda s, g: bus_steps.eta(s, g.ref)),
    "bus_late": (_said(N_("time told")), lambda s, g: bus_steps.eta(s, g.ref)),
    "bus_uncounted": (_said(N_("count heads")), lambda s, g: bus_steps.count(s, g.ref)),
    "bus_unregistered": (_said(N_("register")), lambda s, g: bus_steps.register(s, g.ref)),
    "bus_to_close": (_said(N_("close the bus")), lambda s, g: bus_steps.close_bus(s, g.ref)),
    "bus_mix_single_men": (_said(N_("explain")), lambda s, g: bus_steps.explain(s, g.ref)),
    "bus_mix_single_women": (_said(N_("explain")), lambda s, g: bus_steps.explain(s, g.ref)),
    "bus_mix_in_families": (_said(N_("explain")), lambda s, g: bus_steps.explain(s, g.ref)),
    "bus_deviation": (_said(N_("explain")), lambda s, g: bus_steps.explain(s, g.ref)),
    **{
        kind: (_said(N_("open Capacity")), lambda s, _g: s.desk_app.go("capacity"))
        for kind in ("until_over", "until_8", "until_4", "until_2", "unheard")
    },
    "bus_offered": (_said(N_("take it or refuse it")), _to_bus),
    **{
        kind: (_said(N_("open the bus")), _to_bus)
        for kind in ("bus_unanswered", "bus_refused", "bus_taken", "bus_taken_back")
    },
    "minor_alone": (_said(N_("log the contact")), lambda s, g: steps.guardian(s, g.ref)),
    "overbooked": (_said(N_("open the beds")), _to_beds),
    "without_bed": (_said(N_("give beds")), lambda s, g: steps.give_beds(s, "")),
    "cleaning": (_said(N_("open the beds")), _to_beds),
    "block_over": (_said(N_("in use again")), lambda s, g: steps.free_bed(s, g.ref)),
    "out": (_said(N_("they are back")), lambda s, g: steps.back_in(s, g.ref)),
    **{kind: (_said(N_("list who they are")), _to_stays) for kind in figures.STAY_CLOCK},
    "hold_over": (_said(N_("open the placement")), _to_placement),
    "to_confirm": (_said(N_("did they arrive")), lambda s, g: steps.confirm(s, [g.ref])),
    "wake": (_said(N_("open the placement")), _to_placement),
    "to_depart": (_said(N_("they left")), lambda s, g: steps.depart(s, [g.ref])),
    "to_ask": (_said(N_("find places")), _placements),
    "call_list": (_said(N_("open the call list")), _placements),
    **{
        kind: (_said(N_("whom to ring")), lambda s, _g: s.desk_app.shared.do_phones(s))
        for kind in ("staff_now", "staff_gap")
    },
    **{kind: (_said(N_("open the roll call")), _to_rollcall) for kind in ("rollcall_open", "rollcall_missing")},
    "building": (_said(N_("print the list")), _to_paper),
    "backup": (_said(N_("make one")), lambda s, _g: steps.back_up(s)),
    "handover_due": (_said(N_("hand over")), _to_handover),
    "handover_waits": (_said(N_("read the handover")), _to_handover),
    "call_back": (_said(N_("rung back")), lambda s, g: steps.rung_back(s, int(g.ref))),
}
