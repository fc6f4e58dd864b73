"""Cases for the meeting (casuïstiek): lines of the log that leave the house without the names of people.

Source: facts 2.1 (B11): experiences in the locations are told to the board, and nobody in them can be known again.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from desk.capacity import folded
from desk.logbook import LogLine
from desk.names import fold

TYPES = frozenset({"case", "cases", "casus", "casuistiek"})
"""What a line is typed to be told as a case, in whatever spelling of these."""
HIDDEN = "…"

_APOSTROPHES = "'’ʼ`"
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s?$", re.IGNORECASE)
_VOWELS = "aeiou"
_SHORTEST_STEM = 5
# Words within names that are words of any sentence too: alone they name nobody.
_ORDINARY = frozenset(
    "van de der den het ten ter te el al bin ibn von la le di da do dos of en and i y"
    " family familie gezin fam household huishouden group groep people mensen unknown onbekend"
    " mevrouw meneer mijnheer dhr mevr mw mr mrs ms man men vrouw woman women kind kinderen child children baby"
    " oma opa mother father moeder vader".split()
)


@dataclass(frozen=True)
class _Word:
    """A word of a text and where it stands."""

    start: int
    end: int
    text: str


class KnownNames:
    """Names with the number of their household, ready to be found in many texts; `said` is how a number is printed."""

    def __init__(self, names: Iterable[tuple[str, str]], said: Callable[[str], str] = str) -> None:
        self._said = said
        self._numbers: dict[str, set[str]] = defaultdict(set)
        self._unspaced: list[tuple[str, str]] = []
        for name, number in names:
            unspaced, keys = _found_by(name)
            if unspaced:
                self._unspaced.append((unspaced, number))
            for key in keys:
                self._numbers[key].add(number)
        self._unspaced = sorted(set(self._unspaced), key=lambda pair: (-len(pair[0]), pair))

    def hide(self, text: str) -> str:
        """The text with a number, or `…` where it can be several, in the place of every name."""
        for name, number in self._unspaced:
            text = text.replace(name, self._said(number))
        parts, at = [], 0
        for start, end, number in _runs(text, _words(text), self._numbers):
            parts += [text[at:start], number if number == HIDDEN else self._said(number)]
            at = end
        return "".join([*parts, text[at:]])


def is_case(line: LogLine) -> bool:
    """Whether a line of the log was typed as a case for the meeting."""
    return folded(line.type_text) in TYPES


def without_names(line: LogLine, known: KnownNames) -> LogLine:
    """The line as it may leave the house: nobody's name in it, nor who wrote it down."""
    return replace(line, text=known.hide(line.text), by="", done_by="")


def anonymous(text: str, names: Iterable[tuple[str, str]]) -> str:
    """The text with every known name replaced by the household's number, or `…` where it can be several.

    `names` are pairs of a name and the number. Names are found as whole words in any script and spelling, each part of
    one alone too; a household's number stands once for names that follow each other.
    """
    return KnownNames(names).hide(text)


def _runs(text: str, words: Sequence[_Word], numbers: dict[str, set[str]]) -> Iterator[tuple[int, int, str]]:
    """Names that follow each other, as long as they can be of one household: where, and what stands in their place."""
    run: tuple[int, int, set[str]] | None = None
    for word in words:
        households = set().union(*(numbers.get(key, ()) for key in _keys(word.text)))
        if run and households and run[2] & households and not text[run[1] : word.start].strip(" -\n"):
            run = run[0], word.end, run[2] & households
            continue
        if run:
            yield run[0], run[1], _one(run[2])
        run = (word.start, word.end, households) if households else None
    if run:
        yield run[0], run[1], _one(run[2])


def _one(households: set[str]) -> str:
    return next(iter(households)) if len(households) == 1 else HIDDEN


@lru_cache(maxsize=65_536)
def _found_by(name: str) -> tuple[str, frozenset[str]]:
    """The name itself where its script has no spaces, else empty; and the ways in which its words are found."""
    words = (word.text for word in _words(name) if word.text.casefold() not in _ORDINARY)
    return name.strip() if _is_unspaced(name) else "", frozenset().union(*map(_keys, words))


@lru_cache(maxsize=65_536)
def _keys(word: str) -> frozenset[str]:
    """The ways in which a word is found: as it is folded, and without the ending that its language may give it."""
    bare = _POSSESSIVE.sub("", word)
    keys = {fold(bare)}
    if bare != word or bare[-1:].casefold() == "s":
        keys.add(fold(bare.rstrip("sS")))
    keys |= {stem for key in keys if len(stem := key.rstrip(_VOWELS)) >= _SHORTEST_STEM}
    # a letter or a number by itself is nobody's name
    return frozenset(key for key in keys if len(key) > 1 and not key.isdecimal())


def _words(text: str) -> list[_Word]:
    """The words of a text: letters and digits of any script with their marks, apostrophes within them too."""
    found, start = [], None
    for at in range(len(text) + 1):
        if at < len(text) and _is_of_word(text, at):
            start = at if start is None else start
        elif start is not None:
            found.append(_Word(start, at, text[start:at]))
            start = None
    return found


def _is_of_word(text: str, at: int) -> bool:
    char = text[at]
    if char.isalnum() or unicodedata.category(char).startswith("M"):
        return True
    within = 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()
    return within and char in _APOSTROPHES


def _is_unspaced(name: str) -> bool:
    """Whether a name is of a script without spaces between words, where no search by words would find it."""
    bare = name.strip()
    return len(bare) > 1 and any(unicodedata.east_asian_width(char) == "W" and char.isalpha() for char in bare)
