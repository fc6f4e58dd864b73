"""The terminal's bell: once when an alarm appears that was not there."""

from desk import signals
from desk.night import Night


class Bell:
    """Which alarms were heard or seen; those there when the desk is opened are seen."""

    def __init__(self, night: Night) -> None:
        self._known = _alarms(night)

    def rings(self, night: Night) -> bool:
        """Whether an alarm appeared since the last look: once for several, not again while it stays."""
        before, self._known = self._known, _alarms(night)
        return night.settings.bell and not self._known <= before


def _alarms(night: Night) -> frozenset[str]:
    """By key: an alarm that is worded otherwise is the same; one that went and came back is another."""
    return frozenset(signal.key for signal in signals.now(night) if signal.severity == signals.ALARM)
