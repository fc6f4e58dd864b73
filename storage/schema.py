"""The migrations of the store, and the triggers that keep every change; `storage/tables.py` has the tables.

Every desk table has triggers that write each changed row to `change`, under the one open action.
Nobody writes without an action, not even the `sqlite3` shell.
"""

from uuid import uuid4

from storage import tables
from storage.sqlite import Database, Migrations

migrations = Migrations("doorstroom")

JOURNALLED = (
    "setting",
    "counter",
    "room",
    "bed",
    "bus",
    "eta",
    "household",
    "member",
    "stay",
    "sharing",
    "municipality",
    "location",
    "allocation",
    "onward",
    "ride",
    "placement",
    "log",
    "duty",
    "phone",
    "availability",
    "headcount",
    "target",
    "inflow",
    "freeze",
    "request",
    "answer",
    "candidate",
    "meeting",
    "participant",
    "decision",
    "link",
    "rostered",
    "attendance",
    "visitor",
    "handover",
    "rollcall",
    "tick",
    "operator",
    "region_link",
    "place_grant",
    "shared_place",
    "sent_bus",
)
"""Tables whose every change is kept; the check lists their triggers."""


@migrations()
def night(db: Database) -> None:
    """The first store: buses, beds, households, placements, and the journal of all of them."""
    db.executescript(
        tables.JOURNAL
        + tables.HOUSE
        + tables.BUSES
        + tables.HOUSEHOLDS
        + tables.REGION
        + tables.PLACEMENTS
        + tables.LOG
    )
    for table in JOURNALLED[: JOURNALLED.index("phone") + 1]:
        keep_changes_of(db, table)


@migrations()
def region(db: Database) -> None:
    """The region: periods and daily reports of locations, targets, forecast, frozen figures, lists of the meeting."""
    db.execute("ALTER TABLE location ADD COLUMN out_of_use INTEGER CHECK (out_of_use >= 0)")
    db.execute("ALTER TABLE municipality ADD COLUMN pool TEXT")
    db.executescript(tables.PERIODS + tables.MEETING + tables.AS_OF)
    for table in ("location", "municipality", *JOURNALLED[JOURNALLED.index("availability") : JOURNALLED.index("link")]):
        keep_changes_of(db, table)


@migrations()
def planner(db: Database) -> None:
    """What the planner goes by: who stays together, where somebody belongs, how men alone are spread."""
    db.execute("ALTER TABLE household ADD COLUMN tie INTEGER REFERENCES municipality (id)")
    db.execute("ALTER TABLE household ADD COLUMN tie_reason TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE location ADD COLUMN most_alone INTEGER CHECK (most_alone >= 0)")
    db.execute("ALTER TABLE location ADD COLUMN designated_from TEXT NOT NULL DEFAULT ''")
    db.executescript(tables.LINKS)
    # those who were placed lately, men alone of another nationality, without reading the past
    db.execute(
        "CREATE INDEX household_alone_elsewhere ON household (ended_at)"
        " WHERE people = 1 AND nationality <> 'UKR' AND ended_at IS NOT NULL"
    )
    for table in ("household", "location", "link"):
        keep_changes_of(db, table)


@migrations()
def shift(db: Database) -> None:
    """The shift: who is on duty and who visits, handovers, roll calls, corrections of the log, signals put off."""
    db.execute("ALTER TABLE log ADD COLUMN corrects INTEGER REFERENCES log (id)")
    db.execute("CREATE INDEX log_corrects ON log (corrects) WHERE corrects IS NOT NULL")
    db.execute("ALTER TABLE household ADD COLUMN say_nothing INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE duty ADD COLUMN until TEXT")
    db.execute("ALTER TABLE location ADD COLUMN out_of_use_reason TEXT NOT NULL DEFAULT ''")
    db.executescript(tables.SHIFT)
    for table in (
        "log",
        "household",
        "duty",
        "location",
        *JOURNALLED[JOURNALLED.index("rostered") : JOURNALLED.index("operator")],
    ):
        keep_changes_of(db, table)


@migrations()
def team(db: Database) -> None:
    """Operators who come through a key, and the log of who opened whose needs."""
    db.executescript(tables.TEAM)
    keep_changes_of(db, "operator")


@migrations()
def trust(db: Database) -> None:
    """What is personal stands in the journal's chain as a digest, so that it can be forgotten."""
    from storage import seals

    db.executescript(tables.TRUST)
    seals.renew(db, lambda: uuid4().hex)
    db.executescript(tables.ONLY_ERASED)
    keep_changes_of(db, "household")


@migrations()
def beyond(db: Database) -> None:
    """The region beyond this machine: which one it is, and what it was asked for and granted of shared places."""
    db.executescript(tables.BEYOND)
    for table in ("region_link", "place_grant"):
        keep_changes_of(db, table)


@migrations()
def shared(db: Database) -> None:
    """Which locations the region shares among its desks, and from where on their places are counted."""
    db.executescript(tables.SHARED)
    keep_changes_of(db, "shared_place")


@migrations()
def between(db: Database) -> None:
    """Buses from one desk of the region to another."""
    db.executescript(tables.BETWEEN)
    keep_changes_of(db, "sent_bus")


def keep_changes_of(db: Database, table: str) -> None:
    """Make the triggers that journal a table; again after a migration that added a column."""
    columns = [column.name for column in db.table(table).columns]
    for event, old, new in (("INSERT", False, True), ("UPDATE", True, True), ("DELETE", True, False)):
        name = f"journal_{table}_{event.lower()}"
        row = "NEW" if new else "OLD"
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
        db.execute(f"""
            CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN
              SELECT RAISE(ABORT, 'a change needs an open action')
                WHERE NOT EXISTS (SELECT 1 FROM action WHERE open = 1);
              INSERT INTO change (action, table_name, row_id, old, new)
                SELECT id, '{table}', {row}.id, {_json("OLD", columns, old)}, {_json("NEW", columns, new)}
                FROM action WHERE open = 1;
            END""")


def _json(row: str, columns: list[str], wanted: bool) -> str:
    if not wanted:
        return "NULL"
    return "json_object(" + ", ".join(f"'{column}', {row}.{column}" for column in columns) + ")"


def triggers() -> set[str]:
    """The triggers that must exist."""
    append_only = {
        "action_stays",
        "action_closes_once",
        "change_stays",
        "change_is_written_once",
        "change_needs_action",
        "opened_is_written_once",
    }
    return append_only | {f"journal_{t}_{e}" for t in JOURNALLED for e in ("insert", "update", "delete")}
