"""What of an action and of the night is told to the region: counts, states, times and references, and nothing else.

An allow-list of names, and of each what it may look like: a number, a state that the desk knows, a moment, a reference
such as `B-220408-2`. What a person typed passes none of these, so no name, need, note or number to ring leaves the
house, whatever column it stands in. Staff stay at the desk too: who did it is not told.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.actions import VERBS
from desk.beds import BedState
from desk.buses import OPEN, BusState
from desk.figures import beds, free_for, people
from desk.households import HouseholdState
from desk.night import Night
from desk.placements import PlacementState

OTHER = "other"
"""What is told of an action that this desk does not know by name."""
MOST = 1_000_000
"""A larger number is no count of people or places: it may be a phone number."""
_REF = re.compile(r"[BHPR]-\d{6}-\d{1,6}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

Check = Callable[[object], bool]


def _count(value: object) -> bool:
    return isinstance(value, int) and abs(value) < MOST


def _ref(value: object) -> bool:
    return isinstance(value, str) and _REF.fullmatch(value) is not None


def _moment(value: object) -> bool:
    return isinstance(value, str) and _MOMENT.fullmatch(value) is not None


def _one_of(words: Iterable[str]) -> Check:
    known = frozenset(words)
    return lambda value: isinstance(value, str) and value in known


_COUNTS = "people adults children cots pets places announced counted heads count moves".split()
ARGS: Mapping[str, Check] = {
    **dict.fromkeys(_COUNTS, _count),
    **dict.fromkeys(("bus", "other", "ride"), _ref),
    **dict.fromkeys(("until", "eta", "back", "pickup"), _moment),
    "of": _one_of(VERBS),
    "procedure": _one_of(("regular", "tailored")),
    "outside": _one_of(("region", "host", "own", "hospital", "coa", "nidos")),
}
"""What is told of what an action was given."""

ROWS: Mapping[str, Mapping[str, Check]] = {
    "bus": {
        "ref": _ref,
        "state": _one_of(state.value for state in BusState),
        **dict.fromkeys(("announced", "counted", "reserved"), _count),
        **dict.fromkeys(("eta", "announced_at", "arrived_at", "counted_at", "ended_at"), _moment),
    },
    "household": {
        "ref": _ref,
        "state": _one_of(state.value for state in HouseholdState),
        **dict.fromkeys(("people", "adults", "children", "cots", "pets"), _count),
        **dict.fromkeys(("registered_at", "ended_at"), _moment),
    },
    "placement": {
        "ref": _ref,
        "state": _one_of(state.value for state in PlacementState),
        "people": _count,
        **dict.fromkeys("asked_at until agreed_at pickup departed_at confirmed_at ended_at".split(), _moment),
    },
    "allocation": {"people": _count, "confirmed": _count, "confirmed_at": _moment},
    "onward": {"people": _count, "at": _moment},
    "bed": {"state": _one_of(state.value for state in BedState)},
}
"""Of which tables a change is told, and of it which columns."""


@dataclass(frozen=True)
class Event:
    """One action as the region gets it: its number, the one before it, when, what it was and what it changed."""

    seq: int
    prev: str
    uid: str
    at: str
    entered_at: str
    verb: str
    ref: str
    told: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As it goes over the line."""
        return dict(vars(self))


@dataclass(frozen=True)
class Acted:
    """An action as it stands in the journal, with the rows it changed: table, before and after."""

    id: int
    uid: str
    at: str
    entered_at: str
    verb: str
    args: str
    ref: str
    undoes: int | None
    changes: tuple[tuple[str, str | None, str | None], ...]


def event(acted: Acted, prev: str) -> Event:
    """What the region is told of an action."""
    told: dict[str, Any] = {}
    if args := _allowed(_read(acted.args), ARGS):
        told["args"] = args
    if acted.undoes is not None:
        told["undoes"] = acted.undoes
    if changes := _alike([change for change in map(_change, acted.changes) if change]):
        told["changes"] = changes
    verb = acted.verb if acted.verb in VERBS else OTHER
    return Event(
        acted.id, prev, acted.uid, acted.at, acted.entered_at, verb, acted.ref if _ref(acted.ref) else "", told
    )


def _alike(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without a reference that changed alike, beds as a rule, are told once with how many they are."""
    found: list[dict[str, Any]] = []
    for change in changes:
        same = next((one for one in found if {**one, "rows": 0} == {**change, "rows": 0}), None)
        if same is None or "ref" in change:
            found.append(change if "ref" in change else {**change, "rows": 1})
        else:
            same["rows"] += 1
    return found


def _change(change: tuple[str, str | None, str | None]) -> dict[str, Any]:
    table, old, new = change
    if table not in ROWS:
        return {}
    before, after = (_allowed(_read(row), ROWS[table]) for row in (old, new))
    known = after.get("ref") or before.get("ref")
    parts = {"ref": known} if known else {}
    if old is None:
        return {"table": table, **parts, "new": after}
    if new is None:
        return {"table": table, **parts, "old": before}
    moved = {name: value for name, value in after.items() if before.get(name) != value}
    gone = [name for name in before if name not in after]
    moved.update(dict.fromkeys(gone))
    return {"table": table, **parts, "now": moved} if moved else {}


def _read(row: str | None) -> Mapping[str, Any]:
    found = json.loads(row) if row else {}
    return found if isinstance(found, dict) else {}


def _allowed(given: Mapping[str, Any], allowed: Mapping[str, Check]) -> dict[str, Any]:
    return {name: given[name] for name, check in allowed.items() if name in given and check(given[name])}


def figures(night: Night) -> dict[str, Any]:
    """Tonight's numbers for the region: beds, people, what is free for whom, and the buses that are open."""
    here, free, who = beds(night), free_for(night), people(night)
    return {
        "beds": {
            name: getattr(here, name)
            for name in ("realised", "out_of_use", "usable", "occupied", "reserved", "free", "cleaning", "blocked")
        },
        "free_for": {
            "family_rooms": list(free.family_rooms),
            "women_alone": free.women_alone,
            "men_alone": free.men_alone,
            "wheelchair": free.wheelchair,
        },
        "people": {
            name: getattr(who, name)
            for name in ("present", "inside", "unregistered", "waiting", "out", "without_bed", "over_24h", "over_48h")
        },
        "buses": [
            {
                "ref": bus.ref,
                "state": bus.state.value,
                "eta": _said_at(bus.eta),
                "announced": bus.announced,
                "counted": bus.counted,
                "reserved": bus.reserved,
                "short": night.numbers(bus).short,
            }
            for bus in night.buses
            if bus.state in OPEN and _ref(bus.ref)
        ],
    }


def _said_at(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
