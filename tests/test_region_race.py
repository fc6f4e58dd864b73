"""Desks race for shared places while everything breaks, and die at each step: never more than there are."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import uuid4

import psycopg
import pytest

from desk.region.places import Ask, Declare, Keep, Tell
from storage.region import escrow, server
from storage.region.places import Places
from storage.region.pushing import Pusher
from tests.cli import Night
from tests.region_races import busy, carried, raced
from tests.region_simulation.region import RegionHalf, Shared
from tests.regions import Region, new_region, opened


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


# --- the race ---------------------------------------------------------------------------------


def test_six_desks_race_for_ten_locations_while_everything_breaks(region: Region, tmp_path: Path) -> None:
    racing = raced(region, tmp_path, desks=6, halls=10, rounds=2, round_s=2.0, seed=1)
    promised, granted, given_back = busy(racing)
    assert promised > 5
    assert granted > 5
    assert given_back > 0
    assert carried(racing)
    assert racing.kills >= 6


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(3))
def test_six_desks_race_for_ten_locations_for_minutes(region: Region, tmp_path: Path, seed: int) -> None:
    racing = raced(region, tmp_path, desks=6, halls=10, rounds=8, round_s=8.0, seed=seed)
    assert min(busy(racing)) > 50
    assert {"accepted", "refused", "withdrawn"} <= set(carried(racing))


# --- at once ----------------------------------------------------------------------------------

NAIVE = """
CREATE OR REPLACE FUNCTION doorstroom.grant_places(p_line bigint, p_uid text, p_location text, p_places integer)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine integer := doorstroom.on_line(p_line); room integer;
BEGIN
  SELECT capacity - held INTO room FROM doorstroom.location WHERE name = p_location;
  PERFORM pg_sleep(0.3);
  IF room >= p_places THEN
    INSERT INTO doorstroom.granted (uid, desk, location, places, lapses_at)
      VALUES (p_uid, mine, p_location, p_places, now() + interval '1 hour');
    UPDATE doorstroom.location SET held = held + p_places WHERE name = p_location;
  END IF;
END $$
"""
"""As one would write it first: look, then write."""


@pytest.mark.parametrize(
    ("taken_away", "most"),
    [
        ("", 10),
        # what is looked at first and written after goes over, were it not for the CHECK
        (NAIVE, 10),
        (NAIVE + "; ALTER TABLE doorstroom.location DROP CONSTRAINT never_more_than_there_are", None),
    ],
    ids=["as it is", "two statements", "two statements and no check"],
)
def test_desks_that_ask_at_once_get_no_more_than_there_are(
    region: Region, tmp_path: Path, taken_away: str, most: int | None
) -> None:
    night = Night(tmp_path)
    night.do("region", "share", region.keeper, "Hal", "--municipality", "Almelo", "--places", 10)
    lines = [on_line(region, night, f"Desk {n}") for n in range(4)]
    if taken_away:
        region.do("ALTER TABLE doorstroom.location DROP CONSTRAINT full_before_over")
        region.do(taken_away)
    barrier = threading.Barrier(len(lines))

    def ask(conn: "psycopg.Connection[tuple[object, ...]]", line: int) -> None:
        barrier.wait()
        with suppress(psycopg.errors.CheckViolation):
            conn.execute("SELECT doorstroom.grant_places(%s, %s, 'Hal', 4)", [line, uuid4().hex])

    threads = [threading.Thread(target=ask, args=pair) for pair in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for conn, _line in lines:
        conn.close()
    (held,) = region.rows("SELECT held FROM doorstroom.location")
    if most is None:
        assert held[0] > 10
    else:
        assert 0 < held[0] <= most


def on_line(region: Region, night: Night, name: str) -> "tuple[psycopg.Connection[tuple[object, ...]], int]":
    """A desk without a store, on the line."""
    role, password = region.let_in(night, name)
    conn = psycopg.connect(region.address(role), password=password, autocommit=True)
    conn.execute("SELECT doorstroom.join_region(%s, %s, %s)", [name, f"store {name}", f"here {name}"])
    row = conn.execute("SELECT line FROM doorstroom.hear(%s, %s, NULL)", [f"store {name}", f"here {name}"]).fetchone()
    assert row is not None
    return conn, int(str(row[0]))


# --- the region of the simulation is the real one ---------------------------------------------


def test_the_region_of_the_simulation_answers_as_the_real_one_does(region: Region, tmp_path: Path) -> None:
    dice, night, names = Random(7), Night(tmp_path), ("Hal 0", "Hal 1")
    for name in names:
        night.do("region", "share", region.keeper, name, "--municipality", "Almelo", "--places", 10)
    lines = [on_line(region, night, f"Desk {n}") for n in range(3)]
    ids = [row[0] for row in region.rows("SELECT id FROM doorstroom.desk ORDER BY name")]
    model = RegionHalf("R", {name: Shared(10) for name in names}, lines=dict.fromkeys(range(3), 1))
    now = region.rows("SELECT now()")[0][0]
    told: list[tuple[int, Tell]] = []
    for n in range(250):
        if told and dice.random() < 0.3:
            desk, tell = dice.choice(told)
        else:
            desk, tell = dice.randrange(3), _some_tell(dice, f"{dice.randrange(3)}.{dice.randrange(40)}", names)
            tell = _of_its_own(tell, desk)
        told.append((desk, tell))
        if n % 60 == 59:
            capacity = dice.randint(0, 14)
            model.share(names[0], capacity)
            night.run("region", "share", region.keeper, names[0], "--municipality", "Almelo", "--places", capacity)
        model.told(desk, 1, tell, now)
        _really_told(lines[desk][0], lines[desk][1], tell)
    for conn, _line in lines:
        conn.close()
    real = region.rows("SELECT uid, desk, location, places, state FROM doorstroom.granted ORDER BY uid")
    here = [
        (uid, ids[row.desk], row.given.shared, row.given.places, row.given.state)
        for uid, row in sorted(model.rows.items())
    ]
    assert real == here
    assert region.rows("SELECT name, capacity, held, over FROM doorstroom.location ORDER BY name") == [
        (name, place.capacity, place.held, place.over) for name, place in sorted(model.locations.items())
    ]
    assert {row[4] for row in real} == {"granted", "refused", "returned", "lapsed"}


def _some_tell(dice: Random, uid: str, names: tuple[str, ...]) -> Tell:
    asked, shared = dice.randint(1, 4), names[int(uid.partition(".")[2]) % 2]
    return dice.choice(
        [
            Ask(uid, shared, asked),
            Declare(uid, shared, asked),
            Keep(uid, shared, asked, dice.randint(0, 3)),
            Keep(uid, shared, asked, 0, lapsed=dice.random() < 0.5),
        ]
    )


def _of_its_own(tell: Tell, desk: int) -> Tell:
    """No desk knows the name of another's ask."""
    return replace(tell, uid=f"{desk}.{tell.uid}")


def _really_told(conn: "psycopg.Connection[tuple[object, ...]]", line: int, tell: Tell) -> None:
    if isinstance(tell, Keep):
        conn.execute(
            "SELECT doorstroom.keep_places(%s, %s, %s, %s, %s, %s)",
            [line, tell.uid, tell.shared, tell.asked, tell.kept, tell.lapsed],
        )
    else:
        call = "grant_places" if isinstance(tell, Ask) else "declare_places"
        conn.execute(f"SELECT doorstroom.{call}(%s, %s, %s, %s)".encode(), [line, tell.uid, tell.shared, tell.asked])


# --- a desk dies at each step -----------------------------------------------------------------


class Died(BaseException):
    """Kill -9, as the code under it sees it: nothing more is done."""


def dies(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk dies at that step, before it or after."""
    step, _comma, when = where.partition(", ")
    holder: object = escrow if step == "mark" else Places
    real: Callable[..., object] = getattr(holder, step)

    def dying(*given: object, **named: object) -> object:
        if when == "before":
            raise Died
        real(*given, **named)
        raise Died

    monkeypatch.setattr(holder, step, dying)


STEPS = [f"{step}, {when}" for step in ("hear", "_asked_of", "_book", "mark", "_tell") for when in ("before", "after")]


def test_wherever_a_desk_dies_an_ask_is_granted_once_and_a_return_frees_once(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.locations("Hal,Almelo,municipal,60;occupied=0")
    desk.do("region", "share", region.keeper, "Hal", "--municipality", "Almelo", "--places", 10)
    desk.do("region", "push")
    for where in STEPS:
        for places, kept in ((6, 6), (-6, 0)):
            with opened(desk) as store, monkeypatch.context() as patch:
                dies(where, patch)
                with pytest.raises(Died):
                    _asked_or_given_back(Places(store), places)
            (row,) = region.rows("SELECT held FROM doorstroom.location")
            assert row[0] in {kept, kept - places}, where
            with opened(desk) as store:
                Pusher(store).once()
                (mine,) = escrow.mine(store.journal)
            assert (mine.granted, mine.asked) == (kept, 0), where
            assert region.rows("SELECT held FROM doorstroom.location") == [(kept,)], where


def _asked_or_given_back(places: Places, number: int) -> None:
    if number > 0:
        places.ask("Hal", number)
    else:
        places.give_back("Hal", -number)


def test_an_ask_that_was_not_written_down_first_is_kept_for_nobody_or_twice(region: Region, tmp_path: Path) -> None:
    """The control: what is asked before it is written is at the region after a crash, and nobody here knows."""
    desk = region.desk("Oldenzaal", tmp_path)
    desk.locations("Hal,Almelo,municipal,60;occupied=0")
    desk.do("region", "share", region.keeper, "Hal", "--municipality", "Almelo", "--places", 20)
    desk.do("region", "push")

    def asked_unwritten() -> None:
        with opened(desk) as store:
            places = Places(store)
            with server.reached_by(places.link, store.path) as line:
                mark = escrow.marker(store.path)
                assert mark is not None
                places._tell(line, mark.line, Ask(uuid4().hex, "Hal", 6))
        # and here it dies: the person sees nothing, and asks again

    asked_unwritten()
    (mine,) = desk.do("region", "places")
    assert (mine["granted"], mine["asked"]) == (0, 0)
    asked_unwritten()
    assert region.rows("SELECT held FROM doorstroom.location") == [(12,)]
