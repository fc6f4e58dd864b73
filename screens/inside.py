"""Who is inside, and whom to ring: what must be on the screen before anything else is done."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desk import clock, evacuation, shift
from desk.language import _
from desk.night import Night
from screens.instructions import instruction_rows
from screens.lines import Row, fit, rule, text

if TYPE_CHECKING:
    from screens.session import Session

_NEXT = timedelta(hours=12)
"""Who comes within so long is shown; the whole roster is a report (7)."""


def rows(night: Night, width: int) -> list[Row]:
    """The evacuation list as lines to page through."""
    return [Row(text(" " + line)) for line in evacuation.lines(night, width - 2)]


def phone_rows(night: Night, width: int) -> list[Row]:
    """Our own address first, for 112; who is on duty; then every number with when to ring and what to say."""
    return [
        _address(night),
        *instruction_rows(night, "press", width),
        *staff_rows(night, width),
        *number_rows(night, width),
    ]


def address_and_numbers(night: Night, width: int) -> list[Row]:
    """What whoever is not of the house needs of it: where we are, and the numbers."""
    return [_address(night), *number_rows(night, width)]


def _address(night: Night) -> Row:
    address = night.settings.address or _('not entered: desk settings address "…"')
    return Row(((" " + _("We are:") + " ", "bold"), (f"{night.settings.site}, {address}", "bold")))


def number_rows(night: Night, width: int) -> list[Row]:
    """Every number with when to ring and what to say."""
    found = [
        Row(rule(_("Numbers"), width)),
        Row(text(" " + fit(_("for"), 22) + fit(_("number"), 18) + fit(_("hours"), 14) + _("say"), "dim")),
    ]
    for phone in night.phones:
        line = " " + fit(phone.role, 21) + " " + fit(phone.number, 17) + " " + fit(phone.hours, 13) + " "
        found.append(Row(((line, ""), (fit(phone.say, max(0, width - len(line))), ""))))
    return found


def desk_rows(here: "Session", night: Night, width: int) -> list[Row]:
    """Who sits at a desk now: since when, from where, and what they are on."""
    found = [Row(rule(_("At the desk"), width))]
    for one in here.everybody():
        since = clock.when(one.since, night.at, night.settings.tz)
        where = _("from {origin}").format(origin=one.origin) if one.origin else _("at this machine")
        me = _("this desk") if one.session == here.id else said_place(night, one.place)
        line = f" {fit(one.operator, 14)} {fit(_('since {time}').format(time=since), 14)}{fit(where, 20)} {me}"
        found.append(Row(text(fit(line, width))))
    return found


def said_place(night: Night, place: str) -> str:
    """Where somebody is, in words: a screen, or a form."""
    from screens import keys

    section, _space, key = place.partition(" ")
    if section == "form":
        ref = key.rpartition(" ")[2]
        return _("fills in a form") + (f" {night.said(ref)}" if ref.count("-") == 2 else "")
    return _(keys.BY_ID[section].label) if section in keys.BY_ID else ""


def staff_rows(night: Night, width: int) -> list[Row]:
    """Who is on duty, who should be, whom to ring, and who comes next, with their numbers."""
    tz, found = night.settings.tz, [Row(rule(_("On duty"), width))]

    def add(name: str, role: str, phone: str, words: str, style: str = "") -> None:
        found.append(Row(text(fit(f" {fit(name, 18)} {fit(phone, 14)} {fit(role, 12)} {words}", width), style)))

    def when(at: datetime | None) -> str:
        return clock.when(at, night.at, tz) if at else "?"

    for here in night.on_duty:
        add(here.name, here.role, here.phone, _("since {time}").format(time=when(here.on_at)))
    if not night.on_duty:
        found.append(Row(text("   " + _("Nobody signed on. As in: :shift on Anna"), "dim")))
    for one in shift.should_be_here(night.rostered, night.on_duty, night.at):
        add(one.name, one.role, one.phone, _("SHOULD BE HERE since {time}").format(time=when(one.starts)), "warn")
    for one in shift.on_call(night.rostered, night.on_duty, night.at):
        add(one.name, one.role, one.phone, _("on call until {time}").format(time=when(one.ends)))
    coming = [one for one in night.rostered if one.starts and night.at < one.starts <= night.at + _NEXT]
    for one in coming:
        words = _("on call from {time}") if one.on_call else _("from {time}")
        add(one.name, one.role, one.phone, words.format(time=when(one.starts)), "dim")
    return found
