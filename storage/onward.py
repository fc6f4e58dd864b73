"""Onward in the store: who stays together, where somebody belongs, and a plan of places put on the call list."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from desk import procedure, suitability
from desk.capacity import Location, Municipality
from desk.households import TIE_LABELS, Household, Link
from desk.language import _, ngettext
from desk.night import Night
from desk.placements import Placement, PlacementState
from desk.refusals import NotFound, Refused
from storage.capacity import Capacity
from storage.households import Households
from storage.journal import Act, Done, Journal
from storage.night import read_night
from storage.rows import delete, insert, read, save


class Onward:
    """What the onward plan goes by, and accepting one."""

    def __init__(self, journal: Journal, households: Households, capacity: Capacity) -> None:
        self._journal = journal
        self._db = journal.db
        self._households = households
        self._capacity = capacity

    # --- who stays together, and where ------------------------------------------------------

    def link(self, ref: str, other: str, *, remove: bool = False, at: datetime | None = None) -> Done:
        """Two households want to stay together, or no longer do; nothing forbids to place them apart."""
        given = {"ref": ref, "other": other, "remove": remove or None}
        with self._journal.action("household link", given, at) as act:
            one, two = self._households.get(ref), self._households.get(other)
            act.ref = one.ref
            if one.id == two.id:
                raise Refused(_("Name two different households."))
            pair = [one.id, two.id, two.id, one.id]
            known = read(self._db, Link, "(household = ? AND other = ?) OR (household = ? AND other = ?)", pair)
            if remove:
                if not known:
                    raise NotFound(
                        _("{one} and {other} are not linked. See: desk show {one}").format(
                            one=self._journal.said(one.ref), other=self._journal.said(two.ref)
                        )
                    )
                for link in known:
                    delete(self._db, link)
            elif known:
                raise Refused(
                    _("{one} and {other} are linked already.").format(one=self._who(one), other=self._who(two))
                )
            else:
                insert(self._db, Link(household=one.id, other=two.id, made_by=self._journal.operator, at=act.at))
        text = _("{who} and {other} go each their own way.") if remove else _("{who} and {other} stay together.")
        state = "removed" if remove else "linked"
        return Done(one.ref, state, text.format(who=self._who(one), other=self._who(two)), also={"other": two.ref})

    def tie(
        self, ref: str, municipality: str = "", reason: str = "", *, remove: bool = False, at: datetime | None = None
    ) -> Done:
        """A household belongs near a municipality: family lives there, they lived there before, work or school."""
        given = {"ref": ref, "municipality": municipality, "reason": reason, "remove": remove or None}
        with self._journal.action("household tie", given, at) as act:
            before = self._households.get(ref)
            act.ref = before.ref
            place = None if remove else self._near(municipality, reason)
            if remove and before.tie is None:
                raise NotFound(_("{who} has no tie to a municipality.").format(who=self._who(before)))
            after = replace(before, tie=place.id if place else None, tie_reason=reason if place else "")
            save(self._db, before, after)
        if place is None:
            return Done(before.ref, "removed", _("{who} is tied to no municipality.").format(who=self._who(before)))
        name = place.screen_name or place.name
        text = _("{who} belongs near {municipality}: {reason}.").format(
            who=self._who(before), municipality=name, reason=_(TIE_LABELS[reason])
        )
        return Done(before.ref, "tied", text, also={"municipality": name, "reason": reason})

    def _near(self, municipality: str, reason: str) -> Municipality:
        if reason not in TIE_LABELS:
            raise Refused(
                _("'{reason}' is not a reason for a tie. Use one of: {reasons}.").format(
                    reason=reason[:20], reasons=", ".join(TIE_LABELS)
                )
            )
        return self._capacity.meant(municipality)

    # --- a plan accepted --------------------------------------------------------------------

    def accept(self, expect: Mapping[str, str], basis: str = "", at: datetime | None = None) -> Done:
        """Put everybody of a plan on the call list, in one action; nobody is asked and no place is held yet.

        `expect` is the plan as it was shown: the reference of the location by that of the household. Where facts it
        rests on (`basis`) changed since, or a place of it can no longer be, all of it is refused.
        """
        given = {"count": len(expect), "calls": len(set(expect.values()))}
        with self._journal.action("placement plan", given, at) as act:
            night = read_night(self._journal, act.at)
            chosen = self._checked(night, expect, basis)
            refs = [self._proposed(night, act, household, where) for household, where in chosen]
            act.ref = ""
        people = sum(household.people for household, _where in chosen)
        calls = len({where.id for _household, where in chosen})
        text = ngettext(
            "{people} people on the call list, {n} call.", "{people} people on the call list, {n} calls.", calls
        )
        return Done("", PlacementState.PROPOSED, text.format(people=people, n=calls), also={"placements": refs})

    def _checked(self, night: Night, expect: Mapping[str, str], basis: str) -> list[tuple[Household, Location]]:
        """Whom to put on the list and for where, all of it still as it was shown; else refused."""
        from desk.plans.waiting import task_of

        if not expect:
            raise Refused(_("Nobody gets a place by this plan, so there is nothing to put on the call list."))
        task = task_of(night)
        if basis and basis != task.basis:
            raise Refused(_changed())
        households = {h.ref: h for h in task.households}
        locations = {loc.ref: loc for loc in night.locations}
        left, men = dict(task.places), dict(task.men_left)
        chosen = []
        for ref, where in expect.items():
            household, location = households.get(ref), locations.get(where)
            if household is None or location is None:
                raise Refused(_changed())
            left[location.id] = left.get(location.id, 0) - household.people
            if suitability.man_spread(household) and location.id in men:
                men[location.id] -= 1
            fits = suitability.judge(night, household, location).fits
            if fits is False or left[location.id] < 0 or men.get(location.id, 0) < 0:
                raise Refused(_changed())
            chosen.append((household, location))
        return chosen

    def _proposed(self, night: Night, act: Act, household: Household, where: Location) -> str:
        """One household on the call list; who stood there for another place is moved to this one."""
        before = night.placement_of.get(household.id)
        if before is not None:
            if before.location != where.id:
                save(self._db, before, replace(before, location=where.id, proposed_by=self._journal.operator))
            return before.ref
        new = Placement(
            ref=self._journal.next_ref("P"),
            household=household.id,
            people=household.people,
            location=where.id,
            procedure_kind=procedure.chosen("", night, household),
            proposed_by=self._journal.operator,
            created_at=act.at,
        )
        insert(self._db, new)
        return new.ref

    def _who(self, household: Household) -> str:
        return f"{self._journal.said(household.ref)} {household.called} {household.people}"


def _changed() -> str:
    return _("Something changed since this plan was made; nothing was put on the call list. Look at the new plan.")
