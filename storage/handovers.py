"""Handovers in the store: made from what is open, accepted by name; the record stays as it was made."""

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk import handover as rules
from desk.decisions import Decision
from desk.handover import Content, Handover
from desk.language import _, ngettext
from desk.logbook import LogLine
from desk.names import clean
from desk.refusals import NotFound, Refused
from storage.rows import insert, read, save, to_text
from storage.sqlite import Database

if TYPE_CHECKING:
    from desk.settings import Settings
    from storage.journal import Done, Journal


def last_handover(db: Database) -> Handover | None:
    """The last one made, accepted or not; those before it that nobody accepted wait no more."""
    return next(iter(read(db, Handover, order="id DESC LIMIT 1")), None)


def must_be_accepted(db: Database, settings: "Settings", operator: str, verb: str) -> None:
    """Refuse an action before the handover is accepted, where the setting requires that."""
    if settings.handover != "require" or not rules.stops(verb):
        return
    last = last_handover(db)
    if last is not None and last.accepted_at is None and last.by != operator:
        raise Refused(_("{who}'s handover waits. Read it and accept it first: desk shift accept").format(who=last.by))


class Handovers:
    """What one shift tells the next."""

    def __init__(self, journal: "Journal") -> None:
        self._journal = journal
        self._db = journal.db

    def last(self) -> Handover:
        """The last one made."""
        found = last_handover(self._db)
        if found is None:
            raise NotFound(_("No handover was made yet. Make one: desk shift handover"))
        return found

    def waiting(self) -> Handover | None:
        """The one that somebody else than who acts here is to accept, unless the setting is off."""
        last = last_handover(self._db)
        if last is None or last.accepted_at is not None or last.by == self._journal.operator:
            return None
        return last if self._journal.settings.handover != "off" else None

    def reminders(self) -> tuple[str, ...]:
        """What is said with somebody's first action since a handover that waits for them."""
        waiting = self.waiting()
        if waiting is None:
            return ()
        acted = self._db.execute(
            "SELECT id FROM action WHERE operator = ? AND id > ? LIMIT 2", [self._journal.operator, waiting.version]
        ).fetchall()
        return (self._waits(waiting),) if len(acted) == 1 else ()

    def _waits(self, waiting: Handover) -> str:
        return _(
            "{who}'s handover waits for you. Read it: desk report handover. Then accept it: desk shift accept"
        ).format(who=waiting.by)

    def make(self, note: str = "", at: datetime | None = None) -> "Done":
        """A handover of what is open now; without anything open it says that there is nothing to report."""
        from storage.journal import Done

        with self._journal.action("handover make", {}, at) as act:
            content = self.content(act.at)
            new = Handover(
                made_at=act.at,
                by=self._journal.operator,
                content=_kept({"made": content.record}),
                note=clean(note, limit=1_000, lines=True),
                version=act.id,
                accepted_by="",
            )
            act.ref = f"handover {insert(self._db, new)}"
        n = len(content.items)
        open_items = ngettext("Handed over: {n} open item.", "Handed over: {n} open items.", n)
        text = open_items.format(n=n) if n else _("Handed over: nothing to report.")
        return Done(act.ref, "made", text, also={"items": n})

    def add_line(self, number: int, text: str, at: datetime | None = None) -> "Done":
        """A line with one item of one's own handover, until it is accepted."""
        from storage.journal import Done

        with self._journal.action("handover note", {"item": number}, at) as act:
            last = self.last()
            if last.accepted_at is not None:
                raise Refused(
                    _("{who} accepted it already. Make another: desk shift handover").format(who=last.accepted_by)
                )
            said = clean(text)
            if not said:
                raise Refused(_("An empty line says nothing. Type what the next shift must know."))
            made = rules.noted(self.made(last), number, said)
            save(self._db, last, replace(last, content=_kept({"made": made.record})))
            act.ref = f"handover {last.id}"
        return Done(act.ref, "made", _("The line stands with item {number}.").format(number=number))

    def accept(self, at: datetime | None = None) -> "Done":
        """Whoever takes over has read it; what was open by then is kept beside what was made."""
        from storage.journal import Done

        with self._journal.action("handover accept", {}, at) as act:
            last = rules.accepted(self.last(), self._journal.operator)
            # as of acceptance, over the same span: what differs is what happened between the two
            then = self.content(act.at, before=last.id)
            record = {**json.loads(last.content), "accepted": then.record}
            who = self._journal.operator
            save(self._db, last, replace(last, accepted_at=act.at, accepted_by=who, content=_kept(record)))
            act.ref = f"handover {last.id}"
        text = _("{who} accepted the handover of {by}.").format(who=who, by=last.by)
        return Done(act.ref, "accepted", text)

    def content(self, at: datetime, before: int | None = None) -> Content:
        """What is open at that moment, and what happened since the handover before (one before that number)."""
        from storage.figures import read_period
        from storage.night import read_night

        where, params = ("id < ?", [before]) if before else ("1", [])
        former = next(iter(read(self._db, Handover, where, params, "id DESC LIMIT 1")), None)
        since = former.made_at if former and former.made_at else at - rules.SHIFT
        incidents = read(
            self._db,
            LogLine,
            "kind = 'incident' AND at >= ? AND NOT EXISTS (SELECT 1 FROM log c WHERE c.corrects = log.id)",
            [to_text(since)],
            "at, id",
        )
        listed = read(self._db, Decision, "state IN ('open', 'in_progress')")
        # without an order of its own, all since that action: ids run with time
        sql = (
            "SELECT count(*) FROM action WHERE id > ?" if former else "SELECT count(*) FROM action WHERE entered_at > ?"
        )
        done = self._db.execute(sql, [former.version if former else to_text(since)]).fetchone()[0]
        return rules.content(
            read_night(self._journal, at), read_period(self._journal, since, at), incidents, listed, int(done)
        )

    @staticmethod
    def made(handover: Handover) -> Content:
        """What it said when it was made."""
        return rules.content_of(json.loads(handover.content)["made"])

    @staticmethod
    def when_accepted(handover: Handover) -> Content | None:
        """What was open when it was accepted; None before that."""
        found = json.loads(handover.content).get("accepted")
        return rules.content_of(found) if found else None


def _kept(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True)
