"""Where they go, and what is written down beside: placements, the log, the region, the settings."""

from random import Random

from storage.past import write_past
from storage.store import Desk
from tests.scenarios.played import Step, scenario
from tests.store import (
    ANYONE,
    FAMILIES,
    LOCATIONS,
    PRIVATE,
    asked,
    at,
    in_bed,
    placed,
    the_household,
    underway,
)

# --- placements ---------------------------------------------------------------------------------


@scenario("placement propose")
def _on_the_call_list(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    return lambda: desk.placements.propose(ref, FAMILIES)


@scenario("placement ask")
def _a_location_is_asked(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    return lambda: desk.placements.ask(ref, ANYONE)


@scenario("placement agree")
def _asked_and_agreed_in_one_call(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    return lambda: desk.placements.agree(ref, ANYONE, by="Wouter")


@scenario("placement agree")
def _what_was_asked_is_agreed(desk: Desk) -> Step:
    ref = asked(desk, in_bed(desk, "Petrenko", 4))
    return lambda: desk.placements.agree(ref, by="Wouter")


@scenario("placement transport")
def _a_ride_is_arranged(desk: Desk) -> Step:
    ref = desk.placements.agree(in_bed(desk, "Petrenko", 4), ANYONE, by="Wouter").ref
    ride = desk.placements.add_ride("coach 17", at("09:30")).ref
    return lambda: desk.placements.transport(ref, ride=ride)


@scenario("placement depart")
def _they_are_gone(desk: Desk) -> Step:
    ref = desk.placements.agree(in_bed(desk, "Petrenko", 4), ANYONE, by="Wouter").ref
    desk.placements.transport(ref, carrier="taxi", pickup=at("09:30"))
    return lambda: desk.placements.depart(ref)


@scenario("placement confirm")
def _they_are_there(desk: Desk) -> Step:
    ref = underway(desk, in_bed(desk, "Petrenko", 4))
    return lambda: desk.placements.confirm(ref, "Esma")


@scenario("placement extend")
def _hold_it_longer(desk: Desk) -> Step:
    ref = asked(desk, in_bed(desk, "Petrenko", 4))
    return lambda: desk.placements.extend(ref, at("11:00"))


@scenario("placement procedure")
def _not_the_regular_one(desk: Desk) -> Step:
    ref = asked(desk, in_bed(desk, "Petrenko", 4))
    return lambda: desk.placements.procedure(ref, "tailored")


@scenario("placement decline")
def _they_say_no_though_a_taxi_was_set(desk: Desk) -> Step:
    ref = desk.placements.agree(in_bed(desk, "Petrenko", 4), ANYONE, by="Wouter").ref
    desk.placements.transport(ref, carrier="taxi", pickup=at("09:30"))
    return lambda: desk.placements.decline(ref, "full", "a flood")


@scenario("placement withdraw")
def _we_take_it_back(desk: Desk) -> Step:
    ref = asked(desk, in_bed(desk, "Petrenko", 4))
    return lambda: desk.placements.withdraw(ref, "they stay together")


@scenario("placement return")
def _they_come_back(desk: Desk) -> Step:
    ref = placed(desk, in_bed(desk, "Petrenko", 4))
    return lambda: desk.placements.come_back(ref, "no heating")


@scenario("ride add")
def _a_coach(desk: Desk) -> Step:
    return lambda: desk.placements.add_ride("coach 17", at("09:30"), "0600-000117")


# --- the log, the region, the settings ----------------------------------------------------------


@scenario("log add")
def _a_call_back(desk: Desk) -> Step:
    return lambda: desk.logbook.add("call", "the doctor", back_at=at("04:00"))


@scenario("log done")
def _rung_back(desk: Desk) -> Step:
    desk.logbook.add("call", "the doctor", back_at=at("04:00"))
    return lambda: desk.logbook.done(1)


@scenario("duty take")
def _mine(desk: Desk) -> Step:
    return lambda: desk.logbook.take("overbooked:")


@scenario("duty take")
def _not_mine_any_more(desk: Desk) -> Step:
    desk.logbook.take("overbooked:")
    return lambda: desk.logbook.take("overbooked:")


@scenario("phone add")
def _a_number(desk: Desk) -> Step:
    return lambda: desk.logbook.add_phone("doctor", "0600-000300", "24/7")


@scenario("phone remove")
def _no_number(desk: Desk) -> Step:
    desk.logbook.add_phone("doctor", "0600-000300")
    return lambda: desk.logbook.remove_phone("doctor")


@scenario("import municipalities")
def _one_has_grown(desk: Desk) -> Step:
    return lambda: desk.capacity.import_municipalities([{"code": "GM0141", "name": "Almelo", "inhabitants": 80_000}])


@scenario("import locations")
def _new_counts_and_a_new_place(desk: Desk) -> Step:
    new = {"name": "De Tuin", "municipality": "Borne", "kind": "municipal", "capacity": 30}
    return lambda: desk.capacity.import_locations([{**LOCATIONS[0], "occupied": 33}, new])


@scenario("settings")
def _another_target(desk: Desk) -> Step:
    return lambda: desk.set("target", "2500")


@scenario("past night")
def _a_night_gone_by(desk: Desk) -> Step:
    return lambda: write_past(desk, 1, Random(1), per_night=10)


# --- what the onward plan goes by, and accepting one --------------------------------------------


@scenario("household link")
def _they_stay_together(desk: Desk) -> Step:
    one, other = in_bed(desk, "Petrenko", 4), in_bed(desk, "Bondar", 2)
    return lambda: desk.onward.link(one, other)


@scenario("household link")
def _they_part(desk: Desk) -> Step:
    one, other = in_bed(desk, "Petrenko", 4), in_bed(desk, "Bondar", 2)
    desk.onward.link(one, other)
    return lambda: desk.onward.link(other, one, remove=True)


@scenario("household tie")
def _family_lives_there(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    return lambda: desk.onward.tie(ref, "Hengelo", "family")


@scenario("household tie")
def _no_family_there(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    desk.onward.tie(ref, "Hengelo", "family")
    return lambda: desk.onward.tie(ref, remove=True)


@scenario("placement plan")
def _a_plan_on_the_call_list(desk: Desk) -> Step:
    one, other = in_bed(desk, "Petrenko", 4), in_bed(desk, "Bondar", 2)
    desk.placements.propose(other, PRIVATE)
    where = desk.capacity.get(ANYONE).ref
    expect = {the_household(desk, ref).ref: where for ref in (one, other)}
    return lambda: desk.onward.accept(expect)
