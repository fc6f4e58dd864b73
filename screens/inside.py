"""Who is inside, and whom to ring: what must be on the screen before anything else is done."""

from datetime import datetime, timedelta

from desk import clock, evacuation, shift
from desk.language import _
from desk.night import Night
from screens.instructions import instruction_rows
from screens.lines import Row, fit, rule, text

_NEXT = timedelta(hours=12)
"""Who comes within so long is shown; the whole roster is a report (7)."""


def rows(night: Night, width: int) -> list[Row]:
    """The evacuation list as lines to page through."""
    return [Row(text(" " + line)) for line in evacuation.lines(night, width - 2)]


def phone_rows(night: Night, width: int) -> list[Row]:
    """Our own address first, for 112; then every number with when to ring and what to say."""
    address = night.settings.address or _('not entered: desk settings address "…"')
    found = [
        Row(((" " + _("We are:") + " ", "bold"), (f"{night.settings.site}, {address}", "bold"))),
        *instruction_rows(night, "press", width),
        *staff_rows(night, width),
        Row(rule(_("Numbers"), width)),
        Row(text(" " + fit(_("for"), 22) + fit(_("number"), 18) + fit(_("hours"), 14) + _("say"), "dim")),
    ]
    for phone in night.phones:
        line = " " + fit(phone.role, 21) + " " + fit(phone.number, 17) + " " + fit(phone.hours, 13) + " "
        found.append(Row(((line, ""), (fit(phone.say, max(0, width - len(line))), ""))))
    return found


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
