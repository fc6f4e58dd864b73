"""How a region reads on screen: from what is known of it, to rows of a width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from textwrap import wrap
from typing import Generic

from rich.cells import cell_len

from desk import buses, clock, references
from desk.language import _, ngettext, number
from desk.region import link
from desk.region.regional import ComingBus, DeskFigures, Regional, S, Seen, SharedPlaces
from desk.settings import Settings
from screens import keys
from screens.lines import Line, Row, fit, plain, right, rule, text

DESK, BUS, BETWEEN, PLACE, ALL, NONE = "desk ", "bus ", "between ", "place ", "all", "none "
"""How the key of a row begins; one can stand on each, so that each can be scrolled into sight."""
GUTTER = 3
"""Cells before a row one can stand on."""
_LEAST_NAME, _WITH_REF = 12, 21
"""Cells that a name gets before any column, alone and with the reference of a bus."""
_LINES_OF_WHY = 2
_LONGEST_NAME = 20
"""Cells of the region's own name beside the time: how old it all is is never cut."""
_NOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Look(Generic[S]):
    """Who looks: at what, when, and on the clock of which place."""

    seen: Seen[S]
    now: datetime
    settings: Settings

    def age(self, moment: datetime | None) -> str:
        """How old what was told then is."""
        if moment is None:
            return "-"
        length = self.seen.age(moment, self.now)
        return _("now") if length < _NOW else clock.span(length)


@dataclass(frozen=True)
class Column:
    """A column to the right of the names; of those that do not fit the highest `goes` go first."""

    heading: str
    cells: Sequence[str]
    goes: int = 0

    @property
    def width(self) -> int:
        """With a gap before it."""
        return max(cell_len(self.heading), *(cell_len(cell) for cell in self.cells), 3) + 2


def rows(look: Look[Regional], width: int) -> list[Row]:
    """How it fares with the line, every desk, the buses that come, the places that are shared."""
    found = [Row(line) for line in standing(look, width)]
    if (regional := look.seen.regional) is not None:
        found += [Row(text(fit(f" {words}", width), "warn")) for words in _nation(regional)]
        found += _desks(look, regional, width)
        found += _buses(look, regional, width)
        found += _between(look, regional, width)
        found += _places(regional, width)
    return found


def lines(look: Look[Regional], width: int = 80) -> list[str]:
    """The same for the command line."""
    return [((" " * GUTTER if row.key else "") + plain(row.line)).rstrip() for row in rows(look, width)]


def nowhere(width: int) -> list[Row]:
    """A desk that belongs to no region."""
    return [Row(text("   " + line)) for line in wrap(keys.no_region(), max(20, width - 4))]


def standing(look: Look[Regional], width: int) -> list[Line]:
    """As of when it is, or since when the region cannot be reached."""
    if lines := unread(look, _("region unreachable since {time}"), width):
        return lines
    if look.seen.regional is None:
        return [text(fit(" " + _("The region is being read …"), width))]
    name = fit(look.seen.regional.name, min(cell_len(look.seen.regional.name), _LONGEST_NAME))
    words = _("region {name}, as of {time}").format(name=name, time=as_of(look))
    return headed(words, look.seen.regional.to_find, width)


def headed(words: str, short: int, width: int) -> list[Line]:
    """What it is and as of when, and how many places are to be found; on two lines where one has no room."""
    tail = _("to find for all buses: {n}").format(n=number(short)) if short else ""
    if cell_len(words) + cell_len(tail) + 3 > width:
        return [text(fit(f" {words}", width), "bold"), text(fit(f" {tail}", width), "alarm")]
    return [((fit(f" {words}", width - cell_len(tail)), "bold"), (tail, "alarm"))]


def unread(look: Look[S], words: str, width: int) -> list[Line]:
    """Since when it cannot be read, and why; empty while it can."""
    seen = look.seen
    if seen.unreachable_since is None:
        return []
    words = words.format(time=clock.when(seen.unreachable_since, look.now, look.settings.tz))
    if seen.read_at is not None:
        words += ": " + _("this is as of {time}").format(time=as_of(look))
    why = wrap(seen.why, max(20, width - 2), max_lines=_LINES_OF_WHY, placeholder=" …")
    return [text(fit(f" {words}", width), "alarm"), *(text(fit(f" {line}", width), "dim") for line in why)]


def as_of(look: Look[S]) -> str:
    """When it was read last, in the time of whoever looks."""
    return clock.when(look.seen.read_at, look.now, look.settings.tz) if look.seen.read_at is not None else ""


def _nation(regional: Regional) -> Iterator[str]:
    """What is amiss with the nation's reading: what waits for it fills the region's disk."""
    for one in regional.nation:
        if one.is_lost:
            yield _("The nation reads this region no more. Its keeper, there: desk nation add")
        elif not one.active:
            size = number((one.kept_bytes or 0) // 1_000_000)
            yield _("The nation does not read this region: {n} MB wait for it here.").format(n=size)


# --- the three lists --------------------------------------------------------------------------


def _desks(look: Look[Regional], regional: Regional, width: int) -> list[Row]:
    found, total = regional.desks, regional.totals
    more = look.seen.since_read(look.now)
    old = [regional.is_old(one, more) for one in found]
    columns = [
        Column(_("beds"), [*(_of(one.realised) for one in found), number(total.realised)], 3),
        Column(_("free"), [*(_of(one.free) for one in found), number(total.free)]),
        Column(_("inside"), [*(_of(one.inside) for one in found), number(total.inside)]),
        Column(_("no bed"), [*(_of(one.without_bed) for one in found), number(total.without_bed)], 1),
        Column(_("no name"), [*(_of(one.unregistered) for one in found), number(total.unregistered)], 2),
        Column(_("told"), [*(_told(look, one, is_old) for one, is_old in zip(found, old, strict=True)), ""]),
    ]
    names = [_("{desk}, here").format(desk=one.desk) if one.desk == regional.me else one.desk for one in found]
    together = ngettext("{n} desk", "{n} desks", total.desks).format(n=number(total.desks))
    if total.missing:
        together += ", " + _("{n} told nothing yet").format(n=number(total.missing))
    title, lines = laid_out(_("Desks"), columns, [*names, together], width)
    keyed = [
        Row(text(line, "warn" if is_old or one.told_at is None else ""), DESK + one.desk)
        for line, one, is_old in zip(lines, found, old, strict=False)
    ]
    return [Row(title), *keyed, Row(text(lines[-1], "bold"), ALL)]


def _told(look: Look[Regional], one: DeskFigures, is_old: bool) -> str:
    return ("! " if is_old else "") + look.age(one.told_at)


def _buses(look: Look[Regional], regional: Regional, width: int) -> list[Row]:
    found = regional.buses
    if not found:
        return [Row(rule(_("Coming"), width)), Row(text(_("No bus is coming to any desk."), "dim"), NONE + BUS)]
    columns = [
        Column(_("due"), [clock.when(bus.eta, look.now, look.settings.tz) if bus.eta else "-" for bus in found]),
        Column(_("state"), [_state(bus) for bus in found], 2),
        Column(_("said"), [number(bus.announced) for bus in found], 1),
        Column(_("counted"), ["-" if bus.counted is None else number(bus.counted) for bus in found], 3),
        Column(_("TO FIND"), [number(bus.to_find) + (" !" if bus.to_find > 0 else "  ") for bus in found]),
    ]
    tonight = clock.night_of(look.now, look.settings.tz)
    names = [f"{bus.desk}  {references.said(bus.ref, tonight)}" for bus in found]
    title, lines = laid_out(_("Coming"), columns, names, width, _WITH_REF)
    keyed = [
        Row(text(line, "alarm" if bus.to_find > 0 else ""), f"{BUS}{bus.desk} {bus.ref}")
        for line, bus in zip(lines, found, strict=True)
    ]
    return [Row(title), *keyed]


def _between(look: Look[Regional], regional: Regional, width: int) -> list[Row]:
    """Buses that one desk sent another and that nobody there has answered; as a rule there are none."""
    found = regional.between
    if not found:
        return []
    columns = [
        Column(_("people"), ["-" if bus.people is None else number(bus.people) for bus in found], 1),
        Column(_("state"), [_("no answer yet") if bus.is_seen else _("not seen yet") for bus in found]),
        Column(_("sent"), [look.age(bus.sent_at) for bus in found]),
    ]
    tonight = clock.night_of(look.now, look.settings.tz)
    names = [f"{bus.sender} > {bus.receiver}  {references.said(bus.ref, tonight)}" for bus in found]
    title, lines = laid_out(_("From desk to desk"), columns, names, width, _WITH_REF)
    keyed = [
        Row(text(line, "warn"), f"{BETWEEN}{bus.sender} {bus.ref} {n}")
        for n, (line, bus) in enumerate(zip(lines, found, strict=True))
    ]
    return [Row(title), *keyed]


def _places(regional: Regional, width: int) -> list[Row]:
    found = regional.places
    if not found:
        return [Row(rule(_("Shared places"), width)), Row(text(_("The desks share no places."), "dim"), NONE + PLACE)]
    columns = [
        Column(_("places"), [number(one.capacity) for one in found], 1),
        Column(_("held"), [number(one.held) for one in found], 2),
        Column(_("free"), [number(one.free) for one in found]),
    ]
    if regional.me:
        columns.append(Column(_("ours"), [number(one.mine) if one.mine else "-" for one in found]))
    title, lines = laid_out(_("Shared places"), columns, [_place(one) for one in found], width)
    return [Row(title), *(Row(text(line), PLACE + one.location) for line, one in zip(lines, found, strict=True))]


def laid_out(
    title: str, columns: Sequence[Column], names: Sequence[str], width: int, least: int = _LEAST_NAME
) -> tuple[Line, list[str]]:
    """A rule with the headings, and a line for each name; columns that the window has no room for are left out."""
    kept = list(columns)
    longest = max(map(cell_len, names), default=0)
    needs = max(min(longest, least) + GUTTER, cell_len(f"-- {title} ") + 1)
    while len(kept) > 1 and sum(column.width for column in kept) + needs > width:
        kept.remove(max(kept, key=lambda column: column.goes))
    room = max(1, width - GUTTER - sum(column.width for column in kept))
    headings = "".join(right(column.heading, column.width) for column in kept).strip()
    lines = [
        fit(name, room) + "".join(right(column.cells[at], column.width) for column in kept)
        for at, name in enumerate(names)
    ]
    return rule(title, width, headings), lines


def _of(value: int | None) -> str:
    return "-" if value is None else number(value)


def _place(one: SharedPlaces) -> str:
    return f"{one.location}, {one.municipality}" if one.municipality else one.location


def _state(bus: ComingBus) -> str:
    known = {state.value: label for state, label in buses.LABELS.items()}
    return _(known[bus.state]) if bus.state in known else fit(bus.state, 12).rstrip()


# --- the line under the cursor ----------------------------------------------------------------


def hint(look: Look[Regional], key: str) -> str:
    """More of what is under the cursor than its line has room for."""
    regional = look.seen.regional
    if regional is None:
        return ""
    if key.startswith(DESK):
        return next((_of_desk(look, one) for one in regional.desks if DESK + one.desk == key), "")
    if key.startswith(BUS):
        known = (bus for bus in regional.buses if f"{BUS}{bus.desk} {bus.ref}" == key)
        return next(("  ".join(starmap(_fact, _bus_facts(look, regional, bus))) for bus in known), "")
    if key == ALL and (old := regional.totals.old):
        words = ngettext("{n} desk told nothing for a while (!)", "{n} desks told nothing for a while (!)", old)
        return words.format(n=number(old))
    return ""


def _of_desk(look: Look[Regional], one: DeskFigures) -> str:
    if one.told_at is None:
        return _("{desk} has told no figures yet.").format(desk=one.desk)
    parts = [
        _fact(_("usable"), _of(one.usable)),
        _fact(_("taken"), _of(one.occupied)),
        _fact(_("held"), _of(one.reserved)),
    ]
    if one.clock_is_off:
        off = clock.span(timedelta(seconds=abs(one.clock_off_s)))
        parts.append(
            _("its clock is {off} ahead").format(off=off)
            if one.clock_off_s > 0
            else _("its clock is {off} behind").format(off=off)
        )
    return "  ".join(parts)


def _bus_facts(look: Look[Regional], regional: Regional, bus: ComingBus) -> list[tuple[str, str]]:
    told_at = next((one.told_at for one in regional.desks if one.desk == bus.desk), None)
    people = _("people"), number(bus.people)
    return [(_("state"), _state(bus)), (_("reserved"), number(bus.reserved)), people, (_("told"), look.age(told_at))]


def _fact(name: str, value: str) -> str:
    return f"{name} {value}"


def waiting(line: "link.LinkState | None") -> str:
    """What this desk has not told yet."""
    return link.waiting(line.waiting) if line is not None and line.waiting else ""
