# ruff: noqa: D103 - what a command does stands in its help
"""`desk forecast …`: who is expected, and the first day with more people than places."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from desk import cells, clock, records
from desk import forecast as rules
from desk.forecast import SCENARIO_LABELS, Day
from desk.language import N_, _, number
from desk.refusals import Refused
from desk.words import SCENARIO_WORDS
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import Group, argument, flag, option
from screens.cli.tables import table
from screens.cli.words import COUNT, DAY, Code

forecast = Group("forecast", N_("Who is expected, in three scenarios, against the places there will be."))

SCENARIO = Code(SCENARIO_WORDS, cells.choice(SCENARIO_WORDS))
WHICH = option("--scenario", SCENARIO, unset="expected", text=N_("favourable, expected or unfavourable."))


@forecast.command_of(
    "show",
    option("--days", COUNT, text=N_("So many days ahead; 14 when not given.")),
    flag("--private", N_("Count private places and the people there too.")),
    text=N_("Places left on each day, and the first day with more people than places."),
)
def show(call: Call, days: int | None, private: bool) -> Answer:
    ahead = rules.DAYS if days is None else days
    if ahead > rules.MOST_DAYS:
        raise Refused(_("{n} days is too far ahead. Give {most} or fewer.").format(n=ahead, most=rules.MOST_DAYS))
    night = call.night()
    rows = call.desk.forecast.rows(night.today)
    lines = rules.projection(night, rows, ahead, private=private)
    short = rules.first_short_days(night, rows, private=private)
    return Shown(_lines(lines, short, private=private), records.forecast_record(night, lines, short, private=private))


def _lines(lines: Mapping[str, Sequence[Day]], short: Mapping[str, date | None], *, private: bool) -> list[str]:
    if not lines:
        return [_("Nobody told who is expected: desk forecast set DAY PEOPLE, or desk import forecast FILE")]
    said = []
    for scenario in lines:
        name, first = _(SCENARIO_LABELS[scenario]), short.get(scenario)
        if first is None:
            said.append(_("{scenario}: places enough, as far as was told").format(scenario=name))
        else:
            said.append(_("{scenario}: too few places from {day} on !").format(scenario=name, day=_day(first)))
    said.append(_("with private places") if private else _("without private places"))
    some = next(iter(lines.values()))
    rows = [
        [_day(day.day), number(day.places)] + [_cell(line[at]) for line in lines.values()]
        for at, day in enumerate(some)
    ]
    headings = [_("day"), _("places"), *(_("{scenario}, free").format(scenario=_(SCENARIO_LABELS[s])) for s in lines)]
    return [*said, "", *table(headings, rows)]


def _cell(day: Day) -> str:
    return number(day.free) if day.told else "?"


def _day(day: date) -> str:
    return clock.day_month(day)


@forecast.command_of(
    "set",
    argument("day", DAY),
    argument("people", COUNT),
    WHICH,
    option("--source", unset="", text=N_("Who says so.")),
    text=N_("So many people are expected on a day."),
)
def set_day(call: Call, day: date, people: int, scenario: str, source: str) -> Answer:
    done = call.desk.forecast.set(scenario, day, people, source, call.at)
    return replace(done, ref=f"{scenario} {day}")


@forecast.command_of("remove", argument("day", DAY), WHICH, text=N_("Nobody says any more who comes on that day."))
def remove(call: Call, day: date, scenario: str) -> Answer:
    done = call.desk.forecast.remove(scenario, day, call.at)
    return replace(done, ref=f"{scenario} {day}")


@forecast.command_of("list", flag("--all", N_("Also the days gone by.")), text=N_("All that was told, by day."))
def list_days(call: Call, all: bool) -> Answer:
    rows = call.desk.forecast.rows(None if all else call.night().today)
    found = [records.inflow_record(row) for row in rows]
    if not found:
        return Shown([_("Nothing here.")], [])
    told = [
        (r["day"], _(SCENARIO_LABELS[r["scenario"]]), number(r["people"]), r["told_on"], r["source"]) for r in found
    ]
    return Shown(table((_("day"), _("scenario"), _("people"), _("told on"), _("source")), told), found)
