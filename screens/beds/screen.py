"""Key 3: the bed board, who sleeps where, and what is done with a bed or a room."""

from datetime import datetime

from desk.beds import STATUS_LABELS, Bed, BedStatus, Room
from desk.households import Household
from desk.language import N_, _
from desk.night import Night
from desk.planner import waiting
from screens import found, steps
from screens.asking import Prompt
from screens.beds.board import WHOLE, one_household, rows
from screens.desk_screen import DeskScreen, Sheet, when_typed
from screens.lines import Row, fit


class BedsScreen(DeskScreen):
    """Key 3."""

    SECTION = "beds"

    def __init__(self) -> None:
        super().__init__()
        self.bed = 0

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The board."""
        if self.stand.at.get(0) not in {room.name for room in night.rooms}:
            self.stand.at[0] = night.rooms[0].name if night.rooms else ""
        room = self._room()
        if room is not None:
            self.bed = max(WHOLE, min(self.bed, len(night.beds_in[room.id]) - 1))
        return rows(night, self.stand.at[0], self.bed, width)

    def _room(self) -> Room | None:
        return next((r for r in self.night.rooms if r.name == self.stand.at.get(0)), None)

    def _label(self) -> str:
        """What is under the cursor, as a reference: a bed, or the whole room."""
        room = self._room()
        if room is None:
            return ""
        return room.name if self.bed == WHOLE else f"{room.name}-{self.night.beds_in[room.id][self.bed].number}"

    def _beds_here(self) -> list[Bed]:
        """The bed under the cursor, or all of its room."""
        room = self._room()
        beds = self.night.beds_in[room.id] if room else []
        return beds if self.bed == WHOLE else beds[self.bed : self.bed + 1]

    def _statuses(self) -> list[BedStatus]:
        room = self._room()
        if room is None or not room.is_open:
            return []
        return [self.night.status[bed.id] for bed in self._beds_here()]

    def _sleeper(self) -> Household | None:
        room = self._room()
        if room is None or not room.is_open:
            return None
        return next((self.night.sleeper[b.id] for b in self._beds_here() if b.id in self.night.sleeper), None)

    def live(self, key: str) -> dict[str, str]:
        """What can be done with this bed or room."""
        room = self._room()
        if room is None:
            return {}
        moves = {"left": _("bed"), "right": _("bed"), "home": _("whole room")}
        if not room.is_open:
            return {"step": _("open the room")} | moves
        statuses = set(self._statuses())
        found = dict(moves)
        if self._sleeper() is not None:
            found = {"step": _("who is this"), "move": _("move"), "out": _("out or back"), "edit": _("edit"), **found}
        elif BedStatus.CLEANING in statuses:
            found = {"step": _("it is clean"), **found}
        elif BedStatus.BLOCKED in statuses:
            found = {"step": _("in use again"), **found}
        elif statuses & {BedStatus.FREE, BedStatus.HELD}:
            found = {"step": _("put someone here"), **found}
        if BedStatus.CLEANING in statuses:
            found["count"] = _("clean")
        if BedStatus.BLOCKED in statuses:
            found["free"] = _("free again")
        return found | {"close": _("close"), "give_beds": _("give beds")}

    def hint(self, key: str) -> str:
        """The bed under the cursor in words, where no last step needs the line."""
        room = self._room()
        if room is None or not room.is_open:
            return ""
        label, statuses = self._label(), self._statuses()
        sleeper = self._sleeper()
        if sleeper is not None:
            return f"{label}: {self.night.said(sleeper.ref)} {one_household(self.night, sleeper)}"
        if BedStatus.FAMILY in statuses:
            words = _("{bed}: closed, a family has the room. It opens when they go, or when both agree to share.")
            return words.format(bed=label)
        kinds = ", ".join(dict.fromkeys(_(STATUS_LABELS[status]) for status in statuses))
        if why := ", ".join(dict.fromkeys(bed.why_blocked for bed in self._beds_here() if bed.why_blocked)):
            kinds += f" ({why})"
        return _("{bed}: {state}. Left/Right bed, Up/Down room, Home takes the whole room.").format(
            bed=label, state=kinds
        )

    def why_not(self, action: str) -> str:
        """Why a key does nothing on this bed."""
        if action in {"move", "out", "edit"}:
            return _("Nobody sleeps in {bed}.").format(bed=self._label())
        if action == "free":
            return _("{bed} is not closed by anybody.").format(bed=self._label())
        return super().why_not(action)

    # --- moving over the beds ---------------------------------------------------------------

    def do_left(self, _key: str) -> None:
        """One bed to the left; before the first is the whole room."""
        self.bed = max(WHOLE, self.bed - 1)

    def do_right(self, _key: str) -> None:
        """One bed to the right."""
        room = self._room()
        if room is not None:
            self.bed = min(len(self.night.beds_in[room.id]) - 1, self.bed + 1)

    def action_act(self, action: str) -> None:
        """Home takes the whole room here, as the key bar says."""
        if action == "home" and not self.sheet and self.prompt is None and self.question is None:
            self._said = None
            self.bed = WHOLE
            self.repaint()
            return
        super().action_act(action)

    # --- steps ------------------------------------------------------------------------------

    def do_step(self, key: str) -> None:
        """The natural next thing for this bed."""
        room = self._room()
        if room is None:
            return
        beds = self.desk_app.desk.beds
        if not room.is_open:
            self.ask(
                _("Open {room} now?").format(room=room.name), lambda: steps.void(self.do(beds.open_room, room.name))
            )
            return
        statuses, sleeper = self._statuses(), self._sleeper()
        if sleeper is not None:
            ref = sleeper.ref
            self.sheet = Sheet(lambda: ref, lambda _night, width: found.detail(self.desk_app.desk, ref, width))
        elif BedStatus.CLEANING in statuses:
            self.do_count(key)
        elif BedStatus.BLOCKED in statuses:
            steps.free_bed(self, self._label())
        elif BedStatus.FAMILY in statuses:
            self.say(self.hint(key))
        else:
            self._put_someone()

    def _put_someone(self) -> None:
        waits = waiting(self.night)
        label = self._label()
        if not waits:
            self.say(_("Nobody waits for a bed. w: someone at the door; m on a bed: move somebody here."))
            return

        def choose(ref: str) -> None:
            self.sheet = None
            self.do(self.desk_app.desk.households.bed, ref, [label] if self.bed == WHOLE else self._from_here(ref))

        def listed(_night: Night, width: int) -> list[Row]:
            return [
                Row(((fit(f"{self.night.said(h.ref)}  {h.called} {h.people}", width - 4), ""),), h.ref) for h in waits
            ]

        self.sheet = Sheet(lambda: _("Who goes in {bed}?").format(bed=label), listed, choose, N_("this household"))

    def _from_here(self, ref: str) -> list[str]:
        """The bed under the cursor and as many empty ones after it as the household needs."""
        room = self._room()
        need = next(h.beds_needed for h in self.night.households if h.ref == ref)
        if room is None:
            return []
        empty = [
            bed
            for bed in self.night.beds_in[room.id]
            if self.night.status[bed.id] in {BedStatus.FREE, BedStatus.HELD, BedStatus.FAMILY}
        ]
        here = self.night.beds_in[room.id][self.bed]
        order = [here, *[bed for bed in empty if bed.id != here.id]]
        return [self.night.label(bed) for bed in order[:need]]

    def do_count(self, _key: str) -> None:
        """c: it has been cleaned."""
        label = self._label()
        words = _("Is {bed} clean now?").format(bed=label)
        self.ask(words, lambda: steps.void(self.do(self.desk_app.desk.beds.clean, label)))

    def do_free(self, _key: str) -> None:
        """f: in use again."""
        steps.free_bed(self, self._label())

    def do_give_beds(self, _key: str) -> None:
        """b: beds for everybody who waits."""
        steps.give_beds(self, "")

    def do_move(self, _key: str) -> None:
        """m: other beds."""
        sleeper = self._sleeper()
        if sleeper is not None:
            steps.move(self, sleeper.ref)

    def do_out(self, _key: str) -> None:
        """o: out, or back in."""
        sleeper = self._sleeper()
        if sleeper is not None:
            steps.out_or_back(self, sleeper.ref)

    def do_edit(self, _key: str) -> None:
        """e: what is known of them."""
        sleeper = self._sleeper()
        if sleeper is not None:
            from screens.households import open_household_form

            open_household_form(self, sleeper.ref)

    def do_close(self, _key: str) -> None:
        """z: out of use; where somebody sleeps, first asks where they go."""
        sleeper, label, room = self._sleeper(), self._label(), self._room()
        if sleeper is None:
            if room is not None and room.overflow and self.bed == WHOLE:
                beds = self.desk_app.desk.beds
                self.ask(
                    _("Close {room} again?").format(room=label), lambda: steps.void(self.do(beds.close_room, label))
                )
            else:
                self._close(label)
            return

        def moved(words: str, at: datetime | None) -> None:
            if self.do(self.desk_app.desk.households.move, sleeper.ref, words.split(), at) is not None:
                self.end_typing()
                self._close(label)

        words = _("{who} sleep in {bed}. Where do they go? A room or beds").format(
            who=f"{sleeper.called} {sleeper.people}", bed=label
        )
        self.type(Prompt(words, moved))

    def _close(self, label: str) -> None:
        def typed(words: str, at: datetime | None) -> None:
            reason, _space, last = words.rpartition(" ")
            until = when_typed(self, last) if reason and ":" in last else None
            self.do(self.desk_app.desk.beds.block, label, reason if until else words, until, at)

        label_words = _("Why is {bed} out of use, until when? As in: sick room 12:00, no staff 07:00").format(bed=label)
        self.type(Prompt(label_words, typed, draft="close bed"))
