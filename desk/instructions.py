"""Standing instructions of the board in words, for where they matter."""

from collections.abc import Iterator
from datetime import date

from desk import clock, decisions
from desk.language import _
from desk.night import Night


def instructions(night: Night, topic: str) -> Iterator[tuple[str, str]]:
    """Those of a topic, and those that hold everywhere: the words, and which one it is until when."""
    for one in night.instructions:
        if one.topic in {topic, "everywhere"}:
            until = _("until {day}").format(day=clock.day_month(date.fromisoformat(one.until))) if one.until else ""
            words = f"{_(decisions.TOPIC_LABELS[one.topic]).upper()}: {' '.join(one.text.split())}"
            yield words, f"{one.ref} {until}".rstrip()
