"""How a night was worked, in figures: waits, overstays, refusals, beds unused; of one night, or of many together."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from desk.drill.script import KIND_LABELS
from desk.language import _


@dataclass(frozen=True)
class Worked:
    """One night, or the sum of many. People are heads; waits are minutes from the door to a bed, one a household."""

    nights: int = 0
    people: int = 0
    """Written down in the night."""
    bedded: int = 0
    without_bed: int = 0
    """People of households that had no bed at noon, or when they left."""
    placed: int = 0
    """People whose arrival a location confirmed."""
    underway: int = 0
    """People gone to a location that did not confirm yet."""
    here: int = 0
    """People still here at noon."""
    overstays: int = 0
    """People who had been here longer than the signal's hours (24) at noon, or when they left."""
    refusals: int = 0
    """Times a location said no."""
    refused_steps: int = 0
    """Steps that the desk refused the one who played; 0 where nobody counted them."""
    beds_unused: int = 0
    """Beds free at noon while people had none."""
    broken: int = 0
    """Rules broken."""
    waits: tuple[int, ...] = ()
    buses: dict[str, int] = field(default_factory=dict)
    """Buses by how they came, as `desk.drill.script.KINDS`."""

    def __add__(self, other: "Worked") -> "Worked":
        sums = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self) if f.name != "buses"}
        kinds = {**self.buses, **{k: self.buses.get(k, 0) + n for k, n in other.buses.items()}}
        return Worked(**sums, buses=kinds)

    @property
    def mean_wait(self) -> int:
        """Minutes, the mean over the households that got a bed."""
        return round(sum(self.waits) / len(self.waits)) if self.waits else 0

    @property
    def longest_wait(self) -> int:
        """Minutes."""
        return max(self.waits, default=0)


def together(nights: Iterable[Worked]) -> Worked:
    """Many nights as one."""
    return sum(nights, Worked())


def record(worked: Worked) -> dict[str, object]:
    """All figures for programs; the waits as their mean and longest, in minutes."""
    plain = {f.name: getattr(worked, f.name) for f in fields(worked) if f.name != "waits"}
    return {**plain, "mean_wait": worked.mean_wait, "longest_wait": worked.longest_wait}


def lines(worked: Worked) -> list[str]:
    """The figures for people, one subject a line."""
    kinds = ", ".join(f"{number} {_(KIND_LABELS[kind])}" for kind, number in sorted(worked.buses.items()))
    count = sum(worked.buses.values())
    return [
        _("buses: {count} ({kinds})").format(count=count, kinds=kinds or "-"),
        *(f"{words}: {mine}" for words, mine in _rows(worked)),
    ]


def beside(mine: Worked, planner: Worked) -> list[str]:
    """What a person made of a night, beside what the planner made of the same one."""
    rows = zip(_rows(mine), _rows(planner), strict=True)
    head = f"{'':<34} {_('you'):>10} {_('planner'):>10}"
    return [head, *(f"{words:<34} {one:>10} {other:>10}" for (words, one), (_same, other) in rows)]


def _rows(worked: Worked) -> list[tuple[str, int]]:
    return [
        (_("people written down"), worked.people),
        (_("people in a bed"), worked.bedded),
        (_("people left without a bed"), worked.without_bed),
        (_("people placed"), worked.placed),
        (_("people on the road"), worked.underway),
        (_("people here at noon"), worked.here),
        (_("wait for a bed, mean minutes"), worked.mean_wait),
        (_("wait for a bed, longest minutes"), worked.longest_wait),
        (_("people here over 24 h"), worked.overstays),
        (_("times a location said no"), worked.refusals),
        (_("beds unused while people had none"), worked.beds_unused),
    ]
