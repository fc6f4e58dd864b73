"""The desk is renewed while sessions stand open: they show on, change nothing, and say to leave and come in again."""

import asyncio
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from desk.language import speak
from desk.refusals import Refused
from screens.app import DeskApp
from screens.lines import plain
from screens.renewed import FLOORS, ROOT, Renewed
from screens.widgets.page import Page
from storage import database
from storage.database import Store, beside
from storage.store import Desk
from tests.older_stores import of_tomorrow
from tests.stage import opened, quiet_night, sit_down
from tests.store import household, new_store

NOTHING_HERE = "The desk was renewed: nothing can be changed here."
COME_IN_AGAIN = "The desk was renewed. Leave (q q) and come in again"


def renew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of tomorrow opens the store, which brings it up to date, and somebody works in it."""
    with monkeypatch.context() as patched:
        patched.setattr(database, "migrations", of_tomorrow())
        with Desk(path, "Els") as newer:
            household(newer, "Bondar", 3)


# --- the store is newer -----------------------------------------------------------------------


def test_an_open_desk_shows_on_and_says_that_it_was_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = quiet_night(tmp_path)
    with sit_down(path, "Anna") as anna:
        opened(anna)
        renew(path, monkeypatch)
        anna.wait_for(NOTHING_HERE)
        anna.wait_for("INSIDE 3 people")
        anna.press("3")
        anna.wait_for(NOTHING_HERE)


def test_a_line_half_typed_is_kept_for_whoever_comes_in_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = quiet_night(tmp_path)
    with sit_down(path, "Anna") as anna:
        opened(anna)
        anna.press("w")
        anna.wait_for("At the door")
        anna.type("Petrenko 5 2a")
        anna.wait_for("Petrenko, 5 people")
        renew(path, monkeypatch)
        anna.press("enter")
        anna.wait_for("The desk was renewed. Nothing was changed: leave, and come in again.")
        anna.wait_for("Petrenko 5 2a")
    monkeypatch.setattr(database, "migrations", of_tomorrow())
    with Desk(path, "Anna") as desk:
        assert [h.name for h in desk.night().households] == ["Bondar"]
        assert desk.aside.draft("Anna", "register") is not None
        assert desk.check() == []


def test_a_desk_that_does_not_know_the_store_cannot_write_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_store(tmp_path) as older:
        renew(older.path, monkeypatch)
        with pytest.raises(Refused, match="The desk was renewed"):
            household(older, "Petrenko", 5)
        assert [h.name for h in older.night().households] == ["Bondar"]


def test_without_the_look_at_the_schema_an_old_desk_would_write_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_store(tmp_path) as older:
        renew(older.path, monkeypatch)
        monkeypatch.setattr(Store, "is_renewed", lambda _self: False)
        household(older, "Petrenko", 5)
        assert len(older.night().households) == 2


def test_a_store_that_was_only_packed_anew_is_still_known(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        with closing(beside(desk.path, Store)) as other:
            other.conn.execute("VACUUM")
        assert not desk.journal.is_renewed()
        household(desk, "Petrenko", 5)


# --- the program is newer ---------------------------------------------------------------------


def installed(folder: Path) -> Path:
    """The program as it lies installed."""
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, folder / floor, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_a_file_that_is_replaced_taken_away_or_added_is_seen_once(tmp_path: Path) -> None:
    root = installed(tmp_path / "program")
    changes = (
        lambda: (root / "desk" / "beds.py").write_text("# another\n", encoding="utf-8"),
        lambda: (root / "screens" / "cli" / "beds.py").unlink(),
        lambda: (root / "storage" / "luggage.py").touch(),
    )
    for change in changes:
        renewed = Renewed(lambda: False, root)
        assert not renewed.look()  # knows them now
        assert not renewed.look()
        assert renewed.said() == ""
        change()
        assert renewed.look()
        assert not renewed.look()
        speak("en")
        assert renewed.said().startswith(COME_IN_AGAIN)


def test_what_python_itself_writes_beside_the_program_is_no_renewal(tmp_path: Path) -> None:
    root = installed(tmp_path / "program")
    renewed = Renewed(lambda: False, root)
    renewed.look()
    (root / "desk" / "__pycache__").mkdir()
    (root / "desk" / "__pycache__" / "beds.cpython-311.pyc").touch()
    assert not renewed.look()


def test_an_open_desk_says_that_its_program_was_renewed_and_works_on(tmp_path: Path) -> None:
    root = installed(tmp_path / "program")
    speak("en")
    with new_store(tmp_path) as desk:
        app = DeskApp(desk)
        app.beat.renewed = Renewed(desk.journal.is_renewed, root)

        async def watch() -> str:
            async with app.run_test(size=(80, 24)) as pilot:
                app.beat.renewed.look()
                (root / "desk" / "beds.py").unlink()
                app.beat.look_at_program()
                await pilot.pause()
                return "\n".join(plain(line) for line in app.screen.query_one("#status", Page).lines)

        assert COME_IN_AGAIN in asyncio.run(watch())
        household(desk, "Petrenko", 5)


def test_a_fault_of_an_old_desk_says_that_it_was_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_store(tmp_path) as desk:
        app = DeskApp(desk)
        renew(desk.path, monkeypatch)
        left: list[str] = []
        monkeypatch.setattr(app, "exit", lambda **said: left.append(said["message"]))
        app._handle_exception(KeyError("a module of the newer program"))
        assert left == ["The desk was renewed: nothing can be changed here. Leave (q q) and come in again."]
