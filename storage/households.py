"""Households in the store: registered, given beds, out and back, split, gone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk import households as rules
from desk import buses as bus_rules
from desk import planner
from desk.beds import Sharing
from desk.buses import Bus
from desk.household_line import infer_group
from desk.households import Household, HouseholdState, Member
from desk.language import _
from desk.names import clean, fold, look_alike
from desk.night import Night, beds_text
from desk.passengers import Party
from desk.placements import OPEN as OPEN_PLACEMENT
from desk.placements import withdraw
from desk.references import pattern
from desk.refusals import Refused
from storage.beds import Beds
from storage.buses import Buses
from storage.journal import Act, Done, Journal, found_or
from storage.night import read_night
from storage.rows import insert, read, save

_EARLIER_LOOKED_AT = 40


class Households:
    """What can be done with a household."""

    def __init__(self, journal: Journal, buses: Buses, beds: Beds) -> None:
        self._journal = journal
        self._db = journal.db
        self._buses = buses
        self._beds = beds

    def get(self, ref: str) -> Household:
        """The household meant by a reference; a short one means the newest."""
        rows = read(self._db, Household, "ref GLOB ?", [pattern(ref, "H")], "id DESC")
        household: Household = found_or(rows, _("There is no household {ref}. Find it with / or: desk list households").format(ref=ref))
        return household

    # --- the table --------------------------------------------------------------------------

    def register(
        self,
        *,
        name: str,
        people: int,
        bus: str = "",
        at: datetime | None = None,
        give_bed: bool = False,
        ages: Sequence[int] = (),
        **details: Any,
    ) -> Done:
        """Write down a household: a name and a number are enough.

        With `give_bed` it gets beds in the same action; where none suit it waits, and a warning says so.
        """
        given = {"name": name, "people": people, "bus": bus, "ages": tuple(ages), **details}
        with self._journal.action("household register", given, at) as act:
            off = self._bus(bus, act)
            act.ref = self._journal.next_ref("H")
            new = rules.register(_household(act, name, people, off, ages, details))
            warnings = [*rules.doubts(new), *self.alike(new.name, off)]
            new = replace(new, id=insert(self._db, new))
            for number in range(1, people + 1):
                age = ages[number - 1] if number <= len(ages) and len(ages) == people else None
                insert(self._db, Member(household=new.id, number=number, age=age, sex=new.sex if people == 1 else None))
            beds, note = self._beds_at_once(new, act) if give_bed else ("", "")
            state = self.get(act.ref).state
        if note:
            warnings.append(note)
        return self._registered(new, state, beds, warnings)

    def _registered(self, new: Household, state: str, beds: str, warnings: list[str]) -> Done:
        if new.guardian_missing:
            warnings.append(
                _("Minor without a parent: a room without other adults, and log a guardianship contact.")
            )
        said = self._journal.said(new.ref)
        text = _("{ref} {name} {people}. Write {number} on the wristbands.").format(
            ref=said, name=new.name, people=new.people, number=new.number
        )
        if beds:
            text = _("{text} Beds: {beds}.").format(text=text, beds=beds)
        return Done(new.ref, state, text, tuple(warnings), also={"beds": beds, "wristband": new.number})

    def _bus(self, ref: str, act: Act) -> Bus | None:
        if not ref:
            return None
        bus = self._buses.get(ref)
        after = bus_rules.registered(bus)
        save(self._db, bus, after)
        return after

    def _beds_at_once(self, household: Household, act: Act) -> tuple[str, str]:
        night = read_night(self._journal, act.at)
        try:
            with self._db.atomic():
                beds, why = self._beds.give(night, household, (), act.at)
        except Refused as no:
            return "", no.sentences[0]
        save(self._db, household, rules.bedded(household))
        return beds_text(night, beds), why if why.startswith(_("no single free room")[:10]) else ""

    def alike(self, name: str, bus: Bus | None = None) -> list[str]:
        """Households with a name like this one on the same bus, here, or here before, in sentences."""
        folded = fold(clean(name))
        if not folded:
            return []
        rows = read(
            self._db,
            Household,
            "folded = ? OR folded LIKE ? || ' %' OR ? LIKE folded || ' %' OR state IN"
            " ('expected', 'waiting', 'in_bed', 'departing', 'missing')",
            [folded, folded, folded],
            "id DESC",
        )
        found = []
        for other in [h for h in rows if look_alike(h.name, name)][:3]:
            if other.state in rules.ENDED:
                words = _("{ref} {name} {people} was here before. The same people? Then --origin re_entry.")
            elif bus is not None and other.bus == bus.id:
                words = _("{ref} {name} {people} is already written down from this bus. Another household?")
            else:
                words = _("{ref} {name} {people} is here already. Another household?")
            found.append(words.format(ref=self._journal.said(other.ref), name=other.name, people=other.people))
        return found

    def import_list(self, ref: str, parties: Iterable[Party], source: str = "", at: datetime | None = None) -> Done:
        """A passenger list: households expected on a bus that is on its way, or waiting once it is here."""
        wanted = list(parties)
        with self._journal.action("bus import", {"ref": ref, "count": len(wanted), "file": source}, at) as act:
            bus = self._buses.get(ref)
            if bus.state not in bus_rules.OPEN:
                raise Refused(
                    _("{bus} is finished; a list can be read for a bus that is expected or here.").format(bus=bus.ref)
                )
            here = bus.state in bus_rules.HERE
            if here:
                save(self._db, bus, bus_rules.registered(bus))
            refs = [self._import_party(party, bus, here, act) for party in wanted]
            act.ref = bus.ref
        people = sum(party.people for party in wanted)
        warnings = []
        if bus.expected is not None and people != bus.expected:
            warnings.append(
                _("The list has {people} people, {expected} are expected.").format(people=people, expected=bus.expected)
            )
        text = _("{n} households, {people} people read for {ref}.").format(
            n=len(wanted), people=people, ref=self._journal.said(bus.ref)
        )
        return Done(bus.ref, bus.state, text, tuple(warnings), also={"households": refs, "people": people})

    def _import_party(self, party: Party, bus: Bus, here: bool, act: Act) -> str:
        ref = self._journal.next_ref("H")
        details = {
            "adults": party.adults,
            "children": party.children,
            "cots": party.cots,
            "group": party.group,
            "sex": party.sex,
            "nationality": party.nationality,
            "language": party.language,
            "needs": party.needs,
            "pets": party.pets,
            "phone": party.phone,
            "native_name": party.native_name,
        }
        act.ref = ref
        new = rules.register(_household(act, party.name, party.people, bus, party.ages, details))
        if not here:
            new = replace(new, state=HouseholdState.EXPECTED, registered_at=None, since=None)
        number = insert(self._db, new)
        for member in party.members:
            row = Member(
                household=number,
                number=member.number,
                name=clean(member.name),
                native_name=clean(member.native_name),
                birth_year=member.birth_year,
                age=member.age,
                sex=member.sex,
                relation=member.relation,
                nationality=member.nationality,
                language=member.language,
                needs=",".join(member.needs),
            )
            insert(self._db, row)
        return ref

    def here(self, ref: str, at: datetime | None = None) -> Done:
        """Somebody from the passenger list stands at the table."""
        with self._journal.action("household here", {"ref": ref}, at) as act:
            household = self._get(act, ref)
            after = rules.here(household, act.at)
            if household.bus is not None:
                bus = read(self._db, Bus, "id = ?", [household.bus])[0]
                save(self._db, bus, bus_rules.registered(bus))
            save(self._db, household, after)
        return self._done(after, _("{who} is here and waits for a bed."))

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
            night = read_night(self._journal, act.at)
            chosen, why = self._beds.give(night, household, beds, act.at)
            save(self._db, household, after)
        text = _("{who} sleeps in {beds}.").format(who=self._who(after), beds=beds_text(night, chosen))
        warnings = (why[0].upper() + why[1:] + ".",) if len({b.room for b in chosen}) > 1 and why else ()
        labels = [night.label(bed) for bed in chosen]
        return Done(after.ref, after.state, text, warnings, also={"beds": labels, "why": why})

    def bed_all(self, bus: str = "", at: datetime | None = None) -> Done:
        """Beds for everybody of a bus who waits, or for everybody who waits, in one action."""
        with self._journal.action("bed all", {"bus": bus}, at) as act:
            off = self._buses.get(bus) if bus else None
            act.ref = off.ref if off else ""
            night = read_night(self._journal, act.at)
            plan = planner.for_all(night, planner.waiting(night, off))
            if not plan.assignments:
                raise Refused(plan.left_out[0].reason if plan.left_out else _("Nobody waits for a bed."))
            for given in plan.assignments:
                labels = [night.label(bed) for bed in given.beds]
                self._beds.give(read_night(self._journal, act.at), given.household, labels, act.at)
                save(self._db, given.household, rules.bedded(given.household))
        people = sum(given.household.people for given in plan.assignments)
        text = _("{n} people have their beds.").format(n=people)
        left = [f"{self._who(out.household)}: {out.reason}" for out in plan.left_out]
        return Done(act.ref, "in_bed", text, tuple(left), also={"people": people})

    def move(self, ref: str, beds: Sequence[str], at: datetime | None = None) -> Done:
        """Other beds for a household; where it slept before is history and may need cleaning."""
        with self._journal.action("household move", {"ref": ref, "beds": tuple(beds)}, at) as act:
            household = self._get(act, ref)
            after = rules.moved(household)
            night = read_night(self._journal, act.at)
            if not beds:
                raise Refused(_("Where to? Name the beds, or a room: desk household move {ref} 12").format(ref=ref))
            chosen, _why = self._beds.give(night, household, beds, act.at)
            save(self._db, household, after)
        text = _("{who} moved to {beds}.").format(who=self._who(after), beds=beds_text(night, chosen))
        return Done(after.ref, after.state, text, also={"beds": [night.label(bed) for bed in chosen]})

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
                raise Refused(_("A minor without a parent never shares with adults outside the household, agreed or not."))
            insert(self._db, Sharing(household=one.id, other=two.id, agreed_by=clean(agreed_by), at=act.at))
        return self._done(one, _("{who} may share a room with {other}.").format(who="{who}", other=self._who(two)))

    # --- care -------------------------------------------------------------------------------

    def guardian(self, ref: str, contact: str, at: datetime | None = None) -> Done:
        """A guardianship contact was made for a minor without a parent: with whom, and what was agreed."""
        with self._journal.action("household guardian", {"ref": ref, "contact": contact}, at) as act:
            household = self._get(act, ref)
            if not household.minor_alone:
                raise Refused(
                    _("{ref} has no minor without a parent. If it has, say so first: desk household edit {ref}"
                      " --group unaccompanied_minor").format(ref=ref)
                )
            if not clean(contact):
                raise Refused(_("With whom, and what was agreed? (--contact)"))
            after = replace(household, guardian=clean(contact), guardian_at=act.at)
            save(self._db, household, after)
        return self._done(after, _("{who}: guardianship contact logged."))

    def edit(self, ref: str, at: datetime | None = None, **details: Any) -> Done:
        """Change what is known of a household; only what is given changes."""
        with self._journal.action("household edit", {"ref": ref, **details}, at) as act:
            household = self._get(act, ref)
            changes = _details({name: value for name, value in details.items() if value not in (None, "", ())})
            if "name" in changes:
                changes["folded"] = fold(changes["name"])
            after = rules.register(replace(household, **changes))
            save(self._db, household, after)
        return self._done(after, _("{who} changed."), rules.doubts(after))

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
        return [_("Their place at {location} is released: tell them.").format(location=where.name if where else placement.to_text)]

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
                raise Refused(_("{ref} has an open placement. Withdraw it first (k).").format(ref=household.ref))
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
            group_kind=infer_group(len(going), None, None, [m.age for m in going if m.age is not None], going[0].sex),
            guardian="",
            guardian_at=None,
            note="",
        )
        new = replace(new, id=insert(self._db, new))
        for number, member in enumerate(going, start=1):
            save(self._db, member, replace(member, household=new.id, number=number))
        kept = replace(household, people=len(staying), adults=None, children=None, cots=min(household.cots, len(staying)))
        save(self._db, household, kept)
        beds = night.beds_of.get(household.id, [])[kept.beds_needed :]
        for bed in beds:
            rows = self._db.execute("SELECT id FROM stay WHERE bed = ? AND until IS NULL", [bed.id]).fetchall()
            self._db.table("stay").update(rows[0][0], {"household": new.id})
        return new

    # --- shared -----------------------------------------------------------------------------

    def _get(self, act: Act, ref: str) -> Household:
        household = self.get(ref)
        act.ref = household.ref
        return household

    def _members(self, household: Household) -> list[Member]:
        return read(self._db, Member, "household = ?", [household.id], "number")

    def _who(self, household: Household) -> str:
        return f"{self._journal.said(household.ref)} {household.name} {household.people}"

    def _done(self, household: Household, text: str, warnings: Iterable[str] = ()) -> Done:
        return Done(household.ref, household.state, text.replace("{who}", self._who(household)), tuple(warnings))


def _household(
    act: Act, name: str, people: int, bus: Bus | None, ages: Sequence[int], details: dict[str, Any]
) -> Household:
    known = _details(details)
    plain = clean(name)
    origin = known.pop("origin", None) or ("bus" if bus else "walk_in")
    group = known.pop("group_kind", None) or infer_group(
        people, known.get("adults"), known.get("children"), list(ages), known.get("sex")
    )
    return Household(
        ref=act.ref,
        bus=bus.id if bus else None,
        origin=origin,
        state=HouseholdState.WAITING,
        name=plain,
        folded=fold(plain),
        people=people,
        group_kind=group,
        registered_at=act.at,
        since=act.at,
        **known,
    )


def _details(given: dict[str, Any]) -> dict[str, Any]:
    """What was told besides name and number, as fields of the model."""
    known = {name: value for name, value in given.items() if value is not None}
    if "needs" in known:
        codes = [code for code in known["needs"] if code]
        cots = codes.count("cot")
        known["cots"] = max(cots, known.get("cots") or 0)
        known["needs"] = ",".join(dict.fromkeys(codes))
    if "group" in known:
        known["group_kind"] = known.pop("group") or None
    for text in ("name", "native_name", "phone", "note", "earlier"):
        if text in known:
            known[text] = clean(known[text])
    return known
