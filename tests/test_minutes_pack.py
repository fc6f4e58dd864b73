"""The pack for the board on 7 April 2022, in every format, and the list in the form of the minutes."""

import html
import io
import re
import shutil
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from screens.instructions import instruction_rows
from screens.lines import plain
from storage.clock import running
from storage.store import Desk
from tests.cli import Night
from tests.minutes_story import (
    EVENING,
    FIRST_REACTION,
    IN_CYRILLIC,
    LATER,
    NAME,
    NUMBER_OF_ANOTHER_STREAM,
    SEVEN,
    that_evening,
)
from tests.test_minutes_case import place

PERIOD = ("--as-of", "2022-04-07T18:00", "--since", "2022-04-05")
FORMATS = ("txt", "md", "html", "csv", "xlsx")
IN_WORDS = ("txt", "md", "html", "xlsx")
"""The formats that have notes; CSV has rows alone."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return that_evening(tmp_path_factory.mktemp("minutes"))


def record(night: Night) -> Any:
    """The pack of that evening for programs."""
    return night.do("report", "meeting", *PERIOD)


def printed(night: Night, form: str) -> bytes:
    """The pack of that evening as a file."""
    file = night.store.with_name(f"pack-{night.last_action()}-{night.clock[:10]}.{form}")
    if not file.exists():
        ran = night.run("report", "meeting", *PERIOD, "--format", form, "--output", file)
        assert ran.exit == 0, ran.err
    return file.read_bytes()


def text_of(night: Night, form: str) -> str:
    """All text of that file; of a workbook that of every part of it."""
    if form != "xlsx":
        return printed(night, form).decode()
    with zipfile.ZipFile(io.BytesIO(printed(night, form))) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def words(night: Night, form: str) -> str:
    """What a reader sees of it, without pictures and line ends."""
    text = text_of(night, form)
    if form in {"html", "xlsx"}:
        text = html.unescape(re.sub(r"<(svg|style)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL))
    return " ".join(text.split())


# --- the headline -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", IN_WORDS)
def test_195_are_50_placed_and_145_reserved_and_the_sum_never_stands_without_its_parts(night: Night, form: str) -> None:
    found = words(night, form)
    whole = "195 = 50 placed + 145 reserved for 3 expected buses"
    assert whole in found
    assert not re.search(r"\b195\b", found.replace(whole, ""))


def test_rows_alone_have_the_parts_and_no_sum(night: Night) -> None:
    found = text_of(night, "csv")
    assert "Placed: arrived and confirmed,50," in found
    assert "Reserved for expected buses,145," in found
    assert "195" not in found


def test_every_place_that_is_reserved_belongs_to_a_bus(night: Night) -> None:
    found = record(night)
    assert [(bus["from"], bus["here"], bus["elsewhere"]) for bus in found["reserved"]] == [
        ("Utrecht", 40, 9),
        ("Amsterdam", 0, 48),
        ("Zwolle", 0, 48),
    ]
    figures = found["figures"]
    assert sum(bus["places"] for bus in found["reserved"]) == figures["reserved"] == 145
    assert (figures["placed"], figures["total"], figures["reserved_buses"]) == (50, 195, 3)


def test_ten_of_fourteen_host_and_all_fourteen_are_in_the_forecast(night: Night) -> None:
    assert record(night)["figures"]["municipalities"] == {"total": 14, "hosting": 10, "in_forecast": 14}
    for form in IN_WORDS:
        found = words(night, form)
        assert "10 of 14 municipalities host in municipal locations" in found
        assert "14 of 14 municipalities are in the forecast" in found
        # Losser has people with private hosts, and that is not hosting
        assert "Not hosting: Borne, Losser, Twenterand, Wierden" in found


def test_the_target_is_2000_and_what_is_left_of_it_is_said(night: Night) -> None:
    found = record(night)
    assert found["target"] == {"obligation": 2000, "best_effort": None}
    counting = sum(m["counting"] for m in found["municipalities"])
    assert found["to_realise"] == 2000 - counting == 1005
    assert all("Target 2,000; still to realise 1,005" in words(night, form) for form in IN_WORDS)
    assert [(t["places"], t["source"]) for t in night.do("target")] == [(2000, "Veiligheidsberaad")]


def test_only_the_unfavourable_scenario_is_short_and_in_the_week_of_13_to_17_april(night: Night) -> None:
    found = {name: line["first_short_day"] for name, line in record(night)["forecast"].items()}
    assert list(found) == ["favourable", "expected", "unfavourable"]
    assert found["favourable"] is found["expected"] is None
    assert date(2022, 4, 13) <= date.fromisoformat(found["unfavourable"]) <= date(2022, 4, 17)
    for form in IN_WORDS:
        said = words(night, form)
        assert "favourable: places enough" in said
        assert "expected: places enough" in said
        assert "unfavourable: more people than places from 14 April on" in said


def test_private_places_stand_apart_and_each_total_says_whether_they_are_in_it(night: Night) -> None:
    found = record(night)
    places = {name: part["realised"] for name, part in found["places"].items()}
    assert places == {"municipal": 995, "house": 60, "without_private": 1055, "private": 60, "with_private": 1115}
    assert sum(m["realised"] for m in found["municipalities"]) == 995
    assert {m["name"]: m["private_occupied"] for m in found["municipalities"] if m["private"]} == {
        "Almelo": 25,
        "Losser": 8,
    }
    for form in FORMATS:
        said = words(night, form)
        assert "Total without private" in said
        assert "Total with private" in said
        assert "Private hosting, in none of the numbers above" in said or form == "xlsx"


def test_the_overview_of_private_hosting_has_people_source_and_last_day_by_municipality(night: Night) -> None:
    found = night.do("report", "private", "--as-of", "2022-04-07T18:00")
    by_name = {m["municipality"]: m for m in found["municipalities"]}
    assert (by_name["Almelo"]["people"], by_name["Almelo"]["first_end"]) == (25, "2022-06-30")
    assert (by_name["Losser"]["people"], by_name["Losser"]["first_end"]) == (8, None)
    assert found["totals"]["people"] == 33
    assert all(one["told_at"].startswith("2022-04-05T08:00") for one in found["locations"])


def test_the_places_that_end_after_six_months_are_named_with_who_is_inside(night: Night) -> None:
    ends = record(night)["ends"]
    of_the_seven = [e for e in ends if e["location"].startswith("Tehuis")]
    assert len(of_the_seven) == 7
    assert {(e["last_day"], e["places"], e["people"]) for e in of_the_seven} == {("2022-10-01", 100, 60)}


# --- requests and candidates --------------------------------------------------------------------


def test_nine_of_fourteen_answered_and_the_other_five_are_named(night: Night) -> None:
    first, second, third = record(night)["requests"]
    assert (first["answered"], first["addressed"], first["number"]) == (9, 14, 60)
    silent = [a["municipality"] for a in first["answers"] if a["state"] == "open"]
    assert silent == ["Oldenzaal", "Rijssen-Holten", "Tubbergen", "Twenterand", "Wierden"]
    assert (second["answered"], third["answered"]) == (0, 1)
    assert all("9 of 14 answered" in words(night, form) for form in IN_WORDS)


def test_ter_apel_is_another_stream_and_its_numbers_are_in_no_counter_of_ukraine(night: Night) -> None:
    found = record(night)
    asked = found["requests"][2]
    assert (asked["stream"], asked["deadline"], asked["number"]) == ("asylum", "2022-04-19", NUMBER_OF_ANOTHER_STREAM)
    assert found["promised"] == {"ukraine": 60, "asylum": NUMBER_OF_ANOTHER_STREAM}
    for part in ("figures", "target", "places", "municipalities", "forecast", "reserved"):
        assert str(NUMBER_OF_ANOTHER_STREAM) not in str(found[part])
    for form in IN_WORDS:
        said = words(night, form)
        assert "Answer by 19 April 2022" in said
        assert said.count("Another stream: in none of the counters of this report.") == 1


def test_in_rows_alone_every_answer_says_of_which_request_and_stream_it_is(night: Night) -> None:
    lines = text_of(night, "csv").splitlines()
    assert "Municipality,Answer,Number,Note,request,stream" in lines
    assert f"Enschede,yes,{NUMBER_OF_ANOTHER_STREAM},,Q3,asylum" in lines
    assert "Losser,with conditions,60,,Q1,Ukraine" in lines


def test_until_19_april_those_who_did_not_answer_for_ter_apel_are_rung_first(night: Night) -> None:
    waiting = night.do("request", "remind")
    silent = sorted({*SEVEN, *LATER, "Hengelo", "Oldenzaal"})
    assert [r["ref"] for r in waiting[:13]] == [f"Q3 {name}" for name in silent]
    assert {r["days"] for r in waiting[:13]} == {12}
    asked = night.do("request", "show", "Q3")
    said = (asked["sent_by"], asked["occasion"], asked["note"])
    assert said == ("voorzitter VRT", "bijstandsverzoek Groningen", "brief van 5 april")


def test_marktzicht_is_a_candidate_with_what_losser_said_first(night: Night) -> None:
    [found] = record(night)["candidates"]
    assert (found["name"], found["municipality"], found["state"]) == ("Marktzicht", "Losser", "candidate")
    assert found["note"] == FIRST_REACTION
    assert all(FIRST_REACTION in words(night, form) for form in FORMATS if form != "txt")
    assert night.do("candidate", "list")[0]["request"] == "Q2"


def test_the_decisions_and_actions_that_ask_the_municipalities_are_linked_to_their_request(night: Night) -> None:
    linked = {one["ref"]: one["link"] for one in night.do("decision", "list") if one["link"]}
    assert linked == {"B4": "Q1", "A1": "Q1", "B5": "Q2", "K8": "Q3", "A2": "Q3"}


# --- the list -----------------------------------------------------------------------------------


def test_the_list_has_10_issues_11_decisions_and_3_actions(night: Night) -> None:
    entries = night.do("decision", "list", "--all", "--meeting", "2022-04-07")
    assert Counter(e["kind"] for e in entries) == {"K": 10, "B": 11, "A": 3}
    # what was done on the spot is in the list, and no longer in the pack
    assert [e["ref"] for e in entries if e["state"] == "done"] == ["B2"]
    open_ones = {e["ref"] for e in entries} - {"B2"}
    assert {e["ref"] for e in record(night)["entries"]} == open_ones
    for form in FORMATS:
        found = words(night, form)
        assert all(re.search(rf"\b{ref}\b", found) for ref in open_ones)


def test_what_is_for_the_next_meeting_has_its_day_and_stays_until_it_is_done(night: Night) -> None:
    due = {e["ref"]: e["due"] for e in record(night)["entries"] if e["due"]}
    assert due == {
        "K2": "2022-04-11",
        "A2": "2022-04-19",
        **dict.fromkeys(("B3", "B8", "B11"), "2022-04-21"),
    }
    assert night.do("meeting", "list")[-1]["next"] == "2022-04-21"


def test_an_owner_stays_as_it_was_said_and_what_is_no_matter_of_ours_is_only_kept(night: Night) -> None:
    shown = {ref: night.do("decision", "show", ref) for ref in ("A3", "K7", "K9", "K10")}
    assert {ref: one["owner"] for ref, one in shown.items()} == {
        "A3": "BA",
        "K7": "gezamenlijk",
        "K9": "COA",
        "K10": "",
    }
    assert {one["state"] for one in shown.values()} == {"open"}
    assert {ref: (one["topic"], one["link"]) for ref, one in shown.items()} == dict.fromkeys(shown, (None, ""))


def test_the_list_is_printed_in_the_form_of_the_minutes_with_who_was_there(night: Night) -> None:
    lines = night.run("decision", "list", "--all", "--form", "minutes").out.splitlines()
    begun = Counter(found[1] for line in lines if (found := re.match(r"(?:\d\.\d| {3}) {3}([KB]:|A\)) ", line)))
    assert begun == {"K:": 10, "B:": 11, "A)": 3}
    items = [line[:3] for line in lines if re.match(r"\d\.\d ", line)]
    assert items == ["4.1", "4.2", "4.3", "2.3", "2.4", "2.6", "2.9"]
    there = [line.split("  ") for line in lines[lines.index("Attendance") + 1 :] if line.startswith("      ")]
    assert len(there) == 18
    excused = [" ".join(line).split("Excused")[0].strip() for line in there if line[-1].endswith("Excused")]
    assert excused == ["Hellendoorn", "Hengelo", "Adviseur politie"]
    assert lines[-1] == "Next meeting: 21/04/2022"


def test_until_sunday_the_press_instruction_stands_with_the_phones_and_the_log(night: Night) -> None:
    def told(clock: str, topic: str) -> str:
        with Desk(night.store, "Anna", running(clock)) as desk:
            return "\n".join(plain(row.line) for row in instruction_rows(desk.night(), topic, 200))

    this_week = told(EVENING, "press")
    assert "PRESS" in this_week
    assert re.search(r"B9 until 10 April", this_week)
    assert "B1" in this_week
    assert "B9" not in told("2022-04-11T08:00:00+02:00", "press")
    assert re.search(r"PLACEMENT.* B7", told("2022-04-11T08:00:00+02:00", "placement"))


# --- cases and pictures -------------------------------------------------------------------------


@pytest.mark.parametrize("form", [*FORMATS, "json"])
def test_a_case_is_told_and_the_name_of_nobody_is_in_it(night: Night, form: str) -> None:
    found = str(record(night)) if form == "json" else text_of(night, form)
    assert "wachtte twee dagen op een tolk" in " ".join(found.split()) or form == "csv"
    assert NAME not in found
    assert IN_CYRILLIC not in found


def test_what_is_said_outside_and_in_the_country_and_a_nuisance_stand_in_the_situation_report(night: Night) -> None:
    found = night.do("report", "situation")
    assert found["pictures"]["mood"] == "Iets minder berichten dan vorige week."
    assert found["pictures"]["national"] == "Landelijk nog meer plekken dan mensen."
    assert [(i["type"], i["text"]) for i in found["incidents"]] == [("overlast", "Geluid bij de ingang.")]
    [incident] = [line for line in night.do("log", "list") if line["kind"] == "incident"]
    assert incident["link"] == next(r["ref"] for r in night.do("list", "locations") if r["name"] == "De Windroos")


def test_a_part_of_the_situation_with_nothing_in_it_says_so(night: Night) -> None:
    lines = night.run("report", "situation").out.splitlines()
    title = next(at for at, line in enumerate(lines) if line.startswith("-- Regional picture"))
    assert lines[title + 1] == "* Nothing to report"


def test_each_placement_says_to_which_municipality_and_by_which_procedure_it_went(night: Night) -> None:
    found = night.do("list", "placements", "--all")
    assert len(found) == 11
    assert {(one["location"], one["municipality"], one["procedure"]) for one in found} == {
        ("De Noordmolen", "Enschede", "regular")
    }


# --- afterwards ---------------------------------------------------------------------------------


def test_without_a_beginning_told_the_pack_counts_since_the_meeting_before(night: Night) -> None:
    found = night.do("report", "meeting", "--as-of", "2022-04-07T18:00")
    assert (found["last_meeting"], found["next_meeting"]) == ("2022-03-24", "2022-04-07")
    assert found["figures"]["since"] == "2022-03-24T00:00:00+01:00"
    assert found["figures"]["placed"] == 54
    assert "Since the meeting of 24 March 2022" in night.run("report", "meeting").out
    assert "Since the meeting of" not in words(night, "txt")


def test_two_weeks_later_the_pack_of_that_evening_is_the_same_to_the_letter(night: Night, tmp_path: Path) -> None:
    for file in night.store.parent.glob("desk.db*"):
        shutil.copy(file, tmp_path)
    later = Night(tmp_path, "2022-04-21T09:00:00+02:00")
    place(later, "Later", 3, "2022-04-20")
    later.do("request", "answer", "Q1", "Wierden", "ja", "--number", 40)
    later.do("decision", "state", "A2", "afgerond")
    later.do("target", 3604)
    later.do("settings", "organisation", "TVCS")
    assert all(printed(later, form) == printed(night, form) for form in FORMATS)
    now = later.do("report", "meeting")
    assert (now["last_meeting"], now["next_meeting"], now["figures"]["placed"]) == ("2022-04-07", "2022-04-21", 3)
    assert (now["organisation"], now["target"]["obligation"]) == ("TVCS", 3604)
    assert "Oldenzaal, TCVS" in words(night, "txt")
