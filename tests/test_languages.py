"""Two languages and room for more: found by their catalogues, written as the CLDR says, chosen by each operator."""

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import write_po

from desk import clock
from desk import language as spoken
from desk.language import LANGUAGES, decimal, number, speak, speaking, ungrouped
from desk.locale_formats import FORMATS
from storage.store import Desk
from tests.catalogues import ROOT, languages, po_of, read_catalogue
from tests.cli import Night
from tests.stage import opened, sit_down
from tests.store import CLOCK, beside, in_bed, new_store
from tests.terminal import Terminal

FRISIAN = "fy"
"""A language that the desk does not speak, and the CLDR knows."""


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


# --- which there are, and how they write --------------------------------------------------------


def test_the_languages_are_those_of_the_catalogues_and_english() -> None:
    assert LANGUAGES == (*languages(), "en") == ("nl", "en")


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_counts_as_its_language_does(language: str) -> None:
    head = (ROOT / po_of(language)).read_text(encoding="utf-8")
    assert f'"Plural-Forms: {FORMATS[language].plural}\\n"' in head


@pytest.mark.parametrize(
    ("language", "count", "one"), [("nl", "1.234.567", "1.234,5"), ("en", "1,234,567", "1,234.5")], ids=["nl", "en"]
)
def test_numbers_are_written_as_the_language_does_and_read_either_way(language: str, count: str, one: str) -> None:
    with speaking(language):
        assert (number(1234567), number(-1234), number(999)) == (count, "-" + count[:5], "999")
        assert decimal(1234.46) == one
        assert spoken.is_number(count)
        assert ungrouped("1.250") == ungrouped("1,250") == ungrouped("1250") == "1250"
        assert ungrouped("1.25") == "1.25"


@pytest.mark.parametrize(
    ("language", "figures", "brief", "words", "short", "week"),
    [
        ("nl", "07-04-2022", "07-04", "7 april 2022", "7 apr", "do"),
        ("en", "07/04/2022", "07/04", "7 April 2022", "7 Apr", "Thu"),
    ],
)
def test_dates_are_written_as_the_language_does(
    language: str, figures: str, brief: str, words: str, short: str, week: str
) -> None:
    day = date(2022, 4, 7)
    with speaking(language):
        assert (clock.dated(day), clock.dated_briefly(day), clock.day_month_year(day)) == (figures, brief, words)
        assert (clock.day_month_short(day), clock.weekday(day)) == (short, week)


def test_a_date_is_typed_as_it_is_shown(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    done = night.do("target", "2,200", "--from", "1/4/2022")
    assert (done["ref"], done["places"]) == ("obligation 2022-04-01", 2200)
    assert "1 April 2022" in night.run("target").out
    assert "2,200" in night.run("target").out
    dutch = night.run("target", "--json", env={"DESK_LANGUAGE": "nl"})
    assert dutch.json == night.run("target", "--json").json
    assert "2.200" in night.run("target", env={"DESK_LANGUAGE": "nl"}).out
    wrong = night.run("target", 2300, "--from", "1/5/2022", env={"DESK_LANGUAGE": "nl"})
    assert (wrong.exit, "1/5/2022" in wrong.err) == (1, True)


def test_the_desk_loads_no_babel(tmp_path: Path) -> None:
    code = "import sys, screens.app, screens.cli.tree; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "desk.locale_formats" in done.stdout.split()
    assert "babel" not in done.stdout.split()


# --- a third one ----------------------------------------------------------------------------------


def _house_with_frisian(folder: Path) -> Path:
    """A copy of the house with one catalogue more, in which two texts are said."""
    for floor in ("desk", "storage", "screens", "tests"):
        shutil.copytree(ROOT / floor, folder / floor, ignore=shutil.ignore_patterns("__pycache__", "goldens"))
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    catalogue = read_catalogue()
    catalogue.locale = FRISIAN
    said = {"The numbers of tonight.": "De sifers fan fannacht.", "Make a new store.": "Meitsje in nije opslach."}
    for english, frisian in said.items():
        found = catalogue.get(english)
        assert found is not None
        found.string = frisian
    path = folder / po_of(FRISIAN)
    path.parent.mkdir(parents=True)
    with path.open("wb") as target:
        write_po(target, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    return folder


@pytest.mark.long
def test_a_third_language_is_one_catalogue_more(tmp_path: Path) -> None:
    house = _house_with_frisian(tmp_path)

    def run(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *words]
        own = {"PATH": "/usr/bin:/bin", "DESK_CLOCK": CLOCK, "LANG": "C.UTF-8", **(env or {})}
        return subprocess.run(command, capture_output=True, text=True, cwd=house, env=own, check=False)

    made = run("tests.generated", "--update")
    assert made.returncode == 0, made.stdout + made.stderr
    assert f"written: {po_of(FRISIAN).with_suffix('.mo')}" in made.stdout
    assert run("tests.generated", "--check").returncode == 0
    assert "Frysk" in (house / "docs" / "keys.md").read_text(encoding="utf-8")

    desk = ("screens.start", "--store", str(tmp_path / "desk.db"))
    assert run(*desk, "init", "--language", FRISIAN).returncode == 0
    listed = run(*desk, "language").stdout
    assert re.findall(r"> (\w+)  Frysk", listed) == [FRISIAN]
    assert "De sifers fan fannacht." in run(*desk, "--help").stdout
    assert "De sifers fan fannacht." not in run(*desk, "--help", env={"DESK_LANGUAGE": "en"}).stdout
    wrong = run("screens.start", "--language", "xx", "now")
    assert wrong.returncode == 2
    assert "fy, nl, en" in wrong.stderr


def test_a_catalogue_is_begun_with_every_text_and_no_translation(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "buses.py").write_text('_("Which bus?")')
    from tests.generated import main

    assert main(["--begin", FRISIAN], tmp_path) == 0
    begun = (tmp_path / po_of(FRISIAN)).read_text(encoding="utf-8")
    assert begun.startswith("# The Western Frisian of Doorstroom.")
    assert 'msgid "Which bus?"\nmsgstr ""' in begun


# --- each operator their own ----------------------------------------------------------------------


def _sits(store: Path, operator: str = "Anna", *words: str) -> Terminal:
    command = [sys.executable, "-m", "screens.start", "--store", str(store), "--as", operator, *words]
    return Terminal(command, env={"DESK_CLOCK": CLOCK})


def _say(terminal: Terminal, line: str) -> None:
    terminal.press(":")
    terminal.wait_for("Command, as in") if terminal.text.count("TONIGHT") else terminal.wait_for("Commando, zoals")
    terminal.type(line)
    terminal.wait_for(line)
    terminal.press("enter")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    with new_store(tmp_path, beds=8) as desk:
        in_bed(desk, "Petrenko", 3)
        return desk.path


def test_the_language_is_switched_on_the_open_desk_and_kept_for_its_operator(house: Path) -> None:
    with _sits(house) as t:
        opened(t)
        t.press("3")
        t.wait_for("3 BEDS")
        t.press("1")
        t.wait_for("1 TONIGHT")
        _say(t, "language nl")
        t.wait_for("1 VANNACHT")
        t.wait_for("Je schermen zijn vanaf nu in het Nederlands")
        t.wait_for("q terug")
        t.press("3")
        t.wait_for("3 BEDDEN")
        t.press("4")
        t.wait_for("4 PLAATSING")
        t.press("?")
        t.wait_for("English: type  :language en")
        t.press("q", "q")
        t.wait_for("1 VANNACHT")
    with _sits(house) as again:
        again.wait_for("1 VANNACHT")
    with _sits(house, "Piet") as other:
        other.wait_for("1 TONIGHT")
    with _sits(house, "Anna", "--language", "en") as told:
        told.wait_for("1 TONIGHT")
    night = Night(house.parent)
    assert night.run("now", env={"DESK_LANGUAGE": ""}).out.splitlines()[1].startswith("BINNEN 3")
    assert night.run("now", by="Piet", env={"DESK_LANGUAGE": ""}).out.splitlines()[1].startswith("INSIDE 3")


def test_what_was_typed_and_what_lies_open_survive_the_switch(house: Path) -> None:
    with _sits(house) as t:
        opened(t)
        t.press("w")
        t.wait_for("At the door")
        t.type("Bondar 2 wheel")
        t.wait_for("Bondar 2 wheel")
        t.press("esc")
        t.wait_for("q back")
        t.press("x")
        t.wait_for("-- Who is inside")
        _say(t, "language nl")
        t.wait_for("-- Wie is binnen")
        t.wait_for("Enter telling")
        t.press("q", "w")
        t.wait_for("Bondar 2 wheel")


def test_who_signs_on_at_the_same_desk_reads_their_own_language(house: Path) -> None:
    with Desk(house, "Piet") as desk:
        desk.aside.prefer("Piet", "language", "nl")
    with _sits(house) as t:
        opened(t)
        _say(t, "sign on Piet")
        t.wait_for("1 VANNACHT")
        t.settle()
        _say(t, "sign on Anna")
        t.wait_for("1 TONIGHT")


def test_paper_stays_in_the_language_of_the_house(house: Path) -> None:
    with sit_down(house) as t:
        opened(t)
        _say(t, "language nl")
        t.wait_for("1 VANNACHT")
        with Desk(house, "Piet") as desk, beside(desk):
            in_bed(desk, "Bondar", 2)
        paper = house.parent / "paper" / "evacuation.txt"
        t.wait_until(lambda _t: paper.exists() and "Bondar" in paper.read_text(encoding="utf-8"), "the list is written")
        assert "INSIDE" in paper.read_text(encoding="utf-8")


def test_the_command_says_which_languages_there_are(tmp_path: Path) -> None:
    night = Night(tmp_path).made()
    assert night.do("language") == [
        {"code": "nl", "name": "Nederlands", "spoken": False},
        {"code": "en", "name": "English", "spoken": True},
    ]
    done = night.do("language", "nl")
    assert (done["state"], done["language"]) == ("spoken", "nl")
    assert night.last_action() > 0
    assert "is not one of nl, en" in night.refused("language", "xx")


# --- how one translates ---------------------------------------------------------------------------


def test_the_page_for_translators_names_commands_that_exist() -> None:
    page = (ROOT / "docs" / "translating.md").read_text(encoding="utf-8")
    assert "docs/translating.md" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for line in line.splitlines()]
    commands = [line.partition("#")[0].split() for line in lines if line]
    assert commands
    for command in commands:
        program, *words = command
        assert program in {".venv/bin/python", ".venv/bin/pytest", ".venv/bin/desk", "$EDITOR"}, command
        for word in words:
            if word.startswith(("tests/", "desk/locale/nl/")):
                assert (ROOT / word).exists(), word
        if words[:2] == ["-m", "tests.generated"]:
            help_text = subprocess.run(
                [sys.executable, "-m", "tests.generated", "--help"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            assert [flag for flag in words if flag.startswith("--") and flag not in help_text] == []
    assert {name for name in re.findall(r"`(tests/\w+\.py)`", page) if not (ROOT / name).exists()} == set()
