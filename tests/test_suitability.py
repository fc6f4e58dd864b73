"""Whether a location suits a household: yes, no or unknown, and why, in words."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from desk import suitability
from desk.households import Household, Presence
from desk.language import speak
from desk.night import Night
from desk.placements import Declined, Placement, PlacementState
from desk.suitability import Fit, needs_override
from tests.nights import ago, alone, boy, family, house, joined, location, region
from tests.store import moment

Given = Callable[[], Fit]


@pytest.fixture(autouse=True)
def in_english() -> None:
    speak("en")


def judged(who: Household, night: Night | None = None, **place: object) -> Fit:
    """One household and one location of twenty places that reported an hour ago that it is empty."""
    where = location(1, **place)  # type: ignore[arg-type]
    return suitability.judge(region(joined(night or house(), who), where), who, where)


def declined() -> Fit:
    night = house(declined=(Declined(1, 1, "full", ago(2)),))
    return judged(family(1), night)


def two_are_out() -> Fit:
    who = family(1)
    where = location(1)
    night = region(joined(house(), who), where)
    members = tuple(replace(m, presence=Presence.OUT) if m.number > 2 else m for m in night.members)
    return suitability.judge(replace(night, members=members), who, where)


CASES: list[tuple[str, Given, bool | None, str]] = [
    ("a place for anyone", lambda: judged(family(1, 4)), True, "20 free"),
    ("room for exactly them", lambda: judged(family(1, 20)), True, "20 free"),
    ("one too many", lambda: judged(family(1, 21)), False, "20 free, 21 needed"),
    ("full", lambda: judged(family(1, 2), occupied=19), False, "1 free, 2 needed"),
    ("overfull", lambda: judged(family(1, 2), occupied=25), False, "-5 free, 2 needed"),
    (
        "nobody ever told how many are there",
        lambda: judged(family(1, 2), occupied=None, occupied_at=None),
        None,
        "never told how many are there",
    ),
    ("an old figure is a note", lambda: judged(family(1, 2), occupied_at=ago(30)), True, "the figure is 30 h old"),
    ("it opens later", lambda: judged(family(1), available_from="2022-04-20"), False, "opens on 2022-04-20"),
    ("it opened today", lambda: judged(family(1), available_from="2022-04-08"), True, "20 free"),
    ("it has ended", lambda: judged(family(1), available_until="2022-04-07"), False, "ended on 2022-04-07"),
    ("its last day", lambda: judged(family(1), available_until="2022-04-08"), True, "open until 2022-04-08"),
    ("families only, and a man", lambda: judged(alone(1, "m"), groups="family"), False, "takes only family"),
    (
        "families only, and a family",
        lambda: judged(family(1, group_kind="family"), groups="family"),
        True,
        "takes family",
    ),
    ("families only, and nobody knows", lambda: judged(family(1), groups="family"), None, "their group is not known"),
    (
        "only Ukrainians, and a Syrian",
        lambda: judged(family(1, nationality="SYR"), nationalities="UKR"),
        False,
        "takes only nationality Ukrainian",
    ),
    ("only Ukrainians, and one", lambda: judged(family(1, nationality="UKR"), nationalities="UKR"), True, "20 free"),
    ("only Ukrainians, not known", lambda: judged(family(1), nationalities="UKR"), None, "theirs is not known"),
    ("any nationality", lambda: judged(family(1, nationality="SYR"), nationalities="any"), True, "20 free"),
    ("stairs", lambda: judged(family(1, needs="wheelchair"), wheelchair=False), False, "stairs only"),
    ("no stairs", lambda: judged(family(1, needs="no_stairs"), wheelchair=True), True, "no stairs, wide doors"),
    ("stairs not known", lambda: judged(family(1, needs="ground_floor")), None, "not known: stairs and wide doors"),
    ("stairs and good legs", lambda: judged(family(1), wheelchair=False), True, "20 free"),
    ("a dog, and no pets", lambda: judged(family(1, pets=1), pets=False), False, "no pets"),
    ("a dog, welcome", lambda: judged(family(1, pets=1), pets=True), True, "pets allowed"),
    ("a dog, not known", lambda: judged(family(1, pets=1)), None, "not known: pets"),
    ("they said no before", declined, False, "said no 00:41: full"),
    ("a boy alone, nobody rung", lambda: judged(boy(1)), False, "first log a guardianship contact"),
    ("a boy alone, guardian rung", lambda: judged(boy(1, guardian="Nidos")), True, "20 free"),
    ("some are out: a note", two_are_out, True, "2 of them are out: wait for them"),
    ("asleep now: a note", lambda: judged(family(1), answers="08:00-18:00"), True, "answers from 08:00"),
    (
        "no intake at night: a note",
        lambda: judged(family(1), intake="08:00-20:00"),
        True,
        "takes people in 08:00-20:00",
    ),
]


@pytest.mark.parametrize(("given", "fits", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_location_suits_or_not_and_says_why(given: Given, fits: bool | None, reason: str) -> None:
    fit = given()
    assert fit.fits is fits
    assert any(reason in said for said in fit.reasons), fit.reasons
    if fits is False:
        assert reason in fit.reasons[0], "what decides stands first"


def test_every_reason_is_given_and_not_only_the_first() -> None:
    who = boy(1, pets=1, needs="wheelchair", nationality="SYR")
    fit = judged(who, groups="family", nationalities="UKR", wheelchair=False, pets=False, capacity=0)
    assert sum(finding.fits is False for finding in fit.findings) >= 5


def test_only_a_no_needs_an_override_and_care_for_a_minor_never() -> None:
    assert needs_override(judged(family(1, 21)))
    assert not needs_override(judged(family(1), occupied=None, occupied_at=None))
    assert not needs_override(judged(family(1), groups="family")), "unknown is asked about, and passes"
    assert not needs_override(judged(boy(1)), outside="nidos")
    assert not needs_override(judged(boy(1)), outside="hospital")


def test_places_held_for_themselves_do_not_stand_in_their_own_way() -> None:
    who, other = family(1, 12), family(2, 12)
    held = Placement(id=1, household=1, people=12, state=PlacementState.ASKED, location=1)
    where = location(1, 20)
    night = region(replace(joined(house(), who, other), placements=(held,)), where)
    assert suitability.judge(night, who, where).fits is True
    assert suitability.judge(night, other, where).fits is False


def test_what_fits_comes_first_then_what_may_then_what_does_not_and_the_load_is_spread() -> None:
    who = family(1, 4, pets=1)
    full, unknown = location(1, 3), location(2, 20, occupied=None, occupied_at=None)
    busy, quiet = location(3, 40, occupied=20, pets=True), location(4, 40, occupied=2, pets=True)
    night = region(joined(house(), who), full, unknown, busy, quiet)
    assert [fit.location.id for fit in suitability.suggest(night, who)] == [4, 3, 2, 1]


def test_a_bus_with_single_men_is_not_sent_to_a_family_shelter_unsaid() -> None:
    families = location(1, groups="family,single_parent", wheelchair=False, pets=False, nationalities="UKR")
    everybody = location(2)
    people = {"single_men": 6, "in_families": 30, "wheelchairs": 1, "pets": 2, "non_ukrainian": 3, "single_women": None}
    night = region(house(), families, everybody)
    said = suitability.group_warnings(night, people, families)
    assert len(said) == 4
    assert "does not take 6 of this bus: single men" in said[0]
    assert suitability.group_warnings(night, people, everybody) == []


def test_the_night_of_the_table_is_nineteen_to_three() -> None:
    assert house().at == moment("2022-04-08T02:41:00+02:00")
