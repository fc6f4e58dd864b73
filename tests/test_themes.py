"""The themes: far enough apart to be read, painted at once, remembered; and nothing that only a colour says."""

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from screens import palettes
from screens.palettes import ANSI, BRIGHT, HIGH_CONTRAST, STYLES, THEMES, Look, palette
from screens.terminals import EIGHT, MANY, NONE, SIXTEEN
from storage.demo import make_demo
from storage.store import Desk
from tests.cli import Night
from tests.stage import opened, quiet_night, seated, sit_down, type_line
from tests.store import still
from tests.terminal import Terminal

READABLE, WELL_READABLE = 4.5, 7.0
"""Contrast of letters with what lies behind them (WCAG 2.1: AA and AAA)."""
Rgb = tuple[int, int, int]


def usual(dark: str, bright: str) -> tuple[Rgb, ...]:
    """Sixteen colours as a terminal has them: black, red, green, yellow, blue, magenta, cyan, white; then bright."""
    both = [int(part, 16) for part in (dark + " " + bright).split()]
    return tuple((colour >> 16, colour >> 8 & 255, colour & 255) for colour in both)


TERMINALS = {
    "xterm": usual(
        "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5",
        "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    ),
    "VGA": usual(
        "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa",
        "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    ),
    "PuTTY": usual(
        "000000 bb0000 00bb00 bbbb00 0000bb bb00bb 00bbbb bbbbbb",
        "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    ),
    "Windows": usual(
        "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc",
        "767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
    ),
    "macOS": usual(
        "000000 c23621 25bc24 adad27 492ee1 d338d3 33bbc8 cbcccd",
        "818383 fc391f 31e722 eaec23 5833ff f935f8 14f0f0 e9ebeb",
    ),
    "Tango": usual(
        "2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf",
        "555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec",
    ),
}
OF_EIGHT = ("xterm", "VGA")
"""The Linux console has those of VGA."""
CUBE = (0, 95, 135, 175, 215, 255)


def rgb(number: int, colours: tuple[Rgb, ...]) -> Rgb:
    """One of the 256 colours: the first sixteen differ from terminal to terminal."""
    if number < 16:
        return colours[number]
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    at = number - 16
    return CUBE[at // 36], CUBE[at // 6 % 6], CUBE[at % 6]


def luminance(colour: Rgb) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Of two colours, as WCAG measures it: 1 is none, 21 is black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def of(look: Look, colours: tuple[Rgb, ...], *, bold_is_bright: bool = False) -> float:
    assert look.text is not None
    assert look.back is not None
    text = look.text + BRIGHT if bold_is_bright and look.bold and look.text < BRIGHT else look.text
    return contrast(rgb(text, colours), rgb(look.back, colours))


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert contrast((205, 0, 0), (0, 0, 0)) < READABLE, "the control: red on black is not enough"


# --- every style of every theme -----------------------------------------------------------------


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != ANSI])
@pytest.mark.parametrize("style", STYLES)
def test_with_256_colours_every_style_is_readable_on_every_terminal(theme: str, style: str) -> None:
    look = palette(theme, MANY)[style]
    assert min(look.text or 0, look.back or 0) >= 16, "only these are the same everywhere"
    assert of(look, ()) >= (WELL_READABLE if theme == HIGH_CONTRAST else READABLE)


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != ANSI])
def test_with_16_colours_every_style_is_readable(theme: str, terminal: str) -> None:
    found = {style: of(look, TERMINALS[terminal]) for style, look in palette(theme, SIXTEEN).items()}
    assert {style: value for style, value in found.items() if value < READABLE} == {}


@pytest.mark.parametrize("terminal", OF_EIGHT)
@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != ANSI])
def test_with_eight_colours_every_style_is_readable(theme: str, terminal: str) -> None:
    looks = palette(theme, EIGHT)
    found = {style: of(look, TERMINALS[terminal], bold_is_bright=True) for style, look in looks.items()}
    assert {style: value for style, value in found.items() if value < READABLE} == {}
    assert all(number is None or number < BRIGHT for look in looks.values() for number in (look.text, look.back))


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("style", ["alarm", "warn", "good"])
def test_the_terminals_own_colours_are_used_in_pairs_that_are_readable_whatever_lies_behind(
    style: str, terminal: str
) -> None:
    assert of(palette(ANSI, SIXTEEN)[style], TERMINALS[terminal]) >= READABLE
    if terminal in OF_EIGHT:
        assert of(palette(ANSI, EIGHT)[style], TERMINALS[terminal], bold_is_bright=True) >= READABLE


def test_all_other_text_of_the_theme_ansi_is_the_terminals_own_of_which_nothing_is_promised() -> None:
    for colours in (EIGHT, SIXTEEN, MANY):
        own = {style: look for style, look in palette(ANSI, colours).items() if look.text is None}
        assert set(own) == {"", "bold", "dim", "here"}
        assert all(look.back is None for look in own.values())


@pytest.mark.parametrize("theme", THEMES)
def test_where_there_is_no_colour_a_theme_is_bold_and_reversed_letters(theme: str) -> None:
    looks = palette(theme, NONE)
    assert {(look.text, look.back) for look in looks.values()} == {(None, None)}
    assert looks["here"].reverse
    assert set(looks) == set(STYLES)


@pytest.mark.parametrize("colours", [EIGHT, SIXTEEN, MANY])
@pytest.mark.parametrize("theme", THEMES)
def test_what_one_stands_on_and_what_is_wrong_look_like_nothing_else(theme: str, colours: int) -> None:
    looks = palette(theme, colours)
    assert [style for style in STYLES if looks[style] == looks["here"]] == ["here"]
    assert [style for style in STYLES if looks[style] == looks["alarm"]] == ["alarm"]


# --- chosen, painted, remembered ----------------------------------------------------------------


def background(t: Terminal) -> str:
    return str(t.cell(10, 70).bg)


def test_a_theme_is_worn_at_once_and_the_next_time_from_the_first_frame(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with sit_down(path) as t:
        opened(t)
        assert background(t) == "default"
        t.press(":")
        t.wait_for("-- Command")
        type_line(t, "theme light")
        t.wait_for("Your screens have the theme light from here on.")
        t.wait_until(lambda it: background(it) == "eeeeee", "light at once")
        t.press("2")
        t.wait_for("2 BUSES")
        t.settle()
        assert background(t) == "eeeeee"
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.settle()
        assert {str(t.cell(row, 79).bg) for row in range(24)} == {"eeeeee"}
    with sit_down(path) as t:
        t.wait_for("1 TONIGHT")
        assert t.cell(0, 70).bg == "eeeeee", "from the first frame"
    with sit_down(path, "Piet") as t:
        opened(t)
        assert background(t) == "default"


def test_signing_on_puts_on_the_theme_of_whoever_signs_on(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with Desk(path, "Piet", still()) as desk:
        desk.aside.prefer("Piet", palettes.PREFERENCE, "dark")
    with seated(path) as t:
        t.press(":")
        t.wait_for("-- Command")
        type_line(t, "sign on Piet")
        t.wait_for("you: Piet")
        t.wait_until(lambda it: background(it) == "1c1c1c", "Piet's theme")


def test_the_program_knows_the_themes_and_refuses_others(tmp_path: Path) -> None:
    quiet_night(tmp_path)
    night = Night(tmp_path)
    assert {one["name"] for one in night.do("theme")} == set(THEMES)
    assert night.do("theme", "licht")["theme"] == "light"
    assert night.do("theme", "high-contrast")["theme"] == "high-contrast"
    assert [one["name"] for one in night.do("theme") if one["worn"]] == ["high-contrast"]
    assert "is not one of ansi, dark, light, high-contrast" in night.refused("theme", "pink")


def test_a_theme_that_is_no_more_is_the_terminals_own_colours(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with Desk(path, "Anna", still()) as desk:
        desk.aside.prefer("Anna", palettes.PREFERENCE, "solarized")
    with seated(path) as t:
        assert background(t) == "default"


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "vt100"}], ids=str)
def test_without_colour_another_theme_changes_no_colour(tmp_path: Path, env: dict[str, str]) -> None:
    path = quiet_night(tmp_path)
    with Desk(path, "Anna", still()) as desk:
        desk.aside.prefer("Anna", palettes.PREFERENCE, "light")
    with sit_down(path, env=env) as t:
        opened(t)
        assert {(t.cell(row, column).fg, t.cell(row, column).bg) for row in range(24) for column in range(80)} == {
            ("default", "default")
        }


# --- nothing that only a colour says ------------------------------------------------------------

SIGN = re.compile(r"!|\[.\]|\b[A-Z]{2,}\b")
"""A mark, a bed in brackets, a word in capitals."""


@dataclass(frozen=True)
class Painted:
    """Some words that are painted other than plain text, and the row they are on."""

    look: tuple[str, str, bool]
    words: str
    row: str

    @property
    def kind(self) -> str:
        """The words whatever numbers stand in them."""
        return re.sub(r"\d+", "0", self.words)


def painted(t: Terminal) -> Iterator[Painted]:
    """Every run of letters on the screen, by how it looks; bold alone is no colour."""
    for number, row in enumerate(t.lines):
        cells = [t.cell(number, column) for column in range(t.columns)]
        for look, run in groupby(cells, key=lambda c: (c.fg, c.bg, c.reverse)):
            words = "".join(c.data for c in run).strip()
            if words:
                yield Painted(look, words, row)


SCREENS: tuple[tuple[str, ...], ...] = (
    *((key,) for key in "1234567"),
    *((key, *["down"] * number) for key in "134" for number in (3, 9)),
    ("2", "tab"),
    ("4", "tab"),
    ("x",),
    ("x", "pgdn"),
    ("t",),
    ("?",),
    ("6", "tab"),
    ("2", "a"),
    ("x", "enter"),
    ("x", "enter", "enter", "down", "k"),
)


def every_screen(t: Terminal) -> list[Painted]:
    found: list[Painted] = []
    for keys in SCREENS:
        for key in keys:
            t.settle()
            t.read_for(0.2 if key == "enter" else 0)
            t.press(key)
        t.settle()
        found += painted(t)
        t.press("esc", "1")
        t.wait_for("1 TONIGHT")
    return found


@pytest.mark.long
def test_whatever_is_painted_in_a_colour_says_the_same_without_it(tmp_path: Path) -> None:
    """A sign or capitals stand in its row; or its words are painted in that way only, so they say it themselves."""
    path = tmp_path / "desk.db"
    make_demo(path, seed=1, clock=still(), language="en").close()
    with sit_down(path, rows=40, columns=100) as t:
        found = every_screen(opened(t))
    plain = ("default", "default", False)
    looks = defaultdict(set)
    for one in found:
        looks[one.kind].add(one.look)
    coloured = [one for one in found if one.look != plain]
    assert {one.look for one in coloured} >= {("brightwhite", "red", False), ("default", "default", True)}
    assert [one for one in coloured if not SIGN.search(one.row) and len(looks[one.kind]) > 1] == []


@pytest.mark.slow
def test_the_control_a_row_that_only_a_colour_tells_apart_is_found(tmp_path: Path) -> None:
    one = Painted(("brightwhite", "red", False), "31 h", "   Bilyk   31 h")
    assert not SIGN.search(one.row)
    assert SIGN.search("   Bilyk   31 h !")
    assert Painted(one.look, "5 h", "").kind == one.kind


@pytest.mark.skipif(shutil.which("infocmp") is None, reason="no terminfo here")
def test_terminals_that_get_no_colour_have_none_by_their_own_description() -> None:
    for name in ("vt100", "vt220", "xterm-mono"):
        described = subprocess.run(["infocmp", "-1", name], capture_output=True, text=True, check=False)
        assert "colors#" not in described.stdout
