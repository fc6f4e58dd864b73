"""The log put right, what is told of nobody, and the handover."""

from storage.store import Desk
from tests.scenarios.played import Step, scenario


@scenario("log correct")
def _the_wrong_room(desk: Desk) -> Step:
    desk.logbook.add("incident", "Noise in room 4.")
    return lambda: desk.logbook.correct(1, "Noise in room 5.")


@scenario("household say-nothing")
def _nobody_is_told(desk: Desk) -> Step:
    ref = desk.households.register(name="Koval", people=2).ref
    return lambda: desk.households.say_nothing(ref)


@scenario("handover make")
def _end_of_the_night(desk: Desk) -> Step:
    desk.logbook.add("incident", "Noise in room 4.")
    return lambda: desk.handovers.make("Quiet otherwise.")


@scenario("handover note")
def _a_line_more(desk: Desk) -> Step:
    desk.logbook.add("incident", "Noise in room 4.")
    desk.handovers.make()
    return lambda: desk.handovers.add_line(1, "They promised to be quiet.")


@scenario("handover accept")
def _the_day_shift_takes_over(desk: Desk) -> Step:
    with Desk(desk.path, "Nacht", desk.clock) as night_shift:
        night_shift.handovers.make()
    return lambda: desk.handovers.accept()
