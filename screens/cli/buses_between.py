# ruff: noqa: D103 - what a command does stands in its help
"""`desk bus recall|accept|refuse`: buses that one desk of a region sends another."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from desk.language import N_, _
from desk.refusals import Refused
from screens.cli.call import Answer, Call
from screens.cli.grammar import argument, command, option
from screens.cli.words import BUS

if TYPE_CHECKING:
    from storage.journal import Done

REF = argument("ref", BUS)


@command("recall", REF, text=N_("Ask a bus back from the desk it was sent to; theirs until that is answered."))
def recall(call: Call, ref: str) -> Answer:
    from storage.region import sent

    return told(call, sent.recall(call.desk.journal, call.desk.buses.get(ref), call.at))


@command("accept", REF, text=N_("Take a bus that another desk sent; so does who holds places or lets it in."))
def accept(call: Call, ref: str) -> Answer:
    from storage.region import sent

    return told(call, sent.accept(call.desk.journal, call.desk.buses.get(ref), call.at))


@command(
    "refuse",
    REF,
    option("--because", required=True, text=N_("Why: full, staff, suit or mistake.")),
    text=N_("Refuse a bus that another desk sent: it is theirs again."),
)
def refuse(call: Call, ref: str, because: str) -> Answer:
    from storage.region import sent

    return told(call, sent.refuse(call.desk.journal, call.desk.buses.get(ref), because, call.at))


def other_desk(call: Call, to: str | None, said: str | None) -> str:
    """The desk that is meant by `--desk`; empty where it goes to a place."""
    if (to is None) == (said is None):
        raise click.UsageError(_("Give the place (--to PLACE) or a desk of the region (--desk NAME), one of the two."))
    if said is None:
        return ""
    from storage.region import link, sent

    sent.must_have_region(call.desk.db)
    return link.desk_named(call.desk.aside, said)


def told(call: Call, done: "Done", other: str = "-") -> Answer:
    """What was done, told to the region at once where it can be reached; on the `:` line nobody waits for a server."""
    if not other or call.in_line:
        return done
    try:
        from storage.region.buses import BusesBetween

        warnings = BusesBetween(call.desk).heard_now()
    except Refused as no:
        warnings = no.sentences
    return replace(done, warnings=(*done.warnings, *warnings))
