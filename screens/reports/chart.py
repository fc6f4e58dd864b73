"""A chart as SVG that stands in a page: no script, no fetched font, the same bytes each time."""

import math
import re
from xml.etree import ElementTree

import pygal
from pygal.etree import etree
from pygal.style import Style

from desk.language import number
from desk.reports.document import Chart

# without red against green; each also differs in lightness, for a printer without colour
_COLOURS = ("#1f4e79", "#e08a1e", "#7fb2d9", "#5b5b5b", "#b5477d", "#9a9a3a")
_FONT = "system-ui, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_LETTERS_BESIDE = 56
"""So many letters of labels stand beside each other; of more, days are left out and names are turned."""
_NUMBERED_BARS = 18
"""More bars than these are too narrow for their numbers, which stand in the table."""


def svg(chart: Chart, name: str) -> str:
    """The chart as an `svg` element; `name` is its id, and no other chart of the page has it.

    Its title stands above it as text of the page, which breaks its lines; here it is what a screen reader says.
    """
    etree.to_etree()  # where lxml happens to be installed it would write other bytes
    line = chart.kind == "line"
    letters = sum(len(label) + 2 for label in chart.labels)
    crowded = letters > _LETTERS_BESIDE
    turned = crowded and not line
    drawn = (pygal.Line if line else pygal.Bar)(
        x_labels=list(chart.labels),
        x_label_rotation=35 if turned else 0,
        x_labels_major_every=math.ceil(letters / _LETTERS_BESIDE) if line else None,
        show_minor_x_labels=not (crowded and line),
        # small, so that its letters can still be read where it is drawn as wide as a phone
        width=560,
        height=380 if turned else 320,
        margin=12,
        spacing=20 if turned else 8,
        legend_at_bottom=True,
        legend_at_bottom_columns=max(1, len(chart.series)),
        legend_box_size=12,
        truncate_legend=-1,
        truncate_label=-1,
        show_legend=len(chart.series) > 1,
        print_values=not line and len(chart.labels) * len(chart.series) <= _NUMBERED_BARS,
        print_values_position="top",
        print_zeroes=False,
        include_x_axis=True,
        value_formatter=_written,
        no_data_text="-",
        js=[],
        style=_style(),
    )
    drawn.uuid = name  # its own would be drawn by lot
    for label, values in chart.series:
        drawn.add(label, list(values))
    return _element(drawn.render_tree(), chart.title)


def _written(value: object) -> str:
    return number(round(value)) if isinstance(value, int | float) else ""


def _style() -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="#1b1f23",
        foreground_strong="#1b1f23",
        foreground_subtle="#d5dae0",
        guide_stroke_color="#d5dae0",
        guide_stroke_dasharray="",
        major_guide_stroke_color="#d5dae0",
        major_guide_stroke_dasharray="",
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=_COLOURS,
        value_colors=("#1b1f23",) * len(_COLOURS),
        font_family=_FONT,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=14,
        value_font_size=13,
    )


def _element(root: ElementTree.Element, title: str) -> str:
    """Without what runs, and without the remark that tells the day on which it was drawn."""
    for parent in root.iter():
        for child in list(parent):
            kind: object = child.tag  # of a remark it is a function
            if not isinstance(kind, str) or kind == "script":
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-label", title)
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r"\s+(?=</style>)", "", text)
