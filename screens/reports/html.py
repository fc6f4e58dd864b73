"""A report as one page that needs nothing else: to read on a desktop or a phone, to mail, to print on A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from desk import clock
from desk.language import language
from desk.reports.document import Block, Cell, Document, Figure, Table
from screens.reports import shown

_LANDSCAPE_FROM = 9
"""A table of so many columns is printed on its side."""
_MOST_BESIDE = 12
"""With more columns than these, those that may stand below the row do."""
_CARDS_FROM = 6
"""A row of so many cells stands as a card on a phone."""
_SHORT = 16
"""Letters that are not broken over two lines."""
_LONG = 24
"""No word of a language: something typed, with which a table would be too wide."""
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class _Cell:
    text: str
    look: str = ""
    """Names of classes, of the style sheet of the page."""
    label: str = ""
    """The heading, for a row that stands by itself."""
    span: int = 1


def render(document: Document) -> bytes:
    """The page; nothing in it is fetched, no script runs, and all text from outside is escaped."""
    zone = clock.zone(document.time_zone)
    tables = [shown.on_page(block.table) for block in document.blocks if block.table is not None]
    text = _templates.get_template("page.html.jinja").render(
        language=language(),
        title=shown.title(document),
        name=document.title,
        number=document.number,
        internal=shown.internal() if document.internal else "",
        head=shown.head(document),
        landscape=any(len(table.columns) >= _LANDSCAPE_FROM for table in tables),
        blocks=[
            _block(number, block, zone, shown.year_of(document))
            for number, block in enumerate(document.blocks, start=1)
        ],
    )
    return text.encode()


def _block(number: int, block: Block, zone: ZoneInfo, year: int) -> dict[str, Any]:
    chart = Markup("")
    if block.chart is not None and block.chart.labels:
        from screens.reports.chart import svg

        # made of elements, whose text is escaped as it is written
        chart = Markup(svg(block.chart, str(number)))
    return {
        "title": block.title,
        "figures": [_figure(figure, zone) for figure in block.figures],
        "chart": chart,
        "chart_title": block.chart.title if block.chart is not None else "",
        "table": _table(shown.on_page(block.table), zone, year) if block.table is not None else None,
        "notes": block.notes,
    }


def _figure(figure: Figure, zone: ZoneInfo) -> dict[str, Any]:
    number = shown.is_number(figure.value)
    return {
        "label": figure.label,
        "value": shown.cell(figure.value, zone) or shown.NOTHING,
        "note": figure.note,
        "number": number,
        "below": not figure.term and _below(figure.value),
    }


def _below(value: Cell) -> bool:
    return isinstance(value, int | float) and value < 0


def _table(table: Table, zone: ZoneInfo, year: int) -> dict[str, Any]:
    told = shown.written(table, zone, year)
    below = [at for at, column in enumerate(told.columns) if column.needs == "below"]
    if len(told.columns) <= _MOST_BESIDE:
        below = []
    kept = [at for at in range(len(told.columns)) if at not in below]
    looks = ["n" if number else _look(told, at) for at, number in enumerate(told.numbers)]
    labels = [column.label for column in told.columns]

    def cells(row: Sequence[Cell], texts: Sequence[str]) -> list[_Cell]:
        return [_Cell(texts[at], f"{looks[at]} below" if _below(row[at]) else looks[at], labels[at]) for at in kept]

    total = cells(table.total, told.total) if told.total else []
    spans = told.title_spans
    return {
        "many": len(kept) >= _CARDS_FROM,
        "head": [_Cell(labels[at], "n" if told.numbers[at] else "") for at in kept],
        "rows": [
            {
                "cells": cells(row, texts),
                "more": [f"{labels[at]}: {texts[at]}" for at in below if texts[at] != shown.NOTHING],
            }
            for row, texts in zip(table.rows, told.rows, strict=True)
        ],
        "total": [_Cell(total[0].text, span=spans), *total[spans:]] if total else [],
        "empty": table.empty or shown.NOTHING,
    }


def _look(told: shown.Written, at: int) -> str:
    """Short texts are not broken, which would only make the rows higher; long words are, wherever it must be."""
    if all(len(row[at]) <= _SHORT for row in told.rows):
        return "t"
    return "w" if any(len(word) > _LONG for row in told.rows for word in row[at].split()) else ""
