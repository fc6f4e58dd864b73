"""Who is inside, and whom to ring: what must be on the screen before anything else is done."""

from desk import evacuation
from desk.language import _
from desk.night import Night
from screens.instructions import instruction_rows
from screens.lines import Row, fit, text


def rows(night: Night, width: int) -> list[Row]:
    """The evacuation list as lines to page through."""
    return [Row(text(" " + line)) for line in evacuation.lines(night, width - 2)]


def phone_rows(night: Night, width: int) -> list[Row]:
    """Our own address first, for 112; then every number with when to ring and what to say."""
    address = night.settings.address or _('not entered: desk settings address "…"')
    found = [
        Row(((" " + _("We are:") + " ", "bold"), (f"{night.settings.site}, {address}", "bold"))),
        *instruction_rows(night, "press", width),
        Row(()),
        Row(text(" " + fit(_("for"), 22) + fit(_("number"), 18) + fit(_("hours"), 14) + _("say"), "dim")),
    ]
    for phone in night.phones:
        line = " " + fit(phone.role, 21) + " " + fit(phone.number, 17) + " " + fit(phone.hours, 13) + " "
        found.append(Row(((line, ""), (fit(phone.say, max(0, width - len(line))), ""))))
    return found
