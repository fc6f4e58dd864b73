"""sqlite-utils, let in without what it would bring along and the desk does not use of it.

numpy and pandas, which only the planner's solver needs, stay out; what reads dates for its command line is loaded by
whoever first asks for it. Everything of the store takes the library from here.
"""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec

_NOT_NOW = [name for name in ("numpy", "pandas") if name not in sys.modules]
_WHEN_ASKED_FOR = "dateutil.parser"


def _load_when_asked_for(name: str) -> None:
    """Let a module be imported at the first look into it (the standard library's own way); 7 ms of the start."""
    if name in sys.modules or (spec := find_spec(name)) is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    package, _dot, own = name.rpartition(".")
    setattr(sys.modules[package], own, module)  # `from package import own` then need not look into it


for _name in _NOT_NOW:
    # a module that is None is one that is not installed, as far as an import can tell
    sys.modules[_name] = None  # type: ignore[assignment]
try:
    _load_when_asked_for(_WHEN_ASKED_FOR)
    from sqlite_utils import Database, Migrations
    from sqlite_utils.utils import sqlite3
finally:
    for _name in _NOT_NOW:
        del sys.modules[_name]

__all__ = ["Database", "Migrations", "sqlite3"]
