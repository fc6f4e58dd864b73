"""Sheets that mean harm: each is read right or refused in one sentence, within bounds, and the desk is still there."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desk import imports
from desk.refusals import Refused
from desk.sheets import MOST_SHOWN
from storage import sheet_xml
from storage.sheets import read_sheet
from tests.cli import ROOT, Night
from tests.hostile.sheets import BOMBS, ODD, WRONG, Make
from tests.tiers import few

ROOM_MB = 600
"""What a process that reads a sheet may take; a bomb wants thousands."""
SMALL = [
    "shared-text",
    "far-row-of-nameless-cells",
    "far-cell-elsewhere",
    "columns-repeated",
    "text-repeated",
    "nested",
]
FIRST = sorted(BOMBS, key=lambda name: name not in SMALL)

READ = """
import sys
from pathlib import Path
from desk.refusals import Refused
from storage import sheet_xml
from storage.sheets import read_sheet
for name in sys.argv[2:]:
    setattr(sheet_xml, name, 10**15)
try:
    print(len(read_sheet(Path(sys.argv[1]))), "rows")
except Refused as no:
    print(*no.sentences, sep="\\n")
"""


def written(folder: Path, make: Make, name: str = "sheet") -> Path:
    path = folder / name
    path.write_bytes(make(folder))
    return path


def within_bounds() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ROOM_MB << 20, ROOM_MB << 20))


def read_apart(path: Path, *without: str) -> subprocess.CompletedProcess[str]:
    """The file read in a process of its own with little memory, some limits taken away."""
    return subprocess.run(
        [sys.executable, "-c", READ, str(path), *without],
        cwd=ROOT,
        env={**os.environ, "RUST_BACKTRACE": "0"},
        capture_output=True,
        text=True,
        preexec_fn=within_bounds,
        timeout=100,
        check=False,
    )


# --- bombs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", few(FIRST, len(SMALL)))
def test_a_bomb_is_refused_in_one_sentence_and_in_little_memory(tmp_path: Path, name: str) -> None:
    ran = read_apart(written(tmp_path, BOMBS[name]))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == 1
    assert str(tmp_path) in ran.stdout


@pytest.mark.parametrize(
    ("name", "limits"),
    few(
        [
            ("far-row-of-nameless-cells", ["MOST_ROWS", "MOST_CELLS"]),
            ("columns-repeated", ["MOST_COLUMNS", "MOST_CELLS", "MOST_TEXT"]),
            ("text-repeated", ["MOST_TEXT", "MOST_CELLS"]),
            ("shared-text", ["MOST_TEXT"]),
            ("two-billion-spaces", ["LONGEST_CELL", "MOST_TEXT"]),
            ("far-cell-elsewhere", ["MOST_ROWS", "MOST_COLUMNS", "MOST_CELLS"]),
        ],
        3,
    ),
)
def test_the_control_without_its_limit_a_bomb_ends_the_process(tmp_path: Path, name: str, limits: list[str]) -> None:
    ran = read_apart(written(tmp_path, BOMBS[name]), *limits)
    assert "memory allocation" in ran.stderr or "capacity overflow" in ran.stderr or "MemoryError" in ran.stderr


def test_the_desk_itself_refuses_a_bomb_and_its_store_stays_as_it_was(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=4)
    before = night.last_action()
    for name in ("shared-text", "columns-repeated"):
        path = written(tmp_path, BOMBS[name])
        command = [sys.executable, "-m", "screens.start", "import", "rooms", str(path)]
        ran = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **night.environment()},
            capture_output=True,
            text=True,
            preexec_fn=within_bounds,
            timeout=60,
            check=False,
        )
        assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (1, "", 1)
    assert night.last_action() == before
    assert night.now()["beds"]["realised"] == 4


# --- what no spreadsheet program writes -------------------------------------------------------


@pytest.mark.parametrize("name", WRONG)
def test_what_no_spreadsheet_program_writes_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        read_sheet(written(tmp_path, WRONG[name]))
    assert len(refused.value.sentences) == 1
    assert "passwd" not in str(refused.value)
    assert "root:" not in str(refused.value)


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_and_yet_a_sheet_is_read_right(tmp_path: Path, name: str) -> None:
    make, rows = ODD[name]
    path = written(tmp_path, make)
    if len(rows) > 1:
        assert read_sheet(path) == rows


def test_what_steers_a_terminal_in_a_workbook_is_gone_once_it_is_a_room(tmp_path: Path) -> None:
    rows = read_sheet(written(tmp_path, ODD["control-characters"][0]))
    (room,) = imports.rooms([["kamer", "bedden"], [rows[1][0], 4]]).records
    assert room["room"] == "12"


def test_the_control_a_document_type_is_what_two_readers_differ_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, WRONG["doctype-alone"])
    monkeypatch.setattr(sheet_xml.Part, "_other", lambda *_told: None)
    assert read_sheet(path) == [["a"], ["b"]]


def test_a_fault_of_the_library_itself_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    class PanicException(BaseException):
        """What a fault in its own code comes as: no Exception."""

    def panics(_file: object) -> None:
        raise PanicException

    path = written(tmp_path, ODD["boolean"][0])
    monkeypatch.setattr(python_calamine, "load_workbook", panics)
    with pytest.raises(Refused, match="is damaged"):
        read_sheet(path)


# --- CSV --------------------------------------------------------------------------------------

LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million rows": (lambda: b"a,b\n" + b"1,2\n" * 1_000_000, "more than 20,000 rows"),
    "a million empty rows": (lambda: b"a\n" + b"\n" * 1_000_000 + b"1\n", "more than 20,000 rows"),
    "a million columns": (lambda: b"," * 1_000_000 + b"\n1\n", "line 1: more than 500 columns"),
    "three million cells": (lambda: (b"1," * 499 + b"\n") * 6_000, "reaches over more than 2,000,000 cells"),
    "a heading without end": (lambda: b'"' + b"a" * 19_000_000, "longer than a sheet can hold"),
    "ten million line ends": (lambda: b"\r" * 10_000_000, "is empty"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_csv_is_refused_within_bounds(tmp_path: Path, name: str) -> None:
    make, sentence = LARGE[name]
    ran = read_apart(written(tmp_path, lambda _folder: make(), "sheet.csv"))
    assert (ran.returncode, ran.stderr, len(ran.stdout.splitlines())) == (0, "", 1)
    assert sentence in ran.stdout


def test_of_a_hundred_thousand_wrong_cells_the_first_are_said_and_the_others_counted(tmp_path: Path) -> None:
    content = "kamer,bedden,\n" + "1,x,y\n" * 18_000
    with pytest.raises(Refused) as refused:
        imports.rooms(read_sheet(written(tmp_path, lambda _folder: content.encode())))
    assert len(refused.value.sentences) == MOST_SHOWN + 1
    # two a row, and all rooms but the first stand there twice
    assert refused.value.sentences[-1] == f"And {3 * 18_000 - 1 - MOST_SHOWN:,} wrong cells more."


def test_a_cell_of_marks_without_end_takes_no_longer_than_one_of_letters(tmp_path: Path) -> None:
    spent = []
    for cell in ("a" * 40_000, "\u0301\u0316" * 20_000 + "a" * 30, "\x90" * 40_000 + "a" * 30):
        began = time.process_time()
        with pytest.raises(Refused, match="longer than 20 characters"):
            imports.rooms([["kamer", "bedden"], [cell, 4]])
        spent.append(time.process_time() - began)
    assert max(spent) < 20 * max(spent[0], 0.02)


# --- files ------------------------------------------------------------------------------------


def test_a_name_that_plays_tricks_is_a_file_that_is_not_there_or_no_sheet(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=4)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "away").symlink_to("/etc/hostname")
    names = (
        "/dev/zero",
        "/dev/tty",
        "/proc/self/mem",
        "/",
        "-",
        "--",
        "~",
        "x" * 300,
        "x/" * 3_000,
        "../" * 50 + "etc",
    )
    for name in (*names, *(tmp_path / file for file in ("fifo", "loop", "away", "\x1b[31m\n\u202ex.csv"))):
        sentence = night.refused("import", "rooms", "--", name)
        assert sentence.isprintable()
        assert len(sentence) < 6_500
    for words in (("init", "--region", "x" * 300), ("restore", "x" * 300), ("init", "--beds", "x" * 300)):
        ran = night.run(*words, env={"DESK_STORE": str(tmp_path / "other.db")})
        assert ran.exit == 1
        assert "went wrong" not in ran.sentence
