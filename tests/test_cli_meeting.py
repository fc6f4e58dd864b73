from pathlib import Path
from typing import Any

import pytest

from screens.cli.line import complete
from storage.clock import running
from storage.store import Desk
from tests.cli import CLOCK, ROOT, Night

MINUTES = ROOT / "docs" / "examples" / "minutes-2022-04-07.csv"
PARTICIPANTS = ROOT / "docs" / "examples" / "participants-2022-04-07.csv"


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=20)


def the_minutes(night: Night) -> Any:
    return night.do("decision", "import", MINUTES, "--meeting", "7-4-2022", "--next", "2022-04-21")


# --- the minutes of 7 April ---------------------------------------------------------------------


def test_the_meeting_of_7_april_is_kept_with_its_list_its_requests_and_its_candidate(night: Night) -> None:
    done = the_minutes(night)
    assert (done["ref"], done["count"], done["entries"], done["next"]) == ("2022-04-07 BAO", 24, 24, "2022-04-21")
    attended = night.do("meeting", "participants", "2022-04-07", "--file", PARTICIPANTS)
    assert [p["role"] for p in attended["participants"] if p["state"] == "excused"] == [
        "Hellendoorn",
        "Hengelo",
        "Adviseur politie",
    ]
    chair = ["--by", "voorzitter VRT"]
    assert night.do("request", "add", "Kan uw gemeente een 24/7 locatie bieden?", *chair)["ref"] == "Q1"
    night.do("request", "add", "Waar kan een doorstroomlocatie voor alleenreizende mannen komen?", *chair)
    ter_apel = ["--stream", "asiel", "--deadline", "2022-04-19", "--occasion", "bijstandsverzoek Groningen"]
    night.do("request", "add", "Kunt u Ter Apel helpen?", *chair, *ter_apel)
    night.do("decision", "edit", "B4", "--link", "q1")
    first = "Losser: de locatie was voor een andere groep bedoeld; weinig steun te verwachten."
    night.do("candidate", "add", "Marktzicht", "Losser", "--request", "Q2", "--note", first)

    assert night.do("show", "B4")["link"] == "Q1"
    assert night.do("show", "Marktzicht")["note"] == first
    found = night.do("show", "q3")
    assert (found["stream"], found["addressed"], found["days_left"]) == ("asylum", 14, 11)
    in_force = [d["ref"] for d in night.do("decision", "list") if d["in_force"]]
    assert in_force == ["B1", "B7", "B9"]
    with Desk(night.store, "Anna", running(CLOCK)) as desk:
        assert [d.ref for d in desk.night().instructions] == in_force


def test_the_list_reads_as_the_minutes_do(night: Night) -> None:
    the_minutes(night)
    night.do("meeting", "participants", "2022-04-07", "--present", "Enschede; Almelo", "--excused", "Hengelo")
    night.do("decision", "state", "A2", "afgerond")
    lines = night.run("decision", "list", "--form", "minutes").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "      A) Elke burgemeester meldt vóór 19 april of" in lines
    assert "      Hengelo                                        Excused" in lines
    found = night.do("decision", "list", "--form", "minutes", "--meeting", "7-4-2022")
    assert len(found["decisions"]) == 24
    assert "A2" not in [d["ref"] for d in night.do("decision", "list")]
    assert "A2" in [d["ref"] for d in night.do("decision", "list", "--all", "--kind", "actie")]
    assert "Next meeting: 21/04/2022 BAO" in night.run("meeting", "list").out


def test_a_list_with_wrong_cells_leaves_nothing_behind(night: Night, tmp_path: Path) -> None:
    sheet = tmp_path / "list.csv"
    sheet.write_text("type;tekst;tot\nK;good;\nZ;wrong;\nB;also wrong;someday\n", encoding="utf-8")
    before = night.last_action()
    ran = night.run("decision", "import", sheet, "--meeting", "2022-04-07")
    assert ran.exit == 1
    assert ran.err.splitlines() == [
        "Row 3, column type: 'Z' is not one of K, B, A.",
        "Row 4, column tot: 'someday' is not a date, as in 2022-04-07 or 7-4-2022, with or without 21:15.",
    ]
    assert night.last_action() == before
    assert (night.do("meeting", "list"), night.do("decision", "list", "--all")) == ([], [])
    assert "does not come after" in night.refused(
        "decision", "import", MINUTES, "--meeting", "2022-04-07", "--next", "2022-04-01"
    )


# --- requests -----------------------------------------------------------------------------------


def test_answers_come_in_english_or_dutch_and_the_request_counts_them(night: Night) -> None:
    night.do("request", "add", "Who", "has", "a", "site?", "--deadline", "19-4-2022", "--to", "Losser, Borne; Hengelo")
    done = night.do("request", "answer", "q1", "losser", "onder", "voorwaarden", "--number", 60, "--note", "six weeks")
    assert (done["ref"], done["state"], done["number"], done["late"]) == ("Q1 Losser", "conditions", 60, False)
    night.do("request", "answer", "Q1", "GM0164", "nee")
    late = night.do("request", "answer", "Q1", "Borne", "nader te bepalen", "--at", "2022-04-20T00:01")
    assert late["late"]
    assert "Borne is late" in late["warnings"][0]
    found = night.do("request", "list")[0]
    assert (found["summary"], found["number"], found["late"]) == ("3 of 3 answered", 60, 1)
    text = night.run("request", "show", "Q1").out
    assert "3 of 3 answered: yes 0, no 1, with conditions 1, to be determined 1, late 1, places 60" in text
    assert "six weeks" in text
    assert night.do("request", "remind") == []
    assert night.do("show", "Q1 Losser")["note"] == "six weeks"
    night.do("undo")
    assert night.do("show", "Q1 Borne")["state"] == "open"


def test_the_streams_are_shown_each_for_itself(night: Night) -> None:
    night.do("request", "add", "Ukraine?")
    night.do("request", "add", "Ter Apel?", "--stream", "asylum")
    night.do("request", "answer", "Q1", "Losser", "ja", "--number", 60)
    night.do("request", "answer", "Q2", "Losser", "ja", "--number", 12)
    out = night.run("request", "list").out
    assert out.endswith("Places promised, each stream for itself: Ukraine 60; asylum 12.\n")
    assert [(r["stream"], r["number"]) for r in night.do("request", "list")] == [("ukraine", 60), ("asylum", 12)]


def test_reminders_name_who_is_to_be_rung_and_how_many_days_are_left(night: Night) -> None:
    night.do("request", "add", "A?", "--to", "Losser", "--deadline", "2022-04-21")
    night.do("request", "add", "B?", "--to", "Borne,Wierden", "--deadline", "2022-04-08")
    night.do("request", "answer", "Q2", "Borne", "yes")
    assert [(r["ref"], r["days"]) for r in night.do("request", "remind")] == [("Q2 Wierden", 0), ("Q1 Losser", 13)]
    assert "today is the last day" in night.run("request", "remind").out
    night.do("request", "close", "Q2")
    assert [r["ref"] for r in night.do("request", "remind")] == ["Q1 Losser"]
    assert [r["state"] for r in night.do("request", "list", "--all")] == ["open", "closed"]
    assert {s["kind"] for s in night.now()["signals"]} & {"request", "reminder", "deadline"} == set()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["request", "add", " "], "asks nothing"),
        (["request", "add", "x", "--to", "Zwolle"], "no municipality 'Zwolle'"),
        (["request", "add", "x", "--to", ","], "No municipality is named"),
        (["request", "add", "x", "--deadline", "soon"], "'soon' is not a date"),
        (["request", "add", "x", "--deadline", "2022-04-01"], "comes before the day it was sent"),
        (["request", "add", "x", "--stream", "other"], "is not one of ukraine, asylum"),
        (["request", "answer", "Q1", "Losser", "maybe"], "'maybe' is not one of open, yes, no, conditions, undecided"),
        (["request", "answer", "Q1", "Zwolle", "yes"], "no municipality 'Zwolle'"),
        (["request", "answer", "Q1", "Losser", "yes", "--number", "many"], "is not a whole number"),
        (["request", "answer", "Q1", "Losser", "no", "--number", "5"], "contradicts itself"),
        (["request", "show", "Q9"], "no request 'Q9'"),
        (["request", "close", "B-0407-1"], "no request 'B-0407-1'"),
        (["show", "Q9"], "no request 'Q9'"),
        (["show", "K9"], "no entry 'K9'"),
        (["candidate", "add", "Markthal", "Zwolle"], "no municipality 'Zwolle'"),
        (["candidate", "state", "Markthal", "chosen"], "no candidate 'Markthal'"),
        (["decision", "add", "Z", "x"], "'Z' is not one of K, B, A"),
        (["decision", "add", "K", " "], "without a text"),
        (["decision", "add", "K", "x", "--meeting", "2022-04-07"], "no meeting 2022-04-07"),
        (["decision", "add", "K", "x", "--link", "B-0407-9"], "no bus"),
        (["decision", "add", "K", "x", "--link", "Q9"], "no request 'Q9'"),
        (["decision", "add", "B", "x", "--until", "2022-04-10"], "Only a standing instruction ends"),
        (["decision", "raise", "7"], "no line 7 in the log"),
        (["decision", "state", "K7", "done"], "no entry 'K7'"),
        (["decision", "list", "--form", "minutes"], "no meeting yet"),
        (["meeting", "add", "BAO", "--day", "2022-04-21", "--next", "2022-04-07"], "does not come after"),
        (["meeting", "participants", "2022-04-07", "--present", "Losser"], "no meeting 2022-04-07"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(night: Night, words: list[str], sentence: str) -> None:
    night.do("request", "add", "Who has a site?")
    assert sentence in night.refused(*words)


# --- decisions ----------------------------------------------------------------------------------


def test_an_issue_of_the_night_goes_to_the_meeting_in_one_step(night: Night) -> None:
    ref = night.bus()
    night.do("log", "add", "signal", "nobody", "takes", "single", "men", "--link", ref)
    done = night.do("decision", "raise", 1, "--owner", "TCVS", "--due", "14-4-2022")
    assert (done["ref"], done["state"], done["link"], done["log"]) == ("K1", "open", ref, 1)
    assert (done["text"], done["due"]) == ("K1 is raised from line 1.", "2022-04-14")
    assert night.do("show", "k1")["text"] == "nobody takes single men"
    night.do("decision", "state", "K1", "in uitvoering")
    night.clock = "2022-04-15T03:00:00+02:00"
    assert night.do("decision", "list")[0]["overdue"]
    assert "14/04/2022 LATE" in night.run("decision", "list").out
    night.do("undo")
    night.do("undo")
    assert night.do("decision", "list", "--all") == []


def test_an_entry_is_linked_to_a_thing_or_to_words_and_a_line_of_the_log_to_an_entry(night: Night) -> None:
    night.do("request", "add", "Who has a site?")
    assert night.do("decision", "add", "A", "Ring them", "--link", "q1")["link"] == "Q1"
    assert (
        night.do("decision", "add", "A", "Write", "--link", "the letter of 5 April")["link"] == "the letter of 5 April"
    )
    assert night.do("log", "add", "note", "rang", "--link", "a1")["link"] == "A1"
    assert "no entry 'A8'" in night.refused("log", "add", "note", "rang", "--link", "A8")


def test_a_room_called_a1_is_still_found_and_the_action_a1_too(night: Night, tmp_path: Path) -> None:
    sheet = tmp_path / "rooms.csv"
    sheet.write_text("room,beds\nA1,4\n", encoding="utf-8")
    night.do("import", "rooms", sheet)
    assert night.do("decision", "add", "A", "Ring Losser")["kind"] == "A"
    assert night.do("room", "close", "A1")["room"] == "A1"
    assert night.do("show", "A1")["room"] == "A1"
    assert night.do("decision", "show", "A1")["text"] == "Ring Losser"


def test_something_is_taken_away_from_an_entry_by_saying_nothing(night: Night) -> None:
    told = ["--topic", "pers", "--until", "10-4-2022", "--owner", "communicatie", "--due", "week 14"]
    done = night.do("decision", "add", "B", "No press", *told)
    assert (done["topic"], done["until"], done["due"], done["due_text"]) == ("press", "2022-04-10", None, "week 14")
    assert night.do("decision", "edit", "B1", "--until", "")["until"] is None
    changed = night.do("decision", "edit", "B1", "--topic", "", "--due", "", "--owner", "")
    assert (changed["topic"], changed["due_text"], changed["owner"]) == (None, "", "")
    assert "Nothing changes" in night.refused("decision", "edit", "B1")


def test_a_candidate_keeps_every_note_on_a_line_of_its_own(night: Night) -> None:
    night.do("candidate", "add", "Marktzicht", "Losser", "--note", "little support")
    done = night.do("candidate", "state", "marktzicht", "ongeschikt", "--note", "too few exits")
    assert (done["ref"], done["state"]) == ("Marktzicht, Losser", "unsuitable")
    assert done["note"] == "little support\ntoo few exits"
    assert night.do("candidate", "list") == []
    assert "  too few exits" in night.run("candidate", "list", "--all").out.splitlines()


def test_cases_leave_the_house_without_names(night: Night) -> None:
    night.household("Petrenko", 2)
    night.do("log", "add", "note", "Петренко waited a day for a wheelchair.", "--type", "casus")
    assert [c["text"] for c in night.do("meeting", "cases")] == ["H-0407-1 waited a day for a wheelchair."]
    assert night.do("meeting", "cases", "--since", "2022-04-09") == []
    out = night.run("meeting", "cases").out
    assert "H-0407-1 waited" in out
    assert "Anna" not in out


def test_the_journal_tells_it_without_free_text(night: Night) -> None:
    night.do("request", "add", "A secret question", "--to", "Losser")
    night.do("request", "answer", "Q1", "Losser", "ja", "--note", "a secret")
    night.do("decision", "add", "A", "a secret", "--owner", "Kees")
    night.do("meeting", "add", "BAO", "--day", "2022-04-07")
    told = [line["text"] for line in night.do("journal")[-4:]]
    assert told == [
        "sent request Q1",
        "noted an answer: Q1 Losser yes",
        "wrote down A1",
        "wrote down meeting 2022-04-07 BAO",
    ]


def test_tab_offers_open_requests_municipalities_and_entries(night: Night) -> None:
    night.do("request", "add", "Who has a site?")
    night.do("decision", "add", "K", "x")
    with Desk(night.store, "Anna", running(CLOCK)) as desk:
        assert complete(desk, "request answer ") == ["Q1"]
        assert complete(desk, "request answer Q1 Lo") == ["Losser"]
        assert complete(desk, "decision state ") == ["K1"]
        assert complete(desk, "decision state K1 d") == ["done", "dropped"]
