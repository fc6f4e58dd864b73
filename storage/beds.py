"""Rooms and beds in the store, and who gets which bed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk import beds as rules
from desk import planner
from desk.beds import Bed, BedState, Room, Stay
from desk.capacity import folded
from desk.households import Household
from desk.language import _, ngettext
from desk.names import clean
from desk.night import Night
from desk.refusals import NotFound, Refused
from desk.words import out_of_use
from storage.journal import Done, Journal
from storage.night import read_house
from storage.rows import delete, insert, save


class Beds:
    """What can be done with rooms and beds."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    # --- which bed is meant -----------------------------------------------------------------

    def room(self, night: Night, said: str) -> Room:
        """The room of that name."""
        found = next((r for r in night.rooms if folded(r.name) == folded(said)), None)
        if found is None:
            raise NotFound(_("There is no room '{room}'. See: desk list rooms").format(room=said[:40]))
        return found

    def meant(self, night: Night, said: str) -> list[Bed]:
        """The bed `12-3`, or all beds of the room `12`."""
        room, dash, number = said.strip().rpartition("-")
        if dash and number.isdecimal() and len(number) < 5:
            for bed in night.beds:
                if folded(night.room[bed.room].name) == folded(room) and bed.number == int(number):
                    return [bed]
        if any(folded(r.name) == folded(said) for r in night.rooms):
            return list(night.beds_in[self.room(night, said).id])
        raise NotFound(
            _("There is no bed or room '{text}'. A bed is like 12-3. See: desk list rooms").format(text=said[:40])
        )

    # --- the house --------------------------------------------------------------------------

    def make(self, rooms: Iterable[Mapping[str, Any]], source: str = "") -> Done:
        """Rooms with their beds, from a sheet; a known room gets the beds it lacks, never loses one in use."""
        rows = list(rooms)
        count = 0
        with self._journal.action("import rooms", {"count": len(rows), "file": source}) as act:
            night = read_house(self._journal, act.at)
            known = {folded(r.name): r for r in night.rooms}
            for position, row in enumerate(rows, start=len(night.rooms)):
                self._journal.done_of(position - len(night.rooms) + 1, len(rows))
                count += row["beds"]
                self._make_one(night, known.get(folded(row["room"])), row, position)
        text = ngettext("{n} room", "{n} rooms", len(rows)).format(n=len(rows))
        return Done(
            "",
            "imported",
            _("{rooms} with {beds} beds.").format(rooms=text, beds=count),
            also={"count": len(rows), "beds": count},
        )

    def _make_one(self, night: Night, old: Room | None, row: Mapping[str, Any], position: int) -> None:
        if not 1 <= row["beds"] <= rules.MOST_BEDS_IN_A_ROOM:
            raise Refused(
                _("Room {room}: {beds} beds is not possible. Give 1 to {most}.").format(
                    room=row["room"], beds=row["beds"], most=rules.MOST_BEDS_IN_A_ROOM
                )
            )
        room = Room(
            name=clean(str(row["room"]), limit=20),
            floor=clean(str(row.get("floor") or "0"), limit=20),
            kind=row.get("kind") or "any",
            wheelchair=row.get("wheelchair"),
            cleaning=self._journal.settings.clean_after_stay,
            is_open=not row.get("overflow", False),
            overflow=bool(row.get("overflow", False)),
            takes=clean(str(row.get("takes") or "")),
            position=position,
        )
        if old is None:
            room = replace(room, id=insert(self._db, room))
        else:
            room = replace(room, id=old.id, is_open=old.is_open, position=old.position)
            save(self._db, old, room)
        have = {bed.number: bed for bed in night.beds_in.get(room.id, [])}
        for bed in [b for n, b in have.items() if n > row["beds"]]:
            if bed.id in night.sleeper:
                rules.empty(room, [night.sleeper[bed.id]])
            self._forget(bed)
        for number in range(1, row["beds"] + 1):
            if number not in have:
                insert(self._db, Bed(room=room.id, number=number))

    def make_number(self, beds: int) -> Done:
        """Rooms of four beds on the ground floor, numbered from 1; the last room takes the rest."""
        if not 1 <= beds <= 5000:
            raise Refused(_("{beds} beds is not possible. Give 1 to 5000, or a file with rooms.").format(beds=beds))
        sizes = [4] * (beds // 4) + ([beds % 4] if beds % 4 else [])
        return self.make([{"room": str(n), "floor": "0", "beds": size} for n, size in enumerate(sizes, start=1)])

    def _forget(self, bed: Bed) -> None:
        if self._db.execute("SELECT 1 FROM stay WHERE bed = ? LIMIT 1", [bed.id]).fetchone():
            raise Refused(
                _("People have slept in bed {number} of that room: it stays in the history. Block it instead.").format(
                    number=bed.number
                )
            )
        delete(self._db, bed)

    # --- verbs ------------------------------------------------------------------------------

    def block(self, said: str, reason: str = "", until: datetime | None = None, at: datetime | None = None) -> Done:
        """Take a bed or a whole room out of use."""
        return self._each("bed block", said, {"reason": reason, "until": until}, at)

    def free(self, said: str, at: datetime | None = None) -> Done:
        """Take a blocked bed or room in use again."""
        return self._each("bed free", said, {}, at)

    def clean(self, said: str, at: datetime | None = None) -> Done:
        """A bed or room has been cleaned."""
        return self._each("bed clean", said, {}, at)

    def _each(self, verb: str, said: str, given: dict[str, Any], at: datetime | None) -> Done:
        with self._journal.action(verb, {"bed": said, **given}, at) as act:
            night = read_house(self._journal, act.at)
            beds = self.meant(night, said)
            whole = len(beds) > 1
            act.ref = night.room[beds[0].room].name if whole else night.label(beds[0])
            done = 0
            for bed in beds:
                # a whole room: those beds to which it applies, the others stay as they are
                if whole and verb != "bed block" and bed.state is not _BEFORE[verb]:
                    continue
                save(self._db, bed, self._changed(verb, night, bed, given, act.at))
                done += 1
            if not done:
                self._changed(verb, night, beds[0], given, act.at)
        warnings = self._over() if verb == "bed block" else []
        text = {
            "bed block": _("{bed} is out of use."),
            "bed free": _("{bed} is in use again."),
            "bed clean": _("{bed} is clean and free."),
        }[verb].format(bed=act.ref)
        return Done(act.ref, _AFTER[verb], text, tuple(warnings), also={"beds": done})

    def _changed(self, verb: str, night: Night, bed: Bed, given: dict[str, Any], at: datetime) -> Bed:
        label = night.label(bed)
        if verb == "bed free":
            return rules.free(bed, label)
        if verb == "bed clean":
            return rules.clean(bed, label)
        return rules.block(
            bed,
            label,
            bed.id in night.sleeper,
            out_of_use(clean(given["reason"] or "")),
            given["until"],
            self._journal.operator,
            at,
        )

    def _over(self) -> list[str]:
        from desk.figures import beds

        free = beds(read_house(self._journal)).free
        if free >= 0:
            return []
        return [_("Overbooked: {n} beds too few for what is held.").format(n=-free)]

    def open_room(self, said: str, at: datetime | None = None) -> Done:
        """Open a room, as an overflow room: its places are realised from now."""
        return self._room("room open", said, at)

    def close_room(self, said: str, at: datetime | None = None) -> Done:
        """Close a room: its places are not realised."""
        return self._room("room close", said, at)

    def remove_room(self, said: str, at: datetime | None = None) -> Done:
        """Take a room out of the house for good; only one in which nobody ever slept."""
        return self._room("room remove", said, at)

    def _room(self, verb: str, said: str, at: datetime | None) -> Done:
        with self._journal.action(verb, {"room": said}, at) as act:
            night = read_house(self._journal, act.at)
            room = self.room(night, said)
            act.ref = room.name
            sleeping = night.sleeping_in(room)
            if verb == "room remove":
                rules.empty(room, sleeping)
                for bed in night.beds_in[room.id]:
                    self._forget(bed)
                delete(self._db, room)
            elif verb == "room open":
                save(self._db, room, rules.open_room(room))
            else:
                save(self._db, room, rules.close_room(room, sleeping))
        state = {"room open": "open", "room close": "closed", "room remove": "removed"}[verb]
        text = {
            "room open": _("Room {room} is open."),
            "room close": _("Room {room} is closed."),
            "room remove": _("Room {room} is removed."),
        }[verb].format(room=room.name)
        return Done(room.name, state, text, tuple(self._over() if verb == "room close" else ()))

    # --- giving beds, inside somebody's action ----------------------------------------------

    def give(self, night: Night, household: Household, said: Iterable[str], at: datetime) -> tuple[list[Bed], str]:
        """Write a household's new beds and end its old ones; gives the beds and why these were chosen."""
        named = [bed for text in said for bed in self.meant(night, text)]
        if named:
            if len(named) > household.beds_needed and len({b.room for b in named}) == 1:
                # a whole room was named: those that can be had first, so that a refusal is about one that cannot
                can = planner_free(night, household)
                named = sorted(named, key=lambda bed: bed.id not in can)[: household.beds_needed]
            chosen, why = planner.named(night, household, named), ""
        else:
            found = planner.choose(night, household)
            chosen, why = list(found.beds), found.why
        old = {bed.id: bed for bed in night.beds_of.get(household.id, ())}
        keep = {bed.id for bed in chosen}
        for bed in old.values():
            if bed.id not in keep:
                self.end_stay(night, bed, at)
        for bed in chosen:
            if bed.id not in old:
                insert(self._db, Stay(household=household.id, bed=bed.id, since=at))
        return chosen, why

    def end_stay(self, night: Night, bed: Bed, at: datetime) -> None:
        """Nobody sleeps in this bed any more; it may need cleaning."""
        for stay in (stay for stay in night.stays if stay.bed == bed.id):
            save(self._db, stay, replace(stay, until=max(at, stay.since or at)))
        save(self._db, bed, rules.left(bed, night.room[bed.room].cleaning, at))

    def leave_all(self, night: Night, household: Household, at: datetime) -> None:
        """The household has gone from all its beds."""
        for bed in night.beds_of.get(household.id, ()):
            self.end_stay(night, bed, at)


def planner_free(night: Night, household: Household) -> set[int]:
    """The beds that are open to a household, and its own."""
    own = {bed.id for bed in night.beds_of.get(household.id, ())}
    return own | {bed.id for beds in planner.open_to(night, household).values() for bed in beds}


_BEFORE = {"bed free": BedState.BLOCKED, "bed clean": BedState.CLEANING}
_AFTER = {"bed block": "blocked", "bed free": "free", "bed clean": "free"}
