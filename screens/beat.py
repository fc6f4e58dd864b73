"""What an open desk does by itself: follow the others, the minute, the lock and the paper, and load what is to come.

A desk that nobody touches costs next to nothing: one clock looks at everything, outside Textual's queue of messages,
and only what has moved is put into that queue, where it waits its turn among the keys.
"""

import asyncio
import gc
import importlib
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from desk.refusals import Refused
from screens.desk_screen import DeskScreen
from screens.renewed import Renewed

if TYPE_CHECKING:
    from screens.app import DeskApp
    from screens.paper import Copies

BEAT_S = 0.2
"""How often it is looked: what another does is on the screen within 0.3 s."""
WARM = (
    "storage.placements",
    "screens.buses.screen",
    "screens.beds.screen",
    "screens.placements.screen",
    "desk.told",
)
"""What the first steps of an operator need; a desk that only hangs there to be seen never loads it, 7 MB."""
WARM_AFTER_S, WARM_EACH_S = 0.6, 0.1
FIGURES_AFTER_S, FIGURES_S = 10.0, 60.0
"""When an open desk looks whether figures of a set time are to be made: not while somebody waits for the start."""

BACKUP_AFTER_S, BACKUP_S = 30.0, 60.0
"""When an open desk looks whether a backup is to be made."""
PROGRAM_AFTER_S, PROGRAM_S = 2.0, 60.0
"""When it looks whether the program it runs is still the one that is installed."""


class Beat:
    """The clock of one open desk."""

    def __init__(self, app: "DeskApp") -> None:
        self._app = app
        self._seen = app.desk.journal.data_version()
        self._others_moved = False
        self._cold = list(WARM)
        self._warm_at: float | None = None
        self._figures_at = self._backup_at = self._program_at = 0.0
        self.renewed = Renewed(app.desk.journal.is_renewed)
        self._backup: subprocess.Popen[bytes] | None = None
        self._task: asyncio.Task[None] | None = None

    @cached_property
    def copies(self) -> "Copies":
        """The paper copies; what makes them is loaded once the first screen stands."""
        from screens.paper import Copies

        return Copies(self._app.desk)

    def begin(self) -> None:
        """From here on it beats."""
        self._figures_at = monotonic() + FIGURES_AFTER_S
        self._backup_at = monotonic() + BACKUP_AFTER_S
        self._program_at = monotonic() + PROGRAM_AFTER_S
        asyncio.get_running_loop().call_later(WARM_AFTER_S, gc.enable)  # off since the start: see screens/start.py
        self._task = asyncio.create_task(self._beat())

    def touched(self) -> None:
        """A key was pressed: somebody works here."""
        if self._warm_at is None:
            self._warm_at = monotonic() + WARM_AFTER_S

    def end(self) -> None:
        """The desk leaves; the paper shows the last action."""
        if self._task is not None:
            self._task.cancel()
        self.copies.finish()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                if self._moved():
                    self._app.call_later(self._follow)
            except Exception as wrong:
                self._app._handle_exception(wrong)
                return

    def _moved(self) -> bool:
        """Look, without touching the screen."""
        app = self._app
        self._others_moved = app.session.look() or self._others_moved
        now = monotonic()
        return (
            self._others_moved
            or app.desk.journal.data_version() != self._seen
            or app.desk.clock().replace(second=0, microsecond=0) > app.night.at.replace(second=0, microsecond=0)
            or app.lock.is_due()
            or bool(self.copies.look())
            or now >= min(self._figures_at, self._backup_at, self._program_at)
            or self._is_cold(now)
        )

    def _follow(self) -> None:
        """Do what is due, in its turn among the keys."""
        app, now = self._app, monotonic()
        if app.lock.is_due():
            app.lock.lock()
        if self._others_moved:
            self._others_moved = False
            app.others_moved()
        if (version := app.desk.journal.data_version()) != self._seen:
            self._seen = version
            app.reload()
        elif (at := app.desk.clock()).replace(second=0, microsecond=0) > app.night.at.replace(second=0, microsecond=0):
            app.night = replace(app.night, at=at)
            app.repaint()
        if self._is_cold(now):
            self._warm(now)
        if now >= self._figures_at:
            self._figures_at = now + FIGURES_S
            self._make_figures()
        if now >= self._backup_at:
            self._backup_at = now + BACKUP_S
            if self._app.desk.backups.is_due():
                self.back_up("--due")
        if now >= self._program_at:
            self._program_at = now + PROGRAM_S
            self.look_at_program()
        self._say_paper()

    def _is_cold(self, now: float) -> bool:
        return bool(self._cold) and self._warm_at is not None and now >= self._warm_at

    def _warm(self, now: float) -> None:
        """Load one thing that the first steps need, the next a little later: no key has to wait for them all."""
        importlib.import_module(self._cold.pop(0))
        self._warm_at = now + WARM_EACH_S

    def _make_figures(self) -> None:
        """Keep the figures of a set time that has passed; that they cannot be kept now is no reason to disturb."""
        with suppress(Refused):
            if self._app.desk.frozen.make_due():
                self._app.reload()

    def look_at_program(self) -> None:
        """Say it where the program was renewed under this desk."""
        if self.renewed.look():
            self._app.repaint()

    def back_up(self, *more: str) -> None:
        """Make a backup in a process of its own: checking all of a large store would hold up the keys."""
        if self._backup is not None and self._backup.poll() is None:
            return
        words = ("--store", str(self._app.desk.path), "--as", self._app.desk.operator, "backup", *more)
        nothing = subprocess.DEVNULL
        with suppress(OSError):  # that there is none is seen by its age
            self._backup = subprocess.Popen(
                [sys.executable, "-I", "-m", "screens.start", *words],
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                start_new_session=True,
            )

    def _say_paper(self) -> None:
        """What is wrong with the paper copies is said once."""
        wrong = self.copies.look()
        screen = self._app.screen
        if wrong and isinstance(screen, DeskScreen):
            screen.say(wrong, "alarm")
            self.copies.told()
