"""Telling the region: in order, each action once, whatever is cut, killed or put back."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from desk import signals
from desk.refusals import Refused
from desk.region import told
from storage.clock import running
from storage.region import pushing, server
from storage.region.pushing import Pusher
from storage.store import Desk
from tests.cli import ROOT, Night
from tests.regions import Region, journal, new_region
from tests.store import bus_coming, household, in_bed
from tests.tiers import few


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


def opened(night: Night) -> Desk:
    """The store in this process."""
    return Desk(night.store, "Anna")


def until(is_so: Callable[[], bool], within_s: float = 30.0) -> None:
    """Wait for a thing, and not for a time."""
    end = monotonic() + within_s
    while not is_so():
        assert monotonic() < end, "it did not come to be"
        sleep(0.02)


def has_all(region: Region, desk: Night, name: str = "Oldenzaal") -> bool:
    return region.told(name) == journal(desk)


def keeping_on(desk: Night) -> "subprocess.Popen[str]":
    """The process that tells the region, as the service runs it."""
    return desk.command("region", "push", "--keep-on")


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
def test_a_region_that_is_killed_and_a_line_that_is_cut_lose_and_double_nothing(
    seed: int, region: Region, tmp_path: Path
) -> None:
    dice = random.Random(seed)
    desk = region.desk("Oldenzaal", tmp_path, beds=60)
    process = keeping_on(desk)
    try:
        with opened(desk) as open_desk:
            for number in range(12):
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
    # a region that takes its time: the process is killed in the midst of it
    region.do(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NULL; END'"
    )
    region.do("CREATE TRIGGER slow AFTER INSERT ON doorstroom.event FOR EACH ROW EXECUTE FUNCTION slow()")
    killed_within = 0
    for _kill in range(5):
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
    with opened(desk) as open_desk, server.reached(open_desk_link(open_desk), passfile(desk)) as line:
        region.server.line.hang()
        with pytest.raises(server.Unreachable, match="does not answer"), server.answering(line.conn, 0.2):
            line.conn.execute("SELECT 1")
        monkeypatch.setattr(server, "CONNECT_WITHIN_S", 2)
        with pytest.raises(server.Unreachable):
            Pusher(open_desk).once()
        region.server.line.mend()
        Pusher(open_desk).once()
    assert has_all(region, desk)


def open_desk_link(desk: Desk) -> str:
    from storage.region.link import link_of

    link = link_of(desk.db)
    assert link is not None
    return link.address


def passfile(night: Night) -> Path:
    from storage.region.link import passfile

    return passfile(night.store)


# --- put back from an older copy --------------------------------------------------------------


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
