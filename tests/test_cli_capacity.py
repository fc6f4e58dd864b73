"""The region on the command line: reports, periods, shares, what is asked, who is expected, and the sheets of it."""

from pathlib import Path

import pytest

from tests.cli import Night
from tests.sheet_files import write_xlsx


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path).made(beds=60)
    night.locations(
        "De Hal,Borne,municipal,65;occupied=46",
        "Sporthal,Almelo,municipal,250;occupied=100",
        "Huis,Wierden,private,20;occupied=5",
    )
    return night


def _sheet(night: Night, text: str, name: str = "sheet.csv") -> Path:
    path = night.store.with_name(name)
    path.write_text(text, encoding="utf-8")
    return path


# --- locations ----------------------------------------------------------------------------------


def test_a_daily_report_says_what_differs_and_is_in_the_history(night: Night) -> None:
    done = night.do("location", "report", "De Hal", 50, "--out-of-use", 2)
    assert {key: done[key] for key in ("ref", "state", "occupied", "out_of_use", "free", "difference")} == {
        "ref": "L-1", "state": "active", "occupied": 50, "out_of_use": 2, "free": 13, "difference": 4,
    }  # fmt: skip
    ran = night.run("location", "report", "De Hal", 70)
    assert (ran.exit, ran.out) == (0, "De Hal: 70 people counted, +20 against what we thought.\n")
    assert ran.sentence == "De Hal: 70 people for 63 usable places: overbooked by 7; kept as told."
    assert night.do("location", "report", "De Hal", 48, "--at", "01:00")["warnings"]
    told = night.do("location", "history", "De Hal")
    assert [(r["occupied"], r["derived"], r["difference"], r["out_of_use"]) for r in told] == [
        (70, 50, 20, None), (50, 46, 4, 2), (46, None, None, None), (48, None, None, None),
    ]  # fmt: skip
    assert "counted  we thought  differs" in night.run("location", "history", "De Hal").out
    night.do("location", "add", "Nieuw", "--municipality", "Losser", "--kind", "goo", "--capacity", 4)
    assert night.run("location", "history", "Nieuw").out == "Nieuw never reported.\n"
    assert night.do("location", "history", "Nieuw") == []


def test_a_location_is_added_with_its_periods_and_taken_back(night: Night) -> None:
    done = night.do(
        "location", "add", "Nieuw", "--municipality", "Losser", "--kind", "gemeentelijk", "--capacity", 40,
        "--from", "14-4-2022", "--until", "2022-10-14", "--groups", "gezin,alleenreizende man",
        "--answers", "08:00-17:00", "--counts", "nee", "--term", "kort", "--wheelchair", "ja",
    )  # fmt: skip
    assert (done["ref"], done["state"], done["capacity"], done["realised"]) == ("L-4", "later", 40, 0)
    assert (done["promised"], done["promised_from"], done["counts"]) == (40, "2022-04-14", False)
    overlap = night.refused(
        "location", "period", "Nieuw", "--from", "2022-10-14", "--until", "2022-12-01", "--places", 5
    )
    assert "14 October 2022 to 1 December 2022 (5 places) and 14 April 2022 to 14 October 2022 (40 places)" in overlap
    assert "before its first" in night.refused(
        "location", "period", "Nieuw", "--from", "2022-12-01", "--until", "2022-11-01", "--places", 5
    )
    done = night.do("location", "period", "Nieuw", "--from", "2022-10-15", "--until", "2022-12-01", "--places", 5)
    assert done["last_day"] == "2022-12-01"
    assert "overlap" in night.refused("location", "edit", "Nieuw", "--until", "-")
    assert len(night.do("location", "period", "Nieuw", "--from", "2022-10-15", "--remove")["periods"]) == 1
    assert night.do("location", "edit", "Nieuw", "--until", "-", "--capacity", 44, "--intake", "-")["until"] is None
    assert night.run("location", "period", "Nieuw", "--from", "2022-10-15").exit == 2
    night.do("undo")
    assert night.do("show", "Nieuw")["capacity"] == 40
    assert "known there already" in night.refused(
        "location", "add", "nieuw", "--municipality", "GM0168", "--kind", "municipal", "--capacity", 1
    )
    assert "Nothing was said" in night.refused("location", "edit", "Nieuw")


# --- municipalities and what is asked -----------------------------------------------------------


def test_the_municipalities_stand_with_their_shares_and_pools(night: Night) -> None:
    done = night.do("municipality", "pool", "NOT-4", "Losser", "Oldenzaal", "Dinkelland", "Tubbergen")
    assert (done["ref"], done["state"], done["share"], done["gap"]) == ("NOT-4", "pooled", 323, -323)
    found = {r["name"]: r for r in night.do("municipality", "list")}
    almelo, wierden = found["Almelo"], found["Wierden"]
    assert (almelo["share"], almelo["counting"], almelo["gap"], almelo["free"]) == (232, 250, 18, 150)
    assert (wierden["realised"], wierden["occupied"], wierden["private"]["occupied"]) == (0, 0, 5)
    assert found["Losser"]["pool"] == "NOT-4"
    lines = night.run("municipality", "list").out
    assert "NOT-4 = Dinkelland + Losser + Oldenzaal + Tubbergen: share 323, counts 0" in lines
    assert "target 2,000 = 315 realised that count + 1,685 to realise" in lines
    assert "without private: 375 realised (60 here), 146 taken" in lines
    assert "with private: 395 realised, 151 taken" in lines
    assert [p["ref"] for p in night.do("municipality", "pool")] == ["NOT-4"]
    assert night.run("municipality", "pool", "NOT-4").exit == 2, "a pool is not dissolved by asking for it"
    assert night.do("municipality", "pool", "NOT-4", "--dissolve")["state"] == "dissolved"
    assert night.do("list", "municipalities") == night.do("municipality", "list")


def test_what_is_asked_is_told_with_its_history(night: Night) -> None:
    assert night.do("target") == []
    done = night.do("target", 2200, "--from", "1-4-2022", "--source", "letter")
    assert (done["ref"], done["state"], done["places"]) == ("obligation 2022-04-01", "in_force", 2200)
    night.do("target", 3000, "--from", "2022-05-01")
    night.do("target", 1604, "--best-effort")
    assert [(r["kind"], r["places"], r["state"]) for r in night.do("target")] == [
        ("obligation", 2200, "in_force"),
        ("best_effort", 1604, "in_force"),
        ("obligation", 3000, "later"),
    ]
    assert night.do("figures")["target"] == 2200
    night.do("settings", "target", 2300)
    assert [r["state"] for r in night.do("target") if r["places"] in {2200, 2300}] == ["past", "in_force"]
    assert "best effort" in night.run("target").out
    assert "best effort 1,604, apart from the target" in night.run("municipality", "list").out


# --- who is expected ----------------------------------------------------------------------------


def test_the_forecast_says_the_first_day_with_too_few_places(night: Night) -> None:
    assert "Nobody told who is expected" in night.run("forecast", "show").out
    night.do("forecast", "set", "15-4-2022", 300, "--scenario", "ongunstig", "--source", "LCVS")
    done = night.do("forecast", "set", "2022-04-15", 30)
    assert (done["ref"], done["state"], done["people"]) == ("expected 2022-04-15", "set", 30)
    shown = night.do("forecast", "show", "--days", 7)
    assert [(s["ref"], s["state"], s["first_short_day"]) for s in shown["scenarios"]] == [
        ("expected", "enough", None),
        ("unfavourable", "short", "2022-04-15"),
    ]
    assert shown["scenarios"][1]["days"][7] == {
        "day": "2022-04-15", "people": 446, "places": 375, "free": -71, "told": True,
    }  # fmt: skip
    assert night.do("forecast", "show", "--private")["private"] is True
    lines = night.run("forecast", "show").out
    assert "unfavourable: too few places from 15 April on !" in lines
    assert "expected: places enough, as far as was told" in lines
    assert [r["ref"] for r in night.do("forecast", "list")] == ["expected 2022-04-15", "unfavourable 2022-04-15"]
    night.do("forecast", "remove", "2022-04-15", "--scenario", "unfavourable")
    assert "too far ahead" in night.refused("forecast", "show", "--days", 9999)
    assert "Nothing was told" in night.refused("forecast", "remove", "2022-04-15", "--scenario", "gunstig")


def test_a_sheet_of_the_forecast_is_read(night: Night) -> None:
    sheet = _sheet(night, "datum;gunstig;verwacht;ongunstig;bron\n9-4-2022;10;20;1.030;LCVS\nTotaal;10;20;1030;\n")
    done = night.do("import", "forecast", sheet)
    assert (done["count"], done["warnings"]) == (3, ["Left out, it only adds others up: row 3, Totaal."])
    assert [r["people"] for r in night.do("forecast", "list")] == [20, 10, 1030]


# --- daily reports from a sheet -----------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [("1.046", "1.250"), ("1,046", "1,250"), ("1046", "1 250")])
def test_thousands_are_read_as_the_dutch_and_the_english_write_them(night: Night, one: str, other: str) -> None:
    night.do("location", "edit", "De Hal", "--capacity", 2000)
    sheet = _sheet(
        night, f"locatie;bezet;buiten gebruik;peilmoment\nDe Hal;{one};2;7-4-2022 18:00\nSporthal;{other};;\n"
    )
    night.do("import", "reports", sheet)
    hal, sporthal = night.do("show", "De Hal"), night.do("show", "Sporthal")
    assert (hal["reported"], sporthal["reported"]) == (46, 1250)
    (older,) = [r for r in night.do("location", "history", "De Hal") if r["at"] == "2022-04-07T18:00:00+02:00"]
    assert (older["occupied"], older["out_of_use"]) == (1046, 2)


def test_totals_are_named_and_left_out(night: Night) -> None:
    sheet = _sheet(
        night,
        "gemeente,locatie,bezet\nBorne,De Hal,47\nTotaal Borne,,47\nAlmelo,Sporthal,101\n,Total,148\n",
    )
    ran = night.run("import", "reports", sheet)
    assert ran.exit == 0
    assert ran.sentence == "Left out, it only adds others up: row 3, Totaal Borne; row 5, Total."
    assert [night.do("show", name)["reported"] for name in ("De Hal", "Sporthal")] == [47, 101]


def test_merged_cells_are_refused_by_row_and_column(night: Night) -> None:
    merged = "nothing stands there; if it is merged with the cell above, take them apart and fill in each."
    sheet = _sheet(night, "gemeente;locatie;bezet\nBorne;De Hal;47\n;Sporthal;101\nWierden;;5\n")
    ran = night.run("import", "reports", sheet)
    assert (ran.exit, ran.out) == (1, "")
    assert ran.err.splitlines() == [f"Row 3, column gemeente: {merged}", f"Row 4, column locatie: {merged}"]
    sheet = _sheet(night, "naam;gemeente;soort;capaciteit\nA;Borne;goo;1\nB;;goo;2\nC;;goo;3\n")
    assert night.run("import", "locations", sheet).err.splitlines() == [
        f"Row 3, column gemeente: {merged}",
        f"Row 4, column gemeente: {merged}",
    ]
    assert night.do("show", "De Hal")["reported"] == 46


def test_a_sheet_of_a_spreadsheet_with_dates_as_text_and_as_dates(night: Night, tmp_path: Path) -> None:
    from datetime import datetime

    rows: list[list[object]] = [
        ["location", "occupied", "at"],
        ["De Hal", 48, "8-4-2022 01:30"],
        ["Sporthal", "99", datetime(2022, 4, 8, 1, 45)],  # noqa: DTZ001 - as a spreadsheet has it
        ["Huis", 6, ""],
    ]
    night.do("import", "reports", write_xlsx(tmp_path / "reports.xlsx", rows))
    times = {name: night.do("location", "history", name) for name in ("De Hal", "Sporthal", "Huis")}
    assert [r["at"] for r in times["De Hal"]] == ["2022-04-08T02:41:00+02:00", "2022-04-08T01:30:00+02:00"]
    assert times["Sporthal"][1]["at"] == "2022-04-08T01:45:00+02:00"
    assert night.do("show", "Huis")["reported"] == 6


def test_wrong_cells_of_reports_are_all_named_and_nothing_is_read(night: Night) -> None:
    sheet = _sheet(night, "locatie;bezet;peilmoment\nDe Hal;47;\nNergens;1;\nSporthal;veel;\nHuis;5;gisteren\n")
    ran = night.run("import", "reports", sheet)
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == [
        "Row 4, column bezet",
        "Row 5, column peilmoment",
    ]
    sheet = _sheet(night, "locatie;bezet\nDe Hal;47\nNergens;1\n")
    assert night.refused("import", "reports", sheet).startswith(
        "Row 3, column location: 'Nergens' is not a location here"
    )
    assert night.do("show", "De Hal")["reported"] == 46


# --- locations and municipalities from a sheet --------------------------------------------------


def test_a_second_row_of_a_location_is_a_further_period(night: Night) -> None:
    head = "naam;gemeente;soort;capaciteit;van;tot;buiten gebruik\n"
    sheet = _sheet(night, head + "Brug;Wierden;goo;40;1-4-2022;30-4-2022;3\nBrug;Wierden;goo;60;1-5-2022;;\n")
    assert night.do("import", "locations", sheet)["count"] == 1
    brug = night.do("show", "Brug")
    assert (brug["realised"], brug["out_of_use"], brug["promised"], brug["promised_from"]) == (40, 3, 20, "2022-05-01")
    sheet = _sheet(night, head + "Brug;Wierden;goo;40;1-4-2022;30-4-2022;\nBrug;wierden;goo;60;30-4-2022;;\n")
    assert night.refused("import", "locations", sheet) == (
        "Row 3, column from: Brug already stands in row 2, and 30 April 2022 without an end (60 places)"
        " and 1 April 2022 to 30 April 2022 (40 places) overlap; give one of them another first or last day."
    )
    sheet = _sheet(night, head + "Brug;Wierden;goo;40;1-5-2022;30-4-2022;\n")
    assert "its last day comes before its first" in night.refused("import", "locations", sheet)


def test_the_pool_of_a_sheet_is_kept_where_the_sheet_has_none(night: Night) -> None:
    head = "code;naam;inwoners"
    night.do("import", "municipalities", _sheet(night, f"{head};samenwerking\nGM0168;Losser;22.877;NOT-4\n"))
    night.do("import", "municipalities", _sheet(night, f"{head}\nGM0168;Losser;22.900\n"))
    losser = next(r for r in night.do("list", "municipalities") if r["code"] == "GM0168")
    assert (losser["pool"], losser["inhabitants"]) == ("NOT-4", 22900)
    night.do("import", "municipalities", _sheet(night, f"{head};pool\nGM0168;Losser;22.900;\n"))
    assert night.do("municipality", "pool") == []


def test_a_share_that_does_not_add_up_is_said(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.do("init", "--name", "Oldenzaal", "--beds", "4")
    assert "There are no municipalities yet" in night.run("municipality", "list").out
    assert "0" in night.refused("import", "municipalities", _sheet(night, "code;naam;inwoners\nGM0168;Losser;0\n"))
