"""Desks that work, a share of them in each process: at the rate of a busy night, or as fast as it goes."""

import heapq
import json
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from random import Random
from time import perf_counter, sleep
from typing import Any

import psycopg

from storage.region.pushing import HELLO_EACH_S
from tests.region_load.desks import Night, Speaker

ASKS_EACH = 20
"""Of so many steps one is an ask, and about as many give an ask back."""
MOST_ASKED = 6


@dataclass(frozen=True)
class Share:
    """What one process does: which desks, for how long, how many actions a second each (0: as fast as it goes)."""

    address: dict[str, str]
    desks: list[tuple[str, str, str]]
    """Name, role and password."""
    night: dict[str, Any]
    """What each of them tells."""
    halls: int
    seconds: float
    per_second: float
    seed: int
    prepared: bool = True
    """Whether statements are prepared at the server, as psycopg does by itself."""


@dataclass
class Worked:
    """What came of it; times in seconds."""

    told: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    granted: int = 0
    back: int = 0
    quiet: int = 0
    by_desk: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def main() -> None:
    """One share, as JSON on standard input; begins when a second line comes, and says what came of it."""
    given = json.loads(sys.stdin.readline())
    share = Share(**given)
    night = Night(**share.night)
    with ExitStack() as lines:
        desks = [_come_in(lines, share, night, *one) for one in share.desks]
        print("ready", flush=True)
        sys.stdin.readline()
        worked = Worked()
        began = perf_counter()
        if share.per_second:
            _at_the_rate(share, desks, worked)
        else:
            _flat_out(share, desks, worked)
        worked.seconds = perf_counter() - began
        worked.by_desk = {desk.name: desk.told for desk in desks}
        print(json.dumps(asdict(worked)), flush=True)
        sys.stdin.readline()  # the lines stay open until what they cost was looked at


def _come_in(lines: ExitStack, share: Share, night: Night, name: str, role: str, password: str) -> Speaker:
    conn: psycopg.Connection[tuple[Any, ...]] = lines.enter_context(
        psycopg.connect(**share.address, user=role, password=password, autocommit=True)  # type: ignore[arg-type]
    )
    if not share.prepared:
        conn.prepare_threshold = None
    desk = Speaker(conn, name, night, f"{share.seed} {name}")
    desk.join()
    return desk


def _at_the_rate(share: Share, desks: list[Speaker], worked: Worked) -> None:
    """Each desk acts by chance, as often as that; a quiet one says every half a minute that it is there.

    How long something took counts from when it was due, so a server that falls behind shows.
    """
    dice, began = Random(share.seed), perf_counter()
    due = [(dice.expovariate(share.per_second), n, True) for n in range(len(desks))]
    due += [(dice.uniform(0, HELLO_EACH_S), n, False) for n in range(len(desks))]
    heapq.heapify(due)
    while due[0][0] < share.seconds:
        at, number, acts = heapq.heappop(due)
        if (early := at - (perf_counter() - began)) > 0:
            sleep(early)
        late = max(0.0, perf_counter() - began - at)
        if acts:
            _step(share, desks[number], dice, worked, late)
        else:
            desks[number].tell(0)
            worked.quiet += 1
        heapq.heappush(due, (at + (dice.expovariate(share.per_second) if acts else HELLO_EACH_S), number, acts))


def _flat_out(share: Share, desks: list[Speaker], worked: Worked) -> None:
    dice, until = Random(share.seed), perf_counter() + share.seconds
    while True:
        for desk in desks:
            if perf_counter() >= until:
                return
            _step(share, desk, dice, worked, 0.0)


def _step(share: Share, desk: Speaker, dice: Random, worked: Worked, late: float) -> None:
    what = dice.randrange(ASKS_EACH)
    if what == 0:
        took, granted = desk.ask(f"Hal {dice.randrange(share.halls)}", dice.randint(1, MOST_ASKED))
        worked.asked.append(late + took)
        worked.granted += granted
    elif what == 1 and desk.granted:
        desk.give_back()
        worked.back += 1
    else:
        worked.told.append(late + desk.tell())


if __name__ == "__main__":
    main()
