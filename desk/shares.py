"""Sharing a whole number of people fairly, so that the parts add up to it."""

from collections.abc import Mapping

from desk.language import _
from desk.refusals import Refused


def largest_remainder(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """The total split by weight: whole parts first, what is left to the largest remainders, ties by the alphabet."""
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise Refused(_("A share cannot be below zero: give numbers of zero and up."))
    whole = sum(weights.values())
    if not whole:
        raise Refused(_("There are no inhabitants to share by: import the municipalities first."))
    shares = {name: total * weight // whole for name, weight in weights.items()}
    left = total - sum(shares.values())
    for name in sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))[:left]:
        shares[name] += 1
    return shares
