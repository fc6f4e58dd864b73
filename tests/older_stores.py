"""Stores as earlier programs wrote them, one for each schema: the demo's night, kept as it was made then.

And what a program to come makes of one.
"""

import lzma
from pathlib import Path

from sqlite_utils import Database, Migrations

from storage import schema

KEPT = Path(__file__).parent / "stores"
SCHEMAS = ("night", "region", "planner", "shift", "team", "trust", "beyond", "shared", "between")
"""The last migration that each of them knows, the oldest first."""


def older_store(schema: str, folder: Path) -> Path:
    """One of them, unpacked."""
    path = folder / f"{schema}.db"
    path.write_bytes(lzma.decompress((KEPT / f"{schema}.db.xz").read_bytes()))
    path.chmod(0o600)
    return path


def of_tomorrow() -> Migrations:
    """Every migration of today, and one that is to come."""
    found = Migrations("doorstroom")
    for name in SCHEMAS:
        found(name=name)(getattr(schema, name))
    found(name="luggage")(_with_luggage)
    return found


def _with_luggage(db: Database) -> None:
    db.execute("ALTER TABLE bus ADD COLUMN luggage INTEGER")
    schema.keep_changes_of(db, "bus")
