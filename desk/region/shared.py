"""What a desk may promise at the locations that it shares with other desks, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desk import clock
from desk.language import _, ngettext, number
from desk.placements import HOLDS, PlacementState
from desk.settings import Settings


@dataclass(frozen=True, kw_only=True)
class SharedPlace:
    """A location that the region shares among its desks, and from where on its places are counted here.

    What was open when it was shared counts by its own name; of all else only what came after.
    """

    id: int = 0
    location: int
    shared: str
    """How the region calls it."""
    since: datetime
    after_placement: int
    placements: str
    """The placements open then, by id with commas between."""
    after_allocation: int
    allocations: str


@dataclass(frozen=True)
class Mine:
    """What of a shared location is this desk's own."""

    location: int
    granted: int
    lived: int
    """Of those, where people arrived and live."""
    asked: int = 0
    """Asked for, and not answered yet."""
    known: bool = True
    """Whether the store is the one with which the region was last heard; else nothing may be promised of it."""
    could_ask: int | None = None
    as_of: datetime | None = None
    """As of when the region had so many more."""

    def left(self, held: int) -> int:
        """The places that may be promised now, with so many held; below 0 more is promised than there is."""
        left = self.granted - self.lived - held
        return left if self.known else min(0, left)


def used_by(table: str, row: Mapping[str, object]) -> int:
    """The places that a placement or an allocation uses, as its row is kept."""
    if table == "placement":
        return int(str(row["people"])) if row["state"] in HOLDS | {PlacementState.ARRIVED} else 0
    return int(str(row["confirmed"] if row["confirmed_at"] else row["people"]))


# --- in words ---------------------------------------------------------------------------------


def left_words(mine: Mine, left: int, at: datetime, settings: Settings) -> str:
    """`2 of yours left, 14 could be asked (as of 02:10)`."""
    if not mine.known:
        return _("shared; this store was put back, so none of yours count until the region is heard")
    parts = [ngettext("{n} of yours left", "{n} of yours left", left).format(n=number(left))]
    if mine.asked:
        parts.append(_("{n} asked, no answer yet").format(n=number(mine.asked)))
    if mine.could_ask is not None and mine.as_of is not None:
        parts.append(
            _("{n} could be asked (as of {time})").format(
                n=number(mine.could_ask), time=clock.when(mine.as_of, at, settings.tz)
            )
        )
    return ", ".join(parts)


def beyond(name: str, ref: str, mine: Mine, left: int, people: int, at: datetime, settings: Settings) -> str:
    """Why that many cannot be promised there, and what to do."""
    said = left_words(mine, left, at, settings)
    if not mine.known:
        return _("{name}: {said}. Do: desk region push").format(name=name, said=said)
    return _(
        "{name} is shared with other desks: {people} needed, {said}. Ask for more: desk region ask {ref} {n}"
    ).format(name=name, people=people, said=said, ref=ref, n=max(1, people - max(0, left)))
