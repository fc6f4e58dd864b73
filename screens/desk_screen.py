"""What every screen of the night shares: head, body, status, one typed line, key bar; cursor, marks, questions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from desk import rights
from desk.language import _, language
from desk.night import Night
from desk.refusals import Refused
from screens import head, keys
from screens.asking import Prompt
from screens.cursor import Cursor
from screens.foot import Foot
from screens.lines import Line, Row, fit, text
from screens.widgets.body import Body, TypedLine
from screens.widgets.page import Page
from storage.journal import Done

if TYPE_CHECKING:
    pass

SMALLEST = (60, 16)
AT_ONCE = frozenset({"i", "u"})
"""The two letters that write by themselves: of a burst of them one counts, as of a burst of Enters."""


@dataclass(frozen=True)
class Sheet:
    """A list over the screen's own body until q: who is inside, phones, help, what was found.

    Title and label are texts of the catalogue, said when they are painted, so that they follow the language.
    """

    title: str | Callable[[], str]
    rows: Callable[[Night, int], list[Row]]
    on_step: Callable[[str], None] | None = None
    step_label: str = ""
    anywhere: bool = False
    """Whether its step is that of the whole list, wherever one stands in it."""
    under: "Sheet | None" = None
    """The list it lies over, which comes back after it."""

    @property
    def heading(self) -> str:
        """The title in the language in force."""
        return self.title() if callable(self.title) else _(self.title)

    @property
    def step(self) -> str:
        """What its step is called in the key bar, in the language in force."""
        return _(self.step_label) if self.step_label else ""


def in_each_language(make: Callable[[], list[Row]]) -> Callable[[Night, int], list[Row]]:
    """The rows of a list that is made once, and once more where another language is chosen while it lies open."""
    made: dict[str, list[Row]] = {}

    def rows(_night: Night, _width: int) -> list[Row]:
        if language() not in made:
            made[language()] = make()
        return made[language()]

    return rows


class DeskScreen(Foot, inherit_bindings=False):
    """A section. A subclass gives its rows, the keys that work on the row under the cursor, and what they do."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings()]
    AUTO_FOCUS = "#body"
    SECTION = "tonight"

    def __init__(self) -> None:
        super().__init__()
        self.stand = Cursor()
        self.sheet: Sheet | None = None

    # --- what a subclass gives --------------------------------------------------------------

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The body's lines."""
        raise NotImplementedError

    def live(self, key: str) -> dict[str, str]:
        """The keys that work on the row with that key, by id, with their label in the key bar."""
        return {}

    def why_not(self, action: str) -> str:
        """Why a key cannot work now."""
        return _("{key} does not work on this line.").format(key=keys.BY_ID[action].shown)

    def hint(self, key: str) -> str:
        """One line about what is under the cursor, shown where nothing else was said."""
        return ""

    def heads(self, night: Night, width: int, title: str) -> list[Line]:
        """The two lines above the body, and the rule with the title of a list that lies over it."""
        return head.lines(night, self.SECTION, width, self.desk_app.who_is_on(), title)

    def may_press(self, action: str) -> str:
        """Why the role of whoever sits here has not this key; empty where it has."""
        return rights.refusal(self.desk_app.seat) if action in keys.WRITE and not self.desk_app.seat.writes else ""

    # --- layout -----------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Head, body, status, the typed line and the key bar."""
        yield Page(id="head")
        yield Body(id="body")
        yield Page(id="status")
        yield TypedLine(id="typed")
        yield Page(id="keys")

    def on_mount(self) -> None:
        """The typed line shows only while something is asked."""
        self.query_one(TypedLine).visible = False
        self.call_after_refresh(self.desk_app.hear_ahead)

    def on_screen_resume(self) -> None:
        """Shown again: read what moved meanwhile."""
        self.gate.wait_for_paint()
        self.repaint()

    def repaint(self) -> None:
        """Show the night; only cells that differ are sent."""
        if not self.is_current or not self.is_mounted:
            return
        body, width = self.query_one("#body", Page), self.size.width
        if width < SMALLEST[0] or self.size.height < SMALLEST[1]:
            self._too_small(width)
            return
        night, height = self.night, body.size.height
        shown = self.sheet.rows(night, width) if self.sheet else self.rows(night, width, height)
        self.stand.show(shown, {} if self.sheet else self.all_keys(), over=self.sheet is not None)
        title = self.sheet.heading if self.sheet else ""
        self.query_one("#head", Page).show(self.heads(night, width, title))
        window = self.stand.window(height)
        body.show([self.stand.drawn(row, self._others_on(row)) for row in window] + [()] * (height - len(window)))
        self.paint_foot(width)
        if (tour := self.desk_app.tour) is not None:
            tour.paint(self, width)
        asked = monotonic()
        # not when this is called: a quick hand has answered what it saw before
        self.call_after_refresh(lambda: self.gate.painted(min(monotonic(), max(asked, self.desk_app.sent_at))))

    def _others_on(self, row: Row) -> str:
        """The initials of who else stands on this row."""
        here_too = self.desk_app.session.here_too
        return "".join(name[0] for name in here_too(f"{self.SECTION} {row.key}")) if row.key and not self.sheet else ""

    def _too_small(self, width: int) -> None:
        for name in ("body", "status", "keys"):
            self.query_one(f"#{name}", Page).show([])
        # in the head: of a window one line high only that is left
        self.query_one("#head", Page).show([text(fit(_("Make the window larger: 80 x 24."), width))])

    def hint_here(self) -> str:
        """One line about what is under the cursor."""
        return self.hint(self.here)

    def key_bar(self, width: int) -> list[str]:
        """What works on this row, or on the list that lies over the screen."""
        if self.desk_app.lock.locked:
            return [f" {keys.BY_ID['inside'].shown} {_(keys.BY_ID['inside'].label)}"]
        if self.sheet:
            steps = self.sheet.on_step and (self.here or self.sheet.anywhere)
            return keys.bar({"step": self.sheet.step} if steps else {}, width)
        if not self.desk_app.seat.writes:
            live = {action: label for action, label in self.live(self.here).items() if not self.may_press(action)}
            return keys.bar(live, width, everywhere=keys.READ)
        return keys.bar(self.live(self.here), width, everywhere=self.always())

    def always(self) -> tuple[str, ...]:
        """The keys of every screen that the bar names here."""
        return keys.EVERYWHERE

    # --- cursor -----------------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The key of the row under the cursor; empty when there is none."""
        return self.stand.key

    @property
    def place(self) -> str:
        """Where whoever sits here is, for the others: the screen and the row."""
        return f"{self.SECTION} {self.here}" if self.here and not self.sheet else ""

    def all_keys(self) -> dict[int, list[str]]:
        """The keys of halves of which only a part is among the rows."""
        return {}

    def step_to(self, key: str, half: int = 0) -> None:
        """Put the cursor on a row."""
        self.stand.to(key, half)
        self._said = None

    def cover(self) -> None:
        """Close whatever lies open over the screen, unanswered; a typed line is kept as it always is."""
        self.sheet = self.question = self._said = None
        if self.prompt is not None:
            self.end_typing()

    # --- keys -------------------------------------------------------------------------------

    async def hear(self, event: events.Key) -> None:
        """One key: for the question that stands, else the line that is typed, else the table of keys."""
        if self.question is not None:
            self.answer(event)
            return
        ahead = not self.gate.lets(event.key, event.time)
        if ahead:
            if event.key == "enter" and self.prompt is not None:
                self.query_one(TypedLine).break_off(event.time)
            if event.key == "enter" or (self.prompt is None and event.key in AT_ONCE):
                return
        if self.prompt is not None:
            await self.hear_typing(event)
            if ahead:  # it was typed before what is said could be read
                self._said_over = self.query_one(TypedLine).value
        elif event.character and event.character.isalpha() and event.character.isupper():
            self.say(_("Capitals do nothing. Is Caps Lock on?"), "warn")
        elif event.key in keys.IDS:
            self.action_act(keys.IDS[event.key])

    def action_act(self, action: str) -> None:
        """One key of the table."""
        if self.prompt is not None or self.question is not None:
            return
        self._said = None
        if no := self.may_press(action):
            self.say(no, "warn")
        elif action == "region" and self.night.region_line is None:
            self.say(keys.no_region(), "warn")
        elif action in keys.SECTIONS:
            self.desk_app.go(action)
        elif action == "back":
            self.back()
        elif self.stand.moves(action, self.query_one("#body", Page).size.height):
            pass
        elif self.sheet is not None and action == "step":
            if self.sheet.on_step and (self.here or self.sheet.anywhere):
                self.sheet.on_step(self.here)
        elif action == "other_half":
            self.stand.other_half()
        elif action == "mark":
            self._mark()
        else:
            self._own(action)
        if action in {"step", "mine"}:
            self.gate.wait_for_paint()
        self.repaint()

    def _own(self, action: str) -> None:
        shared = getattr(self.desk_app.shared, f"do_{action}", None)
        own = getattr(self, f"do_{action}", None)
        try:
            if own is not None and not self.sheet and action in self.live(self.here):
                own(self.here)
            elif shared is not None:
                shared(self)
            else:
                self.say(self.why_not(action), "warn")
        except Refused as no:
            self.refused(no)

    def _mark(self) -> None:
        if "mark" not in self.live(self.here) or self.sheet:
            self.say(self.why_not("mark"), "warn")
            return
        self.stand.mark()
        self.stand.moves("down", 3)

    def back(self) -> None:
        """Esc and q: one layer back; nothing is lost by it."""
        if self.sheet:
            self.sheet = self.sheet.under
            self.stand.top = 0
        elif self.stand.half:
            self.stand.half = 0
        elif self.stand.marked:
            self.stand.marked.clear()
        else:
            self.desk_app.back()

    def signed_on(self, then: Callable[[], object]) -> bool:
        """Whether it is known who acts; where one account has several names it is asked first, then `then` goes on."""
        app = self.desk_app
        if not app.must_sign_on:
            return True
        names = app.aside.names(app.login)

        def named(words: str, _at: datetime | None) -> None:
            chosen = int(words) - 1 if words.isdecimal() and len(words) < 4 else -1
            app.sign_on(names[chosen] if 0 <= chosen < len(names) else words)
            self.end_typing()
            then()

        listed = "  ".join(f"{number} {name}" for number, name in enumerate(names, start=1))
        self.end_typing()
        self.type(Prompt(_("Who are you? {names}  or type your name").format(names=listed), named))
        return False

    def do(self, verb: Callable[..., Done], *args: Any, **given: Any) -> Done | None:
        """One action of the store; says what it did, or why not."""
        if not self.signed_on(lambda: self.do(verb, *args, **given)):
            return None
        try:
            done = verb(*args, **given)
        except Refused as no:
            self.desk_app.reload()
            if self.prompt is not None:
                raise  # the typed line stays open with what was typed, and says why not
            self.refused(no)
            return None
        self.desk_app.reload()
        extra = " ".join((*done.warnings, *self.desk_app.desk.handovers.reminders()))
        self.say(f"{done.text} {extra}".strip() if extra else done.text, "warn" if extra else "")
        return done

    def do_each(self, verb: Callable[..., Done], refs: Iterable[str], **given: Any) -> list[Done]:
        """The same action for all that are marked; stops at the first that is refused."""
        found: list[Done] = []
        for ref in refs:
            try:
                done = self.do(verb, ref, **given)
            except Refused as no:
                if not found:
                    raise
                self.end_typing()
                self.refused(no)
                return found
            if done is None:
                break
            found.append(done)
        self.stand.marked.clear()
        if len(found) > 1:
            self.say(_("{n} done. {last}").format(n=len(found), last=found[-1].text))
        return found


def when_typed(screen: DeskScreen, words: str, *, ahead: bool = True) -> datetime:
    """A time that was typed in a prompt."""
    from desk import clock

    return clock.parse_time(words, screen.desk_app.desk.clock(), screen.night.settings.tz, ahead=ahead)
