"""What must hold after every step of a night, whoever takes it: each broken rule is a sentence.

They are written down here a second time on purpose, from what a person would look at, and not with the rules that the
desk itself applies: a rule that is taken away must be seen.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from desk import buses, figures
from desk.beds import Bed, BedStatus, Room
from desk.households import INSIDE, Household
from desk.night import Night
from desk.placements import GUARDED, HOLDS
from desk.suitability import designated, man_spread, men_spread_to


@dataclass(frozen=True)
class Ledger:
    """People as the world has them, in heads: written down here, gone again, and off a bus without a name yet."""

    written: int = 0
    gone: int = 0
    unnamed: int = 0


def broken(before: Night, after: Night, ledger: Ledger) -> list[str]:
    """Every rule that the step from `before` to `after` broke, in words; empty when all is well."""
    return [f"{name}: {what}" for name, rule in RULES.items() for what in rule(before, after, ledger)]


def _one_bed_one_household(_before: Night, night: Night, _ledger: Ledger) -> Iterator[str]:
    taken = Counter(stay.bed for stay in night.stays)
    for bed, number in taken.items():
        if number > 1:
            yield f"bed {night.label(night.bed[bed])} has {number} stays"


def _families_whole(before: Night, night: Night, _ledger: Ledger) -> Iterator[str]:
    """Rooms that a step gave to one household: more than one only while no whole room that suits stood free."""
    for household in night.staying:
        beds = night.beds_of.get(household.id, [])
        if {b.id for b in beds} == {b.id for b in before.beds_of.get(household.id, [])}:
            continue
        if len({bed.room for bed in beds}) > 1:
            for room in night.rooms:
                if _takes_whole(before, room, household) and _takes_whole(night, room, household):
                    yield f"{household.ref} {household.people} is split over rooms, and room {room.name} stood free"


def _takes_whole(night: Night, room: Room, household: Household) -> bool:
    beds = night.beds_in.get(room.id, [])
    free = all(night.status.get(bed.id) is BedStatus.FREE for bed in beds)
    return free and len(beds) >= household.beds_needed and (room.accessible or not household.needs_wheelchair)


def _minors_guarded(_before: Night, night: Night, _ledger: Ledger) -> Iterator[str]:
    for placement in night.placements:
        who = night.household.get(placement.household)
        if placement.state not in HOLDS or who is None or placement.override or placement.outside in GUARDED:
            continue
        if who.group_kind == "unaccompanied_minor" and not who.guardian:
            yield f"{who.ref} is a minor alone without a contact, and {placement.ref} is {placement.state}"


def _alone_beside_their_own(_before: Night, night: Night, _ledger: Ledger) -> Iterator[str]:
    rooms: dict[int, dict[int, Household]] = defaultdict(dict)
    for bed, household in night.sleeper.items():
        rooms[night.bed[bed].room][household.id] = household
    for room, sleeping in rooms.items():
        for one, other in combinations(sleeping.values(), 2):
            if why := _not_together(night, night.room[room], one, other):
                yield f"room {night.room[room].name}: {one.ref} beside {other.ref}: {why}"


def _not_together(night: Night, room: Room, one: Household, other: Household) -> str:
    if "unaccompanied_minor" in {one.group_kind, other.group_kind}:
        return "a minor alone beside others"
    if frozenset({one.id, other.id}) in night.agreed_pairs:
        return ""
    if one.people == 1 and other.people == 1:
        return "" if one.alone_sex and one.alone_sex == other.alone_sex else "not of one sex"
    if 1 in {one.people, other.people}:
        return "somebody alone beside a family"
    return "" if room.kind == "dormitory" else "two families"


def _beds_add_up(_before: Night, night: Night, _ledger: Ledger) -> Iterator[str]:
    told = figures.beds(night)
    open_beds = [bed for bed in night.beds if night.room[bed.room].is_open]
    if told.realised != len(open_beds):
        yield f"{told.realised} beds realised, {len(open_beds)} stand in open rooms"
    slept_in = len({stay.bed for stay in night.stays} & {bed.id for bed in open_beds})
    if told.occupied != slept_in:
        yield f"{told.occupied} beds occupied, {slept_in} are slept in"
    if told.realised != told.free + told.reserved + told.occupied + told.cleaning + told.blocked:
        yield "free, reserved, occupied, to clean and blocked do not make the realised beds"
    free = sum(status is BedStatus.FREE for status in night.status.values())
    if free != max(0, told.free):
        yield f"{told.free} beds free, {free} are shown free"
    needed = {h.id: h.beds_needed for h in night.staying}
    for household, beds in night.beds_of.items():
        if household not in needed:
            yield f"{_named(night, beds)} are kept for somebody who is not here"
        elif len(beds) != needed[household]:
            yield f"{night.household[household].ref} needs {needed[household]} beds and has {len(beds)}"


def _named(night: Night, beds: list[Bed]) -> str:
    return " ".join(night.label(bed) for bed in beds)


def _people_add_up(_before: Night, night: Night, ledger: Ledger) -> Iterator[str]:
    told = figures.people(night)
    here = sum(h.people for h in night.households if h.state in INSIDE)
    away = sum(len(night.out_of(h)) for h in night.staying)
    if here != ledger.written - ledger.gone:
        yield f"{here} people stay here; {ledger.written} came and {ledger.gone} went"
    if told.present != here - away:
        yield f"{told.present} present, {here} here of whom {away} out"
    if told.unregistered != ledger.unnamed:
        yield f"{told.unregistered} without a name, {ledger.unnamed} stand at the door"
    if told.inside != told.present + ledger.unnamed:
        yield f"{told.inside} inside, not {told.present} and {ledger.unnamed}"
    for bus in night.buses:
        numbers = night.numbers(bus)
        if bus.state in buses.HERE and numbers.registered + numbers.went_on + numbers.unregistered < numbers.expected:
            yield f"{bus.ref}: fewer people than were counted"


def _spread(before: Night, night: Night, _ledger: Ledger) -> Iterator[str]:
    """Minutes 2.4: no step brings more men alone of another nationality to a location than it set itself."""
    if not night.settings.spread_men_alone:
        return
    earlier = {p.id: p for p in before.placements}
    for placement in night.placements:
        who = night.household.get(placement.household)
        location = night.location.get(placement.location or 0)
        new = placement.id not in earlier or earlier[placement.id].state not in HOLDS
        if not new or placement.state not in HOLDS or location is None or who is None or placement.override:
            continue
        if not man_spread(who):
            continue
        there = men_spread_to(night).get(location.id, 0)
        named = designated(night)
        if named and location not in named:
            yield f"{who.ref} goes to {location.name}, and {named[0].name} is designated"
        elif not named and location.most_alone is not None and there > location.most_alone:
            yield f"{there} men alone of another nationality at {location.name}, at most {location.most_alone}"


Rule = Callable[[Night, Night, Ledger], Iterator[str]]
RULES: dict[str, Rule] = {
    "one bed, one household": _one_bed_one_household,
    "families whole": _families_whole,
    "minors guarded": _minors_guarded,
    "alone beside their own": _alone_beside_their_own,
    "beds add up": _beds_add_up,
    "people add up": _people_add_up,
    "spread": _spread,
}
"""The rules by name, so that a test can ask which of them was broken."""
