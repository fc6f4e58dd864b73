"""How buses read on screen: the list, the one opened below it, the ways, the table."""

from collections.abc import Mapping

from desk import buses as rules
from desk import clock
from desk.buses import Bus
from desk.households import LABELS, Household, HouseholdState
from desk.language import _
from desk.night import Night, beds_text
from desk.ways import Way, ways
from desk.words import NEEDS, labels
from screens.lines import Line, Row, around, fit, right, rule, text

LIST, LOWER = 0, 1


WAYS_AT_TABLE = 3
"""Ways in sight while people are written down: the newest names need the lines. `desk bus ways` has them all."""
LIST_MOST = 5
"""Buses in sight while one is opened; the cursor moves over all of them."""


def rows(night: Night, at: Mapping[int, str], width: int, height: int = 99) -> list[Row]:
    """The list of buses, and the one under the cursor opened below it, in the room there is."""
    words = _columns(_("bus"), _("from"), _("due"), _("told"), _("state"), width)
    here = at.get(LIST, "")
    buses = [Row(_bus(night, bus, width), bus.ref, LIST) for bus in night.buses]
    found = [Row(text("   " + words + _("said  here  elsewhere  TO FIND"), "dim")), *around(buses, here, LIST_MOST)]
    opened = next((b for b in night.buses if b.ref == here), None)
    if opened is None:
        return [*found, Row(text("   " + _("No bus tonight. n: someone phoned in a bus."), "dim"))]
    below = _opened(night, opened, width)
    still = [row for row in below if not row.key]
    lower = [row for row in below if row.key]
    shown = {row.key for row in around(lower, at.get(LOWER, ""), max(3, height - len(found) - len(still)))}
    return found + [row for row in below if not row.key or row.key in shown]


def _bus(night: Night, bus: Bus, width: int) -> Line:
    numbers, tz = night.numbers(bus), night.settings.tz
    due = clock.when(bus.eta, night.at, tz) if bus.eta else "-"
    if bus.arrived_at:
        due = night.settings.hhmm(bus.arrived_at)
    told = night.settings.hhmm(bus.eta_told_at) if bus.eta_told_at and bus.state in rules.EXPECTED else "-"
    said = "?" if not numbers.expected else str(numbers.expected)
    open_now = bus.state in rules.OPEN
    short = numbers.short if open_now else 0
    start = _columns(bus.number, bus.from_place, due, told, _(rules.LABELS[bus.state]), width)
    counts = f"{said:>4}{numbers.here:>6}{numbers.allocated + numbers.went_on:>11}"
    style = "alarm" if short > 0 else ""
    return (start + counts, "" if open_now else "dim"), (f"{max(short, 0):>8}" + (" !" if short > 0 else ""), style)


def _columns(number: str, place: str, due: str, told: str, state: str, width: int) -> str:
    return f"{fit(number, 4)} {fit(place, max(8, width - 69))} {fit(due, 9)} {fit(told, 5)} {fit(state, 12)} "


def lower_keys(night: Night, ref: str) -> list[str]:
    """All keys of the lower half, those out of sight too."""
    bus = next((b for b in night.buses if b.ref == ref), None)
    return [row.key for row in _opened(night, bus, 80) if row.key] if bus else []


def _opened(night: Night, bus: Bus, width: int) -> list[Row]:
    title = _("Bus {number}, {ref}").format(number=bus.number, ref=night.said(bus.ref))
    numbers = night.numbers(bus)
    if bus.state in rules.HERE and bus.counted is not None:
        title = _("Bus {number} at the table   counted {counted} (said {said})   done {done}   TO DO {left}").format(
            number=bus.number,
            counted=bus.counted,
            said="?" if bus.announced is None else bus.announced,
            done=numbers.registered,
            left=numbers.unregistered,
        )
        lack = _ways(night, bus, width)[: 1 + WAYS_AT_TABLE] if numbers.short > 0 else []
        head = [Row(rule(title, width)), *_between(night, bus, width)]
        return [*head, *_numbers(night, bus, width), *lack, *_table(night, bus, width)]
    head = [Row(rule(title, width)), *_between(night, bus, width)]
    found = [*head, *_told(night, bus, width), *_numbers(night, bus, width)]
    if bus.state not in rules.OPEN:
        return found
    return found + _ways(night, bus, width)


def _between(night: Night, bus: Bus, width: int) -> list[Row]:
    """How it stands with another desk; most desks belong to no region."""
    if not night.sent_buses:
        return []
    from screens.buses import between

    return between.rows(night, bus, width)


def _told(night: Night, bus: Bus, width: int) -> list[Row]:
    settings = night.settings
    words = []
    if bus.eta is not None:
        ago = clock.span(night.at - bus.eta_told_at) if bus.eta_told_at else "?"
        line = _("Due {time}, {who} said at {told} ({ago} ago).").format(
            time=clock.when(bus.eta, night.at, settings.tz),
            who=bus.eta_told_by or _("somebody"),
            told=settings.hhmm(bus.eta_told_at) if bus.eta_told_at else "?",
            ago=ago,
        )
        before = [settings.hhmm(e.eta) for e in night.etas if e.bus == bus.id and e.eta and e.eta != bus.eta]
        if before:
            line += " " + _("Before: {times}").format(times=", ".join(dict.fromkeys(before)))
        words.append(line)
    driver = f"{bus.contact} {bus.carrier} {bus.phone}".split()
    sender = f"{bus.sender} {bus.sender_phone}".split()
    words.append(
        _("Driver {driver}   Sent by {sender}").format(driver=" ".join(driver) or "?", sender=" ".join(sender) or "?")
    )
    if described := composition(bus):
        words.append(_("Said {n}: {parts}").format(n=bus.announced or "?", parts=described))
    if bus.note:
        words.append(bus.note)
    return [Row(text(" " + fit(line, width - 2))) for line in words]


def composition(bus: Bus) -> str:
    """The people as the sender described them."""
    parts = []
    if bus.families is not None or bus.in_families is not None:
        parts.append(_("families {n} ({people})").format(n=bus.families or "?", people=bus.in_families or "?"))
    named = (
        ("single_women", _("women alone")),
        ("single_men", _("men alone")),
        ("men", _("men")),
        ("women", _("women")),
        ("children", _("children")),
        ("babies", _("babies")),
        ("non_ukrainian", _("not Ukrainian")),
        ("wheelchairs", _("wheelchairs")),
        ("pets", _("pets")),
    )
    parts += [f"{label} {getattr(bus, name)}" for name, label in named if getattr(bus, name) is not None]
    return ", ".join(parts)


def _numbers(night: Night, bus: Bus, width: int) -> list[Row]:
    n = night.numbers(bus)
    line = _(
        "SAID {said}   COUNTED {counted}   here {here}   elsewhere {elsewhere}   registered {registered}   went on {on}"
    ).format(
        said="?" if n.said is None else n.said,
        counted="-" if n.counted is None else n.counted,
        here=n.here,
        elsewhere=n.allocated,
        registered="-" if bus.state in rules.EXPECTED else n.registered,
        on="-" if bus.state in rules.EXPECTED else n.went_on,
    )
    found = [Row(text(" " + fit(line, width - 2), "bold"))]
    if bus.over_reason:
        found.append(Row(text(" " + _("More held than free: {reason}").format(reason=bus.over_reason), "warn")))
    if bus.deviation:
        words = _("{n:+d} against what was said. {reason}").format(n=bus.deviation, reason=bus.count_reason)
        found.append(Row(text(" " + fit(words.rstrip(), width - 2), "warn")))
    return found


def _ways(night: Night, bus: Bus, width: int) -> list[Row]:
    short = night.numbers(bus).short
    if short <= 0:
        words = _("Everybody has a place.") if not short else _("{n} places more held than people.").format(n=-short)
        return [Row(text(" " + words, "good"))]
    what = width - 54
    title = rule_words(_("Ways to find {n}").format(n=short), what + 9)
    head = fit(title, what + 9) + right(_("places"), 7) + "  " + fit(_("for whom"), 16) + _("what it takes")
    found = [Row(text(fit(head, width), "bold"))]
    for n, way in enumerate(ways(night, bus)):
        found.append(Row(_way(way, what, width), f"way {n} {way.kind} {way.ref}", LOWER))
    return found


def rule_words(title: str, width: int) -> str:
    """A title with dashes up to the columns behind it."""
    start = f"-- {title} "
    return start + "-" * max(0, width - len(start))


def _way(way: Way, what: int, width: int) -> Line:
    places = "?" if way.places is None else str(way.places)
    where = _("here") if way.here else _("else")
    start = f"{fit(where, 5)} {fit(way.what, what)}{places:>7}  {fit(way.for_whom, 15)} "
    return ((start + fit(way.takes, max(0, width - 3 - len(start))), ""),)


def _table(night: Night, bus: Bus, width: int) -> list[Row]:
    found = [Row(_written(night, h, width), h.ref, LOWER) for h in reversed(night.households) if h.bus == bus.id]
    return (
        [Row(rule(_("Written down, newest first"), width)), *found]
        if found
        else [Row(text("   " + _("Nobody is written down yet. Enter or r: name and number, one line each."), "dim"))]
    )


def _written(night: Night, h: Household, width: int) -> Line:
    beds = beds_text(night, night.beds_of.get(h.id, ()))
    where = beds or _(LABELS[h.state])
    if h.state is HouseholdState.EXPECTED:
        where = _("on the list; Enter when they stand here")
    elif h.state is HouseholdState.WAITING:
        where = _("NO BED YET")
    details = labels(NEEDS, h.need_codes)
    style = "alarm" if h.guardian_missing or h.state is HouseholdState.WAITING else ""
    line = f"{fit(night.said(h.ref), 12)} {fit(f'{h.called} {h.people}', 24)} {fit(details, max(4, width - 64))} "
    return (line, ""), (fit(where, 22), style)
