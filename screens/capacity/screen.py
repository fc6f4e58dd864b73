"""Key 5: what each municipality has and owes, the daily counts, who is expected, and what ends."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from desk import cells, clock, horizon, standings
from desk.capacity import Location, Standing
from desk.cells import WrongCell
from desk.forecast import SCENARIO_LABELS, Inflow
from desk.language import _, ngettext
from desk.night import Night
from desk.refusals import Refused
from desk.standings import Own
from desk.words import OUT_OF_USE, label
from screens import steps
from screens.asking import Prompt
from screens.capacity.rows import (
    AHEAD,
    REGION,
    about_municipality,
    about_pool,
    ahead,
    days_of,
    heads,
    table,
)
from screens.desk_screen import DeskScreen, Sheet
from screens.lines import Row, around

AHEAD_IN_SIGHT = 4
"""Lines of the lower half that stay in sight while one is above it."""
REGION_IN_SIGHT = 3
_DAY_AND_MONTH = re.compile(r"(\d{1,2})[-./](\d{1,2})")


class CapacityScreen(DeskScreen):
    """Key 5."""

    SECTION = "capacity"

    def __init__(self) -> None:
        super().__init__()
        self._opened: set[str] = set()
        self._keys: dict[int, list[str]] = {}
        self._told: tuple[Night, list[Inflow]] | None = None

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The table and what lies ahead, in the room there is; the half one is in has the most of it."""
        self._open_for(self.stand.at.get(REGION, ""))
        top, middle = heads(night, width), table(night, width, self._opened)
        lower = ahead(night, self._inflows(), width)
        self._keys = {
            REGION: [row.key for row in middle if row.key],
            AHEAD: [row.key for row in lower if row.key],
        }
        room = height - len(top)
        if len(middle) + len(lower) <= room:
            return [*top, *middle, *lower]
        least = min(len(lower), AHEAD_IN_SIGHT if self.stand.half == REGION else max(0, room - REGION_IN_SIGHT))
        for_lower = max(least, room - len(middle))
        at = self.stand.at
        shown = around(middle, at.get(REGION, ""), room - for_lower)
        return [*top, *shown, *around(lower, at.get(AHEAD, ""), for_lower)]

    def all_keys(self) -> dict[int, list[str]]:
        """The cursor moves over all of both halves, though a window of them is shown."""
        return self._keys

    def _open_for(self, key: str) -> None:
        """One comes from elsewhere to a location: its municipality opens."""
        location = self._location(key)
        municipality = self.night.municipality.get(location.municipality) if location else None
        if municipality is not None and key not in self._keys.get(REGION, ()):
            self._opened.add(municipality.code)

    def _inflows(self) -> list[Inflow]:
        if self._told is None or self._told[0] is not self.night:
            self._told = self.night, self.desk_app.desk.forecast.rows(self.night.today)
        return self._told[1]

    def _municipality(self, key: str) -> Own | None:
        return standings.by_code(self.night).get(key.removeprefix("m ")) if key.startswith("m ") else None

    def _location(self, key: str) -> Location | None:
        ref = key.removeprefix("end ")
        return next((loc for loc in self.night.locations if loc.ref == ref), None) if ref[:2] == "L-" else None

    def live(self, key: str) -> dict[str, str]:
        """What can be done with a municipality, a location, a scenario."""
        own = self._municipality(key)
        if own is not None:
            fold = _("fold") if own.municipality.code in self._opened else _("its locations")
            found = {"step": fold, "count": _("count them all")} if own.locations else {}
        elif key.startswith("scenario "):
            found = {"step": _("day by day"), "edit": _("who is expected")}
        elif key.startswith("end "):
            found = {"step": _("go there")}
        elif key.startswith("L-"):
            found = {"step": _("people counted"), "count": _("people counted"), "edit": _("edit")}
        else:
            found = {}
        return found | {"other_half": _("forecast and ends") if self.stand.half == REGION else _("municipalities")}

    def why_not(self, action: str) -> str:
        """Counting is done at a location."""
        if action in {"count", "edit"}:
            return _("Go to a location first: Enter on its municipality shows them.")
        return super().why_not(action)

    def hint(self, key: str) -> str:
        """Whom the location under the cursor takes, when, and what it last reported."""
        own, location = self._municipality(key), self._location(key)
        if own is not None:
            return about_municipality(self.night, own)
        if key.startswith("pool "):
            pool = next((p for p in standings.pools(self.night) if f"pool {p.name}" == key), None)
            return about_pool(pool) if pool else ""
        return self._about(location) if location is not None else ""

    def _about(self, location: Location) -> str:
        parts = [f"{location.ref} {location.phone}".strip()]
        ends = horizon.ending(self.night, location)
        if ends is not None:
            parts.append((_("ends {day}") if ends.places else _("ended {day}")).format(day=ends.last_day))
        if location.out_of_use and location.out_of_use_reason:
            why = label(OUT_OF_USE, location.out_of_use_reason)
            parts.append(_("{n} out of use: {why}").format(n=location.out_of_use, why=why))
        last = self.desk_app.desk.capacity.reports_of(location)
        if last and last[0].difference:
            parts.append(_("last count {n:+d}").format(n=last[0].difference))
        parts.append(
            _("answers {hours}, takes people in {intake}").format(
                hours=location.answers or "24/7", intake=location.intake or "24/7"
            )
        )
        return "; ".join([*parts, location.groups.replace(",", ", ") or _("anyone")])

    # --- steps ------------------------------------------------------------------------------

    def do_step(self, key: str) -> None:
        """Enter: open or fold a municipality, count at a location, look at a scenario, go to what ends."""
        own = self._municipality(key)
        if own is not None:
            self._opened ^= {own.municipality.code}
        elif key.startswith("scenario "):
            self._day_by_day(key.removeprefix("scenario "))
        elif key.startswith("end "):
            self.step_to(key.removeprefix("end "), REGION)
        elif key.startswith("L-"):
            self.do_count(key)

    def _day_by_day(self, scenario: str) -> None:
        def title() -> str:
            return _("Forecast, {scenario}").format(scenario=_(SCENARIO_LABELS[scenario]))

        self.sheet = Sheet(title, lambda night, width: days_of(night, self._inflows(), scenario, width))

    def do_count(self, key: str) -> None:
        """c: the daily report of a location, or of all those of a municipality one after another."""
        own = self._municipality(key)
        if own is not None:
            self._count([s.location.ref for s in own.locations if s.realised or s.occupied])
        else:
            self._count([key])

    def _count(self, refs: list[str]) -> None:
        """Ask for the first of them, then for the rest."""
        standing = next((s for s in self.night.standing.values() if refs and s.location.ref == refs[0]), None)
        if standing is None:
            self.say(_("Nobody is there to be counted now."), "warn")
            return
        words = _("People at {name} (we think {n})? Then out of use, as in: 46 2")
        if len(refs) > 1:
            words = _("People at {name} (we think {n})? Then out of use. - skips it")
        label = words.format(name=standing.location.name, n=standing.occupied)
        why = _("Why they are out of use may stand behind it, as in: 46 2 no staff")
        self.type(Prompt(label, lambda typed, at: self._counted(typed, at, refs, standing), hint=lambda _typed: why))

    def _counted(self, typed: str, at: datetime | None, refs: list[str], standing: Standing) -> None:
        if typed == "-":
            if len(refs) > 1:
                self._count(refs[1:])
            return
        people, rest = steps.number_and_words(typed)
        out, reason = steps.number_and_words(rest) if rest else (None, "")
        usable = standing.realised - (standing.out_of_use if out is None else out)
        if people <= usable:
            self._report(refs, people, out, at, reason)
            return
        asked = self.prompt
        self.end_typing()
        words = ngettext(
            "{n} person at {name}, with {usable} usable places: is that right?",
            "{n} people at {name}, with {usable} usable places: is that right?",
            people,
        ).format(n=people, name=standing.location.name, usable=usable)
        self.ask(
            words,
            lambda: self._report(refs, people, out, at, reason),
            lambda: self.type(replace(asked, value=typed)) if asked is not None else None,
        )

    def _report(self, refs: list[str], people: int, out: int | None, at: datetime | None, reason: str) -> None:
        done = self.do(self.desk_app.desk.capacity.report, refs[0], people, out, at=at, reason=reason)
        if done is not None and len(refs) > 1:
            self._count(refs[1:])

    def do_edit(self, key: str) -> None:
        """e: what is known of a location, or who is expected."""
        if key.startswith("scenario "):
            self._expect(key.removeprefix("scenario "))
            return
        location = self._location(key)
        if location is not None:
            from screens.capacity.form import open_location_form

            open_location_form(self, location)

    def _expect(self, scenario: str) -> None:
        def typed(words: str, at: datetime | None) -> None:
            said, _space, rest = words.partition(" ")
            people, source = steps.number_and_words(rest.strip())
            self.do(self.desk_app.desk.forecast.set, scenario, day_said(said, self.night.today), people, source, at=at)

        label = _("{scenario}: which day, how many, who says so? As in: 14-4 120 LCVS")
        self.type(Prompt(label.format(scenario=_(SCENARIO_LABELS[scenario])), typed))


def day_said(said: str, today: date) -> date:
    """A day as it is typed: `14-4` is the nearest one ahead, `14-4-2022` and `2022-04-14` are themselves."""
    typed = clock.with_dashes(said)
    found = _DAY_AND_MONTH.fullmatch(typed)
    try:
        if not found:
            return cells.day(typed)
        day = date(today.year, int(found[2]), int(found[1]))
        return day if day >= today - timedelta(days=180) else day.replace(year=today.year + 1)
    except (WrongCell, ValueError):
        raise Refused(_("'{text}' is not a day. Type it as 14-4 or 14-4-2022.").format(text=said[:20])) from None
