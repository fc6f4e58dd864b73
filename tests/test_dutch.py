"""What is said in each language: nothing untranslated, nothing lost on the way; and the Dutch on its screens."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from string import Formatter

import pytest
from rich.cells import cell_len

from desk import suitability
from desk.language import _, speak
from desk.night import Night
from screens import head, keys, tonight
from screens.beds import board
from screens.buses import rows as bus_rows
from screens.capacity import rows as capacity_rows
from screens.lines import Line, Row, plain
from screens.placements import rows as placement_rows
from storage.demo import make_demo
from tests.catalogues import ROOT, languages, read_catalogue
from tests.store import CLOCK

WIDTH, GUTTER = 80, 3
# Headings whose words stand above columns of numbers that the code lays out.
OVER_NUMBERS = ("said - here - elsewhere = TO FIND", "said  here  elsewhere  TO FIND")


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """A text's one form, or its singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def said_in(language: str) -> list[tuple[str, str]]:
    """Each form of each text, in English and as the catalogue says it; a further plural beside the last."""
    return [
        (english[min(at, len(english) - 1)], translated)
        for message in read_catalogue(ROOT, language)
        if message.id
        for english in [forms(message.id)]
        for at, translated in enumerate(forms(message.string))
    ]


MESSAGES = {language: said_in(language) for language in languages()}
in_each_language = pytest.mark.parametrize("language", MESSAGES)


def fields(text: str) -> list[tuple[str, str, str]]:
    """The placeholders of a text, with how each is written out."""
    return sorted((name, form or "", how or "") for _text, name, form, how in Formatter().parse(text) if name)


def edges(text: str) -> tuple[int, int]:
    """The spaces before and behind a text."""
    return len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))


@in_each_language
def test_every_text_is_translated(language: str) -> None:
    assert [english for english, said in MESSAGES[language] if not said.strip()] == []


@in_each_language
def test_no_placeholder_is_lost_or_misspelt(language: str) -> None:
    assert [(english, said) for english, said in MESSAGES[language] if fields(english) != fields(said)] == []


@in_each_language
def test_the_spaces_around_a_text_are_kept(language: str) -> None:
    assert [(english, said) for english, said in MESSAGES[language] if edges(english) != edges(said)] == []


@in_each_language
def test_a_question_stays_a_question_and_a_sentence_a_sentence(language: str) -> None:
    ends = [pair for pair in MESSAGES[language] if any(text[-1:] in {".", "?"} for text in pair)]
    assert [pair for pair in ends if pair[0][-1] != pair[1][-1:]] == []


@pytest.fixture
def dutch() -> Iterator[None]:
    speak("nl")
    yield
    speak("en")


@pytest.mark.usefixtures("dutch")
@pytest.mark.parametrize("heading", OVER_NUMBERS)
def test_a_heading_over_numbers_is_as_long_as_in_english(heading: str) -> None:
    assert cell_len(_(heading)) == cell_len(heading)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    at = datetime.fromisoformat(CLOCK).astimezone(UTC)
    with make_demo(tmp_path_factory.mktemp("nacht") / "demo.db", seed=1, clock=lambda: at, language="nl") as desk:
        found = desk.night()
    speak("en")
    return found


def screens_of(night: Night) -> dict[str, list[Row]]:
    """The rows of the night's screens, with what can lie open on them."""
    people = placement_rows.current(night)
    return {
        "tonight": tonight.rows(night, WIDTH),
        **{f"bus {b.number}": bus_rows.rows(night, {bus_rows.LIST: b.ref}, WIDTH) for b in night.buses},
        "beds": board.rows(night, night.rooms[0].name, 0, WIDTH),
        "placement": placement_rows.people_rows(night, set(), WIDTH) + placement_rows.call_rows(night, WIDTH),
        **{
            f"places for {h.ref}": placement_rows.place_rows(night, h, suitability.suggest(night, h), WIDTH)
            for h in people
        },
        "capacity": capacity_rows.rows(night, WIDTH),
    }


def heads(night: Night) -> list[Line]:
    """The lines above every screen."""
    return [line for name in keys.SECTIONS for line in head.lines(night, name, WIDTH, ("Anna", ["Piet"]))]


@pytest.mark.usefixtures("dutch")
def test_no_line_is_wider_than_the_screen(night: Night) -> None:
    wide = [
        (name, plain(row.line))
        for name, rows in screens_of(night).items()
        for row in rows
        if cell_len(plain(row.line)) + (GUTTER if row.key else 0) > WIDTH
    ]
    assert wide == []
    assert [plain(line) for line in heads(night) if cell_len(plain(line).rstrip()) > WIDTH] == []


@pytest.mark.usefixtures("dutch")
def test_no_heading_is_cut(night: Night) -> None:
    headings = [
        (name, plain(row.line))
        for name, rows in screens_of(night).items()
        for row in rows
        if not row.key and row.line and row.line[0][1] in {"bold", "dim"}
    ]
    assert len(headings) > len(screens_of(night))
    assert [heading for heading in headings if "~" in heading[1]] == []
