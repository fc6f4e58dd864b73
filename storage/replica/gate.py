"""Who may hold the store for the replica, one process at a time; and how that process is asked to let go for a while.

Two files beside the store are locked, never written. Whoever follows holds the first. Whoever must have the file to
itself, to forget or to put something in its place, holds the second, waits for the first, and holds that too.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUIET_WITHIN_S = 30.0
"""How long whoever follows may take to let go: the last of it is sent first."""
_LOOKS_EACH_S = 0.05


def _opened(store: Path, ending: str) -> int:
    return os.open(store.with_name(store.name + ending), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _holds(store: Path, ending: str) -> bool:
    """Whether another process, or another part of this one, holds that lock now."""
    if not store.with_name(store.name + ending).exists():
        return False
    there = _opened(store, ending)
    try:
        return not _lock(there, fcntl.LOCK_SH)
    finally:
        os.close(there)


def _lock(file: int, how: int, within_s: float = 0.0) -> bool:
    until = time.monotonic() + within_s
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
        time.sleep(_LOOKS_EACH_S)


def is_followed(store: Path) -> bool:
    """Whether a replica of this store is being kept in step now."""
    return _holds(store, ".replica")


def is_to_be_quiet(store: Path) -> bool:
    """Whether somebody waits for the store to be let go of."""
    return _holds(store, ".quiet")


@contextmanager
def held(store: Path, within_s: float) -> Iterator[int | None]:
    """Hold the store for the replica; gives the open lock, None where another holds it."""
    there = _opened(store, ".replica")
    try:
        yield there if _lock(there, fcntl.LOCK_EX, within_s) else None
    finally:
        os.close(there)


@contextmanager
def quiet(store: Path) -> Iterator[bool]:
    """While this lasts nothing follows the store; gives whether that could be had."""
    if not store.with_name(store.name + ".replica").exists():
        yield True  # no replica was ever made of it
        return
    asked = _opened(store, ".quiet")
    try:
        if not _lock(asked, fcntl.LOCK_EX, QUIET_WITHIN_S):
            yield False
            return
        with held(store, QUIET_WITHIN_S) as gate:
            yield gate is not None
    finally:
        os.close(asked)
