"""What every record shares: references as they are said tonight, times in ISO 8601 with the site's offset."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desk.night import Night

Record = dict[str, Any]

_STORED = re.compile(r"[BHPR]-\d{6}-\d+")


def said(night: Night, ref: str) -> str:
    """A reference as it is said tonight; what is no reference (a bed, a room) stays as it is."""
    return night.said(ref) if _STORED.fullmatch(ref) else ref


def said_everywhere(night: Night, value: object) -> Any:
    """The references in a list or a mapping as they are said tonight."""
    if isinstance(value, str):
        return said(night, value)
    if isinstance(value, Mapping):
        return {name: said_everywhere(night, part) for name, part in value.items()}
    return [said_everywhere(night, part) for part in value] if isinstance(value, list | tuple) else value


def iso(night: Night, at: datetime | None) -> str | None:
    """A moment for other programs; None stays None."""
    return night.settings.iso(at) if at is not None else None
