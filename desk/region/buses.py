"""Buses from one desk to another: written down where they are sent, announced where they are to come, answered there.

The desks' half of the protocol, as values: what a desk books of what the region says (`booked`), and what it then tells
(`tells`). The region has one row a bus and is the one writer of who has it: the first answer stands. Its half is SQL in
storage/region/diverted.py, and once more in tests/region_simulation. docs/buses-between-desks.md says why no bus is
lost and none is at two desks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk.buses import Bus
from desk.language import N_, _
from desk.references import spoken
from desk.refusals import Refused

OUT, IN = "out", "in"
NEW, SENT, SEEN, RECALLED, TAKING = "new", "sent", "seen", "recalled", "taking"
ACCEPTED, REFUSED, WITHDRAWN = "accepted", "refused", "withdrawn"
STATES = (NEW, SENT, SEEN, RECALLED, TAKING, ACCEPTED, REFUSED, WITHDRAWN)
"""`new` no region can know yet, `sent` it may, `seen` it stands on the other desk's screen, `recalled` it is wanted
back, `taking` it is taken here and the region has not said so yet."""
UNANSWERED = frozenset({NEW, SENT, SEEN, RECALLED, TAKING})
ANSWERS = frozenset({ACCEPTED, REFUSED, WITHDRAWN})
KEPT_FOR = timedelta(days=3)
"""For so long after it was sent a bus is still heard of, by a store that was put back from an older copy too."""

THERE_SENT, THERE_ANNOUNCED = "sent", "announced"
"""The region's own words for a bus that has no answer yet: not seen, or on the screen there."""

GONE = "gone"
REASONS = {
    "full": N_("no beds left"),
    "staff": N_("too few on duty"),
    "suit": N_("not for these people"),
    "mistake": N_("a mistake"),
}
"""Why a bus is refused: words that name nobody, for they go to the region."""
_ALSO = {**REASONS, GONE: N_("there is no such desk")}


@dataclass(frozen=True, kw_only=True)
class SentBus:
    """A bus, or the part of one that drove on, between this desk and another."""

    id: int = 0
    uid: str
    """Its name in the world: told twice it is one bus."""
    way: str
    desk: str
    """The other desk."""
    bus: int
    onward: int | None = None
    """The part of the bus that was sent; the whole of it where there is none."""
    people: int | None = None
    state: str
    because: str = ""
    sent_at: datetime
    since: datetime
    """When it came into its state."""


@dataclass(frozen=True, kw_only=True)
class Underway:
    """What the region says of one bus between two desks."""

    uid: str
    sender: str
    receiver: str
    ref: str
    people: int | None = None
    composition: Mapping[str, int] = field(default_factory=dict)
    eta: datetime | None = None
    announced_at: datetime | None = None
    """When it was announced to its sender: with its reference, which bus it is."""
    came_as: str = ""
    """Under which name it was sent to its sender, where another desk did."""
    state: str = THERE_SENT
    because: str = ""
    receiver_ref: str = ""

    @property
    def answered(self) -> bool:
        """Whether the region has the last word on it."""
        return self.state in ANSWERS


# --- what a desk books ------------------------------------------------------------------------


@dataclass(frozen=True)
class Booking:
    """A row before and after; `found` where the desk did not know of it, with what the region says of it."""

    old: SentBus | None
    state: str
    because: str = ""
    found: Underway | None = None


def booked(mine: Iterable[SentBus], theirs: Iterable[Underway], me: str, here: Collection[int]) -> list[Booking]:
    """What the desk writes down of what the region says, with what it is about to tell for the first time.

    First what it did not know: that can overtake what it was about to tell.

    `me` is this desk as the region calls it, `here` the buses (by id) that stand at its door or at its table.
    """
    rows, said = {row.uid: row for row in mine}, {one.uid: one for one in theirs}
    found = [
        Booking(None, state, one.because, one)
        for uid, one in said.items()
        if uid not in rows and (state := _unknown(one, me))
    ]
    for uid, row in rows.items():
        there = said.get(uid)
        state = _after(row, there, row.bus in here)
        because = there.because if there is not None and there.answered and there.state == state else row.because
        if state != row.state or because != row.because:
            found.append(Booking(row, state, because))
    return found


def overtaken(row: SentBus, at: datetime) -> SentBus | None:
    """What was sent before, of a bus that the region says went elsewhere since; None of what nobody can know.

    The store was put back: whatever it still wanted to tell of that bus is old.
    """
    if row.state == NEW:
        return None
    return replace(row, state=RECALLED, since=at) if row.state in {SENT, SEEN} else row


def _after(row: SentBus, there: Underway | None, here: bool) -> str:
    if row.state == NEW:
        return SENT if there is None or not there.answered else there.state
    if there is None:
        return row.state
    if there.answered:
        # it stands at the door, or was taken before the region was lost: whoever took it back hears so
        mine = row.way == IN and there.state == WITHDRAWN and _is_certain(row, here)
        return row.state if mine else there.state
    if row.way == OUT and row.state == SENT and there.state == THERE_ANNOUNCED:
        return SEEN
    return row.state


def _is_certain(row: SentBus, here: bool) -> bool:
    return row.state == ACCEPTED or (row.state == TAKING and here)


def _unknown(there: Underway, me: str) -> str:
    """What becomes of a bus that the region has and this store has not: it is new here, or the store was put back."""
    if there.sender == me:
        return {THERE_SENT: SENT, THERE_ANNOUNCED: SEEN, ACCEPTED: ACCEPTED}.get(there.state, "")
    return {THERE_SENT: SEEN, THERE_ANNOUNCED: SEEN, ACCEPTED: ACCEPTED}.get(there.state, "")


# --- what a desk tells ------------------------------------------------------------------------


@dataclass(frozen=True)
class Tell:
    """One thing that a desk says to the region; said twice, late or out of order it does the same as once."""

    row: SentBus


class Send(Tell):
    """The bus goes to that desk."""


class Withdraw(Tell):
    """It is wanted back, unless it was answered; also of one that the region has not seen yet."""


@dataclass(frozen=True)
class Answer(Tell):
    """It is on the screen here, taken or refused; `certain` where it is this desk's whoever took it back."""

    state: str
    certain: bool = False


def tells(
    mine: Iterable[SentBus], theirs: Iterable[Underway], refs: Mapping[int, str], here: Collection[int]
) -> list[Tell]:
    """What the region is told, from what both have; nothing once both have the same.

    Only what is booked may be told: `mine` are rows as they are committed. `refs` are this desk's references of buses.
    """
    said = {one.uid: one for one in theirs}
    found: list[Tell] = []
    for row in mine:
        there = said.get(row.uid)
        if row.way == OUT:
            found += _of_sent(row, there)
        elif there is not None:
            found += _of_coming(row, there, refs.get(row.bus, ""), row.bus in here)
    return found


def _of_sent(row: SentBus, there: Underway | None) -> list[Tell]:
    if row.state == RECALLED and (there is None or not there.answered):
        return [Withdraw(row)]
    if there is not None:
        return []
    # a region that was lost hears it again: the other desk may still have it on its screen
    again = {SENT: Send, SEEN: Send, ACCEPTED: Send, WITHDRAWN: Withdraw}.get(row.state)
    return [again(row)] if again is not None else []


def _of_coming(row: SentBus, there: Underway, ref: str, here: bool) -> list[Tell]:
    if there.state == WITHDRAWN and _is_certain(row, here):
        return [Answer(row, ACCEPTED, certain=True)]
    if row.state in {TAKING, ACCEPTED, REFUSED} and not there.answered:
        return [Answer(row, REFUSED if row.state == REFUSED else ACCEPTED)]
    # a store that was put back knows it under another reference
    if (row.state == SEEN and there.state == THERE_SENT) or (
        row.state in {SEEN, ACCEPTED} and there.state in {THERE_ANNOUNCED, ACCEPTED} and there.receiver_ref != ref
    ):
        return [Answer(row, THERE_ANNOUNCED)]
    return []


def settled(
    mine: Iterable[SentBus], theirs: Iterable[Underway], me: str, refs: Mapping[int, str], here: Collection[int]
) -> bool:
    """Whether the desk and the region have the same, but for answers of people."""
    rows, said = list(mine), list(theirs)
    return not booked(rows, said, me, here) and not tells(rows, said, refs, here)


# --- what people do ---------------------------------------------------------------------------


def recall(row: SentBus, at: datetime) -> SentBus:
    """It is wanted back: once the region says so, or at once (`withdrawn`) where no region can know of it."""
    if row.way != OUT or row.state not in {NEW, SENT, SEEN}:
        raise Refused(_no_longer(row))
    return replace(row, state=WITHDRAWN if row.state == NEW else RECALLED, since=at)


def accept(row: SentBus, at: datetime) -> SentBus:
    """It may come; it is this desk's once the region says so."""
    return replace(_unanswered(row), state=TAKING, since=at)


def refuse(row: SentBus, because: str, at: datetime) -> SentBus:
    """It goes back to who sent it."""
    if because not in REASONS:
        raise Refused(_("Why? One of: {words}").format(words=", ".join(REASONS)))
    return replace(_unanswered(row), state=REFUSED, because=because, since=at)


def _unanswered(row: SentBus) -> SentBus:
    if row.way != IN or row.state != SEEN:
        raise Refused(_no_longer(row))
    return row


def _no_longer(row: SentBus) -> str:
    words = {
        RECALLED: _("It is asked back from {desk} already. Until they or the region answer it is theirs."),
        ACCEPTED: _("{desk} takes it. Ring them."),
        REFUSED: _("{desk} does not take it."),
        WITHDRAWN: _("It was taken back from {desk}."),
    }
    if row.way == IN:
        words = {
            TAKING: _("It is taken already; {desk} does not know it yet."),
            ACCEPTED: _("It is taken already; {desk} counts on it. To send it back: desk bus divert REF --desk {desk}"),
            REFUSED: _("It is refused already, and is {desk}'s again."),
            WITHDRAWN: _("{desk} took it back."),
        }
    return words[row.state].format(desk=row.desk)


def must_be_answered(bus: Bus, row: SentBus) -> Refused:
    """Why a bus that another desk sent cannot just be ended here."""
    words = _(
        "{bus} comes from {desk}, who waits for an answer. Take it or refuse it: desk bus accept, desk bus refuse."
    )
    if row.state == TAKING:
        words = _("{bus} is taken, and {desk} does not know it yet. Ring them, or wait until the region is reached.")
    return Refused(words.format(bus=spoken(bus.ref), desk=row.desk))


# --- in words ---------------------------------------------------------------------------------


def ended_words(row: SentBus) -> str:
    """Why a bus that another desk sent does not come."""
    if row.state == WITHDRAWN:
        return _("{desk} took it back").format(desk=row.desk)
    return _("refused: {why}").format(why=why(row))


def why(row: SentBus) -> str:
    """The reason of a refusal, in words."""
    return _(_ALSO[row.because]) if row.because in _ALSO else row.because or "?"


def standing(row: SentBus) -> str:
    """How it stands with a bus that was sent, or that another desk sent."""
    words = {
        NEW: _("{desk} is not told yet"),
        SENT: _("{desk} does not have it on its screen yet"),
        SEEN: _("on the screen at {desk}, no answer yet"),
        RECALLED: _("asked back from {desk}, no answer yet"),
        ACCEPTED: _("{desk} takes it"),
        REFUSED: _("{desk} does not take it: {why}"),
        WITHDRAWN: _("taken back from {desk}"),
    }
    if row.way == IN:
        words = {
            SEEN: _("sent by {desk}, who waits for an answer"),
            TAKING: _("sent by {desk}, taken; they do not know it yet"),
            ACCEPTED: _("sent by {desk}, taken"),
            REFUSED: _("sent by {desk}, refused: {why}"),
            WITHDRAWN: _("{desk} took it back"),
        }
    return words[row.state].format(desk=row.desk, why=why(row))
