"""Figures frozen in the store: issued under a number, by a person or at a set time; never changed afterwards."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desk import clock, frozen, situation
from desk.frozen import Due, Freeze
from desk.language import _
from desk.night import Night
from desk.refusals import NotFound, Refused
from storage.as_of import AsOf, version_at
from storage.journal import AUTOMATIC, Done, Journal
from storage.night import read_night
from storage.rows import insert, insert_row, read, to_text, to_time
from storage.situation import Previous, read_situation


class _AlreadyMade(Exception):  # noqa: N818 - not a fault: the figures are there
    """Two desks came by at once; one of them made the figures."""


class Frozen:
    """The reports that were issued."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def issue(self, label: str = "", corrects: str = "", at: datetime | None = None) -> Done:
        """Freeze the figures of now, or of a moment before, and give them the next number of that day."""
        self.make_due()  # so that numbers follow the clock
        wrong = self.get(corrects) if corrects else None
        now = self._journal.now()
        if at is not None and at > now:
            raise Refused(
                _("{time} has not come yet. Give a moment up to now, or leave it out.").format(
                    time=clock.when(at, now, self._journal.settings.tz)
                )
            )
        given = {"label": label, "corrects": wrong.ref if wrong else ""}
        with self._journal.action("freeze", given, at) as act:
            moment = clock.seconds(at) if at is not None else act.at
            ref = self._next_ref(moment)
            content = {"label": label, "by": self._journal.operator, "corrects": given["corrects"]}
            new = Freeze(ref=ref, at=moment, label=label, corrects=given["corrects"], by=self._journal.operator)
            new = self._filled(
                new, content, act.id - 1 if at is None else version_at(self._journal, at), live=at is None
            )
            insert(self._db, replace(new, made_at=act.entered_at))
            act.ref = ref
        return Done(ref, "issued", _("{number} is issued.").format(number=ref), _broken(new.content))

    def make_due(self) -> list[Done]:
        """Make the figures of every set time that has passed and has none yet: the same as if made on time."""
        mine = Journal(self._db, self._journal.path, AUTOMATIC, self._journal.now)
        mine.new_uid, mine.new_salt = self._journal.new_uid, self._journal.new_salt
        other = Frozen(mine)
        return [done for due in self._missing() if (done := other._make(due)) is not None]

    def _missing(self) -> list[Due]:
        first = self._db.execute("SELECT entered_at FROM action ORDER BY id LIMIT 1").fetchone()
        last = self._db.execute("SELECT max(at) FROM freeze WHERE automatic = 1").fetchone()
        if first is None:
            return []
        return frozen.due(self._journal.settings, to_time(last[0] or first[0]), self._journal.now())

    def _make(self, due: Due) -> Done | None:
        with suppress(_AlreadyMade), self._journal.action("freeze due", {"label": due.label}, due.at) as act:
            if read(self._db, Freeze, "automatic = 1 AND at = ? AND label = ?", [to_text(due.at), due.label]):
                raise _AlreadyMade  # by another desk, just before: nothing is written
            ref = f"NIGHT {due.evening}" if due.evening else self._next_ref(due.at)
            new = Freeze(ref=ref, at=due.at, label=due.label, automatic=True, by=AUTOMATIC, made_at=act.entered_at)
            content = {"label": due.label, "by": "", "corrects": ""}
            insert(self._db, self._filled(new, content, version_at(self._journal, due.at), live=False))
            act.ref = ref
            return Done(ref, "issued", _("{number} is issued.").format(number=ref))
        return None

    # --- reading ----------------------------------------------------------------------------

    def version_of(self, at: datetime) -> int | None:
        """The last action of the report that was issued for exactly that moment, the first of them; else None."""
        found = read(self._db, Freeze, "at = ?", [to_text(at)], "id LIMIT 1")
        return found[0].version if found else None

    def at(self, moment: datetime) -> Freeze | None:
        """The report that was issued for exactly that moment and no later than it, the first of them."""
        found = read(
            self._db,
            Freeze,
            "at = ? AND ref LIKE 'SITREP %' AND (automatic = 1 OR made_at <= at)",
            [to_text(moment)],
            "id LIMIT 1",
        )
        return found[0] if found else None

    def listed(self, last: int = 100) -> list[Freeze]:
        """What was issued, newest first."""
        return read(self._db, Freeze, "1", order=f"at DESC, id DESC LIMIT {int(last)}")

    def get(self, said: str) -> Freeze:
        """One by its number: `SITREP 2022-04-07/2`, or without the word."""
        wanted = " ".join(said.upper().split())
        found = read(self._db, Freeze, "ref IN (?, ?)", [wanted, f"SITREP {wanted}"])
        if not found:
            known = ", ".join(one.ref for one in self.listed(3)) or _("none")
            raise NotFound(
                _("There is no report '{text}'. The last ones: {known}.").format(text=said[:40], known=known)
            )
        return found[0]

    def record(self, freeze: Freeze) -> dict[str, Any]:
        """What was frozen, as it was."""
        found: dict[str, Any] = json.loads(freeze.content)
        return found

    def situation(self, night: Night, version: int, journal: Journal | None = None) -> dict[str, Any]:
        """The situation of a night as it would be frozen, without a number; `journal` is that of the night."""
        source = journal or self._journal
        return situation.record(night, read_situation(source, night, version, self._previous(source, night.at)))

    # --- making -----------------------------------------------------------------------------

    def _previous(self, journal: Journal, at: datetime) -> Previous | None:
        """The report before this one: the last that a person issued, or the last set time, whichever is later.

        A set time counts from the moment itself, also where its figures are not made yet: so what a report is compared
        with never depends on when somebody came by to make them.
        """
        issued = read(
            journal.db,
            Freeze,
            "at < ? AND automatic = 0 AND ref LIKE 'SITREP %'",
            [to_text(at)],
            "at DESC, id DESC LIMIT 1",
        )
        found = [Previous(one.at, one.version, one.ref, _people(one)) for one in issued if one.at is not None]
        first = journal.db.execute("SELECT entered_at FROM action ORDER BY id LIMIT 1").fetchone()
        if first:
            times = frozen.due(journal.settings, to_time(first[0]), at - timedelta(seconds=1))
            set_times = [due.at for due in times if due.evening is None]
            for last in set_times[-1:]:
                kept = read(journal.db, Freeze, "automatic = 1 AND at = ?", [to_text(last)])
                found.append(Previous(last, version_at(journal, last), kept=_people(kept[0]) if kept else None))
        return max(found, key=lambda previous: previous.at, default=None)

    def _filled(self, new: Freeze, words: dict[str, str], version: int, *, live: bool) -> Freeze:
        assert new.at is not None
        if live:
            data = self.situation(read_night(self._journal, new.at), version)
        else:
            with AsOf(self._journal.path, new.at, version) as then:
                data = self.situation(then.night, version, then.journal)
        content = json.dumps({**data, "number": new.ref, **words}, ensure_ascii=False)
        return replace(new, version=version, content=content)

    def _next_ref(self, at: datetime) -> str:
        day = at.astimezone(self._journal.settings.tz).date().isoformat()
        found = self._db.execute("SELECT id, last FROM counter WHERE kind = 'SITREP' AND night = ?", [day]).fetchone()
        number = found[1] + 1 if found else 1
        if found:
            self._db.execute("UPDATE counter SET last = ? WHERE id = ?", [number, found[0]])
        else:
            insert_row(self._db, "counter", {"kind": "SITREP", "night": day, "last": number})
        return f"SITREP {day}/{number}"


def _people(one: Freeze) -> tuple[int, int]:
    content = json.loads(one.content)
    return int(content["people"]["present"]), int(content["staying"])


def _broken(content: str) -> tuple[str, ...]:
    compared = json.loads(content)["compared"]
    if not compared or not compared["gap"]:
        return ()
    return (
        _("The sum of the people does not hold since {time}: {n} too many or too few. Run: desk check").format(
            time=compared["then"], n=compared["gap"]
        ),
    )
