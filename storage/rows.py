"""Models to rows and back: a field is a column of the same name; times are UTC text that sorts."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import Field, fields
from datetime import UTC, datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeVar, cast

from desk.beds import BedState
from desk.buses import BusState
from desk.households import HouseholdState, Presence
from desk.placements import PlacementState
from storage.sqlite import Database

Model = TypeVar("Model")

_ENUMS: dict[str, type[Enum]] = {e.__name__: e for e in (BedState, BusState, HouseholdState, Presence, PlacementState)}


def table_of(model: type) -> str:
    """The table of a model: its name in small letters, `place_grant`; a line of the log stands in `log`.

    A rule and no list: the first screen does not load the models of subjects that it does not show.
    """
    if model.__name__ == "LogLine":
        return "log"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()


def to_text(at: datetime) -> str:
    """A moment as stored, `2022-04-08T00:41:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_time(text: str) -> datetime:
    """A stored moment, in UTC."""
    return datetime.fromisoformat(text)


def _reader(field: Field[Any]) -> Callable[[Any], Any] | None:
    kind = str(getattr(field.type, "__name__", field.type)) if isinstance(field.type, type) else str(field.type)
    if kind.startswith("datetime"):
        return datetime.fromisoformat
    if kind.startswith("bool"):
        return bool
    if kind in _ENUMS:
        return {member.value: member for member in _ENUMS[kind]}.__getitem__
    return None


@cache
def _plan(model: Hashable) -> tuple[tuple[str, ...], tuple[tuple[str, Callable[[Any], Any]], ...], str]:
    """The columns of a model, those that are not kept as they are, and how a select of them begins."""
    columns = fields(cast(Any, model))
    names = tuple(f.name for f in columns)
    readers = tuple((f.name, r) for f in columns if (r := _reader(f)) is not None)
    return names, readers, f"SELECT {', '.join(names)} FROM {table_of(cast(type, model))} WHERE "


def read(
    db: Database, model: type[Model], where: str = "1", params: Iterable[object] = (), order: str = "id"
) -> list[Model]:
    """The models of the rows that match; `where` and `order` are SQL of this program's own."""
    select = _plan(cast(Hashable, model))[2]
    rows = db.execute(f"{select}{where} ORDER BY {order}", list(params)).fetchall()
    return [cast(Model, _made(cast(Hashable, model), row)) for row in rows]


@lru_cache(maxsize=16384)
def _made(model: Hashable, row: tuple[Any, ...]) -> object:
    """The model of a row; a row that was read before and is the same still is the same value.

    A night is hundreds of rows, read anew within each action, of which few have changed.
    """
    names, readers, _select = _plan(model)
    values = dict(zip(names, row, strict=True))
    for name, reader in readers:
        if values[name] is not None:
            values[name] = reader(values[name])
    return cast(type, model)(**values)


def newest(db: Database, model: type[Model], refs: Sequence[str]) -> list[Model]:
    """The rows with one of these references, the newest first; each is looked up in the index, whatever the past."""
    return read(db, model, f"ref IN ({', '.join('?' * len(refs))})", refs, "id DESC")


def to_row(entity: object) -> dict[str, Any]:
    """A model as a row, without an id that was not given yet."""
    values = vars(entity)
    row = {name: _kept(values[name]) for name in _plan(cast(Hashable, type(entity)))[0]}
    if not row["id"]:
        del row["id"]
    return row


def _kept(value: object) -> object:
    """A value as its column keeps it."""
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, Enum):
        return value.value
    return int(value) if isinstance(value, bool) else value


def insert(db: Database, entity: object) -> int:
    """Write a new row; gives its id."""
    return insert_row(db, table_of(type(entity)), to_row(entity))


def insert_row(db: Database, table: str, row: dict[str, Any]) -> int:
    """Write a new row of any table; gives its id.

    Here and in `save` the statement is made at once: the table's own insert and update first ask the schema.
    """
    marks = ", ".join("?" * len(row))
    written = db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    return int(written.lastrowid or 0)


def save(db: Database, before: Model, after: Model) -> None:
    """Write what differs between two versions of one row."""
    old, new = vars(before), vars(after)
    changed = [name for name in _plan(cast(Hashable, type(after)))[0] if old[name] != new[name]]
    differs = {name: _kept(new[name]) for name in changed if _kept(old[name]) != _kept(new[name])}
    if differs:
        sets = ", ".join(f"{name} = ?" for name in differs)
        table = table_of(type(after))
        written = db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*differs.values(), new["id"]])
        assert written.rowcount == 1, f"row {new['id']} of {table} is not there"


def delete(db: Database, entity: object) -> None:
    """Remove a row; the journal keeps it."""
    table = table_of(type(entity))
    db.execute(f"DELETE FROM {table} WHERE id = ?", [vars(entity)["id"]])
