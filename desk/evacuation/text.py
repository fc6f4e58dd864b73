"""The list as plain text of so many columns: on the screen, on any printer."""

from collections.abc import Iterator

from desk import clock
from desk.columns import wrapped
from desk.covered import cover
from desk.evacuation.people import Floor, Inside, Line, ages, called, inside
from desk.language import _, ngettext
from desk.night import Night
from desk.words import LANGUAGES_SPOKEN, label


def lines(night: Night, width: int = 80) -> list[str]:
    """The list as plain text, at most `width` letters wide; it holds nothing but letters and dashes."""
    found = inside(night)
    printed: list[str] = []

    def add(text: str = "", indent: int = 0) -> None:
        printed.extend(wrapped(text, width, " " * indent))

    for text in _head(night, found):
        add(text, 2)
    for floor in found.floors:
        printed.append("")
        printed.append(_rule(floor_name(floor), floor.people, width))
        for room in floor.rooms:
            for line in room.lines:
                add(_household(night, room.room.name, line), 9)
            for other, where in room.others:
                add(
                    _("{room}  also {ref} {name}, counted in room {other}").format(
                        room=_column(room.room.name),
                        ref=night.said(other.ref),
                        name=called(other),
                        other=where,
                    ),
                    9,
                )
    if found.no_bed:
        printed.append("")
        printed.append(_rule(_("NO BED YET"), sum(line.people for line in found.no_bed), width))
        for line in found.no_bed:
            add(_household(night, "-", line), 9)
    printed.extend(_not_inside(night, found, width))
    for title, people in _beside(night, found):
        printed.append("")
        printed.append(_rule(title, len(people), width))
        for person in people:
            add(" " * 9 + person, 9)
    printed.append("")
    add(sums(found), 2)
    add(_("Printed {time}. Destroy older lists.").format(time=_moment(night)))
    return printed


def _head(night: Night, found: Inside) -> Iterator[str]:
    yield ngettext("INSIDE {n} person", "INSIDE {n} people", found.total).format(n=found.total)
    if found.staff or found.visitors:
        yield _("with {staff} on duty and {visitors} visiting: {n} to count outside").format(
            staff=len(found.staff), visitors=len(found.visitors), n=found.to_count
        )
    yield f"{night.settings.site} {night.settings.address}".strip()
    if night.settings.assembly_point:
        yield _("Assembly point: {place}").format(place=night.settings.assembly_point)
    yield clock.night_label(night.evening)
    for ref, place, people in found.unnamed:
        yield _("{n} WITHOUT A NAME YET, off {ref} from {place}").format(n=people, ref=ref, place=place)
    yield from help_needed(found)


def help_needed(found: Inside) -> Iterator[str]:
    """Where somebody needs help on the stairs, a line a floor."""
    for floor in found.floors:
        helped = [
            f"{room.room.name} {', '.join(line.help)}" for room in floor.rooms for line in room.lines if line.help
        ]
        if helped:
            yield _("HELP NEEDED, {floor}: room {rooms}").format(
                floor=floor_name(floor).lower(), rooms="; ".join(helped)
            )
    if helped := [f"{called(line.household)} {', '.join(line.help)}" for line in found.no_bed if line.help]:
        yield _("HELP NEEDED, no bed yet: {names}").format(names="; ".join(helped))


def _beside(night: Night, found: Inside) -> Iterator[tuple[str, list[str]]]:
    """Who is in the house and no resident."""
    zone, at = night.settings.tz, night.at
    if found.staff:
        yield (
            _("ON DUTY, not counted above"),
            [
                "  ".join(filter(None, (one.name, one.role, clock.when(one.on_at, at, zone) if one.on_at else "")))
                for one in found.staff
            ],
        )
    if found.visitors:
        yield (
            _("VISITORS, not counted above"),
            [
                "  ".join(
                    filter(
                        None,
                        (one.name, cover(night, one.whom), clock.when(one.came_at, at, zone) if one.came_at else ""),
                    )
                )
                for one in found.visitors
            ],
        )


def _rule(title: str, people: int, width: int) -> str:
    start, end = f"-- {title[: width - 14]} ", f" {people}"
    return start + "-" * max(2, width - len(start) - len(end)) + end


def floor_name(floor: Floor) -> str:
    """A floor as it is called on the list."""
    return _("GROUND FLOOR") if floor.name == "0" else _("FLOOR {name}").format(name=floor.name)


def _column(room: str) -> str:
    return f" {room:<6}"


def _household(night: Night, room: str, line: Line) -> str:
    h = line.household
    mark = "!" if line.help else " "
    parts = [f"{mark}{room:<6}  {called(h)} {line.people}", night.said(h.ref)]
    parts.append(" ".join(line.beds))
    parts.append(ages(night, h))
    parts.append(", ".join(word.upper() for word in line.help))
    parts.append(label(LANGUAGES_SPOKEN, h.language) if h.language else "")
    if h.pets:
        parts.append(ngettext("{n} pet", "{n} pets", h.pets).format(n=h.pets))
    if away := h.people - line.people:
        parts.append(_("{n} more not inside").format(n=away))
    if line.also:
        parts.append(_("also in room {rooms}").format(rooms=", ".join(line.also)))
    return "  ".join(part for part in parts if part)


def _not_inside(night: Night, found: Inside, width: int) -> list[str]:
    if not found.away:
        return []
    people = sum(away.people for away in found.away)
    printed = ["", _rule(_("NOT INSIDE, not counted above"), people, width)]
    for away in found.away:
        text = _("        {name} {n}  {ref}  NOT inside: {where} since {since}").format(
            name=called(away.household),
            n=away.people,
            ref=night.said(away.household.ref),
            where=away.where,
            since=away.since,
        )
        printed += wrapped(text, width, " " * 9)
    return printed


def sums(found: Inside) -> str:
    """The residents inside as the sum of their parts."""
    parts = [f"{floor_name(floor).lower()} {floor.people}" for floor in found.floors]
    if found.no_bed:
        parts.append(_("no bed yet {n}").format(n=sum(line.people for line in found.no_bed)))
    if found.unnamed:
        parts.append(_("without a name {n}").format(n=sum(people for _ref, _place, people in found.unnamed)))
    return _("INSIDE {total} = {parts}").format(total=found.total, parts=" + ".join(parts) or "0")


def _moment(night: Night) -> str:
    return clock.dated_time(night.at.astimezone(night.settings.tz))
