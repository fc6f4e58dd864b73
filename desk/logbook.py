"""The log, call-backs, duties that somebody took, and the phone numbers of the night."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.language import N_, _
from desk.names import clean
from desk.refusals import Refused

KINDS = ("note", "call", "incident", "signal", "K", "B", "A")
KIND_LABELS = {
    "note": N_("note"),
    "call": N_("call"),
    "incident": N_("incident"),
    "signal": N_("signal"),
    "K": N_("issue"),
    "B": N_("decision"),
    "A": N_("action"),
}
DISCLOSURE = "disclosure"
"""The type of a line that says what somebody outside was told of a resident (facts 7, 14.9)."""
TYPED_LATE = timedelta(minutes=5)
"""From this on the time at which a line was typed is shown beside the time at which it happened."""
_CLOCKS_APART = timedelta(minutes=1)
"""Two desks' clocks may differ by this; later than that is the future."""


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of the log; with `back_at` it is a call-back that stays open until somebody did it."""

    id: int = 0
    at: datetime | None = None
    kind: str = "note"
    text: str = ""
    link: str = ""
    type_text: str = ""
    by: str = ""
    back_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str = ""
    corrects: int | None = None
    """The line that this one puts right; that one stays as it was written."""

    @property
    def is_open(self) -> bool:
        """A call-back that nobody did yet."""
        return self.back_at is not None and self.done_at is None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line as it is read back: with when it was typed, and the line that put it right since.

    `action` is the action of the journal that wrote it: lines stand between the other actions by it.
    """

    line: LogLine
    action: int = 0
    entered_at: datetime | None = None
    put_right_by: int | None = None

    @property
    def typed_late(self) -> datetime | None:
        """When it was typed, where that is more than five minutes from when it happened."""
        if self.entered_at is None or self.line.at is None:
            return None
        return self.entered_at if abs(self.entered_at - self.line.at) > TYPED_LATE else None


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Who does what: a signal's key, taken by an operator."""

    id: int = 0
    signal: str = ""
    by: str = ""
    at: datetime | None = None
    until: datetime | None = None
    """Put off until then; the signal is back at that time."""


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A number to ring: for what, when, and what to say."""

    id: int = 0
    role: str = ""
    number: str = ""
    hours: str = ""
    say: str = ""
    position: int = 0


def happened(at: datetime, entered: datetime) -> datetime:
    """When something happened, refused where that is still to come."""
    if at - entered > _CLOCKS_APART:
        raise Refused(
            _(
                "That time is still to come; the log tells what happened. Give a time that is past, with its date"
                " where it was yesterday. What is still to do is a call-back (--back)."
            )
        )
    return at


def may_correct(old: LogLine, put_right_by: int | None) -> LogLine:
    """The line that a new one may put right; refused where another did so: then that one is put right."""
    if put_right_by is not None:
        raise Refused(
            _("Line {old} was put right by line {new} already. If that is wrong too: desk log correct {new}").format(
                old=old.id, new=put_right_by
            )
        )
    return old


def disclosure(*, asked_by: str, basis: str, shown: str, allowed_by: str, number: str = "") -> str:
    """The words of a disclosure: who asked, with what service number, on what basis, what was shown, who allowed it.

    All but the number must be told (facts 7: police have access only on demand and with a legal basis).
    """
    told = {name: clean(words) for name, words in locals().items()}
    if not all(words for name, words in told.items() if name != "number"):
        raise Refused(
            _("Who asks, on what basis, what was shown and who allowed it must all be told. Shown may be: nothing")
        )
    words = _("Asked by {asked_by}, number {number}. Basis: {basis}. Shown: {shown}. Allowed by: {allowed_by}.")
    return words.format(**{**told, "number": told["number"] or "-"})
