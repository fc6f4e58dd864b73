"""How capacity reads on screen: municipalities with their locations, below them the forecast and what ends."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from desk import clock, figures, forecast, horizon, standings
from desk.capacity import Standing
from desk.forecast import SCENARIO_LABELS, Day, Inflow
from desk.horizon import Ending
from desk.language import _, ngettext, number
from desk.night import Night
from desk.standings import Own, Places, Pool
from screens.lines import Line, Row, Span, fit, right, rule, text

REGION, AHEAD = 0, 1
"""The halves: what there is, and what comes and goes."""
_NUMBERS = 34
_PROMISED, _TOLD = 13, 9
_WIDE = 76
"""From so many columns on the promises have room."""
_ROOM_FOR_DAYS = 22


def rows(night: Night, width: int, opened: Collection[str] = (), inflows: Sequence[Inflow] = ()) -> list[Row]:
    """The whole of the screen; `opened` holds the codes of the municipalities whose locations are shown."""
    return [*heads(night, width), *table(night, width, opened), *ahead(night, inflows, width)]


def heads(night: Night, width: int) -> list[Row]:
    """The target and the region's totals, without private places and with them, and the headings of the table."""
    parts, region = standings.totals(night), figures.region(night)
    target = _(" TARGET {target} = {counting} that count + {left} TO REALISE").format(
        target=number(figures.target(night) or 0),
        counting=number(parts.counting),
        left=number(figures.to_realise(night)),
    )
    effort = figures.target(night, "best_effort")
    apart = _("   best effort {n}, apart").format(n=number(effort)) if effort is not None else ""
    realised = _(
        " REALISED {without} without private ({here} here), {with_private} with   HOSTING {hosting} of {all},"
        " forecast {forecast}"
    ).format(
        without=number(parts.without_private.realised),
        here=number(parts.house.realised),
        with_private=number(parts.with_private.realised),
        hosting=region.hosting,
        all=region.municipalities,
        forecast=region.in_forecast,
    )
    found = [Row(text(fit(target + apart, width), "bold")), Row(text(fit(realised, width)))]
    if night.municipalities and (why := standings.unshared(night)):
        found.append(Row(text(fit(" " + why, width), "warn")))
    columns = ((_("share"), 6), (_("places"), 7), (_("out"), 4), (_("taken"), 6), (_("held"), 5), (_("free"), 6))
    numbers = "".join(right(words, cells) for words, cells in columns)
    promised = "  " + fit(_("promised"), _PROMISED - 2) if width >= _WIDE else ""
    line = "   " + fit(_("municipality"), _name_cells(width)) + numbers + promised + " " + _("told")
    return [*found, Row(text(fit(line, width), "dim"))]


def _name_cells(width: int) -> int:
    """Names get what is left, and no more than a long name."""
    taken = 3 + _NUMBERS + _TOLD + (_PROMISED if width >= _WIDE else 0)
    return max(8, min(width - taken, 40))


def table(night: Night, width: int, opened: Collection[str]) -> list[Row]:
    """A row a municipality, below it the locations of an opened one; pools under them all."""
    found = []
    for own in standings.standings(night):
        code = own.municipality.code
        found.append(Row(_municipality(night, own, width, is_open=code in opened), f"m {code}", REGION))
        if code in opened:
            found += [Row(_location(night, s, width), s.location.ref, REGION) for s in own.locations]
    found += [Row(_pool(pool, width), f"pool {pool.name}", REGION) for pool in standings.pools(night)]
    if not night.municipalities:
        found.append(Row(text("   " + _("No municipalities yet: desk import municipalities FILE"), "dim")))
    elif not night.locations:
        found.append(Row(text("   " + _("No locations yet: desk import locations FILE"), "dim")))
    return found


def _municipality(night: Night, own: Own, width: int, *, is_open: bool) -> Line:
    sign = " " if not own.locations else "-" if is_open else "+"
    promised = f"+{number(own.promised)} {clock.day_month_short(own.promised_on)}" if own.promised_on else ""
    told, stale = _told_of(night, own)
    return _line(f"{sign} {own.name}", _share(own.share), own.places, promised, told, width, stale=stale)


def _told_of(night: Night, own: Own) -> tuple[str, bool]:
    if own.silent:
        return _("never"), True
    age = standings.age(night, own.told_at)
    return ("-", False) if age is None else (clock.span(age), standings.is_stale(night, own))


def _location(night: Night, standing: Standing, width: int) -> Line:
    location = standing.location
    name = f"    {location.name}"
    kind = _("priv.") if location.kind == "private" else ""
    promise, ends = standings.promise(night, location), horizon.ending(night, location)
    promised = f"+{number(promise[0])} {clock.day_month_short(promise[1])}" if promise else ""
    if ends is not None and (ends.weeks is not None or not standing.realised):
        word = _("ended {day}") if not ends.places else _("ends {day}")
        promised = word.format(day=clock.day_month_short(ends.last_day))
    age = standings.age(night, location.occupied_at)
    told = clock.span(age) if age is not None else _("never")
    in_use = bool(standing.realised or standing.occupied)
    places = standings.added([standing])
    stale = in_use and standings.stale(night, location.occupied_at)
    style = "dim" if location.kind == "private" or not in_use else ""
    return _line(name, kind, places, promised, told if in_use else "-", width, stale=stale, style=style)


def _pool(pool: Pool, width: int) -> Line:
    name = _("= {pool}, {n} together").format(pool=pool.name, n=len(pool.members))
    return _line(name, _share(pool.share), pool.places, "", "", width, style="dim")


def _share(share: int | None) -> str:
    return "?" if share is None else number(share)


def _line(
    name: str, share: str, places: Places, promised: str, told: str, width: int, *, stale: bool = False, style: str = ""
) -> Line:
    start = fit(name, _name_cells(width)) + f"{share:>6}{number(places.realised):>7}{number(places.out_of_use):>4}"
    start += f"{number(places.occupied):>6}{number(places.held):>5}"
    free = number(places.free)
    left: Span = (f"{free:>6}" if places.free >= 0 else f"{free:>5}!", "alarm" if places.free < 0 else "")
    more = "  " + fit(promised, _PROMISED - 2) if width >= _WIDE else ""
    mark = " !" if stale else ""
    return (
        (start, style),
        left if places.free < 0 else (left[0], style),
        (more + " ", style),
        (
            fit(told + mark, _TOLD - 1),
            "warn" if stale else style,
        ),
    )


# --- what comes and goes ------------------------------------------------------------------------


def ahead(night: Night, inflows: Sequence[Inflow], width: int) -> list[Row]:
    """The lower half: places left on each day to come in each scenario, and the locations that end."""
    over, soon = horizon.ended(night), horizon.endings(night)
    near = sum(e.weeks is not None for e in soon)
    tail = ngettext("{n} ends within 8 weeks --", "{n} end within 8 weeks --", near).format(n=near)
    found = [Row(rule(_("Forecast: places left, without private"), width, tail))]
    found += _scenarios(night, inflows, width)
    found.append(Row(rule(_("What ends, and how many people are inside"), width)))
    found += [Row(_ending(night, e, width), f"end {e.location.ref}", AHEAD) for e in (*over, *soon)]
    endless = len(night.locations) - len(over) - len(soon)
    if endless:
        words = ngettext("{n} location has no last day told", "{n} locations have no last day told", endless)
        found.append(Row(text("   " + words.format(n=endless), "dim")))
    return found


def _scenarios(night: Night, inflows: Sequence[Inflow], width: int) -> list[Row]:
    lines = forecast.projection(night, inflows)
    if not lines:
        words = _("Nobody told who is expected. e: type it, or desk import forecast FILE")
        return [Row(text(fit(words, width - 3), "dim"), "scenario expected", AHEAD)]
    short = forecast.first_short_days(night, inflows)
    cells = 1 + max(len(_left(day)) for line in lines.values() for day in line[1:])
    days = max(1, min(forecast.DAYS, (width - 3 - _ROOM_FOR_DAYS) // cells))
    some = next(iter(lines.values()))[1 : days + 1]
    head = "   " + fit(_("scenario"), 13) + fit(_("short on"), _ROOM_FOR_DAYS - 13)
    head += "".join(right(str(day.day.day), cells) for day in some)
    found = [Row(text(fit(head, width), "dim"))]
    for scenario, line in reversed(list(lines.items())):  # the worst on top: it is what stays in sight
        drawn = _scenario(scenario, line[1 : days + 1], short.get(scenario), cells)
        found.append(Row(drawn, f"scenario {scenario}", AHEAD))
    return found


def _scenario(scenario: str, line: Sequence[Day], short: date | None, cells: int) -> Line:
    first = (f"{clock.day_month_short(short)} !", "alarm") if short else (_("enough"), "good")
    days = tuple((right(_left(day), cells), "alarm" if day.short and day.told else "") for day in line)
    return (fit(_(SCENARIO_LABELS[scenario]), 13), ""), (fit(first[0], _ROOM_FOR_DAYS - 13), first[1]), *days


def _left(day: Day) -> str:
    """Places left; a shortage with its mark, and a question mark where nobody said who comes."""
    return "?" if not day.told else f"{number(day.free)}!" if day.short else number(day.free)


def _ending(night: Night, ending: Ending, width: int) -> Line:
    location = ending.location
    where = f"{location.name}, {night.municipality_name(location)}"
    if location.kind == "private":
        where = _("{name}, private").format(name=location.name)
    if not ending.places:
        when, style = _("ended"), "alarm"
    else:
        days = (ending.last_day - night.today).days
        when = ngettext("in {n} day", "in {n} days", days).format(n=days)
        style = "warn" if ending.weeks is not None else ""
    mark = " !" if style else ""
    inside = ngettext("{n} inside", "{n} inside", ending.people).format(n=number(ending.people))
    places = ngettext("{n} place", "{n} places", ending.places).format(n=number(ending.places))
    start = fit(f"{clock.day_month_short(ending.last_day)} {ending.last_day.year}", 12) + fit(where, max(8, width - 57))
    return (start, ""), (f" {fit(places, 12)}{fit(inside, 12)}", ""), (fit(when + mark, 14), style)


def days_of(night: Night, inflows: Sequence[Inflow], scenario: str, width: int) -> list[Row]:
    """One scenario day by day."""
    lines: Mapping[str, list[Day]] = forecast.projection(night, inflows, 28)
    told = {row.day: row for row in inflows if row.scenario == scenario}
    head = fit(_("day"), 18) + right(_("expected"), 9) + right(_("people"), 8) + right(_("places"), 8)
    head += right(_("free"), 8) + "  " + _("who says so")
    found = [Row(text(" " + fit(head, width - 2), "dim"))]
    for day in lines.get(scenario, ()):
        row = told.get(str(day.day))
        comes = number(row.people) if row and day.day > night.today else "-"
        line = fit(clock.day_month(day.day), 18) + f"{comes:>9}{number(day.people):>8}{number(day.places):>8}"
        line += f"{_left(day):>8}"
        line += "  " + (row.source if row else "")
        style = "alarm" if day.short and day.told else "dim" if not day.told else ""
        found.append(Row(text(" " + fit(line, width - 2), style)))
    if len(found) == 1:
        found.append(Row(text(" " + _("Nobody told who is expected."), "dim")))
    return found


def about_municipality(night: Night, own: Own) -> str:
    """One line about a municipality: where it stands against its share, and what is counted apart."""
    gap = own.gap
    if gap is None:
        stands = _("no share")
    elif gap < 0:
        stands = _("{n} behind its share").format(n=number(-gap))
    else:
        stands = _("{n} ahead of its share").format(n=number(gap))
    parts = [stands]
    if own.short.realised:
        parts.append(
            _("short stay {n}, long {long}").format(n=number(own.short.realised), long=number(own.long.realised))
        )
    if own.private.locations:
        parts.append(
            _("private apart: {places} places, {people} people").format(
                places=number(own.private.realised), people=number(own.private.occupied)
            )
        )
    if own.municipality.pool:
        parts.append(_("pool {name}").format(name=own.municipality.pool))
    return f"{own.name}: " + "; ".join(parts)


def about_pool(pool: Pool) -> str:
    """One line about a pool: who is in it, and where they stand together."""
    names = ", ".join(pool.members)
    if pool.gap is None:
        return names
    words = _("{names}: {n} ahead together") if pool.gap >= 0 else _("{names}: {n} behind together")
    return words.format(names=names, n=number(abs(pool.gap)))
