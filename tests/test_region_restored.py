"""A store put back from an older copy, two copies of one store, a region that is gone: nothing is doubled or lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import Night
from tests.regions import Region, has_all, journal, keeping_on, new_region, until


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


def test_a_store_put_back_from_an_older_copy_goes_on_in_a_new_epoch(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("backup", tmp_path / "copy.db")
    kept = journal(desk)
    for name in ("Petrenko", "Koval"):
        desk.in_bed(name, 2)
    desk.do("region", "push")
    lost = journal(desk)[len(kept) :]
    desk.do("restore", tmp_path / "copy.db", "--yes")
    assert journal(desk) == kept
    desk.in_bed("Bondar", 1)
    ran = desk.run("region", "push", "--json")
    assert ran.json["lost"] == len(lost) == 4
    assert "4 actions that the region has are not in it" in ran.err
    assert "the region knows 4 actions more" in str(desk.now()["signals"])
    assert "the region knows 4 actions more" in desk.run("region", "status").out
    assert has_all(region, desk)
    counts = region.rows("SELECT epoch, seq, counts FROM doorstroom_read.event ORDER BY epoch, seq")
    assert [(epoch, seq) for epoch, seq, so in counts if not so] == [(1, seq) for seq, _uid, _verb in lost]
    assert region.rows("SELECT epoch, lost, inside FROM doorstroom_read.desk") == [(2, 4, 1)]
    assert desk.do("region", "push")["lost"] == 0
    assert len({row[0] for row in region.rows("SELECT uid FROM doorstroom.event")}) == len(counts)


def test_the_newer_copy_put_back_after_all_goes_on_where_it_was(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("backup", tmp_path / "older.db")
    desk.in_bed("Petrenko", 2)
    desk.do("region", "push")
    desk.do("backup", tmp_path / "newer.db")
    newer = journal(desk)
    desk.do("restore", tmp_path / "older.db", "--yes")
    desk.in_bed("Bondar", 1)
    desk.run("region", "push")
    assert has_all(region, desk)
    desk.do("restore", tmp_path / "newer.db", "--yes")
    assert journal(desk) == newer
    desk.in_bed("Koval", 1)
    assert desk.run("region", "push", "--json").json["lost"] == 2
    assert has_all(region, desk)
    uids = [row[0] for row in region.rows("SELECT uid FROM doorstroom.event")]
    assert len(uids) == len(set(uids))


def test_the_open_service_begins_anew_when_another_store_has_the_name(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("backup", tmp_path / "copy.db")
    process = keeping_on(desk)
    try:
        until(lambda: has_all(region, desk))
        desk.do("restore", tmp_path / "copy.db", "--yes")
        desk.in_bed("Petrenko", 2)
        _out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 1
    assert "begins anew" in err


def test_two_copies_of_one_store_do_not_both_tell(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path / "here")
    desk.do("region", "push")
    there = tmp_path / "there"
    there.mkdir()
    for name in ("desk.db", "desk.db.region"):
        shutil.copy(desk.store.with_name(name), there / name)
    other = Night(there)
    other.in_bed("Petrenko", 2)
    assert "Another machine tells the region of this same store" in other.refused("region", "push")
    # that machine is gone for good
    region.do("UPDATE doorstroom.desk SET seen_at = now() - interval '6 minutes'")
    other.do("region", "push")
    assert has_all(region, other)
    assert "Another machine" in desk.refused("region", "push")


def test_a_region_that_is_gone_for_good_is_told_everything_again(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.in_bed("Petrenko", 3)
    desk.do("region", "push")
    with new_region("Twente anew") as anew:
        role, password = anew.let_in(desk, "Oldenzaal")
        anew.join(desk, "Oldenzaal", role, password)
        assert desk.do("region", "status")["waiting"] == len(journal(desk))
        desk.do("region", "push")
        assert has_all(anew, desk)


def test_a_region_put_back_from_its_own_backup_is_told_what_it_lost(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.in_bed("Petrenko", 3)
    desk.do("region", "push")
    region.do("DELETE FROM doorstroom.event WHERE seq > 3")
    desk.do("region", "push")
    assert has_all(region, desk)
