"""The steps of a bus and what guards each: values in, a new bus or a refusal out (design 4)."""

from dataclasses import replace
from datetime import datetime

from desk.buses.model import (
    EXPECTED,
    HERE,
    LABELS,
    MOST_PEOPLE,
    OPEN,
    PARTS_OF_THE_WHOLE,
    Allocation,
    Bus,
    BusState,
    Numbers,
)
from desk.language import _
from desk.references import spoken
from desk.refusals import Refused


def announce(bus: Bus) -> Bus:
    """A bus as phoned in, checked."""
    return _checked(bus)


def edit(bus: Bus, **changes: object) -> Bus:
    """The bus with other details; numbers said and composition may change until it is closed."""
    _must_be(bus, OPEN, _("edited"))
    return _checked(replace(bus, **changes))  # type: ignore[arg-type]


def _checked(bus: Bus) -> Bus:
    if not bus.from_place:
        raise Refused(_("Where does the bus come from? Give a place."))
    if bus.announced is not None:
        people(bus.announced)
    whole = bus.expected
    for parts in PARTS_OF_THE_WHOLE:
        total = sum(getattr(bus, part) or 0 for part in parts)
        if whole is not None and total > whole:
            raise Refused(
                _("{parts} come to {total}, more than the {whole} people of the bus. Correct one of them.").format(
                    parts=" + ".join(part.replace("_", " ") for part in parts), total=total, whole=whole
                )
            )
    return bus


def people(number: int) -> int:
    """A number of people on a bus, or a refusal."""
    if not 1 <= number <= MOST_PEOPLE:
        raise Refused(
            _("A bus with {number} people is not possible. Give a number from 1 to {most}.").format(
                number=number, most=MOST_PEOPLE
            )
        )
    return number


def told(bus: Bus, eta: datetime, at: datetime, by: str) -> Bus:
    """A new expected time, with who told it and when."""
    _must_be(bus, EXPECTED, _("given another time"))
    return replace(bus, eta=eta, eta_told_at=at, eta_told_by=by)


def reserve(bus: Bus, places: int, allocated: int, beds_for_it: int, reason: str) -> Bus:
    """Hold a number of places here. `beds_for_it` is how many beds are free or already held for this bus.

    More people than beds takes a reason, which is kept and shown.
    """
    _must_be(bus, OPEN, _("given places"))
    if not 0 <= places <= MOST_PEOPLE:
        raise Refused(_("{number} places cannot be held. Give 0 to {most}.").format(number=places, most=MOST_PEOPLE))
    over = places > max(beds_for_it, 0)
    if over and not reason:
        raise Refused(
            _(
                "{places} places asked, {free} beds are free for this bus. Hold {free}, look at the ways"
                " (desk bus ways {ref}), or give a reason to go over."
            ).format(places=places, free=max(beds_for_it, 0), ref=spoken(bus.ref))
        )
    return _held(replace(bus, reserved=places, over_reason=reason if over else ""), allocated)


def allocate(bus: Bus, reserved_elsewhere: int) -> Bus:
    """The bus after places were held or let go elsewhere; they come to `reserved_elsewhere`."""
    _must_be(bus, OPEN, _("given places"))
    if not 0 <= reserved_elsewhere <= MOST_PEOPLE:
        raise Refused(
            _("{number} places cannot be held. Give 0 to {most}.").format(number=reserved_elsewhere, most=MOST_PEOPLE)
        )
    return _held(bus, reserved_elsewhere)


def _held(bus: Bus, allocated: int) -> Bus:
    if bus.state not in EXPECTED:
        return bus
    return replace(bus, state=BusState.RESERVED if bus.reserved + allocated else BusState.ANNOUNCED)


def arrive(bus: Bus, at: datetime) -> Bus:
    """The bus is at the door; from now on its people are inside, with or without a name."""
    _must_be(bus, EXPECTED, _("reported here again") if bus.state in HERE else _("reported here"))
    return replace(bus, state=BusState.ARRIVED, arrived_at=at)


def count(bus: Bus, heads: int, registered: int, went_on: int, at: datetime, reason: str) -> Bus:
    """The heads counted at the door; may be counted again until the bus is closed."""
    _must_be(bus, HERE, _("counted"))
    people(heads)
    if heads < went_on:
        raise Refused(
            _("{went_on} people of {bus} already drove on; count everybody who was on it, those too.").format(
                went_on=went_on, bus=spoken(bus.ref)
            )
        )
    state = BusState.REGISTERING if registered else BusState.COUNTED
    return replace(bus, state=state, counted=heads, counted_at=at, count_reason=reason or bus.count_reason)


def registered(bus: Bus) -> Bus:
    """The bus once a household of it was written down; an early name never skips the count."""
    _must_be(bus, HERE, _("registered from"))
    return replace(bus, state=BusState.REGISTERING) if bus.state is BusState.COUNTED else bus


def onward(bus: Bus, heads: int, numbers: Numbers) -> int:
    """How many may drive on: at most those off the bus without a name."""
    _must_be(bus, HERE, _("sent on in part"))
    if not 1 <= heads <= numbers.unregistered:
        raise Refused(
            _("{heads} cannot drive on: {left} people of {bus} are not registered here. Give 1 to {left}.").format(
                heads=heads, left=numbers.unregistered, bus=spoken(bus.ref)
            )
        )
    return heads


def close(bus: Bus, numbers: Numbers, at: datetime, reason: str) -> Bus:
    """Finished: counted = registered + went on, or the difference is explained."""
    elsewhere_only = bus.state in EXPECTED and numbers.allocated and not numbers.reserved
    if not elsewhere_only:
        _must_be(bus, HERE, _("closed"))
        if bus.counted is None:
            raise Refused(_("{bus} was not counted. Count heads first (c).").format(bus=spoken(bus.ref)))
    left = numbers.expected - numbers.registered - numbers.went_on - (numbers.allocated if elsewhere_only else 0)
    if left and not reason:
        raise Refused(
            _(
                "{bus}: {expected} counted, {registered} registered, {went_on} drove on, {left} not explained."
                " Register them or give a reason."
            ).format(
                bus=spoken(bus.ref),
                expected=numbers.expected,
                registered=numbers.registered,
                went_on=numbers.went_on,
                left=left,
            )
        )
    return replace(bus, state=BusState.CLOSED, close_reason=reason, ended_at=at)


def divert(bus: Bus, to: str, agreed_by: str, registered_here: int, at: datetime) -> Bus:
    """The whole bus goes to another place, agreed with somebody there."""
    _must_be(bus, EXPECTED | {BusState.ARRIVED, BusState.COUNTED}, _("sent elsewhere"))
    if registered_here:
        raise Refused(
            _("{people} people of {bus} are registered here. Let the rest drive on (v).").format(
                people=registered_here, bus=spoken(bus.ref)
            )
        )
    return replace(bus, state=BusState.DIVERTED, destination=to, agreed_by=agreed_by, ended_at=at)


def cancel(bus: Bus, reason: str, at: datetime) -> Bus:
    """It will not come, says the sender."""
    _must_be(bus, EXPECTED, _("cancelled"))
    return replace(bus, state=BusState.CANCELLED, close_reason=reason, ended_at=at)


def no_show(bus: Bus, at: datetime) -> Bus:
    """It did not come and nobody said so."""
    _must_be(bus, EXPECTED, _("marked as not come"))
    return replace(bus, state=BusState.NO_SHOW, ended_at=at)


def confirm(bus: Bus, allocation: Allocation, arrived: int, by: str, at: datetime) -> Allocation:
    """That many arrived at that location: placed. The rest of the places held there is freed."""
    if bus.state in {BusState.CANCELLED, BusState.NO_SHOW}:
        raise Refused(
            _("{bus} {state}; nobody of it can have arrived.").format(bus=spoken(bus.ref), state=_(LABELS[bus.state]))
        )
    if allocation.confirmed_at is not None:
        raise Refused(_("That was confirmed already: {people} people.").format(people=allocation.confirmed))
    if not 1 <= arrived <= MOST_PEOPLE:
        raise Refused(
            _("{number} people cannot have arrived. Give 1 to {most}.").format(number=arrived, most=MOST_PEOPLE)
        )
    return replace(allocation, people=arrived, confirmed=arrived, confirmed_by=by, confirmed_at=at)


def _must_be(bus: Bus, states: frozenset[BusState], done: str) -> None:
    if bus.state in states:
        return
    says = {
        True: _("{bus} is {state} and cannot be {done}. Undo that step, or announce a new bus."),
        False: _("{bus} is {state} and cannot be {done} yet. First report that it is here (a)."),
    }[bus.state not in EXPECTED]
    raise Refused(says.format(bus=spoken(bus.ref), state=_(LABELS[bus.state]), done=done))
