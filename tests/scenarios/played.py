"""The scenarios by name, and the house in which they play."""

from collections.abc import Callable

from storage.store import Desk

Step = Callable[[], object]
Scenario = Callable[[Desk], Step]
SCENARIOS: dict[str, Scenario] = {}
ROOMS = (
    *({"room": str(number), "floor": "0", "beds": 4} for number in range(1, 9)),
    {"room": "gym", "floor": "0", "beds": 12, "overflow": True},
)
"""The house in which they play."""


def scenario(verb: str) -> Callable[[Scenario], Scenario]:
    """What comes before, and then one step that the journal knows by this verb; a few verbs have several."""

    def keep(given: Scenario) -> Scenario:
        SCENARIOS[f"{verb}: {given.__name__.strip('_').replace('_', ' ')}"] = given
        return given

    return keep
