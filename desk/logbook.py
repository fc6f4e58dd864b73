"""The log, call-backs, duties that somebody took, and the phone numbers of the night."""

from dataclasses import dataclass
from datetime import datetime

from desk.language import N_

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

    @property
    def is_open(self) -> bool:
        """A call-back that nobody did yet."""
        return self.back_at is not None and self.done_at is None


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Who does what: a signal's key, taken by an operator."""

    id: int = 0
    signal: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A number to ring: for what, when, and what to say."""

    id: int = 0
    role: str = ""
    number: str = ""
    hours: str = ""
    say: str = ""
    position: int = 0
