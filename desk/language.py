"""Words and numbers for people: every text passes through here, so that it can be said in each language there is.

English text is the key; `desk/locale/<language>/LC_MESSAGES/desk.mo` holds the others, and how each writes numbers and
dates stands in `desk/locale_formats.py`. Both are made from the catalogues (`python -m tests.generated`), which alone
say which languages there are. The language is one for the process: whoever sits here chooses it.
"""

import gettext as _gettext
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from desk.locale_formats import FORMATS, Format

LANGUAGES = tuple(FORMATS)
KEY = "en"
"""The language of the texts in the code, which needs no catalogue."""
HOUSE = "nl"
"""The language of a store that is told none."""
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_LOCALE = os.path.join(os.path.dirname(__file__), "locale")


class _Here(threading.local):
    """The language of one thread, where it says something in another than the process: paper is printed on one."""

    said: "tuple[_gettext.NullTranslations, str] | None" = None


_process: tuple[_gettext.NullTranslations, str] = (_gettext.NullTranslations(), KEY)
_here = _Here()


def _translations(language: str) -> _gettext.NullTranslations:
    if language == KEY:
        return _gettext.NullTranslations()
    return _gettext.translation("desk", _LOCALE, languages=[language], fallback=True)


def of_locale(name: str) -> str | None:
    """The language of a locale, as in `nl_NL.UTF-8`; None where the desk does not speak it."""
    code = re.split(r"[-_.@]", name.strip().lower(), maxsplit=1)[0]
    return code if code in LANGUAGES else None


def speak(language: str) -> None:
    """Choose the language of everything said from here on; `language` is one of LANGUAGES."""
    global _process
    _process = _translations(language), language


def language() -> str:
    """The language in force, as in `LANGUAGES`."""
    return (_here.said or _process)[1]


def formats() -> Format:
    """How dates and numbers are written in the language in force."""
    return FORMATS[language()]


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


def number(count: int) -> str:
    """A whole number as people write it in the language in force: 10,000 or 10.000."""
    return f"{count:,}".replace(",", formats().group)


def decimal(value: float) -> str:
    """A number with one decimal as people write it: 1,234.5 or 1.234,5."""
    whole, _point, tenths = f"{value:,.1f}".partition(".")
    return whole.replace(",", formats().group) + formats().decimal + tenths


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is filled in a text, its whole numbers as people write them."""
    return {name: number(value) if type(value) is int else value for name, value in values.items()}


def ungrouped(text: str) -> str:
    """A whole number as somebody typed it, 1250, 1.250 or 1,250, as digits alone; anything else as it is."""
    return re.sub(r"[.,]", "", text) if _GROUPED.fullmatch(text) else text


def is_number(text: str) -> bool:
    """Whether a text is a whole number as people write it, which stands to the right of its column."""
    return text.lstrip("-").replace(formats().group, "").isdecimal()
