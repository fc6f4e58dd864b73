"""The region, or all of them, on the screen of a coordinator who has no desk and no store; it is only looked at.

`Shows` is what differs between the two.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from desk import clock
from desk.language import _, number
from desk.region.regional import Regional, S
from desk.settings import Settings
from screens import help_sheet, keys
from screens.cursor import Cursor
from screens.desk_screen import SMALLEST
from screens.lines import Line, Row, fit, rule, text
from screens.on_terminal import REPAINT, OnTerminal
from screens.region import rows as shown
from screens.region.following import Following
from screens.session import Life
from screens.terminals import Terminal
from screens.widgets.body import Body
from screens.widgets.page import Page
from storage.clock import Clock

WORK_HERE = ("up", "down", "home", "end", "page_up", "page_down", "help", "repaint", "back")
"""The keys of the table that mean something without a desk."""
LEAVES_WITHIN_S = 3.0
MINUTE_SEEN_S = 5.0
"""How often the clock in the top line is looked at."""


@dataclass(frozen=True)
class Shows(Generic[S]):
    """How what was read looks: the rows of a width, the line under the cursor, and in the head what it is.

    The head is its name, the title of the screen, and the numbers of all together.
    """

    rows: Callable[[shown.Look[S], int], list[Row]]
    hint: Callable[[shown.Look[S], str], str]
    head: Callable[[S | None], tuple[str, str, str]]


class AloneScreen(Screen[None], Generic[S], inherit_bindings=False):
    """One screen: what is read, and help over it."""

    AUTO_FOCUS = "#body"

    def __init__(self, read: Callable[[], S], now: Clock, shows: Shows[S]) -> None:
        super().__init__()
        self._shows = shows
        self._now = now
        self._settings = Settings()
        self._stand = Cursor()
        self._helps = False
        self._said = ""
        self._leaving_at = -LEAVES_WITHIN_S
        self.following = Following(read, now, self._told)
        self._loop: asyncio.AbstractEventLoop | None = None

    def compose(self) -> ComposeResult:
        """Head, body, status and the key bar."""
        yield Page(id="head")
        yield Body(id="body")
        yield Page(id="status")
        yield Page(id="keys")

    def on_mount(self) -> None:
        """From here on the region is read, again and again."""
        self._loop = asyncio.get_running_loop()
        self.following.begin()
        self.set_interval(MINUTE_SEEN_S, self.repaint)

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self.following.end()

    def _told(self) -> None:
        with suppress(RuntimeError):  # the program has ended
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self.call_later, self.repaint)

    # --- what it looks like -----------------------------------------------------------------

    def repaint(self) -> None:
        """Show what is known of it; only cells that differ are sent."""
        width, body = self.size.width, self.query_one("#body", Page)
        if width < SMALLEST[0] or self.size.height < SMALLEST[1]:
            for name in ("body", "status", "keys"):
                self.query_one(f"#{name}", Page).show([])
            self.query_one("#head", Page).show([text(fit(_("Make the window larger: 80 x 24."), width))])
            return
        look = shown.Look(self.following.seen, self._now(), self._settings)
        found = list(_help(width)) if self._helps else self._shows.rows(look, width)
        self._stand.show(found, {}, over=self._helps)
        head = self._shows.head(look.seen.regional)
        self.query_one("#head", Page).show(heads(look, head, width, _(help_sheet.TITLE) if self._helps else ""))
        body.show([self._stand.drawn(row) for row in self._stand.window(body.size.height)])
        said = self._said or self._shows.hint(look, self._stand.key)
        self.query_one("#status", Page).show([rule("", width), text(fit(f" {said}", width))])
        bar = keys.bar({}, width, everywhere=("help", "back"))
        self.query_one("#keys", Page).show([text(line, "dim") for line in bar])

    # --- keys -------------------------------------------------------------------------------

    def hear(self, event: events.Key) -> None:
        """One key of the table."""
        action = keys.IDS.get(event.key, "")
        self._said = ""
        if action == "back":
            self._back(monotonic())
        elif action == "help":
            self._helps, self._stand.top = True, 0
        elif action and not self._stand.moves(action, self.query_one("#body", Page).size.height):
            self._said = _("Here nothing is changed, only looked at: {keys}.").format(keys=_named())
        self.repaint()

    def _back(self, now: float) -> None:
        if self._helps:
            self._helps, self._stand.top = False, 0
        elif now - self._leaving_at < LEAVES_WITHIN_S:
            self.app.exit(return_code=0)
        else:
            self._leaving_at = now
            self._said = _("q again leaves.")


def heads(look: shown.Look[S], head: tuple[str, str, str], width: int, over: str) -> list[Line]:
    """What it is and what time; the numbers of all of it; and the rule."""
    name, title, numbers = head
    evening = clock.night_label(clock.night_of(look.now, look.settings.tz))
    first = f" {fit(name, 27).rstrip()}   {evening}   {look.settings.hhmm(look.now)}"
    second = f" {title.upper()}" + (f"   {numbers}" if numbers else "")
    return [text(fit(first, width), "bold"), text(fit(second, width)), rule(over, width)]


def numbers(inside: int, waiting: int, beds: int, free: int) -> str:
    """The people and the beds of all together."""
    words = _("inside {n}, without a bed {waiting}, beds {beds}, free {free}")
    return words.format(n=number(inside), waiting=number(waiting), beds=number(beds), free=number(free))


def _region_head(regional: Regional | None) -> tuple[str, str, str]:
    title = f"{keys.BY_ID['region'].shown} {_(keys.BY_ID['region'].label)}"
    if regional is None:
        return _("Region"), title, ""
    total = regional.totals
    return regional.name, title, numbers(total.inside, total.without_bed, total.realised, total.free)


def _named() -> str:
    return ", ".join(keys.BY_ID[name].shown for name in ("up", "down", "page_up", "page_down", "help", "back"))


def _help(width: int) -> Iterator[Row]:
    for name in WORK_HERE:
        yield from help_sheet.of_key(keys.BY_ID[name], width)


REGION = Shows(shown.rows, shown.hint, _region_head)


class AloneApp(OnTerminal, Generic[S], inherit_bindings=False):
    """The program with a region, or all of them, and no desk."""

    CSS_PATH = "../desk.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(self, read: Callable[[], S], now: Clock, shows: Shows[S], terminal: Terminal | None = None) -> None:
        super().__init__(terminal)
        self._alone = AloneScreen(read, now, shows)
        self._life = Life(self)

    def get_default_screen(self) -> Screen[Any]:
        """There is one screen."""
        return self._alone

    def on_mount(self) -> None:
        """A hang-up or an ended terminal leaves in good order."""
        self._life.begin()

    def on_unmount(self) -> None:
        """It has left."""
        self._life.end()

    async def on_event(self, event: events.Event) -> None:
        """Hand keys to the screen."""
        if isinstance(event, events.Key) and event.key == REPAINT:
            self.paint_anew()
        elif isinstance(event, events.Key) and not event.is_forwarded:
            if self._alone.is_mounted:
                self._alone.hear(event)
        else:
            await super().on_event(event)

    def on_app_blur(self, event: events.AppBlur) -> None:
        """A terminal that loses focus would otherwise be painted anew."""
        event.prevent_default()

    def on_app_focus(self, event: events.AppFocus) -> None:
        """The same when it comes back."""
        event.prevent_default()
