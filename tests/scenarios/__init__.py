"""Every verb of the store once: what comes before it, and the step itself."""

from tests.scenarios import arrivals, onward
from tests.scenarios.played import ROOMS, SCENARIOS

__all__ = ["ROOMS", "SCENARIOS", "arrivals", "onward"]
