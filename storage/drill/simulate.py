"""Many made-up nights played without a person, each on a store of its own; and how any night was worked, in figures."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from desk.beds import BedStatus
from desk.drill.debrief import Worked
from desk.drill.script import Script, script
from desk.households import INSIDE, HouseholdState
from desk.language import N_, _
from storage.drill.house import START, Moment, build, copied, move_in, opened
from storage.drill.play import Breach, Play
from storage.drill.world import WORLD, World
from storage.rows import to_text, to_time
from storage.store import Desk

_MEMORY = Path("/dev/shm")
"""Where a store of a simulated night is made, if there is such a place: nobody needs it after a power cut."""
BEGINS_BEFORE = timedelta(minutes=5)
RULES_OF_THE_DRILL = N_(
    "DRILL: ring a location with -, it rings back; a colleague writes down who was counted; q twice ends it"
)


def simulate(nights: int, seed: int, told: Callable[[int, Worked, list[Breach]], None]) -> tuple[Worked, list[Breach]]:
    """Play so many nights, of the seeds from `seed` on; after each `told` hears its number and figures."""
    total, broken = Worked(), []
    with house() as template:
        for number in range(nights):
            worked, breaches, _play = one_night(template, seed + number)
            total += worked
            broken += breaches
            told(number + 1, worked, breaches)
    return total, broken


@contextmanager
def house() -> Iterator[Path]:
    """An empty house to copy for each night, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="desk-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        template = Path(folder) / "house.db"
        build(template, START - timedelta(days=3))
        yield template


def one_night(template: Path, seed: int, until: datetime | None = None) -> tuple[Worked, list[Breach], Play]:
    """One night on a copy of the house, from noon to noon or to `until`."""
    night = script(seed, START)
    path = copied(template, template.with_name(f"night-{seed}.db"))
    moment = Moment(night.start - timedelta(hours=41))
    try:
        with opened(path, moment) as desk:
            play = Play(desk, night, moment)
            breaches = play.run(until)
            found = worked(desk, night, until)
    finally:
        for end in ("", "-wal", "-shm", ".open"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    return replace(found, refused_steps=len(play.refused), broken=len(breaches)), breaches, play


def prepared(path: Path, seed: int, language: str) -> tuple[Script, datetime]:
    """A new store at `path` with who is in the house, for a person to work the night of a seed; and when to begin.

    That is a little before the first thing happens: nobody is made to wait for it.
    """
    night = script(seed, START)
    build(path, START - timedelta(days=3), language=language)
    moment = Moment(night.start)
    with opened(path, moment) as desk:
        move_in(desk, night, moment)
        begins = moment.at = max(night.start, World(desk, night).first_at - BEGINS_BEFORE)
        desk.sign_on(WORLD)
        desk.logbook.add("call", _(RULES_OF_THE_DRILL), back_at=begins)
    return night, begins


def worked(desk: Desk, night: Script, until: datetime | None = None) -> Worked:
    """How a night was worked, from what the store has of it: the same for a person and for the planner."""
    end = min(until or night.end, night.end)
    rows = _households(desk, end)
    new = [row for row in rows if row.came >= night.start]
    without = [row for row in new if row.bed_at is None and row.people > row.cots]
    waiting = sum(row.people for row in rows if row.state == HouseholdState.WAITING)
    free = sum(status is BedStatus.FREE for status in desk.night(end).status.values())
    limit = desk.settings.hours("stay_signal_hours")
    return Worked(
        nights=1,
        people=sum(row.people for row in new),
        bedded=sum(row.people for row in new) - sum(row.people for row in without),
        without_bed=sum(row.people for row in without),
        placed=_people(
            desk,
            "state = 'arrived' AND location IS NOT NULL AND confirmed_at BETWEEN ? AND ?",
            to_text(night.start),
            to_text(end),
        ),
        underway=_people(desk, "state = 'underway'"),
        here=sum(row.people for row in rows if row.state in INSIDE),
        overstays=sum(row.people for row in rows if (row.ended_at or end) - row.since > limit),
        refusals=int(desk.db.execute("SELECT count(*) FROM placement WHERE state = 'declined'").fetchone()[0]),
        beds_unused=min(free, waiting),
        waits=tuple(int((row.bed_at - row.came).total_seconds() // 60) for row in new if row.bed_at is not None),
        buses=dict(Counter(bus.kind for bus in night.buses)),
    )


@dataclass(frozen=True)
class _Household:
    """What the figures need of one household; `came` is when its bus arrived, else when it was written down."""

    people: int
    cots: int
    state: str
    since: datetime
    ended_at: datetime | None
    came: datetime
    bed_at: datetime | None


def _households(desk: Desk, end: datetime) -> list[_Household]:
    rows = desk.db.execute(
        "SELECT h.people, h.cots, h.state, h.since, h.ended_at, coalesce(b.arrived_at, h.registered_at),"
        " (SELECT min(s.since) FROM stay s WHERE s.household = h.id)"
        " FROM household h LEFT JOIN bus b ON b.id = h.bus"
        " WHERE h.state NOT IN ('expected', 'no_show') AND h.registered_at <= ?",
        [to_text(end)],
    ).fetchall()
    return [
        _Household(row[0], row[1], row[2], to_time(row[3]), _time(row[4]), to_time(row[5]), _time(row[6]))
        for row in rows
    ]


def _time(text: str | None) -> datetime | None:
    return to_time(text) if text else None


def _people(desk: Desk, where: str, *params: str) -> int:
    return int(
        desk.db.execute(f"SELECT coalesce(sum(people), 0) FROM placement WHERE {where}", [*params]).fetchone()[0]
    )
