"""Every reader of text from outside, once, and what must hold of it whatever it is given.

A parser takes bytes, reads them as the desk does, and checks what came of it. What cannot be read is Refused; anything
else that is raised, and every `Broken`, is a defect.
"""

import importlib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desk.refusals import Refused

LONGEST_SENTENCE = 1_500
"""A refusal repeats what was typed, never all of a megabyte of it."""


class Broken(AssertionError):  # noqa: N818 - a promise that does not hold
    """What must hold of what was read does not."""


@dataclass(frozen=True)
class Parser:
    """One reader; `words` are of its grammar, for those who make texts at random."""

    name: str
    read: Callable[[bytes], None]
    words: tuple[str, ...]


_PLACES = ("tests.hostile.texts", "tests.hostile.files", "tests.hostile.program")
_found: dict[str, Parser] = {}


def parsers() -> dict[str, Parser]:
    """All of them, by name."""
    for place in _PLACES:
        importlib.import_module(place)
    return _found


def parser(name: str, *words: str) -> Callable[[Callable[[bytes], None]], Callable[[bytes], None]]:
    """Put a reader into the list."""

    def put(read: Callable[[bytes], None]) -> Callable[[bytes], None]:
        assert name not in _found
        _found[name] = Parser(name, read, words)
        return read

    return put


def named(name: str) -> Parser:
    """The parser of that name; `module:function` is one that is not in the list."""
    module, colon, function = name.partition(":")
    if colon:
        return Parser(name, getattr(importlib.import_module(module), function), ())
    return parsers()[name]


def offends(one: Parser, raw: bytes) -> str:
    """What is wrong with how these bytes are read; empty where nothing is."""
    try:
        one.read(raw)
    except Refused as no:
        if not no.sentences or not all(0 < len(sentence) <= LONGEST_SENTENCE for sentence in no.sentences):
            return f"no sentence, or one without end: {str(no)[:200]!r}"
    except Exception as wrong:
        return f"{type(wrong).__name__}: {str(wrong)[:300]}"
    return ""


# --- texts and bytes --------------------------------------------------------------------------


def text_of(raw: bytes) -> str:
    """Bytes as the program gets its arguments: what is no UTF-8 becomes lone surrogates."""
    return raw.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """The way back, for any text."""
    return text.encode("utf-8", "surrogateescape" if _escapes_only(text) else "surrogatepass")


def _escapes_only(text: str) -> bool:
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")


# --- what must hold ---------------------------------------------------------------------------

HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def must(holds: bool, words: str, value: object = "") -> None:
    """Broken where it does not hold."""
    if not holds:
        raise Broken(f"{words}: {ascii(value)[:200]}")


def steers(text: str, *, lines: bool = False) -> str:
    """The characters of a text that steer a terminal, hide, or turn the writing round."""
    allowed = "\u200d\n" if lines else "\u200d"
    return "".join(c for c in text if c not in allowed and unicodedata.category(c) in HIDDEN)


def safe(*texts: str | None, lines: bool = False) -> None:
    """Each can be shown and stored."""
    for text in texts:
        if text is not None:
            must(not steers(text, lines=lines), "steers a terminal", text)
            text.encode()


def counted(*numbers: int | None) -> None:
    """Each is a count that a store can hold."""
    for number in numbers:
        must(number is None or 0 <= number < 2**63, "is no count", number)


def all_safe(values: Iterable[object]) -> None:
    """Every text among these, and every count."""
    for value in values:
        if isinstance(value, str):
            safe(value, lines=True)
        elif isinstance(value, int):
            counted(value)
        elif isinstance(value, tuple | list):
            all_safe(value)
