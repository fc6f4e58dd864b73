"""The idle lock: after a set time names are covered until the operator types a PIN; who is inside stays in sight."""

from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from textual import events

from desk.covered import nobody_named
from desk.language import _
from desk.night import Night
from screens.asking import Prompt
from screens.desk_screen import DeskScreen

if TYPE_CHECKING:
    from screens.app import DeskApp

MINUTE_S = 60.0
_MOVES = frozenset({"up", "down", "pageup", "pagedown", "home", "end"})


class Lock:
    """Whether this desk is locked, and what a key does then."""

    def __init__(self, app: "DeskApp") -> None:
        self._app = app
        self.locked = False
        self._touched = monotonic()  # a hand's time, not that of a drill's clock

    def touched(self) -> None:
        """A key was pressed."""
        self._touched = monotonic()

    def is_due(self) -> bool:
        """Whether nobody has touched a key for as long as the site says."""
        minutes = self._app.night.settings.lock_minutes
        return bool(minutes) and not self.locked and monotonic() - self._touched >= minutes * MINUTE_S

    def lock(self) -> None:
        """Cover the names, and whatever lies open: what was typed is kept where it is kept anyway."""
        self.locked = True
        app = self._app
        while len(app.screen_stack) > 1:  # a form
            app.pop_screen()
        app.go(app.DEFAULT_MODE)
        screen = app.screen
        if isinstance(screen, DeskScreen):
            screen.cover()
        app.reload()

    def covered(self, night: Night) -> Night:
        """The night as it may be seen now."""
        return nobody_named(night) if self.locked else night

    def said(self) -> str:
        """What stands in the status line."""
        if self._app.desk.pins.has(self._app.desk.operator):
            return _("Locked, names are covered. x: who is inside. Any other key: your PIN.")
        return _("Locked, names are covered. x: who is inside. You have no PIN: q leaves; come in again.")

    async def hear(self, event: events.Key) -> None:
        """One key at a locked desk."""
        screen = self._app.screen
        if not isinstance(screen, DeskScreen):
            return
        if screen.prompt is not None:
            await screen.hear_typing(event)
        elif screen.sheet is not None and event.key in _MOVES:
            await screen.hear(event)
        elif event.key in {"escape", "q"} and screen.sheet is not None:
            screen.back()
            screen.repaint()
        elif event.key == "x":
            from screens import inside
            from screens.desk_screen import Sheet

            screen.sheet = Sheet(_("Who is inside"), inside.rows)
            screen.repaint()
        elif self._app.desk.pins.has(self._app.desk.operator):
            screen.type(Prompt(_("Your PIN"), self._opened, secret=True))
        elif event.key == "q":
            self._app.exit(return_code=0)

    def _opened(self, pin: str, _at: datetime | None) -> bool:
        app = self._app
        if not app.desk.pins.opens(app.desk.operator, pin):
            screen = app.screen
            if isinstance(screen, DeskScreen):
                screen.say(_("That is not your PIN."), "alarm")
            return True
        self.locked = False
        app.reload()
        return False
