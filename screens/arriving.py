"""What arrives from a terminal, byte by byte, read as keys and pastes.

A line delivers in pieces of any length, with pauses anywhere, and now and then a byte that is nothing. Whatever comes,
no piece of a sequence is ever taken for letters: it is completed, or dropped whole.
"""

import codecs
import re

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

ESC = "\x1b"
ESC_S = 0.1
"""An Esc after which nothing came for so long was the key."""
PIECE_S = 1.0
"""So long the rest of a sequence is waited for: a hand cannot type its first two bytes at once, a line can stall."""
PASTE_S = 2.0
"""A paste that goes on no more has ended, though its end never came."""
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"

_WHOLE = re.compile(
    r"""\x1b(?:
        \[\[[A-E]                                    # the function keys of the Linux console
      | \[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x5a\x5c-\x7e]  # a control sequence
      | O[0-9;]*[A-Za-z]                             # keypad and function keys
      | [P\]X^_][^\x07\x1b]*(?:\x07|\x1b\\)          # an answer to a question that somebody else asked
    )""",
    re.VERBOSE,
)
_BEGUN = re.compile(r"\x1b(?:\[\[?[\x30-\x3f]*[\x20-\x2f]*|O[0-9;]*|[P\]X^_][^\x07\x1b]*\x1b?)\Z")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LATIN = "desk-latin"


def _latin(wrong: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8, from a terminal that does not say it sends any: letters of Western Europe."""
    assert isinstance(wrong, UnicodeDecodeError)
    raw = wrong.object[wrong.start : wrong.end]
    return "".join(chr(byte) for byte in raw if byte >= 0xA0), wrong.end


codecs.register_error(_LATIN, _latin)


class Arriving:
    """The end of the line at which keys come in."""

    def __init__(self, *, unicode: bool = True) -> None:
        # half a letter waits for its other half; what cannot become a letter is noise
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore" if unicode else _LATIN)
        self._parser = XTermParser()
        self._waiting = ""
        self._last = 0.0
        self._paste: list[str] | None = None

    def read(self, raw: bytes, now: float) -> list[Message]:
        """The keys and pastes that are whole by now; called with no bytes too, so that what waits can end."""
        if raw:
            self._waiting += self._decoder.decode(raw)
            self._last = now
        quiet = now - self._last
        found: list[Message] = []
        while self._waiting or self._paste is not None:
            taken = self._typed(quiet, found) if self._paste is None else self._pasted(quiet, found)
            if not taken:
                break
            self._waiting = self._waiting[taken:]
        return found

    def _typed(self, quiet: float, found: list[Message]) -> int:
        """Take one key, or all letters up to the next Esc; gives how much of what waits that was."""
        text = self._waiting
        if text[0] != ESC:
            letters = text.partition(ESC)[0]
            found += self._parser.feed(letters)
            return len(letters)
        if whole := _WHOLE.match(text):
            if whole[0] == PASTE_BEGINS:
                self._paste = []
            elif whole[0] in ANSI_SEQUENCES_KEYS:
                found += self._parser.feed(whole[0])
            return whole.end()
        if begun := _BEGUN.match(text):
            return 0 if quiet < PIECE_S else begun.end()
        if len(text) == 1 and quiet < ESC_S:
            return 0
        # no key of the desk is pressed with Alt; but a slow line delivers Esc and the key after it in one piece
        found.append(events.Key("escape", ESC))
        return 1

    def _pasted(self, quiet: float, found: list[Message]) -> int:
        """Take what belongs to the paste; gives how much of what waits that was."""
        assert self._paste is not None
        content, ends, _rest = self._waiting.partition(PASTE_ENDS)
        held = 0 if ends else _begun_end(content)
        self._paste.append(content[: len(content) - held])
        if ends or (not content and quiet >= PASTE_S):
            text = _NO_TEXT.sub("", "".join(self._paste).replace("\t", " "))
            self._paste = None
            if text:
                found.append(events.Paste(text))
        return len(content) - held + len(ends)


def _begun_end(content: str) -> int:
    """How many of the last letters may be the beginning of the end of a paste."""
    return next((n for n in range(len(PASTE_ENDS) - 1, 0, -1) if content.endswith(PASTE_ENDS[:n])), 0)
