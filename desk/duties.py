"""Who does a signal, and what was put off to a time: it folds away until then, and is never lost (issue 5)."""

from datetime import datetime, timedelta

from desk import clock
from desk.language import _
from desk.logbook import Duty
from desk.night import Night
from desk.refusals import Refused

SEVERITIES = ("note", "warning", "alarm")
"""From what can wait to what cannot."""
LONGEST = timedelta(hours=12)
"""For how long a signal can be put off: the next shift sees it in any case."""
NEVER = frozenset({"rollcall_open", "rollcall_missing"})
"""Kinds that nobody can put off: people may be in a house that burns."""


def name_of(key: str, severity: str) -> str:
    """What a signal that is put off is kept by: of another severity it is another, so what grows worse is back."""
    return f"{key}@{severity}"


def put_off_by(night: Night, key: str, severity: str) -> Duty | None:
    """Who put this signal off and until when, while it was as bad as now or worse; None where it is to be seen."""
    for as_bad in SEVERITIES[SEVERITIES.index(severity) :]:
        duty = night.duty.get(name_of(key, as_bad))
        # further off than anybody may say: the clock was set back, and it is not lost for that
        if duty is not None and duty.until is not None and night.at < duty.until <= night.at + LONGEST:
            return duty
    return None


def put_off(kind: str, key: str, severity: str, until: datetime, by: str, at: datetime) -> Duty:
    """A signal put off until a moment within twelve hours; refused where it cannot wait."""
    if kind in NEVER:
        raise Refused(_("A roll call cannot be put off. Count on, or finish it (Enter)."))
    if until <= at:
        raise Refused(_("That time is past. Until when does it wait? As in: 04:00 or +30m"))
    if until - at > LONGEST:
        raise Refused(_("It can wait for {span} at most. Give an earlier time.").format(span=clock.span(LONGEST)))
    return Duty(signal=name_of(key, severity), by=by, at=at, until=until)
