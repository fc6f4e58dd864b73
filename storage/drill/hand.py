"""What the one who plays a night without a person decides: who gets which bed, and who goes where.

Both are asked of the desk's planner here and nowhere else.
"""

from desk import suitability
from desk.capacity import Location
from desk.households import Household
from desk.night import Night
from desk.plans.onward import plan_onward
from storage.journal import Done
from storage.store import Desk


def give_beds(desk: Desk, bus: str = "") -> Done:
    """Beds for everybody of a bus who waits, or for all who wait; refused where nobody can be given any."""
    return desk.households.bed_all(bus)


class CallList:
    """The plan of places for all who wait, made anew for whom it does not hold any more."""

    def __init__(self) -> None:
        self._planned: dict[int, int] = {}

    def where_to(self, night: Night, household: Household) -> Location | None:
        """The location to ask for a household by the plan; None where the plan has none for it."""
        found = self._still(night, household)
        if found is None:
            plan = plan_onward(night)
            self._planned = {one.household.id: one.location.id for one in plan.assignments}
            found = self._still(night, household)
        return found

    def _still(self, night: Night, household: Household) -> Location | None:
        location = night.location.get(self._planned.get(household.id, 0))
        if location is None or suitability.judge(night, household, location).fits is False:
            return None
        return location
