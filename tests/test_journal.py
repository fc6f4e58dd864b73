"""The journal: nobody writes without an action, every change is kept, and what was altered is found."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from desk.refusals import Refused
from storage.schema import JOURNALLED, triggers
from storage.store import Desk
from tests.store import another_program, at, bus_coming, bus_here, dump, household, in_bed, moment, new_store

Row = tuple[Any, ...]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path, beds=12) as desk:
        yield desk


def changes(desk: Desk, action: int) -> list[Row]:
    """What an action changed: table, row before, row after."""
    rows = desk.db.execute("SELECT table_name, old, new FROM change WHERE action = ? ORDER BY id", [action]).fetchall()
    return [(table, old and json.loads(old), new and json.loads(new)) for table, old, new in rows]


# --- nobody writes without an action ------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bed SET state = 'blocked', reason = 'for a friend' WHERE id = 1",
        "DELETE FROM bed WHERE id = 1",
        "INSERT INTO setting (name, value) VALUES ('target', '1')",
        "UPDATE household SET people = 1",
        "DELETE FROM stay",
        "UPDATE counter SET last = 0",
    ],
)
def test_nobody_writes_without_an_action_not_even_another_program(desk: Desk, sql: str) -> None:
    in_bed(desk, "Petrenko", 4)
    before = dump(desk)
    with another_program(desk.path) as conn, pytest.raises(sqlite3.IntegrityError, match="needs an open action"):
        conn.execute(sql)
    with pytest.raises(sqlite3.IntegrityError, match="needs an open action"):
        desk.db.execute(sql)
    assert dump(desk) == before


def test_every_table_but_the_journals_own_is_journalled(desk: Desk) -> None:
    own = {"action", "change", "opened", "_sqlite_migrations", "sqlite_sequence"}
    assert set(dump(desk)) - own == set(JOURNALLED)
    made = {row[0] for row in desk.db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()}
    assert made == triggers()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE action SET operator = 'Piet' WHERE id = 2",
        "UPDATE action SET verb = 'undo' WHERE id = 2",
        "UPDATE action SET args = '{}' WHERE id = 2",
        "UPDATE action SET ref = 'B-220407-9' WHERE id = 2",
        "UPDATE action SET open = 1 WHERE id = 2",
        "UPDATE action SET hash = '' WHERE id = 2",
        "DELETE FROM action",
        "UPDATE change SET new = old",
        "DELETE FROM change",
        "INSERT INTO change (action, table_name, row_id, old, new) VALUES (2, 'bed', 1, NULL, NULL)",
    ],
)
def test_the_journal_only_grows(desk: Desk, sql: str) -> None:
    bus_coming(desk)
    before = dump(desk)
    with another_program(desk.path) as conn, pytest.raises(sqlite3.IntegrityError):
        conn.execute(sql)
    assert dump(desk) == before


def test_inside_an_action_what_is_told_of_it_cannot_be_changed(desk: Desk) -> None:
    for column in ("operator", "verb", "uid", "at", "entered_at"):
        with pytest.raises(Refused), desk.journal.action("log add", {"text": "x"}):
            desk.db.execute(f"UPDATE action SET {column} = 'other' WHERE open = 1")


# --- every change is kept -----------------------------------------------------------------------


def test_a_change_is_kept_with_the_row_before_and_after(desk: Desk) -> None:
    ref = bus_coming(desk, "Utrecht", 48)
    desk.buses.edit(ref, carrier="Oostcoach", announced=50)
    [(table, old, new)] = changes(desk, desk.journal.version())
    assert table == "bus"
    assert (old["announced"], old["carrier"]) == (48, "")
    assert (new["announced"], new["carrier"]) == (50, "Oostcoach")
    same = {name for name in old if old[name] == new[name]}
    assert same == set(old) - {"announced", "carrier"}


def test_every_row_of_a_new_household_is_kept_and_every_row_that_goes(desk: Desk) -> None:
    ref = household(desk, "Petrenko", 3)
    kept = changes(desk, desk.journal.version())
    assert [(t, old is None) for t, old, _new in kept if t != "counter"] == [
        ("household", True),
        *[("member", True)] * 3,
    ]
    desk.households.edit(ref, people=2)
    gone = [(t, new) for t, _old, new in changes(desk, desk.journal.version()) if t == "member"]
    assert gone == [("member", None)]


def test_an_action_says_who_what_and_when_it_happened_apart_from_when_it_was_typed(desk: Desk) -> None:
    ref = desk.buses.arrive(from_place="Budapest", people=48, at=at("02:20")).ref
    action = desk.journal.actions(last=1)[0]
    assert (action.operator, action.verb, action.ref) == ("Anna", "bus arrive", ref)
    assert action.args == {"from_place": "Budapest", "people": 48}
    assert (action.at, action.entered_at) == (at("02:20"), moment())


def test_a_refused_action_leaves_no_trace_at_all(desk: Desk) -> None:
    coming, here = bus_coming(desk, "Utrecht", 48), bus_here(desk, "Budapest", 20)
    family = in_bed(desk, "Petrenko", 4, bus=here)
    before = dump(desk)
    refused: list[Callable[[], object]] = [
        lambda: desk.buses.announce(from_place="", people=4, eta=None),
        lambda: desk.buses.reserve(coming, 400),
        lambda: desk.buses.count(coming, 48),
        lambda: desk.buses.close(here),
        lambda: desk.buses.onward(here, 400, "Zwolle", "Els"),
        lambda: desk.households.register(name="Bondar", people=0),
        lambda: desk.households.register(name="Bondar", people=2, bus=coming),
        lambda: desk.households.bed("H-0407-99"),
        lambda: desk.households.move(family, ["1-1"]),
        lambda: desk.households.split(family, [1, 2, 3, 4], "quarrel"),
        lambda: desk.placements.ask(family, "Nowhere"),
        lambda: desk.placements.agree(family, "Sporthal Noord", by=""),
        lambda: desk.beds.block("1-1", "wet"),
        lambda: desk.beds.make([{"room": "new", "beds": 4}, {"room": "newer", "beds": 0}]),
        lambda: desk.logbook.add("gossip", "they say"),
        lambda: desk.set("target", "many"),
    ]
    for step in refused:
        with pytest.raises(Refused):
            step()
        assert dump(desk) == before
    assert desk.check() == []


def test_a_fault_of_the_program_inside_an_action_leaves_no_trace_either(desk: Desk) -> None:
    before = dump(desk)
    with pytest.raises(KeyError):
        _written_and_then_wrong(desk)
    assert dump(desk) == before
    bus_coming(desk)


def _written_and_then_wrong(desk: Desk) -> None:
    with desk.journal.action("log add", {}):
        desk.db.table("setting").insert({"name": "target", "value": "1"})
        raise KeyError("a fault of the program")


def test_what_was_done_is_told_though_the_store_cannot_be_read_just_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_lock() -> int:
        if desk.db.conn.in_transaction:
            return version()
        raise sqlite3.OperationalError("locking protocol")

    version = desk.journal.version
    monkeypatch.setattr(desk.journal, "version", no_lock)
    done = desk.households.register(name="Petrenko", people=5)
    assert done.text.endswith("Petrenko 5. Write 1 on the wristbands.")
    monkeypatch.undo()
    assert [h.name for h in desk.night().households] == ["Petrenko"]


# --- what was altered is found ------------------------------------------------------------------


def without_triggers(desk: Desk, sql: str, *keep: str) -> None:
    """Do harm to the file as somebody could who knows how: the triggers away, the harm, the triggers back."""
    with another_program(desk.path) as conn:
        rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in rows:
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute(sql)
        for _name, made in rows:
            conn.execute(made)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE action SET operator = 'Piet' WHERE id = 5",
        "UPDATE action SET at = '2022-04-07T20:00:00Z' WHERE id = 5",
        "UPDATE action SET args = '{}' WHERE id = 5",
        "UPDATE action SET ref = '' WHERE id = 5",
        "UPDATE change SET new = replace(new, '48', '40') WHERE action = 5 AND table_name = 'bus'",
        "DELETE FROM change WHERE action = 5 AND table_name = 'eta'",
        "INSERT INTO change (action, table_name, row_id) VALUES (5, 'bed', 1)",
        "UPDATE action SET hash = 'f00d' WHERE id = 5",
    ],
)
def test_an_altered_action_is_found_and_named(desk: Desk, sql: str) -> None:
    bus_coming(desk, "Utrecht", 48)
    bus_coming(desk, "Zwolle", 12, "05:10")
    assert desk.journal.actions(4, last=2)[0].verb == "bus announce"
    assert desk.check() == []
    without_triggers(desk, sql)
    assert "Action 5 of the journal was altered." in desk.check()


def test_an_action_taken_out_of_the_chain_is_found(desk: Desk) -> None:
    desk.logbook.take("overbooked:")
    desk.logbook.add("note", "nothing to see")
    desk.logbook.add("note", "good night")
    assert desk.check() == []
    without_triggers(desk, "DELETE FROM action WHERE id = 6")
    found = desk.check()
    assert "Action 7 of the journal was altered." in found
    assert any("points to nothing" in said for said in found)


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("UPDATE bed SET state = 'blocked' WHERE id = 7", "bed"),
        ("UPDATE household SET people = 6", "household"),
        ("DELETE FROM log WHERE id = 1", "log"),
        ("INSERT INTO setting (name, value) VALUES ('target', '1')", "setting"),
    ],
)
def test_a_row_changed_behind_the_journals_back_is_found(desk: Desk, sql: str, table: str) -> None:
    household(desk, "Petrenko", 5)
    desk.logbook.add("note", "the lift is out")
    without_triggers(desk, sql)
    found = desk.check()
    assert len(found) == 1
    assert f"of {table} differs from the journal" in found[0]


def test_a_trigger_that_is_gone_is_found(desk: Desk) -> None:
    with another_program(desk.path) as conn:
        conn.execute("DROP TRIGGER journal_bed_update")
    assert desk.check() == ["The trigger journal_bed_update is gone."]


def test_a_row_that_points_to_nothing_is_found(desk: Desk) -> None:
    ref = household(desk, "Petrenko", 1)
    number = desk.households.get(ref).id
    without_triggers(desk, f"DELETE FROM household WHERE id = {number}")
    assert any("member points to nothing" in said for said in desk.check())


# --- live refresh -------------------------------------------------------------------------------


def test_what_others_did_since_can_be_read_from_the_journal(desk: Desk) -> None:
    seen = desk.journal.version()
    with Desk(desk.path, "Piet", desk.clock) as piet:
        ref = bus_coming(piet, "Zwolle", 12)
        piet.buses.arrive(ref)
    since = desk.journal.actions(seen)
    assert [(a.operator, a.verb, a.ref) for a in since] == [("Piet", "bus announce", ref), ("Piet", "bus arrive", ref)]
