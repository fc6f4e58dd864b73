"""A form: labelled lines, Tab between them, Enter saves; a draft is kept on every change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from desk.language import _
from desk.refusals import Refused
from screens.asking import Gate
from screens.desk_screen import DeskScreen
from screens.widgets.body import TypedLine

WAS = "was "
"""In a draft, before the name of a line: what was known of it when it was typed."""


@dataclass(frozen=True)
class Field:
    """One line of a form; Enter on an `asked` one goes on to the next before it saves."""

    name: str
    label: str
    value: str = ""
    asked: bool = False


@dataclass(frozen=True)
class Filled:
    """What stands in a form: each line by name, and which of them say something else than what is known."""

    values: Mapping[str, str]
    changed: frozenset[str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def told(self, name: str) -> bool:
        """Whether the line says something, and something else than before."""
        return name in self.changed and bool(self.values[name])

    @property
    def emptied(self) -> frozenset[str]:
        """The lines out of which something was taken."""
        return frozenset(name for name in self.changed if not self.values[name])


class FormLine(TypedLine):
    """One line of a form."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.value, id=f"field-{field.name}")
        self.asked = field.asked

    def paste(self, text: str) -> None:
        """Take all of it: behind a line of a form nothing waits."""
        self.insert_text_at_cursor(" ".join(text.split()))

    def break_off(self, at: float) -> None:
        """An end of line within what is typed in one burst."""
        if self.value:
            self.insert_text_at_cursor(" ")


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
        fields: Callable[[], Sequence[Field]],
        save: Callable[[Filled], Callable[[], None]],
        about: str = "",
    ) -> None:
        """A form of these lines; `fields` gives them as they are known now, `about` is whose they are."""
        super().__init__()
        self.gate = Gate()
        self._opener = opener
        self._form = form
        self._title = title
        self._known = fields
        self._fields = fields()
        self._save = save
        self._about = about
        self._base = {field.name: field.value for field in self._fields}
        """What is known of each line: what was typed is held against it."""
        self._since = opener.desk_app.desk.journal.version()
        kept = opener.desk_app.aside.draft(opener.desk_app.desk.operator, form)
        self._draft = _offered(kept[0], self._base) if kept else {}
        self._complete = False
        """Whether all its lines stand there."""

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
        yield Static(self._before(), id="said", markup=False)
        yield Static(
            _(" Enter saves   Tab next line   Esc back, it is kept   ctrl+x empty   F1 help"), id="foot", markup=False
        )

    def on_mount(self) -> None:
        """Keys typed ahead were waiting for the form; who else has it open is said."""
        self._complete = True
        self.call_after_refresh(self._opener.desk_app.hear_ahead)
        self.others_moved()

    def keep_typed(self) -> None:
        """Keep what is typed: a dropped line loses nothing."""
        if not self._complete:
            return
        app = self._opener.desk_app
        values = self._values()
        if values != self._base:
            known = {WAS + name: value for name, value in self._base.items()}
            app.aside.keep(app.desk.operator, self._form, {**values, **known}, app.desk.clock())

    # --- what others do meanwhile -----------------------------------------------------------

    def others_moved(self) -> None:
        """Say who else has this form open, beside that it was typed before."""
        names = self._opener.desk_app.session.here_too(self.place)
        if names:
            too = _("{names} has this open too.").format(names=", ".join(names))
            self._say("\n".join(filter(None, [self._before(), too])))

    def _before(self) -> str:
        return _("You had typed this before; ctrl+x empties it.") if self._draft else ""

    def facts_moved(self) -> None:
        """What is known changed meanwhile: what was not touched follows, what was typed stays, both are said."""
        said = []
        for field in self._known():
            if field.value == self._base.get(field.name, field.value):
                continue
            line = self.query_one(f"#field-{field.name}", FormLine)
            stays = line.value != self._base[field.name]
            self._base[field.name] = field.value
            words = _("{who} changed {line}: {value}. Yours stays.") if stays else _("{who} changed {line}: {value}.")
            if not stays:
                line.value = field.value
            label = field.label.rstrip(" *")
            said.append(words.format(who=self._who(), line=label, value=field.value or "-"))
        if said:
            self._say("  ".join(said))

    def _who(self) -> str:
        """Who changed it: the last other operator who did something about it since it was opened."""
        desk = self._opener.desk_app.desk
        others = [one for one in desk.journal.actions(self._since) if one.operator != desk.operator]
        about = [one for one in others if one.ref == self._about]
        return (about or others)[-1].operator if others else _("You, elsewhere,")

    def _say(self, words: str) -> None:
        self.query_one("#said", Static).update(words)

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
        elif event.key == "f1":
            self._help(line)
        else:
            await line.hear(event)

    def _help(self, line: FormLine) -> None:
        """What the line takes, where ? is typed into it."""
        label = next(field.label for field in self._fields if f"field-{field.name}" == line.id).rstrip(" *")
        words = _("{line}: type what was told; leave empty what nobody knows. Enter says what it cannot read.")
        self._say(words.format(line=label))

    def _enter(self, line: FormLine) -> None:
        """On through the lines that are always asked, else save."""
        lines = list(self.query(FormLine))
        later = [one for one in lines[lines.index(line) + 1 :] if one.asked and not one.value.strip()]
        if line.asked and later:
            self.set_focus(later[0])
            return
        if self._opener.desk_app.must_sign_on:
            self._say(_("First say who you are: Esc, then  :sign on NAME. This is kept."))
            return
        values = {name: value.strip() for name, value in self._values().items()}
        changed = frozenset(name for name, value in values.items() if value != self._base[name])
        try:
            told = self._save(Filled(values, changed))
        except Refused as no:
            self._say(no.sentences[0])
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
        for name, value in self._base.items():
            self.query_one(f"#field-{name}", FormLine).value = value
        self._forget()
        self._draft = {}
        self._say("")


def _offered(draft: Mapping[str, str], base: Mapping[str, str]) -> dict[str, str]:
    """What a draft still says beside what is known by now; a line that was not touched in it is not offered.

    A draft of an older desk, or of other lines, offers those lines that there are.
    """
    return {
        name: value
        for name, value in draft.items()
        if name in base and value != base[name] and value != draft.get(WAS + name)
    }
