"""A form: labelled lines, Tab between them, Enter saves; a draft is kept on every change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from desk.language import _
from desk.refusals import Refused
from screens.asking import Gate
from screens.desk_screen import DeskScreen
from screens.widgets.body import TypedLine


@dataclass(frozen=True)
class Field:
    """One line of a form; Enter on an `asked` one goes on to the next before it saves."""

    name: str
    label: str
    value: str = ""
    asked: bool = False


class FormLine(TypedLine):
    """One line of a form."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.value, id=f"field-{field.name}")
        self.asked = field.asked


class FormScreen(ModalScreen[None], inherit_bindings=False):
    """A form over the screen it was opened from.

    `save` raises Refused, and then nothing typed is lost, or gives what is to be said and shown once it is closed.
    """

    CSS = """
    FormScreen { align: center top; background: ansi_default; }
    FormScreen #form { width: 100%; height: 1fr; background: ansi_default; }
    FormScreen .line { height: 1; background: ansi_default; }
    FormScreen .label { width: 26; padding: 0 1; background: ansi_default; }
    FormScreen Input { width: 1fr; height: 1; border: none; background: ansi_default; color: ansi_default; padding: 0; }
    FormScreen Input:focus { background: ansi_default; text-style: bold; }
    FormScreen Input > .input--cursor { text-style: reverse; }
    FormScreen #title, FormScreen #foot { height: 1; width: 100%; background: ansi_default; text-style: bold; }
    FormScreen #said { height: 2; width: 100%; padding: 0 1; background: ansi_default; }
    """
    AUTO_FOCUS = "Input"

    def __init__(
        self,
        opener: DeskScreen,
        form: str,
        title: str,
        fields: Sequence[Field],
        save: Callable[[dict[str, str]], Callable[[], None]],
    ) -> None:
        super().__init__()
        self.gate = Gate()
        self._opener = opener
        self._form = form
        self._title = title
        self._fields = fields
        self._save = save
        kept = opener.desk_app.aside.draft(opener.desk_app.desk.operator, form)
        self._draft = kept[0] if kept else {}

    @property
    def place(self) -> str:
        """Where whoever fills it in is, for the others."""
        return f"form {self._form}"

    def compose(self) -> ComposeResult:
        """Title, one line a field, what was said, the keys."""
        yield Static(f" {self._title}", id="title", markup=False)
        with VerticalScroll(id="form", can_focus=False):
            for field in self._fields:
                with Horizontal(classes="line"):
                    yield Static(field.label, classes="label", markup=False)
                    value = self._draft.get(field.name, field.value)
                    yield FormLine(Field(field.name, field.label, value, field.asked))
        words = _("You had typed this before; ctrl+x empties it.") if self._draft else ""
        yield Static(words, id="said", markup=False)
        yield Static(
            _(" Enter saves   Tab next line   Esc back, what you typed is kept   ctrl+x empty"), id="foot", markup=False
        )

    def on_mount(self) -> None:
        """Keys typed ahead were waiting for the form."""
        self.call_after_refresh(self._opener.desk_app.hear_ahead)

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Keep what is typed: a dropped line loses nothing."""
        app = self._opener.desk_app
        values = self._values()
        if values != {field.name: field.value for field in self._fields}:
            app.aside.keep(app.desk.operator, self._form, values, app.desk.clock())

    def _values(self) -> dict[str, str]:
        return {field.name: self.query_one(f"#field-{field.name}", FormLine).value for field in self._fields}

    async def hear(self, event: events.Key) -> None:
        """One key, typed into the line one is on or taking one to another."""
        lines = list(self.query(FormLine))
        line = self.focused if isinstance(self.focused, FormLine) else lines[0]
        if not self.gate.lets(event.key, event.time) and event.key == "enter":
            return
        if event.key == "enter":
            self._enter(line)
        elif event.key in {"tab", "down", "shift+tab", "up"}:
            by = 1 if event.key in {"tab", "down"} else -1
            self.set_focus(lines[(lines.index(line) + by) % len(lines)])
        elif event.key == "escape":
            self.dismiss()
        elif event.key in {"ctrl+x", "f8"}:
            self._empty()
        else:
            await line.hear(event)

    def _enter(self, line: FormLine) -> None:
        """On through the lines that are always asked, else save."""
        lines = list(self.query(FormLine))
        later = [one for one in lines[lines.index(line) + 1 :] if one.asked and not one.value.strip()]
        if line.asked and later:
            self.set_focus(later[0])
            return
        if self._opener.desk_app.must_sign_on:
            self.query_one("#said", Static).update(_("First say who you are: Esc, then  :sign on NAME. This is kept."))
            return
        try:
            told = self._save({name: value.strip() for name, value in self._values().items()})
        except Refused as no:
            self.query_one("#said", Static).update(no.sentences[0])
            return
        self._forget()
        self.dismiss()
        self._opener.desk_app.reload()
        self._opener.desk_app.call_later(told)

    def _forget(self) -> None:
        app = self._opener.desk_app
        app.aside.drop(app.desk.operator, self._form)

    def _empty(self) -> None:
        """Begin anew."""
        for field in self._fields:
            self.query_one(f"#field-{field.name}", FormLine).value = field.value
        self._forget()
        self.query_one("#said", Static).update("")
