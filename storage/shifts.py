"""Who is on duty, who is on the roster and who visits, in the store."""

from datetime import datetime

from desk import clock
from desk import shift as rules
from desk.language import _
from desk.names import clean
from desk.refusals import Refused
from desk.shift import Attendance, Rostered, Visitor
from storage.journal import Done, Journal, found_or
from storage.rows import delete, insert, read, save

_ON_DUTY, _INSIDE = "off_at IS NULL", "left_at IS NULL"
_NAME = 40
"""Most letters of a name or a role."""


class Shifts:
    """The people of the house who do not sleep in it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    # --- on duty ----------------------------------------------------------------------------

    def on(self, name: str, role: str = "", phone: str = "", at: datetime | None = None) -> Done:
        """Somebody signs on: from now they count when the alarm goes."""
        with self._journal.action("shift on", {"name": name, "role": role, "phone": phone}, at) as act:
            others = self.on_duty()
            new = Attendance(
                name=clean(name, limit=_NAME),
                role=clean(role, limit=_NAME),
                phone=clean(phone, limit=_NAME),
                on_at=act.at,
                by=self._journal.operator,
            )
            same = rules.same_name(others, new.name)
            insert(self._db, rules.on(others, new, self._when(same[0].on_at, act.at) if same else ""))
        return Done("", "on", _("{name} is on duty.").format(name=new.name))

    def off(self, name: str, at: datetime | None = None) -> Done:
        """Somebody signs off."""
        with self._journal.action("shift off", {"name": name}, at) as act:
            before = found_or(
                rules.same_name(self.on_duty(), clean(name, limit=_NAME)),
                _("{name} is not on duty. See who is: desk shift list").format(name=clean(name)[:_NAME] or "?"),
            )
            save(self._db, before, rules.off(before, act.at))
        return Done("", "off", _("{name} is off duty.").format(name=before.name))

    def on_duty(self) -> list[Attendance]:
        """Who is on duty, the longest first."""
        return read(self._db, Attendance, _ON_DUTY, order="on_at, id")

    # --- the roster -------------------------------------------------------------------------

    def roster(
        self,
        name: str,
        starts: datetime,
        ends: datetime,
        role: str = "",
        phone: str = "",
        *,
        on_call: bool = False,
        at: datetime | None = None,
    ) -> Done:
        """Somebody is to work then; on call they are not in the house, and fill no gap."""
        given = {"name": name, "from": starts, "until": ends, "role": role, "phone": phone, "on_call": on_call or None}
        with self._journal.action("roster add", given, at) as act:
            new = Rostered(
                name=clean(name, limit=_NAME),
                role=clean(role, limit=_NAME),
                starts=clock.seconds(starts),
                ends=clock.seconds(ends),
                phone=clean(phone, limit=_NAME),
                on_call=on_call,
            )
            number = insert(self._db, rules.rostered(new))
            act.ref = f"roster {number}"
        when = f"{self._when(new.starts, act.at)} - {self._when(new.ends, act.at)}"
        words = _("{name} is on the roster, {time} (number {number}).")
        return Done(act.ref, "rostered", words.format(name=new.name, time=when, number=number))

    def remove(self, number: int, at: datetime | None = None) -> Done:
        """They are not to work then."""
        with self._journal.action("roster remove", {"number": number}, at) as act:
            before = found_or(
                read(self._db, Rostered, "id = ?", [number]),
                _("There is no {number} on the roster. See: desk roster list").format(number=number),
            )
            delete(self._db, before)
            act.ref = f"roster {number}"
        return Done(act.ref, "removed", _("{name} is off the roster.").format(name=before.name))

    # --- visitors ---------------------------------------------------------------------------

    def visitor_in(self, name: str, whom: str = "", at: datetime | None = None) -> Done:
        """Somebody comes to visit; `whom` says a household by its reference, or what for."""
        with self._journal.action("visitor in", {"name": name, "whom": whom}, at) as act:
            said = clean(name, limit=_NAME)
            if not said:
                raise Refused(_("Who visits? Give a name: desk visitor in Jan"))
            same = rules.same_name(self.visitors(), said)
            if same:
                raise Refused(
                    _("{name} is inside as a visitor since {time}. Give another name, as in: {name} 2").format(
                        name=same[0].name, time=self._when(same[0].came_at, act.at)
                    )
                )
            new = Visitor(name=said, whom=clean(whom, limit=_NAME), came_at=act.at, by=self._journal.operator)
            insert(self._db, new)
        return Done("", "in", _("{name} is inside as a visitor.").format(name=new.name))

    def visitor_out(self, name: str, at: datetime | None = None) -> Done:
        """The visitor left."""
        with self._journal.action("visitor out", {"name": name}, at) as act:
            before = found_or(
                rules.same_name(self.visitors(), clean(name, limit=_NAME)),
                _("There is no visitor {name} inside. See: desk visitor list").format(name=clean(name)[:_NAME] or "?"),
            )
            save(self._db, before, rules.gone(before, act.at))
        return Done("", "out", _("{name} left.").format(name=before.name))

    def visitors(self) -> list[Visitor]:
        """Who visits now, the first who came first."""
        return read(self._db, Visitor, _INSIDE, order="came_at, id")

    # --- words ------------------------------------------------------------------------------

    def _when(self, moment: datetime | None, now: datetime) -> str:
        return clock.when(moment, now, self._journal.settings.tz) if moment else "?"
