"""The demo's shift: the late shift handed over, two people work the night, one is on call, and the days are filled."""

from datetime import timedelta

from desk import clock as times
from desk.language import _
from storage.store import Desk

BEFORE = "Joost"
"""Who had the late shift."""
_DAYS = 3


def hand_over(desk: Desk) -> None:
    """The late shift goes: what is open is handed over, with a line for the night."""
    desk.sign_on(BEFORE)
    desk.handovers.make(_("The boiler of the upper floor was seen to: warm water again since nine."))


def take_over(desk: Desk, who: str, beside: str) -> None:
    """The night shift comes: one reads and accepts, both sign on; the roster of the days after is known."""
    desk.sign_on(who)
    desk.handovers.accept()
    coordinator, host = _("coordinator"), _("host")
    desk.shifts.on(who, coordinator, "0600-000401")
    desk.shifts.on(beside, host, "0600-000402")
    now, tz = desk.clock(), desk.settings.tz
    first = times.next_at("07:00", now, tz)
    shift = timedelta(hours=8)
    desk.shifts.roster("Els", now, first, host, "0600-000403", on_call=True)
    for day in range(_DAYS):
        early = first + timedelta(days=day)
        desk.shifts.roster("Mirjam", early, early + shift, coordinator, "0600-000404")
        desk.shifts.roster(BEFORE, early + shift, early + 2 * shift, coordinator, "0600-000405")
        desk.shifts.roster(who, early + 2 * shift, early + 3 * shift, coordinator, "0600-000401")
