"""Text in columns of a printer or a terminal: wide letters take two cells, marks above a letter none."""

import unicodedata
from collections.abc import Iterator


def cells(text: str) -> int:
    """How many columns a text takes."""
    return sum(_cells(letter) for letter in text)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Cf", "Me", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """The text over lines of at most `width` columns, those after the first behind `indent`; a longer word is cut.

    The spaces at its beginning and within a line stay as they are.
    """
    indent = indent if width - cells(indent) >= 2 else ""  # there is room for any letter
    lines, line = [], ""
    for word in _words(text, max(1, width - cells(indent))):
        if line and cells(line + word.rstrip()) > width:
            lines.append(line.rstrip())
            line = indent + word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _words(text: str, width: int) -> Iterator[str]:
    """The words with the spaces before them, one wider than a line in pieces."""
    word, in_word = "", False
    for letter in text:
        if in_word and letter == " ":
            yield from _pieces(word, width)
            word, in_word = "", False
        word += letter
        in_word = in_word or letter != " "
    yield from _pieces(word, width)


def _pieces(word: str, width: int) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece.strip() and cells(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece
