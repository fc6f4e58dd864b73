"""A night as a few words and numbers: what two people at one store are held against."""

from dataclasses import dataclass, field
from typing import Any

from desk.night import Night

Ref = str


@dataclass
class Model:
    """What the two of them should have made of the night: states in words, people in numbers, beds by household."""

    buses: dict[Ref, dict[str, Any]] = field(default_factory=dict)
    households: dict[Ref, dict[str, Any]] = field(default_factory=dict)
    placements: dict[Ref, dict[str, Any]] = field(default_factory=dict)
    out_of_use: dict[str, str] = field(default_factory=dict)

    def unregistered(self) -> int:
        """People off buses that are here, without a name."""
        here = {"arrived", "counted", "registering"}
        return sum(
            max(0, (bus["counted"] or bus["announced"]) - self.registered(ref))
            for ref, bus in self.buses.items()
            if bus["state"] in here
        )

    def registered(self, bus: Ref) -> int:
        """People of a bus with a name."""
        return sum(h["people"] for h in self.households.values() if h["bus"] == bus)

    def present(self) -> int:
        """People with a name in the building."""
        inside = {"waiting", "in_bed", "departing"}
        return sum(h["people"] - h["out"] for h in self.households.values() if h["state"] in inside)


def model_of(night: Night) -> Model:
    """The model as the store would have it."""
    bus_ref = {bus.id: bus.ref for bus in night.buses}
    household_ref = {h.id: h.ref for h in night.households}
    return Model(
        {
            b.ref: {"state": b.state.value, "announced": b.announced, "counted": b.counted, "reserved": b.reserved}
            for b in sorted(night.buses, key=lambda bus: bus.id)
        },
        {
            h.ref: {
                "state": h.state.value,
                "people": h.people,
                "bus": bus_ref.get(h.bus or 0),
                "out": len(night.out_of(h)),
                "beds": {night.label(bed) for bed in night.beds_of.get(h.id, [])},
            }
            for h in night.households
        },
        {p.ref: {"state": p.state.value, "household": household_ref[p.household]} for p in night.placements},
        {night.label(bed): bed.state.value for bed in night.beds if bed.state.value != "ok"},
    )
