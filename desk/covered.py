"""Names that nobody is to be told, also where somebody typed them in words: whom a visitor comes for, where they go."""

import re
from dataclasses import replace

from desk.households import COVERED
from desk.names import fold
from desk.night import Night, kept

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LEAST_LETTERS = 3


def cover(night: Night, text: str) -> str:
    """The text with each word covered that is a name of a household of which nobody is to be told."""
    names = _names(night)
    if not names or not text:
        return text
    return _WORD.sub(lambda found: COVERED if fold(found[0]) in names else found[0], text)


@kept
def _names(night: Night) -> frozenset[str]:
    covered = {h.id: h for h in night.households if h.say_nothing}
    texts = [f"{h.name} {h.native_name}" for h in covered.values()]
    texts += [f"{m.name} {m.native_name}" for m in night.members if m.household in covered]
    words = (word for text in texts for word in _WORD.findall(text) if len(word) >= _LEAST_LETTERS)
    return frozenset(fold(word) for word in words)


def nobody_named(night: Night) -> Night:
    """The night with every name covered: numbers and rooms are enough, also when the alarm goes."""
    return replace(
        night,
        households=tuple(replace(h, say_nothing=True) for h in night.households),
        members=tuple(replace(m, name="", native_name="") for m in night.members),
        visitors=tuple(replace(visitor, name=COVERED, whom="") for visitor in night.visitors),
    )
