# ruff: noqa: D103 - what a command does stands in its help
"""`desk what-if …`: tonight and tomorrow as they would be, beside now; nothing is written."""

import re
from itertools import groupby
from typing import TYPE_CHECKING

from desk import clock
from desk.language import N_, _, number
from desk.night import Night
from desk.refusals import Refused
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import command, flag, option
from screens.cli.tables import table
from screens.cli.words import COUNT, ETA, LOCATION, TEXT

if TYPE_CHECKING:
    from desk.plans.what_if import Change, Line

_BUS = re.compile(r"(\d{1,3})\s*(?:@\s*(\S+))?")
_NEW = re.compile(r"(\d{1,5})\s*@\s*(.+)")


@command(
    "what-if",
    option("--bus", TEXT, text=N_("Another bus: so many people, and when, as in 50@05:00.")),
    option("--close", LOCATION, text=N_("A location that closes.")),
    option("--open", TEXT, name="room", text=N_("An overflow room that is opened.")),
    option("--capacity", COUNT, text=N_("So many beds in this house.")),
    option("--designate", LOCATION, text=N_("The transit location for men alone of another nationality.")),
    option("--places", TEXT, text=N_("Places more in a municipality, as in 80@Hengelo.")),
    flag("--clean", N_("Every bed that waits for it is cleaned.")),
    text=N_("Try something without doing it: tonight and tomorrow beside now. Several together are tried at once."),
)
def what_if(
    call: Call,
    bus: str | None,
    close: str | None,
    room: str | None,
    capacity: int | None,
    designate: str | None,
    places: str | None,
    clean: bool,
) -> Answer:
    from desk.plans import what_if as tried

    night = call.night()
    changes = []
    if clean:
        changes.append(tried.all_clean())
    if room is not None:
        changes.append(tried.room_open(call.desk.beds.room(night, room)))
    if capacity is not None:
        changes.append(tried.capacity(capacity))
    if close is not None:
        changes.append(tried.closed(call.desk.capacity.get(close)))
    if places is not None:
        changes.append(_places(call, night, places))
    if designate is not None:
        changes.append(tried.designated(call.desk.capacity.get(designate)))
    if bus is not None:
        changes.append(_bus(call, night, bus))
    if not changes:
        raise Refused(_("Say what is to be tried, as in: desk what-if --bus 50@05:00 --capacity 150"))
    lines = tried.compare(night, changes, call.desk.forecast.rows(night.today))
    words = [_("What if: {changes}").format(changes=", ".join(change.text for change in changes)), ""]
    wide = max(len(line.label) for line in lines)
    for part, found in groupby(lines, lambda line: line.part):
        rows = [[line.label.ljust(wide), _cell(line.now), _cell(line.then), _turn(line)] for line in found]
        words += [*table([_(tried.PARTS[part]), _("now"), _("then"), ""], rows), ""]
    return Shown(
        words[:-1],
        {
            "changes": [change.text for change in changes],
            "figures": [{"name": line.name, "part": line.part, "now": line.now, "then": line.then} for line in lines],
        },
    )


def _cell(value: int | str | None) -> str:
    return "-" if value is None else number(value) if isinstance(value, int) else value


def _turn(line: "Line") -> str:
    return _("better") if line.turn > 0 else _("worse") if line.turn < 0 else ""


def _bus(call: Call, night: Night, said: str) -> "Change":
    from desk.plans import what_if as tried

    found = _BUS.fullmatch(said.strip())
    if found is None or not int(found[1]):
        raise Refused(_("'{text}' is no bus. Give people and a time, as in: --bus 50@05:00").format(text=said[:40]))
    eta = ETA.read(found[2], call) if found[2] else night.at
    return tried.another_bus(int(found[1]), eta, clock.when(eta, night.at, night.settings.tz))


def _places(call: Call, night: Night, said: str) -> "Change":
    from desk.plans import what_if as tried

    found = _NEW.fullmatch(said.strip())
    if found is None:
        raise Refused(
            _("'{text}' are no places. Give a number and a municipality, as in: --places 80@Hengelo").format(
                text=said[:40]
            )
        )
    return tried.opened(call.desk.capacity.meant(found[2]), int(found[1]), night.today)
