"""The body of a screen, and the line that is typed below it.

Keys do not travel to these widgets through the focus: the app hands each to the screen (`hear`), one after the
other. On a slow line many keys arrive at once, and what is typed ahead must reach the line that the key before
it opened, which focus, set a message later, cannot promise.
"""

from collections.abc import Sequence
from typing import Any, Protocol, cast

from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from screens.widgets.page import Page


class Repaints(Protocol):
    """What a screen does for its body."""

    def repaint(self) -> None:
        """Show the night in this size."""


class Body(Page, can_focus=True):
    """The lines of a screen between head and status."""

    def on_resize(self) -> None:
        """Another size shows another number of lines."""
        cast(Repaints, self.screen).repaint()


def _editing() -> dict[str, str]:
    """The keys with which Textual's own line is edited, and the action of each; Enter is the screen's."""
    found: dict[str, str] = {}
    for binding in Input.BINDINGS:
        if isinstance(binding, Binding):
            found |= {key.strip(): binding.action for key in binding.key.split(",")}
    return {key: action for key, action in found.items() if action not in {"submit", "copy", "cut", "paste"}}


EDITING = _editing()
LINE_FEED = "ctrl+j"
BURST_S = 0.5
"""So far apart the letters of one paste may arrive as keys."""


class TypedLine(Input):
    """A line to type; a paste of several lines keeps the rest for after the first was sent."""

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(value, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.rest: list[str] = []
        self._broken_at: float | None = None

    def watch_value(self, _value: str) -> None:
        """Keep it before it is painted: what was seen to be typed is never lost."""
        keep = getattr(self.screen, "keep_typed", None) if self.is_mounted else None
        if keep is not None:
            keep()

    def begin(self, lines: Sequence[str]) -> None:
        """Another line is typed: this one, and those that wait behind it."""
        self._broken_at = None
        first, *self.rest = lines  # before the value: both are kept together
        self.value = first
        self.cursor_position = len(self.value)

    async def hear(self, event: events.Key) -> None:
        """Type one key into the line, or behind it into the line that a burst began."""
        if event.key == LINE_FEED:
            self.break_off(event.time)
        elif event.key in EDITING:
            await self.app.run_action(EDITING[event.key], self)
        elif event.is_printable and event.character:
            if self._broken_at is not None and event.time - self._broken_at < BURST_S:
                self._broken_at = event.time
                self.rest[-1] += event.character
                self.post_message(self.Changed(self, self.value))
            else:
                self._broken_at = None
                self.insert_text_at_cursor(event.character)

    def break_off(self, at: float) -> None:
        """An end of line that takes no step: letters that come in the same burst are a line of their own.

        A terminal without bracketed paste sends what is pasted as keys, faster than any hand.
        """
        if self.value:
            self.rest = [*filter(None, self.rest), ""]
            self._broken_at = at

    async def _on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    def paste(self, text: str) -> None:
        """Take the first line of what was pasted; the rest waits behind it."""
        lines = [line for line in text.splitlines() if line.strip()]
        if lines:
            self.insert_text_at_cursor(lines[0])
            self.rest += lines[1:]

    def _on_paste(self, event: events.Paste) -> None:
        self.paste(event.text)
        event.stop()
        event.prevent_default()

    def sent(self) -> None:
        """Empty it, or take the next of the lines that were pasted."""
        self._broken_at = None
        self.rest = [*filter(None, self.rest)]
        self.value = self.rest.pop(0) if self.rest else ""
        self.cursor_position = len(self.value)


def paste_into(screen: Screen[Any], text: str) -> None:
    """Give what was pasted to the line that is being typed; where none is, it is not a row of keys and does nothing."""
    lines = [line for line in screen.query(TypedLine) if line.visible]
    line = next((one for one in lines if one is screen.focused), lines[0] if lines else None)
    if line is not None:
        line.paste(text)
