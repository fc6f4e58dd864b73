"""What people wrote as it may leave the house: without the name of anybody the desk still knows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from desk.cases import KnownNames, without_names
from desk.decisions import Decision
from desk.language import _
from desk.logbook import LogLine
from desk.requests import Answer, Candidate, Request
from storage.journal import Journal
from storage.night import CURRENT
from storage.rows import to_text

_WRITTEN: dict[type, tuple[str, ...]] = {
    Decision: ("text", "explanation", "heading"),
    Request: ("question", "occasion", "note"),
    Answer: ("note",),
    Candidate: ("note",),
}
"""What is written freely in the lists of the board; who owns an action or gave an answer stands there as it is."""
_Entry = TypeVar("_Entry", Decision, Request, Answer, Candidate)


class Nameless:
    """Takes names out of what was written; they are read once, and not at all where nothing was."""

    def __init__(self, journal: Journal, since: datetime | None = None) -> None:
        self._journal = journal
        self._since = since

    @cached_property
    def _known(self) -> KnownNames:
        return known_names(self._journal, self._since)

    def text(self, text: str) -> str:
        """One text."""
        return self._known.hide(text) if text else text

    def lines(self, lines: Iterable[LogLine]) -> list[LogLine]:
        """Lines of the log, also without who wrote them down."""
        return [without_names(line, self._known) for line in lines]

    def entries(self, entries: Iterable[_Entry]) -> list[_Entry]:
        """Entries of the board's lists."""
        return [self.entry(one) for one in entries]

    def entry(self, one: _Entry) -> _Entry:
        """One entry of the board's lists."""
        bare: dict[str, Any] = {name: self.text(getattr(one, name)) for name in _WRITTEN[type(one)]}
        return replace(one, **bare)

    def warned(self, *texts: str) -> tuple[str, ...]:
        """What to say to the writer of these texts; nothing where nobody is named."""
        if all(self.text(text) == text for text in texts):
            return ()
        return (_("It names somebody, and the list leaves the house. Change the text without the name."),)


def known_names(journal: Journal, since: datetime | None = None) -> KnownNames:
    """The names of everybody who is here or left no longer than names are kept before what was written.

    `since` is when the first of it was written, without it now: a text names who was here then, so what a report costs
    goes by its period and not by the whole past. Longer ago a name is no longer the desk's to know (facts 10).
    """
    first = min(since or journal.now(), journal.now())
    kept = to_text(first - timedelta(days=journal.settings.retention_days))
    known = f"id IN (SELECT id FROM household WHERE {CURRENT} UNION ALL SELECT id FROM household WHERE ended_at >= ?)"
    rows = journal.db.execute(
        f"SELECT name, native_name, ref FROM household WHERE {known} UNION ALL"
        f" SELECT m.name, m.native_name, h.ref FROM household h JOIN member m ON m.household = h.id WHERE h.{known}",
        [kept, kept],
    ).fetchall()
    return KnownNames(((name, ref) for *names, ref in rows for name in names if name), journal.said)
