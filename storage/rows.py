"""Models to rows and back: a field is a column of the same name; times are UTC text that sorts."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import Field, fields
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from sqlite_utils import Database
from sqlite_utils.db import Table

from desk.beds import Bed, BedState, Room, Sharing, Stay
from desk.buses import Allocation, Bus, BusState, Eta, Onward
from desk.capacity import Location, Municipality
from desk.households import Household, HouseholdState, Member, Presence
from desk.logbook import Duty, LogLine, Phone
from desk.placements import Placement, PlacementState, Ride

Model = TypeVar("Model")

TABLES: dict[type, str] = {
    Room: "room",
    Bed: "bed",
    Stay: "stay",
    Sharing: "sharing",
    Bus: "bus",
    Eta: "eta",
    Onward: "onward",
    Allocation: "allocation",
    Household: "household",
    Member: "member",
    Municipality: "municipality",
    Location: "location",
    Placement: "placement",
    Ride: "ride",
    LogLine: "log",
    Duty: "duty",
    Phone: "phone",
}
_ENUMS: dict[str, type[Enum]] = {e.__name__: e for e in (BedState, BusState, HouseholdState, Presence, PlacementState)}


def to_text(at: datetime) -> str:
    """A moment as stored, `2022-04-08T00:41:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_time(text: str) -> datetime:
    """A stored moment, in UTC."""
    return datetime.fromisoformat(text)


def _reader(field: Field[Any]) -> Callable[[Any], Any] | None:
    kind = str(getattr(field.type, "__name__", field.type)) if isinstance(field.type, type) else str(field.type)
    if kind.startswith("datetime"):
        return to_time
    if kind.startswith("bool"):
        return bool
    return _ENUMS.get(kind)


@cache
def _plan(model: Hashable) -> tuple[tuple[str, ...], tuple[tuple[int, Callable[[Any], Any]], ...]]:
    columns = fields(cast(Any, model))
    names = tuple(f.name for f in columns)
    readers = tuple((i, r) for i, f in enumerate(columns) if (r := _reader(f)) is not None)
    return names, readers


def read(
    db: Database, model: type[Model], where: str = "1", params: Iterable[object] = (), order: str = "id"
) -> list[Model]:
    """The models of the rows that match; `where` and `order` are SQL of this program's own."""
    names, readers = _plan(cast(Hashable, model))
    sql = f"SELECT {', '.join(names)} FROM {TABLES[model]} WHERE {where} ORDER BY {order}"
    found = []
    for row in db.execute(sql, list(params)).fetchall():
        values = list(row)
        for index, reader in readers:
            if values[index] is not None:
                values[index] = reader(values[index])
        found.append(model(**dict(zip(names, values, strict=True))))
    return found


def to_row(entity: object) -> dict[str, Any]:
    """A model as a row, without an id that was not given yet."""
    row: dict[str, Any] = {}
    for name in _plan(cast(Hashable, type(entity)))[0]:
        value = getattr(entity, name)
        if isinstance(value, datetime):
            value = to_text(value)
        elif isinstance(value, Enum):
            value = value.value
        elif isinstance(value, bool):
            value = int(value)
        row[name] = value
    if not row["id"]:
        del row["id"]
    return row


def insert(db: Database, entity: object) -> int:
    """Write a new row; gives its id."""
    table = db.table(TABLES[type(entity)])
    table.insert(to_row(entity), pk="id")
    return last_id(table)


def last_id(table: Table) -> int:
    """The id of the row just inserted."""
    return int(str(table.last_pk))


def save(db: Database, before: Model, after: Model) -> None:
    """Write what differs between two versions of one row."""
    old, new = to_row(before), to_row(after)
    differs = {name: value for name, value in new.items() if old[name] != value}
    if differs:
        db.table(TABLES[type(after)]).update(new["id"], differs)


def delete(db: Database, entity: object) -> None:
    """Remove a row; the journal keeps it."""
    db.table(TABLES[type(entity)]).delete(to_row(entity)["id"])
