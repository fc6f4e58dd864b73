"""Locations of the region in reports that go outside."""

from desk.capacity import Location
from desk.night import Night


def name_of(location: Location) -> str:
    """Its name; of private hosting the reference, because such a name can be that of the people who live there."""
    return location.ref if location.kind == "private" else location.name


def code_of(night: Night, location: Location) -> str:
    """The code of its municipality."""
    found = night.municipality.get(location.municipality)
    return found.code if found else ""
