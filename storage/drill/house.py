"""The house and the region in which a made-up night plays, and the clock that shows it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from desk.demo_people import Travellers
from desk.drill.script import Script
from storage import demo_region
from storage.clock import Clock
from storage.journal import Done
from storage.store import Desk

OPERATOR = "planner"
START = datetime(2022, 4, 7, 10, 0, tzinfo=UTC)
"""Noon in Oldenzaal on the day of the minutes."""


class Moment:
    """A clock that stands until it is put on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def build(path: Path, at: datetime, *, language: str = "en", operator: str = OPERATOR) -> None:
    """A store with the demo's sixty beds, its region and its numbers, as it stands at `at`; nobody is in it.

    Two of the places take a few men alone of another nationality, so that the spread rule has something to do.
    """
    with Desk.init(path, name="Oldenzaal", language=language, operator=operator, clock=lambda: at) as desk:
        desk.set("address", demo_region.ADDRESS)
        desk.capacity.region("twente")
        told = demo_region.first_told(at.astimezone(desk.settings.tz).date())
        desk.capacity.import_locations(told)
        for location, most in (("De Noordmolen", 3), ("Marktzicht", 2)):
            desk.capacity.edit(location, most_alone=most)
        desk.beds.make(demo_region.rooms())
        for role, number, hours, say in demo_region.phones():
            desk.logbook.add_phone(role, number, hours, say)


def copied(template: Path, path: Path) -> Path:
    """The same house again, for another night: quicker than building it."""
    shutil.copyfile(template, path)
    return path


def move_in(desk: Desk, night: Script, moment: Moment) -> int:
    """Write down and bed who is here from before, each at the time they came; gives how many people they are."""
    people = 0
    for party in night.staying:
        moment.at = party.at
        write_down(desk, party.people, origin="other_region", give_bed=True)
        people += party.people.people
    moment.at = night.start
    return people


def write_down(desk: Desk, who: Travellers, *, bus: str = "", origin: str = "", give_bed: bool = False) -> Done:
    """Write down invented people, with all that is known of them."""
    first = who.members[0]
    return desk.households.register(
        name=who.name,
        native_name=who.native_name,
        people=who.people,
        adults=who.adults,
        children=who.people - who.adults,
        ages=who.ages,
        group=who.group,
        sex=who.sex,
        nationality=first.nationality,
        language=first.language,
        needs=list(who.needs),
        pets=who.pets,
        bus=bus,
        give_bed=give_bed,
        origin=origin or None,
    )


def opened(path: Path, moment: Clock, operator: str = OPERATOR) -> Desk:
    """The store of a night, on the night's own clock."""
    return Desk(path, operator, moment)
