"""The shift: who is on duty, the roster, visitors, and the roll call."""

from storage.store import Desk
from tests.scenarios.played import Step, scenario
from tests.store import at, bus_here, in_bed


@scenario("shift on")
def _signed_on(desk: Desk) -> Step:
    return lambda: desk.shifts.on("Els", "host", "0600-000400")


@scenario("shift off")
def _signed_off(desk: Desk) -> Step:
    desk.shifts.on("Els", "host")
    return lambda: desk.shifts.off("els")


@scenario("roster add")
def _on_the_roster(desk: Desk) -> Step:
    return lambda: desk.shifts.roster("Els", at("07:00"), at("2022-04-08T15:00"), "host")


@scenario("roster remove")
def _off_the_roster(desk: Desk) -> Step:
    desk.shifts.roster("Els", at("2022-04-08T07:00"), at("2022-04-08T15:00"), "host")
    return lambda: desk.shifts.remove(1)


@scenario("visitor in")
def _a_visitor(desk: Desk) -> Step:
    return lambda: desk.shifts.visitor_in("Jan", "the boiler")


@scenario("visitor out")
def _the_visitor_left(desk: Desk) -> Step:
    desk.shifts.visitor_in("Jan")
    return lambda: desk.shifts.visitor_out("Jan")


def _house(desk: Desk) -> str:
    """A family in bed, a bus without names, one of the staff and a visitor; gives the family."""
    ref = in_bed(desk, "Petrenko", 4)
    bus_here(desk, "Budapest", 3)
    desk.shifts.on("Els")
    desk.shifts.visitor_in("Jan")
    return ref


@scenario("rollcall start")
def _everybody_unknown(desk: Desk) -> Step:
    _house(desk)
    return desk.rollcalls.start


@scenario("rollcall tick")
def _a_family_is_found(desk: Desk) -> Step:
    ref = _house(desk)
    desk.rollcalls.start()
    return lambda: desk.rollcalls.tick([ref])


@scenario("rollcall tick")
def _who_was_found_is_not(desk: Desk) -> Step:
    ref = _house(desk)
    desk.rollcalls.start()
    desk.rollcalls.tick([ref, "staff", "visitors"])
    return lambda: desk.rollcalls.tick([ref], "not_found", [2])


@scenario("rollcall rest")
def _all_here_but_one(desk: Desk) -> Step:
    ref = _house(desk)
    desk.rollcalls.start()
    return lambda: desk.rollcalls.rest([ref], 5)


@scenario("rollcall finish")
def _somebody_is_missing(desk: Desk) -> Step:
    ref = _house(desk)
    desk.rollcalls.start()
    desk.rollcalls.tick([ref])
    return desk.rollcalls.finish
