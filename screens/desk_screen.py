"""What every screen of the night shares: head, body, status, one typed line, key bar; cursor, marks, questions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from desk.language import _
from desk.night import Night
from desk.refusals import Refused
from screens import head, keys
from screens.asking import YES, Gate, Prompt, Question, split_time
from screens.cursor import Cursor
from screens.lines import Line, Row, fit, rule, text, wrapped
from screens.widgets.body import Body, TypedLine
from screens.widgets.page import Page
from storage.journal import Done

if TYPE_CHECKING:
    from screens.app import DeskApp

SMALLEST = (60, 16)


@dataclass(frozen=True)
class Sheet:
    """A list over the screen's own body until q: who is inside, phones, help, what was found."""

    title: str
    rows: Callable[[Night, int], list[Row]]
    on_step: Callable[[str], None] | None = None
    step_label: str = ""


class DeskScreen(Screen[None], inherit_bindings=False):
    """A section. A subclass gives its rows, the keys that work on the row under the cursor, and what they do."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings()]
    AUTO_FOCUS = "#body"
    SECTION = "tonight"

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self.stand = Cursor()
        self.question: Question | None = None
        self.prompt: Prompt | None = None
        self.sheet: Sheet | None = None
        self._said: Line | None = None
        self._said_over = ""

    @property
    def desk_app(self) -> "DeskApp":
        """The app, with the store and the night."""
        return cast("DeskApp", self.app)

    @property
    def night(self) -> Night:
        """The night as it is painted."""
        return self.desk_app.night

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
        title = self.sheet.title if self.sheet else ""
        self.query_one("#head", Page).show(head.lines(night, self.SECTION, width, self.desk_app.who_is_on(), title))
        window = self.stand.window(height)
        body.show([self.stand.drawn(row) for row in window] + [()] * (height - len(window)))
        self._paint_foot(width)
        self.call_after_refresh(lambda: self.gate.painted(monotonic()))

    def _too_small(self, width: int) -> None:
        for name in ("head", "status", "keys"):
            self.query_one(f"#{name}", Page).show([])
        self.query_one("#body", Page).show([text(fit(_("Make the window larger: 80 x 24."), width))])

    def _paint_foot(self, width: int) -> None:
        prompt = self.prompt
        bar = rule(prompt.label, width) if prompt else rule("", width)
        self.query_one("#status", Page).show([bar, self._status(width)])
        self.query_one("#keys", Page).show([text(line, "dim") for line in self._key_lines(width)])

    def _status(self, width: int) -> Line:
        if self.question:
            return ((" ", ""), (self.question.text, "bold"), (_("  y yes, any other key no"), "dim"))
        if self._said is not None:
            return self._said
        if self.prompt:
            hint = self.prompt.hint
            return text(" " + (hint(self.query_one(TypedLine).value) if hint else ""))
        return text(" " + (self.hint(self.here) or self.desk_app.last_steps(width - 2)))

    def _key_lines(self, width: int) -> list[str]:
        if self.question:
            return wrapped([_("y or j yes"), _("any other key no")], width)
        if self.prompt:
            pieces = [_("Enter saves"), _("Esc back"), _("F1 help"), _("@03:20 at the end: when it happened")]
            return wrapped(pieces, width)
        live = {"step": self.sheet.step_label} if self.sheet and self.sheet.on_step and self.here else {}
        return keys.bar(live if self.sheet else self.live(self.here), width)

    # --- cursor -----------------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The key of the row under the cursor; empty when there is none."""
        return self.stand.key

    def all_keys(self) -> dict[int, list[str]]:
        """The keys of halves of which only a part is among the rows."""
        return {}

    def step_to(self, key: str, half: int = 0) -> None:
        """Put the cursor on a row."""
        self.stand.to(key, half)
        self._said = None

    # --- keys -------------------------------------------------------------------------------

    async def hear(self, event: events.Key) -> None:
        """One key: for the question that stands, else the line that is typed, else the table of keys."""
        if self.question is not None:
            self._answer(event)
            return
        if not self.gate.lets(event.key, event.time) and event.key == "enter":
            return
        if self.prompt is not None:
            await self._hear_typing(event)
        elif event.character and event.character.isalpha() and event.character.isupper():
            self.say(_("Capitals do nothing. Is Caps Lock on?"), "warn")
        elif event.key in keys.IDS:
            self.action_act(keys.IDS[event.key])

    async def _hear_typing(self, event: events.Key) -> None:
        typed = self.query_one(TypedLine)
        if event.key == "enter":
            self._send(typed)
        elif event.key in {"escape", "tab", "f1"}:
            self.typed_key(event.key)
        else:
            await typed.hear(event)

    def _answer(self, event: events.Key) -> None:
        asked = self.question
        if asked is None or not self.gate.lets(event.key, event.time):
            return
        self.question = None
        self._said = None
        if event.key in YES:
            asked.on_yes()
        elif asked.on_no is not None:
            asked.on_no()
        else:
            self.say(_("No. Nothing was changed."))
        self.step_done()

    def action_act(self, action: str) -> None:
        """One key of the table."""
        if self.prompt is not None or self.question is not None:
            return
        self._said = None
        if action in keys.SECTIONS:
            self.desk_app.go(action)
        elif action == "back":
            self.back()
        elif self.stand.moves(action, self.query_one("#body", Page).size.height):
            pass
        elif self.sheet is not None and action == "step":
            if self.sheet.on_step and self.here:
                self.sheet.on_step(self.here)
        elif action == "other_half":
            self.stand.other_half()
        elif action == "mark":
            self._mark()
        else:
            self._own(action)
        if action == "step":
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
            self.sheet = None
            self.stand.top = 0
        elif self.stand.half:
            self.stand.half = 0
        elif self.stand.marked:
            self.stand.marked.clear()
        else:
            self.desk_app.back()

    # --- saying, asking, typing -------------------------------------------------------------

    def say(self, words: str, style: str = "") -> None:
        """Put a sentence in the status line; it stays until something else is typed or pressed."""
        if self.prompt is not None:
            self._said_over = self.query_one(TypedLine).value
        self._said = ((" ", ""), (words, style))
        self.repaint()

    def refused(self, no: Refused) -> None:
        """Say why not, and what to do instead."""
        self.say(no.sentences[0], "alarm")

    def ask(self, words: str, on_yes: Callable[[], None], on_no: Callable[[], None] | None = None) -> None:
        """Put a question that takes every key; it can be answered once it has been painted."""
        self.question = Question(words, on_yes, on_no)
        self.gate.wait_for_paint()
        self.repaint()

    def type(self, prompt: Prompt) -> None:
        """Open the typed line."""
        kept = self.desk_app.draft(prompt.draft) if prompt.draft else ""
        self.prompt = prompt
        typed = self.query_one(TypedLine)
        typed.value = prompt.value or kept
        typed.cursor_position = len(typed.value)
        typed.visible = True
        typed.focus()
        self._said_over = typed.value
        if kept and not prompt.value:
            self._said = text(" " + _("You had typed this before. Go on, or empty it with ctrl+u."), "warn")
        self.repaint()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed, and read it back."""
        if self.prompt is None:
            return
        if self.prompt.draft:
            self.desk_app.keep_draft(self.prompt.draft, event.value)
        # not the message's value: by now the line may have been sent
        value = self.query_one(TypedLine).value
        if value and value != self._said_over:
            self._said = None
        self._paint_foot(self.size.width)

    def _send(self, typed: TypedLine) -> None:
        """Enter on the typed line."""
        prompt = self.prompt
        if prompt is None or not (typed.value.strip() or prompt.empty_is_answer):
            return
        try:
            words, at = split_time(typed.value, self.desk_app.desk.clock(), self.night.settings.tz)
            stays = bool(prompt.on_text(words, at))
        except Refused as no:
            self.refused(no)
            return
        if self.prompt is prompt:
            if stays:
                typed.sent()
                self._said_over = typed.value
            else:
                self.end_typing()
        if prompt.draft:
            self.desk_app.keep_draft(prompt.draft, typed.value if stays else "")
        self.step_done()

    def typed_key(self, key: str) -> None:
        """Esc, Tab and F1 while typing."""
        if key == "escape":
            self.end_typing()
            self.repaint()
        elif key == "tab" and self.prompt and self.prompt.complete:
            self._complete(self.prompt.complete)
        elif key == "f1" and self.prompt:
            self.say(self.prompt.label)

    def _complete(self, complete: Callable[[str], list[str]]) -> None:
        typed = self.query_one(TypedLine)
        found = complete(typed.value)
        start, _space, last = typed.value.rpartition(" ")
        if len(found) == 1:
            typed.value = (f"{start} " if start else "") + found[0] + " "
            typed.cursor_position = len(typed.value)
        elif found:
            self.say("  ".join(found)[: self.size.width - 2])
        else:
            self.say(_("Nothing begins with '{text}'.").format(text=last))

    def end_typing(self) -> None:
        """Close the typed line; the keys are the screen's again."""
        self.prompt = None
        typed = self.query_one(TypedLine)
        typed.visible = False
        self.query_one(Body).focus()

    def step_done(self) -> None:
        """After a step the next one waits until this one was seen."""
        self.gate.wait_for_paint()
        self.repaint()

    def do(self, verb: Callable[..., Done], *args: Any, **given: Any) -> Done | None:
        """One action of the store; says what it did, or why not."""
        try:
            done = verb(*args, **given)
        except Refused as no:
            self.desk_app.reload()
            self.refused(no)
            return None
        self.desk_app.reload()
        extra = " ".join(done.warnings)
        self.say(f"{done.text} {extra}".strip() if extra else done.text, "warn" if done.warnings else "")
        return done

    def do_each(self, verb: Callable[..., Done], refs: Iterable[str], **given: Any) -> list[Done]:
        """The same action for all that are marked; stops at the first that is refused."""
        found = []
        for ref in refs:
            done = self.do(verb, ref, **given)
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
