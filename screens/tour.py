"""The tour of the demo: ten keys through a night's main job, on the real screens, each with its why.

It goes on when a key did what it should. A wrong key does what it always does, and the sentence stays; Esc leaves.
"""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual import events

from desk.buses import Bus
from desk.language import N_, _
from desk.night import Night
from desk.ways import ways
from screens.asking import YES
from screens.buses.rows import LIST, LOWER, lower_keys
from screens.desk_screen import DeskScreen
from screens.lines import Line
from screens.widgets.page import Page

if TYPE_CHECKING:
    from screens.app import DeskApp, Hears

_ASKED_ABOUT = frozenset({"free", "clean", "open"})
"""Ways to find places that are a question away: no line has to be typed for them."""
LINES = 2
LINES_NARROW, _NARROW = 3, 78


@dataclass(frozen=True)
class Step:
    """One key: what is said before it is pressed, and how one sees that it did what it should."""

    keys: frozenset[str]
    words: str
    """Filled with the bus and what it lacks."""
    is_done: Callable[["Tour"], bool]


class Tour:
    """The tour under way at one desk; it hears each key before the screen does."""

    def __init__(self, app: "DeskApp", bus: Bus) -> None:
        self._app = app
        self._bus = bus
        self._at = 0
        self._pages: dict[DeskScreen, Page] = {}
        self.last_before = self.last()

    def again(self, bus: Bus) -> None:
        """From the first step on."""
        self._bus, self._at = bus, 0

    # --- what it looks at -------------------------------------------------------------------

    @property
    def screen(self) -> DeskScreen | None:
        """The screen one is on; None while a form lies over it."""
        screen = self._app.screen
        return screen if isinstance(screen, DeskScreen) else None

    def on(self, section: str) -> bool:
        """Whether one is on that section."""
        return self._app.current_mode == section and self.screen is not None

    def last(self) -> int:
        """The last action of whoever sits here that is not taken back."""
        last = self._app.desk.journal.last_of(self._app.desk.operator)
        return last.id if last is not None else 0

    # --- keys -------------------------------------------------------------------------------

    async def hear(self, event: events.Key) -> None:
        """One key: Esc leaves the tour, every other is the screen's; then look whether the tour goes on."""
        screen = self.screen
        if event.key == "escape" and screen is not None and screen.prompt is None:
            if screen.question is not None:
                await screen.hear(event)
            self._leave(_("The tour is left. g takes it again."))
            return
        await (screen or cast("Hears", self._app.screen)).hear(event)
        if self._app.tour is self:
            self._look(event.key)

    def _look(self, key: str) -> None:
        """Go on where the key did what it should; go back to the step before where that no longer holds."""
        step = STEPS[self._at]
        if key in step.keys and step.is_done(self):
            self._at += 1
            if self._at == len(STEPS):
                self._leave(_("That was the tour: g takes it again. Now type a name, or Esc."))
                return
            self._prepare()
        while self._at in _ON_THE_BUS and not STEPS[self._at - 1].is_done(self):
            self._at -= 1
        if self.screen is not None:
            self.screen.repaint()

    def _prepare(self) -> None:
        """Put the cursor where the next key is meant, and know what was done before it."""
        screen = self.screen
        if screen is None:
            return
        if self._at == 1:
            screen.sheet = None
            screen.stand.to(self._bus.ref, LIST)
        elif self._at == 2:
            screen.stand.to(lower_keys(screen.night, screen.stand.at[LIST])[0], LOWER)
        self.last_before = self.last()

    def _leave(self, words: str) -> None:
        self._app.tour = None
        for page in self._pages.values():
            page.remove()
        if self.screen is not None:
            self.screen.say(words)

    # --- what it says -----------------------------------------------------------------------

    def paint(self, screen: DeskScreen, width: int) -> None:
        """Its sentence, above the line that is typed; called whenever the foot of a screen is painted."""
        page = self._pages.get(screen)
        if page is None:
            page = self._pages[screen] = Page()
            page.styles.height = _lines(width)
            screen.mount(page, after="#status")
        page.show(self.lines(screen, width))

    def lines(self, screen: DeskScreen, width: int) -> list[Line]:
        """The sentence over its lines."""
        if screen.prompt is not None:
            sentence = _("This line is not part of the tour. Esc closes it, and the tour goes on.")
        elif screen.sheet is not None and self._at in _ON_THE_BUS:
            sentence = _("This list is not part of the tour. q closes it, and the tour goes on.")
        else:
            sentence = self.sentence(screen.night)
        words = _("TOUR {n}/{all} (Esc leaves it)").format(n=self._at + 1, all=len(STEPS)) + "  " + sentence
        wrapped = textwrap.wrap(words, width - 2, max_lines=_lines(width), placeholder=" …")
        return [((" " + line, "bold"),) for line in wrapped]

    def sentence(self, night: Night) -> str:
        """What to press now, and why."""
        name = _("bus {number} {place}").format(number=self._bus.number, place=self._bus.from_place)
        bus = next((one for one in night.buses if one.id == self._bus.id), self._bus)
        return _(STEPS[self._at].words).format(bus=name, n=max(0, night.numbers(bus).short))


def begin(screen: DeskScreen) -> None:
    """Take the tour from Tonight on; on a store that is no demo, and where it has moved on too far, say so."""
    app = screen.desk_app
    if not app.night.settings.demo:
        screen.say(_("The tour is for the demo, where nothing is real. In the shell: desk demo"), "warn")
        return
    if no := screen.may_press("hold"):
        screen.say(no, "warn")
        return
    bus = _bus(app.night)
    if bus is None:
        screen.say(_("This demo has moved on too far for the tour. Make a new one in the shell: desk demo"), "warn")
        return
    if app.tour is None:
        app.tour = Tour(app, bus)
    else:
        app.tour.again(bus)
    app.go("tonight")
    first = app.screen
    if isinstance(first, DeskScreen):
        first.sheet = None
        first.repaint()


def _bus(night: Night) -> Bus | None:
    """The first bus on its way that lacks places and has a first way to find some that is a question away."""
    for bus in night.buses_expected:
        found = ways(night, bus)
        if night.numbers(bus).short > 0 and found and found[0].kind in _ASKED_ABOUT:
            return bus
    return None


def _lines(width: int) -> int:
    return LINES if width >= _NARROW else LINES_NARROW


def _question(tour: Tour) -> bool:
    return tour.screen is not None and tour.screen.question is not None


def _in_ways(tour: Tour) -> bool:
    return tour.on("buses") and tour.screen is not None and tour.screen.stand.half == LOWER


def _sheet(tour: Tour) -> bool:
    return tour.screen is not None and tour.screen.sheet is not None


STEPS = (
    Step(
        frozenset({"2"}),
        N_(
            "Can we take it? Tonight says what is free and what is missing: {bus} lacks {n} places. Press 2: the buses."
        ),
        lambda tour: tour.on("buses"),
    ),
    Step(
        frozenset({"enter"}),
        N_("Enter does what is next on the line with >; the bar names it. Press Enter: the ways to find {n} places."),
        _in_ways,
    ),
    Step(
        frozenset({"enter"}),
        N_("A way says how many places, for whom, what it takes. Press Enter on the first: the desk asks first."),
        _question,
    ),
    Step(
        YES,
        N_("While a question stands, y or j is yes and any other key is no. Press y."),
        lambda tour: tour.last() > tour.last_before,
    ),
    Step(
        frozenset({"3"}),
        N_("Done, and kept: every desk sees it. Press 3: the beds, one room a line, with what is held for the bus."),
        lambda tour: tour.on("beds"),
    ),
    Step(
        frozenset({"x"}),
        N_("The first line adds up to all beds. When the fire alarm goes one key is enough. Press x: who is inside."),
        _sheet,
    ),
    Step(
        frozenset({"4"}),
        N_("By floor and room, and who has no name yet as a number. Press 4: where everybody goes tomorrow."),
        lambda tour: tour.on("placements"),
    ),
    Step(
        frozenset({"u"}),
        N_(
            "Above: who must go on. Below: which place suits them, and why. Now undo what you held, from here: press u."
        ),
        lambda tour: tour.last() < tour.last_before,
    ),
    Step(
        frozenset({"question_mark", "f1"}),
        N_("Taken back. You need to learn no keys: on any screen ? says which work there. Press ?."),
        _sheet,
    ),
    Step(
        frozenset({"slash"}),
        N_("Last: / finds anybody, by name in any script, room, number or phone, from anywhere. Press /."),
        lambda tour: tour.screen is not None and tour.screen.prompt is not None,
    ),
)
_ON_THE_BUS = frozenset({1, 2, 3})
"""Steps that only follow on the one before: where that no longer holds, it comes back."""
