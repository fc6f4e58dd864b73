"""sqlite-utils, let in without what it would bring along: numpy and pandas, which only the planner's solver needs.

Everything of the store takes the library from here.
"""

import sys

_NOT_NOW = [name for name in ("numpy", "pandas") if name not in sys.modules]
for _name in _NOT_NOW:
    # a module that is None is one that is not installed, as far as an import can tell
    sys.modules[_name] = None  # type: ignore[assignment]
try:
    from sqlite_utils import Database, Migrations
    from sqlite_utils.utils import sqlite3
finally:
    for _name in _NOT_NOW:
        del sys.modules[_name]

__all__ = ["Database", "Migrations", "sqlite3"]
