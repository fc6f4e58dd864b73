"""The reader that all others stand behind: the line of words, typed in the desk or given to ssh, run on a real store.

It runs as a coordinator who came through a key: no line reads or writes a file of this machine but the store's own.
"""

import io
import os
import shlex
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from desk.language import speak
from desk.operators import Operator
from desk.refusals import Refused
from screens import found
from screens.cli.line import complete, run_line
from screens.door import _words
from screens.start import Given, run_command
from storage.rows import insert
from storage.store import Desk
from tests.hostile.parsers import must, parser, steers, text_of
from tests.store import CLOCK, bus_here, in_bed, new_store, still

LEFT_OUT = frozenset(("drill", "simulate", "doctor"))
"""Minutes of play, and a look around the machine: no text from outside is in them."""
_MOST_TYPED = 8
_MOST_LINES = 400
"""So many lines on one store; then it is made anew, that what is found can be found again."""


class _Store:
    """A store with a night in it, and a desk that is open on it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="desk-hostile-")
        home = Path(self._folder.name)
        with new_store(home) as desk:
            bus_here(desk)
            in_bed(desk, "Petrenko", 2)
            anna = Operator(name="Anna", role="coordinator", key="ssh-ed25519 AAAA", added_by="Anna")
            with desk.journal.action("operator add", {}, None) as act:
                insert(desk.db, replace(anna, added_at=act.at))
            self.path = desk.path
        self.desk = Desk(self.path, "Anna", still(CLOCK), through_key=True)
        self.lines = 0

    def close(self) -> None:
        self.desk.close()
        self._folder.cleanup()


@contextmanager
def _at_home(store: _Store) -> Iterator[None]:
    """With nothing to read and with the store's folder for a home."""
    before, given = sys.stdin, dict(os.environ)
    os.environ |= {"HOME": str(store.path.parent), "DESK_CLOCK": CLOCK}
    sys.stdin = io.StringIO("")
    speak("en")
    try:
        yield
    finally:
        sys.stdin = before
        os.environ.clear()
        os.environ.update(given)
        speak("en")


def store() -> _Store:
    """The store of these lines."""
    if not _STORE or _STORE[0].lines >= _MOST_LINES:
        for old in _STORE:
            old.close()
        try:
            _STORE[:] = [_Store()]
        except Refused as no:  # else it would be taken for a refusal of what is read
            raise RuntimeError(str(no)) from no
    _STORE[0].lines += 1
    return _STORE[0]


_STORE: list[_Store] = []


ended: Counter[int] = Counter()
"""How often each exit code was given."""


def answered(code: int, out: str, err: str) -> None:
    """What holds of every answer: a sentence where nothing was done, and nothing that steers a terminal."""
    ended[code] += 1
    must(code in (0, 1, 2), "no exit code", code)
    must("went wrong" not in err and "Traceback" not in err, "the program went wrong", err)
    must(not steers(out + err, lines=True), "steers a terminal", out + err)
    must(code == 0 or bool(err.strip()), "nothing is said", (code, out))
    must(all(len(line) < 4_000 for line in err.splitlines()), "a sentence without end", err[:300])


_WORDS = (
    *("bus announce --from Utrecht --people 48 --eta 03:40", "household register --name ", "--people ", "--note "),
    *("bus count B-0407-1 ", "log add note ", "show ", "household bed H-0407-2 ", "settings site ", "--json", "--at "),
    *("phone add ", "--members 1,2", "placement ask H-0407-1 ", "--needs cot", "bed block 3-1 --reason ", "--help"),
    *(
        "what-if --bus 50@05:00",
        "forecast set ",
        "request add ",
        "decision add K ",
        "list ",
        "report now",
        "undo",
        "--",
    ),
    *(
        "show 1-",
        "household out H-0407-1 --members ",
        "--needs 2cot,interpreter",
        "what-if --places 80@Hengelo",
        "language nl",
        "location report ",
        "target set ",
        "roster add Els --from ",
        "visitor in ",
        "compare ",
        "journal ",
    ),
)


@parser("line", *_WORDS, "\nundo --json", "\njournal --all --json\n", "@03:20", "'", '"', "\\", "desk ")
def _(raw: bytes) -> None:
    typed = text_of(raw)
    if not LEFT_OUT.isdisjoint(typed.split()):
        return
    here = store()
    with _at_home(here):
        # several lines are typed one after the other: what one of them keeps, another tells
        for line in typed.split("\n", _MOST_TYPED):
            ran = run_line(here.desk, line)
            answered(ran.exit_code, ran.out, ran.err)
            complete(here.desk, line)


@parser("door", *_WORDS, "'", '"', "\\", "desk ", "--store x ", "--as Piet ", "door", "; rm -rf /", "page")
def _(raw: bytes) -> None:
    asked = text_of(raw).replace("\0", "")
    with suppress(ValueError):
        if not LEFT_OUT.isdisjoint(shlex.split(asked)):
            return
    here = store()
    out, err = io.StringIO(), io.StringIO()
    with _at_home(here):
        words = _words(asked)
        if words:
            code = run_command(Given(here.path, "Anna", "en", tuple(words)), out, err, through_key=True)
            answered(code, out.getvalue(), err.getvalue())


@parser("search", "petr", "H-0407-1", "0407", "%", "_", "*", "0600-000102", "Шев", "'")
def _(raw: bytes) -> None:
    here = store()
    for row in found.rows(here.desk, text_of(raw)):
        must(not any(text is None for text, _style in row.line), "no text", row)
