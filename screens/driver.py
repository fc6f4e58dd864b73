"""The line to the terminal: what is sent at the beginning and the end, and how what arrives is read.

Textual's own driver asks questions that old terminals print as text, dies of a byte that is no UTF-8, and waits for
ever for the end of a paste whose last bytes came late.
"""

import os
import selectors
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

from screens.arriving import Arriving
from screens.terminals import Terminal

if TYPE_CHECKING:
    from textual.app import App

LOOK_S = 0.1
"""How often a key that was pressed alone, as Esc, is looked for."""
_READ = 4096
_ENTER, _LEAVE = "\x1b[?1049h", "\x1b[?1049l"
_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
_BRACKETS, _NO_BRACKETS = "\x1b[?2004h", "\x1b[?2004l"
_CLEAR = "\x1b[m\x1b[H\x1b[2J"
_UNWANTED = frozenset(("\x1b[?1004h", "\x1b[?1004l", "\x1b[<u"))
"""Whether the window has the focus is nothing to the desk; the keyboard protocol was never switched on."""
_POINTER = "\x1b]22;"
"""The shape of a mouse's pointer."""


def sent_instead(terminal: Terminal) -> dict[str, str]:
    """What goes to this terminal in the place of what Textual would send."""
    instead = dict.fromkeys(_UNWANTED, "")
    if not terminal.second_screen:
        instead |= {_ENTER: "", _LEAVE: _CLEAR}
    if not terminal.hides_cursor:
        instead |= {_HIDE: "", _SHOW: ""}
    if not terminal.brackets_paste:
        instead |= {_BRACKETS: "", _NO_BRACKETS: ""}
    return instead


class LineDriver(LinuxDriver):
    """Textual's driver, for a line that may be slow and a terminal that may be old."""

    def __init__(self, app: "App[Any]", **given: Any) -> None:
        super().__init__(app, **given)
        terminal: Terminal = app.terminal  # type: ignore[attr-defined]  # the app of screens/on_terminal.py
        self._instead = sent_instead(terminal)
        self._unicode = terminal.unicode

    def write(self, data: str) -> None:
        """Send this, or what this terminal gets instead."""
        data = self._instead.get(data, data)
        if data and not data.startswith(_POINTER):
            super().write(data)

    def _request_terminal_sync_mode_support(self) -> None:
        """Frames are so small that nothing tears; a terminal that does not know the question prints it."""

    def _query_in_band_window_resize(self) -> None:
        """The size comes by signal."""

    def run_input_thread(self) -> None:
        """Read what is typed and pasted, and hand it on as keys."""
        selector = selectors.SelectSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        arriving = Arriving(unicode=self._unicode)
        while not self.exit_event.is_set():
            raw = os.read(self.fileno, _READ) if selector.select(LOOK_S) else None
            if raw == b"":
                break  # the terminal is gone; the session's own watch ends the desk
            for message in arriving.read(raw or b"", monotonic()):
                self.process_message(message)
        selector.close()
