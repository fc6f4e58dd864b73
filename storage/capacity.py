"""Municipalities, their pools, and what is asked of the region, in the store; their locations are below it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from desk.capacity import TARGET_KINDS, Municipality, Target, folded
from desk.language import _, ngettext, number
from desk.names import clean
from desk.refusals import Refused
from storage.database import Store
from storage.headcounts import Headcounts
from storage.journal import Done
from storage.rows import insert, insert_row, read, save

MOST_ASKED = 1_000_000


class Capacity(Headcounts):
    """The region: its municipalities, their locations and what these report."""

    # --- municipalities ---------------------------------------------------------------------

    def import_municipalities(self, records: Iterable[Mapping[str, Any]], source: str = "") -> Done:
        """Municipalities from a sheet or the product's own data; a known code is replaced.

        A sheet without a column for the pool leaves the pools as they are.
        """
        rows = list(records)
        with self._journal.action("import municipalities", {"count": len(rows), "file": source}):
            known = {m.code: m for m in read(self._db, Municipality)}
            for place, row in enumerate(rows, start=1):
                self._journal.done_of(place, len(rows))
                old = known.get(row["code"])
                new = Municipality(
                    code=row["code"],
                    name=clean(row["name"]),
                    screen_name=clean(row.get("screen_name") or row["name"]),
                    inhabitants=row["inhabitants"],
                    as_of=str(row.get("as_of") or ""),
                    source=clean(str(row.get("source") or "")),
                    pool=clean(str(row["pool"] or "")) or None if "pool" in row else old.pool if old else None,
                )
                if old is None:
                    insert(self._db, new)
                else:
                    kept = old.screen_name if not row.get("screen_name") and old.name == new.name else new.screen_name
                    save(self._db, old, replace(new, id=old.id, screen_name=kept))
        text = ngettext("{n} municipality read.", "{n} municipalities read.", len(rows)).format(n=len(rows))
        return Done("", "imported", text, also={"count": len(rows)})

    def region(self, name: str) -> Done:
        """Load a region that ships with the product."""
        if name != "twente":
            raise Refused(_("There is no region '{name}' in the program. Give twente, or a file.").format(name=name))
        text = files("desk").joinpath("municipalities.csv").read_text(encoding="utf-8")
        rows = [dict(row, inhabitants=int(row["inhabitants"])) for row in csv.DictReader(text.splitlines())]
        return self.import_municipalities(rows, "twente")

    def pool(self, name: str, municipalities: Sequence[str] = (), at: datetime | None = None) -> Done:
        """These municipalities, and no others, answer for their shares together; none: the pool is dissolved."""
        given = {"name": name, "municipalities": tuple(municipalities)}
        with self._journal.action("municipality pool", given, at):
            every = read(self._db, Municipality, order="name")
            said = clean(name, limit=40)
            if not said:
                raise Refused(_("Give the pool a name, as in NOT-4."))
            said = next((m.pool for m in every if m.pool and folded(m.pool) == folded(said)), said)
            members = {m.id: m for m in map(self.meant, municipalities)}
            former = [m for m in every if m.pool == said]
            if not members and not former:
                raise Refused(_("There is no pool '{name}'. Name the municipalities of it.").format(name=said))
            moved = [m for m in members.values() if m.pool not in {None, said}]
            for m in former:
                if m.id not in members:
                    save(self._db, m, replace(m, pool=None))
            for m in members.values():
                save(self._db, m, replace(m, pool=said))
        warnings = tuple(_("{name} was in {pool}.").format(name=m.screen_name, pool=m.pool) for m in moved)
        if not members:
            return Done("", "dissolved", _("Pool {name} is dissolved.").format(name=said))
        names = ", ".join(m.screen_name for m in sorted(members.values(), key=lambda m: m.screen_name))
        text = _("{pool}: {names}.").format(pool=said, names=names)
        return Done("", "pooled", text, warnings, also={"pool": said, "municipalities": names.split(", ")})

    # --- what is asked of the region --------------------------------------------------------

    def set_target(
        self, kind: str, places: int, since: date | None = None, source: str = "", at: datetime | None = None
    ) -> Done:
        """So many places are asked from a day on, else from today; the obligation and the best effort apart."""
        given = {"kind": kind, "places": places, "since": str(since or ""), "source": source}
        with self._journal.action("target", given, at) as act:
            if kind not in TARGET_KINDS:
                raise Refused(
                    _("'{kind}' is not a kind of target. Use one of: {kinds}.").format(
                        kind=kind[:20], kinds=", ".join(TARGET_KINDS)
                    )
                )
            if not 0 <= places <= MOST_ASKED:
                raise Refused(
                    _("{n} places are not possible. Give 0 to {most}.").format(
                        n=number(places), most=number(MOST_ASKED)
                    )
                )
            today = act.at.astimezone(self._journal.settings.tz).date()
            new = Target(kind=kind, places=places, since=str(since or today), source=clean(source))
            write_target(self._db, new)
            begun = [t for t in self.targets() if t.kind == "obligation" and t.since <= str(today)]
            if begun and self._journal.settings.target != begun[-1].places:
                self._settings_follow(begun[-1].places)
        text = ngettext("{n} place is asked from {day} on.", "{n} places are asked from {day} on.", places)
        return Done("", "set", text.format(n=number(places), day=new.since), also={"kind": kind, "since": new.since})

    def _settings_follow(self, places: int) -> None:
        """The setting says what is asked today, so that it and the history never say two things."""
        row = self._db.execute("SELECT id FROM setting WHERE name = 'target'").fetchone()
        if row:
            self._db.table("setting").update(row[0], {"value": str(places)})
        else:
            insert_row(self._db, "setting", {"name": "target", "value": str(places)})

    def targets(self) -> list[Target]:
        """All that was ever asked, oldest first."""
        return read(self._db, Target, order="since, id")


def write_target(db: Store, new: Target) -> None:
    """What is asked from a day on; asked anew for the same day, it is replaced."""
    known = read(db, Target, "kind = ? AND since = ?", [new.kind, new.since])
    if known:
        save(db, known[0], replace(new, id=known[0].id))
    else:
        insert(db, new)
