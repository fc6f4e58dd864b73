"""What is sent is only what differs; what the terminal then shows is what Textual's whole frames would have shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from screens import painter, terminals
from screens.painter import Painter
from screens.terminals import MODERN, Terminal
from tests.stage import opened, quiet_night, seated
from tests.terminal_screen import DeskScreen

WIDTH, HEIGHT = 40, 8
SIZE = Size(WIDTH, HEIGHT)
STYLES = (
    Style(),
    Style(bold=True),
    Style(color="red", bold=True),
    Style(reverse=True),
    Style(color="color(252)", bgcolor="color(234)"),
    Style(color="white", bgcolor="red"),
)
WORDS = ("", "Petrenko 5", "room 12", "> here", "Шевченко", "日本 6", "a  b", "----------", "38 !", "e\u0301tat")
VT100 = replace(MODERN, colours=terminals.NONE, scrolls=True, shifts=False)

Line = tuple[tuple[str, int], ...]
Frame = tuple[Line, ...]


def strip(line: Line) -> Strip:
    return Strip([Segment(words, STYLES[style]) for words, style in line]).adjust_cell_length(WIDTH)


def whole(frame: Frame) -> LayoutUpdate:
    return LayoutUpdate([[strip(line)] for line in frame], Region(0, 0, WIDTH, HEIGHT))


def part(frame: Frame, rows: Sequence[int]) -> ChopsUpdate:
    chops = [{0: strip(line)} for line in frame]
    return ChopsUpdate(chops, [(y, 0, WIDTH) for y in rows], [[WIDTH] for _ in frame])


class Shown:
    """A terminal that is fed."""

    def __init__(self) -> None:
        self.screen = DeskScreen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed("\x1b[?7l")

    def feed(self, sent: str) -> None:
        self._stream.feed(sent)

    def cells(self) -> list[list[tuple[object, ...]]]:
        """Each letter with its looks; of a blank only what lies behind it."""
        return [
            [
                (c.data, c.fg, c.bg, c.bold, c.reverse) if c.data.strip() else (c.bg if not c.reverse else "reverse",)
                for c in (self.screen.buffer[y][x] for x in range(WIDTH))
            ]
            for y in range(HEIGHT)
        ]


def straight(frame: Frame) -> Shown:
    """What Textual would send for the whole of it."""
    shown = Shown()
    console = Console(file=StringIO(), force_terminal=True, color_system="256", width=WIDTH, legacy_windows=False)
    shown.feed(whole(frame).render_segments(console).replace("\n", "\r\n"))
    return shown


lines = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, len(STYLES) - 1)), max_size=4).map(tuple)
frames = st.lists(lines, min_size=HEIGHT, max_size=HEIGHT).map(tuple)


@dataclass(frozen=True)
class Play:
    """What happens on the screen: another screen, a list that scrolls, a line that changes or begins with more."""

    what: str
    number: int
    frame: Frame


plays = st.lists(
    st.builds(Play, st.sampled_from(("another", "scrolled", "changed", "longer")), st.integers(-3, 12), frames),
    max_size=8,
)


def next_frame(frame: Frame, play: Play) -> Frame:
    """One step of a play."""
    y = play.number % HEIGHT
    match play.what:
        case "another":
            return play.frame
        case "scrolled":
            return frame[play.number :] + frame[: play.number]
        case "changed":
            return (*frame[:y], play.frame[0], *frame[y + 1 :])
    return (*frame[:y], (("x" * play.number, 0), *frame[y]), *frame[y + 1 :])


def people(number: int) -> Frame:
    """Rows that have little in common."""
    return tuple(((chr(ord("a") + n) * (WIDTH - n), 0),) for n in range(number))


@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("terminal", [MODERN, replace(MODERN, scrolls=False, shifts=False)], ids=["modern", "plain"])
@given(first=frames, play=plays)
def test_a_terminal_fed_with_the_differences_shows_every_frame(
    terminal: Terminal, first: Frame, play: list[Play]
) -> None:
    shown, one, frame = Shown(), Painter(terminal), first
    shown.feed(one.frame(whole(frame), SIZE))
    for step in play:
        frame = next_frame(frame, step)
        shown.feed(one.frame(whole(frame), SIZE))
        assert shown.cells() == straight(frame).cells()


@settings(max_examples=60, deadline=None)
@given(frames, frames)
def test_rows_that_are_not_sent_stay_and_the_same_frame_costs_nothing(first: Frame, second: Frame) -> None:
    shown, one = Shown(), Painter(MODERN)
    shown.feed(one.frame(whole(first), SIZE))
    mixed = (*first[:2], second[2], *first[3:])
    shown.feed(one.frame(part(mixed, [2]), SIZE))
    assert shown.cells() == straight(mixed).cells()
    assert one.frame(whole(mixed), SIZE) == ""


def test_the_control_a_terminal_that_takes_no_part_in_a_scroll_shows_something_else() -> None:
    rows = people(HEIGHT + 1)
    shown, one = Shown(), Painter(MODERN)
    shown.feed(one.frame(whole(rows[:HEIGHT]), SIZE))
    sent = one.frame(whole(rows[1:]), SIZE)
    shown.feed(re.sub(r"\x1b\[\d+;\d+r.*?\x1b\[r", "", sent, flags=re.DOTALL))
    assert shown.cells() != straight(rows[1:]).cells()


def test_a_list_that_scrolls_by_one_row_costs_one_row() -> None:
    rows = people(HEIGHT + 1)
    one = Painter(MODERN)
    one.frame(whole(rows[:HEIGHT]), SIZE)
    scrolled = one.frame(whole(rows[1:]), SIZE)
    without = Painter(replace(MODERN, scrolls=False))
    without.frame(whole(rows[:HEIGHT]), SIZE)
    assert len(scrolled) < 2 * WIDTH < len(without.frame(whole(rows[1:]), SIZE))


def test_a_word_that_grew_moves_the_rest_of_its_line() -> None:
    before: Frame = ((("Enter give beds   n phoned in   w at the", 0),), *[()] * (HEIGHT - 1))
    after: Frame = ((("Enter hold   n phoned in   w at the door", 0),), *[()] * (HEIGHT - 1))
    moved, rewritten = Painter(MODERN), Painter(replace(MODERN, shifts=False))
    for one in (moved, rewritten):
        one.frame(whole(before), SIZE)
    assert len(moved.frame(whole(after), SIZE)) < len(rewritten.frame(whole(after), SIZE)) / 1.2


def test_another_size_is_painted_whole() -> None:
    one, frame = Painter(MODERN), ((("Petrenko", 0),), *[()] * (HEIGHT - 1))
    one.frame(whole(frame), SIZE)
    assert "Petrenko" in one.frame(whole(frame), Size(WIDTH - 1, HEIGHT))


def test_what_some_terminals_join_and_some_do_not_moves_no_column() -> None:
    frame: Frame = ((("👨‍👩‍👧 3", 0),), (("❤️ 4", 0),), *[()] * (HEIGHT - 2))
    shown = Shown()
    shown.feed(Painter(MODERN).frame(whole(frame), SIZE))
    assert [line[:4].split() for line in shown.screen.painted_lines()[:2]] == [["👨", "3"], ["❤", "4"]]


def test_a_text_from_outside_steers_nothing() -> None:
    frame: Frame = ((("a\x1b[31mb\x07c\u202ed\x9be", 0),), *[()] * (HEIGHT - 1))
    sent = Painter(MODERN).frame(whole(frame), SIZE)
    assert "\x1b[31m" not in sent
    assert not {"\x07", "\u202e", "\x9b"} & set(sent)


def test_without_colour_a_style_is_bold_or_reversed_or_nothing() -> None:
    codes = {painter.sgr(style, terminals.NONE) for style in STYLES}
    assert codes == {"", "1", "7"}


def test_something_else_wrote_over_the_screen_and_ctrl_l_paints_it_anew(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        before = t.lines
        other = Path(f"/proc/{t.pid}/fd/1")
        other.write_bytes(b"\x1b[3;1HBroadcast message: the system goes down\x1b[H")
        t.wait_for("Broadcast message")
        t.press("2")
        t.wait_for("2 BUSES")
        t.press("1")
        opened(t)
        assert t.lines != before, "the control: the desk sends only what differs from what it sent before"
        t.press("ctrl+l")
        t.wait_until(lambda it: it.lines == before, "the screen as it was")


def test_ctrl_l_leaves_a_question_and_a_typed_line_open(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        t.press("w")
        t.wait_for("At the door")
        t.type("Petrenko 5 2a")
        t.wait_for("Petrenko, 5 people")
        t.settle()
        before = t.lines
        t.press("ctrl+l")
        t.settle()
        assert t.lines == before
