"""Who is inside, by floor and room: the list that is held in the hand when the alarm goes (facts 10)."""

from desk.evacuation.people import Away, Floor, Inside, Line, RoomList, ages, called, inside, short_name
from desk.evacuation.record import record
from desk.evacuation.text import floor_name, help_needed, lines, sums

__all__ = [
    "Away",
    "Floor",
    "Inside",
    "Line",
    "RoomList",
    "ages",
    "called",
    "floor_name",
    "help_needed",
    "inside",
    "lines",
    "record",
    "short_name",
    "sums",
]
