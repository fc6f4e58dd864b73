"""What was done, in one line of words for people: the journal told without the names of people."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from desk.language import N_, _
from desk.names import clean

# Fields are the arguments of the verb; `ref` is what it was about. Free text and names of people are left out:
# the line is read over a shoulder, and stays when names are erased.
_TOLD: dict[str, str] = {
    "init": N_("made the store"),
    "settings": N_("set {name} to {value}"),
    "repair": N_("repaired the store from its journal; not whole from action {number} on, {count} rows lost"),
    "erase": N_("forgot whose time was over: {count} {ref}"),
    "undo": N_("took back: {of} {ref}"),
    "bus announce": N_("announced {ref}: {from_place}, {announced} people"),
    "bus edit": N_("changed what was said of {ref}"),
    "bus eta": N_("noted another time for {ref}"),
    "bus reserve": N_("held {places} places here for {ref}"),
    "bus allocate": N_("held {places} places at {location} for {ref}"),
    "bus arrive": N_("{ref} is here {from_place}"),
    "bus count": N_("counted {heads} off {ref}"),
    "bus import": N_("read a list of {count} households for {ref}"),
    "bus onward": N_("let {people} of {ref} drive on to {to}"),
    "bus close": N_("closed {ref}"),
    "bus divert": N_("sent {ref} to {to}"),
    "bus recall": N_("asked {ref} back"),
    "bus accept": N_("took {ref}, which another desk sent"),
    "bus refuse": N_("refused {ref}, which another desk sent"),
    "bus cancel": N_("{ref} was cancelled"),
    "bus no-show": N_("{ref} did not come"),
    "bus confirm": N_("{people} of {ref} arrived at {location}"),
    "household register": N_("wrote down {ref}: {people} people"),
    "household here": N_("{ref} stands at the table"),
    "household bed": N_("gave {ref} its beds {beds}"),
    "bed all": N_("gave everybody who waited a bed {ref}"),
    "household move": N_("moved {ref} to {beds}"),
    "household may-move": N_("{ref} may be moved, or no longer"),
    "household share": N_("{ref} may share a room with {other}"),
    "household guardian": N_("logged a guardianship contact for {ref}"),
    "household contact": N_("wrote down a contact about {ref}"),
    "household link": N_("noted who {ref} stays with: {other}"),
    "household tie": N_("noted where {ref} belongs: {municipality}"),
    "household edit": N_("changed what is known of {ref}"),
    "household out": N_("{ref} out: {to} {members}"),
    "household in": N_("{ref} in again {members}"),
    "household leave": N_("{ref} left ({reason})"),
    "household no-show": N_("{ref} did not come"),
    "household split": N_("split {members} off {ref}"),
    "bed block": N_("took {ref} out of use"),
    "bed free": N_("took {ref} in use again"),
    "bed clean": N_("{ref} is clean"),
    "room open": N_("opened room {ref}"),
    "room close": N_("closed room {ref}"),
    "room remove": N_("removed room {ref}"),
    "import rooms": N_("read {count} rooms"),
    "import locations": N_("read {count} locations"),
    "import municipalities": N_("read {count} municipalities"),
    "import reports": N_("read {count} daily reports"),
    "import forecast": N_("read {count} expectations"),
    "location add": N_("added location {ref}"),
    "location edit": N_("changed location {ref}"),
    "location report": N_("{occupied} people counted at {ref}"),
    "location period": N_("{ref}: {places} places from {from} to {until}"),
    "location period remove": N_("{ref}: no places from {from}"),
    "municipality pool": N_("pool {name}: {municipalities}"),
    "target": N_("set the target to {places} from {since}"),
    "forecast set": N_("expect {people} on {day} ({scenario})"),
    "forecast remove": N_("took away what was expected on {day} ({scenario})"),
    "placement propose": N_("put {ref} on the call list for {location}"),
    "placement plan": N_("put {count} households on the call list by the plan, {calls} calls"),
    "placement ask": N_("asked for {ref}: {location} {outside}"),
    "placement agree": N_("yes for {ref} {location}"),
    "placement transport": N_("arranged transport for {ref}: {carrier} {ride}"),
    "placement depart": N_("{ref} left with their transport"),
    "placement confirm": N_("{ref} arrived: placed"),
    "placement extend": N_("extended the hold of {ref}"),
    "placement procedure": N_("chose the procedure of {ref}: {procedure}"),
    "placement decline": N_("no for {ref} ({reason})"),
    "placement withdraw": N_("took {ref} back"),
    "placement return": N_("{ref} came back"),
    "ride add": N_("arranged ride {ref}: {carrier}"),
    "log add": N_("wrote in the log ({kind})"),
    "log correct": N_("put line {line} of the log right"),
    "handover make": N_("handed over: {ref}"),
    "handover note": N_("added a line to {ref}"),
    "handover accept": N_("accepted {ref}"),
    "household say-nothing": N_("who asks is told nothing of {ref}, or again what they may know"),
    "log done": N_("called back (line {line})"),
    "duty take": N_("took a duty, or let it go"),
    "duty snooze": N_("put a signal off"),
    "duty back": N_("took back a signal that was put off"),
    "phone add": N_("noted the number of {role}"),
    "phone remove": N_("removed the number of {role}"),
    "shift on": N_("signed somebody on ({role})"),
    "shift off": N_("signed somebody off"),
    "roster add": N_("put somebody on the roster ({role})"),
    "roster remove": N_("took somebody off the roster"),
    "visitor in": N_("wrote down a visitor"),
    "visitor out": N_("a visitor left"),
    "rollcall start": N_("started a roll call"),
    "rollcall tick": N_("roll call, {ref}: {state}"),
    "rollcall rest": N_("roll call: the rest found, {people} people"),
    "rollcall finish": N_("finished the roll call"),
    "freeze": N_("issued {ref}"),
    "operator add": N_("let {ref} in as {role}"),
    "operator role": N_("gave {ref} another role: {role}"),
    "operator write": N_("wrote the lines of those who are let in anew"),
    "operator remove": N_("let {ref} in no more"),
    "region join": N_("joined region {region}"),
    "region leave": N_("left region {region}"),
    "region ask": N_("asked the region for {places} places at {ref}"),
    "region return": N_("gave {places} places at {ref} back to the region"),
    "region book": N_("booked what region {region} said of shared places"),
    "region bus": N_("booked what region {region} said of buses between desks"),
    "paper blank": N_("printed {count} slips with household numbers from {ref}"),
    "freeze due": N_("{ref} was due and is issued"),
    "request add": N_("sent request {ref}"),
    "request edit": N_("changed request {ref}"),
    "request answer": N_("noted an answer: {ref} {state}"),
    "request close": N_("closed request {ref}"),
    "candidate add": N_("noted candidate {ref}"),
    "candidate state": N_("candidate {ref}: {state}"),
    "meeting add": N_("wrote down meeting {ref}"),
    "meeting edit": N_("changed meeting {ref}"),
    "meeting participants": N_("noted who was at meeting {ref}"),
    "decision add": N_("wrote down {ref}"),
    "decision raise": N_("raised {ref} from line {line} of the log"),
    "decision edit": N_("changed {ref}"),
    "decision state": N_("{ref}: {state}"),
    "decision import": N_("read {count} entries of meeting {ref}"),
}

VERBS = frozenset(_TOLD)
"""Every verb that has words of its own."""


def told(verb: str, args: Mapping[str, Any], ref: str) -> str:
    """One action in words: `announced B-0407-2: Utrecht, 48 people`."""
    template = _TOLD.get(verb)
    if template is None:
        return f"{verb} {ref}".strip()
    if verb == "household leave" and args.get("reason") not in {"left", "unknown", "other"}:
        args = {**args, "reason": "?"}
    fields = {**{name: _plain(value) for name, value in args.items()}, "ref": ref}
    said = Formatter().vformat(_(template), (), _Lenient(fields))
    # the journal keeps what was typed as it was typed
    return clean(said, limit=4 * len(said)).rstrip(":,")


class _Lenient(dict[str, str]):
    """What was not given stays empty; a number of people that nobody told is a question mark."""

    def __missing__(self, name: str) -> str:
        return "?" if name in {"announced", "people"} else ""


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(str(part) for part in value)
    return str(value)
