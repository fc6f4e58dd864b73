"""The demo's house, the places around it and the numbers to ring.

The names of some places were in the papers and stand as examples (facts 9); what they can take, their hours and their
numbers are invented: every telephone number but 112 has three noughts in it and leads nowhere.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from desk.language import _

ADDRESS = "Voorbeeldstraat 2, Oldenzaal"

_ROOMS = (
    *(("G1", 4, "family"), ("G2", 4, "family"), ("G3", 6, "family"), ("G4", 6, "family"), ("G5", 2, "any")),
    *(("G6", 4, "any"), ("G7", 4, "any"), ("11", 6, "family"), ("12", 4, "family"), ("13", 4, "family")),
    *(("14", 6, "any"), ("15", 4, "family"), ("16", 2, "any"), ("17", 4, "any")),
)

_FAMILIES = ("family", "single_parent")
_GROWN = ("adults", "single_woman", "single_man")
_DAY, _LONG_DAY, _OFFICE = "08:00-20:00", "08:00-22:00", "08:00-17:00"

# name, municipality, kind, capacity, people yesterday, people this evening (None: nothing heard since),
# groups, wheelchair, pets, takes people in, answers, telephone
_LOCATIONS: tuple[tuple[Any, ...], ...] = (
    ("De Windroos", "Oldenzaal", "municipal", 65, 47, 51, _FAMILIES, False, False, "24/7", "24/7", "0541-000111"),
    ("Sporthal", "Hengelo", "crisis", 60, 44, 46, (), True, None, _LONG_DAY, _DAY, "074-000333"),
    ("De Noordmolen", "Enschede", "municipal", 120, 84, None, (), True, True, _DAY, _DAY, "053-000222"),
    ("Huize Alexandra", "Almelo", "municipal", 250, 241, 246, (), None, False, _LONG_DAY, _DAY, "0546-000444"),
    ("Marktzicht", "Losser", "municipal", 40, 35, 32, (), None, None, _DAY, _DAY, "053-000555"),
    ("De Zwanenhof", "Borne", "municipal", 80, 77, 80, (), True, False, _DAY, _OFFICE, "074-000666"),
    ("Maria Mediatrix", "Borne", "municipal", 60, 58, 57, (), False, None, _DAY, _OFFICE, "074-000777"),
    ("Klooster Denekamp", "Dinkelland", "municipal", 45, 40, 38, (), None, True, "24/7", _DAY, "0541-000888"),
    ("De Zwaan", "Hof van Twente", "municipal", 30, 25, 24, _GROWN, False, False, _DAY, _OFFICE, "074-000999"),
    ("Dorpshuis", "Hellendoorn", "municipal", 20, 12, 11, (), True, True, _DAY, _OFFICE, "0548-000121"),
    ("Gastgezinnen", "Tubbergen", "private", 24, 19, 19, (), None, None, _DAY, _OFFICE, "0546-000131"),
    ("Vakantiepark", "Wierden", "private", 36, 30, 33, _FAMILIES, False, True, _DAY, _DAY, "0546-000141"),
    ("De Schakel", "Twenterand", "crisis", 12, None, None, (), None, None, _LONG_DAY, _DAY, "0546-000151"),
)
_OPENS_LATER = ("De Brug", "Rijssen-Holten", "municipal", 90, None, None, (), True, None, _DAY, _OFFICE, "0548-000161")
_LATER_IN_DAYS = 6
_ENDS_IN_DAYS = {"De Zwanenhof": 20, "Vakantiepark": 45}
_OUT_OF_USE = {"Huize Alexandra": 2}
POOL, POOLED = "NOT-4", ("Dinkelland", "Losser", "Oldenzaal", "Tubbergen")
_EXPECTED = {
    "favourable": (8, 6, 4, 4, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0),
    "expected": (14, 12, 10, 10, 10, 8, 8, 8, 6, 6, 6, 4, 4, 4),
    "unfavourable": (20, 24, 26, 28, 30, 34, 40, 46, 48, 50, 52, 54, 56, 58),
}
"""People on each of the days to come."""


def rooms() -> list[dict[str, Any]]:
    """Fourteen rooms with sixty beds on two floors, and a hall that is opened only when the house is full."""
    found: list[dict[str, Any]] = [
        {
            "room": name,
            "floor": "0" if name.startswith("G") else "1",
            "beds": beds,
            "kind": kind,
            "wheelchair": True if name == "G1" else None,
        }
        for name, beds, kind in _ROOMS
    ]
    takes = _("1 more first-aider")
    return [*found, {"room": "hall", "floor": "0", "beds": 20, "kind": "dormitory", "overflow": True, "takes": takes}]


def first_told(today: date) -> list[dict[str, Any]]:
    """The locations as they were first entered, with the count that each gave."""
    opens = _location(_OPENS_LATER, None, today) | {"available_from": str(today + timedelta(days=_LATER_IN_DAYS))}
    return [*(_location(row, row[4], today) for row in _LOCATIONS), opens]


def told_since(today: date) -> Iterator[dict[str, Any]]:
    """The locations that gave a newer count."""
    return (_location(row, row[5], today) for row in _LOCATIONS if row[5] is not None)


def expected(today: date) -> list[dict[str, Any]]:
    """Who is expected on the days to come, in three scenarios."""
    return [
        {"scenario": scenario, "day": today + timedelta(days=ahead), "people": people, "source": "LCVS"}
        for scenario, days in _EXPECTED.items()
        for ahead, people in enumerate(days, start=1)
    ]


def _location(row: tuple[Any, ...], occupied: int | None, today: date) -> dict[str, Any]:
    name, municipality, kind, capacity, _then, _now, groups, wheelchair, pets, intake, answers, phone = row
    return {
        "name": name,
        "municipality": municipality,
        "kind": kind,
        "capacity": capacity,
        "occupied": occupied,
        "groups": groups,
        "wheelchair": wheelchair,
        "pets": pets,
        "intake": intake,
        "answers": answers,
        "phone": phone,
        "out_of_use": _OUT_OF_USE.get(name),
        "available_until": str(today + timedelta(days=_ENDS_IN_DAYS[name])) if name in _ENDS_IN_DAYS else "",
    }


def phones() -> list[tuple[str, str, str, str]]:
    """For what, the number, when, and what to say; 112 is in every new store."""
    return [
        (
            _("fire brigade desk"),
            "0600-000101",
            "24/7",
            _("The number of people inside, who cannot walk, where they gather. Not for a fire: that is 112."),
        ),
        (
            _("night doctor"),
            "0600-000102",
            "17:00-08:00",
            _("Our address, the wristband's number, what is seen. No name and no diagnosis in the log."),
        ),
        (
            _("LCVS, national desk"),
            "0800-000456",
            "24/7",
            _("Which bus, how many too many, from what time on we can take people again."),
        ),
        (
            _("guardianship (Nidos)"),
            "0600-000103",
            "24/7",
            _("A minor without a parent: age, language, with whom he or she travels, who sits with them now."),
        ),
        (
            _("location manager"),
            "0600-000104",
            _("at night for alarms only"),
            _("What happened, what you did, what you need decided."),
        ),
        (_("first-aiders on call"), "0600-000105", "20:00-08:00", _("From what time, how long, for which room.")),
    ]
