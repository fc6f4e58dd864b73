# ruff: noqa: D103 - what a command does stands in its help
"""`desk import …`, `desk location …`, `desk municipality …` and `desk target`: the region."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk import cells, clock, imports, records, standings
from desk.capacity import Target
from desk.cells import WrongCell
from desk.language import N_, _, number, written
from desk.night import Night
from desk.refusals import Refused
from desk.sheets import Sheet
from desk.words import GROUP_WORDS, LOCATION_KIND_WORDS, TERM_WORDS
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, command, flag, option
from screens.cli.sheets import progress, rows_of, unknown_columns
from screens.cli.tables import table, time_of
from screens.cli.words import COUNT, DAY, FILE, LOCATION, MUNICIPALITY, TEXT, Code, Typed

if TYPE_CHECKING:
    from storage.journal import Done

sheets = Group("import", N_("Read a sheet: CSV in UTF-8, XLSX or ODS; all of it or nothing."))
location = Group("location", N_("Locations of the region: their places, periods and daily reports."))
municipality = Group("municipality", N_("Municipalities: their share of the target, and pools."))

WHICH = argument("file", FILE)


class _Cell(Typed):
    """What a cell of a sheet can be; a minus takes it away."""

    def __init__(self, read: Callable[[object], Any], nothing: Any = None) -> None:
        self._read = read
        self._nothing = nothing

    def read(self, text: str, call: Call) -> Any:
        if text.strip() == "-" and self._nothing is not None:
            return self._nothing
        try:
            return self._read(text)
        except WrongCell as wrong:
            raise Refused(f"'{text[:40]}' {wrong.reason}.") from None


class _Kept(_Cell):
    """A day that a location keeps: a minus takes it away."""

    def __init__(self) -> None:
        super().__init__(cells.day, "")


_YES_NO = _Cell(cells.yes_no)
_HOURS = _Cell(cells.hours, "")
_LIST_OF_GROUPS = _Cell(cells.several(cells.choice(GROUP_WORDS), any_is_empty=True), ())
_LIST_OF_NATIONALITIES = _Cell(cells.several(cells.nationality, any_is_empty=True), ())
_MOST_ALONE = _Cell(cells.whole(0, 100_000), "")
_KIND = Code(LOCATION_KIND_WORDS, cells.choice(LOCATION_KIND_WORDS))
_TERM = Code(TERM_WORDS, cells.choice(TERM_WORDS))


# --- sheets -------------------------------------------------------------------------------------


def numbered(sheet: Sheet) -> list[dict[str, Any]]:
    """The rows by field, each with its number in the sheet."""
    return [dict(record, row=row) for record, row in zip(sheet.records, sheet.rows, strict=True)]


def _read(call: Call, sheet: Sheet, write: Callable[[list[dict[str, Any]]], "Done"]) -> Answer:
    """The rows of a sheet written; columns and rows that are left out are named."""
    unknown_columns(call, sheet.unknown)
    with progress(call, call.desk):
        done = write(numbered(sheet))
    if not sheet.left_out:
        return done
    left_out = _("Left out, it only adds others up: {rows}.").format(rows="; ".join(sheet.left_out))
    return replace(done, warnings=(left_out, *done.warnings))


@sheets.command_of("municipalities", WHICH, text=N_("Municipalities with their inhabitants."))
def municipalities(call: Call, file: Path) -> Answer:
    sheet = imports.municipalities(rows_of(file))
    return _read(call, sheet, lambda rows: call.desk.capacity.import_municipalities(rows, file.name))


@sheets.command_of("locations", WHICH, text=N_("Locations where people can go; a known one is replaced."))
def locations(call: Call, file: Path) -> Answer:
    sheet = imports.locations(rows_of(file), call.zone)
    return _read(call, sheet, lambda rows: call.desk.capacity.import_locations(rows, file.name))


@sheets.command_of("rooms", WHICH, text=N_("Rooms with their beds; a known room gets the beds it lacks."))
def rooms(call: Call, file: Path) -> Answer:
    return _read(call, imports.rooms(rows_of(file)), lambda rows: call.desk.beds.make(rows, file.name))


@sheets.command_of("reports", WHICH, text=N_("Daily reports: how many people each location counted."))
def reports(call: Call, file: Path) -> Answer:
    sheet = imports.reports(rows_of(file), call.zone)
    return _read(call, sheet, lambda rows: call.desk.capacity.import_reports(rows, file.name, call.at))


@sheets.command_of("forecast", WHICH, text=N_("Who is expected, by day and scenario."))
def forecast(call: Call, file: Path) -> Answer:
    sheet = imports.forecast(rows_of(file), call.zone)
    return _read(call, sheet, lambda rows: call.desk.forecast.import_rows(rows, file.name))


# --- locations ----------------------------------------------------------------------------------

WHERE = argument("location", LOCATION)
_DETAILS = (
    option("--counts", _YES_NO, text=N_("Whether it counts towards the target.")),
    option("--from", _Kept(), name="available_from", text=N_("The first day on which its places are there.")),
    option("--until", _Kept(), name="available_until", text=N_("The last day; - for no end.")),
    option("--term", _TERM, text=N_("short for stays of less than 72 hours, else long.")),
    option("--out-of-use", COUNT, text=N_("Places that cannot be slept in.")),
    option("--groups", _LIST_OF_GROUPS, text=N_("Whom it takes, with commas; - for anyone.")),
    option("--nationalities", _LIST_OF_NATIONALITIES, text=N_("Which nationalities it takes; - for any.")),
    option("--wheelchair", _YES_NO, text=N_("No stairs, wide doors.")),
    option("--pets", _YES_NO, text=N_("Whether it takes pets.")),
    option("--intake", _HOURS, text=N_("When it takes people in, as in 08:00-20:00; - for always.")),
    option("--answers", _HOURS, text=N_("When it answers the phone, as in 08:00-20:00; - for always.")),
    option("--phone", text=N_("Its number to ring.")),
)


def _as_it_is(call: Call, done: "Done") -> Answer:
    """What was done, with the location as it stands now."""
    night = call.desk.night()
    found = next(loc for loc in night.locations if loc.ref == done.ref)
    record = records.location_record(night, found)
    return replace(done, state=record["state"], also={**done.also, **record})


@location.command_of(
    "add",
    argument("name", TEXT),
    option("--municipality", MUNICIPALITY, required=True, text=N_("In which municipality it lies.")),
    option("--kind", _KIND, required=True, text=N_("municipal, private, transit or crisis.")),
    option("--capacity", COUNT, required=True, text=N_("Its places.")),
    option("--occupied", COUNT, text=N_("People there now.")),
    *_DETAILS,
    text=N_("A location that was not known yet."),
)
def add(call: Call, name: str, municipality: str, kind: str, capacity: int, **details: Any) -> Answer:
    return _as_it_is(call, call.desk.capacity.add(name, municipality, kind, capacity, at=call.at, **details))


@location.command_of(
    "edit",
    WHERE,
    option("--name", text=N_("What it is called from now on.")),
    option("--kind", _KIND, text=N_("municipal, private, transit or crisis.")),
    option("--capacity", COUNT, text=N_("Its places.")),
    *_DETAILS,
    option("--out-of-use-reason", _Kept(), text=N_("Why places are out of use, as in: no staff; - for no reason.")),
    option("--most-alone", _MOST_ALONE, text=N_("At most so many men alone of another nationality; - for no maximum.")),
    option(
        "--designated-from",
        _Kept(),
        text=N_("From this day it is the location for men alone of another nationality; - if not."),
    ),
    text=N_("What is known of a location; what is not given stays."),
)
def edit(call: Call, location: str, **changes: Any) -> Answer:
    return _as_it_is(call, call.desk.capacity.edit(location, at=call.at, **changes))


@location.command_of(
    "report",
    WHERE,
    argument("people", COUNT),
    option("--out-of-use", COUNT, text=N_("Places that cannot be slept in.")),
    option("--reason", unset="", text=N_("Why they cannot, as in: no staff.")),
    text=N_("The daily report: so many people were counted there."),
)
def report(call: Call, location: str, people: int, out_of_use: int | None, reason: str) -> Answer:
    return _as_it_is(call, call.desk.capacity.report(location, people, out_of_use, call.at, reason))


@location.command_of(
    "period",
    WHERE,
    option("--from", DAY, name="first", required=True, text=N_("Its first day.")),
    option("--until", DAY, text=N_("Its last day; not given, no end is known.")),
    option("--places", COUNT, text=N_("The places in that period.")),
    flag("--remove", N_("The period that begins on that day is off.")),
    text=N_("A further period in which a location has places."),
)
def period(call: Call, location: str, first: date, until: date | None, places: int | None, remove: bool) -> Answer:
    capacity = call.desk.capacity
    if remove:
        return _as_it_is(call, capacity.remove_period(location, first, call.at))
    if places is None:
        raise click.UsageError(_("How many places in that period? Give --places N."))
    return _as_it_is(call, capacity.add_period(location, first, until, places, call.at))


@location.command_of("history", WHERE, text=N_("What a location reported, newest first, with the differences."))
def history(call: Call, location: str) -> Answer:
    night, where = call.night(), call.desk.capacity.get(location)
    found = [records.headcount_record(night, where, told) for told in call.desk.capacity.history(where.ref)]
    if not found:
        return Shown([_("{name} never reported.").format(name=where.name)], [])
    rows = [
        (
            time_of(night, r["at"]),
            str(r["occupied"]),
            _number(r["derived"]),
            "-" if r["difference"] is None else f"{r['difference']:+d}",
            _number(r["out_of_use"]),
            r["by"],
        )
        for r in found
    ]
    headings = (_("told"), _("counted"), _("we thought"), _("differs"), _("out"), _("who"))
    return Shown([where.name, *table(headings, rows)], found)


def _number(value: int | None) -> str:
    return "-" if value is None else number(value)


# --- municipalities -----------------------------------------------------------------------------


@municipality.command_of("list", text=N_("Each municipality with its share of the target, private places apart."))
def list_municipalities(call: Call) -> Answer:
    night = call.night()
    own = standings.standings(night)
    found = [records.municipality_record(night, one.municipality) for one in own]
    lines = table(_headings(), [_cells(night, r) for r in found]) if found else []
    if why := standings.unshared(night):
        lines.append(why)
    return Shown([*lines, *_pool_lines(night), *_region_lines(night)], found)


def _headings() -> list[str]:
    return [
        _("municipality"), _("inhabitants"), _("share"), _("counts"), _("ahead"), _("realised"), _("out"), _("taken"),
        _("held"), _("free"), _("promised"), _("from"), _("private"), _("told"),
    ]  # fmt: skip


def _cells(night: Night, r: records.Record) -> list[str]:
    told = time_of(night, r["oldest_reported_at"]) if r["oldest_reported_at"] else "-"
    return [
        r["name"],
        *(_number(r[n]) for n in ("inhabitants", "share", "counting", "gap", "realised", "out_of_use", "occupied")),
        *(_number(r[n]) for n in ("reserved", "free", "promised")),
        r["promised_from"] or "-",
        _number(r["realised_private"]),
        told + (" !" if standings.is_stale(night, standings.by_code(night)[r["code"]]) else ""),
    ]


def _pool_lines(night: Night) -> list[str]:
    return [
        _("{pool} = {names}: share {share}, counts {counting}").format(
            pool=pool.name, names=" + ".join(pool.members), share=_number(pool.share), counting=number(pool.counting)
        )
        for pool in standings.pools(night)
    ]


def _region_lines(night: Night) -> list[str]:
    r = records.region_record(night)
    lines = [
        _("target {target} = {counting} realised that count + {to_realise} to realise").format(**written(r)),
        _("without private: {realised} realised ({here} here), {occupied} taken, {reserved} held, {free} free").format(
            here=number(r["house"]["realised"]), **written(r["without_private"])
        ),
        _("with private: {realised} realised, {occupied} taken, {reserved} held, {free} free").format(
            **written(r["with_private"])
        ),
    ]
    if r["best_effort_target"] is not None:
        lines.insert(1, _("best effort {n}, apart from the target").format(n=number(r["best_effort_target"])))
    return lines


@municipality.command_of(
    "pool",
    argument("name", TEXT, required=False),
    argument("members", MUNICIPALITY, many=True, required=False),
    flag("--dissolve", N_("There is no such pool any more.")),
    text=N_("These municipalities answer for their shares together; without a name, all pools."),
)
def pool(call: Call, name: str | None, members: tuple[str, ...], dissolve: bool) -> Answer:
    if not name:
        night = call.night()
        found = [records.pool_record(pool) for pool in standings.pools(night)]
        return Shown(_pool_lines(night) or [_("Nothing here.")], found)
    if bool(members) == dissolve:
        raise click.UsageError(_("Name the municipalities of the pool, or give --dissolve."))
    done = call.desk.capacity.pool(name, members, call.at)
    made = next((p for p in standings.pools(call.desk.night()) if p.name == done.also.get("pool")), None)
    return replace(done, ref=made.name, also=records.pool_record(made)) if made else done


# --- what is asked of the region ----------------------------------------------------------------


@command(
    "target",
    argument("places", COUNT, required=False),
    option("--from", DAY, name="since", text=N_("The day from which it is asked; today when not given.")),
    flag("--best-effort", N_("The best-efforts commitment, which stands apart.")),
    option("--source", unset="", text=N_("Who asks it, as in a letter or a decision.")),
    text=N_("What is asked of the region; without a number, all that was ever asked."),
)
def target(call: Call, places: int | None, since: date | None, best_effort: bool, source: str) -> Answer:
    capacity = call.desk.capacity
    if places is not None:
        kind = "best_effort" if best_effort else "obligation"
        done = capacity.set_target(kind, places, since, source, call.at)
        return _target(call.night(), done, capacity.targets())
    night, every = call.night(), capacity.targets()
    found = [records.target_record(night, one, every) for one in every]
    if not found:
        return Shown(
            [_("The settings ask for {n}; nothing else was told.").format(n=number(night.settings.target))], []
        )
    kinds = {"obligation": _("obligation"), "best_effort": _("best effort")}
    states = {"in_force": _("in force"), "later": _("later"), "past": _("past")}
    rows = [(_day(r["since"]), kinds[r["kind"]], number(r["places"]), states[r["state"]], r["source"]) for r in found]
    return Shown(table((_("from"), _("what"), _("places"), _("state"), _("source")), rows), found)


def _target(night: Night, done: "Done", every: list[Target]) -> "Done":
    new = next(t for t in every if t.kind == done.also["kind"] and t.since == done.also["since"])
    record = records.target_record(night, new, every)
    return replace(done, ref=record["ref"], state=record["state"], also=record)


def _day(iso: str) -> str:
    return clock.day_month_year(date.fromisoformat(iso))
