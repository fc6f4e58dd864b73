"""How the words of a command line are read: each kind refuses in a sentence, and offers what Tab can complete."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from desk import cells, clock, words
from desk.cells import WrongCell
from desk.language import _, ungrouped
from desk.refusals import Refused
from screens.cli.call import Call

KEPT = "\0"
"""Marks a word that begins with a minus and a digit (`-15m`): a value, never an option. No argument can hold it."""
MOST_DIGITS = 9
STDIN = "-"
"""Where a file is asked for: what is sent with the command."""


class Typed(click.ParamType[Any]):
    """A word of some kind; what it cannot be is refused, not misused: exit 1."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        # half a character of another encoding can be neither stored nor shown
        text = value.removeprefix(KEPT).encode("utf-8", "replace").decode()
        call = ctx.find_object(Call) if ctx is not None else None
        assert call is not None
        return self.read(text, call)

    def read(self, text: str, call: Call) -> Any:
        """The value of what was typed."""
        return text

    def offers(self, call: Call) -> list[str]:
        """What the word can be tonight."""
        return []


class _Number(Typed):
    name = "number"

    def __init__(self, least: int | None = None) -> None:
        self.least = least

    def read(self, text: str, call: Call) -> int:
        digits = ungrouped(text.strip())
        if not re.fullmatch(rf"[+-]?\d{{1,{MOST_DIGITS}}}", digits):
            raise Refused(_("'{text}' is not a whole number. Type digits, as in 48.").format(text=text[:40]))
        number = int(digits)
        if self.least is not None and number < self.least:
            raise Refused(
                _("{number} is too small here. Give {least} or more.").format(number=number, least=self.least)
            )
        return number


class _Time(Typed):
    name = "time"

    def __init__(self, *, ahead: bool = False) -> None:
        self.ahead = ahead

    def read(self, text: str, call: Call) -> datetime:
        try:
            return clock.parse_time(text, call.now, call.zone, ahead=self.ahead)
        except OverflowError:
            raise Refused(
                _("'{text}' is not a time. Type 03:40, +2h10, -15m or 2022-04-08T03:40.").format(text=text[:40])
            ) from None


class _Day(Typed):
    name = "date"

    def __init__(self, *, or_none: bool = False) -> None:
        self.or_none = or_none

    def read(self, text: str, call: Call) -> date | str:
        if self.or_none and not text.strip():
            return ""
        try:
            return cells.local_day(call.zone)(clock.with_dashes(text))
        except WrongCell as wrong:
            raise Refused(f"'{text[:40]}' {wrong.reason}.") from None


class _Ref(Typed):
    name = "ref"

    def __init__(self, kinds: str) -> None:
        self.kinds = kinds

    def offers(self, call: Call) -> list[str]:
        night = call.night()
        things = {
            "B": [b.ref for b in night.buses],
            "H": [h.ref for h in night.households],
            "P": [p.ref for p in night.placements],
            "R": [r.ref for r in night.rides],
        }
        return [night.said(ref) for kind in self.kinds for ref in things[kind]]


class _Location(Typed):
    name = "location"

    def offers(self, call: Call) -> list[str]:
        return [location.name for location in call.night().locations]


class _Municipality(Typed):
    name = "municipality"

    def offers(self, call: Call) -> list[str]:
        return [municipality.screen_name for municipality in call.night().municipalities]


class _Listed(Typed):
    """A reference of the meeting's lists, which no night has: `Q1`, or `K1`, `B1`, `A1`."""

    name = "ref"

    def __init__(self, requests: bool) -> None:
        self.requests = requests

    def offers(self, call: Call) -> list[str]:
        listed = call.desk.requests.listed() if self.requests else call.desk.decisions.listed()
        return [thing.ref for thing in listed]


class _Bed(Typed):
    name = "bed"

    def __init__(self, *, rooms_only: bool = False) -> None:
        self.rooms_only = rooms_only

    def offers(self, call: Call) -> list[str]:
        night = call.night()
        rooms = [room.name for room in night.rooms]
        return rooms if self.rooms_only else rooms + [night.label(bed) for bed in night.beds]


class Code(Typed):
    """One of a few codes, as such or by a spelling of it in English or Dutch."""

    name = "word"

    def __init__(self, codes: Mapping[str, str] | tuple[str, ...], read: Callable[[object], str | None] | None = None):
        self.codes = tuple(dict.fromkeys(codes.values() if isinstance(codes, Mapping) else codes))
        self.reader = read

    def read(self, text: str, call: Call) -> str | None:
        if self.reader is None:
            wanted = text.strip().casefold().replace("-", "_")
            found = next((code for code in self.codes if code.casefold() == wanted), None)
            if found is None:
                raise Refused(
                    _("'{text}' is not one of {choices}.").format(text=text[:40], choices=", ".join(self.codes))
                )
            return found
        try:
            return self.reader(text)
        except WrongCell as wrong:
            raise Refused(f"'{text[:40]}' {wrong.reason}.") from None

    def offers(self, call: Call) -> list[str]:
        return list(self.codes)


class _Needs(Typed):
    name = "needs"

    def read(self, text: str, call: Call) -> tuple[str, ...]:
        found: list[str] = []
        for part in re.split(r"[,;+]", text):
            counted = re.fullmatch(r"(\d{1,2})\s*([^\d\s]\D*)", part.strip())
            word = counted[2] if counted else part
            if not word.strip():
                continue
            code = Code(words.NEED_WORDS, cells.choice(words.NEED_WORDS)).read(word.strip(), call)
            # two cots are said as `cot,cot` or `2 cot`
            found += [str(code)] * (int(counted[1]) if counted and code == "cot" else 1)
        return tuple(found)

    def offers(self, call: Call) -> list[str]:
        return list(words.NEEDS)


class _Members(Typed):
    name = "members"

    def read(self, text: str, call: Call) -> tuple[int, ...]:
        parts = [part.strip().rpartition(".")[2] for part in text.split(",") if part.strip()]
        if not parts or not all(part.isdecimal() and len(part) < 4 for part in parts):
            raise Refused(_("'{text}' names no members. Give their numbers, as in 2,3.").format(text=text[:40]))
        return tuple(dict.fromkeys(int(part) for part in parts))


class _File(Typed):
    name = "file"

    def read(self, text: str, call: Call) -> Path:
        if call.keyed and text != STDIN:
            raise Refused(_("Through a key no file of the host is read or written. Without a file it comes to you."))
        return Path(text)


TEXT = Typed()
NUMBER = _Number()
COUNT = _Number(0)
TIME = _Time()
ETA = _Time(ahead=True)
BUS, HOUSEHOLD, PLACEMENT, RIDE, ANY_REF = _Ref("B"), _Ref("H"), _Ref("PH"), _Ref("R"), _Ref("BHPR")
DAY, DAY_OR_NONE = _Day(), _Day(or_none=True)
REQUEST, DECISION = _Listed(requests=True), _Listed(requests=False)
LOCATION = _Location()
MUNICIPALITY = _Municipality()
BED = _Bed()
ROOM = _Bed(rooms_only=True)
NEEDS = _Needs()
MEMBERS = _Members()
FILE = _File()
GROUP = Code(words.GROUP_WORDS, cells.choice(words.GROUP_WORDS))
SEX = Code(("m", "f", "x"), cells.sex)
NATIONALITY = Code(tuple(words.NATIONALITIES), cells.nationality)
SPOKEN = Code(tuple(words.LANGUAGES_SPOKEN), cells.spoken)
