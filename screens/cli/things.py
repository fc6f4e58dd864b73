"""Which thing a reference means, whatever kind it is, and its record."""

import re
from typing import Any

from desk import records
from desk.language import _
from desk.night import Night
from desk.records import Record
from desk.refusals import NotFound, Refused
from storage.store import Desk

_REF = re.compile(r"([BHPR])-(?:\d{2})?\d{4}-\d{1,4}", re.IGNORECASE)
_LISTED = re.compile(r"Q\d{1,9}(?: .+)?|[KBA]\d{1,9}|\d{4}-\d{2}-\d{2}(?: .+)?", re.IGNORECASE)
_OF_LISTS = frozenset({"request", "candidate", "decision", "meeting"})
_MEMBER = re.compile(r"(H-\d{4,6}-\d{1,4})\.\d{1,3}", re.IGNORECASE)


def record_of(desk: Desk, ref: str) -> tuple[Night, Record]:
    """The night with the thing in it and its record; empty where the reference is of nothing that stays."""
    found = _REF.fullmatch(ref)
    if found:
        return _of_reference(desk, found[1].upper(), ref)
    night = desk.night()
    if ref.startswith("log "):
        lines = [line for line in desk.logbook.lines() if ref == f"log {line.id}"]
        return night, records.log_record(night, lines[0]) if lines else {}
    # a room can be called A1, as an action of the list is: then what was done last tells which is meant
    if _done_last(desk) in _OF_LISTS:
        return night, listed_record(desk, night, ref)
    return night, _of_house(night, ref)


def _done_last(desk: Desk) -> str:
    """The subject of the operator's last action; of an undo, that of what it took back."""
    for action in desk.journal.actions(last=1, operator=desk.operator):
        verb = str(action.args.get("of", "")) if action.verb == "undo" else action.verb
        return verb.partition(" ")[0]
    return ""


def listed_record(desk: Desk, night: Night, ref: str) -> Record:
    """A thing of the meeting's lists: a request, an answer to it, an entry, a meeting or a candidate site."""
    letter = ref[:1].upper()
    if not _LISTED.fullmatch(ref):
        candidate, municipality = desk.requests.candidate(ref)
        found_by = next((r.ref for r in desk.requests.listed(True) if r.id == candidate.request), None)
        return records.candidate_record(candidate, municipality, found_by)
    if letter == "Q":
        number, _space, municipality = ref.partition(" ")
        request = desk.requests.get(number)
        if municipality:
            return records.answer_record(night, request, desk.requests.answer_of(request, municipality))
        return records.request_record(night, request, desk.requests.of(request))
    if letter.isdecimal():
        meeting = desk.decisions.meeting(ref)
        entries = len(desk.decisions.listed(True, meeting=ref))
        return records.meeting_record(night, meeting, desk.decisions.participants(meeting), entries)
    entry = desk.decisions.get(ref)
    met = next((m for m in desk.decisions.meetings() if m.id == entry.meeting), None)
    return records.decision_record(night, entry, met)


def _of_reference(desk: Desk, kind: str, ref: str) -> tuple[Night, Record]:
    if kind == "B":
        bus = desk.buses.get(ref)
        night = desk.night(buses=[bus.id])
        return night, records.bus_record(night, night.bus[bus.id])
    if kind == "H":
        household = desk.households.get(ref)
        night = desk.night(households=[household.id], buses=[household.bus] if household.bus else [])
        found = records.household_record(night, night.household[household.id], own=True)
        contacts = [records.log_record(night, line) for line in desk.contacts.of(household.ref)]
        return night, {**found, "contacts": [{n: c[n] for n in ("at", "by", "text")} for c in contacts]}
    if kind == "P":
        placement = desk.placements.get(ref)
        night = desk.night(households=[placement.household])
        return night, records.placement_record(night, next(p for p in night.placements if p.id == placement.id))
    ride = desk.placements.get_ride(ref)
    night = desk.night()
    return night, records.ride_record(night, ride)


def _of_house(night: Night, ref: str) -> Record:
    """A bed or a room by its label, as an action names it; a removed one has no record any more."""
    for bed in night.beds:
        if night.label(bed) == ref:
            return records.bed_record(night, bed)
    return next((records.room_record(night, room) for room in night.rooms if room.name == ref), {})


def shown(desk: Desk, text: str) -> tuple[Night, Record]:
    """Anything by its reference or name: of the house, the region, or the lists of the meeting."""
    said = text.strip()
    member = _MEMBER.fullmatch(said)
    if member:
        said = member[1]
    if _REF.fullmatch(said):
        return record_of(desk, said)
    night = desk.night()
    try:
        beds = desk.beds.meant(night, said)
    except Refused:
        return night, listed_record(desk, night, said) if _LISTED.fullmatch(said) else _location(desk, night, said)
    if said.rpartition("-")[2].isdecimal() and len(beds) == 1 and beds[0].number == int(said.rpartition("-")[2]):
        return night, records.bed_record(night, beds[0])
    return night, records.room_record(night, desk.beds.room(night, said))


def _location(desk: Desk, night: Night, said: str) -> Record:
    try:
        return records.location_record(night, desk.capacity.get(said))
    except NotFound:
        pass
    try:
        return listed_record(desk, night, said)
    except NotFound:
        raise NotFound(
            _(
                "There is nothing called '{text}'. Give a reference like B-0407-2, H-0407-3 or P-0407-1,"
                " a bed like 12-3, a room or a location."
            ).format(text=said[:40])
        ) from None


def link(desk: Desk, text: str) -> str:
    """What a log line is about, as the store keeps it; refused where there is no such thing."""
    said = text.strip()
    if not said:
        return ""
    member = _MEMBER.fullmatch(said)
    found = _REF.fullmatch(member[1] if member else said)
    if found is None:
        return str(shown(desk, said)[1]["ref"])
    getters: dict[str, Any] = {
        "B": desk.buses.get,
        "H": desk.households.get,
        "P": desk.placements.get,
        "R": desk.placements.get_ride,
    }
    return str(getters[found[1].upper()](found[0]).ref)
