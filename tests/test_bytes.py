"""What each event costs on the line, in bytes, at 80x24: a slow line is where the desk is used."""

from pathlib import Path

from storage.store import Desk
from tests.stage import opened, seated, sit_down
from tests.store import new_store

ROW_MOVE, CHANGED_BED, YES_NO, CLOCK_TICK = 1_300, 300, 400, 100
IDLE_S = 10.0


def _busy(folder: Path) -> Path:
    with new_store(folder) as desk:
        for number in range(8):
            desk.households.register(name=f"Name{number}", people=2 + number % 3, give_bed=True)
        ref = desk.buses.announce(from_place="Utrecht", people=8, eta=None).ref
        desk.buses.reserve(ref, 4)
        return desk.path


def test_moving_one_row_costs_at_most_1300_bytes_on_every_screen(tmp_path: Path) -> None:
    path = _busy(tmp_path)
    with seated(path) as t:
        for section, title in (("2", "2 BUSES"), ("3", "3 BEDS"), ("4", "4 PLACEMENT"), ("1", "1 TONIGHT")):
            t.press(section)
            t.wait_for(title)
            t.settle()
            for key in ("down", "down", "up"):
                sent = t.bytes_of(lambda key=key: t.press(key))  # type: ignore[misc]
                assert len(sent) <= ROW_MOVE, f"{title}: {len(sent)} bytes"


def test_a_bed_that_another_desk_changed_costs_at_most_300_bytes(tmp_path: Path) -> None:
    path = _busy(tmp_path)
    with sit_down(path) as t, Desk(path, "Anna") as other:
        opened(t)
        t.press("3")
        t.wait_for("3 BEDS")
        other.beds.block("11-1", "leak")
        t.wait_for("x")
        t.settle()
        # the first change also moves the line with the last step; then one bed alone

        def block() -> None:
            other.beds.block("11-2", "leak")
            t.wait_for_bytes()

        sent = t.bytes_of(block)
        assert 0 < len(sent) <= CHANGED_BED, f"{len(sent)} bytes: {sent!r}"


def test_a_question_and_its_answer_cost_at_most_400_bytes(tmp_path: Path) -> None:
    path = _busy(tmp_path)
    with seated(path) as t:
        t.press("2")
        t.wait_for("2 BUSES")
        t.settle()
        asked = t.bytes_of(lambda: t.press("a"), until="here now?")
        t.settle()
        answered = t.bytes_of(lambda: t.press("n"), until="Nothing was changed")
        assert len(asked) <= YES_NO, f"asked: {len(asked)} bytes"
        assert len(answered) <= YES_NO, f"answered: {len(answered)} bytes"


def test_ten_idle_seconds_cost_nothing_but_the_minutes_clock(tmp_path: Path) -> None:
    path = _busy(tmp_path)
    with sit_down(path, clock="2022-04-08T02:41:00+02:00") as t:
        opened(t)
        t.press("3")
        t.wait_for("3 BEDS")
        t.settle()
        sent = t.bytes_of(lambda: t.read_for(IDLE_S))
        assert sent == b"", f"{len(sent)} bytes: {sent[:200]!r}"


def test_the_minutes_clock_costs_a_few_bytes(tmp_path: Path) -> None:
    path = _busy(tmp_path)
    with sit_down(path, clock="2022-04-08T02:41:55+02:00") as t:
        opened(t)
        t.press("6")
        t.wait_for("6 LOG")
        t.wait_for("02:41")
        t.settle()
        sent = t.bytes_of(lambda: t.read_for(0.1), until="02:42")
        assert len(sent) <= CLOCK_TICK, f"{len(sent)} bytes: {sent!r}"
