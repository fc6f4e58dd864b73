"""A placement: a household asked for, agreed and brought to a location, or a destination outside the region.

`arrived` needs the receiver's confirmation, and only then counts as placed (facts 4.2). A hold that
passes its time stays held until a person extends or releases it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desk import clock
from desk.capacity import Location
from desk.households import Household
from desk.language import N_, _
from desk.references import spoken
from desk.refusals import Refused
from desk.settings import Settings


class PlacementState(StrEnum):
    """Where a placement is between the idea and the receiver's yes at the door."""

    PROPOSED = "proposed"
    ASKED = "asked"
    AGREED = "agreed"
    TRANSPORT_SET = "transport_set"
    UNDERWAY = "underway"
    ARRIVED = "arrived"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


S = PlacementState
HOLDS = frozenset({S.ASKED, S.AGREED, S.TRANSPORT_SET, S.UNDERWAY})
"""Places are held at the location from the ask up to the confirmation."""
OPEN = HOLDS | {S.PROPOSED}

LABELS = {
    S.PROPOSED: N_("on the call list"),
    S.ASKED: N_("asked"),
    S.AGREED: N_("agreed"),
    S.TRANSPORT_SET: N_("transport arranged"),
    S.UNDERWAY: N_("underway"),
    S.ARRIVED: N_("arrived = placed"),
    S.DECLINED: N_("declined"),
    S.EXPIRED: N_("expired"),
    S.WITHDRAWN: N_("withdrawn"),
    S.RETURNED: N_("returned"),
}

OUTSIDE = ("region", "host", "own", "hospital", "coa", "nidos")
"""Kinds of destination outside the region's locations: outflow, never placed."""
OUTSIDE_LABELS = {
    "region": N_("another region"),
    "host": N_("host family"),
    "own": N_("own travel"),
    "hospital": N_("hospital"),
    "coa": N_("COA"),
    "nidos": N_("Nidos"),
}
GUARDED = frozenset({"hospital", "nidos"})
"""Where a minor alone may go before a guardianship contact is logged: care comes first."""
DECLINE_REASONS = ("full", "staffing", "target_group", "medical", "household", "closed", "other")
DECLINE_LABELS = {
    "full": N_("full"),
    "staffing": N_("staff"),
    "target_group": N_("not their group"),
    "medical": N_("medical"),
    "household": N_("the household said no"),
    "closed": N_("closed"),
    "other": N_("other"),
}
CHANNELS = ("phone", "mail", "other")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One household to one destination; `location` is None for a destination outside the region."""

    id: int = 0
    ref: str = ""
    household: int = 0
    people: int = 0
    state: PlacementState = S.PROPOSED
    location: int | None = None
    outside: str = ""
    to_text: str = ""
    procedure_kind: str = "regular"
    asked_at: datetime | None = None
    until: datetime | None = None
    agreed_by: str = ""
    agreed_at: datetime | None = None
    channel: str = "phone"
    carrier: str = ""
    pickup: datetime | None = None
    ride: int | None = None
    departed_at: datetime | None = None
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    override: str = ""
    """Why it goes there though suitability says no."""
    reason: str = ""
    """The code or words with which it fell through."""
    note: str = ""
    proposed_by: str = ""
    created_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def counts_as_placed(self) -> bool:
        """Only a confirmed arrival at a location of the region."""
        return self.state is S.ARRIVED and self.location is not None


@dataclass(frozen=True)
class Declined:
    """A household and a location that said no to it, remembered."""

    household: int
    location: int
    reason: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Ride:
    """One vehicle for several households."""

    id: int = 0
    ref: str = ""
    carrier: str = ""
    phone: str = ""
    pickup: datetime | None = None
    note: str = ""


def hold_until(location: Location | None, at: datetime, settings: Settings) -> datetime:
    """Two hours after the receiver next answers (a setting)."""
    answers = clock.next_within(location.answers if location else "", at, settings.tz)
    return answers + timedelta(minutes=settings.hold_minutes)


def ask(placement: Placement, at: datetime, until: datetime) -> Placement:
    """Places are asked for and held until then."""
    _must_be(placement, {S.PROPOSED}, _("asked"))
    if until <= at:
        raise Refused(_("The hold would end before it begins. Give a later time."))
    return replace(placement, state=S.ASKED, asked_at=at, until=until)


def agree(placement: Placement, by: str, channel: str, at: datetime) -> Placement:
    """The receiver said yes: who, when and how."""
    _must_be(placement, {S.ASKED}, _("agreed"))
    if not by:
        raise Refused(_("Who said yes? Give a name (--by)."))
    return replace(placement, state=S.AGREED, agreed_by=by, channel=channel, agreed_at=at)


def transport(placement: Placement, carrier: str, pickup: datetime, ride: int | None) -> Placement:
    """Transport is arranged; may be changed until they go."""
    _must_be(placement, {S.AGREED, S.TRANSPORT_SET}, _("given transport"))
    return replace(placement, state=S.TRANSPORT_SET, carrier=carrier, pickup=pickup, ride=ride)


def depart(placement: Placement, at: datetime) -> Placement:
    """They are on the road."""
    _must_be(placement, {S.TRANSPORT_SET}, _("sent off"))
    return replace(placement, state=S.UNDERWAY, departed_at=at)


def confirm(placement: Placement, by: str, at: datetime) -> Placement:
    """The receiver confirms that they are there: only now they are placed."""
    _must_be(placement, {S.UNDERWAY}, _("confirmed"))
    if not by:
        raise Refused(_("Who confirms that they arrived? Give a name (--by)."))
    return replace(placement, state=S.ARRIVED, confirmed_by=by, confirmed_at=at, ended_at=at)


def extend(placement: Placement, until: datetime, at: datetime) -> Placement:
    """The hold lasts longer, also when its time has passed already."""
    _must_be(placement, {S.ASKED, S.AGREED}, _("extended"))
    if until <= at:
        raise Refused(_("The hold would end before now. Give a later time."))
    return replace(placement, until=until)


def decline(placement: Placement, reason: str, note: str, at: datetime) -> Placement:
    """The answer is no, with a coded reason; the pair is remembered."""
    _must_be(placement, {S.PROPOSED, S.ASKED, S.AGREED, S.TRANSPORT_SET}, _("declined"))
    if reason not in DECLINE_REASONS:
        raise Refused(
            _("'{reason}' is not a reason to decline. Use one of: {reasons}.").format(
                reason=reason, reasons=", ".join(DECLINE_REASONS)
            )
        )
    return replace(placement, state=S.DECLINED, reason=reason, note=note, ended_at=at)


def withdraw(placement: Placement, reason: str, at: datetime) -> Placement:
    """We take it back; after the hold's time it is called expired."""
    _must_be(placement, {S.PROPOSED, S.ASKED, S.AGREED, S.TRANSPORT_SET}, _("withdrawn"))
    late = placement.state is S.ASKED and placement.until is not None and placement.until < at
    return replace(placement, state=S.EXPIRED if late else S.WITHDRAWN, reason=reason, ended_at=at)


def come_back(placement: Placement, reason: str, at: datetime) -> Placement:
    """They came back, from the road or from the location."""
    _must_be(placement, {S.UNDERWAY, S.ARRIVED}, _("taken back"))
    return replace(placement, state=S.RETURNED, reason=reason, ended_at=at)


def may_go(household: Household, outside: str, override: str) -> None:
    """A minor alone goes nowhere before a guardianship contact is logged; an override takes a reason."""
    if household.guardian_missing and outside not in GUARDED and not override:
        raise Refused(
            _(
                "{ref}: a minor without a parent is not placed onward until a guardianship contact is logged"
                " (desk household guardian {ref} --contact …), or give a reason to override."
            ).format(ref=spoken(household.ref))
        )


def _must_be(placement: Placement, states: set[PlacementState], done: str) -> None:
    if placement.state not in states:
        raise Refused(
            _("{ref} is: {state}. It cannot be {done}; first: {before}.").format(
                ref=spoken(placement.ref),
                state=_(LABELS[placement.state]),
                done=done,
                before=_(" or ").join(_(LABELS[state]) for state in S if state in states),
            )
        )
