"""The one table of keys: the key bar, help, the key sheet and the bindings are all made from it.

Only keys that arrive over every terminal are in it; function keys are aliases only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from textual.binding import Binding

from desk.language import N_, _, language
from screens.lines import wrapped


@dataclass(frozen=True)
class Key:
    """One key with its one meaning everywhere; `label` is what the bar says, `meaning` what help says."""

    id: str
    keys: str
    shown: str
    label: str
    meaning: str


TABLE: tuple[Key, ...] = (
    Key("tonight", "1", "1", N_("Tonight"), N_("Tonight: can we take it, what needs me now")),
    Key("buses", "2", "2", N_("Buses"), N_("Buses: announced, here, at the table")),
    Key("beds", "3", "3", N_("Beds"), N_("Beds: who sleeps where")),
    Key("placements", "4", "4", N_("Placement"), N_("Placement: where everybody goes tomorrow")),
    Key("capacity", "5", "5", N_("Capacity"), N_("Capacity: locations of the region")),
    Key("logbook", "6", "6", N_("Log"), N_("Log: what was written down")),
    Key("reports", "7", "7", N_("Reports"), N_("Reports, requests to municipalities, the list of the board")),
    Key("region", "8", "8", N_("Region"), N_("Region: tonight at every desk of it, coming buses, shared places")),
    Key("up", "up", "Up", N_("up"), N_("one line up")),
    Key("down", "down", "Down", N_("down"), N_("one line down")),
    Key("left", "left", "Left", N_("left"), N_("one bed to the left")),
    Key("right", "right", "Right", N_("right"), N_("one bed to the right")),
    Key("home", "home", "Home", N_("first"), N_("the first line, on the bed board the whole room")),
    Key("end", "end", "End", N_("last"), N_("the last line")),
    Key("page_up", "pageup", "PgUp", N_("page up"), N_("a screen up")),
    Key("page_down", "pagedown", "PgDn", N_("page down"), N_("a screen down")),
    Key("other_half", "tab,shift+tab", "Tab", N_("other half"), N_("to the other half of the screen")),
    Key("step", "enter", "Enter", N_("next step"), N_("the next natural step of what is under the cursor")),
    Key("mark", "space", "Space", N_("mark"), N_("mark; an action then takes all that are marked")),
    Key("phoned_in", "n", "n", N_("phoned in"), N_("someone phoned in a bus")),
    Key("at_the_door", "w", "w", N_("at the door"), N_("someone stands at the door")),
    Key("arrived", "a", "a", N_("has arrived"), N_("the bus is here; or they arrived where they were placed")),
    Key("count", "c", "c", N_("count heads"), N_("count heads at the door, people at a location; or a bed is clean")),
    Key("register", "r", "r", N_("register"), N_("write down households, one line each")),
    Key("give_beds", "b", "b", N_("give beds"), N_("give beds to all who wait, after a preview")),
    Key("move", "m", "m", N_("move"), N_("move a household to other beds")),
    Key("out", "o", "o", N_("out or back"), N_("out of the building, or back in")),
    Key("hold", "h", "h", N_("hold"), N_("hold places; put a signal off; a line for the board; issue a report")),
    Key("place", "p", "p", N_("place"), N_("ask a location now")),
    Key("departs", "d", "d", N_("departs"), N_("they leave")),
    Key("drives_on", "v", "v", N_("drives on"), N_("part of the bus, or all of it, drives on")),
    Key("edit", "e", "e", N_("edit"), N_("change what is under the cursor")),
    Key("free", "f", "f", N_("free again"), N_("a bed is in use again")),
    Key("close", "z", "z", N_("close"), N_("close a bus, a bed or a room")),
    Key("split", "s", "s", N_("split"), N_("split a household")),
    Key("falls_through", "k", "k", N_("falls through"), N_("said no, cancelled, did not come")),
    Key("log", "l", "l", N_("log"), N_("write a log line, or a call-back with a time")),
    Key("phones", "t", "t", N_("phones"), N_("phone numbers and our own address")),
    Key("inside", "x", "x", N_("inside"), N_("who is inside, by floor and room")),
    Key("mine", "i", "i", N_("I do it"), N_("take a duty, or let it go")),
    Key("undo", "u", "u", N_("undo"), N_("take back your last action")),
    Key("find", "slash", "/", N_("find"), N_("find anyone: name in any script, number, room, phone, place")),
    Key("command", "colon", ":", N_("command"), N_("command line, the same as the desk program")),
    Key("tour", "g,f2", "g", N_("tour"), N_("on the demo: a tour of ten keys through a night's work")),
    Key("help", "question_mark,f1", "?", N_("help"), N_("this page")),
    Key("repaint", "ctrl+l", "ctrl+l", N_("paint anew"), N_("paint the screen anew, where something wrote over it")),
    Key("back", "escape,q", "q", N_("back"), N_("back; twice at Tonight leaves the desk")),
)
BY_ID = {key.id: key for key in TABLE}
IDS = {name: key.id for key in TABLE for name in key.keys.split(",")}
"""From a key as Textual names it to its id in the table."""
SECTIONS = ("tonight", "buses", "beds", "placements", "capacity", "logbook", "reports", "region")


WRITE = frozenset(
    "phoned_in at_the_door arrived count register give_beds move out hold place departs drives_on edit free close split"
    " falls_through log mine undo".split()
)
"""Keys that open a step which writes; Enter may, and then the store itself says no."""


def no_region() -> str:
    """Why key 8 shows nothing at a desk by itself, and how it would."""
    return _("This desk belongs to no region. Join one: desk region join ADDRESS --name NAME")


def bindings() -> list[Binding]:
    """The table as Textual bindings; each calls `act` with the key's id."""
    return [
        Binding(key.keys, f"act('{key.id}')", key.label, id=key.id, tooltip=key.meaning, show=False) for key in TABLE
    ]


EVERYWHERE = ("phoned_in", "at_the_door", "log", "find", "phones", "inside", "undo", "help", "back")
READ = tuple(key for key in EVERYWHERE if key not in WRITE)
_ORDER = (*EVERYWHERE[:-2], "tour", *EVERYWHERE[-2:])
_KEPT_LONGEST = ("help", "back", "tour", "undo", "inside", "find", "at_the_door", "phoned_in", "phones", "log")


def bar(live: Mapping[str, str], width: int, everywhere: Collection[str] = EVERYWHERE) -> list[str]:
    """The key bar's two lines: what works on this line first, then as many of the keys that always work as fit.

    In a window too narrow for all that works here, the key of help stands in the place of what it lists.
    """
    return list(_bar(tuple(live.items()), width, tuple(everywhere), language()))


@lru_cache(maxsize=256)
def _bar(live: tuple[tuple[str, str], ...], width: int, everywhere: tuple[str, ...], _spoken: str) -> list[str]:
    """The same, once for each kind of row."""
    own = [f"{BY_ID[i].shown} {label}" for i, label in live]
    named = {i for i, _label in live}
    always = [i for i in _ORDER if i in everywhere and i not in named]
    shared: list[str] = []
    for number in range(len(_KEPT_LONGEST), 0, -1):
        kept = _KEPT_LONGEST[:number]
        shared = [f"{BY_ID[i].shown} {_(BY_ID[i].label)}" for i in always if i in kept]
        if (lines := _all_of([*own, *shared], width)) is not None:
            return lines
    rest = [f"{BY_ID['help'].shown} {_(BY_ID['help'].label)}"] if "help" in always else []
    fitting = (_all_of([*own[:kept], *rest], width) for kept in range(len(own), -1, -1))
    return next((lines for lines in fitting if lines is not None), wrapped(own, width))


def _all_of(pieces: list[str], width: int) -> list[str] | None:
    """The pieces over two lines; None where not all of them fit."""
    lines = wrapped(pieces, width)
    return lines if sum(line.count("   ") + bool(line) for line in lines) == len(pieces) else None
