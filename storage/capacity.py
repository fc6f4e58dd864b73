"""Municipalities and locations in the store."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from desk.capacity import Location, Municipality, folded
from desk.language import _, ngettext
from desk.names import clean
from desk.refusals import NotFound, Refused
from storage.journal import Done, Journal
from storage.rows import insert, read, save


class Capacity:
    """Where people can go from here."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def get(self, said: str) -> Location:
        """The location meant by a name or reference; `Name, Municipality` tells two of one name apart."""
        every = read(self._db, Location, order="name")
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
        wanted = folded(said)
        for m in read(self._db, Municipality):
            if wanted in {folded(m.code), folded(m.name), folded(m.screen_name)}:
                return m
        return None

    def import_municipalities(self, records: Iterable[Mapping[str, Any]], source: str = "") -> Done:
        """Municipalities from a sheet or the product's own data; a known code is replaced."""
        rows = list(records)
        with self._journal.action("import municipalities", {"count": len(rows), "file": source}):
            known = {m.code: m for m in read(self._db, Municipality)}
            for place, row in enumerate(rows, start=1):
                self._journal.done_of(place, len(rows))
                new = Municipality(
                    code=row["code"],
                    name=clean(row["name"]),
                    screen_name=clean(row.get("screen_name") or row["name"]),
                    inhabitants=row["inhabitants"],
                    as_of=str(row.get("as_of") or ""),
                    source=clean(str(row.get("source") or "")),
                )
                old = known.get(new.code)
                if old is None:
                    insert(self._db, new)
                else:
                    kept = old.screen_name if not row.get("screen_name") and old.name == new.name else new.screen_name
                    save(self._db, old, replace(new, id=old.id, screen_name=kept))
        text = ngettext("{n} municipality read.", "{n} municipalities read.", len(rows)).format(n=len(rows))
        return Done("", "imported", text, also={"count": len(rows)})

    def import_locations(self, records: Iterable[Mapping[str, Any]], source: str = "") -> Done:
        """Locations from a sheet, all or nothing; one with the same name in a municipality is replaced."""
        rows = list(records)
        warnings: list[str] = []
        with self._journal.action("import locations", {"count": len(rows), "file": source}) as act:
            places = self._places_of(rows)
            known = {(loc.municipality, loc.folded): loc for loc in read(self._db, Location)}
            for number_of_row, (row, place) in enumerate(zip(rows, places, strict=True), start=1):
                self._journal.done_of(number_of_row, len(rows))
                new = _location(row, place.id, act.at)
                if new.occupied is not None and new.occupied > new.capacity:
                    warnings.append(
                        _("{name}: {occupied} people reported for {capacity} places; kept as told.").format(
                            name=new.name, occupied=new.occupied, capacity=new.capacity
                        )
                    )
                old = known.get((new.municipality, new.folded))
                if old is not None:
                    save(self._db, old, replace(new, id=old.id, ref=old.ref))
                else:
                    number = insert(self._db, replace(new, ref=f"?{new.municipality}{new.folded}"))
                    self._db.table("location").update(number, {"ref": f"L-{number}"})
        text = ngettext("{n} location read.", "{n} locations read.", len(rows)).format(n=len(rows))
        return Done("", "imported", text, tuple(warnings), also={"count": len(rows)})

    def _places_of(self, rows: list[Mapping[str, Any]]) -> list[Municipality]:
        wrong: list[str] = []
        places: list[Municipality] = []
        seen: dict[tuple[int, str], object] = {}
        for row in rows:
            place = self._municipality(str(row["municipality"]))
            if place is None:
                wrong.append(
                    _("Row {row}, column municipality: '{text}' is not a municipality here.").format(
                        row=row.get("row", "?"), text=row["municipality"]
                    )
                )
                continue
            places.append(place)
            # one name may stand in two municipalities, and a municipality has several spellings
            first = seen.setdefault((place.id, folded(clean(row["name"]))), row.get("row", "?"))
            if first != row.get("row", "?"):
                wrong.append(
                    _("Row {row}: {name} already stands in row {first}.").format(
                        row=row.get("row", "?"), name=clean(row["name"]), first=first
                    )
                )
        if wrong:
            raise Refused(*wrong)
        return places

    def region(self, name: str) -> Done:
        """Load a region that ships with the product."""
        if name != "twente":
            raise Refused(_("There is no region '{name}' in the program. Give twente, or a file.").format(name=name))
        text = files("desk").joinpath("municipalities.csv").read_text(encoding="utf-8")
        rows = [dict(row, inhabitants=int(row["inhabitants"])) for row in csv.DictReader(text.splitlines())]
        return self.import_municipalities(rows, "twente")


def _location(row: Mapping[str, Any], municipality: int, at: datetime) -> Location:
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
    )
