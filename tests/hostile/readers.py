"""Which functions of the desk take text apart, found in their code, and which of them were entered."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("desk", "storage", "screens")
_METHODS = frozenset(
    (
        "fullmatch",
        "match",
        "search",
        "finditer",
        "findall",
        "strptime",
        "parse_iso",
        "b64decode",
        "isdecimal",
        "isdigit",
    )
) | {"Parse", "reader"}
"""Not the readers of what the desk itself has written: days and JSON of its own store."""


@cache
def readers(root: Path = ROOT) -> dict[str, int]:
    """Every function that holds text against a pattern or reads it as something: its name, and its first line."""
    found = {}
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            for name, node in _functions(ast.parse(path.read_text(encoding="utf-8")), ""):
                if _reads(node):
                    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                    found[f"{path.relative_to(root)}:{name}"] = first
    return found


def _functions(tree: ast.AST, within: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield within + node.name, node
            yield from _functions(node, f"{within}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{within}{node.name}.")
        else:
            yield from _functions(node, within)


def _reads(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(_is_reading(node) for node in _own(function))


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function and in no function within it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
            yield from _own(node)


def _is_reading(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in _METHODS or ast.unparse(node.func) == "shlex.split"


@contextmanager
def entering() -> Iterator[set[tuple[str, int]]]:
    """The functions that are entered meanwhile: their file and their first line."""
    entered: set[tuple[str, int]] = set()

    def called(frame: FrameType, event: str, _told: object) -> None:
        if event == "call":
            entered.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        yield entered
    finally:
        sys.setprofile(before)


def not_entered(entered: set[tuple[str, int]]) -> list[str]:
    """The functions that take text apart and were not entered."""
    return [name for name, line in readers().items() if (str(ROOT / name.partition(":")[0]), line) not in entered]
