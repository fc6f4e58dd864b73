"""What is loaded on the way to the first screen: nothing that only a later step needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.store import Desk
from tests.generated import ROOT

REGION = ("psycopg", *(f"{floor}.{what}" for floor in ("desk", "storage", "screens") for what in ("region", "nation")))
HEAVY = (
    "pydantic",
    "arrow",
    "anyascii",
    "python_calamine",
    "highspy",
    "numpy",
    "pandas",
    "jinja2",
    "pygal",
    "xlsxwriter",
    "desk.told",
    "desk.passengers",
    "storage.placements",
    "screens.beds.screen",
    "screens.cli",
    *REGION,
)
FIRST_SCREEN = """
import sys
from pathlib import Path
from screens.app import DeskApp
from screens import head, tonight
from storage.store import Desk
path = Path(sys.argv[1]) / "desk.db"
Desk.init(path, language="en").close()
desk = Desk(path, "Anna")
night = desk.night()
tonight.rows(night, 80, 16)
head.lines(night, "tonight", 80, ("Anna", []))
print(" ".join(sorted(sys.modules)))
"""


def test_the_first_screen_loads_nothing_that_only_a_later_step_needs(tmp_path: os.PathLike[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_SCREEN, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stdout.split())
    assert "textual" in loaded
    assert [name for name in HEAVY if name in loaded] == []


COMMAND = """
import sys
from screens import start
assert start.run(["--store", sys.argv[1] + "/desk.db", *sys.argv[2:]]) == 0
print(" ".join(sorted(sys.modules)))
"""


@pytest.mark.parametrize("words", [["now"], ["log", "add", "note", "hello"], ["list", "buses"]])
def test_a_desk_without_a_region_loads_nothing_of_one(words: list[str], tmp_path: Path) -> None:
    Desk.init(tmp_path / "desk.db", language="en").close()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, str(tmp_path), *words], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "storage.store" in loaded
    assert [name for name in REGION if name in loaded] == []
