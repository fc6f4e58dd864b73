"""How a roll call reads: the number that matters large on top, then everybody in the order of the rooms."""

from collections import Counter

from rich.cells import cell_len

from desk import muster
from desk.language import _
from desk.muster import Group, Muster
from desk.muster import Line as Counted
from desk.night import Night
from screens.lines import Line as Spans
from screens.lines import Row, around, fit, right, rule, text

START = "start"
"""The key of the row that stands there while there is no roll call."""
_SIGN_CELLS = 3
_SEGMENTS = (
    (" _ ", "   ", " _ ", " _ ", "   ", " _ ", " _ ", " _ ", " _ ", " _ "),
    ("| |", "  |", " _|", " _|", "|_|", "|_ ", "|_ ", "  |", "|_|", "|_|"),
    ("|_|", "  |", "|_ ", " _|", "  |", " _|", "|_|", "  |", "|_|", " _|"),
)
"""The ten figures, three lines high, readable from across a yard and without colour."""


def big(number: int) -> list[str]:
    """A number three lines high."""
    return [" ".join(line[int(figure)] for figure in str(number)) for line in _SEGMENTS]


def rows(night: Night, width: int, height: int = 99, here: str = "") -> list[Row]:
    """The whole screen; the counters stay, of the list those around the cursor are in sight."""
    found = muster.muster(night)
    if found.rollcall is None:
        return [Row(text(_("There is no roll call. Enter starts one: everybody is unknown until told of.")), START)]
    top = _counters(night, found, width)
    listed = [row for group in found.groups for row in _group(group, width)]
    if not listed:
        return [*top, Row(text(_("   Nobody is in the house.")))]
    return [*top, *around(listed, here, max(3, height - len(top)))]


def stops(night: Night) -> list[str]:
    """Every row on which the cursor can stand, also those out of sight."""
    return [row.key for group in muster.muster(night).groups for row in _group(group, 80) if row.key] or [START]


def _counters(night: Night, found: Muster, width: int) -> list[Row]:
    call, tally = found.rollcall, found.tally()
    assert call is not None
    hhmm = night.settings.hhmm
    title = _("Roll call since {time}, by {who}").format(
        time=hhmm(call.started_at) if call.started_at else "?", who=call.started_by
    )
    if call.finished_at:
        title += ", " + _("FINISHED {time}").format(time=hhmm(call.finished_at))
    left = tally["not_found"] if call.finished_at else tally[None]
    words = _("MISSING: {n}") if call.finished_at else _("NOT YET COUNTED: {n}")
    beside = [
        words.format(n=left),
        _("found {found}   not found {not_found}   out {out}").format(
            found=tally["found"], not_found=tally["not_found"], out=tally["out"]
        ),
        _("staff {staff}   visitors {visitors}   (found of all)").format(
            staff=_of_all(found.tally(muster.STAFF)), visitors=_of_all(found.tally(muster.VISITORS))
        ),
    ]
    style = "alarm" if left else "good"
    figures = [
        Row(((f"   {line}   ", style), (fit(said, width - len(line) - 6), "bold" if n == 0 else "")))
        for n, (line, said) in enumerate(zip(big(left), beside, strict=True))
    ]
    return [Row(rule(title, width)), *figures, Row(rule("", width))]


def _of_all(tally: Counter[str | None]) -> str:
    return _("{found} of {all}").format(found=tally["found"], all=tally.total())


def _group(group: Group, width: int) -> list[Row]:
    # who is out is found one by one, never all with one key
    key = group.key if group.key != "out" else ""
    room = width - _SIGN_CELLS - 1
    head = fit(group.title, room // 2) + right(told(group.tally), room - room // 2)
    title = Row(((head if key else " " * _SIGN_CELLS + head, "bold"),), key)
    return [title, *(Row(_line(line, room), line.key) for line in group.lines)]


def _line(line: Counted, width: int) -> Spans:
    tally = line.tally
    who = f"  {fit(f'{line.name} {tally.total()}', 18)} {fit(line.ref, 10)} "
    help_words = ", ".join(word.upper() for word in line.help)
    state = " " + told(tally)
    more = fit("  ".join(part for part in (help_words, line.away) if part), width - cell_len(who) - cell_len(state))
    style = "alarm" if tally["not_found"] else "" if tally[None] else "good"
    return ((who + more, ""), (state, style))


def told(tally: Counter[str | None]) -> str:
    """What is told of some people, in words: who is not counted first."""
    parts = [
        _("{n} to count").format(n=tally[None]) if tally[None] else "",
        _("{n} NOT FOUND").format(n=tally["not_found"]) if tally["not_found"] else "",
        _("{n} out").format(n=tally["out"]) if tally["out"] else "",
        _("{n} found").format(n=tally["found"]) if tally["found"] else "",
    ]
    return ", ".join(part for part in parts if part)
