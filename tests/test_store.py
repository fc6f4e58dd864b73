"""Opening the store: each way it cannot be opened is its own sentence, and what is open is safe."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from desk.refusals import Refused
from storage import database
from storage.store import Desk
from tests.store import Meet, another_program, as_nobody, bus_coming, new_store, still, together

ROOT = Path(__file__).parent.parent
# Another program that takes the write lock and holds it until it is told to end.
HOLD = """
import sys
from sqlite_utils.utils import sqlite3
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.argv[2:]:
    conn.execute(line).fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of a house with four beds, closed."""
    with new_store(tmp_path, beds=4, locations=False) as desk:
        return desk.path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any account may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def refusal(path: Path) -> str:
    """The sentence with which opening is refused."""
    with pytest.raises(Refused) as no:
        Desk(path, "Anna", still()).close()
    assert len(no.value.sentences) == 1
    return no.value.sentences[0]


# --- what is not a store ------------------------------------------------------------------------


def test_where_no_store_is_one_is_told_how_to_make_one(tmp_path: Path) -> None:
    said = refusal(tmp_path / "nothing.db")
    assert "There is no store at" in said
    assert "desk init" in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_a_store(tmp_path: Path) -> None:
    assert "is a folder, not a store" in refusal(tmp_path)


def test_garbage_is_not_a_store(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"once upon a time in Twente " * 400)
    assert "is damaged or not a store" in refusal(path)
    assert path.read_bytes() == b"once upon a time in Twente " * 400


def test_an_empty_file_is_not_a_store(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.touch()
    assert "is not a store of the desk" in refusal(path)
    assert path.stat().st_size == 0


def test_another_programs_file_is_not_a_store_and_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "recipes.db"
    with another_program(path) as conn:
        conn.execute("CREATE TABLE recipe (name TEXT)")
    before = path.read_bytes()
    assert "is not a store of the desk" in refusal(path)
    assert path.read_bytes() == before


def test_a_store_cut_short_is_called_damaged(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    said = refusal(path)
    assert "is damaged or not a store" in said
    assert "last backup" in said


def test_a_store_of_a_newer_program_is_refused_and_not_touched(path: Path) -> None:
    with another_program(path) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('doorstroom', 'wings', '2031')"
        )
    before = path.read_bytes()
    said = refusal(path)
    assert "written by a newer desk" in said
    assert "nothing was changed" in said
    assert path.read_bytes() == before


def test_a_store_that_exists_is_not_made_again(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Refused, match="exists already"):
        Desk.init(path, operator="Anna", clock=still())
    assert path.read_bytes() == before


def test_an_old_sqlite_is_refused_before_it_can_do_harm(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.40.1")
    said = refusal(path)
    assert "SQLite 3.40.1" in said
    assert "pysqlite3" in said


def test_the_sqlite_in_use_is_one_without_the_bug() -> None:
    assert sqlite3.sqlite_version_info >= database.SAFE_SQLITE


# --- accounts -----------------------------------------------------------------------------------


def test_a_store_that_may_only_be_read_says_so(path: Path, open_folder: Path) -> None:
    here = Path(shutil.copy(path, open_folder / "desk.db"))
    here.chmod(0o444)
    with as_nobody():
        said = refusal(here)
    assert "is read-only for this account" in said


def test_a_store_that_may_not_be_read_says_so(path: Path, open_folder: Path) -> None:
    here = Path(shutil.copy(path, open_folder / "desk.db"))
    here.chmod(0o000)
    with as_nobody():
        said = refusal(here)
    assert "may not be read by this account" in said


def test_a_store_in_a_folder_that_may_not_be_written_is_read_only(path: Path, open_folder: Path) -> None:
    here = Path(shutil.copy(path, open_folder / "desk.db"))
    here.chmod(0o666)
    open_folder.chmod(0o555)
    with as_nobody():
        said = refusal(here)
    assert "is read-only for this account" in said
    open_folder.chmod(0o755)
    assert [p.name for p in open_folder.iterdir()] == ["desk.db"]


def test_a_new_store_where_nothing_may_be_written_is_a_sentence(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with as_nobody(), pytest.raises(Refused, match="cannot be opened: Permission denied"):
        Desk.init(open_folder / "desk.db", operator="Anna", clock=still())


def test_the_files_of_a_store_are_its_own_accounts_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with new_store(tmp_path, beds=4, locations=False) as desk:
            modes = {p.name: oct(p.stat().st_mode & 0o777) for p in tmp_path.iterdir()}
            assert desk.path.name in modes
    finally:
        os.umask(before)
    assert set(modes) >= {"desk.db", "desk.db-wal", "desk.db-shm"}
    assert set(modes.values()) == {"0o600"}


# --- locked -------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that gives up waiting after a fifth of a second, instead of five."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 200)


class Holding:
    """Another process that holds the store."""

    def __init__(self, path: Path, *sql: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), *sql], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Holding":
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "held\n"
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.communicate("")


@pytest.mark.usefixtures("impatient")
def test_while_another_holds_the_store_an_action_is_refused_and_reading_goes_on(path: Path) -> None:
    with Desk(path, "Anna", still()) as desk:
        with Holding(path, "BEGIN IMMEDIATE"):
            with pytest.raises(Refused, match="Another desk holds the store"):
                desk.logbook.add("note", "the lift is out")
            with pytest.raises(Refused, match="Another desk holds the store"):
                desk.undo()
            assert len(desk.night().beds) == 4
        assert desk.logbook.add("note", "the lift is out").ref == "log 1"
        assert desk.check() == []


@pytest.mark.usefixtures("impatient")
def test_a_store_that_is_held_can_be_opened_and_looked_at(path: Path) -> None:
    with Holding(path, "BEGIN IMMEDIATE"), Desk(path, "Anna", still()) as desk:
        assert len(desk.night().beds) == 4


@pytest.mark.usefixtures("impatient")
def test_a_store_that_another_program_keeps_to_itself_is_called_held(path: Path) -> None:
    with Holding(path, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"):
        assert "Another desk holds the store" in refusal(path)


# --- open ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("cell_size_check", 1),
        ("busy_timeout", 5_000),
        ("journal_size_limit", 16_777_216),
        ("mmap_size", 0),
        ("temp_store", 2),
    ],
)
def test_the_pragmas_are_in_force(path: Path, pragma: str, value: object) -> None:
    with Desk(path, "Anna", still()) as desk:
        row = desk.db.execute(f"PRAGMA {pragma}").fetchone()
        assert (row[0] if row else 0) == value


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE beds (id INTEGER)",
        "DROP TABLE bed",
        "ALTER TABLE bed ADD COLUMN colour TEXT",
        "CREATE INDEX quick ON bed (state)",
        "DROP INDEX one_stay_a_bed",
        "DROP TRIGGER journal_bed_update",
        "CREATE TRIGGER sly AFTER INSERT ON bed BEGIN SELECT 1; END",
        "CREATE VIEW beds AS SELECT * FROM bed",
    ],
)
def test_an_open_desk_cannot_change_the_tables_themselves(path: Path, sql: str) -> None:
    with Desk(path, "Anna", still()) as desk, pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        desk.db.execute(sql)


def test_a_misspelt_table_makes_no_table(path: Path) -> None:
    with Desk(path, "Anna", still()) as desk:
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            desk.db.table("beds").insert({"number": 7})
        assert not desk.db.table("beds").exists()


def _open_at_once(meet: Meet, number: int, path: Path) -> str:
    meet()
    try:
        desk, made = Desk.init(path, operator=f"desk {number}", clock=still()), "made"
    except Refused as there:
        desk, made = Desk(path, f"desk {number}", still()), "opened" if "exists already" in str(there) else str(there)
    with desk:
        desk.logbook.add("note", f"desk {number} is on")
    return made


def test_eight_desks_open_a_fresh_store_at_once_and_all_come_in(tmp_path: Path) -> None:
    for attempt in range(2):
        path = tmp_path / f"{attempt}.db"
        assert sorted(together(8, _open_at_once, path)) == ["made", *["opened"] * 7]
        with Desk(path, "Anna", still()) as desk:
            assert len(desk.logbook.lines()) == 8
            assert desk.check() == []


def test_a_session_sees_what_another_wrote_and_that_the_store_moved(path: Path) -> None:
    with Desk(path, "Anna", still()) as anna, Desk(path, "Piet", still()) as piet:
        seen = piet.journal.data_version()
        ref = bus_coming(anna, "Utrecht", 48)
        assert piet.journal.data_version() != seen
        assert piet.buses.get(ref).announced == 48
