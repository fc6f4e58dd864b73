"""The ways to close a bus's shortage: each with places, for whom, what it takes and whom to ring."""

from dataclasses import dataclass

from desk import clock, planner, shift, suitability
from desk.beds import BedStatus
from desk.buses import COMPOSITION, Bus
from desk.capacity import Location
from desk.figures import free_for
from desk.language import _, ngettext
from desk.night import Night
from desk.words import GROUPS


@dataclass(frozen=True)
class Way:
    """One way; `places` None means: nobody knows before asking."""

    kind: str
    what: str
    places: int | None
    for_whom: str
    takes: str
    here: bool
    ref: str = ""
    """A room's name or a location's reference, for the step that takes this way."""


def ways(night: Night, bus: Bus) -> list[Way]:
    """Every way there is tonight: what costs nothing first, then what is here, then elsewhere."""
    return [
        *_free_beds(night, bus),
        *_cleaning(night),
        *_overflow(night),
        *_unstaffed(night),
        *_elsewhere(night, bus),
        *_shared(night),
        Way(
            "send_on",
            _("the national desk sends it on"),
            None,
            _("anyone"),
            _phone(night, "LCVS") or _("24/7, number not entered"),
            here=False,
        ),
    ]


def _free_beds(night: Night, bus: Bus) -> list[Way]:
    numbers = night.numbers(bus)
    free = min(planner.free_places(night, bus) - numbers.here, sum(_is_free(night)))
    if free <= 0:
        return []
    can = free_for(night)
    parts = [
        ngettext("{n} room for a family", "{n} rooms for families", len(can.family_rooms)).format(
            n=len(can.family_rooms)
        )
        if can.family_rooms
        else "",
        ngettext("{n} woman", "{n} women", can.women_alone).format(n=can.women_alone) if can.women_alone else "",
        ngettext("{n} man", "{n} men", can.men_alone).format(n=can.men_alone) if can.men_alone else "",
    ]
    return [Way("free", _("the free beds"), free, ", ".join(p for p in parts if p), _("nothing"), here=True)]


def _is_free(night: Night) -> list[bool]:
    return [status is BedStatus.FREE for status in night.status.values()]


def _cleaning(night: Night) -> list[Way]:
    found = []
    for room_id, beds in planner.to_clean(night).items():
        room = night.room[room_id]
        sleeping = night.sleeping_in(room)
        whom = _("with {names}").format(names=", ".join(h.called for h in sleeping)) if sleeping else _("anyone")
        found.append(
            Way(
                "clean",
                _("clean room {room}").format(room=room.name),
                len(beds),
                whom,
                _("linen, 10 min"),
                here=True,
                ref=room.name,
            )
        )
    return sorted(found, key=lambda way: -(way.places or 0))


def _overflow(night: Night) -> list[Way]:
    return [
        Way(
            "open",
            _("open {room}").format(room=room.name),
            len(night.beds_in[room.id]),
            _("anyone"),
            _people_it_takes(night, room.takes) if _lacking(night) else room.takes or _("staff"),
            here=True,
            ref=room.name,
        )
        for room in night.rooms
        if not room.is_open
    ]


def _unstaffed(night: Night) -> list[Way]:
    """Beds that are closed for want of staff, by room."""
    found = []
    for room in night.rooms:
        beds = [bed for bed in night.beds_in[room.id] if bed.unstaffed and bed.id in night.status]
        if beds:
            what = _("room {room}, closed: no staff").format(room=room.name)
            takes = _people_it_takes(night, "" if _lacking(night) else _("staff"))
            found.append(Way("staff", what, len(beds), _("anyone"), takes, here=True, ref=room.name))
    return found


def _lacking(night: Night) -> list[tuple[str, int, int]]:
    return shift.lacking_now(shift.minimum(night.settings.minimum_staff), night.on_duty)


def _people_it_takes(night: Night, takes: str) -> str:
    """What a way takes that needs somebody: who is lacking by the minimum of the site, and whom to ring for it."""
    lacking = _lacking(night)
    parts = [takes, *(_("{n} more {role}").format(n=number - there, role=role) for role, there, number in lacking)]
    roles = {role for role, _there, _number in lacking}
    late = shift.should_be_here(night.rostered, night.on_duty, night.at)
    asked = [(one, _("ring {name}, on call {phone}")) for one in shift.on_call(night.rostered, night.on_duty, night.at)]
    asked += [(one, _("ring {name}, who should be here, {phone}")) for one in late]
    # of the role that is lacking before any other
    for one, words in sorted(asked, key=lambda pair: pair[0].role.casefold() not in roles)[:1]:
        parts.append(words.format(name=one.name, phone=one.phone or "-"))
    return "; ".join(part for part in parts if part)


def _elsewhere(night: Night, bus: Bus) -> list[Way]:
    found: list[tuple[bool, int, Way]] = []
    groups = {part: getattr(bus, part) for part in COMPOSITION}
    for standing in night.standing.values():
        if standing.free <= 0 or not standing.realised:
            continue
        location = standing.location
        tz = night.settings.tz
        open_now = clock.within(location.intake, night.at, tz) and clock.within(location.answers, night.at, tz)
        warnings = suitability.group_warnings(night, groups, location)
        way = Way(
            "elsewhere",
            f"{location.name}, {night.municipality_name(location)}",
            standing.free,
            _for_whom(location) + (" !" if warnings else ""),
            _takes(location, open_now, night),
            here=False,
            ref=location.ref,
        )
        found.append((bool(warnings) or not open_now, -standing.free, way))
    return [way for _shut, _free, way in sorted(found, key=lambda item: item[:2])]


def _for_whom(location: Location) -> str:
    codes = location.group_codes
    if not codes:
        return _("anyone")
    if set(codes) <= {"family", "single_parent"}:
        return _("FAMILIES ONLY")
    return ", ".join(_(GROUPS.get(code, code)) for code in codes)


def _takes(location: Location, open_now: bool, night: Night) -> str:
    if not open_now:
        tz = night.settings.tz
        opens = clock.next_within(location.intake, clock.next_within(location.answers, night.at, tz), tz)
        return _("SHUT until {time}").format(time=night.settings.hhmm(opens))
    hours = location.intake or "24/7"
    return ", ".join(part for part in (location.phone, hours) if part)


def _shared(night: Night) -> list[Way]:
    closed = sum(status is BedStatus.FAMILY for status in night.status.values())
    if not closed:
        return []
    return [Way("share", _("beds closed by families"), closed, _("if both agree"), _("ask them"), here=True)]


def _phone(night: Night, role: str) -> str:
    found = next((p for p in night.phones if role.casefold() in p.role.casefold()), None)
    return ", ".join(part for part in (found.number, found.hours) if part) if found else ""
