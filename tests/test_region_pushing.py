"""Telling the region: in order, each action once, whatever is cut, killed or put back."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import sleep

import pytest

from desk import signals
from desk.refusals import Refused
from desk.region import told
from desk.region.link import LinkState
from storage.clock import running
from storage.region import pushing, server
from storage.region.link import not_reached, reached
from storage.region.pushing import Pusher
from storage.store import Desk
from tests.cli import CLOCK, ROOT, Night
from tests.regions import Region, has_all, journal, keeping_on, new_region, opened, the_link, until
from tests.stage import seated
from tests.store import bus_coming, household, in_bed
from tests.tiers import few


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


# --- in order and once ------------------------------------------------------------------------


def test_what_a_desk_does_is_told_once_and_in_order(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.bus("Utrecht", 48)
    desk.in_bed("Petrenko", 3)
    assert desk.do("region", "status")["waiting"] == len(journal(desk))
    assert desk.do("region", "push")["actions"] == len(journal(desk))
    assert has_all(region, desk)
    desk.in_bed("Koval", 2)
    desk.do("undo")
    assert desk.do("region", "push")["actions"] == 3
    assert desk.do("region", "push")["actions"] == 0
    assert has_all(region, desk)
    assert desk.do("region", "status")["waiting"] == 0
    assert region.rows("SELECT last_seq FROM doorstroom_read.desk") == [(len(journal(desk)),)]


def test_many_actions_go_in_batches(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path, beds=60)
    with opened(desk) as open_desk:
        for number in range(25):
            household(open_desk, f"Petrenko {number}", 1)
        assert Pusher(open_desk, batch=4).once().actions == len(journal(desk))
    assert has_all(region, desk)


def test_the_service_tells_each_action_as_it_is_taken_and_ends_when_told(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    process = keeping_on(desk)
    try:
        until(lambda: has_all(region, desk))
        desk.in_bed("Petrenko", 3)
        until(lambda: has_all(region, desk))
        assert "tells the region of this store already" in desk.refused("region", "push")
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, err) == (0, "")
    assert desk.do("region", "push")["actions"] == 0


def test_a_region_that_is_away_is_told_when_it_is_back_and_the_desk_goes_on(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    process = keeping_on(desk)
    try:
        until(lambda: has_all(region, desk))
        region.server.stop()
        desk.in_bed("Petrenko", 3)
        until(lambda: desk.do("region", "status")["state"] == "unreachable")
        said = desk.do("region", "status")
        assert said["waiting"] == 2
        assert said["text"].startswith("region unreachable since ")
        assert said["text"].endswith(", 2 actions waiting")
        region.server.start()
        until(lambda: has_all(region, desk))
        until(lambda: desk.do("region", "status")["state"] == "reached")
    finally:
        process.kill()
        process.communicate()
    assert desk.do("region", "status")["waiting"] == 0


@pytest.mark.parametrize("seed", few(range(8), 1))
def test_several_desks_tell_one_region_that_is_killed_meanwhile(seed: int, region: Region, tmp_path: Path) -> None:
    dice = random.Random(seed)
    names = ("Oldenzaal", "Almelo", "Hengelo")
    desks = {name: region.desk(name, tmp_path / name, beds=20 + n) for n, name in enumerate(names)}
    processes = [keeping_on(desk) for desk in desks.values()]
    try:
        for number in range(2):
            for desk in desks.values():
                with opened(desk) as open_desk:
                    household(open_desk, f"Petrenko {number}", 1)
            sleep(dice.random() * 0.3)
            region.server.kill()
            region.server.start()
        for name, desk in desks.items():
            until(lambda desk=desk, name=name: has_all(region, desk, name))  # type: ignore[misc]
        inside = "SELECT desk, inside FROM doorstroom_read.desk ORDER BY desk"
        until(lambda: region.rows(inside) == [(name, 2) for name in sorted(names)])
    finally:
        for process in processes:
            process.kill()
            process.communicate()


@pytest.mark.parametrize("seed", few(range(8), 1))
def test_a_region_that_is_killed_and_a_line_that_is_cut_lose_and_double_nothing(
    seed: int, region: Region, tmp_path: Path
) -> None:
    dice = random.Random(seed)
    desk = region.desk("Oldenzaal", tmp_path, beds=60)
    slowly(region)
    process = keeping_on(desk)
    try:
        with opened(desk) as open_desk:
            for number in range(8):
                household(open_desk, f"Petrenko {number}", 1)
                if number % 4 == 1:
                    sleep(dice.random() * 0.5)
                    region.server.kill()
                    household(open_desk, f"Koval {number}", 1)
                    region.server.start()
                elif number % 4 == 3:
                    sleep(dice.random() * 0.5)
                    region.server.line.cut()
                    household(open_desk, f"Bondar {number}", 1)
                    region.server.line.mend()
        until(lambda: has_all(region, desk))
    finally:
        process.kill()
        process.communicate()
    assert {row[0] for row in region.rows("SELECT epoch FROM doorstroom.event")} == {1}


@pytest.mark.parametrize("seed", few(range(8), 1))
def test_a_process_that_is_killed_at_any_moment_tells_nothing_twice_and_skips_nothing(
    seed: int, region: Region, tmp_path: Path
) -> None:
    dice = random.Random(seed)
    desk = region.desk("Oldenzaal", tmp_path, beds=60)
    slowly(region)
    killed_within = 0
    for _kill in range(3):
        with opened(desk) as open_desk:
            for number in range(24):
                household(open_desk, f"Petrenko {number}", 1)
        began = len(region.told("Oldenzaal"))
        process = subprocess.Popen([sys.executable, "-c", SMALL_STEPS, str(desk.store)], cwd=ROOT)
        while len(region.told("Oldenzaal")) == began:
            assert process.poll() is None, "it ended and told nothing"
        sleep(dice.random() * 0.05)
        process.kill()
        process.wait()
        has = region.told("Oldenzaal")
        killed_within += len(has) < len(journal(desk))
        assert has == journal(desk)[: len(has)]
    assert killed_within, "it was never killed in the midst of it"
    desk.do("region", "push")
    assert has_all(region, desk)


def slowly(region: Region) -> None:
    """A region that takes its time, so that what is killed is killed in the midst of it."""
    region.do(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NULL; END'"
    )
    region.do("CREATE TRIGGER slow AFTER INSERT ON doorstroom.event FOR EACH ROW EXECUTE FUNCTION slow()")


SMALL_STEPS = """
import sys
from pathlib import Path
from storage.region.pushing import Pusher
from storage.store import Desk
Pusher(Desk(Path(sys.argv[1]), "Anna"), batch=3).once()
"""


def test_what_the_region_took_without_an_answer_is_not_told_again(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is cut after the region has committed: whether it did, only the region can say."""
    desk = region.desk("Oldenzaal", tmp_path)
    with opened(desk) as open_desk:
        pusher = Pusher(open_desk, batch=2)

        def cut(_night: Night) -> dict[str, object]:
            region.server.line.cut()
            return {}

        with monkeypatch.context() as patched:
            patched.setattr(told, "figures", cut)
            with pytest.raises(server.Unreachable):
                pusher.once()
        region.server.line.mend()
        assert has_all(region, desk)
        assert Pusher(open_desk).once().actions == 0
    assert has_all(region, desk)


def test_a_server_that_hangs_is_given_up_and_tried_again(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    with opened(desk) as open_desk, server.reached_by(the_link(open_desk), desk.store) as line:
        region.server.line.hang()
        with pytest.raises(server.Unreachable, match="does not answer"), server.answering(line.conn, 0.2):
            line.conn.execute("SELECT 1")
        monkeypatch.setattr(server, "CONNECT_WITHIN_S", 2)
        with pytest.raises(server.Unreachable):
            Pusher(open_desk).once()
        region.server.line.mend()
        Pusher(open_desk).once()
    assert has_all(region, desk)


def test_what_was_forgotten_meanwhile_is_told_without_what_was_forgotten(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    ref = desk.in_bed("Petrenko", 3)
    desk.do("household", "leave", ref, "--reason", "left")
    desk.do("region", "push")
    ref = desk.in_bed("Koval", 2)
    desk.do("household", "leave", ref, "--reason", "left")
    desk.clock = "2022-06-08T02:41:00+02:00"
    desk.do("erase", "--yes")
    desk.do("region", "push")
    assert has_all(region, desk)
    assert journal(desk)[-1][2] == "erase"


# --- the clock, the figures -------------------------------------------------------------------


def test_a_clock_that_is_hours_off_is_said_and_changes_nothing(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    right_time = running("")
    with Desk(desk.store, "Anna", lambda: right_time() + timedelta(hours=2)) as fast:
        Pusher(fast).once()
        line = fast.region_line()
        assert line is not None
        assert abs(line.clock_off_s - 7200) < 60
        assert [one.kind for one in signals_of(fast)] == ["region_clock"]
    assert has_all(region, desk)
    with Desk(desk.store, "Anna", right_time) as right:
        Pusher(right).once()
        assert signals_of(right) == []


def signals_of(desk: Desk) -> list[signals.Signal]:
    return [one for one in signals.signals(desk.night()) if one.kind.startswith("region_")]


def test_the_figures_of_tonight_stand_there_with_their_age(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    with opened(desk) as open_desk:
        bus_coming(open_desk, "Utrecht", 48, "03:40")
        in_bed(open_desk, "Petrenko", 3)
        Pusher(open_desk).once()
        night = open_desk.night()
    ((free, inside, at),) = region.rows("SELECT beds_free, inside, figures_at FROM doorstroom_read.desk")
    assert inside == 3
    assert free == desk.now()["beds"]["free"]
    assert abs(at - night.at) < timedelta(seconds=60)


def test_a_stop_is_heard_while_it_waits_for_the_region(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    region.server.line.cut()
    stop, said = Event(), list[str]()

    def say(text: str) -> None:
        said.append(text)
        stop.set()

    with opened(desk) as open_desk:
        Pusher(open_desk).keep_on(stop, say)
    assert len(said) == 1
    assert "cannot be reached" in said[0]


def test_a_desk_that_belongs_to_no_region_says_so(tmp_path: Path) -> None:
    night = Night(tmp_path).made(beds=4)
    assert "Join one" in night.refused("region", "push")
    assert night.do("region", "status") == {"state": "none"}
    with opened(night) as desk, pytest.raises(Refused):
        Pusher(desk).once()
    assert pushing.BATCH > 1


# --- at the desk ------------------------------------------------------------------------------


def test_tonight_says_that_the_region_is_not_reached_and_takes_it_away_again(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    with Desk(desk.store, "Anna", running(CLOCK)) as beside:
        link, version = the_link(beside), beside.journal.version()
        state = LinkState(link.region, link.joined_at, reached_at=beside.clock(), told=version)
        reached(beside.aside, link, state)
        with seated(desk.store) as t:
            assert "unreachable" not in t.text
            not_reached(beside.aside, link, beside.clock() - timedelta(minutes=27), "no route")
            t.wait_for("region unreachable since 02:1")
            bus_coming(beside, "Utrecht", 20)
            t.wait_for("1 action waiting")
            reached(beside.aside, link, replace(state, told=version + 1))
            t.wait_gone("region unreachable")
