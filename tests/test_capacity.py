"""The region's places: daily reports, periods, what is asked, totals with private places apart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import figures, standings
from desk.capacity import LOCATION_KINDS, Location, Municipality
from desk.night import Night
from desk.refusals import Refused
from desk.settings import Settings
from desk.standings import Places
from storage.store import Desk
from tests.store import ANYONE, FAMILIES, PRIVATE, at, in_bed, moment, new_store, placed, still

APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (4, 5, 6, 7))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_store(tmp_path) as desk:
        yield desk


def _own(desk: Desk, name: str) -> standings.Own:
    return next(own for own in standings.standings(desk.night()) if own.name == name)


# --- daily reports ------------------------------------------------------------------------------


def test_what_is_counted_replaces_what_we_thought_and_the_difference_is_kept(desk: Desk) -> None:
    with Desk(desk.path, "Anna", still("2022-04-08T05:00:00+02:00")) as later:
        placed(later, in_bed(later, "Petrenko", 4))
        _counted_later(later)


def _counted_later(desk: Desk) -> None:
    assert desk.night().standing[desk.capacity.get(ANYONE).id].occupied == 24
    done = desk.capacity.report(ANYONE, 22, 3)
    standing = desk.night().standing[desk.capacity.get(ANYONE).id]
    assert (standing.occupied, standing.out_of_use, standing.free) == (22, 3, 95)
    assert done.text == f"{ANYONE}: 22 people counted, -2 against what we thought."
    told = desk.capacity.history(ANYONE)
    assert [(h.occupied, h.derived, h.difference, h.out_of_use) for h in told] == [
        (22, 24, -2, 3),
        (20, None, None, None),
    ]


def test_out_of_use_stays_as_it_was_until_somebody_says_so(desk: Desk) -> None:
    desk.capacity.report(ANYONE, 20, 5)
    desk.capacity.report(ANYONE, 21)
    assert desk.capacity.get(ANYONE).out_of_use == 5
    with pytest.raises(Refused, match="120 places: 121 of them cannot be out of use"):
        desk.capacity.report(ANYONE, 21, 121)


def test_a_count_above_the_places_is_kept_and_shown_as_overbooked(desk: Desk) -> None:
    done = desk.capacity.report(FAMILIES, 47, 2)
    assert done.warnings == (f"{FAMILIES}: 47 people for 38 usable places: overbooked by 9; kept as told.",)
    assert desk.night().standing[desk.capacity.get(FAMILIES).id].free == -9
    with pytest.raises(Refused, match="-1 is not possible"):
        desk.capacity.report(FAMILIES, -1)


def test_an_older_report_is_history_and_leaves_the_newer_one(desk: Desk) -> None:
    desk.capacity.report(ANYONE, 30, at=at("02:00"))
    done = desk.capacity.report(ANYONE, 25, at=at("01:00"))
    assert "is newer and stays" in done.warnings[0]
    assert desk.capacity.get(ANYONE).occupied == 20  # of 02:41, when the region was entered
    assert [h.occupied for h in desk.capacity.history(ANYONE)] == [20, 30, 25]
    with pytest.raises(Refused, match="still to come"):
        desk.capacity.report(ANYONE, 25, at=desk.clock() + timedelta(hours=1))


def test_two_reports_of_one_second_count_in_the_order_in_which_they_came(desk: Desk) -> None:
    desk.capacity.report(ANYONE, 30)
    desk.capacity.report(ANYONE, 31)
    assert [(h.occupied, h.difference) for h in desk.capacity.history(ANYONE)][:2] == [(31, 1), (30, 10)]
    assert desk.capacity.get(ANYONE).occupied == 31


def test_a_sheet_of_reports_is_all_or_nothing(desk: Desk) -> None:
    rows = [
        {"row": 2, "location": FAMILIES.upper(), "occupied": 12},
        {"row": 3, "location": "Nergens", "occupied": 1},
        {"row": 4, "location": ANYONE, "municipality": "Gronau", "occupied": 1},
        {"row": 5, "location": FAMILIES, "occupied": 13},
        {"row": 6, "location": ANYONE, "occupied": 1, "at": desk.clock() + timedelta(days=1)},
    ]
    with pytest.raises(Refused) as refused:
        desk.capacity.import_reports(rows)
    assert [sentence.partition(":")[0] for sentence in refused.value.sentences] == [
        "Row 3, column location",
        "Row 4, column municipality",
        "Row 5",
        "Row 6, column at",
    ]
    assert desk.capacity.get(FAMILIES).occupied == 10
    desk.capacity.import_reports([rows[0], {"location": ANYONE, "occupied": 130, "out_of_use": 1}])
    assert [desk.capacity.get(name).occupied for name in (FAMILIES, ANYONE)] == [12, 130]


def test_a_sheet_with_one_report_that_cannot_be_changes_nothing(desk: Desk) -> None:
    rows = [
        {"row": 2, "location": ANYONE, "occupied": 9},
        {"row": 3, "location": FAMILIES, "occupied": 9, "out_of_use": 99},
    ]
    with pytest.raises(Refused, match=r"Row 3: .* 99 of them cannot be out of use"):
        desk.capacity.import_reports(rows)
    assert desk.capacity.get(ANYONE).occupied == 20


# --- locations and their periods ----------------------------------------------------------------


def test_a_location_is_added_and_changed_and_no_name_stands_twice_in_a_municipality(desk: Desk) -> None:
    done = desk.capacity.add("De Tuin", "Borne", "municipal", 30, occupied=12, available_until=JULY)
    assert _own(desk, "Borne").places == Places(1, 30, 0, 12, 0)
    with pytest.raises(Refused, match=f"known there already as {done.ref}"):
        desk.capacity.add("de tuin", "GM0147", "municipal", 5)
    desk.capacity.add("De Tuin", "Almelo", "private", 5)
    desk.capacity.edit(done.ref, name="De Boomgaard", available_until="", counts=False)
    assert desk.capacity.get("boomgaard").available_until == ""
    assert _own(desk, "Borne").counting == 0
    assert desk.capacity.edit(done.ref, capacity=10).warnings[0].startswith("De Boomgaard: 12 people reported for 10")
    with pytest.raises(Refused, match="Nothing was said to change"):
        desk.capacity.edit(done.ref)
    with pytest.raises(Refused, match="no municipality 'Gronau'"):
        desk.capacity.add("X", "Gronau", "municipal", 5)


def test_periods_that_meet_are_refused_with_both_named(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"1 May 2022 to 1 June 2022 \(10 places\) and always \(40 places\) overlap"):
        desk.capacity.add_period(FAMILIES, MAY, JUNE, 10)
    desk.capacity.edit(FAMILIES, available_until=date(2022, 4, 30))
    desk.capacity.add_period(FAMILIES, MAY, JUNE, 10)
    with pytest.raises(Refused, match=r"1 June 2022 without an end .* and 1 May 2022 to 1 June 2022 .* overlap"):
        desk.capacity.add_period(FAMILIES, JUNE, None, 20)
    with pytest.raises(Refused, match="last day 1 June 2022 comes before its first 1 July 2022"):
        desk.capacity.add_period(FAMILIES, JULY, JUNE, 20)
    with pytest.raises(Refused, match="overlap"):
        desk.capacity.edit(FAMILIES, available_until=MAY)
    with pytest.raises(Refused, match="comes before its first"):
        desk.capacity.edit(FAMILIES, available_from=MAY)
    night = desk.night()
    location = desk.capacity.get(FAMILIES)
    assert [night.places_on(location, day) for day in (APRIL, MAY, JUNE, JULY)] == [40, 10, 10, 0]
    desk.capacity.remove_period(FAMILIES, MAY)
    with pytest.raises(Refused, match=r"no further period from 2022-05-01\. Known: none"):
        desk.capacity.remove_period(FAMILIES, MAY)


def _row(number: int, first: date | None, last: date | None, places: int = 10) -> dict[str, object]:
    found = {"row": number, "name": "De Tuin", "municipality": "Borne", "kind": "municipal", "capacity": places}
    return found | {"available_from": first, "available_until": last}


def test_a_second_row_of_a_location_is_a_further_period_unless_they_meet(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"Row 3, column from: De Tuin already stands in row 2, and 30 April.* overlap"):
        desk.capacity.import_locations([_row(2, None, MAY), _row(3, date(2022, 4, 30), JUNE)])
    done = desk.capacity.import_locations([_row(2, None, MAY), _row(3, JUNE, JULY, 25)])
    assert done.text == "1 location read."
    assert [p.places for p in desk.night().availabilities] == [25]
    # told again with one row, it keeps its further periods, if they still do not meet
    desk.capacity.import_locations([_row(2, None, MAY, 12)])
    assert [p.places for p in desk.night().availabilities] == [25]
    with pytest.raises(Refused, match=r"Row 2, column from: .* overlap"):
        desk.capacity.import_locations([_row(2, None, None)])
    desk.capacity.import_locations([_row(2, None, MAY), _row(3, JULY, None, 7)])
    assert [(p.available_from, p.places) for p in desk.night().availabilities] == [("2022-07-01", 7)]


def test_a_sheet_with_an_older_count_keeps_the_newer_one(desk: Desk) -> None:
    row = {"name": "De Tuin", "municipality": "Borne", "kind": "municipal", "capacity": 30}
    desk.capacity.import_locations([row | {"occupied": 9, "occupied_at": at("02:00")}])
    done = desk.capacity.import_locations([row | {"occupied": 5, "occupied_at": at("01:00"), "capacity": 31}])
    location = desk.capacity.get("De Tuin")
    assert (location.occupied, location.capacity) == (9, 31)
    assert "the newer stays" in done.warnings[0]
    assert [h.occupied for h in desk.capacity.history("De Tuin")] == [9]


# --- what is asked of the region ----------------------------------------------------------------


def test_what_is_asked_has_a_history_and_the_best_effort_stands_apart(desk: Desk) -> None:
    desk.capacity.set_target("obligation", 2000, date(2022, 3, 15), "letter")
    desk.capacity.set_target("best_effort", 1604, APRIL)
    desk.capacity.set_target("obligation", 3000, MAY)
    night = desk.night()
    assert (figures.target(night), figures.target(night, "best_effort")) == (2000, 1604)
    assert figures.to_realise(night) == 2000 - 220
    desk.set("target", "2200")
    assert figures.target(desk.night()) == 2200
    assert [(t.kind, t.places, t.since) for t in desk.capacity.targets()] == [
        ("obligation", 2000, "2022-03-15"),
        ("best_effort", 1604, "2022-04-01"),
        ("obligation", 2200, "2022-04-08"),
        ("obligation", 3000, "2022-05-01"),
    ]
    desk.set("target", "2300")
    assert [t.places for t in desk.capacity.targets() if t.since == "2022-04-08"] == [2300]
    desk.capacity.set_target("obligation", 2400)
    assert desk.settings.target == 2400
    with pytest.raises(Refused, match="not a kind of target"):
        desk.capacity.set_target("wish", 1)


# --- municipalities and totals ------------------------------------------------------------------


def test_private_places_stand_apart_from_every_sum_of_a_municipality(desk: Desk) -> None:
    desk.capacity.add("Kamers", "Almelo", "municipal", 10, occupied=4, term="short")
    own = _own(desk, "Almelo")
    assert own.places == Places(1, 10, 0, 4, 0)
    assert (own.short, own.long) == (own.places, Places())
    assert own.private == Places(1, 25, 0, 5, 0)
    assert own.counting == 10
    parts = standings.totals(desk.night())
    assert (parts.without_private.realised, parts.with_private.realised) == (40 + 120 + 60 + 10 + 60, 315)
    desk.capacity.edit(PRIVATE, counts=True)
    assert _own(desk, "Almelo").counting == 35, "counting and being municipal are two things"


def test_places_that_are_promised_count_from_their_first_day(desk: Desk) -> None:
    desk.capacity.add("De Brug", "Wierden", "municipal", 90, available_from=date(2022, 4, 14))
    desk.capacity.add("De Sluis", "Wierden", "municipal", 20, available_until=date(2022, 4, 10))
    desk.capacity.add_period("De Sluis", MAY, None, 50)
    own = _own(desk, "Wierden")
    assert (own.places.realised, own.promised, own.promised_on) == (20, 90 + 30, date(2022, 4, 14))
    assert figures.region(desk.night()).in_forecast == 4


def test_the_oldest_figure_of_a_municipality_is_its_age(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        desk.capacity.add("Oud", "Enschede", "municipal", 5, occupied=1, occupied_at=at("2022-04-06 18:00"))
        own, night = _own(desk, "Enschede"), desk.night()
        assert own.told_at == at("2022-04-06 18:00")
        assert standings.is_stale(night, own)
        desk.capacity.add("Nooit", "Oldenzaal", "municipal", 5)
        assert (_own(desk, "Oldenzaal").silent, standings.is_stale(desk.night(), _own(desk, "Oldenzaal"))) == (1, True)
        assert not standings.is_stale(desk.night(), _own(desk, "Borne"))


_LOCATIONS = st.lists(
    st.builds(
        Location,
        municipality=st.integers(1, 5),
        kind=st.sampled_from(LOCATION_KINDS),
        capacity=st.integers(0, 300),
        counts=st.booleans(),
        term=st.sampled_from(("short", "long")),
        occupied=st.none() | st.integers(0, 400),
        out_of_use=st.none() | st.integers(0, 50),
        available_from=st.sampled_from(("", "2022-04-01", "2022-04-20")),
        available_until=st.sampled_from(("", "2022-04-07", "2022-06-01")),
    ),
    max_size=30,
)


@given(_LOCATIONS)
def test_the_municipalities_add_up_to_the_region_with_and_without_private(locations: list[Location]) -> None:
    every = tuple(replace(loc, id=n, ref=f"L-{n}", name=f"L{n}") for n, loc in enumerate(locations, start=1))
    places = tuple(Municipality(id=n, code=f"GM{n:04}", name=f"M{n}", inhabitants=n) for n in range(1, 6))
    night = Night(at=moment(), settings=Settings(), locations=every, municipalities=places)
    parts, region, rows = standings.totals(night), figures.region(night), standings.standings(night)
    for name, of_kind in (("realised", region.realised), ("occupied", region.occupied), ("free", region.free)):
        assert getattr(parts.with_private, name) == sum(of_kind.values())
        assert getattr(parts.without_private, name) == sum(of_kind.values()) - of_kind["private"]
        assert getattr(parts.private, name) == of_kind["private"]
    assert sum((own.places for own in rows), Places()) == parts.municipal
    assert all(own.short + own.long == own.places for own in rows)
    assert figures.to_realise(night) == (figures.target(night) or 0) - parts.counting
