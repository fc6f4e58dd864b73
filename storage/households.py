"""Households in the store: given beds, out and back, split, gone."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk import buses as bus_rules
from desk import households as rules
from desk.beds import Sharing
from desk.buses import Bus
from desk.household_line import infer_group
from desk.households import Household, HouseholdState, Member
from desk.language import N_, _
from desk.names import clean, fold
from desk.night import Night, beds_text
from desk.placements import OPEN as OPEN_PLACEMENT
from desk.placements import withdraw
from desk.refusals import Refused
from storage.journal import Act, Done
from storage.night import read_house, read_night
from storage.registration import Registration
from storage.rows import delete, insert, read, save

if TYPE_CHECKING:
    from desk.plans.beds import BedPlan

_TRIES = 3
_NOT_AS_SHOWN = N_("The night has changed since this plan was made. Nothing was done: look at it anew.")


class _Changed(Exception):  # noqa: N818 - not a fault: the plan is made again
    """Somebody wrote while a plan was made."""


class Households(Registration):
    """What can be done with a household once it is written down."""

    # --- beds -------------------------------------------------------------------------------

    def bed(self, ref: str, beds: Sequence[str] = (), at: datetime | None = None) -> Done:
        """Give a household its beds: those named, or those the desk chooses."""
        with self._journal.action("household bed", {"ref": ref, "beds": tuple(beds)}, at) as act:
            household = self._get(act, ref)
            if household.state is HouseholdState.EXPECTED and household.bus is not None:
                bus = read(self._db, Bus, "id = ?", [household.bus])[0]
                save(self._db, bus, bus_rules.registered(bus))
                before, household = household, rules.here(household, act.at)
                save(self._db, before, household)
            after = rules.bedded(household)
            night = read_house(self._journal, act.at)
            chosen, why = self._beds.give(night, household, beds, act.at)
            save(self._db, household, after)
        text = _("{who} sleeps in {beds}.").format(who=self._who(after), beds=beds_text(night, chosen))
        warnings = (why[0].upper() + why[1:] + ".",) if len({b.room for b in chosen}) > 1 and why else ()
        labels = [night.label(bed) for bed in chosen]
        return Done(after.ref, after.state, text, warnings, also={"beds": labels, "why": why})

    def bed_all(
        self,
        bus: str = "",
        at: datetime | None = None,
        *,
        moves: bool = False,
        expect: Mapping[str, Sequence[str]] | None = None,
    ) -> Done:
        """The best beds for everybody of a bus who waits, or for everybody who waits, in one action; moves included.

        `expect` is what a person saw and accepted, beds by household reference: refused where the night has changed
        so that it does not work any more, or something better does.
        """
        given = {"bus": bus, "moves": True} if moves else {"bus": bus}
        for _time in range(_TRIES):
            # before the action: while a plan is made others go on writing
            taken = self._planned(bus, at, moves, expect)
            with suppress(_Changed), self._journal.action("bed all", given, at) as act:
                if replace(read_house(self._journal, act.at), at=taken.before.at) != taken.before:
                    raise _Changed
                act.ref = self._buses.get(bus).ref if bus else ""
                for one in taken.assignments:
                    night = read_house(self._journal, act.at)
                    self._beds.give(night, one.household, [night.label(bed) for bed in one.beds], act.at)
                    after = rules.moved(one.household) if one.moved_from else rules.bedded(one.household)
                    save(self._db, one.household, after)
                return self._all_bedded(act.ref, taken)
        raise Refused(_(_NOT_AS_SHOWN))

    def _planned(
        self, bus: str, at: datetime | None, moves: bool, expect: Mapping[str, Sequence[str]] | None
    ) -> "BedPlan":
        """The plan that is to be done: the best, or what a person accepted where it still is as good."""
        # heavy: the plan loads the solver
        from desk.plans.beds import as_shown, plan_beds

        off = self._buses.get(bus) if bus else None
        plan = plan_beds(read_house(self._journal, at), bus=off, moves=moves, explain=False)
        if not plan.assignments:
            raise Refused(plan.left_out[0].reason if plan.left_out else _("Nobody waits for a bed."))
        taken = plan if expect is None else as_shown(plan, expect)
        if taken is None:
            raise Refused(_(_NOT_AS_SHOWN))
        return replace(taken, status=plan.status)

    def _all_bedded(self, ref: str, taken: "BedPlan") -> Done:
        people = taken.measure.people
        text = _("{n} people have their beds.").format(n=people)
        left = [f"{self._who(out.household)}: {out.reason}" for out in taken.left_out]
        also = {"people": people, "moved": taken.measure.moved, "status": taken.status, "free_after": taken.free_after}
        return Done(ref, "in_bed", text, tuple(left), also=also)

    def move(self, ref: str, beds: Sequence[str], at: datetime | None = None) -> Done:
        """Other beds for a household; where it slept before is history and may need cleaning."""
        with self._journal.action("household move", {"ref": ref, "beds": tuple(beds)}, at) as act:
            household = self._get(act, ref)
            after = rules.moved(household)
            night = read_house(self._journal, act.at)
            if not beds:
                raise Refused(_("Where to? Name the beds, or a room: desk household move {ref} 12").format(ref=ref))
            chosen, _why = self._beds.give(night, household, beds, act.at)
            save(self._db, household, after)
        text = _("{who} moved to {beds}.").format(who=self._who(after), beds=beds_text(night, chosen))
        return Done(after.ref, after.state, text, also={"beds": [night.label(bed) for bed in chosen]})

    def may_move(self, ref: str, yes: bool = True, at: datetime | None = None) -> Done:
        """A person marks a household that sleeps: a plan may move it though it is night; or takes the mark away."""
        with self._journal.action("household may-move", {"ref": ref, "yes": yes}, at) as act:
            household = self._get(act, ref)
            after = rules.marked(household, yes)
            save(self._db, household, after)
        words = _("{who} may be moved for a plan of the beds.") if yes else _("{who} is left where they sleep.")
        return self._done(after, words)

    def share(self, ref: str, other: str, agreed_by: str, at: datetime | None = None) -> Done:
        """Two households agreed to share a room; who asked them and when is kept."""
        given = {"ref": ref, "other": other, "agreed_by": agreed_by}
        with self._journal.action("household share", given, at) as act:
            one, two = self._get(act, ref), self.get(other)
            if one.id == two.id:
                raise Refused(_("Name two different households."))
            if not clean(agreed_by):
                raise Refused(_("Who asked them? Give a name (--agreed-by)."))
            if one.minor_alone or two.minor_alone:
                raise Refused(
                    _("A minor without a parent never shares with adults outside the household, agreed or not.")
                )
            insert(self._db, Sharing(household=one.id, other=two.id, agreed_by=clean(agreed_by), at=act.at))
        return self._done(one, _("{who} may share a room with {other}.").format(who="{who}", other=self._who(two)))

    def say_nothing(self, ref: str, yes: bool = True, at: datetime | None = None) -> Done:
        """Nobody who asks is told that they are here: the name is covered outside their own sheet; or no longer."""
        with self._journal.action("household say-nothing", {"ref": ref, "yes": yes}, at) as act:
            household = self._get(act, ref)
            after = replace(household, say_nothing=yes)
            save(self._db, household, after)
        words = _("{who}: their name is covered. Whoever asks is told nothing.") if yes else _("{who} shows again.")
        return self._done(after, words)

    # --- care -------------------------------------------------------------------------------

    def guardian(self, ref: str, contact: str, at: datetime | None = None) -> Done:
        """A guardianship contact was made for a minor without a parent: with whom, and what was agreed."""
        with self._journal.action("household guardian", {"ref": ref, "contact": contact}, at) as act:
            household = self._get(act, ref)
            if not household.minor_alone:
                raise Refused(
                    _(
                        "{ref} has no minor without a parent. If it has, say so first: desk household edit {ref}"
                        " --group unaccompanied_minor"
                    ).format(ref=ref)
                )
            if not clean(contact):
                raise Refused(_("With whom, and what was agreed? (--contact)"))
            after = replace(household, guardian=clean(contact), guardian_at=act.at)
            save(self._db, household, after)
        return self._done(after, _("{who}: guardianship contact logged."))

    def edit(self, ref: str, at: datetime | None = None, *, clear: Collection[str] = (), **details: Any) -> Done:
        """Change what is known of a household; only what is given changes, what is cleared is known no more."""
        from desk.told import registration

        with self._journal.action("household edit", {"ref": ref, "clear": tuple(clear), **details}, at) as act:
            household = self._get(act, ref)
            changes = registration({name: value for name, value in details.items() if value not in (None, "", ())})
            changes |= rules.cleared(clear)
            if "name" in changes:
                changes["folded"] = fold(changes["name"])
            after = rules.register(replace(household, **changes))
            save(self._db, household, after)
            self._as_many_members(after)
        return self._done(after, _("{who} changed."), rules.doubts(after))

    def _as_many_members(self, household: Household) -> None:
        """One member a person; where they turn out to be fewer the last ones go, and must be in the building."""
        members = self._members(household)
        for member in members[household.people :]:
            if member.presence is not rules.Presence.IN:
                raise Refused(
                    _("{ref}: member {number} is out. Report them in first, or split them off.").format(
                        ref=household.ref, number=member.number
                    )
                )
            delete(self._db, member)
        for number in range(len(members) + 1, household.people + 1):
            insert(self._db, Member(household=household.id, number=number))

    def out(
        self,
        ref: str,
        members: Collection[int] = (),
        to: str = "other",
        back: datetime | None = None,
        at: datetime | None = None,
    ) -> Done:
        """Some or all are out of the building, with where and when they are expected; they keep their beds."""
        given = {"ref": ref, "members": tuple(members), "to": to, "back": back}
        with self._journal.action("household out", given, at) as act:
            household = self._get(act, ref)
            people = self._members(household)
            chosen = rules.chosen(household, people, set(members))
            for before, after in zip(chosen, rules.out(household, chosen, to, act.at, back), strict=True):
                save(self._db, before, after)
        return self._done(household, _("{who}: {n} out, beds kept.").format(who="{who}", n=len(chosen)))

    def back(self, ref: str, members: Collection[int] = (), at: datetime | None = None) -> Done:
        """They are in the building again."""
        with self._journal.action("household in", {"ref": ref, "members": tuple(members)}, at) as act:
            household = self._get(act, ref)
            chosen = rules.chosen(household, self._members(household), set(members))
            for before, after in zip(chosen, rules.back_in(household, chosen), strict=True):
                save(self._db, before, after)
        return self._done(household, _("{who}: all are in again.") if not members else _("{who}: in again."))

    def leave(self, ref: str, reason: str, at: datetime | None = None) -> Done:
        """They left without any arrangement; an open placement falls."""
        with self._journal.action("household leave", {"ref": ref, "reason": reason}, at) as act:
            household = self._get(act, ref)
            after = rules.leave(household, reason, act.at)
            night = read_night(self._journal, act.at)
            warnings = self._drop_placement(night, household, act.at)
            self._beds.leave_all(night, household, act.at)
            save(self._db, household, after)
        return self._done(after, _("{who} left."), warnings)

    def _drop_placement(self, night: Night, household: Household, at: datetime) -> list[str]:
        placement = night.placement_of.get(household.id)
        if placement is None or placement.state not in OPEN_PLACEMENT:
            return []
        save(self._db, placement, withdraw(placement, _("they left"), at))
        where = night.location.get(placement.location or 0)
        return [
            _("Their place at {location} is released: tell them.").format(
                location=where.name if where else placement.to_text
            )
        ]

    def no_show(self, ref: str, at: datetime | None = None) -> Done:
        """On the list, but not off the bus."""
        with self._journal.action("household no-show", {"ref": ref}, at) as act:
            household = self._get(act, ref)
            after = rules.no_show(household, act.at)
            save(self._db, household, after)
        return self._done(after, _("{who} did not come."))

    def split(self, ref: str, members: Collection[int], reason: str, at: datetime | None = None) -> Done:
        """Some members go on as a household of their own; their beds go with them."""
        given = {"ref": ref, "members": tuple(members), "reason": reason}
        with self._journal.action("household split", given, at) as act:
            household = self._get(act, ref)
            if not clean(reason):
                raise Refused(_("Why are they split? Give a reason (--reason)."))
            night = read_night(self._journal, act.at)
            if household.id in night.placement_of:
                raise Refused(
                    _("{ref} has an open placement. Withdraw it first (k).").format(
                        ref=self._journal.said(household.ref)
                    )
                )
            people = self._members(household)
            going = rules.split(household, people, set(members))
            act.ref = self._journal.next_ref("H")
            new = self._split_off(night, household, people, going, act)
            act.ref = household.ref
        return Done(
            new.ref,
            new.state,
            _("{who} is split off from {old}.").format(who=self._who(new), old=self._journal.said(household.ref)),
            also={"from": household.ref},
        )

    def _split_off(
        self, night: Night, household: Household, people: list[Member], going: list[Member], act: Act
    ) -> Household:
        staying = [m for m in people if m not in going]
        name = going[0].name or household.name
        new = replace(
            household,
            id=0,
            ref=act.ref,
            name=name,
            folded=fold(name),
            people=len(going),
            adults=None,
            children=None,
            cots=0,
            pets=0,
            group_kind=infer_group(len(going), ages=tuple(m.age for m in going if m.age is not None), sex=going[0].sex),
            guardian="",
            guardian_at=None,
            note="",
        )
        new = replace(new, id=insert(self._db, new))
        for number, member in enumerate(going, start=1):
            save(self._db, member, replace(member, household=new.id, number=number))
        kept = replace(
            household, people=len(staying), adults=None, children=None, cots=min(household.cots, len(staying))
        )
        save(self._db, household, kept)
        beds = night.beds_of.get(household.id, [])[kept.beds_needed :]
        for bed in beds:
            rows = self._db.execute("SELECT id FROM stay WHERE bed = ? AND until IS NULL", [bed.id]).fetchall()
            self._db.table("stay").update(rows[0][0], {"household": new.id})
        return new
