"""`python -m tests.bench`: the desk beside the barest program that does the same, each goal of it in one run."""

import argparse
import compileall
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from storage.clock import running
from storage.store import Desk
from tests.bench import actions, evacuation, onward, past, plans, region, screens, sessions
from tests.bench import bytes as on_the_line
from tests.bench.report import section
from tests.bench.terminal import ROOT

SHORT_PAST = 2_000
"""People gone by where there is no time for more."""
_LONG = frozenset({"region", "plans", "onward", "bytes", "sessions", "server", "growth"})


def main() -> None:
    """Measure what was asked for and print it."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="few repetitions: does it run at all")
    options.add_argument("--full", action="store_true", help="a store of 25 regions' size too: takes many minutes")
    options.add_argument(
        "--only",
        choices=(
            "screens",
            "actions",
            "past",
            "evacuation",
            "bytes",
            "sessions",
            "region",
            "plans",
            "onward",
            "server",
            "growth",
        ),
        help="one part of it",
    )
    options.add_argument("--stores", type=Path, help="keep the stores with a past in this folder, and use those it has")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        parts: dict[str, Callable[[Path, bool], str]] = {
            "screens": _screens,
            "actions": _actions,
            "past": partial(_past, full=given.full, stores=given.stores),
            "evacuation": partial(_evacuation, full=given.full),
            "bytes": on_the_line.measured,
            "sessions": _sessions,
            "region": _region,
            "plans": _plans,
            "onward": _onward,
            "server": _server,
            "growth": partial(_growth, full=given.full),
        }
        wanted = [given.only] if given.only else [name for name in parts if given.full or name not in _LONG]
        for name, part in parts.items():
            if name in wanted:
                print(part(Path(folder) / name, given.quick), flush=True)


def _screens(folder: Path, quick: bool) -> str:
    _compile()
    folder.mkdir()
    desk = screens.desk_on(past.night(folder / "desk.db", 0))
    return section(
        "At a terminal, against a bare Textual table of 60 rows",
        [
            screens.starts("start to first usable screen", desk, screens.BARE, 2 if quick else 15),
            screens.keys("key to last byte", desk, screens.BARE, 8 if quick else 80),
            screens.memory("memory of an open session", desk, screens.BARE, 1 if quick else 5),
        ],
    )


def _actions(folder: Path, quick: bool) -> str:
    folder.mkdir()
    measured = actions.measure(folder, 5 if quick else 200)
    return section("A durable action, against the same rows written by hand in one transaction", measured)


def _past(folder: Path, quick: bool, *, full: bool, stores: Path | None) -> str:
    """The same house after ever more years, against one that has just begun."""
    _compile()
    folder.mkdir()
    sizes = (10 * past.FEW,) if quick else (*past.SIZES, past.MOST) if full else past.SIZES
    found = []
    for size in sizes:
        more_beds = past.LARGE if size == past.MOST else 0
        young, old = folder / f"young-{more_beds}.db", (stores or folder) / f"{size}.db"
        for path, households in ((young, past.FEW), (old, size)):
            if not path.exists():
                past.night(path, households, more_beds)
        title = f"A store with {size:,} past households, against one with {past.FEW}"
        found.append(section(title, past.measured(old, young, 2 if quick else 20)))
    return "\n".join(found)


def _evacuation(folder: Path, quick: bool, *, full: bool) -> str:
    """The list that is held in the hand when the alarm goes, of a house with a past against one without."""
    _compile()
    folder.mkdir()
    persons, pairs = (300, 1) if quick else (evacuation.PERSONS, 7) if full else (SHORT_PAST, 3)
    young = evacuation.house(folder / "young.db")
    found = evacuation.measured(evacuation.with_past(young, folder / "old.db", persons), young, pairs)
    title = f"Who is inside, {evacuation.PEOPLE} people, with {persons:,} people gone by, against without"
    return "\n".join([section(title, found), evacuation.said(found), ""])


def _sessions(folder: Path, quick: bool) -> str:
    """A whole shift logged in to one store."""
    _compile()
    folder.mkdir()
    store = past.night(folder / "desk.db", 0)
    found = sessions.measured(store, 3, 3.0) if quick else sessions.measured(store)
    return "\n".join(found.lines())


def _region(folder: Path, quick: bool) -> str:
    """Each location of a nation's store against one of Twente's; then the same store with a million people gone by."""
    _compile()
    folder.mkdir()
    many, municipalities = (300, 35) if quick else (region.LOCATIONS, region.REGIONS * region.MUNICIPALITIES_EACH)
    persons, pairs = (2_000, 1) if quick else (region.PERSONS, 7)
    twente = region.lived_in(region.store(folder / "twente.db", region.Size(region.TWENTE)))
    nation = region.lived_in(region.store(folder / "nation.db", region.Size(many, municipalities=municipalities)))
    old = region.aged(nation, folder / "old.db", persons)
    places = region.measured(nation, twente, pairs, (many, region.TWENTE))
    past = region.measured(old, nation, pairs)
    opens = max(median(one.desk) * (many if one in places else 1) for one in (places[0], past[0]))
    whole = _checks(old)
    above = "" if opens <= region.OPENS_S else "  above"
    return "\n".join(
        [
            section(
                f"For each of {many:,} locations in {municipalities} municipalities, against each of Twente's", places
            ),
            section(f"The same store with {persons:,} people gone by, against without", past),
            f"Capacity opens in {opens:.2f} s; goal {region.OPENS_S:.2f} s{above}",
            whole,
            "",
        ]
    )


def _plans(_folder: Path, quick: bool) -> str:
    """The planner beside first fit, on a thousand generated nights."""
    return plans.beds(quick)


def _onward(_folder: Path, quick: bool) -> str:
    """The plan of places tomorrow: on nights as they are, beside one household after the other, and on large ones."""
    found = [onward.usual(3 if quick else 20), onward.beside_first_fit(5 if quick else 1_000)]
    return "\n".join([*found, *(onward.large(size) for size in onward.LARGE[: 1 if quick else 2]), ""])


def _server(folder: Path, quick: bool) -> str:
    """The region's PostgreSQL, against the same rows by hand."""
    from tests.bench import server

    folder.mkdir()
    repeats = 5 if quick else 300
    with server.stage() as on:
        at_the_region = server.at_the_region(on, repeats)
        whole = server.from_the_store(on, folder, repeats)
    return "\n".join(
        [
            section("What a desk tells its region and asks of it, against the same rows by hand", at_the_region),
            section("The same from the desk's store, for information", whole),
        ]
    )


def _growth(folder: Path, quick: bool, *, full: bool) -> str:
    """The region's PostgreSQL after years."""
    from tests.bench import growth

    folder.mkdir()
    sizes = (20_000,) if quick else (1_000_000, 5_000_000) if full else (1_000_000,)
    return growth.measured(sizes, 4 if quick else 60, folder)


def _checks(path: Path) -> str:
    """Whether the bulk of the past is whole, by the desk's own check."""
    began = perf_counter()
    with Desk(path, "Anna", running()) as desk:
        found, people = desk.check(), region.gone(desk)
    state = "whole" if not found else f"NOT WHOLE: {found[0]}"
    size, took = path.stat().st_size / 1e6, perf_counter() - began
    return f"desk check of {people:,} people in {size:,.0f} MB: {state}, {took:.0f} s"


def _compile() -> None:
    """Both programs start from compiled files, as installed ones do."""
    for name in ("desk", "storage", "screens", "tests"):
        compileall.compile_dir(ROOT / name, quiet=2)


if __name__ == "__main__":
    main()
