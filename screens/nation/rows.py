"""How a nation reads on screen: the alarm, then a row for each region, and all of them together."""

from textwrap import wrap

from rich.cells import cell_len

from desk import nation as words
from desk.language import _, ngettext, number
from desk.nation import National, RegionFigures
from screens.lines import Line, Row, fit, plain, text
from screens.region.alone import Shows, numbers
from screens.region.rows import GUTTER, Column, Look, as_of, headed, laid_out, unread

REGION, ALL, NONE = "region ", "all", "none"
"""How the key of a row begins."""
_LINES_OF_ALARM = 4
_LONGEST_NAME = 20


def rows(look: Look[National], width: int) -> list[Row]:
    """What is not read, how it fares with the line, every region."""
    found = [Row(line) for line in standing(look, width)]
    if (national := look.seen.regional) is not None:
        found += _regions(look, national, width)
    return found


def lines(look: Look[National], width: int = 80) -> list[str]:
    """The same for the command line."""
    return [((" " * GUTTER if row.key else "") + plain(row.line)).rstrip() for row in rows(look, width)]


def standing(look: Look[National], width: int) -> list[Line]:
    """The alarm on top; as of when it is, or since when the nation cannot be reached."""
    national, read_at = look.seen.regional, look.seen.read_at
    away = unread(look, _("nation unreachable since {time}"), width)
    if national is None or read_at is None:
        return away or [text(fit(" " + _("The nation is being read …"), width))]
    said = words.alarm(national, read_at, look.now, look.settings)
    alarm = wrap(said, max(20, width - 2), max_lines=_LINES_OF_ALARM, placeholder=" …")
    found = [text(fit(f" {line}", width), "alarm") for line in alarm]
    if away:
        return [*found, *away]
    name = fit(national.name, min(cell_len(national.name), _LONGEST_NAME))
    head = _("{name}, as of {time}").format(name=name, time=as_of(look))
    return [*found, *headed(head, national.totals.to_find, width)]


def _regions(look: Look[National], national: National, width: int) -> list[Row]:
    found, total = national.regions, national.totals
    if not found:
        return [Row(text(_("The nation reads no region yet: desk nation add ADDRESS REGION-ADDRESS"), "dim"), NONE)]
    more = look.seen.since_read(look.now)
    old = [national.is_old(one, more) for one in found]

    def column(heading: str, name: str, goes: int = 0) -> Column:
        cells = ["-" if one.told_at is None else number(getattr(one, name)) for one in found]
        return Column(heading, [*cells, number(getattr(total, name))], goes)

    columns = [
        column(_("desks"), "desks", 6),
        column(_("beds"), "realised", 4),
        column(_("free"), "free"),
        column(_("inside"), "inside", 1),
        column(_("no bed"), "without_bed", 2),
        column(_("no name"), "unregistered", 7),
        column(_("buses"), "buses", 3),
        column(_("TO FIND"), "to_find"),
        column(_("places"), "places_free", 5),
        Column(
            _("told"), [*(_told(look, one, is_old) for one, is_old in zip(found, old, strict=True)), _old(sum(old))]
        ),
    ]
    together = ngettext("{n} region", "{n} regions", total.regions).format(n=number(total.regions))
    if total.missing:
        together += ", " + _("{n} told nothing yet").format(n=number(total.missing))
    title, drawn = laid_out(_("Regions"), columns, [*(one.region for one in found), together], width)
    keyed = [
        Row(text(line, _style(one, is_old)), REGION + one.uid)
        for line, one, is_old in zip(drawn, found, old, strict=False)
    ]
    return [Row(title), *keyed, Row(text(drawn[-1], "bold"), ALL)]


def _style(one: RegionFigures, is_old: bool) -> str:
    if one.halted:
        return "alarm"
    return "warn" if is_old or one.old or one.told_at is None else ""


def _old(regions: int) -> str:
    """How many of them are old, where how old each is stands."""
    return _("{n} old (!)").format(n=number(regions)) if regions else ""


def _told(look: Look[National], one: RegionFigures, is_old: bool) -> str:
    return ("! " if is_old else "") + look.age(one.told_at)


# --- the line under the cursor, and the head --------------------------------------------------


def hint(look: Look[National], key: str) -> str:
    """More of what is under the cursor than its line has room for."""
    national = look.seen.regional
    if national is None:
        return ""
    if key == ALL and (missing := national.totals.missing):
        return _("{n} told nothing yet").format(n=number(missing))
    return next((_of_region(national, one) for one in national.regions if REGION + one.uid == key), "")


def _of_region(national: National, one: RegionFigures) -> str:
    line = next((line for line in national.lines if line.uid == one.uid), None)
    parts = [line.why] if line is not None and line.why else []
    if one.old:
        told = ngettext("{n} desk told nothing for a while (!)", "{n} desks told nothing for a while (!)", one.old)
        parts.append(told.format(n=number(one.old)))
    if one.missing:
        parts.append(_("{n} told nothing yet").format(n=number(one.missing)))
    parts.append(_("{n} people in buses").format(n=number(one.coming)))
    parts.append(_("shared places {n}, free {free}").format(n=number(one.places), free=number(one.places_free)))
    if one.places_over:
        parts.append(_("{n} given out beyond them").format(n=number(one.places_over)))
    return "   ".join(parts)


def _head(national: National | None) -> tuple[str, str, str]:
    title = _("National picture")
    if national is None:
        return title, title, ""
    total = national.totals
    return national.name, title, numbers(total.inside, total.without_bed, total.realised, total.free)


NATION = Shows(rows, hint, _head)
"""The nation as a screen of its own."""
