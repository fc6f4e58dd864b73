"""Text for a terminal that has ASCII only: words in as many cells as they had, so that no column moves."""

import re
from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size

_OWN = {"…": "...", "±": "+-", "×": "x", "•": "*", "·": ".", "–": "-", "—": "-", "€": "EUR", "°": "o", "→": "->"}
"""What the desk's own texts have; anything else is spelt in Latin letters."""
_ONE_CELL = {"±": "~", "→": ">"}
_WORDS = re.compile(r"(?P<words>\S+(?: \S+)*)(?P<blanks> *)")
"""Words with one space between them, up to where a column ends."""


@lru_cache(4096)
def in_ascii(text: str, spare: int = 0) -> str:
    """The text in ASCII, as wide as it was; at its end it may take so many cells more.

    A spelling that is longer takes of the blanks behind it: `Шевченко 4   6` is `Shevchenko 4 6`. Where there are none,
    each letter keeps its own cells: `Шевченко 46` is `Sevcenko 46`.
    """
    if text.isascii():
        return text
    return _WORDS.sub(lambda found: _spelt(found["words"], len(found["blanks"]), _spare(found, spare)), _plain(text))


def _spare(found: re.Match[str], spare: int) -> int:
    return spare if found.end() == len(found.string) else 0


def _plain(text: str) -> str:
    """Every space a plain one: some are as wide as two."""
    return "".join(" " * get_character_cell_size(c) if c.isspace() else c for c in text)


def _spelt(words: str, blanks: int, spare: int) -> str:
    if words.isascii():
        return words + " " * blanks
    room = cell_len(words) + blanks
    whole = "".join(_latin(letter) for letter in words)
    if len(whole) > room + spare - min(1, blanks):
        whole = "".join(_in_cells(letter) for letter in words)
    return whole.ljust(room)


def _in_cells(letter: str) -> str:
    if letter.isascii():
        return letter
    cells = get_character_cell_size(letter)
    return (_ONE_CELL.get(letter) or _latin(letter) or "?")[:cells].ljust(cells)


def _latin(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in _OWN:
        return _OWN[letter]
    from anyascii import anyascii  # only a terminal without UTF-8 that shows such a letter needs it

    return "".join(c for c in anyascii(letter) if c.isprintable())
