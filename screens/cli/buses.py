# ruff: noqa: D103 - what a command does stands in its help
"""`desk bus …`: from the phone call to the last name."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from desk import passengers, records
from desk.buses import COMPOSITION
from desk.language import N_, _
from desk.stepped_out import PART_LABELS
from screens.cli import buses_between as between
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, option
from screens.cli.sheets import progress, rows_of, unknown_columns
from screens.cli.words import BUS, COUNT, ETA, FILE, LOCATION, NUMBER

bus = Group("bus", N_("Buses: announced, here, at the table, gone on."))

REF = argument("ref", BUS)
TO = (
    option("--to", LOCATION, text=N_("To which place.")),
    option("--desk", name="to_desk", text=N_("To another desk of the region: it appears on its screen.")),
)


def _details(*, edit: bool) -> list[click.Parameter]:
    texts = ("contact", "phone", "carrier", "sender", "sender-phone", "source")
    return [
        option("--from", name="from_place", required=not edit, text=N_("The place it comes from.")),
        option("--people", NUMBER, name="announced", required=not edit, text=N_("How many they say are on it.")),
        option("--eta", ETA, required=not edit, text=N_("When it is expected: 03:40, +1h30.")),
        option("--told-by", name="eta_told_by", text=N_("Who told the time.")),
        *[option(f"--{text}") for text in texts],
        *[option("--" + part.replace("_", "-"), COUNT) for part in COMPOSITION],
        option("--note"),
    ]


@bus.command_of("announce", *_details(edit=False), text=N_("Somebody phoned in a bus."))
def announce(
    call: Call, from_place: str, announced: int, eta: datetime, eta_told_by: str | None, **details: Any
) -> Answer:
    return call.desk.buses.announce(
        from_place=from_place, people=announced, eta=eta, told_by=eta_told_by or "", at=call.at, **details
    )


@bus.command_of(
    "edit", REF, *_details(edit=True), text=N_("Change what was said of a bus; only what is given changes.")
)
def edit(call: Call, ref: str, **details: Any) -> Answer:
    given = {name: value for name, value in details.items() if value is not None}
    if not given:
        raise click.UsageError(_("Nothing to change was given, as in: desk bus edit {ref} --people 50").format(ref=ref))
    return call.desk.buses.edit(ref, at=call.at, **given)


@bus.command_of(
    "eta", REF, argument("time", ETA), option("--told-by", unset=""), text=N_("Another expected time, and who told it.")
)
def eta(call: Call, ref: str, time: datetime, told_by: str) -> Answer:
    return call.desk.buses.eta(ref, time, told_by, at=call.at)


@bus.command_of(
    "reserve",
    REF,
    argument("places", NUMBER),
    option("--reason", unset="", text=N_("Why more than there are beds.")),
    text=N_("Hold places here; the number replaces what was held."),
)
def reserve(call: Call, ref: str, places: int, reason: str) -> Answer:
    return call.desk.buses.reserve(ref, places, reason, at=call.at)


@bus.command_of(
    "allocate",
    REF,
    argument("location", LOCATION),
    argument("places", NUMBER),
    text=N_("Hold places at a location elsewhere; 0 lets them go."),
)
def allocate(call: Call, ref: str, location: str, places: int) -> Answer:
    return call.desk.buses.allocate(ref, location, places, at=call.at)


@bus.command_of("ways", REF, text=N_("How to find places for those still to find."))
def ways(call: Call, ref: str) -> Answer:
    from desk.ways import ways as found_ways

    meant = call.desk.buses.get(ref)
    night = call.night(buses=[meant.id])
    found = found_ways(night, night.bus[meant.id])
    lines = [_("To find for {ref}: {n}").format(ref=night.said(meant.ref), n=night.numbers(night.bus[meant.id]).short)]
    for way in found:
        places = "?" if way.places is None else str(way.places)
        where = _("here") if way.here else _("elsewhere")
        lines.append(f"  {where:<10} {places:>4}  {way.what}: {way.for_whom}; {way.takes}")
    return Shown(lines, [records.way_record(way) for way in found])


@bus.command_of(
    "arrive",
    argument("ref", BUS, required=False),
    option("--from", name="from_place", unset="", text=N_("A bus nobody announced: where it comes from.")),
    option("--people", NUMBER, text=N_("A first guess, for a bus nobody announced.")),
    text=N_("A bus is here, announced or not."),
)
def arrive(call: Call, ref: str | None, from_place: str, people: int | None) -> Answer:
    if bool(ref) == bool(from_place):
        raise click.UsageError(
            _("Give the bus that was announced, or --from PLACE for one that nobody announced, not both.")
        )
    return call.desk.buses.arrive(ref or "", from_place=from_place, people=people, at=call.at)


@bus.command_of(
    "count",
    REF,
    argument("heads", NUMBER),
    option("--reason", unset="", text=N_("What explains a difference.")),
    *[option("--" + part.replace("_", "-"), COUNT, text=N_("Of whom so many.")) for part in PART_LABELS],
    text=N_("The heads counted at the door, and who they are: others than were said stand in the log at once."),
)
def count(call: Call, ref: str, heads: int, reason: str, **parts: int | None) -> Answer:
    groups = {part: number for part, number in parts.items() if number is not None}
    return call.desk.buses.count(ref, heads, reason, at=call.at, groups=groups)


@bus.command_of("import", REF, argument("file", FILE), text=N_("Read a passenger list: its households are expected."))
def import_list(call: Call, ref: str, file: Path) -> Answer:
    desk = call.desk
    desk.buses.get(ref)
    found = passengers.read(rows_of(file), desk.clock().astimezone(call.zone).date())
    unknown_columns(call, found.unknown)
    with progress(call, desk):
        return desk.households.import_list(ref, found.parties, file.name, at=call.at)


@bus.command_of(
    "onward",
    REF,
    argument("people", NUMBER),
    *TO,
    option("--agreed-by", required=True),
    text=N_("Part of a bus that is here drives on."),
)
def onward(call: Call, ref: str, people: int, to: str | None, to_desk: str | None, agreed_by: str) -> Answer:
    other = between.other_desk(call, to, to_desk)
    return between.told(call, call.desk.buses.onward(ref, people, to or "", agreed_by, at=call.at, desk=other), other)


@bus.command_of(
    "close", REF, option("--reason", unset=""), text=N_("Everybody is written down, drove on or explained.")
)
def close(call: Call, ref: str, reason: str) -> Answer:
    return call.desk.buses.close(ref, reason, at=call.at)


@bus.command_of(
    "divert",
    REF,
    *TO,
    option("--agreed-by", required=True),
    text=N_("The whole bus goes elsewhere."),
)
def divert(call: Call, ref: str, to: str | None, to_desk: str | None, agreed_by: str) -> Answer:
    other = between.other_desk(call, to, to_desk)
    return between.told(call, call.desk.buses.divert(ref, to or "", agreed_by, at=call.at, desk=other), other)


for one in (between.recall, between.accept, between.refuse):
    bus.add_command(one)


@bus.command_of(
    "confirm",
    REF,
    argument("location", LOCATION),
    argument("people", NUMBER),
    option("--by", required=True),
    text=N_("So many of it arrived there: placed. The rest held there is freed."),
)
def confirm(call: Call, ref: str, location: str, people: int, by: str) -> Answer:
    return call.desk.buses.confirm(ref, location, people, by, at=call.at)


@bus.command_of("cancel", REF, option("--reason", required=True), text=N_("The sender says that it will not come."))
def cancel(call: Call, ref: str, reason: str) -> Answer:
    return call.desk.buses.cancel(ref, reason, at=call.at)


@bus.command_of("no-show", REF, text=N_("It did not come."))
def no_show(call: Call, ref: str) -> Answer:
    return call.desk.buses.no_show(ref, at=call.at)


@bus.command_of(
    "beds", argument("ref", BUS, required=False), text=N_("Beds for everybody of a bus who waits, or for all.")
)
def beds(call: Call, ref: str | None) -> Answer:
    return call.desk.households.bed_all(ref or "", at=call.at)
