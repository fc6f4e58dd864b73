"""The handover on screen: read it, add a line, hand over or accept."""

from datetime import datetime

from desk.language import _
from desk.night import Night
from desk.refusals import NotFound
from screens.asking import Prompt
from screens.desk_screen import DeskScreen, Sheet
from screens.lines import Row, text

MAKE, ACCEPT = "make", "accept"


def note(screen: DeskScreen) -> str:
    """The line at the foot of Tonight while a handover waits for whoever sits there."""
    from desk import handover as rules

    waiting = screen.desk_app.desk.handovers.waiting()
    return rules.waits(screen.night, waiting) if waiting else ""


def open_sheet(screen: DeskScreen) -> None:
    """The handover that waits for somebody, else what one made now would say; Enter takes or gives it."""
    handovers = screen.desk_app.desk.handovers
    waiting = handovers.waiting()

    def rows(night: Night, width: int) -> list[Row]:
        return accept_rows(screen, night) if waiting else make_rows(screen, night)

    def step(key: str) -> None:
        if key == ACCEPT:
            _close(screen, handovers.accept)
        elif key == MAKE:
            _hand_over(screen)

    screen.sheet = Sheet(_("Handover"), rows, step, _("I take over") if waiting else _("hand over"))
    screen.repaint()


def accept_rows(screen: DeskScreen, night: Night) -> list[Row]:
    """What the shift before left, and the line to accept it on."""
    from screens.cli.handover import lines

    desk = screen.desk_app.desk
    try:
        last = desk.handovers.last()
    except NotFound:
        return []
    words = _("Enter: {who} has read this and takes over").format(who=desk.operator)
    return [Row(text(f"   {words}", "bold"), ACCEPT), *_plain(lines(desk, night, last))]


def make_rows(screen: DeskScreen, night: Night) -> list[Row]:
    """What is open now, and the line to hand it over on."""
    from desk import handover as rules

    content = screen.desk_app.desk.handovers.content(night.at)
    words = _("Enter: hand this over") if content.items else _("Enter: nothing to report, hand over")
    return [Row(text(f"   {words}", "bold"), MAKE), *_plain(rules.lines(night, content))]


def _plain(lines: list[str]) -> list[Row]:
    return [Row(text(f" {line}")) for line in lines]


def _hand_over(screen: DeskScreen) -> None:
    """With something open a line may be added first; with nothing open one key is all."""
    handovers = screen.desk_app.desk.handovers
    if not handovers.content(screen.night.at).items:
        _close(screen, handovers.make)
        return

    def typed(words: str, at: datetime | None) -> None:
        screen.sheet = None
        screen.do(handovers.make, words, at)

    label = _("A line for the next shift, or Enter without one")
    screen.type(Prompt(label, typed, draft="handover", empty_is_answer=True))


def _close(screen: DeskScreen, verb: object) -> None:
    assert callable(verb)
    screen.sheet = None
    screen.do(verb)
