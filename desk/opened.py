"""A line of the access log: who opened a person's needs, and when (facts 7: viewing them is logged)."""

from dataclasses import dataclass
from datetime import datetime

NEEDS, LIST, PIN = "needs", "list", "pin"
"""What was opened: the needs of one household, of all in a list; or a PIN that was wrong."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One line of the access log."""

    id: int = 0
    at: datetime | None = None
    operator: str = ""
    what: str = ""
    ref: str = ""
