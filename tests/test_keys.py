"""Keys that arrive over every line, one meaning each: a walk over all bindings of the screens and their one table."""

import ast
import importlib
import inspect
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.binding import Binding
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.widget import Widget

from screens.keys import BY_ID, IDS, SECTIONS, TABLE, Key, bindings
from screens.widgets.body import EDITING
from tests.generated import Text, catalogue_differences, texts_in_code
from tests.test_house import ROOT, modules

FUNCTION_KEYS = {f"f{number}" for number in range(1, 13)}
DELIVERABLE = {
    *string.ascii_lowercase,
    *string.digits,
    *(_character_to_key(sign) for sign in string.punctuation),
    *(f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "him"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *("enter", "tab", "shift+tab", "escape", "space", "backspace", "insert", "delete"),
    *FUNCTION_KEYS,
}
"""What a plain terminal sends as a key of its own; ctrl with h, i, m or [ is Backspace, Tab, Enter or Esc there."""
MOVES = {"up", "down", "left", "right", "home", "end", "page_up", "page_down", "other_half"}

each_key = pytest.mark.parametrize("key", TABLE, ids=lambda key: key.id)


def classes() -> Iterator[type]:
    """Every app, screen and widget that the screens define."""
    for name in modules("screens"):
        for _name, found in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(found, App | Screen | Widget) and found.__module__ == name:
                yield found


def own_bindings(owner: type) -> list[object]:
    """The bindings a class adds itself."""
    return list(vars(owner).get("BINDINGS", []))


BOUND = [(owner, binding) for owner in classes() for binding in own_bindings(owner)]
each_binding = pytest.mark.parametrize(
    ("owner", "binding"), BOUND, ids=lambda part: getattr(part, "id", None) or getattr(part, "__name__", None)
)


def test_the_walk_finds_the_screens() -> None:
    names = {owner.__name__ for owner in classes()}
    assert {"DeskApp", "DeskScreen", "TonightScreen", "BusesScreen", "BedsScreen", "PlacementsScreen"} <= names
    assert {"CapacityScreen", "LogbookScreen", "FormScreen", "Body", "TypedLine", "Page"} <= names
    assert len(BOUND) >= len(TABLE)


@each_binding
def test_a_binding_has_an_id_a_tooltip_and_keys_that_arrive(owner: type, binding: object) -> None:
    assert isinstance(binding, Binding), f"{owner.__name__}: a Binding, not a pair"
    assert binding.id
    assert binding.tooltip
    keys = binding.key.split(",")
    assert set(keys) <= DELIVERABLE
    assert set(keys) - FUNCTION_KEYS, "a function key is an alias only: some lines do not send it"


@pytest.mark.parametrize("owner", dict(BOUND), ids=lambda owner: owner.__name__)
def test_a_class_binds_each_id_and_each_key_once(owner: type) -> None:
    found = [binding for binding in own_bindings(owner) if isinstance(binding, Binding)]
    for counted in (Counter(b.id for b in found), Counter(key for b in found for key in b.key.split(","))):
        assert [name for name, times in counted.items() if times > 1] == []


def test_every_binding_is_one_of_the_table() -> None:
    table = {(binding.id, binding.key, binding.tooltip) for binding in bindings()}
    assert {(b.id, b.key, b.tooltip) for _owner, b in BOUND if isinstance(b, Binding)} == table


@pytest.mark.parametrize("owner", [c for c in classes() if issubclass(c, App | Screen)], ids=lambda c: c.__name__)
def test_no_app_or_screen_inherits_keys_of_the_library(owner: type) -> None:
    """The library's ctrl+q would leave without a question."""
    ours = {key for _owner, b in BOUND if isinstance(b, Binding) for key in b.key.split(",")}
    inherited = getattr(owner, "_merged_bindings", None)
    assert inherited is not None
    assert set(inherited.key_to_bindings) <= ours


@each_key
def test_a_key_of_the_table_arrives_over_every_line(key: Key) -> None:
    names = key.keys.split(",")
    assert set(names) <= DELIVERABLE
    assert names[0] not in FUNCTION_KEYS
    assert not any(len(name) == 1 and name.isupper() for name in names)


def test_a_key_has_one_meaning_and_a_meaning_one_line() -> None:
    names = [name for key in TABLE for name in key.keys.split(",")]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert len(BY_ID) == len(TABLE)
    assert len(IDS) == len(names)
    assert [text for text, times in Counter(key.meaning for key in TABLE).items() if times > 1] == []
    assert [text for text, times in Counter(key.shown for key in TABLE).items() if times > 1] == []


def test_no_letter_moves() -> None:
    assert [key.id for key in TABLE if key.id in MOVES and any(len(name) == 1 for name in key.keys.split(","))] == []


def test_the_sections_stand_on_the_digits_in_their_order() -> None:
    assert [BY_ID[section].keys for section in SECTIONS] == [str(n) for n in range(1, len(SECTIONS) + 1)]


@pytest.fixture(scope="module")
def translatable() -> set[Text]:
    """What the code marks for translation and the catalogue takes up."""
    return texts_in_code() - set(catalogue_differences()[0])


@each_key
def test_what_a_key_is_called_can_be_translated(key: Key, translatable: set[Text]) -> None:
    assert {key.label, key.meaning} <= translatable


# --- keys that are heard without a binding --------------------------------------------------------


def heard(path: Path) -> Iterator[tuple[str, int]]:
    """Every key a file of the screens compares a key that was pressed with, and in which line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    sets = {
        node.targets[0].id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute | ast.Name):
            if ast.unparse(node.left) not in {"event.key", "key.key"}:
                continue
            for other in node.comparators:  # a name that stands for keys is looked up in the same file
                meant = sets.get(other.id, other) if isinstance(other, ast.Name) else other
                for part in ast.walk(meant):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value, node.lineno


HEARD = [(path, *one) for path in sorted((ROOT / "screens").rglob("*.py")) for one in heard(path)]


def test_the_walk_finds_what_forms_lines_and_the_desk_itself_hear() -> None:
    assert {path.name for path, _key, _line in HEARD} >= {"form.py", "foot.py", "desk_screen.py", "body.py"}
    assert {key for _path, key, _line in HEARD} >= {"enter", "tab", "shift+tab", "escape", "ctrl+x", "f1", "ctrl+j"}


@pytest.mark.parametrize(("path", "key", "line"), HEARD, ids=lambda part: getattr(part, "name", str(part)))
def test_a_key_that_is_heard_without_a_binding_arrives_over_every_line(path: Path, key: str, line: int) -> None:
    assert set(key.split(",")) <= DELIVERABLE, f"{path.relative_to(ROOT)}:{line}"


def test_whatever_a_typed_line_can_be_edited_with_has_a_key_that_arrives() -> None:
    """The library gives some actions a second key that only some terminals send."""
    ways: dict[str, set[str]] = {}
    for key, action in EDITING.items():
        ways.setdefault(action, set()).add(key)
    needed = {action for action in ways if not re.search("True|word|select", action)}
    assert {"cursor_left", "cursor_right", "delete_left", "home", "end"} <= needed
    assert [action for action in sorted(needed) if not ways[action] & DELIVERABLE] == []
