"""The handover on screen: read it, hand over, add lines to what was handed over, or accept."""

import textwrap
from collections.abc import Callable, Iterable
from datetime import datetime

from desk.handover import Handover
from desk.language import N_, _
from desk.night import Night
from desk.refusals import NotFound
from screens.asking import Prompt
from screens.desk_screen import DeskScreen, Sheet
from screens.lines import Row, text
from screens.paper import at_change

AGAIN, ITEM = "again", "item "
Step = Callable[[str], None]
Rows = Callable[[DeskScreen, Night, int], list[Row]]


def note(screen: DeskScreen) -> str:
    """The line at the foot of Tonight while a handover waits for whoever sits there."""
    from desk import handover as rules

    waiting = screen.desk_app.desk.handovers.waiting()
    return rules.waits(screen.night, waiting) if waiting else ""


def open_sheet(screen: DeskScreen, *, anew: bool = False) -> None:
    """The handover that waits for somebody; else one's own that waits, to add lines to; else what is to hand over.

    With `anew` it is time for the next one, and one's own of the last shift is done with.
    """
    handovers, own = screen.desk_app.desk.handovers, _own(screen)
    if handovers.waiting():
        _show(screen, accept_rows, _accepts(screen), N_("I take over"))
    elif own is not None and handovers.made(own).items and not anew:
        _show_own(screen)
    else:
        _show(screen, make_rows, _hands_over(screen), N_("hand over"))
    screen.repaint()


def _show(screen: DeskScreen, rows: Rows, step: Step, label: str) -> None:
    """A handover to page through, with one step for the whole of it."""
    screen.sheet = Sheet(N_("Handover"), lambda n, w: rows(screen, n, w), step, label, anywhere=True)


def read_rows(screen: DeskScreen, night: Night, width: int) -> list[Row]:
    """The last handover as made and as accepted, to read."""
    from screens.cli.handover import lines

    desk = screen.desk_app.desk
    try:
        return _plain(lines(desk, night, desk.handovers.last()), width)
    except NotFound as none:
        return _plain(none.sentences, width)


def accept_rows(screen: DeskScreen, night: Night, width: int) -> list[Row]:
    """What the shift before left, and the line to accept it on."""
    words = _("Enter: {who} has read this and takes over").format(who=screen.desk_app.desk.operator)
    return [Row(text(f"   {words}", "bold")), *read_rows(screen, night, width)]


def make_rows(screen: DeskScreen, night: Night, width: int) -> list[Row]:
    """What is open now, and the line to hand it over on."""
    from desk import handover as rules

    content = screen.desk_app.desk.handovers.content(night.at)
    words = _("Enter: hand this over") if content.items else _("Enter: nothing to report, hand over")
    return [Row(text(f"   {words}", "bold")), *_plain(rules.lines(night, content), width)]


def own_rows(screen: DeskScreen, night: Night, width: int) -> list[Row]:
    """What one handed over, each item to add a line to; and to hand over anew, as it stands by now."""
    desk, own = screen.desk_app.desk, _own(screen)
    if own is None:  # somebody accepted it meanwhile: then it is to be read
        return read_rows(screen, night, width)
    made = desk.handovers.made(own)
    found = []
    for number, item in enumerate(made.items, start=1):
        first, *more = _wrapped(f"{number:>3}  {item.text}", width - 4)
        found.append(Row(text(first), f"{ITEM}{number}"))
        found += [Row(text(f"   {line}")) for line in more]
        found += [Row(text(f"   {line}")) for note in item.notes for line in _wrapped(f"       + {note}", width - 4)]
    return [*found, Row(text(_("Enter here: hand over anew, as it stands now"), "bold"), AGAIN)]


def _own(screen: DeskScreen) -> Handover | None:
    """What one handed over oneself and nobody accepted yet."""
    desk = screen.desk_app.desk
    try:
        last = desk.handovers.last()
    except NotFound:
        return None
    return last if last.accepted_at is None and last.by == desk.operator else None


def _plain(lines: Iterable[str], width: int) -> list[Row]:
    return [Row(text(f" {part}")) for line in lines for part in _wrapped(line, width - 2)]


def _wrapped(line: str, width: int) -> list[str]:
    """A line over as many lines as it needs, those after the first below its words."""
    return textwrap.wrap(line, width, subsequent_indent=" " * 5) or [""]


# --- steps ------------------------------------------------------------------------------------


def _accepts(screen: DeskScreen) -> Step:
    def step(_key: str) -> None:
        screen.sheet = None
        done = screen.do(screen.desk_app.desk.handovers.accept)
        if done is not None and (said := at_change(screen.desk_app.desk)):
            screen.say(f"{done.text} {said}")

    return step


def _hands_over(screen: DeskScreen) -> Step:
    """With something open a line may be added first; with nothing open one key is all."""
    handovers = screen.desk_app.desk.handovers

    def made(words: str = "", at: datetime | None = None) -> None:
        done = screen.do(handovers.make, words, at)
        if done is not None:
            screen.sheet = None
            if done.also["items"]:
                _show_own(screen)

    def step(_key: str) -> None:
        if not handovers.content(screen.night.at).items:
            made()
            return
        label = _("A line for the next shift, or Enter without one")
        screen.type(Prompt(label, made, draft="handover", empty_is_answer=True))

    return step


def _show_own(screen: DeskScreen) -> None:
    """One's own stays in sight once it is given: Enter adds a line to the item under the cursor, q leaves."""
    again, handovers = _hands_over(screen), screen.desk_app.desk.handovers

    def step(key: str) -> None:
        if key == AGAIN:
            again(key)
        if not key.startswith(ITEM):
            return
        number = int(key.removeprefix(ITEM))

        def typed(words: str, at: datetime | None) -> None:
            screen.do(handovers.add_line, number, words, at)

        label = _("Item {number}: what must the next shift know of it?").format(number=number)
        screen.type(Prompt(label, typed, draft=f"handover item {number}"))

    title = N_("Handed over: Enter adds a line, q leaves")
    screen.sheet = Sheet(title, lambda night, width: own_rows(screen, night, width), step, N_("add a line"))
