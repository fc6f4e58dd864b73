"""One set of records, told twice: as the rows of a table for people and as the data for programs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from desk import clock
from desk.history import History
from desk.language import _
from desk.night import Night
from desk.reports.document import Block, Cell, Column, Document

Record = Mapping[str, Any]
Say = Mapping[str, Callable[[Any], Cell]]


def rows(columns: Sequence[Column], records: Iterable[Record], say: Say | None = None) -> list[list[Cell]]:
    """A row for each record, by the names of the columns; `say` puts the codes of a column into words."""
    told = say or {}
    return [
        [told[c.name](record.get(c.name)) if c.name in told else record.get(c.name) for c in columns]
        for record in records
    ]


def total(columns: Sequence[Column], records: Iterable[Record], title: str, *adds: str) -> list[Cell]:
    """The last line: the title, and the sum of each column that adds up; what nobody knows adds nothing."""
    sums = summed(records, *adds)
    return [title, *(sums.get(column.name) for column in columns[1:])]


def summed(records: Iterable[Record], *adds: str) -> dict[str, int]:
    """The sums of those fields."""
    known = list(records)
    return {name: sum(record.get(name) or 0 for record in known) for name in adds}


def document(
    night: Night,
    name: str,
    title: str,
    blocks: Sequence[Block],
    data: Mapping[str, Any],
    *,
    history: History | None = None,
    lines: Sequence[str] = (),
) -> Document:
    """The report of that name at the night's moment; with a history its period stands below the title."""
    settings = night.settings
    known: dict[str, Any] = {
        "report": name,
        "at": night.at,
        "site": settings.site,
        "organisation": settings.organisation,
    }
    said = list(lines)
    if history is not None:
        known |= {"since": history.since, "until": history.until}
        said.insert(
            0,
            _("Period: {since} to {until}").format(
                since=_full(night, history.since), until=_full(night, history.until)
            ),
        )
    return Document(
        name,
        title,
        night.at,
        settings.time_zone,
        settings.site,
        settings.organisation,
        tuple(blocks),
        lines=tuple(said),
        data=plain(night, {**known, **data}),
    )


def _full(night: Night, at: datetime) -> str:
    return clock.dated_time(at.astimezone(night.settings.tz))


def plain(night: Night, value: Any) -> Any:
    """Data for programs: times in ISO 8601 with the site's offset, references as they are said tonight."""
    if isinstance(value, Mapping):
        return {name: plain(night, part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(night, part) for part in value]
    if isinstance(value, datetime):
        return night.settings.iso(value)
    return value.isoformat() if isinstance(value, date) else value


def minutes(length: timedelta | None) -> int | None:
    """A length of time as whole minutes."""
    return None if length is None else round(length.total_seconds() / 60)
