"""The two widgets that take keys: the body of a screen, and the line that is typed below it."""

from typing import Protocol, cast

from textual import events
from textual.widgets import Input

from screens.asking import Gate
from screens.widgets.page import Page


class Listens(Protocol):
    """What a screen does for its body and its typed line."""

    gate: Gate

    def takes(self, event: events.Key) -> bool:
        """Whether a key was dealt with before any binding."""

    def typed_key(self, key: str) -> None:
        """Esc, Tab or F1 while typing."""

    def repaint(self) -> None:
        """Show the night in this size."""


class Body(Page, can_focus=True):
    """The one widget that takes the keys."""

    def on_key(self, event: events.Key) -> None:
        """Hand each key to the screen first: while a question stands it takes them all."""
        if cast(Listens, self.screen).takes(event):
            event.stop()
            event.prevent_default()

    def on_resize(self) -> None:
        """Another size shows another number of lines."""
        cast(Listens, self.screen).repaint()


class TypedLine(Input):
    """The line that is typed at the bottom; Enters of one burst send it once."""

    def __init__(self) -> None:
        super().__init__(id="typed", compact=True, select_on_focus=False)
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        screen = cast(Listens, self.screen)
        counts = screen.gate.lets(event.key, event.time)
        if event.key == "enter" and not counts:
            event.stop()
            event.prevent_default()
        elif event.key in {"escape", "tab", "f1"}:
            event.stop()
            event.prevent_default()
            screen.typed_key(event.key)
        else:
            await super()._on_key(event)
