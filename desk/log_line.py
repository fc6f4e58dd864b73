"""The line of the log as it is typed: `incident fire: smoke in room 4 call 02:50`, read into its parts and read back.

Its kind stands before a colon, an incident with its type; a note needs neither. At the end `call 02:50` says when to
ring back. What it is about is found in its words: a household, bus or placement by number, a bed, a room, a location.
The log is kept for years, so people stand in it by number (facts 7): a name of somebody who is here is asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from desk import clock
from desk.households import Household
from desk.language import _
from desk.logbook import KIND_LABELS
from desk.names import fold
from desk.night import Night

EXAMPLE = "incident fire: smoke in room 4"
_KINDS = {
    **dict.fromkeys(("note", "notitie"), "note"),
    **dict.fromkeys(("call", "gesprek"), "call"),
    "incident": "incident",
    **dict.fromkeys(("signal", "signaal"), "signal"),
    **dict.fromkeys(("k", "issue", "knelpunt"), "K"),
    **dict.fromkeys(("b", "decision", "besluit"), "B"),
    **dict.fromkeys(("a", "action", "actie"), "A"),
}
_RING_BACK = frozenset(("call", "bel", "back", "terug"))
_HEAD = re.compile(r"\s*([^\W\d_]+)(?:\s+([^\s:@][^:@]{0,29}?))?\s*:\s+(?=\S)")
_REFERENCE = re.compile(r"\b[BHPR]-(?:\d{2})?\d{4}-\d{1,4}(?:\.\d{1,2})?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ROOM = re.compile(r"\b(?:room|kamer)\s+(\S+)", re.IGNORECASE)
_LEAST_LETTERS = 4
"""Shorter words of a name are too often words of a sentence."""


@dataclass(frozen=True)
class Spoken:
    """What a typed line says; `about` is what it is linked to, as typed, and empty where nothing is named."""

    kind: str
    text: str
    type_text: str = ""
    about: str = ""
    back_at: datetime | None = None

    def understood(self, night: Night) -> str:
        """Read back while it is typed."""
        parts = [_(KIND_LABELS[self.kind]) + (f" ({self.type_text})" if self.type_text else "")]
        if self.about:
            parts.append(_("about {what}").format(what=self.about))
        if self.back_at:
            parts.append(_("ring back {time}").format(time=clock.when(self.back_at, night.at, night.settings.tz)))
        return ", ".join(parts)


def parse(words: str, night: Night, now: datetime) -> Spoken:
    """Read a typed line; a time to ring back that is no time is refused."""
    text, back_at = _ring_back(words.strip(), night, now)
    kind, type_text = "call" if back_at else "note", ""
    head = _HEAD.match(text)
    if head and (said := _KINDS.get(head[1].casefold())) and (said == "incident" or head[2] is None):
        kind, type_text, text = said, (head[2] or "").strip(), text[head.end() :]
    return Spoken(kind, text, type_text, _about(text, night), back_at)


def _ring_back(words: str, night: Night, now: datetime) -> tuple[str, datetime | None]:
    head, _space, last = words.rpartition(" ")
    start, _gap, marker = head.rpartition(" ")
    if marker.casefold() in _RING_BACK and start:
        return start, clock.parse_time(last, now, night.settings.tz, ahead=True)
    return words, None


def _about(text: str, night: Night) -> str:
    if reference := _REFERENCE.search(text):
        return reference[0]
    words = {word.strip(".,;:!?()").casefold() for word in text.split()}
    for bed in night.beds:
        if (label := night.label(bed)).casefold() in words:
            return label
    if (room := _ROOM.search(text)) and (said := room[1].strip(".,;:!?()").casefold()):
        for known in night.rooms:
            if known.name.casefold() == said:
                return known.name
    lower = text.casefold()
    return next((place.name for place in night.locations if place.name.casefold() in lower), "")


# --- names ------------------------------------------------------------------------------------


def named(text: str, night: Night) -> dict[str, list[Household]]:
    """The words of a line that are a name of somebody here, in any spelling, with whose they may be."""
    names: dict[str, list[Household]] = {}
    for household in night.households:
        for word in {fold(word) for word in _words(f"{household.name} {household.native_name}")}:
            names.setdefault(word, []).append(household)
    return {word: names[fold(word)] for word in _words(text) if word[0].isupper() and fold(word) in names}


def warnings(text: str, night: Night, line: str) -> list[str]:
    """What is said after a line was written with a name in it; `line` is its reference."""
    return [
        _("{name} may be {numbers}; the log is kept for years. Put it right by number: desk log correct {line}").format(
            name=word, numbers=", ".join(night.said(h.ref) for h in households), line=line.rpartition(" ")[2]
        )
        for word, households in named(text, night).items()
    ]


def by_number(text: str, found: dict[str, list[Household]], night: Night) -> str:
    """The line with each name replaced by its household's number; a name of several stays."""
    for word, households in found.items():
        if len(households) == 1:
            text = re.sub(rf"\b{re.escape(word)}\b", night.said(households[0].ref), text)
    return text


def _words(text: str) -> Iterator[str]:
    return (word for word in _WORD.findall(text) if len(word) >= _LEAST_LETTERS)
