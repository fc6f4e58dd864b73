"""The desk on a terminal: one Textual app, its sections as modes, one store, the night as one value."""

import gc
import importlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.screen import Screen

from desk import actions
from desk.language import _, speak
from desk.night import Night
from desk.refusals import Refused
from desk.rights import MUNICIPALITY, PAPER, Seat
from screens.bell import Bell
from screens.desk_screen import DeskScreen
from screens.paper import Copies
from screens.session import Session
from screens.shared import Shared
from screens.widgets.body import TypedLine
from storage.clock import Clock
from storage.journal import AUTOMATIC
from storage.store import Desk, login_name

POLL_S = 0.15
"""How often the store is asked whether it moved: 3 microseconds a time."""
WARM = (
    "storage.placements",
    "screens.buses.screen",
    "screens.beds.screen",
    "screens.placements.screen",
    "desk.told",
    "screens.reports.evacuation",
)
WARM_AFTER_S, WARM_EACH_S = 0.6, 0.1
FIGURES_AFTER_S, FIGURES_S = 10.0, 60.0
"""When an open desk looks whether figures of a set time are to be made: not while somebody waits for the start."""
PAPER_S = 0.4
"""How often an open desk looks whether the paper copies are old; within a second they are written."""
_OF_THEIR_OWN = frozenset({MUNICIPALITY, PAPER})
"""Roles whose desk is another one than that of the night."""
LEAVES_WITHIN_S = 3.0
"""Two presses of q at Tonight this close together leave the desk."""


def _tonight() -> Screen[Any]:
    from screens.tonight import TonightScreen

    return TonightScreen()


def _buses() -> Screen[Any]:
    from screens.buses.screen import BusesScreen

    return BusesScreen()


def _beds() -> Screen[Any]:
    from screens.beds.screen import BedsScreen

    return BedsScreen()


def _placements() -> Screen[Any]:
    from screens.placements.screen import PlacementsScreen

    return PlacementsScreen()


def _capacity() -> Screen[Any]:
    from screens.capacity.screen import CapacityScreen

    return CapacityScreen()


def _logbook() -> Screen[Any]:
    from screens.logbook import LogbookScreen

    return LogbookScreen()


def _reports() -> Screen[Any]:
    from screens.reports.screen import ReportsScreen

    return ReportsScreen()


def _rollcall() -> Screen[Any]:
    from screens.rollcall.screen import RollcallScreen

    return RollcallScreen()


@runtime_checkable
class Hears(Protocol):
    """A screen of the desk, or a form over one."""

    async def hear(self, event: events.Key) -> None:
        """Take one key."""


class DeskApp(App[int], inherit_bindings=False):
    """One session at the desk."""

    CSS_PATH = "desk.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    DEFAULT_MODE = "tonight"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "tonight": _tonight,
        "buses": _buses,
        "beds": _beds,
        "placements": _placements,
        "capacity": _capacity,
        "logbook": _logbook,
        "reports": _reports,
        "rollcall": _rollcall,
    }

    def __init__(self, desk: Desk) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.desk = desk
        self.aside = desk.aside
        self.night: Night = desk.night()
        self.shared: Shared = Shared(self)
        self.copies = Copies(desk)
        self._alarms = Bell(self.night)
        self._seen = desk.journal.data_version()
        self._ahead: list[events.Key] = []
        self._cold = list(WARM)
        self._leaving_at: float | None = None
        self._steps: tuple[int, str] | None = None
        self.session = Session(self)
        self._began_as = desk.journal.seat.role
        self.login = login_name()
        self.aside.signs_on(self.login, desk.operator)
        self.must_sign_on = desk.operator == self.login and len(self.aside.names(self.login)) > 1
        """Several people use this account, and nobody said yet who sits here."""

    # --- keys -------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Hand keys to the screen one by one, in their order; those for a screen still being built wait for it."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._ahead.append(event)
            await self.hear_ahead()
        else:
            await super().on_event(event)

    async def hear_ahead(self) -> None:
        """Let the screen hear the keys that wait, as far as it is there to hear them."""
        while self._ahead and self._can_hear() and self.seat.role != PAPER:
            screen = self.screen
            key = self._ahead.pop(0)
            if isinstance(screen, Hears):
                await screen.hear(key)

    def _can_hear(self) -> bool:
        screen = self.screen
        return screen.is_mounted and bool(screen.query(TypedLine))

    # --- life and death ---------------------------------------------------------------------

    def on_mount(self) -> None:
        """Start the clocks; a hang-up or an ended terminal leaves in good order."""
        self.set_interval(POLL_S, self._poll)
        self.set_timer(WARM_AFTER_S, self._warm)
        self.set_timer(FIGURES_AFTER_S, self._make_figures)
        self.set_interval(FIGURES_S, self._make_figures)
        self.set_interval(PAPER_S, self._keep_paper)
        self.session.begin()
        self.app_resume_signal.subscribe(self, lambda _app: self.screen.refresh(layout=True))

    def _handle_exception(self, error: Exception) -> None:
        """A fault of the program ends in a sentence, not in Textual's page of code; every action is saved already."""
        if os.environ.get("DESK_TRACEBACK"):
            super()._handle_exception(error)
            return
        words = _("The desk met a fault of its own ({kind}). Every step you took is saved; start it again.")
        self.exit(return_code=1, message=words.format(kind=type(error).__name__))

    def _warm(self) -> None:
        """Load one thing that the first steps need, and come back for the next: no key has to wait for them all."""
        if self._cold:
            importlib.import_module(self._cold.pop(0))
            self.set_timer(WARM_EACH_S, self._warm)
        else:
            gc.enable()

    def _make_figures(self) -> None:
        """Keep the figures of a set time that has passed; that they cannot be kept now is no reason to disturb."""
        with suppress(Refused):
            if self.desk.frozen.make_due():
                self.reload()

    def _keep_paper(self) -> None:
        """The paper copies follow what any desk did; what is wrong with them is said once."""
        wrong = self.copies.look()
        screen = self.screen
        if wrong and isinstance(screen, DeskScreen):
            screen.say(wrong, "alarm")
            self.copies.told()

    def on_unmount(self) -> None:
        """Others need not see a name that has left; the paper shows the last action."""
        self.session.end()
        self.copies.finish()

    def on_app_blur(self, event: events.AppBlur) -> None:
        """A terminal that loses focus would otherwise be painted anew, 40 KB."""
        event.prevent_default()

    def on_app_focus(self, event: events.AppFocus) -> None:
        """The same when it comes back."""
        event.prevent_default()

    # --- the night --------------------------------------------------------------------------

    def _poll(self) -> None:
        if self.session.look():
            self.night = replace(self.night, in_building=self.session.in_building)
            self._repaint()
        version = self.desk.journal.data_version()
        if version != self._seen:
            self._seen = version
            self.reload()
            return
        now = self.desk.clock()
        if now.replace(second=0, microsecond=0) > self.night.at.replace(second=0, microsecond=0):
            self.night = replace(self.night, at=now)
            self._repaint()

    def reload(self) -> None:
        """Read the night anew and repaint what differs; who is let in no more leaves."""
        if self.seat.role == PAPER:
            return
        self.night = self.desk.night()
        self._steps = None
        self._repaint()

    def _repaint(self) -> None:
        if self._alarms.rings(self.night):
            self.bell()
        if isinstance(self.screen, DeskScreen):
            self.screen.repaint()

    @property
    def seat(self) -> Seat:
        """What whoever sits here may do; where they are let in no more, this desk ends."""
        try:
            seat = self.desk.journal.seat
        except Refused as no:
            self.exit(return_code=1, message=no.sentences[0])
            return Seat(PAPER)
        if (seat.role in _OF_THEIR_OWN or self._began_as in _OF_THEIR_OWN) and seat.role != self._began_as:
            self.exit(return_code=1, message=_("You have another role now: come in again."))
            return Seat(PAPER)
        return seat

    def who_is_on(self) -> tuple[str, list[str]]:
        """Me, and the names of others at other terminals."""
        return self.desk.operator, self.session.names()

    def place(self) -> str:
        """Where one is, for the others: the screen and the row, or the form."""
        return str(getattr(self.screen, "place", ""))

    def last_steps(self, width: int) -> str:
        """The last step of another, and one's own last with how to undo it."""
        if self._steps is None or self._steps[0] != width:
            self._steps = width, self._told_steps(width)
        return self._steps[1]

    def _told_steps(self, width: int) -> str:
        journal, settings = self.desk.journal, self.night.settings
        parts = []
        recent = [action for action in journal.actions(last=3) if action.operator != AUTOMATIC][-1:]
        mine = journal.last_of(self.desk.operator)
        if recent and recent[0].operator != self.desk.operator:
            a = recent[0]
            told = actions.told(a.verb, a.args, self._said(a.ref))
            parts.append(f"{settings.hhmm(a.at)} {a.operator}: {told}")
        if mine is not None:
            told = actions.told(mine.verb, mine.args, self._said(mine.ref))
            said = _("Your last: {time} {what}") if mine.stays else _("Your last: {time} {what} (u undoes it)")
            parts.append(said.format(time=settings.hhmm(mine.at), what=told))
        text = "   ".join(parts)
        return text if len(text) <= width else parts[-1][:width]

    def _said(self, ref: str) -> str:
        return self.night.said(ref) if ref.count("-") == 2 else ref

    # --- going about ------------------------------------------------------------------------

    def go(self, section: str, key: str = "", half: int = 0) -> None:
        """Another section, with the cursor on a row where one is meant."""
        self._leaving_at = None
        if section != self.current_mode:
            self.switch_mode(section)
        screen = self.screen
        if key and isinstance(screen, DeskScreen):
            screen.step_to(key, half)
            screen.repaint()

    def back(self) -> None:
        """Esc or q on a section: to Tonight; twice at Tonight leaves the desk."""
        if self.current_mode != "tonight":
            self.go("tonight")
            return
        now = monotonic()  # a hand's seconds, not those of a drill's clock
        if self._leaving_at is not None and now - self._leaving_at < LEAVES_WITHIN_S:
            self.exit(return_code=0)
            return
        self._leaving_at = now
        screen = self.screen
        if isinstance(screen, DeskScreen):
            screen.say(_("q again leaves the desk. Everything is saved."))

    def sign_on(self, name: str) -> None:
        """Somebody sits here from now on."""
        self.desk.sign_on(name)
        self.aside.signs_on(self.login, self.desk.operator)
        self.must_sign_on = False
        self._steps = None

    # --- drafts -----------------------------------------------------------------------------

    def draft(self, form: str) -> str:
        """What was typed there before and not sent."""
        found = self.aside.draft(self.desk.operator, form)
        return found[0].get("line", "") if found else ""

    def keep_draft(self, form: str, line: str) -> None:
        """Keep a line as it is typed; an empty one is forgotten."""
        if line:
            self.aside.keep(self.desk.operator, form, {"line": line}, self.desk.clock())
        else:
            self.aside.drop(self.desk.operator, form)


def open_desk(
    path: Path,
    operator: str,
    language: str | None = None,
    clock: Clock | None = None,
    *,
    through_key: bool = False,
) -> int:
    """Open the screens on a store until somebody leaves, on the program's clock or a drill's; gives the exit status."""
    with Desk(path, operator, clock, through_key=through_key) as desk:
        speak(language or desk.settings.language)
        app = _of_role(desk)
        app.run(mouse=False)
        sys.stdout.flush()
        return app.return_code or 0


def _of_role(desk: Desk) -> DeskApp:
    if desk.journal.seat.role != MUNICIPALITY:
        return DeskApp(desk)
    from screens.own import OwnDesk

    return OwnDesk(desk)
