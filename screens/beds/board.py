"""The bed board as lines: one room a line; the legend is the sum of all beds."""

from desk import figures
from desk.beds import BedStatus, Room
from desk.households import OUT_LABELS, Household
from desk.language import _
from desk.night import Night
from desk.words import NEEDS, ROOM_KINDS, labels
from screens.lines import Line, Row, Span, fit, rule, text

SIGNS = {
    BedStatus.OCCUPIED: "#",
    BedStatus.OUT: "o",
    BedStatus.HELD: "h",
    BedStatus.CLEANING: "c",
    BedStatus.BLOCKED: "x",
    BedStatus.FAMILY: "x",
    BedStatus.FREE: ".",
}
WHOLE = -1
WIDE_MOST = 8
"""Rooms with more beds are drawn one letter a bed."""
_BED_CELLS = 3 * WIDE_MOST


def rows(night: Night, here: str, bed: int, width: int) -> list[Row]:
    """The board, with the cursor on bed number `bed` (from 0; WHOLE is the whole room) of room `here`."""
    out = [Row(legend(night)), _columns(width)]
    floor = None
    for room in night.rooms:
        if room.floor != floor:
            floor = room.floor
            out.append(_floor(night, floor, width))
        out.append(Row(_room(night, room, bed if room.name == here else None, width), room.name))
    if not night.rooms:
        out.append(
            Row(text("   " + _("There are no rooms yet: desk import rooms FILE, or desk init --beds 60"), "dim"))
        )
    return out


def room_line(night: Night, room: Room, width: int) -> Line:
    """One room of the board, without a cursor."""
    return _room(night, room, None, width)


def legend(night: Night) -> Line:
    """`60 = # 36 in + o 2 out + …`; the parts are the sum."""
    tally = dict.fromkeys(BedStatus, 0)
    for status in night.status.values():
        tally[status] += 1
    closed = tally[BedStatus.BLOCKED] + tally[BedStatus.FAMILY]
    words = _(
        " {all} = # {there} in + o {out} out + h {held} held + c {clean} to clean + x {closed} closed + . {free} FREE"
    )
    line = words.format(
        all=len(night.status),
        there=tally[BedStatus.OCCUPIED],
        out=tally[BedStatus.OUT],
        held=tally[BedStatus.HELD],
        clean=tally[BedStatus.CLEANING],
        closed=closed,
        free=tally[BedStatus.FREE],
    )
    over = figures.beds(night).free
    if over < 0:
        return (line, "bold"), ("  " + _("OVERBOOKED {n}").format(n=-over), "alarm")
    return ((line, "bold"),)


def _columns(width: int) -> Row:
    numbers = "".join(f" {n} " for n in range(1, WIDE_MOST + 1))
    return Row(text(fit(f"   {fit(_('room'), 6)}{fit(_('for'), 10)}{numbers} {_('who sleeps here')}", width), "dim"))


def _floor(night: Night, floor: str, width: int) -> Row:
    here = [
        bed for room in night.rooms if room.floor == floor for bed in night.beds_in[room.id] if bed.id in night.status
    ]
    free = sum(night.status[bed.id] is BedStatus.FREE for bed in here)
    ground = any(room.on_ground for room in night.rooms if room.floor == floor)
    name = _("GROUND") if ground else _("FLOOR {floor}").format(floor=floor)
    return Row(rule(f"{name} {len(here)}", width, _("{n} free").format(n=free)))


def _room(night: Night, room: Room, cursor: int | None, width: int) -> Line:
    name = fit(room.name, 5) + " " + fit(_for(night, room), 9) + " "
    if not room.is_open:
        words = _("closed: {n} beds; {takes}").format(
            n=len(night.beds_in[room.id]), takes=room.takes or _("Enter opens it")
        )
        return (name, "dim"), (fit(words, width - 3 - len(name)), "dim")
    beds = [night.status[bed.id] for bed in night.beds_in[room.id]]
    spans = _beds_wide(beds, cursor) if len(beds) <= WIDE_MOST else _beds_narrow(beds, cursor)
    used = 3 + len(name) + _BED_CELLS + 1
    return ((name, ""), *spans, (" " + fit(who(night, room), max(0, width - used)), ""))


def _for(night: Night, room: Room) -> str:
    sleeping = night.sleeping_in(room)
    sexes = {h.alone_sex for h in sleeping if h.alone}
    if any(h.minor_alone for h in sleeping):
        words = _("minor")
    elif sleeping and all(h.alone for h in sleeping) and len(sexes) == 1 and None not in sexes:
        words = _("women") if sexes == {"f"} else _("men")
    else:
        words = _(ROOM_KINDS.get(room.kind, room.kind)).split()[0]
    return words + (" W" if room.wheelchair else "")


def _beds_wide(beds: list[BedStatus], cursor: int | None) -> list[Span]:
    spans: list[Span] = []
    for n, status in enumerate(beds):
        on = cursor == n
        sign = SIGNS[status]
        spans.append((f"[{sign}]" if on else f" {sign} ", "here" if on else _style(status)))
    if cursor == WHOLE:
        spans = [(words, "here") for words, _style_name in spans]
    return [*spans, (" " * (_BED_CELLS - 3 * len(beds)), "")]


def _beds_narrow(beds: list[BedStatus], cursor: int | None) -> list[Span]:
    shown = beds[:_BED_CELLS]
    spans: list[Span] = [
        (SIGNS[status], "here" if cursor in {n, WHOLE} else _style(status)) for n, status in enumerate(shown)
    ]
    return [*spans, (" " * (_BED_CELLS - len(shown)), "")]


def _style(status: BedStatus) -> str:
    return {BedStatus.FREE: "good", BedStatus.HELD: "warn", BedStatus.CLEANING: "warn"}.get(status, "")


def who(night: Night, room: Room) -> str:
    """Who sleeps in a room, or why nobody can."""
    sleeping = night.sleeping_in(room)
    if len(sleeping) == 1:
        return one_household(night, sleeping[0])
    if sleeping:
        return ", ".join(h.called if h.alone else f"{h.called} {h.people}" for h in sleeping)
    held = {
        night.held_for[bed.id].number for bed in night.beds_in[room.id] if night.status.get(bed.id) is BedStatus.HELD
    }
    if held:
        return _("held for bus {numbers}").format(numbers=", ".join(sorted(held)))
    blocked = next((bed for bed in night.beds_in[room.id] if night.status.get(bed.id) is BedStatus.BLOCKED), None)
    if blocked is not None:
        until = _(", until {time}").format(time=night.settings.hhmm(blocked.until)) if blocked.until else ""
        since = night.settings.hhmm(blocked.since) if blocked.since else ""
        return f"{blocked.why_blocked or _('out of use')}, {blocked.by} {since}{until}"
    cleaning = next((bed for bed in night.beds_in[room.id] if night.status.get(bed.id) is BedStatus.CLEANING), None)
    if cleaning is not None and cleaning.since:
        return _("to clean since {time}").format(time=night.settings.hhmm(cleaning.since))
    return ""


def one_household(night: Night, h: Household) -> str:
    """A household that has a room to itself, with what matters about it."""
    parts = [f"{h.called} {h.people}"]
    hours = int((night.at - h.since).total_seconds() // 3600) if h.since else 0
    if hours >= night.settings.stay_signal_hours:
        parts.append(_("{hours} h !").format(hours=hours))
    placement = night.placement_of.get(h.id)
    if placement is not None and placement.pickup:
        parts.append(_("leaves {time}").format(time=night.settings.hhmm(placement.pickup)))
    if away := night.out_of(h):
        parts.append(_("{n} in {place}").format(n=len(away), place=_(OUT_LABELS.get(away[0].out_to, away[0].out_to))))
    if h.guardian_missing:
        parts.append(_("MINOR ALONE"))
    if h.cots:
        parts.append(_("{n} in a cot").format(n=h.cots))
    if h.need_codes:
        parts.append(labels(NEEDS, [code for code in h.need_codes if code != "cot"]))
    return "  ".join(part for part in parts if part)
