"""Who gets no bed, why, and the one change that would help: each is tried on a changed copy of the night."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from desk import planner
from desk.beds import Bed, BedState, Room, Sharing
from desk.households import Household
from desk.language import _, ngettext
from desk.night import Night
from desk.planner import LeftOut
from desk.plans.bed_options import is_quiet
from desk.refusals import Refused

if TYPE_CHECKING:
    from desk.plans.beds import BedPlan

_MOST_TRIED = 12
"""Of each kind of change so many are tried for each household."""


def without_bed(after: Night, household: Household) -> LeftOut:
    """Why this household has no bed in the night after the plan."""
    try:
        planner.choose(after, household)
    except Refused as no:
        return LeftOut(household, no.sentences[0], "")
    return LeftOut(household, _("The time for planning was up. Plan again, or name their beds."), "")


def explained(plan: "BedPlan", second: "BedPlan | None") -> tuple[LeftOut, ...]:
    """Everybody without a bed, with the single change that would help most cheaply."""
    return tuple(replace(out, would_help=would_help(plan.after, out.household, second)) for out in plan.left_out)


def would_help(after: Night, household: Household, second: "BedPlan | None" = None) -> str:
    """The one change that gives this household a bed, tried: clean, open, agree, place others onward."""
    for night, words in _changes(after, household):
        if _fits(night, household):
            return words
    if second is not None and household.id in {given.household.id for given in second.assignments}:
        names = "; ".join(_and(who) for who in second.agreements)
        return _("{names} agree to share a room (desk household share)").format(names=names)
    return ngettext(
        "nothing in the house alone: place these {n} person onward, or several changes at once",
        "nothing in the house alone: place these {n} people onward, or several changes at once",
        household.people,
    ).format(n=household.people)


def _changes(night: Night, household: Household) -> Iterator[tuple[Night, str]]:
    for room_id, beds in list(planner.to_clean(night).items())[:_MOST_TRIED]:
        words = ngettext("clean room {room}: {n} bed", "clean room {room}: {n} beds", len(beds))
        yield _cleaned(night, beds), words.format(room=night.room[room_id].name, n=len(beds))
    for room in [room for room in night.rooms if not room.is_open][:_MOST_TRIED]:
        beds_there = len(night.beds_in[room.id])
        words = ngettext("open room {room}: {n} bed", "open room {room}: {n} beds", beds_there)
        yield _opened(night, room), words.format(room=room.name, n=beds_there)
    if not household.minor_alone:
        yield from _agreements(night, household)
    yield from _onward(night, household)


def _agreements(night: Night, household: Household) -> Iterator[tuple[Night, str]]:
    """One household that would share its room; those who sleep are not woken for it."""
    quiet = is_quiet(night)
    tried = 0
    for room in night.rooms:
        sleeping = night.sleeping_in(room)
        new = [h for h in sleeping if any(s.household == h.id and s.since == night.at for s in night.stays)]
        if len(sleeping) != 1 or sleeping[0].minor_alone or (quiet and not new) or tried >= _MOST_TRIED:
            continue
        tried += 1
        other = sleeping[0]
        agreed = replace(night, sharings=(*night.sharings, Sharing(household=household.id, other=other.id)))
        yield (
            agreed,
            _("{one} and {other} agree to share room {room}").format(
                one=household.called, other=other.called, room=room.name
            ),
        )


def _onward(night: Night, household: Household) -> Iterator[tuple[Night, str]]:
    """The smallest household whose beds, once cleaned, would do."""
    sleeping = sorted((h for h in night.staying if night.beds_of.get(h.id)), key=lambda h: (h.people, h.id))
    for other in sleeping[: 2 * _MOST_TRIED]:
        gone = replace(
            night,
            stays=tuple(s for s in night.stays if s.household != other.id),
            households=tuple(h for h in night.households if h.id != other.id),
        )
        words = ngettext("place {n} person onward ({name})", "place {n} people onward ({name})", other.people)
        yield gone, words.format(n=other.people, name=other.called)


def _fits(night: Night, household: Household) -> bool:
    """Whether the household could have beds now; where it agreed, beside a family too."""
    try:
        planner.choose(night, household)
        return True
    except Refused:
        pass
    partners = {one for pair in night.agreed_pairs if household.id in pair for one in pair} - {household.id}
    for partner in partners:
        for room in {bed.room for bed in night.beds_of.get(partner, ())}:
            free = [b for b in night.beds_in[room] if b.id not in night.sleeper and b.state is BedState.OK]
            try:
                planner.named(night, household, free[: household.beds_needed])
            except Refused:
                continue
            return night.room[room].accessible or not household.needs_wheelchair
    return False


def _cleaned(night: Night, beds: Iterable[Bed]) -> Night:
    ids = {bed.id for bed in beds}
    return replace(
        night, beds=tuple(replace(b, state=BedState.OK, since=None) if b.id in ids else b for b in night.beds)
    )


def _opened(night: Night, room: Room) -> Night:
    return replace(night, rooms=tuple(replace(r, is_open=True) if r.id == room.id else r for r in night.rooms))


def _and(households: Sequence[Household]) -> str:
    *names, last = (h.called for h in households)
    return _("{names} and {last}").format(names=", ".join(names), last=last)
