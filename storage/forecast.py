"""Inflow scenarios in the store: who is expected on a day, in which scenario, and who says so."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from desk.forecast import SCENARIOS, Inflow
from desk.language import _, ngettext
from desk.names import clean
from desk.refusals import NotFound, Refused
from storage.journal import Act, Done, Journal
from storage.rows import delete, insert, read, save

MOST_PEOPLE = 100_000


class Forecast:
    """Who is expected; what was told before stays in the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def rows(self, since: date | None = None) -> list[Inflow]:
        """What is expected from that day on, by day."""
        return read(self._db, Inflow, "day >= ?", [str(since or "")], "day, scenario")

    def set(self, scenario: str, day: date, people: int, source: str = "", at: datetime | None = None) -> Done:
        """So many people are expected on a day; told anew, it replaces what was told."""
        given = {"scenario": scenario, "day": str(day), "people": people, "source": source}
        with self._journal.action("forecast set", given, at) as act:
            before = self._write(act, scenario, str(day), people, source)
        text = ngettext("{day}, {scenario}: {n} person.", "{day}, {scenario}: {n} people.", people)
        said = text.format(day=day, scenario=scenario, n=people)
        if before is not None and before.people != people:
            said += " " + _("It was {n}.").format(n=before.people)
        return Done("", "set", said, also={"scenario": scenario, "day": str(day), "people": people})

    def _write(self, act: Act, scenario: str, day: str, people: int, source: str) -> Inflow | None:
        """Write one expectation; gives what was told before."""
        if scenario not in SCENARIOS:
            raise Refused(
                _("'{scenario}' is not a scenario. Use one of: {scenarios}.").format(
                    scenario=scenario[:20], scenarios=", ".join(SCENARIOS)
                )
            )
        if not 0 <= people <= MOST_PEOPLE:
            raise Refused(_("{n} people are not possible. Give 0 to {most}.").format(n=people, most=MOST_PEOPLE))
        today = act.at.astimezone(self._journal.settings.tz).date()
        new = Inflow(scenario=scenario, day=day, people=people, source=clean(source), told_on=str(today))
        known = self._known(scenario, day)
        if known is None:
            insert(self._db, new)
        else:
            save(self._db, known, replace(new, id=known.id))
        return known

    def _known(self, scenario: str, day: str) -> Inflow | None:
        found = read(self._db, Inflow, "scenario = ? AND day = ?", [scenario, day])
        return found[0] if found else None

    def remove(self, scenario: str, day: date, at: datetime | None = None) -> Done:
        """Nobody says any more who comes on that day."""
        with self._journal.action("forecast remove", {"scenario": scenario, "day": str(day)}, at):
            known = self._known(scenario, str(day))
            if known is None:
                raise NotFound(
                    _("Nothing was told of {day} in the scenario {scenario}. See: desk forecast list").format(
                        day=day, scenario=scenario
                    )
                )
            delete(self._db, known)
        text = _("{day}, {scenario}: taken away.").format(day=day, scenario=scenario)
        return Done("", "removed", text, also={"scenario": scenario, "day": str(day)})

    def import_rows(self, records: Iterable[Mapping[str, Any]], source: str = "") -> Done:
        """The scenarios of a sheet, all or nothing; a day that was told before is replaced."""
        rows = list(records)
        with self._journal.action("import forecast", {"count": len(rows), "file": source}) as act:
            for done, row in enumerate(rows, start=1):
                self._journal.done_of(done, len(rows))
                self._write(act, row["scenario"], str(row["day"]), row["people"], str(row.get("source") or source))
        text = ngettext("{n} expectation read.", "{n} expectations read.", len(rows)).format(n=len(rows))
        return Done("", "imported", text, also={"count": len(rows)})
