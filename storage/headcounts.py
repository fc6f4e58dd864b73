"""What locations report each day in the store: counted replaces derived, and the difference is kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desk import clock, periods, words
from desk.capacity import Headcount, Location, folded
from desk.language import _, ngettext
from desk.names import clean
from desk.refusals import Refused
from desk.sheets import wrong_cells
from storage.journal import Done
from storage.locations import MOST_PLACES, Locations
from storage.rows import read, save

AHEAD = timedelta(minutes=5)
"""Clocks of two desks differ by so much and no more: a count of later than that has not happened."""


class Headcounts(Locations):
    """The daily report of a location: how many people, how many places out of use."""

    def report(
        self,
        location: str,
        occupied: int,
        out_of_use: int | None = None,
        at: datetime | None = None,
        reason: str = "",
    ) -> Done:
        """So many people were counted there; out of use not told, it stays as it was, with its reason."""
        given = {"location": location, "occupied": occupied, "out_of_use": out_of_use, "reason": reason or None}
        with self._journal.action("location report", given, at) as act:
            where = self.get(location)
            act.ref = where.ref
            if at is not None and at > act.entered_at + AHEAD:
                raise Refused(
                    _("{time} is still to come: give the time at which they were counted.").format(
                        time=clock.when(at, act.entered_at, self._journal.settings.tz)
                    )
                )
            # the order of two reports entered now is that in which they were entered, whatever the seconds say
            moment = max(act.at, where.occupied_at or act.at) if at is None else act.at
            told, warnings = self._report(where, occupied, out_of_use, moment, words.out_of_use(clean(reason)))
        return Done(where.ref, "reported", _said(where, told), tuple(warnings), also={"difference": told.difference})

    def _report(
        self, where: Location, occupied: int, out_of_use: int | None, at: datetime, reason: str = ""
    ) -> tuple[Headcount, list[str]]:
        for count in (occupied, out_of_use or 0):
            if not 0 <= count <= MOST_PLACES:
                raise Refused(
                    _("{name}: {n} is not possible. Give 0 to {most}.").format(
                        name=where.name, n=count, most=MOST_PLACES
                    )
                )
        places = self._places(where, at)
        if out_of_use is not None and out_of_use > max(places, where.capacity):
            raise Refused(
                _("{name} has {places} places: {n} of them cannot be out of use.").format(
                    name=where.name, places=places, n=out_of_use
                )
            )
        told = self._keep(where, occupied, out_of_use, at, before=where)
        if where.occupied_at is not None and at < where.occupied_at:
            newer = clock.when(where.occupied_at, self._journal.now(), self._journal.settings.tz)
            text = _("{name}: a count of {time} is newer and stays; this one is kept in its history.")
            return told, [text.format(name=where.name, time=newer)]
        left = where.out_of_use if out_of_use is None else out_of_use
        # a reason is of the places told with it: told anew without one, nobody knows why
        why = where.out_of_use_reason if out_of_use is None else reason
        new = replace(where, occupied=occupied, occupied_at=at, out_of_use=left, out_of_use_reason=why)
        save(self._db, where, new)
        return told, _above(where, occupied, places, left or 0)

    def _places(self, where: Location, at: datetime) -> int:
        today = at.astimezone(self._journal.settings.tz).date().isoformat()
        open_now = (p for p in periods.of(where, self.periods_of(where)) if p.first <= today <= p.end)
        return next((p.places for p in open_now), 0)

    def history(self, location: str, last: int = 200) -> list[Headcount]:
        """What a location reported, newest first."""
        return self.reports_of(self.get(location), last)

    def reports_of(self, location: Location, last: int = 1) -> list[Headcount]:
        """The last reports of a location, newest first."""
        return read(self._db, Headcount, "location = ?", [location.id], f"at DESC, id DESC LIMIT {int(last)}")

    def import_reports(
        self, records: Iterable[Mapping[str, Any]], source: str = "", at: datetime | None = None
    ) -> Done:
        """The daily reports of a sheet, all or nothing; one without a time of its own is of now, or of `at`."""
        rows = list(records)
        warnings: list[str] = []
        with self._journal.action("import reports", {"count": len(rows), "file": source}, at) as act:
            wheres = self._where(rows, act.entered_at)
            for done, (row, where) in enumerate(zip(rows, wheres, strict=True), start=1):
                self._journal.done_of(done, len(rows))
                moment = row.get("at") or (act.at if at else max(act.at, where.occupied_at or act.at))
                current = read(self._db, Location, "id = ?", [where.id])[0]
                try:
                    _told, more = self._report(current, row["occupied"], row.get("out_of_use"), moment)
                except Refused as no:
                    raise Refused(
                        *(_("Row {row}: {reason}").format(row=row.get("row", "?"), reason=r) for r in no.sentences)
                    ) from None
                warnings += more
        text = ngettext("{n} report read.", "{n} reports read.", len(rows)).format(n=len(rows))
        return Done("", "imported", text, tuple(warnings), also={"count": len(rows)})

    def _where(self, rows: list[Mapping[str, Any]], now: datetime) -> list[Location]:
        """The location of each row; every wrong cell at once."""
        called: dict[str, list[Location]] = defaultdict(list)
        for location in read(self._db, Location, order="name"):
            for name in {location.folded, location.ref.casefold()}:
                called[name].append(location)
        named = self._municipalities()
        wrong: list[str] = []
        found: list[Location] = []
        seen: dict[tuple[int, datetime | None], object] = {}
        for row in rows:
            number = row.get("row", "?")
            where, fault = _meant(row, called, named)
            if fault or where is None:
                wrong.append(_("Row {row}, column {column}: {reason}").format(row=number, **fault))
                continue
            found.append(where)
            at = row.get("at")
            if at is not None and at > now + AHEAD:
                wrong.append(
                    _("Row {row}, column at: that is still to come; give the time at which they were counted.").format(
                        row=number
                    )
                )
            first = seen.setdefault((where.id, at), number)
            if first != number:
                wrong.append(
                    _("Row {row}: {name} already stands in row {first}.").format(
                        row=number, name=where.name, first=first
                    )
                )
        if wrong:
            raise wrong_cells(wrong)
        return found


def _meant(
    row: Mapping[str, Any], called: Mapping[str, list[Location]], named: Mapping[str, Any]
) -> tuple[Location | None, dict[str, str]]:
    """The location of a row by its whole name or reference, or the column that is wrong and why."""
    said, place = str(row["location"]), row.get("municipality")
    found = called.get(folded(said), [])
    if place:
        here = named.get(folded(str(place)))
        if here is None:
            reason = _("'{text}' is not a municipality here.").format(text=str(place)[:60])
            return None, {"column": "municipality", "reason": reason}
        found = [loc for loc in found if loc.municipality == here.id]
    if len(found) == 1:
        return found[0], {}
    if found:
        candidates = ", ".join(loc.ref for loc in found[:8])
        reason = _("'{text}' can be {candidates}; give the reference or the municipality.")
        return None, {"column": "location", "reason": reason.format(text=said[:60], candidates=candidates)}
    reason = _("'{text}' is not a location here; add it first: desk location add").format(text=said[:60])
    return None, {"column": "location", "reason": reason}


def _above(where: Location, occupied: int, places: int, out_of_use: int) -> list[str]:
    usable = places - out_of_use
    if occupied <= usable:
        return []
    return [
        _("{name}: {occupied} people for {places} usable places: overbooked by {n}; kept as told.").format(
            name=where.name, occupied=occupied, places=usable, n=occupied - usable
        )
    ]


def _said(where: Location, told: Headcount) -> str:
    text = ngettext("{name}: {n} person counted", "{name}: {n} people counted", told.occupied)
    text = text.format(name=where.name, n=told.occupied)
    if told.difference:
        return _("{counted}, {difference:+d} against what we thought.").format(counted=text, difference=told.difference)
    return text + "."
