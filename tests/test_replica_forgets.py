"""What is forgotten is forgotten in the replica: in the one that follows, in one that is left, in one that is away."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from desk.replica import Target
from storage import erasure
from storage.replica import litestream, replicas
from storage.replica.places import Place
from tests.replicas import NAME, Machine, place, to_be_followed, wait_until
from tests.test_erasure import _in


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Machine]:
    """A machine whose replica is to lie in a folder."""
    with to_be_followed(tmp_path) as found:
        yield found


def lived_in(first: Machine) -> None:
    """A household that has left, in a replica that is followed."""
    ref = first.in_bed(NAME, 2)
    first.do("household", "leave", ref, "--reason", "left")
    first.clock = "2022-05-10T02:41:00+02:00"


def packed(at: Place, names: list[str], folder: Path) -> list[str]:
    """The replicas that bring the name back; what Litestream writes is packed, so that bytes alone do not tell."""
    found = []
    file = folder / "unpacked.db"
    for name in names:
        litestream.fetch(at, name, file)
        if _in(file, NAME):
            found.append(name)
        file.unlink()
    return found


def where_named(first: Machine, target: Path) -> list[str]:
    """Every file of the store and of its replica in which the name stands, packed or not."""
    found = []
    for file in (*first.folder.rglob("*"), *target.rglob("*")):
        with suppress(FileNotFoundError, IsADirectoryError):  # what is being written takes its name any moment
            found += [file.name] if _in(file, NAME) else []
    local = f".{first.store.name}-litestream"
    if (first.folder / local).exists():
        found += packed(Place(Target(str(first.folder))), [local], first.folder)
    at = Place(Target(str(target)))
    return found + packed(at, at.names(), first.folder)


def test_what_is_forgotten_is_in_no_replica_either(first: Machine, tmp_path: Path) -> None:
    lived_in(first)
    target = tmp_path / "target"
    first.follow()
    first.household("Koval", 1)
    first.kept()
    (before,) = os.listdir(target)
    found = where_named(first, target)
    assert {first.store.name, f".{first.store.name}-litestream", before} <= set(found)
    done = first.do("erase", "--yes")
    assert (done["households"], done["warnings"]) == (1, [])
    assert where_named(first, target) == []
    assert os.listdir(target) != [before]
    first.household("Bondar", 1)
    first.kept()
    assert first.do("replica", "check")["actions"] == first.last_action()
    assert first.run("check").exit == 0


def test_the_control_a_replica_that_is_not_begun_anew_still_names_them(
    first: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(first)
    first.follow()
    first.kept()
    monkeypatch.setattr(replicas.Replicas, "_known", lambda _self: {})
    monkeypatch.setattr(erasure, "clean", lambda _path: True)  # it would wait for Litestream to let go of the file
    monkeypatch.setattr(replicas, "let_go_of_what_lies_here", lambda _store: None)
    first.do("erase", "--yes")
    first.kept()
    assert "0000000000000001-0000000000000001.ltx" in where_named(first, tmp_path / "target")


def test_a_replica_that_nothing_follows_is_deleted_and_that_is_said(first: Machine, tmp_path: Path) -> None:
    lived_in(first)
    first.follow()
    first.kept()
    first.dies()
    assert where_named(first, tmp_path / "target") != []
    (told,) = first.do("erase", "--yes")["warnings"]
    assert "Nothing followed the replica at" in told
    assert where_named(first, tmp_path / "target") == []
    assert first.do("erase", "--yes")["warnings"] == []


def test_one_that_cannot_be_reached_is_named_until_it_is(first: Machine, tmp_path: Path) -> None:
    lived_in(first)
    target, away = tmp_path / "target", tmp_path / "away"
    first.follow()
    first.kept()
    first.dies()
    target.rename(away)
    target.touch()  # what is left of a disk that is not there
    for _day in range(2):
        (told,) = first.do("erase", "--yes")["warnings"]
        assert f"In the replica at file:{target} they are not forgotten yet" in told
    assert where_named(first, away) != []
    target.unlink()
    away.rename(target)
    first.do("erase", "--yes")
    assert where_named(first, target) == []


@pytest.mark.long
def test_a_place_that_was_left_forgets_too(first: Machine, tmp_path: Path) -> None:
    lived_in(first)
    first.follow()
    first.kept()
    first.do("settings", "replica", f"file:{tmp_path / 'other'}")
    wait_until(lambda: (tmp_path / "other").exists())
    first.kept()
    assert where_named(first, tmp_path / "target") != []
    assert first.do("erase", "--yes")["warnings"] == []
    assert where_named(first, tmp_path / "target") == where_named(first, tmp_path / "other") == []


def test_what_a_place_holds_is_deleted_on_purpose(first: Machine, tmp_path: Path) -> None:
    first.follow()
    target = place(first)
    assert "is followed now" in first.refused("replica", "delete", target, "--yes")
    first.stop()
    assert first.run("replica", "delete", target).exit == 1, "it asks"
    assert first.do("replica", "delete", target, "--yes")["replicas"] == 1
    assert os.listdir(tmp_path / "target") == []
