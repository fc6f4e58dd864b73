"""A household: people who stay and move together, the unit of every action.

Registering needs a contact name and a number of people, nothing more (facts 6, layer 1).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from desk.language import N_, _
from desk.references import spoken
from desk.refusals import Refused

MOST_PEOPLE = 99


class HouseholdState(StrEnum):
    """Where a household is between the table and the road."""

    EXPECTED = "expected"
    WAITING = "waiting"
    IN_BED = "in_bed"
    DEPARTING = "departing"
    DEPARTED = "departed"
    LEFT = "left"
    MISSING = "missing"
    NO_SHOW = "no_show"


INSIDE = frozenset({HouseholdState.WAITING, HouseholdState.IN_BED, HouseholdState.DEPARTING})
"""Staying here: in the house, or out with a bed kept."""
HAS_BED = frozenset({HouseholdState.IN_BED, HouseholdState.DEPARTING})
ENDED = frozenset({HouseholdState.DEPARTED, HouseholdState.LEFT, HouseholdState.NO_SHOW})

LABELS = {
    HouseholdState.EXPECTED: N_("expected"),
    HouseholdState.WAITING: N_("waits for a bed"),
    HouseholdState.IN_BED: N_("has a bed"),
    HouseholdState.DEPARTING: N_("about to leave"),
    HouseholdState.DEPARTED: N_("placed onward"),
    HouseholdState.LEFT: N_("left by themselves"),
    HouseholdState.MISSING: N_("not found"),
    HouseholdState.NO_SHOW: N_("did not come"),
}

ORIGIN_LABELS = {
    "bus": N_("bus"),
    "walk_in": N_("at the door"),
    "re_entry": N_("back from hosting"),
    "police": N_("police"),
    "other_region": N_("another region"),
}
ORIGINS = tuple(ORIGIN_LABELS)
OUT_LABELS = {
    "hospital": N_("hospital"),
    "police": N_("police"),
    "outside": N_("outside"),
    "other": N_("elsewhere"),
}
OUT_TO = tuple(OUT_LABELS)
LEAVE_REASONS = ("left", "unknown", "other")


HELP_ON_STAIRS = ("wheelchair", "evac_help", "no_stairs")
"""The needs that matter on the stairs; never a diagnosis."""


class Presence(StrEnum):
    """Whether a person is in the building."""

    IN = "in"
    OUT = "out"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


COVERED = "•••"
"""What stands for a name that nobody is to be told."""


@dataclass(frozen=True, kw_only=True)
class Household:
    """One household; `people` counts everybody, `cots` those who sleep in a cot and take no bed."""

    id: int = 0
    ref: str = ""
    bus: int | None = None
    origin: str = "walk_in"
    state: HouseholdState = HouseholdState.WAITING
    name: str = ""
    native_name: str = ""
    folded: str = ""
    people: int = 1
    adults: int | None = None
    children: int | None = None
    cots: int = 0
    pets: int = 0
    group_kind: str | None = None
    sex: str | None = None
    nationality: str | None = None
    language: str | None = None
    needs: str = ""
    """Codes of practical needs, with commas; never a diagnosis."""
    phone: str = ""
    note: str = ""
    earlier: str = ""
    """The reference of an earlier stay of the same people."""
    guardian: str = ""
    """The guardianship contact that was logged for a minor without a parent."""
    guardian_at: datetime | None = None
    registered_at: datetime | None = None
    since: datetime | None = None
    """When the stay began: the stay clock runs from here."""
    ended_at: datetime | None = None
    ended_reason: str = ""
    may_move: bool = False
    """A person marked them: they may be moved though it is night."""
    tie: int | None = None
    """The municipality they belong near: family placed there, or where they lived before."""
    tie_reason: str = ""
    say_nothing: bool = False
    """Nobody who asks is told that they are here: their name is covered outside their own screen."""
    erased_at: datetime | None = None
    """When what is personal was forgotten (design 8)."""

    @property
    def called(self) -> str:
        """The name as it is painted outside their own sheet; covered where nobody is to be told that they are here."""
        return COVERED if self.say_nothing else self.name

    @property
    def beds_needed(self) -> int:
        """Beds, not people: a baby in a cot takes none."""
        return max(0, self.people - self.cots)

    @property
    def need_codes(self) -> tuple[str, ...]:
        """The practical needs as codes."""
        return tuple(code for code in self.needs.split(",") if code)

    @property
    def number(self) -> str:
        """What is written on the wristbands."""
        return self.ref.rpartition("-")[2]

    @property
    def needs_wheelchair(self) -> bool:
        """Whether stairs are impossible: a wheelchair, no stairs or a bed on the ground floor."""
        return bool({"wheelchair", "no_stairs", "ground_floor"} & set(self.need_codes))

    @property
    def minor_alone(self) -> bool:
        """A minor without parent or guardian, also one travelling with an aunt (RooO art. 2)."""
        return self.group_kind == "unaccompanied_minor"

    @property
    def guardian_missing(self) -> bool:
        """Whether a guardianship contact still has to be logged."""
        return self.minor_alone and not self.guardian

    @property
    def alone(self) -> bool:
        """One adult who travels alone and may share a room with the same sex."""
        return self.people == 1 and not self.minor_alone

    @property
    def alone_sex(self) -> str | None:
        """`m` or `f` for somebody alone whose sex is known."""
        if not self.alone:
            return None
        return {"single_man": "m", "single_woman": "f"}.get(self.group_kind or "", self.sex)


CLEARED: dict[str, dict[str, object]] = {
    "native_name": {"native_name": ""},
    "adults": {"adults": None},
    "children": {"children": None},
    "group": {"group_kind": None},
    "nationality": {"nationality": None},
    "language": {"language": None},
    "needs": {"needs": "", "cots": 0},
    "pets": {"pets": 0},
    "phone": {"phone": ""},
    "note": {"note": ""},
}
"""What becomes of a household when something is known of it no more."""


def cleared(names: Collection[str]) -> dict[str, object]:
    """The fields that are emptied; refused for what must be known."""
    for name in names:
        if name not in CLEARED:
            raise Refused(
                _("'{name}' cannot be emptied. These can: {names}.").format(name=name[:20], names=", ".join(CLEARED))
            )
    return {field: value for name in names for field, value in CLEARED[name].items()}


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person of a household, known by number (`H-0407-5.2`); everything else may come later."""

    id: int = 0
    household: int = 0
    number: int = 1
    name: str = ""
    native_name: str = ""
    birth_year: int | None = None
    age: int | None = None
    sex: str | None = None
    relation: str = ""
    nationality: str | None = None
    language: str | None = None
    needs: str = ""
    presence: Presence = Presence.IN
    out_to: str = ""
    out_at: datetime | None = None
    back_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """Two households who want to stay together, with who said so and when; they may still be placed apart."""

    id: int = 0
    household: int = 0
    other: int = 0
    made_by: str = ""
    at: datetime | None = None


TIE_LABELS = {
    "family": N_("family lives there"),
    "earlier": N_("they lived there before"),
    "work": N_("work or school there"),
}
"""Why a household belongs near a municipality (facts 4.3)."""


def register(household: Household) -> Household:
    """A household as written down at the table, checked."""
    if not household.name:
        raise Refused(_("Give a name and a number of people, as in: Petrenko 5."))
    if not 1 <= household.people <= MOST_PEOPLE:
        raise Refused(
            _("A household of {number} people is not possible. Give 1 to {most}.").format(
                number=household.people, most=MOST_PEOPLE
            )
        )
    if not 0 <= household.cots <= household.people:
        raise Refused(
            _("{cots} cots for {people} people is not possible.").format(cots=household.cots, people=household.people)
        )
    return household


def doubts(household: Household) -> list[str]:
    """What a person should look at again, in words; nothing of it stops the registration."""
    parts = [part for part in (household.adults, household.children) if part is not None]
    if len(parts) == 2 and sum(parts) != household.people or parts and sum(parts) > household.people:
        return [_("{sum} adults and children, but {people} people.").format(sum=sum(parts), people=household.people)]
    return []


def here(household: Household, at: datetime) -> Household:
    """Somebody from the passenger list stands at the table."""
    _must_be(household, {HouseholdState.EXPECTED}, _("reported here"))
    return replace(household, state=HouseholdState.WAITING, registered_at=at, since=at)


def bedded(household: Household) -> Household:
    """The household has its beds."""
    _must_be(household, {HouseholdState.WAITING, HouseholdState.IN_BED}, _("given beds"))
    return replace(household, state=HouseholdState.IN_BED)


def moved(household: Household) -> Household:
    """The household sleeps in other beds."""
    _must_be(household, HAS_BED, _("moved"))
    return replace(household, may_move=False)


def marked(household: Household, may_move: bool) -> Household:
    """A person says whether they may be moved though they sleep (design 4)."""
    _must_be(household, {HouseholdState.IN_BED}, _("marked to be moved"))
    return replace(household, may_move=may_move)


def depart(household: Household, at: datetime) -> Household:
    """They went with the transport that was arranged."""
    _must_be(household, INSIDE, _("sent off"))
    return replace(household, state=HouseholdState.DEPARTED, ended_at=at, ended_reason="placed")


def leave(household: Household, reason: str, at: datetime) -> Household:
    """They left without any arrangement."""
    _must_be(household, INSIDE | {HouseholdState.MISSING}, _("marked as left"))
    if reason not in LEAVE_REASONS:
        raise Refused(
            _("'{reason}' is not a reason for leaving. Use one of: {reasons}.").format(
                reason=reason, reasons=", ".join(LEAVE_REASONS)
            )
        )
    return replace(household, state=HouseholdState.LEFT, ended_at=at, ended_reason=reason)


def no_show(household: Household, at: datetime) -> Household:
    """On the list, but not off the bus."""
    _must_be(household, {HouseholdState.EXPECTED, HouseholdState.WAITING}, _("marked as not come"))
    return replace(household, state=HouseholdState.NO_SHOW, ended_at=at, ended_reason="no_show")


def came_back(household: Household) -> Household:
    """They returned from where they were placed; they wait for a bed again."""
    _must_be(household, {HouseholdState.DEPARTED, HouseholdState.DEPARTING, HouseholdState.IN_BED}, _("taken back"))
    if household.state is not HouseholdState.DEPARTED:
        return replace(household, state=HouseholdState.IN_BED)
    return replace(household, state=HouseholdState.WAITING, ended_at=None, ended_reason="")


def out(household: Household, members: list[Member], to: str, at: datetime, back: datetime | None) -> list[Member]:
    """These members are out of the building; their beds stay theirs."""
    _must_be(household, INSIDE, _("reported out"))
    if to not in OUT_TO:
        raise Refused(
            _("'{to}' is not a place to be out at. Use one of: {places}.").format(to=to, places=", ".join(OUT_TO))
        )
    return [replace(m, presence=Presence.OUT, out_to=to, out_at=at, back_at=back) for m in members]


def back_in(household: Household, members: list[Member]) -> list[Member]:
    """These members are in the building again."""
    _must_be(household, INSIDE | {HouseholdState.MISSING}, _("reported in"))
    if not any(m.presence is not Presence.IN for m in members):
        raise Refused(_("{ref}: they are all in already.").format(ref=spoken(household.ref)))
    return [replace(m, presence=Presence.IN, out_to="", out_at=None, back_at=None) for m in members]


def split(household: Household, members: list[Member], numbers: set[int]) -> list[Member]:
    """The members who go on as a household of their own: some, not all."""
    _must_be(household, INSIDE | {HouseholdState.EXPECTED}, _("split"))
    going = [member for member in members if member.number in numbers]
    if not going or len(going) == len(members) or len(going) != len(numbers):
        raise Refused(
            _("{ref} has members 1 to {most}. Name some of them, not all.").format(
                ref=spoken(household.ref), most=len(members)
            )
        )
    return going


def chosen(household: Household, members: list[Member], numbers: set[int]) -> list[Member]:
    """The members with those numbers, or all of them where none are named."""
    known = {member.number for member in members}
    if not numbers <= known:
        raise Refused(
            _("{ref} has no member {number}. Its members are {known}.").format(
                ref=spoken(household.ref),
                number=min(numbers - known),
                known=", ".join(str(number) for number in sorted(known)),
            )
        )
    return [member for member in members if not numbers or member.number in numbers]


def _must_be(household: Household, states: set[HouseholdState] | frozenset[HouseholdState], done: str) -> None:
    if household.state not in states:
        raise Refused(
            _("{ref} {name} ({state}) cannot be {done}. Look with: desk show {ref}.").format(
                ref=spoken(household.ref), name=household.called, state=_(LABELS[household.state]), done=done
            )
        )
