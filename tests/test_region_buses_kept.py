"""A bus between two desks is at one of them: after a store was put back, a region lost, and wherever a desk dies."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from desk.buses import Bus
from desk.region.buses import ACCEPTED, OUT, REFUSED, SENT, THERE_ANNOUNCED, Answer, Send, SentBus, Tell, Withdraw
from storage.region import sent
from storage.region.buses import BusesBetween
from tests.cli import Night
from tests.region_simulation import buses as simulated
from tests.region_simulation.buses import NOW
from tests.regions import Region, keeping_on, new_region, opened, until
from tests.test_region_buses import announced, heard, open_buses, state_of, texts, two_desks
from tests.test_region_race import on_line


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


@pytest.fixture
def desks(region: Region, tmp_path: Path) -> tuple[Night, Night]:
    return two_desks(region, tmp_path)


# --- put back, made anew ------------------------------------------------------------------------


def test_a_store_put_back_from_before_it_sent_a_bus_knows_that_it_is_gone(
    desks: tuple[Night, Night], tmp_path: Path
) -> None:
    one, other = desks
    ref = announced(one)
    shutil.copy(one.store, tmp_path / "older")
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    other.do("bus", "accept", open_buses(other)[0])
    heard(one)
    _put_back(one, tmp_path / "older")
    assert open_buses(one) == [ref], "this is what would be doubled"
    one.run("region", "push")
    assert (open_buses(one), state_of(one, ref), len(open_buses(other))) == ([], "diverted", 1)


def test_a_store_put_back_from_before_a_bus_came_has_it_once_more(desks: tuple[Night, Night], tmp_path: Path) -> None:
    one, other = desks
    ref = announced(one)
    shutil.copy(other.store, tmp_path / "older")
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    other.do("bus", "accept", open_buses(other)[0])
    heard(one)
    _put_back(other, tmp_path / "older")
    assert open_buses(other) == [], "this is what would be lost"
    other.run("region", "push")
    (there,) = open_buses(other)
    assert "It is taken already" in other.refused("bus", "accept", there)


def _put_back(night: Night, older: Path) -> None:
    for beside in ("-wal", "-shm"):
        night.store.with_name(night.store.name + beside).unlink(missing_ok=True)
    shutil.copy(older, night.store)


def test_a_region_that_was_lost_hears_of_the_bus_again_and_it_is_at_one_desk(
    desks: tuple[Night, Night], region: Region
) -> None:
    one, other = desks
    ref = announced(one)
    one.do("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els")
    heard(other)
    other.do("bus", "accept", open_buses(other)[0])
    region.do("DELETE FROM doorstroom.diverted")
    heard(one, other, one)
    assert "Enschede takes it" in texts(one)
    assert (open_buses(one), len(open_buses(other))) == ([], 1)


def test_an_older_region_carries_no_buses_and_the_desk_says_so(desks: tuple[Night, Night], region: Region) -> None:
    one, _other = desks
    region.do("DELETE FROM doorstroom.migration WHERE name = 'buses'")
    ref = announced(one)
    done = one.run("bus", "divert", ref, "--desk", "Enschede", "--agreed-by", "Els", "--json").json
    assert "The region is older than this desk" in done["warnings"][0]
    assert one.do("show", ref)["between"][0]["state"] == "new"
    assert "Enschede does not have it on its screen yet, ring them" in texts(one)


# --- a desk dies at each step -------------------------------------------------------------------


class Died(BaseException):
    """Kill -9, as the code under it sees it: nothing more is done."""


STEPS = [f"{step}, {when}" for step in ("_asked_of", "_book", "_tell") for when in ("before", "after")]


@pytest.mark.parametrize(("answer", "steps"), [("accept", STEPS), ("refuse", STEPS[3:5]), ("recall", STEPS[3:5])])
def test_wherever_a_desk_dies_a_bus_is_at_one_desk(
    desks: tuple[Night, Night], monkeypatch: pytest.MonkeyPatch, answer: str, steps: list[str]
) -> None:
    one, other = desks
    for where in steps:
        ref = announced(one)
        with opened(one) as desk:
            desk.buses.divert(ref, "", "Els", desk="Enschede")
        _dies(one, where, monkeypatch)
        heard(one)
        _dies(other, where, monkeypatch)
        heard(other)
        before = len(open_buses(other))
        if answer == "recall":
            with opened(one) as desk:
                sent.recall(desk.journal, desk.buses.get(ref))
            _dies(one, where, monkeypatch)
        else:
            with opened(other) as desk:
                bus = desk.buses.get(open_buses(other)[-1])
                _ = sent.accept(desk.journal, bus) if answer == "accept" else sent.refuse(desk.journal, bus, "full")
            _dies(other, where, monkeypatch)
        heard(one, other, one, other)
        assert before == steps.index(where) * (answer == "accept") + 1, where
        mine, theirs = ref in open_buses(one), len(open_buses(other)) == before
        assert (mine, theirs) == ((False, True) if answer == "accept" else (True, False)), where


def _dies(night: Night, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk is in touch with the region, and dies at that step, before it or after."""
    step, _comma, when = where.partition(", ")
    real: Callable[..., object] = getattr(BusesBetween, step)

    def dying(*given: object, **named: object) -> object:
        if when == "before":
            raise Died
        real(*given, **named)
        raise Died

    with opened(night) as desk, monkeypatch.context() as patch:
        patch.setattr(BusesBetween, step, dying)
        with suppress(Died):
            BusesBetween(desk).heard_now()


def test_a_bus_told_before_it_is_written_down_as_told_can_be_at_two_desks(
    desks: tuple[Night, Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: were a bus told without `sent` in the store first, taking it back at once would double it."""
    one, other = desks
    ref = announced(one)
    with opened(one) as desk:
        desk.buses.divert(ref, "", "Els", desk="Enschede")
        with monkeypatch.context() as patch:
            patch.setattr("desk.region.buses._of_sent", _told_at_once)
            patch.setattr(BusesBetween, "_book", lambda *_given: 0)
            BusesBetween(desk).heard_now()
        desk.undo()
    heard(other)
    assert (open_buses(one), len(open_buses(other))) == ([ref], 1), "at both"
    heard(one)
    assert open_buses(one) == [], "and the region settles it"


def _told_at_once(row: Any, there: Any) -> list[Any]:
    return [Send(row)] if there is None else []


# --- the services ------------------------------------------------------------------------------


def test_a_bus_is_on_the_other_screen_within_moments_and_the_answer_comes_back(desks: tuple[Night, Night]) -> None:
    one, other = desks
    running = [keeping_on(one), keeping_on(other)]
    try:
        ref = announced(one)
        with opened(one) as desk:
            desk.buses.divert(ref, "", "Els", desk="Enschede")
        until(lambda: len(open_buses(other)) == 1)
        with opened(other) as desk:
            sent.refuse(desk.journal, desk.buses.get(open_buses(other)[0]), "full")
        until(lambda: open_buses(one) == [ref])
    finally:
        for process in running:
            process.terminate()
            process.communicate(timeout=30)


# --- the region of the simulation is the real one ---------------------------------------------


def test_the_region_of_the_simulation_answers_about_buses_as_the_real_one_does(region: Region, tmp_path: Path) -> None:
    dice, night, names = Random(5), Night(tmp_path), ("A", "B", "C")
    lines = dict(zip(names, (on_line(region, night, name) for name in names), strict=True))
    model = simulated.Region()
    bus = Bus(ref="B-220407-1", from_place="Utrecht")
    uids = {f"{n}": dice.sample(names, 2) for n in range(40)}
    for _n in range(160):
        uid = dice.choice(sorted(uids))
        sender, receiver = uids[uid]
        row = SentBus(uid=uid, way=OUT, desk=receiver, bus=1, state=SENT, sent_at=NOW, since=NOW)
        answers = Answer(row, THERE_ANNOUNCED), Answer(row, ACCEPTED, certain=dice.random() < 0.3), Answer(row, REFUSED)
        (tell,) = dice.choices([Send(row), Withdraw(row), *answers], [6, 1, 2, 1, 1])
        # now and then somebody whom it is not about
        desk = (receiver if isinstance(tell, Answer) else sender) if dice.random() < 0.9 else dice.choice(names)
        row = row if desk != receiver or isinstance(tell, Answer) else replace(row, desk=sender)
        tell = replace(tell, row=row)
        model.told(desk, 0, tell, bus, "")
        really_told(*lines[desk], tell, bus)
    for conn, _line in lines.values():
        conn.close()
    real = region.rows(
        "SELECT b.uid, s.name, r.name, b.state, b.receiver_ref FROM doorstroom.diverted b"
        " JOIN doorstroom.desk s ON s.id = b.sender LEFT JOIN doorstroom.desk r ON r.id = b.receiver"
    )
    here = [(one.uid, one.sender, one.receiver, one.state, one.receiver_ref) for one in model.rows.values()]
    assert sorted(real) == sorted(here)
    assert {row[3] for row in real} == {"sent", "announced", "accepted", "refused", "withdrawn"}


def really_told(conn: "psycopg.Connection[tuple[object, ...]]", line: int, tell: Tell, bus: Bus) -> None:
    """The same by hand."""
    of = tell.row
    values: list[object]
    if isinstance(tell, Answer):
        call, values = "answer_bus(%s, %s, %s, %s, '', %s)", [tell.state, bus.ref, tell.certain]
    elif isinstance(tell, Withdraw):
        call, values = "withdraw_bus(%s, %s, %s, %s, NULL)", [of.desk, bus.ref]
    else:
        call, values = "send_bus(%s, %s, %s, %s, NULL, '{}', NULL, NULL, '')", [of.desk, bus.ref]
    conn.execute(f"SELECT doorstroom.{call}".encode(), [line, of.uid, *values])
