"""The rows of a sheet from outside by field: all of them, or none and a sentence for each wrong cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk import words
from desk.cells import WrongCell, is_empty, written
from desk.language import _, ngettext, number
from desk.names import clean
from desk.refusals import Refused

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, the headings it goes by, the rule for its cells.

    Cells of one that is `whole` are never merged: an empty one right below a filled one is wrong.
    """

    name: str
    aliases: tuple[str, ...]
    read: Callable[[object], object]
    required: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows by field (None where a cell is empty), their row numbers, the headings and the rows left out."""

    records: tuple[dict[str, Any], ...]
    rows: tuple[int, ...]
    unknown: tuple[str, ...]
    left_out: tuple[str, ...] = ()


class Wrong:
    """What is wrong in a sheet: the first sentences, and of the others how many there are."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self.count = 0

    def say(self, words: str, **told: object) -> None:
        """One more; its `value` is a cell, shown as far as there is room."""
        self.count += 1
        if len(self._said) < MOST_SHOWN:
            shown = {name: _shown(cell) if name == "value" else cell for name, cell in told.items()}
            self._said.append(words.format(**shown))

    def refuse(self) -> None:
        """Say it, where there is any."""
        if self.count:
            raise wrong_cells(self._said, self.count)


def wrong_cells(sentences: Sequence[str], count: int = 0) -> Refused:
    """The first of these sentences, and how many more there are, out of `count` where not all of them stand here."""
    more = (count or len(sentences)) - len(sentences[:MOST_SHOWN])
    tail = ngettext("And {count} wrong cell more.", "And {count} wrong cells more.", more)
    return Refused(*sentences[:MOST_SHOWN], *([tail.format(count=number(more))] if more else []))


def read_rows(
    rows: Sequence[Sequence[object]],
    columns: Sequence[Column],
    *,
    check: Callable[[dict[str, Any]], Iterable[str]] | None = None,
    unique: str | None = None,
) -> Sheet:
    """Every row below the heading, all of them or none: refused with one sentence for each wrong cell.

    `check` finds what is wrong with a row whose cells are right; no two rows have the same `unique` field.
    """
    heading = next((at for at, row in enumerate(rows) if not all(map(is_empty, row))), None)
    if heading is None:
        raise Refused(_("The sheet is empty: give it a row of headings and one row for each line."))
    titles = [clean(written(cell), limit=1000)[:60] for cell in rows[heading]]
    places, unknown = _places(titles, columns)
    wrong = Wrong()
    records: list[dict[str, Any]] = []
    numbers: list[int] = []
    seen: dict[str, int] = {}
    above: set[str] = set()
    for at, row in enumerate(rows[heading + 1 :], heading + 2):
        if all(map(is_empty, row)):
            above = set()
            continue
        before = wrong.count
        record = _record(row, at, titles, places, columns, above, wrong)
        if check and wrong.count == before:
            for reason in check(record):
                wrong.say(_("Row {row}: {reason}."), row=at, reason=reason)
        if unique and isinstance(value := record.get(unique), str):
            first = seen.setdefault(words.key(value) or value, at)
            if first != at:
                wrong.say(_("Row {row}: {value} already stands in row {first}."), row=at, value=value, first=first)
        records.append(record)
        numbers.append(at)
    if not records:
        raise Refused(_("There are no rows below the headings: add one row for each line."))
    wrong.refuse()
    return Sheet(tuple(records), tuple(numbers), unknown)


def _places(titles: Sequence[str], columns: Sequence[Column]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each column stands, and the headings that belong to none."""
    known = {words.key(alias): column.name for column in columns for alias in (column.name, *column.aliases)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for at, title in enumerate(titles):
        name = known.get(words.key(title))
        if name is None:
            unknown += [title] if title else []
        elif name in places:
            raise Refused(
                _("The headings {first} and {second} mean the same column: remove one.").format(
                    first=titles[places[name]], second=title
                )
            )
        else:
            places[name] = at
    missing = [column for column in columns if column.required and column.name not in places]
    if missing:
        raise Refused(
            _("The sheet has no column {columns}: its first row holds the headings; add what is missing.").format(
                columns=", ".join(" / ".join(dict.fromkeys((column.name, *column.aliases))) for column in missing)
            )
        )
    if not places:
        raise Refused(
            _("None of the headings is known: use some of {columns}.").format(
                columns=", ".join(column.name for column in columns)
            )
        )
    return places, tuple(unknown)


def _record(
    row: Sequence[object],
    at: int,
    titles: Sequence[str],
    places: Mapping[str, int],
    columns: Sequence[Column],
    above: set[str],
    wrong: Wrong,
) -> dict[str, Any]:
    """One row by field; each of its wrong cells goes to `wrong`.

    `above` holds the columns of which a cell was filled in the row above, or may be merged with one that was.
    """
    record: dict[str, Any] = {}
    for column in columns:
        place = places.get(column.name)
        value = row[place] if place is not None and place < len(row) else None
        record[column.name] = None
        if is_empty(value):
            if place is not None and (column.required or column.whole):
                _nothing_there(column, at, titles[place], wrong, merged=column.name in above)
            continue
        above.add(column.name)
        try:
            record[column.name] = column.read(value)
        except WrongCell as fault:
            words = _("Row {row}, column {column}: '{value}' {reason}.")
            wrong.say(words, row=at, column=titles[place or 0], value=value, reason=fault.reason)
    for place, value in enumerate(row):
        if (place >= len(titles) or not titles[place]) and not is_empty(value):
            wrong.say(_("Row {row}: '{value}' stands in a column without a heading."), row=at, value=value)
    return record


def _nothing_there(column: Column, at: int, title: str, wrong: Wrong, *, merged: bool) -> None:
    """What is wrong with an empty cell; of merged cells only the first holds what is written over them all."""
    if merged:
        words = _(
            "Row {row}, column {column}: nothing stands there; if it is merged with the cell above,"
            " take them apart and fill in each."
        )
    elif column.required:
        words = _("Row {row}, column {column}: nothing stands there; fill it in.")
    else:
        return
    wrong.say(words, row=at, column=title)


def _shown(value: object) -> str:
    """A cell short enough for a sentence."""
    shown = clean(written(value), limit=10**9)
    return shown if len(shown) <= 40 else shown[:39] + "…"
