"""Whether anything was lost: what a store holds, against what was acknowledged of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from desk.refusals import Refused
from storage.store import Desk
from tests.faults.writer import TONIGHT


@dataclass
class Said:
    """What writers said of their actions, by uid."""

    begun: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """What no writer may say: a traceback, or half a line of one."""
    opened_not: list[str] = field(default_factory=list)

    def hear(self, output: str, errors: str = "") -> "Said":
        """Take in what one writer wrote."""
        for line in output.splitlines():
            mark, _space, rest = line.partition(" ")
            uid, _space, why = rest.partition(" ")
            if mark == "+":
                self.begun.add(uid)
            elif mark == "=":
                self.acknowledged.add(uid)
            elif mark == "-":
                self.refused[uid] = why
            elif mark == "!":
                self.opened_not.append(rest)
        if "Traceback" in errors:
            self.broken.append(errors.strip().splitlines()[-1])
        return self

    @property
    def unknown(self) -> set[str]:
        """Begun, and neither acknowledged nor refused: such an action may be there, whole, or not at all."""
        return self.begun - self.acknowledged - set(self.refused)


def wrong(path: Path, said: Said, *, outcome_told: bool = True) -> list[str]:
    """What is lost, doubled or torn in a store, in sentences; empty when every promise was kept.

    With `outcome_told` an action that was refused must not be there.
    """
    found = [f"a writer broke: {line}" for line in said.broken]
    try:
        with Desk(path, "Judge", lambda: TONIGHT) as desk:
            there = [str(row[0]) for row in desk.db.execute("SELECT uid FROM action").fetchall()]
            found += desk.check()
            found += _impossible(desk)
    except Refused as no:
        return [*found, f"it does not open: {no}"]
    kept = set(there)
    found += [f"acknowledged and lost: {uid}" for uid in sorted(said.acknowledged - kept)]
    if outcome_told:
        found += [f"refused and there all the same: {uid}" for uid in sorted(set(said.refused) & kept)]
    found += [f"twice there: {uid}" for uid in _twice(there)]
    return found


def _impossible(desk: Desk) -> Iterable[str]:
    """What no fault may leave behind, whatever the journal says of it."""
    for what, sql in (
        ("two households in bed {}", "SELECT bed FROM stay WHERE until IS NULL GROUP BY bed HAVING count(*) > 1"),
        ("action {} is still open", "SELECT id FROM action WHERE open IS NOT NULL"),
        ("two households are called {}", "SELECT ref FROM household GROUP BY ref HAVING count(*) > 1"),
        (
            "household {} has not as many members as people",
            "SELECT h.ref FROM household h WHERE h.people != (SELECT count(*) FROM member m WHERE m.household = h.id)",
        ),
    ):
        yield from (what.format(row[0]) for row in desk.db.execute(sql).fetchall())


def _twice(uids: list[str]) -> list[str]:
    return sorted({uid for uid in uids if uids.count(uid) > 1}) if len(uids) != len(set(uids)) else []
