"""Whether the program that runs here is still the one that is installed, and the store still the one it knows.

A session can stand open for days. When the desk is renewed under it, it shows on, and says to leave and come in again.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from desk.language import _

FLOORS = ("desk", "storage", "screens")
ROOT = Path(__file__).parent.parent


class Renewed:
    """What was renewed since this session began."""

    def __init__(self, is_store_renewed: Callable[[], bool], root: Path = ROOT) -> None:
        self._is_store_renewed = is_store_renewed
        self._root = root
        self._began_with: frozenset[tuple[str, int, int]] | None = None
        self._is_program = False

    def look(self) -> bool:
        """Look at the files of the program, the first time to know them; True where they are found to differ now.

        A millisecond for some hundred files, so it is not done at each beat.
        """
        found = frozenset(_files(self._root))
        if self._began_with is None:
            self._began_with = found
        elif not self._is_program and found != self._began_with:
            self._is_program = True
            return True
        return False

    def said(self) -> str:
        """What whoever sits here must know and do; empty where nothing was renewed."""
        if self._is_store_renewed():
            return _("The desk was renewed: nothing can be changed here. Leave (q q) and come in again.")
        if self._is_program:
            return _("The desk was renewed. Leave (q q) and come in again; what you typed is kept.")
        return ""


def _files(root: Path) -> Iterator[tuple[str, int, int]]:
    """Each file of code, with what changes when it is replaced."""
    for floor in FLOORS:
        for folder, _folders, names in os.walk(root / floor):
            for name in names:
                if name.endswith((".py", ".tcss")):
                    with suppress(OSError):
                        there = os.stat(os.path.join(folder, name))
                        yield os.path.join(folder, name), there.st_ino, there.st_mtime_ns
