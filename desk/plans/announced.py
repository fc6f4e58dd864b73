"""What can be said while the caller is still on the phone: how many of an announced bus fit here tonight, and who.

From the counts alone: whole families in rooms, people alone beside their own sex, and so many of whom nobody said who
they are. A family of which only the number is known is reckoned as three people; families as equal as they can be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desk import planner, records
from desk.beds import BedState
from desk.buses import OPEN, Bus
from desk.households import Household
from desk.language import N_, _, ngettext
from desk.night import Night
from desk.plans.beds import BedPlan, plan_beds, usable
from desk.ways import Way, ways

PEOPLE_A_FAMILY = 3
"""[P] Where the sender says how many families, but not how many people are in them."""
GROUPS = {
    "families": N_("families"),
    "single_women": N_("women alone"),
    "single_men": N_("men alone"),
}
_TRIED = 6
"""So many rooms to clean, and so many to open, are tried for what they add."""
_TAKES = ("free", "clean", "open", "staff", "elsewhere", "share", "shut", "send_on")
"""The kinds of way by what they take, least first [P]: nothing, ten minutes, staff, a call, asking people, waiting."""


@dataclass(frozen=True)
class Part:
    """One group of the composition in people; `households` are how many it is reckoned as, `fit` how many of them."""

    group: str
    people: int
    fits: int
    households: int
    fit: int


@dataclass(frozen=True)
class Added:
    """A way and the people of this bus it adds to those that fit."""

    way: Way
    people: int


@dataclass(frozen=True)
class Offer:
    """What this location takes of a bus, in people; `unknown` is everybody without a group, `unknown_fits` of them."""

    people: int
    parts: tuple[Part, ...]
    unknown: int
    unknown_fits: int
    elsewhere: int
    """Allocated elsewhere or gone on already."""
    ways: tuple[Added, ...] = ()

    @property
    def take(self) -> int:
        """People who fit here."""
        return sum(part.fits for part in self.parts) + self.unknown_fits

    @property
    def to_find(self) -> int:
        """People for whom there is no place yet, here or elsewhere."""
        return max(0, self.people - self.take - self.elsewhere)


def offer(night: Night, bus: Bus, *, with_ways: bool = True) -> Offer:
    """How many of the announced (counted once counted) people of a bus fit here tonight, group by group.

    Those who wait already, off other buses or off the street, are put to bed first; beds held for other buses stay
    theirs.
    """
    numbers = night.numbers(bus)
    first = [h for h in planner.waiting(night) if h.bus != bus.id]
    before = plan_beds(night, first, explain=False).after if first else night
    plan = plan_beds(_joined(before, bus), reckoned(bus, numbers.expected), explain=False)
    made = _offer(bus, plan, numbers.expected, numbers.allocated + numbers.went_on)
    return replace(made, ways=_ranked(night, bus, made)) if with_ways and made.to_find else made


def reckoned(bus: Bus, people: int) -> list[Household]:
    """The households of a composition: families as equal as they can be, then women and men alone."""
    found: list[tuple[str, int]] = []
    alone = (bus.single_women or 0) + (bus.single_men or 0)
    in_families = bus.in_families
    if in_families is None and bus.families:
        in_families = min(PEOPLE_A_FAMILY * bus.families, max(0, people - alone))
    if in_families:
        count = bus.families or max(1, round(in_families / PEOPLE_A_FAMILY))
        count = min(count, in_families)
        found += [("family", in_families // count + (n < in_families % count)) for n in range(count)]
    found += [("single_woman", 1)] * (bus.single_women or 0) + [("single_man", 1)] * (bus.single_men or 0)
    chairs = bus.wheelchairs or 0
    return [
        Household(
            id=-n,
            ref=f"?{n}",
            bus=bus.id,
            people=size,
            group_kind=group,
            sex={"single_woman": "f", "single_man": "m"}.get(group),
            needs="wheelchair" if n <= chairs else "",
        )
        for n, (group, size) in enumerate(found, start=1)
    ]


def _joined(night: Night, bus: Bus) -> Night:
    people = reckoned(bus, night.numbers(bus).expected)
    return replace(night, households=night.households + tuple(people))


def _offer(bus: Bus, plan: BedPlan, people: int, elsewhere: int) -> Offer:
    group_of = {"family": "families", "single_woman": "single_women", "single_man": "single_men"}
    fits = {given.household.id for given in plan.assignments}
    reckoned_as = reckoned(bus, people)
    parts = []
    for kind, name in group_of.items():
        some = [h for h in reckoned_as if h.group_kind == kind]
        if some:
            fit = [h for h in some if h.id in fits]
            parts.append(Part(name, sum(h.people for h in some), sum(h.people for h in fit), len(some), len(fit)))
    unknown = max(0, people - sum(h.people for h in reckoned_as))
    after = plan.after
    others = sum(after.numbers(b).held for b in after.buses if b.state in OPEN and b.id != bus.id)
    return Offer(people, tuple(parts), unknown, max(0, min(unknown, usable(after) - others)), elsewhere)


# --- what each way adds ---------------------------------------------------------------------------


def _ranked(night: Night, bus: Bus, made: Offer) -> tuple[Added, ...]:
    found = [Added(way, people) for way, people in _added(night, bus, made) if people > 0]
    return tuple(sorted(found, key=lambda one: (_TAKES.index(_takes(one.way)), -one.people)))


def _takes(way: Way) -> str:
    # of those elsewhere, who cannot be rung now comes after asking families here
    return (
        "shut"
        if way.kind == "elsewhere" and way.takes.startswith(_("SHUT until {time}").partition("{")[0])
        else way.kind
    )


def _added(night: Night, bus: Bus, made: Offer) -> Iterator[tuple[Way, int]]:
    tried = dict.fromkeys(("clean", "open", "staff"), 0)
    for way in ways(night, bus):
        if way.kind in tried:
            tried[way.kind] += 1
            if tried[way.kind] <= _TRIED:
                changed = {"clean": _cleaned, "open": _opened, "staff": _staffed}[way.kind](night, way.ref)
                yield way, offer(changed, bus, with_ways=False).take - made.take
        elif way.kind in {"elsewhere", "share"}:
            yield way, min(way.places or 0, made.to_find)
        elif way.kind == "send_on":
            yield way, made.to_find


def _staffed(night: Night, room: str) -> Night:
    rooms = {r.id for r in night.rooms if r.name == room}
    beds = (replace(b, state=BedState.OK, reason="") if b.room in rooms and b.unstaffed else b for b in night.beds)
    return replace(night, beds=tuple(beds))


def _cleaned(night: Night, room: str) -> Night:
    rooms = {r.id for r in night.rooms if r.name == room}
    beds = (
        replace(b, state=BedState.OK, since=None) if b.room in rooms and b.state is BedState.CLEANING else b
        for b in night.beds
    )
    return replace(night, beds=tuple(beds))


def _opened(night: Night, room: str) -> Night:
    return replace(night, rooms=tuple(replace(r, is_open=True) if r.name == room else r for r in night.rooms))


# --- in words -------------------------------------------------------------------------------------


def sentence(made: Offer) -> str:
    """What to say on the phone: "We take 10: families no, women alone 4 of 6, men alone 6 of 9; 38 to find."."""
    if not made.people:
        return _("Nobody said how many people there are: ask that first.")
    words = [_part(part) for part in made.parts]
    if made.unknown:
        words.append(
            _("of {n} nobody said who they are: at most {fits}").format(n=made.unknown, fits=made.unknown_fits)
        )
    if made.take >= made.people:
        start = _("We take all {n}").format(n=made.people)
    else:
        start = _("We take {n}").format(n=made.take) if made.take else _("We take nobody")
    end = _("{n} to find").format(n=made.to_find) if made.to_find else _("none to find")
    return _("{start}: {groups}; {end}.").format(start=start, groups=", ".join(words), end=end)


def _part(part: Part) -> str:
    name = _(GROUPS[part.group])
    if not part.fits:
        return _("{group} no").format(group=name)
    if part.fits == part.people:
        return _("{group} yes, {n}").format(group=name, n=part.people)
    return _("{group} {n} of {all}").format(group=name, n=part.fits, all=part.people)


def way_lines(added: Sequence[Added]) -> list[str]:
    """The ways in their order, each with what it adds for this bus and what it takes."""
    lines = []
    for one in added:
        words = ngettext("{what}: {n} person more; takes {takes}", "{what}: {n} people more; takes {takes}", one.people)
        lines.append(words.format(what=one.way.what, n=one.people, takes=one.way.takes))
    return lines


def offer_record(made: Offer) -> dict[str, Any]:
    """The offer for other programs; all numbers are people."""
    return {
        "people": made.people,
        "take": made.take,
        "to_find": made.to_find,
        "groups": [{"group": p.group, "people": p.people, "fits": p.fits} for p in made.parts],
        "unknown": made.unknown,
        "unknown_fits": made.unknown_fits,
        "ways": [{**records.way_record(one.way), "adds": one.people} for one in made.ways],
        "text": sentence(made),
    }
