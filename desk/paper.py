"""Paper copies: what of the night lies printed beside the desk when the power goes, and which action it shows.

At the foot of each page stand when it was printed, its serial, the page and the action it shows. The mark there is for
programs: the action, what is shown, and when, so that an old copy is known from a new one.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from desk import clock, evacuation, figures
from desk.beds import STATUS_LABELS, Bed, BedStatus, Room
from desk.columns import wrapped
from desk.covered import cover
from desk.language import _, ngettext
from desk.night import Night
from desk.placements import LABELS, OUTSIDE_LABELS, Placement, PlacementState

EVACUATION, PAGE, BOARD, PLACEMENTS = "evacuation.txt", "evacuation.html", "board.txt", "placements.txt"
COPIES = (EVACUATION, PAGE, BOARD, PLACEMENTS)
WIDTH, HEIGHT = 80, 60
"""Letters a line and lines a page: what any printer puts on A4."""
MOST_SLIPS = 200
_MARK = re.compile(r"\b(\d{1,18})-([0-9a-f]{8})-([0-9a-f]{8})-(\d{8}T\d{6}Z)\b")


@dataclass(frozen=True)
class Action:
    """The last action of the journal that a copy knows: its number, how its own name begins, when it was entered."""

    version: int = 0
    uid: str = "00000000"
    at: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """What stands on a copy for programs: the action it shows, what it shows, and when it was printed."""

    version: int
    uid: str
    shows: str
    printed: datetime

    def __str__(self) -> str:
        return f"{self.version}-{self.uid}-{self.shows}-{self.printed.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def read_mark(text: str) -> Mark | None:
    """The mark of a copy; None where there is none. The last one: what people typed stands before it."""
    found = _MARK.findall(text)
    if not found:
        return None
    version, uid, shown, printed = found[-1]
    try:
        return Mark(int(version), uid, shown, datetime.strptime(printed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        return None


def marked(night: Night, action: Action, name: str) -> Mark:
    """The mark of the copy of that name, of this night."""
    return Mark(action.version, action.uid, shows(night, name), night.at)


def shows(night: Night, name: str) -> str:
    """What a copy shows, in eight letters: the same as long as its text above the foot is.

    This alone decides whether who is inside has changed; the page shows what the list does.
    """
    return hashlib.sha256("\n".join(body(night, name)).encode()).hexdigest()[:8]


def body(night: Night, name: str) -> list[str]:
    """The lines of a copy above its foot: nothing in them depends on the minute in which it is printed."""
    if name == BOARD:
        return [_("BED BOARD {site}").format(site=night.settings.site), *_board(night)]
    if name == PLACEMENTS:
        return [_("PLACEMENTS {site}").format(site=night.settings.site), *_placements(night)]
    return evacuation.lines(night, WIDTH)[:-1]


def text(night: Night, action: Action, name: str, height: int = HEIGHT) -> str:
    """A copy as text, in pages of `height` lines of which each says what it is; a form feed stands between two."""
    lines, mark = body(night, name), marked(night, action, name)
    room = max(1, height - len(foot(night, action, mark, 1, 1)))
    pages = [lines[at : at + room] for at in range(0, len(lines), room)]
    return "\f".join(
        "\n".join([*page, *foot(night, action, mark, at, len(pages))]) + "\n" for at, page in enumerate(pages, start=1)
    )


def foot(night: Night, action: Action, mark: Mark, page: int, pages: int) -> list[str]:
    """The lines at the foot of each page of text."""
    said = foot_words(night, action, mark, page, pages)
    return ["-" * WIDTH, *(line for part in said for line in wrapped(part, WIDTH))]


def foot_words(night: Night, action: Action, mark: Mark, page: int, pages: int) -> list[str]:
    """What stands at the foot of each page."""
    return [
        _("Page {page}/{pages}. {site}: {n} inside. List {serial}, {shows}. Printed {time}.").format(
            page=page,
            pages=pages,
            site=night.settings.site,
            n=figures.people(night).inside,
            serial=number(night, action),
            shows=shown_action(night, action),
            time=_moment(night, night.at),
        ),
        _("Destroy older lists. {mark}").format(mark=mark),
    ]


def shown_action(night: Night, action: Action) -> str:
    """Which action a copy shows, in words."""
    if action.at is None:
        return _("shows action {number}").format(number=action.version)
    return _("shows action {number} of {time}").format(number=action.version, time=_moment(night, action.at))


def number(night: Night, action: Action) -> str:
    """The serial of one print: the action it shows, and when it was printed."""
    local = night.at.astimezone(night.settings.tz)
    return f"{action.version}-{local:%d%m}-{local:%H%M}"


def _moment(night: Night, at: datetime) -> str:
    return clock.dated_time(at.astimezone(night.settings.tz))


# --- the bed board ----------------------------------------------------------------------------


def _board(night: Night) -> Iterator[str]:
    yield from wrapped(_tally(list(night.status.values())), WIDTH, "   ")
    floor = None
    for room in night.rooms:
        if room.floor != floor:
            floor = room.floor
            there = [r for r in night.rooms if r.floor == floor]
            yield ""
            name = _("GROUND FLOOR") if room.on_ground else _("FLOOR {name}").format(name=floor)
            tally = _tally([night.status[b.id] for r in there for b in _open_beds(night, r)])
            yield from wrapped(f"{name}: {tally}", WIDTH, "   ")
        yield from _wrapped(f" {room.name:<6}  ", _room(night, room))


def _open_beds(night: Night, room: Room) -> list[Bed]:
    return [bed for bed in night.beds_in[room.id] if bed.id in night.status]


def _tally(statuses: list[BedStatus]) -> str:
    counts = {status: statuses.count(status) for status in BedStatus}
    parts = [f"{n} {_(STATUS_LABELS[status])}" for status, n in counts.items() if n]
    return _("{n} beds").format(n=len(statuses)) + (" = " + " + ".join(parts) if parts else "")


def _room(night: Night, room: Room) -> list[str]:
    if not room.is_open:
        return [_("closed, {n} beds").format(n=len(night.beds_in[room.id]))]
    found = []
    for household in night.sleeping_in(room):
        beds = [bed for bed in night.beds_of[household.id] if bed.room == room.id]
        numbers = " ".join(night.label(bed) for bed in beds)
        found.append(
            f"{evacuation.called(household)} {household.people} {night.said(household.ref)} ({numbers})".strip()
        )
    taken = {BedStatus.OCCUPIED, BedStatus.OUT}
    for status in BedStatus:
        rest = [bed for bed in _open_beds(night, room) if night.status[bed.id] is status]
        if not rest or status in taken:
            continue
        why = {cover(night, bed.why_blocked) for bed in rest if bed.reason} if status is BedStatus.BLOCKED else set()
        found.append(f"{len(rest)} {_(STATUS_LABELS[status])}" + (f" ({', '.join(sorted(why))})" if why else ""))
    return found


# --- the placements ---------------------------------------------------------------------------


def _placements(night: Night) -> Iterator[str]:
    placed = sorted(night.placement_of.items(), key=lambda pair: (_to(night, pair[1]), pair[0]))
    going = [(night.household[number], placement) for number, placement in placed if number in night.household]
    people = sum(placement.people for _household, placement in going)
    yield ngettext("{n} person asked for or on the way", "{n} people asked for or on the way", people).format(n=people)
    before = None
    for household, placement in going:
        if (where := _to(night, placement)) != before:
            before = where
            yield ""
            yield from _wrapped("", [f"{where}  {_phone(night, placement)}".strip()])
        parts = [
            f"{evacuation.called(household)} {placement.people} {night.said(household.ref)}",
            _(LABELS[placement.state]),
            _("yes by {name}").format(name=placement.agreed_by) if placement.agreed_by else "",
            _("held until {time}").format(time=_moment(night, placement.until))
            if placement.until and placement.state is PlacementState.ASKED
            else "",
            _("{carrier} at {time}").format(carrier=placement.carrier, time=_moment(night, placement.pickup))
            if placement.pickup
            else placement.carrier,
        ]
        yield from _wrapped("   ", [part for part in parts if part])
    open_still = [household for household in night.staying if household.id not in night.placement_of]
    yield ""
    people = sum(household.people for household in open_still)
    yield ngettext("{n} person not asked for yet", "{n} people not asked for yet", people).format(n=people)
    for household in open_still:
        since = _("here since {time}").format(time=_moment(night, household.since)) if household.since else ""
        who = f"{evacuation.called(household)} {household.people} {night.said(household.ref)}"
        yield from _wrapped("   ", [who, *([since] if since else [])])


def _to(night: Night, placement: Placement) -> str:
    place = night.location.get(placement.location or 0)
    if place is not None:
        return f"{place.name}, {night.municipality_name(place)}"
    to = cover(night, placement.to_text)
    return f"{_(OUTSIDE_LABELS.get(placement.outside, placement.outside))} {to}".strip()


def _phone(night: Night, placement: Placement) -> str:
    place = night.location.get(placement.location or 0)
    return place.phone if place is not None else ""


def _wrapped(start: str, parts: Sequence[str]) -> list[str]:
    return wrapped(start + "; ".join(parts), WIDTH, " " * max(3, len(start)))


# --- slips for an outage ----------------------------------------------------------------------


def slips(site: str, refs: Sequence[str]) -> Iterator[str]:
    """A slip a household to fill in by hand; its number is kept for it and never given again."""
    dots = "." * WIDTH
    for ref in refs:
        yield "-" * WIDTH
        yield f"{ref}   {site}"
        yield ""
        for label in (
            _("Family name, initial"),
            _("People: adults, children, babies"),
            _("Language, phone"),
            _("Help needed on the stairs, pets"),
            _("Came off bus, or at the door"),
            _("Room and beds, time"),
        ):
            yield f"{label} {dots}"[:WIDTH]
            yield ""
