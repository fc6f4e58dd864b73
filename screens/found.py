"""What `/` found, and one household in full."""

from desk import clock, households
from desk.households import ENDED, Household
from desk.language import _, ngettext
from desk.night import Night, beds_text
from desk.placements import LABELS as PLACEMENT_LABELS
from desk.placements import Placement
from desk.words import GROUPS, NEEDS, label, labels
from screens.lines import Row, fit, text
from storage.find import find_households
from storage.store import Desk


def rows(desk: Desk, query: str) -> list[Row]:
    """One line a household: those here with their bed, those gone with where and when."""
    hits = find_households(desk.journal, query)
    if not hits:
        return [Row(text(" " + _("Nobody found for '{text}'. Try fewer letters, or the number.").format(text=query)))]
    night = desk.night(households=[h.id for h in hits])
    return [Row(_hit(night, h), h.ref) for h in hits]


def _hit(night: Night, h: Household) -> tuple[tuple[str, str], ...]:
    name = f"{h.name} {h.native_name}".strip()
    start = fit(night.said(h.ref), 13) + fit(name, 26) + fit(str(h.people), 4)
    return (start, ""), (where(night, h), "dim" if h.state in ENDED else "")


def where(night: Night, h: Household) -> str:
    """Where a household is, in a few words."""
    placed = _last_placement(night, h)
    if h.state in ENDED:
        when = clock.when(h.ended_at, night.at, night.settings.tz) if h.ended_at else ""
        place = destination(night, placed) if placed and h.state == "departed" else _(households.LABELS[h.state])
        return f"{place}  {when}"
    beds = beds_text(night, night.beds_of.get(h.id, ()))
    return beds or _(households.LABELS[h.state])


def destination(night: Night, placement: Placement) -> str:
    """The name of where a placement goes."""
    found = night.location.get(placement.location or 0)
    return f"{found.name}, {night.municipality_name(found)}" if found else placement.to_text


def _last_placement(night: Night, h: Household) -> Placement | None:
    own = [p for p in night.placements if p.household == h.id]
    return own[-1] if own else None


def detail(desk: Desk, ref: str, width: int) -> list[Row]:
    """One household in full."""
    h = desk.households.get(ref)
    night = desk.night(households=[h.id])
    settings = night.settings
    lines = [
        f"{night.said(h.ref)}   {h.name} {h.native_name}".rstrip()
        + "   "
        + ngettext("{n} person", "{n} people", h.people).format(n=h.people),
        f"{_('state')}: {_(households.LABELS[h.state])}   {where(night, h)}",
        f"{_('group')}: {label(GROUPS, h.group_kind or '?')}   {_('nationality')}: {h.nationality or '?'}"
        f"   {_('language')}: {h.language or '?'}   {_('phone')}: {h.phone or '-'}",
        f"{_('needs')}: {labels(NEEDS, h.need_codes) or '-'}"
        f"   {_('pets')}: {h.pets or '-'}   {_('cots')}: {h.cots or '-'}",
    ]
    if h.since:
        lines.append(
            f"{_('here since')}: {clock.when(h.since, night.at, settings.tz)}   ({clock.span(night.at - h.since)})"
        )
    if h.minor_alone:
        lines.append(f"{_('guardianship contact')}: {h.guardian or _('not yet logged')}")
    if h.note or h.earlier:
        lines.append(f"{_('note')}: {h.note} {h.earlier}".rstrip())
    for m in night.members_of.get(h.id, []):
        out = f"{m.out_to} {settings.hhmm(m.out_at)}" if m.out_at else m.presence
        age = "" if m.age is None else str(m.age)
        lines.append(f"  .{m.number} {fit(m.name or '-', 24)} {age:>3} {m.sex or ' '}  {out}")
    for p in (p for p in night.placements if p.household == h.id):
        lines.append(f"{night.said(p.ref)} {destination(night, p)}: {_(PLACEMENT_LABELS[p.state])} {p.reason}".rstrip())
    return [Row(text(" " + fit(line, width - 2).rstrip())) for line in lines]
