"""Two moments of the store compared: who came, who went, and what was corrected between them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from desk import figures
from desk.frozen import Comparison, Correction
from desk.households import ENDED, INSIDE, HouseholdState
from desk.night import Night
from storage.as_of import AsOf
from storage.figures import read_period
from storage.journal import Journal
from storage.rows import to_text

_INSIDE = frozenset(state.value for state in INSIDE)
_ENDED = frozenset(state.value for state in ENDED)
_NEVER_CAME = frozenset({HouseholdState.EXPECTED.value, HouseholdState.NO_SHOW.value})

Row = Mapping[str, Any]


def compare(
    then: AsOf, journal: Journal, night: Night, version: int, kept: tuple[int, int] | None = None
) -> Comparison:
    """What changed from `then` to the night read from `journal`, whose last action is `version`.

    Present then and now are counted in the two nights, who came and went by when it happened, corrections row by row
    from the journal: three ways, so that the sum of them is a check (facts 8.1). `kept` is what a report has
    of those present and staying at the first moment: then a row that was changed behind the journal's back shows too.
    """
    period = read_period(journal, then.at + timedelta(seconds=1), night.at)
    returned, corrections = _between(then, journal, night, version)
    present_then, staying_then = kept or (figures.people(then.night).present, _staying(then.night))
    after = figures.people(night)
    return Comparison(
        then=then.at,
        now=night.at,
        present_then=present_then,
        present_now=after.present,
        out_then=staying_then - present_then,
        out_now=_staying(night) - after.present,
        came=period.inflow,
        returned=returned,
        onward_flow=period.onward_flow,
        outflow=period.outflow,
        corrections=tuple(corrections),
    )


def _staying(night: Night) -> int:
    return sum(household.people for household in night.staying)


def _between(then: AsOf, journal: Journal, night: Night, version: int) -> tuple[int, list[Correction]]:
    """People who came back after they had left, and every household that differs without coming or going."""
    touched = [
        row[0]
        for row in journal.db.execute(
            "SELECT DISTINCT row_id FROM main.change WHERE +table_name = 'household' AND action > ? AND action <= ?"
            " ORDER BY row_id",
            [then.version, version],
        ).fetchall()
    ]
    old, new = _households(then.journal, touched), _households(journal, touched)
    went = _went(journal, then.at, night.at)
    returned = 0
    corrections: list[Correction] = []
    for household in touched:
        was, now = old.get(household), new.get(household)
        came = now["people"] if now and _came(now, then.at, night.at) else 0
        left = _there(now) - _there(was) - came + went.get(household, 0)
        if left > 0 and was and was["state"] in _ENDED and now and now["state"] in _INSIDE:
            returned += left
        elif left:
            ref = (now or was or {})["ref"]
            corrections.append(Correction(ref, left, _reason(was, now)))
    return returned, corrections


def _households(journal: Journal, ids: list[int]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        rows = journal.db.execute(
            "SELECT id, ref, state, people, registered_at, ended_at FROM household"
            f" WHERE id IN ({', '.join('?' * len(some))})",
            some,
        ).fetchall()
        names = ("id", "ref", "state", "people", "registered_at", "ended_at")
        found |= {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    return found


def _went(journal: Journal, since: datetime, until: datetime) -> dict[int, int]:
    """People who departed or left in the period, by household; counted as the figures of a period count them."""
    span = [to_text(since + timedelta(seconds=1)), to_text(until)]
    found: dict[int, int] = defaultdict(int)
    rows = journal.db.execute(
        "SELECT household, people FROM placement"
        " WHERE departed_at BETWEEN ? AND ? AND state IN ('underway', 'arrived')",
        span,
    ).fetchall()
    rows += journal.db.execute(
        "SELECT id, people FROM household WHERE ended_at BETWEEN ? AND ? AND state = 'left'", span
    ).fetchall()
    for household, people in rows:
        found[household] += people
    return found


def _there(row: Row | None) -> int:
    return int(row["people"]) if row and row["state"] in _INSIDE else 0


def _came(row: Row, since: datetime, until: datetime) -> bool:
    at = row["registered_at"]
    return at is not None and to_text(since) < at <= to_text(until) and row["state"] not in _NEVER_CAME


def _reason(was: Row | None, now: Row | None) -> str:
    if now is None:
        return "undone"
    if was is None or was["state"] in _NEVER_CAME:
        return "late"
    return "gone_late" if now["state"] in _ENDED and was["state"] in _INSIDE else "number"
