"""The foot of a screen: what was said, the question that stands, the line that is typed, and the key bar."""

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from desk.language import _
from desk.night import Night
from desk.refusals import Refused
from screens.asking import YES, Gate, Prompt, Question, split_time
from screens.lines import Line, plain, rule, text, wrapped
from screens.widgets.body import Body, TypedLine
from screens.widgets.page import Page

if TYPE_CHECKING:
    from screens.app import DeskApp


NARROWEST = 20
"""Below this many columns no sentence is worth breaking."""
LINES_SAID = 3
"""The status line and the two of the key bar."""


class Foot(Screen[None], inherit_bindings=False):
    """A screen as far as it says, asks and lets type; what it shows above is given by DeskScreen."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self.question: Question | None = None
        self.prompt: Prompt | None = None
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

    def repaint(self) -> None:
        """Show the night; only cells that differ are sent."""
        raise NotImplementedError

    def hint_here(self) -> str:
        """One line about what is under the cursor."""
        return ""

    def key_bar(self, width: int) -> list[str]:
        """The two lines of keys that work now."""
        raise NotImplementedError

    # --- what it looks like -----------------------------------------------------------------

    def paint_foot(self, width: int) -> None:
        prompt = self.prompt
        bar = rule(prompt.label, width) if prompt else rule("", width)
        said = self._status(width)
        asks = self.question is not None or prompt is not None or any(style in {"alarm", "warn"} for _w, style in said)
        first, *rest = _over_lines(said, width) if asks else [said]
        self.query_one("#status", Page).show([bar, first])
        keys = [text(line, "dim") for line in self._key_lines(width)]
        # a sentence longer than its line goes on where the keys stand: what to do instead is at its end
        self.query_one("#keys", Page).show(rest or keys)

    def _status(self, width: int) -> Line:
        if self.question:
            return ((" ", ""), (self.question.text, "bold"), (_("  y yes, any other key no"), "dim"))
        if self._said is not None:
            return self._said
        if self.desk_app.lock.locked and not self.prompt:
            return ((" ", ""), (self.desk_app.lock.said(), "warn"))
        if (renewed := self.desk_app.beat.renewed.said()) and not self.prompt:
            return ((" ", ""), (renewed, "alarm"))
        if self.prompt:
            hint = self.prompt.hint
            return text(" " + (hint(self.query_one(TypedLine).value) if hint else ""))
        return text(" " + (self.hint_here() or self.desk_app.last_steps(width - 2)))

    def _key_lines(self, width: int) -> list[str]:
        if self.question:
            return wrapped([_("y or j yes"), _("any other key no")], width)
        if self.prompt:
            pieces = [_("Enter saves"), _("Esc back"), _("F1 help"), _("@03:20 at the end: when it happened")]
            return wrapped(pieces, width)
        return self.key_bar(width)

    # --- keys of a question and of a typed line ---------------------------------------------

    async def hear_typing(self, event: events.Key) -> None:
        typed = self.query_one(TypedLine)
        if event.key == "enter":
            self._send(typed)
        elif event.key in {"escape", "tab", "f1"}:
            self.typed_key(event.key)
        else:
            await typed.hear(event)

    def answer(self, event: events.Key) -> None:
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

    def ask(self, words: str, on_yes: Callable[[], object], on_no: Callable[[], object] | None = None) -> None:
        """Put a question that takes every key; it can be answered once it has been painted."""
        self.question = Question(words, on_yes, on_no)
        self.gate.wait_for_paint()
        self.repaint()

    def type(self, prompt: Prompt) -> None:
        """Open the typed line."""
        kept = self.desk_app.draft(prompt.draft) if prompt.draft else ""
        self.prompt = prompt
        typed = self.query_one(TypedLine)
        typed.password = prompt.secret
        typed.begin((prompt.value or kept).split("\n"))
        typed.visible = True
        typed.focus()
        self._said_over = typed.value
        if kept and not prompt.value:
            self._said = text(" " + _("You had typed this before. Go on, or empty it with ctrl+u."), "warn")
        self.repaint()

    def keep_typed(self) -> None:
        """Keep what is typed: a dropped line loses nothing."""
        if self.prompt is not None and self.prompt.draft:
            self._keep(self.prompt.draft)

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Read back what is typed; what came behind it in one burst is kept too."""
        self.keep_typed()
        if self.prompt is None:
            return
        # not the message's value: by now the line may have been sent
        value = self.query_one(TypedLine).value
        if value and value != self._said_over:
            self._said = None
        self.paint_foot(self.size.width)

    def _keep(self, draft: str) -> None:
        """What is typed, and the lines of a paste that wait behind it."""
        typed = self.query_one(TypedLine)
        lines = [typed.value, *typed.rest]
        self.desk_app.keep_draft(draft, "\n".join(lines) if any(lines) else "")

    def _send(self, typed: TypedLine) -> None:
        """Enter on the typed line."""
        prompt = self.prompt
        if prompt is None or not (typed.value.strip() or prompt.empty_is_answer):
            return
        try:
            words, at = (
                (typed.value, None)
                if prompt.secret
                else split_time(typed.value, self.desk_app.desk.clock(), self.night.settings.tz)
            )
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
            if stays:
                self._keep(prompt.draft)
            else:
                self.desk_app.keep_draft(prompt.draft, "")
        self.step_done()

    def typed_key(self, key: str) -> None:
        """Esc, Tab and F1 while typing."""
        if key == "escape":
            self.end_typing()
            if self._said is not None and cell_len(plain(self._said)) > self.size.width:
                self._said = None  # it stands where the keys do, and those are wanted now
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


def _over_lines(said: Line, width: int) -> list[Line]:
    """What is said, on as many lines as it needs and the foot has."""
    words = plain(said)
    if cell_len(words) <= width or width < NARROWEST:
        return [said]
    style = next((name for part, name in said if part.strip()), "")
    lines = textwrap.wrap(words, width - 2, max_lines=LINES_SAID, placeholder=" …")
    return [((" " + line, style),) for line in lines]
