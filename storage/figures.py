"""What the figures of a period are made of, read from the store; they are computed in `desk.figures`."""

from datetime import datetime

from desk.figures import Period
from storage.journal import Journal
from storage.rows import to_text, to_time


def read_period(journal: Journal, since: datetime, until: datetime) -> Period:
    """Arrivals, registrations and departures between two moments, as people at a time."""
    span = [to_text(since), to_text(until)]

    def rows(sql: str) -> list[tuple[datetime, ...]]:
        return [(to_time(row[0]), *row[1:]) for row in journal.db.execute(sql, span).fetchall()]

    with journal.db.snapshot():
        confirmed = rows(
            "SELECT confirmed_at, people FROM placement"
            " WHERE confirmed_at BETWEEN ? AND ? AND location IS NOT NULL AND state = 'arrived'"
        ) + rows("SELECT confirmed_at, confirmed FROM allocation WHERE confirmed_at BETWEEN ? AND ?")
        registered = rows(
            "SELECT registered_at, people FROM household"
            " WHERE registered_at BETWEEN ? AND ? AND state NOT IN ('expected', 'no_show')"
        )
        departed = rows(
            "SELECT departed_at, people, location IS NOT NULL FROM placement"
            " WHERE departed_at BETWEEN ? AND ? AND state IN ('underway', 'arrived')"
        )
        left = rows("SELECT ended_at, people FROM household WHERE ended_at BETWEEN ? AND ? AND state = 'left'")
    return Period(
        since,
        until,
        tuple((row[0], int(str(row[1]))) for row in confirmed),
        tuple((row[0], int(str(row[1]))) for row in registered),
        tuple((row[0], int(str(row[1])), bool(row[2])) for row in departed),
        tuple((row[0], int(str(row[1]))) for row in left),
    )
