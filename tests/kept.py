"""Stores that many tests begin with: made once by the program itself, and copied after that."""

import os
from collections.abc import Callable, Hashable
from pathlib import Path

_MADE: dict[Hashable, dict[str, bytes]] = {}


def as_made(path: Path, what: Hashable, make: Callable[[], None]) -> None:
    """Let `make` make the store at that path, the first time; later the same `what` is a copy of it."""
    if path.exists():
        make()  # which refuses
    elif what in _MADE:
        path.parent.mkdir(parents=True, exist_ok=True)
        for end, content in _MADE[what].items():
            there = os.open(path.with_name(path.name + end), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(there, "wb") as file:
                file.write(content)
    else:
        before = _beside(path)
        make()
        new = _beside(path) - before
        assert f"{path.name}-wal" not in new, "a store is copied only once it is closed"
        _MADE[what] = {name.removeprefix(path.name): (path.parent / name).read_bytes() for name in new}


def _beside(path: Path) -> set[str]:
    return {file.name for file in path.parent.glob(path.name + "*")} if path.parent.exists() else set()
