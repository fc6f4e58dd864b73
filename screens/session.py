"""One session at the desk: it comes, others see where it is, and it ends in good order whatever becomes of the line."""

import asyncio
import os
import signal
import termios
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from desk.backups import BackupState
from desk.shift import InBuilding
from storage.aside import Present

if TYPE_CHECKING:
    from textual.app import App

    from desk.region.link import LinkState
    from desk.replica import ReplicaState
    from screens.app import DeskApp

Copies: TypeAlias = "tuple[InBuilding | None, BackupState | None, ReplicaState | None, LinkState | None]"
SEEN_EACH = timedelta(seconds=15)
"""How often a session that does nothing says that it is still there."""
WATCH_S = 0.5
LAST_WORD_S = 2.2
"""How long an ending session may take to leave in good order, the terminal blocked or not."""


class Life:
    """A program on a terminal ends in good order when the line is gone."""

    def __init__(self, app: "App[int]") -> None:
        self._ends = app
        self._leaving = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._terminal: list[Any] | None = None

    def begin(self) -> None:
        """From here on a hang-up, an order to end or an ended terminal leaves in good order.

        The line may stall: then the program waits in a write, runs no timer and hears nothing of its loop. So the
        signals are caught where Python itself runs, and the terminal is watched by a thread.
        """
        self._loop = asyncio.get_running_loop()
        with suppress(termios.error):
            self._terminal = termios.tcgetattr(0)
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: self.hang_up())
        for number in (signal.SIGTSTP, signal.SIGTTOU, signal.SIGTTIN):
            signal.signal(number, signal.SIG_IGN)  # nobody gets behind the desk by stopping it
        self._watcher = threading.Thread(target=self._watch_terminal, daemon=True)
        self._watcher.start()

    def hang_up(self) -> None:
        """The line is gone: what was typed is kept already; leave, and if that hangs, leave all the same."""
        if self._leaving.is_set():
            return
        self._leaving.set()
        last_word = threading.Timer(LAST_WORD_S, self._leave_at_once)
        last_word.daemon = True
        last_word.start()
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(lambda: self._ends.exit(return_code=1))

    def _leave_at_once(self) -> None:
        """The output is blocked: nothing more can be said, but the terminal is as it was."""
        with suppress(termios.error):
            if self._terminal is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._terminal)
        os._exit(1)

    def _watch_terminal(self) -> None:
        """Without a hang-up signal the end of input would spin a processor for ever."""
        while not self._leaving.wait(WATCH_S):
            try:
                termios.tcgetattr(0)
            except termios.error:
                self.hang_up()

    def end(self) -> None:
        """It leaves."""
        self._leaving.set()


class Session(Life):
    """Who sits here, since when and from where; and who else is on."""

    def __init__(self, app: "DeskApp") -> None:
        super().__init__(app)
        self._app = app
        self.id = uuid4().hex
        self.since: datetime = app.desk.clock()
        self.origin = os.environ.get("SSH_CONNECTION", "").partition(" ")[0]
        self.others: list[Present] = []
        night = app.night
        self.copies: Copies = night.in_building, night.backups, night.replica, night.region_line
        """What other processes did for this desk: the list fetched, a backup made, the replica and the region told."""
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
        before, aside = self.copies, app.aside
        self.copies = aside.in_building(), aside.backups(), aside.replica(), app.desk.region_line()
        return moved or before != self.copies

    def everybody(self) -> list[Present]:
        """All sessions that are on, this one among them, the first to come first."""
        mine = [self._said] if self._said is not None else []
        return sorted([*self.others, *mine], key=lambda one: (one.since, one.session))

    def names(self) -> list[str]:
        """Who else is on, each once."""
        return sorted({one.operator for one in self.others})

    def here_too(self, place: str) -> list[str]:
        """Who else is at that place: on the row, or in the form."""
        return sorted({one.operator for one in self.others if place and one.place == place})

    def end(self) -> None:
        """Others need not see a name that has left."""
        super().end()
        self._app.aside.gone(self.id)
