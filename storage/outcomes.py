"""What becomes of a placement that was asked for: held longer, said no to, taken back, come back; its procedure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk import households as household_rules
from desk import placements as rules
from desk import procedure as procedures
from desk.capacity import Location
from desk.households import Household, HouseholdState
from desk.language import _
from desk.names import clean
from desk.placements import Placement
from desk.references import meant
from storage.households import Households
from storage.journal import Act, Done, Journal, found_or
from storage.rides import Rides
from storage.rows import newest, read, save
from storage.seats import sees_placement

_OPEN = "state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway')"


class Outcomes(Rides):
    """What can be done with a placement that is made, besides the steps that bring it further."""

    def __init__(self, journal: Journal, households: Households) -> None:
        super().__init__(journal)
        self._households = households

    def get(self, ref: str) -> Placement:
        """The placement meant by its own reference, or the open (else the last) one of a household's."""
        if ref.strip()[:1].upper() == "P":
            rows = newest(self._db, Placement, meant(ref, "PH"))
            rows = [p for p in rows if sees_placement(self._db, self._journal.seat, p)]
            placement: Placement = found_or(
                rows, _("There is no placement {ref}. See: desk list placements").format(ref=ref)
            )
            return placement
        household = self._households.get(ref)
        rows = read(self._db, Placement, "household = ?", [household.id], f"({_OPEN}) DESC, id DESC")
        rows = [p for p in rows if sees_placement(self._db, self._journal.seat, p)]
        found: Placement = found_or(
            rows,
            _("{ref} {name} has no placement yet. Ask a location first (p).").format(
                ref=self._journal.said(household.ref), name=household.called
            ),
        )
        return found

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

    def procedure(self, ref: str, kind: str, at: datetime | None = None) -> Done:
        """A person chooses the other procedure for a placement that is made already."""
        return self._change(
            "placement procedure",
            ref,
            {"procedure": kind},
            at,
            lambda p, _now: replace(p, procedure_kind=procedures.known(kind)),
            _("{who}: {procedure}.").replace("{procedure}", _(procedures.PROCEDURES.get(kind, kind))),
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

    def _get(self, act: Act, ref: str) -> Placement:
        placement = self.get(ref)
        act.ref = placement.ref
        return placement

    def _of(self, placement: Placement) -> Household:
        return read(self._db, Household, "id = ?", [placement.household])[0]

    def _who(self, household: Household) -> str:
        return f"{self._journal.said(household.ref)} {household.called} {household.people}"

    def _done(self, placement: Placement, text: str, warnings: list[str] | None = None) -> Done:
        household = self._of(placement)
        rows = read(self._db, Location, "id = ?", [placement.location]) if placement.location else []
        said = text.replace("{who}", self._who(household))
        said = said.replace("{location}", rows[0].name if rows else placement.to_text)
        return Done(placement.ref, placement.state, said, tuple(warnings or ()), also={"household": household.ref})
