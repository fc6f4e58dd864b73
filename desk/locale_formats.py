"""How each language of the desk writes dates and numbers, from the Unicode CLDR.

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
    "nl": Format(
        name="Nederlands",
        months=(
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ),
        months_short=(
            "jan",
            "feb",
            "mrt",
            "apr",
            "mei",
            "jun",
            "jul",
            "aug",
            "sep",
            "okt",
            "nov",
            "dec",
        ),
        weekdays=(
            "ma",
            "di",
            "wo",
            "do",
            "vr",
            "za",
            "zo",
        ),
        date="{d:02}-{m:02}-{y}",
        short_date="{d:02}-{m:02}",
        sheet_date="dd-mm-yyyy",
        day_month="{d} {month}",
        day_month_year="{d} {month} {y}",
        day_month_short="{d} {month}",
        weekday_day="{weekday} {d}",
        decimal=",",
        group=".",
        plural="nplurals=2; plural=(n != 1);",
    ),
    "en": Format(
        name="English",
        months=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        months_short=(
            "Jan",
            "Feb",
            "Mar",
            "Apr",
            "May",
            "Jun",
            "Jul",
            "Aug",
            "Sep",
            "Oct",
            "Nov",
            "Dec",
        ),
        weekdays=(
            "Mon",
            "Tue",
            "Wed",
            "Thu",
            "Fri",
            "Sat",
            "Sun",
        ),
        date="{d:02}/{m:02}/{y}",
        short_date="{d:02}/{m:02}",
        sheet_date="dd/mm/yyyy",
        day_month="{d} {month}",
        day_month_year="{d} {month} {y}",
        day_month_short="{d} {month}",
        weekday_day="{weekday} {d}",
        decimal=".",
        group=",",
        plural="nplurals=2; plural=(n != 1);",
    ),
}
