"""The tailored procedure (maatwerk): which households cannot simply be placed, and why.

A trigger starts it and says its reason; a person may always choose the other procedure. The triggers are those of
facts 4.2, taken from the minutes (their issues 4 and 7) and from the wrong bus of facts 0.3.
"""

from collections import Counter
from dataclasses import dataclass

from desk import suitability
from desk.households import INSIDE, Household
from desk.language import N_, _, ngettext
from desk.night import Night, kept
from desk.refusals import Refused
from desk.words import NATIONALITIES, NEEDS, label, labels

REGULAR, TAILORED = "regular", "tailored"
PROCEDURES: dict[str, str] = {REGULAR: N_("regular procedure"), TAILORED: N_("tailored procedure")}
MEDICAL = frozenset({"wheelchair", "no_stairs", "ground_floor", "medical_contact", "medication_cooled"})
"""Needs for which a place must be looked for: getting in, and care that is ordered; never what somebody has."""
REASONS_SHOWN = 3
_NOT_OF_THE_PLACE = frozenset({"room", "guardian"})
"""Rules that say nothing of what a location is for: how many are free, and what is still to be rung about."""


@dataclass(frozen=True)
class Trigger:
    """One reason for the tailored procedure: a code for programs, and words for people."""

    code: str
    text: str


def triggers(night: Night, household: Household) -> list[Trigger]:
    """Every reason why this household takes the tailored procedure, as in facts 4.2; empty for the regular one."""
    found = [Trigger("man_alone", _man_alone(household))] if suitability.man_spread(household) else []
    if household.minor_alone:
        found.append(Trigger("minor_alone", _("minor without a parent")))
    if needs := [code for code in household.need_codes if code in MEDICAL]:
        found.append(Trigger("medical", labels(NEEDS, needs)))
    if household.pets:
        found.append(Trigger("pets", ngettext("{n} pet", "{n} pets", household.pets).format(n=household.pets)))
    largest = _too_large_for(night, household)
    if largest is not None:
        words = _("{people} people; the largest place that suits has {free} free")
        found.append(Trigger("too_large", words.format(people=household.people, free=max(0, largest))))
    if household.tie_reason == "family":
        found.append(Trigger("family", _family(night, household)))
    if "safety" in household.need_codes:
        found.append(Trigger("safety", label(NEEDS, "safety")))
    return found


def _man_alone(household: Household) -> str:
    nationality = label(NATIONALITIES, household.nationality or "")
    return _("man alone, not Ukrainian: {nationality}").format(nationality=nationality)


def _family(night: Night, household: Household) -> str:
    near = night.municipality.get(household.tie or 0)
    if near is None:
        return _("wants to stay with family placed already")
    return _("wants to stay with family in {municipality}").format(municipality=near.screen_name or near.name)


def _too_large_for(night: Night, household: Household) -> int | None:
    """The most places free where they suit otherwise, when none takes them whole; None when one does, or none suits."""
    if household.people < 2:
        return None  # somebody alone is never too large; where there is no place at all, that is said as such
    own = night.placement_of.get(household.id)
    largest: int | None = None
    for location in _by_room(night):
        there = own is not None and own.location == location
        if not there and largest is not None and night.standing[location].free <= largest:
            continue
        fit = suitability.judge(night, household, night.location[location])
        if any(f.about not in _NOT_OF_THE_PLACE for f in fit.saying(False)):
            continue
        if fit.free >= household.people:
            return None
        largest = fit.free if largest is None else max(largest, fit.free)
    return largest


@kept
def _by_room(night: Night) -> tuple[int, ...]:
    """Locations, by id, with the most places free first: who fits anywhere is soon known to."""
    return tuple(sorted(night.location, key=lambda location: -night.standing[location].free))


def procedure(night: Night, household: Household) -> str:
    """The procedure a household is in: that of its open placement (a person may choose), else as triggered."""
    placement = night.placement_of.get(household.id)
    if placement is not None:
        return placement.procedure_kind
    return TAILORED if triggers(night, household) else REGULAR


def known(typed: str) -> str:
    """One of the two procedures as it was typed, or a refusal that names them."""
    if typed not in PROCEDURES:
        raise Refused(
            _("'{text}' is not a procedure. Use one of: {known}.").format(text=typed[:20], known=", ".join(PROCEDURES))
        )
    return typed


def chosen(typed: str, night: Night, household: Household, before: str = "") -> str:
    """The procedure of a placement: as a person said, else as it stood, else as triggered; else refused."""
    if typed:
        return known(typed)
    return before or (TAILORED if triggers(night, household) else REGULAR)


def reasons_line(night: Night, household: Household) -> str:
    """The procedure with its reasons in one line, for the sheet of a household and under the cursor."""
    reasons = "; ".join(trigger.text for trigger in triggers(night, household))
    kind = _(PROCEDURES[procedure(night, household)])
    return f"{kind}: {reasons}" if reasons else kind


def no_place(night: Night, household: Household) -> str:
    """Why no place is suitable at all, those reasons that hold for most first; empty while one suits or may suit.

    Said only of people who stay here and for whom nobody is asked yet. Numbers count locations.
    """
    if household.state not in INSIDE or household.id in night.placement_of:
        return ""
    against: Counter[str] = Counter()
    for location in _by_room(night):  # most have room where most room is: one look is enough for them
        fit = suitability.judge(night, household, night.location[location])
        if fit.fits is not False:
            return ""
        against.update(finding.text for finding in fit.saying(False))
    said = [f"{count} × {text}" for text, count in against.most_common(REASONS_SHOWN)]
    why = "; ".join(said) or _("there are no locations yet")
    return _("no suitable place: {why}").format(why=why)
