"""The paper copies of an open desk or a command: made of the night after an action, written beside it."""

from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from desk import paper
from desk.language import _, speaking
from desk.night import Night
from desk.paper import Action, Mark
from desk.refusals import Refused
from storage.paper import keep as write

if TYPE_CHECKING:
    from storage.store import Desk

AGAIN_S = 10.0
"""When a copy that could not be written is tried anew."""
OTHERS_S = 0.35
"""So long whoever acted has to write the copies, before another desk does it: not each open desk makes them all."""
LAST_S = 2.0
"""How long a desk that leaves waits for its last copies."""


def keep(desk: "Desk") -> str:
    """Write the copies that are due, and wait for it; gives a sentence where they cannot be written."""
    night, action = desk.paper.now()
    try:
        with speaking(night.settings.language):
            desk.paper.follow(_marks(night, action), lambda name: rendered(night, action, name))
    except Refused as no:
        return str(no)
    return ""


def keep_all(desk: "Desk") -> tuple[list[str], Action]:
    """Write all copies now, also those that show what they showed; gives their names and the action they show."""
    night, action = desk.paper.now()
    with speaking(night.settings.language):
        names = desk.paper.follow(_marks(night, action), lambda name: rendered(night, action, name), always=True)
    return names, action


def at_change(desk: "Desk") -> str:
    """The list on paper for whoever takes over (facts 10); gives what to say, empty where there is no printer."""
    if not desk.settings.printer:
        return ""
    try:
        names, _action = keep_all(desk)
        return _("The list is printed on {printer}.").format(printer=desk.paper.print(names))
    except Refused as no:
        return str(no)


def rendered(night: Night, action: Action, name: str) -> bytes:
    """One copy, in the language in force."""
    if name == paper.PAGE:
        # its printer is loaded when a page is made, and not on the way to the first screen
        from screens.reports import evacuation

        return evacuation.render(night, action)
    return paper.text(night, action, name).encode()


def _marks(night: Night, action: Action) -> dict[str, Mark | None]:
    return {name: paper.marked(night, action, name) for name in paper.COPIES}


class Copies:
    """The copies while a desk is open: made after each action, and written on a thread of their own.

    The desk that acted writes them; should it have ended before it could, any other does a moment later. A folder that
    hangs, is full or gone never holds up a key.
    """

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._seen = -1
        self._committed = desk.journal.data_version()
        self._until = 0.0
        self._thread: Thread | None = None
        self._failed_at: float | None = None
        self._wrong = ""
        self._told = ""
        self._wrote = False

    def look(self) -> str:
        """Write what is due since the last look; gives what is wrong until `told` it is, then no more."""
        if self._thread is not None and self._thread.is_alive():
            return ""
        if self._wrong and self._failed_at is None:
            self._failed_at = monotonic()
        if self._failed_at is not None and monotonic() - self._failed_at > AGAIN_S:
            self._seen, self._failed_at = -1, None
        if self._is_mine():
            self._begin()
        if self._wrote:
            self._wrote = False
            self._desk.paper.kept(self._seen)
        if not self._wrong:
            self._told = ""
        return self._wrong if self._wrong != self._told else ""

    def told(self) -> None:
        """Somebody has seen what is wrong."""
        self._told = self._wrong

    def _is_mine(self) -> bool:
        """Whether this desk is the one to write what was done since its last look."""
        journal = self._desk.journal
        committed, version = journal.data_version(), journal.version()
        if committed != self._committed:
            self._committed, self._until = committed, monotonic() + OTHERS_S
        if version == self._seen or monotonic() >= self._until:
            return True
        if self._desk.paper.kept_version() >= version:
            self._seen = version
        return False

    def finish(self) -> None:
        """Write the last action too, before the desk leaves."""
        self._wait()
        self._begin()
        self._wait()

    def _wait(self) -> None:
        if self._thread is not None:
            self._thread.join(LAST_S)

    def _begin(self) -> None:
        """Read the night here; look at what lies there, print and write on a thread: a dead folder holds up no key."""
        try:
            version = self._desk.journal.version()
            if version == self._seen or (self._thread is not None and self._thread.is_alive()):
                return
            night, action = self._desk.paper.now()
            store, folder = self._desk.path, self._desk.paper.folder
        except Exception as wrong:  # whatever is wrong with paper, the desk goes on
            self._wrong, self._failed_at = _at_fault(wrong), self._failed_at or monotonic()
            return
        self._seen = version

        def on_thread() -> None:
            try:
                with speaking(night.settings.language):
                    make = not night.settings.paper_folder
                    write(store, folder, _marks(night, action), lambda name: rendered(night, action, name), make=make)
                self._wrong, self._failed_at, self._wrote = "", None, True
            except Exception as wrong:
                self._wrong = _at_fault(wrong)

        self._thread = Thread(target=on_thread, daemon=True)
        self._thread.start()


def _at_fault(wrong: Exception) -> str:
    if isinstance(wrong, Refused):
        return str(wrong)
    return _("The paper copies cannot be made ({kind}). The desk goes on; say: desk paper").format(
        kind=type(wrong).__name__
    )
