"""Made-up nights played without a person: what must hold after every step holds, and a broken rule is seen.

A thousand nights: `desk simulate --nights 1000`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk import beds as bed_rules
from desk import households as household_rules
from desk import placements as placement_rules
from desk import suitability
from desk.beds import Stay
from desk.drill import script
from desk.drill.debrief import Worked, beside, lines, record, together
from desk.drill.invariants import RULES, Ledger, broken
from desk.night import Night as NightValue
from desk.placements import Placement, PlacementState
from desk.plans import waiting
from storage.drill.house import START
from storage.drill.play import Breach, Play
from storage.drill.simulate import house, one_night, simulate
from storage.store import Desk
from tests.cli import Night
from tests.store import ANYONE, another_program, in_bed, new_store

NIGHTS = 20


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with house() as path:
        yield path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_store(tmp_path)


def broken_rules(before: NightValue, after: NightValue, ledger: Ledger) -> set[str]:
    """The names of the rules that this step broke."""
    return {text.partition(":")[0] for text in broken(before, after, ledger)}


# --- the nights themselves ----------------------------------------------------------------------


@pytest.mark.long
def test_twenty_nights_break_no_rule_and_all_that_can_happen_to_a_bus_happens() -> None:
    heard: list[int] = []
    total, breaches = simulate(NIGHTS, 1, lambda number, _worked, _breaches: heard.append(number))
    assert [str(breach) for breach in breaches] == []
    assert heard == [*range(1, NIGHTS + 1)]
    assert total.nights == NIGHTS
    assert total.people == total.bedded + total.without_bed > 400
    assert total.placed > 200
    assert total.refusals > 20
    assert set(total.buses) == set(script.KINDS)


def test_one_seed_is_one_and_the_same_night(template: Path) -> None:
    first, _breaches, play = one_night(template, 7)
    again, _breaches, same = one_night(template, 7)
    assert (first, play.steps) == (again, same.steps)
    assert one_night(template, 8)[0] != first
    assert script.script(7, START) == script.script(7, START)


def test_a_night_ends_where_it_is_asked_to(template: Path) -> None:
    whole = one_night(template, 4)[2]
    part = one_night(template, 4, START + timedelta(hours=9))[2]
    assert part.steps < whole.steps
    assert part.moment.at == START + timedelta(hours=9)


def test_over_many_seeds_the_people_are_those_of_the_facts() -> None:
    nights = [script.script(seed, START) for seed in range(150)]
    buses = [bus for night in nights for bus in night.buses]
    people = [party for bus in buses for party in bus.people]
    not_wrong = [party for bus in buses if bus.kind != script.WRONG for party in bus.people]
    ages = [age for party in not_wrong for age in party.ages]
    assert 0.33 <= sum(age < 18 for age in ages) / len(ages) <= 0.41
    assert {party.group for party in people} >= {"family", "single_parent", "single_woman", "single_man"}
    assert {bus.kind for bus in buses} == set(script.KINDS)


def test_what_is_said_of_a_bus_is_the_whole_of_it() -> None:
    for seed in range(60):
        for bus in script.script(seed, START).buses:
            told = dict(bus.groups)
            assert told["in_families"] + told["single_men"] + told["single_women"] == bus.said
            assert (bus.here_at is None) == (bus.kind == script.NEVER)
            assert (bus.heads > bus.said) == (bus.kind == script.TOO_FULL)
            assert bus.rings_at <= (bus.here_at or bus.eta)


# --- each rule is seen when it is broken --------------------------------------------------------


def test_a_quiet_night_breaks_nothing(desk: Desk) -> None:
    in_bed(desk, "Petrenko", 4)
    night = desk.night()
    assert broken(night, night, Ledger(written=4)) == []


def _two_in_one_bed(night: NightValue) -> NightValue:
    return replace(night, stays=(*night.stays, replace(night.stays[0], household=night.households[1].id)))


def _split_over_two_rooms(night: NightValue) -> NightValue:
    (last,) = [stay for stay in night.stays if stay.household == night.households[0].id][-1:]
    elsewhere = Stay(household=last.household, bed=night.beds_in[night.rooms[5].id][0].id, since=night.at)
    return replace(night, stays=(*(stay for stay in night.stays if stay is not last), elsewhere))


def _a_minor_is_asked_for(night: NightValue) -> NightValue:
    boy = replace(night.households[0], group_kind="unaccompanied_minor", guardian="")
    asked = Placement(id=9, ref="P-220407-9", household=boy.id, people=4, state=PlacementState.ASKED, location=1)
    return replace(night, households=(boy, *night.households[1:]), placements=(asked,))


def _a_man_beside_a_woman(night: NightValue) -> NightValue:
    man = replace(night.households[0], group_kind="single_man", people=1)
    woman = replace(night.households[1], group_kind="single_woman", people=1)
    beds = night.beds_in[night.rooms[0].id]
    stays = (Stay(household=man.id, bed=beds[0].id), Stay(household=woman.id, bed=beds[1].id))
    return replace(night, households=(man, woman), stays=stays)


def _a_bed_kept_for_nobody(night: NightValue) -> NightValue:
    left = replace(night.households[0], state=household_rules.HouseholdState.LEFT)
    return replace(night, households=(left, *night.households[1:]))


def _somebody_forgotten(night: NightValue) -> NightValue:
    return replace(night, households=night.households[1:], stays=night.stays[4:])


def _too_many_men_in_one_place(night: NightValue) -> NightValue:
    men = [replace(h, people=1, group_kind="single_man", nationality="SYR", bus=None) for h in night.households[:2]]
    where = replace(next(loc for loc in night.locations if loc.name == ANYONE), most_alone=1)
    asked = tuple(
        Placement(id=n, ref=f"P-220407-{n}", household=h.id, people=1, state=PlacementState.ASKED, location=where.id)
        for n, h in enumerate(men, start=1)
    )
    return replace(night, households=tuple(men), placements=asked, locations=(where,))


WRONG: dict[str, Callable[[NightValue], NightValue]] = {
    "one bed, one household": _two_in_one_bed,
    "families whole": _split_over_two_rooms,
    "minors guarded": _a_minor_is_asked_for,
    "alone beside their own": _a_man_beside_a_woman,
    "beds add up": _a_bed_kept_for_nobody,
    "people add up": _somebody_forgotten,
    "spread": _too_many_men_in_one_place,
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_seen_when_a_row_is_wrong(desk: Desk, rule: str) -> None:
    in_bed(desk, "Petrenko", 4)
    in_bed(desk, "Bondar", 2)
    night = desk.night()
    ledger = Ledger(written=6)
    assert broken_rules(night, night, ledger) == set()
    assert rule in broken_rules(night, WRONG[rule](night), ledger)


def _breaches(template: Path, seeds: range) -> set[str]:
    """The rules that these nights break, by name."""
    return {breach.what.partition(":")[0] for seed in seeds for breach in one_night(template, seed)[1]}


@pytest.mark.long
def test_without_the_rule_who_may_share_the_nights_see_people_beside_others(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bed_rules, "may_share", lambda *_who: True)
    assert "alone beside their own" in _breaches(template, range(1, 5))


@pytest.mark.long
def test_without_the_guardianship_rule_the_nights_see_a_minor_sent_off(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minors = [
        seed
        for seed in range(400)
        if any(len(p.ages) == 1 and p.ages[0] < 18 for bus in script.script(seed, START).buses[:1] for p in bus.people)
    ]
    monkeypatch.setattr(placement_rules, "may_go", lambda *_who: None)
    monkeypatch.setattr(household_rules.Household, "guardian_missing", property(lambda _who: False))
    assert "minors guarded" in _breaches(template, range(minors[0], minors[0] + 1))


@pytest.mark.long
def test_without_the_spread_rule_the_nights_see_too_many_men_in_one_place(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suitability, "_RULES", tuple(r for r in suitability._RULES if r.about != "spread"))
    monkeypatch.setattr(waiting.Task, "men_left", property(lambda _task: {}))  # the plan counts them too
    wrong = [seed for seed in range(60) if any(b.kind == script.WRONG for b in script.script(seed, START).buses)]
    assert "spread" in {name for seed in wrong[:3] for name in _breaches(template, range(seed, seed + 1))}


def test_people_counted_wrong_are_seen_in_the_nights(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NightValue, "present", lambda _night, h: h.people - (h.people > 3))
    assert "people add up" in _breaches(template, range(1, 2))


def test_a_store_that_is_not_whole_is_seen_at_noon(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Play.run

    def meddled(play: Play, until: datetime | None = None) -> list[Breach]:
        with another_program(play.desk.path) as conn:
            (name,) = conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1").fetchone()
            conn.execute(f"DROP TRIGGER {name}")
        return kept(play, until)

    monkeypatch.setattr(Play, "run", meddled)
    assert any(breach.did == "journal" for breach in one_night(template, 2)[1])


def test_a_broken_rule_names_the_night_and_the_step(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NightValue, "present", lambda _night, h: 0 * h.people)
    breach = one_night(template, 3)[1][0]
    assert (breach.seed, breach.step > 0) == (3, True)
    assert str(breach).startswith(f"seed 3, step {breach.step} ({breach.did}): people add up: ")


# --- the command --------------------------------------------------------------------------------


def test_the_command_prints_what_it_played_and_ends_well(tmp_path: Path) -> None:
    ran = Night(tmp_path).run("simulate", "--nights", 2, "--seed", 5)
    assert ran.exit == 0
    assert ran.out.startswith("2 nights, seeds 5 to 6\nbuses: ")
    assert "rules broken: 0" in ran.out
    found = json.loads(Night(tmp_path).run("simulate", "--nights", 2, "--seed", 5, "--json").out)
    assert (found["nights"], found["breaches"]) == (2, [])
    assert f"people written down: {found['people']}" in ran.out


def test_the_command_fails_where_a_rule_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NightValue, "present", lambda _night, h: h.people - (h.people > 1))
    ran = Night(tmp_path).run("simulate", "--nights", 1)
    assert ran.exit == 1
    assert "seed 1, step " in ran.out


@pytest.mark.long
def test_it_says_how_far_it_is_each_hundred_nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.cli.drill.EACH", 2)
    out = Night(tmp_path).run("simulate", "--nights", 4).out.splitlines()
    assert [line.partition(":")[0] for line in out[:2]] == ["2 nights", "4 nights"]
    assert Night(tmp_path).refused("simulate", "--nights", 1_000_000).startswith("1000000 nights are too many")


def test_nights_add_up() -> None:
    one = Worked(nights=1, people=10, bedded=8, without_bed=2, waits=(5, 15), buses={"early": 1})
    two = Worked(nights=1, people=5, bedded=5, waits=(40,), buses={"early": 1, "late": 1}, overstays=2)
    total = together([one, two])
    assert (total.nights, total.people, total.bedded, total.without_bed, total.overstays) == (2, 15, 13, 2, 2)
    assert (total.mean_wait, total.longest_wait, total.buses) == (20, 40, {"early": 2, "late": 1})
    assert "buses: 3 (2 early, 1 late)" in lines(total)
    assert record(total)["mean_wait"] == 20
    assert any(line.split()[-2:] == ["10", "5"] for line in beside(one, two))
