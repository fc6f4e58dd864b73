"""An hour of real work at the desk, key by key: 02:41 to 03:41 of the demo night, with a second desk that writes too.

The clock is a file's time of change, so that both programs that do this hour live through the same sixty minutes.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desk.language import speak
from screens.asking import Gate
from storage.clock import Clock
from storage.demo import make_demo
from storage.store import Desk
from tests.store import moment, still
from tests.terminal import Terminal

MINUTES = 60
TICK_S = 0.35
"""Within so long an open desk has seen that the minute has changed."""
KEY_S = 0.09
"""A key is painted when nothing came for so long: longer than a frame."""
HOUSEHOLDS = (
    *("Petrenko 5 2a 3c cot", "Moroz 1 f 34", "Zelenko 4 2a 2c", "Vyshnia 2 f", "Dziuba 1 m 41", "Halahan 3 1a 2c"),
    *("Kotliar 4 2a 2c", "Yurchuk 2 m", "Zabolotna 4 3a 1c", "Stus 1 f 67 stairs", "Hrinchenko 3 2a 1c", "Kulish 2 2a"),
)


def of_file(file: Path) -> Clock:
    """The clock that a file's time of change is."""
    return lambda: datetime.fromtimestamp(file.stat().st_mtime, UTC)


@dataclass
class Hand:
    """Somebody at a desk, the clock on the wall, and a colleague at another desk."""

    terminal: Terminal
    colleague: Desk
    clock: Path
    rows: int = 0
    rows_sent: int = 0
    minutes: int = 0

    def press(self, *keys: str, until: str = "") -> None:
        """Keys, each painted before the next; `until` is what the last of them shows."""
        for key in keys:
            self.terminal.press(key)
            self.terminal.settle(KEY_S)
        if until:
            self.terminal.wait_for(until)
            self.terminal.settle(KEY_S)

    def go(self, *keys: str) -> None:
        """Moves of the cursor over rows."""
        before = self.terminal.received
        self.press(*keys)
        self.rows += len(keys)
        self.rows_sent += self.terminal.received - before

    def say(self, words: str, until: str = "") -> None:
        """A line, letter by letter, and sent."""
        self.press(*words)
        self.terminal.read_for(Gate.BURST_S)
        self.press("enter", until=until)

    def yes(self, question: str, until: str = "") -> None:
        """A question, read and answered."""
        self.terminal.wait_for(question)
        self.terminal.settle(KEY_S)
        self.press("y", until=until)

    def wait(self, minutes: int) -> None:
        """Nothing is done for so many minutes."""
        for _ in range(minutes):
            self.minutes += 1
            set_clock(self.clock, moment() + timedelta(minutes=self.minutes))
            self.terminal.read_for(TICK_S)


def set_clock(file: Path, at: datetime) -> None:
    """What time it is."""
    file.touch()
    os.utime(file, (at.timestamp(), at.timestamp()))


# --- the hour: each part is some minutes of it ----------------------------------------------------


def reads_tonight(h: Hand) -> None:
    h.go(*["down"] * 5, *["up"] * 5)
    h.press("x", until="-- Who is inside")
    h.go(*["down"] * 6)
    h.press("q", until="-- Coming")
    h.wait(3)


def a_bus_is_announced_and_held(h: Hand) -> None:
    h.press("n", until="Someone phoned in a bus")
    for words in ("Zwolle", "2", "03:20"):
        h.say(words)
    h.terminal.wait_for("2 BUSES")
    h.press("h", until="how many places held")
    h.say("2", until="2 places held")
    h.go("up", "up", "down", "down")
    h.wait(3)


def colleague(number: int) -> "Part":
    """Somebody at the other desk writes, and writes again."""
    work: tuple[Callable[[Desk], object], ...] = (
        lambda desk: desk.logbook.add("note", "the light in the corridor is out"),
        lambda desk: desk.beds.clean("16-1"),
        lambda desk: desk.households.edit("H-0407-14", note="sleeps badly"),
        lambda desk: desk.buses.eta("B-0407-3", moment() + timedelta(hours=3), "the driver"),
        lambda desk: desk.beds.clean("16-2"),
        lambda desk: desk.logbook.add("note", "the night nurse was here"),
    )

    def part(h: Hand) -> None:
        for one in (work[number % len(work)], work[(number + 1) % len(work)]):
            one(h.colleague)
            h.terminal.read_for(TICK_S)
        h.wait(1)

    return part


def the_bus_is_here_and_counted(h: Hand) -> None:
    h.press("2", until="2 BUSES")
    h.go("down", "down")
    h.terminal.wait_for("-- Bus 2")
    h.press("a")
    h.yes("Is bus 2 from Utrecht here now?", until="is here")
    h.press("c", until="heads counted")
    h.say("33", until="33 counted")
    h.wait(2)


def households(first: int, last: int) -> "Part":
    """Some of the bus are written down at the table, one line each."""

    def part(h: Hand) -> None:
        h.press("2", until="2 BUSES")
        h.press("r", until="at the table: name, number")
        for words in HOUSEHOLDS[first:last]:
            h.say(words, until="on the wristbands")
            h.wait(1)
        h.press("esc", until="2 BUSES")
        h.press("3", until="3 BEDS")
        h.go(*["down"] * 10, *["up"] * 10)

    return part


def beds_and_moves(h: Hand) -> None:
    h.press("3", until="3 BEDS")
    h.go(*["down"] * 12, *["up"] * 12)
    h.press("right", "right", "left")
    h.go(*["down"] * 5)
    h.press("m", until="to which room or beds")
    h.say("G6-4", until="moved to G6-4")
    h.wait(3)


def places_for_tomorrow(h: Hand) -> None:
    h.press("4", until="4 PLACEMENT")
    h.go(*["down"] * 10, *["up"] * 9)
    h.press("tab")
    h.go(*["down"] * 4, *["up"] * 3)
    h.press("tab")
    h.wait(3)


def the_log(h: Hand) -> None:
    h.press("6", until="6 LOG")
    for words in ("the boiler is on again", "rang the driver of bus 3", "police asked how many are inside"):
        h.press("l", until="-- Log line")
        h.say(words, until="Written in the log")
        h.wait(1)
    h.go(*["down"] * 9, *["up"] * 6)
    h.press("1", until="1 TONIGHT")


def somebody_is_found(h: Hand) -> None:
    h.press("/", until="-- Find")
    h.say("petrenko", until="-- Found")
    h.go("down")
    h.press("q", until="1 TONIGHT")
    h.wait(1)


def the_roll_is_called(h: Hand) -> None:
    h.press("x", until="-- Who is inside")
    h.press("enter", until="-- Roll call since")
    for _room in range(9):
        h.terminal.read_for(Gate.BURST_S)
        h.press("enter")
        h.go("down")
    h.wait(2)
    h.press("q", until="1 TONIGHT")


def looks_round(h: Hand) -> None:
    """A quiet quarter of an hour: every screen once, and up and down."""
    for key, title in (("2", "2 BUSES"), ("3", "3 BEDS"), ("4", "4 PLACEMENT"), ("1", "1 TONIGHT")):
        h.press(key, until=title)
        h.go(*["down"] * 4, *["up"] * 4)
        h.wait(1)


Part = Callable[[Hand], None]
HOUR: Sequence[Part] = (
    reads_tonight,
    beds_and_moves,
    a_bus_is_announced_and_held,
    colleague(0),
    looks_round,
    the_bus_is_here_and_counted,
    households(0, 4),
    colleague(2),
    households(4, 8),
    households(8, 12),
    colleague(4),
    places_for_tomorrow,
    the_log,
    somebody_is_found,
    looks_round,
    colleague(5),
    the_roll_is_called,
    looks_round,
)
QUICK: Sequence[Part] = (reads_tonight, somebody_is_found)


@dataclass(frozen=True)
class Lived:
    """What an hour cost on the line, and what was done in it."""

    sent: int
    rows: int
    """Moves of the cursor."""
    rows_sent: int
    verbs: Sequence[str]


def night(folder: Path) -> tuple[Path, Path]:
    """The demo night at 02:41, and the clock that shows it."""
    speak("en")
    make_demo(folder / "desk.db", seed=1, clock=still(), language="en").close()
    set_clock(folder / "clock", moment())
    return folder / "desk.db", folder / "clock"


def live(folder: Path, module: str, parts: Sequence[Part]) -> Lived:
    """The hour at one program; what is sent before its first screen is whole is not of the hour."""
    store, clock = night(folder)
    command = [sys.executable, "-m", module, str(store), str(clock)]
    with Terminal(command) as terminal, Desk(store, "Piet", of_file(clock)) as other:
        terminal.wait_for("1 TONIGHT", timeout=30)
        terminal.settle(0.5)
        before, action = terminal.received, other.journal.version()
        hand = Hand(terminal, other, clock)
        for part in parts:
            part(hand)
        if parts is HOUR:
            hand.wait(MINUTES - hand.minutes)
        terminal.settle(0.5)
        verbs = sorted(one.verb for one in other.journal.actions(action))
        return Lived(terminal.received - before, hand.rows, hand.rows_sent, verbs)


def main() -> None:
    """The desk on a store and a clock."""
    from screens.start import TEXTUAL

    os.environ.update(TEXTUAL)
    from screens.app import open_desk

    sys.exit(open_desk(Path(sys.argv[1]), "Anna", "en", of_file(Path(sys.argv[2]))))


if __name__ == "__main__":
    main()
