"""What is personal in a store, when it is to be forgotten, and how a text is freed of a name.

A person's data is kept for the stay and some days after it (design 8, facts 12: a setting, 28 days). Then names and
needs go and the counting record stays: when, which age band and sex, which group, how many nights, to where.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from desk.households import ENDED, Household

PERSONAL: Mapping[str, frozenset[str]] = {
    table: frozenset(columns.split())
    for table, columns in {
        "household": "name native_name folded phone note needs guardian nationality language tie_reason",
        "member": "name native_name birth_year age relation nationality language needs out_to",
        "placement": "to_text override reason note",
        "sharing": "agreed_by",
        "visitor": "name whom",
        "log": "text type_text",
        "handover": "content note",
        "rollcall": "content",
        "freeze": "content label",
        "bus": "note over_reason count_reason close_reason",
        "ride": "note",
        "bed": "reason",
        "request": "question occasion note",
        "answer": "note",
        "candidate": "note",
        "decision": "heading text explanation owner",
        "meeting": "note",
    }.items()
}
"""The columns in which a person can stand, by table: they enter the chain of the journal as a salted digest."""
WHOLE = {"household": "id", "member": "household", "placement": "household", "sharing": "household"}
"""Tables of which a row is about one household, by the column that says which: all its personal columns go with it.

Of the others only the names go.
"""
PUBLIC_ARGS = frozenset(
    (
        "ref people adults children cots pets bus beds group sex origin members count heads places location until since"
        " from day at eta back other of state kind announced counted remove line number item role municipality channel"
        " pickup ride procedure moves outside clear signal bed room value name_of_setting scenario by"
    ).split()
)
"""What is told with an action and is no resident's name; all else that is told enters the chain as a salted digest."""
FORGOTTEN = "…"
"""What stands in a text where a name was."""
LEAST_LETTERS = 3
"""A shorter word is no name that could be found: `Li` stands in half of all texts."""
_KEPT_UNKNOWN = frozenset({"age", "birth_year", "nationality", "language"})


def due(household: Household, at: datetime, days: int) -> bool:
    """Whether a household is to be forgotten: gone for so many days, and not yet forgotten.

    Who is missing stays until a coordinator has closed it; who is still on the road is not gone.
    """
    return (
        household.state in ENDED
        and household.ended_at is not None
        and household.erased_at is None
        and household.ended_at + timedelta(days=days) <= at
    )


def blanked(table: str, row: Mapping[str, object], year: int) -> dict[str, object]:
    """A row about somebody who is forgotten, who was here in that year: empty texts, and of the age its band."""
    found = {name: _blank(name, value) if name in PERSONAL[table] else value for name, value in row.items()}
    if table == "member":
        found["age"] = band_of(row.get("age"), row.get("birth_year"), year)
    return found


def band_of(age: object, birth_year: object, year: int) -> int | None:
    """The first age of the band of an age; None where nobody told it."""
    from desk.history import AGE_BANDS

    years = year - birth_year if age is None and isinstance(birth_year, int) else age
    return next((low for low, high in AGE_BANDS if isinstance(years, int) and low <= years <= high), None)


def _blank(name: str, value: object) -> object:
    return None if value is None or name in _KEPT_UNKNOWN else ""


class Names:
    """Names to be forgotten, found in a text however they are spelled: cases, accents, another script."""

    def __init__(self, names: Iterable[str], kept: Collection[str] = ()) -> None:
        stay = {spelled for name in kept for spelled in _spellings(name)}
        found = {spelled for name in names for spelled in _spellings(name)} - stay
        self.words = frozenset(word for word in found if len(word) >= LEAST_LETTERS)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        whole = sorted(self.words, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in whole) or r"(?!)", re.IGNORECASE)

    def __bool__(self) -> bool:
        return bool(self.words)

    def forgotten(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(FORGOTTEN, text)

    def are_in(self, text: str) -> bool:
        """Whether one of them stands there."""
        return bool(self._pattern.search(text))


def _spellings(name: str) -> set[str]:
    """A name and its parts, as typed, without accents, and in Latin letters."""
    from anyascii import anyascii  # only erasing needs it

    whole = {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name), anyascii(name)}
    plain = {"".join(c for c in unicodedata.normalize("NFD", one) if not unicodedata.combining(c)) for one in whole}
    parts = {part for one in whole | plain for part in re.split(r"[\s,;/()\"]+", one)}
    return {one.strip(".,;:'- ").casefold() for one in whole | plain | parts} - {""}
