"""What a site sets for itself: names, times, thresholds. Each is changed by a journalled action."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from desk import clock, shift
from desk.language import HOUSE, LANGUAGES, _, number
from desk.refusals import NotFound, Refused


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults; hours, minutes and days are whole numbers, times of day `HH:MM`."""

    site: str = "Doorstroomlocatie"
    organisation: str = "TCVS"
    address: str = ""
    language: str = HOUSE
    time_zone: str = "Europe/Amsterdam"
    night_starts: str = "12:00"
    night_count_at: str = "04:00"
    report_times: str = "08:00,16:00"
    day_starts: str = "08:00"
    quiet_from: str = "22:00"
    quiet_until: str = "07:00"
    target: int = 2000
    stay_signal_hours: int = 24
    stay_alarm_hours: int = 48
    stay_boundary_hours: int = 72
    hold_minutes: int = 120
    eta_stale_minutes: int = 30
    eta_due_minutes: int = 120
    figure_stale_hours: int = 24
    clean_after_stay: bool = True
    wake_minutes: int = 60
    breakfast: str = "07:30-09:30"
    """When, as it stands on the slips for residents; empty where there is none."""
    assembly_point: str = ""
    """Where everybody gathers when the alarm goes; on the list and the slips."""
    retention_days: int = 28
    solver_seconds: int = 2
    spread_men_alone: bool = True
    handover: str = "warn"
    """What somebody's action meets before they accepted a handover: off, warn, require."""
    paper_folder: str = ""
    """Where the paper copies are kept; empty is `paper` beside the store."""
    authorized_keys: str = ""
    """The file of keys that sshd reads, where operators are let in; empty is that of the account."""
    backup_folder: str = ""
    """Where the backups are kept; empty is `backup` beside the store."""
    backups_kept: int = 30
    backup_hours: int = 8
    """How old the last backup grows before an open desk makes one by itself; 0 where none does."""
    replica: str = ""
    """Where a replica follows each action: `file:/folder` or `sftp://user@host/folder`; empty where none does."""
    replica_key: str = ""
    """The private key that opens the other machine; empty is that of the account, ~/.ssh/id_ed25519."""
    replica_host_key: str = ""
    """The public key by which the other machine is known."""
    replica_minutes: int = 5
    """How long the replica may not follow before Tonight says so; 0 where nobody is told."""
    printer: str = ""
    """Where `desk paper` prints, as `lp -d` calls it; empty where nothing is printed."""
    building_minutes: int = 5
    """How old the copy in the building may grow before it is an alarm; 0 where nobody is warned."""
    minimum_staff: str = ""
    shift_times: str = "07:00,15:00,23:00"
    """When one shift hands over to the next; empty where nobody is reminded."""
    lock_minutes: int = 0
    """After so long without a key names are covered until a PIN is typed; 0 where no desk locks."""
    bell: bool = True
    """Whether the terminal rings when an alarm appears."""
    demo: bool = False
    """Whether it is the demo's store, where nothing is real; whoever makes it says so, and nobody after."""

    @cached_property
    def tz(self) -> ZoneInfo:
        """The site's time zone."""
        return clock.zone(self.time_zone)

    def iso(self, at: datetime) -> str:
        """ISO 8601 with the site's offset."""
        return clock.iso(at, self.tz)

    def hhmm(self, at: datetime) -> str:
        """The time on the site's wall clock."""
        return clock.hhmm(at, self.tz)

    def hours(self, name: str) -> timedelta:
        """A setting in hours or minutes as a length of time."""
        value: int = getattr(self, name)
        return timedelta(minutes=value) if name.endswith("_minutes") else timedelta(hours=value)

    def as_text(self, name: str) -> str:
        """One setting as it is typed and stored."""
        value = getattr(self, name)
        return ("yes" if value else "no") if isinstance(value, bool) else str(value)


OF_THE_HOST = frozenset(
    {"paper_folder", "authorized_keys", "backup_folder", "replica", "replica_key", "replica_host_key"}
)
"""Settings that name a file of the host, or another machine: not to be changed through a key."""
LONG = {"replica_host_key": 1_000}
"""How many letters a setting may have that is longer than any other text."""
_FIELDS = frozenset(field.name for field in fields(Settings))
NAMES = tuple(field.name for field in fields(Settings) if field.name != "demo")
_LIMITS = {
    "target": (0, 1_000_000),
    "hold_minutes": (5, 10_080),
    "retention_days": (1, 3650),
    "building_minutes": (0, 10_080),
    "lock_minutes": (0, 1_440),
    "backups_kept": (1, 1_000),
    "backup_hours": (0, 720),
    "replica_minutes": (0, 10_080),
}
_PRINTER = re.compile(r"(?!-)[\w.@+-]{1,127}")
_TIMES = frozenset({"night_starts", "night_count_at", "day_starts", "quiet_from", "quiet_until"})


def from_rows(rows: Mapping[str, str]) -> Settings:
    """The settings as stored: name to text; a name or a language this program does not know is left alone."""
    spoken = {name: text for name, text in rows.items() if name != "language" or text in LANGUAGES}
    known = {name: _read(name, text) for name, text in spoken.items() if name in _FIELDS}
    return replace(Settings(), **known)  # type: ignore[arg-type]


def changed(name: str, text: str) -> str:
    """The text to store for a setting, or a refusal that says what it takes."""
    if name not in NAMES:
        raise NotFound(
            _("There is no setting '{name}'. The settings are: {names}.").format(name=name[:40], names=", ".join(NAMES))
        )
    said = text.strip()
    try:
        value = _read(name, said)
    except (ValueError, KeyError) as wrong:
        raise Refused(
            _("'{text}' is not a value for {name}. It is now like '{example}'.").format(
                text=said[:40], name=name, example=Settings().as_text(name)
            )
        ) from wrong
    _within_limits(name, value)
    return replace(Settings(), **{name: value}).as_text(name)  # type: ignore[arg-type]


def _within_limits(name: str, value: object) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        low, high = _LIMITS.get(name, (1, 10_000))
        if not low <= value <= high:
            raise Refused(
                _("{name} must lie between {low} and {high}.").format(name=name, low=number(low), high=number(high))
            )


def _wall(text: str) -> str:
    hour, minute = text.strip().split(":")
    if not (0 <= int(hour) < 24 and 0 <= int(minute) < 60):
        raise ValueError(text)
    return f"{int(hour):02d}:{int(minute):02d}"


def _read(name: str, text: str) -> object:
    default = getattr(Settings, name)
    if isinstance(default, bool):
        return {"yes": True, "no": False, "ja": True, "nee": False, "1": True, "0": False}[text.lower()]
    if isinstance(default, int):
        return int(text)
    if name in _TIMES:
        return _wall(text)
    if name == "minimum_staff":
        return shift.as_text(shift.minimum(text))
    if name in {"report_times", "shift_times"}:
        return ",".join(sorted({_wall(part) for part in text.split(",") if part.strip()}))
    if name == "handover" and text not in ("off", "warn", "require"):
        raise ValueError(text)
    if name == "printer" and text and not _PRINTER.fullmatch(text):
        raise ValueError(text)
    if name in {"replica", "replica_host_key"} and text:
        from desk import replica  # most houses have none: the first screen does not load it

        return str(replica.Target.of(text)) if name == "replica" else replica.host_key(text)
    if name == "language" and text not in LANGUAGES:
        raise ValueError(text)
    if name == "time_zone":
        try:
            clock.zone(text)
        except Exception as unknown:  # zoneinfo raises several kinds for a bad key
            raise ValueError(text) from unknown
    return text
