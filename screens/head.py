"""The head of every screen: where, which night, what time, who; the sections; who is inside."""

from rich.cells import cell_len

from desk import clock, figures
from desk.language import _
from desk.night import Night, kept
from screens import keys
from screens.lines import Line, Span, fit, rule

SITE_CELLS = 27
GAP = 5
_BY_DAY = frozenset({"capacity", "reports", "region"})
"""Sections that nobody needs at 03:00: where there is no room their names go first."""


def lines(night: Night, section: str, width: int, who: tuple[str, list[str]], title: str = "") -> list[Line]:
    """Two lines, and a rule with the title of a list that lies over the screen.

    The section one is in stands in capitals, readable without colour.
    """
    settings = night.settings
    me, others = who
    right_end = _("you: {me}").format(me=me)
    if others:
        right_end += "   " + _("also: {names}").format(names=", ".join(others))
    time = settings.hhmm(night.at)
    site = f" {fit(settings.site, SITE_CELLS).rstrip()}   "
    for brief in (False, True):  # who else is on matters more than a month written out
        left = site + clock.night_label(night.evening, brief=brief)
        first = left + " " * max(2, width // 2 + 2 - len(left)) + time
        room = width - len(first) - 1
        if cell_len(right_end) + GAP <= room:
            break
    first_line: Line = ((first, "bold"), (fit("     " + right_end, room), ""))
    return [first_line, _sections(night, section, width), rule(title, width)]


@kept
def _sections(night: Night, section: str, width: int) -> Line:
    people = figures.people(night)
    if people.unregistered:
        tail = _("x inside: {n}, {unnamed} no name").format(n=people.inside, unnamed=people.unregistered)
    else:
        tail = _("x who is inside: {n}").format(n=people.inside)
    shown = [name for name in keys.SECTIONS if name != "region" or name == section or night.region_line is not None]
    # the number that safety counts is never cut: first those of the day go (their keys work all the same), then labels
    tries = (
        _named(shown, section, every=True),
        _named([name for name in shown if name == section or name not in _BY_DAY], section, every=True),
        _named([name for name in shown if name == section or name not in {*_BY_DAY, "logbook"}], section, every=True),
        _named(shown, section, every=False),
    )
    spans = next((one for one in tries if _cells(one) + len(tail) + GAP <= width), tries[-1])
    if _cells(spans) + len(tail) + 2 > width:
        tail = _("x inside: {n}").format(n=people.inside)
    gap = " " * max(1, width - _cells(spans) - len(tail) - 1)
    return (*spans, (gap, ""), (tail, "warn" if people.unregistered else ""))


def _named(sections: list[str], current: str, *, every: bool) -> list[Span]:
    spans: list[Span] = [(" ", "")]
    for name in sections:
        key = keys.BY_ID[name]
        label = _(key.label)
        words = f"{key.shown} {label.upper()}" if name == current else f"{key.shown} {label}" if every else key.shown
        spans += [(words, "here" if name == current else ""), ("  ", "")]
    return spans[:-1]


def _cells(spans: list[Span]) -> int:
    return sum(len(words) for words, _style in spans)
