"""The region read again and again on a thread of its own, for as long as somebody looks.

A server that is slow, or says nothing at all, holds up this thread and no key.
"""

import threading
from collections.abc import Callable
from typing import Generic

from desk.language import _
from desk.refusals import Refused
from desk.region.regional import S, Seen
from storage.clock import Clock

EACH_S = 3.0
"""How long after one reading the next begins."""


class Following(Generic[S]):
    """What is known of what is read; `told` is called, on the thread, each time somebody looks and it was read."""

    def __init__(self, read: Callable[[], S], clock: Clock, told: Callable[[], None]) -> None:
        self._read = read
        self._clock = clock
        self._told = told
        self._looked_at = threading.Event()
        self._now = threading.Event()
        """It is to be read without waiting for its time."""
        self._over = False
        self._thread = threading.Thread(target=self._follow, name="region", daemon=True)
        self.seen: Seen[S] = Seen()

    def begin(self) -> None:
        """Somebody looks: it is read at once, and again and again; a reading that hangs is not begun twice."""
        self._looked_at.set()
        self._now.set()
        if self._thread.ident is None:
            self._thread.start()

    def pause(self) -> None:
        """Nobody looks."""
        self._looked_at.clear()

    def end(self) -> None:
        """Nobody will look any more; a reading that hangs ends by itself, and what it says nobody hears."""
        self._over = True
        self._looked_at.set()
        self._now.set()

    def _follow(self) -> None:
        while True:
            self._looked_at.wait()
            if self._over:
                return
            self._now.clear()
            self.seen = self._look()
            if self._looked_at.is_set() and not self._over:
                self._told()
            self._now.wait(EACH_S)

    def _look(self) -> Seen[S]:
        began = self._clock()
        try:
            regional = self._read()
        except Refused as no:
            return self.seen.failed(began, no.sentences[0])
        except Exception as wrong:  # it would end the thread, and what is shown would grow old without a word
            return self.seen.failed(began, _("The program went wrong ({kind}).").format(kind=type(wrong).__name__))
        return self.seen.heard(regional, self._clock())
