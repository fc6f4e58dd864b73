"""Stores as earlier programs wrote them, one for each schema: the demo's night, kept as it was made then."""

import lzma
from pathlib import Path

KEPT = Path(__file__).parent / "stores"
SCHEMAS = ("night", "region", "planner", "shift", "team", "trust")
"""The last migration that each of them knows, the oldest first."""


def older_store(schema: str, folder: Path) -> Path:
    """One of them, unpacked."""
    path = folder / f"{schema}.db"
    path.write_bytes(lzma.decompress((KEPT / f"{schema}.db.xz").read_bytes()))
    path.chmod(0o600)
    return path
