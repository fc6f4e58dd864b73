"""How each language writes dates and numbers: `desk/locale_formats.py`, made from Babel's copy of the Unicode CLDR.

The desk never loads Babel: it costs more than the whole start of the program.
"""

import re
from collections.abc import Sequence

from babel import Locale
from babel.messages.plurals import get_plural

ENGLISH = "en_GB"
"""The English of the desk is British."""
HEAD = '''"""How each language of the desk writes dates and numbers, from the Unicode CLDR.

Made by `python -m tests.generated` for English and for each catalogue below `desk/locale`; not edited by hand.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One language. A pattern of a date is filled with `d`, `m`, `y`, `month` and `weekday`."""

    name: str
    """What the language calls itself."""
    months: tuple[str, ...]
    """As they stand behind the number of a day."""
    months_short: tuple[str, ...]
    """In few letters."""
    weekdays: tuple[str, ...]
    """In few letters, Monday first."""
    date: str
    """In figures."""
    short_date: str
    """In figures, without the year."""
    sheet_date: str
    """In figures, as a workbook is told to show it."""
    day_month: str
    day_month_year: str
    day_month_short: str
    """With the month in few letters."""
    weekday_day: str
    decimal: str
    group: str
    """Between thousands."""
    plural: str
    """Which form of a text a number takes, as the head of its catalogue must say it."""


FORMATS = {
'''
_TOKENS = {
    "d": "{d}",
    "dd": "{d:02}",
    "M": "{m}",
    "MM": "{m:02}",
    "MMM": "{month}",
    "MMMM": "{month}",
    "y": "{y}",
    # a year in two digits is read as a day as soon as somebody is tired
    "yy": "{y}",
    "yyyy": "{y}",
    "E": "{weekday}",
}
_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|(?P<token>([A-Za-z])\3*)|(?P<other>[^A-Za-z']+)")


def formats(languages: Sequence[str]) -> str:
    """The module with the formats of these languages."""
    return HEAD + "".join(map(_entry, languages)) + "}\n"


def _entry(language: str) -> str:
    locale = Locale.parse(ENGLISH if language == "en" else language)
    # the Sept of British English is wider than a column's three letters
    short = Locale.parse(language).months["format"]["abbreviated"]
    skeletons, symbols = locale.datetime_skeletons, locale.number_symbols["latn"]
    date = locale.date_formats["short"].pattern
    fields = {
        "name": Locale.parse(language).get_display_name(language) or language,
        "months": tuple(locale.months["format"]["wide"][month] for month in range(1, 13)),
        "months_short": tuple(short[month] for month in range(1, 13)),
        "weekdays": tuple(locale.days["format"]["abbreviated"][day] for day in range(7)),
        "date": _pattern(date),
        "short_date": _pattern(re.sub(r"[^A-Za-z]*y+[^A-Za-z]*", "", date)),
        "sheet_date": _sheet(date),
        "day_month": _pattern(skeletons["MMMMd"].pattern),
        "day_month_year": _pattern(locale.date_formats["long"].pattern),
        "day_month_short": _pattern(skeletons["MMMd"].pattern),
        "weekday_day": _pattern(skeletons["Ed"].pattern),
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "plural": str(get_plural(language)),
    }
    lines = [f"        {name}={_literal(value)},\n" for name, value in fields.items()]
    return f'    "{language}": Format(\n{"".join(lines)}    ),\n'


def _pattern(cldr: str) -> str:
    """A pattern of the CLDR, `dd-MM-y`, as one that Python fills: `{d:02}-{m:02}-{y}`."""
    found = ""
    for part in _TOKEN.finditer(cldr):
        found += _TOKENS[part["token"]] if part["token"] else part["quoted"] or part["other"] or "'"
    return found


def _sheet(cldr: str) -> str:
    """The same pattern in the letters of a workbook: `dd-mm-yyyy`."""
    return re.sub("y+", "yyyy", re.sub("d+", "dd", re.sub("M+", "mm", cldr)))


def _literal(value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return "(\n" + "".join(f"            {_literal(one)},\n" for one in value) + "        )"
    return '"' + "".join(_character(char) for char in value) + '"'


def _character(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char == " " or char.isprintable() else f"\\u{ord(char):04x}"
