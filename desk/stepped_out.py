"""Who steps off a bus, counted at the door beside the heads, and held against what the sender said (facts 0.3)."""

import re
from collections.abc import Mapping

from desk.buses import Bus
from desk.language import N_, _
from desk.refusals import Refused

_PART_LETTERS = {
    "m": "single_men",
    "w": "single_women",
    "v": "single_women",
    "f": "in_families",
    "g": "in_families",
    "n": "non_ukrainian",
}
_PART = re.compile(r"(\d{1,3})([mwvfgn])", re.IGNORECASE)
_WHOLE = ("single_men", "single_women", "in_families")
PART_LABELS: dict[str, str] = {
    "single_men": N_("men alone"),
    "single_women": N_("women alone"),
    "in_families": N_("people in families"),
    "non_ukrainian": N_("not Ukrainian"),
}
"""What is counted at the door besides heads, each in people."""


def stepped_out(words: str) -> tuple[dict[str, int], str]:
    """Who stepped off a bus, as typed behind the heads, and the reason after it: `20m 15n the wrong bus`.

    Letters in English and Dutch: `m` men alone, `w` or `v` women alone, `f` or `g` in families, `n` not Ukrainian.
    """
    groups: dict[str, int] = {}
    rest = words.split()
    while rest and (part := _PART.fullmatch(rest[0])):
        groups[_PART_LETTERS[part[2].casefold()]] = int(part[1])
        rest.pop(0)
    return groups, " ".join(rest)


def deviations(bus: Bus, counted: Mapping[str, int]) -> list[str]:
    """Where other people stepped out than the sender said, one sentence a part; a part nobody spoke of is no deviation.

    Of the parts that make up the whole bus those not counted are 0 once the counted ones account for everybody.
    """
    known = dict(counted)
    if bus.counted is not None and sum(counted.get(part, 0) for part in _WHOLE) == bus.counted:
        known = {**dict.fromkeys(_WHOLE, 0), **counted}
    found = []
    for part, words in PART_LABELS.items():
        said, here = getattr(bus, part), known.get(part)
        if said is None and part in _WHOLE and any(getattr(bus, other) is not None for other in _WHOLE):
            said = 0 if bus.announced == sum(getattr(bus, other) or 0 for other in _WHOLE) else None
        if said is not None and here is not None and here != said:
            found.append(_("{people}: {here} counted, {said} said.").format(people=_(words), here=here, said=said))
    return found


def checked(heads: int, counted: Mapping[str, int]) -> dict[str, int]:
    """The parts that were counted; refused where they are more people than heads."""
    whole = sum(counted.get(part, 0) for part in _WHOLE)
    if whole > heads or counted.get("non_ukrainian", 0) > heads:
        raise Refused(
            _(
                "{parts} people of a kind were counted, but {heads} heads. Count again: 20 heads of which 18m 2w."
            ).format(parts=max(whole, counted.get("non_ukrainian", 0)), heads=heads)
        )
    return dict(counted)


def told(counted: Mapping[str, int]) -> str:
    """What was counted in words, as `20 men alone, 15 not Ukrainian`."""
    return ", ".join(f"{counted[part]} {_(words)}" for part, words in PART_LABELS.items() if part in counted)


def typed(counted: Mapping[str, int]) -> str:
    """What was counted as it is typed behind the heads, as `20m 15n`."""
    letters = {part: letter for letter, part in reversed(_PART_LETTERS.items())}
    return " ".join(f"{number}{letters[part]}" for part, number in counted.items() if number)
