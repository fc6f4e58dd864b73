"""Every store that an earlier program wrote opens with today's, whole, and goes on as if today's had written it."""

from pathlib import Path

import pytest

from desk import evacuation
from desk.refusals import Refused
from storage import schema
from storage.rows import to_time
from storage.sqlite import sqlite3
from storage.store import Desk
from tests.older_stores import SCHEMAS, older_store
from tests.store import household

HASH = 10
"""The column of an action that chains it to the one before."""
NIGHT = to_time("2022-04-08T00:41:00Z")


def opened(path: Path) -> Desk:
    """By today's program, at the moment of the night at which it was left."""
    return Desk(path, "Anna", lambda: NIGHT)


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    """What a table held of the columns that it had then."""
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return list(conn.execute(f"SELECT * FROM {table} ORDER BY id").fetchall())
    finally:
        conn.close()


@pytest.mark.parametrize("known", SCHEMAS)
def test_it_opens_and_its_journal_agrees_with_every_row(known: str, tmp_path: Path) -> None:
    path = older_store(known, tmp_path)
    before = {table: rows(path, table) for table in ("action", "stay", "household", "placement")}
    before["action"] = [row[:HASH] for row in before["action"]]  # it is sealed anew: see storage/seals.py
    with opened(path) as desk:
        assert desk.check() == []
        assert len(evacuation.lines(desk.night(), 78)) > 20
    for table, was in before.items():
        now = rows(path, table)
        assert [row[: len(old)] for row, old in zip(now, was, strict=True)] == was


@pytest.mark.parametrize("known", SCHEMAS)
def test_the_night_goes_on_in_it_and_what_was_done_then_is_taken_back(known: str, tmp_path: Path) -> None:
    with opened(older_store(known, tmp_path)) as desk:
        there = {h.ref for h in desk.night().households}
        new = household(desk, "Petrenko", 3)
        assert {h.ref for h in desk.night().households} == there | {new}
        desk.undo()
        last = [action for action in desk.journal.actions() if action.verb not in {"undo", "freeze due"}]
        taken_back = _take_back_what_can_be(desk, [action.operator for action in last])
        assert taken_back
        assert desk.check() == []


def _take_back_what_can_be(desk: Desk, who: list[str]) -> int:
    """Undo the last of each operator of then; what was built upon stays, and says so."""
    done = 0
    for operator in dict.fromkeys(reversed(who)):
        desk.sign_on(operator)
        try:
            desk.undo()
        except Refused as no:
            assert "does not match its journal" not in str(no)  # noqa: PT017 - a refusal is no failure here
        else:
            done += 1
    return done


def test_there_is_one_of_each_schema() -> None:
    assert [name for name in SCHEMAS if hasattr(schema, name)] == list(SCHEMAS)
    known = {migration.name for migration in schema.migrations._migrations}
    assert known == set(SCHEMAS), "a new migration: keep a store of the schema before it in tests/stores"
