"""Key 4: from the idea to the receiver's yes at the door, one key a step."""

from datetime import datetime

from desk import clock, procedure, suitability
from desk.capacity import Location
from desk.households import Household
from desk.language import _
from desk.night import Night
from desk.placements import OUTSIDE_LABELS, Placement, PlacementState
from desk.suitability import Fit
from screens import steps
from screens.asking import Prompt
from screens.desk_screen import DeskScreen
from screens.lines import Row, around, text
from screens.placements.plan import PLAN, open_plan, plan_row
from screens.placements.rows import PEOPLE, PLACES, call_rows, folds, next_step, people_rows, place_rows

CALLS = 3
"""Lines of the call list that stay in sight."""


class PlacementsScreen(DeskScreen):
    """Key 4."""

    SECTION = "placements"

    def __init__(self) -> None:
        super().__init__()
        self._opened: set[str] = set()

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """People, then where the one under the cursor can go, then the call list."""
        upper = people_rows(night, self._opened, width)
        keys = [row.key for row in upper if row.key]
        if self.stand.at.get(PEOPLE) not in keys:
            # the cursor begins on a household, so that where they can go is seen at once; the plan stands above it
            self.stand.at[PEOPLE] = next((key for key in keys if key != PLAN), keys[0] if keys else "")
        if not keys:
            return [*upper, Row(text("   " + _("Nobody is here."), "dim"))]
        h = self._household()
        lower = place_rows(night, h, self._fits(), width) if h and self._may_ask() else []
        calls = call_rows(night, width)
        return [*self._fitted(upper, lower, height - len(calls[:CALLS])), *calls]

    def _fitted(self, upper: list[Row], lower: list[Row], room: int) -> list[Row]:
        """Both halves in the room there is: each keeps its two headings and the rows around its cursor."""
        at = self.stand.at
        most_above = max(5, room - len(lower)) if lower else room
        if lower and len(upper) > most_above:
            most_above = max(most_above, room // 2 - 1)
        above = [*upper[:2], *around(upper[2:], at.get(PEOPLE, ""), most_above - 2)]
        return [*above, *lower[:2], *around(lower[2:], at.get(PLACES, ""), max(3, room - len(above) - 2))]

    def all_keys(self) -> dict[int, list[str]]:
        """The cursor moves over all people and places, though a window of them is shown."""
        places = [f"to {one.location.ref}" for one in self._fits()]
        return {
            PEOPLE: [*self._plan(), *(key for key, _together in folds(self.night, self._opened))],
            PLACES: [*places, "to outside"] if self._may_ask() else [],
        }

    def _plan(self) -> list[str]:
        return [PLAN] if plan_row(self.night, self.size.width) else []

    def _may_ask(self) -> bool:
        h = self._household()
        return h is not None and (h.id not in self.night.placement_of or self._proposed())

    def _fits(self) -> list[Fit]:
        h = self._household()
        return suitability.suggest(self.night, h) if h is not None and self._may_ask() else []

    def _chosen(self) -> list[Household]:
        """The marked households, else the one under the cursor."""
        refs = self.stand.marked or {self.stand.at.get(PEOPLE, "")}
        return [h for key, together in folds(self.night, self._opened) if key in refs for h in together]

    def _household(self) -> Household | None:
        chosen = [together for key, together in folds(self.night, self._opened) if key == self.stand.at.get(PEOPLE)]
        return chosen[0][0] if chosen else None

    def _placement(self) -> Placement | None:
        h = self._household()
        return self.night.placement_of.get(h.id) if h else None

    def _proposed(self) -> bool:
        placement = self._placement()
        return placement is not None and placement.state is PlacementState.PROPOSED

    def live(self, key: str) -> dict[str, str]:
        """The next step of this household's placement."""
        if self.stand.half == PEOPLE and key == PLAN:
            return {"step": _("make the plan")}
        if self._household() is None:
            return {}
        if self.stand.half == PLACES:
            return {"step": self._ask_label(key), "place": _("ask now"), "other_half": _("people")}
        placement = self._placement()
        state = placement.state if placement else None
        fold = self.stand.at.get(PEOPLE, "").startswith("fold")
        found = {"step": _("open the row") if fold else next_step(state), "mark": _("mark")}
        extra: dict[PlacementState | None, dict[str, str]] = {
            None: {
                "other_half": _("places"),
                "split": _("split"),
                "out": _("out or back"),
                "falls_through": _("leaves by itself"),
            },
            PlacementState.PROPOSED: {"place": _("ask now"), "falls_through": _("take back")},
            PlacementState.ASKED: {"hold": _("hold longer"), "falls_through": _("said no")},
            PlacementState.AGREED: {"hold": _("hold longer"), "falls_through": _("falls through")},
            PlacementState.TRANSPORT_SET: {"departs": _("they left"), "falls_through": _("falls through")},
            PlacementState.UNDERWAY: {"arrived": _("arrived"), "falls_through": _("they are back")},
        }
        return found | extra.get(state, {}) | {"edit": _("edit")}

    def _ask_label(self, key: str) -> str:
        where = self._location(key)
        if where is None:
            return _("to where")
        return _("ask") if clock.within(where.answers, self.night.at, self.night.settings.tz) else _("on the call list")

    def _location(self, key: str) -> Location | None:
        ref = key.removeprefix("to ")
        return next((loc for loc in self.night.locations if loc.ref == ref), None)

    def hint(self, key: str) -> str:
        """The whole of the reasons of the place under the cursor, or of the procedure of the household."""
        h, where = self._household(), self._location(key)
        if self.stand.half == PLACES and h and where:
            return f"{where.name}: " + "; ".join(suitability.judge(self.night, h, where).reasons)
        if self.stand.half == PEOPLE and h and procedure.procedure(self.night, h) == procedure.TAILORED:
            none = procedure.no_place(self.night, h)
            return " ".join([_("M {procedure}.").format(procedure=procedure.reasons_line(self.night, h)), none]).strip()
        return ""

    # --- steps ------------------------------------------------------------------------------

    def do_step(self, key: str) -> None:
        """The next natural step."""
        if self.stand.half == PLACES:
            self._to_place(key, ask_now=False)
            return
        if key == PLAN:
            open_plan(self)
            return
        if key.startswith("fold"):
            self._opened.add(key)
            return
        refs = [h.ref for h in self._chosen()]
        placement = self._placement()
        if placement is None:
            self.stand.other_half()
        elif placement.state is PlacementState.PROPOSED:
            self._asked_and_agreed(refs, "", _("the location"))
        elif placement.state is PlacementState.ASKED:
            steps.agree(self, refs)
        elif placement.state is PlacementState.AGREED:
            steps.transport(self, refs)
        elif placement.state is PlacementState.TRANSPORT_SET:
            steps.depart(self, refs)
        else:
            steps.confirm(self, refs)

    def do_place(self, key: str) -> None:
        """p: ask now, whatever the hours."""
        if self.stand.half == PLACES:
            self._to_place(key, ask_now=True)
        elif self._proposed():
            self._asked_and_agreed([h.ref for h in self._chosen()], "", _("the location"))
        else:
            self.stand.other_half()

    def _to_place(self, key: str, *, ask_now: bool) -> None:
        where, refs = self._location(key), [h.ref for h in self._chosen()]
        if where is None:
            self._outside(refs)
            return
        answers = clock.within(where.answers, self.night.at, self.night.settings.tz)
        if not (answers or ask_now):
            self.stand.half = PEOPLE
            self.do_each(self.desk_app.desk.placements.propose, refs, location=where.ref)
            return
        self._asked_and_agreed(refs, where.ref, where.name)

    def _asked_and_agreed(self, refs: list[str], location: str, name: str) -> None:
        placements = self.desk_app.desk.placements
        h = self._household()
        found = self._location(location)
        if h and found and suitability.judge(self.night, h, found).fits is False:
            self._against_the_rules(refs, location, name)
            return

        def typed(words: str, at: datetime | None) -> None:
            self.stand.half = PEOPLE
            if words in {"", "-"}:
                self.do_each(placements.ask, refs, location=location, at=at)
            elif location:
                self.do_each(placements.agree, refs, location=location, by=words, at=at)
            else:
                self.do_each(placements.ask, refs, at=at)
                self.do_each(placements.agree, refs, by=words, at=at)

        words = _("Ring {name}. Who says yes? Type - if they will ring back").format(name=name)
        self.type(Prompt(words, typed))

    def _against_the_rules(self, refs: list[str], location: str, name: str) -> None:
        def typed(words: str, at: datetime | None) -> None:
            self.stand.half = PEOPLE
            placements = self.desk_app.desk.placements
            self.do_each(placements.ask, refs, location=location, override=words, at=at)

        words = _("{name} does not suit them. Why all the same?").format(name=name)
        self.type(Prompt(words, typed, hint=lambda _typed: _("What you type here stands in the handover.")))

    def _outside(self, refs: list[str]) -> None:
        def typed(words: str, at: datetime | None) -> None:
            kind, _space, to = words.partition(" ")
            self.stand.half = PEOPLE
            self.do_each(self.desk_app.desk.placements.ask, refs, outside=kind.casefold(), to=to, at=at)

        label = _("Kind and to whom, as in: host Fam. De Vries")
        self.type(Prompt(label, typed, hint=lambda _typed: "  ".join(OUTSIDE_LABELS)))

    def do_hold(self, key: str) -> None:
        """h: hold longer."""
        steps.extend(self, key)

    def do_departs(self, _key: str) -> None:
        """d: they left."""
        steps.depart(self, [h.ref for h in self._chosen()])

    def do_arrived(self, _key: str) -> None:
        """a: the receiver confirms."""
        steps.confirm(self, [h.ref for h in self._chosen()])

    def do_split(self, key: str) -> None:
        """s: some go on alone."""
        steps.split(self, key)

    def do_out(self, key: str) -> None:
        """o: out, or back in."""
        steps.out_or_back(self, key)

    def do_edit(self, key: str) -> None:
        """e: what is known of them."""
        from screens.households import open_household_form

        h = self._household()
        if h:
            open_household_form(self, h.ref)

    def do_falls_through(self, key: str) -> None:
        """k: said no, taken back, come back, or they leave by themselves."""
        placement = self._placement()
        if placement is None:
            steps.leave(self, key)
        elif placement.state is PlacementState.UNDERWAY:
            placements = self.desk_app.desk.placements
            words = _("Why are {who} back?").format(who=steps.who(self, key))
            self.type(Prompt(words, lambda said, at: steps.void(self.do(placements.come_back, key, said, at))))
        else:
            steps.falls_through(self, key)
