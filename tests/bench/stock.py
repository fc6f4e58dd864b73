"""The same desk with Textual's own header, footer, table and input line, and all its defaults: what is held against.

Rows, keys, questions and actions are the desk's; only what paints them is the library's, used as its guide shows it:
a row that did not change is left alone, and bindings are refreshed when they changed.
"""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable, Footer, Header, Input, Static

from desk.language import speak
from screens import app as app_module
from screens import desk_screen, foot, keys
from screens.app import DeskApp
from screens.desk_screen import DeskScreen
from screens.form import FormScreen
from screens.lines import Line, clipped, plain
from screens.widgets.body import TypedLine
from storage.store import Desk
from tests.bench.hour import of_file

_CURSOR = re.compile(r"^.> ")
_BESIDE = 4
"""Cells of a table beside its text: around it, and the bar that says how far it is scrolled."""
_COLOURS = {"alarm": "bold red", "warn": "yellow", "good": "green", "dim": "dim", "bold": "bold", "here": "reverse"}


def _text(line: Line) -> Text:
    return Text.assemble(*((words, _COLOURS.get(style, "")) for words, style in line)) if line else Text()


class StockLines(Static):
    """Lines in a Static, updated when they changed."""

    _shown: list[Line] | None = None

    def show(self, lines: list[Line]) -> None:
        """Show these lines."""
        if lines != self._shown:
            self._shown = lines
            self.update(Text("\n").join(_text(line) for line in lines))


class StockTable(DataTable[Text]):
    """The rows in a DataTable with a row cursor; only cells that changed are updated."""

    _shown: list[Line] = []

    def on_mount(self) -> None:
        """One column."""
        self.cursor_type = "row"
        self.add_column("")

    def on_resize(self) -> None:
        """Another size shows another number of lines."""
        screen = self.screen
        if isinstance(screen, DeskScreen):
            screen.repaint()

    def show(self, lines: list[Line]) -> None:
        """Show these lines; the cursor is where the row begins with its sign, and that sign is left out."""
        at = next((n for n, line in enumerate(lines) if _CURSOR.match(plain(line))), None)
        if at is not None:
            (_sign, _style), *rest = lines[at]
            lines = [*lines[:at], (("   ", ""), *rest), *lines[at + 1 :]]
        while lines and not lines[-1]:
            lines = lines[:-1]
        lines = [clipped(line, self.size.width - _BESIDE) for line in lines]  # else it would scroll sideways
        for n, line in enumerate(lines):
            if n >= len(self._shown):
                self.add_row(_text(line))
            elif line != self._shown[n]:
                self.update_cell_at((n, 0), _text(line))  # type: ignore[arg-type]  # a pair is a coordinate
        for _n in range(len(lines), len(self._shown)):
            self.remove_row(self.ordered_rows[-1].key)
        self._shown = lines
        if at is not None:
            self.move_cursor(row=at)


class StockFooter(Footer):
    """The library's footer: it shows the bindings that work now."""

    _live: frozenset[str] = frozenset()

    def show(self, _lines: list[Line]) -> None:
        """Follow the row under the cursor."""
        screen = self.screen
        if isinstance(screen, DeskScreen) and (live := frozenset(screen.live(screen.here))) != self._live:
            self._live = live
            screen.refresh_bindings()


def _compose(_self: DeskScreen) -> ComposeResult:
    yield Header()
    yield StockLines(id="head")
    yield StockTable(id="body")
    yield StockLines(id="status")
    yield TypedLine(id="typed")
    yield StockFooter(id="keys")


def _line(self: TypedLine, value: str = "", *, id: str | None = None) -> None:
    Input.__init__(self, value, id=id)
    self.rest = []
    self._broken_at = None


def _works_now(self: DeskScreen, action: str, parameters: tuple[object, ...]) -> bool | None:
    return action != "act" or parameters[0] in self.live(self.here) or parameters[0] in keys.EVERYWHERE


class StockDesk(DeskApp):
    """The desk's app with what its own line to the terminal does taken away."""

    CSS = """
    #head { height: 3; } #body { height: 1fr; } #status { height: 2; }
    FormScreen .line { height: auto; } FormScreen .label { width: 26; } FormScreen #form { height: 1fr; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.ansi_color = None
        self.theme = "textual-dark"

    def wear(self, theme: str) -> None:
        """The library's default theme."""

    def get_line_filters(self) -> Any:
        """As the library has it."""
        filters: list[LineFilter] = self._filters
        return [one for one in filters if one.enabled]

    def get_driver_class(self) -> type[Driver]:
        """As the library has it."""
        return App.get_driver_class(self)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        App._display(self, screen, renderable)


def main() -> None:
    """Open it on a store and a clock, as `tests.bench.hour` opens the desk."""
    for module, name, kind in (
        (desk_screen, "Page", Widget),
        (foot, "Page", Widget),
        (foot, "Body", StockTable),
        (DeskScreen, "compose", _compose),
        (DeskScreen, "check_action", _works_now),
        (DeskScreen, "BINDINGS", [replace(binding, show=True) for binding in keys.bindings()]),
        (TypedLine, "__init__", _line),
        (FormScreen, "CSS", ""),
        (StockDesk, "CSS_PATH", None),
        (app_module, "TypedLine", TypedLine),
    ):
        setattr(module, name, kind)
    speak("en")
    with Desk(Path(sys.argv[1]), "Anna", of_file(Path(sys.argv[2]))) as desk:
        StockDesk(desk).run()


if __name__ == "__main__":
    main()
