"""A plan made while the desk goes on: shown at once where it is quick, else when it is there."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from desk.language import _
from screens.desk_screen import DeskScreen

Plan = TypeVar("Plan")
AT_ONCE_S = 0.4
"""So long the desk waits for a plan, so that most are there with the key that asked for them."""


def made(screen: DeskScreen, make: Callable[[], Plan], show: Callable[[Plan], None], without: str = "") -> None:
    """Make a plan in a thread of its own, as the solver holds nothing up there, and then show it.

    `without` is said where none was made; empty where nobody asked for one. What was made is not shown where other work
    has begun meanwhile: the key makes it again.
    """
    found: list[Plan] = []

    def work() -> None:
        # whatever goes wrong in a plan, the night goes on without it, and nothing is printed over the screen
        with suppress(Exception):
            found.append(make())

    worker = Thread(target=work, daemon=True)

    def shown() -> None:
        if not found:
            if without:
                screen.say(without, "alarm")
        elif screen.is_current and screen.question is None and screen.prompt is None:
            show(found[0])

    worker.start()
    worker.join(AT_ONCE_S)
    if not worker.is_alive():
        shown()
        return
    if without:
        screen.say(_("Planning; the desk goes on meanwhile."))
    app = screen.desk_app

    def when_done() -> None:
        worker.join()
        with suppress(RuntimeError):  # the session has ended meanwhile
            app.call_from_thread(shown)

    Thread(target=when_done, daemon=True).start()
