"""Whose time is over is forgotten everywhere: rows, journal, drafts, backups, free pages; counts and the chain stay."""

import json
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest

from desk import privacy
from desk.households import Household
from desk.privacy import PERSONAL, Names
from desk.refusals import Refused
from storage import erasure
from storage.store import Desk
from tests.store import ANYONE, in_bed, moment, new_store

NAMES = ("Zabuzhko", "Жадан", "Oksana", "Çelik", "0612345678")
STAYS = "Petrenko"


def _in(file: Path, name: str) -> bool:
    """Whether a name stands in a file in any spelling and encoding."""
    raw = file.read_bytes()
    forms = {name, name.upper(), name.lower(), *(unicodedata.normalize(form, name) for form in ("NFC", "NFD"))}
    forms |= {json.dumps(one)[1:-1] for one in list(forms)}
    forms |= set(privacy._spellings(name)) if len(name) > 3 else set()
    encodings = ("utf-8", "utf-16-le", "utf-16-be", "latin-1", "cp1251")
    return any(one.encode(e, "ignore") in raw for one in forms for e in encodings if one.encode(e, "ignore"))


def named(folder: Path) -> list[str]:
    """Every file below a folder in which one of the names stands."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return sorted({file.name for file in files for name in NAMES if _in(file, name)})


@pytest.fixture
def lived_in(tmp_path: Path) -> Path:
    """A store in which a family lived, was talked about, undone, backed up and has left four weeks ago."""
    with new_store(tmp_path / "site") as desk:
        ref = in_bed(desk, "Zabuzhko", 2, needs=("pregnant",), note="Oksana sleeps badly", phone="0612345678")
        stays = in_bed(desk, STAYS, 3)
        desk.households.edit(ref, name="Жадан")
        desk.households.edit(ref, name="Zabuzhko")
        desk.logbook.add("note", "Zabuzhko asked for a doctor; Petrenko did not", link=ref)
        gone = desk.households.register(name="Çelik", people=1).ref
        desk.undo()
        assert gone != stays
        desk.aside.keep("Piet", "door", {"line": "Zabuzhko 2 2a"}, desk.clock())
        desk.handovers.make()
        desk.backups.make()
        desk.placements.agree(ref, ANYONE, by="Els")
        desk.placements.transport(ref, carrier="taxi", pickup=desk.clock())
        desk.placements.depart(ref)
        desk.placements.confirm(ref, by="Els")
        return desk.path


def later(path: Path, days: int) -> Desk:
    return Desk(path, "Corrie", lambda: moment() + timedelta(days=days))


def test_before_its_time_nobody_is_forgotten_and_after_it_no_file_names_them(lived_in: Path) -> None:
    folder = lived_in.parent
    before = named(folder)
    assert lived_in.name in before
    assert any(name.endswith(".aside") for name in before)
    assert any(name.startswith("desk-") for name in before), "the backup"
    with later(lived_in, 27) as desk:
        assert not desk.erasure.due()
    with later(lived_in, 29) as desk:
        found = desk.erasure.due()
        assert len(found.refs) == 1
        done = desk.erasure.run(found)
        assert done.warnings == ()
        assert desk.check() == []
    assert named(folder) == []
    assert _in(lived_in, STAYS), "who stays is not forgotten"


def test_counts_stay_and_the_log_says_what_was_done(lived_in: Path) -> None:
    with later(lived_in, 29) as desk:
        before = desk.period(moment() - timedelta(days=2), moment() + timedelta(days=2))
        desk.erasure.run(desk.erasure.due())
        assert desk.period(moment() - timedelta(days=2), moment() + timedelta(days=2)) == before
        (line,) = [row[0] for row in desk.db.execute("SELECT text FROM log WHERE kind = 'note'").fetchall()]
        assert line == "… asked for a doctor; Petrenko did not"
        assert desk.journal.actions(last=1)[0].verb == "erase"
        assert not desk.erasure.due()


def test_the_backups_are_whole_and_can_still_be_put_back(lived_in: Path) -> None:
    from storage import backups

    with later(lived_in, 29) as desk:
        desk.erasure.run(desk.erasure.due())
        (copy,) = backups.kept_in(desk.backups.folder)
    assert backups.checked(copy.file)[0] == []


def test_without_taking_the_salts_away_a_name_could_be_found_by_trying_and_the_chain_is_broken(
    lived_in: Path,
) -> None:
    """The control: whoever alters the journal without the action that may is seen."""
    with later(lived_in, 29) as desk, pytest.raises(Exception, match="append-only"):
        desk.db.execute("UPDATE change SET old = NULL WHERE table_name = 'household'")
    with later(lived_in, 29) as desk:
        desk.erasure.run(desk.erasure.due())
        rows = desk.db.execute("SELECT salt, digest FROM change WHERE table_name = 'household' ORDER BY id").fetchall()
        assert all(digest for _salt, digest in rows)
        assert rows[0][0] is None


def test_the_control_without_writing_the_file_anew_the_name_is_still_in_its_free_space(
    lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "clean", lambda _path: True)
    with later(lived_in, 29) as desk:
        desk.erasure.run(desk.erasure.due())
    assert lived_in.name in named(lived_in.parent)


def test_who_is_still_here_is_not_forgotten_on_request_and_who_has_left_is(lived_in: Path) -> None:
    with later(lived_in, 1) as desk:
        refs = {row[1]: row[0] for row in desk.db.execute("SELECT ref, name FROM household").fetchall()}
        with pytest.raises(Refused, match="still here"):
            desk.erasure.of(refs[STAYS])
        desk.erasure.run(desk.erasure.of(refs["Zabuzhko"]))
        with pytest.raises(Refused, match="already"):
            desk.erasure.of(refs["Zabuzhko"])
        assert desk.check() == []


def test_a_run_that_did_not_happen_is_a_signal(lived_in: Path) -> None:
    with later(lived_in, 29) as desk:
        assert not desk.night().erasure_overdue
    with later(lived_in, 31) as desk:
        assert desk.night().erasure_overdue
        desk.erasure.run(desk.erasure.due())
        assert not desk.night().erasure_overdue


def test_a_damaged_copy_is_deleted_and_one_that_is_away_is_named(lived_in: Path, tmp_path: Path) -> None:
    away = tmp_path / "stick" / "copy.db"
    away.parent.mkdir()
    with later(lived_in, 1) as desk:
        desk.backups.make(away)
        away.unlink()
    with later(lived_in, 29) as desk:
        done = desk.erasure.run(desk.erasure.due())
        assert [str(away) in told for told in done.warnings] == [True]


def test_an_age_becomes_the_first_of_its_band() -> None:
    assert privacy.band_of(7, None, 2022) == 4
    assert privacy.band_of(None, 1990, 2022) == 18
    assert privacy.band_of(None, None, 2022) is None


@pytest.mark.parametrize(
    ("name", "text", "clear"),
    [
        ("Zabuzhko", "ZABUZHKO, room 3", "…, room 3"),
        ("Жадан", "Zhadan phoned", "… phoned"),
        ("Çelik", "Celik and ÇELIK", "… and …"),
        ("Oksana Zabuzhko", "Oksana is out", "… is out"),
        ("Li", "Lidl at noon", "Lidl at noon"),
        ("Jan", "January", "January"),
    ],
)
def test_a_name_is_found_however_it_is_spelled_and_no_other_word(name: str, text: str, clear: str) -> None:
    assert Names([name]).forgotten(text) == clear


def test_a_name_that_somebody_bears_who_stays_is_left() -> None:
    assert Names(["Jan Zabuzhko"], ["Jan de Vries"]).forgotten("Jan and Zabuzhko") == "Jan and …"


def test_every_text_in_a_store_is_personal_or_known_not_to_be(tmp_path: Path) -> None:
    """A new column is put into one of the two by whoever adds it."""
    with new_store(tmp_path) as desk:
        for table, columns in PERSONAL.items():
            there = {column.name for column in desk.db.table(table).columns}
            assert columns <= there, table
        named_columns = {
            (row[0], row[1])
            for row in desk.db.execute(
                "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
                " AND c.name IN ('name', 'native_name', 'note', 'text', 'needs', 'phone', 'reason', 'content')"
            ).fetchall()
        }
    of_no_resident = {
        *((table, "name") for table in ("room", "municipality", "location", "rostered", "attendance", "operator")),
        *((table, "name") for table in ("setting", "candidate", "meeting", "participant", "sqlite_sequence")),
        *((table, "phone") for table in ("bus", "ride", "location", "rostered", "attendance")),
        ("_sqlite_migrations", "name"),
    }
    assert {(t, c) for t, c in named_columns if c not in PERSONAL.get(t, ())} <= of_no_resident


def test_a_household_says_when_it_was_forgotten() -> None:
    assert Household().erased_at is None
