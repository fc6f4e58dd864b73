"""The evacuation list as pages of A4: big type, about 40 people a page, a box to tick for each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk import clock, evacuation, paper
from desk.covered import cover
from desk.evacuation import Inside
from desk.households import Household
from desk.language import _, language, ngettext
from desk.night import Night
from desk.paper import Action
from desk.words import LANGUAGES_SPOKEN, label

MOST_PEOPLE = 40
"""People on one page (facts 10)."""
SHEET_MM, LINE_MM, SMALL_MM, ROW_MM, HEAD_MM = 245.0, 5.2, 4.3, 2.2, 9.0
"""What the rows of a page may take, a line of one, a line of small letters, what is around it, and a heading."""
COLUMNS = {"room": 20, "who": 33, "ref": 29, "people": 12, "ages": 32, "help": 31, "boxes": 29}
"""The columns with their widths in mm; together what A4 has between its margins."""
_LETTER_MM, _BOLD_MM, _SMALL_LETTER_MM, _SMALL_CAPITAL_MM, _BOX_MM = 2.75, 3.1, 2.2, 2.8, 6.2
"""What letters and a box take at most, in the widest of the faces that a computer may have."""
MOST_LETTERS = 48
"""Of a name on the list: who is that long is known by the number too, and no page grows beyond its paper."""
RUNNING_MM = 8.0
"""What stands above the rows of a page after the first: whose list it is, and how many are inside."""
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Row:
    """One line of the list: a heading (`title`), or who is to be counted."""

    title: str = ""
    room: str = ""
    beds: str = ""
    who: str = ""
    ref: str = ""
    people: int = 0
    ages: str = ""
    help: tuple[str, ...] = ()
    boxes: int = 0

    @property
    def height(self) -> float:
        """What it takes of a page, in mm; rather too much than too little, since nothing may be cut off."""
        if self.title:
            return HEAD_MM
        large = max(
            1,
            _lines(self.who, "who", _BOLD_MM),
            _lines(self.ref, "ref", _LETTER_MM),
            ceil(self.boxes * _BOX_MM / (COLUMNS["boxes"] - 3)),
        )
        small = max(
            _lines(self.room, "room", _BOLD_MM) + _lines(self.beds, "room", _SMALL_LETTER_MM),
            _lines(self.ages, "ages", _SMALL_LETTER_MM),
            sum(_lines(word, "help", _SMALL_CAPITAL_MM) for word in self.help),
        )
        return max(large * LINE_MM, small * SMALL_MM) + ROW_MM


@dataclass
class Sheet:
    """One page with its rows."""

    rows: list[Row] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)


def render(night: Night, action: Action) -> bytes:
    """The pages; nothing in them is fetched, no script runs, and all text from outside is escaped."""
    found = evacuation.inside(night)
    first = [
        _("{n} WITHOUT A NAME YET, off {ref} from {place}").format(n=n, ref=r, place=p) for r, p, n in found.unnamed
    ]
    helped = list(evacuation.help_needed(found))
    sheets = list(_sheets(list(_rows(night, found)), SHEET_MM - _head_mm(night, found, [*first, *helped])))
    mark = paper.marked(night, action, paper.PAGE)
    for number, sheet in enumerate(sheets, start=1):
        sheet.foot = paper.foot_words(night, action, mark, number, len(sheets))
    people = ngettext("INSIDE {n} person", "INSIDE {n} people", found.total)
    content = _templates.get_template("evacuation.html.jinja").render(
        language=language(),
        title=_("Evacuation list"),
        inside=people.format(n=found.total),
        outside=_("{n} to count outside").format(n=found.to_count) if found.to_count != found.total else "",
        site=f"{night.settings.site} {night.settings.address}".strip(),
        assembly=_("Assembly point: {place}").format(place=place) if (place := night.settings.assembly_point) else "",
        night=clock.night_label(night.evening),
        unnamed=first,
        helped=helped,
        counters=list(_counters(found)),
        columns=COLUMNS,
        headings=[
            *(_("Room, beds"), _("Name"), _("Household"), _("Pers."), _("Ages, language, pets")),
            *(_("Help needed"), _("Seen")),
        ],
        sheets=sheets,
    )
    return content.encode()


def _head_mm(night: Night, found: Inside, unnamed: list[str]) -> float:
    """What stands above the rows of the first page."""
    gather = 5.0 * ceil(len(night.settings.assembly_point) * _BOLD_MM / 170)
    without_a_name = 8.0 * sum(ceil(len(line) * _BOLD_MM / 180) for line in unnamed)
    return 32.0 + gather + without_a_name + 5.2 * len(list(_counters(found))) / 3


def _counters(found: Inside) -> Iterator[tuple[str, int]]:
    for floor in found.floors:
        yield evacuation.floor_name(floor), floor.people
    if found.no_bed:
        yield _("NO BED YET"), sum(line.people for line in found.no_bed)
    if found.unnamed:
        yield _("WITHOUT A NAME"), sum(people for _ref, _place, people in found.unnamed)
    if needing := sum(line.people for line in found.lines if line.help):
        yield _("IN HOUSEHOLDS THAT NEED HELP"), needing
    if found.staff:
        yield _("ON DUTY"), len(found.staff)
    if found.visitors:
        yield _("VISITORS"), len(found.visitors)


def _rows(night: Night, found: Inside) -> Iterator[Row]:
    for floor in found.floors:
        yield Row(f"{evacuation.floor_name(floor)}: {floor.people}")
        for room in floor.rooms:
            for line in room.lines:
                yield _household(night, room.room.name, line)
            for other, where in room.others:
                counted = _("counted in room {room}").format(room=where)
                yield Row(room=room.room.name, who=_name(other), ref=night.said(other.ref), ages=counted)
    if found.no_bed:
        yield Row(f"{_('NO BED YET')}: {sum(line.people for line in found.no_bed)}")
        for line in found.no_bed:
            yield _household(night, "-", line)
    if found.away:
        yield Row(f"{_('NOT INSIDE, not counted above')}: {sum(away.people for away in found.away)}")
        for away in found.away:
            where = _("{where} since {since}").format(where=away.where, since=away.since)
            ref = night.said(away.household.ref)
            yield Row(who=_name(away.household), ref=ref, people=away.people, ages=where)
    if found.staff:
        yield Row(f"{_('ON DUTY, not counted above')}: {len(found.staff)}")
        for one in found.staff:
            yield Row(who=one.name[:MOST_LETTERS], people=1, ages=one.role[:MOST_LETTERS], boxes=1)
    if found.visitors:
        yield Row(f"{_('VISITORS, not counted above')}: {len(found.visitors)}")
        for guest in found.visitors:
            yield Row(who=guest.name[:MOST_LETTERS], people=1, ages=cover(night, guest.whom)[:MOST_LETTERS], boxes=1)


def _household(night: Night, room: str, line: evacuation.Line) -> Row:
    h = line.household
    return Row(
        room=" + ".join((line.beds[0] if len(line.beds) == 1 else room, *line.also)),
        # beds of its own room by number alone: the room stands above them
        beds=" ".join(bed.removeprefix(f"{room}-") for bed in line.beds) if len(line.beds) > 1 else "",
        who=_name(h),
        ref=night.said(h.ref),
        people=line.people,
        ages=", ".join(_about(night, h, line.people)),
        help=tuple(word.upper() for word in line.help),
        boxes=line.people,
    )


def _name(household: Household) -> str:
    return evacuation.called(household)[:MOST_LETTERS]


def _about(night: Night, h: Household, people: int) -> Iterator[str]:
    if ages := evacuation.ages(night, h):
        yield ages
    if h.language:
        yield label(LANGUAGES_SPOKEN, h.language)
    if h.pets:
        yield ngettext("{n} pet", "{n} pets", h.pets).format(n=h.pets)
    if away := h.people - people:
        yield _("{n} more not inside").format(n=away)


def _sheets(rows: list[Row], first: float) -> Iterator[Sheet]:
    """The rows over pages; a heading never stands last, and is repeated where its rows go on."""
    sheet, left, people, title = Sheet(), first, 0, Row()
    for at, row in enumerate(rows):
        if row.title:
            title = row
        # a heading goes with the first row below it
        after = rows[at + 1] if row.title and at + 1 < len(rows) else None
        height, boxes = row.height + (after.height if after else 0.0), row.boxes + (after.boxes if after else 0)
        full = height > left or (boxes and people and people + boxes > MOST_PEOPLE)
        if full and sheet.rows:
            yield sheet
            sheet, left, people = Sheet(), SHEET_MM - RUNNING_MM, 0
            if not row.title:
                sheet.rows.append(Row(_("{title}, continued").format(title=title.title)))
                left -= HEAD_MM
        sheet.rows.append(row)
        left -= row.height
        people += row.boxes
    yield sheet


def _lines(text: str, column: str, letter: float) -> int:
    """Lines that a text takes in its column, whose letters are so many mm wide."""
    return ceil(len(text) * letter / (COLUMNS[column] - 3))
