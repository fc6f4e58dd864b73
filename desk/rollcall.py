"""The roll call: everybody unknown at first; who is not told of is never present."""

from dataclasses import dataclass
from datetime import datetime

STATES = ("found", "out", "not_found")
"""What can be told of somebody; nobody is any of these before it is told."""


@dataclass(frozen=True, kw_only=True)
class Rollcall:
    """One roll call; `content` is what came of it, once it is finished."""

    id: int = 0
    started_at: datetime | None = None
    started_by: str = ""
    finished_at: datetime | None = None
    finished_by: str = ""
    content: str = ""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One person told of in a roll call: of a household, off a bus and without a name yet, on duty, or a visitor.

    `member` is their number in the household, or among those off the bus; 0 for staff and visitors.
    """

    id: int = 0
    rollcall: int = 0
    household: int | None = None
    bus: int | None = None
    attendance: int | None = None
    visitor: int | None = None
    member: int = 0
    state: str = "found"
    by: str = ""
    at: datetime | None = None
