"""Who has been here longer than a threshold of the stay clock, a list for each; Enter goes to where they can go."""

from desk import clock, figures
from desk.households import Household
from desk.language import N_, _, ngettext
from desk.night import Night, beds_text
from screens.desk_screen import DeskScreen, Sheet
from screens.lines import Row, fit, right, rule, text
from screens.placements.rows import standing


def open_sheet(screen: DeskScreen, kind: str) -> None:
    """The lists, the cursor in that of the threshold `kind`."""

    def step(ref: str) -> None:
        screen.sheet = None
        screen.desk_app.go("placements", ref)

    screen.sheet = Sheet(N_("How long they have been here"), rows, step, N_("where can they go"))
    first = next(
        (h.ref for one, _hours, long in figures.over_thresholds(screen.night) for h in long if one == kind), ""
    )
    screen.stand.over_at(first)
    screen.repaint()


def rows(night: Night, width: int) -> list[Row]:
    """One part a threshold, with the number of people who passed it and none after."""
    found: list[Row] = []
    for _kind, hours, long in figures.over_thresholds(night):
        if long:
            people = sum(h.people for h in long)
            count = ngettext("{n} person", "{n} people", people).format(n=people)
            found.append(Row(rule(_("Longer than {hours} h").format(hours=hours), width, count)))
            found += [_row(night, h, width) for h in long]
    return found or [Row(text(" " + _("Nobody has been here that long.")))]


def _row(night: Night, h: Household, width: int) -> Row:
    here = clock.span(night.at - h.since) if h.since else "-"
    start = f"{fit(h.called, 20)} {fit(night.said(h.ref), 10)}{right(str(h.people), 3)}  {fit(here, 6)} "
    start += fit(beds_text(night, night.beds_of.get(h.id, ())) or "-", 12) + " "
    return Row(text(start + fit(standing(night, h, night.placement_of.get(h.id)), width - 3 - len(start))), h.ref)
