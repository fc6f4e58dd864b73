"""The themes: for each the look of every style, as colours of the terminal. All that is painted takes its colours here.

A style is one of the names that a span of a line has (`screens/lines.py`). A look that gives both its letters' colour
and what lies behind them keeps its contrast wherever it is shown. `dark`, `light` and `high-contrast` give both
everywhere, and where there are 256 colours they take them from the 240 that no terminal changes. `ansi` leaves plain
text to the terminal's own two colours, so of that contrast nothing can be promised here: on a terminal where it is
poor, choose another theme.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from screens.terminals import EIGHT, MANY, NONE

ANSI, DARK, LIGHT, HIGH_CONTRAST = "ansi", "dark", "light", "high-contrast"
THEMES = (ANSI, DARK, LIGHT, HIGH_CONTRAST)
PREFERENCE = "theme"
"""What it is called among the things that an operator chooses for their own screens."""
STYLES = ("", "bold", "dim", "alarm", "warn", "good", "here")


@dataclass(frozen=True)
class Look:
    """Numbers of the terminal's 256 colours, 0 to 15 the usual ones; None is the terminal's own."""

    text: int | None = None
    back: int | None = None
    bold: bool = False
    reverse: bool = False


Palette = Mapping[str, Look]

BLACK, RED, GREEN, YELLOW, CYAN, WHITE = 0, 1, 2, 3, 6, 7
BRIGHT = 8
"""Added to a usual colour it is the bright one."""

_WITHOUT_COLOUR: Palette = {
    **dict.fromkeys(STYLES, Look()),
    **dict.fromkeys(("bold", "alarm", "warn"), Look(bold=True)),
    "here": Look(bold=True, reverse=True),
}
# The usual colours differ from terminal to terminal, their black too: only these pairs are far enough apart on all.
_ALARM = Look(BRIGHT + WHITE, RED, bold=True)
_WARN = Look(BLACK, BRIGHT + YELLOW)
_ANSI: Palette = {**_WITHOUT_COLOUR, "alarm": _ALARM, "warn": _WARN, "good": Look(BLACK, BRIGHT + GREEN)}
_FEW: Mapping[str, Palette] = {
    ANSI: _ANSI,
    DARK: {
        **dict.fromkeys(("", "dim"), Look(WHITE, BLACK)),
        "bold": Look(BRIGHT + WHITE, BLACK, bold=True),
        "alarm": _ALARM,
        "warn": Look(BRIGHT + YELLOW, BLACK),
        "good": Look(BRIGHT + GREEN, BLACK),
        "here": Look(BLACK, WHITE),
    },
    LIGHT: {
        **dict.fromkeys(("", "dim"), Look(BLACK, WHITE)),
        **dict.fromkeys(("bold", "good"), Look(BLACK, WHITE, bold=True)),
        "alarm": _ALARM,
        "warn": _WARN,
        "here": Look(BRIGHT + WHITE, BLACK),
    },
    HIGH_CONTRAST: {
        **dict.fromkeys(("", "dim"), Look(BRIGHT + WHITE, BLACK)),
        "bold": Look(BRIGHT + WHITE, BLACK, bold=True),
        "alarm": Look(BLACK, WHITE, bold=True),
        "warn": Look(BRIGHT + YELLOW, BLACK, bold=True),
        "good": Look(BRIGHT + GREEN, BLACK),
        "here": Look(BLACK, BRIGHT + CYAN),
    },
}
_DARK_BACK, _LIGHT_BACK, _BLACK_BACK = 234, 255, 16
_MANY: Mapping[str, Palette] = {
    ANSI: _ANSI,
    DARK: {
        "": Look(252, _DARK_BACK),
        "bold": Look(231, _DARK_BACK, bold=True),
        "dim": Look(247, _DARK_BACK),
        "alarm": Look(210, _DARK_BACK, bold=True),
        "warn": Look(221, _DARK_BACK),
        "good": Look(114, _DARK_BACK),
        "here": Look(_DARK_BACK, 153, bold=True),
    },
    LIGHT: {
        "": Look(234, _LIGHT_BACK),
        "bold": Look(16, _LIGHT_BACK, bold=True),
        "dim": Look(240, _LIGHT_BACK),
        "alarm": Look(124, _LIGHT_BACK, bold=True),
        "warn": Look(94, _LIGHT_BACK),
        "good": Look(22, _LIGHT_BACK),
        "here": Look(231, 24, bold=True),
    },
    HIGH_CONTRAST: {
        "": Look(231, _BLACK_BACK),
        "bold": Look(231, _BLACK_BACK, bold=True),
        "dim": Look(253, _BLACK_BACK),
        "alarm": Look(_BLACK_BACK, 217, bold=True),
        "warn": Look(226, _BLACK_BACK, bold=True),
        "good": Look(120, _BLACK_BACK),
        "here": Look(_BLACK_BACK, 226, bold=True),
    },
}


def chosen(preference: str) -> str:
    """The theme that somebody chose; `ansi` where they chose none, or one that is no more."""
    return preference if preference in THEMES else ANSI


def palette(theme: str, colours: int) -> Palette:
    """The looks of a theme on a terminal with so many colours."""
    if colours == NONE:
        return _WITHOUT_COLOUR
    name = chosen(theme)
    if colours == MANY:
        return _MANY[name]
    return (_EIGHT if colours == EIGHT else _FEW)[name]


def _of_eight(look: Look) -> Look:
    """Where only letters can be bright, by being bold: black ones never are, and yellow behind them is brown."""
    text, back = look.text, look.back
    if back == BRIGHT + YELLOW:
        text, back = back, text
    bold = (look.bold or (text is not None and text >= BRIGHT)) and text != BLACK
    return replace(look, text=_plain(text), back=_plain(back), bold=bold)


def _plain(number: int | None) -> int | None:
    return number if number is None else number % BRIGHT


_EIGHT = {name: {style: _of_eight(look) for style, look in few.items()} for name, few in _FEW.items()}
