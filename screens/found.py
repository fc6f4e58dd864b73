"""What `/` found, and one household in full."""

from desk import clock, households, procedure
from desk.households import ENDED, INSIDE, TIE_LABELS, Household
from desk.language import _, ngettext
from desk.logbook import LogLine
from desk.night import Night, beds_text
from desk.opened import NEEDS as OPENED
from desk.placements import LABELS as PLACEMENT_LABELS
from desk.placements import Placement
from desk.words import GROUPS, NEEDS, SEXES, label, labels
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
    if h.say_nothing:  # whoever asks over the shoulder learns nothing from the answer
        return ((fit(night.said(h.ref), 13) + fit(h.called, 26) + _("ask the coordinator"), "warn"),)
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
    number = desk.households.get(ref).id
    night = desk.night(households=[number])
    h = night.household[number]
    desk.access.note(OPENED, h.ref)
    settings = night.settings
    name = f"{night.said(h.ref)}   {h.name} {h.native_name}".rstrip()
    people = ngettext("{n} person", "{n} people", h.people).format(n=h.people)
    lines = [
        f"{name}   {people}",
        _("state: {state}   {where}").format(state=_(households.LABELS[h.state]), where=where(night, h)),
        _("group: {group}   nationality: {nationality}   language: {language}   phone: {phone}").format(
            group=label(GROUPS, h.group_kind or "?"),
            nationality=h.nationality or "?",
            language=h.language or "?",
            phone=h.phone or "-",
        ),
        _("needs: {needs}   pets: {pets}   cots: {cots}").format(
            needs=labels(NEEDS, h.need_codes) or "-", pets=h.pets or "-", cots=h.cots or "-"
        ),
    ]
    if h.since:
        since, lasts = clock.when(h.since, night.at, settings.tz), clock.span(night.at - h.since)
        lines.append(_("here since: {time}   ({span})").format(time=since, span=lasts))
    if h.state in INSIDE:
        lines += filter(None, [procedure.reasons_line(night, h), procedure.no_place(night, h)])
    lines += _belongs(night, h)
    if h.minor_alone:
        lines.append(_("guardianship contact: {contact}").format(contact=h.guardian or _("not yet logged")))
    if h.note or h.earlier:
        lines.append(_("note: {text}").format(text=f"{h.note} {h.earlier}".strip()))
    lines += [_member(night, m) for m in night.members_of.get(h.id, [])]
    for p in (p for p in night.placements if p.household == h.id):
        state = _(PLACEMENT_LABELS[p.state])
        kind = _(procedure.PROCEDURES[p.procedure_kind])
        lines.append(f"{night.said(p.ref)} {destination(night, p)}: {state} {p.reason}".rstrip() + f", {kind}")
    lines += [_contact(night, line) for line in desk.contacts.of(h.ref)]
    return [Row(text(" " + fit(line, width - 2).rstrip())) for line in lines]


def _belongs(night: Night, h: Household) -> list[str]:
    """Who they want to stay together with, and the municipality they belong near."""
    others = [night.household[n] for n in sorted(night.linked.get(h.id, ())) if n in night.household]
    names = ", ".join(f"{other.called} {night.said(other.ref)}" for other in others)
    near = night.municipality.get(h.tie or 0)
    place = (near.screen_name or near.name) if near else ""
    reason = _(TIE_LABELS.get(h.tie_reason, h.tie_reason)) if near else ""
    return [
        *([_("stays together with: {names}").format(names=names)] if names else []),
        *([_("belongs near {municipality}: {reason}").format(municipality=place, reason=reason)] if near else []),
    ]


def _contact(night: Night, line: LogLine) -> str:
    when = clock.when(line.at, night.at, night.settings.tz) if line.at else ""
    return _("tried {time} by {who}: {what}").format(time=when, who=line.by, what=" / ".join(line.text.splitlines()))


def _member(night: Night, m: households.Member) -> str:
    away = ""
    if m.presence is households.Presence.OUT:
        since = night.settings.hhmm(m.out_at) if m.out_at else ""
        away = _("out: {place} {time}").format(place=_(households.OUT_LABELS.get(m.out_to, m.out_to)), time=since)
    age = "" if m.age is None else str(m.age)
    return f"  .{m.number} {fit(m.name or '-', 24)} {age:>3} {label(SEXES, m.sex) if m.sex else ''}  {away}"
