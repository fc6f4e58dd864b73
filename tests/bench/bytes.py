"""What an hour at the desk costs on the line: beside the library's own widgets, and beside VisiData's row moves."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from desk.night import Night
from storage.store import Desk
from tests.bench.hour import HOUR, KEY_S, QUICK, Lived, live, night
from tests.bench.report import Counted, section
from tests.store import still
from tests.terminal import Terminal

GOAL, GOAL_VISIDATA = 0.5, 1.3
THERE_AND_BACK = 10
"""So many rows down and then up again: as far as the desk's own cursor goes."""
SKIPPED = "VisiData is not installed, so its row moves were skipped: pip install -e '.[bench]'"


def measured(folder: Path, quick: bool) -> str:
    """The hour at the desk and at the library's widgets, one after the other; then as many row moves in VisiData."""
    parts = QUICK if quick else HOUR
    desk, stock = (
        _lived(folder / "desk", "tests.bench.hour", parts),
        _lived(folder / "stock", "tests.bench.stock", parts),
    )
    if desk.verbs != stock.verbs:
        raise RuntimeError(f"not the same work: {desk.verbs} and {stock.verbs}")
    found = [Counted("an hour of work, against stock widgets", [desk.sent], [stock.sent], GOAL)]
    if find_spec("visidata") is None:
        return "\n".join([section(_title(desk), found), SKIPPED, ""])
    rows = row_moves(folder / "visidata", desk.rows)
    found += [
        Counted("its row moves, against as many in VisiData", [desk.rows_sent], [rows], GOAL_VISIDATA),
        Counted("all of the hour, against those", [desk.sent], [rows], GOAL_VISIDATA),
    ]
    return section(_title(desk), found)


def _title(desk: Lived) -> str:
    return f"Bytes on the line at 80 by 24: {len(desk.verbs)} actions, {desk.rows} row moves"


def _lived(folder: Path, module: str, parts: Sequence[object]) -> Lived:
    folder.mkdir(parents=True)
    return live(folder, module, parts)  # type: ignore[arg-type]  # parts of the hour


def row_moves(folder: Path, number: int) -> int:
    """What VisiData sends for so many moves over the households of the same night, as it comes."""
    folder.mkdir(parents=True)
    store, _clock = night(folder)
    table = folder / "households.tsv"
    with Desk(store, "Anna", still()) as desk:
        table.write_text("\n".join("\t".join(row) for row in _households(desk.night())) + "\n", encoding="utf-8")
    program = [sys.executable, "-m", "visidata", "--config", "/dev/null", "--visidata-dir", str(folder), str(table)]
    with Terminal(program) as terminal:
        terminal.wait_for("rows [1/1]", timeout=30)
        terminal.settle(0.5)
        terminal.press("j")  # its greeting goes at the first key
        terminal.settle(0.5)
        before = terminal.received
        for n in range(number):
            terminal.press("j" if n // THERE_AND_BACK % 2 == 0 else "k")
            terminal.settle(KEY_S)
        return terminal.received - before


def _households(tonight: Night) -> list[tuple[str, ...]]:
    beds = tonight.beds_of
    rows = [
        (h.ref, h.name, str(h.people), h.state, " ".join(tonight.label(bed) for bed in beds.get(h.id, ())), h.needs)
        for h in tonight.households
    ]
    return [("ref", "name", "people", "state", "beds", "needs"), *rows]
