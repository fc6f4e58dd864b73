"""Sheets on the command line: read, unknown columns named, progress shown where somebody watches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desk.language import _
from screens.cli.call import Call

if TYPE_CHECKING:
    from storage.store import Desk

LONG = 200
"""From so many rows on, progress is shown."""


def rows_of(file: Path) -> list[list[object]]:
    """The rows of a file; the reader is loaded only now, so that a head count does not wait for it."""
    from storage.sheets import read_sheet

    return read_sheet(file)


def unknown_columns(call: Call, unknown: Sequence[str]) -> None:
    """Name the columns that are left out."""
    if unknown:
        call.warn(_("Left out, not known here: {columns}.").format(columns=", ".join(unknown)))


@contextmanager
def progress(call: Call, desk: "Desk") -> Iterator[None]:
    """How far a long import is, counted on a terminal only."""
    if call.in_line or not call.err.isatty():
        yield
        return
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if total >= LONG and done * 100 // total > shown:
            shown = done * 100 // total
            call.err.write(f"\r{done} / {total}  {shown} %")
            call.err.flush()

    desk.journal.progress = tell
    try:
        yield
    finally:
        desk.journal.progress = None
        if shown:
            call.err.write("\r" + " " * 40 + "\r")
            call.err.flush()
