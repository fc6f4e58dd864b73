"""A store whose bytes were changed: it must be said, or nothing be different."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from desk.refusals import Refused
from storage.store import Desk
from tests.faults.place import Place
from tests.faults.report import Found
from tests.faults.writer import TONIGHT

ACTIONS = 30
_Rows = dict[str, list[tuple[object, ...]]]


def flipped(place: Place, seed: int, flips: int) -> Found:
    """Turn one bit of a store over, anywhere in it."""
    found = Found("one bit of the store is another")
    whole, rows = _worked(place, seed)
    random = Random(seed)

    def turn_over(content: bytearray) -> str:
        where = random.randrange(len(content))
        content[where] ^= 1 << random.randrange(8)
        return f"byte {where}"

    for number in range(flips):
        where, lost = _changed(place, whole, rows, turn_over, number)
        found.add(where, lost)
    return found


def replaced(place: Place, seed: int, times: int) -> Found:
    """Cut a store short, or write garbage or nothing over a part of it."""
    found = Found("a part of the store is garbage or gone")
    whole, rows = _worked(place, seed)
    random = Random(seed)

    def ruin(content: bytearray) -> str:
        begin = random.randrange(len(content))
        size = random.choice((16, 512, 4096, 40_000))
        kind = random.choice(("short", "garbage", "nothing"))
        if kind == "short":
            del content[begin:]
        else:
            part = range(begin, min(begin + size, len(content)))
            content[begin : part.stop] = bytes(random.randrange(256) if kind == "garbage" else 0 for _ in part)
        return f"{kind} at {begin}"

    for number in range(times):
        where, lost = _changed(place, whole, rows, ruin, number)
        found.add(where, lost)
    return found


def _worked(place: Place, seed: int) -> tuple[bytes, _Rows]:
    store = place.store()
    place.write(store, "--actions", str(ACTIONS), "--seed", str(seed))
    rows = _rows(store)
    return store.read_bytes(), rows


def _changed(
    place: Place, whole: bytes, rows: _Rows, change: Callable[[bytearray], str], number: int
) -> tuple[str, list[str]]:
    """Change a copy; gives where, and what is wrong with what the desk then says."""
    folder = place.folder / f"{place.fresh()}-{number}"
    folder.mkdir()
    store = folder / "desk.db"
    content = bytearray(whole)
    where = change(content)
    store.write_bytes(content)
    try:
        with Desk(store, "Judge", lambda: TONIGHT) as desk:
            said = desk.check()
            told = bool(said)
    except Refused:
        told = True
    if told:
        return where, []
    try:
        same = _rows(store) == rows
    except Refused:
        return where, []
    return where, [] if same else ["it differs, and nothing is said of it"]


def _rows(store: Path) -> _Rows:
    """Every row of every table, as the desk reads it."""
    with Desk(store, "Judge", lambda: TONIGHT) as desk:
        names = desk.db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        try:
            return {name: sorted(desk.db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for (name,) in names}
        except Exception as wrong:
            raise Refused(str(wrong)) from wrong
