"""Placements in the store: asked, agreed, brought there, confirmed; or fallen through."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from desk import households as household_rules
from desk import placements as rules
from desk import procedure as procedures
from desk import suitability
from desk.capacity import Location
from desk.households import Household, HouseholdState
from desk.language import _
from desk.names import clean
from desk.night import Night
from desk.placements import OUTSIDE, Placement, PlacementState
from desk.refusals import Refused
from storage.beds import Beds
from storage.capacity import Capacity
from storage.households import Households
from storage.journal import Act, Done, Journal
from storage.night import read_house, read_region
from storage.outcomes import Outcomes
from storage.rows import insert, read, save


class Placements(Outcomes):
    """What can be done with a placement."""

    def __init__(self, journal: Journal, households: Households, beds: Beds, capacity: Capacity) -> None:
        super().__init__(journal, households)
        self._beds = beds
        self._capacity = capacity

    # --- asking -----------------------------------------------------------------------------

    def propose(self, ref: str, location: str, procedure: str = "", at: datetime | None = None) -> Done:
        """On the call list: a location to ask when it answers; nobody is asked and no place is held yet."""
        given = {"ref": ref, "location": location, "procedure": procedure}
        with self._journal.action("placement propose", given, at) as act:
            night, household = self._to_place(act, ref)
            where = self._capacity.get(location)
            kind = procedures.chosen(procedure, night, household)
            new = replace(self._new(act, household, where, "", ""), procedure_kind=kind)
            insert(self._db, new)
        text = _("{who} is on the call list for {location}.").format(who=self._who(household), location=where.name)
        return Done(new.ref, new.state, text, also={"household": household.ref})

    def ask(
        self,
        ref: str,
        location: str = "",
        *,
        outside: str = "",
        to: str = "",
        until: datetime | None = None,
        override: str = "",
        procedure: str = "",
        at: datetime | None = None,
    ) -> Done:
        """Ask a location, or a destination outside the region, now; places are held until `until`.

        The procedure is that of `desk.procedure` unless one is given: `regular` or `tailored`.
        """
        given: dict[str, Any] = {"ref": ref, "location": location, "outside": outside, "to": to, "until": until}
        given |= {"override": override, "procedure": procedure}
        with self._journal.action("placement ask", given, at) as act:
            asked, household, where, warnings = self._ask(
                act, ref, location, outside, to, until, clean(override), procedure
            )
        name = where.name if where else asked.to_text
        text = _("{who}: {location} is asked, held until {time}.").format(
            who=self._who(household),
            location=name,
            time=self._journal.settings.hhmm(asked.until) if asked.until else "",
        )
        return Done(asked.ref, asked.state, text, tuple(warnings), also={"household": household.ref})

    def _ask(
        self,
        act: Act,
        ref: str,
        location: str,
        outside: str,
        to: str,
        until: datetime | None,
        override: str,
        procedure: str,
    ) -> tuple[Placement, Household, Location | None, list[str]]:
        night, household = self._to_place(act, ref, asking=True)
        proposed = night.placement_of.get(household.id)
        where = None if outside else self._where(night, proposed, location)
        if outside and outside not in OUTSIDE:
            raise Refused(
                _("'{kind}' is not a kind of destination. Use one of: {kinds}.").format(
                    kind=outside, kinds=", ".join(OUTSIDE)
                )
            )
        if outside and not clean(to):
            raise Refused(_("To whom or where? Give a name (--to)."))
        rules.may_go(household, outside, override)
        warnings = self._suits(night, household, where, override) if where else []
        until = until or rules.hold_until(where, act.at, self._journal.settings)
        after = replace(
            proposed or self._new(act, household, where, outside, to),
            location=where.id if where else None,
            outside=outside,
            to_text=clean(to),
            override=override,
            people=household.people,
            procedure_kind=procedures.chosen(
                procedure, night, household, proposed.procedure_kind if proposed is not None else ""
            ),
        )
        after = rules.ask(after, act.at, until)
        if proposed is None:
            after = replace(after, id=insert(self._db, after))
        else:
            save(self._db, proposed, after)
        act.ref = after.ref
        return after, household, where, warnings

    def _where(self, night: Night, proposed: Placement | None, location: str) -> Location:
        if location:
            return self._capacity.get(location)
        if proposed is None or proposed.location is None:
            raise Refused(_("Which location? Name one, or see: desk placement suggest REF"))
        return night.location[proposed.location]

    def _suits(self, night: Night, household: Household, where: Location, override: str) -> list[str]:
        fit = suitability.judge(night, household, where)
        if where.id in night.mine and household.people > fit.free:
            from desk.region import shared  # no reason makes a place that another desk may have

            mine, settings = night.mine[where.id], night.settings
            raise Refused(shared.beyond(where.name, where.ref, mine, fit.free, household.people, night.at, settings))
        if suitability.needs_override(fit) and not override:
            raise Refused(
                _("{location} does not suit {who}: {reasons}. Choose another, or give a reason (--override).").format(
                    location=where.name,
                    who=self._who(household),
                    reasons="; ".join(f.text for f in fit.findings if f.fits is False and not f.note),
                )
            )
        apart = self._apart(night, household, where)
        if fit.fits is False:
            return [_("Against the rules: {reasons}").format(reasons="; ".join(fit.reasons)), *apart]
        unknown = [f.text for f in fit.findings if f.fits is None and not f.note]
        said = [_("{location}: {reasons}").format(location=where.name, reasons="; ".join(unknown))] if unknown else []
        return [*said, *apart]

    def _apart(self, night: Night, household: Household, where: Location) -> list[str]:
        """Those who want to stay together with a household and go, or are to be asked for, elsewhere."""
        found = []
        for number in sorted(night.linked.get(household.id, ())):
            other, own = night.household.get(number), night.placement_of.get(number)
            there = night.location.get(own.location or 0) if own else None
            if other is not None and own is not None and own.location != where.id:
                found.append(
                    _("{other} wants to stay together with them and goes to {location}.").format(
                        other=self._who(other), location=there.name if there else own.to_text
                    )
                )
        return found

    def _to_place(self, act: Act, ref: str, *, asking: bool = False) -> tuple[Night, Household]:
        household = self._households.get(ref) if not ref.strip().upper().startswith("P") else self._of(self.get(ref))
        act.ref = household.ref
        night = read_region(self._journal, household, act.at)
        if household.state not in household_rules.INSIDE | {HouseholdState.EXPECTED}:
            raise Refused(
                _("{who} ({state}) is not here and cannot be placed from here.").format(
                    who=self._who(household), state=_(household_rules.LABELS[household.state])
                )
            )
        open_one = night.placement_of.get(household.id)
        if open_one is not None and not (asking and open_one.state is PlacementState.PROPOSED):
            where = night.location.get(open_one.location or 0)
            raise Refused(
                _("{who} has a placement already: {location}, {state}. Withdraw it first (k).").format(
                    who=self._who(household),
                    location=where.name if where else open_one.to_text,
                    state=_(rules.LABELS[open_one.state]),
                )
            )
        return night, household

    def _new(self, act: Act, household: Household, where: Location | None, outside: str, to: str) -> Placement:
        act.ref = self._journal.next_ref("P")
        return Placement(
            ref=act.ref,
            household=household.id,
            people=household.people,
            location=where.id if where else None,
            outside=outside,
            to_text=clean(to),
            proposed_by=self._journal.operator,
            created_at=act.at,
        )

    # --- the steps --------------------------------------------------------------------------

    def agree(
        self,
        ref: str,
        location: str = "",
        *,
        by: str,
        channel: str = "phone",
        override: str = "",
        procedure: str = "",
        at: datetime | None = None,
    ) -> Done:
        """The receiver said yes; with a location it is asked and agreed in one call."""
        given = {"ref": ref, "location": location, "by": by, "channel": channel}
        given |= {"override": override, "procedure": procedure}
        warnings: list[str] = []
        with self._journal.action("placement agree", given, at) as act:
            if location:
                before = self._asked_there(act, ref, location)
                if before is None:
                    before, _household, _where, warnings = self._ask(
                        act, ref, location, "", "", None, clean(override), procedure
                    )
            else:
                before = self._get(act, ref)
            after = rules.agree(before, clean(by), channel, act.at)
            if procedure:
                night = read_region(self._journal, self._of(before), act.at)
                after = replace(after, procedure_kind=procedures.chosen(procedure, night, self._of(before)))
            save(self._db, before, after)
        return self._done(after, _("{who}: {location} said yes ({by}).").replace("{by}", after.agreed_by), warnings)

    def _asked_there(self, act: Act, ref: str, location: str) -> Placement | None:
        household = self._households.get(ref) if not ref.strip().upper().startswith("P") else self._of(self.get(ref))
        where = self._capacity.get(location)
        rows = read(self._db, Placement, "household = ? AND location = ? AND state = 'asked'", [household.id, where.id])
        if rows:
            act.ref = rows[0].ref
        return rows[0] if rows else None

    def transport(
        self,
        ref: str,
        *,
        carrier: str = "",
        pickup: datetime | None = None,
        ride: str = "",
        at: datetime | None = None,
    ) -> Done:
        """Transport is arranged; the stay is about to end."""
        given = {"ref": ref, "carrier": carrier, "pickup": pickup, "ride": ride}
        with self._journal.action("placement transport", given, at) as act:
            before = self._get(act, ref)
            vehicle = self.get_ride(ride) if ride else None
            carrier = clean(carrier) or (vehicle.carrier if vehicle else "")
            pickup = pickup or (vehicle.pickup if vehicle else None)
            if not carrier or pickup is None:
                raise Refused(_("By whom and when? Give --carrier and --pickup, or a ride."))
            after = rules.transport(before, carrier, pickup, vehicle.id if vehicle else None)
            save(self._db, before, after)
            household = self._of(after)
            if household.state in {HouseholdState.IN_BED, HouseholdState.DEPARTING}:
                save(self._db, household, replace(household, state=HouseholdState.DEPARTING))
        text = _("{who}: {carrier} at {time}.").replace("{carrier}", carrier)
        return self._done(after, text.replace("{time}", self._journal.settings.hhmm(pickup)))

    def depart(self, ref: str, at: datetime | None = None) -> Done:
        """They are on the road; their beds need cleaning."""
        with self._journal.action("placement depart", {"ref": ref}, at) as act:
            before = self._get(act, ref)
            after = rules.depart(before, act.at)
            household = self._of(before)
            night = read_house(self._journal, act.at)
            self._beds.leave_all(night, household, act.at)
            save(self._db, household, household_rules.depart(household, act.at))
            save(self._db, before, after)
        return self._done(after, _("{who} left for {location}."))

    def confirm(self, ref: str, by: str, at: datetime | None = None) -> Done:
        """The receiver confirms that they are there: placed."""
        with self._journal.action("placement confirm", {"ref": ref, "by": by}, at) as act:
            before = self._get(act, ref)
            after = rules.confirm(before, clean(by), max(act.at, before.departed_at or act.at))
            save(self._db, before, after)
        placed = (
            _("{who} are placed at {location}.") if after.location is not None else _("{who} arrived at {location}.")
        )
        return self._done(after, placed)
