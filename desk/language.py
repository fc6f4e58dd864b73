"""Words for people: every string passes through here, so that it can be Dutch or English.

English text is the key; `desk/locale/<language>/LC_MESSAGES/desk.mo` holds the others. The language
is one for the process, chosen once at the start (option, environment, store).
"""

import gettext as _gettext
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LANGUAGES = ("nl", "en")
_LOCALE = os.path.join(os.path.dirname(__file__), "locale")


class _Here(threading.local):
    """The language of one thread, where it says something in another than the process: paper is printed on one."""

    said: "tuple[_gettext.NullTranslations, str] | None" = None


_process: tuple[_gettext.NullTranslations, str] = (_gettext.NullTranslations(), "en")
_here = _Here()


def _translations(language: str) -> _gettext.NullTranslations:
    if language == "en":
        return _gettext.NullTranslations()
    return _gettext.translation("desk", _LOCALE, languages=[language], fallback=True)


def speak(language: str) -> None:
    """Choose the language of everything said from here on; `language` is one of LANGUAGES."""
    global _process
    _process = _translations(language), language


def language() -> str:
    """The language in force, as in `LANGUAGES`."""
    return (_here.said or _process)[1]


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Say something in another language than whoever sits here reads: paper is in the language of the house.

    Only this thread does, so that paper can be made beside a screen.
    """
    before = _here.said
    _here.said = _translations(chosen), chosen
    try:
        yield
    finally:
        _here.said = before


def _(text: str) -> str:
    """The text in the language in force."""
    return (_here.said or _process)[0].gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the text that fits the count, in the language in force."""
    return (_here.said or _process)[0].ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - the name gettext's own tools look for
    """Mark a text for translation where it stands; `_` translates it where it is shown."""
    return text
