"""The disk is full, and gets room again; the store is taken away under an open desk."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.store import Desk
from tests.faults.judge import Said, wrong
from tests.faults.place import ROOT, Place
from tests.faults.report import Found
from tests.faults.writer import TONIGHT

SPARE_KB, ROOM_KB = 300, 4_000
AFTER = 5


def full(place: Place, seed: int, rounds: int) -> Found:
    """Fill a small disk with actions, make room, and go on; what was refused is not there, what was not is."""
    found = Found("the disk is full, then has room again")
    for number in range(rounds):
        store = place.store()
        with _small_disk(store, place.folder / f"disk-{number}") as path:
            if path is None:
                found.impossible = "only root may make a small disk"
                return found
            found.add(f"round {number}", _filled(place, path, seed + number))
    return found


def _filled(place: Place, path: Path, seed: int) -> list[str]:
    said, missing, after, refused = Said(), [], 0, 0
    desk = subprocess.Popen(
        place.writer(path, "--seed", str(seed)),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert desk.stdout is not None
    with desk:
        heard = []
        for line in desk.stdout:
            heard.append(line)
            if line.startswith("- ") and "The disk is full" in line:
                refused += 1
                if refused == AFTER:
                    with Desk(path, "Reader", lambda: TONIGHT) as reader:
                        missing += [] if reader.night().households else ["nothing could be read meanwhile"]
                    subprocess.run(["mount", "-o", f"remount,size={ROOM_KB}k", str(path.parent)], check=True)
            elif refused >= AFTER and line.startswith("= "):
                after += 1
                if after == AFTER:
                    desk.kill()
        said.hear("".join(heard), desk.stderr.read() if desk.stderr else "")
    if after < AFTER:
        missing.append("it did not go on when there was room")
    return [*missing, *wrong(path, said)]


@contextmanager
def _small_disk(store: Path, folder: Path) -> Iterator[Path | None]:
    """The store on a disk with little room; None where this account may not make one."""
    folder.mkdir()
    size = store.stat().st_size // 1024 + SPARE_KB
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        yield None
        return
    try:
        there = folder / store.name
        there.write_bytes(store.read_bytes())
        yield there
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def taken_away(place: Place, seed: int) -> Found:
    """Somebody moves, deletes or replaces the store of an open desk: no action may be acknowledged into nothing."""
    found = Found("the store is taken away under a desk")
    for how in ("moved", "deleted", "replaced", "log deleted"):
        store = place.store()
        desk = subprocess.Popen(
            place.writer(store, "--held", "--seed", str(seed)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert desk.stdin is not None
        assert desk.stdout is not None
        with desk:
            said = [desk.stdout.readline()]
            desk.stdin.write("\n")
            desk.stdin.flush()
            said.append(desk.stdout.readline())  # the first action is done
            kept = store.with_name("elsewhere.db")
            if how == "log deleted":
                store.with_name(store.name + "-wal").unlink()
            elif how == "deleted":
                kept.write_bytes(store.read_bytes())
                store.unlink()
            else:
                store.rename(kept)
            if how == "replaced":
                store.write_bytes(place.whole.read_bytes())
            desk.stdin.write("\n" * 20)
            desk.stdin.flush()
            said += [desk.stdout.readline() for _number in range(6)]
            desk.kill()
            errors = desk.stderr.read() if desk.stderr else ""
        heard = Said().hear("".join(said[2:]), errors)
        lost = [f"acknowledged into nothing: {uid}" for uid in heard.acknowledged]
        told = (
            [] if any("moved, deleted or replaced" in why for why in heard.refused.values()) else ["nothing was said"]
        )
        found.add(how, [*lost, *told, *heard.broken])
    return found
