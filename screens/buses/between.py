"""Keys and lines of a bus that one desk sends another; loaded only where the desk belongs to a region."""

from datetime import datetime

from desk.buses import Bus, BusState
from desk.language import _
from desk.night import Night
from desk.region import bus_signals
from desk.region import buses as rules
from desk.region.buses import REASONS, SentBus
from screens import steps
from screens.asking import Prompt
from screens.desk_screen import DeskScreen
from screens.lines import Row, fit, text

TO_A_DESK = "desk "
"""Before the name of a desk, where a place could stand: one in the same town is not meant by it."""


def waits(night: Night, bus: Bus) -> bool:
    """Whether its sender waits for an answer."""
    return bus.id in bus_signals.waits_here(night)


def may_be_recalled(night: Night, bus: Bus) -> bool:
    """Whether it was sent to another desk that has not answered."""
    row = bus_signals.of_bus(night, bus)
    asked = row is not None and row.way == rules.OUT and row.state in {rules.NEW, rules.SENT, rules.SEEN}
    return asked and bus.state is BusState.DIVERTED


def rows(night: Night, bus: Bus, width: int) -> list[Row]:
    """How it stands with the other desk, of the bus and of each part of it that drove on."""
    return [Row(text(" " + fit(_standing(night, row), width - 2), _style(row))) for row in bus_rows(night, bus)]


def bus_rows(night: Night, bus: Bus) -> list[SentBus]:
    """What of it went to other desks or came from one, as it stands now."""
    whole = bus_signals.of_bus(night, bus)
    parts = [row for row in night.sent_buses if row.bus == bus.id and row.onward is not None]
    return [*([whole] if whole is not None else []), *parts]


def _standing(night: Night, row: SentBus) -> str:
    since = night.settings.hhmm(row.since)
    said = f"{rules.standing(row)} ({since})"
    if row.onward is None:
        return said[:1].upper() + said[1:]
    return _("{n} people drove on: {said}").format(n=row.people, said=said)


def _style(row: SentBus) -> str:
    return "" if row.state == rules.ACCEPTED else "warn"


# --- keys -------------------------------------------------------------------------------------


def take(screen: DeskScreen, bus: Bus) -> None:
    """It may come."""
    from storage.region import sent

    screen.do(sent.accept, screen.desk_app.desk.journal, bus)


def refuse(screen: DeskScreen, bus: Bus) -> None:
    """It goes back to who sent it, for one of a few reasons."""
    from storage.region import sent

    codes = list(REASONS)
    choice = "  ".join(f"{n} {_(REASONS[code])}" for n, code in enumerate(codes, 1))

    def typed(words: str, at: datetime | None) -> None:
        number = steps.whole_number(words)
        because = codes[number - 1] if 1 <= number <= len(codes) else words
        screen.do(sent.refuse, screen.desk_app.desk.journal, bus, because, at)

    screen.type(Prompt(_("Why not? Type its number"), typed, hint=lambda _typed: choice))


def recall(screen: DeskScreen, bus: Bus) -> None:
    """It is wanted back."""
    from storage.region import sent

    row = bus_signals.of_bus(screen.night, bus)
    assert row is not None
    words = _("Ask bus {number} back from {desk}? Ring them too.").format(number=bus.number, desk=row.desk)
    screen.ask(words, lambda: steps.void(screen.do(sent.recall, screen.desk_app.desk.journal, bus)))


def where(screen: DeskScreen, place: str) -> tuple[str, str]:
    """The place that was typed, or the desk of the region: one of the two."""
    if not place.casefold().startswith(TO_A_DESK):
        return place, ""
    from storage.region import link

    return "", link.desk_named(screen.desk_app.desk.aside, place[len(TO_A_DESK) :])


def hint(screen: DeskScreen) -> str:
    """Which desks there are, for who is asked where to."""
    from storage.region import link

    names = link.desks_of(screen.desk_app.desk.aside)
    return _("or to another desk: {names}").format(names=", ".join(TO_A_DESK + name for name in names)) if names else ""
