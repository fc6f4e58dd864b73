"""Desks at work on one region, few and for seconds: all they told is there once, and what is not there is found."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres import Server
from tests.region_load import server
from tests.region_load.__main__ import checked, work
from tests.region_load.at_work import Share
from tests.region_load.desks import Night, Speaker

NIGHT = Night(
    events=({"verb": "bus close", "ref": "B-0407-1", "told": {"people": 4}},),
    figures={"beds": {"free": 3}},
    actions=1,
    busiest_hour=1,
)
"""A short one."""


@pytest.fixture
def region() -> Iterator[tuple[Server, list[tuple[str, str, str]]]]:
    with server.server(6) as made:
        yield made


def test_desks_that_tell_as_fast_as_they_can_tell_each_action_once(
    region: tuple[Server, list[tuple[str, str, str]]],
) -> None:
    pg, desks = region
    address = {**pg.direct, "dbname": "region"}
    shares = [Share(address, desks[n::2], vars(NIGHT), 2, 2.0, 0.0, n) for n in range(2)]
    run = work(pg, "flat out", shares)
    told = {name: count for one in run.worked for name, count in one.by_desk.items()}
    assert run.actions == sum(told.values()) > 50
    assert run.lines == len(desks)
    assert any("actions told" in line for line in run.said())
    with psycopg.connect(pg.owner("region")) as conn:
        assert "all there" in checked(conn, told)[0]


TAMPERED = {
    "DELETE FROM doorstroom.event WHERE seq = 2 AND desk = 1": "4 there\nDesk 000: a gap before number 3",
    "DELETE FROM doorstroom.event WHERE seq = 5 AND desk = 1": "Desk 000: 5 told, 4 there",
    "UPDATE doorstroom.event SET uid = (SELECT uid FROM doorstroom.event WHERE seq = 5 AND desk = 1)"
    " WHERE seq = 5 AND desk = 2": ": 2 times",
    "UPDATE doorstroom.location SET held = 1 WHERE name = 'Hal 1'": "Hal 1: 1 of 40, 3 given out",
    "UPDATE doorstroom.location SET capacity = 2, held = 2 WHERE name = 'Hal 1'": "Hal 1: 2 of 2, 3 given out",
}


def test_what_is_not_there_or_there_twice_is_found(region: tuple[Server, list[tuple[str, str, str]]]) -> None:
    pg, desks = region
    told = {}
    for name, role, password in desks[:2]:
        with psycopg.connect(**pg.direct, dbname="region", user=role, password=password, autocommit=True) as conn:  # type: ignore[arg-type]
            desk = Speaker(conn, name, NIGHT, name)
            desk.join()
            for actions in (1, 3, 0, 1):
                desk.tell(actions)
            assert desk.ask("Hal 1" if name == "Desk 000" else "Hal 2", 3)[1]
            told[name] = desk.told
    with psycopg.connect(pg.owner("region")) as conn:
        assert "all there: 10 actions" in checked(conn, told)[0]
        for done, said in TAMPERED.items():
            conn.execute(done.encode())
            with pytest.raises(AssertionError, match=said):
                checked(conn, told)
            conn.rollback()
