"""A desk of which only the line is real: it says to the region what the program says, in the same SQL.

The actions it tells are those of the demo's busy night, over and over, each under a name of its own.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import psycopg

from desk.region import told
from storage.clock import running
from storage.demo import make_demo
from storage.region.places import GRANT, HEAR, LOCATIONS, THEIRS
from storage.region.pushing import FIGURES, FIGURES_EACH_S, HELLO, PUSH, Pusher

EVENING = timedelta(hours=12)
"""So long is a night of the demo."""
KEEP = "SELECT doorstroom.keep_places(%s, %s, %s, %s, %s, %s)"
ALL_AT_ONCE = 1_000_000

Event = dict[str, Any]


@dataclass(frozen=True)
class Night:
    """What a desk tells in a busy night: its actions, its figures, and how many actions an hour."""

    events: tuple[Event, ...]
    figures: Mapping[str, Any]
    actions: int
    busiest_hour: int


def busy_night() -> Night:
    """The demo's, as the desk itself would tell it."""
    with (
        tempfile.TemporaryDirectory(prefix="night-") as folder,
        make_demo(Path(folder) / "desk.db", clock=running()) as desk,
    ):
        events = Pusher(desk, batch=ALL_AT_ONCE)._next(0, "")
        figures = told.figures(desk.night())
        since = desk.clock() - EVENING
    lately = [event for event in (one.as_json() for one in events) if datetime.fromisoformat(str(event["at"])) > since]
    hours: dict[str, int] = {}
    for event in lately:
        hour = str(event["at"])[:13]
        hours[hour] = hours.get(hour, 0) + 1
    return Night(tuple(lately), figures, len(lately), max(hours.values()))


def stream(night: Night, dice: Random) -> Iterator[Event]:
    """One action behind the other, without end."""
    before, seq = "", 0
    while True:
        for event in night.events:
            seq += 1
            uid = f"{dice.getrandbits(128):032x}"
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield {**event, "seq": seq, "prev": before, "uid": uid, "at": now, "entered_at": now}
            before = uid


class Speaker:
    """One desk on an open line; each step gives how long it took, in seconds."""

    def __init__(self, conn: "psycopg.Connection[tuple[Any, ...]]", name: str, night: Night, seed: str) -> None:
        self.conn, self.name = conn, name
        self._dice = Random(seed)
        self._events, self._figures = stream(night, self._dice), json.dumps(night.figures, ensure_ascii=False)
        self._me = [f"store of {name}", f"machine of {name}"]
        self._line: int | None = None
        self._figures_at = 0.0
        self.told = 0
        self.granted: dict[str, tuple[str, int]] = {}
        self.epoch = 0

    def join(self) -> None:
        """Come in, as `desk region join`."""
        self.conn.execute("SELECT doorstroom.join_region(%s, %s, %s)", [self.name, *self._me])

    def tell(self, actions: int = 1) -> float:
        """What one look of the service says where so many actions wait."""
        waiting = [next(self._events) for _n in range(actions)]
        began = perf_counter()
        self._hello()
        self._hear()
        if waiting:
            events = json.dumps(waiting, ensure_ascii=False)
            self.conn.execute(PUSH, [self.epoch, events])
        took = perf_counter() - began
        self.told += actions
        if began - self._figures_at >= FIGURES_EACH_S:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self.conn.execute(FIGURES, [self.told, now, self._figures])
            self._figures_at = began
        return took

    def ask(self, location: str, places: int) -> tuple[float, bool]:
        """Ask for places, and read the answer; and whether it got them."""
        uid = f"{self._dice.getrandbits(128):032x}"
        began = perf_counter()
        self._hear()
        self.conn.execute(GRANT, [self._line, uid, location, places])
        answer = {str(row[0]): str(row[3]) for row in self._hear(uid)}
        took = perf_counter() - began
        if answer[uid] == "granted":
            self.granted[uid] = (location, places)
        return took, uid in self.granted

    def give_back(self) -> None:
        """Give back all of one of its asks."""
        if self.granted:
            uid, (location, places) = self.granted.popitem()
            self.conn.execute(KEEP, [self._line, uid, location, places, 0, False])

    def _hello(self) -> None:
        row = self.conn.execute(HELLO, [*self._me, datetime.now(UTC)]).fetchone()
        assert row is not None
        assert row[3] == self.told, f"{self.name}: the region has {row[3]}, {self.told} were told"
        self.epoch = int(row[2])

    def _hear(self, *known: str) -> list[tuple[Any, ...]]:
        self.conn.execute("SELECT uid FROM doorstroom.region").fetchone()
        with self.conn.pipeline():
            heard = self.conn.execute(HEAR, [*self._me, self._line])
            theirs = self.conn.execute(THEIRS, [list(known)])
            locations = self.conn.execute(LOCATIONS)
        row = heard.fetchone()
        assert row is not None
        self._line = int(row[0])
        locations.fetchall()
        return theirs.fetchall()
