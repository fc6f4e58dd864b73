"""Choosing one's own PIN at the desk: typed twice, read by nobody."""

from datetime import datetime

from desk import pins
from desk.language import _
from screens.asking import Prompt
from screens.desk_screen import DeskScreen


def choose(screen: DeskScreen) -> None:
    """Ask for a PIN, and for the same once more."""
    desk = screen.desk_app.desk

    def again(first: str) -> None:
        def typed(second: str, _at: datetime | None) -> None:
            if second != first:
                screen.say(_("These are two different PINs. Nothing was changed."), "alarm")
                return
            desk.pins.choose(desk.operator, first)
            screen.say(_("{name} has a PIN from here on.").format(name=desk.operator))

        screen.type(Prompt(_("Once more"), typed, secret=True))

    def typed(first: str, _at: datetime | None) -> None:
        pins.checked(first)
        again(first)

    screen.type(
        Prompt(_("A PIN of {least} to {most} digits").format(least=pins.LEAST, most=pins.MOST), typed, secret=True)
    )
