"""The journal: one action, one durable transaction, every changed row kept; undo and live refresh from it."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from desk import clock, references, rights, settings
from desk.language import _
from desk.names import clean
from desk.refusals import NotFound, Refused
from desk.rights import OWNER, Seat
from storage import seals, went_on
from storage.clock import Clock
from storage.database import Store, StoreError, broken
from storage.rows import insert_row, to_text, to_time
from storage.seats import seat_of
from storage.sqlite import sqlite3
from storage.went_on import Later

AUTOMATIC = "automatic"
"""Who makes the figures of a set time: whichever desk comes by, in nobody's name, so nobody undoes them."""
PROMISES = frozenset({"placement", "allocation", "bus"})
"""Tables by which a place elsewhere is promised."""
NEVER_TAKEN_BACK = frozenset({"counter"})
"""A number given on a wristband is never given again, also after an undo."""


@dataclass(frozen=True)
class Action:
    """One line of the journal; `at` is when it happened, `entered_at` when it was typed."""

    id: int
    at: datetime
    entered_at: datetime
    operator: str
    verb: str
    args: Mapping[str, Any]
    ref: str
    undoes: int | None

    @property
    def stays(self) -> bool:
        """Whether nobody may take it back: figures that were issued have left the house."""
        return self.verb == "freeze"


@dataclass(frozen=True)
class Done:
    """What an action made or changed, and what a person should know about it."""

    ref: str
    state: str
    text: str = ""
    warnings: tuple[str, ...] = ()
    also: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Act:
    """An action under way: its moment, and the reference it is about, set by the verb."""

    id: int
    at: datetime
    entered_at: datetime
    ref: str = ""


class Journal:
    """The store's transactions: who acts, when, and what was changed."""

    def __init__(self, db: Store, path: Path, operator: str, now: Clock, *, through_key: bool = False) -> None:
        self.db = db
        self.through_key = through_key
        """Whether who acts came through a key and is bound by a role; the account that owns the store is not."""
        self._seat: tuple[int, str, Seat] | None = None
        self.path = path
        self.operator = operator
        self.now = now
        self.new_uid: Callable[[], str] = lambda: uuid.uuid4().hex
        """An action's own name in the world; a demo makes its own, so that one seed gives one store."""
        self.new_salt: Callable[[], str] = lambda: uuid.uuid4().hex
        self._settings: tuple[int, settings.Settings] | None = None
        self.progress: Callable[[int, int], None] | None = None
        """Told how far a long action is: rows done, of how many."""

    def done_of(self, done: int, total: int) -> None:
        """So many rows of a long action are written."""
        if self.progress is not None:
            self.progress(done, total)

    @contextmanager
    def action(
        self, verb: str, args: Mapping[str, Any], at: datetime | None = None, *, undoes: int | None = None
    ) -> Iterator[Act]:
        """One action in one durable transaction; whatever is refused inside it leaves no trace."""
        entered = clock.seconds(self.now())
        with self._transaction():
            if self.operator != AUTOMATIC:
                rights.check(self.seat, verb)
                if self.settings.handover == "require":
                    from storage.handovers import must_be_accepted

                    must_be_accepted(self.db, self.settings, self.operator, verb)
            row = self._begin(verb, args, at or entered, entered, undoes)
            if self._settings is not None and self._settings[0] == row["id"] - 1:
                self._settings = row["id"], self._settings[1]  # only this action moved the store
            act = Act(row["id"], clock.seconds(at or entered), entered)
            yield act
            self._finish(row, act.ref)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing; what the store cannot do is a sentence."""
        done = False
        try:
            with self.db.atomic():
                yield
            done = True
        except sqlite3.IntegrityError as lost:
            raise Refused(
                _("Somebody else was first, or it is in use. Nothing was changed; look again and repeat it.")
            ) from lost
        except StoreError as wrong:
            raise broken(self.path, wrong) from wrong
        finally:
            if not done:  # what was read inside may never have come to be
                self._settings = None

    def _begin(
        self, verb: str, args: Mapping[str, Any], at: datetime, entered: datetime, undoes: int | None
    ) -> dict[str, Any]:
        row: dict[str, Any] = {
            "uid": self.new_uid(),
            "at": to_text(at),
            "entered_at": to_text(entered),
            "operator": clean(self.operator) or "?",
            "verb": verb,
            "args": json.dumps(_given(args), ensure_ascii=False, sort_keys=True),
            "undoes": undoes,
        }
        return {"id": insert_row(self.db, "action", {**row, "open": 1}), **row}

    def _finish(self, row: Mapping[str, Any], ref: str) -> None:
        changes = seals.seal(self.db, row["id"], ref, self.new_salt)
        if any(table == "setting" for _id, table, *_rest in changes):
            self._settings = None
        self._promises_no_more_than_it_has(row["verb"], changes)

    def _promises_no_more_than_it_has(self, verb: str, changes: list[seals.Change]) -> None:
        """Of places shared with other desks; of whatever is done, an undo too."""
        promising = [(table, old, new) for _id, table, _row, old, new, *_rest in changes if table in PROMISES]
        if promising and self.db.execute("SELECT 1 FROM shared_place LIMIT 1").fetchone():
            from storage.region import escrow

            escrow.check(self, verb, promising)

    def changes(self, action: int) -> list[tuple[Any, ...]]:
        """The rows an action changed: table, id, before and after as JSON."""
        found: list[tuple[Any, ...]] = self.db.execute(
            "SELECT table_name, row_id, old, new FROM change WHERE action = ? ORDER BY id", [action]
        ).fetchall()
        return found

    # --- reading ----------------------------------------------------------------------------

    @property
    def settings(self) -> settings.Settings:
        """The settings in force; read again only when the store moved.

        Outside an action those read last serve where the store cannot be read: what was done is told all the same.
        """
        try:
            version = self.version()
        except StoreError:
            if self._settings is None or self.db.conn.in_transaction:
                raise
            return self._settings[1]
        if self._settings is None or self._settings[0] != version:
            rows = self.db.execute("SELECT name, value FROM setting").fetchall()
            self._settings = version, settings.from_rows(dict(rows))
        return self._settings[1]

    def write_setting(self, name: str, text: str) -> None:
        """Keep a setting; inside an action only."""
        self._settings = None
        row = self.db.execute("SELECT id FROM setting WHERE name = ?", [name]).fetchone()
        if row:
            self.db.table("setting").update(row[0], {"value": text})
        else:
            self.db.table("setting").insert({"name": name, "value": text}, pk="id")

    @property
    def seat(self) -> Seat:
        """What whoever acts may do; read again when the store moved. Refused where they are let in no more."""
        if not self.through_key:
            return OWNER
        version = self.version()
        if self._seat is None or self._seat[:2] != (version, self.operator):
            self._seat = version, self.operator, seat_of(self.db, self.operator)
        return self._seat[2]

    def version(self) -> int:
        """A number that moves with each action: the last action's id."""
        found = self.db.execute("SELECT max(id) FROM action").fetchone()
        return int(found[0] or 0)

    def data_version(self) -> int:
        """SQLite's own counter: moves when another connection has committed. 3 microseconds."""
        return int(self.db.execute("PRAGMA data_version").fetchone()[0])

    def is_renewed(self) -> bool:
        """Whether a newer program has brought the store up to date under this one: it is to be read only."""
        with suppress(*StoreError):
            return self.db.is_renewed()
        return False

    def actions(self, since: int = 0, *, last: int | None = None, operator: str | None = None) -> list[Action]:
        """Actions after that id in their order; with `last` only the last so many."""
        where, params = "id > ?", [since]
        values: list[object] = list(params)
        if operator is not None:
            where += " AND operator = ?"
            values.append(operator)
        rows = self.db.execute(
            f"SELECT id, at, entered_at, operator, verb, args, ref, undoes FROM action WHERE {where}"
            " ORDER BY id DESC LIMIT ?",
            [*values, -1 if last is None else last],
        ).fetchall()
        return [
            Action(r[0], to_time(r[1]), to_time(r[2]), r[3], r[4], json.loads(r[5]), r[6], r[7]) for r in reversed(rows)
        ]

    def tonight(self) -> date:
        """The evening's date of the night in which something is entered now."""
        return clock.night_of(self.now(), self.settings.tz, self.settings.night_starts)

    def next_ref(self, kind: str) -> str:
        """The next reference of a kind in this night; inside an action only."""
        night = self.tonight()
        found = self.db.execute(
            "SELECT id, last FROM counter WHERE kind = ? AND night = ?", [kind, night.isoformat()]
        ).fetchone()
        number = found[1] + 1 if found else 1
        if found:
            self.db.execute("UPDATE counter SET last = ? WHERE id = ?", [number, found[0]])
        else:
            insert_row(self.db, "counter", {"kind": kind, "night": night.isoformat(), "last": number})
        return references.make(kind, night, number)

    def said(self, ref: str) -> str:
        """A reference as it is said tonight."""
        return references.said(ref, self.tonight())

    # --- undo -------------------------------------------------------------------------------

    def last_of(self, operator: str) -> Action | None:
        """Somebody's last action that is not yet undone."""
        row = self.db.execute(
            "SELECT a.id FROM action a WHERE a.operator = ? AND a.undoes IS NULL"
            # that a store was made nobody takes back, nor numbers that lie on paper
            " AND a.verb NOT IN ('init', 'paper blank', 'operator add', 'operator role', 'operator remove',"
            " 'operator write', 'erase', 'repair', 'region join', 'region leave', 'region book', 'region bus')"
            " AND NOT EXISTS (SELECT 1 FROM action u WHERE u.undoes = a.id) ORDER BY a.id DESC LIMIT 1",
            [operator],
        ).fetchone()
        return self.actions(row[0] - 1, operator=operator)[0] if row else None

    def undo(self, whose: str = "") -> Action:
        """Take back the same person's last action; refused where somebody changed it since.

        A coordinator takes back the last of another (`whose`) as well.
        """
        with self._transaction():
            rights.check(self.seat, "undo")
            if whose and whose != self.operator and not self.seat.coordinates:
                raise Refused(_("Only a coordinator undoes what {who} did. Ask {who}.").format(who=whose))
            mine = self.last_of(whose or self.operator)
            if mine is None:
                raise Refused(self._nothing_of_mine(whose))
            rights.check(self.seat, mine.verb)
            if mine.verb.startswith("region ") or (self._is_between_desks and mine.verb.startswith("bus ")):
                self._refuse_what_is_told(mine)
            if mine.stays:
                raise Refused(
                    _("{ref} is issued and stays. If it is wrong, issue another: desk freeze --corrects {ref}").format(
                        ref=f'"{mine.ref}"'
                    )
                )
            self._undo(mine)
        return mine

    @property
    def _is_between_desks(self) -> bool:
        """Whether a bus ever was; most desks belong to no region, and load nothing of it."""
        return self.db.execute("SELECT 1 FROM sent_bus LIMIT 1").fetchone() is not None

    def _refuse_what_is_told(self, mine: Action) -> None:
        from storage.region import told_already

        if mine.verb in told_already.VERBS:
            told_already.refuse(self.db, mine.id, mine.verb)

    def _undo(self, mine: Action) -> None:
        with self.action("undo", {"of": mine.verb}, undoes=mine.id) as act:
            act.ref = mine.ref
            changes = self.db.execute(
                "SELECT id, table_name, row_id, old, new FROM change WHERE action = ? ORDER BY id DESC", [mine.id]
            ).fetchall()
            for change, table, row_id, old, new in changes:
                if table not in NEVER_TAKEN_BACK:
                    self._take_back(mine, change, table, row_id, old and json.loads(old), new and json.loads(new))

    def _nothing_of_mine(self, whose: str) -> str:
        if whose:
            return _("{who} has nothing to undo. Who did what: desk journal").format(who=whose)
        others = self.actions(last=1)
        if others and others[0].operator != self.operator:
            return _("You have nothing to undo. The last step was {who}'s; ask {who} to undo it.").format(
                who=others[0].operator
            )
        return _("You have nothing to undo.")

    def _take_back(
        self, mine: Action, change: int, table: str, row_id: int, old: dict[str, Any] | None, new: dict[str, Any] | None
    ) -> None:
        # also where they made it again what it was: taken back under them, their own step could not be
        if later := went_on.changed_it(self.db, mine.operator, change, table, row_id):
            raise Refused(self._went_on(mine, later))
        today = next(self.db.table(table).rows_where("id = ?", [row_id]), None)
        if today != widened(new, today, self.db.unfilled(table)):
            raise Refused(_not_as_journalled())
        if later := went_on.sleeps_there(self.db, mine.operator, change, table, row_id, old, new):
            raise Refused(self._went_on(mine, later))
        try:
            self._put_back(table, row_id, old, new)
        except sqlite3.IntegrityError:
            later = went_on.rests_on_it(self.db, mine.operator, change, table, row_id, old or new or {})
            if later is None:
                raise
            raise Refused(self._went_on(mine, later)) from None

    def _put_back(self, table: str, row_id: int, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        if new is None:
            self.db.table(table).insert(old or {}, pk="id")
        elif old is None:
            self.db.table(table).delete(row_id)
        else:
            differs = {name: value for name, value in old.items() if new[name] != value}
            self.db.table(table).update(row_id, differs)

    def _went_on(self, mine: Action, later: Later) -> str:
        return _("{verb} cannot be undone: {who} went on with it at {time} ({later}). Ask {who}.").format(
            verb=mine.verb,
            who=later.operator,
            time=self.settings.hhmm(to_time(later.at)),
            later=f"{later.verb} {self.said(later.ref) if later.ref.count('-') == 2 else later.ref}".strip(),
        )


def found_or(rows: list[Any], sentence: str) -> Any:
    """The first of the rows found, or a refusal with that sentence."""
    if not rows:
        raise NotFound(sentence)
    return rows[0]


def _not_as_journalled() -> str:
    return _("The store does not match its journal here. Nothing was changed. Run: desk check")


def _given(args: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: object) -> object:
        if isinstance(value, datetime):
            return to_text(value)
        return list(value) if isinstance(value, (tuple, set, frozenset)) else value

    return {name: plain(value) for name, value in args.items() if value not in (None, "", ())}


def widened(
    row: dict[str, Any] | None, today: dict[str, Any] | None, unfilled: Mapping[str, Any]
) -> dict[str, Any] | None:
    """A row as the journal wrote it, with the columns that a migration added since, as nobody had filled them."""
    return row if row is None or today is None else {**unfilled, **row}
