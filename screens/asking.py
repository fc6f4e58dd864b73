"""What stands open at the bottom of a screen: a question, or a line to type. Values, no widgets."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from desk import clock

YES = frozenset({"y", "j"})
_WHEN = re.compile(r"(?:^|\s)@(\S+)\s*$")


@dataclass(frozen=True)
class Question:
    """Yes or no; every key that is not yes is no."""

    text: str
    on_yes: Callable[[], object]
    on_no: Callable[[], object] | None = None


@dataclass(frozen=True)
class Prompt:
    """A line to type. `on_text` gets what was typed and when it happened, and gives True to stay open.

    `draft` names what is kept when it is left half-typed; numbers are never kept, so that nothing is
    confirmed by a bare Enter. `hint` reads the text back while it is typed.
    """

    label: str
    on_text: Callable[[str, datetime | None], bool | None]
    draft: str = ""
    hint: Callable[[str], str] | None = None
    value: str = ""
    empty_is_answer: bool = False
    complete: Callable[[str], list[str]] | None = None
    secret: bool = False
    """Whether what is typed is not to be read over a shoulder."""


def split_time(text: str, now: datetime, tz: ZoneInfo) -> tuple[str, datetime | None]:
    """What was typed, and the time of a trailing `@03:20` at which it happened."""
    found = _WHEN.search(text)
    if not found:
        return text.strip(), None
    return text[: found.start()].strip(), clock.parse_time(found[1], now, tz)


class Gate:
    """Lets one step through for one look: what a tired or stuck hand presses on top is swallowed.

    A key counts only if it was pressed after the last step, question or change of screen was painted, and
    an Enter only if no other Enter came just before it (one burst, one step).
    """

    BURST_S = 0.15

    def __init__(self) -> None:
        self._painted_at = 0.0
        self._last_enter = -1.0

    def wait_for_paint(self) -> None:
        """Something was changed that a person must see before the next answer."""
        self._painted_at = float("inf")

    def painted(self, at: float) -> None:
        """The terminal has it; a later repaint of the same changes nothing."""
        if self._painted_at == float("inf"):
            self._painted_at = at

    def lets(self, key: str, pressed_at: float) -> bool:
        """Whether an Enter or a yes pressed at that moment counts."""
        if key != "enter":
            self._last_enter = -1.0  # an Enter after other keys was meant
        else:
            burst = pressed_at - self._last_enter < self.BURST_S
            self._last_enter = pressed_at
            if burst:
                return False
        return pressed_at >= self._painted_at
