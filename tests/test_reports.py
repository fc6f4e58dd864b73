"""What stands in the reports: it adds up, it is the figures of the desk, and it names nobody."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk import figures
from desk.capacity import LOCATION_KINDS
from desk.language import speak
from desk.refusals import Refused
from desk.reports.document import Document, Table
from screens.reports.formats import render
from storage.history import read_history
from storage.reports import OF_PERIOD, make
from storage.store import Desk
from tests.cli import ROOT, Night
from tests.report_store import FORMATS, INTERNAL, NAMES, OUTSIDE, begins, busy
from tests.store import moment

NUMBERS = ("realised", "out_of_use", "occupied", "reserved", "free")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with busy(tmp_path_factory.mktemp("reports")) as found:
        yield found


def report(desk: Desk, name: str) -> Document:
    """The report over the whole story."""
    return make(desk, name, since=begins() if name in OF_PERIOD else None)


def data(desk: Desk, name: str) -> Any:
    return json.loads(render(report(desk, name), "json"))


def text_of(content: bytes, form: str) -> str:
    """All text of a file; of a workbook that of every part of it."""
    if form != "xlsx":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(INTERNAL))
def test_a_report_with_names_in_it_says_that_it_stays_at_the_desk(desk: Desk, name: str) -> None:
    assert report(desk, name).internal
    assert "INTERNAL: names of people stand in it" in render(report(desk, name), "txt").decode()


@pytest.mark.parametrize("name", [name for name in OUTSIDE if name not in INTERNAL])
def test_nobody_is_named_in_a_report_that_leaves_the_desk(desk: Desk, name: str) -> None:
    document = report(desk, name)
    assert not document.internal
    people = [h.name for h in desk.night(everything=True).households]
    for form in FORMATS:
        text = text_of(render(document, form), form).casefold()
        assert [known for known in (*NAMES, *people) if known.casefold() in text] == [], form


def test_what_is_written_down_is_there_without_the_names_in_it(desk: Desk) -> None:
    reasons = {bus["from"]: bus["reason"] for bus in data(desk, "buses")["buses"]}
    assert reasons["Budapest"] == "H-0406-2 was not on the list of …; H-0406-1 and … know why"
    assert reasons["Arnhem"] == "… rang: engine trouble"
    assert reasons["Utrecht"] == ""


# --- adding up ----------------------------------------------------------------------------------


def adds_up(table: Table) -> bool:
    """Whether the last line is the sum of the lines above it, wherever a number stands in it."""
    for at, total in enumerate(table.total):
        parts = [row[at] for row in table.rows if isinstance(row[at], int)]
        if isinstance(total, int) and total != sum(part for part in parts if isinstance(part, int)):
            return False
    return True


@pytest.mark.parametrize("name", OUTSIDE)
def test_every_total_is_the_sum_of_the_lines_above_it(desk: Desk, name: str) -> None:
    tables = [block.table for block in report(desk, name).blocks if block.table is not None]
    assert tables
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert adds_up(table), table.total


def test_the_daily_figures_come_without_and_with_private_hosting(desk: Desk) -> None:
    found, region = data(desk, "daily"), figures.region(desk.night())
    own, *others = found["locations"]
    assert (own["location"], own["unit"], own["realised"]) == ("Oldenzaal", "beds", 60)
    assert own["people"] == figures.people(desk.night()).inside
    assert {place["unit"] for place in others} == {"people"}
    public = [place for place in found["locations"] if place["kind"] != "private"]
    for number in NUMBERS:
        by_kind = getattr(region, number)
        for kind in LOCATION_KINDS:
            parts = [place[number] for place in found["locations"] if place["kind"] == kind]
            assert sum(parts) == by_kind[kind] == found["by_kind"][kind][number]
        totals = {name: found["totals"][name][number] for name in ("without_private", "private", "with_private")}
        assert totals["without_private"] == sum(place[number] for place in public)
        assert totals["without_private"] == sum(found["by_term"][term][number] for term in ("short", "long"))
        assert totals["with_private"] == totals["without_private"] + totals["private"] == sum(by_kind.values())
    for place in found["locations"]:
        used = place["out_of_use"] + place["occupied"] + place["reserved"]
        assert place["free"] == place["realised"] - used


def test_an_overbooked_location_is_shown_below_zero_and_never_clamped(desk: Desk) -> None:
    frees = {place["municipality"]: place["free"] for place in data(desk, "daily")["locations"]}
    assert frees["Almelo"] != 0
    crisis = next(place for place in data(desk, "daily")["locations"] if place["kind"] == "crisis")
    assert crisis["free"] == -1


def test_private_hosting_is_told_by_municipality_and_by_number(desk: Desk) -> None:
    found = data(desk, "private")
    assert {place["municipality"] for place in found["municipalities"]} == {"Almelo", "Wierden"}
    assert all(place["location"].startswith("L-") for place in found["locations"])
    assert found["totals"] == {"locations": 2, "places": 31, "people": 9, "held": 0}
    region = figures.region(desk.night())
    assert (region.realised["private"], region.occupied["private"]) == (31, 9)


def test_the_bus_log_keeps_every_number_of_a_bus_apart(desk: Desk) -> None:
    found = {bus["from"]: bus for bus in data(desk, "buses")["buses"]}
    budapest = found["Budapest"]
    assert [budapest[n] for n in ("said", "counted", "difference", "registered", "went_on")] == [12, 13, 1, 12, 1]
    assert (budapest["reserved"], budapest["late_minutes"], budapest["state"]) == (12, 40, "closed")
    assert budapest["arrived"] == "2022-04-07T21:10:00+02:00"
    assert (found["Utrecht"]["counted"], found["Utrecht"]["reserved"]) == (None, 10)
    assert {found[place]["state"] for place in ("Zwolle", "Arnhem")} == {"diverted", "cancelled"}
    assert (found["Zwolle"]["to"], found["Budel"]["elsewhere"]) == ("Gronau", 14)


def test_arrivals_and_departures_are_the_figures_of_the_period(desk: Desk) -> None:
    found = data(desk, "movements")
    period = desk.period(begins(), desk.clock())
    flows = ("inflow", "onward_flow", "outflow")
    for flow in flows:
        assert found[flow] == getattr(period, flow) == sum(night[flow] for night in found["nights"])
    assert (found["inflow"], found["onward_flow"], found["outflow"]) == (23, 2, 3)
    assert found["inflow"] == sum(g["people"] for g in found["groups"]) == sum(a["people"] for a in found["ages"])
    assert found["present_now"] == sum(h.people for h in desk.night().staying)
    assert found["present_now"] == found["present_then"] + 23 - 2 - 3 + found["corrections"]
    assert found["corrections"] == 0
    assert [night["night"] for night in found["nights"]] == ["2022-04-06", "2022-04-07"]
    assert [night["present"] for night in found["nights"]] == [5, None]


def test_ages_that_nobody_told_are_not_guessed(desk: Desk) -> None:
    ages = {line["band"]: line for line in data(desk, "movements")["ages"]}
    assert (ages["4-11"]["people"], ages["12-17"]["f"], ages["18-64"]["people"]) == (1, 1, 2)
    assert (ages["<18"]["people"], ages["18+"]["people"]) == (4, 1)
    assert ages["?"]["people"] == 14
    assert ages["?"]["m"] == 1


def test_how_long_they_stayed_is_told_of_those_who_went(desk: Desk) -> None:
    stay = data(desk, "movements")["stay"]
    # two from 21:00 to 21:10 of the next evening, one man from 21:10 to 01:00, two who left at once
    assert stay["people"] == 5
    assert stay["average_hours"] == round((2 * 1450 + 230) / 5 / 60, 1)
    assert (stay["over_24h"], stay["over_48h"], stay["over_72h"]) == (2, 0, 0)


def test_placed_is_only_who_was_confirmed_and_the_figure_of_that_name(desk: Desk) -> None:
    found = data(desk, "placements")
    totals = found["totals"]
    assert totals["placed"] == desk.period(begins(), desk.clock()).placed == 16
    assert totals["direct"] == 14
    assert (totals["asked"], totals["agreed"], totals["declined"], totals["withdrawn"]) == (15, 7, 3, 5)
    assert [(r["reason"], r["people"]) for r in found["declined"]] == [("full", 3)]
    assert [(r["outside"], r["departed"]) for r in found["outside"]] == [("host", 1)]
    assert {s["step"]: s["placements"] for s in found["steps"]}["departed_confirmed"] == 1


def test_who_has_no_place_yet_stands_by_how_long_they_are_here(desk: Desk) -> None:
    found = data(desk, "unplaced")
    without = {h["ref"]: h for h in found["households"]}
    assert sum(b["people"] for b in found["bands"]) == sum(h["people"] for h in without.values()) == 18
    assert {b["band"]: b["people"] for b in found["bands"]} == {
        "under_24h": 15, "24_48h": 3, "48_72h": 0, "over_72h": 0,
    }  # fmt: skip
    assert without["H-0406-1"]["declined"] == "full"
    assert without["H-0406-1"]["state"] is None
    asked = next(h for h in without.values() if h["state"] == "asked")
    assert (asked["people"], asked["at"]) == (5, "De Wilgenhof")


# --- moments ------------------------------------------------------------------------------------


def test_a_report_of_a_moment_is_the_same_whatever_came_after(desk: Desk) -> None:
    then = moment("2022-04-07T22:00:00+02:00")
    assert make(desk, "daily", then).at == then
    first = render(make(desk, "movements", then), "json")
    assert json.loads(first)["until"] == "2022-04-07T22:00:00+02:00"
    assert json.loads(first)["since"] == "2022-04-07T12:00:00+02:00"
    assert json.loads(first)["inflow"] == 12
    with pytest.raises(Refused, match="lies in the future; give a time up to now"):
        make(desk, "daily", desk.clock() + timedelta(minutes=1))
    with pytest.raises(Refused, match="--since before"):
        make(desk, "movements", then, then + timedelta(hours=1))


def test_before_the_first_action_every_report_is_empty(desk: Desk) -> None:
    for name in OUTSIDE:
        document = make(desk, name, moment("2022-04-01T12:00:00+02:00"))
        for form in FORMATS:
            assert render(document, form)


def test_a_period_is_read_by_indexes_and_not_by_the_past(desk: Desk) -> None:
    asked: list[str] = []
    desk.db.conn.set_trace_callback(asked.append)
    try:
        read_history(desk.journal, begins(), desk.clock())
    finally:
        desk.db.conn.set_trace_callback(None)
    # the names that are to be hidden are those of everybody; they are read where a reason was written
    selects = [sql for sql in asked if sql.startswith("SELECT") and not sql.startswith("SELECT name, native_name")]
    assert len(selects) > 10
    for sql in selects:
        plan = " ".join(str(row[3]) for row in desk.db.execute("EXPLAIN QUERY PLAN " + sql).fetchall())
        # an allocation has no index by its bus; there are a few a night
        assert not re.search(r"SCAN (?!allocation\b|setting\b)\w+\b(?! USING (COVERING )?INDEX)", plan), sql + plan


# --- on the command line ------------------------------------------------------------------------


@pytest.fixture
def night(tmp_path: Path) -> Night:
    made = Night(tmp_path).made()
    made.in_bed("Zzyzxenko", 3)
    return made


def test_a_report_is_printed_or_written_to_a_file_that_only_we_read(night: Night, tmp_path: Path) -> None:
    assert night.run("report", "daily").out.startswith("DAILY FIGURES\n")
    assert night.do("report", "unplaced")["households"][0]["people"] == 3
    assert night.run("report", "unplaced", "--format", "json").json["report"] == "unplaced"
    file = tmp_path / "daily.xlsx"
    assert night.run("report", "daily", "--format", "xlsx", "--output", file).exit == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"PK")
    assert "cannot be written" in night.refused("report", "daily", "--format", "xlsx", "--output", file)
    assert night.run("report", "daily", "--format", "pdf").exit == 2


def test_a_report_issues_nothing_and_a_future_one_is_refused(night: Night) -> None:
    before = night.last_action()
    for name in OUTSIDE:
        assert night.run("report", name, "--since", "2022-04-07", "--format", "md").exit == 0
    assert night.last_action() == before
    assert "lies in the future" in night.refused("report", "daily", "--as-of", "+1h")


def test_a_workbook_goes_to_a_pipe_as_it_is(night: Night) -> None:
    command = [sys.executable, "-m", "screens.start", "report", "daily", "--format", "xlsx"]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=os.environ | night.environment(), check=True)
    assert done.stdout.startswith(b"PK")
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as book:
        assert book.testzip() is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_lines_of_plain_text_fit_a_screen_of_80(desk: Desk, language: str) -> None:
    speak(language)
    try:
        for name in OUTSIDE:
            lines = render(report(desk, name), "txt").decode().splitlines()
            assert [line for line in lines if len(line) > 80] == []
            assert all(line.isprintable() for line in lines)
    finally:
        speak("en")
