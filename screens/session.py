"""One session at the desk: it comes, others see where it is, and it ends in good order whatever becomes of the line."""

import asyncio
import os
import signal
import termios
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from desk.shift import InBuilding
from storage.aside import Present

if TYPE_CHECKING:
    from screens.app import DeskApp

SEEN_EACH = timedelta(seconds=15)
"""How often a session that does nothing says that it is still there."""
WATCH_S = 0.5
LAST_WORD_S = 2.5
"""How long an ending session may take to leave in good order, the terminal blocked or not."""


class Session:
    """Who sits here, since when and from where; and who else is on."""

    def __init__(self, app: "DeskApp") -> None:
        self._app = app
        self.id = uuid4().hex
        self.since: datetime = app.desk.clock()
        self.origin = os.environ.get("SSH_CONNECTION", "").partition(" ")[0]
        self.others: list[Present] = []
        self.in_building: InBuilding | None = app.night.in_building
        self._said: Present | None = None
        self._version = -2

    # --- presence ---------------------------------------------------------------------------

    def look(self) -> bool:
        """Say where this session is when that changed, and read the others; True where what is shown of it moved."""
        app = self._app
        now, place = app.desk.clock(), app.place()
        said = self._said
        if said is None or said.place != place or said.operator != app.desk.operator or now - said.at >= SEEN_EACH:
            self._said = Present(self.id, app.desk.operator, now, self.since, self.origin, os.getpid(), place)
            app.aside.seen(self._said)
        version = app.aside.data_version()
        if version == self._version and said is not None and now - said.at < SEEN_EACH:
            return False
        self._version = version
        others = [one for one in app.aside.present(now) if one.session != self.id]
        moved = [(one.operator, one.place) for one in others] != [(one.operator, one.place) for one in self.others]
        self.others = others
        in_building = app.aside.in_building()
        fetched, self.in_building = in_building != self.in_building, in_building
        return moved or fetched

    def names(self) -> list[str]:
        """Who else is on, each once."""
        return sorted({one.operator for one in self.others})

    def here_too(self, place: str) -> list[str]:
        """Who else is at that place: on the row, or in the form."""
        return sorted({one.operator for one in self.others if place and one.place == place})

    # --- life and death ---------------------------------------------------------------------

    def begin(self) -> None:
        """A hang-up or an ended terminal leaves in good order."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            with suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self.hang_up)
        self._app.set_interval(WATCH_S, self._watch_terminal)

    def hang_up(self) -> None:
        """The line is gone: what was typed is kept already; leave, and if that hangs, leave all the same."""
        last_word = threading.Timer(LAST_WORD_S, os._exit, [1])
        last_word.daemon = True
        last_word.start()
        self._app.exit(return_code=1)

    def _watch_terminal(self) -> None:
        """Without a hang-up signal the end of input would spin a processor for ever."""
        try:
            termios.tcgetattr(0)
        except termios.error:
            self.hang_up()

    def end(self) -> None:
        """Others need not see a name that has left."""
        self._app.aside.gone(self.id)
