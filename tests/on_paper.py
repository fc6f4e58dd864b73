"""For the tests of paper: a staffed house, what a copy of it says, and the desk's program with something changed in it.

A guard is tested by taking it away: then what it guards against must come to be.
"""

import hashlib
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from desk import paper
from desk.paper import Mark
from storage.store import Desk
from tests.cli import ROOT
from tests.store import in_bed, new_store
from tests.terminal import Terminal

FIRE = "2022-04-08T03:10:00+02:00"
ROOMS = [
    *({"room": f"G{number}", "floor": "ground", "beds": 4} for number in range(1, 9)),
    *({"room": str(number), "floor": "1", "beds": 5} for number in range(11, 14)),
    {"room": "14", "floor": "1", "beds": 2, "wheelchair": True},
    {"room": "15", "floor": "1", "beds": 6},
]
FAMILIES = (
    *("Petrenko Olena", "Kovalenko Iryna", "Bondarenko Mykola", "van der Berg Jan"),
    *("Zzyzxenko Maria", "Membrova Vira", "Moroz Halyna", "Lysenko"),
)
"""One in each room of the ground floor, H-0407-1 to H-0407-8."""
NOT_NAMED = "H-0407-5"
"""The one of which nobody is to be told, once a test has said so."""
ON = f'start.run(["household", "say-nothing", "{NOT_NAMED}"])'
"""An action after which each of the four copies shows something else; and the one that takes it back."""
OFF = f'start.run(["household", "say-nothing", "{NOT_NAMED}", "--no"])'
PATIENCE_S = 20.0
LOOK_S = 0.01
_RULE = "-" * paper.WIDTH
_PROGRAM = """
import os, signal, sys
from pathlib import Path
import screens.app, screens.paper, storage.paper
from screens import start
from screens.cli.call import Call
def die(*_given):
    os.kill(os.getpid(), signal.SIGKILL)
{changed}
"""


def house(folder: Path, language: str = "en") -> Desk:
    """Eleven families and two who need help on the stairs; nobody waits and no bus stands here."""
    desk = new_store(folder, rooms=ROOMS, clock=FIRE, language=language)
    for number, name in enumerate(FAMILIES, start=1):
        ages = (72, 40, 12, 9) if number == 3 else (34, 36, 8, 1)
        in_bed(desk, name, 4, f"G{number}", language="uk", ages=ages, pets=int(number == 3))
    for room in ("11", "12", "13"):
        in_bed(desk, f"Koval{room}", 5, room, language="ru")
    in_bed(desk, "Melnyk", 2, "14", needs=("wheelchair", "pregnant", "medication_cooled"))
    desk.households.out("H-0407-1", members=(1,), to="hospital")
    desk.households.out("H-0407-9", members=(2,), to="outside")
    desk.shifts.on("Els", "host")
    desk.shifts.on("Piet", "coordinator")
    desk.shifts.visitor_in("Jan", "plumber")
    return desk


def lying(desk: Desk) -> dict[str, str]:
    """The copies that lie in the folder, by name."""
    return {name: (desk.paper.folder / name).read_text(encoding="utf-8") for name in paper.COPIES}


def mark_of(text: str) -> Mark:
    """What a copy says of itself to programs; it must say it."""
    mark = paper.read_mark(text)
    assert mark is not None, text[-500:]
    return mark


def versions(desk: Desk) -> set[int]:
    """The actions that the copies show: one where all are of one moment."""
    return {mark_of(text).version for text in lying(desk).values()}


def words(text: str) -> str:
    """A copy as it is read aloud: without its layout, and without the tags of the page."""
    return " ".join(re.sub(r"<style>.*</style>|<[^>]*>", " ", text, flags=re.DOTALL).split())


def pages(text: str) -> list[list[str]]:
    """The lines of each page of a copy as text, above its foot."""
    found = [page.split("\n") for page in text.split("\f")]
    return [page[: len(page) - 1 - page[::-1].index(_RULE)] if _RULE in page else page for page in found]


def whole(text: str, name: str) -> bool:
    """Whether a copy is all there: every page of it, and every line above their feet as its mark has it."""
    mark = paper.read_mark(text)
    there = re.findall(r"Page (\d+)/(\d+)\.", text)
    if mark is None or there != [(str(page), str(len(there))) for page in range(1, len(there) + 1)]:
        return False
    if name == paper.PAGE:
        return text.rstrip().endswith("</html>") and text.count("<section>") == len(there)
    body = "\n".join(line for page in pages(text) for line in page)
    return text.endswith("\n") and hashlib.sha256(body.encode()).hexdigest()[:8] == mark.shows


# --- the program, changed -----------------------------------------------------------------------


def program(*changes: str) -> list[str]:
    """The desk's own program, with these lines before it begins; the last of them begins it."""
    return [sys.executable, "-c", _PROGRAM.format(changed="\n".join(changes))]


def changed_desk(desk: Desk, *changes: str) -> Terminal:
    """Anna sits down at a desk in which something is changed."""
    command = [*program(*changes, "start.main()"), "--store", str(desk.path), "--as", "Anna", "--language", "en"]
    return Terminal(command, env={"DESK_CLOCK": FIRE}, cwd=ROOT)


def up_to_date(desk: Desk) -> bool:
    """Whether each copy shows the house as it is."""
    return desk.paper.stale() == []


def seconds_until(reached: Callable[[], bool], *terminals: Terminal) -> float:
    """Wait until it is so, while the terminals go on painting; how long it took."""
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < PATIENCE_S, [terminal.text for terminal in terminals]
        for terminal in terminals:
            terminal.read_for(LOOK_S)
        if not terminals:
            time.sleep(LOOK_S)
    return time.monotonic() - began
