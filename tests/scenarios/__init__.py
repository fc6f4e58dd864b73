"""Every verb of the store once: what comes before it, and the step itself."""

from tests.scenarios import arrivals, duties, handed, meeting, onward, region, shift
from tests.scenarios.played import ROOMS, SCENARIOS

__all__ = ["ROOMS", "SCENARIOS", "arrivals", "duties", "handed", "meeting", "onward", "region", "shift"]
