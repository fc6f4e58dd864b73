"""The steps of a bus that a key asks for, each a question or a typed line and then one action; screens share them."""

from collections.abc import Callable
from datetime import datetime

from desk import stepped_out
from desk.buses import Bus
from desk.language import _, ngettext
from screens.asking import Prompt
from screens.desk_screen import DeskScreen, when_typed
from screens.steps import number_and_words, void, whole_number


def _bus(screen: DeskScreen, ref: str) -> Bus:
    return next(b for b in screen.night.buses if b.ref == ref)


def eta(screen: DeskScreen, ref: str) -> None:
    """Another time was told."""

    def told(words: str, at: datetime | None) -> None:
        time, _space, by = words.partition(" ")
        screen.do(screen.desk_app.desk.buses.eta, ref, when_typed(screen, time), by, at=at)

    label = _("{bus}: when will it be here, and who says so? As in: 03:40 Jan").format(bus=screen.night.said(ref))
    screen.type(Prompt(label, told))


def arrived(screen: DeskScreen, ref: str) -> None:
    """The bus is at the door."""
    bus = _bus(screen, ref)
    words = _("Is bus {number} from {place} here now?").format(number=bus.number, place=bus.from_place)
    screen.ask(words, lambda: void(screen.do(screen.desk_app.desk.buses.arrive, ref)))


def count(screen: DeskScreen, ref: str) -> None:
    """Heads at the door."""

    def counted(words: str, at: datetime | None) -> None:
        heads, rest = number_and_words(words)
        groups, reason = stepped_out.stepped_out(rest)
        screen.do(screen.desk_app.desk.buses.count, ref, heads, reason, at=at, groups=groups)

    label = _("{bus}: heads counted, of whom, why. As in: 51 20m 3w 28f 5n three more")
    label = label.format(bus=screen.night.said(ref))
    screen.type(Prompt(label, counted))


def explain(screen: DeskScreen, ref: str) -> None:
    """Why other people came than were said."""
    heads = _bus(screen, ref).counted or 1

    def told(words: str, at: datetime | None) -> None:
        screen.do(screen.desk_app.desk.buses.count, ref, heads, words, at=at)

    screen.type(
        Prompt(_("{bus}: why do the numbers differ?").format(bus=screen.night.said(ref)), told, draft="explain")
    )


def register(screen: DeskScreen, ref: str) -> None:
    """The line at the table, household after household."""
    bus = _bus(screen, ref)
    label = _("Bus {number} at the table: name, number, then what you know").format(number=bus.number)
    screen.desk_app.shared.register(screen, ref, label)


def reserve(screen: DeskScreen, ref: str, places: int | None = None) -> None:
    """Hold places here."""
    buses = screen.desk_app.desk.buses
    if places is not None:
        words = ngettext("Hold {n} place here for it?", "Hold {n} places here for it?", places).format(n=places)
        screen.ask(words, lambda: void(screen.do(buses.reserve, ref, places)))
        return

    def typed(words: str, at: datetime | None) -> None:
        number, reason = number_and_words(words)
        screen.do(buses.reserve, ref, number, reason, at=at)

    label = _("{bus}: how many places held here in all? More than free: add a reason").format(
        bus=screen.night.said(ref)
    )
    screen.type(Prompt(label, typed))


def allocate(screen: DeskScreen, ref: str, location: str, name: str, most: int) -> None:
    """Hold places elsewhere."""

    def typed(words: str, at: datetime | None) -> None:
        screen.do(screen.desk_app.desk.buses.allocate, ref, location, whole_number(words), at=at)

    label = _("How many places at {location}? {n} free. Ring them first").format(location=name, n=most)
    screen.type(Prompt(label, typed))


def close_bus(screen: DeskScreen, ref: str) -> None:
    """Everybody is written down, drove on or is explained."""
    bus = _bus(screen, ref)
    numbers = screen.night.numbers(bus)
    left = numbers.expected - numbers.registered - numbers.went_on
    buses = screen.desk_app.desk.buses
    if left:
        label = _("{n} of bus {number} are not explained. Why? Then it closes").format(n=left, number=bus.number)
        screen.type(Prompt(label, lambda words, at: void(screen.do(buses.close, ref, words, at)), draft="close"))
        return
    screen.ask(_("Close bus {number}?").format(number=bus.number), lambda: void(screen.do(buses.close, ref)))


def drives_on(screen: DeskScreen, ref: str) -> None:
    """Part of it, or before it came all of it, goes to another place."""
    bus, buses = _bus(screen, ref), screen.desk_app.desk.buses

    def part(words: str, at: datetime | None) -> None:
        number, rest = number_and_words(words)
        place, _comma, by = rest.partition(",")
        place, desk = _where(screen, place)
        screen.do(buses.onward, ref, number, place, by.strip(), at=at, desk=desk)

    def whole(words: str, at: datetime | None) -> None:
        place, _comma, by = words.partition(",")
        place, desk = _where(screen, place)
        screen.do(buses.divert, ref, place, by.strip(), at=at, desk=desk)

    hint = _other_desks(screen)
    if bus.arrived_at is not None:
        label = _("How many go on, where, who agreed? As in: 20 Zwolle, Els")
        screen.type(Prompt(label, part, hint=hint))
    else:
        screen.type(Prompt(_("The whole bus: to where, who agreed? As in: Zwolle, Els"), whole, hint=hint))


def _where(screen: DeskScreen, place: str) -> tuple[str, str]:
    """A place, or another desk of the region; most desks belong to none."""
    if screen.night.region_line is None:
        return place, ""
    from screens.buses import between

    return between.where(screen, place)


def _other_desks(screen: DeskScreen) -> Callable[[str], str] | None:
    if screen.night.region_line is None:
        return None
    from screens.buses import between

    said = between.hint(screen)
    return lambda _typed: said


def bus_falls_through(screen: DeskScreen, ref: str) -> None:
    """Cancelled with a reason, or it simply did not come."""
    buses = screen.desk_app.desk.buses

    def told(words: str, at: datetime | None) -> None:
        if words == "-":
            screen.do(buses.no_show, ref, at)
        else:
            screen.do(buses.cancel, ref, words, at)

    label = _("Why is {bus} cancelled, says who? Type - if it just did not come").format(bus=screen.night.said(ref))
    screen.type(Prompt(label, told))
