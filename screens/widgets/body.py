"""The body of a screen, and the line that is typed below it.

Keys do not travel to these widgets through the focus: the app hands each to the screen (`hear`), one after the
other. On a slow line many keys arrive at once, and what is typed ahead must reach the line that the key before
it opened, which focus, set a message later, cannot promise.
"""

from typing import Protocol, cast

from textual import events
from textual.binding import Binding
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


class TypedLine(Input):
    """A line to type; a paste of several lines keeps the rest for after the first was sent."""

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(value, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.rest: list[str] = []

    async def hear(self, event: events.Key) -> None:
        """Type one key into the line."""
        if event.key in EDITING:
            await self.app.run_action(EDITING[event.key], self)
        elif event.is_printable and event.character:
            self.insert_text_at_cursor(event.character)

    async def _on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        lines = [line for line in event.text.splitlines() if line.strip()]
        if lines:
            self.insert_text_at_cursor(lines[0])
            self.rest += lines[1:]
        event.stop()
        event.prevent_default()

    def sent(self) -> None:
        """Empty it, or take the next of the lines that were pasted."""
        self.value = self.rest.pop(0) if self.rest else ""
        self.cursor_position = len(self.value)
