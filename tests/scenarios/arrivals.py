"""Who comes and where they sleep: buses, households, rooms and beds."""

from desk.passengers import Member, Party
from storage.store import Desk
from tests.scenarios.played import Step, scenario
from tests.store import (
    ANYONE,
    asked,
    at,
    bus_coming,
    bus_here,
    household,
    in_bed,
)


def listed(name: str, *ages: int) -> Party:
    """A household on a passenger list, of people of these ages."""
    people = tuple(Member(name=f"{name} {number}", age=age) for number, age in enumerate(ages, start=1))
    adults = sum(age >= 18 for age in ages)
    return Party(
        name=name,
        people=len(ages),
        adults=adults,
        children=len(ages) - adults,
        ages=ages,
        cots=0,
        sex=None,
        group=None,
        nationality="UKR",
        language="uk",
        needs=(),
        phone="",
        members=people,
        rows=tuple(range(1, len(ages) + 1)),
    )


# --- buses --------------------------------------------------------------------------------------


@scenario("bus announce")
def _somebody_phones(desk: Desk) -> Step:
    return lambda: bus_coming(desk, "Utrecht", 48, carrier="Oostcoach", babies=2)


@scenario("bus edit")
def _the_sender_corrects(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.edit(ref, announced=44, eta=at("04:10"), note="one sick child")


@scenario("bus eta")
def _it_is_late(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.eta(ref, at("04:25"), "driver")


@scenario("bus reserve")
def _places_are_held_here(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.reserve(ref, 20)


@scenario("bus allocate")
def _places_are_held_elsewhere(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.allocate(ref, ANYONE, 30)


@scenario("bus allocate")
def _and_let_go(desk: Desk) -> Step:
    ref = bus_coming(desk)
    desk.buses.allocate(ref, ANYONE, 30)
    return lambda: desk.buses.allocate(ref, ANYONE, 0)


@scenario("bus arrive")
def _it_was_announced(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.arrive(ref)


@scenario("bus arrive")
def _nobody_announced_it(desk: Desk) -> Step:
    return lambda: desk.buses.arrive(from_place="Budapest", people=30)


@scenario("bus count")
def _heads_are_counted(desk: Desk) -> Step:
    ref = desk.buses.arrive(from_place="Budapest", people=48).ref
    return lambda: desk.buses.count(ref, 51, "three stood")


@scenario("bus count")
def _other_people_step_out(desk: Desk) -> Step:
    ref = bus_coming(desk, "Amsterdam", 20, in_families=20)
    desk.buses.arrive(ref)
    return lambda: desk.buses.count(ref, 20, groups={"single_men": 20, "non_ukrainian": 15})


@scenario("bus onward")
def _some_drive_on(desk: Desk) -> Step:
    ref = bus_here(desk)
    return lambda: desk.buses.onward(ref, 12, "Zwolle", "Els")


@scenario("bus close")
def _everybody_is_explained(desk: Desk) -> Step:
    ref = bus_here(desk)
    return lambda: desk.buses.close(ref, "fetched by relatives")


@scenario("bus divert")
def _it_goes_elsewhere(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.divert(ref, "Zwolle", "Els")


@scenario("bus cancel")
def _it_will_not_come(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.cancel(ref, "engine")


@scenario("bus no-show")
def _it_did_not_come(desk: Desk) -> Step:
    ref = bus_coming(desk)
    return lambda: desk.buses.no_show(ref)


@scenario("bus confirm")
def _all_of_it_arrived_there(desk: Desk) -> Step:
    ref = bus_coming(desk, people=30)
    desk.buses.allocate(ref, ANYONE, 30)
    return lambda: desk.buses.confirm(ref, ANYONE, 28, "Esma")


@scenario("bus import")
def _a_passenger_list(desk: Desk) -> Step:
    ref = bus_here(desk)
    return lambda: desk.households.import_list(ref, [listed("Petrenko", 36, 8), listed("Bondar", 70)])


# --- households ---------------------------------------------------------------------------------


@scenario("household register")
def _a_walk_in(desk: Desk) -> Step:
    return lambda: household(desk, "Petrenko", 5)


@scenario("household register")
def _off_a_bus_and_straight_to_bed(desk: Desk) -> Step:
    ref = bus_here(desk)
    return lambda: desk.households.register(name="Petrenko", people=5, bus=ref, give_bed=True, needs=["cot"])


@scenario("household here")
def _from_the_list_to_the_table(desk: Desk) -> Step:
    ref = bus_coming(desk)
    [who] = desk.households.import_list(ref, [listed("Petrenko", 36)]).also["households"]
    desk.buses.arrive(ref)
    return lambda: desk.households.here(who)


@scenario("household bed")
def _beds_for_a_family(desk: Desk) -> Step:
    ref = household(desk, "Petrenko", 5)
    return lambda: desk.households.bed(ref)


@scenario("bed all")
def _beds_for_everybody(desk: Desk) -> Step:
    bus = bus_here(desk, "Budapest", 12)
    for name, people in (("Petrenko", 5), ("Bondar", 3), ("Shevchenko", 4)):
        household(desk, name, people, bus=bus)
    return lambda: desk.households.bed_all(bus)


@scenario("household move")
def _another_room(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 3)
    return lambda: desk.households.move(ref, ["7"])


@scenario("household may-move")
def _they_may_be_moved(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 3)
    return lambda: desk.households.may_move(ref)


@scenario("household share")
def _both_agreed(desk: Desk) -> Step:
    one, two = in_bed(desk, "Petrenko", 2), household(desk, "Bondar", 2)
    return lambda: desk.households.share(one, two, "Anna")


@scenario("household guardian")
def _a_guardian_is_called(desk: Desk) -> Step:
    ref = household(desk, "Danylo", 1, group="unaccompanied_minor", ages=[16])
    return lambda: desk.households.guardian(ref, "Nidos, calls back at 08:00")


@scenario("household contact")
def _a_place_is_looked_for(desk: Desk) -> Step:
    ref = household(desk, "Haddad", 1, sex="m", nationality="SYR")
    return lambda: desk.contacts.add(ref, "no single men before Monday", "Wouter")


@scenario("household edit")
def _fewer_and_another_name(desk: Desk) -> Step:
    ref = household(desk, "Petrenko", 5)
    return lambda: desk.households.edit(ref, people=3, name="Petrenko-Koval", needs=["diet_allergy"])


@scenario("household out")
def _two_to_hospital(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    return lambda: desk.households.out(ref, [1, 2], "hospital", at("06:00"))


@scenario("household in")
def _and_back(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    desk.households.out(ref, [1, 2], "hospital")
    return lambda: desk.households.back(ref)


@scenario("household leave")
def _with_a_place_asked(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    asked(desk, ref)
    return lambda: desk.households.leave(ref, "left")


@scenario("household no-show")
def _not_off_the_bus(desk: Desk) -> Step:
    ref = household(desk, "Petrenko", 4)
    return lambda: desk.households.no_show(ref)


@scenario("household split")
def _two_go_their_own_way(desk: Desk) -> Step:
    ref = in_bed(desk, "Petrenko", 4)
    return lambda: desk.households.split(ref, [3, 4], "quarrel")


# --- rooms and beds -----------------------------------------------------------------------------


@scenario("bed block")
def _a_wet_room(desk: Desk) -> Step:
    return lambda: desk.beds.block("3", "a leak", at("09:00"))


@scenario("bed free")
def _dry_again(desk: Desk) -> Step:
    desk.beds.block("3", "a leak")
    return lambda: desk.beds.free("3")


@scenario("bed clean")
def _clean_sheets(desk: Desk) -> Step:
    desk.households.leave(in_bed(desk, "Petrenko", 4, "3"), "left")
    return lambda: desk.beds.clean("3")


@scenario("room open")
def _the_gym_opens(desk: Desk) -> Step:
    return lambda: desk.beds.open_room("gym")


@scenario("room close")
def _the_gym_closes(desk: Desk) -> Step:
    desk.beds.open_room("gym")
    return lambda: desk.beds.close_room("gym")


@scenario("room remove")
def _the_gym_is_given_back(desk: Desk) -> Step:
    return lambda: desk.beds.remove_room("gym")


@scenario("import rooms")
def _a_wing_more(desk: Desk) -> Step:
    return lambda: desk.beds.make([{"room": "1", "beds": 6}, {"room": "2", "beds": 3}, {"room": "21", "beds": 2}])
