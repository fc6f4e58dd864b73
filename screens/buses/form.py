"""The form for a bus that was phoned in: place, number and time first, the rest if the caller knows."""

from collections.abc import Callable
from typing import Any

from desk import clock
from desk.buses import COMPOSITION, Bus
from desk.language import _
from desk.refusals import Refused
from screens import planning
from screens.desk_screen import DeskScreen
from screens.form import Field, Filled, FormScreen
from screens.steps import whole_number

_TEXTS = ("told_by", "contact", "phone", "carrier", "sender", "sender_phone", "source")


def open_bus_form(screen: DeskScreen, bus: Bus | None = None) -> None:
    """Announce a bus, or change what was said of one."""
    title = _("Someone phoned in a bus") if bus is None else _("Bus {number}, what was said").format(number=bus.number)
    form = "bus" if bus is None else f"bus {bus.ref}"

    def known() -> list[Field]:
        return _fields(screen, screen.desk_app.desk.buses.get(bus.ref) if bus else None)

    def save(filled: Filled) -> Callable[[], None]:
        return _save(screen, bus, filled)

    screen.app.push_screen(FormScreen(screen, form, title, known, save, bus.ref if bus else ""))


def _fields(screen: DeskScreen, bus: Bus | None) -> list[Field]:
    def has(name: str) -> str:
        value = getattr(bus, name, None) if bus is not None else None
        return "" if value is None else str(value)

    due = clock.hhmm(bus.eta, screen.night.settings.tz) if bus and bus.eta else ""
    return [
        Field("from_place", _("From *"), has("from_place"), asked=True),
        Field("people", _("People *"), has("announced"), asked=True),
        Field("eta", _("Due, 03:40 or +2h *"), due, asked=True),
        Field("told_by", _("Who says so"), has("eta_told_by")),
        Field("contact", _("Driver"), has("contact")),
        Field("phone", _("Driver's phone"), has("phone")),
        Field("carrier", _("Carrier"), has("carrier")),
        Field("sender", _("Sent by"), has("sender")),
        Field("sender_phone", _("Sender's phone"), has("sender_phone")),
        Field("families", _("Families"), has("families")),
        Field("in_families", _("People in families"), has("in_families")),
        Field("single_women", _("Women alone"), has("single_women")),
        Field("single_men", _("Men alone"), has("single_men")),
        Field("babies", _("Babies"), has("babies")),
        Field("non_ukrainian", _("Not Ukrainian"), has("non_ukrainian")),
        Field("wheelchairs", _("Wheelchairs"), has("wheelchairs")),
        Field("pets", _("Pets"), has("pets")),
        Field("note", _("Note"), has("note")),
    ]


def _save(screen: DeskScreen, bus: Bus | None, values: Filled) -> Callable[[], None]:
    desk, settings = screen.desk_app.desk, screen.night.settings
    if not values["from_place"]:
        raise Refused(_("Where does the bus come from? Give a place."))
    there = values.values
    given: dict[str, Any] = {name: values[name] for name in (*_TEXTS, "note") if name in there and values.told(name)}
    given |= {name: whole_number(values[name]) for name in COMPOSITION if name in there and values.told(name)}
    people = whole_number(values["people"]) if values.told("people") else None
    eta = clock.parse_time(values["eta"], desk.clock(), settings.tz, ahead=True) if values.told("eta") else None
    if bus is None:
        done = desk.buses.announce(from_place=values["from_place"], people=people, eta=eta, **given)
    else:
        if "told_by" in given:
            given["eta_told_by"] = given.pop("told_by")
        place = values["from_place"] if values.told("from_place") else None
        done = desk.buses.edit(bus.ref, from_place=place, announced=people, eta=eta, **given)

    def told() -> None:
        screen.desk_app.go("buses", done.ref)
        current = screen.desk_app.screen
        if isinstance(current, DeskScreen):
            current.say(" ".join([done.text, *done.warnings]), "warn" if done.warnings else "")
            if not done.warnings:  # those are read first; `:plan offer` says the rest
                _say_offer(current, done.ref)

    return told


def _say_offer(screen: DeskScreen, ref: str) -> None:
    """What can be told to the caller, who is still on the phone: how many of them fit here tonight, and who."""
    night = screen.night
    bus = next((b for b in night.buses if b.ref == ref), None)
    if bus is None or not bus.announced:
        return

    def make() -> str:
        # heavy: the solver loads here
        from desk.plans.announced import offer, sentence

        return sentence(offer(night, bus, with_ways=False))

    planning.made(screen, make, screen.say)
