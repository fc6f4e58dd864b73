"""In which language a desk speaks: as its start said, else as whoever sits here chose, else as the house does."""

from desk.language import LANGUAGES
from storage.store import Desk

PREFERENCE = "language"
"""What it is called among the things that an operator chooses for their own screens."""


def chosen(desk: Desk, told: str | None = None) -> str:
    """The language for whoever acts; `told` is what the option or the environment said at the start."""
    own = told or desk.aside.preference(desk.operator, PREFERENCE)
    return own if own in LANGUAGES else desk.settings.language


def choose(desk: Desk, language: str) -> None:
    """Whoever acts reads their screens in this language from here on, at whichever terminal."""
    desk.aside.prefer(desk.operator, PREFERENCE, language)
