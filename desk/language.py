"""Words for people: every string passes through here, so that it can be Dutch or English.

English text is the key; `desk/locale/<language>/LC_MESSAGES/desk.mo` holds the others. The language
is one for the process, chosen once at the start (option, environment, store).
"""

import gettext as _gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager

LANGUAGES = ("nl", "en")
_LOCALE = os.path.join(os.path.dirname(__file__), "locale")
_current: _gettext.NullTranslations = _gettext.NullTranslations()
_name = "en"


def speak(language: str) -> None:
    """Choose the language of everything said from here on; `language` is one of LANGUAGES."""
    global _current, _name
    _name = language
    if language == "en":
        _current = _gettext.NullTranslations()
    else:
        _current = _gettext.translation("desk", _LOCALE, languages=[language], fallback=True)


def language() -> str:
    """The language in force, as in `LANGUAGES`."""
    return _name


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Say something in another language than whoever sits here reads: paper is in the language of the house."""
    before = _name
    speak(chosen)
    try:
        yield
    finally:
        speak(before)


def _(text: str) -> str:
    """The text in the language in force."""
    return _current.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the text that fits the count, in the language in force."""
    return _current.ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - the name gettext's own tools look for
    """Mark a text for translation where it stands; `_` translates it where it is shown."""
    return text
