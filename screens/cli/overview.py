# ruff: noqa: D103 - what a command does stands in its help
"""`desk now`, `figures`, `list` and `show`: what stands, read only."""

from datetime import UTC, date, datetime, timedelta

from desk import clock, opened, records
from desk.households import ENDED
from desk.language import N_, _, number, written
from desk.night import Night
from desk.placements import OPEN, Ride
from desk.records import Record
from desk.refusals import Refused
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command, flag, option
from screens.cli.tables import details, lines_of
from screens.cli.things import shown
from screens.cli.words import ANY_REF, Code

KINDS = ("buses", "households", "beds", "rooms", "placements", "rides", "locations", "municipalities")


@command("now", text=N_("The numbers of tonight."))
def now(call: Call) -> Answer:
    night = call.night()
    found = records.now_record(night)
    return Shown(_now_lines(night, found), found)


def _now_lines(night: Night, found: Record) -> list[str]:
    people, beds, free_for = found["people"], found["beds"], found["free_for"]
    lines = [
        f"{found['site']}  {clock.night_label(night.evening)}  {night.settings.hhmm(night.at)}",
        _(
            "INSIDE {inside} people ({unregistered} without a name yet)   OUT {out}   WITHOUT A BED {without_bed}"
        ).format(**people),
        _(
            "BEDS {realised} = {occupied} taken + {reserved} held + {cleaning} to clean + {blocked} closed"
            " + {free} FREE"
        ).format(**beds),
    ]
    if beds["free"] < 0:
        lines.append(_("OVERBOOKED: {n} beds too few").format(n=-beds["free"]))
    rooms = " ".join(map(str, free_for["family_rooms"])) or _("NO ROOM")
    lines.append(
        _("FREE FOR  families: {rooms}   women alone: {women}   men alone: {men}   wheelchair: {wheelchair}").format(
            rooms=rooms,
            women=free_for["women_alone"],
            men=free_for["men_alone"],
            wheelchair=free_for["wheelchair"],
        )
    )
    lines.append(_("MORNING  breakfast {breakfast}, diets {diets}, kits to lay out {kits}").format(**found["morning"]))
    if found["buses"]:
        lines += ["", *lines_of("buses", night, found["buses"])]
    if found["signals"]:
        lines.append("")
    for signal in found["signals"]:
        mark = "!" if signal["severity"] == "alarm" else "-"
        who = f"  ({signal['who']})" if signal["who"] else ""
        lines.append(f" {mark} {signal['text']}{who}{_put_off(night, signal)}")
    return lines


def _put_off(night: Night, signal: Record) -> str:
    if not signal["put_off_until"]:
        return ""
    time = night.settings.hhmm(datetime.fromisoformat(signal["put_off_until"]))
    return "  " + _("(put off until {time}, {who})").format(time=time, who=signal["put_off_by"])


@command(
    "figures",
    option("--since", text=N_("From this date or time on; today when not given.")),
    option("--until", text=N_("Up to the end of this date, or this time; now when not given.")),
    text=N_("Placed and reserved, apart; places by kind; who came and went."),
)
def figures(call: Call, since: str | None, until: str | None) -> Answer:
    desk, zone = call.desk, call.zone
    clock_now = call.at or call.now
    first = _moment(call, since) if since else clock.start_of_day(clock_now.astimezone(zone).date(), zone)
    last = min(_moment(call, until, end=True), clock_now) if until else clock_now
    if first > last:
        raise Refused(
            _("Nothing lies between {since} and {until}. Give an earlier --since or a later --until.").format(
                since=clock.when(first, clock_now, zone), until=clock.when(last, clock_now, zone)
            )
        )
    period = desk.period(first, last)
    if last < clock_now:  # places held and realised are those that were known by then
        with desk.as_of(last) as then:
            night = then.night
    else:
        night = desk.night(last)
    found = records.figures_record(night, period)
    return Shown(_figure_lines(night, found), found)


def _moment(call: Call, said: str, *, end: bool = False) -> datetime:
    """A date is the site's midnight, or with `end` the last second of that day; a time is itself."""
    text = said.strip()
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
        if day is not None:
            start = clock.start_of_day(day + timedelta(days=1) if end else day, call.zone)
            return (start - timedelta(seconds=1) if end else start).astimezone(UTC)
        return clock.parse_time(text, call.now, call.zone)
    except (ValueError, OverflowError, Refused):
        raise Refused(
            _("'{text}' is not a date. Give one like 2022-04-05, or a time like 2022-04-05T18:00.").format(
                text=text[:40]
            )
        ) from None


def _figure_lines(night: Night, found: Record) -> list[str]:
    lines = [
        _("From {since} to {until}").format(since=_full(night, found["since"]), until=_full(night, found["as_of"])),
        _("{total} = {placed} placed + {reserved} reserved for {reserved_buses} expected buses").format(
            **written(found)
        ),
        _("inflow {inflow}   onward {onward_flow}   outflow {outflow}").format(**written(found)),
        _(
            "target {target}; municipalities {total}, of which {hosting} host and {in_forecast} are in the forecast"
        ).format(target=number(found["target"]), **found["municipalities"]),
    ]
    for name in ("realised", "occupied", "reserved_by_kind", "free"):
        parts = "   ".join(f"{kind} {number(places)}" for kind, places in found[name].items())
        lines.append(f"{name.replace('_', ' ')}: {parts}")
    return lines


def _full(night: Night, text: str) -> str:
    return clock.dated_time(datetime.fromisoformat(text).astimezone(night.settings.tz))


def _things(call: Call, kind: str, *, everything: bool) -> tuple[Night, list[Record]]:
    night = call.night(everything=everything)
    found: list[Record]
    if kind == "buses":
        current = [*night.buses_here, *night.buses_expected]
        wanted = night.buses if everything else tuple(b for b in night.buses if b in current)
        found = [records.bus_record(night, bus) for bus in wanted]
    elif kind == "households":
        people = [h for h in night.households if everything or h.state not in ENDED]
        found = [records.household_record(night, h) for h in people]
    elif kind == "beds":
        found = [records.bed_record(night, bed) for bed in night.beds if everything or bed.id in night.status]
    elif kind == "rooms":
        found = [records.room_record(night, room) for room in night.rooms]
    elif kind == "placements":
        open_ones = [p for p in night.placements if everything or p.state in OPEN]
        found = [records.placement_record(night, p) for p in open_ones]
    elif kind == "rides":
        found = [records.ride_record(night, ride) for ride in _rides(call, night, everything=everything)]
    elif kind == "locations":
        found = [records.location_record(night, location) for location in night.locations]
        found = [r for r in found if everything or r["state"] != "ended"]
    else:
        found = [records.municipality_record(night, m) for m in night.municipalities]
    return night, found


@command(
    "list",
    argument("kind", Code(KINDS)),
    flag("--all", N_("Also what has ended.")),
    text=N_("Buses, households, beds, rooms, placements, rides, locations or municipalities."),
)
def list_things(call: Call, kind: str, all: bool) -> Answer:
    night, found = _things(call, kind, everything=all)
    if kind == "households":
        call.desk.access.note(opened.LIST)
    return Shown(lines_of(kind, night, found), found)


@command("show", argument("ref", ANY_REF, many=True), text=N_("All that is known of one thing."))
def show(call: Call, ref: tuple[str, ...]) -> Answer:
    night, found = shown(call.desk, " ".join(ref))
    if "needs" in found:
        call.desk.access.note(opened.NEEDS, call.desk.households.get(found["ref"]).ref)
    return Shown(details(night, found), found)


def _rides(call: Call, night: Night, *, everything: bool) -> list[Ride]:
    return call.desk.placements.rides() if everything else list(night.rides)
