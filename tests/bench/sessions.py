"""Many at once: what one more session at the desk costs, and how soon the last of them sees what another did."""

import os
import select
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from storage.clock import running
from storage.store import Desk
from tests.bench.screens import BARE
from tests.bench.terminal import Program, resident_kb

SESSIONS, BARES, IDLE_S, CHANGES = 24, 4, 20.0, 5
MEMORY_GOAL, IDLE_GOAL_PERCENT, REFRESH_GOAL_S = 1.5, 0.5, 0.3
SETTLES_S = 15.0
"""The first look for figures of a set time is over by then."""
WORK, WORK_EACH_S, WORKED = (b"2", b"3", b"4", b"5", b"6", b"7", b"1", b"l", b"all quiet\r", b"x", b"q"), 0.5, 4
"""A round through the sections, a line in the log and a look at who is inside."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Together:
    """What was measured of so many sessions on one store."""

    sessions: int
    memory_kb: Sequence[int]
    bare_kb: Sequence[int]
    worked_kb: Sequence[int]
    idle_percent: Sequence[float]
    refresh_s: Sequence[float]

    def lines(self) -> list[str]:
        """The report, with the goals."""
        idle, refresh = max(self.idle_percent), median(self.refresh_s)
        return [
            f"{self.sessions} sessions on one store, {os.cpu_count()} cores",
            _compared("memory of one, against a bare Textual table", self.memory_kb, self.bare_kb),
            _compared("  once its operator has worked and written", self.worked_kb, self.bare_kb),
            f"processor of one while idle, the busiest {idle:>31.2f} %{IDLE_GOAL_PERCENT:>9.2f} %"
            f"{_above(idle, IDLE_GOAL_PERCENT)}",
            f"an action of another until the last of them shows it {refresh * 1000:>17.0f} ms"
            f"{REFRESH_GOAL_S * 1000:>8.0f} ms{_above(refresh, REFRESH_GOAL_S)}",
            "",
        ]


def _compared(name: str, ours: Sequence[int], bare: Sequence[int]) -> str:
    ratio = median(ours) / median(bare)
    return f"{name:<44}{_mb(ours):>10}{_mb(bare):>10}{ratio:>8.2f}x{MEMORY_GOAL:>8.2f}x{_above(ratio, MEMORY_GOAL)}"


def _mb(kilobytes: Sequence[int]) -> str:
    return f"{median(kilobytes) / 1024:.1f} MB"


def _above(value: float, goal: float) -> str:
    return "" if value <= goal else "  above"


def measured(store: Path, sessions: int = SESSIONS, idle_s: float = IDLE_S) -> Together:
    """Open them one after the other, let them be idle, then act beside them."""
    with ExitStack() as open_ones:
        bare = [open_ones.enter_context(Program(BARE.command, BARE.env)) for _ in range(BARES)]
        for one in bare:
            one.painted(BARE.words)
        bare_kb = [resident_kb(one) for one in bare]
        desks = []
        for number in range(sessions):
            env = {"DESK_LANGUAGE": "en", "DESK_OPERATOR": f"Operator {number}"}
            one = open_ones.enter_context(Program(("-m", "screens.start", "--store", str(store)), env))
            one.painted("q back")
            desks.append(one)
        _read_all(desks, SETTLES_S)
        before = [_seconds_of_processor(one) for one in desks]
        began = time.perf_counter()
        _read_all(desks, idle_s)
        took = time.perf_counter() - began
        idle = [100 * (_seconds_of_processor(one) - was) / took for one, was in zip(desks, before, strict=True)]
        memory = [resident_kb(one) for one in desks]
        with Desk(store, "Somebody", running()) as desk:
            refresh = [_seen_by_all(desk, desks) for _ in range(CHANGES)]
        for key in WORK:
            for one in desks[:WORKED]:
                os.write(one.terminal, key)
            _read_all(desks, WORK_EACH_S)
        worked = [resident_kb(one) for one in desks[:WORKED]]
    return Together(sessions, memory, bare_kb, worked, idle, refresh)


def _seconds_of_processor(program: Program) -> float:
    fields = Path(f"/proc/{program.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _read_all(programs: Sequence[Program], seconds: float) -> None:
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        for ready in select.select([one.terminal for one in programs], [], [], left)[0]:
            os.read(ready, 65536)


def _seen_by_all(desk: Desk, programs: Sequence[Program]) -> float:
    """Seconds from an acknowledged action until the last session has painted something."""
    _read_all(programs, 1.0)
    waiting = {one.terminal for one in programs}
    desk.households.register(name="Measured", people=1, give_bed=True)
    began = time.perf_counter()
    last = began
    while waiting and time.perf_counter() - began < 10:
        for ready in select.select(list(waiting), [], [], 1.0)[0]:
            os.read(ready, 65536)
            waiting.discard(ready)
            last = time.perf_counter()
    if waiting:
        raise RuntimeError(f"{len(waiting)} sessions did not see it")
    return last - began
