"""`python -m tests.region_load`: many desks against one region, and whether all of it is there at the end."""

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import psycopg

from tests.cli import ROOT
from tests.postgres import Server
from tests.region_load import server
from tests.region_load.at_work import Share, Worked
from tests.region_load.desks import EVENING, busy_night

PROCESSES = 4


@dataclass(frozen=True)
class Run:
    """One way to work, and what the server had when it was done."""

    title: str
    worked: list[Worked]
    cpu_s: float
    memory_kb: tuple[int, int]
    lines: int
    wal: int

    @property
    def seconds(self) -> float:
        """The longest of its processes."""
        return max(one.seconds for one in self.worked)

    @property
    def actions(self) -> int:
        """How many were told."""
        return sum(len(one.told) for one in self.worked)

    def said(self) -> list[str]:
        """What is printed."""
        told = [took for one in self.worked for took in one.told]
        asked = [took for one in self.worked for took in one.asked]
        quiet = sum(one.quiet for one in self.worked)
        granted = sum(one.granted for one in self.worked)
        whole, own = self.memory_kb
        return [
            self.title,
            f"  actions told       {len(told):>9,}   {len(told) / self.seconds:8.1f} /s   {_times(told)}",
            f"  asks answered      {len(asked):>9,}   {len(asked) / self.seconds:8.1f} /s   {_times(asked)}",
            f"  granted {granted:,}, given back {sum(one.back for one in self.worked):,}; said to be there {quiet:,}",
            f"  server: {self.cpu_s / self.seconds:.2f} of a core,"
            f" {1000 * self.cpu_s / max(1, len(told)):.2f} ms of it an action;"
            f" {whole / 1024:.0f} MB, of which {own / 1024:.0f} MB of its processes; {self.lines} connections",
            f"  written ahead (WAL): {self.wal / max(1, len(told)):,.0f} bytes an action",
        ]


def main() -> None:
    """Work at the rate of a busy night, then flat out; then hold what is there against what was told."""
    options = argparse.ArgumentParser(prog="python -m tests.region_load", description=__doc__)
    options.add_argument("--desks", type=int, default=500)
    options.add_argument("--minutes", type=float, help="of each of the two ways")
    options.add_argument("--seconds", type=float, default=60.0, help="the same in seconds")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--pool", choices=("session", "transaction"), help="through PgBouncer, in that mode")
    given = options.parse_args()
    seconds = given.minutes * 60 if given.minutes else given.seconds
    for line in played(given.desks, seconds, given.seed, given.pool):
        print(line, flush=True)


def played(desks: int, seconds: float, seed: int, pool: str | None = None) -> list[str]:
    """All of it; gives what is to be printed."""
    night = busy_night()
    hour = night.busiest_hour
    lines = [
        f"{desks} desks, seed {seed}. A busy night of the demo: {night.actions} actions in"
        f" {EVENING.total_seconds() / 3600:.0f} hours, {hour} in its busiest."
    ]
    with server.server(desks) as (pg, known), ExitStack() as stack:
        address = {**pg.direct, "dbname": "region"}
        if pool:
            address = stack.enter_context(server.pooled(pg, known, pool))
        before, prepared = server.memory_kb(pg), pool != "transaction"
        ways = [
            (f"the busiest hour, all night: {hour} actions an hour each, {seconds:.0f} s", hour / 3600),
            (f"flat out, {seconds:.0f} s", 0.0),
        ]
        so_far: dict[str, int] = {}
        for number, (title, rate) in enumerate(ways):
            _anew(pg)
            shares = [
                Share(address, some, vars(night), server.HALLS, seconds, rate, 1000 * (seed + number) + n, prepared)
                for n in range(PROCESSES)
                if (some := known[n::PROCESSES])
            ]
            run = work(pg, title, shares)
            lines += run.said()
            each = (run.memory_kb[1] - before[1]) / max(1, run.lines)
            lines.append(f"  memory of one connection: {each / 1024:.1f} MB")
            for one in run.worked:
                so_far.update(one.by_desk)
            with psycopg.connect(pg.owner("region"), autocommit=True) as conn:
                lines += checked(conn, so_far)
    return lines


def work(pg: Server, title: str, shares: list[Share]) -> Run:
    """All desks at work, in some processes."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.region_load.at_work"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _share in shares
    ]
    try:
        for process, share in zip(processes, shares, strict=True):
            _say(process, json.dumps(asdict(share)))
        for process in processes:
            assert _heard(process) == "ready"
        cpu, wal = server.cpu_s(pg), _wal(pg)
        for process in processes:
            _say(process, "go")
        worked = [Worked(**json.loads(_heard(process))) for process in processes]
        used, memory, lines = server.cpu_s(pg) - cpu, server.memory_kb(pg), _lines(pg)
        return Run(title, worked, used, memory, lines, _wal(pg) - wal)
    finally:
        for process in processes:
            process.communicate("done\n")


def _say(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text + "\n")
    process.stdin.flush()


def _heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, "a process of desks ended"
    return line


def _anew(pg: Server) -> None:
    """The desks begin with stores of their own again, as nobody told anything yet."""
    with psycopg.connect(pg.owner("region"), autocommit=True) as conn:
        conn.execute("TRUNCATE doorstroom.event, doorstroom.granted, doorstroom.figures")
        conn.execute("UPDATE doorstroom.location SET held = 0")
        conn.execute("DELETE FROM doorstroom.line")
        conn.execute("CHECKPOINT")


def checked(conn: "psycopg.Connection[Any]", told: dict[str, int]) -> list[str]:
    """Every action once and in order, no place twice; what does not hold is an error."""
    there = {str(name): int(count) for name, count in _rows(conn, COUNTED)}
    amiss = [f"{name}: {n} told, {there.get(name, 0)} there" for name, n in told.items() if there.get(name, 0) != n]
    amiss += [f"{name}: a gap before number {seq}" for name, seq in _rows(conn, GAPS)]
    amiss += [f"{uid}: {count} times" for uid, count in _rows(conn, TWICE)]
    amiss += [f"{name}: {held} of {most}, {given} given out" for name, held, most, given in _rows(conn, OVER)]
    ((rows, heap, indexes),) = _rows(conn, SIZE)
    assert not amiss, "\n".join(amiss)
    return [
        f"  all there: {rows:,} actions once, in order and without a gap; no location over what it has",
        f"  on disk: {heap / max(1, rows):,.0f} bytes an action and {indexes / max(1, rows):,.0f} of its indexes",
    ]


COUNTED = (
    "SELECT d.name, count(e.*) FROM doorstroom.desk d LEFT JOIN doorstroom.event e ON e.desk = d.id GROUP BY d.name"
)
GAPS = """
SELECT d.name, c.seq FROM (
  SELECT desk, seq, prev, lag(uid, 1, '') OVER w AS before, row_number() OVER w AS number
  FROM doorstroom.event WINDOW w AS (PARTITION BY desk ORDER BY seq)
) c JOIN doorstroom.desk d ON d.id = c.desk WHERE c.prev <> c.before OR c.seq <> c.number
"""
TWICE = "SELECT uid, count(*) FROM doorstroom.event GROUP BY uid HAVING count(*) > 1"
OVER = """
SELECT l.name, l.held, l.capacity, coalesce(sum(g.places) FILTER (WHERE g.state = 'granted'), 0) AS given
FROM doorstroom.location l LEFT JOIN doorstroom.granted g ON g.location = l.name GROUP BY l.name
HAVING l.held > l.capacity OR l.held <> coalesce(sum(g.places) FILTER (WHERE g.state = 'granted'), 0)
"""
SIZE = """
SELECT (SELECT count(*) FROM doorstroom.event), pg_table_size('doorstroom.event'), pg_indexes_size('doorstroom.event')
"""


def _rows(conn: "psycopg.Connection[Any]", sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = conn.execute(sql.encode()).fetchall()
    return found


def _lines(pg: Server) -> int:
    with psycopg.connect(pg.owner("region"), autocommit=True) as conn:
        ((count,),) = _rows(conn, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
    return int(count) - 1


def _wal(pg: Server) -> int:
    with psycopg.connect(pg.owner("region"), autocommit=True) as conn:
        ((at,),) = _rows(conn, "SELECT pg_current_wal_lsn() - '0/0'")
    return int(at)


def _times(took: list[float]) -> str:
    if not took:
        return "none"
    last = sorted(took)[min(len(took) - 1, int(len(took) * 0.99))]
    return f"half within {1000 * median(took):.1f} ms, 99 of 100 within {1000 * last:.1f} ms"


if __name__ == "__main__":
    main()
