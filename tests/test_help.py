"""`?` on every screen: what works on this line stands first and really does, the rest of this desk's keys below it."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.language import speak
from desk.rights import MUNICIPALITY, VIEWER, Seat
from screens import keys
from screens.app import DeskApp
from screens.desk_screen import DeskScreen
from screens.form import FormScreen
from screens.lines import plain
from screens.own import ALLOWED, OwnDesk
from screens.session import Session
from storage.demo import make_demo
from storage.journal import Journal
from storage.store import Desk
from tests.stage import opened, quiet_night, seated, sit_down
from tests.store import still

MOVES = frozenset({"up", "down", "home", "end", "page_up", "page_down", "left", "right", "mark", "other_half"})


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    make_demo(path, seed=1, clock=still(), language="en").close()
    speak("en")
    return path


@pytest.fixture
def desk(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The demo's store, at a desk without a terminal: there is no line whose end it must watch for."""
    monkeypatch.setattr(Session, "begin", lambda _session: None)
    with Desk(Path(shutil.copy(demo, tmp_path)), "Anna", still()) as desk:
        yield desk


def help_of(screen: DeskScreen) -> tuple[list[str], list[str]]:
    """What help says, opened and closed again: the lines of what works here, and those of all other keys."""
    screen.action_act("help")
    sheet = screen.sheet
    assert sheet is not None
    assert sheet.heading == "Help"
    lines = [plain(row.line) for row in sheet.rows(screen.night, 200)]
    screen.action_act("back")
    first = next(at for at, line in enumerate(lines) if line.startswith("-- Work on the line"))
    second = next(at for at, line in enumerate(lines) if line.startswith("-- All keys"))
    return [line for line in lines[first + 1 : second] if line], lines[second + 1 :]


async def lay_down(app: DeskApp, section: str) -> DeskScreen:
    """Leave what a key opened unanswered, and go back to the section."""
    while isinstance(app.screen, FormScreen):
        app.pop_screen()
    app.go(section)
    screen = app.screen
    assert isinstance(screen, DeskScreen)
    screen.cover()
    return screen


@pytest.mark.long
def test_what_help_lists_as_working_on_a_line_really_works(desk: Desk) -> None:
    app, pressed = DeskApp(desk), []

    async def press_all(section: str, key: str, half: int) -> None:
        screen = await lay_down(app, section)
        screen.stand.to(key, half)
        screen.repaint()
        for action, label in list(screen.live(screen.here).items()):
            screen = await lay_down(app, section)
            screen.stand.to(key, half)
            screen.repaint()
            if action not in screen.live(screen.here):
                continue
            assert any(line.startswith(f"  {keys.BY_ID[action].shown} ") for line in help_of(screen)[0]), (key, label)
            why_not = screen.why_not(action)
            screen.action_act(action)
            told = plain(app.screen._said or ()) if isinstance(app.screen, DeskScreen) else ""
            assert why_not not in told, (section, key, action)
            pressed.append((section, action))
            await asyncio.sleep(0)

    async def go_round() -> None:
        async with app.run_test(size=(80, 40)) as pilot:
            desk.rollcalls.start()
            app.reload()
            for section in (*keys.SECTIONS, "rollcall"):
                app.go(section)
                await pilot.pause()
                screen = await lay_down(app, section)
                screen.repaint()
                for half in (0, 1):
                    for key in screen.stand.stops(half)[:6]:
                        await press_all(section, key, half)
                        await pilot.pause()

    asyncio.run(go_round())
    assert len(set(pressed)) > 40
    # the region is only looked at
    assert {section for section, _action in pressed} == {*keys.SECTIONS, "rollcall"} - {"region"}


def test_each_key_that_a_screen_says_works_has_its_step(desk: Desk) -> None:
    app = DeskApp(desk)
    missing: set[tuple[str, str]] = set()

    async def go_round() -> None:
        async with app.run_test(size=(80, 40)) as pilot:
            desk.rollcalls.start()
            app.reload()
            for section in (*keys.SECTIONS, "rollcall"):
                app.go(section)
                await pilot.pause()
                screen = app.screen
                assert isinstance(screen, DeskScreen)
                screen.repaint()
                for half in (0, 1):
                    screen.stand.half = half
                    for key in screen.stand.stops(half):
                        screen.stand.to(key, half)
                        own = {action for action in screen.live(screen.here) if action not in MOVES}
                        missing.update((section, a) for a in own if not hasattr(screen, f"do_{a}"))

    asyncio.run(go_round())
    assert missing == set()


def test_a_municipalitys_own_desk_lists_only_the_keys_it_has(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hengelo = desk.capacity.meant("Hengelo").id
    monkeypatch.setattr(Journal, "seat", property(lambda _journal: Seat(MUNICIPALITY, hengelo)))
    app = OwnDesk(desk)

    async def look() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert isinstance(app.screen, DeskScreen)
            first, rest = help_of(app.screen)
            shown = {line.split()[0] for line in [*first, *rest] if line.startswith("  ") and line[2:3].strip()}
            may = {keys.BY_ID[action].shown for action in ALLOWED} | {"Up", "Down", "Home", "End", "PgUp", "PgDn"}
            assert shown <= may
            assert {"t", "?", ":", "q"} <= shown

    asyncio.run(look())


def test_who_may_only_look_is_not_told_of_keys_that_write(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Journal, "seat", property(lambda _journal: Seat(VIEWER)))
    app = DeskApp(desk)

    async def look() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            app.go("buses")
            await pilot.pause()
            assert isinstance(app.screen, DeskScreen)
            first, rest = help_of(app.screen)
            listed = {line.split()[0] for line in [*first, *rest] if line[2:3].strip()}
            assert listed.isdisjoint({keys.BY_ID[action].shown for action in keys.WRITE})
            assert {"/", "x", "?", "Enter"} <= listed

    asyncio.run(look())


# --- by hand --------------------------------------------------------------------------------------


def test_help_over_a_list_says_what_its_step_is_and_gives_the_list_back(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        t.press("x")
        t.wait_for("-- Who is inside")
        t.settle()
        t.press("?")
        t.wait_for("Enter  roll call: the next natural step")
        t.settle()
        t.press("?", "q")
        t.wait_for("-- Who is inside")
        t.settle()
        t.press("q")
        t.wait_for("-- Coming")


def test_help_is_there_in_the_roll_call_and_says_what_counts(demo: Path, tmp_path: Path) -> None:
    with sit_down(Path(shutil.copy(demo, tmp_path))) as t:
        opened(t)
        t.press("x")
        t.wait_for("-- Who is inside")
        t.settle()
        t.press("enter")
        t.wait_for("-- Roll call since")
        t.settle()
        t.press("?")
        t.wait_for("Enter  found: the next natural step")
        t.wait_for("k      NOT found")


def test_f1_says_in_a_form_what_its_line_takes(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.wait_for("F1 help")
        t.press("tab")
        t.settle()
        t.press("f1")
        t.wait_for("People: type what was told; leave empty what nobody knows.")
        t.press("4", "8", "?")
        t.wait_for("48?")


def test_f1_says_the_whole_label_of_a_typed_line(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        t.press("w")
        t.wait_for("-- At the door")
        t.settle()
        t.press("f1")
        t.wait_for(" At the door: name, number, what you know (brought by: police)")
