"""A night on a store of its own, driven through the command line as anybody else would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from screens import start
from storage.store import Desk
from tests.kept import as_made

ROOT = Path(__file__).parent.parent
CLOCK = "2022-04-08T02:41:00+02:00"


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line on standard error."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


class Night:
    """Commands on one store at one moment; `at` of each command is the program's clock, unless it says otherwise."""

    def __init__(self, folder: Path, clock: str = CLOCK) -> None:
        self.store = folder / "desk.db"
        self.clock = clock

    def made(self, *, beds: int | str = 60, region: str = "twente") -> "Night":
        """A new store with so many beds."""
        words = ("init", "--name", "Oldenzaal", "--beds", str(beds), "--region", region)
        if isinstance(beds, int):
            as_made(self.store, (*words, self.clock), lambda: self.do(*words))
        else:
            self.do(*words)
        return self

    # --- running ----------------------------------------------------------------------------

    def environment(self, by: str = "Anna") -> dict[str, str]:
        """What the program is told besides its words."""
        return {
            "DESK_STORE": str(self.store),
            "DESK_CLOCK": self.clock,
            "DESK_OPERATOR": by,
            "DESK_LANGUAGE": "en",
        }

    def run(self, *words: object, by: str = "Anna", env: Mapping[str, str] | None = None) -> Ran:
        """The program's own entry, in this process."""
        out, err = StringIO(), StringIO()
        with _environment({**self.environment(by), **(env or {})}), redirect_stdout(out), redirect_stderr(err):
            code = start.run([str(word) for word in words])
        return Ran(code, out.getvalue(), err.getvalue())

    def command(self, *words: object, by: str = "Anna", env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """The program as a process of its own, started."""
        return subprocess.Popen(
            [sys.executable, "-m", "screens.start", *map(str, words)],
            cwd=ROOT,
            env={**os.environ, **self.environment(by), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def process(self, *words: object, by: str = "Anna", env: Mapping[str, str] | None = None) -> Ran:
        """The program as a process of its own, to its end."""
        running = self.command(*words, by=by, env=env)
        out, err = running.communicate(timeout=60)
        return Ran(running.returncode, out, err)

    # --- expecting --------------------------------------------------------------------------

    def do(self, *words: object, by: str = "Anna") -> Any:
        """Something that is done; its JSON."""
        ran = self.run(*words, "--json", by=by)
        assert ran.exit == 0, f"{' '.join(map(str, words))}: {ran.err}"
        assert ran.err == "" or ran.json["warnings"]
        return ran.json

    def refused(self, *words: object, by: str = "Anna") -> str:
        """Something that is refused in one sentence, and changes nothing."""
        before = self.last_action()
        ran = self.run(*words, by=by)
        assert ran.exit == 1, f"exit {ran.exit}: {ran.out}{ran.err}"
        assert ran.out == ""
        assert "Traceback" not in ran.err
        assert self.last_action() == before
        return ran.sentence

    def now(self) -> Any:
        """The numbers of tonight."""
        return self.do("now")

    def last_action(self) -> int:
        """The id of the journal's last action; 0 where there is no store."""
        if not self.store.is_file():
            return 0
        with Desk(self.store, "test") as desk:
            return desk.journal.version()

    # --- what a night needs -----------------------------------------------------------------

    def bus(self, place: str = "Utrecht", people: int = 48, eta: str = "03:40", **details: object) -> str:
        """A bus somebody phoned in."""
        more = [word for name, value in details.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        done = self.do("bus", "announce", "--from", place, "--people", people, "--eta", eta, *more)
        return str(done["ref"])

    def household(self, name: str, people: int = 1, *words: object) -> str:
        """A household written down."""
        return str(self.do("household", "register", "--name", name, "--people", people, *words)["ref"])

    def in_bed(self, name: str, people: int = 1, *words: object) -> str:
        """A household written down and in the beds the desk chooses."""
        ref = self.household(name, people, *words)
        self.do("household", "bed", ref)
        return ref

    def locations(self, *rows: str) -> None:
        """Locations as `name,municipality,kind,capacity` and what follows in `heading=value` form after a semicolon."""
        sheet = self.store.with_name("locations.csv")
        parts = [_location(row) for row in rows]
        headings = list(dict.fromkeys(name for part in parts for name in part))
        lines = [";".join(headings), *(";".join(part.get(name, "") for name in headings) for part in parts)]
        sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.do("import", "locations", sheet)


def _location(row: str) -> dict[str, str]:
    first, *more = row.split(";")
    fixed = dict(zip(("name", "municipality", "kind", "capacity"), first.split(","), strict=True))
    return fixed | {name: value for name, _equals, value in (part.partition("=") for part in more)}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
