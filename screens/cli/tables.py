"""Records as lines for people: one line a thing in a list, one line a field of one thing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from desk import beds, buses, capacity, clock, households, logbook, placements
from desk.language import N_, _, is_number, number
from desk.night import Night
from desk.records import Record
from desk.words import GROUPS, NEEDS, OUT_OF_USE, label, labels

Cells = Callable[[Night, Record], Sequence[str]]

_STATES: dict[str, Mapping[Any, str]] = {
    "buses": buses.LABELS,
    "households": households.LABELS,
    "beds": beds.STATUS_LABELS,
    "placements": placements.LABELS,
}
_OTHER_STATES = {
    "open": N_("open"),
    "closed": N_("closed"),
    "planned": N_("planned"),
    "due": N_("due"),
    "active": N_("open"),
    "later": N_("opens later"),
    "ended": N_("ended"),
    "hosting": N_("hosts people"),
    "listed": N_("listed"),
}


def state_of(kind: str, record: Record) -> str:
    """A state in words."""
    state: str = record["state"]
    return _(_STATES.get(kind, _OTHER_STATES).get(state, state))


def time_of(night: Night, text: str | None) -> str:
    """A moment of a record on the wall clock."""
    return clock.when(datetime.fromisoformat(text), night.at, night.settings.tz) if text else "-"


def _number(value: int | None) -> str:
    return "-" if value is None else number(value)


def _bus(night: Night, r: Record) -> Sequence[str]:
    return (
        r["ref"],
        r["from"],
        time_of(night, r["eta"]),
        state_of("buses", r),
        *(_number(r[name]) for name in ("announced", "counted", "reserved", "allocated", "registered", "went_on")),
        _number(r["short"]),
    )


def _household(night: Night, r: Record) -> Sequence[str]:
    away = _("{n} out").format(n=r["out"]) if r["out"] else ""
    group = label(GROUPS, r["group"]) if r["group"] else ""
    notes = ", ".join(part for part in (group, labels(NEEDS, r["needs"]), away) if part)
    return r["ref"], r["name"], str(r["people"]), state_of("households", r), " ".join(r["beds"]) or "-", notes


def _bed(night: Night, r: Record) -> Sequence[str]:
    who = " ".join(part for part in (r["household"] or r["held_for"] or "", r["name"]) if part)
    until = _("until {time}").format(time=time_of(night, r["until"])) if r["until"] else ""
    return (
        r["ref"],
        state_of("beds", r),
        who or "-",
        " ".join(part for part in (label(OUT_OF_USE, r["reason"]), until) if part),
    )


def _room(night: Night, r: Record) -> Sequence[str]:
    reach = _("no stairs") if r["wheelchair"] else _("stairs")
    sleeping = " ".join(r["households"]) or "-"
    return r["ref"], r["floor"], r["kind"], str(len(r["beds"])), str(r["free"]), state_of("rooms", r), reach, sleeping


def _placement(night: Night, r: Record) -> Sequence[str]:
    until = time_of(night, r["until"]) if r["state"] == "asked" else "-"
    return (
        r["ref"],
        r["household"] or "-",
        r["name"],
        str(r["people"]),
        r["location"] or r["to"],
        state_of("placements", r),
        until,
    )


def _ride(night: Night, r: Record) -> Sequence[str]:
    return r["ref"], r["carrier"], time_of(night, r["pickup"]), str(r["people"]), " ".join(r["placements"]) or "-"


def _location(night: Night, r: Record) -> Sequence[str]:
    kind = _(capacity.KIND_LABELS[r["kind"]])
    numbers = (_number(r[name]) for name in ("realised", "occupied", "reserved", "free"))
    return (
        r["ref"],
        r["name"],
        r["municipality"],
        kind,
        *numbers,
        state_of("locations", r),
        time_of(night, r["reported_at"]),
    )


def _municipality(night: Night, r: Record) -> Sequence[str]:
    return (
        r["ref"],
        r["name"],
        _number(r["inhabitants"]),
        r["as_of"] or "-",
        str(r["locations"]),
        _number(r["realised"]),
    )


def _log(night: Night, r: Record) -> Sequence[str]:
    back = _("call back {time}").format(time=time_of(night, r["back"])) if r["state"] == "open" else ""
    text = " ".join(part for part in (r["text"].replace("\n", " "), r["link"], back, *_of_line(night, r)) if part)
    kind = _(logbook.KIND_LABELS[r["kind"]]) if r["kind"] else ""
    return _number(r["number"]), time_of(night, r["at"]), kind, r["by"], text


def _of_line(night: Night, r: Record) -> list[str]:
    """What became of a line of the log, and when it was typed where that is not when it happened."""
    found = []
    if r.get("corrects"):
        found.append(_("(puts line {line} right)").format(line=r["corrects"]))
    if r.get("put_right_by"):
        found.append(_("(put right by line {line})").format(line=r["put_right_by"]))
    if r.get("entered_at"):
        typed, at = datetime.fromisoformat(r["entered_at"]), datetime.fromisoformat(r["at"])
        if abs(typed - at) > logbook.TYPED_LATE:
            found.append(_("(typed {time})").format(time=time_of(night, r["entered_at"])))
    return found


def _phone(night: Night, r: Record) -> Sequence[str]:
    return r["role"], r["number"], r["hours"] or "-", r["say"]


_TABLES: dict[str, tuple[Cells, tuple[str, ...]]] = {
    "buses": (
        _bus,
        (
            N_("bus"),
            N_("from"),
            N_("due"),
            N_("state"),
            N_("said"),
            N_("counted"),
            N_("here"),
            N_("elsewhere"),
            N_("registered"),
            N_("went on"),
            N_("TO FIND"),
        ),
    ),
    "households": (
        _household,
        (N_("household"), N_("name"), N_("people"), N_("state"), N_("beds"), N_("what matters")),
    ),
    "beds": (_bed, (N_("bed"), N_("state"), N_("who"), N_("why"))),
    "rooms": (
        _room,
        (
            N_("room"),
            N_("floor"),
            N_("for"),
            N_("beds"),
            N_("free"),
            N_("state"),
            N_("stairs"),
            N_("who sleeps here"),
        ),
    ),
    "placements": (
        _placement,
        (
            N_("placement"),
            N_("household"),
            N_("name"),
            N_("people"),
            N_("to"),
            N_("state"),
            N_("held until"),
        ),
    ),
    "rides": (_ride, (N_("ride"), N_("carrier"), N_("pickup"), N_("people"), N_("placements"))),
    "locations": (
        _location,
        (
            N_("location"),
            N_("name"),
            N_("municipality"),
            N_("kind"),
            N_("realised"),
            N_("occupied"),
            N_("held"),
            N_("free"),
            N_("state"),
            N_("told"),
        ),
    ),
    "municipalities": (
        _municipality,
        (N_("code"), N_("name"), N_("inhabitants"), N_("as of"), N_("locations"), N_("realised")),
    ),
    "log": (_log, (N_("line"), N_("time"), N_("kind"), N_("who"), N_("what"))),
    "phones": (_phone, (N_("for"), N_("number"), N_("when"), N_("what to say"))),
}


def lines_of(kind: str, night: Night, records: Sequence[Record], *, indent: int = 0) -> list[str]:
    """A list as lines, one a thing, under headings; a line that says so where there is nothing."""
    if not records:
        return [" " * indent + _("Nothing here.")]
    cells, headings = _TABLES[kind]
    return table([_(heading) for heading in headings], [cells(night, record) for record in records], indent=indent)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, indent: int = 0) -> list[str]:
    """Columns under headings, numbers to the right."""
    every = [list(headings), *[list(row) for row in rows]]
    widths = [max(len(row[at]) for row in every) for at in range(len(headings))]
    to_the_right = [all(is_number(row[at]) or row[at] == "-" for row in rows) for at in range(len(headings))]
    return [
        " " * indent
        + "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, to_the_right, strict=True)
        ).rstrip()
        for row in every
    ]


def details(night: Night, record: Record) -> list[str]:
    """One thing, a line for each field that says something."""
    width = max(len(name) for name in record)
    found = []
    for name, value in record.items():
        if value in (None, "", [], ()):
            continue
        if isinstance(value, list) and isinstance(value[0], Mapping):
            found.append(f"{name.replace('_', ' ')}:")
            found += ["  " + _one_line(night, part) for part in value]
        else:
            found.append(f"{name.replace('_', ' ') + ':':<{width + 1}} {_value(night, value)}")
    return found


def _one_line(night: Night, record: Mapping[str, Any]) -> str:
    return "  ".join(
        f"{name.replace('_', ' ')} {_value(night, value)}"
        for name, value in record.items()
        if value not in (None, "", [], ())
    )


def _value(night: Night, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return " ".join(_value(night, part) for part in value)
    if isinstance(value, str) and len(value) >= 25 and value[10] == "T":
        try:
            return time_of(night, value)
        except ValueError:
            return value
    return str(value)
