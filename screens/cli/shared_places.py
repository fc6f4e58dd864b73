# ruff: noqa: D103 - what a command does stands in its help
"""`desk region places|ask|return|share`: places that several desks promise people."""

from typing import Any

from desk import clock
from desk.language import N_, _
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command, option
from screens.cli.words import COUNT, LOCATION

PLACES = argument("number", COUNT)


@command("places", text=N_("What is yours of the places that desks share: granted, used, left; what could be asked."))
def places(call: Call) -> Answer:
    from desk.region.shared import left_words
    from storage.region import escrow, link

    desk, night, joined = call.desk, call.night(), link.link_of(call.desk.db)
    if joined is None:
        return Shown([_("This desk belongs to no region.")], [])
    lines: list[str] = []
    found: list[dict[str, Any]] = []
    for one in night.shared:
        where, standing = night.location[one.location], night.standing[one.location]
        record = {
            "ref": where.ref,
            "state": "shared" if one.known else "put_back",
            "location": where.name,
            "municipality": night.municipality_name(where),
            "granted": one.granted,
            "used": one.lived + standing.held,
            "left": standing.free,
            "asked": one.asked,
            "could_ask": one.could_ask,
            "as_of": night.settings.iso(one.as_of) if one.as_of else None,
        }
        said = left_words(one, standing.free, night.at, night.settings)
        lines.append(
            _("{location}, {municipality}: {granted} granted, {used} used, {said}").format(**record, said=said)
        )
        found.append(record)
    there, as_of = escrow.could_ask(desk.path, joined)
    here = {place.shared for place in escrow.shared_places(desk.db)}
    lines += [
        _("{name} is shared and not known here. Add it under that name: desk location add").format(name=name)
        for name in there
        if name not in here
    ]
    if as_of is None:
        lines.append(_("What is shared is not known yet. Do: desk region push"))
    elif not lines:
        words = _("No locations are shared (as of {time}).")
        lines.append(words.format(time=clock.when(as_of, night.at, night.settings.tz)))
    return Shown(lines, found)


@command(
    "ask",
    argument("location", LOCATION),
    PLACES,
    text=N_("Ask the region for more places at a location that desks share; they are yours until they run out."),
)
def ask(call: Call, location: str, number: int) -> Answer:
    from storage.region.places import Places

    # on the `:` line of a desk nobody waits for a server: what tells the journal asks within a second
    return Places(call.desk).ask(location, number, call.at, at_once=not call.in_line)


@command(
    "return",
    argument("location", LOCATION),
    PLACES,
    text=N_("Give places back to the region that you do not need, or no longer ask for them."),
)
def give_back(call: Call, location: str, number: int) -> Answer:
    from storage.region.places import Places

    return Places(call.desk).give_back(location, number, call.at, at_once=not call.in_line)


@command(
    "share",
    argument("address"),
    argument("name"),
    option("--municipality", required=True, text=N_("In which municipality it lies.")),
    option("--places", COUNT, required=True, text=N_("How many places the desks may fill; those lived in count.")),
    option("--keep-for", COUNT, text=N_("For how many hours what is granted may stay unused; 12 unless said.")),
    text=N_("Share a location among the desks of a region, or say how many places it has now; for its keeper."),
    storeless=True,
)
def share(call: Call, address: str, name: str, municipality: str, places: int, keep_for: int | None) -> Answer:
    from storage.region import places as region

    done = region.share(address, name, municipality, places, keep_for)
    for warning in done.warnings:
        call.warn(warning)
    data = {"ref": name, "state": done.state, **done.also, "text": done.text, "warnings": list(done.warnings)}
    return Shown([done.text], data)
