"""Shared places with a real region: asked, granted, used without a line, given back; never more than there are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.region import schema
from storage.rows import to_time
from tests.cli import Night
from tests.regions import Region, new_region, opened

HALL = "Sporthal"


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


def share(region: Region, night: Night, places: int, name: str = HALL) -> dict[str, object]:
    """The keeper shares a location in Almelo."""
    done: dict[str, object] = night.do(
        "region", "share", region.keeper, name, "--municipality", "Almelo", "--places", places
    )
    return done


def desk_of(region: Region, name: str, folder: Path, beds: int) -> Night:
    """A desk that joined and knows what is shared; of another number of beds, for else its store would be a copy."""
    night = region.desk(name, folder / name, beds=beds)
    night.locations(f"{HALL},Almelo,municipal,60;occupied=0")
    night.do("region", "push")
    return night


@pytest.fixture
def desks(region: Region, tmp_path: Path) -> tuple[Night, Night]:
    """Two desks, and 10 places that they share."""
    share(region, Night(tmp_path), 10)
    return desk_of(region, "Oldenzaal", tmp_path, 20), desk_of(region, "Enschede", tmp_path, 12)


def here(night: Night) -> dict[str, object]:
    """What is this desk's own of the hall."""
    (found,) = night.do("region", "places")
    return {name: found[name] for name in ("granted", "used", "left", "asked", "could_ask")}


def there(region: Region) -> tuple[int, int, int]:
    """What the region has of the hall: places, kept for desks, and how many of those are too many."""
    (row,) = region.rows("SELECT capacity, held, over FROM doorstroom.location")
    assert region.rows("SELECT coalesce(sum(places), 0)::integer FROM doorstroom.granted WHERE state = 'granted'") == [
        (row[1] + row[2],)
    ]
    return row


# --- asked, granted, used ---------------------------------------------------------------------


def test_only_what_was_granted_can_be_promised_and_the_rest_can_be_asked_for(
    region: Region, desks: tuple[Night, Night]
) -> None:
    desk, other = desks
    ref = desk.in_bed("Petrenko", 4)
    assert here(desk) == {"granted": 0, "used": 0, "left": 0, "asked": 0, "could_ask": 10}
    said = desk.refused("placement", "ask", ref, HALL, "--override", "they know people there")
    assert "shared with other desks: 4 needed, 0 of yours left, 10 could be asked (as of 02:41)" in said
    assert "desk region ask" in said
    assert desk.do("region", "ask", HALL, 5)["state"] == "granted"
    assert other.do("region", "ask", HALL, 6)["state"] == "refused"
    assert other.do("region", "ask", HALL, 5)["state"] == "granted"
    desk.do("placement", "ask", ref, HALL)
    assert here(desk) == {"granted": 5, "used": 4, "left": 1, "asked": 0, "could_ask": 5}
    assert there(region) == (10, 10, 0)
    fits = desk.do("placement", "suggest", desk.in_bed("Koval", 2))
    assert "1 of yours left, 5 could be asked (as of 02:41); 2 needed" in fits[0]["reasons"]


def test_without_a_line_a_desk_goes_on_with_what_is_its_own_and_an_ask_waits(
    region: Region, desks: tuple[Night, Night]
) -> None:
    desk, _other = desks
    desk.do("region", "ask", HALL, 6)
    first, second = desk.in_bed("Petrenko", 4), desk.in_bed("Koval", 3)
    region.server.line.cut()
    desk.do("placement", "agree", first, HALL, "--by", "Henk")
    assert "3 needed, 2 of yours left" in desk.refused("placement", "ask", second, HALL)
    asked = desk.do("region", "ask", HALL, 2)
    assert asked["state"] == "asked"
    assert "cannot be reached" in asked["warnings"][0]
    desk.run("region", "push")
    said = desk.do("region", "status")["text"]
    assert said.startswith("region unreachable since 02:41, ")
    assert said.endswith(" actions waiting, 2 places left of yours")
    region.server.line.mend()
    desk.do("region", "push")
    assert here(desk)["left"] == 4
    desk.do("placement", "ask", second, HALL)
    assert there(region) == (10, 8, 0)
    assert desk.do("check")["problems"] == []


def test_what_is_unused_goes_back_and_is_anothers_at_once(region: Region, desks: tuple[Night, Night]) -> None:
    desk, other = desks
    desk.do("region", "ask", HALL, 10)
    desk.do("placement", "ask", desk.in_bed("Petrenko", 4), HALL)
    assert "6 of yours are unused" in desk.refused("region", "return", HALL, 7)
    assert other.do("region", "ask", HALL, 6)["state"] == "refused"
    desk.do("region", "return", HALL, 6)
    assert other.do("region", "ask", HALL, 6)["state"] == "granted"
    assert there(region) == (10, 10, 0)
    for night, word in ((desk, "What was given back is not undone"), (other, "What was asked of the region is not")):
        assert word in night.refused("undo")


def test_an_undo_does_not_bring_back_a_promise_whose_place_another_has(
    region: Region, desks: tuple[Night, Night]
) -> None:
    desk, other = desks
    desk.do("region", "ask", HALL, 10)
    ref = desk.in_bed("Petrenko", 4)
    desk.do("placement", "ask", ref, HALL)
    desk.do("placement", "withdraw", ref, "--reason", "they stay", by="Piet")
    desk.do("region", "return", HALL, 8)
    assert "is shared with other desks: 4 needed, 2 of yours left" in desk.refused("undo", by="Piet")
    assert other.do("region", "ask", HALL, 8)["state"] == "granted"
    bus = desk.bus("Utrecht", 20)
    assert "5 needed, 2 of yours left" in desk.refused("bus", "allocate", bus, HALL, 5)
    desk.do("bus", "allocate", bus, HALL, 2)
    assert there(region) == (10, 10, 0)


def test_a_person_who_came_back_leaves_a_place_and_one_who_arrived_does_not(
    region: Region, desks: tuple[Night, Night]
) -> None:
    desk, _other = desks
    desk.do("region", "ask", HALL, 6)
    ref = desk.in_bed("Petrenko", 4)
    for words in (
        ("agree", ref, HALL, "--by", "Henk"),
        ("transport", ref, "--carrier", "Bus", "--pickup", "02:50"),
        ("depart", ref),
        ("confirm", ref, "--by", "Henk"),
    ):
        desk.do("placement", *words)
        assert here(desk)["left"] == 2
    desk.do("placement", "return", ref, "--reason", "no room after all")
    assert here(desk)["left"] == 6
    assert there(region) == (10, 6, 0)


def test_without_the_check_in_each_action_an_undo_promises_what_another_has(
    region: Region, desks: tuple[Night, Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the store's own check is what refuses it, whatever screen or command it comes from."""
    desk, other = desks
    desk.do("region", "ask", HALL, 4)
    ref = desk.in_bed("Petrenko", 4)
    desk.do("placement", "ask", ref, HALL)
    desk.do("placement", "withdraw", ref, "--reason", "they stay", by="Piet")
    desk.do("region", "return", HALL, 4)
    assert other.do("region", "ask", HALL, 10)["state"] == "granted"
    monkeypatch.setattr("storage.region.escrow.check", lambda *_given: None)
    desk.do("undo", by="Piet")
    assert here(desk)["left"] == -4


def test_a_bus_that_is_undone_takes_no_places_that_went_to_another(region: Region, desks: tuple[Night, Night]) -> None:
    desk, other = desks
    desk.do("region", "ask", HALL, 5)
    bus = desk.bus("Utrecht", 20)
    desk.do("bus", "allocate", bus, HALL, 5)
    assert here(desk)["left"] == 0
    desk.do("bus", "cancel", bus, "--reason", "broke down", by="Piet")
    desk.do("region", "return", HALL, 5)
    assert other.do("region", "ask", HALL, 10)["state"] == "granted"
    assert "5 needed, 0 of yours left" in desk.refused("undo", by="Piet")
    # what arrived is a fact, and is shown though nobody granted it
    desk.do("bus", "confirm", desk.bus("Almere", 9), HALL, 3, "--by", "Henk")
    assert here(desk)["left"] == -3


def test_a_moment_of_before_shows_what_was_left_then(region: Region, desks: tuple[Night, Night]) -> None:
    desk, _other = desks
    desk.do("region", "ask", HALL, 6)
    before = to_time("2022-04-08T01:00:00Z")
    desk.clock = "2022-04-08T03:30:00+02:00"
    desk.do("placement", "ask", desk.in_bed("Petrenko", 4), HALL)
    with opened(desk) as store, store.as_of(before) as then:
        assert [one.left(then.night.standing[one.location].held) for one in then.night.shared] == [6]
        assert [store.night().standing[one.location].free for one in store.night().shared] == [2]


def test_what_is_shared_and_not_known_here_is_said(region: Region, desks: tuple[Night, Night]) -> None:
    desk, _other = desks
    share(region, desk, 8, name="De Kulturhus")
    desk.clock = "2022-04-08T03:30:00+02:00"
    desk.do("region", "push")
    assert "De Kulturhus is shared and not known here" in desk.run("region", "places").out
    assert len(desk.do("region", "places")) == 1
    desk.do("location", "add", "De Kulturhus", "--municipality", "Almelo", "--kind", "municipal", "--capacity", 30)
    desk.do("region", "push")
    assert sorted(one["could_ask"] for one in desk.do("region", "places")) == [8, 10]
    said = desk.refused("region", "ask", desk.do("location", "add", *PRIVATE)["ref"], 3)
    assert "is not shared with other desks" in said


PRIVATE = ("Hotel", "--municipality", "Almelo", "--kind", "private", "--capacity", 12)


def test_a_region_that_does_not_share_yet_is_told_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with new_region() as region:
            desk = region.desk("Oldenzaal", tmp_path / "one")
            older.undo()
            assert desk.do("region", "push")["actions"] > 0
            assert "is older than this desk" in desk.refused(
                "region", "share", region.keeper, HALL, "--municipality", "Almelo", "--places", 3
            )
            desk.do("region", "init", region.keeper)
            share(region, desk, 3)
            desk.locations(f"{HALL},Almelo,municipal,60;occupied=0")
            desk.do("region", "push")
            assert desk.do("region", "ask", HALL, 3)["state"] == "granted"


# --- running out ------------------------------------------------------------------------------


def test_what_is_unused_runs_out_by_the_regions_clock_whatever_the_desks_says(
    region: Region, desks: tuple[Night, Night]
) -> None:
    desk, other = desks
    desk.clock = "2022-04-09T22:00:00+02:00"  # a day and a half ahead: its own clock ends nothing
    desk.do("region", "ask", HALL, 10)
    desk.do("placement", "ask", desk.in_bed("Petrenko", 4), HALL)
    desk.do("region", "push")
    assert here(desk)["left"] == 6
    region.do("UPDATE doorstroom.granted SET lapses_at = now()")
    assert there(region) == (10, 10, 0)
    assert other.do("region", "ask", HALL, 1)["state"] == "refused"
    # only its own word frees them: the desk books that they ran out, then the region hears of it
    _run_out_at(desk)
    desk.do("region", "push")
    assert here(desk)["left"] == 0
    assert there(region) == (10, 4, 0)
    assert other.do("region", "ask", HALL, 6)["state"] == "granted"


def _run_out_at(night: Night) -> None:
    """As if twelve hours had gone by at the region since the desk booked its grant."""
    from storage.journal import AUTOMATIC
    from storage.store import Desk

    with Desk(night.store, AUTOMATIC) as desk, desk.journal.action("region book", {}):
        desk.db.execute("UPDATE place_grant SET lapses_at = '2022-04-07T00:00:00Z'")


# --- put back, made anew ----------------------------------------------------------------------


def test_a_store_that_was_put_back_promises_nothing_until_the_region_is_heard(
    region: Region, desks: tuple[Night, Night], tmp_path: Path
) -> None:
    desk, other = desks
    desk.do("region", "ask", HALL, 6)
    ref = desk.in_bed("Petrenko", 4)
    copy = tmp_path / "copy.db"
    shutil.copy(desk.store, copy)
    desk.do("region", "return", HALL, 6)
    assert other.do("region", "ask", HALL, 10)["state"] == "granted"
    _put_back(desk, copy)
    said = desk.refused("placement", "ask", ref, HALL)
    assert "was put back" in said
    assert desk.do("region", "places")[0]["state"] == "put_back"
    desk.do("region", "push")
    assert here(desk) == {"granted": 0, "used": 0, "left": 0, "asked": 0, "could_ask": 0}
    assert there(region) == (10, 10, 0)


def test_what_the_region_keeps_for_a_store_that_was_put_back_is_booked_again(
    region: Region, desks: tuple[Night, Night], tmp_path: Path
) -> None:
    desk, _other = desks
    copy = tmp_path / "copy.db"
    shutil.copy(desk.store, copy)
    desk.do("region", "ask", HALL, 6)
    _put_back(desk, copy)
    desk.do("region", "push")
    assert here(desk)["left"] == 6
    assert there(region) == (10, 6, 0)


def test_a_backup_that_is_put_back_by_the_desk_itself_waits_for_the_region_too(
    region: Region, desks: tuple[Night, Night], tmp_path: Path
) -> None:
    desk, _other = desks
    desk.do("region", "ask", HALL, 6)
    desk.do("backup", tmp_path / "kept.db")
    desk.do("restore", tmp_path / "kept.db", "--yes")
    assert desk.do("region", "places")[0]["state"] == "put_back"
    desk.do("region", "push")
    assert here(desk)["left"] == 6


def _put_back(night: Night, copy: Path) -> None:
    for end in ("", "-wal", "-shm"):
        night.store.with_name(night.store.name + end).unlink(missing_ok=True)
    shutil.copy(copy, night.store)


def test_a_location_that_has_fewer_places_than_were_given_out_shows_it_and_grants_no_more(
    region: Region, desks: tuple[Night, Night]
) -> None:
    desk, other = desks
    desk.do("region", "ask", HALL, 8)
    done = share(region, desk, 5)
    assert done["over"] == 3
    assert there(region) == (5, 5, 3)
    assert other.do("region", "ask", HALL, 1)["state"] == "refused"
    desk.do("region", "return", HALL, 4)
    assert there(region) == (5, 4, 0)
    assert other.do("region", "ask", HALL, 1)["state"] == "granted"


def test_a_region_made_anew_is_told_what_the_desks_hold_and_shows_what_is_too_much(
    region: Region, desks: tuple[Night, Night]
) -> None:
    desk, other = desks
    desk.do("region", "ask", HALL, 6)
    other.do("region", "ask", HALL, 4)
    desk.do("placement", "ask", desk.in_bed("Petrenko", 4), HALL)
    with new_region("Twente") as anew:
        for night, name in ((desk, "Oldenzaal"), (other, "Enschede")):
            if name == "Enschede":
                share(anew, night, 8)
            role, password = anew.let_in(night, name)
            anew.join(night, name, role, password)
            night.do("region", "push")
        assert there(anew) == (8, 4, 0)
        desk.do("region", "push")
        assert there(anew) == (8, 8, 2)
        assert here(desk)["left"] == 2
        assert other.do("region", "ask", HALL, 1)["state"] == "refused"


def test_what_was_promised_before_it_was_shared_is_declared(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path / "one")
    desk.locations(f"{HALL},Almelo,municipal,60;occupied=0")
    ref = desk.in_bed("Petrenko", 4)
    desk.do("placement", "ask", ref, HALL)
    share(region, desk, 10)
    desk.do("region", "push")
    assert here(desk) == {"granted": 4, "used": 4, "left": 0, "asked": 0, "could_ask": 6}
    assert there(region) == (10, 4, 0)


def test_a_desk_leaves_only_when_nobody_misses_its_places(region: Region, desks: tuple[Night, Night]) -> None:
    desk, _other = desks
    desk.do("region", "ask", HALL, 3)
    assert "First give them back" in desk.refused("region", "leave")
    desk.do("region", "return", HALL, 3)
    desk.do("region", "leave")
    desk.do("placement", "ask", desk.in_bed("Petrenko", 4), HALL)
