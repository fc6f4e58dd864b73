"""Text from outside made safe, and names found again whatever alphabet or spelling they came in."""

import re
import unicodedata
from functools import lru_cache

from desk.language import _, number
from desk.refusals import Refused

LIMIT = 200

_SEQUENCES = re.compile(
    # a title, a link; within it none begins, or one that is never closed is looked for from each of its letters
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, moves of the cursor
    r"|\x1b[ -/]+[0-~]|\x1b[0-~]"
)
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")  # letters and patterns that show nothing
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2328\u232b-\u27ff\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_UNSEEN = re.compile(
    "[\u034f\u17b4\u17b5\u180b-\u180d\u180f\u2065\ufe00-\ufe0d\ufff0-\ufff8\U000e0000-\U000e0fff]"
    f"|(?<![{_PICTURES}])[\ufe0e\ufe0f](?!\u20e3)"  # these two say how a picture is drawn
)
"""Marks that show nothing (Unicode's Default_Ignorable_Code_Point, but for those that are controls)."""
_MOST_MARKS = 30
"""On one letter (UAX #15, Stream-Safe Text Format): more are no writing, and sorting them takes ever longer."""
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_JOINER = "\u200d"

_SILENT = re.compile(r"['\"`]")
_APART = re.compile(r"[^a-z0-9]+")
_CONSONANTS = {
    "schtsch": "s", "shch": "s", "tsch": "c", "tch": "c", "sch": "s", "sh": "s", "sz": "s", "ch": "c", "cz": "c",
    "zh": "z", "kh": "h", "gh": "h", "g": "h", "ck": "k", "q": "k", "x": "ks", "w": "v", "ph": "f", "tz": "ts",
    "y": "i", "j": "i", "ou": "u",
}  # fmt: skip
_CONSONANT = re.compile("|".join(sorted(_CONSONANTS, key=len, reverse=True)))
_TWICE = re.compile(r"([a-z])\1+")


def clean(text: str, *, limit: int = LIMIT, lines: bool = False) -> str:
    """The text safe to keep and to show: nothing in it steers a terminal, hides, or turns the writing round.

    Markup, emoji and apostrophes stay as typed. With `lines` the ends of lines stay, else they become a space.
    """
    text = _SEQUENCES.sub("", text) if not text.isprintable() else text
    text = _UNSEEN.sub("", text) if not text.isascii() else text
    text = _LINE_END.sub("\n", text)
    kept = "".join(_kept(text, at) for at in range(len(text))) if not text.isprintable() else text
    if not kept.isascii():
        # twice: a mark can be written as two, and one letter with its mark as one
        kept = _marked(unicodedata.normalize("NFC", _marked(_BLANK.sub(" ", kept))))
    if lines:
        kept = "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
    else:
        kept = " ".join(kept.split())
    if len(kept) > limit:
        raise Refused(
            _("The text is {length} characters; at most {limit} fit: make it shorter.").format(
                length=number(len(kept)), limit=number(limit)
            )
        )
    return kept


def _marked(text: str) -> str:
    """The text with no more marks on a letter than a writing has."""
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _kept(text: str, at: int) -> str:
    """What stays of one character that is not plainly printable."""
    char = text[at]
    if char in "\n\t ":
        return "\n" if char == "\n" else " "
    if char == _JOINER:  # a family of emoji is joined by it; anywhere else it only hides
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        return char if (_is_picture(before) or before == "\ufe0f") and _is_picture(after) else ""
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if category in ("Cc", "Cf") or ord(char) & 0xFFFE == 0xFFFE:
        return ""
    return char


def _is_picture(char: str) -> bool:
    pictures = (("\u2600", "\u27bf"), ("\u2b00", "\u2bff"), ("\U0001f000", "\U0001faff"))
    return any(first <= char <= last for first, last in pictures)


_ALIKE = 0.87
"""From this share of letters in common, in their order, two names may be one misspelt."""


def fold(name: str) -> str:
    """The key to find a name by: one and the same for its spellings in Ukrainian, Russian and Western papers."""
    return _sounded(_plain(name))


def matches(query: str, *texts: str) -> bool:
    """Whether every word of the query begins a word of the texts, in any script and spelling."""
    spelt = [word for text in texts for token in text.split() for word in _spelt(token)]
    return all(any(p.startswith(word) or s.startswith(stem) for p, s in spelt) for word, stem in _asked(query))


def look_alike(a: str, b: str) -> bool:
    """Whether two names may be the same people: worth a question before a second registration."""
    one, other = fold(a), fold(b)
    if not one or not other:
        return a.strip().casefold() == b.strip().casefold()
    return folded_alike(one, other)


def folded_alike(a: str, b: str) -> bool:
    """The same of two names that are folded already."""
    one, other = sorted(a.split()), sorted(b.split())
    fewer, more = sorted((set(one), set(other)), key=len)
    if fewer == more or (fewer < more and max(map(len, fewer)) >= 5):
        return True
    first, second = " ".join(one), " ".join(other)
    if min(len(first), len(second)) < 5 or not (first[0] == second[0] or {first[0], second[0]} <= set("aeiou")):
        return False
    # the most that two lengths can have in common: most names of a house end here
    if 2 * min(len(first), len(second)) < _ALIKE * (len(first) + len(second)):
        return False
    from difflib import SequenceMatcher

    pairs = ((first, second), (second, first))
    matchers = [SequenceMatcher(None, *pair, autojunk=False) for pair in pairs]
    # the letters they share say at most as much as their order does
    return matchers[0].quick_ratio() >= _ALIKE and max(matcher.ratio() for matcher in matchers) >= _ALIKE


@lru_cache(maxsize=64)
def _asked(query: str) -> tuple[tuple[str, str], ...]:
    """Each word of a query, and what it sounds like; a half-typed ending is not held against it."""
    sounded = [(word, _sounded(word)) for word in _plain(query).split()]
    return tuple((word, s[:-1] if len(s) > 3 and s[-1] in "ei" else s) for word, s in sounded)


@lru_cache(maxsize=32_768)
def _spelt(token: str) -> tuple[tuple[str, str], ...]:
    """The words of what stands between two spaces, plain and sounded: a log has few words, each many times."""
    return tuple((word, _sounded(word)) for word in _plain(token).split())


def _plain(name: str) -> str:
    """Small letters a to z, digits and single spaces, from any script."""
    text = name.lower()
    if not text.isascii():
        from anyascii import anyascii

        text = anyascii(text).lower()
    return _APART.sub(" ", _SILENT.sub("", text)).strip()


def _sounded(plain: str) -> str:
    """Plain words without the differences between transliterations."""
    text = _CONSONANT.sub(lambda found: _CONSONANTS[found[0]], plain)
    text = _TWICE.sub(r"\1", text)
    text = _TWICE.sub(r"\1", text.replace("ie", "e").replace("io", "e"))
    return _TWICE.sub(r"\1", text.replace("ei", "i"))
