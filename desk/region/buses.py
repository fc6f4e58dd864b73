"""Buses from one desk to another: written down where they are sent, announced where they are to come, answered there.

The desks' half of the protocol, as values: what a desk books of what the region says (`booked`), and what it then tells
(`tells`). The region has one row a bus and is the one writer of who has it: the first answer stands. Its half is SQL in
storage/region/diverted.py, and once more in tests/region_simulation. docs/region.md, "Buses between desks", says why no
bus is lost and none is at two desks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from desk.buses import COMPOSITION, EXPECTED, HERE, MOST_PEOPLE, Bus, BusState
from desk.language import N_, _
from desk.references import spoken
from desk.refusals import Refused

OUT, IN = "out", "in"
NEW, SENT, SEEN, RECALLED = "new", "sent", "seen", "recalled"
ACCEPTED, REFUSED, WITHDRAWN = "accepted", "refused", "withdrawn"
STATES = (NEW, SENT, SEEN, RECALLED, ACCEPTED, REFUSED, WITHDRAWN)
"""`new` no region can know yet, `sent` it may, `seen` it stands on the other desk's screen, `recalled` it is wanted
back."""
UNANSWERED = frozenset({NEW, SENT, SEEN, RECALLED})
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

    `me` is this desk as the region calls it, `here` the buses (by id) that stand at its door or at its table.
    """
    rows, said = {row.uid: row for row in mine}, {one.uid: one for one in theirs}
    found = []
    for uid, row in rows.items():
        there = said.get(uid)
        state = _after(row, there, row.bus in here)
        because = there.because if there is not None and there.answered and there.state == state else row.because
        if state != row.state or because != row.because:
            found.append(Booking(row, state, because))
    for uid, one in said.items():
        if uid not in rows and (state := _unknown(one, me)):
            found.append(Booking(None, state, one.because, one))
    return found


def _after(row: SentBus, there: Underway | None, here: bool) -> str:
    if row.state == NEW:
        return SENT if there is None or not there.answered else there.state
    if there is None:
        return row.state
    if there.answered:
        # it stands at the door: whoever took it back hears so
        came = row.way == IN and there.state == WITHDRAWN and row.state == ACCEPTED and here
        return row.state if came else there.state
    if row.way == OUT and row.state == SENT and there.state == THERE_ANNOUNCED:
        return SEEN
    return row.state


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
    """It is on the screen here, taken or refused; `here` is that it stands at the door."""

    state: str
    here: bool = False


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
    return [Send(row)] if row.state in {SENT, SEEN} and there is None else []


def _of_coming(row: SentBus, there: Underway, ref: str, here: bool) -> list[Tell]:
    if row.state == ACCEPTED and there.state == WITHDRAWN:
        return [Answer(row, ACCEPTED, here=True)] if here else []
    if row.state in {ACCEPTED, REFUSED} and not there.answered:
        return [Answer(row, row.state)]
    # a store that was put back knows it under another reference
    if (row.state == SEEN and there.state == THERE_SENT) or (
        row.state in {SEEN, ACCEPTED} and there.state in {THERE_ANNOUNCED, ACCEPTED} and there.receiver_ref != ref
    ):
        return [Answer(row, THERE_ANNOUNCED)]
    return []


def settled(mine: Iterable[SentBus], theirs: Iterable[Underway], me: str) -> bool:
    """Whether the desk and the region have the same, but for answers of people."""
    rows, said = list(mine), list(theirs)
    return not booked(rows, said, me, ()) and not tells(rows, said, {}, ())


# --- what people do ---------------------------------------------------------------------------


def recall(row: SentBus, at: datetime) -> SentBus:
    """It is wanted back: at once where no region can know of it, else once the region says so."""
    if row.way != OUT or row.state not in {NEW, SENT, SEEN}:
        raise Refused(_no_longer(row))
    return replace(row, state=WITHDRAWN if row.state == NEW else RECALLED, since=at)


def accept(row: SentBus, at: datetime) -> SentBus:
    """It may come."""
    return replace(_unanswered(row), state=ACCEPTED, since=at)


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
            ACCEPTED: _("It is taken already; {desk} counts on it. To send it back: desk bus divert REF --desk {desk}"),
            REFUSED: _("It is refused already, and is {desk}'s again."),
            WITHDRAWN: _("{desk} took it back."),
        }
    return words[row.state].format(desk=row.desk)


def must_be_answered(bus: Bus, row: SentBus) -> Refused:
    """Why a bus that another desk sent cannot just be ended here."""
    return Refused(
        _(
            "{bus} comes from {desk}, who waits for an answer. Take it or refuse it: desk bus accept, desk bus refuse."
        ).format(bus=spoken(bus.ref), desk=row.desk)
    )


# --- what becomes of the bus itself -----------------------------------------------------------


def composition(bus: Bus) -> dict[str, int]:
    """The counts that the other desk gets; no name, no number to ring, no place that somebody typed."""
    return {part: number for part in COMPOSITION if (number := getattr(bus, part)) is not None}


def arrives_as(there: Underway, ref: str, at: datetime) -> Bus:
    """The bus as it is announced here, in the words of the region; what is no count is left out."""
    people = there.people if there.people is not None and 1 <= there.people <= MOST_PEOPLE else None
    parts: dict[str, Any] = {
        part: number
        for part, number in there.composition.items()
        if part in COMPOSITION and type(number) is int and 0 <= number <= (people or MOST_PEOPLE)
    }
    return Bus(
        ref=ref,
        from_place=there.sender,
        announced=people,
        eta=there.eta,
        eta_told_at=at if there.eta else None,
        eta_told_by=there.sender if there.eta else "",
        sender=there.sender,
        announced_at=at,
        **parts,
    )


def without_composition(bus: Bus) -> Bus:
    """The same bus where its counts do not fit together."""
    nothing: dict[str, Any] = dict.fromkeys(COMPOSITION)
    return replace(bus, **nothing)


def came_back(bus: Bus, allocated: int) -> Bus:
    """A bus that is this desk's again: as it stood, without the places held here, which others may have by now."""
    if bus.state is not BusState.DIVERTED:
        return bus
    if bus.counted_at is not None:
        state = BusState.COUNTED
    elif bus.arrived_at is not None:
        state = BusState.ARRIVED
    else:
        state = BusState.RESERVED if allocated else BusState.ANNOUNCED
    return replace(bus, state=state, reserved=0, over_reason="", destination="", agreed_by="", ended_at=None)


def may_go(bus: Bus, registered: int) -> bool:
    """Whether it can still be somewhere else."""
    return bus.state in EXPECTED | {BusState.ARRIVED, BusState.COUNTED} and not registered


def goes(bus: Bus, desk: str, at: datetime) -> Bus:
    """It is the other desk's, by what the region says."""
    return replace(bus, state=BusState.DIVERTED, destination=desk, ended_at=at)


def taken_from_here(bus: Bus, row: SentBus, at: datetime) -> Bus:
    """A bus that comes here no more, refused or taken back; one that stands at the door stays."""
    if bus.state not in EXPECTED:
        return bus
    return replace(bus, state=BusState.CANCELLED, close_reason=ended_words(row), ended_at=at)


def comes_after_all(bus: Bus) -> Bus:
    """A bus that was ended here, and that the region says this desk takes."""
    if bus.state is not BusState.CANCELLED:
        return bus
    return replace(bus, state=BusState.ANNOUNCED, close_reason="", ended_at=None, reserved=0)


def is_here(bus: Bus) -> bool:
    """Whether it stands at the door or at the table."""
    return bus.state in HERE


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
            ACCEPTED: _("sent by {desk}, taken"),
            REFUSED: _("sent by {desk}, refused: {why}"),
            WITHDRAWN: _("{desk} took it back"),
        }
    return words[row.state].format(desk=row.desk, why=why(row))
