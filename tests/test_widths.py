"""Nothing is wider than its place, in any language: screens, lists, forms, lines that are typed, questions, keys.

What can be found is found: labels and questions in the code itself, rows and keys by walking the demo night.
"""

import ast
import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap

import pytest
from rich.cells import cell_len

from desk import language as spoken
from desk.language import LANGUAGES, speak
from screens import handover, help_sheet, keys, stays, tour
from screens.app import DeskApp
from screens.desk_screen import DeskScreen
from screens.foot import LINES_SAID
from screens.lines import Line, Row, plain
from screens.reports.screen import ReportsScreen
from screens.session import Session
from storage.demo import make_demo
from storage.store import Desk
from tests.catalogues import ROOT
from tests.store import still

WIDTH, NARROW, GUTTER = 80, 60, 3
BESIDE_LABEL = 4
"""A typed line's label stands in a rule: two dashes and a blank on each side of it."""
FORM_LABEL = 24
TYPICAL = {
    "all": "41",
    "bed": "G6-4",
    "bus": "B-0407-12",
    "but": "Ponomarenko, Solovei",
    "call": "1",
    "example": "incident fire: smoke in room 4",
    "label": "Ponomarenko 6: to which room or beds? As in: 12 or 12-1 12-2",
    "least": "6",
    "line": "128",
    "location": "Dorpshuis Hellendoorn",
    "members": "2,3,4",
    "most": "12",
    "municipality": "Hof van Twente",
    "n": "138",
    "name": "Dorpshuis Hellendoorn",
    "names": "1 Anna  2 Piet",
    "number": "12",
    "desk": "Hof van Twente",
    "numbers": "06-12345678",
    "people": "138",
    "place": "Amsterdam",
    "ref": "B-0407-12",
    "room": "G6",
    "scenario": "unfavourable",
    "usable": "138",
    "who": "Ponomarenko 6",
}
"""What is filled in, as long as it often is; a longer name is cut with a `~`, and F1 says the whole of it."""

each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def _english_and_no_line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A desk without a terminal: there is no line whose end it must watch for."""
    monkeypatch.setattr(Session, "begin", lambda _session: None)
    yield
    speak("en")


# --- what the code says ---------------------------------------------------------------------------

Scope = dict[str, list[ast.expr]]


def functions() -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of the screens."""
    for path in sorted((ROOT / "screens").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def scope_of(function: ast.AST) -> Scope:
    """What each name of a function was given."""
    found: Scope = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def texts_of(expression: ast.expr, scope: Scope) -> Iterator[str]:
    """The texts that an expression says, also where it says them by a name."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
        elif isinstance(node, ast.Name) and node.id in scope:
            left = {name: values for name, values in scope.items() if name != node.id}
            for value in scope[node.id]:
                yield from texts_of(value, left)


def said(name: str, at: int = 0) -> set[str]:
    """The texts that are the argument at that place of every call of that name."""
    found: set[str] = set()
    for function in functions():
        for node in ast.walk(function):
            called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if called == name and isinstance(node, ast.Call) and len(node.args) > at:
                found.update(texts_of(node.args[at], scope_of(function)))
    return found


def filled(text: str) -> str:
    """The text in the language in force, its placeholders filled in as they often are."""
    return spoken._(text).format_map(TYPICAL)


LABELS, QUESTIONS, FIELDS = said("Prompt"), said("ask"), said("Field", 1)


def test_the_texts_are_found() -> None:
    assert (len(LABELS) > 35, len(QUESTIONS) > 20, len(FIELDS) > 35) == (True, True, True)
    assert "{who}: to which room or beds? As in: 12 or 12-1 12-2" in LABELS
    assert "Is {bed} clean now?" in QUESTIONS
    assert "Driver's phone" in FIELDS


@each_language
def test_the_label_of_a_typed_line_stands_whole_above_it(language: str) -> None:
    speak(language)
    assert {text: filled(text) for text in LABELS if cell_len(filled(text)) > WIDTH - BESIDE_LABEL} == {}


@each_language
def test_a_fixed_label_stands_whole_in_a_narrow_window_too(language: str) -> None:
    speak(language)
    fixed = [filled(text) for text in LABELS if "{" not in text]
    assert len(fixed) > 12
    assert [label for label in fixed if cell_len(label) > NARROW - BESIDE_LABEL] == []


@each_language
def test_the_label_of_a_forms_line_stands_in_its_column(language: str) -> None:
    speak(language)
    assert {text: filled(text) for text in FIELDS if cell_len(filled(text)) > FORM_LABEL} == {}


@each_language
def test_a_question_stands_in_the_foot_with_how_to_answer_it(language: str) -> None:
    speak(language)
    answer = spoken._("  y yes, any other key no")
    long = [filled(text) for text in QUESTIONS if len(wrap(f" {filled(text)}{answer}", WIDTH - 2)) > LINES_SAID]
    assert long == []


@each_language
@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_a_sentence_of_the_tour_fits_above_the_keys(language: str, width: int) -> None:
    speak(language)
    prefix = spoken._("TOUR {n}/{all} (Esc leaves it)").format(n=10, all=10)
    lines = tour.LINES if width == WIDTH else tour.LINES_NARROW
    sentences = [f"{prefix}  {spoken._(step.words).format(bus='bus 12 Amsterdam', n=138)}" for step in tour.STEPS]
    assert [sentence for sentence in sentences if len(wrap(sentence, width - 2)) > lines] == []


# --- what the demo night shows --------------------------------------------------------------------


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for language in LANGUAGES:
        path = tmp_path_factory.mktemp(language) / "demo.db"
        make_demo(path, seed=1, clock=still(), language=language).close()
        found[language] = path
    return found


def walk(path: Path, language: str, width: int, look: Callable[[DeskApp, DeskScreen], None]) -> None:
    """Go to every section of the demo's desk, and look at it."""
    speak(language)
    with Desk(path, "Anna", still()) as desk:
        app = DeskApp(desk)

        async def go_round() -> None:
            async with app.run_test(size=(width, 30)) as pilot:
                desk.rollcalls.start()
                app.reload()
                for section in (*keys.SECTIONS, "rollcall"):
                    app.go(section)
                    await pilot.pause()
                    assert isinstance(app.screen, DeskScreen)
                    app.screen.repaint()
                    look(app, app.screen)
                desk.undo()

        asyncio.run(go_round())


def rows_under_cursor(screen: DeskScreen) -> Iterator[str]:
    """Stand on every row of a screen, one after the other."""
    for half in (0, 1):
        screen.stand.half = half
        for key in screen.stand.stops(half):
            screen.stand.to(key, half)
            screen.repaint()
            yield key
    screen.stand.half = 0


def too_wide(lines: Sequence[Line], width: int) -> list[str]:
    return [plain(line).rstrip() for line in lines if cell_len(plain(line).rstrip()) > width]


def rows_too_wide(rows: Sequence[Row], width: int) -> list[str]:
    free, keyed = [r.line for r in rows if not r.key], [r.line for r in rows if r.key]
    return too_wide(free, width) + too_wide(keyed, width - GUTTER)


@each_language
@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_head_and_keys_of_every_row_of_every_section_stand_in_the_window(
    language: str, width: int, nights: dict[str, Path]
) -> None:
    seen: list[str] = []

    def look(app: DeskApp, screen: DeskScreen) -> None:
        assert too_wide(screen.heads(app.night, width, ""), width) == []
        for key in rows_under_cursor(screen):
            bar = screen.key_bar(width)
            assert [line for line in bar if cell_len(line) > width] == []
            shown = [piece for line in bar for piece in line.strip().split("   ")]
            assert keys.BY_ID["help"].shown in {piece.partition(" ")[0] for piece in shown}, (screen.SECTION, key)
            if width == WIDTH:
                own = {f"{keys.BY_ID[action].shown} {label}" for action, label in screen.live(screen.here).items()}
                assert own <= set(shown), (screen.SECTION, key)
            seen.append(key)

    walk(nights[language], language, width, look)
    assert len(seen) > 100


@each_language
def test_every_row_of_every_section_stands_in_the_window(language: str, nights: dict[str, Path]) -> None:
    def look(_app: DeskApp, screen: DeskScreen) -> None:
        for _key in rows_under_cursor(screen):
            assert rows_too_wide(screen.stand.rows, WIDTH) == []

    walk(nights[language], language, WIDTH, look)


def open_lists(app: DeskApp, screen: DeskScreen) -> Iterator[str]:
    """Open one list after the other over a screen."""
    for name in ("help", "phones", "inside"):
        getattr(app.shared, f"do_{name}")(screen)
        yield name
        screen.sheet = None
    if screen.SECTION == "tonight":
        handover.open_sheet(screen)
        yield "handover"
        screen.sheet = None
        stays.open_sheet(screen, "stay_24")
        yield "stays"
        screen.sheet = None
    if screen.SECTION == "reports":
        screen.repaint()
        assert isinstance(screen, ReportsScreen)
        for key in list(screen.stand.stops(0)):
            screen.do_step(key)
            yield key
            screen.sheet = None


@each_language
def test_every_list_that_lies_over_a_screen_stands_in_the_window(language: str, nights: dict[str, Path]) -> None:
    seen: set[str] = set()

    def look(app: DeskApp, screen: DeskScreen) -> None:
        for name in open_lists(app, screen):
            sheet = screen.sheet
            if sheet is None:
                continue
            seen.add(name)
            assert rows_too_wide(sheet.rows(app.night, WIDTH), WIDTH) == [], name
            assert cell_len(sheet.heading) + BESIDE_LABEL <= WIDTH, name
            screen.repaint()
            assert [line for line in screen.key_bar(WIDTH) if cell_len(line) > WIDTH] == [], name

    walk(nights[language], language, WIDTH, look)
    assert {"help", "phones", "inside", "handover", "stays"} < seen
    assert len(seen) > 12


@each_language
@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_help_says_every_key_in_the_window(language: str, width: int) -> None:
    speak(language)
    live = {key.id: spoken._(key.label) for key in keys.TABLE[:20]}
    rows = help_sheet.rows(live, width, lambda _action: True)
    assert rows_too_wide(rows, width) == []
    assert len(rows) > len(keys.TABLE)
