# ruff: noqa: D103 - what a command does stands in its help
"""`desk placement …`, `desk ride …` and `desk calls`: where they go from here."""

from datetime import datetime

import click

from desk import records, suitability
from desk.language import N_, _
from desk.placements import CHANNELS, DECLINE_REASONS, OUTSIDE
from desk.procedure import PROCEDURES
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, command, option
from screens.cli.tables import lines_of
from screens.cli.words import HOUSEHOLD, LOCATION, PLACEMENT, RIDE, TIME, Code

placement = Group("placement", N_("Placements: asked, agreed, on the road, confirmed."))
ride = Group("ride", N_("Rides: one vehicle for several households."))

REF = argument("ref", PLACEMENT)
MAYBE_LOCATION = argument("location", LOCATION, required=False)
BY = option("--by", required=True, text=N_("Who said so."))
PROCEDURE = option("--procedure", Code(tuple(PROCEDURES)), text=N_("The other procedure than the desk would take."))
OVERRIDE = option("--override", unset="", text=N_("Why it goes there though it does not suit."))


@placement.command_of("suggest", argument("ref", HOUSEHOLD), text=N_("Every location, best first, with the reasons."))
def suggest(call: Call, ref: str) -> Answer:
    household = call.desk.households.get(ref)
    night = call.night(households=[household.id])
    fits = suitability.suggest(night, night.household[household.id])
    says = {True: _("YES"), False: _("NO"), None: _("ask")}
    lines = [
        f"{says[fit.fits]:<4} {fit.location.name}, {fit.municipality}  {fit.free}  {'; '.join(fit.reasons)}"
        for fit in fits
    ]
    return Shown(
        lines or [_("There are no locations yet: desk import locations FILE")], [*map(records.fit_record, fits)]
    )


@placement.command_of(
    "propose",
    REF,
    argument("location", LOCATION),
    PROCEDURE,
    text=N_("Put them on the call list of a location; nobody is asked yet."),
)
def propose(call: Call, ref: str, location: str, procedure: str | None) -> Answer:
    return call.desk.placements.propose(ref, location, procedure or "", at=call.at)


@placement.command_of(
    "ask",
    REF,
    MAYBE_LOCATION,
    option("--outside", Code(OUTSIDE), text=N_("A destination outside the region's locations.")),
    option("--to", unset="", text=N_("To whom or where, outside the region.")),
    option("--until", TIME, text=N_("Until when the places are held.")),
    OVERRIDE,
    PROCEDURE,
    text=N_("Ask a location now, or a destination outside the region; places are held."),
)
def ask(
    call: Call,
    ref: str,
    location: str | None,
    outside: str | None,
    to: str,
    until: datetime | None,
    override: str,
    procedure: str | None,
) -> Answer:
    if location and outside:
        raise click.UsageError(_("Give a location or --outside, not both."))
    return call.desk.placements.ask(
        ref,
        location or "",
        outside=outside or "",
        to=to,
        until=until,
        override=override,
        procedure=procedure or "",
        at=call.at,
    )


@placement.command_of(
    "agree",
    REF,
    MAYBE_LOCATION,
    BY,
    option("--channel", Code(CHANNELS), unset="phone"),
    OVERRIDE,
    PROCEDURE,
    text=N_("They said yes; with a location: asked and agreed in one call."),
)
def agree(
    call: Call, ref: str, location: str | None, by: str, channel: str, override: str, procedure: str | None
) -> Answer:
    return call.desk.placements.agree(
        ref, location or "", by=by, channel=channel, override=override, procedure=procedure or "", at=call.at
    )


@placement.command_of(
    "transport",
    REF,
    option("--carrier", unset=""),
    option("--pickup", TIME),
    option("--ride", RIDE, unset=""),
    text=N_("Transport is arranged: by whom and when, or with which ride."),
)
def transport(call: Call, ref: str, carrier: str, pickup: datetime | None, ride: str) -> Answer:
    return call.desk.placements.transport(ref, carrier=carrier, pickup=pickup, ride=ride, at=call.at)


@placement.command_of("depart", REF, text=N_("They are on the road."))
def depart(call: Call, ref: str) -> Answer:
    return call.desk.placements.depart(ref, at=call.at)


@placement.command_of("confirm", REF, BY, text=N_("The receiver confirms that they are there: placed."))
def confirm(call: Call, ref: str, by: str) -> Answer:
    return call.desk.placements.confirm(ref, by, at=call.at)


@placement.command_of("extend", REF, argument("time", TIME), text=N_("The hold lasts longer."))
def extend(call: Call, ref: str, time: datetime) -> Answer:
    return call.desk.placements.extend(ref, time, at=call.at)


@placement.command_of(
    "procedure",
    REF,
    argument("kind", Code(tuple(PROCEDURES))),
    text=N_("Choose the other procedure, regular or tailored, for a placement that is made."),
)
def choose_procedure(call: Call, ref: str, kind: str) -> Answer:
    return call.desk.placements.procedure(ref, kind, at=call.at)


@placement.command_of(
    "decline",
    REF,
    option("--reason", Code(DECLINE_REASONS), required=True, text=", ".join(DECLINE_REASONS)),
    option("--note", unset=""),
    text=N_("They said no; the pair is remembered."),
)
def decline(call: Call, ref: str, reason: str, note: str) -> Answer:
    return call.desk.placements.decline(ref, reason, note, at=call.at)


@placement.command_of("withdraw", REF, option("--reason", required=True), text=N_("We take it back."))
def withdraw(call: Call, ref: str, reason: str) -> Answer:
    return call.desk.placements.withdraw(ref, reason, at=call.at)


@placement.command_of("return", REF, option("--reason", required=True), text=N_("They came back and wait for a bed."))
def come_back(call: Call, ref: str, reason: str) -> Answer:
    return call.desk.placements.come_back(ref, reason, at=call.at)


@ride.command_of(
    "add",
    option("--carrier", required=True),
    option("--pickup", TIME, required=True),
    option("--phone", unset=""),
    option("--note", unset=""),
    text=N_("One vehicle that can take several households."),
)
def add_ride(call: Call, carrier: str, pickup: datetime, phone: str, note: str) -> Answer:
    return call.desk.placements.add_ride(carrier, pickup, phone, note, at=call.at)


@ride.command_of("list", text=N_("The rides of tonight."))
def list_rides(call: Call) -> Answer:
    night = call.night()
    found = [records.ride_record(night, ride) for ride in night.rides]
    return Shown(lines_of("rides", night, found), found)


@command("calls", text=N_("The call list, by location."))
def calls(call: Call) -> Answer:
    night = call.night()
    found = records.call_records(night)
    lines = []
    for to_call in found:
        answers = _("answers now") if to_call["answers_now"] else _("answers {hours}").format(hours=to_call["answers"])
        where = ", ".join(part for part in (to_call["location"], to_call["municipality"], to_call["phone"]) if part)
        lines.append(_("{where}: {n} people, {answers}").format(where=where, n=to_call["people"], answers=answers))
        lines += lines_of("placements", night, to_call["placements"], indent=2)
    return Shown(lines or [_("Nobody has to be rung.")], found)
