"""The head of every screen: where, which night, what time, who; the sections; who is inside."""

from desk import clock, figures
from desk.language import _
from desk.night import Night
from screens import keys
from screens.lines import Line, fit, rule

ROOMY = 96
SITE_CELLS = 27


def lines(night: Night, section: str, width: int, who: tuple[str, list[str]], title: str = "") -> list[Line]:
    """Two lines, and a rule with the title of a list that lies over the screen.

    The section one is in stands in capitals, readable without colour.
    """
    settings = night.settings
    me, others = who
    left = f" {fit(settings.site, SITE_CELLS).rstrip()}   {clock.night_label(night.evening)}"
    right_end = _("you: {me}").format(me=me)
    if others:
        right_end += "   " + _("also: {names}").format(names=", ".join(others))
    time = settings.hhmm(night.at)
    gap = max(2, width // 2 + 2 - len(left))
    first = left + " " * gap + time
    room = width - len(first) - 1
    first_line: Line = ((first, "bold"), (fit("     " + right_end, room), ""))
    return [first_line, _sections(night, section, width), rule(title, width)]


def _sections(night: Night, section: str, width: int) -> Line:
    people = figures.people(night)
    spans: list[tuple[str, str]] = [(" ", "")]
    for name in keys.SECTIONS:
        current = name == section
        if name == "capacity" and not current and width < ROOMY:
            continue  # the night's own sections come first; the key works all the same
        key = keys.BY_ID[name]
        label = _(key.label)
        spans += [(f"{key.shown} {label.upper() if current else label}", "here" if current else ""), ("  ", "")]
    if people.unregistered:
        tail = _("x inside: {n}, {unnamed} no name").format(n=people.inside, unnamed=people.unregistered)
    else:
        tail = _("x who is inside: {n}").format(n=people.inside)
    used = sum(len(words) for words, _style in spans)
    spans.append((" " * max(1, width - used - len(tail) - 1), ""))
    spans.append((tail, "warn" if people.unregistered else ""))
    return tuple(spans)
