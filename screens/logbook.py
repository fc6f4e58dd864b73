"""Log: what was written down, newest first; call-backs that are open stand on top."""

from collections.abc import Sequence
from datetime import datetime

from desk import actions, clock
from desk.language import _
from desk.logbook import KIND_LABELS, Entry, LogLine
from desk.night import Night
from screens import steps
from screens.asking import Prompt
from screens.desk_screen import DeskScreen, Sheet
from screens.instructions import instruction_rows
from screens.lines import Row, fit, rule, text
from storage.journal import Action

_BEFORE_TEXT = 37
"""Cells of a row before its text: the cursor, the time, who, the kind."""


def rows(night: Night, story: Sequence[Entry | Action], width: int, *, everything: bool = False) -> list[Row]:
    """Open call-backs, then the log; with `everything` the actions of the desk stand between its lines."""
    found = [*instruction_rows(night, "press", width)]
    if night.log:
        found.append(Row(rule(_("To ring back"), width)))
        found += [_line(night, Entry(line=line), width) for line in night.log]
    title = _("Log and all actions, newest first") if everything else _("Log, newest first")
    found.append(Row(rule(title, width)))
    ringing = {line.id for line in night.log}
    told = [one for one in story if isinstance(one, Action) or one.line.id not in ringing]
    found += [_action(night, one, width) if isinstance(one, Action) else _line(night, one, width) for one in told]
    if not told:
        found.append(Row(text("   " + _("Nothing was written yet. l: a log line."), "dim")))
    return found


def found_rows(night: Night, entries: Sequence[Entry], query: str, width: int) -> list[Row]:
    """What a search of the log found."""
    if not entries:
        words = _("No line of the log with '{text}'. Try fewer letters. A person is found by / on every other screen.")
        return [Row(text(" " + words.format(text=query)))]
    return [_line(night, entry, width) for entry in entries]


def _line(night: Night, entry: Entry, width: int) -> Row:
    line = entry.line
    rings = line.is_open and entry.put_right_by is None
    when = _when(night, line.back_at if rings else line.at)
    words = f"{fit(when, 12)} {fit(line.by, 10)} {fit(_(KIND_LABELS.get(line.kind, line.kind)), 9)} "
    style = "warn" if rings else "dim" if entry.put_right_by else ""
    return Row(((words, "dim"), (fit(_said(night, entry), width - 3 - len(words)), style)), str(line.id))


def _said(night: Night, entry: Entry) -> str:
    """The line's text with what became of it in front, where a row that is too long still shows it."""
    line = entry.line
    parts = []
    if entry.put_right_by is not None:
        parts.append(_("(put right by line {line})").format(line=entry.put_right_by))
    if line.corrects is not None:
        parts.append(_("({new} puts line {line} right)").format(new=line.id, line=line.corrects))
    if entry.typed_late is not None:
        parts.append(_("(typed {time})").format(time=_when(night, entry.typed_late)))
    parts += [" / ".join(line.text.splitlines()), night.said(line.link)]
    if line.done_at:
        rung = _("(rung back {time} {who})").format(time=night.settings.hhmm(line.done_at), who=line.done_by)
        parts.append(rung)
    return " ".join(part for part in parts if part)


def _action(night: Night, action: Action, width: int) -> Row:
    words = f"   {fit(_when(night, action.at), 12)} {fit(action.operator, 10)} {fit('', 9)} "
    said = actions.told(action.verb, action.args, night.said(action.ref))
    return Row(((words + fit(said, width - len(words)), "dim"),))


def _when(night: Night, at: datetime | None) -> str:
    return clock.when(at, night.at, night.settings.tz) if at else ""


class LogbookScreen(DeskScreen):
    """Key 6."""

    SECTION = "logbook"

    def __init__(self) -> None:
        super().__init__()
        self.everything = False
        """Whether the actions of the desk stand between the lines."""

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The last 200 lines."""
        logbook = self.desk_app.desk.logbook
        story: Sequence[Entry | Action] = logbook.with_actions() if self.everything else logbook.entries()
        return rows(night, story, width, everything=self.everything)

    def live(self, key: str) -> dict[str, str]:
        """An open call-back can be done, any line put right; the log can be searched and shown with all actions."""
        open_ones = {str(line.id) for line in self.night.log}
        ring = {"step": _("it was rung back"), "mine": _("I do it")} if key in open_ones else {}
        line = {"edit": _("put right"), "hold": _("keep for the board")} if key else {}
        other = _("the log alone") if self.everything else _("with all actions")
        return {**ring, **line, "other_half": other, "find": _("find in the log")}

    def action_act(self, action: str) -> None:
        """Tab: the other half of the log is what the desk did."""
        if action == "other_half" and not (self.sheet or self.prompt or self.question):
            self.everything = not self.everything
        super().action_act(action)

    def hint(self, key: str) -> str:
        """The line under the cursor, where it is longer than its row shows."""
        said = next((line.text for line in self.desk_app.desk.logbook.lines() if str(line.id) == key), "")
        words = " / ".join(said.splitlines())
        return words if len(words) > self.size.width - _BEFORE_TEXT else ""

    def do_step(self, key: str) -> None:
        """Enter: it was rung back."""
        steps.rung_back(self, int(key))

    def do_edit(self, key: str) -> None:
        """e: the line as it should have been; the old one stays."""
        logbook = self.desk_app.desk.logbook
        old: LogLine | None = next((line for line in logbook.lines() if str(line.id) == key), None)
        label = _("Line {line} as it should be; the old one stays and says so").format(line=key)

        def write(words: str, at: datetime | None) -> None:
            self.do(logbook.correct, int(key), words, at)

        self.type(Prompt(label, write, value=" ".join(old.text.split()) if old else ""))

    def do_find(self, _key: str) -> None:
        """/: words in the log, in any script."""
        logbook = self.desk_app.desk.logbook

        def look(words: str, _at: datetime | None) -> None:
            entries = logbook.find(words)
            self.sheet = Sheet(
                lambda: _("Found in the log: {text}").format(text=words),
                lambda night, width: found_rows(night, entries, words, width),
            )

        self.type(Prompt(_("Find in the log (last 10,000 lines): words, any script"), look))

    def do_hold(self, key: str) -> None:
        """h: the line becomes an issue of the board (or what its kind says), in one step."""
        decisions = self.desk_app.desk.decisions
        words = _("Raise this line for the board, as an issue?")
        self.ask(words, lambda: self.do(decisions.raise_from, int(key)))

    def do_mine(self, key: str) -> None:
        """i: I ring back."""
        self.do(self.desk_app.desk.logbook.take, f"call_back:{key}")
