"""What the terminal at the other end is, from its environment: which colours, which letters, which sequences."""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.language import _
from desk.refusals import Refused

NONE, EIGHT, SIXTEEN, MANY = 0, 8, 16, 256
"""Colours. More than 256 are never needed: the themes take theirs from the fixed part of those 256."""

_PLACES_NO_TEXT = frozenset({"", "dumb", "unknown", "emacs", "network", "dialup", "vt52", "glass", "lpr"})
_WITHOUT_COLOUR = ("vt1", "vt2", "vt3", "vt4", "vt5")
"""The beginnings of terminals that have no colour; any whose name ends in `-m` or `-mono` has none either."""
_EIGHT_ONLY = frozenset({"linux", "ansi", "pcansi", "cons25", "dtterm", "sun-color", "wsvt25", "cygwin"})
_MANY = ("alacritty", "foot", "wezterm", "contour", "xterm-kitty", "xterm-ghostty", "xterm-direct")
_NO_SECOND_SCREEN = ("vt1", "vt2", "vt3", "vt4", "vt5", "linux", "ansi", "pcansi", "cons25", "sun")
"""What stood there before the desk came cannot be brought back: the screen is emptied when it leaves."""
_ALWAYS_A_CURSOR = ("vt100", "vt102", "ansi", "pcansi")
_SCROLLS_ALL = ("ansi", "pcansi", "cons25", "sun")
_OLD = ("vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "pcansi", "cons25", "sun")
"""Terminals from before bracketed paste."""


@dataclass(frozen=True)
class Terminal:
    """What may be sent to a terminal, and how its letters are read."""

    name: str
    colours: int
    unicode: bool
    """Whether its letters are UTF-8; else everything painted is ASCII."""
    second_screen: bool
    hides_cursor: bool
    brackets_paste: bool
    scrolls: bool
    """Whether some lines can be moved without the others."""
    shifts: bool
    """Whether the rest of a line can be moved."""


MODERN = Terminal(
    "xterm-256color",
    MANY,
    unicode=True,
    second_screen=True,
    hides_cursor=True,
    brackets_paste=True,
    scrolls=True,
    shifts=True,
)


def read(environ: Mapping[str, str]) -> Terminal:
    """The terminal that this environment tells of; refused where text cannot be put in its place."""
    name = environ.get("TERM", "").strip().lower()
    if name in _PLACES_NO_TEXT:
        raise Refused(
            _(
                "This terminal (TERM={name}) cannot put text in its place. Say what it is, as in: TERM=xterm desk."
                " For a single command see: desk --help"
            ).format(name=name or "?")
        )
    return Terminal(
        name=name,
        colours=_colours(name, environ),
        unicode=_is_utf8(environ),
        second_screen=not name.startswith(_NO_SECOND_SCREEN),
        hides_cursor=not name.startswith(_ALWAYS_A_CURSOR),
        brackets_paste=not name.startswith(_OLD),
        scrolls=not name.startswith(_SCROLLS_ALL),
        shifts=not name.startswith((*_SCROLLS_ALL, "vt1")),
    )


def _colours(name: str, environ: Mapping[str, str]) -> int:
    if environ.get("NO_COLOR") or name.startswith(_WITHOUT_COLOUR) or name.endswith(("-m", "-mono")):
        return NONE
    if name in _EIGHT_ONLY:
        return EIGHT
    if name.endswith(("-256color", "-direct", "-truecolor")) or name.startswith(_MANY):
        return MANY
    # a terminal inside another inherits this word; the inner one may know less
    inner = name.startswith("screen")
    return MANY if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"} and not inner else SIXTEEN


def _is_utf8(environ: Mapping[str, str]) -> bool:
    """As POSIX reads the locale: the first of these that says anything; none of them is the locale C."""
    told = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "C")
    return "utf8" in told.lower().replace("-", "")
