"""The screen of the roll call: one key a household or a room; every desk that has it open sees each tick."""

from datetime import datetime
from itertools import chain

from desk import muster
from desk.language import _
from desk.night import Night
from screens.asking import Prompt
from screens.desk_screen import DeskScreen
from screens.lines import Row
from screens.rollcall import rows as shown

MODE = "rollcall"
SAID = 1
"""So many of the missing are named in a question: it has one line."""


class RollcallScreen(DeskScreen):
    """Opened from the list of who is inside (x), and from Tonight while it runs or somebody is missing."""

    SECTION = MODE

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The counters, and everybody to count."""
        return shown.rows(night, width, height, self.stand.at.get(0, ""))

    def all_keys(self) -> dict[int, list[str]]:
        """The cursor moves over everybody, though not all are in sight."""
        return {0: shown.stops(self.night)}

    def live(self, key: str) -> dict[str, str]:
        """Enter is found; of one that is finished somebody can still be found."""
        call = self.night.rollcall
        if call is None or key == shown.START:
            return {"step": _("start the roll call")}
        keys = {"step": _("found"), "out": _("out"), "falls_through": _("NOT found"), "mark": _("mark")}
        if call.finished_at is not None:
            return keys
        return {**keys, "count": _("all here but the marked"), "edit": _("how many found"), "close": _("finish")}

    def why_not(self, action: str) -> str:
        """A finished one is finished."""
        if action == "close":
            return _("This roll call is finished. Start another: x, Enter.")
        return super().why_not(action)

    def do_step(self, key: str) -> None:
        """Found: the household under the cursor, or the whole room."""
        if key == shown.START or self.night.rollcall is None:
            self.do(self.desk_app.desk.rollcalls.start)
        else:
            self._tell(key, "found")

    def do_out(self, key: str) -> None:
        """Out of the building."""
        self._tell(key, "out")

    def do_falls_through(self, key: str) -> None:
        """Not found."""
        self._tell(key, "not_found")

    def _tell(self, key: str, state: str) -> None:
        keys = sorted(self.stand.marked) or [key]
        if self.do(self.desk_app.desk.rollcalls.tick, keys, state) is not None:
            self.stand.marked.clear()
            self.step_to_next(key)

    def step_to_next(self, key: str) -> None:
        """To the next who is not counted: from a room to a room, from a line to a line; from the end to the first."""
        groups = muster.muster(self.night).groups
        rooms = [(group.key, group.tally[None]) for group in groups if group.key != "out"]
        if key not in dict(rooms):
            rooms = [(line.key, line.tally[None]) for group in groups for line in group.lines]
        names = [name for name, _left in rooms]
        place = names.index(key) if key in names else 0
        ahead = chain(rooms[place + 1 :], rooms[: place + 1])
        following = next((name for name, left in ahead if left and name), None)
        if following is not None:
            self.stand.to(following, 0)

    def do_count(self, _key: str) -> None:
        """All here but the marked: from a list on paper, in one step that names the number."""
        but = sorted(self.stand.marked)
        people = len(muster.rest(self.night, but))
        if not people:
            self.say(_("Everybody else is counted already."))
            return

        def yes() -> None:
            if self.do(self.desk_app.desk.rollcalls.rest, but, people) is not None:
                self.stand.marked.clear()

        marked = {line.key: line.name for key in but for line in muster.muster(self.night).meant(key)}
        words = _("Mark {n} people found, all but {but}?") if but else _("Mark {n} people found, all of the rest?")
        self.ask(words.format(n=people, but=", ".join(marked.values())), yes)

    def do_edit(self, key: str) -> None:
        """So many of them are found: people off a bus without a name, or the first of a household."""
        lines = muster.muster(self.night).meant(key)
        if len(lines) != 1:
            self.say(_("Go to one household or bus first."), "warn")
            return
        line = lines[0]

        def found(words: str, at: datetime | None) -> bool:
            number = int(words) if words.isdecimal() and len(words) < 4 else 0
            if not 1 <= number <= len(line.people):
                self.say(_("Type a number from 1 to {most}.").format(most=len(line.people)), "warn")
                return True
            members = [person.tick.member for person in line.people][:number]
            self.do(self.desk_app.desk.rollcalls.tick, [key], "found", members, at)
            return False

        label = _("{who}: how many of {n} are found?").format(who=line.name or line.ref, n=len(line.people))
        self.type(Prompt(label, found))

    def do_close(self, _key: str) -> None:
        """Finish, after the missing were read."""
        found = muster.muster(self.night)
        if found.missing:
            who = muster.who_is_missing(self.night, most=SAID)
            words = _("Finish with {n} MISSING? {who}").format(n=found.missing, who=who)
        else:
            words = _("Everybody is found or out. Finish?")
        self.ask(words, lambda: self.do(self.desk_app.desk.rollcalls.finish))


def open_rollcall(screen: DeskScreen, *, start: bool = False) -> None:
    """Open the roll call; with `start` begin one, or join the one that is under way."""
    if start and not screen.signed_on(lambda: open_rollcall(screen, start=True)):
        return
    screen.sheet = None
    screen.desk_app.go(MODE)
    counting = screen.desk_app.screen
    if start and isinstance(counting, RollcallScreen):
        counting.do(screen.desk_app.desk.rollcalls.start)
