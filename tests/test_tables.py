"""The tables of the store: a model is a row, a field is a column, and what a check allows is what the rules know."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from desk import decisions, requests
from desk.beds import ROOM_KINDS, Bed, BedState, Room, Sharing, Stay
from desk.buses import OPEN, Allocation, Bus, BusState, Eta, Onward
from desk.capacity import LOCATION_KINDS, TARGET_KINDS, Availability, Headcount, Location, Municipality, Target
from desk.decisions import Decision, Meeting, Participant
from desk.forecast import SCENARIOS, Inflow
from desk.frozen import Freeze
from desk.handover import Handover
from desk.households import ENDED, Household, HouseholdState, Link, Member
from desk.logbook import Duty, LogLine, Phone
from desk.operators import Operator
from desk.placements import OPEN as OPEN_PLACEMENTS
from desk.placements import Placement, PlacementState, Ride
from desk.region import buses as sent
from desk.region import places
from desk.region.buses import SentBus
from desk.region.link import RegionLink
from desk.region.places import PlaceGrant
from desk.region.shared import SharedPlace
from desk.requests import Answer, Candidate, Request
from desk.rights import ROLES
from desk.rollcall import STATES as TICK_STATES
from desk.rollcall import Rollcall, Tick
from desk.shift import Attendance, Rostered, Visitor
from storage.rows import table_of
from storage.schema import JOURNALLED
from storage.store import Desk
from tests.store import new_store, still

MODELS: tuple[type, ...] = (
    *(Room, Bed, Stay, Sharing, Bus, Eta, Onward, Allocation, Household, Member, Municipality, Location, Placement),
    *(Ride, LogLine, Duty, Phone, Availability, Headcount, Target, Inflow, Freeze, Request, Answer, Candidate),
    *(Meeting, Participant, Decision, Link, Rostered, Attendance, Visitor, Handover, Rollcall, Tick, Operator),
    *(RegionLink, PlaceGrant, SharedPlace, SentBus),
)


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    with new_store(tmp_path) as desk:
        yield desk.path


def test_every_table_that_is_journalled_has_a_model_but_settings_and_counters() -> None:
    assert sorted(map(table_of, MODELS)) == sorted(set(JOURNALLED) - {"setting", "counter"})


def test_the_fields_of_a_model_are_the_columns_of_its_table(path: Path) -> None:
    with Desk(path, "Anna", still()) as desk:
        for model, table in ((model, table_of(model)) for model in MODELS):
            columns = [column.name for column in desk.db.table(table).columns]
            assert columns == [field.name for field in fields(model)], table


def test_a_field_that_may_be_unknown_is_a_column_that_may_be_null(path: Path) -> None:
    with Desk(path, "Anna", still()) as desk:
        for model, table in ((model, table_of(model)) for model in MODELS):
            optional = {field.name for field in fields(model) if "None" in str(field.type)}
            null = {c.name for c in desk.db.table(table).columns if not c.notnull and c.name != "id"}
            # a moment is unknown only while the row is being made
            assert null <= optional, table


def schema(desk: Desk) -> dict[str, str]:
    """What every table and index was made with, by name."""
    rows: list[tuple[str, str]] = desk.db.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    return dict(rows)


def listed(sql: str) -> dict[str, set[str]]:
    """The columns that must be one of a list of words, with the words."""
    found = re.findall(r"(\w+) IN \(((?:'\w+',?\s*)+)\)", sql)
    return {column: set(re.findall(r"'(\w+)'", words)) for column, words in found}


def test_what_a_check_allows_is_what_the_program_knows(path: Path) -> None:
    knows: dict[tuple[str, str], set[str]] = {
        ("room", "kind"): set(ROOM_KINDS),
        ("bed", "state"): {state.value for state in BedState},
        ("location", "kind"): set(LOCATION_KINDS),
        ("bus", "state"): {state.value for state in BusState},
        ("household", "state"): {state.value for state in HouseholdState},
        ("placement", "state"): {state.value for state in PlacementState},
        ("target", "kind"): set(TARGET_KINDS),
        ("inflow", "scenario"): set(SCENARIOS),
        ("request", "stream"): set(requests.STREAMS),
        ("answer", "state"): set(requests.ANSWERS),
        ("candidate", "state"): set(requests.CANDIDATE_STATES),
        ("decision", "kind"): set(decisions.KINDS),
        ("decision", "state"): set(decisions.STATES),
        ("tick", "state"): set(TICK_STATES),
        ("operator", "role"): set(ROLES),
        ("place_grant", "state"): set(places.STATES),
        ("sent_bus", "way"): {sent.OUT, sent.IN},
        ("sent_bus", "state"): set(sent.STATES),
    }
    with Desk(path, "Anna", still()) as desk:
        tables = {table: schema(desk)[table] for table in map(table_of, MODELS)}
    allows = {(table, column): words for table, sql in tables.items() for column, words in listed(sql).items()}
    assert {("room", "kind"), ("bed", "state"), ("location", "kind")} <= set(allows)
    assert allows == {place: knows[place] for place in allows}


def test_what_is_current_to_an_index_is_what_is_open_to_the_rules(path: Path) -> None:
    with Desk(path, "Anna", still()) as desk:
        indexes = {name: words["state"] for name, sql in schema(desk).items() if "state" in (words := listed(sql))}
    current = {state.value for state in HouseholdState} - {state.value for state in ENDED}
    assert indexes["decision_open"] == decisions.OPEN
    assert indexes["place_grant_open"] == places.OPEN
    assert indexes["sent_bus_open"] == sent.UNANSWERED
    assert indexes["bus_open"] == {state.value for state in OPEN}
    assert indexes["household_current"] == current
    assert indexes["one_open_placement"] == indexes["placement_open"] == {state.value for state in OPEN_PLACEMENTS}


def test_every_table_is_strict(path: Path) -> None:
    with Desk(path, "Anna", still()) as desk:
        kinds: list[tuple[Any, ...]] = desk.db.execute("PRAGMA table_list").fetchall()
    own = {row[1]: row[5] for row in kinds if row[1] in {*JOURNALLED, "action", "change"}}
    assert len(own) == len(JOURNALLED) + 2
    assert set(own.values()) == {1}
