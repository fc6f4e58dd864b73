"""A report as a value: titled blocks of figures, notes, a table and a chart. Every format is printed from this alone.

Cells keep their kind (a whole number, a date, a moment), so that a sheet gets numbers and dates and a page gets them in
words. Nothing in a document says when it is printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its heading for people, its HXL tag where the standard has one (facts 12)."""

    name: str
    label: str
    hxl: str = ""
    short: str = ""
    """The heading where a line has 80 letters; the label itself when not given."""
    needs: str = "line"
    """The room it needs: `line` is shown everywhere, `below` on a line of its own where a line has 80 letters, `page`
    only on pages and sheets, `sheet` only on sheets."""


@dataclass(frozen=True)
class Table:
    """Rows below headings; `total` is the last line, under a rule, where the columns add up."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    empty: str = ""
    """What is said where there are no rows."""


@dataclass(frozen=True)
class Chart:
    """A picture of some numbers: `line` over days, or `bar` for each label.

    Only pages have pictures, so its numbers also stand in a table or among the figures.
    """

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int | None]]]


@dataclass(frozen=True)
class Figure:
    """One number with its name; `note` says what it is made of."""

    label: str
    value: Cell
    note: str = ""
    term: bool = False
    """A part of a sum: below zero it is taken off, and nothing is short."""


@dataclass(frozen=True)
class Block:
    """A part of a report under its own title."""

    title: str
    figures: Sequence[Figure] = ()
    notes: Sequence[str] = ()
    table: Table | None = None
    chart: Chart | None = None
    main: bool = False
    """What a format of rows alone (CSV) is made of; where no block is, of all of them."""


@dataclass(frozen=True)
class Document:
    """A report: what it is called, the moment it holds for, who it is of, its blocks, and the same for programs.

    `internal` ones have names in them and never leave the desk.
    """

    name: str
    title: str
    at: datetime
    time_zone: str
    site: str
    organisation: str
    blocks: Sequence[Block] = ()
    number: str = ""
    """`SITREP 2022-04-07/2` where it was issued; empty where it was only printed."""
    lines: Sequence[str] = ()
    """What stands below the title: the period, what it is compared with."""
    internal: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    """The report as a record for other programs, times in ISO 8601."""
