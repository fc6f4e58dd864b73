"""Who may do and see what: roles of those who come through a key (design 8).

The account that owns the store is not bound by a role; whoever comes through a key is, in the store's own actions and
in the night as it is read, so that no key, no command and no screen has to remember it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from desk.buses import Bus
from desk.households import Household
from desk.language import N_, _
from desk.night import Night
from desk.placements import Placement
from desk.refusals import Refused

VIEWER, OPERATOR, COORDINATOR, MUNICIPALITY, PAPER = "viewer", "operator", "coordinator", "municipality", "paper"
ROLES = {
    VIEWER: N_("sees, without needs and notes"),
    OPERATOR: N_("works the night"),
    COORDINATOR: N_("also settings, capacity, operators, erasure, and what others did"),
    MUNICIPALITY: N_("its own placements only"),
    PAPER: N_("prints the evacuation list, nothing else"),
}


@dataclass(frozen=True)
class Seat:
    """What somebody may do: a role, and of a municipality which one. An empty role is the owner's."""

    role: str = ""
    municipality: int = 0

    @property
    def coordinates(self) -> bool:
        """Whether everything is open: to the owner of the store and to a coordinator."""
        return self.role in {"", COORDINATOR}

    @property
    def writes(self) -> bool:
        """Whether a key of the night may write at all."""
        return self.role in {"", OPERATOR, COORDINATOR}


OWNER = Seat()

_COORDINATORS = (
    *("settings", "init", "target", "location add", "location edit", "location period", "location remove"),
    *("municipality ", "import locations", "import municipalities", "import rooms", "import forecast", "forecast "),
    *("room remove", "operator ", "erase", "repair", "person ", "past night", "retention"),
    *("region join", "region leave"),
)
"""The beginnings of actions that are a coordinator's: settings, capacity, operators, erasure."""
_MUNICIPALITIES = frozenset({"placement agree", "placement confirm", "placement decline", "location report"})
"""What a municipality says of its own locations."""


def check(seat: Seat, verb: str) -> None:
    """Refuse an action that this seat may not take; asked by the store within each action."""
    if seat.coordinates:
        return
    if seat.role == OPERATOR and not verb.startswith(_COORDINATORS):
        return
    if seat.role == MUNICIPALITY and verb in _MUNICIPALITIES:
        return
    raise Refused(refusal(seat))


def refusal(seat: Seat) -> str:
    """Why somebody may not do it, and what to do instead."""
    return {
        OPERATOR: _("That is for a coordinator. Ask one of them."),
        VIEWER: _("You may look and change nothing. Ask somebody on duty to do it."),
        MUNICIPALITY: _("A municipality agrees to, confirms or declines its own placements. Ring the desk for more."),
    }.get(seat.role, _("This key prints the evacuation list and nothing else."))


# --- commands ---------------------------------------------------------------------------------

OWN_PIN = "operator pin"
"""Whoever has a desk chooses the PIN of their own."""
_FROM_THE_SHELL = frozenset(
    (
        *("init", "demo", "drill", "simulate", "sign on", "restore", "repair", "doctor"),
        *("replica run", "replica check", "replica restore", "replica delete"),
        *("region init", "region join", "region leave", "region push", "region share", "region watch"),
        *("nation init", "nation add", "nation remove", "nation status", "nation show", "nation watch"),
    )
)
"""Commands of the host itself: they make stores, use its files, or say who acts."""
_TELLING = ("journal", "check", "operator", "backup", "replica", "person", "erase", "who is let in")
"""What only a coordinator reads through a key."""
_OF_A_MUNICIPALITY = frozenset(
    (
        *("list", "show", "phones", "language", "theme", "location report"),
        *("placement agree", "placement confirm", "placement decline"),
    )
)


def check_command(seat: Seat, path: str) -> None:
    """Refuse a command that this seat may not give, whatever it would do; `path` is its words: `bus announce`."""
    if not seat.role:
        return
    if path in _FROM_THE_SHELL:
        raise Refused(_("{command} is for the shell of the host, not for a key.").format(command=f"desk {path}"))
    if seat.coordinates or (path == OWN_PIN and seat.role != PAPER):
        return
    if seat.role == PAPER or (seat.role == MUNICIPALITY and path not in _OF_A_MUNICIPALITY):
        raise Refused(refusal(seat))
    if path.startswith(_TELLING) and not (seat.role == OPERATOR and path == "journal"):
        raise Refused(refusal(seat))


# --- what is seen -----------------------------------------------------------------------------


def seen_by(seat: Seat, night: Night) -> Night:
    """The night as this seat sees it; to the owner, operators and coordinators it is whole."""
    if seat.role == VIEWER:
        return _without_needs(night)
    if seat.role == MUNICIPALITY:
        return _of_municipality(night, seat.municipality)
    return night


def covered(seat: Seat, household: Household) -> Household:
    """A household that was looked up by itself, as this seat sees it."""
    return replace(household, needs="", note="") if seat.role == VIEWER else household


def _without_needs(night: Night) -> Night:
    """Without needs and notes; the help that matters on the stairs stays on the evacuation list, whoever opens it."""
    return replace(
        night,
        households=tuple(replace(h, needs="", note="") for h in night.households),
        help_on_stairs=tuple((h.id, tuple(night.help_codes(h))) for h in night.households),
        buses=tuple(_without_note(bus) for bus in night.buses),
        placements=tuple(replace(p, note="") for p in night.placements),
    )


def _without_note(bus: Bus) -> Bus:
    return replace(bus, note="") if bus.note else bus


def _of_municipality(night: Night, municipality: int) -> Night:
    """Its own locations, the placements to them and the households of those; nothing of the house."""
    locations = tuple(place for place in night.locations if place.municipality == municipality)
    own = {place.id for place in locations}
    placements = tuple(p for p in night.placements if p.location in own)
    households = {p.household for p in placements}
    rides = {p.ride for p in placements}
    return Night(
        at=night.at,
        settings=night.settings,
        households=tuple(h for h in night.households if h.id in households),
        members=tuple(m for m in night.members if m.household in households),
        placements=placements,
        rides=tuple(ride for ride in night.rides if ride.id in rides),
        municipalities=tuple(m for m in night.municipalities if m.id == municipality),
        locations=locations,
        availabilities=tuple(one for one in night.availabilities if one.location in own),
        placed_since_report=tuple(one for one in night.placed_since_report if one[0] in own),
        phones=night.phones,
    )


def own_location(seat: Seat, municipality: int) -> bool:
    """Whether a location of that municipality is open to this seat."""
    return seat.role != MUNICIPALITY or seat.municipality == municipality


def of_own_locations(seat: Seat, placements: Iterable[Placement], locations: dict[int, int]) -> list[Placement]:
    """The placements a seat may know of; `locations` is the municipality of each location."""
    return [p for p in placements if own_location(seat, locations.get(p.location or 0, 0))]
