"""An onward plan in words: why this place, what stood in the way of the next best, what would help who gets none."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

from desk import clock, periods, suitability
from desk.capacity import Location
from desk.households import TIE_LABELS, Household
from desk.language import _, ngettext, number
from desk.placements import HOLDS
from desk.plans.waiting import Task
from desk.suitability import Finding, Fit
from desk.words import GROUPS

_DECIDES = {True: 0, None: 1, False: 2}
_LAST = "9999-12-31"


class Told:
    """What can be said of a plan: `given` is the location id by household id."""

    def __init__(self, task: Task, given: Mapping[int, int]) -> None:
        self._task = task
        self._night = task.night
        self._given = given

    def fit(self, h: Household, location: int) -> Fit:
        """What suitability says of one place."""
        return suitability.judge(self._night, h, self._night.location[location])

    # --- why there --------------------------------------------------------------------------

    def why(self, h: Household) -> str:
        """Why this place: what suits, and which wish or rule it meets."""
        location = self._given[h.id]
        fit = self.fit(h, location)
        parts = [self._must_be_asked(fit)] if fit.fits is None else [f.text for f in fit.saying(True)]
        return "; ".join(part for part in [*parts, *self._wishes(h, location), self._share(location)] if part)

    def _must_be_asked(self, fit: Fit) -> str:
        return _("to be asked: {reasons}").format(reasons=", ".join(f.text for f in fit.saying(None)))

    def _wishes(self, h: Household, location: int) -> Iterator[str]:
        place = self._task.municipality(location)
        for other, where in self._linked(h):
            if where == location:
                yield _("together with {name}").format(name=other.called)
            elif self._task.municipality(where) == place:
                yield _("in one municipality with {name}").format(name=other.called)
        if h.tie == place:
            yield _(TIE_LABELS.get(h.tie_reason, TIE_LABELS["earlier"]))
        if self._task.spreads and suitability.man_spread(h):
            yield _("men alone of another nationality are spread")

    def _share(self, location: int) -> str:
        place = self._night.location[location].municipality
        return _("{municipality}: {load} per 10,000 inhabitants").format(
            municipality=self._municipality(location), load=number(round(self._task.load(place)))
        )

    def _municipality(self, location: int) -> str:
        return self._night.municipality_name(self._night.location[location])

    def _linked(self, h: Household) -> Iterator[tuple[Household, int]]:
        """Who wants to stay together with a household, and where they go or have a place."""
        for linked in sorted(self._night.linked.get(h.id, ())):
            other, own = self._night.household.get(linked), self._night.placement_of.get(linked)
            where = self._given.get(linked)
            if where is None and own is not None and own.state in HOLDS:
                where = own.location
            if other is not None and where is not None:
                yield other, where

    # --- the next best ----------------------------------------------------------------------

    def next_best(self, h: Household) -> str:
        """The next best place by name, and what stood in its way; where nothing else can be, what is against most."""
        here = self._given[h.id]
        others = [fit for fit in self._ranked(h) if fit.location.id != here]
        if not others:
            return _("There is no other place.")
        fit = others[0]
        return _("{location}, {municipality}: {obstacle}").format(
            location=fit.location.name, municipality=fit.municipality, obstacle=self._obstacle(h, here, fit)
        )

    def _ranked(self, h: Household) -> list[Fit]:
        """The places it could have had by suitability, best first; where none, all others by what is against."""
        group = self._task.group_of[h.id]
        open_to = self._task.open_to.get(group, ())
        if len(open_to) < 2:
            found = [suitability.judge(self._night, h, location) for location in self._night.locations]
            return sorted(found, key=lambda fit: (_DECIDES[fit.fits], len(fit.saying(False)), fit.location.name))

        def rank(location: int) -> tuple[int, float, str]:
            fits, name = self._task.fits[group, location], self._night.location[location].name
            return _DECIDES[fits], self._task.load(self._task.municipality(location)), name

        here = self._given.get(h.id)
        best = sorted((location for location in open_to if location != here), key=rank)[:1]
        return [self.fit(h, location) for location in best]

    def _obstacle(self, h: Household, here: int, fit: Fit) -> str:
        there = fit.location.id
        if fit.fits is False:
            return ", ".join(f.text for f in fit.saying(False))
        if fit.fits is None and self.fit(h, here).fits:
            return self._must_be_asked(fit)
        if self._left[there] < h.people:
            return _("its places go to {names}").format(names=self._names(there))
        place, own = self._task.municipality(there), self._task.municipality(here)
        for other, where in self._linked(h):
            if where == here or (self._task.municipality(where) == own and place != own):
                return _("not with {name}").format(name=other.called)
        if h.tie == own and place != own:
            return _("not in {municipality}").format(municipality=self._municipality(here))
        if place != own:
            return self._further(there, here)
        return _("one call more")

    def _further(self, there: int, here: int) -> str:
        """Which of two municipalities has more, with the people of this plan."""
        loads = [self._planned_load(self._task.municipality(location)) for location in (there, here)]
        if loads[0] <= loads[1]:
            return _("one call more, or others would be placed worse")
        return _("{municipality} would have {load} per 10,000 inhabitants, {own} {own_load}").format(
            municipality=self._municipality(there),
            load=number(round(loads[0])),
            own=self._municipality(here),
            own_load=number(round(loads[1])),
        )

    def _planned_load(self, place: int) -> float:
        return self._task.load(place) + self._task.load_of(place, self._planned.get(place, 0))

    @cached_property
    def _planned(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for household, location in self._given.items():
            place = self._task.municipality(location)
            found[place] = found.get(place, 0) + self._night.household[household].people
        return found

    @cached_property
    def _left(self) -> dict[int, int]:
        left = dict(self._task.places)
        for household, location in self._given.items():
            left[location] -= self._night.household[household].people
        return left

    def _names(self, location: int) -> str:
        names = [self._night.household[h].name for h, at in self._given.items() if at == location]
        shown = ", ".join(names[:3])
        return shown + (" …" if len(names) > 3 else "") if names else _("others")

    # --- who gets none ----------------------------------------------------------------------

    def left_out(self, h: Household) -> tuple[str, str]:
        """Why a household gets no place, and which single change would make one possible."""
        if h.guardian_missing:
            return (
                _("minor without a parent: first log a guardianship contact"),
                _("log the guardianship contact: desk household guardian {ref}").format(ref=self._night.said(h.ref)),
            )
        if places := self._task.open_to.get(self._task.group_of[h.id]):
            first = min(places, key=lambda p: (_DECIDES[self._task.fits[self._task.group_of[h.id], p]], p))
            return (
                _("the places that suit go to others: {location} to {names}").format(
                    location=self._night.location[first].name, names=self._names(first)
                ),
                self._change(h) or self._wanted(h),
            )
        reason = _("no suitable place") if self._night.locations else _("no location is known")
        return reason, self._change(h) or self._wanted(h)

    def _change(self, h: Household) -> str:
        """The one thing that would have to be otherwise, where that is one thing; the nearest first."""
        found = []
        for location in self._night.locations:
            fit = suitability.judge(self._night, h, location)
            against = fit.saying(False)
            if len(against) == 1 and self._would_have_room(h, location, against[0]):
                found.append((self._nearness(h, location, against[0]), fit, against[0]))
        if not found:
            return ""
        _near, fit, one = min(found, key=lambda each: each[0])
        return _("{wanted}; {location}, {municipality}: {change}").format(
            wanted=self._wanted(h),
            location=fit.location.name,
            municipality=fit.municipality,
            change=self._opens(fit.location) if one.about == "dates" else one.text,
        )

    def _would_have_room(self, h: Household, location: Location, against: Finding) -> bool:
        """A place not open yet, or without room, needs no room today; any other must have it left by this plan."""
        if against.about == "dates":
            return bool(self._first_day(location)) and self._places_then(location) >= h.people
        if against.about == "room":
            return True
        free = self._night.standing[location.id].free
        return self._left.get(location.id, free) >= h.people

    def _first_day(self, location: Location) -> str:
        further = self._night.periods_of.get(location.id, ())
        state, day = periods.state(periods.of(location, further), self._night.today)
        return day if state == "later" else ""

    def _places_then(self, location: Location) -> int:
        day = date.fromisoformat(self._first_day(location))
        return self._night.places_on(location, day) - self._night.standing[location.id].held

    def _opens(self, location: Location) -> str:
        day = date.fromisoformat(self._first_day(location))
        return _("has one from {day}").format(day=clock.day_month(day))

    def _nearness(self, h: Household, location: Location, against: Finding) -> tuple[int, str, int, int, str]:
        """What an operator can bring about soonest: ask again, a few places more, a day to come, another rule."""
        kinds = {"room": 0, "dates": 1}
        short = max(0, h.people - self._night.standing[location.id].free) if against.about == "room" else 0
        day = self._first_day(location) if against.about == "dates" else _LAST
        return kinds.get(against.about, 2), day, short, location.municipality, location.name

    def _wanted(self, h: Household) -> str:
        """The place that is missing, as it would be asked for."""
        who = _(GROUPS[h.group_kind]) if h.group_kind in GROUPS else ""
        parts = [
            ngettext("a place for {n} person", "places for {n} people", h.people).format(n=h.people),
            who,
            _("ground floor") if h.needs_wheelchair else "",
            _("pets allowed") if h.pets else "",
        ]
        return ", ".join(part for part in parts if part)
