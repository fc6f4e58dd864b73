"""A desk that works by itself: it says of each action that it begins, and what became of it, to whoever holds it.

`+ UID` before an action, then `= UID` once it is acknowledged, or `- UID WHY` where it was refused.
"""

import argparse
import os
import sys
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from desk.language import speak
from desk.refusals import Refused
from storage.database import Store
from storage.sqlite import Database
from storage.store import Desk

TONIGHT = datetime(2022, 4, 8, 0, 41, tzinfo=UTC)
PROTECTIONS = ("fsync", "journal", "immediate")
"""What a run can go without: then something must be lost, or the run proves nothing."""


def main() -> None:
    """Work on a store until so many actions are done, or without end."""
    options = argparse.ArgumentParser()
    options.add_argument("store", type=Path)
    options.add_argument("--name", default="Anna")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--actions", type=int, default=0, help="0: until killed")
    options.add_argument("--without", choices=PROTECTIONS)
    options.add_argument("--clock", choices=sorted(CLOCKS), default="still")
    options.add_argument("--held", action="store_true", help="after each line wait for one in return")
    given = options.parse_args()
    speak("en")
    random = Random(given.seed)
    if given.without == "immediate":
        Store.atomic = _deferred  # type: ignore[method-assign, assignment]
    try:
        desk = Desk(given.store, given.name, CLOCKS[given.clock](random))
    except Refused as no:
        say(f"! {no}")
        sys.exit(1)
    with desk:
        if given.without == "fsync":
            desk.db.execute("PRAGMA synchronous = OFF").fetchall()
        work(desk, random, given.actions, held=given.held)


def work(desk: Desk, random: Random, actions: int, *, held: bool = False) -> None:
    """Write households down, give them beds, note things and take some of it back; tell each step."""
    begun: list[str] = []

    def new_uid() -> str:
        begun.append(uuid.UUID(int=random.getrandbits(128)).hex)
        say(f"+ {begun[-1]}")
        if held:
            sys.stdin.readline()
        return begun[-1]

    desk.journal.new_uid = new_uid
    done = 0
    while not actions or done < actions:
        done += 1
        begun.clear()
        try:
            _act(desk, random, done)
        except Refused as no:
            why = "; ".join(no.sentences)
            say(f"- {begun[-1] if begun else '.'} {why}")
        else:
            for uid in begun:
                say(f"= {uid}")


def _act(desk: Desk, random: Random, number: int) -> None:
    kind = random.random()
    if kind < 0.45:
        people = random.randint(1, 4)
        desk.households.register(name=f"Petrenko {desk.operator} {number}", people=people, give_bed=False)
    elif kind < 0.6:
        desk.households.register(name=f"Koval {desk.operator} {number}", people=1, sex="m")
    elif kind < 0.85:
        desk.logbook.add("note", f"the heating of room {number} was looked at")
    else:
        desk.journal.undo()


def say(line: str) -> None:
    """One line, written whole at once, so that a kill never tears it."""
    os.write(1, (line + "\n").encode())


@contextmanager
def _deferred(db: Store) -> Generator[Database, None, None]:
    """A transaction as the library begins it: deferred, with something read before anything is written."""
    with Database.atomic(db):
        db.execute("SELECT count(*) FROM stay").fetchone()
        yield db


# --- clocks -----------------------------------------------------------------------------------


def _still(_random: Random) -> Callable[[], datetime]:
    return lambda: TONIGHT


def _jumping(random: Random) -> Callable[[], datetime]:
    """A clock that somebody sets, hours off in either direction."""
    return lambda: TONIGHT + timedelta(seconds=random.randint(-200_000, 200_000))


def _through(begin: datetime) -> Callable[[Random], Callable[[], datetime]]:
    """A clock that goes through the hour in which the night becomes longer or shorter, minute by minute."""

    def clock(_random: Random) -> Callable[[], datetime]:
        now = [begin]

        def tick() -> datetime:
            now[0] += timedelta(seconds=20)
            return now[0]

        return tick

    return clock


CLOCKS: dict[str, Callable[[Random], Callable[[], datetime]]] = {
    "still": _still,
    "jumping": _jumping,
    "spring": _through(datetime(2022, 3, 27, 0, 50, tzinfo=UTC)),
    "autumn": _through(datetime(2022, 10, 30, 0, 20, tzinfo=UTC)),
}

if __name__ == "__main__":
    main()
