"""Shared places: what this desk asked of its region, and what the region granted it."""

from dataclasses import dataclass
from datetime import datetime

ASKED, GRANTED, REFUSED, RETURNED, LAPSED = "asked", "granted", "refused", "returned", "lapsed"
STATES = (ASKED, GRANTED, REFUSED, RETURNED, LAPSED)
OPEN = frozenset({ASKED, GRANTED})
"""States in which something is still to come of it."""


@dataclass(frozen=True, kw_only=True)
class PlaceGrant:
    """Places at one shared location, asked of the region under a name of its own; granted ones may be promised."""

    id: int = 0
    uid: str
    """Its name in the world: asked twice it is given once."""
    location: int
    shared: str
    """How the region calls that location."""
    places: int
    state: str
    asked_at: datetime
    asked_by: str
    granted_at: datetime | None = None
    lapses_at: datetime | None = None
    settled_at: datetime | None = None
    """When it was refused, given back or had run out."""
