"""Capacity: the locations of the region, a plain list, and what this house itself has."""

from desk import clock, figures
from desk.capacity import KIND_LABELS, reported_age
from desk.language import _
from desk.night import Night
from screens.desk_screen import DeskScreen
from screens.lines import Row, fit, right, rule, text


def rows(night: Night, width: int) -> list[Row]:
    """Own beds, then each location by municipality."""
    own, region = figures.beds(night), figures.region(night)
    line = _(" HERE {realised} beds, {out} out of use, {occupied} taken, {held} held, {free} free").format(
        realised=own.realised, out=own.out_of_use, occupied=own.occupied, held=own.reserved, free=own.free
    )
    target = _(" TARGET {target}; to realise {left}; {hosting} of {all} municipalities host").format(
        target=night.settings.target,
        left=figures.to_realise(night),
        hosting=region.hosting,
        all=region.municipalities,
    )
    found = [Row(text(line, "bold")), Row(text(target))]
    name = width - 54
    words = (right(_("places"), 6), right(_("taken"), 7), right(_("held"), 6), right(_("free"), 6), "  ", _("told"))
    head = "   " + fit(_("location"), name) + fit(_("kind"), 11) + "".join(words)
    found.append(Row(text(fit(head, width), "dim")))
    place = None
    ordered = sorted(night.standing.values(), key=lambda s: (night.municipality_name(s.location), s.location.name))
    for standing in ordered:
        loc = standing.location
        if night.municipality_name(loc) != place:
            place = night.municipality_name(loc)
            found.append(Row(rule(place, width)))
        age = reported_age(loc, night.at)
        told = clock.span(age) if age is not None else _("never")
        stale = age is None or age > night.settings.hours("figure_stale_hours")
        counts = f"{standing.realised:>6}{standing.occupied:>7}{standing.held:>6}{standing.free:>6}  "
        style = "alarm" if standing.free < 0 else ""
        line_text = fit(loc.name, name) + fit(_(KIND_LABELS[loc.kind]), 11) + counts
        found.append(Row(((line_text, style), (told + (" !" if stale else ""), "warn" if stale else "")), loc.ref))
    if not ordered:
        found.append(Row(text("   " + _("No locations yet: desk import locations FILE"), "dim")))
    return found


class CapacityScreen(DeskScreen):
    """Key 5."""

    SECTION = "capacity"

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The list."""
        return rows(night, width)

    def hint(self, key: str) -> str:
        """Whom the location under the cursor takes, and when."""
        loc = next((loc for loc in self.night.locations if loc.ref == key), None)
        if loc is None:
            return ""
        hours = loc.answers or "24/7"
        takes = loc.groups.replace(",", ", ") or _("anyone")
        return _("{ref} {phone}  answers {hours}, takes people in {intake}; {takes}").format(
            ref=loc.ref, phone=loc.phone or "-", hours=hours, intake=loc.intake or "24/7", takes=takes
        )
