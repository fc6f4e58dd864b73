"""Desks as processes that race for places and send each other buses, while lines are cut and whoever it is is killed.

    racing = raced(region, folder, desks=3, halls=3, rounds=2, round_s=1.5, seed=1)

After each round nobody may have more than is kept for them, and no location more than there is; at the end all is
mended, and both ends must have the same, every action stands at the region once, and each bus is at one desk.
"""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep

from desk.buses import OPEN, Bus
from desk.region import places as rules
from desk.region.buses import SentBus
from storage.region import escrow
from storage.rows import read
from tests.cli import ROOT, Night
from tests.one_way import OneWay
from tests.regions import Region, journal, opened, typed

MOST_S = 30.0
WAY = {"connect_timeout": "2", "tcp_user_timeout": "1500"}


@dataclass
class Racing:
    """Some desks, each with a line of its own, and the processes that race for them."""

    region: Region
    desks: list[tuple[str, Night, OneWay]]
    dice: Random
    running: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict)
    kills: int = 0

    def start(self, name: str) -> None:
        """A desk is at it, again."""
        night = next(night for known, night, _line in self.desks if known == name)
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "tests.region_racer", str(night.store), str(self.dice.getrandbits(30))],
            cwd=ROOT,
            env={**os.environ, **night.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def must_run(self) -> None:
        """Nobody ended by itself."""
        for name, process in self.running.items():
            assert process.poll() is None, f"{name}: {process.stderr.read() if process.stderr else ''}"

    def kill(self, name: str) -> None:
        """Kill -9."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.kills += 1

    def kill_all(self) -> None:
        """Everybody at once: what stands in the stores is what was done."""
        for name in list(self.running):
            self.kill(name)

    def must_hold(self) -> None:
        """No location over its places, at the region and over all stores; no desk with more than is kept for it."""
        promised: dict[str, int] = {}
        kept = dict(self.region.rows("SELECT uid, places FROM doorstroom.granted WHERE state = 'granted'"))
        for name, night, _line in self.desks:
            with opened(night) as desk:
                mine = escrow.open_grants(desk.db)
                for row in mine:
                    assert row.kept <= kept.get(row.uid, 0), f"{name} has {row}, the region keeps {kept.get(row.uid)}"
                assert all(left >= 0 for left in rules.left_of(mine, escrow.used(desk.db)).values()), name
                for place in escrow.shared_places(desk.db):
                    promised[place.shared] = promised.get(place.shared, 0) + escrow.used(desk.db)[place.location]
        for hall, capacity, held, over in self.region.rows(
            "SELECT name, capacity, held, over FROM doorstroom.location"
        ):
            assert over == 0
            assert promised.get(hall, 0) <= held <= capacity, hall
        assert (
            self.region.rows(
                "SELECT l.name FROM doorstroom.location l WHERE held <> (SELECT coalesce(sum(places), 0)"
                " FROM doorstroom.granted g WHERE g.location = l.name AND g.state = 'granted')"
            )
            == []
        )

    def heal(self) -> None:
        """Lines and region are whole: in two rounds both ends have the same."""
        self.region.server.must_run()
        for _name, _night, line in self.desks:
            line.mend()
        for _round in range(4):
            for _name, night, _line in self.desks:
                night.do("region", "push")
        for name, night, _line in self.desks:
            with opened(night) as desk:
                mine = {row.uid: row.kept for row in escrow.open_grants(desk.db)}
                assert desk.check() == []
            theirs = self.region.rows(
                "SELECT g.uid, g.places FROM doorstroom.granted g JOIN doorstroom.desk d ON d.id = g.desk"
                " WHERE g.state = 'granted' AND d.name = %s",
                name,
            )
            assert mine == dict(theirs), name
            assert self.region.told(name) == journal(night), name
        assert all(len(desks) == 1 for desks in self.whose_buses().values()), self.whose_buses()

    def whose_buses(self) -> dict[tuple[str, int], list[str]]:
        """Each bus of the world by where it was announced first, and at which desks it is open."""
        came: dict[tuple[str, int], tuple[str, int]] = {}
        buses: dict[tuple[str, int], bool] = {}
        sent: dict[str, tuple[str, int]] = {}
        for name, night, _line in self.desks:
            with opened(night) as desk:
                buses |= {(name, bus.id): bus.state in OPEN for bus in read(desk.db, Bus)}
                sent |= {row.uid: (name, row.bus) for row in read(desk.db, SentBus, "way = 'out'")}
        for name, night, _line in self.desks:
            with opened(night) as desk:
                came |= {(name, row.bus): sent[row.uid] for row in read(desk.db, SentBus, "way = 'in'")}
        found: dict[tuple[str, int], list[str]] = {}
        for bus, is_open in buses.items():
            first = bus
            while first in came:
                first = came[first]
            found.setdefault(first, []).extend([bus[0]] if is_open else [])
        return found


def raced(region: Region, folder: Path, *, desks: int, halls: int, rounds: int, round_s: float, seed: int) -> Racing:
    """Race, with something going wrong all the time, and look after each round."""
    dice = Random(seed)
    with ExitStack() as lines:
        racing = Racing(region, [], dice)
        lines.callback(racing.kill_all)
        names = [f"Hal {n}" for n in range(halls)]
        for n in range(desks):
            racing.desks.append(_a_desk(region, folder / str(n), f"Desk {n}", names, n, lines))
        for name in names:
            racing.desks[0][1].do("region", "share", region.keeper, name, "--municipality", "Almelo", "--places", 10)
        region.do("UPDATE doorstroom.location SET keep_for = '2 seconds'")
        for _name, night, _line in 2 * racing.desks:  # twice: then each knows all the others
            night.do("region", "push")
        for number in range(1, rounds + 1):
            for name, _night, _line in racing.desks:
                racing.start(name)
            for process in racing.running.values():
                assert process.stdout is not None
                assert process.stdout.readline() == "at it\n", process.communicate()[1]
            end = monotonic() + round_s
            # on a slow machine a round lasts until there was something to break
            while monotonic() < end or (min(busy(racing)[:2]) < 4 * number and monotonic() < end + MOST_S):
                _goes_wrong(racing)
                racing.must_run()
            racing.kill_all()
            region.server.must_run()
            racing.must_hold()
        racing.heal()
        racing.must_hold()
    return racing


def _a_desk(
    region: Region, folder: Path, name: str, halls: list[str], number: int, lines: ExitStack
) -> tuple[str, Night, OneWay]:
    folder.mkdir()
    night = Night(folder).made(beds=4 + number)  # each of another number of beds: else one store is a copy of another
    night.locations(*(f"{hall},Almelo,municipal,60;occupied=0" for hall in halls))
    role, password = region.let_in(night, name)
    line = lines.enter_context(OneWay(region.server.line.port))
    address = region.address(role, **WAY).replace(f"port={region.server.line.port}", f"port={line.port}")
    with typed(password):
        night.do("region", "join", address, "--name", name)
    return name, night, line


def _goes_wrong(racing: Racing) -> None:
    dice = racing.dice
    name, _night, line = dice.choice(racing.desks)
    what = dice.random()
    if what < 0.3:
        racing.kill(name)
        racing.start(name)
    elif what < 0.6:
        line.lose(dice.choice(("out", "in")))
    elif what < 0.9:
        for _name, _other, one in racing.desks:
            one.mend()
    else:
        racing.region.server.kill() if dice.random() < 0.5 else racing.region.server.stop()
        racing.region.server.start()
    sleep(dice.uniform(0.02, 0.2))


def carried(racing: Racing) -> dict[str, int]:
    """How many buses were sent from desk to desk, by what became of them."""
    rows = racing.region.rows("SELECT state, count(*) FROM doorstroom.diverted GROUP BY state")
    return {str(state): int(number) for state, number in rows}


def busy(racing: Racing) -> tuple[int, int, int]:
    """How much was going on: places promised by placements ever, grants, and things given back or run out."""
    promised = 0
    for _name, night, _line in racing.desks:
        with opened(night) as desk:
            promised += int(desk.db.execute("SELECT count(*) FROM placement").fetchone()[0])
    rows = racing.region.rows(
        "SELECT count(*) FILTER (WHERE state <> 'refused'), count(*) FILTER (WHERE state IN ('returned', 'lapsed'))"
        " FROM doorstroom.granted"
    )
    return promised, rows[0][0], rows[0][1]
