"""Locations in the store: found by their name, added, changed, with their periods, read from a sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from desk import periods
from desk.capacity import LOCATION_KINDS, Availability, Headcount, Location, Municipality, folded
from desk.language import _, ngettext, number
from desk.names import clean
from desk.periods import Period
from desk.refusals import NotFound, Refused
from desk.sheets import wrong_cells
from desk.words import out_of_use
from storage.journal import Done, Journal
from storage.rows import delete, insert, read, save, to_text
from storage.seats import sees_location

MOST_PLACES = 100_000
Rows = list[Mapping[str, Any]]


class Locations:
    """Where people can go from here."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    # --- found ------------------------------------------------------------------------------

    def get(self, said: str) -> Location:
        """The location meant by a name or reference; `Name, Municipality` tells two of one name apart."""
        every = [one for one in read(self._db, Location, order="name") if sees_location(self._journal.seat, one)]
        wanted = folded(said)
        found = [loc for loc in every if wanted in {loc.folded, loc.ref.casefold()}]
        if not found and "," in said:
            name, _comma, place = said.rpartition(",")
            here = self._municipality(place)
            found = [loc for loc in every if loc.folded == folded(name) and here and loc.municipality == here.id]
        found = found or [loc for loc in every if wanted and wanted in loc.folded]
        if len(found) == 1:
            return found[0]
        names = {m.id: m.screen_name for m in read(self._db, Municipality)}
        if found:
            candidates = "; ".join(f"{loc.ref} {loc.name}, {names[loc.municipality]}" for loc in found[:8])
            raise Refused(
                _("'{text}' can be: {candidates}. Use the reference.").format(text=said[:60], candidates=candidates)
            )
        known = ", ".join(loc.name for loc in every[:5]) + (" …" if len(every) > 5 else "")
        raise NotFound(
            _("There is no location '{text}'. Known: {known}. See: desk list locations").format(
                text=said[:60], known=known or _("none")
            )
        )

    def _municipality(self, said: str) -> Municipality | None:
        return self._municipalities().get(folded(said))

    def _municipalities(self) -> dict[str, Municipality]:
        """Municipalities by whatever people call them."""
        found: dict[str, Municipality] = {}
        for m in read(self._db, Municipality):
            for name in (m.code, m.name, m.screen_name):
                found.setdefault(folded(name), m)
        return found

    def meant(self, said: str) -> Municipality:
        """The municipality meant by its code or a name of it."""
        found = self._municipality(said)
        if found is None:
            raise NotFound(_("There is no municipality '{text}'. See: desk list municipalities").format(text=said[:60]))
        return found

    def periods_of(self, location: Location) -> list[Availability]:
        """Its further periods, in the order in which they begin."""
        return read(self._db, Availability, "location = ?", [location.id], "available_from, id")

    # --- added and changed ------------------------------------------------------------------

    def add(
        self, name: str, municipality: str, kind: str, capacity: int, at: datetime | None = None, **details: Any
    ) -> Done:
        """A location that nobody had named yet; `details` are its other fields."""
        given = {"name": name, "municipality": municipality, "kind": kind, "capacity": capacity, **_plain(details)}
        with self._journal.action("location add", given, at) as act:
            place = self.meant(municipality)
            if kind not in LOCATION_KINDS:
                raise Refused(
                    _("'{kind}' is not a kind of location. Use one of: {kinds}.").format(
                        kind=kind[:20], kinds=", ".join(LOCATION_KINDS)
                    )
                )
            new = _made({"name": name, "kind": kind, "capacity": capacity, **details}, place.id, act.at)
            if not new.name:
                raise Refused(_("Give the location a name."))
            _checked(new)
            self._not_twice(new)
            new = self._inserted(new)
            act.ref = new.ref
            self._counted(None, new)
        text = ngettext("{ref} {name}: {n} place.", "{ref} {name}: {n} places.", new.capacity)
        return Done(new.ref, "added", text.format(ref=new.ref, name=new.name, n=number(new.capacity)))

    def edit(self, location: str, at: datetime | None = None, **changes: Any) -> Done:
        """What is known of a location; what is not given stays, an empty text takes it away."""
        given = {name: value for name, value in changes.items() if value is not None}
        with self._journal.action("location edit", {"location": location, **_plain(given)}, at) as act:
            old = self.get(location)
            act.ref = old.ref
            if not given:
                raise Refused(_("Nothing was said to change. Give what is different, as in: --capacity 60"))
            new = replace(old, **_kept(given))
            new = replace(new, folded=folded(new.name), out_of_use_reason=out_of_use(new.out_of_use_reason))
            if not new.name:
                raise Refused(_("Give the location a name."))
            _checked(new, self.periods_of(old))
            if new.folded != old.folded:
                self._not_twice(new)
            save(self._db, old, new)
        warnings = _overbooked(new) if new.capacity < old.capacity else ()
        return Done(new.ref, "changed", _("{name} is changed.").format(name=new.name), warnings)

    def add_period(
        self, location: str, first: date, until: date | None, places: int, at: datetime | None = None
    ) -> Done:
        """A further period with its places; one that meets another of the same location is refused."""
        given = {"location": location, "from": str(first), "until": str(until or ""), "places": places}
        with self._journal.action("location period", given, at) as act:
            where = self.get(location)
            act.ref = where.ref
            if not 0 <= places <= MOST_PLACES:
                raise Refused(_("{n} places are not possible. Give 0 to {most}.").format(n=places, most=MOST_PLACES))
            new = Period(str(first), str(until or ""), places)
            periods.checked(where.name, new, periods.of(where, self.periods_of(where)))
            insert(self._db, _availability(where, new))
        return Done(where.ref, "added", _("{name}: {period}.").format(name=where.name, period=new.said))

    def remove_period(self, location: str, first: date, at: datetime | None = None) -> Done:
        """The further period that begins on that day is off."""
        with self._journal.action("location period remove", {"location": location, "from": str(first)}, at) as act:
            where = self.get(location)
            act.ref = where.ref
            further = self.periods_of(where)
            found = next((a for a in further if a.available_from == str(first)), None)
            if found is None:
                known = ", ".join(a.available_from for a in further) or _("none")
                raise NotFound(
                    _("{name} has no further period from {day}. Known: {known}.").format(
                        name=where.name, day=first, known=known
                    )
                )
            delete(self._db, found)
        return Done(where.ref, "removed", _("{name}: the period from {day} is off.").format(name=where.name, day=first))

    def _inserted(self, new: Location) -> Location:
        number = insert(self._db, replace(new, ref=f"?{new.municipality}{new.folded}"))
        self._db.table("location").update(number, {"ref": f"L-{number}"})
        return replace(new, id=number, ref=f"L-{number}")

    def _not_twice(self, new: Location) -> None:
        twin = read(self._db, Location, "municipality = ? AND folded = ?", [new.municipality, new.folded])
        if twin:
            raise Refused(
                _("{name} is known there already as {ref}. Change it: desk location edit {ref}").format(
                    name=new.name, ref=twin[0].ref
                )
            )

    # --- from a sheet -----------------------------------------------------------------------

    def import_locations(self, records: Iterable[Mapping[str, Any]], source: str = "") -> Done:
        """Locations from a sheet, all or nothing; one with the same name in a municipality is replaced.

        Further rows of one location are further periods, and then they are all it has; with one row it keeps those
        it had.
        """
        rows = list(records)
        warnings: list[str] = []
        with self._journal.action("import locations", {"count": len(rows), "file": source}) as act:
            known = {(loc.municipality, loc.folded): loc for loc in read(self._db, Location)}
            groups = self._grouped(rows, known)
            done = 0
            for (municipality, name), (first, *more) in groups.items():
                done += 1 + len(more)
                self._journal.done_of(done, len(rows))
                new, old = _made(first, municipality, act.at), known.get((municipality, name))
                warnings += _overbooked(new)
                if old is None:
                    new = self._inserted(new)
                else:
                    new, older = _newest(old, replace(new, id=old.id, ref=old.ref))
                    warnings += [older] if older else []
                    save(self._db, old, new)
                self._counted(old, new)
                if more:
                    for period in self.periods_of(new):
                        delete(self._db, period)
                    for row in more:
                        insert(self._db, _availability(new, _period(row)))
        text = ngettext("{n} location read.", "{n} locations read.", len(groups)).format(n=len(groups))
        return Done("", "imported", text, tuple(warnings), also={"count": len(groups)})

    def _grouped(
        self, rows: Rows, known: Mapping[tuple[int, str], Location]
    ) -> dict[tuple[int, str], list[Mapping[str, Any]]]:
        """The rows of each location; one name may stand in two municipalities, a municipality has several spellings."""
        wrong: list[str] = []
        groups: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
        named = self._municipalities()
        for row in rows:
            place = named.get(folded(str(row["municipality"])))
            if place is None:
                wrong.append(
                    _("Row {row}, column municipality: '{text}' is not a municipality here.").format(
                        row=row.get("row", "?"), text=row["municipality"]
                    )
                )
                continue
            groups.setdefault((place.id, folded(clean(row["name"]))), []).append(row)
        for key, these in groups.items():
            wrong += self._overlaps(these, known.get(key))
        if wrong:
            raise wrong_cells(wrong)
        return groups

    def _overlaps(self, rows: Rows, old: Location | None) -> list[str]:
        """What is wrong with the periods of one location, a sentence a row."""
        if len(rows) == 1:
            fault = periods.wrong(_period(rows[0]), _further(self.periods_of(old)) if old is not None else [])
            return [_at_row(rows[0], fault)] if fault else []
        found = []
        for at, row in enumerate(rows):
            fault = periods.wrong(_period(row), map(_period, rows[:at]))
            if fault and at:
                first = rows[0].get("row", "?")
                name = clean(row["name"])
                found.append(
                    _at_row(
                        row,
                        _("{name} already stands in row {first}, and {fault}").format(
                            name=name, first=first, fault=fault
                        ),
                    )
                )
            elif fault:
                found.append(_at_row(row, fault))
        return found

    # --- what it reported -------------------------------------------------------------------

    def _counted(self, old: Location | None, new: Location) -> None:
        """Keep a count that came with a location's other details beside those it reported before."""
        if new.occupied is None or new.occupied_at is None:
            return
        if old is None or (old.occupied, old.occupied_at) != (new.occupied, new.occupied_at):
            self._keep(new, new.occupied, new.out_of_use, new.occupied_at, before=old)

    def _keep(
        self, location: Location, occupied: int, out_of_use: int | None, at: datetime, *, before: Location | None
    ) -> Headcount:
        """Keep a report with what the desk had derived by then."""
        told = Headcount(
            location=location.id,
            occupied=occupied,
            derived=self._derived(before, at) if before else None,
            out_of_use=out_of_use,
            at=at,
            by=self._journal.operator,
        )
        insert(self._db, told)
        return told

    def _derived(self, location: Location, at: datetime) -> int | None:
        """The people there at that moment as the desk had it: the last count before it, and those placed since."""
        if location.occupied is not None and location.occupied_at is not None and location.occupied_at <= at:
            people, since = location.occupied, location.occupied_at
        else:
            earlier = "location = ? AND at <= ?"
            rows = read(self._db, Headcount, earlier, [location.id, to_text(at)], "at DESC, id DESC LIMIT 1")
            if not rows or rows[0].at is None:
                return None
            people, since = rows[0].occupied, rows[0].at
        span = [location.id, to_text(since), to_text(at)]
        placed = self._db.execute(
            "SELECT coalesce(sum(n), 0) FROM ("
            " SELECT people AS n FROM placement"
            " WHERE location = ? AND state = 'arrived' AND confirmed_at > ? AND confirmed_at <= ?"
            " UNION ALL"
            " SELECT confirmed FROM allocation WHERE location = ? AND confirmed_at > ? AND confirmed_at <= ?)",
            span + span,
        ).fetchone()
        return people + int(placed[0])


def _made(row: Mapping[str, Any], municipality: int, at: datetime) -> Location:
    name = clean(row["name"])
    occupied = row.get("occupied")
    reported = row.get("occupied_at") or (at if occupied is not None else None)
    counts = row.get("counts")
    return Location(
        name=name,
        folded=folded(name),
        municipality=municipality,
        kind=row["kind"],
        capacity=row["capacity"],
        available_from=str(row.get("available_from") or ""),
        available_until=str(row.get("available_until") or ""),
        term=row.get("term") or "long",
        counts=(row["kind"] != "private") if counts is None else counts,
        groups=",".join(row.get("groups") or ()),
        nationalities=",".join(row.get("nationalities") or ()),
        wheelchair=row.get("wheelchair"),
        pets=row.get("pets"),
        intake=row.get("intake") or "",
        answers=row.get("answers") or "",
        occupied=occupied,
        occupied_at=reported,
        phone=clean(row.get("phone") or ""),
        out_of_use=row.get("out_of_use"),
    )


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """Details as the journal keeps them: a day as text."""
    return {name: str(v) if type(v) is date else v for name, v in given.items()}


def _kept(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as a location keeps them: lists with commas, dates as text, texts made safe."""

    def plain(value: object) -> object:
        if isinstance(value, (list, tuple)):
            return ",".join(map(str, value))
        return str(value) if isinstance(value, date) else clean(value) if isinstance(value, str) else value

    # a maximum that is taken away is no number
    return {name: None if name == "most_alone" and value == "" else plain(value) for name, value in changes.items()}


def _checked(new: Location, further: Iterable[Availability] = ()) -> None:
    for count in (new.capacity, new.out_of_use or 0):
        if not 0 <= count <= MOST_PLACES:
            raise Refused(_("{n} places are not possible. Give 0 to {most}.").format(n=count, most=MOST_PLACES))
    periods.checked(new.name, periods.of(new)[0], _further(further))


def _further(availabilities: Iterable[Availability]) -> list[Period]:
    return [Period(a.available_from, a.available_until, a.places) for a in availabilities]


def _period(row: Mapping[str, Any]) -> Period:
    return Period(str(row.get("available_from") or ""), str(row.get("available_until") or ""), row["capacity"])


def _availability(location: Location, period: Period) -> Availability:
    return Availability(
        location=location.id, available_from=period.first, available_until=period.last, places=period.places
    )


def _at_row(row: Mapping[str, Any], reason: str) -> str:
    return _("Row {row}, column from: {reason}.").format(row=row.get("row", "?"), reason=reason)


def _newest(old: Location, new: Location) -> tuple[Location, str]:
    """The location as it is written: a count older than the one known does not replace it, and is said."""
    if new.out_of_use is None or new.out_of_use == old.out_of_use:
        new = replace(new, out_of_use=old.out_of_use, out_of_use_reason=old.out_of_use_reason)
    if new.occupied_at is None or old.occupied_at is None or new.occupied_at >= old.occupied_at:
        return new, ""
    kept = replace(
        new,
        occupied=old.occupied,
        occupied_at=old.occupied_at,
        out_of_use=old.out_of_use,
        out_of_use_reason=old.out_of_use_reason,
    )
    return kept, _("{name}: a newer count than this one is known; the newer stays.").format(name=new.name)


def _overbooked(location: Location) -> tuple[str, ...]:
    """A count above the places is kept, and said."""
    if location.occupied is None or location.occupied <= location.capacity:
        return ()
    return (
        _("{name}: {occupied} people reported for {capacity} places; kept as told.").format(
            name=location.name, occupied=number(location.occupied), capacity=number(location.capacity)
        ),
    )
