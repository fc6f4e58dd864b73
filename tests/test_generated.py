import gettext
import re
from pathlib import Path

import pytest

from screens.keys import TABLE
from storage.schema import JOURNALLED
from tests import generated
from tests.catalogues import languages, read_catalogue
from tests.generated import COMMANDS, FORMATS, KEYS, LICENCES, MANUAL, PO, SCHEMA, catalogue_differences, main, stale

CODE = """
STATE = N_("arrived")

def said(count):
    return _("Which bus?") + ngettext("%d bus", "%d buses", count) + _(
        "Say it again, "
        "in two parts"
    )
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "buses.py").write_text(CODE)
    return tmp_path


def translate(house: Path, text: str, translation: str) -> None:
    po = house / PO
    po.write_text(po.read_text().replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{translation}"'))


def test_this_repositorys_generated_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_without_a_catalogue_there_is_nothing_to_make(house: Path) -> None:
    assert main(["--check"], house) == 0
    assert not (house / PO).exists()


def test_an_update_takes_every_text_of_the_code(house: Path) -> None:
    assert main(["--update"], house) == 0
    po = (house / PO).read_text()
    for text in ("arrived", "Which bus?", "%d bus", "%d buses", "Say it again, in two parts"):
        assert f'"{text}"' in po
    assert "buses.py" not in po
    assert "fuzzy" not in po


def test_a_translation_is_compiled_and_spoken(house: Path) -> None:
    main(["--update"], house)
    translate(house, "Which bus?", "Welke bus?")
    assert list(stale(house)) == [PO.with_suffix(".mo")]
    assert main(["--check"], house) == 1
    assert main([], house) == 0
    assert main(["--check"], house) == 0
    dutch = gettext.translation("desk", house / "desk" / "locale", languages=["nl"])
    assert dutch.gettext("Which bus?") == "Welke bus?"
    assert dutch.gettext("arrived") == "arrived"


def test_a_new_text_fails_the_check_until_the_update(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--update"], house)
    (house / "desk" / "beds.py").write_text('_("Which bed?")')
    assert main(["--check"], house) == 1
    assert "'Which bed?'" in capsys.readouterr().out
    assert main(["--update"], house) == 0
    assert main(["--check"], house) == 0


def test_an_update_keeps_translations_guesses_none_and_drops_what_nobody_says(house: Path) -> None:
    main(["--update"], house)
    translate(house, "Which bus?", "Welke bus?")
    translate(house, "arrived", "aangekomen")
    code = house / "desk" / "buses.py"
    code.write_text(CODE.replace("Which bus?", "Which buses?"))
    assert catalogue_differences(house) == (["Which buses?"], ["Which bus?"])
    main(["--update"], house)
    po = (house / PO).read_text()
    assert "Welke bus?" not in po
    assert 'msgid "arrived"\nmsgstr "aangekomen"' in po


def test_an_update_without_changes_changes_nothing(house: Path) -> None:
    main(["--update"], house)
    before = (house / PO).read_bytes()
    main(["--update"], house)
    assert (house / PO).read_bytes() == before


def test_a_text_document_is_compared_too(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Path("docs/keys.md")
    monkeypatch.setitem(generated.GENERATED, keys, lambda _: "# Keys — toetsen\n")
    assert main(["--check"], house) == 1
    assert main([], house) == 0
    assert (house / keys).read_text() == "# Keys — toetsen\n"
    assert main(["--check"], house) == 0


# The documents made from the code

each_document = pytest.mark.parametrize(
    "path", [KEYS, COMMANDS, SCHEMA, MANUAL, LICENCES, FORMATS], ids=lambda path: path.stem
)

CONTRACT = """
desk init, desk demo, desk now, desk figures, desk check, desk journal, desk undo, desk list, desk show, desk settings,
desk sign on, desk calls, desk phones, desk report evacuation, desk log add, desk log list,
desk bus announce, desk bus edit, desk bus eta, desk bus reserve, desk bus allocate, desk bus ways, desk bus arrive,
desk bus count, desk bus import, desk bus onward, desk bus close, desk bus divert, desk bus confirm, desk bus cancel,
desk bus no-show,
desk household register, desk household bed, desk household move, desk household share, desk household guardian,
desk household out, desk household in, desk household leave, desk household no-show, desk household split,
desk bed block, desk bed free, desk bed clean, desk room open, desk room close, desk room remove,
desk placement suggest, desk placement ask, desk placement agree, desk placement transport, desk placement depart,
desk placement confirm, desk placement extend, desk placement decline, desk placement withdraw, desk placement return,
desk ride add, desk ride list, desk import municipalities, desk import locations, desk import rooms
"""
"""The commands that scripts and other programs rely on."""


@each_document
def test_a_document_is_what_the_code_says(path: Path) -> None:
    content = generated.GENERATED[path](generated.ROOT)
    assert (generated.ROOT / path).read_text(encoding="utf-8") == content, "write it with: python -m tests.generated"


@each_document
def test_a_document_comes_out_the_same_twice_and_names_no_folder_of_this_machine(path: Path) -> None:
    content = generated.GENERATED[path](generated.ROOT)
    assert content == generated.GENERATED[path](generated.ROOT)
    assert str(generated.ROOT) not in str(content)
    assert not re.search(r"/(tmp|home|root|usr|opt)/", str(content))


@pytest.mark.parametrize("command", [name.strip() for name in CONTRACT.replace("\n", " ").split(",")])
def test_a_command_of_the_contract_is_documented_with_a_sentence(command: str) -> None:
    reference = (generated.ROOT / COMMANDS).read_text(encoding="utf-8")
    assert re.search(rf"^## {command}\n\n\S.*[.…]\n\n```\n{command}\b", reference, re.MULTILINE)


@pytest.mark.parametrize("language", languages())
def test_the_sheet_of_keys_is_whole_in_every_language(language: str) -> None:
    catalogue = read_catalogue(generated.ROOT, language)
    sheet = (generated.ROOT / KEYS).read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in sheet.splitlines() if line.startswith("| `")]
    assert len(rows) == len(TABLE)
    for key, row in zip(TABLE, rows, strict=True):
        said = [catalogue[text].string for text in (key.label, key.meaning)]
        assert row[1:3] == [key.label, key.meaning]
        assert all(said)
        assert [text for text in said if text not in row[3:]] == []


def test_every_journalled_table_is_described() -> None:
    described = (generated.ROOT / SCHEMA).read_text(encoding="utf-8")
    assert [name for name in JOURNALLED if f"\n### {name}\n" not in described] == []
