"""The PIN of an operator, with which a desk that locked itself is opened again: a few digits, and few tries."""

from datetime import timedelta
from itertools import pairwise

from desk.language import _
from desk.refusals import Refused

LEAST, MOST = 4, 12
FREE_TRIES = 3
"""So many wrong ones cost nothing but the trying: a tired hand."""
LONGEST_WAIT = timedelta(minutes=15)


def checked(pin: str) -> str:
    """A PIN that can be chosen; refused where it is too short, too long, no digits, or all the same digit."""
    if not (pin.isascii() and pin.isdecimal() and LEAST <= len(pin) <= MOST):
        raise Refused(_("A PIN is {least} to {most} digits.").format(least=LEAST, most=MOST))
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise Refused(_("That PIN is guessed at once. Choose another."))
    return pin


def wait_after(wrong: int) -> timedelta:
    """How long nobody may try again after so many wrong ones: double each time, a quarter of an hour at most."""
    over = wrong - FREE_TRIES
    return timedelta(0) if over < 0 else min(timedelta(seconds=2 ** min(over + 1, 20)), LONGEST_WAIT)
