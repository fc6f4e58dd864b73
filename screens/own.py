"""The desk of a municipality: the placements to its own locations, and what it says of them. Nothing of the house."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.screen import Screen

from desk import clock
from desk.language import _, ngettext
from desk.night import Night
from desk.placements import Placement, PlacementState
from screens import steps
from screens.app import DeskApp
from screens.desk_screen import DeskScreen
from screens.lines import Line, Row, fit, right, rule, text
from screens.placements.rows import matters, standing

ALLOWED = frozenset({"step", "falls_through", "phones", "help", "back", "command"})
"""Keys that work here; the rest of the table is the desk's."""


class OwnScreen(DeskScreen):
    """One line a placement; Enter says yes or confirms, k says no."""

    SECTION = "placements"

    def heads(self, night: Night, width: int, title: str) -> list[Line]:
        """Whose desk this is; who is inside the house is not for this key."""
        here = ", ".join(m.screen_name or m.name for m in night.municipalities)
        first = f" {fit(night.settings.site, 27).rstrip()}   {night.settings.hhmm(night.at)}     "
        first += _("you: {me}").format(me=self.desk_app.desk.operator)
        return [
            ((fit(first, width), "bold"),),
            text(fit(" " + _("PLACEMENTS to {municipality}").format(municipality=here), width), "here"),
            rule(title, width),
        ]

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """What is asked, agreed and on its way here, the first to come first."""
        found = [Row(text(fit("   " + self._head(width), width), "dim"))]
        for placement in sorted(night.placements, key=_by_time):
            household = night.household.get(placement.household)
            if household is None or placement.id != getattr(night.placement_of.get(household.id), "id", None):
                continue
            where = night.location[placement.location or 0].name
            start = (
                f"{fit(household.called, 20)} {fit(night.said(household.ref), 10)}{right(str(household.people), 3)}  "
            )
            start += f"{fit(where, 18)} {fit(matters(night, household), max(0, width - 84))}"
            room = width - 3 - len(start)
            found.append(Row(text(start + fit(standing(night, household, placement), room)), household.ref))
        if len(found) == 1:
            found.append(Row(text("   " + _("No placement to here is open."), "dim")))
        return [*found, Row(()), *self._places(night, width)]

    def _head(self, width: int) -> str:
        start = fit(_("who"), 31) + right(_("people"), 3) + "  " + fit(_("location"), 19)
        return start + fit(_("where it stands"), max(0, width - len(start) - 3))

    def _places(self, night: Night, width: int) -> list[Row]:
        found = [Row(rule(_("Locations"), width))]
        for place in night.locations:
            standing_ = night.standing[place.id]
            told = clock.when(place.occupied_at, night.at, night.settings.tz) if place.occupied_at else "-"
            words = _("{name}: {n} places, {taken} taken, {held} held, {free} free; told {time}")
            said = words.format(
                name=place.name,
                n=standing_.realised,
                taken=standing_.occupied,
                held=standing_.held,
                free=standing_.free,
                time=told,
            )
            found.append(Row(text("   " + fit(said, width - 4))))
        return found

    def _placement(self, key: str) -> Placement | None:
        household = next((h for h in self.night.households if h.ref == key), None)
        return self.night.placement_of.get(household.id) if household else None

    def live(self, key: str) -> dict[str, str]:
        """Yes and no, where it is asked; the arrival, where they are on their way."""
        placement = self._placement(key)
        if placement is None:
            return {}
        if placement.state is PlacementState.ASKED:
            return {"step": _("say yes"), "falls_through": _("say no")}
        if placement.state is PlacementState.UNDERWAY:
            return {"step": _("they arrived")}
        return {}

    def hint(self, key: str) -> str:
        """How many, and what matters of them, where the row is too narrow for it."""
        household = next((h for h in self.night.households if h.ref == key), None)
        if household is None:
            return _("A count of a location: :location report NAME PEOPLE")
        people = ngettext("{n} person", "{n} people", household.people).format(n=household.people)
        return ", ".join(part for part in (people, matters(self.night, household)) if part)

    def key_bar(self, width: int) -> list[str]:
        """Only what works here."""
        from screens import keys

        return keys.bar(self.live(self.here), width, everywhere=tuple(ALLOWED))

    def may_press(self, action: str) -> str:
        """Why a key is not this desk's; empty where it is."""
        if action in ALLOWED or action in {"up", "down", "home", "end", "page_up", "page_down"}:
            return ""
        return _("This key opens the placements to your municipality only. Ring the desk for more (t).")

    def do_step(self, key: str) -> None:
        """Yes, or they arrived."""
        placement = self._placement(key)
        if placement is not None and placement.state is PlacementState.ASKED:
            steps.agree(self, [key])
        elif placement is not None and placement.state is PlacementState.UNDERWAY:
            steps.confirm(self, [key])

    def do_falls_through(self, key: str) -> None:
        """k: no, with the reason."""
        steps.decline(self, key)


def _by_time(placement: Placement) -> tuple[bool, str, int]:
    moment = placement.pickup or placement.until
    return moment is None, moment.isoformat() if moment else "", placement.id


def _own() -> Screen[Any]:
    return OwnScreen()


class OwnDesk(DeskApp):
    """The one screen of a municipality."""

    DEFAULT_MODE = "own"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"own": _own}

    def go(self, section: str, key: str = "", half: int = 0) -> None:
        """There is no other screen."""
