"""The seals of the journal: each action is chained to the one before it, so that nothing can be altered unseen.

What is personal enters the chain as a salted digest that is kept beside it. Forgetting somebody deletes the value and
its salt and leaves the digest: the chain still holds, and nobody can find the value back by trying names.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from desk.privacy import PERSONAL, PUBLIC_ARGS
from storage.sqlite import Database

ACTION = "id, uid, at, entered_at, operator, verb, args, undoes, ref, salt, digest"
"""The columns of an action that its seal covers."""
CHANGE = "id, table_name, row_id, old, new, salt, digest"

Change: TypeAlias = tuple[Any, ...]
NewSalt = Callable[[], str]
"""Gives what nobody can guess, so that a digest tells nothing of a short name."""


def seal(db: Database, action: int, ref: str, salt: NewSalt) -> list[Change]:
    """Close an action: digests of what is personal in it, and the hash that chains it to the one before it.

    Gives the rows it changed.
    """
    before = db.execute("SELECT hash FROM action WHERE id < ? ORDER BY id DESC LIMIT 1", [action]).fetchone()
    _hash, changes = _sealed(db, action, before[0] if before else "", salt, ref)
    return changes


def _sealed(db: Database, action: int, before: str, salt: NewSalt, ref: str | None = None) -> tuple[str, list[Change]]:
    row = db.execute(f"SELECT {ACTION} FROM action WHERE id = ?", [action]).fetchone()
    about = row[8] if ref is None else ref
    given, digest = row[9:]
    if digest is None and (private := _private_args(row[6])):
        given = salt()
        digest = digested(given, private)
    changes = []
    for change, table, row_id, old, new, salted, told in changes_of(db, action):
        if told is None and table in PERSONAL:
            salted = salt()
            told = digested(salted, _private(table, old, new))
            db.execute("UPDATE change SET salt = ?, digest = ? WHERE id = ?", [salted, told, change])
        changes.append((change, table, row_id, old, new, salted, told))
    sealed = chained(before, (*row[:8], about, given, digest), changes)
    db.execute(
        "UPDATE action SET ref = ?, open = NULL, salt = ?, digest = ?, hash = ? WHERE id = ?",
        [about, given, digest, sealed, action],
    )
    return sealed, changes


def seal_from(db: Database, first: int, salt: NewSalt) -> None:
    """Seal all actions from this one on anew, as they are; where 0, only those that have no seal."""
    rows = db.execute("SELECT id FROM action WHERE hash IS NULL OR (? > 0 AND id >= ?) ORDER BY id", [first, first])
    for (number,) in rows.fetchall():
        # a digest that no longer fits is made of what stands there now
        action = db.execute(f"SELECT {ACTION} FROM action WHERE id = ?", [number]).fetchone()
        if not _digests_fit(action, changes_of(db, number)):
            db.execute("UPDATE change SET salt = NULL, digest = NULL WHERE action = ? AND salt IS NOT NULL", [number])
            db.execute("UPDATE action SET salt = NULL, digest = NULL WHERE id = ? AND salt IS NOT NULL", [number])
        before = db.execute("SELECT hash FROM action WHERE id < ? ORDER BY id DESC LIMIT 1", [number]).fetchone()
        _sealed(db, number, before[0] if before else "", salt)


def renew(db: Database, salt: NewSalt) -> None:
    """Seal the journal of an older desk, which chained the personal columns themselves.

    Where it was altered it is not sealed: the check goes on to name that action.
    """
    before = was = ""
    for number, kept in db.execute("SELECT id, hash FROM action ORDER BY id").fetchall():
        whole = kept == _of_an_older_desk(db, number, was)
        before, _changes = _sealed(db, number, before, salt)
        if not whole:
            db.execute("UPDATE action SET hash = ? WHERE id = ?", [kept, number])
            return
        was = kept


def _of_an_older_desk(db: Database, action: int, before: str) -> str:
    """The hash as desks chained it before there were digests."""
    *row, ref = db.execute(
        "SELECT id, uid, at, entered_at, operator, verb, args, undoes, ref FROM action WHERE id = ?", [action]
    ).fetchone()
    changes = [[table, row_id, old, new] for _id, table, row_id, old, new, _s, _d in changes_of(db, action)]
    return hashlib.sha256(json.dumps([before, row, ref, changes], ensure_ascii=False).encode()).hexdigest()


def broken_seals(db: Database) -> Iterator[int]:
    """The actions whose seal does not fit them any more, the first alone: all after it rest on it."""
    before = ""
    rows = db.execute(f"SELECT {ACTION}, hash FROM action ORDER BY id")
    try:
        for *action, kept in rows:
            changes = changes_of(db, action[0])
            if not _is_whole(before, action, changes, kept):
                yield action[0]
                return
            before = kept
    finally:
        rows.close()  # an unfinished read would hold the snapshot, and with it the log of the database


def _is_whole(before: str, action: Sequence[Any], changes: Sequence[Change], kept: str) -> bool:
    try:
        return chained(before, action, changes) == kept and _digests_fit(action, changes)
    except (ValueError, TypeError, AttributeError):  # damage: what should be a record is none
        return False


def changes_of(db: Database, action: int) -> list[Change]:
    """The rows an action changed, with what seals them."""
    found: list[Change] = db.execute(f"SELECT {CHANGE} FROM change WHERE action = ? ORDER BY id", [action]).fetchall()
    return found


def chained(before: str, action: Sequence[Any], changes: Sequence[Change]) -> str:
    """The hash of an action with its changes, over the one before it and without anything personal."""
    number, uid, at, entered_at, operator, verb, args, undoes, ref, _salt, digest = action
    told = {name: value for name, value in json.loads(args).items() if name in PUBLIC_ARGS}
    open_part = [[table, row, *_public(table, old, new), told_of] for _id, table, row, old, new, _s, told_of in changes]
    text = [before, [number, uid, at, entered_at, operator, verb, told, undoes, ref, digest], open_part]
    return hashlib.sha256(json.dumps(text, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def digested(salt: str, private: Any) -> str:
    """The digest that stands for something personal."""
    return hashlib.sha256((salt + json.dumps(private, ensure_ascii=False, sort_keys=True)).encode()).hexdigest()


def _digests_fit(action: Sequence[Any], changes: Sequence[Change]) -> bool:
    """Whether what is personal is still what it was; where its salt is gone it was forgotten, and cannot be asked."""
    private = _private_args(action[6])
    if not _fits(action[9], action[10], private, bool(private)):
        return False
    for _id, table, _row, old, new, salted, told in changes:
        if not _fits(salted, told, _private(table, old, new) if table in PERSONAL else None, table in PERSONAL):
            return False
    return True


def _fits(salt: str | None, digest: str | None, private: Any, is_there: bool) -> bool:
    if digest is None:
        return salt is None and not is_there
    return salt is None or digested(salt, private) == digest


def _private_args(args: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(args).items() if name not in PUBLIC_ARGS}


def _private(table: str, old: str | None, new: str | None) -> list[dict[str, Any] | None]:
    return [_part(table, old, personal=True), _part(table, new, personal=True)]


def _public(table: str, old: str | None, new: str | None) -> list[Any]:
    if table not in PERSONAL:
        return [old, new]
    return [_part(table, old, personal=False), _part(table, new, personal=False)]


def _part(table: str, row: str | None, *, personal: bool) -> dict[str, Any] | None:
    if row is None:
        return None
    values: Mapping[str, Any] = json.loads(row)
    return {name: value for name, value in values.items() if (name in PERSONAL[table]) == personal}
