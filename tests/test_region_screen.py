"""Key 8: one desk sees what another tells, goes on when the region is away, and a line that hangs holds up no key."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk.language import speak
from desk.region.regional import Regional, Seen
from desk.rights import VIEWER
from screens.app import DeskApp
from screens.desk_screen import DeskScreen
from screens.lines import plain
from screens.region.following import Following
from screens.session import Session
from storage.region import reading
from storage.store import Desk
from tests.cli import CLOCK, ROOT
from tests.regions import Region, keeping_on, new_region, until
from tests.stage import opened
from tests.store import still
from tests.terminal import Terminal
from tests.test_region_reading import FULL, NOW
from tests.test_rights import as_role


@pytest.fixture
def region() -> Iterator[Region]:
    with new_region() as region:
        yield region


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    speak("en")


# --- a line that hangs holds up no key --------------------------------------------------------


GIVEN_UP_S = 0.8


class Hangs:
    """A region that says nothing until it is let go."""

    def __init__(self, hangs_s: float = GIVEN_UP_S) -> None:
        self._hangs_s = hangs_s
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.times = 0

    def read(self, *_where: object) -> Regional:
        self.times += 1
        self.begun.set()
        self.let_go.wait(self._hangs_s)
        return FULL


def pressed_while_it_hangs(store: Path, hangs: Hangs) -> bool:
    """Press 8, and then x while the region says nothing: whether the list was there before the region answered."""
    heard_first = False

    async def night() -> None:
        nonlocal heard_first
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("8")
            while not hangs.begun.is_set():
                await asyncio.sleep(0.01)
            answered = "Twente" in shown(app)
            await pilot.press("x")
            heard_first = not answered and is_inside_shown(app) and not hangs.let_go.is_set()
            hangs.let_go.set()
            await pilot.press("q")
            while "region Twente, as of" not in shown(app):
                await asyncio.sleep(0.01)

    with Desk(store, "Anna", still()) as desk:
        app = DeskApp(desk)
        asyncio.run(asyncio.wait_for(night(), 30))
    return heard_first


def shown(app: DeskApp) -> str:
    assert isinstance(app.screen, DeskScreen)
    return "\n".join(plain(row.line) for row in app.screen.stand.rows)


def is_inside_shown(app: DeskApp) -> bool:
    return isinstance(app.screen, DeskScreen) and app.screen.sheet is not None


def test_a_region_that_says_nothing_holds_up_no_key(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "begin", lambda _session: None)
    desk = region.desk("Oldenzaal", tmp_path)
    hangs = Hangs()
    monkeypatch.setattr(reading, "read", hangs.read)
    assert pressed_while_it_hangs(desk.store, hangs)

    # the control: read where keys are heard, the key comes only after the region was given up
    def on_the_keys_own_thread(following: Following[Regional]) -> None:
        following.seen = following._look()
        following._told()

    monkeypatch.setattr(Following, "begin", on_the_keys_own_thread)
    hangs = Hangs()
    monkeypatch.setattr(reading, "read", hangs.read)
    assert not pressed_while_it_hangs(desk.store, hangs)


def test_a_reading_that_hangs_is_not_begun_twice_however_often_somebody_comes_back() -> None:
    hangs, told = Hangs(hangs_s=30), threading.Event()
    following = Following(hangs.read, lambda: NOW, told.set)
    following.begin()
    assert hangs.begun.wait(10)
    before = threading.active_count()
    for _flip in range(5):
        following.pause()
        following.begin()
    assert (hangs.times, threading.active_count()) == (1, before)
    hangs.let_go.set()
    assert told.wait(10)
    following.end()
    following._thread.join(10)
    assert not following._thread.is_alive()
    assert following.seen.regional is FULL


def test_it_is_read_only_while_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.region.following.EACH_S", 0.001)
    hangs = Hangs()
    hangs.let_go.set()
    following = Following(hangs.read, lambda: NOW, lambda: None)
    following.begin()
    until(lambda: hangs.times > 3)
    following.pause()
    until(lambda: not following._looked_at.is_set() and is_still(hangs))
    following.begin()
    seen = hangs.times
    until(lambda: hangs.times > seen + 3)
    following.end()
    following._thread.join(10)
    assert not following._thread.is_alive()


def is_still(hangs: Hangs) -> bool:
    """Whether nothing is read for a time in which a hundred readings would fit."""
    before = hangs.times
    threading.Event().wait(0.1)
    return hangs.times == before


def test_a_fault_of_the_program_is_said_and_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.region.following.EACH_S", 0.01)

    def faulty() -> Regional:
        raise IndexError

    answers: list[Callable[[], Regional]] = [lambda: FULL, faulty, lambda: FULL]
    seen: list[Seen[Regional]] = []
    ended = threading.Event()

    def told() -> None:
        seen.append(following.seen)
        if not answers:
            ended.set()
            following.end()

    following = Following(lambda: answers.pop(0)(), lambda: NOW, told)
    following.begin()
    assert ended.wait(10)
    assert [one.why for one in seen] == ["", "The program went wrong (IndexError).", ""]
    assert all(one.regional == FULL for one in seen)


# --- at the desk ------------------------------------------------------------------------------


@contextmanager
def watching(store: Path) -> Iterator[Terminal]:
    """Somebody sits at the desk, and the region is read more often than it is, so that a test need not wait."""
    often = "import screens.region.following as it; it.EACH_S = 0.3; from screens import start; start.main()"
    command = [sys.executable, "-c", often, "--store", str(store), "--as", "Anna", "--language", "en"]
    with Terminal(command, env={"DESK_CLOCK": CLOCK}) as terminal:
        yield opened(terminal)


def test_one_desk_sees_what_the_other_tells_goes_on_without_the_region_and_finds_it_again(
    region: Region, tmp_path: Path
) -> None:
    ours, theirs = region.desk("Oldenzaal", tmp_path / "ours"), region.desk("Almelo", tmp_path / "theirs", beds=24)
    processes = [keeping_on(one) for one in (ours, theirs)]
    try:
        with watching(ours.store) as t:
            t.press("8")
            t.wait_for(re.compile(r"Almelo +24 +24 +0 +0 +0 +now"))
            t.wait_for(re.compile(r"> Almelo"))
            assert "8 REGION" in t.lines[1]
            theirs.in_bed("Petrenko", 3)
            t.wait_for(re.compile(r"Almelo +24 +\d+ +3 "), timeout=15)
            region.server.kill()
            t.wait_for("region unreachable since 02:4", timeout=15)
            t.press("down")
            t.wait_for(re.compile(r"> Oldenzaal, here"))
            assert re.search(r"Almelo +24 +\d+ +3 ", t.text), "what was read stays"
            region.server.start()
            t.wait_for("region Twente, as of 02:4", timeout=15)
            t.press("1", "q", "q")
            assert t.wait_exit() == 0
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_line_that_hangs_holds_up_neither_a_key_nor_leaving(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("region", "push")
    with watching(desk.store) as t:
        t.press("8")
        t.wait_for("region Twente, as of")
        t.settle()
        before = t.received
        t.read_for(1.0)
        assert t.received == before, "read three times meanwhile, and nothing of it moved"
        until(lambda: not region.server.line.busy)
        region.server.line.hang()
        until(lambda: region.server.line.busy)
        for key, there in (("3", "3 BEDS"), ("8", "8 REGION"), ("?", "-- Help")):
            t.press(key)
            t.wait_for(there)
        assert "unreachable" not in t.text
        t.press("q", "1", "q", "q")
        assert t.wait_exit() == 0
        assert region.server.line.busy, "the region has not answered yet"


@pytest.mark.long
def test_a_region_that_hangs_is_given_up_and_found_again(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("region", "push")
    with watching(desk.store) as t:
        t.press("8")
        t.wait_for("region Twente, as of")
        region.server.line.hang()
        t.wait_for("region unreachable since 02:4", timeout=60)
        region.server.line.mend()
        t.wait_for("region Twente, as of", timeout=60)


def test_a_viewer_sees_the_region_through_a_key(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Oldenzaal", tmp_path)
    desk.do("region", "push")
    with Desk(desk.store, "Anna", still()) as owner:
        as_role(owner, VIEWER, "Vera").close()
    command = [sys.executable, "-m", "screens.start", "--store", str(desk.store), "--as", "Vera", "door"]
    with Terminal(command, env={"DESK_LANGUAGE": "en", "SSH_ORIGINAL_COMMAND": ""}) as t:
        opened(t)
        t.press("8")
        t.wait_for(re.compile("> Oldenzaal, here"))
        t.press("n")
        t.wait_for("You may look and change nothing")


def test_a_desk_without_a_region_says_so_and_loads_nothing_of_one(tmp_path: Path) -> None:
    Desk.init(tmp_path / "desk.db", language="en").close()
    done = subprocess.run(
        [sys.executable, "-c", PRESS_8, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    head, said, loaded = done.stdout.splitlines()[-3:]
    assert "Region" not in head
    assert said.strip() == "This desk belongs to no region. Join one: desk region join ADDRESS --name NAME"
    assert [name for name in loaded.split() if re.match(r"psycopg|(desk|storage|screens)\.region", name)] == []
    assert "screens.desk_screen" in loaded.split()


PRESS_8 = """
import asyncio, sys
from pathlib import Path
from screens.app import DeskApp
from screens.lines import plain
from screens.session import Session
from storage.store import Desk
Session.begin = lambda session: None
desk = Desk(Path(sys.argv[1]) / "desk.db", "Anna")
app = DeskApp(desk)
async def night():
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("8")
        assert app.screen.SECTION == "tonight"
        print(plain(app.screen.heads(app.night, 80, "")[1]))
        print(plain(app.screen._said))
asyncio.run(night())
print(" ".join(sorted(sys.modules)))
"""


# --- without a desk ---------------------------------------------------------------------------


def test_a_coordinator_without_a_store_has_the_screen_by_itself(region: Region, tmp_path: Path) -> None:
    desk = region.desk("Almelo", tmp_path, beds=24)
    desk.do("region", "push")
    nowhere = {"DESK_STORE": str(tmp_path / "none" / "desk.db"), "DESK_CLOCK": CLOCK, "DESK_LANGUAGE": "en"}
    with Terminal([sys.executable, "-m", "screens.start", "region", "watch", region.reader()], env=nowhere) as t:
        t.wait_for(re.compile(r"> Almelo +24 +24 +0 +0 +0 +now"))
        assert t.lines[0].startswith(" Twente   night of 7 to 8 April   02:4")
        assert t.lines[1] == " 8 REGION   inside 0, without a bed 0, beds 24, free 24"
        t.press("n")
        t.wait_for("Here nothing is changed, only looked at")
        t.press("?")
        t.wait_for("-- Help")
        t.press("q")
        t.wait_gone("-- Help")
        t.resize(8, 30)
        t.wait_for("Make the window larger")
        t.resize(24, 80)
        t.wait_for("q back")
        t.press("q")
        t.wait_for("q again leaves.")
        t.press("q")
        assert t.wait_exit() == 0
    with Terminal([sys.executable, "-m", "screens.start", "region", "watch", region.reader()], env=nowhere) as t:
        t.wait_for("region Twente, as of")
        os.kill(t.pid, signal.SIGHUP)
        assert t.wait_exit() == 1, "a line that is gone ends it"
    assert not (tmp_path / "none").exists()
