"""When the paper copies are written: after the action, whole, within a second, and never at the cost of a key."""

import fcntl
import io
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from statistics import median

import pytest

from desk import paper
from screens import start
from screens.paper import keep_all
from storage import paper as stored
from storage.store import Desk
from tests.cli import ROOT, Night
from tests.on_paper import (
    FIRE,
    NOT_NAMED,
    OFF,
    ON,
    PATIENCE_S,
    changed_desk,
    house,
    lying,
    mark_of,
    program,
    seconds_until,
    up_to_date,
    versions,
    whole,
)
from tests.stage import opened, sit_down, type_line
from tests.store import Meet, household, together

WITHIN_S = 1.0
KILLS = 10
STEPS = 9
"""Four files on the disk, four that take their names, the folder on the disk."""

WAITS_FOR_EVER = "storage.paper.LOCKED_S = 3600.0"
ON_THE_THREAD_OF_THE_KEYS = """
class Now:
    def __init__(self, target, daemon): self.start = target
    def is_alive(self): return False
    def join(self, seconds): pass
screens.paper.Thread = Now
"""
NEVER_LOOKS = 'screens.paper.Copies.look = lambda copies: ""'
AGAIN_AND_AGAIN = "while True:\n    {}\n    {}"
DIES_AT_STEP = """
def dying(step):
    def taken(*given):
        left.pop() if left else die()
        return step(*given)
    return taken
left = [0] * int(sys.argv[1])
os.fsync, Path.rename = dying(os.fsync), dying(Path.rename)
"""
DIES_AFTER_THE_ANSWER = "Call.keep_paper = die"
WRITES_IN_PLACE_AND_DIES = """
def in_place(folder, copies):
    for name, content in copies.items():
        with open(folder / name, "wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            die()
storage.paper._replace = in_place
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with house(tmp_path) as desk:
        keep_all(desk)
        yield desk


@pytest.fixture
def night(desk: Desk) -> Night:
    """The same house at the command line."""
    return Night(desk.path.parent, FIRE)


def killed(desk: Desk, *changes: str, step: int = 0) -> int:
    """A command that changes every copy, killed on the way; how it ended."""
    command, env = [*program(*changes, next_of(desk)[0]), str(step)], environment(desk)
    return subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=False, timeout=60).returncode


def next_of(desk: Desk) -> tuple[str, str]:
    """The two actions in the order in which each of them changes every copy."""
    return (OFF, ON) if desk.households.get(NOT_NAMED).say_nothing else (ON, OFF)


def environment(desk: Desk) -> dict[str, str]:
    return {**os.environ, **Night(desk.path.parent, FIRE).environment()}


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Somebody else writes in the folder, and does not finish."""
    gate = os.open(folder / stored.LOCK, os.O_RDWR)
    fcntl.flock(gate, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(gate)


def waits_at_the_folder(pid: int) -> bool:
    """Whether a program stands before the folder's lock."""
    opened_files = Path(f"/proc/{pid}/fd")
    return any(os.readlink(one).endswith(f"/{stored.LOCK}") for one in opened_files.iterdir() if one.is_symlink())


# --- after the action, and beside it ------------------------------------------------------------


def test_an_action_itself_writes_no_paper_and_the_command_that_took_it_does(tmp_path: Path) -> None:
    with house(tmp_path) as desk:
        household(desk, "Savchenko", 2)
        assert not desk.paper.folder.exists()
        Night(tmp_path, FIRE).household("Hrytsenko", 2)
        assert versions(desk) == {desk.journal.version()}
        assert up_to_date(desk)


def test_a_command_has_answered_before_the_copies_are_written(desk: Desk) -> None:
    shown = versions(desk)
    command = [*program(WAITS_FOR_EVER, "start.main()"), "household", "say-nothing", NOT_NAMED]
    with held(desk.paper.folder):
        running = subprocess.Popen(command, cwd=ROOT, env=environment(desk), stdout=subprocess.PIPE, text=True)
        assert running.stdout is not None
        assert "their name is covered" in running.stdout.readline()
        seconds_until(lambda: waits_at_the_folder(running.pid))
        assert versions(desk) == shown
        assert desk.households.get(NOT_NAMED).say_nothing
    assert running.communicate(timeout=PATIENCE_S)[0] == ""
    assert running.returncode == 0
    assert up_to_date(desk)


def test_a_key_is_answered_while_the_folder_hangs(desk: Desk) -> None:
    shown = versions(desk)
    with changed_desk(desk, WAITS_FOR_EVER) as t:
        opened(t)
        with held(desk.paper.folder):
            t.press("w")
            t.wait_for("At the door")
            type_line(t, "Savchenko 2")
            t.wait_for("Write 13 on the wristbands")
            seconds_until(lambda: waits_at_the_folder(t.pid), t)
            t.press("esc")
            t.wait_for("1 TONIGHT")
            t.press("2")
            t.wait_for("2 BUSES")
            assert waits_at_the_folder(t.pid)
            assert versions(desk) == shown
        seconds_until(lambda: up_to_date(desk), t)


def test_written_on_the_thread_of_the_keys_a_folder_that_hangs_would_hold_up_every_key(desk: Desk) -> None:
    with changed_desk(desk, WAITS_FOR_EVER, ON_THE_THREAD_OF_THE_KEYS) as t:
        opened(t)
        with held(desk.paper.folder):
            desk.households.say_nothing(NOT_NAMED)
            seconds_until(lambda: waits_at_the_folder(t.pid), t)
            t.press("2")
            with pytest.raises(AssertionError, match="no line with '2 BUSES'"):
                t.wait_for("2 BUSES", timeout=1)
        t.wait_for("2 BUSES")


# --- killed -------------------------------------------------------------------------------------


def left_behind(desk: Desk) -> set[int]:
    """By how many actions the copies are behind; each of them is whole, and no half one has a copy's name."""
    copies, last = lying(desk), desk.journal.version()
    assert [name for name, text in copies.items() if not whole(text, name)] == []
    others = {file.name for file in desk.paper.folder.iterdir()} - {*paper.COPIES, stored.LOCK}
    assert others <= {f".{name}.new" for name in paper.COPIES}
    return {last - mark_of(text).version for text in copies.values()}


def mended(desk: Desk, night: Night) -> None:
    """The next command, whatever it is, writes what was left and clears away what was half done."""
    night.do("log", "add", "note", "All is quiet.")
    assert up_to_date(desk)
    assert {file.name for file in desk.paper.folder.iterdir()} == {*paper.COPIES, stored.LOCK}
    keep_all(desk)  # for the next kill: they show the very last action


@pytest.mark.long
def test_killed_at_any_moment_the_copies_are_whole_and_at_most_one_action_behind(desk: Desk, night: Night) -> None:
    chance = Random(2022)
    for _kill in range(KILLS):
        command = program(AGAIN_AND_AGAIN.format(*next_of(desk)))
        working = subprocess.Popen(command, cwd=ROOT, env=environment(desk), stdout=subprocess.PIPE)
        assert working.stdout is not None
        for _action in range(chance.randint(1, 6)):
            assert working.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.06))  # not to wait for anything: the moment is left to chance
        working.kill()
        assert working.wait() == -signal.SIGKILL
        working.stdout.close()
        assert left_behind(desk) <= {0, 1}
        mended(desk, night)
    assert desk.check() == []


def test_killed_before_each_step_of_the_writing_no_copy_is_half_and_none_two_actions_old(
    desk: Desk, night: Night
) -> None:
    behind = []
    for step in range(STEPS):
        assert killed(desk, DIES_AT_STEP, step=step) == -signal.SIGKILL
        behind.append(left_behind(desk))
        mended(desk, night)
    assert killed(desk, DIES_AT_STEP, step=STEPS) == 0
    assert left_behind(desk) == {0}
    # all four are on the disk before the first of them takes its name
    assert behind == [{1}] * 5 + [{0, 1}] * 3 + [{0}]


def test_written_in_place_a_kill_would_leave_half_a_list(desk: Desk) -> None:
    assert killed(desk, WRITES_IN_PLACE_AND_DIES) == -signal.SIGKILL
    assert not whole(lying(desk)[paper.EVACUATION], paper.EVACUATION)


# --- an open desk follows -----------------------------------------------------------------------


def test_an_open_desk_writes_what_another_did_within_a_second(desk: Desk) -> None:
    with sit_down(desk.path, clock=FIRE) as t:
        opened(t)
        took = []
        for number in range(5):
            desk.households.say_nothing(NOT_NAMED, number % 2 == 0)
            took.append(seconds_until(lambda: up_to_date(desk), t))
            assert versions(desk) == {desk.journal.version()}
    print(f"written after {', '.join(f'{seconds:.2f}' for seconds in took)} s")
    assert median(took) <= WITHIN_S


def test_a_desk_that_never_looks_would_leave_them_old(desk: Desk) -> None:
    with changed_desk(desk, NEVER_LOOKS) as t:
        opened(t)
        ref = household(desk, "Savchenko", 2)
        t.wait_for("Savchenko")
        t.read_for(WITHIN_S)
        assert [ref in text for text in lying(desk).values()] == [False] * 4


def test_what_a_killed_command_left_old_the_desk_that_is_open_writes_and_else_the_next(desk: Desk) -> None:
    assert killed(desk, DIES_AFTER_THE_ANSWER) == -signal.SIGKILL
    assert left_behind(desk) == {1}
    assert len(desk.paper.stale()) == len(paper.COPIES)
    with sit_down(desk.path, clock=FIRE) as t:
        opened(t)
        seconds_until(lambda: up_to_date(desk), t)
        assert killed(desk, DIES_AFTER_THE_ANSWER) == -signal.SIGKILL
        assert seconds_until(lambda: up_to_date(desk), t) <= WITHIN_S
    assert left_behind(desk) == {0}


def _written_down(meet: Meet, number: int, path: Path) -> list[int]:
    """One process of several: six households, each with a command of its own; how the commands ended."""
    os.environ.update(Night(path.parent, FIRE).environment(f"desk {number}"))
    meet()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        words = ("household", "register", "--people", "2", "--name")
        return [start.run([*words, f"family {number} {turn}"]) for turn in range(6)]


@pytest.mark.slow
def test_with_two_desks_and_three_processes_at_once_the_last_copy_wins(desk: Desk) -> None:
    shown: list[int] = []

    def looked() -> bool:
        shown.append(mark_of(lying(desk)[paper.EVACUATION]).version)
        return done.done()

    with sit_down(desk.path, clock=FIRE) as anna, sit_down(desk.path, "Piet", clock=FIRE) as piet:
        opened(anna)
        opened(piet)
        with ThreadPoolExecutor(1) as beside:
            done = beside.submit(together, 3, _written_down, desk.path)
            seconds_until(looked, anna, piet)
        assert done.result() == [[0] * 6] * 3
        seconds_until(lambda: up_to_date(desk), anna, piet)
        anna.settle()
        piet.settle()
    assert up_to_date(desk)
    assert "INSIDE 83 people" in lying(desk)[paper.EVACUATION]
    assert shown == sorted(shown), "an older copy took the place of a newer one"
    assert len(set(shown)) > 2, "the processes were not seen at work"
    assert desk.check() == []
