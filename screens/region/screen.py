"""The region: tonight at every desk of it, the buses that come to them, the places they share. It changes nothing."""

import asyncio
from contextlib import suppress

from desk.language import _
from desk.night import Night
from desk.region.link import RegionLink
from desk.region.regional import Regional, Seen
from screens.desk_screen import DeskScreen
from screens.lines import Row
from screens.region import rows as shown
from screens.region.following import Following
from storage.region.link import link_of, passfile


class RegionScreen(DeskScreen):
    """Key 8."""

    SECTION = "region"

    def __init__(self) -> None:
        super().__init__()
        self._link: RegionLink | None = None
        self._following: Following[Regional] | None = None

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """What is known of it, with its age."""
        return shown.nowhere(width) if self._following is None else shown.rows(self._look(night), width)

    def hint(self, key: str) -> str:
        """More of the line under the cursor."""
        told = [shown.hint(self._look(self.night), key), shown.waiting(self.night.region_line)]
        return "   ".join(part for part in told if part)

    def why_not(self, action: str) -> str:
        """It is read only."""
        return _("The region is only looked at here. What you do, you do at your own desk (1).")

    # --- following it -----------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Somebody looks: it is read anew, and again and again."""
        link = link_of(self.desk_app.desk.db)
        if link != self._link:  # joined, left, or moved to another address
            self._end()
            self._link = link
            self._following = self._follow(link) if link is not None else None
        if self._following is not None:
            self._following.begin()

    def on_screen_suspend(self) -> None:
        """Nobody looks."""
        if self._following is not None:
            self._following.pause()

    def on_unmount(self) -> None:
        """The desk leaves."""
        self._end()

    def _end(self) -> None:
        if self._following is not None:
            self._following.end()

    def _follow(self, link: RegionLink) -> Following[Regional]:
        desk, loop = self.desk_app.desk, asyncio.get_running_loop()
        file = passfile(desk.path)

        def read() -> Regional:
            from storage.region import reading  # on the thread: what reaches a server takes a moment to load

            return reading.read(link.address, file, link.desk)

        def told() -> None:
            with suppress(RuntimeError):  # the desk has left
                loop.call_soon_threadsafe(self.call_later, self.repaint)

        return Following(read, desk.clock, told)

    def _look(self, night: Night) -> shown.Look[Regional]:
        seen = self._following.seen if self._following is not None else Seen()
        return shown.Look(seen, max(night.at, seen.read_at or night.at), night.settings)
