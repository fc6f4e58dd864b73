"""Contacts about a household in the tailored procedure: what was tried, with whom, when."""

from datetime import datetime

from desk.language import _
from desk.logbook import LogLine
from desk.names import clean
from desk.procedure import TAILORED
from desk.refusals import Refused
from storage.households import Households
from storage.journal import Done, Journal
from storage.logbook import MOST_LETTERS
from storage.rows import insert, read


class Contacts:
    """Lines of the log of kind `call` and type `tailored`, linked to a household."""

    def __init__(self, journal: Journal, households: Households) -> None:
        self._journal = journal
        self._db = journal.db
        self._households = households

    def add(self, ref: str, text: str, whom: str = "", at: datetime | None = None) -> Done:
        """Write down one contact: what was tried, and with whom; who wrote and when is the line's own."""
        with self._journal.action("household contact", {"ref": ref, "text": text, "whom": whom}, at) as act:
            household = self._households.get(ref)
            act.ref = household.ref
            said = clean(text, limit=MOST_LETTERS, lines=True)
            if not said:
                raise Refused(
                    _("What was tried? Type it, as in: desk household contact {ref} no room with us --with Els").format(
                        ref=self._journal.said(household.ref)
                    )
                )
            words = f"{clean(whom)}: {said}" if clean(whom) else said
            line = LogLine(
                at=act.at, kind="call", text=words, link=household.ref, type_text=TAILORED, by=self._journal.operator
            )
            insert(self._db, line)
        text = _("{ref} {name}: the contact is written down.")
        return Done(
            household.ref, household.state, text.format(ref=self._journal.said(household.ref), name=household.called)
        )

    def of(self, ref: str) -> list[LogLine]:
        """The contacts about a household, oldest first."""
        household = self._households.get(ref)
        return read(self._db, LogLine, "link = ? AND type_text = ?", [household.ref, TAILORED], "at, id")
