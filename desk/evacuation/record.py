"""The list for other programs."""

from typing import Any

from desk import figures
from desk.covered import cover
from desk.evacuation.people import Line, called, inside
from desk.night import Night


def record(night: Night) -> dict[str, Any]:
    """The same list for other programs."""
    found = inside(night)

    def of(line: Line) -> dict[str, Any]:
        h = line.household
        return {
            "ref": night.said(h.ref),
            "name": called(h),
            "people": line.people,
            "beds": list(line.beds),
            "help": list(line.help_codes),
            "ages": {"adults": h.adults, "children": h.children},
            "language": h.language,
            "pets": h.pets,
        }

    return {
        "report": "evacuation",
        "at": night.settings.iso(night.at),
        "site": night.settings.site,
        "night": str(night.evening),
        "inside": figures.people(night).inside,
        "unregistered": [{"bus": ref, "from": place, "people": n} for ref, place, n in found.unnamed],
        "floors": [
            {
                "floor": floor.name,
                "people": floor.people,
                "rooms": [
                    {"room": room.room.name, "people": room.people, "households": [of(line) for line in room.lines]}
                    for room in floor.rooms
                ],
            }
            for floor in found.floors
        ],
        "no_bed": [of(line) for line in found.no_bed],
        "staff": [
            {"name": one.name, "role": one.role, "since": night.settings.iso(one.on_at) if one.on_at else None}
            for one in found.staff
        ],
        "visitors": [
            {
                "name": one.name,
                "whom": cover(night, one.whom),
                "since": night.settings.iso(one.came_at) if one.came_at else None,
            }
            for one in found.visitors
        ],
        "to_count": found.to_count,
        "out": [
            {
                "ref": night.said(away.household.ref),
                "name": called(away.household),
                "people": away.people,
                "where": away.where,
                "since": away.since,
            }
            for away in found.away
        ],
    }
