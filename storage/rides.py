"""Rides in the store: one vehicle for several households."""

from datetime import datetime

from desk.language import _
from desk.names import clean
from desk.placements import Ride
from desk.references import meant
from desk.refusals import Refused
from storage.journal import Done, Journal, found_or
from storage.rows import insert, newest, read


class Rides:
    """What can be done with a ride."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def add_ride(
        self, carrier: str, pickup: datetime, phone: str = "", note: str = "", at: datetime | None = None
    ) -> Done:
        """One vehicle that can take several households."""
        given = {"carrier": carrier, "pickup": pickup, "phone": phone}
        with self._journal.action("ride add", given, at) as act:
            if not clean(carrier):
                raise Refused(_("Who drives? Give a carrier."))
            act.ref = self._journal.next_ref("R")
            ride = Ride(ref=act.ref, carrier=clean(carrier), phone=clean(phone), pickup=pickup, note=clean(note))
            insert(self._db, ride)
        said = self._journal.said(ride.ref)
        time = self._journal.settings.hhmm(pickup)
        return Done(
            ride.ref, "planned", _("{ref}: {carrier} at {time}.").format(ref=said, carrier=ride.carrier, time=time)
        )

    def get_ride(self, ref: str) -> Ride:
        """The ride meant by a reference."""
        rows = newest(self._db, Ride, meant(ref, "R"))
        ride: Ride = found_or(rows, _("There is no ride {ref}. See: desk ride list").format(ref=ref))
        return ride

    def rides(self) -> list[Ride]:
        """All rides, newest first."""
        return read(self._db, Ride, order="id DESC")
