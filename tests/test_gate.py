"""The gate that lets one step through for one look, and what happens when it is taken away."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual import events

from desk.language import speak
from screens.app import DeskApp
from screens.asking import Gate
from screens.desk_screen import DeskScreen
from screens.widgets.body import TypedLine
from storage.store import Desk
from tests.store import ANYONE, in_bed, new_store


def test_of_twenty_enters_in_one_burst_one_counts() -> None:
    gate = Gate()
    gate.painted(0.0)
    assert sum(gate.lets("enter", 1.0 + number * 0.01) for number in range(20)) == 1


def test_an_enter_after_another_key_was_meant() -> None:
    gate = Gate()
    assert gate.lets("enter", 1.0)
    assert gate.lets("5", 1.05)
    assert gate.lets("enter", 1.1)


def test_nothing_counts_that_was_pressed_before_it_could_be_seen() -> None:
    gate = Gate()
    gate.wait_for_paint()
    assert not gate.lets("y", 5.0)
    gate.painted(6.0)
    assert not gate.lets("y", 5.9)
    assert gate.lets("y", 6.1)


def test_a_later_repaint_of_the_same_takes_nothing_back() -> None:
    gate = Gate()
    gate.wait_for_paint()
    gate.painted(6.0)
    gate.painted(9.0)
    assert gate.lets("y", 7.0)


def _leaving(folder: Path) -> Desk:
    """A family whose taxi is here: Enter asks whether they have left."""
    desk = new_store(folder)
    ref = in_bed(desk, "Bondar", 2)
    desk.placements.agree(ref, ANYONE, by="Els")
    desk.placements.transport(ref, carrier="taxi", pickup=desk.clock())
    return desk


def _at_placement(desk: Desk, hand: Callable[[DeskApp], Awaitable[None]]) -> DeskApp:
    speak("en")
    app = DeskApp(desk)

    async def sit() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            app.go("placements")
            await pilot.pause()
            await hand(app)
            await pilot.pause()

    asyncio.run(sit())
    return app


async def _burst(app: DeskApp, *keys: str) -> None:
    """All keys of one write: they are there before the first is dealt with."""
    for event in [events.Key(key, key if len(key) == 1 else "\r") for key in keys]:
        await app.on_event(event)


def _verbs(desk: Desk) -> list[str]:
    return [action.verb for action in desk.journal.actions()]


def test_a_yes_in_the_same_write_as_its_question_sends_nobody_off(tmp_path: Path) -> None:
    with _leaving(tmp_path) as desk:
        app = _at_placement(desk, lambda app: _burst(app, "d", "y"))
        assert "placement depart" not in _verbs(desk)
        assert isinstance(app, DeskApp)


def test_control_without_the_gate_that_yes_sends_them_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gate, "lets", lambda *_pressed: True)
    with _leaving(tmp_path) as desk:
        _at_placement(desk, lambda app: _burst(app, "d", "y"))
        assert "placement depart" in _verbs(desk)


async def _twenty_enters(app: DeskApp, asked: list[bool]) -> None:
    await _burst(app, *["enter"] * 20)
    screen = app.screen
    assert isinstance(screen, DeskScreen)
    asked.append(screen.question is not None)


def test_after_twenty_enters_the_first_question_still_stands(tmp_path: Path) -> None:
    asked: list[bool] = []
    with _leaving(tmp_path) as desk:
        _at_placement(desk, lambda app: _twenty_enters(app, asked))
    assert asked == [True]


def test_control_without_the_gate_the_second_enter_has_answered_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "lets", lambda *_pressed: True)
    asked: list[bool] = []
    with _leaving(tmp_path) as desk:
        _at_placement(desk, lambda app: _twenty_enters(app, asked))
    assert asked == [False]


async def _enter_too_soon_then_another_line(app: DeskApp, typed: list[str]) -> None:
    await _burst(app, "w", "K", "ctrl+j", "escape", "slash", "b")
    typed.append(app.screen.query_one(TypedLine).value)


def test_a_line_begun_right_after_a_broken_burst_is_typed_into_from_its_first_letter(tmp_path: Path) -> None:
    typed: list[str] = []
    with _leaving(tmp_path) as desk:
        _at_placement(desk, lambda app: _enter_too_soon_then_another_line(app, typed))
    assert typed == ["b"]
