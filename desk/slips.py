"""The slip that a household gets in its own language: its room, breakfast, and what happens tomorrow.

Its words are plain text that a site edits; what stands in braces is filled in, and a line with nothing to fill in is
left out. No name stands on it: a slip is lost easily, and the number is on the wristband.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from desk.departures import Departure, departures
from desk.households import Household
from desk.language import _, number
from desk.night import Night
from desk.refusals import Refused

LANGUAGES = ("uk", "ru", "en", "nl")
"""Whoever speaks none of these gets English."""
FIELDS = (
    *("site", "address", "number", "people", "room", "beds", "breakfast", "quiet", "assembly"),
    *("pickup", "wake", "carrier", "to"),
)
LEAVES, WAITS, ALL = "leaves", "waits", "all"
"""A part for who knows when they go, one for who does not yet, and back to everybody."""
MOST_LETTERS = 10_000
_WORD = re.compile(r"\{([^{}\n]*)\}")
_PART = re.compile(r"\[(\w+)\]\s*")


@dataclass(frozen=True)
class Text:
    """The words of one language: lines, each with the part it belongs to."""

    language: str
    lines: tuple[tuple[str, str], ...]


def read(language: str, name: str, words: str) -> Text:
    """The words of a file, checked: every part and every word in braces is known."""
    if len(words) > MOST_LETTERS:
        raise Refused(
            _("{file} is too long for a slip: at most {most} letters.").format(file=name, most=number(MOST_LETTERS))
        )
    part, lines = ALL, []
    for at, line in enumerate(words.splitlines(), start=1):
        if line.startswith("#"):
            continue
        if head := _PART.fullmatch(line):
            part = head[1]
            if part not in {LEAVES, WAITS, ALL}:
                raise _wrong(name, at, f"[{part}]", (f"[{LEAVES}]", f"[{WAITS}]", f"[{ALL}]"))
            continue
        for word in _WORD.findall(line):
            if word not in FIELDS:
                raise _wrong(name, at, f"{{{word}}}", tuple(f"{{{field}}}" for field in FIELDS))
        lines.append((part, line))
    return Text(language, tuple(lines))


def _wrong(name: str, line: int, word: str, known: tuple[str, ...]) -> Refused:
    words = _("{file}, line {line}: {word} is not known. These are: {known}.")
    return Refused(words.format(file=name, line=line, word=word[:40], known=" ".join(known)))


def language_of(household: Household) -> str:
    """The language of a household's slip: the one they speak, else Ukrainian where they are, else English."""
    spoken = household.language or ("uk" if household.nationality in {None, "UKR"} else "en")
    return spoken if spoken in LANGUAGES else "en"


def slip(night: Night, household: Household, text: Text) -> list[str]:
    """The lines of one slip."""
    values = _values(night, household)
    wanted = {ALL, LEAVES if values["pickup"] else WAITS}
    found = [said for part, line in text.lines if part in wanted for said in _filled(line, values)]
    # a part that was left out must not leave two blank lines
    return [line for n, line in enumerate(found) if line or (n and found[n - 1])]


def _filled(line: str, values: dict[str, str]) -> Iterator[str]:
    fields = _WORD.findall(line)
    if not fields or any(values[field] for field in fields):
        yield _WORD.sub(lambda found: values[found[1]], line).rstrip()


def _values(night: Night, household: Household) -> dict[str, str]:
    settings = night.settings
    beds = night.beds_of.get(household.id, [])
    leaves = next((one for one in departures(night) if household in one.households), None)
    return {
        "site": settings.site,
        "address": settings.address,
        "number": night.said(household.ref),
        "people": str(household.people),
        "room": ", ".join(dict.fromkeys(night.room[bed.room].name for bed in beds)),
        "beds": ", ".join(night.label(bed) for bed in beds),
        "breakfast": settings.breakfast,
        "quiet": f"{settings.quiet_from}-{settings.quiet_until}",
        "assembly": settings.assembly_point,
        **_leaving(night, leaves),
    }


def _leaving(night: Night, one: Departure | None) -> dict[str, str]:
    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(night.settings.tz):%d-%m, %H:%M}" if at else ""

    if one is None:
        return dict.fromkeys(("pickup", "wake", "carrier", "to"), "")
    wake = night.settings.hhmm(one.wake) if one.wake else ""
    return {"pickup": moment(one.pickup), "wake": wake, "carrier": one.carrier, "to": one.to}
