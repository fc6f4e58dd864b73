"""The desk on a terminal: one Textual app, its sections as modes, one store, the night as one value."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual import events
from textual.screen import Screen

from desk import actions
from desk.language import _, speak
from desk.night import Night
from desk.refusals import Refused
from desk.rights import MUNICIPALITY, PAPER, Seat
from screens import speech
from screens.beat import Beat
from screens.bell import Bell
from screens.desk_screen import DeskScreen
from screens.lock import Lock
from screens.on_terminal import REPAINT, OnTerminal, environment
from screens.palettes import PREFERENCE
from screens.session import Session
from screens.shared import Shared
from screens.terminals import Terminal, read
from screens.widgets.body import TypedLine, paste_into
from storage.clock import Clock
from storage.journal import AUTOMATIC
from storage.store import Desk, login_name

if TYPE_CHECKING:
    from screens.tour import Tour

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


def _region() -> Screen[Any]:
    from screens.region.screen import RegionScreen

    return RegionScreen()


def _rollcall() -> Screen[Any]:
    from screens.rollcall.screen import RollcallScreen

    return RollcallScreen()


@runtime_checkable
class Hears(Protocol):
    """A screen of the desk, or a form over one."""

    async def hear(self, event: events.Key) -> None:
        """Take one key."""


class DeskApp(OnTerminal, inherit_bindings=False):
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
        "region": _region,
        "rollcall": _rollcall,
    }

    def __init__(self, desk: Desk, terminal: Terminal | None = None) -> None:
        super().__init__(terminal)
        self.desk = desk
        self.aside = desk.aside
        self.night: Night = desk.night()
        self.shared: Shared = Shared(self)
        self._alarms = Bell(self.night)
        self._ahead: list[events.Key | events.Paste] = []
        self._leaving_at: float | None = None
        self._steps: tuple[int, str] | None = None
        self.session = Session(self)
        self.lock = Lock(self)
        self.beat = Beat(self)
        self.tour: Tour | None = None
        self.language_told: str | None = None
        self._began_as = desk.journal.seat.role
        self.login = login_name()
        self.aside.signs_on(self.login, desk.operator)
        self.must_sign_on = desk.operator == self.login and len(self.aside.names(self.login)) > 1
        """Several people use this account, and nobody said yet who sits here."""
        self.dress()

    # --- keys -------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Hand keys to the screen one by one, in their order; those for a screen still being built wait for it."""
        if isinstance(event, events.Key) and event.key == REPAINT:
            self.paint_anew()
        elif isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._ahead.append(event)
            await self.hear_ahead()
        else:
            await super().on_event(event)

    async def hear_ahead(self) -> None:
        """Let the screen hear the keys that wait, as far as it is there to hear them."""
        while self._ahead and self._can_hear() and self.seat.role != PAPER:
            screen = self.screen
            key = self._ahead.pop(0)
            self.lock.touched()
            self.beat.touched()
            if isinstance(key, events.Paste):
                paste_into(screen, key.text)
            elif self.lock.locked:
                await self.lock.hear(key)
            elif isinstance(screen, Hears):
                await (self.tour or screen).hear(key)

    def _can_hear(self) -> bool:
        screen = self.screen
        return screen.is_mounted and bool(screen.query(TypedLine))

    # --- life and death ---------------------------------------------------------------------

    def on_mount(self) -> None:
        """Start the clocks; a hang-up or an ended terminal leaves in good order."""
        self.beat.begin()
        self.session.begin()
        self.app_resume_signal.subscribe(self, lambda _app: self.screen.refresh(layout=True))

    def fault(self, error: Exception) -> str:
        """What is said of it; a program that was renewed under this desk is none."""
        return self.beat.renewed.said() or super().fault(error)

    def on_unmount(self) -> None:
        """Others need not see a name that has left; the paper shows the last action."""
        self.session.end()
        self.beat.end()

    def on_app_blur(self, event: events.AppBlur) -> None:
        """A terminal that loses focus would otherwise be painted anew, 40 KB."""
        event.prevent_default()

    def on_app_focus(self, event: events.AppFocus) -> None:
        """The same when it comes back."""
        event.prevent_default()

    # --- the night --------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the night anew and repaint what differs; who is let in no more leaves."""
        if self.seat.role == PAPER:
            return
        self.night = self.lock.covered(self.desk.night())
        self._steps = None
        self.repaint()

    def others_moved(self) -> None:
        """Somebody came, went or moved to another row, or something was done for this desk: `Session.copies`."""
        copies, night = self.session.copies, self.night
        if copies != (night.in_building, night.backups, night.replica, night.region_line):
            building, backups, replica, line = copies
            self.night = replace(night, in_building=building, backups=backups, replica=replica, region_line=line)
        self.repaint()
        if (told := getattr(self.screen, "others_moved", None)) is not None and self.screen.is_mounted:
            told()

    def repaint(self) -> None:
        """Paint what differs now, and ring where that is due."""
        if self._alarms.rings(self.night):
            self.bell()
        screen = self.screen
        if isinstance(screen, DeskScreen):
            screen.repaint()
        elif (moved := getattr(screen, "facts_moved", None)) is not None and screen.is_mounted:
            moved()

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
        speak(speech.chosen(self.desk, self.language_told))
        self.dress()
        self._steps = None

    def dress(self) -> None:
        """Paint in the theme that whoever sits here chose."""
        self.wear(self.aside.preference(self.desk.operator, PREFERENCE))

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
    terminal = read(environment())
    with Desk(path, operator, clock, through_key=through_key) as desk:
        speak(speech.chosen(desk, language))
        app = _of_role(desk, terminal)
        app.language_told = language
        app.run(mouse=False)
        sys.stdout.flush()
        return app.return_code or 0


def _of_role(desk: Desk, terminal: Terminal) -> DeskApp:
    if desk.journal.seat.role != MUNICIPALITY:
        return DeskApp(desk, terminal)
    from screens.own import OwnDesk

    return OwnDesk(desk, terminal)
