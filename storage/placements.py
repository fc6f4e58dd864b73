"""Placements and rides in the store: asked, agreed, brought there, confirmed; or fallen through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk import households as household_rules
from desk import placements as rules
from desk import suitability
from desk.capacity import Location
from desk.households import Household, HouseholdState
from desk.language import _
from desk.names import clean
from desk.night import Night
from desk.placements import OUTSIDE, Placement, PlacementState, Ride
from desk.references import meant
from desk.refusals import Refused
from storage.beds import Beds
from storage.capacity import Capacity
from storage.households import Households
from storage.journal import Act, Done, Journal, found_or
from storage.night import read_house, read_region
from storage.rows import insert, newest, read, save

_OPEN = "state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway')"


class Placements:
    """What can be done with a placement."""

    def __init__(self, journal: Journal, households: Households, beds: Beds, capacity: Capacity) -> None:
        self._journal = journal
        self._db = journal.db
        self._households = households
        self._beds = beds
        self._capacity = capacity

    def get(self, ref: str) -> Placement:
        """The placement meant by its own reference, or the open (else the last) one of a household's."""
        if ref.strip()[:1].upper() == "P":
            rows = newest(self._db, Placement, meant(ref, "PH"))
            placement: Placement = found_or(
                rows, _("There is no placement {ref}. See: desk list placements").format(ref=ref)
            )
            return placement
        household = self._households.get(ref)
        rows = read(self._db, Placement, "household = ?", [household.id], f"({_OPEN}) DESC, id DESC")
        found: Placement = found_or(
            rows,
            _("{ref} {name} has no placement yet. Ask a location first (p).").format(
                ref=self._journal.said(household.ref), name=household.name
            ),
        )
        return found

    # --- asking -----------------------------------------------------------------------------

    def propose(self, ref: str, location: str, at: datetime | None = None) -> Done:
        """On the call list: a location to ask when it answers; nobody is asked and no place is held yet."""
        with self._journal.action("placement propose", {"ref": ref, "location": location}, at) as act:
            _night, household = self._to_place(act, ref)
            where = self._capacity.get(location)
            new = self._new(act, household, where, "", "")
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
        at: datetime | None = None,
    ) -> Done:
        """Ask a location, or a destination outside the region, now; places are held until `until`."""
        given = {"ref": ref, "location": location, "outside": outside, "to": to, "until": until, "override": override}
        with self._journal.action("placement ask", given, at) as act:
            asked, household, where, warnings = self._ask(act, ref, location, outside, to, until, clean(override))
        name = where.name if where else asked.to_text
        text = _("{who}: {location} is asked, held until {time}.").format(
            who=self._who(household),
            location=name,
            time=self._journal.settings.hhmm(asked.until) if asked.until else "",
        )
        return Done(asked.ref, asked.state, text, tuple(warnings), also={"household": household.ref})

    def _ask(
        self, act: Act, ref: str, location: str, outside: str, to: str, until: datetime | None, override: str
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
        if suitability.needs_override(fit) and not override:
            raise Refused(
                _("{location} does not suit {who}: {reasons}. Choose another, or give a reason (--override).").format(
                    location=where.name,
                    who=self._who(household),
                    reasons="; ".join(f.text for f in fit.findings if f.fits is False and not f.note),
                )
            )
        if fit.fits is False:
            return [_("Against the rules: {reasons}").format(reasons="; ".join(fit.reasons))]
        unknown = [f.text for f in fit.findings if f.fits is None and not f.note]
        return [_("{location}: {reasons}").format(location=where.name, reasons="; ".join(unknown))] if unknown else []

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
        at: datetime | None = None,
    ) -> Done:
        """The receiver said yes; with a location it is asked and agreed in one call."""
        given = {"ref": ref, "location": location, "by": by, "channel": channel, "override": override}
        warnings: list[str] = []
        with self._journal.action("placement agree", given, at) as act:
            if location:
                before = self._asked_there(act, ref, location)
                if before is None:
                    before, _household, _where, warnings = self._ask(act, ref, location, "", "", None, clean(override))
            else:
                before = self._get(act, ref)
            after = rules.agree(before, clean(by), channel, act.at)
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

    def extend(self, ref: str, until: datetime, at: datetime | None = None) -> Done:
        """The hold lasts longer."""
        return self._change(
            "placement extend",
            ref,
            {"until": until},
            at,
            lambda p, now: rules.extend(p, until, now),
            _("{who}: hold extended."),
        )

    def decline(self, ref: str, reason: str, note: str = "", at: datetime | None = None) -> Done:
        """They said no; the pair is remembered."""
        given = {"reason": reason, "note": note}
        return self._change(
            "placement decline",
            ref,
            given,
            at,
            lambda p, now: rules.decline(p, reason, clean(note), now),
            _("{who}: {location} said no."),
        )

    def withdraw(self, ref: str, reason: str, at: datetime | None = None) -> Done:
        """We take it back; its places are free again."""
        return self._change(
            "placement withdraw",
            ref,
            {"reason": reason},
            at,
            lambda p, now: rules.withdraw(p, clean(reason), now),
            _("{who}: taken back from {location}."),
        )

    def _change(
        self,
        verb: str,
        ref: str,
        given: dict[str, Any],
        at: datetime | None,
        rule: Callable[[Placement, datetime], Placement],
        text: str,
    ) -> Done:
        with self._journal.action(verb, {"ref": ref, **given}, at) as act:
            before = self._get(act, ref)
            after = rule(before, act.at)
            save(self._db, before, after)
            household = self._of(before)
            if after.ended_at is not None and household.state is HouseholdState.DEPARTING:
                save(self._db, household, replace(household, state=HouseholdState.IN_BED))
        return self._done(after, text)

    def come_back(self, ref: str, reason: str, at: datetime | None = None) -> Done:
        """They are back from the road or from the location; they wait for a bed."""
        with self._journal.action("placement return", {"ref": ref, "reason": reason}, at) as act:
            before = self._get(act, ref)
            after = rules.come_back(before, clean(reason), act.at)
            household = self._of(before)
            save(self._db, household, household_rules.came_back(household))
            save(self._db, before, after)
        return self._done(after, _("{who} are back and wait for a bed."))

    # --- rides ------------------------------------------------------------------------------

    def add_ride(
        self, carrier: str, pickup: datetime, phone: str = "", note: str = "", at: datetime | None = None
    ) -> Done:
        """One vehicle that can take several households."""
        given = {"carrier": carrier, "pickup": pickup, "phone": phone}
        with self._journal.action("ride add", given, at) as act:
            if not clean(carrier):
                raise Refused(_("Who drives? Give a carrier."))
            act.ref = self._journal.next_ref("R")
            ride = Ride(ref=act.ref, carrier=clean(carrier), phone=clean(phone), pickup=pickup, note=clean(note))
            insert(self._db, ride)
        said = self._journal.said(ride.ref)
        time = self._journal.settings.hhmm(pickup)
        return Done(
            ride.ref, "planned", _("{ref}: {carrier} at {time}.").format(ref=said, carrier=ride.carrier, time=time)
        )

    def get_ride(self, ref: str) -> Ride:
        """The ride meant by a reference."""
        rows = newest(self._db, Ride, meant(ref, "R"))
        ride: Ride = found_or(rows, _("There is no ride {ref}. See: desk ride list").format(ref=ref))
        return ride

    def rides(self) -> list[Ride]:
        """All rides, newest first."""
        return read(self._db, Ride, order="id DESC")

    # --- shared -----------------------------------------------------------------------------

    def _get(self, act: Act, ref: str) -> Placement:
        placement = self.get(ref)
        act.ref = placement.ref
        return placement

    def _of(self, placement: Placement) -> Household:
        return read(self._db, Household, "id = ?", [placement.household])[0]

    def _who(self, household: Household) -> str:
        return f"{self._journal.said(household.ref)} {household.name} {household.people}"

    def _done(self, placement: Placement, text: str, warnings: list[str] | None = None) -> Done:
        household = self._of(placement)
        rows = read(self._db, Location, "id = ?", [placement.location]) if placement.location else []
        said = text.replace("{who}", self._who(household))
        said = said.replace("{location}", rows[0].name if rows else placement.to_text)
        return Done(placement.ref, placement.state, said, tuple(warnings or ()), also={"household": household.ref})
