"""What the test terminal's screen does where pyte 0.8.2 alone would paint wrongly.

pyte draws the tail of control sequences it does not know as text, has no second screen, and stumbles over
zero-width characters and half-overwritten wide ones. The filter drops what it does not know; the screen adds the rest.
"""

import re
import unicodedata
from copy import copy, deepcopy
from typing import Any

import pyte
from wcwidth import wcwidth

ALTERNATE_SCREEN = 1049

# ECMA-48: each control sequence whole, so that what is unknown is dropped whole.
_SEQUENCE = re.compile(
    rb"""\x1b(?:
        \[(?P<parameters>[\x30-\x3f]*)(?P<between>[\x20-\x2f]*)(?P<final>[\x40-\x7e])
      | \](?P<command>[^\x07\x1b]*)(?:\x07|\x1b\\)
      | (?P<string>[PX^_])(?:[^\x1b]|\x1b[^\\])*\x1b\\
      | (?P<designate>[\x20-\x2f]+)[\x30-\x7e]
      | (?P<simple>[0-OQ-WYZ\\`-~])
    )""",
    re.VERBOSE | re.DOTALL,
)
_UNFINISHED = re.compile(
    rb"\x1b(?:\[[\x30-\x3f]*[\x20-\x2f]*|\][^\x07\x1b]*\x1b?|[PX^_](?:[^\x1b]|\x1b[^\\])*\x1b?|[\x20-\x2f]*)\Z",
    re.DOTALL,
)
_PLAIN_PARAMETERS = re.compile(rb"[0-9;]*")
_PRIVATE_PARAMETERS = re.compile(rb"\?[0-9;]*")


class ControlFilter:
    """Passes on the bytes pyte understands, across chunks that end inside a sequence."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """The bytes to paint of this chunk and of what was held back of the one before."""
        data, self._held = self._held + chunk, b""
        kept = bytearray()
        at = 0
        while (escape := data.find(b"\x1b", at)) >= 0:
            kept += data[at:escape]
            if match := _SEQUENCE.match(data, escape):
                kept += match[0] if _understood(match) else b""
                at = match.end()
            elif _UNFINISHED.match(data, escape):
                self._held = data[escape:]
                return bytes(kept)
            else:
                at = escape + 1  # not a sequence at all: a terminal drops the escape and goes on
        return bytes(kept + data[at:])


def _understood(match: re.Match[bytes]) -> bool:
    """Whether pyte does the right thing with a whole sequence."""
    if match["final"] is not None:
        if match["between"]:
            return False  # a question about a mode, the shape of the cursor, a soft reset
        if _PRIVATE_PARAMETERS.fullmatch(match["parameters"]):
            return match["final"] in b"hlJK"
        # Anything else with a `<`, `=` or `>` is a keyboard or mouse protocol; with a `:` a fancy underline.
        return _PLAIN_PARAMETERS.fullmatch(match["parameters"]) is not None
    if match["command"] is not None:
        return match["command"].startswith((b"0;", b"1;", b"2;"))  # titles; the rest are colours, links, clipboard
    if match["designate"] is not None:
        return match["designate"] in (b"#", b"(", b")")
    return match["string"] is None


class DeskScreen(pyte.Screen):
    """A pyte screen with a second screen for full-screen programs, and characters of any width."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        self._main: tuple[Any, Any] | None = None

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        """Set modes; the second screen starts empty."""
        if kwargs.get("private") and ALTERNATE_SCREEN in modes and self._main is None:
            self._main = (deepcopy(self.buffer), copy(self.cursor))
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        """Reset modes; leaving the second screen shows the first as it was."""
        if kwargs.get("private") and ALTERNATE_SCREEN in modes and self._main is not None:
            (self.buffer, self.cursor), self._main = self._main, None
            self.ensure_hbounds()
            self.ensure_vbounds()
        super().reset_mode(*modes, **kwargs)

    def draw(self, data: str) -> None:
        """Draw a text without its joiners and marks of direction: pyte would drop all that follows one."""
        if not data.isascii():
            data = "".join(char for char in data if wcwidth(char) > 0 or unicodedata.combining(char))
        super().draw(data)

    def painted_lines(self) -> list[str]:
        """The lines as a person reads them: a wide character once, trailing blanks gone."""
        return [self._painted(row).rstrip() for row in range(self.lines)]

    def _painted(self, row: int) -> str:
        line = self.buffer[row]
        text = ""
        after_wide = False
        for column in range(self.columns):
            char = line[column].data
            # The empty cell behind a wide character is part of it; left alone by an overwrite it is a blank.
            text += char or ("" if after_wide else " ")
            after_wide = bool(char) and wcwidth(char[0]) == 2
        return text
