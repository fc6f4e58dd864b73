"""Help, made from the table of keys: those that work on the line one came from stand first, then all of this desk."""

from collections.abc import Callable, Mapping
from textwrap import wrap

from desk.language import LANGUAGES, N_, _, language, speaking
from desk.locale_formats import FORMATS
from screens import keys
from screens.lines import Row, fit, rule, text

TITLE = N_("Help")
_BESIDE = 9
"""Cells of a key's line before its words."""


def rows(live: Mapping[str, str], width: int, may_press: Callable[[str], bool]) -> list[Row]:
    """Every key with its one meaning; those of `live` with what they do on the line one came from."""
    first = [
        (_("A clock in the top line that stands still means a dead line:"), "bold"),
        (_("close the window and log in again."), "bold"),
        (_("Nothing typed is lost. A wrong step: u takes it back. Capitals do nothing."), ""),
        (_("A letter before a line: who else is on it now. t says who sits at which desk."), ""),
        ("   ".join(_other_languages()), ""),
    ]
    found = [Row(text(f" {line}", style)) for words, style in first for line in wrap(words, width - 1)]
    found += [Row(()), Row(rule(_("Work on the line you came from"), width))]
    found += [row for key in keys.TABLE if key.id in live for row in of_key(key, width, live[key.id])]
    found += [Row(()), Row(rule(_("All keys"), width))]
    others = [key for key in keys.TABLE if key.id not in live and may_press(key.id)]
    return found + [row for key in others for row in of_key(key, width)]


def _other_languages() -> list[str]:
    """How to have the screens in another language, said in that language."""
    found = []
    for code in LANGUAGES:
        if code != language():
            with speaking(code):
                found.append(_("{language}: type  :language {code}").format(language=FORMATS[code].name, code=code))
    return found


def of_key(key: keys.Key, width: int, label: str = "") -> list[Row]:
    """A key over as many lines as its meaning needs; before it its word in the key bar, where that says something."""
    meaning = _(key.meaning)
    words = meaning if label.casefold() in meaning.casefold() else f"{label}: {meaning}"
    first, *more = wrap(words, width - _BESIDE)
    return [
        Row((("  " + fit(key.shown, _BESIDE - 2), "bold"), (first, ""))),
        *(Row(text(" " * _BESIDE + line)) for line in more),
    ]
