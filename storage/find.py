"""Find anyone: by name in any script, reference, room or phone; also who left, with where and when."""

import re

from desk.buses import Bus
from desk.households import Household
from desk.names import fold, matches
from storage.journal import Journal
from storage.night import CURRENT
from storage.rows import read

MOST = 50
_REF = re.compile(r"[hHbBpP]?-?\d{2,6}-\d+|[hH]-?\d+")


_LONGEST = 100
"""No name is longer, and of a pattern of 50,000 letters SQLite wants to hear nothing."""


_NAMED = (
    f"SELECT id FROM household WHERE {CURRENT}"
    " UNION SELECT id FROM household WHERE erased_at IS NULL AND ended_at IS NOT NULL"
)
"""Who is here, and who left and is not forgotten yet: each by its index."""


def find_households(journal: Journal, query: str) -> list[Household]:
    """The households that match, those still here first, then the newest; at most 50."""
    text = query.strip()[:_LONGEST]
    if not text:
        return []
    folded = fold(text)
    here_first = "state IN ('departed', 'left', 'no_show'), id DESC"
    found: dict[int, Household] = {}
    if _REF.fullmatch(text):
        number = text.upper().removeprefix("H").removeprefix("-")
        for h in read(journal.db, Household, "ref GLOB ?", [f"H-*{number}"], f"{here_first} LIMIT {MOST}"):
            found[h.id] = h
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 5:
        like = "%" + digits.removeprefix("0") + "%"
        where = f"id IN ({_NAMED}) AND replace(replace(replace(phone, ' ', ''), '-', ''), '+', '') LIKE ?"
        for h in read(journal.db, Household, where, [like], f"{here_first} LIMIT {MOST}"):
            found[h.id] = h
    if folded:
        # names that are forgotten are not looked through: of a past of any length there are those of some weeks
        where = "id IN (SELECT id FROM household WHERE folded > '' AND (folded LIKE ? OR folded LIKE ?))"
        params = [f"{folded}%", f"% {folded}%"]
        for h in read(journal.db, Household, where, params, f"{here_first} LIMIT {MOST}"):
            found[h.id] = h
        found |= _by_member(journal, text)
    return list(found.values())[:MOST]


def _by_member(journal: Journal, text: str) -> dict[int, Household]:
    """Households still here of which a member has that name."""
    current = f"SELECT id FROM household WHERE {CURRENT}"
    rows = journal.db.execute(
        f"SELECT household, name, native_name FROM member WHERE name <> '' AND household IN ({current})"
    ).fetchall()
    ids = {household for household, *names in rows if matches(text, *names)}
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    return {h.id: h for h in read(journal.db, Household, f"id IN ({marks})", sorted(ids))}


def find_buses(journal: Journal, query: str) -> list[Bus]:
    """Buses from a place or with a reference, newest first; at most 10."""
    text = query.strip()[:_LONGEST]
    return read(
        journal.db, Bus, "from_place LIKE ? OR ref LIKE ?", [f"{text}%", f"%{text.upper()}%"], "id DESC LIMIT 10"
    )
