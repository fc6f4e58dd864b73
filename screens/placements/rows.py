"""How placement reads on screen: people above, places below, the call list under them."""

from desk import clock, procedure
from desk.households import OUT_LABELS, Household
from desk.language import _, ngettext
from desk.night import Night
from desk.placements import LABELS, OUTSIDE_LABELS, Placement, PlacementState
from desk.suitability import Fit
from desk.words import GROUPS, NEEDS, label, labels
from screens.found import destination
from screens.instructions import instruction_rows
from screens.lines import Line, Row, fit, right, rule, text
from screens.placements.plan import plan_row

PEOPLE, PLACES = 0, 1
FOLD_FROM = 3
FOLDED = ("single_woman", "single_man")


def current(night: Night) -> list[Household]:
    """Everybody still here, and those on their way who are not yet confirmed; longest here first."""
    staying = sorted(night.staying, key=lambda h: (h.since or night.at, h.id))
    known = {h.id for h in staying}
    underway = [night.household[p.household] for p in night.placements if p.household not in known]
    return staying + [h for h in underway if h.id in night.placement_of]


def folds(night: Night, opened: set[str]) -> list[tuple[str, list[Household]]]:
    """Households as rows: people alone of one kind and not yet asked for stand in one row, unless opened."""
    alone: dict[str, list[Household]] = {}
    for h in current(night):
        if h.group_kind in FOLDED and h.id not in night.placement_of and h.nationality in {None, "UKR"} and not h.needs:
            alone.setdefault(h.group_kind or "", []).append(h)
    found: list[tuple[str, list[Household]]] = []
    done: set[str] = set()
    for h in current(night):
        group = h.group_kind or ""
        together = alone.get(group, [])
        if h in together and len(together) >= FOLD_FROM and f"fold {group}" not in opened:
            if group not in done:
                done.add(group)
                found.append((f"fold {group}", together))
        else:
            found.append((h.ref, [h]))
    return found


def people_rows(night: Night, opened: set[str], width: int) -> list[Row]:
    """The upper half."""
    head = "   " + fit(_("who"), _name_cells(width)) + right(_("people"), 7) + "  "
    head += fit(_("here"), 8) + fit(_("what matters"), 18)
    told = instruction_rows(night, "placement", width)
    found = [Row(_sum(night)), *told, Row(text(fit(head + _("where it stands"), width), "dim"))]
    if plan := plan_row(night, width):
        found.append(plan)
    for key, together in folds(night, opened):
        found.append(Row(_person(night, key, together, width), key, PEOPLE))
    return found


def _sum(night: Night) -> Line:
    tally: dict[str, int] = {"agreed": 0, "asked": 0, "list": 0, "open": 0, "underway": 0}
    for h in current(night):
        placement = night.placement_of.get(h.id)
        state = placement.state if placement else None
        part = {
            PlacementState.PROPOSED: "list",
            PlacementState.ASKED: "asked",
            PlacementState.AGREED: "agreed",
            PlacementState.TRANSPORT_SET: "agreed",
            PlacementState.UNDERWAY: "underway",
        }.get(state or PlacementState.ARRIVED, "open")
        tally[part] += h.people
    words = _(
        " {all} people = {agreed} agreed + {underway} underway + {asked} asked + {list} on the call list + "
    ).format(all=sum(tally.values()), **tally)
    return (words, "bold"), (_("{n} TO ASK").format(n=tally["open"]), "alarm" if tally["open"] else "good")


def _person(night: Night, key: str, together: list[Household], width: int) -> Line:
    h = together[0]
    people = sum(one.people for one in together)
    if key.startswith("fold"):
        name = ngettext("{group}, {n}", "{group}, {n}", people).format(
            group=label(GROUPS, h.group_kind or ""), n=people
        )
    else:
        name = f"{h.called} {night.said(h.ref)}"
    longest = max(((night.at - one.since) for one in together if one.since), default=None)
    here = clock.span(longest) if longest else "-"
    mark = " !" if longest and longest > night.settings.hours("stay_signal_hours") else ""
    placement = night.placement_of.get(h.id)
    where = standing(night, h, placement)
    style = "alarm" if h.guardian_missing else "warn" if mark else ""
    tailored = any(procedure.procedure(night, one) == procedure.TAILORED for one in together)
    start = f"{fit(name, _name_cells(width))} {_('M') if tailored else ' '}{people:>5}  "
    return (
        (start, ""),
        (fit(here + mark, 8), style),
        (fit(matters(night, h), 17) + " ", ""),
        (fit(where, max(0, width - 38 - _name_cells(width))), ""),
    )


def _name_cells(width: int) -> int:
    """Names get what is left at 80 columns, and no more than a long name beyond that."""
    return max(8, min(width - 60, 34))


def matters(night: Night, h: Household) -> str:
    """What decides where this household can go, in few words."""
    parts = [_("MINOR ALONE")] if h.guardian_missing else []
    parts += [labels(NEEDS, [code for code in h.need_codes if code != "cot"])] if h.need_codes else []
    if away := night.out_of(h):
        parts.append(_("{n} in {place}").format(n=len(away), place=_(OUT_LABELS.get(away[0].out_to, away[0].out_to))))
    if h.nationality not in {None, "UKR"}:
        parts.append(_("not Ukrainian"))
    if h.pets:
        parts.append(ngettext("{n} pet", "{n} pets", h.pets).format(n=h.pets))
    return ", ".join(part for part in parts if part)


def standing(night: Night, h: Household, placement: Placement | None) -> str:
    """Where the placement stands, with the time that matters."""
    if placement is None:
        return _("not asked")
    where = destination(night, placement).split(",")[0]
    settings = night.settings
    if placement.state is PlacementState.ASKED and placement.until:
        return _("{where} asked until {time}").format(where=where, time=settings.hhmm(placement.until))
    if placement.state is PlacementState.TRANSPORT_SET and placement.pickup:
        return _("{time} {carrier} to {where}").format(
            time=settings.hhmm(placement.pickup), carrier=placement.carrier, where=where
        )
    return f"{_(LABELS[placement.state])}: {where}"


def place_rows(night: Night, h: Household, fits: list[Fit], width: int) -> list[Row]:
    """The lower half: where this household can go, every location with why."""
    needs = labels(NEEDS, h.need_codes)
    title = ngettext("Where can {name} go? {n} person", "Where can {name} go? {n} people", h.people)
    title = title.format(name=h.called, n=h.people) + (f", {needs}" if needs else "")
    found = [Row(rule(title, width))]
    why = width - 50
    head = "   " + fit(_("fits?"), 6) + fit(_("location"), 25) + right(_("free"), 5) + " " + fit(_("answers"), 9)
    head += _("why")
    found.append(Row(text(fit(head, width), "dim")))
    for one in fits:
        found.append(Row(_place(night, one, why), f"to {one.location.ref}", PLACES))
    kinds = ", ".join(_(words) for words in OUTSIDE_LABELS.values())
    found.append(Row(text(fit(fit(_("other"), 6) + kinds, width - 4)), "to outside", PLACES))
    return found


def _place(night: Night, one: Fit, why: int) -> Line:
    says, style = {True: (_("YES"), "good"), False: (_("NO"), "dim"), None: (_("ask"), "warn")}[one.fits]
    answers = "24/7" if one.location.answers in {"", "24/7"} else one.location.answers
    if clock.within(one.location.answers, night.at, night.settings.tz):
        answers = _("now")
    else:
        answers = answers.partition("-")[0]
    name = f"{one.location.name}, {one.municipality}"
    return (fit(says, 6), style), (
        f"{fit(name, 25)}{one.free:>5} {fit(answers, 8)} {fit('; '.join(one.reasons), why)}",
        "",
    )


def call_rows(night: Night, width: int) -> list[Row]:
    """Whom to ring when they answer: proposed placements, by location."""
    calls: dict[int, list[Placement]] = {}
    for placement in night.placements:
        if placement.state is PlacementState.PROPOSED and placement.location is not None:
            calls.setdefault(placement.location, []).append(placement)
    if not calls:
        return []
    people = sum(p.people for those in calls.values() for p in those)
    title = ngettext("Call list: {n} call, {people} people", "Call list: {n} calls, {people} people", len(calls))
    found = [Row(rule(title.format(n=len(calls), people=people), width))]
    for location_id, those in calls.items():
        where = night.location[location_id]
        names = ", ".join(f"{night.household[p.household].called} {p.people}" for p in those)
        opens = night.settings.hhmm(clock.next_within(where.answers, night.at, night.settings.tz))
        line = f"{opens} {where.name} {where.phone}: {names}"
        found.append(Row(text("   " + fit(line, width - 4))))
    return found


def next_step(state: PlacementState | None) -> str:
    """The next step of a placement, as the key bar names it."""
    return {
        None: _("where can they go"),
        PlacementState.PROPOSED: _("ring them"),
        PlacementState.ASKED: _("they said yes"),
        PlacementState.AGREED: _("arrange transport"),
        PlacementState.TRANSPORT_SET: _("they left"),
        PlacementState.UNDERWAY: _("they arrived"),
    }.get(state, _("next step"))
