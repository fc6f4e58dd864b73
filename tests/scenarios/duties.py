"""Signals put off to a time, and back before it."""

from desk import signals
from desk.signals import Signal
from storage.store import Desk
from tests.scenarios.played import Step, scenario
from tests.store import at, bus_coming


def _alarm(desk: Desk) -> Signal:
    """A bus without places."""
    bus_coming(desk)
    return next(signal for signal in signals.now(desk.night()) if signal.kind == "bus_short")


@scenario("duty snooze")
def _until_three(desk: Desk) -> Step:
    alarm = _alarm(desk)
    return lambda: desk.logbook.snooze(alarm, at("03:00"))


@scenario("duty snooze")
def _longer_than_said_first(desk: Desk) -> Step:
    alarm = _alarm(desk)
    desk.logbook.snooze(alarm, at("03:00"))
    return lambda: desk.logbook.snooze(alarm, at("03:30"))


@scenario("duty back")
def _back_at_once(desk: Desk) -> Step:
    alarm = _alarm(desk)
    desk.logbook.snooze(alarm, at("03:00"))
    return lambda: desk.logbook.back(alarm)
