# ruff: noqa: D103 - what a command does stands in its help
"""`desk freeze` and `desk compare`: figures kept for ever, and two moments beside each other."""

from datetime import datetime

from desk import clock
from desk.language import N_, _
from desk.night import Night
from desk.records import Record
from desk.refusals import NotFound, Refused
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import argument, command, flag, option
from screens.cli.tables import table
from screens.cli.words import TEXT
from storage.journal import Done


@command(
    "freeze",
    option("--label", unset="", text=N_("What it is for, as in: for the board.")),
    option("--corrects", unset="", text=N_("The number of the report that this one puts right.")),
    flag("--due", N_("Make what is due at the set times, for a timer; nothing when all is made.")),
    flag("--list", N_("What was issued, newest first.")),
    text=N_("Freeze the figures and issue the situation report under the next number of the day."),
)
def freeze(call: Call, label: str, corrects: str, due: bool, list: bool) -> Answer:
    if list:
        return _listed(call)
    if due:
        return _due(call, call.desk.frozen.make_due())
    return call.desk.frozen.issue(label, corrects, call.at)


def _due(call: Call, made: list[Done]) -> Shown:
    lines = [done.text for done in made] or [_("Nothing is due.")]
    return Shown(lines, [{"ref": done.ref, "state": done.state} for done in made])


def _listed(call: Call) -> Shown:
    night = call.night()
    found = [
        {
            "ref": one.ref,
            "state": "issued",
            "at": night.settings.iso(one.at) if one.at else None,
            "label": one.label,
            "corrects": one.corrects or None,
            "automatic": one.automatic,
            "by": one.by,
        }
        for one in call.desk.frozen.listed()
    ]
    rows = [(str(r["ref"]), _moment(night, str(r["at"])), str(r["by"]), _said(r)) for r in found]
    return Shown(table([_("number"), _("moment"), _("who"), _("what for")], rows), found)


def _said(one: Record) -> str:
    return " ".join(
        filter(None, [str(one["label"]), _("corrects {ref}").format(ref=one["corrects"]) if one["corrects"] else ""])
    )


@command(
    "compare",
    argument("then", TEXT),
    argument("now", TEXT, required=False),
    text=N_("Present then + in - out ± corrections = present now, between two moments or issued reports."),
)
def compare(call: Call, then: str, now: str | None) -> Answer:
    from desk.reports import situation
    from desk.situation import comparison_record
    from screens.reports.formats import lines_of_block
    from storage.as_of import AsOf, version_at
    from storage.compared import compare as compared

    desk = call.desk
    first, first_version = _when(call, then)
    last, last_version = _when(call, now) if now else (call.at or call.now, 0)
    last_version = last_version or version_at(desk.journal, last)
    if first > last:
        raise Refused(_("The first moment comes after the second. Turn them round."))
    with AsOf(desk.path, first, first_version) as before, AsOf(desk.path, last, last_version) as after:
        found = compared(before, after.journal, after.night, last_version)
        record = comparison_record(after.night, found) or {}
    return Shown(lines_of_block(situation.comparison(record), call.zone), record, exit_code=1 if found.gap else 0)


def _when(call: Call, said: str) -> tuple[datetime, int]:
    """A moment, or that of an issued report, with the last action known by then."""
    from storage.as_of import version_at

    try:
        one = call.desk.frozen.get(said)
        if one.at is not None:
            return one.at, one.version
    except NotFound:
        pass
    at = clock.parse_time(said, call.now, call.zone)
    if at > call.now:
        raise Refused(_("{text} has not come yet. Give a moment up to now.").format(text=said[:40]))
    return at, version_at(call.desk.journal, at)


def _moment(night: Night, text: str) -> str:
    return clock.dated_time(datetime.fromisoformat(text).astimezone(night.settings.tz))
