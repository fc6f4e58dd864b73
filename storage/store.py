"""The store as a screen or a command holds it: every subject, one journal, the night as one value."""

import getpass
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desk import actions, rights
from desk import settings as setting_rules
from desk.figures import Period
from desk.language import HOUSE, _
from desk.names import LIMIT, clean
from desk.night import Night
from desk.refusals import Refused
from storage.aside import Aside
from storage.clock import Clock, running
from storage.database import open_store
from storage.figures import read_period
from storage.journal import Done, Journal
from storage.night import is_overdue, read_night

if TYPE_CHECKING:
    from desk.region.link import LinkState
    from storage.access import Access
    from storage.as_of import AsOf
    from storage.backups import Backups
    from storage.beds import Beds
    from storage.buses import Buses
    from storage.capacity import Capacity
    from storage.contacts import Contacts
    from storage.decisions import Decisions
    from storage.erasure import Erasure
    from storage.forecast import Forecast
    from storage.frozen import Frozen
    from storage.handovers import Handovers
    from storage.households import Households
    from storage.logbook import Logbook
    from storage.onward import Onward
    from storage.operators import Operators
    from storage.paper import Paper
    from storage.pins import Pins
    from storage.placements import Placements
    from storage.replica.replicas import Replicas
    from storage.requests import Requests
    from storage.rollcall import Rollcalls
    from storage.shifts import Shifts


class Desk:
    """One open store: `desk.buses.arrive(…)` is one durable action by `operator`."""

    def __init__(
        self,
        path: Path,
        operator: str = "",
        clock: Clock | None = None,
        *,
        create: bool = False,
        through_key: bool = False,
    ) -> None:
        self.path = path
        self.clock = clock or running()
        self.db = open_store(path, create=create)
        self.journal = Journal(self.db, path, operator or who_acts(), self.clock, through_key=through_key)

    # Each subject is loaded when it is first used: none of them is needed to paint the first screen.

    @cached_property
    def capacity(self) -> "Capacity":
        """Municipalities and locations."""
        from storage.capacity import Capacity

        return Capacity(self.journal)

    @cached_property
    def beds(self) -> "Beds":
        """Rooms and beds."""
        from storage.beds import Beds

        return Beds(self.journal)

    @cached_property
    def buses(self) -> "Buses":
        """Buses."""
        from storage.buses import Buses

        return Buses(self.journal, self.capacity)

    @cached_property
    def households(self) -> "Households":
        """Households."""
        from storage.households import Households

        return Households(self.journal, self.buses, self.beds)

    @cached_property
    def contacts(self) -> "Contacts":
        """What was tried for a household in the tailored procedure."""
        from storage.contacts import Contacts

        return Contacts(self.journal, self.households)

    @cached_property
    def placements(self) -> "Placements":
        """Placements and rides."""
        from storage.placements import Placements

        return Placements(self.journal, self.households, self.beds, self.capacity)

    @cached_property
    def onward(self) -> "Onward":
        """Who stays together, where somebody belongs, the onward plan accepted."""
        from storage.onward import Onward

        return Onward(self.journal, self.households, self.capacity)

    @cached_property
    def logbook(self) -> "Logbook":
        """Log, duties, phone numbers."""
        from storage.logbook import Logbook

        return Logbook(self.journal)

    @cached_property
    def handovers(self) -> "Handovers":
        """What one shift tells the next."""
        from storage.handovers import Handovers

        return Handovers(self.journal)

    @property
    def hands_over(self) -> bool:
        """Whether a handover may wait to be accepted; the first screen asks, and need not load what one is."""
        return bool(self.db.execute("SELECT 1 FROM handover WHERE accepted_at IS NULL LIMIT 1").fetchall())

    @cached_property
    def forecast(self) -> "Forecast":
        """Inflow scenarios."""
        from storage.forecast import Forecast

        return Forecast(self.journal)

    @cached_property
    def frozen(self) -> "Frozen":
        """Reports that were issued."""
        from storage.frozen import Frozen

        return Frozen(self.journal)

    @cached_property
    def paper(self) -> "Paper":
        """The paper copies, and slips."""
        from storage.paper import Paper

        return Paper(self.journal, self.aside)

    @cached_property
    def backups(self) -> "Backups":
        """Whole copies of the store."""
        from storage.backups import Backups

        return Backups(self.journal, self.aside)

    @cached_property
    def replicas(self) -> "Replicas":
        """The copies in another place that follow each action."""
        from storage.replica.replicas import Replicas

        return Replicas(self.journal, self.aside)

    @cached_property
    def erasure(self) -> "Erasure":
        """Forgetting whose time is over."""
        from storage.erasure import Erasure

        return Erasure(self.journal, self.aside, self.backups, self.replicas)

    @cached_property
    def operators(self) -> "Operators":
        """Who is let in by a key."""
        from storage.operators import Operators

        return Operators(self.journal)

    @cached_property
    def access(self) -> "Access":
        """Who opened whose needs."""
        from storage.access import Access

        return Access(self.journal)

    @cached_property
    def pins(self) -> "Pins":
        """The PINs of those whose desk locks itself."""
        from storage.pins import Pins

        return Pins(self.aside, self.access, self.clock)

    @cached_property
    def aside(self) -> Aside:
        """The file beside the store."""
        return Aside(self.path)

    @cached_property
    def requests(self) -> "Requests":
        """Requests to the municipalities, their answers, candidate sites."""
        from storage.requests import Requests

        return Requests(self.journal)

    @cached_property
    def decisions(self) -> "Decisions":
        """Issues, decisions and actions; meetings; standing instructions."""
        from storage.decisions import Decisions

        return Decisions(self.journal)

    @cached_property
    def shifts(self) -> "Shifts":
        """Who is on duty, on the roster, and who visits."""
        from storage.shifts import Shifts

        return Shifts(self.journal)

    @cached_property
    def rollcalls(self) -> "Rollcalls":
        """Roll calls."""
        from storage.rollcall import Rollcalls

        return Rollcalls(self.journal)

    @classmethod
    def init(
        cls,
        path: Path,
        *,
        name: str = "",
        language: str = HOUSE,
        operator: str = "",
        clock: Clock | None = None,
        new_uid: Callable[[], str] | None = None,
    ) -> "Desk":
        """A new store with its settings; beds and a region are added by their own actions."""
        path.parent.mkdir(parents=True, exist_ok=True)
        desk = cls(path, operator, clock, create=True)
        desk.journal.new_uid = new_uid or desk.journal.new_uid
        desk.journal.new_salt = new_uid or desk.journal.new_salt
        given = {"site": clean(name), "language": language}
        with desk.journal.action("init", given):
            for setting, value in given.items():
                if value:
                    desk.db.table("setting").insert({"name": setting, "value": value}, pk="id")
            # without one there is no safe night: who to ring when it burns or somebody falls ill
            for position, (role, number, hours, say) in enumerate(_first_phones()):
                desk.db.table("phone").insert(
                    {"role": role, "number": number, "hours": hours, "say": say, "position": position}, pk="id"
                )
        return desk

    @property
    def operator(self) -> str:
        """Who acts."""
        return self.journal.operator

    def sign_on(self, name: str) -> None:
        """Somebody else acts from here on."""
        said = clean(name, limit=40)
        if self.journal.through_key:
            raise Refused(_("Your key says who you are: {name}.").format(name=self.operator))
        if not said:
            raise Refused(_("Sign on with a name: desk sign on Anna"))
        self.journal.operator = said

    @property
    def settings(self) -> setting_rules.Settings:
        """The settings in force."""
        return self.journal.settings

    def set(self, name: str, value: str) -> Done:
        """Change a setting, as a journalled action."""
        if self.journal.through_key and name in setting_rules.OF_THE_HOST:
            words = _("{name} is a place on the host. It is set in its shell, not through a key.")
            raise Refused(words.format(name=name))
        with self.journal.action("settings", {"name": name, "value": value}):
            limit = setting_rules.LONG.get(name, LIMIT)
            text = clean(setting_rules.changed(name, clean(value, limit=limit)), limit=limit)
            self.journal.write_setting(name, text)
            if name == "target":
                self._asked_from_today(int(text))
        return Done("", "changed", _("{name} is now {value}.").format(name=name, value=text))

    def _asked_from_today(self, places: int) -> None:
        """What is asked of the region has a history."""
        from desk.capacity import Target
        from storage.capacity import write_target

        today = self.clock().astimezone(self.settings.tz).date()
        write_target(self.db, Target(places=places, since=str(today)))

    def night(
        self,
        at: datetime | None = None,
        *,
        buses: Collection[int] = (),
        households: Collection[int] = (),
        everything: bool = False,
    ) -> Night:
        """All that is current as one immutable value, read in one snapshot."""
        night = read_night(self.journal, at, buses=buses, households=households, everything=everything)
        if at is None:
            overdue = is_overdue(self.db, night.at, night.settings.retention_days)
            copy, backups = self.aside.in_building(), self.aside.backups()
            night = replace(
                night, in_building=copy, backups=backups, replica=self.aside.replica(), erasure_overdue=overdue
            )
            night = replace(night, region_line=self.region_line()) if self.has_region else night
        return rights.seen_by(self.journal.seat, night)

    @property
    def has_region(self) -> bool:
        """Whether the desk belongs to a region; the first screen asks, and need not load what one is."""
        return bool(self.db.execute("SELECT 1 FROM region_link").fetchall())

    def region_line(self) -> "LinkState | None":
        """How the line to the region fares, as it was last tried; None where the desk belongs to none."""
        if not self.has_region:
            return None
        from storage.region import link

        found = link.link_of(self.db)
        if found is None:
            return None
        line = link.state_of(self.aside, found, self.journal.version())
        if not self.db.execute("SELECT 1 FROM shared_place LIMIT 1").fetchone():
            return line
        from storage.region import escrow

        return replace(line, places_left=escrow.left_in_all(self.journal))

    def as_of(self, at: datetime) -> "AsOf":
        """The store as had been recorded by then; a report of that very second pins it: what others did came later."""
        from storage.as_of import AsOf, version_at

        pinned = self.frozen.version_of(at)
        version = version_at(self.journal, at) if pinned is None else pinned
        return AsOf(self.path, at, version, self.journal.seat)

    def period(self, since: datetime, until: datetime) -> Period:
        """What happened between two moments, for the figures."""
        return read_period(self.journal, since, until)

    def undo(self, whose: str = "") -> Done:
        """Take back the same person's last action not yet undone; as a coordinator that of another."""
        action = self.journal.undo(whose)
        said = self.journal.said(action.ref) if action.ref.count("-") == 2 else action.ref
        what = actions.told(action.verb, action.args, said)
        return Done(action.ref, "undone", _("Undone: {what}").format(what=what))

    def check(self) -> list[str]:
        """What is wrong with the store, in sentences."""
        from storage.check import check

        return check(self.journal)

    def close(self) -> None:
        """Let go of the files."""
        if "aside" in vars(self):
            self.aside.close()
        self.db.close()

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _first_phones() -> list[tuple[str, str, str, str]]:
    return [
        ("112", "112", "24/7", _("Fire, ambulance, police. Say our address first, then what happened.")),
    ]


def who_acts(environment: Mapping[str, str] = os.environ) -> str:
    """The operator's name: DESK_OPERATOR, else the login."""
    return environment.get("DESK_OPERATOR", "").strip() or login_name()


def login_name() -> str:
    """The account's own name, which several people may share."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
