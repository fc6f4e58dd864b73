import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("desk", "storage", "screens")
FILES = [path for folder in (*FLOORS, "tests") for path in sorted((ROOT / folder).rglob("*.py"))]

LINES_A_FILE = 400
LINES_A_FUNCTION = 70
NAMES_FOR_NOTHING = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}
CLOCKS = {"now", "utcnow", "today", "time", "localtime", "monotonic"}
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE) ")

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def modules(floor: str) -> list[str]:
    """The names of all modules of a floor."""
    names = []
    for path in sorted((ROOT / floor).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] != "__main__":
            names.append(".".join(part for part in parts if part != "__init__"))
    return names


def loaded_after_import(names: list[str]) -> set[str]:
    """The top-level packages in a fresh interpreter's memory after importing the modules."""
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def strings(path: Path) -> Iterator[ast.Constant]:
    """Every string in the code of a file that is not a docstring, the parts of f-strings included."""
    nodes = list(ast.walk(tree(path)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def test_imports_keep_the_contracts_of_the_house() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("floor", "strangers"),
    [
        ("desk", {"textual", "rich", "click", "sqlite_utils", "sqlite3", "pysqlite3", "storage", "screens"}),
        ("storage", {"textual", "rich", "screens"}),
    ],
)
def test_importing_a_whole_floor_loads_none_of_what_belongs_above_it(floor: str, strangers: set[str]) -> None:
    loaded = loaded_after_import(modules(floor))
    assert floor in loaded
    assert loaded.isdisjoint(strangers)


@each_file
def test_a_file_is_named_for_what_it_is(path: Path) -> None:
    assert NAMES_FOR_NOTHING.isdisjoint(path.relative_to(ROOT).with_suffix("").parts)


@each_file
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines < LINES_A_FILE


@each_file
def test_a_function_fits_on_a_screen(path: Path) -> None:
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > LINES_A_FUNCTION} == {}


@pytest.mark.parametrize("floor", ["desk", "screens"])
def test_sql_stands_in_storage_only(floor: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{string.lineno}"
        for path in sorted((ROOT / floor).rglob("*.py"))
        for string in strings(path)
        if SQL.search(str(string.value))
    ]
    assert found == []


def test_a_time_is_told_to_the_ground_floor_which_reads_no_clock() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "desk").rglob("*.py"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and ast.unparse(node.func.value) in {"arrow", "time", "datetime", "date", "datetime.datetime", "datetime.date"}
    ]
    assert found == []


def test_the_checks_run_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- test command -->\s*```\w*\n(?P<command>[^\n]+)\n```", readme)
    assert block, "README.md marks its one-line test command with <!-- test command -->"
    assert block["command"] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_strings_of_a_file_are_all_found_but_its_docstrings(tmp_path: Path) -> None:
    path = tmp_path / "buses.py"
    path.write_text('"""SELECT nothing."""\ndef rows(x):\n    """DELETE not."""\n    return f"SELECT {x}" + "b"\n')
    assert sorted(str(string.value) for string in strings(path)) == ["SELECT ", "b"]
