"""Log: what was written down, newest first; call-backs that are open stand on top."""

from collections.abc import Sequence

from desk import clock
from desk.language import _
from desk.logbook import KIND_LABELS, LogLine
from desk.night import Night
from screens import steps
from screens.desk_screen import DeskScreen
from screens.instructions import instruction_rows
from screens.lines import Row, fit, rule, text

_BEFORE_TEXT = 37
"""Cells of a row before its text: the cursor, the time, who, the kind."""


def rows(night: Night, lines: Sequence[LogLine], width: int) -> list[Row]:
    """Open call-backs, then the log."""
    found = instruction_rows(night, "press", width)
    if night.log:
        found.append(Row(rule(_("To ring back"), width)))
        found += [_line(night, line, width) for line in night.log]
    found.append(Row(rule(_("Log, newest first"), width)))
    closed = [line for line in lines if not line.is_open]
    found += [_line(night, line, width) for line in closed]
    if not closed:
        found.append(Row(text("   " + _("Nothing was written yet. l: a log line."), "dim")))
    return found


def _line(night: Night, line: LogLine, width: int) -> Row:
    moment = line.back_at if line.is_open else line.at
    when = clock.when(moment, night.at, night.settings.tz) if moment else ""
    link = f" {night.said(line.link)}" if line.link.count("-") == 2 else ""
    done = (
        _(" (rung back {time} {who})").format(time=night.settings.hhmm(line.done_at), who=line.done_by)
        if line.done_at
        else ""
    )
    words = f"{fit(when, 12)} {fit(line.by, 10)} {fit(_(KIND_LABELS.get(line.kind, line.kind)), 9)} "
    said = " / ".join(line.text.splitlines()) + link + done
    return Row(((words, "dim"), (fit(said, width - 3 - len(words)), "warn" if line.is_open else "")), str(line.id))


class LogbookScreen(DeskScreen):
    """Key 6."""

    SECTION = "logbook"

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The last 200 lines."""
        return rows(night, self.desk_app.desk.logbook.lines(), width)

    def live(self, key: str) -> dict[str, str]:
        """An open call-back can be done."""
        open_ones = {str(line.id) for line in self.night.log}
        ring = {"step": _("it was rung back"), "mine": _("I do it")} if key in open_ones else {}
        return {**ring, "hold": _("keep for the board")} if key else {}

    def hint(self, key: str) -> str:
        """The line under the cursor, where it is longer than its row shows."""
        said = next((line.text for line in self.desk_app.desk.logbook.lines() if str(line.id) == key), "")
        words = " / ".join(said.splitlines())
        return words if len(words) > self.size.width - _BEFORE_TEXT else ""

    def do_step(self, key: str) -> None:
        """Enter: it was rung back."""
        steps.rung_back(self, int(key))

    def do_hold(self, key: str) -> None:
        """h: the line becomes an issue of the board (or what its kind says), in one step."""
        decisions = self.desk_app.desk.decisions
        words = _("Raise this line for the board, as an issue?")
        self.ask(words, lambda: self.do(decisions.raise_from, int(key)))

    def do_mine(self, key: str) -> None:
        """i: I ring back."""
        self.do(self.desk_app.desk.logbook.take, f"call_back:{key}")
