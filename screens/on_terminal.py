"""A Textual app on a real terminal: sends it little, in colours and letters that it has."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widgets import Input

from desk.language import _
from screens import palettes, terminals
from screens.filters import InAscii, InPalette
from screens.painter import Painter
from screens.palettes import Palette
from screens.terminals import Terminal

REPAINT = "ctrl+l"
"""Paints everything anew, where something else wrote over the screen; heard whatever stands open."""


def environment() -> Mapping[str, str]:
    """The environment as the desk was started with it: Python itself adds a locale where there is none."""
    found = dict(os.environ)
    with suppress(OSError):
        given = Path("/proc/self/environ").read_bytes().split(b"\0")
        if not any(one.startswith(b"LC_CTYPE=") for one in given):
            found.pop("LC_CTYPE", None)
    return found


class OnTerminal(App[int], inherit_bindings=False):
    """What an app does for the terminal it is on; `wear` gives it another theme at once."""

    def __init__(self, terminal: Terminal | None = None) -> None:
        self.terminal = terminal or terminals.MODERN
        self.sent_at = float("inf")
        """When the last frame went to the terminal; a key pressed since may be an answer to it."""
        self._over: list[LineFilter] = []
        self._palette: Palette | None = None
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.painter = Painter(self.terminal)
        self.wear(palettes.ANSI)

    def wear(self, theme: str) -> None:
        """Paint in the colours of a theme from here on."""
        palette = palettes.palette(theme, self.terminal.colours)
        if palette is self._palette:
            return
        self._palette = palette
        self._over = [InPalette(palette), *([] if self.terminal.unicode else [InAscii()])]
        if self._running:
            self.screen.refresh()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What is laid over each line."""
        return self._over

    def get_driver_class(self) -> type[Driver]:
        """The driver for a line that may be slow; without a terminal Textual's own for tests."""
        from screens.driver import LineDriver

        return LineDriver

    async def on_event(self, event: events.Event) -> None:
        """A terminal of another size may show anything."""
        if isinstance(event, events.Resize):
            self.painter.lose()
        await super().on_event(event)

    def _handle_exception(self, error: Exception) -> None:
        """A fault of the program ends in a sentence, not in Textual's page of code; every action is saved already."""
        if os.environ.get("DESK_TRACEBACK"):
            super()._handle_exception(error)
            return
        self.exit(return_code=1, message=self.fault(error))

    def fault(self, error: Exception) -> str:
        """What is said of a fault of the program."""
        words = _("The desk met a fault of its own ({kind}). Every step you took is saved; start it again.")
        return words.format(kind=f"{type(error).__name__} {_where(error)}")

    def pop_screen(self) -> AwaitComplete:
        """Close what lies over a screen, and let go of what the library keeps of a thousand widgets it painted."""
        closed = super().pop_screen()
        StylesCache.get_inner_outer.cache_clear()
        return closed

    def paint_anew(self) -> None:
        """Send the whole screen, as if the terminal showed nothing of it."""
        self.painter.lose()
        self._send(None)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """A frame of Textual's, sent as what differs from the one before."""
        driver = self._driver
        ours = isinstance(renderable, LayoutUpdate | ChopsUpdate) and driver is not None and not driver.is_headless
        if not ours or self._batch_count or not self._running or self._closed:
            super()._display(screen, renderable)
            return
        try:
            self._send(renderable)
        except Exception as wrong:
            self._handle_exception(wrong)
        self.post_display_hook()

    def _send(self, update: LayoutUpdate | ChopsUpdate | None) -> None:
        if self._driver is not None and (sent := self.painter.frame(update, self.size, self._cursor())):
            self.sent_at = monotonic()
            self._driver.write(sent)

    def _cursor(self) -> tuple[int, int] | None:
        """Where the terminal's own cursor belongs: at what is typed, for whoever hears or feels the screen."""
        line = self.screen.focused
        if isinstance(line, Input) and line.visible:
            x, y = line.cursor_screen_offset
            return x - int(line.cursor_at_end), y  # the library takes the place behind the last letter as one further
        return None if self.terminal.hides_cursor else (0, self.size.height - 1)


def _where(error: Exception) -> str:
    """The last places of a fault, `painter.py:137 < app.py:98`: for whoever mends it, and nothing of anybody's data."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-3:]))
