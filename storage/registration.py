"""The table in the store: households written down, looked for before they are made, read from a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from desk import buses as bus_rules
from desk import households as rules
from desk.buses import Bus
from desk.household_line import infer_group
from desk.households import Household, HouseholdState, Member
from desk.language import _
from desk.names import clean, fold, folded_alike
from desk.night import beds_text
from desk.passengers import Party
from desk.references import meant
from desk.refusals import Refused
from storage.beds import Beds
from storage.buses import Buses
from storage.journal import Act, Done, Journal, found_or
from storage.night import CURRENT, read_house
from storage.rows import insert, newest, read, save
from storage.seats import sees_household


@dataclass(frozen=True)
class Alike:
    """A household with a name like the one being written down; `before`: its stay here has ended."""

    ref: str
    said: str
    before: bool


class Registration:
    """The table: a household is written down, from a line or from a passenger list."""

    def __init__(self, journal: Journal, buses: Buses, beds: Beds) -> None:
        self._journal = journal
        self._db = journal.db
        self._buses = buses
        self._beds = beds

    def get(self, ref: str) -> Household:
        """The household meant by a reference; a short one means the newest."""
        rows = [
            h for h in newest(self._db, Household, meant(ref, "H")) if sees_household(self._db, self._journal.seat, h)
        ]
        household: Household = found_or(
            rows, _("There is no household {ref}. Find it with / or: desk list households").format(ref=ref)
        )
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
            alike = self.alike(new.name, off)
            earlier = next((other.ref for other in alike if other.before), "")
            if new.origin == "re_entry":
                new = self._where_they_were(replace(new, earlier=new.earlier or earlier))
            again = "" if new.origin == "re_entry" else " " + _("Then --origin re_entry.")
            warnings = [*rules.doubts(new), *(other.said + (again if other.before else "") for other in alike)]
            new = replace(new, id=insert(self._db, new))
            for number in range(1, people + 1):
                age = ages[number - 1] if number <= len(ages) and len(ages) == people else None
                insert(self._db, Member(household=new.id, number=number, age=age, sex=new.sex if people == 1 else None))
            beds, note = self._beds_at_once(new, act) if give_bed else ("", "")
        state = HouseholdState.IN_BED if beds else new.state
        if note:
            warnings.append(note)
        return self._registered(new, state, beds, warnings)

    def _registered(self, new: Household, state: str, beds: str, warnings: list[str]) -> Done:
        if new.guardian_missing:
            warnings.append(_("Minor without a parent: a room without other adults, and log a guardianship contact."))
        said = self._journal.said(new.ref)
        text = _("{ref} {name} {people}. Write {number} on the wristbands.").format(
            ref=said, name=new.name, people=new.people, number=new.number
        )
        if beds:
            text = _("{text} Beds: {beds}.").format(text=text, beds=beds)
        return Done(new.ref, state, text, tuple(warnings), also={"beds": beds, "wristband": new.number})

    def _where_they_were(self, household: Household) -> Household:
        """Who comes back belongs near the municipality where they were placed before (facts 4.3)."""
        rows = self._db.execute(
            "SELECT l.municipality FROM household h JOIN placement p ON p.household = h.id AND p.state = 'arrived'"
            " JOIN location l ON l.id = p.location WHERE h.ref = ? ORDER BY p.id DESC LIMIT 1",
            [household.earlier],
        ).fetchall()
        if household.tie is not None or not rows:
            return household
        return replace(household, tie=rows[0][0], tie_reason="earlier")

    def _bus(self, ref: str, act: Act) -> Bus | None:
        if not ref:
            return None
        bus = self._buses.get(ref)
        after = bus_rules.registered(bus)
        save(self._db, bus, after)
        return after

    def _beds_at_once(self, household: Household, act: Act) -> tuple[str, str]:
        night = read_house(self._journal, act.at)
        try:
            with self._db.atomic():
                beds, why = self._beds.give(night, household, (), act.at)
        except Refused as no:
            return "", no.sentences[0]
        save(self._db, household, rules.bedded(household))
        return beds_text(night, beds), why if why.startswith(_("no single free room")[:10]) else ""

    def alike(self, name: str, bus: Bus | None = None) -> list[Alike]:
        """Households with a name like this one on the same bus, here, or here before."""
        folded = fold(clean(name))
        if not folded:
            return []
        parts = folded.split()
        shorter = [" ".join(parts[:n]) for n in range(1, len(parts) + 1)]
        rows = self._db.execute(
            # the same name, a longer one or a shorter one by whole words: each found by its index, whatever the past
            "SELECT id, folded FROM household WHERE folded >= ? AND folded < ?"
            f" UNION SELECT id, folded FROM household WHERE folded IN ({', '.join('?' * len(shorter))})"
            f" UNION SELECT id, folded FROM household WHERE {CURRENT} ORDER BY 1 DESC",
            [folded, folded + "!", *shorter],
        ).fetchall()
        # one by one, for the comparing is what takes long: three are enough
        alike = list(islice((number for number, known in rows if known and folded_alike(known, folded)), 3))
        found = []
        for other in read(self._db, Household, f"id IN ({', '.join('?' * len(alike))})", alike, "id DESC"):
            if other.state in rules.ENDED:
                words = _("{ref} {name} {people} was here before. The same people?")
            elif bus is not None and other.bus == bus.id:
                words = _("{ref} {name} {people} is already written down from this bus. Another household?")
            else:
                words = _("{ref} {name} {people} is here already. Another household?")
            said = words.format(ref=self._journal.said(other.ref), name=other.name, people=other.people)
            found.append(Alike(other.ref, said, before=other.state in rules.ENDED))
        return found

    def import_list(self, ref: str, parties: Iterable[Party], source: str = "", at: datetime | None = None) -> Done:
        """A passenger list: households expected on a bus that is on its way, or waiting once it is here."""
        wanted = list(parties)
        with self._journal.action("bus import", {"ref": ref, "count": len(wanted), "file": source}, at) as act:
            bus = self._buses.get(ref)
            if bus.state not in bus_rules.OPEN:
                raise Refused(
                    _("{bus} is finished; a list can be read for a bus that is expected or here.").format(
                        bus=self._journal.said(bus.ref)
                    )
                )
            here = bus.state in bus_rules.HERE
            if here:
                save(self._db, bus, bus_rules.registered(bus))
            refs = []
            for place, party in enumerate(wanted, start=1):
                refs.append(self._import_party(party, bus, here, act))
                self._journal.done_of(place, len(wanted))
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
            "phone": party.phone,
            "native_name": next((m.native_name for m in party.members if m.name == party.name), ""),
        }
        act.ref = ref
        new = rules.register(_household(act, party.name, party.people, bus, party.ages, details))
        if not here:
            new = replace(new, state=HouseholdState.EXPECTED, registered_at=None, since=None)
        number = insert(self._db, new)
        for place, member in enumerate(party.members, start=1):
            row = Member(
                household=number,
                number=place,
                name=clean(member.name),
                native_name=clean(member.native_name),
                birth_year=member.birth_year,
                age=member.age,
                sex=member.sex,
                relation=member.relation or "",
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

    # --- shared -----------------------------------------------------------------------------

    def _get(self, act: Act, ref: str) -> Household:
        household = self.get(ref)
        act.ref = household.ref
        return household

    def _members(self, household: Household) -> list[Member]:
        return read(self._db, Member, "household = ?", [household.id], "number")

    def _who(self, household: Household) -> str:
        return f"{self._journal.said(household.ref)} {household.called} {household.people}"

    def _done(self, household: Household, text: str, warnings: Iterable[str] = ()) -> Done:
        return Done(household.ref, household.state, text.replace("{who}", self._who(household)), tuple(warnings))


def _household(
    act: Act, name: str, people: int, bus: Bus | None, ages: Sequence[int], details: dict[str, Any]
) -> Household:
    from desk.told import registration

    known = registration(details)
    plain = clean(name)
    origin = known.pop("origin", None) or ("bus" if bus else "walk_in")
    group = known.pop("group_kind", None) or infer_group(
        people, known.get("adults"), known.get("children"), tuple(ages), known.get("sex")
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
