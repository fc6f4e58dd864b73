"""Whether a location suits a household: yes, no or unknown, with every reason in words."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from desk import clock, periods
from desk.beds import STAFFING
from desk.capacity import Location, Standing, reported_age
from desk.households import Household
from desk.language import _
from desk.night import Night, kept
from desk.placements import DECLINE_LABELS, GUARDED, HOLDS
from desk.words import GROUPS, NATIONALITIES

if TYPE_CHECKING:
    from desk.region.shared import Mine


@dataclass(frozen=True)
class Finding:
    """One reason: it speaks for (True), against (False), or cannot be told (None); notes speak for."""

    fits: bool | None
    text: str
    note: bool = False
    """Good to know, but neither for nor against."""
    about: str = ""
    """The rule that found it: `room`, `dates`, `groups`…"""


@dataclass(frozen=True)
class Fit:
    """One location for one household, with all that speaks for and against it."""

    location: Location
    municipality: str
    free: int
    findings: tuple[Finding, ...]

    @property
    def fits(self) -> bool | None:
        """False if anything is against it, else None if anything is unknown, else True."""
        answers = {f.fits for f in self.findings if not f.note}
        if False in answers:
            return False
        return None if None in answers else True

    @property
    def reasons(self) -> list[str]:
        """Every reason in words, those that decide first."""
        decides = {False: 0, None: 1, True: 2}
        return [f.text for f in sorted(self.findings, key=lambda f: (f.note, decides[f.fits]))]

    def saying(self, answer: bool | None) -> list[Finding]:
        """The findings that say so; notes decide nothing."""
        return [f for f in self.findings if f.fits is answer and not f.note]


def judge(night: Night, household: Household, location: Location) -> Fit:
    """Every rule asked about one location, including those that are content."""
    standing = night.standing[location.id]
    own = night.placement_of.get(household.id)
    free = standing.free + (own.people if own and own.location == location.id and own.state != "proposed" else 0)
    case, known = _Case(night, household, location, standing, free), _known(night)
    findings: list[Finding] = []
    for rule in _RULES:
        # a plan asks 60,000 times, and most of it was asked before: of this location, or of people like them
        key = (rule.about, rule.rests_on(case))
        if key not in known:
            known[key] = tuple(replace(f, about=rule.about) for f in rule.finds(case))
        findings += known[key]
    return Fit(location, night.municipality_name(location), free, tuple(findings))


@kept
def _known(night: Night) -> dict[Hashable, tuple[Finding, ...]]:
    """What each rule found, by all that it rests on."""
    return {}


def suggest(night: Night, household: Household) -> list[Fit]:
    """Every location, best first: what fits, then what may, then what does not.

    Within those, the municipality that takes the fewest for its inhabitants: so the load is spread (facts 4.3).
    """
    return (
        _suggest(night, household.id) if night.household.get(household.id) is household else _ranked(night, household)
    )


@kept
def _suggest(night: Night, household: int) -> list[Fit]:
    return _ranked(night, night.household[household])


def _ranked(night: Night, household: Household) -> list[Fit]:
    load = _load(night)
    order = {True: 0, None: 1, False: 2}

    def rank(fit: Fit) -> tuple[int, float, int, str]:
        return order[fit.fits], load.get(fit.location.municipality, 0.0), -fit.free, fit.location.name

    return sorted((judge(night, household, location) for location in night.locations), key=rank)


def _load(night: Night) -> dict[int, float]:
    """People already there or held for, per inhabitant, by municipality."""
    there: dict[int, int] = {}
    for standing in night.standing.values():
        place = standing.location.municipality
        there[place] = there.get(place, 0) + standing.occupied + standing.held
    return {m.id: there.get(m.id, 0) / max(1, m.inhabitants) for m in night.municipalities}


@dataclass(frozen=True)
class _Case:
    night: Night
    household: Household
    location: Location
    standing: Standing
    free: int


def _dates(case: _Case) -> Iterator[Finding]:
    further = case.night.periods_of.get(case.location.id, ())
    state, day = periods.state(periods.of(case.location, further), case.night.today)
    if state == "later":
        yield Finding(False, _("opens on {day}").format(day=day))
    elif state == "ended":
        yield Finding(False, _("ended on {day}").format(day=day))
    elif day:
        yield Finding(True, _("open until {day}").format(day=day), note=True)


def _room(case: _Case) -> Iterator[Finding]:
    if not case.standing.realised:
        return
    mine = case.night.mine.get(case.location.id)
    if mine is not None:
        yield _of_mine(case, mine)
        return
    closed = case.standing.out_of_use if case.location.out_of_use_reason == STAFFING else 0
    if closed and case.free <= 0 < case.free + closed:
        yield Finding(False, _("{n} free but no staff").format(n=case.free + closed))
    elif closed and 0 < case.free < case.household.people:
        yield Finding(
            False,
            _("{free} free, {people} needed; {n} more but no staff").format(
                free=case.free, people=case.household.people, n=closed
            ),
        )
    elif case.household.people > case.free:
        yield Finding(False, _("{free} free, {people} needed").format(free=case.free, people=case.household.people))
    elif case.location.occupied is None:
        yield Finding(None, _("never told how many are there"))
    else:
        yield Finding(True, _("{free} free").format(free=case.free))
    age = reported_age(case.location, case.night.at)
    if age is not None and age > case.night.settings.hours("figure_stale_hours"):
        yield Finding(True, _("the figure is {age} old").format(age=clock.span(age)), note=True)


def _of_mine(case: _Case, mine: "Mine") -> Finding:
    """Of a location shared with other desks only what was granted to this one can be promised."""
    from desk.region.shared import left_words

    said = left_words(mine, case.free, case.night.at, case.night.settings)
    if case.household.people > case.free:
        return Finding(False, _("{said}; {people} needed").format(said=said, people=case.household.people))
    return Finding(True, said)


def _groups(case: _Case) -> Iterator[Finding]:
    takes = case.location.group_codes
    if not takes:
        return
    names = ", ".join(_(GROUPS.get(code, code)) for code in takes)
    group = case.household.group_kind
    if group is None:
        yield Finding(None, _("takes only {groups}; their group is not known").format(groups=names))
    elif group in takes:
        yield Finding(True, _("takes {group}").format(group=_(GROUPS.get(group, group))))
    else:
        yield Finding(False, _("takes only {groups}").format(groups=names))


def _nationality(case: _Case) -> Iterator[Finding]:
    takes = case.location.nationality_codes
    if not takes:
        return
    names = ", ".join(_(NATIONALITIES.get(code, code)) for code in takes)
    own = case.household.nationality
    if own is None:
        yield Finding(None, _("takes only nationality {names}; theirs is not known").format(names=names))
    elif own not in takes:
        yield Finding(False, _("takes only nationality {names}").format(names=names))


def _wheelchair(case: _Case) -> Iterator[Finding]:
    if not case.household.needs_wheelchair:
        return
    says: dict[bool | None, str] = {
        True: _("no stairs, wide doors"),
        False: _("stairs only"),
        None: _("not known: stairs and wide doors"),
    }
    yield Finding(case.location.wheelchair, says[case.location.wheelchair])


def _pets(case: _Case) -> Iterator[Finding]:
    if not case.household.pets:
        return
    says: dict[bool | None, str] = {True: _("pets allowed"), False: _("no pets"), None: _("not known: pets")}
    yield Finding(case.location.pets, says[case.location.pets])


def _said_no(case: _Case) -> Iterator[Finding]:
    if declined := case.night.declined_pair(case.household, case.location):
        reason = _(DECLINE_LABELS.get(declined.reason, declined.reason))
        at = clock.when(declined.at, case.night.at, case.night.settings.tz) if declined.at else ""
        yield Finding(False, _("said no {when}: {reason}").format(when=at, reason=reason))


def _guardian(case: _Case) -> Iterator[Finding]:
    if case.household.guardian_missing:
        yield Finding(False, _("minor without a parent: first log a guardianship contact"))


def _whole(case: _Case) -> Iterator[Finding]:
    if away := case.night.out_of(case.household):
        yield Finding(True, _("{number} of them are out: wait for them").format(number=len(away)), note=True)


def _hours(case: _Case) -> Iterator[Finding]:
    now, tz = case.night.at, case.night.settings.tz
    if not clock.within(case.location.answers, now, tz):
        opens = clock.hhmm(clock.next_within(case.location.answers, now, tz), tz)
        yield Finding(True, _("answers from {time}").format(time=opens), note=True)
    if case.location.intake and not clock.within(case.location.intake, now, tz):
        yield Finding(True, _("takes people in {hours}").format(hours=case.location.intake), note=True)


def man_spread(household: Household) -> bool:
    """A man alone of a nationality other than Ukrainian: for them a rule of their own holds (minutes 2.4, B7)."""
    return household.alone and household.alone_sex == "m" and household.nationality not in {None, "UKR"}


@kept
def designated(night: Night) -> tuple[Location, ...]:
    """The regional transit locations for men alone of another nationality, as designated by today."""
    today = night.today.isoformat()
    return tuple(loc for loc in night.locations if loc.designated_from and loc.designated_from <= today)


@kept
def men_spread_to(night: Night) -> dict[int, int]:
    """Men alone of another nationality at each location: those placed there and those for whom a place is held."""
    found = dict(night.men_alone_placed)
    for placement in night.placements:
        who = night.household.get(placement.household)
        if placement.location is not None and placement.state in HOLDS and who is not None and man_spread(who):
            found[placement.location] = found.get(placement.location, 0) + 1
    return found


def _spread(case: _Case) -> Iterator[Finding]:
    """Minutes 2.4: spread over the regular places while no location for them is designated; then that one takes them.

    A location may set a maximum. All of it is against, never impossible: a person may give a reason.
    """
    if not (case.night.settings.spread_men_alone and man_spread(case.household)):
        return
    there, most = men_spread_to(case.night).get(case.location.id, 0), case.location.most_alone
    if named := designated(case.night):
        if case.location in named:
            yield Finding(True, _("the location for men alone of another nationality"))
        else:
            since = clock.day_month(date.fromisoformat(named[0].designated_from))
            yield Finding(
                False,
                _("men alone of another nationality go to {name} since {day}").format(name=named[0].name, day=since),
            )
    elif case.location.kind != "municipal":
        yield Finding(False, _("men alone of another nationality are spread over the municipal places"))
    elif most is not None and there >= most and not _has_place(case):
        yield Finding(
            False, _("at most {most} men alone of another nationality, {n} are there").format(most=most, n=there)
        )


def _has_place(case: _Case) -> bool:
    own = case.night.placement_of.get(case.household.id)
    return own is not None and own.location == case.location.id and own.state in HOLDS


@kept
def _refused(night: Night) -> frozenset[int]:
    """Households to whom a location said no."""
    return frozenset(d.household for d in night.declined)


@dataclass(frozen=True)
class _Rule:
    """A rule, and all that it looks at beside the night: for two cases alike in that it finds the same."""

    about: str
    finds: Callable[[_Case], Iterator[Finding]]
    rests_on: Callable[[_Case], Hashable]


_RULES = (
    _Rule("guardian", _guardian, lambda c: c.household.guardian_missing),
    _Rule("said_no", _said_no, lambda c: (c.household.id, c.location.id) if c.household.id in _refused(c.night) else 0),
    _Rule("dates", _dates, lambda c: c.location.id),
    _Rule("room", _room, lambda c: (c.location.id, c.household.people, c.free)),
    _Rule("groups", _groups, lambda c: (c.location.groups, c.household.group_kind)),
    _Rule("nationality", _nationality, lambda c: (c.location.nationalities, c.household.nationality)),
    _Rule("spread", _spread, lambda c: (c.location.id, man_spread(c.household), _has_place(c))),
    _Rule("wheelchair", _wheelchair, lambda c: (c.location.wheelchair, c.household.needs_wheelchair)),
    _Rule("pets", _pets, lambda c: (c.location.pets, bool(c.household.pets))),
    _Rule("whole", _whole, lambda c: c.household.id),
    _Rule("hours", _hours, lambda c: c.location.id),
)


def needs_override(fit: Fit, outside: str = "") -> bool:
    """Only where suitability says no; unknown is asked about on screen and passes elsewhere."""
    return fit.fits is False and outside not in GUARDED


def group_warnings(night: Night, groups: dict[str, int | None], location: Location) -> list[str]:
    """What a bus's composition and a location's groups say about each other, before the bus is sent.

    A bus with single men sent to a family shelter has happened (facts 0.3).
    """
    takes = set(location.group_codes)
    found: list[str] = []
    wants = (("in_families", {"family", "single_parent"}), ("single_women", {"single_woman"}))
    for part, group in (*wants, ("single_men", {"single_man"})):
        if groups.get(part) and takes and not takes & group:
            found.append(
                _("{location} does not take {count} of this bus: {part}.").format(
                    location=location.name, count=groups[part], part=part.replace("_", " ")
                )
            )
    if groups.get("wheelchairs") and location.wheelchair is False:
        found.append(_("{location} has stairs only; the bus has a wheelchair.").format(location=location.name))
    if groups.get("non_ukrainian") and location.nationality_codes == ("UKR",):
        found.append(
            _("{location} takes only Ukrainians; {count} on the bus are not.").format(
                location=location.name, count=groups["non_ukrainian"]
            )
        )
    if groups.get("pets") and location.pets is False:
        found.append(
            _("{location} takes no pets; there are {count}.").format(location=location.name, count=groups["pets"])
        )
    return found
