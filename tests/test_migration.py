"""A newer desk opens an older store: what was written before is still whole, and can still be undone."""

from pathlib import Path

import pytest

from desk.refusals import Refused
from storage import database
from storage.store import Desk
from tests.older_stores import of_tomorrow
from tests.store import bus_coming, new_store


def _older_store(folder: Path) -> Path:
    with new_store(folder) as desk:
        bus_coming(desk, "Utrecht", 48)
        return desk.path


def test_what_an_older_desk_wrote_can_be_undone_by_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _older_store(tmp_path)
    migrations = of_tomorrow()
    monkeypatch.setattr(database, "migrations", migrations)
    with Desk(path, "Anna") as desk:
        assert desk.check() == []
        desk.undo()
        assert desk.night().buses == ()
        assert desk.check() == []


def test_a_store_of_a_newer_desk_is_refused_by_an_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _older_store(tmp_path)
    migrations = of_tomorrow()
    with monkeypatch.context() as patched:
        patched.setattr(database, "migrations", migrations)
        Desk(path, "Anna").close()
    with pytest.raises(Refused, match="newer desk"):
        Desk(path, "Anna")
