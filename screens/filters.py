"""What is laid over every strip before it is painted: the colours of the theme, and ASCII where there is no UTF-8."""

from functools import lru_cache

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from screens import palettes
from screens.letters import in_ascii
from screens.palettes import Look, Palette

_OF_COLOUR = {palettes.RED: "alarm", palettes.YELLOW: "warn", palettes.GREEN: "good"}
"""Widgets say a style with a usual colour, wherever the theme puts it."""


def style_name(style: Style | None) -> str:
    """Which of the styles of a line a widget meant."""
    if style is None:
        return ""
    if style.reverse:
        return "here"
    number = style.color.number if style.color is not None else None
    if number in _OF_COLOUR:
        return _OF_COLOUR[number]
    return "dim" if style.dim else "bold" if style.bold else ""


class InPalette(LineFilter):
    """Every style as the theme has it."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._plain = _style(palette[""])
        self._styles = {name: _style(look) for name, look in palette.items()}
        self._marked = {name for name, look in palette.items() if look.back != palette[""].back and name != "here"}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in the theme's looks; blanks beside marked words stay plain."""
        found = []
        for text, style, control in segments:
            name = style_name(style)
            if name not in self._marked:
                found.append(Segment(text, self._styles[name], control))
                continue
            words = text.strip(" ")
            before = text[: len(text) - len(text.lstrip(" "))] if words else text
            parts = ((before, ""), (words, name), (text[len(before) + len(words) :], ""))
            found += [Segment(part, self._styles[look], control) for part, look in parts if part]
        return found


@lru_cache(256)
def _style(look: Look) -> Style:
    text = RichColor.from_ansi(look.text) if look.text is not None else None
    back = RichColor.from_ansi(look.back) if look.back is not None else None
    return Style(color=text, bgcolor=back, bold=look.bold or None, reverse=look.reverse or None)


class InAscii(LineFilter):
    """Every letter in ASCII, words in the cells they had."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, together as wide as they were: one may take of the blanks of the next."""
        found: list[Segment] = []
        for number, (text, style, control) in enumerate(segments):
            if taken := _over(found, segments, number):
                text = text[taken:]
            following = segments[number + 1].text if number + 1 < len(segments) else ""
            spare = len(following) - 1 if len(following) > 1 and not following.strip(" ") else 0
            found.append(Segment(in_ascii(text, spare), style, control))
        return found


def _over(found: list[Segment], segments: list[Segment], number: int) -> int:
    """How many cells more than before the last segment has become."""
    return max(0, len(found[-1].text) - cell_len(segments[number - 1].text)) if found else 0
