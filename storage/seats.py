"""What whoever came through a key may do and see, read from the store: a role that is taken away counts at once."""

from desk.capacity import Location
from desk.households import Household
from desk.language import _
from desk.placements import Placement
from desk.refusals import Refused
from desk.rights import MUNICIPALITY, Seat, own_location
from storage.database import Store


def seat_of(db: Store, operator: str) -> Seat:
    """The seat of an operator; refused where nobody of that name is let in any more."""
    row = db.execute("SELECT role, municipality FROM operator WHERE name = ? AND removed_at IS NULL", [operator])
    found = row.fetchone()
    if found is None:
        raise Refused(_("{name} is not let in any more. Ask a coordinator.").format(name=operator))
    return Seat(found[0], found[1] or 0)


def sees_location(seat: Seat, location: Location) -> bool:
    """Whether a location is open to this seat."""
    return own_location(seat, location.municipality)


def sees_placement(db: Store, seat: Seat, placement: Placement) -> bool:
    """Whether a placement is: a municipality knows of those to its own locations."""
    if seat.role != MUNICIPALITY:
        return True
    row = db.execute("SELECT municipality FROM location WHERE id = ?", [placement.location]).fetchone()
    return row is not None and own_location(seat, row[0])


def sees_household(db: Store, seat: Seat, household: Household) -> bool:
    """Whether a household is: a municipality knows of those that come to it."""
    if seat.role != MUNICIPALITY:
        return True
    own = "SELECT 1 FROM placement p JOIN location l ON l.id = p.location WHERE p.household = ? AND l.municipality = ?"
    return db.execute(own, [household.id, seat.municipality]).fetchone() is not None
