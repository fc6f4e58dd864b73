"""Bad input through the command line: one sentence that says what to do instead, exit 1, and nothing changed."""

import json
from pathlib import Path

import pytest

from tests.cli import Night

HOSTILE = {
    "escape": "\x1b[31mred\x1b[0m\x1b]0;title\x07 Petrenko",
    "markup": "[red]Petrenko[/red] [/] [bold",
    "right to left": "Petrenko \u202eoknerteP\u202c \u200f",
    "control": "Petr\x00enko\x07\x08\r\nlines\x9b31m".replace("\x00", ""),
    "emoji": "Petrenko 👨\u200d👩\u200d👧 🐈",
    "formula": "=cmd|' /C calc'!A0",
    "quotes": 'O\'Brien "x" {ref} %s {0} \\',
    "surrogate": "Petrenko \udcff",
}


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made(beds=10)


def is_a_sentence(text: str) -> bool:
    return text[:1].isprintable() and text.isprintable() and text.rstrip()[-1:] in ".?)" or "desk " in text


# --- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_kept_readable_and_never_steers_the_terminal(night: Night, text: str) -> None:
    night.do("household", "register", "--name", text, "--people", 1, "--note", text)
    night.do("log", "add", "note", text)
    night.do("phone", "add", text, "0800", "--say", text)
    night.do("bus", "announce", "--from", text, "--people", 3, "--eta", "03:40", "--contact", text, "--note", text)
    night.do("bed", "block", "3-1", "--reason", text)
    night.do("settings", "site", text)
    for words in (
        ["now"],
        ["list", "households"],
        ["list", "buses"],
        ["list", "beds"],
        ["show", "H-0407-1"],
        ["show", "B-0407-1"],
        ["log", "list"],
        ["phones"],
        ["journal", "--all"],
        ["report", "evacuation"],
    ):
        ran = night.run(*words)
        assert ran.exit == 0
        shown = ran.out.replace("\n", "").replace("\u200d", "")
        assert shown.isprintable(), (words, [c for c in shown if not c.isprintable()])
        json.loads(night.run(*words, "--json").out)
    assert night.run("check").exit == 0


def test_markup_and_emoji_stay_as_typed(night: Night) -> None:
    for name in ("[red]Petrenko[/]", "Петренко 🐈", "O'Brien {ref} %s"):
        assert night.do("household", "register", "--name", name, "--people", 1)["name"] == name


@pytest.mark.parametrize(
    "words",
    [
        ["household", "register", "--people", "1", "--name"],
        ["bus", "announce", "--people", "3", "--eta", "03:40", "--from"],
        ["log", "add", "note"],
        ["settings", "site"],
        ["bed", "block", "1-1", "--reason"],
        ["phone", "add", "x"],
    ],
)
def test_ten_thousand_characters_are_refused_with_the_number_that_fits(night: Night, words: list[str]) -> None:
    assert "10,000 characters; at most" in night.refused(*words, "x" * 10_000)


@pytest.mark.parametrize("text", ["", "   ", "\x1b[31m", "\u202e\u200f"])
def test_text_that_shows_nothing_is_no_name(night: Night, text: str) -> None:
    assert "Give a name" in night.refused("household", "register", "--name", text, "--people", 1)
    assert "Give a place" in night.refused("bus", "announce", "--from", text, "--people", 3, "--eta", "03:40")
    assert "empty line" in night.refused("log", "add", "note", text)


# --- references ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["bus", "count", "B-0407-9", "3"],
        ["bus", "count", "H-0407-1", "3"],
        ["bus", "count", "\x1b[31m", "3"],
        ["bus", "count", "B-*-1", "3"],
        ["bus", "count", "B-" + "9" * 10_000, "3"],
        ["bus", "ways", "B-0407-9"],
        ["household", "bed", "H-0407-9"],
        ["household", "bed", "H-9999-1"],
        ["household", "bed", "%"],
        ["placement", "agree", "P-0407-9", "--by", "x"],
        ["placement", "suggest", "H-0407-9"],
        ["placement", "transport", "H-0407-9", "--ride", "R-0407-1"],
        ["bed", "block", "99-1"],
        ["bed", "block", "1-99"],
        ["room", "open", "'; DROP TABLE bed; --"],
        ["show", "nothing"],
        ["show", ""],
        ["log", "done", "99"],
        ["phone", "remove", "nobody"],
        ["list", "people"],
        ["bus", "import", "B-0407-9", "/nowhere.csv"],
        ["undo"],
    ],
)
def test_what_is_not_there_is_refused_with_where_to_look(night: Night, words: list[str]) -> None:
    sentence = night.refused(*words, by="Nobody")
    assert is_a_sentence(sentence)
    assert len(sentence) < 400


def test_an_ambiguous_place_is_refused_with_the_candidates(night: Night) -> None:
    night.locations("Sporthal,Hengelo,municipal,10", "Sporthal,Enschede,municipal,10")
    night.locations("Zaal Noord,Borne,municipal,10", "Zaal Zuid,Borne,municipal,10")
    ref = night.in_bed("Lys", 1)
    sentence = night.refused("placement", "ask", ref, "zaal")
    assert "Zaal Noord, Borne" in sentence
    assert "Zaal Zuid, Borne" in sentence
    assert "Sporthal, Enschede" in night.refused("placement", "ask", ref, "Sporthal")
    assert night.do("placement", "propose", ref, "Sporthal, Enschede")["municipality"] == "Enschede"


# --- impossible steps ---------------------------------------------------------------------------


def test_a_bus_takes_its_steps_in_order(night: Night) -> None:
    ref = night.bus(people=3)
    assert "First report that it is here" in night.refused("bus", "count", ref, 3)
    assert "cannot be registered from yet" in night.refused(
        "household", "register", "--bus", ref, "--name", "A", "--people", 1
    )
    night.do("bus", "arrive", ref)
    assert "not counted" in night.refused("bus", "close", ref)
    for words in (["arrive", ref], ["cancel", ref, "--reason", "x"], ["no-show", ref]):
        assert is_a_sentence(night.refused("bus", *words))
    assert "Give 1 to 3" in night.refused("bus", "onward", ref, 4, "--to", "Enschede", "--agreed-by", "Els")
    for words in (
        ["onward", ref, "1", "--to", "", "--agreed-by", "x"],
        ["divert", ref, "--to", "x", "--agreed-by", " "],
    ):
        assert is_a_sentence(night.refused("bus", *words))


def test_a_placement_takes_its_steps_in_order(night: Night) -> None:
    night.locations("Sporthal,Hengelo,municipal,50;occupied=0")
    ref = night.in_bed("Lys", 1)
    assert "has no placement yet" in night.refused("placement", "depart", ref)
    night.do("placement", "ask", ref, "Sporthal")
    for words in (
        ["depart", ref],
        ["confirm", ref, "--by", "x"],
        ["return", ref, "--reason", "x"],
        ["ask", ref, "Sporthal"],
        ["agree", ref, "--by", " "],
        ["extend", ref, "-1h"],
        ["decline", ref, "--reason", "rain"],
        ["agree", ref, "--by", "x", "--channel", "pigeon"],
        ["transport", ref],
    ):
        assert is_a_sentence(night.refused("placement", *words))
    assert is_a_sentence(night.refused("household", "leave", ref, "--reason", "bored"))
    assert is_a_sentence(night.refused("household", "in", ref))
    assert is_a_sentence(night.refused("household", "here", ref))


def test_more_people_than_beds_takes_a_reason(night: Night) -> None:
    ref = night.bus(people=48)
    assert "10 beds are free for this bus" in night.refused("bus", "reserve", ref, 48)
    household = night.household("Large", 11)
    assert "11 needed, 10 free" in night.refused("household", "bed", household)
    night.do("household", "bed", night.household("First", 1, "--sex", "f"), "1-1")
    second = night.household("Second", 1, "--sex", "f")
    assert "Free instead" in night.refused("household", "bed", second, "1-1")


# --- numbers and times --------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["abc", "", "4.5", "-1", "0", "501", "9" * 30, "١٢x", "1e3", "[red]", "0x10"])
def test_a_wrong_number_of_people_is_refused(night: Night, number: str) -> None:
    for words in (
        ["bus", "announce", "--from", "Utrecht", "--eta", "03:40", "--people", number],
        ["household", "register", "--name", "Lys", "--people", number],
    ):
        assert is_a_sentence(night.refused(*words))


@pytest.mark.parametrize("option", ["--adults", "--children", "--pets", "--cots"])
def test_a_wrong_part_of_a_household_is_refused(night: Night, option: str) -> None:
    for number in ("-1", "x", "9" * 20):
        assert is_a_sentence(night.refused("household", "register", "--name", "Lys", "--people", 2, option, number))


@pytest.mark.parametrize("option", ["--families", "--babies", "--wheelchairs", "--single-men", "--men", "--pets"])
def test_a_wrong_part_of_a_bus_is_refused(night: Night, option: str) -> None:
    for number in ("-1", "x", "999"):
        words = ["bus", "announce", "--from", "Utrecht", "--people", "48", "--eta", "03:40", option, number]
        assert is_a_sentence(night.refused(*words))


@pytest.mark.parametrize(
    "time",
    ["25:00", "12:60", "soon", "", "2022-02-30T10:00", "2022-13-01T10:00", "+99999999h", "99999-01-01T00:00", "\x1b"],
)
def test_a_wrong_time_is_refused(night: Night, time: str) -> None:
    ref = night.household("Lys", 2)
    for words in (
        ["bus", "announce", "--from", "Utrecht", "--people", "48", "--eta", time],
        ["household", "out", ref, "--back", time],
        ["log", "add", "note", "x", "--at", time],
        ["bed", "block", "1-1", "--until", time],
        ["ride", "add", "--carrier", "x", "--pickup", time],
        ["now", "--at", time],
    ):
        assert is_a_sentence(night.refused(*words))


def test_members_and_codes_that_do_not_exist_are_refused(night: Night) -> None:
    ref = night.household("Lys", 2)
    for members in ("3", "0", "x", "1,x", ",", "99999"):
        assert is_a_sentence(night.refused("household", "out", ref, "--members", members))
    assert is_a_sentence(night.refused("household", "split", ref, "--members", "1,2", "--reason", "x"))
    for name, value in (
        ("group", "herd"),
        ("sex", "q"),
        ("nationality", "Mars"),
        ("language", "zz"),
        ("origin", "moon"),
    ):
        assert is_a_sentence(night.refused("household", "register", "--name", "A", "--people", 1, f"--{name}", value))


# --- sheets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"room,beds\n",
        b"%PDF-1.4 not a sheet",
        b"\x89PNG\r\n",
        b"PK\x03\x04rubbish",
        b"\xff\xfer\x00o\x00",
        b"room,beds\nG\xe91,4\n",
        b'room,beds\n"G1,4\n',
        b"name,size\nG1,4\n",
        b"room,beds\nG1,0\n",
        b"room,beds\nG1,4\nG1,4\n",
    ],
    ids=[
        "empty",
        "no rows",
        "pdf",
        "png",
        "broken zip",
        "utf-16",
        "latin-1",
        "quote",
        "columns",
        "wrong cell",
        "twice",
    ],
)
def test_a_sheet_that_cannot_be_read_changes_nothing(night: Night, tmp_path: Path, content: bytes) -> None:
    sheet = tmp_path / "rooms.csv"
    sheet.write_bytes(content)
    assert is_a_sentence(night.refused("import", "rooms", sheet))


def test_a_sheet_that_is_not_there_or_is_a_folder_is_refused(night: Night, tmp_path: Path) -> None:
    for kind in ("rooms", "locations", "municipalities"):
        assert "There is no file" in night.refused("import", kind, tmp_path / "none.csv")
        assert "is a folder" in night.refused("import", kind, tmp_path)


def test_every_wrong_cell_is_named_at_once_and_nothing_is_imported(night: Night, tmp_path: Path) -> None:
    sheet = tmp_path / "locations.csv"
    sheet.write_text(
        "name,municipality,kind,capacity,wheelchair\nA,Hengelo,palace,x,maybe\nB,Almelo,municipal,10,yes\n",
        encoding="utf-8",
    )
    before = night.last_action()
    ran = night.run("import", "locations", sheet)
    assert ran.exit == 1
    assert [line.split(":")[0] for line in ran.err.splitlines()]
    for value in ("palace", "'x'", "maybe"):
        assert value.strip("'") in ran.err
    assert len(ran.err.splitlines()) == 3
    sheet.write_text("name,municipality,kind,capacity\nA,Utrecht,municipal,1\nB,Ede,municipal,2\n", encoding="utf-8")
    ran = night.run("import", "locations", sheet)
    assert [line[:5] for line in ran.err.splitlines()] == ["Row 2", "Row 3"]
    assert night.last_action() == before
    assert night.do("list", "locations") == []


# --- the line itself ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["bus"],
        ["bus", "nonsense"],
        ["bus", "count"],
        ["bus", "announce"],
        ["bus", "count", "B-0407-1", "3", "4"],
        ["bus", "announce", "--form", "Utrecht"],
        ["bus", "announce", "--from"],
        ["household", "leave", "H-0407-1"],
        ["forecast"],
        ["request", "burn"],
        ["report", "weather"],
        ["--stor", "x", "now"],
        ["\x1b[31m"],
    ],
)
def test_a_wrong_line_is_one_sentence_and_exit_2(night: Night, words: list[str]) -> None:
    before = night.last_action()
    ran = night.run(*words)
    assert (ran.exit, ran.out) == (2, "")
    assert ran.sentence.isprintable()
    assert "--help" in ran.sentence
    assert night.last_action() == before
