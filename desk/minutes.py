"""The decision list of a meeting in the form of its own minutes: Nr, K/B/A, explanation; then who was there."""

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from textwrap import wrap

from desk import clock
from desk.decisions import Decision, Meeting, Participant, in_order
from desk.language import _

WIDTH = 80
_NUMBER, _GAP = 6, 2
_MARK = {"K": "K: ", "B": "B: ", "A": "A) "}


def minutes(
    meeting: Meeting, entries: Sequence[Decision], participants: Sequence[Participant], width: int = WIDTH
) -> list[str]:
    """The lines of the list, none wider than `width`; whatever became of an entry since, it stands as it was said."""
    lines = [f"{meeting.name} {_day(meeting.day)}".strip(), ""]
    heads = (_("Nr"), _("Decision (B) / Issue (K) / Action (A)"), _("Explanation"))
    lines += _row(*heads, width)
    heading = item = None
    for entry in in_order(entries):
        if entry.heading != heading:
            lines += ["", *wrap(entry.heading, width)]
            heading, item = entry.heading, None
        said = _MARK[entry.kind] + entry.text
        lines += _row(entry.item if entry.item != item else "", said, entry.explanation, width)
        item = entry.item
    if participants:
        lines += ["", _("Attendance")]
    for who in participants:
        said = f"{who.role}: {who.name}" if who.role and who.name else who.role or who.name
        lines += _row("", said, _("Excused") if who.excused else "", width)
    if meeting.next_day:
        lines += ["", _("Next meeting: {day}").format(day=_day(meeting.next_day))]
    return lines


def _row(number: str, said: str, explanation: str, width: int) -> list[str]:
    """One entry: its number, its text and, at the right, its explanation."""
    right = (width - _NUMBER - _GAP) * 3 // 8
    middle = width - _NUMBER - _GAP - right
    # a long item of the agenda is words rather than a number: it has lines of its own
    first = wrap(number, width) if len(number) >= _NUMBER else []
    columns = ([] if first else [number], _wrapped(said, middle), _wrapped(explanation, right))
    return first + [
        f"{nr or '':<{_NUMBER}}{text or '':<{middle + _GAP}}{more or ''}".rstrip()
        for nr, text, more in zip_longest(*columns)
    ]


def _wrapped(text: str, width: int) -> list[str]:
    return [piece for line in text.split("\n") for piece in wrap(line, width)]


def _day(day: str) -> str:
    return clock.dated(date.fromisoformat(day))
