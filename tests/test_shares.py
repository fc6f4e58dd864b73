"""Shares by inhabitants: the table of the facts to the place, pools as sums, and what does not add up is said."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import standings
from desk.capacity import Municipality
from desk.night import Night
from desk.refusals import Refused
from desk.settings import Settings
from tests.store import moment, new_store

TABLE = {
    "Almelo": (232, 26, 17, 7),
    "Borne": (75, 8, 5, 2),
    "Dinkelland": (84, 9, 6, 3),
    "Enschede": (505, 57, 37, 15),
    "Haaksbergen": (77, 9, 5, 2),
    "Hellendoorn": (114, 13, 8, 4),
    "Hengelo (O.)": (257, 29, 19, 8),
    "Hof van Twente": (111, 12, 8, 3),
    "Losser": (72, 8, 5, 2),
    "Oldenzaal": (100, 11, 7, 3),
    "Rijssen-Holten": (121, 14, 9, 4),
    "Tubbergen": (67, 8, 5, 2),
    "Twenterand": (107, 12, 8, 3),
    "Wierden": (78, 9, 6, 2),
}
"""Of 2000, 225, 145 and 60 (facts 9)."""


@pytest.mark.parametrize(("place", "total"), [*enumerate((2000, 225, 145, 60))])
def test_the_shares_of_the_fourteen_are_those_of_the_facts(tmp_path: Path, place: int, total: int) -> None:
    with new_store(tmp_path) as desk:
        desk.set("target", str(total))
        found = {own.municipality.name: own.share for own in standings.standings(desk.night())}
    assert found == {name: shares[place] for name, shares in TABLE.items()}
    assert sum(share or 0 for share in found.values()) == total


def test_a_pool_answers_for_the_sum_of_its_shares(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.set("target", "225")
        desk.capacity.pool("NOT-4", ["Dinkelland", "losser", "GM0173", "Tubbergen"])
        (pool,) = standings.pools(desk.night())
        every = desk.night().municipalities
    assert (pool.name, pool.members, pool.share) == ("NOT-4", ("Dinkelland", "Losser", "Oldenzaal", "Tubbergen"), 36)
    assert (pool.counting, pool.gap) == (40, 4)
    assert standings.pooled(standings.shares_of(225, every), every) == {"NOT-4": 36}


def test_a_pool_is_these_municipalities_and_no_others(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.capacity.pool("NOT-4", ["Losser", "Oldenzaal", "Tubbergen"])
        done = desk.capacity.pool("West", ["Wierden", "Tubbergen"])
        assert done.warnings == ("Tubbergen was in NOT-4.",)
        desk.capacity.pool("not-4", ["Losser", "Dinkelland"])
        found = {p.name: p.members for p in standings.pools(desk.night())}
        assert found == {"NOT-4": ("Dinkelland", "Losser"), "West": ("Tubbergen", "Wierden")}
        assert desk.capacity.pool("West").state == "dissolved"
        with pytest.raises(Refused, match="no pool 'West'"):
            desk.capacity.pool("West")
        with pytest.raises(Refused, match="no municipality 'Gronau'"):
            desk.capacity.pool("West", ["Gronau"])


def _night(*inhabitants: int) -> Night:
    found = [
        Municipality(id=n, code=f"GM{n:04}", name=f"M{n}", screen_name=f"M{n}", inhabitants=people)
        for n, people in enumerate(inhabitants, start=1)
    ]
    return Night(at=moment(), settings=Settings(target=2000), municipalities=tuple(found))


def test_shares_that_do_not_add_up_are_not_told() -> None:
    nobody = _night(0, 0)
    with pytest.raises(Refused, match="no inhabitants to share by"):
        standings.shares_of(2000, nobody.municipalities)
    assert [own.share for own in standings.standings(nobody)] == [None, None]
    assert "nothing can be shared" in standings.unshared(nobody)
    assert "no municipalities yet" in standings.unshared(_night())
    assert standings.unshared(_night(5, 0)).startswith("M2: no inhabitants known, so their share is 0")
    assert standings.unshared(_night(5, 6)) == ""


@given(st.lists(st.integers(0, 2_000_000), min_size=1, max_size=60), st.integers(0, 100_000))
def test_shares_add_up_and_nobody_is_more_than_one_off(inhabitants: list[int], total: int) -> None:
    every = _night(*inhabitants).municipalities
    if not sum(inhabitants):
        with pytest.raises(Refused):
            standings.shares_of(total, every)
        return
    shares = standings.shares_of(total, every)
    assert sum(shares.values()) == total
    for municipality in every:
        exact = total * municipality.inhabitants / sum(inhabitants)
        assert abs(shares[municipality.id] - exact) < 1
        assert municipality.inhabitants or not shares[municipality.id]
