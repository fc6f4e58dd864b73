"""What if: a changed copy of the night, and tonight and tomorrow beside now. Nothing is written down anywhere."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desk import clock, figures, forecast, standings
from desk.beds import Bed, BedState, BedStatus, Room
from desk.buses import Bus
from desk.capacity import Location, Municipality
from desk.forecast import Inflow
from desk.language import N_, _, number
from desk.night import Night
from desk.plans.beds import plan_beds
from desk.plans.onward import plan_onward
from desk.refusals import Refused

MOST_BEDS = 5_000


@dataclass(frozen=True)
class Change:
    """One thing that might be otherwise: in words, and what the night is then."""

    text: str
    of: Callable[[Night], Night]


@dataclass(frozen=True)
class Line:
    """One figure now and then; `better` is 1 where more is better, -1 where less is, 0 where it is neither."""

    name: str
    label: str
    now: int | str | None
    then: int | str | None
    better: int = 0
    part: str = "tonight"

    @property
    def turn(self) -> int:
        """1 where the change makes it better, -1 where it makes it worse, else 0."""
        if not isinstance(self.now, int) or not isinstance(self.then, int):
            return 0
        return (self.then > self.now) * self.better - (self.then < self.now) * self.better


PARTS = {"tonight": N_("tonight"), "tomorrow": N_("tomorrow"), "region": N_("the region")}


def compare(night: Night, changes: Sequence[Change], inflows: Iterable[Inflow] = ()) -> list[Line]:
    """Every figure now and with the changes made one after the other."""
    then, known = night, list(inflows)
    for change in changes:
        then = change.of(then)
    now_lines, then_lines = _lines(night, night, known), _lines(then, night, known)
    return [replace(one, then=other.now) for one, other in zip(now_lines, then_lines, strict=True)]


def _lines(night: Night, before: Night, inflows: Sequence[Inflow]) -> list[Line]:
    return [*_tonight(night), *_tomorrow(night), *_region(night, before, inflows)]


def _tonight(night: Night) -> list[Line]:
    beds, people = figures.beds(night), figures.people(night)
    plan = plan_beds(night, explain=False)
    to_find = figures.to_find(night)
    return [
        Line("realised", _("beds realised"), beds.realised, None, 1),
        Line("out_of_use", _("beds out of use"), beds.out_of_use, None, -1),
        Line("occupied", _("beds occupied"), beds.occupied, None),
        Line("reserved", _("beds reserved"), beds.reserved, None),
        Line("free", _("beds free"), beds.free, None, 1),
        Line("inside", _("people inside"), people.inside, None),
        Line("expected", _("people expected"), sum(_coming(night, bus) for bus in night.buses_expected), None),
        Line("to_find", _("places to find for buses"), to_find, None, -1),
        Line("to_find_more", _("of those not in free beds here"), max(0, to_find - max(0, beds.free)), None, -1),
        Line("left_out", _("people who get no bed now"), sum(o.household.people for o in plan.left_out), None, -1),
    ]


def _coming(night: Night, bus: Bus) -> int:
    numbers = night.numbers(bus)
    return max(0, (bus.announced or 0) - numbers.allocated - numbers.went_on)


def _tomorrow(night: Night) -> list[Line]:
    plan = plan_onward(night)
    suits = sum(a.household.people for a in plan.assignments if a.fit.fits)
    may = sum(a.household.people for a in plan.assignments if a.fit.fits is None)
    left = sum(out.household.people for out in plan.left_out)
    return [
        Line("to_place", _("people to place"), suits + may + left, None, part="tomorrow"),
        Line("suits", _("get a place that suits"), suits, None, 1, part="tomorrow"),
        Line("may", _("get a place that has to be asked about"), may, None, part="tomorrow"),
        Line("none", _("get none"), left, None, -1, part="tomorrow"),
        Line("calls", _("locations to ring"), len({a.location.id for a in plan.assignments}), None, -1, "tomorrow"),
    ]


def _region(night: Night, before: Night, inflows: Sequence[Inflow]) -> list[Line]:
    places = standings.totals(night).without_private
    short = forecast.first_short_days(night, inflows)
    moved = sum(
        standing.occupied
        for location, standing in before.standing.items()
        if standing.realised and not night.standing[location].realised
    )
    lines = [
        Line("places", _("places without private"), places.realised, None, 1, part="region"),
        Line("places_free", _("of those free"), places.free, None, 1, part="region"),
        Line("to_realise", _("still to realise for the target"), figures.to_realise(night), None, -1, part="region"),
        Line("to_move", _("people inside locations that close"), moved, None, -1, part="region"),
    ]
    for scenario, day in short.items():
        label = _("first short day, {scenario}").format(scenario=_(forecast.SCENARIO_LABELS[scenario]))
        lines.append(
            Line(f"short_{scenario}", label, clock.day_month(day) if day else _("enough"), None, part="region")
        )
    return lines


# --- what can be tried ----------------------------------------------------------------------------


def another_bus(people: int, eta: datetime, said: str) -> Change:
    """A bus that nobody announced yet; `said` is its time as people read it."""

    def of(night: Night) -> Night:
        number = min((bus.id for bus in night.buses), default=0)
        bus = Bus(
            id=min(number, 0) - 1,
            ref=f"B-{night.evening:%y%m%d}-0",
            from_place=_("what if"),
            announced=people,
            eta=eta,
            announced_at=night.at,
        )
        return replace(night, buses=(*night.buses, bus))

    return Change(_("another bus of {people} at {time}").format(people=people, time=said), of)


def closed(location: Location) -> Change:
    """A location that has no places any more."""

    def of(night: Night) -> Night:
        ended = (night.today - timedelta(days=1)).isoformat()
        begun = min(location.available_from, ended) if location.available_from else ""
        return replace(
            night,
            locations=_changed(night, replace(location, available_from=begun, available_until=ended)),
            availabilities=tuple(p for p in night.availabilities if p.location != location.id),
        )

    return Change(_("{location} closes").format(location=location.name), of)


def opened(municipality: Municipality, places: int, today: date) -> Change:
    """A location that opens today, municipal and for everybody."""

    def of(night: Night) -> Night:
        number = min(0, *(loc.id for loc in night.locations)) - 1 if night.locations else -1
        new = Location(
            id=number,
            ref=f"L{number}",
            name=_("new in {municipality}").format(municipality=municipality.screen_name),
            municipality=municipality.id,
            capacity=places,
            available_from=today.isoformat(),
            occupied=0,
            occupied_at=night.at,
        )
        return replace(night, locations=(*night.locations, new))

    return Change(
        _("{n} places more in {municipality}").format(n=places, municipality=municipality.screen_name),
        of,
    )


def designated(location: Location) -> Change:
    """The regional transit location for men alone of another nationality (minutes 2.4)."""

    def of(night: Night) -> Night:
        return replace(
            night, locations=_changed(night, replace(night.location[location.id], designated_from=str(night.today)))
        )

    return Change(_("{location} takes the men alone of another nationality").format(location=location.name), of)


def _changed(night: Night, new: Location) -> tuple[Location, ...]:
    return tuple(new if old.id == new.id else old for old in night.locations)


def capacity(beds: int) -> Change:
    """So many beds in the house: more stand in a dormitory; fewer are taken where nobody sleeps, last rooms first."""
    if not 0 <= beds <= MOST_BEDS:
        raise Refused(
            _("{n} beds is not possible here. Give 0 to {most}.").format(n=number(beds), most=number(MOST_BEDS))
        )

    def of(night: Night) -> Night:
        more = beds - figures.beds(night).realised
        return _with_more(night, more) if more > 0 else _with_fewer(night, -more)

    return Change(_("capacity {n}").format(n=number(beds)), of)


def _with_more(night: Night, beds: int) -> Night:
    room = Room(
        id=min([0, *(r.id for r in night.rooms)]) - 1,
        name=_("new"),
        kind="dormitory",
        position=max((r.position for r in night.rooms), default=0) + 1,
    )
    first = min([0, *(b.id for b in night.beds)])
    new = tuple(Bed(id=first - number, room=room.id, number=number) for number in range(1, beds + 1))
    return replace(night, rooms=(*night.rooms, room), beds=(*night.beds, *new))


def _with_fewer(night: Night, beds: int) -> Night:
    usable = (BedStatus.FREE, BedStatus.HELD, BedStatus.FAMILY, BedStatus.CLEANING, BedStatus.BLOCKED)
    gone = {bed.id for bed in [b for b in reversed(night.beds) if night.status.get(b.id) in usable][:beds]}
    if len(gone) < beds:
        raise Refused(
            _("{n} beds have people in them: the house cannot have fewer.").format(
                n=figures.beds(night).occupied,
            )
        )
    return replace(night, beds=tuple(bed for bed in night.beds if bed.id not in gone))


def room_open(room: Room) -> Change:
    """An overflow room in use."""

    def of(night: Night) -> Night:
        rooms = tuple(replace(r, is_open=True) if r.id == room.id else r for r in night.rooms)
        return replace(night, rooms=rooms)

    return Change(_("room {room} is open").format(room=room.name), of)


def all_clean() -> Change:
    """Every bed that waits to be cleaned is clean."""

    def of(night: Night) -> Night:
        beds = tuple(replace(b, state=BedState.OK) if b.state is BedState.CLEANING else b for b in night.beds)
        return replace(night, beds=beds)

    return Change(_("every bed is clean"), of)
