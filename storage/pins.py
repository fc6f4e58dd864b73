"""The PINs, as argon2 keeps them, in the file beside the store; wrong tries are counted there and in the access log."""

from datetime import datetime, timedelta

from desk import clock, pins
from desk.language import _
from desk.opened import PIN
from desk.refusals import Refused
from storage.access import Access
from storage.aside import Aside
from storage.clock import Clock
from storage.rows import to_text, to_time

_ROUNDED = timedelta(seconds=1)
"""What is kept has whole seconds: nobody waits less than said."""


class Pins:
    """Chosen and tried, by operator; what was tried in one session counts in all."""

    def __init__(self, aside: Aside, access: Access, now: Clock) -> None:
        self._aside = aside
        self._access = access
        self._now = now

    def has(self, operator: str) -> bool:
        """Whether an operator chose one."""
        return bool(self._aside.preference(operator, "pin"))

    def choose(self, operator: str, pin: str) -> None:
        """An operator's PIN from here on; what was tried before is forgotten."""
        from argon2 import PasswordHasher

        self._aside.prefer(operator, "pin", PasswordHasher().hash(pins.checked(pin)))
        self._aside.prefer(operator, "pin tries", "")

    def opens(self, operator: str, pin: str) -> bool:
        """Whether it is the operator's PIN; refused without looking at it while one has to wait."""
        wrong, until = self._tries(operator)
        now = self._now()
        # a clock that was set back makes nobody wait longer than the longest
        if until is not None and now < until <= now + pins.LONGEST_WAIT + _ROUNDED:
            raise Refused(_("Too many wrong PINs. Wait {span}.").format(span=_span(until - now)))
        if not self._matches(self._aside.preference(operator, "pin"), pin):
            moment = clock.seconds(now + pins.wait_after(wrong + 1)) + _ROUNDED
            self._aside.prefer(operator, "pin tries", f"{wrong + 1} {to_text(moment)}")
            self._access.note(PIN)
            return False
        self._aside.prefer(operator, "pin tries", "")
        return True

    @staticmethod
    def _matches(kept: str, pin: str) -> bool:
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        try:
            return PasswordHasher().verify(kept, pin)
        except (Argon2Error, InvalidHashError):
            return False

    def _tries(self, operator: str) -> tuple[int, datetime | None]:
        number, _space, until = self._aside.preference(operator, "pin tries").partition(" ")
        if not number or pins.wait_after(int(number)) == timedelta(0):
            return int(number or 0), None
        return int(number), to_time(until)


def _span(left: timedelta) -> str:
    seconds = int(left.total_seconds()) + 1
    return clock.span(left) if seconds >= 60 else _("{n} s").format(n=seconds)
