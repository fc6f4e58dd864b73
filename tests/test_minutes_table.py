"""The table of the minutes in docs: every row is there once, no cell is empty, and what it names exists."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import click
import pytest

from screens.cli.tree import tree
from screens.keys import TABLE
from tests.generated import SPELT

ROOT = Path(__file__).parent.parent
TABLE_OF_MINUTES = ROOT / "docs" / "minutes.md"
HEADS = ["row", "what the desk does", "key or command", "test"]
ROWS = {"2.1": 24, "2.2": 10, "2.3": 13, "2.4": 20, "2.5": 11, "2.6": 9}
"""How many rows were read out of each part of the minutes."""
LISTED = [*(f"K{n}" for n in range(1, 11)), *(f"B{n}" for n in range(1, 12)), *(f"A{n}" for n in range(1, 4))]
RULES = [f"R{n}" for n in range(1, 10)]
KEYS = {key.shown for key in TABLE} | {SPELT.get(k, k.capitalize()) for key in TABLE for k in key.keys.split(",")}

Row = tuple[str, ...]


def sections(text: str) -> dict[str, list[Row]]:
    """The rows below each heading, as cells."""
    found: dict[str, list[Row]] = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        lines = [line for line in part.splitlines() if line.startswith("|")]
        found[part.split()[0]] = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    return found


def wrong(text: str) -> list[str]:
    """All that is not as it should be, a line each."""
    found = []
    for title, (head, _rule, *rows) in sections(text).items():
        if list(head) != HEADS:
            found.append(f"{title}: heads {head}")
        if len(rows) != ROWS.get(title):
            found.append(f"{title}: {len(rows)} rows")
        for name, number in Counter(row[0] for row in rows).items():
            if number > 1:
                found.append(f"{title}: {name} stands {number} times")
        for row in rows:
            found += [f"{row[0]}: {said}" for said in _wrong_in(row)]
    return found


def _wrong_in(row: Row) -> list[str]:
    if len(row) != len(HEADS) or not all(row):
        return ["a cell is empty"]
    _name, does, ways, test = row
    found = [f"no test {t}" for t in _quoted(test) if not _is_test(t)]
    found += [f"no command {w}" for w in _quoted(does) + _quoted(ways) if w.startswith("desk ") and not _is_command(w)]
    found += [f"no key {w}" for w in _quoted(ways) if not w.startswith("desk ") and w not in KEYS]
    return found + [f"nothing named in: {cell}" for cell in (ways, test) if not _quoted(cell)]


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _is_test(text: str) -> bool:
    path, _colons, name = text.partition("::")
    return path.startswith("tests/test_") and name.startswith("test_") and name in _functions(path)


@cache
def _functions(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


def _is_command(text: str) -> bool:
    """Whether the words lead to a command, with no more words than it takes and only options it has."""
    command: click.Command | None = tree
    ctx = click.Context(tree, info_name="desk")
    words = text.split()[1:]
    while isinstance(command, click.Group):
        command = command.get_command(ctx, words.pop(0)) if words else None
    if command is None:
        return False
    options = {name: param for param in command.params for name in param.opts if isinstance(param, click.Option)}
    takes = [param.nargs for param in command.params if isinstance(param, click.Argument)]
    plain, value_next = 0, False
    for word in words:
        if word.startswith("--"):
            if word not in options:
                return False
            value_next = not options[word].is_flag
        else:
            plain, value_next = plain + (not value_next), False
    return plain <= sum(takes) or -1 in takes


@pytest.fixture(scope="module")
def text() -> str:
    return TABLE_OF_MINUTES.read_text(encoding="utf-8")


def test_every_row_says_what_is_done_how_and_which_test_holds_it(text: str) -> None:
    assert wrong(text) == []


def test_the_24_of_the_list_and_the_9_rules_stand_once(text: str) -> None:
    found = sections(text)
    assert [*found] == [*ROWS]
    assert sorted(row[0] for row in found["2.1"][2:]) == sorted(LISTED)
    assert sorted(row[0] for row in found["2.6"][2:]) == sorted(RULES)


def test_nothing_is_left_to_a_later_change(text: str) -> None:
    assert re.findall(r"\(([^()]*), later\)", text) == []


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("links the action to that question", "", "A1: a cell is empty"),
        ("::test_nine_of_fourteen", "::test_ten_of_fourteen", "B4: no test tests/test_minutes_pack.py::test_ten"),
        ("tests/test_horizon.py", "tests/test_horizons.py", "K6: no test tests/test_horizons.py"),
        ("`desk request remind`", "`desk request nag`", "A2: no command desk request nag"),
        ("`desk request remind`", "`desk request`", "A2: no command desk request"),
        ("--best-effort", "--no-effort", "2000: no command desk target --no-effort"),
        ("`desk request remind`", "`desk request remind Losser`", "A2: no command desk request remind Losser"),
        ("`i`, `4`", "`ö`, `4`", "day and night: no key ö"),
        ("| R9 |", "| R8 |", "2.6: R8 stands 2 times"),
        ("## 2.6 Rules", "## 2.7 Rules", "2.7: 9 rows"),
    ],
)
def test_a_doctored_table_is_found_out(text: str, good: str, bad: str, said: str) -> None:
    assert good in text
    found = wrong(text.replace(good, bad))
    assert any(line.startswith(said) for line in found), found
