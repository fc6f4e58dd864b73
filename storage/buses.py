"""Buses in the store: one verb of the contract, one durable action."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk import buses as rules
from desk import clock, planner, stepped_out, suitability
from desk.buses import COMPOSITION, Allocation, Bus, BusState, Eta, Numbers, Onward
from desk.capacity import Location
from desk.language import _
from desk.logbook import LogLine
from desk.names import clean
from desk.references import meant
from desk.refusals import Refused
from storage.capacity import Capacity
from storage.journal import Act, Done, Journal, found_or
from storage.night import read_bus, read_night
from storage.rows import insert, newest, read, save

_OWN_TIMES = ("arrived_at", "counted_at", "announced_at")


class Buses:
    """What can be done with a bus."""

    def __init__(self, journal: Journal, capacity: Capacity) -> None:
        self._journal = journal
        self._db = journal.db
        self._capacity = capacity

    def get(self, ref: str) -> Bus:
        """The bus meant by a reference; a short one means the newest."""
        rows = newest(self._db, Bus, meant(ref, "B"))
        bus: Bus = found_or(rows, _("There is no bus {ref}. See: desk list buses").format(ref=ref))
        return bus

    def announce(
        self,
        *,
        from_place: str,
        people: int | None,
        eta: datetime | None,
        at: datetime | None = None,
        told_by: str = "",
        **details: Any,
    ) -> Done:
        """Somebody phoned in a bus."""
        from desk import told

        given = {"from_place": from_place, "announced": people, "eta": eta, "eta_told_by": told_by, **details}
        with self._journal.action("bus announce", given, at) as act:
            act.ref = self._journal.next_ref("B")
            bus = rules.announce(Bus(ref=act.ref, announced_at=act.at, **told.announcement(given)))
            alike = self._look_alike(bus)
            bus = replace(bus, eta_told_at=act.at if eta else None, id=0)
            bus = replace(bus, id=insert(self._db, bus))
            if eta is not None:
                insert(self._db, Eta(bus=bus.id, eta=eta, told_at=act.at, told_by=bus.eta_told_by))
        text = _("{ref} from {place}, {people} people.").format(
            ref=self._journal.said(bus.ref), place=bus.from_place, people=bus.announced or "?"
        )
        return Done(bus.ref, bus.state, text, tuple(alike))

    def alike(self, from_place: str, eta: datetime | None) -> list[str]:
        """Buses already announced from that place around that time, in sentences."""
        return self._look_alike(Bus(from_place=clean(from_place), eta=eta))

    def _look_alike(self, bus: Bus) -> list[str]:
        found = []
        for other in read(self._db, Bus, "state IN ('announced', 'reserved')"):
            near = bus.eta is None or other.eta is None or abs((bus.eta - other.eta).total_seconds()) < 7200
            if near and other.from_place.casefold() == bus.from_place.casefold():
                found.append(
                    _("{ref} from {place} with {people} people was announced already. Is this another bus?").format(
                        ref=self._journal.said(other.ref), place=other.from_place, people=other.announced or "?"
                    )
                )
        return found

    def edit(self, ref: str, at: datetime | None = None, **details: Any) -> Done:
        """Change what was said of a bus; only what is given changes."""
        from desk import told

        with self._journal.action("bus edit", {"ref": ref, **details}, at) as act:
            bus = self._get(act, ref)
            changes = told.announcement(details)
            eta = changes.pop("eta", None)
            after = rules.edit(bus, **changes)
            if eta is not None and eta != bus.eta:
                after = self._told(after, eta, act, after.eta_told_by)
            save(self._db, bus, after)
        return Done(bus.ref, after.state, _("{ref} changed.").format(ref=self._journal.said(bus.ref)))

    def eta(self, ref: str, eta: datetime, told_by: str = "", at: datetime | None = None) -> Done:
        """Another expected time, by whom it was told; the earlier ones are kept."""
        with self._journal.action("bus eta", {"ref": ref, "eta": eta, "told_by": told_by}, at) as act:
            bus = self._get(act, ref)
            after = self._told(bus, eta, act, clean(told_by))
            save(self._db, bus, after)
        due = self._journal.settings.hhmm(eta)
        return Done(bus.ref, after.state, _("{ref} is due {time}.").format(ref=self._journal.said(bus.ref), time=due))

    def _told(self, bus: Bus, eta: datetime, act: Act, by: str) -> Bus:
        after = rules.told(bus, eta, act.at, by)
        insert(self._db, Eta(bus=bus.id, eta=eta, told_at=act.at, told_by=by))
        return after

    def reserve(self, ref: str, places: int, reason: str = "", at: datetime | None = None) -> Done:
        """Hold places here for a bus; the number replaces what was held."""
        with self._journal.action("bus reserve", {"ref": ref, "places": places, "reason": reason}, at) as act:
            bus = self._get(act, ref)
            night = read_night(self._journal, act.at, buses=[bus.id])
            numbers = night.numbers(bus)
            after = rules.reserve(bus, places, numbers.allocated, planner.free_places(night, bus), clean(reason))
            save(self._db, bus, after)
            if places:
                self._taken(after, act)
        warnings = (
            [_("More places held than beds: {reason}").format(reason=after.over_reason)] if after.over_reason else []
        )
        return self._done(
            after, _("{ref}: {places} places held here.").format(ref=self._said(bus), places=places), warnings
        )

    def allocate(self, ref: str, location: str, places: int, at: datetime | None = None) -> Done:
        """Hold places for a bus at a location elsewhere; 0 lets them go."""
        given = {"ref": ref, "location": location, "places": places}
        with self._journal.action("bus allocate", given, at) as act:
            bus, where = self._get(act, ref), self._capacity.get(location)
            night = read_night(self._journal, act.at, buses=[bus.id])
            held = self._held_at(bus, where)
            after = rules.allocate(bus, night.numbers(bus).allocated - (held.people if held else 0) + places)
            free = night.standing[where.id].free + (held.people if held else 0)
            self._write_allocation(bus, where, held, places)
            save(self._db, bus, after)
            if places:
                self._taken(after, act)
        warnings = suitability.group_warnings(night, {part: getattr(bus, part) for part in COMPOSITION}, where)
        if places > free:
            warnings.append(
                _("{location} has {free} places free; {places} are held now.").format(
                    location=where.name, free=free, places=places
                )
            )
        return self._done(
            after,
            _("{ref}: {places} places held at {location}.").format(
                ref=self._said(bus), places=places, location=where.name
            ),
            warnings,
        )

    def _held_at(self, bus: Bus, where: Location) -> Allocation | None:
        rows = read(self._db, Allocation, "bus = ? AND location = ? AND confirmed_at IS NULL", [bus.id, where.id])
        return rows[0] if rows else None

    def _write_allocation(self, bus: Bus, where: Location, held: Allocation | None, places: int) -> None:
        if held is None:
            if places:
                insert(self._db, Allocation(bus=bus.id, location=where.id, people=places))
        elif places:
            save(self._db, held, replace(held, people=places))
        else:
            self._db.table("allocation").delete(held.id)

    def arrive(
        self, ref: str = "", *, from_place: str = "", people: int | None = None, at: datetime | None = None
    ) -> Done:
        """A bus is here, announced or not; `people` is a first guess for an unannounced one."""
        given = {"ref": ref, "from_place": from_place, "people": people}
        with self._journal.action("bus arrive", given, at) as act:
            if ref:
                bus = self._get(act, ref)
            else:
                act.ref = self._journal.next_ref("B")
                bus = rules.announce(
                    Bus(ref=act.ref, from_place=clean(from_place), announced=people, announced_at=act.at)
                )
                bus = replace(bus, id=insert(self._db, bus))
            after = rules.arrive(bus, _not_before(act.at, bus))
            if ref and people is not None and bus.announced is None:
                after = replace(after, announced=rules.people(people))
            save(self._db, bus, after)
            if ref:
                self._taken(after, act)
        warnings = []
        if ref and people is not None and people != after.announced:
            warnings.append(
                _("{said} were announced; {people} is noted once you count them.").format(
                    said=after.announced, people=people
                )
            )
        return self._done(after, _("{ref} is here. Count heads.").format(ref=self._said(bus)), warnings)

    def count(
        self,
        ref: str,
        heads: int,
        reason: str = "",
        at: datetime | None = None,
        *,
        groups: Mapping[str, int] | None = None,
    ) -> Done:
        """The heads counted at the door, and in `groups` who they are, by the parts of `desk.stepped_out`.

        Where those are others than were said, or than a place held for them takes, it stands in the log at once.
        """
        parts = dict(groups or {})
        with self._journal.action("bus count", {"ref": ref, "heads": heads, "reason": reason, **parts}, at) as act:
            bus = self._get(act, ref)
            numbers = self._numbers(bus, act)
            after = rules.count(
                bus, heads, numbers.registered, numbers.went_on, _not_before(act.at, bus), clean(reason)
            )
            save(self._db, bus, after)
            others = self._others_came(after, stepped_out.checked(heads, parts), act) if parts else []
        warnings = []
        if after.deviation:
            warnings.append(
                _("{counted} counted, {said} said: {difference:+d}.").format(
                    counted=heads, said=after.announced, difference=after.deviation
                )
            )
        return self._done(
            after, _("{ref}: {heads} counted.").format(ref=self._said(bus), heads=heads), warnings + others
        )

    def _others_came(self, bus: Bus, counted: dict[str, int], act: Act) -> list[str]:
        """Others than were said, or than the places held elsewhere take: written in the log (facts 0.3)."""
        found = stepped_out.deviations(bus, counted)
        night = read_night(self._journal, act.at, buses=[bus.id])
        for held in (a for a in night.allocations if a.bus == bus.id and a.confirmed_at is None):
            found += suitability.group_warnings(night, dict(counted), night.location[held.location])
        if found:
            words = _("Other people than were said: bus {number} from {place}. {what} Counted: {counted}.").format(
                number=bus.number, place=bus.from_place, what=" ".join(found), counted=stepped_out.told(counted)
            )
            line = LogLine(at=act.at, kind="signal", text=words, link=bus.ref, by=self._journal.operator)
            insert(self._db, line)
        return found

    def onward(
        self, ref: str, people: int, to: str, agreed_by: str, at: datetime | None = None, *, desk: str = ""
    ) -> Done:
        """Part of a bus that is here drives on to another place, or to another `desk` of the region."""
        given = {"ref": ref, "people": people, "to": to or desk, "agreed_by": agreed_by, **_to_desk(desk)}
        with self._journal.action("bus onward", given, at) as act:
            bus = self._get(act, ref)
            rules.onward(bus, people, self._numbers(bus, act))
            where = _named(to or desk)
            part = Onward(bus=bus.id, people=people, destination=where, agreed_by=_agreed(agreed_by), at=act.at)
            part = replace(part, id=insert(self._db, part))
            if desk:
                self._sent(bus, desk, act, part)
        text = _("{ref}: {people} drive on to {place}.").format(
            ref=self._said(bus), people=people, place=part.destination
        )
        return self._done(bus, text)

    def close(self, ref: str, reason: str = "", at: datetime | None = None) -> Done:
        """Everybody of the bus is written down, drove on or is explained."""
        with self._journal.action("bus close", {"ref": ref, "reason": reason}, at) as act:
            bus = self._get(act, ref)
            after = rules.close(bus, self._numbers(bus, act), _not_before(act.at, bus), clean(reason))
            save(self._db, bus, after)
        return self._done(after, _("{ref} is closed.").format(ref=self._said(bus)))

    def divert(self, ref: str, to: str, agreed_by: str, at: datetime | None = None, *, desk: str = "") -> Done:
        """The whole bus goes elsewhere: to a place, or to another `desk` of the region, on whose screen it appears."""
        given = {"ref": ref, "to": to or desk, "agreed_by": agreed_by, **_to_desk(desk)}
        with self._journal.action("bus divert", given, at) as act:
            bus = self._get(act, ref)
            self._must_be_answered(bus)
            registered = self._numbers(bus, act).registered
            after = rules.divert(bus, _named(to or desk), _agreed(agreed_by), registered, _not_before(act.at, bus))
            save(self._db, bus, after)
            if desk:
                self._sent(bus, desk, act)
        return self._done(after, _("{ref} goes to {place}.").format(ref=self._said(bus), place=after.destination))

    def cancel(self, ref: str, reason: str, at: datetime | None = None) -> Done:
        """The sender says that it will not come."""
        with self._journal.action("bus cancel", {"ref": ref, "reason": reason}, at) as act:
            bus = self._get(act, ref)
            self._must_be_answered(bus)
            after = rules.cancel(bus, clean(reason), act.at)
            save(self._db, bus, after)
        return self._done(after, _("{ref} is cancelled.").format(ref=self._said(bus)))

    def no_show(self, ref: str, at: datetime | None = None) -> Done:
        """It did not come."""
        with self._journal.action("bus no-show", {"ref": ref}, at) as act:
            bus = self._get(act, ref)
            self._must_be_answered(bus)
            after = rules.no_show(bus, act.at)
            save(self._db, bus, after)
        return self._done(after, _("{ref} did not come.").format(ref=self._said(bus)))

    def confirm(self, ref: str, location: str, people: int, by: str, at: datetime | None = None) -> Done:
        """That many of a bus arrived at a location: placed. The rest of that allocation is freed."""
        given = {"ref": ref, "location": location, "people": people, "by": by}
        with self._journal.action("bus confirm", given, at) as act:
            bus, where = self._get(act, ref), self._capacity.get(location)
            held = self._held_at(bus, where)
            if held is None:
                held = Allocation(bus=bus.id, location=where.id, people=people)
                held = replace(held, id=insert(self._db, held))
            save(self._db, held, rules.confirm(bus, held, people, _agreed(by), act.at))
            after = self._ended_elsewhere(bus, act)
            save(self._db, bus, after)
        return self._done(
            after,
            _("{people} of {ref} are placed at {location}.").format(
                people=people, ref=self._said(bus), location=where.name
            ),
        )

    def _ended_elsewhere(self, bus: Bus, act: Act) -> Bus:
        """A bus that never comes here is finished once everybody on it arrived where they were sent."""
        night = read_bus(self._journal, bus, act.at)
        numbers = night.numbers(bus)
        waits = any(a.confirmed_at is None for a in night.allocations if a.bus == bus.id)
        if bus.state not in rules.EXPECTED or numbers.reserved or waits or numbers.short > 0:
            return bus
        return replace(bus, state=BusState.CLOSED, ended_at=act.at)

    # --- between desks ----------------------------------------------------------------------

    def _sent(self, bus: Bus, desk: str, act: Act, part: Onward | None = None) -> None:
        from storage.region import sent

        sent.written_down(self._journal, bus, desk, act, part)

    def _taken(self, bus: Bus, act: Act) -> None:
        """Whoever sent it hears that it may come."""
        if self._is_between(bus):
            from storage.region import sent

            sent.taken(self._journal, bus, act.at)

    def _must_be_answered(self, bus: Bus) -> None:
        if self._is_between(bus):
            from storage.region import sent

            sent.must_be_answered(self._db, bus)

    def _is_between(self, bus: Bus) -> bool:
        """Most desks belong to no region, and load nothing of it."""
        return self._db.execute("SELECT 1 FROM sent_bus WHERE bus = ? LIMIT 1", [bus.id]).fetchone() is not None

    # --- shared -----------------------------------------------------------------------------

    def _get(self, act: Act, ref: str) -> Bus:
        bus = self.get(ref)
        act.ref = bus.ref
        return bus

    def _numbers(self, bus: Bus, act: Act) -> Numbers:
        return read_bus(self._journal, bus, act.at).numbers(bus)

    def _said(self, bus: Bus) -> str:
        return self._journal.said(bus.ref)

    def _done(self, bus: Bus, text: str, warnings: list[str] | None = None) -> Done:
        return Done(bus.ref, bus.state, text, tuple(warnings or ()))


def _to_desk(desk: str) -> dict[str, str]:
    return {"desk": desk} if desk else {}


def _named(place: str) -> str:
    if not clean(place):
        raise Refused(_("To where? Give a place (--to)."))
    return clean(place)


def _agreed(by: str) -> str:
    if not clean(by):
        raise Refused(_("Who agreed? Give a name."))
    return clean(by)


def _not_before(at: datetime, bus: Bus) -> datetime:
    """A step is never earlier than the step before it; that alone refuses nothing."""
    earlier = [getattr(bus, name) for name in _OWN_TIMES if getattr(bus, name) is not None]
    return clock.seconds(max([at, *earlier]))
